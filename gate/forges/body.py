"""What the comment says: a hidden marker, the report as markdown or that there is no verdict, and what it is about."""

import hashlib
from collections.abc import Callable

from gate.forges.message import Job, Message, short
from gate.text.escape import code_span, encodable, visible

_DOCS = "https://github.com/kms-gate/gate/blob/main/docs"
_EXCEPTION = (
    "<details><summary>How to ask for an exception</summary>\n\n"
    "In a change of its own: `gate waive report.json --reason WHY --owner WHO --expires DATE` writes a waiver for what "
    "is newly granted here into `.gate.toml`; `report.json` is the JSON report of this run. It counts once it is on "
    "the protected branch, as whoever owns that file decides. "
    f"[How waivers work]({_DOCS}/adopting.md#waivers).\n\n</details>"
)

_WHY = (
    "gate ended without a verdict on this commit, and only a verdict that passes lets a change through: this blocks. "
    "What gate said of an earlier commit does not count for this one."
)


def marker(name: str) -> str:
    """The first line of a comment, by which it is found again; `name` tells several of a pull request apart.

    It holds a digest, so no name can close it or pass for another's.
    """
    return f"<!-- kms-gate:comment:{digest(name)} -->"


def digest(name: str) -> str:
    """A name as 32 hexadecimal digits."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def render(message: Message, limit: int, inert: Callable[[str], str] = str) -> str:
    """The comment in at most `limit` bytes: as many whole findings as fit, those that block first.

    `inert` takes away what only one forge acts upon, and may make the text longer: then less of it is shown.
    """
    room = limit
    while True:
        text = inert(_text(message, room))
        if len(text.encode()) <= limit or room < limit // 64:
            return text
        room //= 2


def no_verdict(job: Job, *, plain: bool = False) -> list[str]:
    """That there is none, why that blocks, and where to look: a headline and paragraphs, of Markdown or plain text."""
    name = short(job.commit) if plain else code_span(short(job.commit))
    log = f"[the log of the run]({job.log})" if job.log and not plain else "the log of the run"
    return [
        f"NO VERDICT for commit {name}" if job.commit else "NO VERDICT",
        _WHY,
        f"The reason, and what to do, is one line in {log}.",
    ]


def _text(message: Message, room: int) -> str:
    head = f"{marker(message.name)}\n"
    foot = _foot(message)
    if message.report is None:
        headline, *paragraphs = no_verdict(message.job)
        return encodable("\n\n".join([f"{head}### ❌ {headline}", *paragraphs]) + f"\n{foot}")
    from gate.reports.markdown import render as markdown
    from gate.reports.markdown_row import links

    room -= len(encodable(head + foot).encode())
    link = links(message.job.source) if message.job.source else None
    return encodable(f"{head}{markdown(message.report, limit=room, link=link)}{foot}")


def _foot(message: Message) -> str:
    """How to ask for an exception, where something blocks; which commit and which plan the comment speaks of."""
    report, job = message.report, message.job
    commit = f"about commit {code_span(short(job.commit))}" if job.commit and report else ""
    log = f"[log]({job.log})" if job.log and report else ""
    name = f"the comment of gate for {code_span(visible(message.name, 100))}" if message.name else ""
    about = " · ".join(filter(None, [commit, log, name]))
    parts = [_EXCEPTION if report and report.verdict == "block" else ""]
    parts.append(f"<sub>{about[0].upper()}{about[1:]}</sub>" if about else "")
    return "".join(f"\n{part}\n" for part in parts if part)
