"""A server on the loopback interface that answers like GitHub's REST API."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from gate.forges.github import open_api
from gate.forges.http import Api
from tests.helpers.loopback import Reply, Seen, Server, serving

LOGINS = {  # by token; an installation's token may not ask who it is
    "token-of-octocat": {"login": "octocat", "type": "User"},
    "token-of-actions": {"login": "github-actions[bot]", "type": "Bot"},
    "token-read-only": {"login": "github-actions[bot]", "type": "Bot"},
}
BOT = LOGINS["token-of-actions"]
OCTOCAT = LOGINS["token-of-octocat"]
NOT_ACCESSIBLE = {"message": "Resource not accessible by integration", "documentation_url": "https://docs.github.com"}


@dataclass
class GitHub(Server):
    """Comments of acme/infra#7."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    head: str = ""  # the commit that acme/infra#7 is at; "" for a token that may not ask
    per_page: int = 100
    number: int = 1000

    def add(self, body: str, user: dict[str, str]) -> dict[str, Any]:
        """A comment that somebody wrote."""
        with self.lock:
            self.number += 1
            url = f"https://github.com/acme/infra/pull/7#issuecomment-{self.number}"
            self.comments.append({"id": self.number, "html_url": url, "body": body, "user": user, "extra": [1]})
            return self.comments[-1]

    def bodies(self) -> list[str]:
        return [comment["body"] for comment in self.comments]

    def answer(self, seen: Seen) -> Reply:
        return _answer(self, seen)


def _answer(github: GitHub, seen: Seen) -> Reply:
    token = seen.headers.get("authorization", "").removeprefix("Bearer ")
    user = LOGINS.get(token)
    if user is None:
        return Reply(401, {"message": "Bad credentials"})
    path = urlsplit(seen.path).path
    if path == "/user":
        return Reply(200, user) if user["type"] == "User" else Reply(403, NOT_ACCESSIBLE)
    if seen.method != "GET" and token == "token-read-only":
        return Reply(403, NOT_ACCESSIBLE)
    if path == "/repos/acme/infra/pulls":
        head = parse_qs(urlsplit(seen.path).query)["head"][0]
        return Reply(200, [pull for pull in github.pulls if pull["label"] == head])
    if path == "/repos/acme/infra/pulls/7" and github.head:
        return Reply(200, {"number": 7, "head": {"sha": github.head, "ref": "x"}})
    if path == "/repos/acme/infra/issues/7/comments":
        return _list(github, seen) if seen.method == "GET" else _create(github, seen, user)
    one = re.fullmatch(r"/repos/acme/infra/issues/comments/(\d+)", path)
    found = [comment for comment in github.comments if one and comment["id"] == int(one[1])]
    if not found:
        return Reply(404, {"message": "Not Found"})
    if seen.method == "DELETE":
        github.comments.remove(found[0])
        return Reply(204)
    found[0]["body"] = seen.body["body"]
    return Reply(200, found[0])


def _create(github: GitHub, seen: Seen, user: dict[str, str]) -> Reply:
    if len(seen.body["body"]) > 65536:
        errors = [{"message": "Body is too long (maximum is 65536 characters)"}]
        return Reply(422, {"message": "Validation Failed", "errors": errors})
    return Reply(201, github.add(seen.body["body"], user))


def _list(github: GitHub, seen: Seen) -> Reply:
    query = parse_qs(urlsplit(seen.path).query)
    page, size = int(query.get("page", ["1"])[0]), min(int(query["per_page"][0]), github.per_page)
    shown = github.comments[(page - 1) * size : page * size]
    headers = {}
    if page * size < len(github.comments):
        address = f"{github.url}/repos/acme/infra/issues/7/comments?per_page={size}"
        headers["Link"] = f'<{address}&page={page + 1}>; rel="next", <{address}&page=9>; rel="last"'
    return Reply(200, shown, headers)


@contextmanager
def serve() -> Iterator[GitHub]:
    """A server on a free port, as long as the context lasts."""
    state = GitHub()
    with serving(state):
        yield state


def as_token(github: GitHub, token: str, waits: list[float] | None = None) -> Api:
    """The API with one of the tokens in LOGINS."""
    slept = waits if waits is not None else []
    return open_api({"GITHUB_API_URL": github.url, "GITHUB_TOKEN": token}, sleep=slept.append)
