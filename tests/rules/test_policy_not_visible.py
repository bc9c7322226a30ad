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


DENY, FEWER = policy(statement("kms:*", effect="Deny")), policy(statement("s3:*", effect="Deny"))
KEYS = policy(statement("kms:DescribeKey", effect="Deny"))
BOUND = "arn:aws:iam::111122223333:policy/bound"


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        (DENY, None, True),
        (DENY, FEWER, True),
        (DENY, DENY, False),
        (FEWER, None, False),
        (None, DENY, False),
        (KEYS, None, False),
    ],
)
def test_a_deny_that_goes_beside_a_policy_that_nobody_sees(before: str, after: str, is_told: bool) -> None:
    """What that allows may be stopped by nothing else."""
    told = found(attached(OWN, OWN), inline(before, after))
    says = (
        f"role app may newly have full KMS access: it has {OWN}, whose document gate can't see, and the Deny no longer"
    )
    assert [one.message.startswith(says) for one in told] == [True] * is_told
    assert [(one.blocks, one.address) for one in told] == [(False, "aws_iam_role_policy.p")] * is_told
    assert found(attached("arn:aws:iam::aws:policy/AmazonS3FullAccess", None), inline(before, after)) == []
    assert found(inline(before, after)) == []


def test_a_boundary_that_goes_beside_a_policy_that_nobody_sees() -> None:
    """What is full for certain is told by its own rule alone."""
    role = {"name": "app", "arn": "arn:aws:iam::111122223333:role/app", "assume_role_policy": policy()}
    bound = {"name": "bound", "path": "/", "arn": BOUND, "policy": policy(statement("s3:*"))}
    goes = change("aws_iam_role.app", {**role, "permissions_boundary": BOUND}, role)
    bounds = change("aws_iam_policy.b", bound, bound)
    (one,) = found(goes, bounds, attached(OWN, OWN))
    assert one.message.endswith("and the permissions boundary no longer stops that")
    assert one.remedy[0] == "keep the permissions boundary"
    full = inline(FULL, FULL)
    assert [each.rule for each in findings(plan(goes, bounds, attached(OWN, OWN), full))] == ["KMS001"]


def test_a_deny_that_moves_beside_a_policy_that_nobody_sees() -> None:
    """Another statement of the same role stops as much."""
    wider = policy(statement("*", effect="Deny"))
    assert found(attached(OWN, OWN), inline(DENY, None, "p"), inline(FEWER, wider, "q")) == []


def test_a_deny_that_the_apply_may_lose_beside_a_policy_that_nobody_sees() -> None:
    """It is deleted at one address and made at another under the same name."""
    values = {"name": "d", "role": "app", "policy": DENY}
    moves = [change("aws_iam_role_policy.d", values, None), change("aws_iam_role_policy.e", None, values)]
    (one,) = found(attached(OWN, OWN), *moves)
    assert one.message.endswith("and the Deny may no longer stop that")


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
