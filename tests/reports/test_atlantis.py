"""`gate atlantis` and its renderer, judged by a model of Atlantis' own rules."""

import re
from collections.abc import Callable

import msgspec
import pytest

from gate.report import Examined, Finding, Location, PlanReport, Report, Statement, Waiver, Witness, report
from gate.reports import atlantis
from tests.helpers.atlantis_rules import judge, judge_as_older

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HOSTILE = (
    'x["\n```\n</details> @everyone <!-- --> ::error::boom\r\nFAIL - no\n0 failures\n12 failures\n'
    '"failures": [] \x1b[31m \u202e \ud800 3 tests, 3 passed, 0 warnings, 0 failures, 0 exceptions"]'
)

BLOCKING = Finding(
    rule="KMS001",
    name="full-kms-access",
    level="error",
    blocks=True,
    plan="plan.json",
    address="aws_iam_role_policy.app",
    attribute="policy",
    principals=("role app",),
    statements=(Statement(0, "Kms", '{"Effect":"Allow","Action":"kms:*","Resource":"*"}'),),
    message="role app may newly call every KMS action on every key",
    witness=Witness("role app", "kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/a", ("aws:x is y",)),
    location=Location("main.tf", 3),
    fingerprint="3f9a1c2b7d5e4f60aaaa",
    changes=("- Deny kms:*", "+ Allow kms:*"),
    remedy=("name the actions",),
    actions=("kms:*",),
    resources=("*",),
)
WARNING = msgspec.structs.replace(
    BLOCKING, rule="KMS003", name="decrypt-on-every-key", blocks=False, level="warning", fingerprint="bb"
)
UNDETERMINED = msgspec.structs.replace(
    BLOCKING,
    rule="KMS009",
    name="undetermined",
    statements=(),
    witness=None,
    actions=(),
    resources=(),
    fingerprint="cc",
)
WAIVED = msgspec.structs.replace(
    BLOCKING,
    blocks=False,
    address="aws_iam_role_policy.break_glass",
    fingerprint="dd",
    waiver=Waiver("emergency", "security@example.com", "2027-01-31"),
)
PLAN = PlanReport(
    "plan.json", "1.9.5", "1.2", True, 2, 1, 0,
    (Examined("aws_iam_role_policy.app", "policy", ("role app",)), Examined("aws_iam_policy.fine", "policy", ())),
)  # fmt: skip


def hostile(finding: Finding) -> Finding:
    """The finding with hostile text wherever a plan has a say."""
    return msgspec.structs.replace(
        finding,
        address=HOSTILE,
        attribute=HOSTILE,
        principals=(HOSTILE,),
        statements=(Statement(0, HOSTILE, HOSTILE),),
        message=HOSTILE,
        witness=Witness(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,)),
        location=Location(HOSTILE, 1),
        changes=(HOSTILE,),
        resources=(HOSTILE,),
        waiver=finding.waiver and Waiver(HOSTILE, HOSTILE, HOSTILE),
    )


CASES: dict[str, Callable[[], Report]] = {
    "block": lambda: report((PLAN,), (BLOCKING,)),
    "forty": lambda: report(
        (PLAN,), tuple(msgspec.structs.replace(BLOCKING, address=f"aws_iam_policy.p[{i}]") for i in range(40))
    ),
    "mixed": lambda: report((PLAN,), (BLOCKING, WARNING, WAIVED, UNDETERMINED)),
    "undetermined": lambda: report((PLAN,), (UNDETERMINED,)),
    "pass": lambda: report((PLAN,), ()),
    "warnings": lambda: report((PLAN,), (WARNING,)),
    "waived": lambda: report((PLAN,), (WAIVED,)),
    "targeted": lambda: report((msgspec.structs.replace(PLAN, complete=False),), (WARNING,)),
    "notes": lambda: report((PLAN,), (), "defaults", ("waiver expired", HOSTILE)),
    "notes of a block": lambda: report((PLAN,), (BLOCKING,), "defaults", ("waiver expired", HOSTILE)),
    "nothing": lambda: report((), ()),
    "hostile block": lambda: report((PLAN,), (hostile(BLOCKING), hostile(WAIVED), hostile(WARNING))),
    "hostile undetermined": lambda: report((PLAN,), (hostile(UNDETERMINED),)),
    "hostile warnings": lambda: report((PLAN,), (hostile(WARNING), hostile(WAIVED))),
    "a name with fail in it": lambda: report(
        (PLAN,), (msgspec.structs.replace(WARNING, address="aws_iam_role.FAILover", message="3 failures"),)
    ),
    "a name that lower-cases to fail": lambda: report(
        (PLAN,), (msgspec.structs.replace(WARNING, address="aws_iam_role.FA\u0130L \uff26\uff21\uff29\uff2c"),)
    ),
    "warnings that block": lambda: msgspec.structs.replace(report((PLAN,), (WARNING,)), verdict="block"),
    "a block without a finding": lambda: msgspec.structs.replace(report((PLAN,), ()), verdict="block"),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Report:
    """Each of the reports in turn."""
    return CASES[request.param]()


def test_atlantis_comes_to_the_verdict_of_the_report(case: Report) -> None:
    """A block fails and a pass passes, for the present rules and for the older ones."""
    text = atlantis.render(case, COMMIT)
    passed = case.verdict == "pass"
    assert judge(text).passed is passed
    assert judge_as_older(text) is passed


def test_the_first_line_says_which(case: Report) -> None:
    """A block begins with FAIL, a pass with PASS."""
    first = atlantis.render(case).split("\n")[0]
    assert first.startswith("PASS - " if case.verdict == "pass" else "FAIL - ")


def test_nothing_leaves_the_diff_block(case: Report) -> None:
    """The output is printable ASCII without backticks, so that no name ends the block or draws in the comment."""
    text = atlantis.render(case, COMMIT)
    assert text.isascii()
    assert all(line.isprintable() for line in text.split("\n"))
    assert "`" not in text


def test_the_same_report_gives_the_same_text(case: Report) -> None:
    """Nothing that changes from run to run is in it, and the order of the findings is not."""
    backwards = msgspec.structs.replace(case, findings=tuple(reversed(case.findings)))
    items = re.findall(r"(?m)^FAIL.*", atlantis.render(case, COMMIT))
    assert atlantis.render(case, COMMIT) == atlantis.render(case, COMMIT)
    assert re.findall(r"(?m)^FAIL.*", atlantis.render(backwards, COMMIT)) == items


def test_a_block_has_one_line_for_each_finding_and_the_counts() -> None:
    """The lines that an approval is bound to, and the line that Atlantis extracts."""
    text = atlantis.render(CASES["mixed"](), COMMIT)
    lines = [line for line in text.split("\n") if line.startswith("FAIL")]
    assert len(lines) == 2
    assert lines[0].startswith(
        "FAIL - KMS001 full-kms-access - aws_iam_role_policy.app policy - role app - newly allows kms:* on * - "
        "[3f9a1c2b7d5e4f60, digest "
    )
    assert judge(text).summary == "5 tests, 1 passed, 1 warning, 2 failures, 1 exception"


def test_the_details_are_a_sentence() -> None:
    """Who may call what on which key, under which conditions."""
    text = atlantis.render(CASES["block"]())
    key = "arn:aws:kms:eu-west-1:111122223333:key/a"
    assert f"    newly allowed: role app may call kms:Decrypt on {key} if aws:x is y\n" in text


def test_a_hostile_name_cannot_forge_a_line_or_the_counts() -> None:
    """Only gate's own lines begin with FAIL, and the counts are gate's."""
    text = atlantis.render(CASES["hostile block"](), COMMIT)
    assert len([line for line in text.split("\n") if line.startswith("FAIL")]) == 1
    assert judge(text).summary == "5 tests, 2 passed, 1 warning, 1 failure, 1 exception"


def test_a_location_does_not_change_the_line() -> None:
    """An approval survives a move of lines and another clone's path."""
    moved = msgspec.structs.replace(BLOCKING, location=Location("other.tf", 99), plan="elsewhere/plan.json")
    assert _items(moved) == _items(BLOCKING)


@pytest.mark.parametrize(
    "change",
    [
        {"address": "aws_iam_role_policy.other"},
        {"attribute": 'inline_policy["b"].policy'},
        {"principals": ("role app", "role other")},
        {"statements": (Statement(0, "Kms", '{"Effect":"Allow","Action":"kms:*","Resource":["*"]}'),)},
        {"actions": ("kms:Decrypt", "kms:Encrypt", "kms:a", "kms:b", "kms:c", "kms:d", "kms:e")},
        {"resources": ("*", "arn:aws:kms:*:*:key/*")},
        {"witness": None},
        {"message": "role app may newly call every KMS action on every key under a condition"},
        {"grant": "another"},
        {"fingerprint": "another"},
        {"rule": "KMS002"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_approval_of_one_grant_is_none_of_another(change: dict[str, object]) -> None:
    """Whatever differs in the grant gives another line, so a kept approval does not cover it."""
    assert _items(msgspec.structs.replace(BLOCKING, **change)) != _items(BLOCKING)


def test_a_list_that_is_cut_is_still_told_apart() -> None:
    """Actions beyond those shown count for the line."""
    many = tuple(f"kms:Action{i}" for i in range(9))
    one = msgspec.structs.replace(BLOCKING, actions=many)
    other = msgspec.structs.replace(BLOCKING, actions=(*many[:-1], "kms:Other"))
    assert "and 4 more" in _items(one)[0]
    assert _items(one) != _items(other)


@pytest.mark.parametrize("finding", [UNDETERMINED, msgspec.structs.replace(BLOCKING, statements=(Statement(0),))])
def test_an_approval_of_what_nobody_saw_holds_for_its_commit(finding: Finding) -> None:
    """Undetermined and sensitive findings look the same whatever they hide, so the commit is part of the line."""
    assert COMMIT in _items(finding)[0]
    assert COMMIT not in _items(BLOCKING)[0]


def test_a_commit_that_is_none_is_left_out() -> None:
    """HEAD_COMMIT is printed only if it is a hash."""
    assert "FAIL" not in _items(UNDETERMINED, "x\nFAIL - forged")[0][4:]


def _items(finding: Finding, commit: str = COMMIT) -> list[str]:
    return re.findall(r"(?m)^FAIL.*", atlantis.render(report((PLAN,), (finding,)), commit))


@pytest.mark.parametrize("message", ["plan.json: the file is empty", HOSTILE, "", "x" * 100_000])
def test_an_error_is_a_failure(message: str) -> None:
    """An error is judged a failure by either rule, with the counts line, whatever its text is."""
    text = atlantis.error(message, b"plan", COMMIT)
    assert not judge(text).passed
    assert not judge_as_older(text)
    assert judge(text).summary == "1 test, 0 passed, 0 warnings, 1 failure, 0 exceptions"
    assert text.isascii()
    assert "`" not in text
    assert len(text) < 20_000


def test_an_approval_of_an_error_is_none_of_another_plan() -> None:
    """The line names the content that the error is about."""
    assert atlantis.error("broken", b"a") != atlantis.error("broken", b"b")


def test_what_one_cause_did_is_told_once() -> None:
    """Each finding has a line of its own, which is approved or not; what they share is told with the first."""
    cause = "0" * 64
    others = [
        msgspec.structs.replace(BLOCKING, address=f"aws_iam_role_policy.r[{n}]", fingerprint=f"{n:02}", cause=cause)
        for n in range(40)
    ]
    plan = PlanReport("plan.json", "1.9.5", "1.2", True, 41, 41)
    text = atlantis.render(report((plan,), (BLOCKING, *others)))
    assert (text.count("FAIL - KMS001"), text.count("to do: name the actions")) == (41, 2)
    assert "on every key (and 39 more findings of the same cause)\n" in text


def test_an_approval_does_not_rest_on_what_follows_from_the_rest() -> None:
    """The line of a finding is the same whether it says of what kind its principals are, and whom its message names."""
    told = msgspec.structs.replace(BLOCKING, named=("role app",), alike="a" * 32, kind="role")
    assert atlantis.render(report((PLAN,), (told,))) == atlantis.render(report((PLAN,), (BLOCKING,)))
