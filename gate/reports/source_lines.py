"""Where in the source a story stands: the way from the root module to the line, and the lines themselves."""

from collections.abc import Callable, Sequence

import msgspec

from gate.plan.addresses import split, unkeyed
from gate.report import Finding, Location
from gate.reports.stories import Story
from gate.text.escape import visible

_LINES, _READ = 12, 200  # of an excerpt: how many are shown, and looked at
_LONGEST = 300  # characters of a line


class Step(msgspec.Struct, frozen=True, gc=False):
    """A place on the way and what is called, or written, there; `name` is "" at the end. Not yet safe for any sink."""

    file: str
    line: int
    name: str = ""


def ways(story: Story) -> list[tuple[Step, ...]]:
    """The ways to the lines of a story, each once, without keys of instances where it is that of several findings."""
    found: dict[tuple[tuple[str, int], ...], list[Finding]] = {}
    for finding in story.findings:
        if finding.location:
            found.setdefault(tuple((s.file, s.line) for s in _steps(finding.location)), []).append(finding)
    return [_way(findings) for findings in found.values()]


def way_text(way: Sequence[Step], show: Callable[[Step], str], arrow: str = "->") -> str:
    """ "main.tf:1 module.orders -> modules/role/main.tf:14"; `show` makes a step safe for the sink at hand."""
    return f" {arrow} ".join(show(step) for step in way)


def plain(step: Step) -> str:
    """A step as visible text."""
    name = f" {visible(step.name)}" if step.name else ""
    return f"{visible(f'{step.file}:{step.line}')}{name}"


def excerpt(finding: Finding, width: int = _LONGEST, around: int = _LINES) -> list[str]:
    """The lines around the place, visible, with their numbers; those that the finding is about are marked with `>`, and
    of the others there are as many as `around` on each side of them."""
    every = finding.location.excerpt[:_READ] if finding.location else ()
    marked = [i for i, line in enumerate(every) if line.marked]
    near = [line for i, line in enumerate(every) if not marked or min(abs(i - mark) for mark in marked) <= around]
    lines = near[:_LINES]
    texts = [line.text.expandtabs(4)[:_LONGEST] for line in lines]
    margin = min((len(text) - len(text.lstrip(" ")) for text in texts if text.strip()), default=0)
    digits = len(str(max((line.number for line in lines), default=0)))
    found: list[str] = []
    for i, (line, text) in enumerate(zip(lines, texts, strict=True)):
        if i and line.number != lines[i - 1].number + 1:
            found.append("...")
        shown = f"{line.number:>{digits}} {'>' if line.marked else ' '} {visible(text[margin:])}".rstrip()
        found.append(shown if len(shown) <= width else f"{shown[: width - 1]}…")
    if len(near) > _LINES:
        found.append("...")
    return found


def _steps(location: Location) -> list[Step]:
    steps, parent = [], ""
    for call in location.calls:
        steps.append(Step(call.file, call.line, call.address.removeprefix(f"{parent}.") if parent else call.address))
        parent = call.address
    return [*steps, Step(location.file, location.line)]


def _way(findings: Sequence[Finding]) -> tuple[Step, ...]:
    location = findings[0].location
    steps = _steps(location) if location else []
    if len(findings) == 1:
        return tuple(steps)
    return tuple(Step(step.file, step.line, unkeyed(step.name) if split(step.name) else "") for step in steps)
