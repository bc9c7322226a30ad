"""Who gains what: the rows of the matrix of a report, and how they stand in the terminal and in a comment.

A row is everybody whose access changes alike: forty roles of one module are one row.
"""

from collections.abc import Sequence

import msgspec

from gate.iam.services import protected
from gate.report import AccessChange, AccessColumn, Extent, Report
from gate.reports.look import Look
from gate.reports.page import Page
from gate.reports.phrases import Show, count, listed
from gate.text.escape import command_free, prose, table_code, visible

COMMENT = 20_000  # bytes of a comment that the matrix may take at most
_IN_TEXT, _IN_COMMENT = 100, 50  # rows
_NAMES, _ACTIONS, _NAME = 3, 6, 200
_STYLES = {"alarm": "red", "more": "yellow", "less": "calm", "same": "dim", "undetermined": "yellow"}  # by kind


_SAME_WORDS = {"more": ", more than before", "less": ", less than before", "other": ", others than before"}


class Row(msgspec.Struct, frozen=True, gc=False):
    """The principals whose access changes alike, and how; `plan` is the path of theirs. Not yet safe for any sink."""

    principals: tuple[str, ...]
    access: AccessChange
    plan: str


class Mark(msgspec.Struct, frozen=True, gc=False):
    """What stands for an extent: a symbol, a word, and a sentence for those who do not know it."""

    symbol: str
    word: str
    meaning: str


def rows(report: Report) -> tuple[Row, ...]:
    """Everybody whose access changes, in the order of the report."""
    alike: dict[tuple[object, ...], list[str]] = {}
    first: dict[tuple[object, ...], AccessChange] = {}
    for plan in report.plans:
        for change in plan.access:
            key = (plan.path, change.key, change.columns, change.gained, change.lost)
            alike.setdefault(key, []).append(change.principal)
            first.setdefault(key, change)
    return tuple(Row(tuple(names), first[key], str(key[0])) for key, names in alike.items())


def heading(found: Sequence[Row]) -> str:
    """ "Who gains what: KMS access of 3 principals changes"."""
    return f"Who gains what: {changes(found)}"


def changes(found: Sequence[Row]) -> str:
    """ "KMS access of 3 principals changes"."""
    number = sum(len(row.principals) for row in found)
    title = protected().words.title
    return f"{title} access of {count(number, 'principal')} changes"


def columns(found: Sequence[Row]) -> tuple[str, ...]:
    """The names of the columns, visible."""
    return tuple(visible(column.column, 60) for column in found[0].access.columns) if found else ()


def mark(extent: Extent) -> Mark:
    """The symbol and the word of an extent."""
    noun = protected().fields[-1]
    if extent.undetermined:
        return Mark("?", "unsure", "gate cannot tell: known only after apply, or in a policy that it cannot see")
    if extent.keys == "every" and extent.within:
        return Mark("◕", "many", f"every {noun} of an account, a region or a partition")
    return {
        "none": Mark("○", "none", f"no {noun}"),
        "named": Mark("◐", "named", f"{noun}s that are named"),
        "every": Mark("●", "every", f"every {noun}"),
    }[extent.keys]


def words(extent: Extent, *, of_key: bool, show: Show = visible) -> str:
    """An extent in words: "every key of account 111122223333, on conditions"; what a plan names passes through
    `show`."""
    noun = protected().fields[-1]
    named = f"this {noun}" if of_key else f"named {noun}s"
    within = f" of {show(extent.within)}" if extent.within else ""
    told = {"none": "none", "named": named, "every": f"every {noun}{within}"}[extent.keys]
    if extent.undetermined:
        return "not certain" if extent.keys == "none" else f"{told}, not certain"
    return f"{told}, on conditions" if extent.conditional else told


def becomes(column: AccessColumn, *, of_key: bool, show: Show = visible) -> tuple[str, str]:
    """What a cell says: before and after, or "" and what it still is called, and whether that is more or less."""
    before, after = (words(extent, of_key=of_key, show=show) for extent in (column.before, column.after))
    if before != after:
        return before, after
    return "", after + _SAME_WORDS.get(column.change, "")


def kind(column: AccessColumn) -> str:
    """How much a cell alarms: what is wider on every key or on many of them stands out."""
    if column.change in ("more", "other"):
        return "alarm" if column.after.keys == "every" else "more"
    return column.change


def who(row: Row) -> str:
    """Whose access a row is, of many the first ones; visible."""
    told = listed(row.principals, lambda name: visible(name, _NAME), _NAMES)
    return f"{told} on {visible(row.access.key, _NAME)}" if row.access.key else told


def actions(names: Sequence[str], limit: int = _ACTIONS) -> str:
    """The first actions, the most telling ones, and how many more there are; visible."""
    return listed(names, lambda name: visible(name, 100), limit)


def text(report: Report, look: Look) -> str:
    """The matrix for the terminal, in lines of the width that is wanted where words allow it. Whoever asked for it is
    told where it is empty."""
    colour = look.colour
    found = rows(report)
    if not found:
        return f"\nWho gains what: nobody's {protected().words.title} access changes\n"
    page = Page(look)
    shown = found[:_IN_TEXT]
    table = [[_cell(column, colour=colour) for column in row.access.columns] for row in shown]
    names = columns(found)
    wide = [max(len(name), *(len(line[i]) for line in table)) for i, name in enumerate(names)]
    first = max(len("who"), *(len(who(row)) for row in shown))
    beside = first + sum(2 + each for each in wide) <= look.width
    page.add()
    page.add(heading(found), "bold")
    indent = f"{'who':<{first}}" if beside else "who"
    page.add(indent + "".join(f"  {name:<{each}}" for name, each in zip(names, wide, strict=True)).rstrip(), "dim")
    for row, line in zip(shown, table, strict=True):
        cells = zip(line, wide, row.access.columns, strict=True)
        styled = "".join("  " + page.painted(f"{cell:<{each}}", _STYLES[kind(column)]) for cell, each, column in cells)
        if beside:
            page.put(f"{command_free(f'{who(row):<{first}}')}{styled}".rstrip())
        else:
            page.add(who(row))
            page.put(f"   {styled}".rstrip())
        for aside in _asides(row, with_plan=len(report.plans) > 1):
            page.wrapped(aside, "dim", 2, 4)
    if len(found) > len(shown):
        page.add(f"and {len(found) - len(shown):,} more rows; `-o html=FILE` and `-o json=FILE` have all of them")
    page.wrapped(_legend(shown, colour=colour), "dim", 2)
    return page.text()


def _cell(column: AccessColumn, *, colour: bool) -> str:
    before, after = (_short(extent, colour=colour) for extent in (column.before, column.after))
    if before != after:
        return f"{before} {'→' if colour else '->'} {after}"
    told = {"more": ", more", "less": ", less", "other": ", others"}
    return after + told.get(column.change, "")


def _short(extent: Extent, *, colour: bool) -> str:
    found = mark(extent)
    limited = "*" if extent.conditional and not extent.undetermined else ""
    return f"{found.symbol} {found.word}{limited}" if colour else f"{found.word}{limited}"


def _asides(row: Row, *, with_plan: bool) -> list[str]:
    """What the cells of a row have no room for."""
    told = [
        f"{visible(column.column, 60)}: {' → '.join(dict.fromkeys(words(extent, of_key=False) for extent in extents))}"
        for column in row.access.columns
        for extents in [(column.before, column.after)]
        if any(extent.within for extent in extents)
    ]
    told += [f"gains {actions(row.access.gained)}"] if row.access.gained else []
    told += [f"loses {actions(row.access.lost)}"] if row.access.lost else []
    told += [f"in {visible(row.plan, _NAME)}"] if with_plan else []
    return told


def _legend(shown: Sequence[Row], *, colour: bool) -> str:
    """What the words of the cells mean, of those that stand there."""
    extents = [extent for row in shown for column in row.access.columns for extent in (column.before, column.after)]
    marks = dict.fromkeys(mark(extent) for extent in extents)
    order = ["none", "named", "many", "every", "unsure"]
    told = [
        f"{f'{one.symbol} ' if colour else ''}{one.word}: {one.meaning}"
        for one in sorted(marks, key=lambda one: order.index(one.word))
    ]
    is_limited = any(extent.conditional and not extent.undetermined for extent in extents)
    limited = ["*: only under conditions"] if is_limited else []
    return "; ".join([*told, *limited])


def comment(report: Report, room: int | None) -> str:
    """The matrix folded for a comment, in at most `room` bytes: as many rows as fit, nothing where none does."""
    found = rows(report)
    limit = COMMENT if room is None else min(room, COMMENT)
    for number in range(min(len(found), _IN_COMMENT), 0, -1):
        part = _folded(found, number, with_plan=len(report.plans) > 1)
        if len(part.encode("utf-8", "surrogatepass")) <= limit:
            return part
    return ""


def _folded(found: Sequence[Row], number: int, *, with_plan: bool) -> str:
    names = ["who", *(prose(name) or "?" for name in columns(found)), "actions"]
    lines = [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
    lines += [_line(row, with_plan=with_plan) for row in found[:number]]
    rest = len(found) - number
    more = f"\n\nand {rest:,} more rows; the report of this run lists all of them" if rest else ""
    table = "\n".join(lines)
    return f"\n<details><summary>{heading(found)}</summary>\n\n{table}{more}\n\n</details>\n"


def _line(row: Row, *, with_plan: bool) -> str:
    whose = [listed(row.principals, lambda name: table_code(visible(name, _NAME)), _NAMES)]
    whose += [f"on {table_code(visible(row.access.key, _NAME))}"] if row.access.key else []
    whose += [f"in {table_code(visible(row.plan, _NAME))}"] if with_plan else []
    told = []
    for sign, names in (("gains", row.access.gained), ("loses", row.access.lost)):
        told += [f"{sign} {listed(names, lambda name: table_code(visible(name, 100)), _ACTIONS)}"] if names else []
    cells = [_in_comment(column, of_key=bool(row.access.key)) for column in row.access.columns]
    return f"| {' | '.join(['<br>'.join(whose), *cells, '<br>'.join(told)])} |"


def _in_comment(column: AccessColumn, *, of_key: bool) -> str:
    before, after = becomes(column, of_key=of_key, show=lambda name: table_code(visible(name, _NAME)))
    told = f"{mark(column.after).symbol} {after}"
    if column.change == "same":
        return told
    return f"{mark(column.before).symbol} {before} → **{told}**" if before else f"**{told}**"
