"""One finding in full as Markdown: the folded part below the table of a comment."""

from collections.abc import Iterable, Sequence

from gate.iam.services import protected
from gate.report import Finding, Statement
from gate.reports.detail import CHANGES, CONDITIONS, EXAMPLE, REMEDY, statement_texts
from gate.reports.phrases import is_word, listed, request, who
from gate.text.escape import code_block, code_span, html_code, prose, visible

_PRINCIPALS = 40


def detail(finding: Finding, *, several: bool, with_principals: bool) -> str:
    """A folded part with who it is (where `with_principals`), the statements, an example and what to do, or "".

    `several` names the plan, for reports of several.
    """
    found = [
        f"Who: {listed(who(finding), _span, _PRINCIPALS)}" if with_principals else "",
        *_statements(finding),
        _witness(finding),
        _list("What changed", finding.changes, CHANGES),
        _list("What to do", finding.remedy, REMEDY),
        _example(finding.example),
    ]
    body = "\n\n".join(filter(None, found))
    rule = finding.rule if is_word(finding.rule) else html_code(visible(finding.rule, 60))
    plan = f" in {html_code(visible(finding.plan, 200))}" if several else ""
    return folded(f"{rule} {html_code(visible(finding.address))}{plan}", body) if body else ""


def folded(summary: str, body: str) -> str:
    """A part that a reader opens; `summary` is HTML, `body` Markdown."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


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
    return f"What to write instead:\n\n{code_block(lines, 'hcl')}" if lines else ""


def _span(text: str) -> str:
    return code_span(visible(text, 200))
