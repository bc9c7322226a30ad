"""AWS-managed policies: which are known, and verdicts that rest on them."""

import json

import pytest

from gate.iam.kms import kms
from gate.report import Finding
from tests.helpers.managed_policies import ONLY_DENY
from tests.helpers.plans import change, findings, plan

POLICIES = kms().managed_policies
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def test_known_silent_and_unknown_policies_are_told_apart() -> None:
    """Statements, none, or no such policy."""
    assert POLICIES.of("awsDENYall") == [{"Effect": "Deny", "Action": ["*"], "Resource": "*"}]
    assert POLICIES.of("AmazonS3FullAccess") == []
    assert POLICIES.of("NewerThanThisGate") is None


def told(before: list[str], after: list[str]) -> tuple[Finding, ...]:
    """What gate finds where one role has these AWS-managed policies before and after."""
    every = dict.fromkeys([*before, *after])
    changes = [
        change(
            f"aws_iam_role_policy_attachment.p{i}",
            *({"role": "admin", "policy_arn": arn} if arn in side else None for side in (before, after)),
        )
        for i, arn in enumerate(every)
    ]
    return findings(plan(*changes))


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
@pytest.mark.parametrize("path", ["", "service-role/", "aws-service-role/", "job-function/", "root-task/"])
def test_a_policy_is_found_under_every_path_and_partition(partition: str, path: str) -> None:
    """The name decides: AWS has no two policies of one name."""
    deny = f"arn:{partition}:iam::aws:policy/{path}S3UnlockBucketPolicy"
    assert [(f.rule, f.blocks) for f in told([ADMIN, deny], [ADMIN])] == [("KMS001", True)]
    assert told([ADMIN, deny], [ADMIN, deny]) == ()


@pytest.mark.parametrize("name", ONLY_DENY)
def test_each_policy_that_denies_blocks_when_it_is_detached(name: str) -> None:
    """Whatever such a policy held back is newly granted, by the attachment that is gone."""
    deny = f"arn:aws:iam::aws:policy/{name}"
    [finding] = told([ADMIN, deny], [ADMIN])
    assert (finding.rule, finding.blocks) == ("KMS001", True)
    assert (finding.address, finding.attribute) == ("aws_iam_role_policy_attachment.p1", "policy_arn")
    assert told([deny], []) == ()


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_a_policy_that_gate_does_not_know_is_told_of(partition: str) -> None:
    """Attached, or detached beside full access; the message says as of when gate knows AWS's policies."""
    new = f"arn:{partition}:iam::aws:policy/service-role/NewerThanThisGate"
    [grown] = told([], [new])
    assert (grown.rule, grown.blocks, grown.address) == ("KMS008", False, "aws_iam_role_policy_attachment.p0")
    assert grown.message == (
        f"role admin newly has {new}, which is not among the AWS-managed policies that gate knows, "
        f"as of {POLICIES.as_of()}"
    )
    assert grown.remedy[0].startswith('look for a newer gate, or read the policy with `data "aws_iam_policy"`')
    [lost] = told([ADMIN, new], [ADMIN])
    assert lost.rule == "KMS008"
    assert lost.message == (
        f"role admin no longer has {new}, which is not among the AWS-managed policies that gate knows, "
        f"as of {POLICIES.as_of()}: it may deny KMS access"
    )
    assert lost.remedy[0] == "look at what the policy denies before it is detached"
    assert "newer gate" in lost.remedy[1]
    assert told([ADMIN, new], [ADMIN, new]) == ()
    assert told([new], []) == ()


def test_a_policy_that_the_plan_reads_needs_no_table() -> None:
    """The remedy helps: what the account says of a policy is taken, known to gate or not."""
    new = "arn:aws:iam::aws:policy/NewerThanThisGate"
    attachment = change("aws_iam_role_policy_attachment.p", None, {"role": "admin", "policy_arn": new})
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    read = {
        "address": "data.aws_iam_policy.new",
        "mode": "data",
        "type": "aws_iam_policy",
        "name": "new",
        "values": {"arn": new, "policy": json.dumps(document)},
    }
    state = {"format_version": "1.0", "values": {"root_module": {"resources": [read]}}}
    assert [f.rule for f in findings(plan(attachment))] == ["KMS008"]
    assert findings(plan(attachment, prior_state=state)) == ()


def test_a_policy_that_says_nothing_of_the_service_raises_nothing() -> None:
    """Known and silent is not unknown."""
    silent = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    assert told([], [silent]) == ()
    assert told([ADMIN, silent], [ADMIN]) == ()
