"""Findings that one change brought about are told once, as one story: what people's reports are made of.

A story holds findings of one rule that are treated alike. What else the same change brought about, by another rule or
waived, is a story of its own; each names the others.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from enum import Enum, auto

import msgspec
from msgspec.structs import replace

from gate.report import Finding, Report
from gate.reports.phrases import count, message, parts, place, title, who

_COUNTED = {  # warnings that are told in one line, however many there are, by rule
    "KMS007": "{} known only after apply and taken to be what {} to: `--source FOLDER` lets gate prove it",
}
_SENTENCES = 3


class _Outcome(Enum):
    """What becomes of the findings of a story."""

    BLOCKS = auto()
    WARNS = auto()
    WAIVED = auto()
    OFF = auto()


_SAID = {  # of one finding, and of several
    _Outcome.BLOCKS: ("blocks", "block"),
    _Outcome.WARNS: ("warns", "warn"),
    _Outcome.WAIVED: ("is waived", "are waived"),
    _Outcome.OFF: ("is off", "are off"),
}


class Story(msgspec.Struct, frozen=True, gc=False):
    """Findings of one cause, one rule and one treatment; the first stands for all. `aside` are sentences on what else
    the same change brought about, safe for every sink once they are made visible."""

    findings: tuple[Finding, ...]
    aside: tuple[str, ...] = ()

    @property
    def first(self) -> Finding:
        """The finding that is told in full."""
        return self.findings[0]

    @property
    def is_counted(self) -> bool:
        """Whether it is told in one line with a count."""
        return self.first.rule in _COUNTED and not self.first.blocks and self.first.waiver is None


class Stories(msgspec.Struct, frozen=True, gc=False):
    """The stories of a report; each finding is in exactly one of them, each of them in one of the four."""

    blocking: tuple[Story, ...] = ()
    warnings: tuple[Story, ...] = ()
    waived: tuple[Story, ...] = ()
    off: tuple[Story, ...] = ()


def stories(report: Report) -> Stories:
    """The findings of a report by what becomes of them, those of one cause together, in the report's order."""
    split = parts(report)
    grouped = {
        _Outcome.BLOCKS: _grouped(split.blocking),
        _Outcome.WARNS: _grouped(split.warnings),
        _Outcome.WAIVED: _grouped(split.waived),
        _Outcome.OFF: _grouped(split.off),
    }
    same: dict[str, Counter[tuple[_Outcome, str]]] = defaultdict(Counter)
    for outcome, several in grouped.items():
        for story in several:
            if story.first.cause and not story.is_counted:
                same[story.first.cause][outcome, title(story.first)] += len(story.findings)
    return Stories(*(tuple(_with_aside(one, how, same) for one in several) for how, several in grouped.items()))


def people(story: Story) -> tuple[str, ...]:
    """The principals of all findings, each once; not yet safe for any sink."""
    return tuple(dict.fromkeys(name for finding in story.findings for name in who(finding)))


def plans_of(story: Story) -> tuple[str, ...]:
    """The plans of all findings, each once: one line may have its effect in several; not yet safe for any sink."""
    return tuple(dict.fromkeys(finding.plan for finding in story.findings))


def lines_of(story: Story) -> tuple[str, ...]:
    """Where the change was made, as `main.tf:12`, each place once; not yet safe for any sink."""
    return tuple(dict.fromkeys(place(finding) for finding in story.findings if finding.location))


def one_line(story: Story) -> str:
    """The one line where several findings have their cause, "" where they are one, or have no line, or several lines;
    not yet safe for any sink."""
    found = lines_of(story)
    return found[0] if len(story.findings) > 1 and len(found) == 1 else ""


def heading(story: Story) -> str:
    """ "KMS001 full-kms-access", for several findings with what one cause did: ": 40 roles, one cause"; visible."""
    return title(story.first) + (f": {how_many(story)}" if len(story.findings) > 1 else "")


def how_many(story: Story) -> str:
    """ "40 roles, one cause"."""
    kinds = {finding.kind for finding in story.findings if who(finding)}
    noun = (kinds.pop() if len(kinds) == 1 else "") or "principal"
    number = len(people(story))
    same = f"{noun[:-1]}ies" if noun == "policy" else f"{noun}s"
    return f"{f'{number:,} {same}' if number > 1 else count(len(story.findings), 'finding')}, one cause"


def sentences(story: Story) -> list[str]:
    """What was found, visible: a sentence for all findings that say the same of others, three of them at most."""
    number = len(story.findings)
    if story.is_counted:
        several = number > 1
        what = f"{number:,} values are" if several else "a value is"
        return [_COUNTED[story.first.rule].format(what, "they refer" if several else "it refers")]
    alike: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in story.findings:
        alike[finding.alike, "" if finding.alike else finding.message].append(finding)
    told = [_of_several(group) for group in alike.values()]
    rest = len(told) - _SENTENCES
    return [*told[:_SENTENCES], f"and {rest:,} more in other words"] if rest > 0 else told


def _of_several(alike: Sequence[Finding]) -> str:
    others = len(alike) - 1
    more = f"; {others:,} {'others' if others > 1 else 'other'} likewise" if others else ""
    return f"{message(alike[0])}{more}"


def _grouped(findings: Sequence[Finding]) -> tuple[Story, ...]:
    groups: dict[Hashable, list[Finding]] = defaultdict(list)
    for number, finding in enumerate(findings):
        alone = Story((finding,)).is_counted
        cause: Hashable = "" if alone else finding.cause or number
        groups[cause, finding.rule, finding.name, finding.level, finding.waiver].append(finding)
    return tuple(Story(tuple(group)) for group in groups.values())


def _with_aside(story: Story, outcome: _Outcome, same: dict[str, Counter[tuple[_Outcome, str]]]) -> Story:
    """The story with what else its cause brought about: how many findings, of which rule, and what becomes of them.

    One finding beside another of another rule is no story of several, and says nothing.
    """
    if not story.first.cause or story.is_counted:
        return story
    others = Counter(same[story.first.cause])
    others[outcome, title(story.first)] -= len(story.findings)
    aside = tuple(
        f"{count(number, 'finding')} of the same cause {_SAID[how][number > 1]}: {what}"
        for (how, what), number in others.items()
        if number > 0 and (number > 1 or len(story.findings) > 1 or what == title(story.first))
    )
    return replace(story, aside=aside)
