"""One finding in full as Markdown: the folded part below the table of a comment."""

import re
from collections.abc import Callable, Iterable, Sequence

from gate.iam.services import protected
from gate.report import Finding, Statement
from gate.reports.detail import CHANGES, CONDITIONS, EXAMPLE, REMEDY, statement_texts
from gate.reports.markdown_row import PRINCIPALS, Around, is_wide, linked
from gate.reports.phrases import is_word, listed, request, who
from gate.reports.source_lines import excerpt, ways
from gate.reports.stories import Story
from gate.text.escape import code_block, code_span, html_code, prose, visible

_PRINCIPALS, _PLACES, _WAYS = 40, 40, 5
_ELEMENT = re.compile(r'\s*"\w+": ')


def detail(story: Story, around: Around, *, is_open: bool) -> str:
    """What there is to say of a story below the table: the lines of the source and what to do, in the open where
    `is_open`, and a folded part with who it is (where the table can't name all), every place, the statements and an
    example of a request; or "".
    """
    finding = story.first
    many = (len(who(finding)) > PRINCIPALS or any(map(is_wide, who(finding)))) and len(story.findings) == 1
    remedy = list(filter(None, [_list("What to do", finding.remedy, REMEDY), _example(finding.example)]))
    source = [*_ways(story, around), *_excerpt(finding)]
    act = [*source, *remedy]
    found = [
        *([] if is_open else source),
        f"Where: {_span(finding.address)} {_span(finding.attribute)}" if is_wide(finding.attribute) else "",
        f"Who: {listed(who(finding), _span, _PRINCIPALS)}" if many else "",
        _places(story, several=around.several),
        *_statements(finding),
        _witness(finding),
        _list("What changed", finding.changes, CHANGES),
        *([] if is_open else remedy),
    ]
    body = "\n\n".join(filter(None, found))
    parts = [
        "\n\n".join([f"{_name(story, code_span, several=around.several)}:", *act]) if is_open and act else "",
        folded(f"{'Why: ' if is_open else ''}{_name(story, html_code, several=around.several)}", body) if body else "",
    ]
    return "\n\n".join(filter(None, parts))


def folded(summary: str, body: str) -> str:
    """A part that a reader opens; `summary` is HTML, `body` Markdown."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _ways(story: Story, around: Around) -> list[str]:
    """How the line of the source comes to be in force, where that takes a module call or a value from elsewhere."""
    told = [way for way in ways(story) if len(way) > 1]
    more = [f"and {len(told) - _WAYS:,} more ways"] if len(told) > _WAYS else []
    return ["  \n".join([*(linked(way, around.link) for way in told[:_WAYS]), *more])] if told else []


def _excerpt(finding: Finding) -> list[str]:
    """The lines of the source, those that the finding is about marked."""
    lines = excerpt(finding)
    return [code_block(lines)] if lines else []


def _name(story: Story, code: Callable[[str], str], *, several: bool) -> str:
    finding = story.first
    rule = finding.rule if is_word(finding.rule) else code(visible(finding.rule, 60))
    plan = f" in {code(visible(finding.plan, 200))}" if several else ""
    more = f" and {len(story.findings) - 1:,} more" if len(story.findings) > 1 else ""
    return f"{rule} {code(visible(finding.address))}{plan}{more}"


def _places(story: Story, *, several: bool) -> str:
    """Every resource of a story of several findings, and whose access it is."""
    if len(story.findings) < 2:
        return ""
    items = [
        *(_place(finding, several=several) for finding in story.findings[:_PLACES]),
        *_more(len(story.findings) - _PLACES),
    ]
    return "\n".join(["Where, and who:", "", *(f"- {item}" for item in items)])


def _place(finding: Finding, *, several: bool) -> str:
    where = " ".join(_span(text) for text in (finding.address, finding.attribute) if text) or "(no address)"
    plan = f" in {_span(finding.plan)}" if several else ""
    return f"{where}{plan}: {listed(who(finding), _span, 3)}" if who(finding) else f"{where}{plan}"


def _statements(finding: Finding) -> list[str]:
    """What was in force before and is now, or for a new document only what is."""
    if not finding.before and not finding.changes:
        return [_block("What allows it", finding.statements)] if finding.statements else []
    before = _block("Before", finding.before) if finding.before else f"Before: nothing about {protected().words.title}"
    return [before, _block("After, what allows it", finding.statements) if finding.statements else ""]


def _block(label: str, statements: Sequence[Statement]) -> str:
    return f"{label}:\n\n{code_block(statement_texts(statements))}"


def _witness(finding: Finding) -> str:
    witness = finding.witness
    if witness is None:
        return ""
    conditions = [code_span(visible(condition, 400)) for condition in witness.conditions[:CONDITIONS]]
    more = len(witness.conditions) - CONDITIONS
    told = f", if {' and '.join(conditions)}" if conditions else ""
    rest = f" and {more:,} more conditions hold" if more > 0 else ""
    return f"For example, {request(witness, lambda name: code_span(visible(name, 600)))}{told}{rest}."


def _list(label: str, texts: Sequence[str], limit: int) -> str:
    """A sentence where there is one text, else a list."""
    if len(texts) == 1:
        return f"{label}: {prose(visible(texts[0]))}"
    items = [*(prose(visible(text)) for text in texts[:limit]), *_more(len(texts) - limit)]
    return "\n".join([f"{label}:", "", *(f"- {item}" for item in items)]) if items else ""


def _more(number: int) -> Iterable[str]:
    return [f"and {number:,} more"] if number > 0 else []


def _example(example: Sequence[str]) -> str:
    lines = [*(visible(line, 300) for line in example[:EXAMPLE]), *_more(len(example) - EXAMPLE)]
    return f"What to write instead:\n\n{code_block(lines, _language(example))}" if lines else ""


def _language(example: Sequence[str]) -> str:
    """JSON quotes the names of elements, HCL has `=`."""
    return "json" if any(_ELEMENT.match(line) for line in example) else "hcl"


def _span(text: str) -> str:
    return code_span(visible(text, 200))
