"""GitLab: the notes of a merge request (https://docs.gitlab.com/api/notes/#merge-requests)."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import msgspec

from gate.errors import GateError
from gate.forges import body, message, pages
from gate.forges.http import Api, connect, decode, request
from gate.forges.message import Asked, Job, Message, Outcome
from gate.forges.one_comment import Comment, upsert
from gate.forges.service import Refused, Service, Token, checked_token
from gate.text.words import quotable

SERVICE = Service(
    "GitLab",
    "CI_API_V4_URL",
    "https://gitlab.example.com/api/v4",
    "give its present path with `--repo GROUP/PROJECT`",
    {"Accept": "application/json"},
)
LIMIT = 900_000  # bytes; GitLab takes 1,000,000 characters (https://docs.gitlab.com/administration/instance_limits/)
_TOKEN = (
    "give the job a project or group access token with the scope `api` and the role Reporter or higher, as a masked "
    "variable (CI_JOB_TOKEN cannot write notes)"
)
_NOT_OURS = "the token may not comment: it needs the scope `api` and the role Reporter or higher in this project"
_ADVICE = {
    401: "GITLAB_TOKEN is not valid there (or no longer)",
    403: _NOT_OURS,
    404: "no such merge request, or the token may not see it",
}
_PROJECT = re.compile(r"[1-9][0-9]{0,18}|[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
# GitLab looks for quick actions where a line begins, and does not always see that a line is code
# (https://docs.gitlab.com/user/project/quick_actions/).
_QUICK_ACTION = re.compile(r"(?m)^([ \t]*)/(?=\w)")


class _User(msgspec.Struct):
    id: int


class _Note(msgspec.Struct):
    id: int
    author: _User
    body: str = ""
    system: bool = False


class _MergeRequest(msgspec.Struct):
    sha: str | None = None


@dataclass(frozen=True, slots=True)
class Notes:
    """Those of the merge request `number` of `project`, its number or path. Ours are by the user `own`."""

    api: Api
    project: str
    number: int
    own: int
    page: str = ""  # of the merge request, for people
    place: str = ""
    advice: Mapping[int, str] = field(default_factory=lambda: _ADVICE)

    def head(self) -> str:
        return decode(self.api, request(self.api, "GET", self._path().removesuffix("/notes")), _MergeRequest).sha or ""

    def comments(self) -> list[Comment]:
        found = {note.id: note for note in pages.items(self.api, f"{self._path()}?per_page=100", _Note)}
        return [self._read(found[number]) for number in sorted(found)]

    def create(self, text: str) -> Comment:
        return self._read(decode(self.api, request(self.api, "POST", self._path(), {"body": text}), _Note))

    def update(self, comment: Comment, text: str) -> str:
        request(self.api, "PUT", f"{self._path()}/{comment.id}", {"body": text})
        return comment.url

    def delete(self, comment: Comment) -> None:
        request(self.api, "DELETE", f"{self._path()}/{comment.id}")

    def _path(self) -> str:
        return f"/projects/{quote(self.project, safe='')}/merge_requests/{self.number}/notes"

    def _read(self, note: _Note) -> Comment:
        address = f"{self.page}#note_{note.id}" if self.page else f"{self.place} (note {note.id})"
        return Comment(note.id, note.body, note.author.id == self.own and not note.system, address)


def job(environment: Mapping[str, str]) -> Job:
    """The commit that a job checks: the head of the source branch.

    CI_COMMIT_SHA is a merge with the target branch in a pipeline for merged results
    (https://docs.gitlab.com/ci/variables/predefined_variables/).
    """
    commit = environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environment.get("CI_COMMIT_SHA")
    project = environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_URL") or environment.get("CI_PROJECT_URL")
    return message.job(commit, environment.get("CI_JOB_URL", ""), f"{project}/-/blob" if project else "")


def write(environment: Mapping[str, str], asked: Asked, said: Message) -> Outcome:
    """Leaves the message as the one note of gate on the merge request; raises GateError where that cannot be."""
    api = open_api(environment)
    return upsert(discussion(api, environment, asked), body.render(said, LIMIT, inert), said.job.commit)


def open_api(environment: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> Api:
    """The API that the environment names: CI_API_V4_URL and GITLAB_TOKEN."""
    token = checked_token(environment, "GITLAB_TOKEN", _TOKEN)
    url = environment.get("CI_API_V4_URL", "").strip() or "https://gitlab.com/api/v4"
    return connect(SERVICE, url, Token({"PRIVATE-TOKEN": token}, (token,)), sleep)


def discussion(api: Api, environment: Mapping[str, str], asked: Asked) -> Notes:
    """The notes of the merge request that the options name, and the job's variables where they do not."""
    project = asked.repository or environment.get("CI_MERGE_REQUEST_PROJECT_ID") or environment.get("CI_PROJECT_ID", "")
    if not project:
        raise GateError("no project is named here; give `--repo GROUP/PROJECT --pr N`")
    if not _PROJECT.fullmatch(project) or {"..", "."} & set(project.split("/")):
        raise GateError(f"`{quotable(project)}` is no project of GitLab; write `--repo GROUP/PROJECT`, or its number")
    number = asked.number or _number(environment)
    page = ""
    if not asked.repository and environment.get("CI_MERGE_REQUEST_PROJECT_URL", "").startswith("https://"):
        page = f"{environment['CI_MERGE_REQUEST_PROJECT_URL']}/-/merge_requests/{number}"
    try:
        own = decode(api, request(api, "GET", "/user"), _User).id
    except Refused as refused:
        raise GateError(f"{refused}; {_ADVICE.get(refused.status, _NOT_OURS)}") from None
    return Notes(api, project, number, own, page, f"{project}!{number}")


def inert(text: str) -> str:
    """A note in which no line is a quick action, not even inside code."""
    return _QUICK_ACTION.sub(r"\1\\x2f", text)


def _number(environment: Mapping[str, str]) -> int:
    number = environment.get("CI_MERGE_REQUEST_IID", "")
    if not _NUMBER.fullmatch(number):
        raise GateError(
            "this pipeline belongs to no merge request, so there is nothing to comment on; run the job in pipelines of "
            "merge requests, or give `--pr N`"
        )
    return int(number)
