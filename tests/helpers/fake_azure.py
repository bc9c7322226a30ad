"""A server on the loopback interface that answers like Azure DevOps' REST API, for pull request 7 of infra in acme."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.helpers.loopback import Reply, Seen, Server, serving

PAT = "p" * 52
BUILD_SERVICE = {"id": "11111111-aaaa-4aaa-8aaa-111111111111", "displayName": "acme Build Service (acme)"}
PERSON = {"id": "22222222-bbbb-4bbb-8bbb-222222222222", "displayName": "Ada"}
STRANGER = {"id": "33333333-cccc-4ccc-8ccc-333333333333", "displayName": "Mallory"}
BASIC = base64.b64encode(f":{PAT}".encode()).decode()
WHO = {"Bearer token-of-build": BUILD_SERVICE, f"Basic {BASIC}": PERSON, "Bearer token-read-only": STRANGER}
_THREADS = re.compile(
    r"/acme team/_apis/git/repositories/(?:infra|9b0c)/pullRequests/7/threads(?:/(\d+)(?:/comments/(\d+))?)?"
)


@dataclass
class Azure(Server):
    """Threads, each with its comments."""

    threads: list[dict[str, Any]] = field(default_factory=list)
    head: str = ""  # the commit that the pull request is at

    def add(self, content: str, author: dict[str, str], status: str = "active") -> dict[str, Any]:
        """A thread that somebody began."""
        with self.lock:
            comment = {"id": 1, "parentCommentId": 0, "author": author, "content": content, "commentType": "text"}
            thread = {"id": len(self.threads) + 100, "comments": [comment], "status": status, "isDeleted": False}
            self.threads.append(thread)
            return thread

    def alive(self) -> list[tuple[str, str]]:
        """Content and status of every thread that is left."""
        return [(t["comments"][0]["content"], t["status"]) for t in self.threads if not t["isDeleted"]]

    def answer(self, seen: Seen) -> Reply:
        who = WHO.get(seen.headers.get("authorization", ""))
        if who is None:
            return Reply(203, b"<html>Sign in to your account</html>", {"Content-Type": "text/html"})
        parts = urlsplit(seen.path)
        if parts.path == "/_apis/connectionData":
            return Reply(200, {"authenticatedUser": who | {"isActive": True}, "instanceId": "x"})
        if re.fullmatch(r"/acme team/_apis/git/repositories/(infra|9b0c)/pullRequests/7", unquote(parts.path)):
            commit = {"commitId": self.head} if self.head else None
            return Reply(200, {"pullRequestId": 7, "lastMergeSourceCommit": commit})
        found = _THREADS.fullmatch(unquote(parts.path))
        if not found:
            return Reply(404, {"message": "TF401180: The requested pull request was not found.", "errorCode": 0})
        assert parse_qs(parts.query)["api-version"] == ["7.1"]
        if seen.method != "GET" and who is STRANGER:
            return Reply(403, {"message": "TF401027: You need the Git 'PullRequestContribute' permission"})
        if not found[1]:
            return self._all(seen, who)
        thread = next((t for t in self.threads if t["id"] == int(found[1]) and not t["isDeleted"]), None)
        if thread is None:
            return Reply(404, {"message": "The thread does not exist."})
        return self._one(seen, thread, found[2])

    def _all(self, seen: Seen, who: dict[str, str]) -> Reply:
        if seen.method == "GET":
            return Reply(200, {"value": self.threads, "count": len(self.threads)})
        (comment,) = seen.body["comments"]
        if len(comment["content"]) > 150_000:
            return Reply(400, {"message": "The comment is too long."})
        assert (comment["parentCommentId"], comment["commentType"]) == (0, "text")
        return Reply(200, self.add(comment["content"], who, seen.body["status"]))

    def _one(self, seen: Seen, thread: dict[str, Any], comment: str | None) -> Reply:
        if comment is None:
            thread["status"] = seen.body["status"]
            return Reply(200, thread)
        assert comment == "1"
        if seen.method == "DELETE":
            thread["isDeleted"] = thread["comments"][0]["isDeleted"] = True
            return Reply(200)
        thread["comments"][0]["content"] = seen.body["content"]
        return Reply(200, thread["comments"][0])


@contextmanager
def serve() -> Iterator[Azure]:
    """A server on a free port, as long as the context lasts."""
    state = Azure()
    with serving(state):
        yield state
