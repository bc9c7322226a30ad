"""The whole program, called as a function: what options do to what is found."""

from pathlib import Path

import pytest

from gate.check import Options, check, run
from gate.plan.model import Plan, read
from gate.report import Report
from tests.helpers.plans import change, inline, plan, policy, statement

FULL = policy(statement("kms:*"))
ARN = "arn:aws:iam::111122223333:policy/keys"


def _run(tmp_path: Path, content: bytes, options: Options) -> Report:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    return run([str(path)], options, {}, tmp_path)


@pytest.mark.parametrize(
    ("options", "blocks", "enforcing"),
    [
        (Options(), False, True),
        (Options(fail_on="warn"), True, True),
        (Options(fail_on="warn", exit_zero=True), True, False),
    ],
)
def test_a_warning_blocks_where_it_shall(tmp_path: Path, options: Options, blocks: bool, enforcing: bool) -> None:
    """The level stays a warning; with exit_zero the report says that something blocks, and nothing is enforced."""
    content = plan(inline(None, policy(statement("kms:Decrypt"))))
    report = _run(tmp_path, content, options)
    assert [(finding.level, finding.blocks) for finding in report.findings] == [("warning", blocks)]
    assert report.enforcing == enforcing


@pytest.mark.parametrize(("waived", "blocks"), [("", True), ("[[waiver]]", False)])
def test_a_waived_warning_does_not_block(tmp_path: Path, waived: str, blocks: bool) -> None:
    """A waiver that covers a finding counts under fail_on as it does without."""
    content = plan(inline(None, FULL))
    entry = 'rule = "KMS001"\naddress = "aws_iam_role_policy.p"\nreason = "r"\nowner = "o"\nexpires = 2999-01-01\n'
    (tmp_path / ".gate.toml").write_text(f"{waived}\n{entry}" if waived else "")
    report = _run(tmp_path, content, Options(fail_on="warn", config=tmp_path / ".gate.toml"))
    assert [finding.blocks for finding in report.findings] == [blocks]


def _read(content: bytes, path: str) -> Plan:
    (one,) = read(content, path)
    return one


def _two() -> list[Plan]:
    managed = change("aws_iam_policy.keys", None, {"name": "keys", "arn": ARN, "policy": FULL})
    attached = change("aws_iam_role_policy_attachment.app", None, {"role": "app", "policy_arn": ARN})
    return [_read(plan(managed), "policies.json"), _read(plan(attached), "roles.json")]


def test_a_policy_of_one_plan_may_be_attached_in_another() -> None:
    """What is attached is read in the plan that makes it; by itself the other plan does not show it."""
    policies, roles = _two()
    options = Options(no_source=True)
    assert [one.rule for one in check([roles], options).findings] == ["KMS008"]
    for plans in ([policies, roles], [roles, policies]):
        found = {(one.plan, one.rule) for one in check(plans, options).findings}
        assert ("roles.json", "KMS001") in found
        assert ("roles.json", "KMS008") not in found


def test_reasons_are_given_where_they_are_asked_for() -> None:
    """Of each document that was examined; and every plan has who gains and loses what."""
    plans = read(plan(inline(None, FULL)), "plan.json")
    (silent,) = check(plans, Options(no_source=True)).plans
    (telling,) = check(plans, Options(no_source=True, reasons=True)).plans
    assert [bool(plan.examined[0].why) for plan in (silent, telling)] == [False, True]
    assert silent.access
