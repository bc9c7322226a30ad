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
from tests.helpers.published_schemas import complaints

pytestmark = pytest.mark.slow

DOCUMENT = ROOT / "docs" / "ci.md"
BIN = Path(sys.executable).parent
BLOCKED = ROOT / "tests" / "plans" / "administrator-access-attached" / "plan.json"
SCHEMAS = {
    ".github/workflows/gate.yml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    ".gitlab/gate.yml": "vendor.gitlab-ci",
    "azure-pipelines-gate.yml": "vendor.azure-pipelines",
    "bitbucket-pipelines.yml": "vendor.bitbucket-pipelines",
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
        *SCHEMAS, "repos.yaml", ".pre-commit-config.yaml", "Jenkinsfile.gate", ".github/CODEOWNERS", "Dockerfile",
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
    assert complaints(schema, [path]) == ""


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
    assert names.index("terraform -chdir=. get") < names.index("kms-gate/gate")
    assert steps[names.index("kms-gate/gate")]["with"]["source"] == "${{ runner.temp }}/plans/plan.json=.\n"


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
        text = re.sub(r"\\?\n\s+(?=--?\w)", " ", block.text)  # options on lines of their own
        for name, rest in re.findall(r'(?m)(?<![\w.-])gate"? (check|report|comment|atlantis|explain)\b(.*)', text):
            words = re.split(r"\|\||[|;']", rest)[0].split("#")[0].rstrip("\\ ")
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
    assert placeholder in _named(".gitlab/gate.yml").text


def test_every_dependency_is_installed_by_its_hash() -> None:
    """Wherever pip installs gate, it comes alone, after its dependencies of the same commit."""
    found = 0
    for block in BLOCKS:
        lines = [line for line in block.text.split("\n") if "pip --isolated install" in line]
        for first, second in zip(lines[::2], lines[1::2], strict=True):
            assert re.search(
                r"--require-hashes --only-binary :all: -r \S+/gate/(0{40}|\$GATE)/requirements\.lock", first
            )
            assert re.search(r"--no-deps \S+kms-gate/gate@(0{40}|\$GATE)", second)
            found += 1
    assert found == 7


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
def job(tmp_path: Path, clone: Path) -> Path:
    """A clone with the source of a plan, and on PATH gate, python, terraform and terragrunt, which note their calls.

    `terraform show` and `terragrunt run` give a plan that is blocked; `terragrunt info print` tells a folder with its
    source. `python -m venv` makes a folder with gate in it. `jq` can do what the page asks of it, and no more;
    `docker` runs Terraform's image and no other.
    """
    work, programs = tmp_path / "work", tmp_path / "bin"
    shutil.copytree(clone, work)
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
    made = f'mkdir -p "$last/bin"; cp "{programs}/gate" "$last/bin/gate"; cp "{programs}/pip" "$last/bin/python"'
    python = f'test "$1 $2 $3" = "-I -m venv" || exit 1; for last; do :; done; {made}'
    scripts = {
        "gate": gate,
        "terraform": terraform,
        "terragrunt": terragrunt,
        "jq": jq,
        "pip": 'test "$1 $2 $3 $4 $5" = "-I -m pip --isolated install"',
        "docker": 'while test "$1" != hashicorp/terraform:1.15; do shift; done; shift; terraform "$@"',
        "python": python,
        "python3": python,
    }
    for name, script in scripts.items():
        (programs / name).write_text(f'#!/bin/sh\necho "{name} $1 $2" >>"$HOME/calls"\n{script}\n')
        (programs / name).chmod(0o755)
    return tmp_path


def _sh(job: Path, *command: str, **variables: str) -> int:
    environment = {"PATH": f"{job / 'bin'}:{os.environ['PATH']}", "HOME": str(job), **variables}
    done = subprocess.run(command, cwd=job / "work", env=environment, capture_output=True, text=True, check=False)
    return done.returncode


def _script(job: Path, lines: list[str], **variables: str) -> int:
    """A job's script as its shell runs it, with gate installed in the job's own folder."""
    return _sh(job, "sh", "-e", "-c", "\n".join(lines).replace("/opt/gate", str(job / "gate")), **variables)


def _calls(job: Path) -> list[str]:
    """What was called, each with its first two arguments; installing gate is said once for all that it takes."""
    told = [
        line.strip() for line in (job / "calls").read_text().splitlines() if not line.startswith(("jq ", "docker "))
    ]
    installing = [line for line in told if line.startswith(("python", "pip"))]
    assert installing == [] or [line.replace("3 ", " ") for line in installing] == ["python -I -m", *["pip -I -m"] * 2]
    return [line for line in told if line not in installing]


PLANNED = ["terraform -chdir=. init", "terraform -chdir=. plan", "terraform -chdir=. show"]
CHECKED = ["terraform -chdir=. get", "gate check plans/plan.json"]


def test_the_gitlab_jobs_block_and_leave_their_reports(job: Path) -> None:
    """The plan, the modules, the installation and the check, with GitLab's variables."""
    jobs = yaml.safe_load(_named(".gitlab/gate.yml").text)
    plan_job, modules_job, gate_job = jobs["gate-plan"], jobs["gate-modules"], jobs["gate"]
    assert gate_job["needs"] == ["gate-plan", "gate-modules"]
    assert plan_job["rules"] == modules_job["rules"] == gate_job["rules"]
    assert plan_job["artifacts"]["paths"] == ["plans"]
    assert modules_job["artifacts"]["paths"] == [".terraform/modules"]
    token = job / "token"
    identity = {"AWS_TOKEN": "secret", "AWS_WEB_IDENTITY_TOKEN_FILE": str(token)}
    assert set(plan_job["variables"]) == {"AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"}
    assert list(plan_job["id_tokens"]) == ["AWS_TOKEN"]
    assert _script(job, plan_job["script"], **identity) == 0
    assert token.read_text() == "secret"
    assert _script(job, modules_job["script"]) == 0
    variables = {"GITLAB_CI": "true", "CI_MERGE_REQUEST_IID": "7", "CI_DEFAULT_BRANCH": "main"}
    assert _script(job, gate_job["script"], **variables) == 1
    assert _calls(job) == [*PLANNED, *CHECKED]
    for name in gate_job["artifacts"]["reports"].values():
        assert (job / "work" / name).stat().st_size > 0


def test_the_jenkins_stages_block_and_leave_their_report(job: Path) -> None:
    """Each `sh` step in turn, with Jenkins' variables."""
    text = _named("Jenkinsfile.gate").text
    steps = ["".join(found) for found in re.findall(r"(?s)\bsh '''(.*?)'''|\bsh '([^'\n]+)'", text)]
    variables = {"JENKINS_URL": "x", "CHANGE_ID": "7", "WORKSPACE_TMP": str(job / "tmp")}
    statuses = []
    for step in steps:
        statuses.append(_sh(job, "sh", "-e", "-c", step, **variables))
        if step.startswith("rm -rf plans gate.xml report.json"):  # on the other machine, where `unstash` comes next
            shutil.copytree(job / "stashed", job / "work" / "plans")
        elif "show -json" in step:
            shutil.copytree(job / "work" / "plans", job / "stashed")
    assert statuses == [*[0] * (len(steps) - 1), 1]
    assert _calls(job) == [*PLANNED, *CHECKED]
    for name in re.findall(r"(?:junit|artifacts:) '(.*?)'", text):
        assert (job / "work" / name).stat().st_size > 0


def test_the_azure_jobs_block_and_leave_their_report(job: Path) -> None:
    """Each script in turn, with Azure's variables; the artifact lies where the download puts it."""
    plan_job, gate_job = yaml.safe_load(_named("azure-pipelines-gate.yml").text)["jobs"]
    assert gate_job["dependsOn"] == plan_job["job"]
    assert {"publish": "plans", "artifact": "plans"} in plan_job["steps"]
    assert {"download": "current", "artifact": "plans"} in gate_job["steps"]
    statuses = []
    for step in [*plan_job["steps"], *gate_job["steps"]]:
        if step.get("publish") == "plans":
            shutil.move(job / "work" / "plans", job / "plans")
        if "script" in step and step["displayName"] != "comment":  # which tests/docs/test_platforms.py runs
            script = step["script"]
            for name, value in (("Pipeline.Workspace", job), ("Agent.TempDirectory", job / "tmp")):
                script = script.replace(f"$({name})", str(value))
            statuses.append(_sh(job, "bash", "-c", script, TF_BUILD="True", BUILD_REASON="PullRequest"))
    assert statuses == [0, 0, 0, 1]
    assert _calls(job) == [*PLANNED, CHECKED[0], f"gate check {job}/plans/plan.json"]
    assert (job / "work" / "gate.xml").is_file()
    kept = next(step["publish"] for step in gate_job["steps"] if "publish" in step)
    assert Path(kept.replace("$(Agent.TempDirectory)", str(job / "tmp"))).is_file()


def test_the_bitbucket_steps_block_and_leave_their_report(job: Path) -> None:
    """Each step's script in turn, with Bitbucket's variables; what a step writes it passes on."""
    (pipeline,) = yaml.safe_load(_named("bitbucket-pipelines.yml").text)["pipelines"]["pull-requests"].values()
    plan, modules, gate = (each["step"] for each in pipeline)
    assert (plan["artifacts"], modules["artifacts"]) == (["plans/*.json"], [".terraform/modules/**"])
    assert plan["oidc"] is True
    token = job / "token"
    lines = [re.sub(r"(?<=TOKEN_FILE=)\S+", str(token), line) for line in plan["script"]]
    assert _script(job, lines, CI="true", BITBUCKET_STEP_OIDC_TOKEN="secret") == 0  # noqa: S106
    assert token.read_text() == "secret"
    assert _script(job, modules["script"], CI="true") == 0
    assert _script(job, gate["script"], CI="true") == 1
    assert _calls(job) == [*PLANNED, *CHECKED]
    assert (job / "work" / "test-results" / "gate.xml").is_file()
    (kept,) = gate["artifacts"]["upload"]
    assert kept["capture-on"] == "always"
    assert all((job / "work" / path).is_file() for path in kept["paths"])


@pytest.mark.parametrize("fails", [False, True])
def test_terragrunt_blocks_and_never_passes_without_a_plan(job: Path, fails: bool) -> None:
    """All units' plans are checked, each with the folder that Terragrunt ran in; none at all is no pass."""
    if fails:
        (job / "work" / "fails").touch()
    script = next(block.text for block in BLOCKS if "terragrunt" in block.text).replace("~/", "$HOME/")
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
