"""One story as the row of a Markdown table: where, who, what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from gate.report import Waiver
from gate.reports.phrases import count, is_off, is_word, listed, rule_page
from gate.reports.source_lines import Step, way_text, ways
from gate.reports.stories import Story, plans_of, sentences
from gate.reports.stories import people as whom
from gate.text.escape import prose, table_code, visible

PRINCIPALS = 3  # in a table; all of them, or forty, are below it
NAME = 200  # characters
_NARROW = 44  # characters of a path in a template: no cell may push what is newly allowed out of sight
_IN_TEMPLATE = "template_body."
_REMEDIES = 3  # lines of what to do about a warning
_PLANS = 5
_WAYS = 2  # to the lines of the source

Link = Callable[[str, int], str]  # the web address of a line of a file, "" where it has none


@dataclass(frozen=True, slots=True)
class Around:
    """What a story is told in: whether the report is of several plans, and where the source is on the web."""

    several: bool
    link: Link | None = None


def row(story: Story, around: Around) -> str:
    """The row; of a waived story with the waiver, of a warning with what to do. Of what blocks, the way to the line of
    the source stands below the table."""
    finding, people = story.first, whom(story)
    where = [] if story.is_counted else _where(story, around)
    number = f", {count(len(story.findings), 'finding')} of one cause" if _is_several(story) else ""
    what = [f"[{word(finding.rule)}]({rule_page(finding)}) {word(finding.name)}{number}"]
    what += [prose(_with_narrow(people, sentence)) for sentence in sentences(story)]
    if finding.waiver:
        what.append(_waiver(finding.waiver))
    elif not finding.blocks and not is_off(finding) and not story.is_counted:
        what += [f"to do: {prose(visible(line))}" for line in finding.remedy[:_REMEDIES]]
    what += [prose(visible(line)) for line in story.aside]
    principals = "" if story.is_counted else listed(people, lambda name: table_code(_narrow(name)), PRINCIPALS)
    return f"| {'<br>'.join(where)} | {principals} | {'<br>'.join(what)} |"


_LONGEST_PATH = 4096  # of any system that git runs on


def links(template: str) -> Link:
    """The addresses of lines of the source by a template, such as `https://github.com/o/r/blob/SHA/{file}#L{line}`; a
    file that is not in the repository has none."""

    def address(file: str, line: int) -> str:
        path = file.replace("\\", "/").removeprefix("./")
        inside = (
            0 < len(path) <= _LONGEST_PATH
            and not path.startswith("/")
            and path[1:2] != ":"
            and ".." not in path.split("/")
        )
        quoted = quote(path.encode("utf-8", "replace"), safe="/")
        return template.replace("{line}", str(line)).replace("{file}", quoted) if inside else ""

    return address


def word(text: str) -> str:
    """A rule's identifier or name: as it is if it is one, else as code."""
    return text if is_word(text) else table_code(visible(text, 60))


def linked(way: Sequence[Step], link: Link | None) -> str:
    """A way to a line of the source, each step linked where the source is on the web."""
    return way_text(way, lambda step: _step(step, link), "→")


def _step(step: Step, link: Link | None) -> str:
    place = table_code(visible(f"{step.file}:{step.line}"))
    address = link(step.file, step.line) if link else ""
    name = f" {table_code(visible(step.name))}" if step.name else ""
    return (f"[{place}]({address})" if address else place) + name


def _is_several(story: Story) -> bool:
    return len(story.findings) > 1 and not story.is_counted


def _where(story: Story, around: Around) -> list[str]:
    finding = story.first
    attribute = f" {table_code(_narrow(finding.attribute))}" if finding.attribute else ""
    more = f" and {len(story.findings) - 1:,} more" if _is_several(story) else ""
    found = [f"{table_code(visible(finding.address))}{attribute}{more}"]
    told = list(dict.fromkeys(way[-1:] for way in ways(story))) if finding.blocks else ways(story)
    found += [f"at {linked(way, around.link)}" for way in told[:_WAYS]]
    if len(told) > _WAYS:
        found.append(f"and {len(told) - _WAYS:,} more")
    if around.several:
        found.append(f"in {listed(plans_of(story), lambda name: table_code(visible(name, NAME)), _PLANS)}")
    return found


def is_wide(text: str) -> bool:
    """Whether a path in a template is too long for a cell, which then has it without its middle."""
    return len(text) > _NARROW and _IN_TEMPLATE in text


def _with_narrow(names: Sequence[str], sentence: str) -> str:
    for name in filter(is_wide, names):
        sentence = sentence.replace(visible(name, NAME), _narrow(name))
    return sentence


def _narrow(text: str) -> str:
    end = _NARROW // 2
    return visible(f"{text[: end - 1]}…{text[-end:]}" if is_wide(text) else text, NAME)


def _waiver(waiver: Waiver) -> str:
    until = f"waived until {table_code(visible(waiver.expires, 40))} by {table_code(visible(waiver.owner, NAME))}"
    return f"{until}: {prose(visible(waiver.reason, 500))}"
