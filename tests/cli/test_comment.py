"""`gate comment` as it is called, against a server that answers like GitHub, and the servers of the other forges."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gate.forges.body import marker
from gate.report import PlanReport, report
from gate.reports import render
from tests.helpers import fake_azure, fake_bitbucket, fake_gitlab
from tests.helpers.commands import gate
from tests.helpers.fake_github import BOT, GitHub

pytestmark = pytest.mark.slow


PASS = report((PlanReport("plan.json", "1.9.5", "1.2", True, 1, 1),), ())


@pytest.fixture
def written(tmp_path: Path) -> str:
    """A JSON report in a file."""
    path = tmp_path / "report.json"
    path.write_text(render(PASS, "json"))
    return str(path)


def _comment(*arguments: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **variables}
    return gate(Path.cwd(), environment, "comment", *arguments, stdin=stdin.encode())


def _as_job(github: GitHub, tmp_path: Path) -> dict[str, str]:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    (tmp_path / "summary.md").touch()
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": github.url,
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REPOSITORY": "acme/infra",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_TOKEN": "token-of-actions",
    }


def test_a_job_writes_updates_and_leaves_its_comment(github: GitHub, tmp_path: Path, written: str) -> None:
    """Created, then unchanged, then updated; one line on standard output each time."""
    job = _as_job(github, tmp_path)
    first, second = _comment(written, **job), _comment(written, **job)
    github.comments[0]["body"] = f"{marker('')}\nBLOCKED"
    third = _comment(written, **job)
    assert [done.returncode for done in (first, second, third)] == [0, 0, 0]
    address = "https://github.com/acme/infra/pull/7#issuecomment-1001\n"
    assert [done.stdout for done in (first, second, third)] == [
        f"created {address}", f"unchanged {address}", f"updated {address}",
    ]  # fmt: skip
    assert "PASS" in github.comments[0]["body"]


def test_several_reports_become_one_comment(github: GitHub, tmp_path: Path, written: str) -> None:
    """What a matrix left behind, one of them on standard input, with an id."""
    done = _comment(written, "-", "--id", "all", stdin=Path(written).read_text(), **_as_job(github, tmp_path))
    assert done.returncode == 0, done.stderr
    assert [body.split("\n")[0] for body in github.bodies()] == [marker("all")]


def test_a_read_only_token_leaves_the_report_in_the_summary(github: GitHub, tmp_path: Path, written: str) -> None:
    """One line on standard error without the token, exit 2, and the report where it can be read."""
    done = _comment(written, **_as_job(github, tmp_path) | {"GITHUB_TOKEN": "token-read-only"})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("gate: no comment was written: acme/infra#7: ")
    assert "the report is in the step's summary instead" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "token-read-only" not in done.stderr
    assert "PASS" in (tmp_path / "summary.md").read_text()


def test_no_token_is_exit_2(written: str) -> None:
    """And what to give is said."""
    done = _comment(written, "--repo", "acme/infra", "--pr", "7")
    assert done.returncode == 2
    assert "GITHUB_TOKEN is not set" in done.stderr


@pytest.mark.parametrize("text", ["", "{}", '{"format_version": "1.2"}', '{"schema_version": "9.0"}', "not json"])
def test_what_is_no_report_is_not_written(github: GitHub, tmp_path: Path, text: str) -> None:
    """Nothing is asked of the server."""
    (tmp_path / "report.json").write_text(text)
    done = _comment(str(tmp_path / "report.json"), **_as_job(github, tmp_path))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert github.seen == []


def test_a_report_of_a_hostile_job_says_only_itself(github: GitHub, tmp_path: Path, written: str) -> None:
    """A pass that holds a blocking finding was altered, and is refused."""
    altered = json.loads(Path(written).read_text())
    altered["verdict"] = "approved"
    Path(written).write_text(json.dumps(altered))
    github.add(f"{marker('')}\nBLOCKED", BOT)
    assert _comment(written, **_as_job(github, tmp_path)).returncode == 2
    assert "BLOCKED" in github.bodies()[0]


def test_no_verdict_takes_the_place_of_yesterdays_green(github: GitHub, tmp_path: Path, written: str) -> None:
    """The comment of an earlier commit says NO VERDICT, and a report turns it back."""
    job = _as_job(github, tmp_path)
    (tmp_path / "event.json").write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": "ab" * 20}}}))
    done = [_comment(*words, **job) for words in ([written], ["--no-verdict"], [written])]
    bodies = [seen.body["body"] for seen in github.seen if seen.body]
    assert [d.returncode for d in done] == [0, 0, 0], done[1].stderr
    assert [d.stdout.split()[0] for d in done] == ["created", "updated", "updated"]
    assert ["NO VERDICT for commit `abababa`" in body for body in bodies] == [False, True, False]
    assert ["PASS" in body for body in bodies] == [True, False, True]
    assert len(github.comments) == 1


def test_a_job_of_an_old_commit_says_so_and_writes_nothing(github: GitHub, tmp_path: Path, written: str) -> None:
    """Its report is no news; the later commit's job has spoken, or will."""
    github.head = "cd" * 20
    done = _comment(written, "--commit", "ab" * 20, **_as_job(github, tmp_path))
    assert (done.returncode, github.comments) == (0, [])
    assert done.stdout == f"left acme/infra#7 alone: commit {'ab' * 20} is not its head any more\n"


def test_the_commit_may_be_said(github: GitHub, tmp_path: Path) -> None:
    """It goes before the event's, and in no other spelling than a commit has."""
    job = _as_job(github, tmp_path)
    assert _comment("--no-verdict", "--commit", "CDEF" * 10, **job).returncode == 0
    assert "NO VERDICT for commit `cdefcde`" in github.bodies()[0]
    done = _comment("--no-verdict", "--commit", "main", **job)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "`main` is not a commit" in done.stderr
    assert "give `--commit SHA`" in _comment("--no-verdict", **job).stderr


def test_a_machine_without_network_is_told_within_ten_seconds(tmp_path: Path, written: str) -> None:
    """One line, exit 2, and the report where it can be read."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    (tmp_path / "summary.md").touch()
    job = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/infra", "GITHUB_EVENT_PATH": str(event)}
    job |= {"GITHUB_API_URL": "http://127.0.0.1:9", "GITHUB_TOKEN": "secret"}
    done = _comment(written, **job, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert done.returncode == 2
    assert done.stderr.startswith("gate: no comment was written: no network: `127.0.0.1` cannot be reached")
    assert "the report is in the step's summary instead" in done.stderr
    assert (done.stderr.count("\n"), "secret" in done.stderr) == (1, False)


def _gitlab(url: str) -> dict[str, str]:
    place = {"CI_PROJECT_ID": "42", "CI_MERGE_REQUEST_IID": "7", "CI_COMMIT_SHA": "ab" * 20}
    return {"GITLAB_CI": "true", "CI_API_V4_URL": url, "GITLAB_TOKEN": "token-of-gate", **place}


def _azure(url: str) -> dict[str, str]:
    place = {"SYSTEM_TEAMPROJECT": "acme team", "BUILD_REPOSITORY_ID": "9b0c", "SYSTEM_PULLREQUEST_PULLREQUESTID": "7"}
    about = {"SYSTEM_PULLREQUEST_SOURCECOMMITID": "ab" * 20, "BUILD_REPOSITORY_NAME": "infra"}
    return {"TF_BUILD": "True", "SYSTEM_COLLECTIONURI": url, "SYSTEM_ACCESSTOKEN": "token-of-build", **place, **about}


def _bitbucket(url: str) -> dict[str, str]:
    place = {"BITBUCKET_REPO_FULL_NAME": "acme/infra", "BITBUCKET_COMMIT": "ab" * 20}
    return {"BITBUCKET_BUILD_NUMBER": "9", "BITBUCKET_API_URL": url, "BITBUCKET_TOKEN": "token-of-gate", **place}


@pytest.mark.parametrize(
    ("forge", "variables", "said"),
    [
        (fake_gitlab, _gitlab, lambda server: server.bodies()),
        (fake_azure, _azure, lambda server: [content for content, _ in server.alive()]),
        (fake_bitbucket, _bitbucket, lambda server: [report["details"] for report in server.reports.values()]),
    ],
    ids=["gitlab", "azure", "bitbucket"],
)
def test_every_forge_is_told_a_report_and_no_verdict(
    forge: Any, variables: Callable[[str], dict[str, str]], said: Callable[[Any], list[str]], written: str
) -> None:
    """By the variables of its own CI alone: created, then updated in place."""
    with forge.serve() as server:
        for words, told in (([written], "PASS"), (["--no-verdict"], "NO VERDICT for commit")):
            done = _comment(*words, **variables(server.url))
            assert (done.returncode, done.stderr) == (0, "")
            (text,) = said(server)
            assert told in text
    assert done.stdout.startswith("updated ")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--pr", "0", "r.json"],
        ["--pr", "x", "r.json"],
        ["missing.json"],
        ["r.json", "--no-verdict"],
        ["--forge", "x"],
    ],
)
def test_wrong_usage_is_exit_2(arguments: list[str]) -> None:
    """Never 1, which means blocked."""
    variables = {"GITHUB_TOKEN": "x"}
    assert _comment(*arguments, **variables).returncode == 2


def test_the_network_code_is_loaded_by_this_command_alone() -> None:
    """Start-up of the others does not pay for it."""
    code = "import sys, gate.cli.main, gate.cli.check, gate.cli.report; print('urllib3' in sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "False\n"
