"""gate/forges/body.py and github_summary.py: what the comment and the summary say."""

import re
from pathlib import Path

import msgspec
import pytest

from gate.forges import body
from gate.forges import github_summary as summary
from gate.forges.github import LIMIT
from gate.forges.message import Job, Message, job
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


def _body(report: Report | None, name: str = "", commit: str = "", log: str = "") -> str:
    return body.render(Message(report, name, Job(commit, log)), LIMIT)


def test_the_marker_is_the_first_line() -> None:
    """And the verdict the first that is seen."""
    lines = _body(_report(_finding(1))).split("\n")
    assert lines[0] == body.marker("")
    assert "BLOCKED" in lines[1]


def test_markers_differ_by_name_and_hold_none_of_it() -> None:
    """No name closes the marker."""
    markers = {body.marker(name) for name in ("", "a", "A", "-->", HOSTILE)}
    assert len(markers) == 5
    assert all(len(marker) == len(body.marker("")) and marker.isascii() for marker in markers)


def test_a_hostile_plan_forges_no_marker_line() -> None:
    """The only line that is a marker is the first, and the body can be sent: no surrogate, no control character."""
    text = _body(_report(msgspec.structs.replace(_finding(1, text=HOSTILE), address=HOSTILE)), HOSTILE)
    assert [line for line in text.split("\n") if line.startswith("<!--")] == [body.marker(HOSTILE)]
    assert all(character == "\n" or character.isprintable() for character in text)
    text.encode()


def test_a_pass_is_short() -> None:
    """The marker and two lines."""
    assert len(_body(_report()).strip().split("\n")) == 3


@pytest.mark.parametrize("count", [1, 40, 400])
def test_the_body_stays_below_the_limit(count: int) -> None:
    """Whole findings are left out, blocking ones last, and the text says how many."""
    findings = [_finding(i, text=f"é{i} " + "x" * 300) for i in range(count)]
    text = _body(_report(*findings, _finding(9999, blocks=False)), "a name")
    assert len(text.encode()) <= LIMIT
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
    told = summary.instead({"GITHUB_STEP_SUMMARY": str(path)}, Message(_report(_finding(1))))
    assert "summary" in told
    assert path.read_text().startswith("# earlier\n")
    assert "BLOCKED" in path.read_text()


@pytest.mark.slow
def test_the_summary_stays_below_what_the_runner_drops(tmp_path: Path) -> None:
    """A runner drops more than 1 MiB whole, what stood there before included."""
    path = tmp_path / "summary.md"
    path.write_text("x" * (summary.LIMIT - 5000))
    report_ = _report(*[_finding(i, text="x" * 900) for i in range(300)])
    assert "summary" in summary.instead({"GITHUB_STEP_SUMMARY": str(path)}, Message(report_))
    assert path.stat().st_size <= summary.LIMIT + 2


@pytest.mark.parametrize("name", ["", "missing/summary.md"])
def test_no_summary_is_not_claimed(tmp_path: Path, name: str) -> None:
    """Outside of Actions, or where it cannot be written, the message says nothing of it."""
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path / name)} if name else {}
    assert summary.instead(environment, Message(_report())) == ""


SHA = "0123456789abcdef0123456789abcdef01234567"
LOG = "https://github.com/acme/infra/actions/runs/42"


def test_no_verdict_says_which_commit_why_it_blocks_and_where_to_look() -> None:
    """No word of it reads like a pass, and its first line is the marker of the report's comment."""
    lines = _body(None, "network", SHA, LOG).split("\n")
    assert lines[:2] == [body.marker("network"), "### ❌ NO VERDICT for commit `0123456`"]
    text = "\n".join(lines)
    assert "this blocks" in text
    assert "an earlier commit does not count" in text
    assert f"[the log of the run]({LOG})" in text
    assert "PASS" not in text
    assert "✅" not in text


def test_the_commit_and_the_log_are_told() -> None:
    """Which commit a comment speaks of is its last line."""
    assert _body(_report(), "network", SHA, LOG).split("\n")[-2] == (
        f"<sub>About commit `0123456` · [log]({LOG}) · the comment of gate for `network`</sub>"
    )
    assert _body(_report(), commit=SHA).endswith("\n<sub>About commit `0123456`</sub>\n")


def test_how_to_ask_for_an_exception_stands_below_what_blocks() -> None:
    """Folded, and not on a pass."""
    folded = "<details><summary>How to ask for an exception</summary>"
    assert _body(_report(_finding(1))).count(folded) == 1
    assert folded not in _body(_report(_finding(1, blocks=False)))
    assert folded not in _body(None, commit=SHA)


def test_the_way_to_an_exception_exists() -> None:
    """The command's options and the page's heading are real."""
    from gate.cli.waive import command
    from tests.helpers.paths import ROOT

    text = _body(_report(_finding(1)))
    options = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"(?<= )--[a-z]+", text)) <= options
    assert "docs/adopting.md#waivers)" in text
    assert "\n## Waivers\n" in (ROOT / "docs/adopting.md").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("longer", [1, 3, 40])
def test_what_makes_the_text_longer_makes_it_say_less(longer: int) -> None:
    """The limit holds after a forge's own signs were taken away, however many there were."""
    findings = [_finding(i, text="x" * 300) for i in range(400)]
    text = body.render(Message(_report(*findings)), LIMIT, lambda text: text.replace("x", "x" * longer))
    assert len(text.encode()) <= LIMIT
    assert "BLOCKED" in text


@pytest.mark.parametrize(
    ("commit", "log"),
    [
        ("", ""),
        (None, ""),
        (7, ""),
        ("main", "javascript:alert(1)"),
        ("0123456`", "https://x.example/a)b"),
        ("012345", "https://x.example/a b"),
        ("g" * 40, "https://user:password@x.example/"),
        ("0" * 65, "https://x.example/<img>"),
    ],
)
def test_what_is_no_commit_or_no_address_is_left_out(commit: object, log: str) -> None:
    """The environment is not believed further than it looks right."""
    assert job(commit, log) == Job()
