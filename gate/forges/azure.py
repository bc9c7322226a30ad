"""Azure Repos: a thread of a pull request, whose first comment is gate's.

https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-threads and .../pull-request-thread-comments
"""

import base64
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote

import msgspec

from gate.errors import GateError
from gate.forges import body, message
from gate.forges.http import Api, connect, decode, request
from gate.forges.message import Asked, Job, Message, Outcome
from gate.forges.one_comment import Comment, upsert
from gate.forges.service import Refused, Service, Token, checked_token
from gate.text.words import quotable

SERVICE = Service(
    "Azure DevOps",
    "SYSTEM_COLLECTIONURI",
    "https://dev.azure.com/acme/",
    "give its present name with `--repo PROJECT/REPOSITORY`",
    {"Accept": "application/json"},
    sign_in=203,
)
# A comment holds 150,000 characters; Infracost, which comments there too, cuts at the same place as this.
LIMIT = 140_000  # bytes of UTF-8
# How Azure Repos addresses a line of a file at a commit: what its own "Copy link to selection" gives.
_SPOT = "?path=/{file}&version=GC{commit}&line={line}&lineEnd={line}&lineStartColumn=1&lineEndColumn=200"
_IN_ADDRESSES = ("SYSTEM_TEAMPROJECT", "BUILD_REPOSITORY_NAME")  # names that people choose, spaces and all
_VERSION = "api-version=7.1"
_TOKEN = (
    "give the step `env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`, or a personal access token with the scope Code "
    "(read & write) in AZURE_DEVOPS_EXT_PAT"
)
_MAY_NOT = (
    "the token may not comment: give the build service of the project `Contribute to pull requests` on this repository"
)
_ADVICE = {
    401: "the token is not valid there (or no longer)",
    403: _MAY_NOT,
    404: "no such pull request, or the token may not see it",
}
_NAME = re.compile(r"[^/\\?#\x00-\x1f]{1,256}")
_NUMBER = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
# A mention is `@<identity>`, a work item `#1`, a pull request `!1`; code keeps neither from notifying or linking
# (https://learn.microsoft.com/azure/devops/project/wiki/markdown-guidance#link-to-work-items-from-the-wiki). The
# entities that gate writes hold a `#` and digits, and have names.
_ENTITIES = {"&#92;": "&bsol;", "&#96;": "&grave;", "&#124;": "&vert;"}
_REFERENCE = re.compile(r"[#!](?=\d)|@(?=<)")


class _Identity(msgspec.Struct):
    id: str = ""


class _Self(msgspec.Struct, rename="camel"):
    authenticated_user: _Identity


class _Comment(msgspec.Struct, rename="camel"):
    id: int
    author: _Identity | None = None
    content: str | None = None
    is_deleted: bool = False


class _Thread(msgspec.Struct, rename="camel"):
    id: int
    comments: list[_Comment] | None = None
    is_deleted: bool = False


class _Threads(msgspec.Struct):
    value: list[_Thread]


class _Commit(msgspec.Struct, rename="camel"):
    commit_id: str = ""


class _PullRequest(msgspec.Struct, rename="camel"):
    last_merge_source_commit: _Commit | None = None


@dataclass(frozen=True, slots=True)
class Threads:
    """Those of one pull request, at `path`. Ours are begun by `own`; a new text makes ours `status`."""

    api: Api
    path: str
    own: str
    status: Literal["active", "closed"]
    page: str = ""  # of the pull request, for people
    place: str = ""
    advice: Mapping[int, str] = field(default_factory=lambda: _ADVICE)

    def head(self) -> str:
        answer = request(self.api, "GET", f"{self.path.removesuffix('/threads')}?{_VERSION}")
        commit = decode(self.api, answer, _PullRequest).last_merge_source_commit
        return commit.commit_id if commit else ""

    def comments(self) -> list[Comment]:
        threads = decode(self.api, request(self.api, "GET", f"{self.path}?{_VERSION}"), _Threads).value
        alive = [thread for thread in threads if not thread.is_deleted and thread.comments]
        return [self._read(thread) for thread in sorted(alive, key=lambda thread: thread.id)]

    def create(self, text: str) -> Comment:
        comment = {"parentCommentId": 0, "commentType": "text", "content": text}
        content = {"comments": [comment], "status": self.status}
        return self._read(decode(self.api, request(self.api, "POST", f"{self.path}?{_VERSION}", content), _Thread))

    def update(self, comment: Comment, text: str) -> str:
        request(self.api, "PATCH", self._one(comment), {"content": text})
        request(self.api, "PATCH", f"{self.path}/{comment.thread}?{_VERSION}", {"status": self.status})
        return comment.url

    def delete(self, comment: Comment) -> None:
        request(self.api, "DELETE", self._one(comment))

    def _one(self, comment: Comment) -> str:
        return f"{self.path}/{comment.thread}/comments/{comment.id}?{_VERSION}"

    def _read(self, thread: _Thread) -> Comment:
        first = (thread.comments or [_Comment(0)])[0]
        ours = first.author is not None and first.author.id == self.own and not first.is_deleted
        url = f"{self.page}?discussionId={thread.id}" if self.page else f"{self.place} (thread {thread.id})"
        return Comment(first.id, first.content or "", ours, url, thread.id)


def job(environment: Mapping[str, str]) -> Job:
    """The commit that a build checks: the head of the source branch, for BUILD_SOURCEVERSION is a merge.

    https://learn.microsoft.com/azure/devops/pipelines/build/variables#system-variables-devops-services
    """
    log = "{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECTID}/_build/results?buildId={BUILD_BUILDID}"
    names = {name: quote(value, safe="") for name, value in environment.items() if name in _IN_ADDRESSES}
    files = "{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_git/{BUILD_REPOSITORY_NAME}"
    here = message.filled(files, {**environment, **names})
    checked = message.job(environment.get("SYSTEM_PULLREQUEST_SOURCECOMMITID"), message.filled(log, environment), here)
    return replace(checked, spot=_SPOT)


def write(environment: Mapping[str, str], asked: Asked, said: Message) -> Outcome:
    """Leaves the message as the one thread of gate on the pull request; raises GateError where that cannot be.

    The thread is active as long as something blocks, which a branch policy for resolved comments also sees, and closed
    once nothing does.
    """
    api = open_api(environment)
    passed = said.report is not None and said.report.verdict == "pass"
    threads = discussion(api, environment, asked, "closed" if passed else "active")
    return upsert(threads, body.render(said, LIMIT, inert), said.job.commit)


def open_api(environment: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> Api:
    """The API that the environment names: SYSTEM_COLLECTIONURI, and SYSTEM_ACCESSTOKEN or AZURE_DEVOPS_EXT_PAT."""
    personal = bool(environment.get("AZURE_DEVOPS_EXT_PAT", "").strip())
    token = checked_token(environment, "AZURE_DEVOPS_EXT_PAT" if personal else "SYSTEM_ACCESSTOKEN", _TOKEN)
    if token.startswith("$("):
        raise GateError(f"SYSTEM_ACCESSTOKEN is `{quotable(token)}`, which nobody has filled in; {_TOKEN}")
    coded = base64.b64encode(f":{token}".encode()).decode("ascii")
    given = Token({"Authorization": f"Basic {coded}" if personal else f"Bearer {token}"}, (token, coded))
    url = environment.get("SYSTEM_COLLECTIONURI", "")
    if not url:
        raise GateError(
            "SYSTEM_COLLECTIONURI is not set; give the address of the organization, like " + SERVICE.example
        )
    return connect(SERVICE, url, given, sleep)


def discussion(api: Api, environment: Mapping[str, str], asked: Asked, status: Literal["active", "closed"]) -> Threads:
    """The threads of the pull request that the options name, and the build's variables where they do not."""
    project, repository = _repository(environment, asked)
    number = asked.number or _number(environment)
    parts = [quote(part, safe="") for part in (project, repository)]
    path = f"/{parts[0]}/_apis/git/repositories/{parts[1]}/pullRequests/{number}/threads"
    try:
        answer = request(api, "GET", "/_apis/connectionData?api-version=7.1-preview.1")
    except Refused as refused:
        raise GateError(f"{refused}; {_ADVICE.get(refused.status, _MAY_NOT)}") from None
    own = decode(api, answer, _Self).authenticated_user.id
    if not own:
        raise GateError("the API does not say whose the token is; look at SYSTEM_COLLECTIONURI")
    name = quote(environment.get("BUILD_REPOSITORY_NAME", "") if not asked.repository else repository, safe="")
    page = f"{api.url}/{parts[0]}/_git/{name}/pullrequest/{number}" if name else ""
    return Threads(api, path, own, status, page, f"pull request {number}")


def inert(text: str) -> str:
    """A comment that mentions nobody and refers to no work item and no pull request, not even inside code."""
    for number, name in _ENTITIES.items():
        text = text.replace(number, name)
    return _REFERENCE.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _repository(environment: Mapping[str, str], asked: Asked) -> tuple[str, str]:
    if asked.repository:
        project, _, repository = asked.repository.partition("/")
    else:
        provider = environment.get("BUILD_REPOSITORY_PROVIDER", "TfsGit")
        if provider != "TfsGit":
            raise GateError(
                f"the repository of this build is on `{quotable(provider)}`, not in Azure Repos; say where to comment, "
                "as with `--forge github --repo OWNER/NAME --pr N`"
            )
        project, repository = environment.get("SYSTEM_TEAMPROJECT", ""), environment.get("BUILD_REPOSITORY_ID", "")
        if not project or not repository:
            raise GateError("no repository is named here; give `--repo PROJECT/REPOSITORY --pr N`")
    if not all(_NAME.fullmatch(part) and part.strip(". ") for part in (project, repository)):
        raise GateError(
            f"`{quotable(asked.repository or project)}` is no repository; write `--repo PROJECT/REPOSITORY`"
        )
    return project, repository


def _number(environment: Mapping[str, str]) -> int:
    number = environment.get("SYSTEM_PULLREQUEST_PULLREQUESTID", "")
    if not _NUMBER.fullmatch(number):
        raise GateError(
            "this build belongs to no pull request, so there is nothing to comment on; run it by a build validation "
            "policy, or give `--pr N`"
        )
    return int(number)
