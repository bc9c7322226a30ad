"""Which pull request is meant: from options, from the GitHub Actions event, or from Atlantis' variables."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from gate.errors import GateError
from gate.forges import message
from gate.forges.http import Api, decode, request
from gate.forges.message import Job

_REPOSITORY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*/(?!\.{1,2}$)[A-Za-z0-9_.-]+", re.ASCII)
_MERGE_REF = re.compile(r"refs/pull/([1-9][0-9]{0,9})/(?:merge|head)", re.ASCII)
_HINT = "give `--pr N` (and `--repo OWNER/NAME`)"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """`repository` is OWNER/NAME, as the API's paths want it."""

    repository: str
    number: int


class _Repository(msgspec.Struct):
    full_name: str


class _Head(msgspec.Struct):
    sha: str
    repo: _Repository | None  # null once the fork is deleted


class _Pull(msgspec.Struct):
    number: int
    head: _Head


def find(api: Api, environment: Mapping[str, str], repository: str | None, number: int | None) -> PullRequest:
    """The pull request that the options name, and the environment where they do not.

    `environment` is that of a GitHub Actions step or of an Atlantis run step. A workflow_run event is answered by the
    API, by the head of the run that it followed: what that run left behind is not believed. Raises GateError if no
    pull request is named, or more than one.
    """
    repository = _repository(repository or _named_repository(environment))
    if number is None and environment.get("GITHUB_ACTIONS") == "true":
        event = _event(environment)
        if isinstance(event.get("workflow_run"), dict):
            number = _of_workflow_run(api, repository, event["workflow_run"])
        else:
            number = _of_event(environment, event)
    elif number is None:
        number = _of_atlantis(api, environment)
    if number < 1:
        raise GateError("a pull request's number is 1 or more")
    return PullRequest(repository, number)


def job(environment: Mapping[str, str]) -> Job:
    """The commit that a step checks, and where the run's log and the files are: those of a fork are shown by the
    repository of the pull request as well.

    Of a pull request's event it is the head: GITHUB_SHA is a merge with the base branch that nobody has seen
    (https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request). Of a
    workflow_run event it is the head of the run that it followed. Atlantis names it HEAD_COMMIT.
    """
    if environment.get("GITHUB_ACTIONS") != "true":
        return message.job(environment.get("HEAD_COMMIT"))
    event = _event(environment)
    log = message.filled("{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}", environment)
    files = message.filled("{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/blob", environment)
    run, pull = event.get("workflow_run"), event.get("pull_request")
    if isinstance(run, dict):
        return message.job(run.get("head_sha"), str(run.get("html_url", "")), files)
    head = pull.get("head") if isinstance(pull, dict) else None
    return message.job(head.get("sha") if isinstance(head, dict) else None, log, files)


def _repository(name: str) -> str:
    if not _REPOSITORY.fullmatch(name):
        raise GateError(f"`{_shown(name)}` is not a repository; write `--repo OWNER/NAME`")
    return name


def _named_repository(environment: Mapping[str, str]) -> str:
    if environment.get("GITHUB_ACTIONS") == "true" and environment.get("GITHUB_REPOSITORY"):
        return environment["GITHUB_REPOSITORY"]
    owner, name = environment.get("BASE_REPO_OWNER"), environment.get("BASE_REPO_NAME")
    if owner and name:
        return f"{owner}/{name}"
    raise GateError("no repository is named here; give `--repo OWNER/NAME --pr N`")


def _event(environment: Mapping[str, str]) -> dict[str, Any]:
    path = environment.get("GITHUB_EVENT_PATH", "")
    try:
        event = json.loads(Path(path).read_bytes()) if path else {}
    except (OSError, ValueError, RecursionError):
        raise GateError(f"GITHUB_EVENT_PATH cannot be read as an event; {_HINT}") from None
    return event if isinstance(event, dict) else {}


def _of_event(environment: Mapping[str, str], event: dict[str, Any]) -> int:
    for key in ("pull_request", "issue"):
        thing = event.get(key)
        if isinstance(thing, dict) and (key == "pull_request" or "pull_request" in thing):
            number = thing.get("number")
            if isinstance(number, int):
                return number
    merge = _MERGE_REF.fullmatch(environment.get("GITHUB_REF", ""))
    if merge:
        return int(merge[1])
    name = _shown(environment.get("GITHUB_EVENT_NAME", "this"))
    raise GateError(f"the event `{name}` belongs to no pull request, so there is nothing to comment on; {_HINT}")


def _of_workflow_run(api: Api, repository: str, run: dict[str, Any]) -> int:
    head = run.get("head_repository")
    full_name = head.get("full_name") if isinstance(head, dict) else None
    branch, sha = run.get("head_branch"), run.get("head_sha")
    if not (isinstance(full_name, str) and isinstance(branch, str) and isinstance(sha, str)):
        raise GateError(f"the workflow_run event names no head branch; {_HINT}")
    owner = _repository(full_name).split("/")[0]
    query = f"state=open&per_page=100&head={quote(f'{owner}:{branch}', safe='')}"
    pulls = decode(api, request(api, "GET", f"/repos/{repository}/pulls?{query}"), list[_Pull])
    numbers = [p.number for p in pulls if p.head.sha == sha and p.head.repo and p.head.repo.full_name == full_name]
    if len(numbers) != 1:
        found = "no open pull request" if not numbers else f"{len(numbers)} open pull requests"
        raise GateError(f"{found} of {repository} has commit `{_shown(sha)}` as its head now; {_HINT}")
    return numbers[0]


def _of_atlantis(api: Api, environment: Mapping[str, str]) -> int:
    number = environment.get("PULL_NUM", "")
    if not re.fullmatch(r"[1-9][0-9]{0,9}", number, re.ASCII):
        raise GateError("no pull request is named here; give `--repo OWNER/NAME --pr N`")
    host = urlsplit(environment.get("PULL_URL", "")).hostname
    if host and urlsplit(api.url).hostname not in {host, f"api.{host}"}:
        raise GateError(
            f"the pull request is on `{_shown(host)}` and the API is not; set GITHUB_API_URL "
            f"(GitHub Enterprise: https://{_shown(host)}/api/v3)"
        )
    return int(number)


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() and c != "`" else "?" for c in text[:100])
