"""A server on the loopback interface that answers like Bitbucket Cloud's REST API, or like the proxy of Pipelines.

Its limits: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-reports/
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.helpers.loopback import Reply, Seen, Server, serving

SHA = "0123456789abcdef0123456789abcdef01234567"
_REPORT = re.compile(r"(?:/2\.0)?/repositories/acme/infra/commit/([0-9a-f]{40})/reports/([\w-]+)(/annotations)?")
_LONGEST = {"title": 450, "summary": 450, "external_id": 450, "details": 2000, "path": 2000}
_SEVERITIES, _RESULTS = {"CRITICAL", "HIGH", "MEDIUM", "LOW"}, {"PASSED", "FAILED", "SKIPPED", "IGNORED"}


@dataclass
class Bitbucket(Server):
    """Reports by commit and id, each with its annotations."""

    reports: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    annotations: dict[tuple[str, str], dict[str, dict[str, Any]]] = field(default_factory=dict)
    as_proxy: bool = False  # whoever comes through it is known

    def one(self) -> dict[str, Any]:
        """The only report."""
        (report,) = self.reports.values()
        return report

    def notes(self) -> list[dict[str, Any]]:
        """The annotations of the only report."""
        (found,) = self.annotations.values()
        return list(found.values())

    def answer(self, seen: Seen) -> Reply:
        parts = urlsplit(seen.path)
        if self.as_proxy:
            if (parts.scheme, parts.netloc) != ("http", "api.bitbucket.org"):
                return Reply(502)
        elif seen.headers.get("authorization") not in {"Bearer token-of-gate", "Bearer token-read-only"}:
            return Reply(401, {"type": "error", "error": {"message": "Token is invalid or not supported"}})
        if seen.method != "GET" and seen.headers.get("authorization") == "Bearer token-read-only":
            return Reply(403, {"type": "error", "error": {"message": "Your credentials lack one or more scopes."}})
        found = _REPORT.fullmatch(parts.path)
        if not found:
            return Reply(404, {"type": "error", "error": {"message": "Repository not found"}})
        key = (found[1], found[2])
        if found[3]:
            return self._annotate(key, seen.body)
        return self._report(key, seen)

    def _report(self, key: tuple[str, str], seen: Seen) -> Reply:
        if seen.method == "PUT":
            wrong = _too_long(seen.body) or len(seen.body["data"]) > 10 or seen.body["result"] not in _RESULTS
            if wrong:
                return Reply(400, {"type": "error", "error": {"message": "Bad request"}})
            self.reports[key] = seen.body
            self.annotations.setdefault(key, {})
        elif key not in self.reports:
            return Reply(404, {"type": "error", "error": {"message": "Report not found"}})
        if seen.method == "DELETE":
            del self.reports[key], self.annotations[key]
            return Reply(204)
        return Reply(200, self.reports[key] | {"uuid": "{x}"})

    def _annotate(self, key: tuple[str, str], batch: list[dict[str, Any]]) -> Reply:
        if key not in self.reports:
            return Reply(404, {"type": "error", "error": {"message": "Report not found"}})
        whole = self.annotations[key] | {note["external_id"]: note for note in batch}
        bad = [
            n
            for n in batch
            if _too_long(n) or n["severity"] not in _SEVERITIES or n.get("result", "PASSED") not in _RESULTS
        ]
        if bad or not 1 <= len(batch) <= 100 or len(whole) > 1000:
            return Reply(400, {"type": "error", "error": {"message": "Bad request"}})
        self.annotations[key] = whole
        return Reply(200, batch)


def _too_long(fields: dict[str, Any]) -> bool:
    return any(len(str(fields.get(name, ""))) > most for name, most in _LONGEST.items())


@contextmanager
def serve() -> Iterator[Bitbucket]:
    """A server on a free port, as long as the context lasts."""
    state = Bitbucket()
    with serving(state):
        yield state
