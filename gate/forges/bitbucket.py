"""Bitbucket Cloud: a Code Insights report on the commit, with annotations, instead of a comment.

A comment there shows neither HTML nor a hidden marker; a report has a place of its own beside the pull request, and a
result (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-reports/). It is plain text.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from gate.errors import GateError
from gate.forges import body, message
from gate.forges.http import Api, connect, decode, request
from gate.forges.insights import annotations, insight
from gate.forges.message import Asked, Job, Message, Outcome
from gate.forges.service import Refused, Service, Token, Unsure, checked_token
from gate.text.words import quotable

SERVICE = Service(
    "Bitbucket",
    "BITBUCKET_API_URL",
    "https://api.bitbucket.org/2.0",
    "give its present name with `--repo WORKSPACE/REPOSITORY`",
    {"Accept": "application/json"},
)
# In a step of Bitbucket Pipelines this proxy adds the step's own credentials to requests over http
# (https://support.atlassian.com/bitbucket-cloud/docs/code-insights/).
PROXY = "http://localhost:29418"
BATCH = 100  # annotations in one request
_ROUNDS = 4  # how often annotations are sent that may not have arrived
_TOKEN = (
    "give a repository access token with the scope `repository:write`; inside of a step of Bitbucket Pipelines none is "
    "needed"
)
_ADVICE = {
    401: "BITBUCKET_TOKEN is not valid there (or no longer)",
    403: "the token may not write reports: it needs the scope `repository:write`",
    404: "no such repository or commit, or the token may not see it",
}
_REPOSITORY = re.compile(r"[A-Za-z0-9_.{}-]+/(?!\.{1,2}$)[A-Za-z0-9_.{}-]+", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)


class _Report(msgspec.Struct):
    reporter: str | None = None


@dataclass(frozen=True, slots=True)
class Insights:
    """The report `path` of a commit of `repository`; `page` is where people see it."""

    api: Api
    repository: str
    path: str
    page: str


def job(environment: Mapping[str, str]) -> Job:
    """The commit that a step checks (https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/)."""
    log = "https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}"
    return message.job(environment.get("BITBUCKET_COMMIT"), message.filled(log, environment))


def write(environment: Mapping[str, str], asked: Asked, said: Message) -> Outcome:
    """Leaves the message as the one report of gate on the commit; raises GateError where that cannot be."""
    return put(insights(open_api(environment), environment, asked, said), said)


def open_api(environment: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> Api:
    """The API with BITBUCKET_TOKEN; without one, in a step of Bitbucket Pipelines, by the proxy that adds a token."""
    url = environment.get("BITBUCKET_API_URL", "").strip()
    if not environment.get("BITBUCKET_TOKEN", "").strip() and environment.get("BITBUCKET_BUILD_NUMBER"):
        return connect(SERVICE, "http://api.bitbucket.org/2.0", Token({}, ()), sleep, PROXY)
    token = checked_token(environment, "BITBUCKET_TOKEN", _TOKEN)
    given = Token({"Authorization": f"Bearer {token}"}, (token,))
    return connect(SERVICE, url or SERVICE.example, given, sleep)


def insights(api: Api, environment: Mapping[str, str], asked: Asked, said: Message) -> Insights:
    """The report of the commit that the message is about, in the repository that the options or the step name."""
    repository = asked.repository or environment.get("BITBUCKET_REPO_FULL_NAME", "")
    if not repository:
        raise GateError("no repository is named here; give `--repo WORKSPACE/REPOSITORY`")
    if not _REPOSITORY.fullmatch(repository):
        raise GateError(f"`{quotable(repository)}` is no repository; write `--repo WORKSPACE/REPOSITORY`")
    if not said.job.commit:
        raise GateError("a report of Bitbucket is one on a commit, and none is named here; give `--commit SHA`")
    pull = str(asked.number or environment.get("BITBUCKET_PR_ID", ""))
    leaf = f"pull-requests/{pull}" if _NUMBER.fullmatch(pull) else f"commits/{said.job.commit}"
    path = f"/repositories/{repository}/commit/{said.job.commit}/reports/kms-gate-{body.digest(said.name)}"
    return Insights(api, repository, path, f"https://bitbucket.org/{repository}/{leaf}")


def put(place: Insights, said: Message) -> Outcome:
    """Writes the report and its annotations; those of an earlier run of the same commit go with the earlier report.

    Nobody else's is touched: one under gate's id that names another reporter is refused.
    """
    try:
        there = _present(place)
        if there:
            request(place.api, "DELETE", place.path)
        request(place.api, "PUT", place.path, insight(said))
        found = annotations(said)
        for start in range(0, len(found), BATCH):
            _annotate(place, found[start : start + BATCH])
    except Refused as refused:
        advice = _ADVICE.get(refused.status, "Bitbucket does not accept the report")
        raise GateError(f"{place.repository}: {refused}; {advice}") from None
    return Outcome("updated" if there else "created", place.page)


def _present(place: Insights) -> bool:
    try:
        found = decode(place.api, request(place.api, "GET", place.path), _Report)
    except Refused as refused:
        if refused.status == 404:
            return False
        raise
    if found.reporter != "gate":
        raise GateError(f"{place.repository}: a report of somebody else has the id of gate's; give another `--id NAME`")
    return True


def _annotate(place: Insights, batch: list[dict[str, Any]]) -> None:
    """Sends annotations; a repetition changes nothing, for each has an id of its own."""
    failure: GateError | None = None
    for _ in range(_ROUNDS):
        try:
            request(place.api, "POST", f"{place.path}/annotations", batch)
        except Unsure as unsure:
            failure = unsure
        else:
            return
    raise GateError(f"{place.repository}: {failure}; {_ROUNDS} rounds were made, run the job again later")
