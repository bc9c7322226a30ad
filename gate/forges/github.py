"""GitHub: the comments of a pull request (https://docs.github.com/en/rest/issues/comments)."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from gate.errors import GateError
from gate.forges import body, github_summary, github_target, pages
from gate.forges.github_target import PullRequest
from gate.forges.http import Api, connect, decode, request
from gate.forges.message import Asked, Job, Message, Outcome
from gate.forges.one_comment import Comment, upsert
from gate.forges.service import Refused, Service, Token, checked_token

SERVICE = Service(
    "GitHub",
    "GITHUB_API_URL",
    "https://github.example.com/api/v3",
    "give its present name with `--repo OWNER/NAME`",
    {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"},
)
# GitHub refuses a body of more than 65,536 characters; which unit it counts in is disputed, so bytes are counted.
LIMIT = 60_000  # bytes of UTF-8
_ADVICE = {
    401: "GITHUB_TOKEN is not valid there (or no longer)",
    403: "the token may not comment: give the job `permissions: pull-requests: write` (a pull request from a fork has "
    "a read-only token; docs/ci.md shows the two workflows for it)",
    404: "no such pull request, or the token may not see it",
    410: "comments are switched off there",
    422: "GitHub does not accept the comment",
}


class _User(msgspec.Struct):
    login: str = ""
    type: str = ""


class _Comment(msgspec.Struct):
    id: int
    html_url: str = ""
    body: str | None = None
    user: _User | None = None  # null for a deleted account


class _Head(msgspec.Struct):
    sha: str = ""


class _Pull(msgspec.Struct):
    head: _Head


@dataclass(slots=True)
class Comments:
    """Those of a pull request. Ours is a comment by the token's own login, `login`, or by a bot."""

    api: Api
    pull: PullRequest
    login: str | None
    place: str = ""
    advice: Mapping[int, str] = field(default_factory=lambda: _ADVICE)

    def head(self) -> str:
        answer = request(self.api, "GET", f"/repos/{self.pull.repository}/pulls/{self.pull.number}")
        return decode(self.api, answer, _Pull).head.sha

    def comments(self) -> list[Comment]:
        path = f"/repos/{self.pull.repository}/issues/{self.pull.number}/comments?per_page=100"
        # A page may repeat the last one's when a comment was deleted meanwhile.
        found = {comment.id: comment for comment in pages.items(self.api, path, _Comment)}
        return [self._read(found[number]) for number in sorted(found)]

    def create(self, text: str) -> Comment:
        path = f"/repos/{self.pull.repository}/issues/{self.pull.number}/comments"
        created = decode(self.api, request(self.api, "POST", path, {"body": text}), _Comment)
        self.login = created.user.login if created.user else self.login
        return self._read(created)

    def update(self, comment: Comment, text: str) -> str:
        answer = request(self.api, "PATCH", self._path(comment), {"body": text})
        return decode(self.api, answer, _Comment).html_url

    def delete(self, comment: Comment) -> None:
        request(self.api, "DELETE", self._path(comment))

    def _path(self, comment: Comment) -> str:
        return f"/repos/{self.pull.repository}/issues/comments/{comment.id}"

    def _read(self, comment: _Comment) -> Comment:
        user = comment.user
        ours = user is not None and (user.type == "Bot" or (bool(self.login) and user.login == self.login))
        return Comment(comment.id, comment.body or "", ours, comment.html_url)


def job(environment: Mapping[str, str]) -> Job:
    """The commit that a step of GitHub Actions, or of Atlantis, checks: the head of the pull request."""
    return github_target.job(environment)


def write(environment: Mapping[str, str], asked: Asked, message: Message) -> Outcome:
    """Leaves the message as the one comment; where that cannot be, in the summary of the step, and raises GateError."""
    try:
        api = open_api(environment)
        pull = github_target.find(api, environment, asked.repository, asked.number)
        return upsert(discussion(api, pull), body.render(message, LIMIT), message.job.commit)
    except GateError as error:
        raise GateError(f"{error}{github_summary.instead(environment, message)}") from None


def open_api(environment: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> Api:
    """The API that the environment names: GITHUB_API_URL, GITHUB_TOKEN, and the proxy for that host."""
    token = checked_token(environment, "GITHUB_TOKEN", "give the step `env: GITHUB_TOKEN: ${{ github.token }}`")
    url = environment.get("GITHUB_API_URL", "").strip() or "https://api.github.com"
    return connect(SERVICE, url, Token({"Authorization": f"Bearer {token}"}, (token,)), sleep)


def discussion(api: Api, pull: PullRequest) -> Comments:
    """The comments of a pull request, for the token's own login; an installation's token (GITHUB_TOKEN) has none.

    Such a token may not ask who it is, and writes as a bot.
    """
    login = None
    try:
        login = decode(api, request(api, "GET", "/user"), _User).login or None
    except Refused as refused:
        if refused.status == 401:
            raise GateError(f"{refused}; GITHUB_TOKEN is not valid there (or no longer)") from None
    return Comments(api, pull, login, f"{pull.repository}#{pull.number}")
