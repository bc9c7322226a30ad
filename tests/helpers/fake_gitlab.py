"""A server on the loopback interface that answers like GitLab's REST API, for merge request 7 of project 42."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.helpers.loopback import Reply, Seen, Server, serving

USERS = {  # by token
    "token-of-gate": {"id": 5, "username": "project_42_bot_abc", "bot": True},
    "token-read-only": {"id": 6, "username": "project_42_bot_def", "bot": True},
}
OWN = USERS["token-of-gate"]
STRANGER = {"id": 1, "username": "mallory"}
_NOTES = re.compile(r"/projects/(?:42|acme/infra)/merge_requests/7/notes(?:/(\d+))?")


@dataclass
class GitLab(Server):
    """Notes, newest first, as the API lists them."""

    notes: list[dict[str, Any]] = field(default_factory=list)
    head: str = ""  # the commit that the merge request is at
    per_page: int = 100
    number: int = 1000

    def add(self, body: str, author: dict[str, Any], *, system: bool = False) -> dict[str, Any]:
        """A note that somebody wrote."""
        with self.lock:
            self.number += 1
            self.notes.insert(0, {"id": self.number, "body": body, "author": author, "system": system, "x": None})
            return self.notes[0]

    def bodies(self) -> list[str]:
        """The oldest first."""
        return [note["body"] for note in reversed(self.notes)]

    def answer(self, seen: Seen) -> Reply:
        user = USERS.get(seen.headers.get("private-token", ""))
        if user is None:
            return Reply(401, {"message": "401 Unauthorized"})
        path = urlsplit(seen.path).path
        if path == "/user":
            return Reply(200, user)
        if re.fullmatch(r"/projects/(42|acme/infra)/merge_requests/7", unquote(path)):
            return Reply(200, {"iid": 7, "sha": self.head or None})
        found = _NOTES.fullmatch(unquote(path))
        if not found:
            return Reply(404, {"message": "404 Not found"})
        if seen.method != "GET" and user["id"] == 6:
            return Reply(403, {"error": "insufficient_scope", "error_description": "higher privileges are needed"})
        if found[1]:
            return self._one(seen, int(found[1]))
        return self._list(seen) if seen.method == "GET" else self._create(seen, user)

    def _create(self, seen: Seen, user: dict[str, Any]) -> Reply:
        if len(seen.body["body"]) > 1_000_000:
            return Reply(400, {"message": {"note": ["is too long (maximum is 1000000 characters)"]}})
        return Reply(201, self.add(seen.body["body"], user))

    def _one(self, seen: Seen, number: int) -> Reply:
        note = next((note for note in self.notes if note["id"] == number), None)
        if note is None:
            return Reply(404, {"message": "404 Note Not Found"})
        if seen.method == "DELETE":
            self.notes.remove(note)
            return Reply(204)
        assert seen.method == "PUT"
        note["body"] = seen.body["body"]
        return Reply(200, note)

    def _list(self, seen: Seen) -> Reply:
        query = parse_qs(urlsplit(seen.path).query)
        page, size = int(query.get("page", ["1"])[0]), min(int(query["per_page"][0]), self.per_page)
        headers = {}
        if page * size < len(self.notes):
            address = f"{self.url}{urlsplit(seen.path).path}?page={page + 1}&per_page={size}"
            headers["Link"] = f'<{address}>; rel="next", <{self.url}/x?page=1>; rel="first"'
        return Reply(200, self.notes[(page - 1) * size : page * size], headers)


@contextmanager
def serve() -> Iterator[GitLab]:
    """A server on a free port, as long as the context lasts."""
    state = GitLab()
    with serving(state):
        yield state
