"""gate.reports.matrix: who gains what, in the terminal and in a comment."""

import re

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from gate.report import AccessColumn, Extent, Report, report
from gate.reports import markdown, matrix, render
from gate.reports.look import Look
from gate.reports.phrases import count
from tests.helpers.reports import ACCESS, BLOCKING, EVERY, NAMED, NONE, PLAN, REPORTS, access

TABLE = """
Who gains what: KMS access of 8 principals changes
who                      use              grant on        administer     destroy
role app                 named -> every   none -> every   none -> many*  named
    administer: none → every key of account 111122223333, on conditions
    gains kms:Decrypt, kms:ReEncryptFrom, kms:CreateGrant, kms:PutKeyPolicy
role etl, role reader    none -> named    none            none           none
    gains kms:Decrypt
role retired             every -> none    none            none           none
    loses kms:Decrypt, kms:Encrypt
role moved               named, others    none            none           none
    gains kms:Decrypt
    loses kms:Decrypt
user bob                 none -> unsure   none -> unsure  none -> unsure  none -> unsure
role lister              none             none            none           none
    gains kms:ListKeys
everyone on aws_kms_key.data  none -> named    none            none           none
    gains kms:Decrypt
"""


def text(made: Report, *, colour: bool = False, width: int = 98) -> str:
    return matrix.text(made, Look(colour=colour, width=width))


def spaced(lines: str) -> list[list[str]]:
    """Lines as words, whatever their columns."""
    return [line.split() for line in lines.strip().splitlines()]


def test_the_table() -> None:
    """A row for each that changes alike, before and after in words, the actions below it, a legend at the end."""
    found = text(REPORTS["matrix"]())
    assert spaced(found)[: len(spaced(TABLE))] == spaced(TABLE)
    legend = " ".join(" ".join(line) for line in spaced(found)[len(spaced(TABLE)) :])
    assert legend == (
        "none: no key; named: keys that are named; many: every key of an account, a region or a partition; every: "
        "every key; unsure: gate cannot tell: known only after apply, or in a policy that it cannot see; *: only under "
        "conditions"
    )


@pytest.mark.parametrize("width", [80, 98, 120, 200])
def test_columns_stand_below_one_another(width: int) -> None:
    """Every cell of a column begins where its heading does, in whatever width, and no line is wider."""
    lines = [line for line in text(REPORTS["matrix"](), width=width).splitlines() if line]
    head = next(line for line in lines if line.startswith("who"))
    starts = [match.start() for match in re.finditer(r"(?<=  )\S", head)]
    rows = [line for line in lines if line.count("none") + line.count("named") + line.count("unsure") >= 4]
    rows = [line for line in rows if "->" in line or line.endswith("none")]
    assert len(rows) == 7
    for row in rows:
        assert all(row[start - 1] == " " and row[start] != " " for start in starts[-3:])
    assert max(map(len, lines)) <= width


def test_a_terminal_sees_symbols_and_colours() -> None:
    """What is wider on every key is red, on named keys yellow, narrower green; a file has neither colour nor symbol."""
    found = text(REPORTS["matrix"](), colour=True, width=120)
    assert "\x1b[1;31m◐ named → ● every" in found
    assert "\x1b[33m○ none → ◐ named" in found
    assert "\x1b[32m● every → ○ none" in found
    assert "? unsure" in found
    plain = text(REPORTS["matrix"]())
    assert "\x1b" not in plain
    assert not set("●○◐◕▲▼") & set(plain)


def test_forty_roles_are_one_row() -> None:
    """Those whose access changes alike are told together."""
    rows = tuple(replace(ACCESS[1], principal=f"role r-{i}") for i in range(40))
    found = text(report((replace(PLAN, access=rows),), ()))
    assert "role r-0, role r-1, role r-2 and 37 more" in found
    assert len(found.splitlines()) < 10


def test_plans_are_named_where_there_are_several() -> None:
    """The same role of two plans is two rows, each with its plan."""
    plans = tuple(replace(PLAN, path=path, access=(ACCESS[1],)) for path in ("a.json", "b.json"))
    found = text(report(plans, ()))
    assert "in a.json" in found
    assert "in b.json" in found


def test_nobody() -> None:
    """Whoever asks and nobody gains anything is told so; a comment says nothing."""
    assert text(REPORTS["pass"]()) == "\nWho gains what: nobody's KMS access changes\n"
    assert matrix.comment(REPORTS["pass"](), None) == ""


def test_rows_are_counted() -> None:
    """Past a hundred rows the rest is counted, and where all of them are is told."""
    rows = tuple(replace(ACCESS[1], principal=f"role {i}", gained=(f"kms:{i}",)) for i in range(130))
    assert "and 30 more rows; `-o html=FILE` and `-o json=FILE` have all of them" in text(
        report((replace(PLAN, access=rows),), ())
    )


def test_only_the_text_report_has_it_and_only_when_asked() -> None:
    """`matrix` adds the table to the text format alone."""
    made = REPORTS["matrix"]()
    assert render(made, "text", Look(matrix=True)) == render(made, "text") + text(made)
    assert render(made, "junit", Look(matrix=True)) == render(made, "junit")


def test_a_comment_has_it_folded() -> None:
    """Closed, with a table that a reader of Markdown sees."""
    page = markdown.render(REPORTS["matrix"]())
    assert "<details><summary>Who gains what: KMS access of 8 principals changes</summary>" in page
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(page)
    assert "<th>administer</th>" in rendered
    assert "<td>◐ named keys → <strong>● every key</strong></td>" in rendered
    assert "<code>account 111122223333</code>, on conditions" in rendered


@pytest.mark.slow
def test_a_comment_is_cut_to_fit() -> None:
    """Findings come first; of the matrix as many rows as fit, and what is left out is counted."""
    rows = tuple(replace(ACCESS[1], principal=f"role {i}", gained=(f"kms:{i}",)) for i in range(40))
    made = report((replace(PLAN, access=rows),), (BLOCKING,))
    without = len(markdown.render(replace(made, plans=(PLAN,))).encode())
    for room in (without, without + 200, without + 1000, without + 3000):
        page = markdown.render(made, limit=room)
        assert len(page.encode()) <= room
        assert "KMS001" in page
    assert re.search(r"and \d+ more rows; the report of this run lists all of them", page)


@pytest.mark.parametrize(
    ("extent", "told"),
    [
        (NONE, "none"),
        (NAMED, "named keys"),
        (replace(NAMED, conditional=True), "named keys, on conditions"),
        (EVERY, "every key"),
        (replace(EVERY, within="region eu-west-1"), "every key of region eu-west-1"),
        (replace(NONE, undetermined=True), "not certain"),
        (replace(NAMED, undetermined=True), "named keys, not certain"),
    ],
)
def test_words(extent: Extent, told: str) -> None:
    """An extent in words; by the policy of a key it is that key."""
    assert matrix.words(extent, of_key=False) == told
    assert matrix.words(extent, of_key=True) == told.replace("named keys", "this key")


def test_more_on_keys_that_are_called_the_same() -> None:
    """Where before and after have the same words, it is said which way it goes."""
    column = AccessColumn("use", NAMED, NAMED, "more")
    assert matrix.becomes(column, of_key=False) == ("", "named keys, more than before")
    assert "named, more" in text(report((replace(PLAN, access=(access("role a", column),)),), ()))
    assert count(1, "principal") in matrix.heading(matrix.rows(report((replace(PLAN, access=(ACCESS[1],)),), ())))
