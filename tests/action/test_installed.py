"""The whole action, installed from PyPI as a runner would, on a hostile checkout."""

import shutil
from pathlib import Path

import pytest

from tests.helpers.fake_github import serve
from tests.helpers.github_runner import HOSTILE, ROOT, Runner, annotations, owned, run

pytestmark = pytest.mark.slow

PLANS = ROOT / "tests" / "plans"
BLOCKED, PASSED = PLANS / "administrator-access-attached", PLANS / "destroyed"


def test_the_installation_is_isolated_and_complete(installed: str, runner: Runner) -> None:
    """Nothing of the checkout or of PYTHON* and PIP_* counts, and every import of gate works."""
    code = "import click, msgspec, urllib3, gate.reports.markdown, gate.forges.github, gate; print(gate.__file__)"
    done = run(installed, "-I", "-c", code, cwd=runner.checkout)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(runner.action / "gate" / "__init__.py")
    assert run(installed, "-I", "-m", "pip", "check", cwd=runner.temp).returncode == 0


def test_an_old_python_is_named(runner: Runner, tmp_path: Path) -> None:
    """The message says which Python is needed and where to get it."""
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    ended = runner.step("install", {"python": str(old)})
    assert ended.status == 2
    assert annotations(ended.log)[0][1].startswith("gate needs Python 3.11 or newer")


@pytest.mark.parametrize("python", [HOSTILE, "no-such-python", "--help"])
def test_a_hostile_python_is_only_a_name(runner: Runner, python: str) -> None:
    """The input reaches the shell as text."""
    ended = runner.step("install", {"python": python})
    assert ended.status == 2
    assert [level for level, _ in annotations(ended.log)] == ["error"]
    assert owned(runner) == []


@pytest.mark.parametrize(("case", "verdict", "status"), [(BLOCKED, "block", 1), (PASSED, "pass", 0)])
def test_the_whole_action(installed: str, runner: Runner, case: Path, verdict: str, status: int) -> None:
    """Installed from PyPI, on a hostile checkout, with a hostile name: the configuration of main decides."""
    runner.outputs["install"] = {"python": installed}
    name = f"{HOSTILE}.json"
    shutil.copy(case / "plan.json", runner.checkout / name)
    assert runner.step("config").status == 0
    inputs = {"plan": name, "sarif": "out.sarif", "junit": "out.xml", "source": "none"}
    ended = runner.step("check", inputs)
    assert ended.status == status, ended.log
    assert ended.outputs["verdict"] == verdict
    assert (runner.checkout / "out.sarif").is_file()
    assert (runner.checkout / "out.xml").is_file()
    assert ended.summary.startswith("### ")
    assert {level for level, _ in annotations(ended.log)} <= {"error", "warning", "notice"}
    assert owned(runner) == []


@pytest.mark.parametrize(
    ("folders", "source"),
    [
        (["live/a"], "live/a"),
        (["live/a", "live/b"], "live/a\nlive/b"),
        (["live/a", "live/b"], "live/a/plan.json=live/a\nlive/b/plan.json=live/b"),
    ],
    ids=["one of a matrix", "several", "pairs"],
)
def test_the_source_of_each_plan_is_read(installed: str, runner: Runner, folders: list[str], source: str) -> None:
    """The annotation of each plan's finding stands at a line of its own folder."""
    runner.outputs["install"] = {"python": installed}
    for name, role in zip(folders, ("app", "web"), strict=False):
        folder = runner.checkout / name
        folder.mkdir(parents=True)
        for old, new in (("plan.json", "plan.json"), ("after.tf", "main.tf")):
            text = (BLOCKED / old).read_text()
            (folder / new).write_text(
                text.replace("aws_iam_role.app", f"aws_iam_role.{role}").replace('"app"', f'"{role}"')
            )
    assert runner.step("config").status == 0
    ended = runner.step("check", {"plan": "live/*/plan.json", "source": source})
    assert ended.status == 1, ended.log
    for name in folders:
        assert f"file={name}/main.tf,line=12" in ended.stdout


def test_the_wrapper_of_setup_terraform_is_named(installed: str, runner: Runner) -> None:
    """Its traces in the plan give the exact advice."""
    runner.outputs["install"] = {"python": installed}
    (runner.checkout / "plan.json").write_text(
        '[command]/opt/terraform-bin show -json tfplan\n{"format_version":"1.2"}'
    )
    assert runner.step("config").status == 0
    ended = runner.step("check", {"plan": "plan.json", "source": "none"})
    assert ended.status == 2
    assert "terraform_wrapper: false" in annotations(ended.log)[0][1]


@pytest.mark.parametrize("token", ["token-of-actions", "token-read-only"])
def test_the_comment_follows_the_check_and_never_changes_it(installed: str, runner: Runner, token: str) -> None:
    """A blocked plan becomes one comment; with a fork's token it becomes a warning, and the step still succeeds."""
    runner.outputs["install"] = {"python": installed}
    shutil.copy(BLOCKED / "plan.json", runner.checkout / "plan.json")
    event = runner.temp / "event.json"
    event.write_text('{"pull_request": {"number": 7}}')
    with serve() as github:
        runner.variables |= {"GITHUB_API_URL": github.url, "GITHUB_EVENT_PATH": str(event)}
        assert runner.step("config").status == 0
        assert runner.step("check", {"plan": "plan.json", "source": "none"}).status == 1
        runner.github["token"] = token
        ended = runner.step("Comment on the pull request")
    assert ended.status == 0
    assert token not in ended.log
    if token == "token-of-actions":
        assert annotations(ended.log) == []
        assert len(github.comments) == 1
        assert "BLOCKED" in github.comments[0]["body"]
    else:
        assert [level for level, _ in annotations(ended.log)] == ["warning"]
        assert github.comments == []


def test_a_run_without_a_verdict_takes_back_an_earlier_one(installed: str, runner: Runner) -> None:
    """The comment was green for another commit; a plan that cannot be read makes it say NO VERDICT."""
    runner.outputs["install"] = {"python": installed}
    shutil.copy(PASSED / "plan.json", runner.checkout / "plan.json")
    event = runner.temp / "event.json"
    event.write_text('{"pull_request": {"number": 7}}')
    runner.github["event.pull_request.head.sha"] = "ab" * 20
    with serve() as github:
        runner.variables |= {"GITHUB_API_URL": github.url, "GITHUB_EVENT_PATH": str(event)}
        assert runner.step("config").status == 0
        assert runner.step("check", {"plan": "plan.json", "source": "none"}).status == 0
        runner.step("Comment on the pull request")
        (runner.checkout / "plan.json").write_text("PK")
        assert runner.step("check", {"plan": "plan.json", "source": "none"}).status == 2
        ended = runner.step("Comment on the pull request")
        bodies = [seen.body["body"] for seen in github.seen if seen.body]
    assert annotations(ended.log) == []
    assert ["PASS" in body for body in bodies] == [True, False]
    assert "NO VERDICT for commit `abababa`" in bodies[1]
    assert len(github.comments) == 1
