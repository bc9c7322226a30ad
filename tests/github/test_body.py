"""gate/github/body.py and summary.py: what the comment and the summary say."""

from pathlib import Path

import msgspec
import pytest

from gate.github import body, summary
from gate.report import Finding, PlanReport, Report, Statement, report

PLAN = PlanReport("plan.json", "1.9.5", "1.2", True, 1, 1)
HOSTILE = "x --> <!-- kms-gate:comment:0 -->\n``` @everyone <img src=x> \ud800 \x00 \u202e | [a](b) </details>"


def _finding(number: int, *, blocks: bool = True, text: str = "kms") -> Finding:
    return Finding(
        rule="KMS001" if blocks else "KMS003",
        name="full-kms-access" if blocks else "decrypt-on-every-key",
        level="error" if blocks else "warning",
        blocks=blocks,
        plan="plan.json",
        address=f"aws_iam_policy.p{number}",
        attribute="policy",
        principals=(text,),
        statements=(Statement(0, text, text),),
        message=text,
        witness=None,
        location=None,
        fingerprint=f"{number:016x}",
    )


def _report(*findings: Finding) -> Report:
    return report((PLAN,), findings)


def test_the_marker_is_the_first_line() -> None:
    """And the verdict the first that is seen."""
    lines = body.render(_report(_finding(1))).split("\n")
    assert lines[0] == body.marker("")
    assert "BLOCKED" in lines[1]


def test_markers_differ_by_name_and_hold_none_of_it() -> None:
    """No name closes the marker."""
    markers = {body.marker(name) for name in ("", "a", "A", "-->", HOSTILE)}
    assert len(markers) == 5
    assert all(len(marker) == len(body.marker("")) and marker.isascii() for marker in markers)


def test_a_hostile_plan_forges_no_marker_line() -> None:
    """The only line that is a marker is the first, and the body can be sent: no surrogate, no control character."""
    text = body.render(_report(msgspec.structs.replace(_finding(1, text=HOSTILE), address=HOSTILE)), HOSTILE)
    assert [line for line in text.split("\n") if line.startswith("<!--")] == [body.marker(HOSTILE)]
    assert all(character == "\n" or character.isprintable() for character in text)
    text.encode()


def test_a_pass_is_short() -> None:
    """The marker and two lines."""
    assert len(body.render(_report()).strip().split("\n")) == 3


@pytest.mark.parametrize("count", [1, 40, 400])
def test_the_body_stays_below_the_limit(count: int) -> None:
    """Whole findings are left out, blocking ones last, and the text says how many."""
    findings = [_finding(i, text=f"é{i} " + "x" * 300) for i in range(count)]
    text = body.render(_report(*findings, _finding(9999, blocks=False)), "a name")
    assert len(text.encode()) <= body.LIMIT
    shown = text.count("</summary>")
    assert ("not shown" in text) is (count == 400)
    if count == 400:
        assert f"{401 - text.count('| [KMS001]')} findings not shown" in text
        assert "KMS003" not in text
    assert shown > 0


def test_the_summary_takes_what_a_comment_cannot_be(tmp_path: Path) -> None:
    """It is added to what the file has, and said."""
    path = tmp_path / "summary.md"
    path.write_text("# earlier")
    told = summary.instead({"GITHUB_STEP_SUMMARY": str(path)}, _report(_finding(1)))
    assert "summary" in told
    assert path.read_text().startswith("# earlier\n")
    assert "BLOCKED" in path.read_text()


def test_the_summary_stays_below_what_the_runner_drops(tmp_path: Path) -> None:
    """A runner drops more than 1 MiB whole, what stood there before included."""
    path = tmp_path / "summary.md"
    path.write_text("x" * (summary.LIMIT - 5000))
    report_ = _report(*[_finding(i, text="x" * 900) for i in range(300)])
    assert "summary" in summary.instead({"GITHUB_STEP_SUMMARY": str(path)}, report_)
    assert path.stat().st_size <= summary.LIMIT + 2


@pytest.mark.parametrize("name", ["", "missing/summary.md"])
def test_no_summary_is_not_claimed(tmp_path: Path, name: str) -> None:
    """Outside of Actions, or where it cannot be written, the message says nothing of it."""
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path / name)} if name else {}
    assert summary.instead(environment, _report()) == ""
