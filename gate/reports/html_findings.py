"""The findings of the HTML report: what blocks first, the findings of one cause together, each in full once."""

from collections.abc import Iterable, Sequence

from gate.iam.services import protected
from gate.report import Finding, Location, Report, Statement
from gate.reports.detail import CHANGES, CONDITIONS, EXAMPLE, REMEDY, statement_texts
from gate.reports.html_text import block, code, folded, listing, named, sentence, text
from gate.reports.phrases import count, is_word, place, request, rule_page, terms
from gate.reports.stories import Stories, Story, how_many, people, plans_of, sentences, stories
from gate.text.escape import command_free, visible

_IN_FULL = 200  # of each kind
_NAMES = 5
_OTHERS = 500  # findings of one cause


def findings(report: Report) -> str:
    """The section on what was found."""
    if not report.findings:
        return '<section id="findings">\n<h2>Findings</h2>\n<p>None.</p>\n</section>'
    kinds = _kinds(stories(report), several=len(report.plans) > 1)
    return "\n".join(['<section id="findings">', *kinds, "</section>"])


def _kinds(told: Stories, *, several: bool) -> Iterable[str]:
    for found, style, badge, title in (
        (told.blocking, "block", "✗ blocks", "Blocks"),
        (told.warnings, "warn", "! warns", "Does not block"),
        (told.waived, "waived", "– waived", "Waived"),
        (told.off, "off", "– off", "Off: rules that are set to off"),
    ):
        if found:
            yield f"<h2>{title}: {count(_number(found), 'finding')}</h2>"
            remedy: object = None
            for story in found[:_IN_FULL]:
                own = (story.first.remedy, story.first.example)
                is_open = style in ("block", "warn") and own != remedy
                yield _article(story, style, badge, several=several, is_open=is_open)
                remedy = own
            if rest := _number(found[_IN_FULL:]):
                yield f"<p>And {rest:,} more, which <code>-o json=FILE</code> has.</p>"


def _number(told: Sequence[Story]) -> int:
    return sum(len(story.findings) for story in told)


def _article(story: Story, style: str, badge: str, *, several: bool, is_open: bool) -> str:
    first = story.first
    rule = f"{text(first.rule, 60)} {text(first.name, 60)}".strip() or "finding"
    page = f'<a href="{rule_page(first)}">{rule}</a>' if is_word(first.rule) and is_word(first.name) else rule
    number = f": {text(how_many(story))}" if len(story.findings) > 1 and not story.is_counted else ""
    body = [
        f'<article class="{style}">',
        f'<h3><span class="badge">{badge}</span> {page}{number}</h3>',
        *(f'<p class="said">{sentence(told)}</p>' for told in sentences(story)),
        *(f"<p>{sentence(told)}</p>" for told in story.aside),
        "" if story.is_counted else _facts(story, several=several),
        _excerpt(first.location),
        _remedy(first, is_open=is_open),
        *_evidence(first),
        _others(story, several=several),
        "</article>",
    ]
    return "\n".join(filter(None, body))


def _facts(story: Story, *, several: bool) -> str:
    first = story.first
    attribute = f" {code(first.attribute)}" if first.attribute else ""
    facts = [
        ("where", f"{code(first.address)}{attribute}"),
        ("moved from", code(first.previous_address) if first.previous_address else ""),
        ("line", _line(first)),
        ("plan", named(plans_of(story), _NAMES, of="plans") if several else ""),
        ("who", named(people(story), _NAMES, of="principals")),
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


def _others(story: Story, *, several: bool) -> str:
    """The other findings of a story, by place."""
    others = story.findings[1:]
    if not others:
        return ""
    items = [
        f"{code(one.address, 300)}{f' in {code(one.plan, 200)}' if several else ''}: {sentence(one.message, 400)}"
        for one in others[:_OTHERS]
    ]
    rest = len(others) - _OTHERS
    more = [f"and {rest:,} more"] if rest > 0 else []
    same = "like it" if story.is_counted else "of the same cause"
    return folded(f"{count(len(others), 'more finding')} {same}", listing([*items, *more]))
