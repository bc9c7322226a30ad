"""The findings of the HTML report: what blocks first, the findings of one cause together, each in full once."""

from collections.abc import Iterable, Sequence

from gate.iam.services import protected
from gate.report import Finding, Location, Report, Statement
from gate.reports.detail import CHANGES, CONDITIONS, EXAMPLE, REMEDY, statement_texts
from gate.reports.html_text import block, code, folded, listing, named, sentence, text
from gate.reports.phrases import Parts, count, is_word, parts, place, request, rule_page, terms, who
from gate.text.escape import command_free, visible

_IN_FULL = 200  # of each kind
_NAMES = 5
_OTHERS = 500  # findings of one cause

Together = tuple[Finding, ...]  # findings of one rule that one change brought about, and that are treated alike


def findings(report: Report) -> str:
    """The section on what was found."""
    split = parts(report)
    if not report.findings:
        return '<section id="findings">\n<h2>Findings</h2>\n<p>None.</p>\n</section>'
    return "\n".join(['<section id="findings">', *_kinds(split, several=len(report.plans) > 1), "</section>"])


def _kinds(split: Parts, *, several: bool) -> Iterable[str]:
    for found, style, badge, heading in (
        (split.blocking, "block", "✗ blocks", "Blocks"),
        (split.warnings, "warn", "! warns", "Does not block"),
        (split.waived, "waived", "– waived", "Waived"),
        (split.off, "off", "– off", "Off: rules that are set to off"),
    ):
        if found:
            yield f"<h2>{heading}: {count(len(found), 'finding')}</h2>"
            groups = together(found)
            told: object = None
            for group in groups[:_IN_FULL]:
                remedy = (group[0].remedy, group[0].example)
                is_open = style in ("block", "warn") and remedy != told
                yield _article(group, style, badge, several=several, is_open=is_open)
                told = remedy
            rest = sum(len(group) for group in groups[_IN_FULL:])
            if rest:
                yield f"<p>And {rest:,} more, which <code>-o json=FILE</code> has.</p>"


def together(found: Sequence[Finding]) -> list[Together]:
    """Findings by cause and rule, in their order; one that names no cause is alone."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for number, finding in enumerate(found):
        key = (finding.cause or number, finding.rule, finding.waiver)
        groups.setdefault(key, []).append(finding)
    return [tuple(group) for group in groups.values()]


def _article(group: Together, style: str, badge: str, *, several: bool, is_open: bool) -> str:
    first = group[0]
    rule = f"{text(first.rule, 60)} {text(first.name, 60)}".strip() or "finding"
    page = f'<a href="{rule_page(first)}">{rule}</a>' if is_word(first.rule) and is_word(first.name) else rule
    number = f" {count(len(group), 'finding')}, one cause" if len(group) > 1 else ""
    body = [
        f'<article class="{style}">',
        f'<h3><span class="badge">{badge}</span> {page}{number}</h3>',
        f'<p class="said">{sentence(first.message) if first.message.strip() else "No description."}</p>',
        _facts(group, several=several),
        _excerpt(first.location),
        _remedy(first, is_open=is_open),
        *_evidence(first),
        _others(group, several=several),
        "</article>",
    ]
    return "\n".join(filter(None, body))


def _facts(group: Together, *, several: bool) -> str:
    first = group[0]
    people = tuple(dict.fromkeys(name for finding in group for name in who(finding)))
    attribute = f" {code(first.attribute)}" if first.attribute else ""
    facts = [
        ("where", f"{code(first.address)}{attribute}"),
        ("moved from", code(first.previous_address) if first.previous_address else ""),
        ("line", _line(first)),
        ("plan", code(first.plan, 300) if several else ""),
        ("who", named(people, _NAMES, of="principals")),
        ("waived", text(terms(first.waiver)) if first.waiver else ""),
    ]
    told = "\n".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in facts if value)
    return f"<dl>\n{told}\n</dl>"


def _line(finding: Finding) -> str:
    """The line of the change, behind the module calls that lead to it."""
    if finding.location is None:
        return ""
    calls = [
        f"{code(call.address, 200)} at {code(f'{call.file}:{call.line}', 300)} → " for call in finding.location.calls
    ]
    return f"{''.join(calls)}{code(place(finding), 300)}"


def _excerpt(location: Location | None) -> str:
    """The lines of the source, those that it is about marked."""
    if location is None or not location.excerpt:
        return ""
    wide = len(str(location.excerpt[-1].number))
    lines = []
    for line in location.excerpt:
        told = text(command_free(f"{line.number:>{wide}} {visible(line.text, 300)}"))
        lines.append(f"<mark>{told}</mark>" if line.marked else told)
    return "<pre><code>{}</code></pre>".format("\n".join(lines))


def _remedy(finding: Finding, *, is_open: bool) -> str:
    """What to do; in the open where something is to be done that was not told before: it is what a reader comes for."""
    told = listing(sentence(line) for line in finding.remedy[:REMEDY])
    lines = [visible(line, 300) for line in finding.example[:EXAMPLE]]
    instead = f"<h4>What to write instead</h4>\n{block(lines)}" if lines else ""
    if not told and not instead:
        return ""
    if not is_open:
        return folded("What to do", "\n".join(filter(None, [told, instead])))
    todo = f"<h4>What to do</h4>\n{told}" if told else ""
    return "\n".join(filter(None, ['<div class="todo">', todo, instead, "</div>"]))


def _evidence(finding: Finding) -> list[str]:
    """The statements, the witness and what changed, each folded."""
    found = []
    if finding.statements:
        found.append(folded("What allows it", _statements(finding.statements)))
    if finding.before or finding.changes:
        nothing = f"<p>Nothing about {protected().words.title}.</p>"
        found.append(folded("What was there before", _statements(finding.before) if finding.before else nothing))
    if finding.witness:
        found.append(folded("A request that is newly allowed", _witness(finding)))
    if finding.changes:
        changes = [*(text(change) for change in finding.changes[:CHANGES])]
        rest = len(finding.changes) - CHANGES
        found.append(folded("What changed", listing([*changes, *([f"and {rest:,} more"] if rest > 0 else [])])))
    return found


def _statements(statements: Sequence[Statement]) -> str:
    return block(statement_texts(statements))


def _witness(finding: Finding) -> str:
    witness = finding.witness
    if witness is None:
        return ""
    told = f"<p>{request(witness, code)}.</p>"
    if not witness.conditions:
        return told
    rest = len(witness.conditions) - CONDITIONS
    more = [f"and {rest:,} more"] if rest > 0 else []
    return f"{told}\n<p>If:</p>\n{listing([*(code(one, 400) for one in witness.conditions[:CONDITIONS]), *more])}"


def _others(group: Together, *, several: bool) -> str:
    """The other findings of the same cause, by place."""
    others = group[1:]
    if not others:
        return ""
    items = [
        f"{code(one.address, 300)}{f' in {code(one.plan, 200)}' if several else ''}: {sentence(one.message, 400)}"
        for one in others[:_OTHERS]
    ]
    rest = len(others) - _OTHERS
    more = [f"and {rest:,} more"] if rest > 0 else []
    return folded(f"{count(len(others), 'more finding')} of the same cause", listing([*items, *more]))
