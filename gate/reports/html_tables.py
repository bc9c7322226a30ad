"""The tables of the HTML report: who gains what, and what was examined."""

from collections.abc import Sequence

from gate.iam.services import protected
from gate.report import AccessColumn, Extent, PlanReport, Report
from gate.reports.html_text import code, folded, named, text
from gate.reports.matrix import Row, becomes, changes, columns, kind, mark, rows
from gate.reports.phrases import count

_ROWS, _PLACES = 1000, 2000
_NAMES = 5
_OPEN = 20  # places that are shown without opening
_PLACES_OF = "Every place that hands out access in"
_HEAD = ("address", "attribute", "whose")
_SIGNS = {"more": "▲ more", "less": "▼ less", "other": "▲▼ more and less"}


def matrix(report: Report) -> str:
    """The section on everybody whose access changes."""
    found = rows(report)
    if not found:
        title = protected().words.title
        return f'<section id="matrix">\n<h2>Who gains what</h2>\n<p>Nobody’s {title} access changes.</p>\n</section>'
    names = columns(found)
    body = "\n".join(_row(row, with_plan=len(report.plans) > 1) for row in found[:_ROWS])
    rest = len(found) - _ROWS
    more = f"\n<p>And {rest:,} more rows, which <code>-o json=FILE</code> has.</p>" if rest > 0 else ""
    return "\n".join(
        [
            '<section id="matrix">',
            "<h2>Who gains what</h2>",
            '<div class="scroll" role="region" aria-labelledby="who-gains-what" tabindex="0">',
            '<table class="matrix">',
            f'<caption id="who-gains-what"><span>{_caption(found)}</span></caption>',
            f"<thead><tr>{_heads(['who', *names])}</tr></thead>",
            f"<tbody>\n{body}\n</tbody>",
            "</table>",
            f"</div>{more}",
            _legend(found),
            "</section>",
        ]
    )


def _heads(names: Sequence[str]) -> str:
    return "".join(f'<th scope="col">{text(name, 60)}</th>' for name in names)


def _caption(found: Sequence[Row]) -> str:
    return f"{text(changes(found))}: before and after the change, those with and without a finding"


def _row(row: Row, *, with_plan: bool) -> str:
    whose = named(row.principals, _NAMES, of="of which the same is true")
    key = f"<br/>by the policy of {code(row.access.key, 300)}" if row.access.key else ""
    plan = f"<br/>in {code(row.plan, 200)}" if with_plan else ""
    told = [
        f"<p>{sign} {', '.join(code(name, 100) for name in names)}</p>"
        for sign, names in (("Gains", row.access.gained), ("Loses", row.access.lost))
        if names
    ]
    number = len({*row.access.gained, *row.access.lost})
    in_no_column = all(column.change == "same" for column in row.access.columns)
    actions = folded(count(number, "action"), "\n".join(told), is_open=in_no_column) if told else ""
    cells = "".join(_cell(column, of_key=bool(row.access.key)) for column in row.access.columns)
    return f'<tr><th scope="row">{whose}{key}{plan}{actions}</th>{cells}</tr>'


def _cell(column: AccessColumn, *, of_key: bool) -> str:
    before, after = becomes(column, of_key=of_key, show=lambda name: code(name, 200))
    is_now = f'<span class="is">{_symbol(column.after)}{after}</span>'
    was = f'<span class="was">{_symbol(column.before)}{before}</span> ' if before else ""
    arrow = '<span aria-hidden="true">→</span><span class="unseen"> becomes </span> ' if before else ""
    sign = _SIGNS.get(column.change) if before else None
    told = f' <span class="more-or-less">{sign}</span>' if sign else ""
    return f'<td class="{kind(column)}">{was}{arrow}{is_now}{told}</td>'


def _symbol(extent: Extent) -> str:
    return f'<span aria-hidden="true">{mark(extent).symbol}&#160;</span>'


def _legend(found: Sequence[Row]) -> str:
    extents = [extent for row in found for column in row.access.columns for extent in (column.before, column.after)]
    marks = sorted(dict.fromkeys(mark(extent) for extent in extents), key=lambda one: "○◐◕●?".index(one.symbol))
    told = "; ".join(f"{one.symbol} {one.meaning}" for one in marks)
    return f'<p class="legend">{text(told)}. Actions that only list or describe are in no column.</p>'


def examined(report: Report) -> str:
    """The section on what was looked at, plan by plan."""
    several = len(report.plans) > 1
    parts = [_plan(plan, number, is_open=not several) for number, plan in enumerate(report.plans)]
    return "\n".join(['<section id="examined">', "<h2>What was examined</h2>", *parts, "</section>"])


def _plan(plan: PlanReport, number: int, *, is_open: bool) -> str:
    told = f"{code(plan.path, 300)}: {count(plan.documents, 'policy document')}, {count(plan.principals, 'principal')}"
    made = f"Made by Terraform {text(plan.terraform_version, 40)}, format {text(plan.format_version, 40)}."
    checked = f" SHA-256 of the file: {code(plan.sha256, 80)}." if plan.sha256 else ""
    if not plan.examined:
        return f"<p>{told}. {made}{checked}</p>"
    body = "\n".join(
        f'<tr><th scope="row">{code(one.address, 300)}</th><td>{text(one.attribute, 200)}</td>'
        f"<td>{named(one.principals, _NAMES, of='principals')}</td></tr>"
        for one in plan.examined[:_PLACES]
    )
    rest = len(plan.examined) - _PLACES
    more = f"\n<p>And {rest:,} more places, which <code>-o json=FILE</code> has.</p>" if rest > 0 else ""
    table = "\n".join(
        [
            f'<div class="scroll" role="region" aria-labelledby="plan-{number}" tabindex="0">',
            "<table>",
            f'<caption id="plan-{number}"><span>{_PLACES_OF} {code(plan.path, 300)}</span></caption>',
            f"<thead><tr>{_heads(_HEAD)}</tr></thead>",
            f"<tbody>\n{body}\n</tbody>",
            "</table>",
            f"</div>{more}",
        ]
    )
    return folded(told, f"<p>{made}{checked}</p>\n{table}", is_open=is_open and len(plan.examined) <= _OPEN)
