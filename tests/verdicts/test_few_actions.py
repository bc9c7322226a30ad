"""KMS003 and KMS004: what is new, what no name tells apart, what a condition limits, and what a stronger rule tells."""

from typing import Any

import pytest

from gate.iam.kms import kms
from gate.iam.patterns import glob
from gate.iam.service import FRESH_ID, names_none
from gate.report import Finding
from tests.helpers.deferred_plans import deferred
from tests.helpers.plans import change, findings, inline, plan, policy, statement

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
EVERY = "arn:aws:kms:*:*:key/*"
FOR_SERVICES = {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def found(*documents: tuple[str | None, str | None]) -> tuple[Finding, ...]:
    """What is found when one role's inline policies change so: (before, after) of each."""
    return findings(plan(*(inline(before, after, f"p{i}") for i, (before, after) in enumerate(documents))))


def told(*documents: tuple[str | None, str | None]) -> list[str]:
    """The same as rules with the last part of the address."""
    return sorted(f"{finding.rule} {finding.address.rpartition('.')[2]}" for finding in found(*documents))


@pytest.mark.parametrize(
    ("resource", "width"),
    [
        ("*", "every key"),
        (EVERY, "every key"),
        ("arn:aws:kms:*:111122223333:key/*", "every key of account 111122223333"),
        ("arn:aws:kms:eu-west-1:*:key/????????-*", "every key of region eu-west-1"),
        (KEY, ""),
        ("arn:aws:kms:*:*:key/mrk-*", ""),
        ("arn:aws:kms:*:*:alias/*", ""),
    ],
)
def test_keys_that_no_name_tells_apart(resource: str, width: str) -> None:
    """The breadth is that of KMS001; where names tell keys apart there is nothing to say."""
    messages = [finding.message for finding in found((None, policy(statement("kms:Decrypt", resource))))]
    assert messages == ([f"role app newly has kms:Decrypt on {width}"] if width else [])


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ([], [statement("kms:ReEncrypt*")], ["KMS003"]),
        ([], [statement("KMS:de*")], ["KMS003", "KMS004"]),  # Decrypt, and the two that delete
        ([], [statement(["kms:Encrypt", "kms:GenerateDataKey*", "kms:Get*", "kms:List*", "kms:Describe*"])], []),
        ([], [statement("kms:Decrypt", NotResource=[KEY])], ["KMS003"]),
        ([], [statement("kms:PutKeyPolicy")], ["KMS004"]),
        ([], [statement(["kms:Decrypt", "kms:PutKeyPolicy"])], ["KMS003", "KMS004"]),
        ([], [statement("kms:DeleteCustomKeyStore")], ["KMS004"]),
        ([], [statement("kms:DeleteCustomKeyStore", EVERY)], []),  # knows no resource but *
        ([], [statement("kms:Decrypt"), statement("kms:Decrypt", effect="Deny")], []),
        ([statement("kms:Decrypt")], [statement("kms:Decrypt", EVERY)], []),
        ([statement("kms:Decrypt")], [statement("kms:De*", EVERY), statement("kms:Encrypt")], ["KMS004"]),
        ([statement("kms:*")], [statement("kms:Decrypt"), statement("kms:PutKeyPolicy")], []),
        ([statement("kms:Decrypt", KEY)], [statement("kms:Decrypt")], ["KMS003"]),
        ([statement("kms:Decrypt")], [statement(["kms:Decrypt", "kms:ReEncryptFrom"])], ["KMS003"]),
        ([statement("kms:Decrypt"), statement("kms:*", effect="Deny")], [statement("kms:Decrypt")], ["KMS003"]),
    ],
)
def test_what_is_new(before: list[Any], after: list[Any], rules: list[str]) -> None:
    """Denies and what was allowed before count as for KMS001."""
    old = policy(*before) if before else None
    assert [finding.rule for finding in found((old, policy(*after)))] == rules


TELLING = {
    "KMS003": ("Decrypt", "ReEncryptFrom"),
    "KMS004": (
        "PutKeyPolicy", "CreateGrant", "ReplicateKey", "UpdatePrimaryRegion", "ImportKeyMaterial", "UpdateAlias",
        "ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial", "RevokeGrant", "DisconnectCustomKeyStore",
        "DeleteCustomKeyStore",
    ),
}  # fmt: skip


def test_each_action_is_told_by_itself() -> None:
    """Of all actions of KMS exactly these, each by its rule."""
    of = {f"kms:{name}": rule for rule, names in TELLING.items() for name in names}
    for action in (f"kms:{name}" for name in kms().actions):
        told_by = [finding.rule for finding in found((None, policy(statement(action))))]
        assert told_by == ([of.pop(action)] if action in of else []), action
    assert not of


LIMITS: list[tuple[str, dict[str, Any], bool]] = [
    ("for services", FOR_SERVICES, True),
    (
        "for services, besides",
        {**FOR_SERVICES, "StringEquals": {"kms:ViaService": "ec2.eu-west-1.amazonaws.com"}},
        True,
    ),
    ("for services if the key is there", {"BoolIfExists": {"kms:GrantIsForAWSResource": "true"}}, False),
    ("for anybody else", {"Bool": {"kms:GrantIsForAWSResource": "false"}}, False),
    ("to one role", {"StringEquals": {"kms:GranteePrincipal": "arn:aws:iam::111122223333:role/r"}}, True),
    ("to one role, as ARN", {"ArnLike": {"kms:GranteePrincipal": "arn:aws:iam::111122223333:role/r"}}, True),
    ("to any role", {"ArnLike": {"kms:GranteePrincipal": "arn:aws:iam::111122223333:role/*"}}, False),
    ("to whoever calls", {"StringLike": {"kms:GranteePrincipal": "${aws:PrincipalArn}"}}, False),
    ("to a service", {"StringEquals": {"kms:GranteeServicePrincipal": "fsx.amazonaws.com"}}, True),
    ("to encrypt", {"ForAllValues:StringEquals": {"kms:GrantOperations": ["Encrypt", "DescribeKey"]}}, True),
    ("to decrypt", {"ForAllValues:StringEquals": {"kms:GrantOperations": ["Encrypt", "Decrypt"]}}, False),
    ("to any way of reading", {"ForAllValues:StringLike": {"kms:GrantOperations": ["E*", "De*"]}}, False),
    ("to encrypt among others", {"ForAnyValue:StringEquals": {"kms:GrantOperations": "Encrypt"}}, False),
    ("with multi-factor", {"Bool": {"aws:MultiFactorAuthPresent": "true"}}, False),
]


@pytest.mark.parametrize(("condition", "limits"), [case[1:] for case in LIMITS], ids=[case[0] for case in LIMITS])
def test_what_limits_a_grant(condition: dict[str, Any], limits: bool) -> None:
    """A grant through which nobody gets hold of a key is no takeover; without the condition it is one, and new."""
    limited, free = policy(statement("kms:CreateGrant", Condition=condition)), policy(statement("kms:CreateGrant"))
    assert told((None, limited)) == ([] if limits else ["KMS004 p0"])
    assert told((limited, free)) == ["KMS004 p0"]
    assert told((free, limited)) == []


@pytest.mark.parametrize(
    ("condition", "limits"),
    [
        ({"Bool": {"kms:GrantIsForAWSResource": "false"}}, True),
        ({"BoolIfExists": {"kms:GrantIsForAWSResource": "false"}}, True),
        ({"StringNotEquals": {"kms:GranteePrincipal": "arn:aws:iam::111122223333:role/r"}}, True),
        ({"ForAnyValue:StringNotEquals": {"kms:GrantOperations": ["Encrypt"]}}, True),
        ({"ForAnyValue:StringNotEquals": {"kms:GrantOperations": ["Encrypt", "CreateGrant"]}}, False),
        (
            {
                "Bool": {"kms:GrantIsForAWSResource": "false"},
                "StringEquals": {"aws:PrincipalTag/team": "other"},
            },
            False,
        ),
    ],
)
def test_a_deny_of_all_else_limits_too(condition: dict[str, Any], limits: bool) -> None:
    """As the service control policy of Control Tower CT.KMS.PV.1 does, here among the principal's own policies."""
    free, deny = statement("kms:CreateGrant"), statement("kms:*", effect="Deny", Condition=condition)
    assert told((None, policy(free, deny))) == ([] if limits else ["KMS004 p0"])
    assert told((policy(free, deny), policy(free))) == ["KMS004 p0"]
    assert told((policy(free), policy(free, deny))) == []
    elsewhere = statement("kms:*", KEY, effect="Deny", Condition=condition)
    assert told((None, policy(free, elsewhere))) == ["KMS004 p0"]


def test_the_example_has_the_actions_that_were_asked_for() -> None:
    """What to write instead gives nothing that the policy did not, and takes nothing harmless away."""
    (finding,) = found((None, policy(statement(["kms:Decrypt", "kms:DescribeKey"]))))
    assert '  Action   = ["kms:Decrypt", "kms:DescribeKey"]' in finding.example


def test_the_usual_statement_for_volumes_raises_nothing() -> None:
    """CreateGrant, ListGrants and RevokeGrant for AWS services, as the EBS CSI driver's policy has it."""
    actions = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
    assert told((None, policy(statement(actions, Condition=FOR_SERVICES)))) == []
    assert told((None, policy(statement(actions)))) == ["KMS004 p0"]


def test_a_stronger_rule_tells_of_the_same_grant() -> None:
    """Full access covers what it is made of, also where several documents complete it; named keys do not cover all."""
    read, rest = policy(statement("kms:Decrypt")), policy(statement(["kms:PutKeyPolicy", "kms:DisableKey"]))
    assert told((None, policy(statement("kms:*")))) == ["KMS001 p0"]
    assert told((None, read), (None, rest)) == ["KMS001 p0"]
    assert told((read, read), (None, rest)) == ["KMS001 p1"]
    assert told((None, policy(statement("kms:*", KEY), statement("kms:Decrypt")))) == ["KMS002 p0", "KMS003 p0"]
    assert told((None, "{"), (None, read)) == ["KMS003 p1", "KMS010 p0"]


def test_what_is_not_said_by_the_same_rule_stays() -> None:
    """A warning about a few actions takes no other finding's place: what is taken at face value is still told."""
    document = {"name": "p", "role": "app", "policy": policy(statement("kms:Decrypt"))}
    attached = change(
        "aws_iam_role_policy_attachment.a", None, {"role": "app", "policy_arn": "arn:aws:iam::111122223333:policy/x"}
    )
    rules = [finding.rule for finding in findings(plan(change("aws_iam_role_policy.p", None, document), attached))]
    assert rules == ["KMS003", "KMS008"]


def managed(document: str, *, boundary: bool = False, attached: bool = False) -> list[str]:
    """The rules that speak when a managed policy is created, and used so by a role."""
    arn = "arn:aws:iam::111122223333:policy/m"
    changes = [change("aws_iam_policy.m", None, {"name": "m", "path": "/", "arn": arn, "policy": document})]
    role = {"name": "app", "path": "/", "permissions_boundary": arn if boundary else None}
    changes.append(change("aws_iam_role.app", {**role, "permissions_boundary": None}, role))
    if attached:
        changes.append(change("aws_iam_role_policy_attachment.a", None, {"role": "app", "policy_arn": arn}))
    return [f"{finding.rule} {','.join(finding.principals)}" for finding in findings(plan(*changes))]


def test_managed_policies_attached_or_not() -> None:
    """One finding in both cases; none where the policy only bounds, as Security Hub KMS.1 has it."""
    document = policy(statement("kms:Decrypt"))
    assert managed(document) == ["KMS003 policy m"]
    assert managed(document, attached=True) == ["KMS003 role app"]
    assert managed(document, boundary=True) == []
    assert managed(policy(statement("kms:PutKeyPolicy")), boundary=True, attached=True) == ["KMS004 role app"]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("AWSBackupOperatorPolicy", ["KMS003", "KMS004"]),
        ("AmazonMSKFullAccess", ["KMS004"]),
        ("AWSFaultInjectionSimulatorEC2Access", []),  # grants for AWS services
        ("AWSKeyManagementServicePowerUser", []),
    ],
)
def test_an_aws_managed_policy_counts(name: str, rules: list[str]) -> None:
    """Its document stands in the tables."""
    attached = {"role": "app", "policy_arn": f"arn:aws:iam::aws:policy/{name}"}
    seen = findings(plan(change("aws_iam_role_policy_attachment.a", None, attached)))
    assert [finding.rule for finding in seen] == rules


def test_a_waiver_of_one_action_is_of_that_action() -> None:
    """What a finding grants are the actions that were asked for, whatever else the statement allows."""
    (finding,) = found((None, policy(statement(["kms:Decrypt", "kms:Encrypt", "s3:*"]))))
    (same,) = found((None, policy(statement("kms:Decrypt"), statement("kms:Sign"))))
    (more,) = found((None, policy(statement(["kms:Decrypt", "kms:ReEncryptFrom"]))))
    assert finding.actions == ("kms:Decrypt",)
    assert finding.grant == same.grant != more.grant


def test_patterns_that_name_nothing() -> None:
    """What may match a key of any name, `False` being certain."""
    some = [
        "*",
        "arn:*",
        "arn:aws:kms:*",
        EVERY,
        "arn:aws:kms:eu-west-1:1:key/*",
        "*:key/????????-*",
        "arn:aws:kms:*y*",
    ]
    assert all(names_none(glob(pattern)) for pattern in some)
    assert not any(names_none(glob(pattern)) for pattern in (KEY, "arn:aws:kms:*:*:key/mrk-*", "arn:aws:kms:*:*:key"))
    assert kms().shape.count("/") == 1
    assert "/" not in FRESH_ID


def test_what_is_unknown_is_a_warning_of_the_same_rule() -> None:
    """It says that it can't be told, has no witness, and blocks nothing; the ARN of a key is that key."""
    first, *others = deferred("terraform_data.x.output")
    assert (first.rule, first.blocks, first.witness) == ("KMS003", False, None)
    assert first.message.startswith("whether role app newly has kms:Decrypt on every key can't be told:")
    assert first.remedy
    assert [finding.rule for finding in others] == ["KMS007"]  # the document is taken to be what the policy refers to
    assert next(finding.rule for finding in deferred("terraform_data.x.output", "kms:PutKeyPolicy")) == "KMS004"
    assert [finding.rule for finding in deferred("aws_kms_key.k.arn")] == ["KMS007"]


def test_what_may_be_full_covers_what_may_be_a_few_actions() -> None:
    """One finding for what is unknown, the one that blocks."""
    rules = [finding.rule for finding in deferred("terraform_data.x.output", "kms:*")]
    assert "KMS009" in rules
    assert not {"KMS003", "KMS004"} & {*rules}


@pytest.mark.slow
def test_work_that_ends_before_the_answer_warns() -> None:
    """Full access is out of the question here, so nothing is undetermined that blocks."""
    infixes = [f"arn:aws:kms:*:*:key/*{letter}*{other}*" for letter in "abcdef" for other in "ghij"]
    denied = statement("kms:Decrypt", infixes, effect="Deny")
    seen = found((None, policy(statement("kms:Decrypt"), denied)))
    assert {finding.rule for finding in seen} == {"KMS003"}
    assert not any(finding.blocks for finding in seen)
    named = policy(statement("kms:Decrypt", infixes), denied)
    assert told((None, named)) == []  # no class of these is of every name: no work at all
