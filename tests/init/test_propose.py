"""What `gate init` proposes fits the schemas and linters of each system, for one root module and for several."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from gate.cli.main import COMMANDS
from gate.init.propose import UNKNOWN_COMMIT, render, template
from gate.init.systems import SYSTEMS, System
from gate.settings.parse import parse
from tests.helpers.published_schemas import complaints

BIN = Path(sys.executable).parent
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SCHEMAS = {
    "github": "vendor.github-workflows",
    "gitlab": "vendor.gitlab-ci",
    "azure": "vendor.azure-pipelines",
    "bitbucket": "vendor.bitbucket-pipelines",
}
MODULES = [(".",), ("infra/prod",), (".", "live/a", "live-a", "live/b.c"), ("a-b", "a-b-3", "a/b")]
BY_NAME = {system.name: system for system in SYSTEMS}


def _rendered(system: System, modules: tuple[str, ...]) -> str:
    return render(template(system.template), modules, "trunk", COMMIT)


@pytest.mark.parametrize("modules", MODULES, ids=len)
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_every_mark_is_filled_in(system: System, modules: tuple[str, ...]) -> None:
    """With each root module, the branch and the commit; what is left of a template is plain text."""
    text = _rendered(system, modules)
    assert re.findall(r"@[A-Z]+@", text) == []
    assert UNKNOWN_COMMIT not in text
    if system.name == "atlantis":
        return
    assert "trunk" in text or "@BRANCH@" not in template(system.template)
    plans = re.findall(r"show -json tfplan > (plans/\S+\.json)", text)
    assert len(set(plans)) == len(modules)
    for plan, module in zip(plans, modules, strict=True):
        assert re.search(rf"{re.escape(plan)}={re.escape(module)}(\s|[\"'])", text), f"the source of {plan}"
        assert text.count(f"terraform -chdir={module} get") == 1


@pytest.mark.slow
@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items())
def test_workflows_fit_the_schema_of_their_system(name: str, schema: str, tmp_path: Path) -> None:
    """The one that SchemaStore publishes, for one root module and for several."""
    paths = [tmp_path / f"{number}.yml" for number in range(len(MODULES))]
    for path, modules in zip(paths, MODULES, strict=True):
        path.write_text(_rendered(BY_NAME[name], modules))
        assert isinstance(yaml.safe_load(path.read_text()), dict)
    assert complaints(schema, paths) == ""


@pytest.mark.slow
def test_linters_find_nothing_in_the_workflow_for_github(tmp_path: Path) -> None:
    """actionlint, and zizmor in its strictest persona, with several root modules."""
    path = tmp_path / ".github" / "workflows" / "gate.yml"
    path.parent.mkdir(parents=True)
    path.write_text(_rendered(BY_NAME["github"], MODULES[2]))
    _passes("actionlint", "-no-color", str(path))
    _passes("zizmor", "--offline", "--no-progress", "--strict-collection", "--persona=auditor", str(path))


def _passes(*command: str) -> None:
    done = subprocess.run([str(BIN / command[0]), *command[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_configuration_is_valid_and_changes_nothing() -> None:
    """All defaults stay in force, and so they do with the line that it shows taken in."""
    text = template("gate.toml")
    content = parse(text.encode(), ".gate.toml")
    assert (content.rules, content.overrides, content.waivers) == ({}, (), ())
    shown = parse(text.replace("# KMS007 =", "KMS007 =").encode(), ".gate.toml")
    assert shown.rules == {"KMS007": "block"}
    assert set(re.findall(r"`gate (\w+)", text)) <= set(COMMANDS)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_what_runs_gate_is_guarded(system: System) -> None:
    """Where a file names code owners, it names some for the workflow and for what leads to it."""
    paths = [path for path in (system.file, system.entry and system.entry[0]) if path]
    if system.owners:
        for path in paths:
            assert any(f"/{path}".startswith(pattern) for pattern in system.owned), path
    for step in system.steps:
        assert step.format(file=system.file, branch="main")
