"""One comment per pull request and marker: found over all of them, written only when it changed, one left of many."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from gate.errors import GateError
from gate.forges.message import Outcome
from gate.forges.service import Refused, Unsure

_ROUNDS = 4  # how often the search is begun again because another job was at work


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as a forge lists it; `ours`: written by whom the token belongs to. `id` grows with its age."""

    id: int
    text: str
    ours: bool
    url: str = ""
    thread: int = 0  # the one that it begins, where a forge has threads


class Discussion(Protocol):
    """The comments of one pull request; every method raises GateError, Refused for what no further try changes."""

    @property
    def place(self) -> str:
        """The pull request's name in messages."""
        ...

    @property
    def advice(self) -> Mapping[int, str]:
        """What to do about a status."""
        ...

    def head(self) -> str:
        """The commit that the pull request is at now."""
        ...

    def comments(self) -> list[Comment]:
        """All of them, the oldest first."""
        ...

    def create(self, text: str) -> Comment:
        """A new comment; Unsure where nobody knows whether it was created."""
        ...

    def update(self, comment: Comment, text: str) -> str:
        """Puts another text into a comment. Returns the comment's address."""
        ...

    def delete(self, comment: Comment) -> None:
        """Takes a comment away."""
        ...


def upsert(discussion: Discussion, text: str, commit: str = "") -> Outcome:
    """Leaves exactly one comment of ours that begins with the first line of `text`, its marker, and says `text`.

    Nothing is written where the pull request has left `commit`, the one that the text is about, behind: a job that was
    slow, or is run again, does not take the place of a later one's. Anybody else's comment that carries the marker is
    left alone. Of several of ours, the oldest is kept and the others are deleted. No forge has compare-and-swap, so
    whoever created a comment looks again: the later of two jobs always sees the other's. Raises GateError, with what
    to do, if the forge refuses.
    """
    marker = _first_line(text)
    if commit and not _is_head(discussion, commit):
        return Outcome("outdated", discussion.place)
    wrote: Outcome | None = None
    failure: GateError | None = None
    for _ in range(_ROUNDS):
        mine: list[Comment] = []
        try:
            mine = [c for c in discussion.comments() if c.ours and _first_line(c.text) == marker]
            if not mine and wrote:
                return wrote  # the list lags behind; a job that sees both comments leaves one
            if not mine:
                wrote = Outcome("created", discussion.create(text).url)
                continue
            outcome = wrote or Outcome("unchanged", mine[0].url)
            if not _says(mine[0], text):
                outcome = Outcome("updated", discussion.update(mine[0], text))
            for surplus in mine[1:]:
                _delete(discussion, surplus)
            return outcome
        except Unsure as unsure:
            failure = unsure
        except Refused as refused:
            if refused.status != 404 or not mine:
                raise GateError(_advice(discussion, refused)) from None
            failure = refused  # another job deleted it in the meantime
    raise GateError(f"{discussion.place}: {failure}; {_ROUNDS} rounds were made, run the job again later")


def _is_head(discussion: Discussion, commit: str) -> bool:
    """Also where a token that may comment may not ask."""
    try:
        head = discussion.head()
    except Refused:
        return True
    return not head or head.lower().startswith(commit.lower())


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0].rstrip()


def _says(comment: Comment, text: str) -> bool:
    return comment.text.replace("\r\n", "\n").strip() == text.strip()


def _delete(discussion: Discussion, comment: Comment) -> None:
    try:
        discussion.delete(comment)
    except Refused as refused:
        if refused.status != 404:  # another job was faster
            raise


def _advice(discussion: Discussion, refused: Refused) -> str:
    return f"{discussion.place}: {refused}; {discussion.advice.get(refused.status, 'the forge does not do it')}"
