"""What a permissions boundary does to what somebody newly has: one that is in the plan, and one that nobody sees."""

from typing import Any

import pytest

from tests.helpers.plans import change, findings, inline, plan, policy, statement

ACCOUNT = "arn:aws:iam::111122223333:policy/"
FULL, ALL = policy(statement("kms:*")), statement("*")
DENIED = policy(ALL, statement("kms:*", effect="Deny"))


def _role(before: str | None, after: str | None) -> dict[str, Any]:
    def values(boundary: str | None) -> dict[str, Any]:
        return {"name": "app", "permissions_boundary": boundary and ACCOUNT + boundary, "assume_role_policy": policy()}

    return change("aws_iam_role.app", values(before), values(after))


def _managed(name: str, text: str) -> dict[str, Any]:
    values = {"name": name, "arn": ACCOUNT + name, "policy": text}
    return change(f"aws_iam_policy.{name}", values, values)


def told(*changes: dict[str, Any]) -> list[str]:
    """The rules that block."""
    return [finding.rule for finding in findings(plan(*changes)) if finding.blocks]


WIDE, NARROW = _managed("wide", policy(ALL)), _managed("narrow", DENIED)


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ("narrow", "narrow", []),
        ("wide", "wide", ["KMS001"]),
        ("narrow", "wide", ["KMS001"]),
        ("wide", "narrow", []),
        (None, "narrow", []),
        ("narrow", None, ["KMS001"]),
    ],
)
def test_a_deny_of_a_boundary_holds_back_what_is_new(before: str | None, after: str | None, rules: list[str]) -> None:
    """A new grant is none as long as the boundary denies it afterwards."""
    assert told(_role(before, after), inline(None, FULL), WIDE, NARROW) == rules


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ("hidden", "hidden", []),
        ("hidden", "other", ["KMS009"]),
        ("hidden", "narrow", []),
        ("hidden", "wide", ["KMS001"]),
        ("hidden", None, ["KMS001"]),
        ("narrow", "hidden", ["KMS009"]),
        ("wide", "hidden", []),
        (None, "hidden", []),
    ],
)
def test_a_boundary_that_nobody_sees_is_taken_at_its_worst(
    before: str | None, after: str | None, rules: list[str]
) -> None:
    """One that goes held all back, one that comes may hold nothing back; the same on both sides changes nothing."""
    assert told(_role(before, after), inline(FULL, FULL), WIDE, NARROW) == rules
