"""gate/forges/github_target.py: which pull request is meant."""

import json
from pathlib import Path
from typing import Any

import pytest

from gate.errors import GateError
from gate.forges.github_target import PullRequest, find, job
from gate.forges.http import Api
from gate.forges.message import Job
from tests.helpers.fake_github import GitHub

pytestmark = pytest.mark.slow

SHA = "a" * 40


def _actions(tmp_path: Path, event: object, **variables: str) -> dict[str, str]:
    path = tmp_path / "event.json"
    path.write_text(event if isinstance(event, str) else json.dumps(event))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "acme/infra",
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_EVENT_NAME": "some_event",
        **variables,
    }


def test_options_need_no_environment(api: Api) -> None:
    """--repo and --pr are enough."""
    assert find(api, {}, "acme/infra", 7) == PullRequest("acme/infra", 7)


def test_options_go_before_the_event(api: Api, tmp_path: Path) -> None:
    """What is said is meant."""
    environment = _actions(tmp_path, {"pull_request": {"number": 1}})
    assert find(api, environment, "other/repo", 7) == PullRequest("other/repo", 7)


@pytest.mark.parametrize(
    "event",
    [{"pull_request": {"number": 7}}, {"issue": {"number": 7, "pull_request": {"url": "x"}}}],
    ids=["pull_request", "issue_comment"],
)
def test_the_event_names_it(api: Api, tmp_path: Path, event: object) -> None:
    """A pull request's own event, and a comment on one."""
    assert find(api, _actions(tmp_path, event), None, None) == PullRequest("acme/infra", 7)


def test_the_merge_ref_names_it(api: Api, tmp_path: Path) -> None:
    """Where the event is silent, refs/pull/N/merge speaks."""
    assert find(api, _actions(tmp_path, {}, GITHUB_REF="refs/pull/7/merge"), None, None).number == 7


@pytest.mark.parametrize(
    "event",
    [{}, {"issue": {"number": 7}}, [], {"pull_request": 7}, {"pull_request": {"number": "7"}}, {"merge_group": {}}],
)
def test_an_event_without_a_pull_request_is_named(api: Api, tmp_path: Path, event: object) -> None:
    """A push, a merge group, an issue: there is nothing to comment on."""
    with pytest.raises(GateError, match="`some_event` belongs to no pull request"):
        find(api, _actions(tmp_path, event), None, None)


@pytest.mark.parametrize("event", ["", "{", "[" * 100000])
def test_an_event_that_is_not_json_is_no_traceback(api: Api, tmp_path: Path, event: str) -> None:
    """One line instead."""
    with pytest.raises(GateError, match="cannot be read as an event"):
        find(api, _actions(tmp_path, event), None, None)


def _run(**changes: Any) -> dict[str, Any]:
    run = {
        "head_repository": {"full_name": "fork/infra"},
        "head_branch": "a&b=c #1",
        "head_sha": SHA,
        "pull_requests": [],
    }
    return {"workflow_run": run | changes, "pull_request": {"number": 999}}


def _pull(number: int, sha: str = SHA, repository: str | None = "fork/infra") -> dict[str, Any]:
    repo = {"full_name": repository} if repository else None
    return {"number": number, "label": "fork:a&b=c #1", "head": {"sha": sha, "repo": repo}}


def test_a_workflow_run_is_found_by_its_head(github: GitHub, api: Api, tmp_path: Path) -> None:
    """The pull request of a fork, whose branch has a hostile name, by what GitHub knows of the run."""
    github.pulls = [_pull(5, sha="b" * 40), _pull(6, repository="fork/other"), _pull(7), _pull(8, repository=None)]
    assert find(api, _actions(tmp_path, _run()), None, None) == PullRequest("acme/infra", 7)


@pytest.mark.parametrize(
    ("pulls", "found"), [([], "no open pull request"), ([_pull(7), _pull(8)], "2 open pull requests")]
)
def test_a_workflow_run_that_is_not_unique_is_named(
    github: GitHub, api: Api, tmp_path: Path, pulls: list[dict[str, Any]], found: str
) -> None:
    """An outdated run, or two pull requests of one commit: no guess."""
    github.pulls = pulls
    with pytest.raises(GateError, match=found):
        find(api, _actions(tmp_path, _run()), None, None)


def test_a_workflow_run_of_a_deleted_fork_is_named(api: Api, tmp_path: Path) -> None:
    """Its repository is null."""
    with pytest.raises(GateError, match="names no head branch"):
        find(api, _actions(tmp_path, _run(head_repository=None)), None, None)


ATLANTIS = {"BASE_REPO_OWNER": "acme", "BASE_REPO_NAME": "infra", "PULL_NUM": "7"}


def test_atlantis_names_it(api: Api) -> None:
    """Its variables have the repository and the number."""
    assert find(api, ATLANTIS, None, None) == PullRequest("acme/infra", 7)


def test_atlantis_on_another_host_is_not_written_to(api: Api) -> None:
    """A merge request of GitLab has such variables too, and a pull request of that number may exist on GitHub."""
    with pytest.raises(GateError, match="GITHUB_API_URL"):
        find(api, ATLANTIS | {"PULL_URL": "https://gitlab.example.com/acme/infra/-/merge_requests/7"}, None, None)


@pytest.mark.parametrize("number", ["", "0", "-1", "7; x", "٧", "9" * 40])
def test_a_number_of_atlantis_that_is_none(api: Api, number: str) -> None:
    """It reaches no address."""
    with pytest.raises(GateError, match="no pull request is named"):
        find(api, ATLANTIS | {"PULL_NUM": number}, None, None)


@pytest.mark.parametrize(
    "name", ["infra", "a/b/c", "../../user", "acme/..", "acme/.", "acme/x?y", "acme/x\n", "/", "ac me/x"]
)
def test_a_repository_that_is_none_reaches_no_address(github: GitHub, api: Api, name: str) -> None:
    """OWNER/NAME, and nothing that changes the path."""
    with pytest.raises(GateError, match="is not a repository"):
        find(api, {}, name, 7)
    assert github.seen == []


def test_nothing_at_all_asks_for_options(api: Api) -> None:
    """On a laptop both have to be said."""
    with pytest.raises(GateError, match="--repo OWNER/NAME --pr N"):
        find(api, {}, None, None)


RUN = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "42", "GITHUB_SHA": "c" * 40}
LOG = "https://github.com/acme/infra/actions/runs/42"
FILES = "https://github.com/acme/infra/blob"


def test_the_commit_is_the_head_and_not_the_merge(tmp_path: Path) -> None:
    """GITHUB_SHA of a pull request's event is a merge that its reader cannot find."""
    event = {"pull_request": {"number": 7, "head": {"sha": SHA}}}
    assert job(_actions(tmp_path, event, **RUN)) == Job(SHA, LOG, FILES)


def test_the_commit_of_a_workflow_run_is_that_of_the_run_before(tmp_path: Path) -> None:
    """And so is the log: that is where gate ran."""
    before = "https://github.com/acme/infra/actions/runs/41"
    event = {"workflow_run": {"head_sha": SHA, "html_url": before}, "pull_request": {"head": {"sha": "b" * 40}}}
    assert job(_actions(tmp_path, event, **RUN)) == Job(SHA, before, FILES)


@pytest.mark.parametrize("event", [{}, [], {"pull_request": {"head": None}}, {"pull_request": {"head": {"sha": 7}}}])
def test_a_commit_that_nobody_names_is_not_guessed(tmp_path: Path, event: object) -> None:
    """The default branch's commit, which GITHUB_SHA is for a comment's event, would be wrong."""
    assert job(_actions(tmp_path, event, **RUN)) == Job("", LOG, FILES)


def test_lines_are_linked_at_the_commit() -> None:
    """Where both the files and the commit are known."""
    assert Job(SHA, "", FILES).source == f"{FILES}/{SHA}/{{file}}#L{{line}}"
    assert Job("", "", FILES).source == Job(SHA, LOG).source == ""


def test_atlantis_names_the_commit() -> None:
    """By a variable of its own."""
    assert job({"HEAD_COMMIT": SHA}) == Job(SHA)
