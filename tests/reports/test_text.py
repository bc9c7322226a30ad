"""gate.reports.text."""

import msgspec
import pytest

from gate.report import Location, Report, Statement, report
from gate.reports import text
from gate.reports.look import Look
from tests.helpers.reports import BLOCKING, PLAN, REPORTS, UNDETERMINED, WARNING


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("one", "BLOCKED: 1 finding newly grants full KMS access"),
        ("forty", "BLOCKED: 40 findings newly grant full KMS access"),
        ("pass", "PASS: no new full KMS access found"),
        ("warnings", "PASS: nothing blocks (2 warnings)"),
        ("undetermined", "BLOCKED: 1 finding may newly grant access, which gate cannot rule out"),
        ("waived", "PASS: nothing blocks (1 waived)"),
        ("off", "PASS: nothing blocks (1 off)"),
        (
            "mixed",
            "BLOCKED: 2 findings: 1 newly grants full KMS access, 1 may newly grant access, which gate cannot rule out",
        ),
        ("empty", "PASS: no new full KMS access found"),
    ],
)
def test_leads_with_the_verdict(name: str, first: str) -> None:
    """The first line is the verdict."""
    assert text.render(REPORTS[name](), Look(width=120)).splitlines()[0] == first


def test_one_blocking_finding() -> None:
    """A blocking finding is told in full, in the order in which a reader asks."""
    assert (
        text.render(REPORTS["one"]())
        == """\
BLOCKED: 1 finding newly grants full KMS access

KMS001 full-kms-access
  where      aws_iam_role_policy.app (policy)
             iam/main.tf:12
  who        role app
  what       role app may newly call every KMS action on every key
  because    statement 2 (AppKms)
               {"Sid":"AppKms","Effect":"Allow","Action":"kms:*","Resource":"*"}
  example    role app may call kms:ScheduleKeyDeletion on
             arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-0123456789ab
             if StringEquals aws:RequestedRegion is "eu-west-1"
  changed    Statement[1].Action was ["kms:Decrypt"], is "kms:*"
  to do      replace `kms:*` by the actions that are needed, and `*` by the ARN of the key
             administer keys from another role than the one that uses them
  instead    statement {
               actions   = [
                 "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey",
                 "kms:GenerateDataKeyWithoutPlaintext"
               ]
               resources = [aws_kms_key.app.arn]
             }

Examined 3 policy documents and 2 principals in 1 plan.
`gate explain KMS001` tells what the rule finds and why.
"""
    )


def test_a_pass_is_short() -> None:
    """A pass is the verdict and what was examined."""
    assert (
        text.render(REPORTS["pass"]())
        == """\
PASS: no new full KMS access found
Examined 3 policy documents and 2 principals in 1 plan.
"""
    )


def test_nothing_examined_is_said() -> None:
    """A plan without a policy document does not read like a checked one."""
    assert "no policy document or attachment in 1 plan" in text.render(REPORTS["empty"]())


def test_an_incomplete_plan_is_said() -> None:
    """What the verdict does not cover stands in the report."""
    assert "plan.json is incomplete" in text.render(REPORTS["mixed"]())


def test_waived_findings_are_listed() -> None:
    """A waived finding is shown with reason, owner and last day."""
    shown = text.render(REPORTS["waived"]())
    assert "module.break_glass.aws_iam_role_policy.admin (policy)" in shown
    assert "waived until 2027-01-31 by security@example.com: emergency access, reviewed every quarter" in shown


def test_many_principals_are_cut() -> None:
    """Of forty principals five are named."""
    shown = text.render(REPORTS["forty"]())
    assert "role app-4 and 35 more" in shown
    assert "role app-5" not in shown.split("KMS001")[1]


def test_several_plans_are_named() -> None:
    """With several plans each finding names its own, and the later findings are told in short."""
    shown = text.render(REPORTS["forty"]())
    assert "in network/plan.json" in shown
    later = shown.split("Blocks as well: 34 findings")[1]
    assert later.count("in network/plan.json") == later.count("in service/plan.json") == 17


def test_addresses_and_arns_are_never_broken() -> None:
    """A long address or ARN stays on one line, whatever the width."""
    address = 'module.m["' + "x" * 150 + '"].aws_iam_role_policy.app'
    arn = "arn:aws:kms:eu-west-1:111122223333:key/" + "0" * 120
    finding = msgspec.structs.replace(
        BLOCKING,
        address=address,
        message=f"role app may newly call every KMS action on {arn} and on more keys than that",
    )
    lines = text.render(report((PLAN,), (finding,))).splitlines()
    assert any(address in line for line in lines)
    assert any(line.strip() == arn for line in lines)


def test_a_long_statement_is_laid_out() -> None:
    """A statement that does not fit in two lines has one line an element, a long list is cut, and broken."""
    statement = '{"Effect":"Allow","Action":[' + ",".join(f'"kms:Action{i}"' for i in range(30)) + '],"Resource":"*"}'
    finding = msgspec.structs.replace(BLOCKING, statements=(Statement(0, None, statement),))
    lines = [line.strip() for line in text.render(report((PLAN,), (finding,))).splitlines()]
    assert '"Effect": "Allow",' in lines
    start = lines.index('"Action": [')
    assert lines[start + 1].startswith('"kms:Action0", "kms:Action1", ')
    assert lines[lines.index("],", start) - 1].endswith("… and 18 more")


@pytest.mark.parametrize("width", [80, 120, 200])
def test_lines_are_as_wide_as_asked_for(any_report: Report, width: int) -> None:
    """No line with a space to break it at is wider, whatever the width; a wide page has fewer lines."""
    shown = text.render(any_report, Look(width=width))
    for line in shown.splitlines():
        assert len(line) <= width or " " not in line.strip().removeprefix("if ")
    assert len(shown.splitlines()) <= len(text.render(any_report, Look(width=60)).splitlines())


def test_a_sensitive_statement_is_not_shown() -> None:
    """A statement without text is said to be hidden."""
    finding = msgspec.structs.replace(BLOCKING, statements=(Statement(3, "Secret", None),))
    assert "(sensitive, not shown)" in text.render(report((PLAN,), (finding,)))


def test_missing_parts_leave_no_empty_label() -> None:
    """A finding without witness, location, statements, changes and remedy has no row for them."""
    for nobody in ((), ("",)):
        finding = msgspec.structs.replace(UNDETERMINED, remedy=(), principals=nobody)
        shown = text.render(report((PLAN,), (finding,)))
        assert not any(label in shown for label in ("because", "example", "changed", "to do", "instead", "who"))
        assert not any(line.endswith(" ") for line in shown.splitlines())


def test_principals_of_a_warning_are_named_once() -> None:
    """A warning names its principals unless its sentence does."""
    assert "(role reader, role etl)" in text.render(report((PLAN,), (WARNING,)))
    named = msgspec.structs.replace(WARNING, named=WARNING.principals)
    assert "(role reader" not in text.render(report((PLAN,), (named,)))


def test_a_moved_resource_is_said() -> None:
    """The address before a move stands with the address."""
    moved = msgspec.structs.replace(BLOCKING, previous_address="aws_iam_role_policy.old")
    assert "moved from aws_iam_role_policy.old" in text.render(report((PLAN,), (moved,)))


def test_colour_only_when_asked(any_report: Report) -> None:
    """Without colour there is neither a control sequence nor a symbol; with it there are both."""
    plain, coloured = text.render(any_report), text.render(any_report, Look(colour=True))
    assert "\x1b" not in plain
    assert not set(plain) & set("✗✓")
    assert coloured.startswith("\x1b[1;3")
    assert coloured.split("m", 1)[1][0] in "✗✓"


def test_no_word_in_a_path_is_coloured() -> None:
    """What is gained or lost is marked where it is said, and nowhere in a name."""
    named = msgspec.structs.replace(BLOCKING, address="aws_iam_role.gains", changes=("Action gains kms:*",))
    placed = msgspec.structs.replace(named, location=Location("stack-gains-access/gains.tf", 1))
    coloured = text.render(report((PLAN,), (placed,)), Look(colour=True))
    assert coloured.count("\x1b[33mgains\x1b[0m") == 1


def test_lines_fit_a_hundred_columns(any_report: Report) -> None:
    """Every line that is not a statement, a code line or an address fits in a hundred columns."""
    for line in text.render(any_report).splitlines():
        assert len(line) <= 100 or line.startswith(" " * 15)


def test_settings_and_notes_are_told() -> None:
    """Where the settings came from and the notes on them stand below the findings."""
    shown = text.render(REPORTS["mixed"]())
    assert "Configuration: .gate.toml of refs/remotes/origin/main\n" in shown
    assert "Note: the waiver of `KMS001` for module.break_glass ends in 9 days\n" in shown


def test_a_verdict_that_is_not_enforced_says_so() -> None:
    """Under --exit-zero a blocked report says in its first line that nothing is enforced, a pass in a note."""
    blocked = text.render(report((PLAN,), (BLOCKING,), enforcing=False))
    assert blocked.splitlines()[0].endswith(", reported only, NOT enforced")
    passed = text.render(report((PLAN,), (), enforcing=False))
    assert "Note: reported only, not enforced: --exit-zero lets the change through" in passed


def test_a_remedy_is_told_once() -> None:
    """Of findings in a row with the same remedy the first tells it."""
    other = msgspec.structs.replace(BLOCKING, address="aws_iam_role_policy.z", fingerprint="1")
    shown = text.render(report((PLAN,), (BLOCKING, other)))
    assert shown.count("replace `kms:*`") == 1
    assert shown.count("to do      the same as above") == 1
    assert shown.count("instead    statement {") == 1


def test_a_statement_of_another_document_names_it() -> None:
    """The address of its document stands beside its number."""
    statement = Statement(0, "Keys", '{"Effect": "Allow"}', "aws_iam_policy.keys")
    finding = msgspec.structs.replace(BLOCKING, statements=(statement,))
    assert "statement 1 of aws_iam_policy.keys (Keys)" in text.render(report((PLAN,), (finding,)))


def test_long_lists_are_cut() -> None:
    """Of many statements and conditions the first are shown, the rest counted."""
    many = tuple(Statement(i, None, "{}") for i in range(9))
    witness = msgspec.structs.replace(BLOCKING.witness, conditions=tuple(f"condition {i}" for i in range(10)))
    shown = text.render(report((PLAN,), (msgspec.structs.replace(BLOCKING, statements=many, witness=witness),)))
    assert "and 4 more statements" in shown
    assert "and condition 5\n" in shown
    assert "and 4 more conditions" in shown


def test_a_statement_that_is_no_object_is_shown_as_it_is() -> None:
    """Text that is not a JSON object, however long, is one line."""
    statement = "[" + "1," * 60 + "1]"
    shown = text.render(
        report((PLAN,), (msgspec.structs.replace(BLOCKING, statements=(Statement(0, None, statement),)),))
    )
    assert f"{statement}\n" in shown


def test_an_example_is_told_once() -> None:
    """An example that an earlier finding told is referred to where the remedy is another."""
    other = msgspec.structs.replace(BLOCKING, address="aws_iam_role_policy.z", remedy=("keep it",))
    shown = text.render(report((PLAN,), (BLOCKING, other)))
    assert shown.count("instead    statement {") == 1
    assert "to do      keep it\n             for what to write instead see `aws_iam_role_policy.app` above\n" in shown


def test_what_is_off_is_told_apart() -> None:
    """A finding of a rule that is off is listed as such and counted as no warning."""
    shown = text.render(REPORTS["off"]())
    assert "\nOff: 1 finding of rules that are set to `off`\n" in shown
    assert "warning" not in shown


def test_an_incomplete_plan_says_what_was_checked() -> None:
    """Of what a partial plan leaves out, that which exists was taken from the prior state."""
    shown = " ".join(text.render(report((msgspec.structs.replace(PLAN, complete=False),), ())).split())
    assert "left resources out; those that exist already were taken from the prior state" in shown


def test_a_request_of_nobody() -> None:
    """An example without a principal is a sentence all the same."""
    witness = msgspec.structs.replace(BLOCKING.witness, principal="", resource="*")
    shown = text.render(report((PLAN,), (msgspec.structs.replace(BLOCKING, witness=witness),)))
    assert "example    kms:ScheduleKeyDeletion may be called on *" in shown
