"""Which identity policies AWS certainly takes, and a Deny in one that it may refuse."""

import json
from typing import Any

import pytest

from gate.iam.kms import kms
from gate.iam.managed_policies import _DENYING_AT, is_called_so
from gate.iam.refused import may_be_refused
from gate.unknown import Template, Unresolved
from tests.helpers.plans import change, findings, inline, plan, policy, statement

DENY = statement("kms:*", effect="Deny")
FULL = policy(statement("kms:*"))
AWS = "arn:aws:iam::aws:policy/"
HOLE = Unresolved(("aws_s3_bucket.b.arn",), exact=True)
TAKEN: dict[str, Any] = {
    "plain": policy(DENY),
    "without a version": policy(DENY, version=None),
    "an object": {"Version": "2012-10-17", "Id": "x", "Statement": DENY},
    "spaces": json.dumps(json.loads(policy(DENY)), indent=2) + "\n",
    "Latin letters": policy(statement("s3:*", "arn:aws:s3:::x"), DENY).replace("x", "é"),
    "two Sids": policy({**DENY, "Sid": "A"}, {**DENY, "Sid": "B"}),
    "empty Sids": policy({**DENY, "Sid": ""}, {**DENY, "Sid": ""}),
    "wildcards": policy(statement(["*", "s3:Get?bject*", "execute-api:Invoke"], ["*", "arn:*:kms:*:*:key/*"])),
    "an ARN of IAM": policy(statement("iam:PassRole", ["arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:root"])),
    "variables": policy(statement("s3:*", "arn:aws:s3:::b/${aws:username}/$x/${*}")),
    "conditions": policy(
        {**DENY, "Condition": {"ForAnyValue:StringLike": {"kms:EncryptionContext:aws:s3:arn": ["a*"]}}},
        {**DENY, "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": False}, "Null": {"aws:x": "true"}}},
        {**DENY, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "NumericLessThan": {"aws:x": 5}}},
        {**DENY, "Condition": {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/A:sub": "${aws:userid}"}}},
        {**DENY, "Condition": {"DateLessThan": {"aws:TokenIssueTime": ["2026-01-01T00:00:00.000Z", "2026-01-01"]}}},
        {**DENY, "Condition": {}},
    ),
    "what is not named": policy({"Effect": "Deny", "NotAction": "s3:*", "NotResource": "arn:aws:s3:::x"}),
    "values that are not plain": policy(
        {**DENY, "Condition": {"Null": {"aws:x": ["true", "false"]}, "NumericEquals": {"aws:x": ["5", "${aws:y}"]}}},
        {**DENY, "Condition": {"ArnLike": {"aws:SourceArn": "*"}, "StringEqualsIgnoreCase": {"aws:x": "é"}}},
    ),
    "accounts and variables of an ARN": policy(
        statement("kms:*", ["arn:aws:kms:*:11112222*:key/x", "arn:aws:kms:${aws:x}:${aws:y}:key/x"])
    ),
    "bytes and variables": policy(
        {**DENY, "Condition": {"BinaryEquals": {"kms:x": "QUJD"}, "Null": {"aws:x": "true"}}},
        {**DENY, "Condition": {"ArnNotLike": {"aws:SourceArn": ["arn:aws:s3:::x", "${aws:x}", "arn:*:*:*:*:*"]}}},
        {**DENY, "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::x"}}},
        {**DENY, "Condition": {"ForAllValues:ArnNotEqualsIfExists": {"aws:SourceArn": "arn:aws:s3:::x"}}},
    ),
    "parts that are not known": {"Statement": [{**DENY, "Resource": [HOLE, Template(("a", HOLE))]}]},
    "a Sid that is not known": {"Statement": {**DENY, "Sid": HOLE}},
    "conditions that are not known": {
        "Statement": [
            {**DENY, "Condition": HOLE},
            {**DENY, "Condition": {"StringEquals": HOLE, "Bool": {"aws:x": HOLE}}},
        ]
    },
    "a statement that is not known": {"Statement": [DENY, HOLE]},
    "statements that are not known": {"Statement": HOLE},
    "nothing is known": HOLE,
}  # fmt: skip


@pytest.mark.parametrize("value", TAKEN.values(), ids=TAKEN)
def test_what_aws_takes(value: Any) -> None:
    assert not may_be_refused(value)


def beside(**elements: Any) -> str:
    """A Deny of everything, in a statement that has these elements as well."""
    return policy({**DENY, **elements})


def condition(operator: str, key: str, value: Any) -> str:
    return policy(DENY, statement("s3:*", Condition={operator: {key: value}}))


REFUSED = {
    "an action without a service": beside(Action=["kms:*", "all"]),
    "an action of no service": beside(Action=["kms:*", ":x"]),
    "a service with a wildcard": beside(Action=["kms:*", "k*:x"]),
    "an action with a space": beside(Action=["kms:*", "s3: Get"]),
    "an action with two colons": beside(Action=["kms:*", "s3:a:b"]),
    "no action": policy(DENY, statement([])),
    "no resource": policy(DENY, statement("s3:*", [])),
    "a resource that is no ARN": beside(Resource=["*", "bucket"]),
    "a resource of no partition": beside(Resource=["*", "arn:evil:s3:::x"]),
    "a resource of any service": beside(Resource=["*", "arn:aws:*:::x"]),
    "a region in an ARN of S3": beside(Resource=["*", "arn:aws:s3:eu-west-1::x"]),
    "an account in an ARN of S3": beside(Resource=["*", "arn:aws:s3::111122223333:x"]),
    "a region in an ARN of IAM": beside(Resource=["*", "arn:aws:iam:eu-west-1:111122223333:role/x"]),
    "a resource with a tab": beside(Resource=["*", "arn:aws:s3:::a\tb"]),
    "a path that IAM does not have": beside(Resource=["*", "arn:aws:iam::111122223333:app"]),
    "a variable without an end": beside(Resource=["*", "arn:aws:s3:::${aws:username"]),
    "a Sid twice": policy({**DENY, "Sid": "A"}, {**DENY, "Sid": "A"}),
    "a Sid of other characters": beside(Sid="not allowed"),
    "a Sid that is null": beside(Sid=None),
    "a version that is null": json.dumps({"Version": None, "Statement": [DENY]}),
    "an Id that is a number": json.dumps({"Id": 5, "Statement": [DENY]}),
    "an operator that does not exist": condition("StringEqual", "aws:x", "a"),
    "an operator that does not exist, with a boolean": condition("StringEqual", "aws:x", "true"),
    "one of two keys without a service": policy(
        DENY, statement("s3:*", Condition={"StringEquals": {"aws:x": "a", "x": "a"}})
    ),
    "a key without a service": condition("StringEquals", "x", "a"),
    "no value": condition("StringEquals", "aws:x", []),
    "a boolean that is none": condition("Bool", "aws:x", "maybe"),
    "a Null that is none": condition("Null", "aws:x", "maybe"),
    "one of two booleans": condition("Bool", "aws:x", ["true", "maybe"]),
    "one of two Nulls": condition("Null", "aws:x", ["true", "maybe"]),
    "one of two dates": condition("DateLessThan", "aws:CurrentTime", ["2026-01-01", "soon"]),
    "one of two variables without an end": condition("StringEquals", "aws:x", ["a", "${aws:userid"]),
    "one of two values with a tab": condition("StringEquals", "aws:x", ["a", "a\tb"]),
    "an address that is none": condition("IpAddress", "aws:SourceIp", "here"),
    "a date that is none": condition("DateLessThan", "aws:CurrentTime", "soon"),
    "a day that there is not": condition("DateLessThan", "aws:CurrentTime", "2026-02-30"),
    "a condition that is null": beside(Condition=None),
    "IfExists after Null": condition("NullIfExists", "aws:x", "true"),
    "a set of Nulls": condition("ForAnyValue:Null", "aws:x", "true"),
    "an operator without a key": policy(DENY, statement("s3:*", Condition={"StringEquals": {}})),
    "an ARN that is none": condition("ArnLike", "aws:SourceArn", "role/app"),
    "an ARN that is none, as a whole": condition("ArnNotEquals", "aws:SourceArn", "role/app"),
    "one of two ARNs": condition("ArnLike", "aws:SourceArn", ["arn:aws:s3:::x", "arn:aws:s3"]),
    "an ARN of four fields": condition("ArnLike", "aws:SourceArn", "arn:aws:s3::x"),
    "an ARN that begins otherwise": condition("ArnLike", "aws:SourceArn", "urn:aws:s3:::x"),
    "bytes that are none": condition("BinaryEquals", "kms:x", "@@@"),
    "bytes and something else": condition("BinaryEquals", "kms:x", "QUJD!"),
    "an account that is none": beside(Resource=["*", "arn:aws:kms:eu-west-1:mine:key/x"]),
    "a region with a space": beside(Resource=["*", "arn:aws:kms:eu west:111122223333:key/x"]),
    "an escaped character that the API does not take": condition("StringEquals", "aws:x", "\u4e2d"),
    "an escaped character that is none": condition("StringEquals", "aws:x", "\x7f\x00"),
    "a character that the API does not take": policy(DENY, statement("s3:*", "arn:aws:s3:::x")).replace("x", "\u4e2d"),
    "a byte order mark": "\ufeff" + policy(DENY),
}  # fmt: skip


NO_DOCUMENTS: dict[str, Any] = {
    "no statements": {"Statement": []},
    "an action that is no text": {"Statement": {**DENY, "Action": [5]}},
    "a resource that is no text": {"Statement": {**DENY, "Resource": [5]}},
    "tests that are no object": {"Statement": {**DENY, "Condition": {"StringEquals": "x"}}},
}


@pytest.mark.parametrize("value", NO_DOCUMENTS.values(), ids=NO_DOCUMENTS)
def test_what_is_no_policy_may_be_refused(value: Any) -> None:
    """gate reads of it what it can."""
    assert may_be_refused(value)


def blocking(*changes: dict[str, Any]) -> list[str]:
    """The rules that block, in a plan that proves its account."""
    known = {"name": "known", "arn": "arn:aws:iam::111122223333:user/known"}
    raw = plan(*changes, change("aws_iam_user.known", known, known))
    return [finding.rule for finding in findings(raw) if finding.blocks and finding.rule != "KMS010"]


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_deny_that_aws_may_refuse_stops_nothing_new(text: str) -> None:
    """The grant in another resource does not wait for it. What was there before was taken, and so was a text that
    moves."""
    assert may_be_refused(text)
    assert blocking(inline(None, FULL, "a"), inline(None, text, "d")) == ["KMS001"]
    assert blocking(inline(None, FULL, "a"), inline(text, text, "d")) == []
    assert blocking(inline(FULL, FULL, "a"), inline(text, None, "d"), inline(None, text, "e")) == []


def test_a_deny_that_is_rewritten_so_that_aws_may_refuse_it() -> None:
    """Whether the old one stays then, nobody knows."""
    assert blocking(inline(FULL, FULL, "a"), inline(policy(DENY), beside(Action=["kms:*", "all"]), "d")) == ["KMS001"]


def long(characters: int) -> str:
    text = policy({**DENY, "Sid": "A"})
    return text.replace('"A"', f'"{"A" * (characters - len("".join(text.split())) + 1)}"')


@pytest.mark.parametrize(("kind", "most"), [("role", 10_240), ("user", 2_048), ("group", 5_120)])
def test_all_inline_policies_together_have_a_quota(kind: str, most: int) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

    def has(name: str, text: str) -> dict[str, Any]:
        return change(f"aws_iam_{kind}_policy.{name}", None, {"name": name, kind: "app", "policy": text})

    room = most - len("".join(FULL.split()))
    assert blocking(has("a", FULL), has("d", long(room))) == []
    assert blocking(has("a", FULL), has("d", long(room + 1))) == ["KMS001"]


def managed(number: int, text: str) -> list[dict[str, Any]]:
    arn = f"arn:aws:iam::111122223333:policy/p{number}"
    values = {"name": f"p{number}", "path": "/", "policy": text}
    return [
        change(f"aws_iam_policy.p{number}", None, values),
        change(f"aws_iam_role_policy_attachment.p{number}", None, {"role": "app", "policy_arn": arn}),
    ]


def test_a_managed_policy_has_a_quota_and_so_have_attachments() -> None:
    """6,144 characters, and ten of one principal."""
    assert blocking(inline(None, FULL), *managed(0, long(6_144))) == []
    assert blocking(inline(None, FULL), *managed(0, long(6_145))) == ["KMS001"]
    others = [one for number in range(1, 10) for one in managed(number, policy(statement("s3:*")))]
    assert blocking(inline(None, FULL), *managed(0, policy(DENY)), *others) == []
    more = managed(10, policy(statement("s3:*")))
    assert blocking(inline(None, FULL), *managed(0, policy(DENY)), *others, *more) == ["KMS001"]


def test_a_quota_that_was_passed_was_raised() -> None:
    """A principal that has twelve policies may have twelve."""
    there = [
        change(f"aws_iam_role_policy_attachment.o{number}", values, values)
        for number in range(11)
        for values in [{"role": "app", "policy_arn": f"arn:aws:iam::111122223333:policy/o{number}"}]
    ]
    goes = change("aws_iam_role_policy_attachment.old", {"role": "app", "policy_arn": AWS + "ReadOnlyAccess"}, None)
    new = managed(0, policy(DENY))
    assert blocking(inline(None, FULL), *new, *there, goes) == []
    assert blocking(inline(None, FULL), *new, *there) == ["KMS001"]


def test_a_boundary_that_aws_may_refuse_bounds_nothing() -> None:
    """It is what it may be at worst."""
    arn = "arn:aws:iam::111122223333:policy/b"
    role = {"name": "app", "arn": "arn:aws:iam::111122223333:role/app"}
    bounded = change("aws_iam_role.app", role, {**role, "permissions_boundary": arn})

    def boundary(action: str) -> dict[str, Any]:
        return change("aws_iam_policy.b", None, {"name": "b", "path": "/", "policy": policy(statement(action))})

    assert blocking(inline(None, FULL), bounded, boundary("s3:*")) == []
    assert blocking(inline(None, FULL), bounded, boundary("all")) in (["KMS001"], ["KMS009"])


def test_the_finding_says_so() -> None:
    """Else the Deny beside it seems to be forgotten."""
    [found] = [
        f for f in findings(plan(inline(None, FULL, "a"), inline(None, beside(Sid="not allowed"), "d"))) if f.blocks
    ]
    assert "what aws_iam_role_policy.d denies may not be in force" in found.message


@pytest.mark.parametrize("name", ["awsdenyall", "job-function/AWSDenyAll", "S3UnlockBucketPolicy", "AWSDenyAll/"])
def test_a_policy_of_aws_that_is_not_called_so_denies_nothing_new(name: str) -> None:
    """AWS has none there, and the grant in another resource does not wait for it."""
    grant = policy(statement(["kms:*", "s3:*"]))
    attached = {"role": "app", "policy_arn": AWS + name}
    new = change("aws_iam_role_policy_attachment.d", None, attached)
    assert blocking(inline(None, grant), new) == ["KMS001"]
    right = {"role": "app", "policy_arn": AWS + "AWSDenyAll"}
    assert blocking(inline(None, grant), change("aws_iam_role_policy_attachment.d", None, right)) == []


OF_OTHERS = [
    "arn:aws:iam::999988887777:policy/d",
    "arn:aws-cn:iam::111122223333:policy/d",
    "arn:aws-cn:iam::aws:policy/AWSDenyAll",
]


@pytest.mark.parametrize("arn", OF_OTHERS)
def test_a_policy_of_another_account_or_partition_denies_nothing_new(arn: str) -> None:
    """AWS attaches none, whatever policy of that name the plan has; what was attached under an ARN was found."""
    attached = {"role": "app", "policy_arn": arn}
    attachment = change("aws_iam_role_policy_attachment.d", None, attached)
    there = {"name": "d", "path": "/", "arn": "arn:aws:iam::111122223333:policy/d", "policy": policy(DENY)}
    for own in (change("aws_iam_policy.d", there, there), change("aws_iam_policy.d", None, there | {"arn": None})):
        assert blocking(inline(None, FULL), own, attachment) == ["KMS001"]
        assert blocking(inline(None, FULL), own, change("aws_iam_role_policy_attachment.d", attached, attached)) == []


def test_a_boundary_of_another_account_bounds_nothing() -> None:
    """AWS refuses it, and the policy beside it comes about."""
    role = {"name": "app", "arn": "arn:aws:iam::111122223333:role/app"}
    own = {"name": "b", "path": "/", "arn": "arn:aws:iam::111122223333:policy/b", "policy": policy(statement("s3:*"))}

    def bounded(arn: str) -> list[str]:
        by = change("aws_iam_role.app", role, {**role, "permissions_boundary": arn})
        return blocking(inline(None, FULL), by, change("aws_iam_policy.b", own, own))

    assert bounded("arn:aws:iam::111122223333:policy/b") == []
    assert bounded("arn:aws:iam::999988887777:policy/b") in (["KMS001"], ["KMS009"])
    wrong = {"name": "app", "permissions_boundary": "arn:aws:iam::999988887777:policy/b"}
    made = change("aws_iam_role.app", None, wrong)
    assert blocking(inline(None, FULL), made, change("aws_iam_policy.b", own, own)) == []  # then there is no role


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        ([], ["KMS001"]),
        ([{"arn": "arn:aws:iam::111122223333:user/u", "name": "u"}], []),
        ([{"arn": "arn:aws:iam::999988887777:user/u", "name": "u"}], ["KMS001"]),
    ],
)
def test_what_proves_that_a_policy_made_now_is_the_one_of_an_arn(proof: list[Any], expected: list[str]) -> None:
    """The account has to be proven: by something that is there, by a read, or by what was attached before."""
    changes = [inline(None, FULL), *managed(0, policy(DENY))]
    users = [change("aws_iam_user.u", one, one) for one in proof]
    assert [f.rule for f in findings(plan(*changes, *users)) if f.blocks] == expected
    if not proof:
        identity = {"address": "data.aws_caller_identity.c", "mode": "data", "type": "aws_caller_identity", "name": "c"}
        read = [identity | {"values": {"account_id": "111122223333", "arn": "arn:aws:iam::111122223333:user/ci"}}]
        state = {"format_version": "1.0", "values": {"root_module": {"resources": read}}}
        assert [f.rule for f in findings(plan(*changes, prior_state=state)) if f.blocks] == []
        attached = {"role": "app", "policy_arn": "arn:aws:iam::111122223333:policy/other"}
        there = change("aws_iam_role_policy_attachment.o", attached, attached)
        assert [f.rule for f in findings(plan(*changes, there)) if f.blocks] == []


@pytest.mark.parametrize(
    ("attached", "read", "newly", "expected"),
    [
        ("", "", "aws:policy/AWSDenyAll", ["KMS001"]),
        ("", "aws-cn", "aws:policy/AWSDenyAll", []),
        ("", "aws", "aws:policy/AWSDenyAll", ["KMS001"]),
        ("aws:policy/ReadOnlyAccess", "", "aws:policy/AWSDenyAll", []),
        ("111122223333:policy/o", "", "aws:policy/AWSDenyAll", []),
        ("111122223333:policy/o", "", "111122223333:policy/p0", []),
        ("111122223333:policy/o", "aws", "111122223333:policy/p0", ["KMS001"]),
        ("111122223333:policy/o", "", "999988887777:policy/p0", ["KMS001"]),
    ],
)
def test_what_proves_the_partition_of_an_account(attached: str, read: str, newly: str, expected: list[str]) -> None:
    """In China: a read `aws_partition`, which counts for more than what was attached before; else it is `aws`."""

    def attachment(name: str, arn: str, before: bool) -> dict[str, Any]:
        values = {"role": "app", "policy_arn": f"arn:aws-cn:iam::{arn}"}
        return change(f"aws_iam_role_policy_attachment.{name}", values if before else None, values)

    there = [attachment("o", attached, before=True)] if attached else []
    partition = {"address": "data.aws_partition.p", "mode": "data", "type": "aws_partition", "name": "p"}
    seen = [partition | {"values": {"partition": read}}] if read else []
    state = {"format_version": "1.0", "values": {"root_module": {"resources": seen}}}
    changes = [inline(None, FULL), managed(0, policy(DENY))[0], attachment("n", newly, before=False), *there]
    assert [f.rule for f in findings(plan(*changes, prior_state=state)) if f.blocks] == expected


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("AWSDenyAll", True),
        ("root-task/S3UnlockBucketPolicy", True),
        (":policy/AWSDenyAll", False),
        ("root-task/AWSDenyAll", False),
    ],
)
def test_the_whole_path_of_a_policy_of_aws_is_its_own(name: str, called: bool) -> None:
    assert is_called_so(AWS + name, denying=True) is called


@pytest.mark.parametrize("name", ["awsdenyall", "job-function/AWSDenyAll"])
def test_what_was_attached_under_a_name_was_found(name: str) -> None:
    """Whatever AWS makes of it, it is there."""
    attached = {"role": "app", "policy_arn": AWS + name}
    assert blocking(inline(None, FULL), change("aws_iam_role_policy_attachment.d", attached, attached)) == []


def test_a_boundary_of_aws_that_is_not_called_so_bounds_nothing() -> None:
    """In other letters it is one that nobody can see."""
    role = {"name": "app", "arn": "arn:aws:iam::111122223333:role/app"}

    def bounded(name: str) -> list[str]:
        by = {**role, "permissions_boundary": AWS + name}
        return blocking(inline(None, FULL), change("aws_iam_role.app", role, by))

    assert bounded("ReadOnlyAccess") == []
    there = {**role, "permissions_boundary": AWS + "readonlyaccess"}
    assert blocking(inline(None, FULL), change("aws_iam_role.app", there, there)) == []
    assert bounded("readonlyaccess") in (["KMS001"], ["KMS009"])


def test_where_every_policy_of_aws_that_denies_is() -> None:
    """Those of which the place is not known count as if they did not exist; the table knows no others."""
    every = kms().managed_policies.all()
    denying = {name for name, found in every.items() if any(one["Effect"] == "Deny" for one in found)}
    unknown = {"AmazonDataZoneProjectDeploymentPermissionsBoundary", "AmazonDataZoneProjectRolePermissionsBoundary"}
    assert {*_DENYING_AT} == denying - unknown
