"""To whom a key policy or a grant newly gives access: one row, one case."""

import json
from typing import Any

import pytest

from tests.helpers.key_plans import (
    APP,
    ARN,
    ID,
    OTHER,
    OWN,
    ROOT,
    allow,
    conditioned,
    created,
    grant,
    key,
    opened,
    told,
)
from tests.helpers.plans import change, findings, plan, policy, statement

EVERYONE = ["KMS005 blocks everyone"]
LEFT = f"KMS005 warns account {OWN}"  # its own policies decide what a Deny held back
NOTHING: list[str] = []
ATTESTED = {"StringEqualsIgnoreCase": {"kms:RecipientAttestation:PCR0": "0b3d"}}
AND_VIA = {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}


@pytest.mark.parametrize(
    ("added", "says"),
    [
        (allow("*"), EVERYONE),
        (allow({"AWS": "*"}), EVERYONE),
        (allow({"AWS": ["*", APP]}), EVERYONE),
        (allow({"AWS": "arn:aws:iam::*:root"}), EVERYONE),
        (allow({"AWS": "arn:aws:iam::*"}), EVERYONE),
        (allow({"Service": "*.amazonaws.com"}), ["KMS005 warns service *.amazonaws.com"]),
        (statement("kms:Decrypt", NotPrincipal={"AWS": OTHER}), EVERYONE),
        (allow({"AWS": OTHER}), [f"KMS005 warns account {OTHER}"]),
        (allow({"AWS": f"arn:aws:iam::{OTHER}:root"}, "kms:DescribeKey"), [f"KMS005 warns account {OTHER}"]),
        (allow({"AWS": f"arn:aws:iam::{OTHER}:role/x"}), [f"KMS005 warns arn:aws:iam::{OTHER}:role/x"]),
        (allow({"AWS": "AROA1234567890EXAMPLE"}), ["KMS005 warns AROA1234567890EXAMPLE"]),
        (allow({"CanonicalUser": "79a59d"}), ["KMS005 warns the account with the canonical id 79a59d"]),
        (allow({"Federated": "accounts.google.com"}), ["KMS005 warns whoever signs in with accounts.google.com"]),
        (allow({"Federated": f"arn:aws:iam::{OWN}:saml-provider/idp"}), NOTHING),
        (allow({"AWS": OWN}, "kms:*"), NOTHING),
        (allow({"AWS": APP}), NOTHING),
        (allow({"AWS": APP}, "kms:*"), ["KMS005 warns role app"]),
        (allow({"AWS": f"arn:aws:iam::{OWN}:role/path/app"}, "kms:*"), ["KMS005 warns role app"]),
        (allow({"AWS": f"arn:aws:iam::{OWN}:user/al"}, "kms:*"), ["KMS005 warns user al"]),
        (allow({"AWS": f"arn:aws:sts::{OWN}:assumed-role/app/one"}, "kms:*"), ["KMS005 warns session app/one"]),
        (allow({"AWS": f"arn:aws:iam::{OWN}:role/*"}), NOTHING),  # IAM expands no wildcard here: nobody has this name
        (allow({"Service": "logs.eu-west-1.amazonaws.com"}, ["kms:Encrypt*", "kms:Decrypt*"]), NOTHING),
        (allow({"Service": "logs.amazonaws.com"}, "kms:*"), ["KMS005 warns service logs.amazonaws.com"]),
        (allow("*", "kms:ListKeys"), NOTHING),  # it knows no resource but `*`, so a key policy can't allow it
        (allow("*", "s3:GetObject"), NOTHING),
        (allow("*", effect="Deny"), NOTHING),
    ],
    ids=lambda value: json.dumps(value)[:90] if isinstance(value, dict) else "",
)
def test_each_form_of_principal(added: dict[str, Any], says: list[str]) -> None:
    """A statement that is added to the default policy."""
    assert opened([ROOT], [ROOT, added]) == says


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        # who: proven by a fixed value
        ({"StringEquals": {"kms:CallerAccount": OWN}}, NOTHING),
        ({"StringEquals": {"kms:CallerAccount": OWN, **AND_VIA}}, NOTHING),
        ({"StringEquals": {"kms:CallerAccount": OTHER}}, [f"KMS005 warns account {OTHER}"]),
        ({"StringEquals": {"aws:PrincipalAccount": [OWN, OTHER]}}, [f"KMS005 warns account {OTHER}"]),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}, ["KMS005 warns organization o-abc"]),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc/r-x/*"}}, ["KMS005 warns organization o-abc"]),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/app-*"}}, NOTHING),
        ({"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/app-*"}}, NOTHING),
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/x"}},
         [f"KMS005 warns arn:aws:iam::{OTHER}:role/x"]),
        ({"StringEquals": {"aws:SourceAccount": OWN}}, NOTHING),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:logs:eu-west-1:{OWN}:*"}}, NOTHING),
        ({"StringEquals": {"aws:SourceAccount": OTHER}}, [f"KMS005 warns AWS services for {OTHER}"]),
        ({"StringEquals": {"aws:SourceOrgID": "o-abc"}}, ["KMS005 warns AWS services for o-abc"]),
        ({"StringEquals": {"aws:SourceOwner": OWN}}, NOTHING),
        ({"StringLike": {"aws:userid": "AROAEXAMPLEID:*"}}, ["KMS005 warns whoever has aws:userid AROAEXAMPLEID"]),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, ["KMS005 warns whoever has aws:sourcevpce vpce-1"]),
        # not who
        ({"StringEquals": AND_VIA}, EVERYONE),
        ({"StringEquals": {"kms:EncryptionContext:tenant": "a"}}, EVERYONE),
        ({"StringEquals": {"aws:username": "al"}}, EVERYONE),
        ({"StringEquals": {"aws:PrincipalTag/team": "a"}}, EVERYONE),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, EVERYONE),
        (ATTESTED, EVERYONE),
        # a wildcard or a variable leaves it open
        ({"StringLike": {"kms:CallerAccount": "*"}}, EVERYONE),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, EVERYONE),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app"}}, EVERYONE),
        ({"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}, EVERYONE),
        ({"StringLike": {"aws:SourceArn": "*"}}, ["KMS005 warns every AWS service"]),
        # so do operators that hold of a request without the key, or of everybody else
        ({"StringNotEquals": {"kms:CallerAccount": OTHER}}, EVERYONE),
        ({"StringNotLike": {"kms:CallerAccount": "*"}}, ["KMS005 warns every AWS service"]),
        # what every signed request has, a principal that is no service always brings
        (
            {"StringEqualsIfExists": {"aws:PrincipalAccount": OTHER}},
            ["KMS005 warns account 444455556666", "every AWS service"],
        ),
        ({"StringEqualsIfExists": {"kms:CallerAccount": OWN}}, ["KMS005 warns every AWS service"]),
        ({"Null": {"aws:PrincipalArn": "true"}}, ["KMS005 warns every AWS service"]),
        ({"Null": {"aws:PrincipalAccount": "false"}}, EVERYONE),
        (
            {"StringLikeIfExists": {"aws:userid": "AROAEXAMPLEID:*"}},
            ["KMS005 warns every AWS service", "whoever has aws:userid AROAEXAMPLEID"],
        ),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-abc"}}, [*EVERYONE, "organization o-abc"]),
        ({"Null": {"kms:CallerAccount": "false"}}, EVERYONE),
        # AWS services are not everyone
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, ["KMS005 warns every AWS service"]),
        ({"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": "logs.eu-west-1.amazonaws.com"}}, NOTHING),
        ({"StringEquals": {"aws:SourceAccount": "arn:aws:s3:::a"}}, ["KMS005 warns AWS services for arn:aws:s3:::a"]),
        # nobody meets both
        ({"StringEquals": {"kms:CallerAccount": OWN}, "Bool": {"aws:PrincipalIsAWSService": "true"}}, NOTHING),
    ],
    ids=lambda value: json.dumps(value)[:90] if isinstance(value, dict) else "",
)  # fmt: skip
def test_which_conditions_say_who(condition: dict[str, Any], says: list[str]) -> None:
    """The same for everyone under a condition."""
    assert ", ".join(opened([ROOT], [ROOT, conditioned(**condition)])) == ", ".join(says)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        pytest.param([], [], NOTHING, id="nothing changes"),
        pytest.param([allow({"AWS": OTHER}, ["kms:Decrypt", "kms:Encrypt"])],
                     [allow({"AWS": f"arn:aws:iam::{OTHER}:root"}, "KMS:encrypt"), allow({"AWS": OTHER})], NOTHING,
                     id="split and spelled otherwise"),
        pytest.param([allow({"AWS": OTHER})], [allow({"AWS": f"arn:aws:iam::{OTHER}:role/x"})], NOTHING,
                     id="an account narrowed to a role of it"),
        pytest.param([allow({"AWS": f"arn:aws:iam::{OTHER}:role/x"})],
                     [allow({"AWS": f"arn:aws:sts::{OTHER}:assumed-role/x/one"})], NOTHING,
                     id="a role narrowed to a session"),
        pytest.param([allow({"AWS": f"arn:aws:sts::{OTHER}:assumed-role/x/one"})],
                     [allow({"AWS": f"arn:aws:iam::{OTHER}:role/x"})],
                     [f"KMS005 warns arn:aws:iam::{OTHER}:role/x"], id="a session widened to the role"),
        pytest.param([allow("*")], [allow({"AWS": OTHER})], NOTHING, id="everyone narrowed to an account"),
        pytest.param([allow("*", Condition={"StringLike": {"kms:CallerAccount": "*"}})], [allow("*")],
                     ["KMS005 warns every AWS service"], id="everyone of any account, and services too"),
        pytest.param([allow({"AWS": APP}, Condition=ATTESTED)], [allow("*")], EVERYONE, id="told once, of everyone"),
        pytest.param([], [allow("*", "kms:*"), allow({"AWS": APP}, "kms:*")], EVERYONE, id="full for everyone"),
        pytest.param([conditioned(StringEquals={"aws:PrincipalOrgID": "o-abc"})], [allow("*")], EVERYONE,
                     id="the organization no longer asked for"),
        pytest.param([allow("*"),
                      allow("*", "kms:*", "Deny", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}})],
                     [allow("*")], EVERYONE, id="a Deny of who is of no organization is gone"),
        pytest.param([], [allow("*"), allow("*", effect="Deny",
                                            Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}})],
                     ["KMS005 warns organization o-abc"], id="held back by a Deny"),
        pytest.param([], [allow("*"), statement("kms:*", effect="Deny", NotPrincipal={"AWS": [OWN, APP]})], NOTHING,
                     id="held back by a Deny of all but one role"),
        pytest.param([allow({"AWS": APP}, Condition=ATTESTED)], [allow({"AWS": APP})], ["KMS005 warns role app"],
                     id="an attestation no longer asked for"),
        pytest.param([allow({"AWS": APP}), allow("*", effect="Deny", Condition={"StringNotEqualsIgnoreCase":
                                                                                ATTESTED["StringEqualsIgnoreCase"]})],
                     [allow({"AWS": APP})], [f"{LEFT}, role app"], id="a Deny without attestation is gone"),
        pytest.param([allow({"AWS": APP}, Condition=ATTESTED)],
                     [allow({"AWS": APP}, Condition={"StringLike": {"kms:RecipientAttestation:PCR0": "*"}})],
                     ["KMS005 warns role app"], id="an attestation that anything meets"),
        pytest.param([allow({"Service": "logs.amazonaws.com"}, Condition={"StringEquals": {"aws:SourceAccount": OWN}})],
                     [allow({"Service": "logs.amazonaws.com"})], ["KMS005 warns service logs.amazonaws.com"],
                     id="a service for anybody"),
        pytest.param([], [allow({"Service": "logs.amazonaws.com"}, "kms:*", Condition={"ForAnyValue:StringEquals": {
                         "aws:PrincipalServiceNamesList": "logs.eu-west-1.amazonaws.com"}})],
                     ["KMS005 warns service logs.amazonaws.com"], id="a service under another of its names"),
        pytest.param([], [allow({"Service": "logs.amazonaws.com"}, "kms:*",
                                Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abc"}})],
                     NOTHING, id="a service is of no organization"),
        pytest.param([conditioned(StringEquals={"aws:SourceAccount": OTHER})],
                     [conditioned(StringEquals={"aws:SourceAccount": OTHER, **AND_VIA}),
                      conditioned(Bool={"aws:PrincipalIsAWSService": "true"})],
                     ["KMS005 warns every AWS service"], id="what one source had is no news of it"),
        pytest.param([allow({"AWS": OTHER}), allow("*", effect="Deny",
                                                   Condition={"StringNotEquals": {"aws:PrincipalAccount": OTHER}})],
                     [allow({"AWS": OTHER}, Condition={"StringEquals": {"aws:PrincipalAccount": OTHER}})],
                     [LEFT], id="an account that every request of its principals has"),
        pytest.param([allow("*", "kms:*", Condition={"StringEquals": {"kms:CallerAccount": [OWN, OTHER]}})],
                     [allow({"AWS": [OWN, OTHER]}, "kms:*")], NOTHING, id="accounts by a condition, and by name"),
        pytest.param([allow({"AWS": APP}, "kms:*", Condition={"StringEquals": {"kms:CallerAccount": OWN}})],
                     [allow({"AWS": APP}, "kms:*")], NOTHING, id="a role of an account, and its account besides"),
        pytest.param([allow("*", "kms:*", "Deny", Condition={"StringNotEquals": {"kms:CallerAccount": OWN}})], [],
                     NOTHING, id="a Deny of every other account is gone"),
        pytest.param([allow({"AWS": APP}, "kms:*", "Deny")], [], ["KMS005 warns role app"],
                     id="a Deny of one role of the account is gone"),
        pytest.param([allow("*", "kms:*", "Deny", Condition={"StringNotEquals": {"aws:PrincipalArn": APP}})], [],
                     [LEFT], id="a Deny of all but one role of the account is gone"),
        pytest.param([allow("*", "kms:*", "Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})], [], [LEFT],
                     id="a Deny under a condition is gone"),
        pytest.param([allow("*", "kms:*", "Deny", Condition={"BoolIfExists": {"aws:SecureTransport": "false"}})],
                     [allow("*", "kms:*", "Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})], NOTHING,
                     id="a Deny of what is not encrypted, whether or not that may be missing"),
        pytest.param([allow({"AWS": APP}, "kms:DescribeKey", "Deny")], [], NOTHING,
                     id="a Deny of what is not sensitive is gone"),
        pytest.param([allow({"AWS": APP}, Condition={"StringEquals": {"kms:ViaService": "s3"}})],
                     [allow({"AWS": APP}, Condition={"StringEquals": {"kms:ViaService": ["s3", "ec2"]}})], NOTHING,
                     id="one more service in between"),
        pytest.param([allow({"AWS": OWN}, "kms:*", Condition=ATTESTED)], [allow({"AWS": OWN}, "kms:*")], NOTHING,
                     id="the own account as a whole"),
        pytest.param([], [allow({"AWS": APP}, ["kms:Create*", "kms:Put*", "kms:ScheduleKeyDeletion"]),
                          allow({"AWS": APP}, ["kms:Encrypt", "kms:Decrypt"])], ["KMS005 warns role app"],
                     id="one role that administers and uses"),
        pytest.param([allow({"AWS": APP}, "kms:*")], [allow({"AWS": [APP]}, "kms:*")], NOTHING, id="was full"),
    ],
)  # fmt: skip
def test_before_against_after(before: list[Any], after: list[Any], says: list[str]) -> None:
    """Beside the default statement before and after."""
    assert opened([ROOT, *before], [ROOT, *after]) == says


@pytest.mark.parametrize(
    "kind",
    ["aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key"],
)
def test_every_kind_of_key(kind: str) -> None:
    """A key policy is one whatever the key is."""
    found = findings(plan(key(policy(ROOT), policy(ROOT, allow("*")), f"{kind}.k")))
    assert told(*found) == EVERYONE


@pytest.mark.parametrize("kind", ["awscc_kms_key", "awscc_kms_replica_key"])
def test_keys_of_the_cloud_control_provider(kind: str) -> None:
    """Their attribute is `key_policy`."""
    before, after = ({"arn": ARN, "key_id": ID, "key_policy": policy(*each)} for each in ([ROOT], [ROOT, allow("*")]))
    found = findings(plan(change(f"{kind}.k", before, after)))
    assert told(*found) == EVERYONE
    assert found[0].attribute == "key_policy"


def test_the_account_of_a_new_key_is_proven_by_the_policy_that_AWS_takes() -> None:  # noqa: N802
    """Whoever puts a policy by which they could not put another one is refused, and is of the key's account."""
    other = f"arn:aws:iam::{OTHER}:role/x"
    assert created(ROOT) == NOTHING
    assert created(ROOT, allow({"AWS": OTHER})) == [f"KMS005 warns account {OTHER}"]
    assert created(allow({"AWS": other}, "kms:*")) == ["KMS005 warns role x"]
    assert created(ROOT, bypass_policy_lockout_safety_check=True) == [f"KMS005 warns account {OWN}"]
    assert created(ROOT, allow({"AWS": OTHER}, "kms:*")) == [f"KMS005 warns account {OWN}, account {OTHER}"]
    assert created(allow({"AWS": OWN})) == [f"KMS005 warns account {OWN}"]
    by_caller = allow("*", "kms:*", Condition={"StringEquals": {"kms:CallerAccount": OWN}})
    assert created(by_caller) == NOTHING
    assert created(by_caller, allow({"AWS": OTHER})) == [f"KMS005 warns account {OTHER}"]
    assert created(by_caller, allow({"AWS": OTHER}, "kms:*")) == [f"KMS005 warns account {OWN}, account {OTHER}"]
    loosely = allow("*", "kms:*", Condition={"StringEqualsIfExists": {"kms:CallerAccount": OWN}})
    assert created(loosely) == [f"KMS005 warns account {OWN}, every AWS service"]


@pytest.mark.parametrize("kind", ["aws_kms_replica_key", "aws_kms_replica_external_key", "awscc_kms_replica_key"])
def test_a_replica_is_of_the_account_of_its_primary_key(kind: str) -> None:
    """Whose ARN tells it."""
    attribute = "key_policy" if kind.startswith("awscc_") else "policy"
    text = policy(allow("*", "kms:*", Condition={"StringEqualsIfExists": {"kms:CallerAccount": OWN}}))
    unknown = {"after_unknown": {"arn": True, "id": True, "key_id": True}}

    def made(arn: str) -> list[str]:
        values = {"primary_key_arn": arn, attribute: text}
        return told(*findings(plan(change(f"{kind}.r", None, values, change=unknown))))

    assert made(ARN) == ["KMS005 warns every AWS service"]
    assert made(ARN.replace(OWN, OTHER)) == [f"KMS005 warns account {OWN}, every AWS service"]


def test_a_created_key_takes_the_place_of_a_deleted_one() -> None:
    """A new address without `moved` opens nothing; what is more than the old one had does."""
    shared, wider = (
        policy(ROOT, allow({"AWS": OTHER})),
        policy(ROOT, allow({"AWS": OTHER}, ["kms:Decrypt", "kms:Sign"])),
    )
    old = key(shared, None, "aws_kms_key.old")
    new = {"policy": shared}
    assert told(*findings(plan(old, change("aws_kms_key.new", None, new)))) == NOTHING
    found = findings(plan(old, change("aws_kms_key.new", None, new), change("aws_kms_key.more", None, new)))
    assert told(*found) == [f"KMS005 warns account {OTHER}"]
    assert told(*findings(plan(old, change("aws_kms_key.new", None, {"policy": wider})))) != NOTHING


def test_grants() -> None:
    """A grant gives its grantee what it says; whoever may retire it can only end it."""
    elsewhere = f"arn:aws:iam::{OTHER}:role/x"
    constrained = {"grantee_principal": APP, "constraints": [{"encryption_context_equals": {"tenant": "a"}}]}
    assert grant(None, {"grantee_principal": elsewhere}) == [f"KMS005 warns {elsewhere}"]
    assert grant(None, {"grantee_principal": f"arn:aws:iam::{OTHER}:root"}) == [f"KMS005 warns account {OTHER}"]
    assert grant(None, {"grantee_principal": APP}) == NOTHING
    assert grant(None, {"grantee_principal": APP, "retiring_principal": elsewhere}) == NOTHING
    assert grant({"grantee_principal": elsewhere}, {"grantee_principal": elsewhere, "name": "n"}) == NOTHING
    assert grant({"grantee_principal": elsewhere}, None) == NOTHING
    assert grant(constrained, {"grantee_principal": APP}) == ["KMS005 warns role app"]


def test_a_grant_on_a_key_of_another_account() -> None:
    """The ARN of the key tells whose it is: what is elsewhere to it may be at home here."""
    theirs = f"arn:aws:kms:eu-west-1:{OTHER}:key/{ID}"

    def given(grantee: str) -> Any:
        return change(
            "aws_kms_grant.g", None, {"key_id": theirs, "operations": ["Decrypt"], "grantee_principal": grantee}
        )

    assert told(*findings(plan(given(f"arn:aws:iam::{OTHER}:role/x")))) == NOTHING
    assert told(*findings(plan(given(APP)))) == [f"KMS005 warns {APP}"]


def test_a_grant_and_a_key_policy_count_together() -> None:
    """Full access may be split over both."""
    most = allow({"AWS": APP}, ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"])
    kept = key(policy(ROOT, most), policy(ROOT, most))
    given = {"key_id": ARN, "operations": ["Decrypt"], "grantee_principal": APP}
    found = findings(plan(kept, change("aws_kms_grant.g", None, given)))
    assert told(*found) == ["KMS005 warns role app"]
    assert found[0].address == "aws_kms_grant.g"


def test_a_sensitive_policy_is_judged_and_not_shown() -> None:
    """No text of it, nor whom it names."""
    elsewhere = f"arn:aws:iam::{OTHER}:role/secret-name"
    raw = key(policy(ROOT), policy(ROOT, allow({"AWS": elsewhere})), change={"after_sensitive": {"policy": True}})
    (found,) = findings(plan(raw))
    assert found.rule == "KMS005"
    assert "secret-name" not in str(found)


def test_what_is_not_known_is_taken_at_its_worst() -> None:
    """A policy that shows only after apply may be open to everyone."""
    before = {"arn": ARN, "key_id": ID, "policy": policy(ROOT)}
    after = {"arn": ARN, "key_id": ID}
    raw = change("aws_kms_key.k", before, after, change={"after_unknown": {"policy": True}, "actions": ["update"]})
    (found,) = findings(plan(raw))
    assert told(found) == ["KMS009 blocks everyone"]
    assert "the key policy newly gives KMS access to everyone" in found.message


def test_what_to_do_about_a_key_policy_that_is_not_known_names_the_principal() -> None:
    """The key's own ARN is not what the policy waits for. Of a grant there is no document to write."""
    unknown = {"after_unknown": {"arn": True, "policy": True}}
    (found,) = findings(plan(change("aws_kms_key.k", None, {"description": "d"}, change=unknown)))
    assert [line.partition(" ")[0] for line in found.remedy] == ["give", "or", "or"]
    assert "aws_iam_policy_document" in found.remedy[1]
    assert "or name the principal by an ARN" in found.remedy[2]
    given = {"key_id": ID, "operations": ["Decrypt"]}
    to_whom = {"after_unknown": {"grantee_principal": True}}
    (found,) = findings(plan(change("aws_kms_grant.g", None, given, change=to_whom)))
    assert found.rule == "KMS009"
    assert "aws_iam_policy_document" not in " ".join(found.remedy)
    assert "or name the principal by an ARN" in found.remedy[1]


def test_a_malformed_key_policy() -> None:
    """One without Principal is refused by AWS: nothing is proved."""
    assert opened([ROOT], [statement("kms:Decrypt")]) == ["KMS010 blocks key aws_kms_key.k"]
    assert opened([statement("kms:Decrypt")], [statement("kms:Decrypt")]) == NOTHING


@pytest.mark.parametrize("key_id", [ID, ARN])
@pytest.mark.parametrize("kept", ["", "aws_kms_key.k"])
@pytest.mark.parametrize(
    ("denied", "says"),
    [
        (allow({"AWS": APP}, "kms:*", effect="Deny"), ["KMS005 warns role app"]),
        (allow("*", "kms:*", effect="Deny"), [LEFT]),
        (allow({"AWS": APP}, "kms:Decrypt"), NOTHING),
    ],
)
def test_a_deny_that_goes_with_the_whole_policy(denied: Any, says: list[str], kept: str, key_id: str) -> None:
    """A destroyed aws_kms_key_policy leaves the default policy, by which the policies of the account decide."""
    text = policy(ROOT, denied)
    put = change("aws_kms_key_policy.p", {"key_id": key_id, "policy": text}, None)
    assert told(*findings(plan(*([key(text, text, kept)] if kept else []), put))) == says


BY_CALLER = allow("*", "kms:*", Condition={"StringEquals": {"kms:CallerAccount": OWN}})
OTHERS = allow({"AWS": f"arn:aws:iam::{OTHER}:root"}, "kms:*")
UNSURE = " (nothing in the plan proves that this is of the key's own account)"


@pytest.mark.parametrize(
    ("kept", "denied", "says", "unsure"),
    [
        ([BY_CALLER], {"AWS": APP}, ["KMS005 warns role app"], False),
        ([BY_CALLER], "*", [LEFT], False),
        ([ROOT, OTHERS], {"AWS": APP}, ["KMS005 warns role app"], True),
        ([ROOT, OTHERS], {"AWS": f"arn:aws:iam::{OTHER}:role/x"}, ["KMS005 warns role x"], True),
        ([ROOT, OTHERS], "*", [f"{LEFT}, account {OTHER}"], True),
        ([ROOT, allow({"AWS": OTHER})], {"AWS": f"arn:aws:iam::{OTHER}:role/x"}, NOTHING, True),
        ([ROOT, allow({"AWS": OTHER})], {"AWS": APP}, ["KMS005 warns role app"], False),
        ([allow("*", "kms:*")], {"AWS": APP}, ["KMS005 warns role app"], True),
        ([allow("*", "kms:*")], "*", NOTHING, True),
    ],
)
def test_a_deny_that_goes_from_a_key_of_nobody_knows_whom(
    kept: Any, denied: Any, says: list[str], unsure: bool
) -> None:
    """It is of an account whose principals could put another policy; where several could, it may be of each. Nothing
    tells it where everyone could."""
    text = policy(*kept, allow(denied, "kms:*", effect="Deny"))
    found = findings(plan(change("aws_kms_key_policy.p", {"key_id": ID, "policy": text}, None)))
    assert sorted(told(*found)) == sorted(says)
    assert all((UNSURE in one.message) is unsure for one in found)


@pytest.mark.parametrize(
    ("actions", "bypass", "says"),
    [
        (["create", "delete"], False, ["KMS005 warns role app"]),
        (["create", "delete"], True, NOTHING),
        (["delete", "create"], False, NOTHING),
    ],
)
def test_a_policy_that_is_made_anew_before_its_old_one_goes(actions: list[str], bypass: bool, says: list[str]) -> None:
    """The delete comes last and leaves the default policy, or with the check bypassed nothing else."""
    text = policy(ROOT, allow({"AWS": APP}, "kms:*", effect="Deny"))
    values = {"key_id": ID, "policy": text, "bypass_policy_lockout_safety_check": bypass}
    anew = change("aws_kms_key_policy.p", values, values, change={"actions": actions})
    found = findings(plan(key(text, text), anew))
    assert told(*found) == says
    undone = "let the old aws_kms_key_policy.p go before the new one comes: remove `create_before_destroy`"
    assert [one.remedy[0] for one in found] == [undone for _ in says]
