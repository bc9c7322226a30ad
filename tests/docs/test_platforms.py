"""docs/platforms.md: every recipe fits its schema, has options that exist, and runs with stand-ins for its platform."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from gate.cli.main import gate
from gate.forges import FORGES
from gate.reports import FORMATS
from tests.helpers import fake_azure, fake_bitbucket, fake_gitlab
from tests.helpers.fake_azure import Azure
from tests.helpers.fake_bitbucket import SHA, Bitbucket
from tests.helpers.fake_gitlab import GitLab
from tests.helpers.pages import BLOCKED, Block, Machine, blocks, machine
from tests.helpers.paths import ROOT
from tests.helpers.published_schemas import complaints

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "platforms.md"
BIN = Path(sys.executable).parent
SCHEMAS = {
    ".github/workflows/gate-hcp.yml": "vendor.github-workflows",
}
BLOCKS = {block.name or block.language: block for block in blocks(PAGE)}
RECIPES = {block.name: block for block in blocks(ROOT / "docs" / "ci.md")}
# Every script of the page that checks a plan where it was made, with the variables of its platform.
HOOKS = {
    "Spacelift": lambda: "set -e\n" + BLOCKS["after_plan"].text,
    "Terrateam": lambda: _yaml(".terrateam/config.yml")["workflows"][0]["plan"][2]["cmd"][2],
    "Digger": lambda: _yaml("digger.yml")["workflows"]["gate"]["plan"]["steps"][2]["run"],
    "env0": lambda: _yaml("env0.yml")["deploy"]["steps"]["terraformPlan"]["after"][0]["run"],
}


def _yaml(name: str) -> Any:
    return yaml.safe_load((BLOCKS.get(name) or RECIPES[name]).text)


@pytest.fixture
def here(tmp_path: Path, clone: Path) -> Machine:
    """A machine where the folders of the recipes are folders of the test."""
    made = machine(tmp_path, clone)
    for text, folder in (("/opt/", "opt"), ("/tmp/", "temp"), ("/mnt/workspace/", "mnt")):  # noqa: S108 -- a text
        (tmp_path / folder).mkdir()
        made.places[text] = f"{tmp_path / folder}/"
    (tmp_path / "mnt" / "gate.toml").touch()
    return made


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items())
def test_a_file_fits_the_schema_of_its_system(name: str, schema: str, tmp_path: Path) -> None:
    """The one that SchemaStore publishes."""
    path = tmp_path / Path(name).name
    path.write_text(BLOCKS[name].text)
    assert complaints(schema, [path]) == ""


@pytest.mark.parametrize("linter", [["actionlint", "-no-color"], ["zizmor", "--offline", "--no-progress"]])
def test_linters_find_nothing_in_the_workflow(linter: list[str], tmp_path: Path) -> None:
    """Contexts, permissions, shell."""
    path = tmp_path / "gate-hcp.yml"
    path.write_text(BLOCKS[".github/workflows/gate-hcp.yml"].text)
    command = [str(BIN / linter[0]), *linter[1:], str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_workflow_says_that_there_is_no_verdict_where_no_plan_was_made() -> None:
    """The step of gate runs whatever became of the steps before, and so does the job."""
    job = _yaml(".github/workflows/gate-hcp.yml")["jobs"]["gate"]
    assert job["if"] == job["steps"][-1]["if"] == "${{ !cancelled() }}"


def _commands() -> list[list[str]]:
    text = re.sub(r"\n\s+(?=--?\w)", " ", PAGE.read_text())
    found = []
    for name, rest in re.findall(r'(?m)(?<![\w.-])gate"? (check|comment|report)\b([^`\n]*)', text):
        found.append([name, *shlex.split(re.split(r"\|\||;", rest)[0])])
    return found


@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_commands_use_options_that_exist(words: list[str]) -> None:
    """A renamed option breaks the page, not its readers."""
    command = gate.get_command(click.Context(gate), words[0])
    assert command is not None
    options = {option for p in command.params if isinstance(p, click.Option) for option in (*p.opts, *p.secondary_opts)}
    assert {word for word in words[1:] if word.startswith("-")} <= options
    assert {after.split("=")[0] for word, after in pairwise(words) if word == "-o"} <= set(FORMATS)


def test_the_table_has_every_forge() -> None:
    """With what --repo takes."""
    rows = dict(re.findall(r"(?m)^\| `(\w+)` \|.*\| ([^|]*) \|$", PAGE.read_text()))
    assert {name: row.replace("`", "") for name, row in rows.items()} == {
        name: forge.repository for name, forge in FORGES.items()
    }


def test_every_check_names_its_source_and_its_configuration() -> None:
    """None is taken from the change."""
    for block in BLOCKS.values():
        for line in re.sub(r"\n\s+(?=--?\w)", " ", block.text).split("\n"):
            if re.search(r'gate"? check', line) and block.name:
                assert "--source" in line, line
                assert "--config" in line or block.language == "sh", line


def test_every_link_leads_somewhere() -> None:
    """Headings of this page and of ci.md, and files."""
    for target in re.findall(r"\]\(([^)]+)\)", PAGE.read_text()):
        if target.startswith("https://"):
            continue
        page, _, heading = target.partition("#")
        text = (PAGE.parent / page).read_text() if page else PAGE.read_text()
        headings = {
            re.sub(r"[^\w -]", "", line).lower().replace(" ", "-") for line in re.findall(r"(?m)^#+ (.+)$", text)
        }
        assert not heading or heading in headings, target


@pytest.fixture
def gitlab() -> Iterator[GitLab]:
    with fake_gitlab.serve() as state:
        yield state


@pytest.mark.parametrize("planned", [True, False])
def test_gitlab_comments_whatever_became_of_the_plan(here: Machine, gitlab: GitLab, planned: bool) -> None:
    """A report that the merge request brings along is not believed."""
    jobs = _yaml(".gitlab/gate.yml")
    (here.work / "report.json").write_text('{"verdict": "pass"}')
    (here.work / "plans").mkdir()
    if planned:
        shutil.copy(BLOCKED / "plan.json", here.work / "plans")
    variables = {
        "GITLAB_CI": "true", "CI_DEFAULT_BRANCH": "main", "CI_MERGE_REQUEST_IID": "7", "CI_PROJECT_ID": "42",
        "CI_COMMIT_SHA": SHA, "CI_API_V4_URL": gitlab.url, "GITLAB_TOKEN": "token-of-gate",
    }  # fmt: skip
    assert here.run("\n".join(jobs["gate"]["script"]), "sh", "-ec", **variables) == (1 if planned else 2), here.said
    assert (here.work / "report.json").is_file() is planned
    assert jobs["gate"]["artifacts"]["paths"] == ["report.json"]
    assert jobs["gate-comment"]["variables"]["GIT_STRATEGY"] == "none"
    assert jobs["gate-comment"]["rules"][0]["when"] == "always"
    assert here.run("\n".join(jobs["gate-comment"]["script"]), "sh", "-ec", **variables) == 0, here.said
    (body,) = gitlab.bodies()
    assert ("BLOCKED" in body, "NO VERDICT" in body) == (planned, not planned)


@pytest.fixture
def azure() -> Iterator[Azure]:
    with fake_azure.serve() as state:
        yield state


@pytest.mark.parametrize("planned", [True, False])
def test_azure_comments_whatever_became_of_the_plan(here: Machine, azure: Azure, planned: bool) -> None:
    """Each script in turn, as far as its condition lets it run."""
    _, job = _yaml("azure-pipelines-gate.yml")["jobs"]
    here.places |= {"$(Agent.TempDirectory)": f"{here.root}/temp", "$(Pipeline.Workspace)": f"{here.root}/pipeline"}
    (here.root / "pipeline" / "plans").mkdir(parents=True)
    if planned:
        shutil.copy(BLOCKED / "plan.json", here.root / "pipeline" / "plans")
    variables = {
        "TF_BUILD": "True", "BUILD_REASON": "PullRequest", "SYSTEM_COLLECTIONURI": azure.url, "SYSTEM_TEAMPROJECT":
        "acme team", "BUILD_REPOSITORY_ID": "9b0c", "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
        "SYSTEM_PULLREQUEST_SOURCECOMMITID": SHA,
    }  # fmt: skip
    failed = False
    for step in job["steps"]:
        if step.get("download") and not planned:
            failed = True
        if "script" in step and (not failed or step.get("condition") == "not(canceled())"):
            given = dict.fromkeys(step.get("env", {}), "token-of-build")
            failed |= here.run(step["script"], "bash", "-c", **variables, **given) != 0
    assert failed
    assert job["condition"] == "not(canceled())"
    ((body, status),) = azure.alive()
    assert ("BLOCKED" in body, "NO VERDICT" in body, status) == (planned, not planned, "active")


@pytest.fixture
def bitbucket() -> Iterator[Bitbucket]:
    with fake_bitbucket.serve() as state:
        yield state


@pytest.mark.parametrize(("case", "status"), [("blocked", 1), ("broken plan", 2), ("not installed", 1)])
def test_bitbucket_reports_after_the_check(here: Machine, bitbucket: Bitbucket, case: str, status: int) -> None:
    """Each step in turn, with its own after-script. A report that the pull request brings along is not believed."""
    (here.work / "report.json").write_text('{"verdict": "pass"}')
    steps = [entry["step"] for entry in _yaml("bitbucket-pipelines.yml")["pipelines"]["pull-requests"]["**"]]
    variables = {
        "CI": "true", "BITBUCKET_BUILD_NUMBER": "9", "BITBUCKET_COMMIT": SHA, "BITBUCKET_REPO_FULL_NAME": "acme/infra",
        "BITBUCKET_API_URL": bitbucket.url, "BITBUCKET_TOKEN": "token-of-gate", "BITBUCKET_STEP_OIDC_TOKEN": "x",
    }  # fmt: skip
    statuses = []
    for step in steps:
        script = step["script"]
        if step["name"] == "gate" and case == "broken plan":
            (here.work / "plans" / "plan.json").write_text("PK")
        if step["name"] == "gate" and case == "not installed":
            script = [*script[:2], "false"]  # what it begins with, and the folder that its commands are in
        statuses.append(here.run("\n".join(script), "sh", "-ec", **variables))
        if "after-script" in step:
            assert here.run("\n".join(step["after-script"]), "sh", "-c", **variables) == 0, here.said
    assert statuses == [0, 0, status]
    report = bitbucket.one()
    assert (report["result"], report["details"].split()[0]) == ("FAILED", "BLOCKED:" if case == "blocked" else "NO")


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("platform", HOOKS)
def test_a_hook_blocks_and_never_passes_without_a_plan(here: Machine, platform: str, fails: bool) -> None:
    """Spacelift's leaves the report for the policy, which blocks; the others end with gate's status."""
    if fails:
        (here.work / "fails").touch()
    variables = {"TERRATEAM_PLAN_FILE": "x.tfplan", "DIGGER_PLANFILE": "x.tfplan", "CI": "true"}
    shell = ["bash", "-euc"] if platform == "Terrateam" else ["sh", "-c"]
    status = here.run(HOOKS[platform](), *shell, **variables)
    assert status == (1 if fails else 0 if platform == "Spacelift" else 1), here.said
    show = "spacelift.plan" if platform == "Spacelift" else ".tf-plan" if platform == "env0" else "x.tfplan"
    assert f"terraform show -json {show}" in here.calls()
    assert any(call.startswith("gate check ") for call in here.calls()) is not fails
    if platform == "Spacelift":
        report = here.work / "gate.custom.spacelift.json"
        assert report.is_file() is not fails
        if not fails:
            found = json.loads(report.read_text())
            assert (found["verdict"], found["findings"][0]["blocks"]) == ("block", True)
    elif not fails:
        assert "BLOCKED" in here.said


def test_the_rego_policy_reads_what_a_report_has() -> None:
    """Its names are the report's, and a report that is missing is denied."""
    text = BLOCKS["rego"].text
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text())
    finding = schema["$defs"]["finding"]["properties"]
    assert set(re.findall(r"\bgate\.(\w+)", text)) <= set(schema["properties"])
    assert set(re.findall(r"\bfinding\.(\w+)", text)) <= set(finding)
    assert "not gate.verdict" in text
    assert "custom.gate\n" in text
    assert "json=gate.custom.spacelift.json" in BLOCKS["after_plan"].text


def test_every_block_is_looked_at() -> None:
    """A new one needs a test."""
    named = {block.name for block in blocks(PAGE) if block.name}
    assert named == {*SCHEMAS, "after_plan", ".terrateam/config.yml", "digger.yml", "env0.yml"}
    assert all(isinstance(block, Block) for block in BLOCKS.values())
