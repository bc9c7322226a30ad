"""A server on the loopback interface that answers like GitHub's REST API."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from gate.github.api import Api, connect

LOGINS = {  # by token; an installation's token may not ask who it is
    "token-of-octocat": {"login": "octocat", "type": "User"},
    "token-of-actions": {"login": "github-actions[bot]", "type": "Bot"},
    "token-read-only": {"login": "github-actions[bot]", "type": "Bot"},
}
BOT = LOGINS["token-of-actions"]
OCTOCAT = LOGINS["token-of-octocat"]
NOT_ACCESSIBLE = {"message": "Resource not accessible by integration", "documentation_url": "https://docs.github.com"}


@dataclass
class Reply:
    """An answer that is given instead of the usual one, once; `done` carries the request out all the same."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    done: bool = False


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class GitHub:
    """The state of the server: comments of acme/infra#7, what was asked, and what is answered out of turn."""

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    per_page: int = 100
    seen: list[Seen] = field(default_factory=list)
    replies: dict[str, list[Reply]] = field(default_factory=dict)  # by method
    before: Callable[[Seen], None] = lambda seen: None
    lock: threading.RLock = field(default_factory=threading.RLock)
    number: int = 1000

    def add(self, body: str, user: dict[str, str]) -> dict[str, Any]:
        """A comment that somebody wrote."""
        with self.lock:
            self.number += 1
            url = f"https://github.com/acme/infra/pull/7#issuecomment-{self.number}"
            self.comments.append({"id": self.number, "html_url": url, "body": body, "user": user, "extra": [1]})
            return self.comments[-1]

    def instead(self, method: str, *replies: Reply) -> None:
        """The next requests of a method are answered so."""
        self.replies.setdefault(method, []).extend(replies)

    def bodies(self) -> list[str]:
        return [comment["body"] for comment in self.comments]

    def methods(self) -> list[str]:
        return [seen.method for seen in self.seen]


def _handler(github: GitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            seen = Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            github.before(seen)
            with github.lock:
                github.seen.append(seen)
                queue = github.replies.get(seen.method, [])
                reply = queue.pop(0) if queue else None
                usual = _answer(github, seen) if reply is None or reply.done else None
            self._send(reply or usual or Reply(500))

        def _send(self, reply: Reply) -> None:
            content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            content = b"" if reply.status == 204 else content
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 -- the names that http.server looks for

        def log_message(self, *args: object) -> None:
            pass

    return Handler


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
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def as_token(github: GitHub, token: str, waits: list[float] | None = None) -> Api:
    """The API with one of the tokens in LOGINS."""
    slept = waits if waits is not None else []
    return connect({"GITHUB_API_URL": github.url, "GITHUB_TOKEN": token}, sleep=slept.append)
