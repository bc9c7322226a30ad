"""One comment per pull request and marker: found over all pages, written only when it changed, one left of many."""

import re
from dataclasses import dataclass
from typing import Literal

import msgspec

from gate.errors import GateError
from gate.github.api import Api, Refused, Unsure, decode, request, same_host
from gate.github.target import PullRequest

_NEXT = re.compile(r'<([^<>]*)>\s*;[^,<]*\brel="?next\b"?')
_ROUNDS = 4  # how often the search is begun again because another job was at work
_PAGES = 1000


class _User(msgspec.Struct):
    login: str = ""
    type: str = ""


class Comment(msgspec.Struct):
    """A comment as the API lists it, oldest first."""

    id: int
    html_url: str = ""
    body: str | None = None
    user: _User | None = None  # null for a deleted account


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the comment, and where it is."""

    done: Literal["created", "updated", "unchanged"]
    url: str


def upsert(api: Api, pull: PullRequest, marker: str, body: str) -> Outcome:
    """Leaves exactly one comment of ours that begins with `marker` on the pull request, saying `body`.

    `marker` is the body's first line. Ours is a comment by the token's own login or by a bot; anybody else's that
    carries the marker is left alone. Of several, the oldest is kept and the others are deleted. GitHub has no
    compare-and-swap, so whoever created a comment looks again: the later of two jobs always sees the other's.
    Raises GateError, with what to do, if GitHub refuses.
    """
    login = _own_login(api)
    wrote: Outcome | None = None
    failure: GateError | None = None
    for _ in range(_ROUNDS):
        mine = [c for c in _comments(api, pull) if _is_ours(c, login) and _first_line(c) == marker]
        try:
            if not mine and wrote:
                return wrote  # the list lags behind; a job that sees both comments leaves one
            if not mine:
                created = _create(api, pull, body)
                login = created.user.login if created.user else login
                wrote = Outcome("created", created.html_url)
                continue
            kept = mine[0]
            outcome = wrote or Outcome("unchanged", kept.html_url)
            if not _says(kept, body):
                updated = decode(request(api, "PATCH", _comment(pull, kept), {"body": body}), Comment)
                outcome = Outcome("updated", updated.html_url)
            for surplus in mine[1:]:
                _delete(api, pull, surplus)
            return outcome
        except Unsure as unsure:
            failure = unsure
        except Refused as refused:
            if refused.status != 404 or not mine:
                raise GateError(_advice(pull, refused)) from None
            failure = refused  # another job deleted it in the meantime
    raise GateError(f"{pull.repository}#{pull.number}: {failure}; {_ROUNDS} rounds were made, run the job again later")


def _own_login(api: Api) -> str | None:
    """The token's login; None for an installation's token (GITHUB_TOKEN), which may not ask and writes as a bot."""
    try:
        return decode(request(api, "GET", "/user"), _User).login or None
    except Refused as refused:
        if refused.status == 401:
            raise GateError(f"{refused}; GITHUB_TOKEN is not valid there (or no longer)") from None
        return None


def _comments(api: Api, pull: PullRequest) -> list[Comment]:
    path: str | None = f"/repos/{pull.repository}/issues/{pull.number}/comments?per_page=100"
    seen: set[str] = set()
    comments: dict[int, Comment] = {}  # a page may repeat the last one's when a comment was deleted meanwhile
    while path:
        if path in seen or len(seen) >= _PAGES:
            raise GateError(f"{pull.repository}#{pull.number}: the pages of its comments do not end; run again")
        seen.add(path)
        try:
            answer = request(api, "GET", path)
        except Refused as refused:
            raise GateError(_advice(pull, refused)) from None
        comments.update((comment.id, comment) for comment in decode(answer, list[Comment]))
        found = _NEXT.search(answer.headers.get("link", ""))
        path = found[1] if found else None
        if path and not same_host(api, path):
            raise GateError("the API's next page is on another host, and the token is not sent there")
    return [comments[number] for number in sorted(comments)]


def _is_ours(comment: Comment, login: str | None) -> bool:
    return comment.user is not None and (comment.user.type == "Bot" or (bool(login) and comment.user.login == login))


def _first_line(comment: Comment) -> str:
    return (comment.body or "").split("\n", 1)[0].rstrip()


def _says(comment: Comment, body: str) -> bool:
    return (comment.body or "").replace("\r\n", "\n").strip() == body.strip()


def _create(api: Api, pull: PullRequest, body: str) -> Comment:
    path = f"/repos/{pull.repository}/issues/{pull.number}/comments"
    return decode(request(api, "POST", path, {"body": body}), Comment)


def _delete(api: Api, pull: PullRequest, comment: Comment) -> None:
    try:
        request(api, "DELETE", _comment(pull, comment))
    except Refused as refused:
        if refused.status != 404:  # another job was faster
            raise


def _comment(pull: PullRequest, comment: Comment) -> str:
    return f"/repos/{pull.repository}/issues/comments/{comment.id}"


_ADVICE = {
    401: "GITHUB_TOKEN is not valid there (or no longer)",
    403: "the token may not comment: give the job `permissions: pull-requests: write` (a pull request from a fork has "
    "a read-only token; docs/ci.md shows the two workflows for it)",
    404: "no such pull request, or the token may not see it",
    410: "comments are switched off there",
    422: "GitHub does not accept the comment",
}


def _advice(pull: PullRequest, refused: Refused) -> str:
    advice = _ADVICE.get(refused.status, "GitHub does not do it")
    return f"{pull.repository}#{pull.number}: {refused}; {advice}"
