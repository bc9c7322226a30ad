"""docs/ci.md: every example parses, fits the schema of its system, uses options that exist, and runs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import click
import pytest
import yaml

from gate.cli import atlantis
from gate.cli.main import gate
from gate.reports import FORMATS
from tests.helpers.paths import ROOT

pytestmark = pytest.mark.slow

DOCUMENT = ROOT / "docs" / "ci.md"
BIN = Path(sys.executable).parent
BLOCKED = ROOT / "tests" / "plans" / "administrator-access-attached" / "plan.json"
SCHEMAS = {
    ".github/workflows/gate.yml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "azure-pipelines.yml": "vendor.azure-pipelines",
}


@dataclass(frozen=True)
class Block:
    """A fenced block; `name` is the file that its first line names in a comment."""

    language: str
    text: str
    name: str

    def __str__(self) -> str:
        return self.name or self.text.split("\n")[0][:40]


def _blocks() -> list[Block]:
    found = []
    for indent, language, text in re.findall(r"(?ms)^( *)```(\w+)\n(.*?)^ *```$", DOCUMENT.read_text()):
        plain = "\n".join(line.removeprefix(indent) for line in text.split("\n"))
        name = re.match(r"(?:#|//) (\S+)\n", plain)
        found.append(Block(language, plain, name[1] if name else ""))
    return found


BLOCKS = _blocks()
YAML = [block for block in BLOCKS if block.language == "yaml"]


def _named(name: str) -> Block:
    return next(block for block in BLOCKS if block.name == name)


def test_the_examples_are_found() -> None:
    """One for each system that the page promises."""
    assert {block.name for block in BLOCKS} >= {
        *SCHEMAS, "repos.yaml", ".pre-commit-config.yaml", "Jenkinsfile", ".github/CODEOWNERS",
    }  # fmt: skip
    assert DOCUMENT.read_text().count("```") == 2 * len(BLOCKS)


@pytest.mark.parametrize("block", YAML, ids=str)
def test_yaml_parses(block: Block) -> None:
    """And names its file."""
    assert isinstance(yaml.safe_load(block.text), dict)
    assert block.name


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items())
def test_yaml_fits_its_schema(name: str, schema: str, tmp_path: Path) -> None:
    """The schema that SchemaStore publishes for the system."""
    path = tmp_path / Path(name).name
    path.write_text(_named(name).text)
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", schema, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_actionlint_finds_nothing_in_the_workflow(tmp_path: Path) -> None:
    """The excerpt is a whole workflow."""
    path = tmp_path / "gate.yml"
    path.write_text(_named(".github/workflows/gate.yml").text)
    done = subprocess.run(
        [str(BIN / "actionlint"), "-no-color", str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_workflow_fetches_the_modules_before_gate() -> None:
    """In the job of gate and in the folder that it reads."""
    steps = yaml.safe_load(_named(".github/workflows/gate.yml").text)["jobs"]["gate"]["steps"]
    names = [step.get("run") or step["uses"].split("@")[0] for step in steps]
    assert names.index("terraform get") < names.index("kms-gate/gate")
    assert steps[names.index("kms-gate/gate")]["with"]["source"] == "."


def test_every_gate_names_its_source() -> None:
    """In CI gate looks at no folder by itself; Atlantis' command uses the project's, and the hook's is no CI."""
    words = [words for words in _commands() if words[0] == "check" and words[1] != "-"]
    assert words
    for command in words:
        assert "--source" in command or "${sources[@]}" in command, command


def _commands() -> list[list[str]]:
    """Every gate command of the page, without what the shell does with it."""
    found = []
    for block in BLOCKS:
        for name, rest in re.findall(r"(?m)(?<![\w.-])gate (check|report|comment|atlantis|explain)\b(.*)", block.text):
            words = re.split(r"\|\||[|;']", rest)[0].split("#")[0]
            found.append([name, *shlex.split(words)])
    return found


@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_commands_use_options_that_exist(words: list[str]) -> None:
    """A renamed option breaks the page, not its readers."""
    context = click.Context(gate)
    command = atlantis._parser() if words[0] == "atlantis" else gate.get_command(context, words[0])
    assert command is not None
    options = {
        spelling for p in command.params if isinstance(p, click.Option) for spelling in (*p.opts, *p.secondary_opts)
    }
    used = [word for word in words[1:] if word.startswith("-") and word != "-"]
    assert set(used) <= options
    formats = [after.split("=")[0] for word, after in pairwise(words) if word == "-o"]
    assert set(formats) <= set(FORMATS)


def test_there_are_commands_to_check() -> None:
    """The expression above finds them in every kind of block."""
    assert len(_commands()) >= 9


def test_gate_is_installed_from_a_commit_that_the_reader_puts_in() -> None:
    """The same placeholder everywhere, next to the words that say so; nothing comes unpinned from an index."""
    pages = [
        ROOT / "README.md",
        *sorted((ROOT / "docs").glob("*.md")),
        *sorted((ROOT / "examples/workflows").iterdir()),
    ]
    placeholder = "0" * 40
    for page in pages:
        lines = ["", "", *page.read_text().split("\n")]
        for number, line in enumerate(lines):
            assert not re.search(rf"pip3? .*install .*kms-gate(?!/gate(@|/(\$GATE|{placeholder})/))", line), page.name
            if re.search(r"kms-gate/gate(/comment)?@", line):
                pinned = rf"""kms-gate/gate(/comment)?@({placeholder}(['" ]|$)|\$GATE")"""
                assert re.search(pinned, line), (page.name, line)
            if placeholder in line:
                near = " ".join(lines[number - 2 : number + 1])
                assert re.search(r"the commit (of gate )?that you have read", near), (page.name, line)
    assert placeholder in _named(".gitlab-ci.yml").text


def test_both_pages_guard_the_configuration_in_every_folder() -> None:
    """The nearest .gate.toml counts, so that a pattern for the root alone would guard too little."""
    adopting = (ROOT / "docs" / "adopting.md").read_text()
    block = _named(".github/CODEOWNERS").text
    assert [line.split()[0] for line in block.strip().split("\n")[1:]] == [".gate.toml", "/.github/"]
    assert block in adopting


def test_the_waiver_hook_is_the_one_of_the_repository() -> None:
    """Its id exists, its command is gate's, and it runs for a configuration in any folder."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert (hook["entry"], hook["language"], hook["pass_filenames"]) == ("gate waivers", "python", False)
    assert gate.get_command(click.Context(gate), hook["entry"].split()[1]) is not None
    for name, matches in ((".gate.toml", True), ("live/prod/.gate.toml", True), ("x.gate.toml", False)):
        assert bool(re.search(hook["files"], name)) is matches
    used = re.findall(
        r"(?ms)^```yaml\n# \.pre-commit-config\.yaml\n(.*?)^```$", (ROOT / "docs/adopting.md").read_text()
    )
    (repository,) = yaml.safe_load(used[0])["repos"]
    assert repository["hooks"] == [{"id": hook["id"]}]


def test_every_link_leads_somewhere() -> None:
    """Files of the repository and headings of the page."""
    text = DOCUMENT.read_text()
    headings = {re.sub(r"[^\w -]", "", line).lower().replace(" ", "-") for line in re.findall(r"(?m)^#+ (.+)$", text)}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings
        elif not target.startswith("https://"):
            assert (DOCUMENT.parent / target.split("#")[0]).is_file()


def test_the_tables_are_the_action() -> None:
    """Every input and output of action.yml is on the page, and no other."""
    text = DOCUMENT.read_text()
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    rows = re.findall(r"(?m)^\| (`.*?) \|", text)
    assert {name for row in rows for name in re.findall(r"`([\w-]+)`", row)} == set(action["inputs"])
    outputs = next(line for line in text.split("\n") if line.startswith("Outputs: "))
    assert set(action["outputs"]) <= set(re.findall(r"`([\w-]+)`", outputs))


def test_the_atlantis_configuration_cannot_be_switched_off() -> None:
    """No override, no own workflows, one policy set, one step that prints, and the last resort."""
    configuration = yaml.safe_load(_named("repos.yaml").text)
    (repository,) = configuration["repos"]
    assert (repository["allowed_overrides"], repository["allow_custom_workflows"]) == ([], False)
    assert repository["policy_check"] is repository["custom_policy_check"] is True
    workflow = configuration["workflows"][repository["workflow"]]
    assert workflow["plan"]["steps"] == ["init", "plan"]  # `init` fetches the modules
    show, check = workflow["policy_check"]["steps"]
    assert show == "show"
    assert re.fullmatch(r"\S+/gate atlantis --config \S+ \|\| echo 'FAIL - gate did not run, 1 failure'", check["run"])
    (policy_set,) = configuration["policies"]["policy_sets"]
    assert policy_set["prevent_self_approve"] is True
    assert re.findall(policy_set["policy_item_regex"], "FAIL - a\n\nx FAIL\nFAIL - b") == ["FAIL - a", "FAIL - b"]


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """A clone with a blocked plan and its source, and on PATH gate, terraform and terragrunt, which note their calls.

    `terraform show` and `terragrunt run` write that plan; `terragrunt info print` tells a folder with its source.
    `jq` can do what the page asks of it, and no more.
    """
    origin, work, programs = tmp_path / "origin", tmp_path / "work", tmp_path / "bin"
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    for command in (
        ["init", "--quiet", "-b", "main", str(origin)],
        ["-C", str(origin), *identity, "commit", "--quiet", "--allow-empty", "-m", "one"],
        ["clone", "--quiet", "--depth=1", f"file://{origin}", str(work)],
    ):
        subprocess.run(["git", *command], check=True)
    shutil.copy(BLOCKED, work / "plan.json")
    cache = work / "live" / "app" / ".terragrunt-cache" / "x" / "y"
    cache.mkdir(parents=True)
    for folder in (work, cache):
        shutil.copy(BLOCKED.with_name("after.tf"), folder / "main.tf")
    programs.mkdir()
    terraform = f'case "$*" in *show*) cat "{BLOCKED}";; esac; test ! -e fails'
    plan = f'if test ! -e fails; then mkdir -p plans/live/app; cp "{BLOCKED}" plans/live/app/tfplan.json; fi'
    folder = f'test "$*" = "info print --working-dir live/app" && printf \'{{"working_dir": "%s"}}\' "{cache}"'
    terragrunt = f'case "$1" in run) {plan};; *) {folder};; esac'
    jq = f'"{sys.executable}" -I -c "import json, sys; print(json.load(sys.stdin)[sys.argv[2][1:]])" "$@"'
    gate = f'"{sys.executable}" -I -m gate "$@"'
    scripts = {"gate": gate, "terraform": terraform, "terragrunt": terragrunt, "jq": jq}
    for name, script in scripts.items():
        (programs / name).write_text(f'#!/bin/sh\necho "{name} $1 $2" >>"$HOME/calls"\n{script}\n')
        (programs / name).chmod(0o755)
    return tmp_path


def _sh(job: Path, *command: str, **variables: str) -> int:
    environment = {"PATH": f"{job / 'bin'}:{os.environ['PATH']}", "HOME": str(job), **variables}
    done = subprocess.run(command, cwd=job / "work", env=environment, capture_output=True, text=True, check=False)
    return done.returncode


def _calls(job: Path) -> list[str]:
    """What was called, each with its first two arguments."""
    return [line.strip() for line in (job / "calls").read_text().splitlines() if not line.startswith("jq ")]


def test_the_gitlab_job_blocks_and_leaves_its_reports(job: Path) -> None:
    """Everything but the installation, with GitLab's variables, after the job that fetches the modules."""
    jobs = yaml.safe_load(_named(".gitlab-ci.yml").text)
    modules_job, gate_job = jobs["modules"], jobs["gate"]
    assert gate_job["needs"] == ["plan", "modules"]
    assert modules_job["rules"] == gate_job["rules"]
    assert modules_job["artifacts"]["paths"] == [".terraform/modules"]
    assert _sh(job, "sh", "-e", "-c", "\n".join(modules_job["script"])) == 0
    lines = [line for line in gate_job["script"] if " -m " not in line]
    script = "set -e\n" + "\n".join(lines).replace("/opt/gate/bin/gate", "gate")
    variables = {"GITLAB_CI": "true", "CI_MERGE_REQUEST_IID": "7", "CI_DEFAULT_BRANCH": "main"}
    assert _sh(job, "sh", "-c", script, **variables) == 1
    assert _calls(job) == ["terraform get", "gate check plan.json"]
    for name in gate_job["artifacts"]["reports"].values():
        assert (job / "work" / name).stat().st_size > 0


def test_the_jenkins_stage_blocks_and_leaves_its_report(job: Path) -> None:
    """Each `sh` step in turn, with Jenkins' variables."""
    steps = re.findall(r"(?m)^ *sh '(.*)'$", _named("Jenkinsfile").text)
    statuses = [_sh(job, "sh", "-c", step, JENKINS_URL="x", CHANGE_ID="7") for step in steps]
    assert statuses == [0, 0, 1]
    assert _calls(job) == ["terraform get", "gate check plan.json"]
    assert (job / "work" / "gate.xml").is_file()


def test_the_azure_steps_block_and_leave_their_report(job: Path) -> None:
    """Each script in turn, with Azure's variables."""
    steps = [step["script"] for step in yaml.safe_load(_named("azure-pipelines.yml").text)["steps"] if "script" in step]
    statuses = [_sh(job, "bash", "-e", "-c", step, TF_BUILD="True", BUILD_REASON="PullRequest") for step in steps]
    assert statuses == [0, 1]
    assert _calls(job) == ["terraform get", "gate check plan.json"]
    assert (job / "work" / "gate.xml").is_file()


@pytest.mark.parametrize("fails", [False, True])
def test_terragrunt_blocks_and_never_passes_without_a_plan(job: Path, fails: bool) -> None:
    """All units' plans are checked, each with the folder that Terragrunt ran in; none at all is no pass."""
    if fails:
        (job / "work" / "fails").touch()
    script = next(block.text for block in BLOCKS if "terragrunt" in block.text)
    assert _sh(job, "bash", "-c", script) == 1
    assert (job / "work" / "report.json").is_file() is not fails
    if not fails:
        assert _calls(job) == ["terragrunt run --all", "terragrunt info print", "gate check plans/live/app/tfplan.json"]


def test_the_hook_blocks_and_needs_a_plan(job: Path) -> None:
    """As pre-commit runs it: blocked, then with a terraform that fails."""
    (hook,) = yaml.safe_load(_named(".pre-commit-config.yaml").text)["repos"][0]["hooks"]
    assert re.search(hook["files"], "modules/iam/main.tf")
    assert _sh(job, *shlex.split(hook["entry"])) == 1
    assert "terraform plan -input=false" in _calls(job)  # which refuses to run where no `init` has fetched the modules
    (job / "work" / "fails").touch()
    assert _sh(job, *shlex.split(hook["entry"])) != 0
