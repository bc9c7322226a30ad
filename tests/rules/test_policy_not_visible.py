"""KMS008: policies whose document nobody sees."""

import pytest

from gate.iam.kms import kms
from gate.report import Finding
from tests.helpers.plans import change, findings, inline, plan, policy, statement

OWN, OTHER = "arn:aws:iam::111122223333:policy/own", "arn:aws:iam::111122223333:policy/other"
NEWER = "arn:aws:iam::aws:policy/NewerThanThisGate"
READ = 'read the policy with `data "aws_iam_policy"`, so that its document stands in the plan'
KNOWN = f"which is not among the AWS-managed policies that gate knows, as of {kms().managed_policies.as_of()}"
FULL = policy(statement("*"))


def attached(before: str | None, after: str | None, name: str = "a", **more: object) -> dict[str, object]:
    """An attachment to the role `app` before and after."""
    values = [None if arn is None else {"role": "app", "policy_arn": arn} for arn in (before, after)]
    return change(f"aws_iam_role_policy_attachment.{name}", *values, **more)


def found(*changes: dict[str, object]) -> list[Finding]:
    """What is found in a plan of these changes by this rule."""
    return [one for one in findings(plan(*changes)) if one.rule == "KMS008"]


@pytest.mark.parametrize(
    ("arn", "why", "remedy"),
    [(OWN, "whose document gate can't see", READ), (NEWER, KNOWN, f"look for a newer gate, or {READ}")],
)
def test_a_policy_that_is_newly_attached(arn: str, why: str, remedy: str) -> None:
    """Where it is attached, with the data source that reads it."""
    (one,) = found(attached(None, arn))
    assert (one.level, one.blocks, one.principals) == ("warning", False, ("role app",))
    assert (one.address, one.attribute) == ("aws_iam_role_policy_attachment.a", "policy_arn")
    assert one.message == f"role app newly has {arn}, {why}"
    assert one.remedy == (remedy,)
    assert one.example[1] == f'  arn = "{arn}"'


def test_each_policy_is_a_finding_of_its_own() -> None:
    """What is there before is none, and the finding is another for another policy; whoever has it all gets nothing."""
    first, second = (found(attached(None, arn))[0] for arn in (OWN, OTHER))
    assert first.fingerprint != second.fingerprint
    assert found(attached(OWN, OWN)) == []
    (one,) = found(attached(OWN, OWN), attached(None, OTHER, "b"))
    assert one.message.startswith(f"role app newly has {OTHER}")
    assert found(inline(FULL, FULL), attached(None, OWN)) == []
    assert found(attached(None, "arn:aws:iam::aws:policy/AmazonS3FullAccess")) == []


def test_roles_that_keep_what_they_have_hide_no_other() -> None:
    """Wherever they stand among the holders."""
    for name in ("aaa", "zzz"):
        kept = [{"role": name, "policy_arn": OWN}] * 2
        (one,) = found(change(f"aws_iam_role_policy_attachment.{name}", *kept), attached(None, OTHER, "b"))
        assert one.principals == ("role app",)


def test_who_joins_a_group_newly_has_its_policy() -> None:
    """It is told where the user joins."""
    joins, has = {"user": "u", "groups": ["g"]}, {"group": "g", "policy_arn": OWN}
    (one,) = found(
        change("aws_iam_user_group_membership.m", None, joins), change("aws_iam_group_policy_attachment.g", has, has)
    )
    assert (one.address, one.attribute, one.principals) == ("aws_iam_user_group_membership.m", "groups", ("user u",))


def test_an_empty_text_hides_no_policy() -> None:
    """It is no document, and nothing that anybody could not see."""
    assert found(inline(None, "")) == found(inline(FULL, "")) == []


def test_a_policy_without_an_arn_has_no_data_source() -> None:
    """The block that would read it needs one."""
    (one,) = found(attached(None, "own"))
    assert one.example == ()


def test_a_sensitive_arn_is_not_shown() -> None:
    """Neither is the block that would read it."""
    (one,) = found(attached(None, OWN, change={"after_sensitive": {"policy_arn": True}}))
    assert OWN not in f"{one.message}{one.example}"
    assert one.example == ()


@pytest.mark.parametrize(
    ("arn", "why", "remedies"),
    [
        (OWN, "whose document gate can't see", ()),
        (NEWER, KNOWN, (f"look for a newer gate, or {READ}",)),
    ],
)
def test_a_policy_that_is_taken_away_from_full_access(arn: str, why: str, remedies: tuple[str, ...]) -> None:
    """It may have held a Deny; from a principal that may not be full it is nothing, nor where the principal goes."""
    (one,) = found(inline(FULL, FULL), attached(arn, None))
    assert (one.address, one.attribute) == ("aws_iam_role_policy_attachment.a", "policy_arn")
    assert one.message == f"role app no longer has {arn}, {why}: it may deny KMS access"
    assert one.principals == ("role app",)
    assert one.remedy == ("look at what the policy denies before it is detached", *remedies)
    assert one.fingerprint != found(inline(FULL, FULL), attached(OTHER, None))[0].fingerprint
    reads = policy(statement("s3:GetObject"))
    assert found(inline(reads, reads), attached(arn, None)) == []
    assert found(inline(FULL, FULL), attached(arn, arn)) == []
    assert found(inline(FULL, FULL), attached(arn, None), attached(arn, arn, "b")) == []


@pytest.mark.parametrize(
    "made",
    [
        change("aws_something.s", None, {"a": FULL}),
        change("aws_sfn_state_machine.s", None, {"definition": "arn:aws:states:::aws-sdk:iam:putRolePolicy"}),
        change("aws_cloudformation_stack.s", None, {"name": "s", "capabilities": ["CAPABILITY_IAM"]}),
    ],
)
def test_each_kind_of_what_is_out_of_sight_is_told_alone(made: dict[str, object]) -> None:
    """A policy where nobody expects one, a call, and a stack, without any of the others."""
    (one,) = found(made)
    assert one.address == made["address"]
