"""What linters and schemas say of the actions and of the example workflows."""

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from gate.hcl.parse import blocks
from tests.helpers.github_runner import ROOT, load_yaml, run
from tests.helpers.published_schemas import complaints

BIN = Path(sys.executable).parent
ACTIONS = ["action.yml", "comment/action.yml"]
DEPENDABOT = ".github/dependabot.yml"
EXAMPLES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "examples/workflows").glob("*.yml"))
OWN = sorted(str(path.relative_to(ROOT)) for path in (ROOT / ".github/workflows").glob("*.yml"))
WORKFLOWS = [*EXAMPLES, *OWN]
FORMS = sorted(path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")


@pytest.mark.slow
def test_the_actions_are_valid() -> None:
    """They fit the schema that SchemaStore publishes."""
    assert complaints("vendor.github-actions", ACTIONS) == ""


@pytest.mark.slow
def test_the_issue_forms_are_valid() -> None:
    """They fit the schema that SchemaStore publishes, and each says where a missed grant is reported."""
    assert FORMS
    for form in FORMS:
        assert "SECURITY.md" in form.read_text()
    assert complaints("vendor.github-issue-forms", FORMS) == ""


def test_the_workflow_runs_what_everybody_runs() -> None:
    """CI is .ci/run, on the oldest and the newest Python that the project names, and nothing else."""
    [job] = load_yaml(ROOT / ".github/workflows/ci.yml")["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    named = [one.rpartition(" ")[2] for one in classifiers if "Python :: 3." in one]
    assert job["strategy"]["matrix"]["python"] == [named[0], named[-1]]


@pytest.mark.slow
def test_the_workflows_are_valid() -> None:
    """They fit the schema that SchemaStore publishes."""
    assert complaints("vendor.github-workflows", WORKFLOWS) == ""


@pytest.mark.slow
def test_actionlint_finds_nothing_in_the_workflows() -> None:
    """Contexts, expressions, permissions, labels and shell are right."""
    done = run(str(BIN / "actionlint"), "-no-color", *WORKFLOWS)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.slow
def test_zizmor_finds_nothing() -> None:
    """Its strictest persona has nothing to say about actions, workflows and Dependabot's configuration."""
    options = ["--offline", "--no-progress", "--strict-collection", "--persona=auditor"]
    done = run(str(BIN / "zizmor"), *options, *ACTIONS, *WORKFLOWS, DEPENDABOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_zizmor_would_find_an_expression_in_a_script(tmp_path: Path) -> None:
    """The linter is awake: the same action with an input in its shell is refused."""
    text = (ROOT / "action.yml").read_text()
    (tmp_path / "action.yml").write_text(text.replace("run: exec", "run: echo ${{ inputs.plan }}; exec", 1))
    done = run(str(BIN / "zizmor"), "--offline", "--no-progress", "--persona=auditor", "action.yml", cwd=tmp_path)
    assert done.returncode != 0
    assert "template-injection" in done.stdout


def test_every_third_party_action_is_pinned_and_permissions_are_minimal() -> None:
    """By a whole commit and with the version beside it; no workflow has permissions of its own."""
    for name in WORKFLOWS:
        text = (ROOT / name).read_text()
        assert re.findall(r"uses: (?!\S+@[0-9a-f]{40} # \S)", text) == []
        assert load_yaml(ROOT / name)["permissions"] == {}


def test_no_example_filters_paths_or_skips_a_required_job() -> None:
    """A job that needs another one runs when that one failed: skipped would count as passed."""
    for name in EXAMPLES:
        workflow = load_yaml(ROOT / name)
        assert "paths" not in (ROOT / name).read_text()
        needing = [job for job in workflow["jobs"].values() if "needs" in job]
        assert all("!cancelled()" in job["if"] for job in needing)


def test_the_source_has_to_be_said() -> None:
    """Required and without a default, and every example says it, after the modules were fetched in the same job."""
    source = load_yaml(ROOT / "action.yml")["inputs"]["source"]
    assert source["required"] is True
    assert "default" not in source
    checking = []
    for name in EXAMPLES:
        for job in load_yaml(ROOT / name)["jobs"].values():
            steps = job["steps"]
            at = [i for i, step in enumerate(steps) if step.get("uses", "").startswith("kms-gate/gate@")]
            fetched = [i for i, step in enumerate(steps) if step.get("run") in {"terraform -chdir=. get", "tofu get"}]
            checking += [(name, steps[i]["with"]["source"], any(f < i for f in fetched)) for i in at]
    pair = "${{ runner.temp }}/plans/plan.json=."
    assert all(source.strip() in {".", pair} and fetched for _, source, fetched in checking)
    assert {name for name, _, _ in checking} == {name for name in EXAMPLES if not name.endswith("fork-comment.yml")}


def _closure(names: set[str]) -> dict[str, list[str]]:
    """What the installed distributions of these names require, and those in turn, without extras: each with markers."""
    found: dict[str, list[str]] = {}
    waiting = {name: [""] for name in names}
    while waiting:
        name, markers = waiting.popitem()
        if name in found:
            continue
        found[name] = markers
        for line in metadata.requires(name) or [] if _is_installed(name) else []:
            requirement, _, marker = line.partition(";")
            if "extra ==" not in marker:
                waiting[_normal(requirement)] = [*markers, marker.strip()]
    return found


def _is_installed(name: str) -> bool:
    return any(True for _ in metadata.distributions(name=name))


def _normal(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~ ;\[(]", requirement.strip())[0]).lower()


def test_the_lock_pins_nothing_but_the_dependencies() -> None:
    """requirements.lock is pyproject's dependencies with what they require; all that is needed on every system."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = set(re.findall(r"(?m)^([a-z0-9.-]+)==", (ROOT / "requirements.lock").read_text()))
    closure = _closure({_normal(line) for line in project["dependencies"]})
    assert pinned <= set(closure)
    assert {name for name, markers in closure.items() if not any(markers)} <= pinned


def test_a_fork_plans_without_credentials() -> None:
    """The override file keeps state local, and the AWS provider from asking AWS for anything before it plans."""
    steps = load_yaml(ROOT / "examples/workflows/fork-check.yml")["jobs"]["plan"]["steps"]
    [script] = [step["run"] for step in steps if "zz_gate_override.tf" in step.get("run", "")]
    [text] = re.findall(r"(?s)<<'EOF'\n(.*?)\nEOF\n", script)
    found, problem = blocks(text.encode(), "zz_gate_override.tf")
    assert problem is None
    terraform, provider = found
    assert [(inner.type, inner.labels) for inner in terraform.blocks] == [("backend", ("local",))]
    assert (provider.type, provider.labels) == ("provider", ("aws",))
    said = {name: each.expression.value for name, each in provider.attributes.items()}  # type: ignore[union-attr]
    skipped = {name for name, value in said.items() if name.startswith("skip_") and value is True}
    assert skipped == {"skip_credentials_validation", "skip_requesting_account_id", "skip_metadata_api_check"}
    assert (said["access_key"], said["secret_key"], said["profile"]) == ("none", "none", None)
    assert [(inner.type, inner.labels) for inner in provider.blocks] == [
        ("dynamic", ("assume_role",)), ("dynamic", ("assume_role_with_web_identity",)),
    ]  # fmt: skip
    assert script.index("EOF\n") < script.index("tofu init") < script.index("-refresh=false")
