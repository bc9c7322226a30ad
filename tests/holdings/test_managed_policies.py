"""AWS-managed policies: which are known, and verdicts that rest on them."""

import json
from typing import Any

import pytest

from gate.check import Options, check
from gate.iam.kms import kms
from gate.plan.model import read
from gate.report import Finding
from tests.helpers.managed_policies import ONLY_DENY
from tests.helpers.plans import change, findings, plan, policy, statement

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


HARMLESS = policy(statement("s3:GetObject"))
ATTACHED = change("aws_iam_role_policy_attachment.a", None, {"role": "app", "policy_arn": ADMIN})


@pytest.mark.parametrize("before", [None, HARMLESS])
def test_a_policy_named_like_one_of_aws_is_another_one(before: str | None) -> None:
    """An account may have a policy of any name; the ARN of AWS's has no account."""
    names = {"name": "AdministratorAccess", "path": "/"}
    arn = {"arn": "arn:aws:iam::111122223333:policy/AdministratorAccess"} if before else {}
    own = change(
        "aws_iam_policy.own", before and {**names, **arn, "policy": before}, {**names, **arn, "policy": HARMLESS}
    )
    assert [f.rule for f in findings(plan(ATTACHED, own)) if f.blocks] == ["KMS001"]
    several = [*read(plan(ATTACHED), "a.json"), *read(plan(own), "b.json")]
    assert [f.rule for f in check(several, Options(no_source=True)).findings if f.blocks] == ["KMS001"]


def beside_a_stand_in(*resources: tuple[dict[str, Any], str], data: Any = ()) -> bytes:
    """A plan of resources, each with its provider's key; `aws.fake` calls something else than AWS."""
    endpoints = {"endpoints": [{"iam": {"constant_value": "http://localhost"}}]}
    blocks = [
        {"address": c["address"], "mode": c["mode"], "type": c["type"], "name": c["name"], "provider_config_key": key}
        for c, key in (*resources, *((source, "aws.fake") for source in data))
    ]
    providers = {"aws": {"name": "aws"}, "aws.fake": {"name": "aws", "alias": "fake", "expressions": endpoints}}
    return plan(
        *(c for c, _ in resources),
        configuration={"provider_config": providers, "root_module": {"resources": blocks}},
        prior_state={"values": {"root_module": {"resources": list(data)}}},
    )


def test_what_a_stand_in_says_of_a_policy_of_aws_is_not_believed() -> None:
    """A data source under a provider with an endpoint of its own reads whatever that answers."""
    read_there = {
        "address": "data.aws_iam_policy.x", "mode": "data", "type": "aws_iam_policy", "name": "x",
        "values": {"arn": ADMIN, "policy": HARMLESS},
    }  # fmt: skip
    assert [f.rule for f in findings(beside_a_stand_in((ATTACHED, "aws"), data=[read_there])) if f.blocks] == ["KMS001"]


def test_a_policy_of_a_stand_in_is_not_the_one_that_identity_center_looks_up() -> None:
    """The account's own one of the name is outside of the plan, and nobody sees what it grants."""
    there = {"name": "p", "path": "/", "arn": "arn:aws:iam::111122223333:policy/p", "policy": HARMLESS}
    named = {"permission_set_arn": "s", "customer_managed_policy_reference": [{"name": "p", "path": "/"}]}
    attached = change("aws_ssoadmin_customer_managed_policy_attachment.a", None, named)
    fake = change("aws_iam_policy.fake", there, there)
    assert [f.rule for f in findings(beside_a_stand_in((attached, "aws"), (fake, "aws.fake")))] == ["KMS008"]


@pytest.mark.parametrize("updated", [False, True])
def test_an_arn_that_a_stand_in_tells_is_not_that_of_the_account(updated: bool) -> None:
    """Neither does a policy that it has hide another one, nor does an update there change that."""
    arn = "arn:aws:iam::111122223333:policy/p"
    full = {"name": "p", "path": "/", "arn": arn, "policy": policy(statement("kms:*"))}
    there = {**full, "policy": HARMLESS}
    fake = change("aws_iam_policy.fake", full if updated else there, there)
    attached = change("aws_iam_role_policy_attachment.a", None, {"role": "app", "policy_arn": arn})
    own = change("aws_iam_policy.own", full, full)
    raw = beside_a_stand_in((attached, "aws"), (own, "aws"), (fake, "aws.fake"))
    assert [f.rule for f in findings(raw) if f.blocks] in (["KMS001"], ["KMS009"])
    of_aws = change("aws_iam_policy.fake", {**there, "arn": ADMIN}, {**there, "arn": ADMIN})
    raw = beside_a_stand_in((ATTACHED, "aws"), (of_aws, "aws.fake"))
    assert [f.rule for f in findings(raw) if f.blocks] == ["KMS001"]


def test_an_arn_that_a_stand_in_tells_is_its_own() -> None:
    """A policy of it is newly attached there, too, one that is made anew under the ARN that it had."""
    there = {"name": "d", "path": "/", "arn": "arn:aws:iam::111122223333:policy/d"}
    there["policy"] = policy(statement("kms:*", effect="Deny"))
    unknown = {"actions": ["delete", "create"], "after_unknown": {"arn": True}}
    anew = {name: value for name, value in there.items() if name != "arn"}
    attached = change("aws_iam_role_policy_attachment.d", None, {"role": "app", "policy_arn": there["arn"]})
    grant = change("aws_iam_role_policy.p", None, {"name": "p", "role": "app", "policy": policy(statement("kms:*"))})
    real = change("aws_iam_user.u", {"name": "u"}, {"name": "u"})
    for own in (change("aws_iam_policy.d", there, there), change("aws_iam_policy.d", there, anew, change=unknown)):
        raw = beside_a_stand_in((real, "aws"), *((each, "aws.fake") for each in (own, attached, grant)))
        assert findings(raw) == ()
