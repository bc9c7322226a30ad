"""From the change to the line: the way through module calls, the lines themselves, and links to them."""

import msgspec
import pytest

from gate.report import Call, Finding, Line, Location, Report, report
from gate.reports import markdown, render, text
from gate.reports.look import Look
from gate.reports.markdown_row import links
from gate.reports.source_lines import excerpt
from tests.helpers.reports import BLOCKING, PLAN, REPORTS

replace = msgspec.structs.replace
CALLS = (Call("module.orders", "main.tf", 1), Call("module.orders.module.role", "modules/service/main.tf", 4))
EXCERPT = (
    Line(13, '    Effect   = "Allow"'),
    Line(14, '    Action   = "kms:*"', marked=True),
    Line(18, '  Resource   = "*"', marked=True),
)
PLACED = replace(BLOCKING, location=Location("modules/role/main.tf", 14, CALLS, EXCERPT))
WAY = "main.tf:1 module.orders -> modules/service/main.tf:4 module.role -> modules/role/main.tf:14"
BLOB = links("https://github.com/o/r/blob/0123456/{file}#L{line}")


def of(*findings: Finding) -> Report:
    """A report of these findings."""
    return report((PLAN,), findings)


def called(numbers: range, **fields: object) -> Report:
    """Findings of one cause in instances of one module."""
    made = REPORTS["one cause"]().findings
    return of(
        *(
            replace(
                made[i],
                location=Location("m/main.tf", 22, (Call(f'module.service["{i:02}"]', "main.tf", 5),), EXCERPT),
                **fields,
            )
            for i in numbers
        )
    )


def test_the_way_is_told_in_the_terminal() -> None:
    """Each call with its file, its line and its name in the module that it stands in; last the line itself."""
    assert f"\n             {WAY}\n" in text.render(of(PLACED), Look(width=120))
    assert " ".join(WAY.split()) in " ".join(text.render(of(PLACED), Look(width=80)).split())


def test_the_lines_are_shown_and_marked() -> None:
    """The margin is taken away, lines that are left out are dots, and what the finding is about has a mark."""
    assert """
  lines      13     Effect   = "Allow"
             14 >   Action   = "kms:*"
             ...
             18 > Resource   = "*"
""" in text.render(of(PLACED))


def test_a_long_line_is_cut() -> None:
    """A line that is wider than the terminal ends in a mark; a very long excerpt in dots."""
    long = replace(PLACED, location=Location("m.tf", 1, (), (Line(1, "x" * 500, marked=True),)))
    (line,) = [line for line in text.render(of(long), Look(width=80)).splitlines() if "xxx" in line]
    assert len(line) == 80
    assert line.endswith("x…")
    many = replace(PLACED, location=Location("m.tf", 1, (), tuple(Line(i, "y") for i in range(1, 40))))
    assert excerpt(many)[-1] == "..."
    assert len(excerpt(many)) == 13


def test_no_excerpt_no_row() -> None:
    """Where the lines are not shown, or nobody knows the place, there is no empty row."""
    for location in (None, Location("m.tf", 1)):
        shown = text.render(of(replace(BLOCKING, location=location)))
        assert "lines  " not in shown
        assert " -> " not in shown


def test_instances_of_one_call_are_one_way() -> None:
    """Forty instances of one call are one way, without a key; the whole story has forty lines at most."""
    shown = text.render(called(range(40)))
    assert shown.count(" -> ") == 1
    assert "             main.tf:5 module.service -> m/main.tf:22\n" in shown
    assert len(shown.splitlines()) <= 40


def test_several_calls_are_several_ways() -> None:
    """Three ways are told, the others counted; a single finding keeps the key of its instance."""
    made = called(range(8)).findings
    apart = [
        replace(one, location=Location("m/main.tf", 22, (Call(f"module.m{i}", "main.tf", i + 1),)))
        for i, one in enumerate(made)
    ]
    shown = text.render(of(*apart))
    assert "main.tf:1 module.m0 -> m/main.tf:22\n" in shown
    assert "main.tf:3 module.m2 -> m/main.tf:22\n" in shown
    assert "and 5 more ways\n" in shown
    assert 'main.tf:5 module.service["00"] -> m/main.tf:22\n' in text.render(called(range(1)))


def test_an_annotation_tells_the_way() -> None:
    """The annotation stands at the line, and says which calls lead there."""
    (line,) = render(of(PLACED), "github").splitlines()
    assert line.startswith("::error file=modules/role/main.tf,line=14,")
    assert line.endswith(f"%0Aby {WAY}")


def test_junit_tells_the_way_and_the_lines() -> None:
    """The failure of a test case has both."""
    shown = render(of(PLACED), "junit")
    assert "module.role -&gt; modules/role/main.tf:14" in " ".join(shown.split())
    assert '14 &gt;   Action   = "kms:*"' in shown


def test_the_comment_shows_way_and_lines_in_the_open() -> None:
    """Of up to three causes they stand above what to do."""
    shown = markdown.render(of(PLACED)).split("<details>")[0]
    way = "`main.tf:1` `module.orders` → `modules/service/main.tf:4` `module.role` → `modules/role/main.tf:14`"
    assert f"\n\n{way}\n\n```\n" in shown
    assert shown.index('14 >   Action   = "kms:*"') < shown.index("What to do")
    assert "at `modules/role/main.tf:14` |" in shown


def test_the_comment_links_every_step() -> None:
    """With the address of the source each step leads to its line."""
    shown = markdown.render(of(PLACED), link=BLOB)
    base = "https://github.com/o/r/blob/0123456"
    assert f"at [`modules/role/main.tf:14`]({base}/modules/role/main.tf#L14) |" in shown
    assert f"[`main.tf:1`]({base}/main.tf#L1) `module.orders` → " in shown
    assert "](" + base not in markdown.render(of(PLACED))


def test_of_a_warning_the_table_tells_the_way() -> None:
    """What has no part below the table has its way in it."""
    shown = markdown.render(of(replace(PLACED, blocks=False, level="warning")))
    assert "at `main.tf:1` `module.orders` → `modules/service/main.tf:4` `module.role` → " in shown


@pytest.mark.parametrize("file", ["/etc/passwd", "../other/main.tf", "a/../../b.tf", "C:/x.tf", "..\\x.tf", ""])
def test_what_is_not_in_the_repository_has_no_link(file: str) -> None:
    """A path that leads out of the repository is not linked."""
    assert BLOB(file, 1) == ""


def test_a_link_holds_any_name() -> None:
    """What a URL cannot hold is quoted."""
    assert BLOB("./a b/(c)]|#?.tf", 3) == "https://github.com/o/r/blob/0123456/a%20b/%28c%29%5D%7C%23%3F.tf#L3"
