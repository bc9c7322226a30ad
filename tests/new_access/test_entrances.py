"""Whom a change of a role's trust policy lets become the role."""

import json
from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.holdings.documents import Document, Place
from gate.iam.callers import Caller, Class
from gate.iam.patterns import Budget
from gate.iam.principals import EVERYONE, name
from gate.new_access.entrances import How, LetIn, _called, let_in
from gate.plan.model import read
from gate.report import Finding
from gate.unknown import OneOf, Unresolved, Value
from tests.helpers.plans import change, findings, inline, plan, policy
from tests.helpers.plans import statement as allow

ONE, TWO = "111122223333", "444455556666"
APP = f"arn:aws:iam::{ONE}:role/app"
ROOT, OTHER = f"arn:aws:iam::{ONE}:root", f"arn:aws:iam::{TWO}:root"
HOLE = Unresolved(("var.unknown",))
EC2, SSM = {"Service": "ec2.amazonaws.com"}, "ssm.amazonaws.com"
GITHUB = {"Federated": f"arn:aws:iam::{ONE}:oidc-provider/token.actions.githubusercontent.com"}
BY_TOKEN = "sts:AssumeRoleWithWebIdentity"
HIDDEN, POSSIBLE = ("HIDDEN", ""), ("POSSIBLE", "*")
EVERYTHING = policy(allow("*"))


def statement(principal: Value, effect: Value = "Allow", action: Value = "sts:AssumeRole", **more: Value) -> Any:
    """A statement of a trust policy."""
    named = principal if isinstance(principal, dict) else {"AWS": principal}
    return {"Effect": effect, "Principal": named, "Action": action, **more}


def under(operator: str, key: str, *values: str) -> dict[str, Any]:
    """A condition."""
    return {"Condition": {operator: {key: list(values)}}}


def from_repository(*subjects: str) -> Any:
    """Whoever GitHub says is one of these subjects."""
    key = "token.actions.githubusercontent.com:sub"
    return statement(GITHUB, action=BY_TOKEN, **under("StringLike", key, *subjects))


def document(*statements: Any) -> Document:
    """A trust policy."""
    return Document(Place("aws_iam_role.r", "assume_role_policy"), {"Statement": [*statements]})


def newly(before: list[Any], after: list[Any], steps: int = 100_000) -> list[tuple[str, str]]:
    """Whom a change of the trust policy lets in, and how."""
    found = let_in(document(*before), document(*after), Budget(steps))
    return [
        (
            one.how.name,
            "*" if one.caller and one.caller.kind is Class.EVERYONE else one.caller.text if one.caller else "",
        )
        for one in found
    ]


OF_SOURCE = under("StringEquals", "aws:SourceAccount", ONE)
NAMED_APP, NAMED_OTHER, NAMED_ALL = ("NAMED", APP), ("NAMED", OTHER), ("NAMED", "*")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([], [statement(APP)], [NAMED_APP]),
        ([], [statement([APP, OTHER]), statement(APP)], [NAMED_APP, NAMED_OTHER]),
        ([statement(APP)], [statement([APP, OTHER])], [NAMED_OTHER]),
        ([statement(ROOT)], [statement(APP)], []),
        ([statement(ROOT)], [statement(ROOT), statement(GITHUB, action=BY_TOKEN)], [("NAMED", GITHUB["Federated"])]),
        ([], [statement(GITHUB, action=BY_TOKEN), statement(ROOT, "Deny")], [("NAMED", GITHUB["Federated"])]),
        ([statement("*")], [statement([APP, OTHER])], []),
        ([statement(APP)], [statement("*")], [NAMED_ALL]),
        ([], [statement(["*", OTHER])], [NAMED_ALL]),
        ([], [{"Effect": "Allow", "NotPrincipal": {"AWS": APP}, "Action": "sts:AssumeRole"}], [NAMED_ALL]),
        ([], [statement(EC2)], [("NAMED", "ec2.amazonaws.com")]),
        ([statement(EC2)], [statement({"Service": [*EC2.values(), SSM]})], [("NAMED", SSM)]),
        ([statement(EC2, **OF_SOURCE)], [statement(EC2)], [("RELEASED", "ec2.amazonaws.com")]),
        ([statement(EC2)], [statement(EC2, **OF_SOURCE)], []),
        ([], [statement(APP, "Deny")], []),
        ([], [statement(APP), statement(APP, "Deny")], []),
        ([], [statement(APP, action="sts:TagSession")], []),
        ([], [statement(GITHUB)], [("NAMED", GITHUB["Federated"])]),
        ([statement(GITHUB, action="sts:AssumeRoleWithSAML")], [statement(GITHUB, action="sts:*")], []),
        ([statement(APP)], [statement(APP, action="sts:*")], []),
        ([statement(APP, "Deny")], [statement(APP)], [NAMED_APP]),
        ([statement(APP, action="sts:TagSession")], [statement(APP)], [NAMED_APP]),
        ([], [statement(APP, action=HOLE)], [NAMED_APP]),
        ([], [statement(APP, HOLE)], [NAMED_APP]),
        ([], [OneOf((statement(APP), None))], [NAMED_APP]),
        ([statement(APP, action=HOLE)], [statement(APP)], [NAMED_APP]),
        ([statement(APP, HOLE)], [statement(APP)], [NAMED_APP]),
        ([OneOf((statement(APP), None))], [statement(APP)], [NAMED_APP]),
        ([statement(APP, action=["sts:AssumeRole", HOLE])], [statement(APP)], []),
        ([statement(APP, action=HOLE)], [statement(APP, action=HOLE)], []),
        ([statement(APP, action=HOLE)], [statement(APP, action=HOLE), statement(OTHER)], [NAMED_OTHER]),
        ([HOLE], [statement(APP)], []),
        ([statement(ROOT)], [statement("*", **OF_SOURCE)], []),
        ([statement(ROOT)], [statement("*", **under("Bool", "aws:PrincipalIsAWSService", "true"))], []),
        ([statement(ROOT)], [statement("*", **OF_SOURCE), statement(OTHER)], [NAMED_OTHER]),
    ],
)
def test_who_is_newly_let_in(before: list[Any], after: list[Any], told: list[tuple[str, str]]) -> None:
    """Who may be after the change and certainly was not before; nobody whose whole account was, of which nobody is who
    signs in with an identity provider, and no service by a condition alone."""
    assert newly(before, after) == told


OF_ORGANIZATION = under("StringEquals", "aws:PrincipalOrgID", "o-a")
OF_BOTH = under("StringEquals", "aws:PrincipalOrgID", "o-a", "o-b")
OF_ACCOUNT = under("StringEquals", "aws:PrincipalAccount", TWO)
WITH_ID = under("StringEquals", "sts:ExternalId", "x")
WITHOUT_MFA = under("BoolIfExists", "aws:MultiFactorAuthPresent", "false")
RELEASED_OTHER, RELEASED_GITHUB = ("RELEASED", OTHER), ("RELEASED", GITHUB["Federated"])


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([statement("*", **OF_ORGANIZATION)], [statement("*")], [NAMED_ALL]),
        ([statement("*", **OF_ORGANIZATION)], [statement("*", **OF_BOTH)], [("NAMED", "o-b")]),
        ([statement("*", **OF_ACCOUNT)], [statement(OTHER)], []),
        ([statement(OTHER)], [statement("*", **OF_ACCOUNT)], []),
        ([statement(OTHER, **WITH_ID)], [statement(OTHER)], [RELEASED_OTHER]),
        ([statement(OTHER)], [statement(OTHER, **WITH_ID)], []),
        ([statement(OTHER, **WITH_ID)], [statement(OTHER, Condition=HOLE)], [RELEASED_OTHER]),
        ([statement(ROOT, **WITH_ID)], [statement(APP)], [("RELEASED", APP)]),
        ([statement(OTHER), statement(OTHER, "Deny", **WITHOUT_MFA)], [statement(OTHER)], [RELEASED_OTHER]),
        ([statement("*"), statement("*", "Deny", **WITHOUT_MFA)], [statement("*")], [("RELEASED", "*")]),
        ([from_repository("repo:o/a:*")], [from_repository("repo:o/*")], [RELEASED_GITHUB]),
        ([from_repository("repo:o/a:*")], [from_repository("repo:o/a:*", "repo:o/b:*")], [RELEASED_GITHUB]),
        ([from_repository("repo:o/*")], [from_repository("repo:o/a:*", "repo:o/b:*")], []),
        ([from_repository("repo:a"), statement(GITHUB, "Deny")], [from_repository("repo:a")], []),
        ([from_repository("repo:a"), from_repository("repo:b")], [from_repository("repo:b", "repo:a")], []),
    ],
)
def test_who_is_no_longer_held_back(before: list[Any], after: list[Any], told: list[tuple[str, str]]) -> None:
    """A condition or a Deny that goes lets in whom it held back; another wording of the same lets in nobody."""
    assert newly(before, after) == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([statement(APP)], [HOLE], [HIDDEN]),
        ([statement(OTHER)], [HOLE, statement(APP)], [HIDDEN, NAMED_APP]),
        ([statement(APP)], [statement(HOLE)], [HIDDEN]),
        ([statement(APP)], [statement(OneOf((APP, HOLE)))], [HIDDEN]),
        ([statement(APP)], [statement(OneOf((APP, OTHER)))], [NAMED_OTHER]),
        # everyone is one of those whom it may name: nobody else is told of
        ([statement(APP)], [statement(OneOf((APP, "*")))], [POSSIBLE]),
        ([statement(APP)], [statement(OneOf(([APP], [OTHER, "*"])))], [POSSIBLE]),
        ([statement(APP)], [statement(APP, Principal=OneOf(({"AWS": APP}, {"AWS": "*"})))], [POSSIBLE]),
        ([statement(APP)], [statement(OneOf((HOLE, "*")))], [POSSIBLE]),
        ([statement(APP)], [statement(OneOf((APP, "*")), **WITH_ID)], [HIDDEN]),
        ([statement(HOLE)], [statement(HOLE)], []),
        ([statement(HOLE)], [statement(HOLE), statement(APP)], []),
        ([statement(APP)], [statement(APP), statement(HOLE, "Deny")], []),
        ([statement(APP)], [statement(APP), statement(HOLE, action="sts:TagSession")], []),
    ],
)
def test_whom_nobody_knows(before: list[Any], after: list[Any], told: list[tuple[str, str]]) -> None:
    """A principal of whom nothing is known before the apply may be anybody, and so is told."""
    assert newly(before, after) == told


@pytest.mark.parametrize("named", ["*", "arn:aws:iam::*:root", "arn:aws:iam::*:role/x", APP, OTHER])
def test_whoever_may_be_anybody_is_everyone(named: Any) -> None:
    """However the policy writes it."""
    for one in let_in(document(), document(statement(named)), Budget(100_000)):
        assert one.caller is not None
        assert (one.name == EVERYONE) is (one.caller.kind is Class.EVERYONE)


def test_what_is_too_much_work_is_told() -> None:
    """As a trust policy of which nobody can tell whom it lets in."""
    assert newly([from_repository("a")], [from_repository("b")], steps=1) == [HIDDEN]


def test_nobody_is_newly_let_in_where_a_side_is_not_there() -> None:
    """A role that is new is told of as a role, and of one that goes nobody can become; what AWS holds can be read."""
    one, unread = document(statement(APP)), Document(Place("aws_iam_role.r", "assume_role_policy"), "no JSON")
    for before, after in ((None, one), (one, None), (unread, one)):
        assert list(let_in(before, after, Budget(1000))) == []
    assert [each.how for each in let_in(one, unread, Budget(1000))] == [How.HIDDEN]


def trusting(name: str, *statements: Any) -> dict[str, Any]:
    """The values of a role."""
    text = f'{{"Version": "2012-10-17", "Statement": {json.dumps(statements)}}}'
    return {"name": name, "arn": f"arn:aws:iam::{ONE}:role/{name}", "assume_role_policy": text}


def test_a_role_that_stands_at_another_address_is_compared_with_itself() -> None:
    """What its trust policy was at the former address counts."""
    own, opened = trusting("full", statement(ROOT)), trusting("full", statement([ROOT, OTHER]))
    rest = inline(EVERYTHING, EVERYTHING, role="full")
    unread = {"name": "full", "arn": own["arn"]}
    for after, told in ((own, []), (opened, [f"account {TWO} can newly become role full"])):
        gone = (change("aws_iam_role.also", unread, None), change("aws_iam_role.old", own, None))
        moved = (*gone, change("aws_iam_role.new", None, after))
        found = [one.message.partition(",")[0] for one in findings(plan(*moved, rest)) if one.rule == "KMS006"]
        assert found == told


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (f"arn:aws:iam::{ONE}:role/admin", []),
        (f"arn:aws:iam::{TWO}:role/admin", [f"arn:aws:iam::{TWO}:role/admin can newly become role full"]),
        (f"arn:aws:iam::{ONE}:role/app", ["role app can newly become role full"]),
    ],
)
def test_who_has_full_access_gains_nothing_by_becoming_another_who_has(named: str, told: list[str]) -> None:
    """Somebody of the same name in another account is another one."""
    before, after = trusting("full", statement(ROOT, **WITH_ID)), trusting("full", statement(named))
    others = [change(f"aws_iam_role.{name}", *[trusting(name, statement(EC2))] * 2) for name in ("admin", "app")]
    held = {"full": EVERYTHING, "admin": EVERYTHING, "app": policy(allow("s3:*"))}
    rest = [inline(text, text, name, role=name) for name, text in held.items()]
    found = findings(plan(change("aws_iam_role.r", before, after), *others, *rest))
    assert [one.message.partition(",")[0] for one in found] == told


@pytest.mark.parametrize("other", ["aaa", "zzz"])
def test_a_role_that_goes_is_not_the_former_one_of_another(other: str) -> None:
    """Whom it let in is new to the role that is at a new address."""
    own, opened = trusting("full", statement(ROOT)), trusting("full", statement([ROOT, OTHER]))
    moved = (change("aws_iam_role.old", own, None), change("aws_iam_role.new", None, opened))
    gone = change(f"aws_iam_role.{other}", trusting(other, statement([ROOT, OTHER])), None)
    rest = [inline(EVERYTHING, EVERYTHING, name, role=name) for name in ("full", other)]
    for changes in ([gone, *moved], [*moved, gone]):
        found = [one.message.partition(",")[0] for one in findings(plan(*changes, *rest)) if one.rule == "KMS006"]
        assert found == [f"account {TWO} can newly become role full"]


def test_a_role_that_stays_at_its_address_is_not_the_former_one_of_another() -> None:
    """Of a role that is made beside it under the same name, it is told as of a new one."""
    own, opened = trusting("full", statement(ROOT)), trusting("full", statement([ROOT, OTHER]))
    rest = inline(EVERYTHING, EVERYTHING, role="full")
    for same in (own, trusting("full", statement(ROOT), statement(ROOT))):
        beside = (change("aws_iam_role.stays", own, same), change("aws_iam_role.new", None, opened))
        assert [one.rule for one in findings(plan(*beside, rest)) if one.rule == "KMS006"] == []


@pytest.mark.parametrize(
    ("principal", "first", "condition"),
    [
        (EC2, "see that all who may hand role full to the service have to become it", "aws:SourceArn"),
        (OTHER, "name the one principal there that has to become role full", "sts:ExternalId"),
    ],
)
def test_what_to_do_about_a_service_is_another_thing(principal: Any, first: str, condition: str) -> None:
    """Whoever hands it the role uses it, so that the resource has to be named."""
    before, after = trusting("full", statement(ROOT)), trusting("full", statement(ROOT), statement(principal))
    rest = inline(EVERYTHING, EVERYTHING, role="full")
    (found,) = findings(plan(change("aws_iam_role.r", before, after), rest))
    assert found.remedy[0] == first
    assert condition in found.remedy[1]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ([ROOT], [OTHER], "and add a condition that says when"),
        ([ROOT], ["*", under("StringEquals", "aws:PrincipalOrgID", "o-1")], "nobody else can meet the condition"),
        ([ROOT], [OTHER, WITH_ID], "nobody else can meet the condition"),
        ([ROOT], [EC2, OF_SOURCE], "nobody else can meet the condition"),
        ([OTHER, WITH_ID], [OTHER], "or put back what held them back"),
    ],
)
def test_a_condition_is_added_only_where_there_is_none(before: list[Any], after: list[Any], says: str) -> None:
    """What to do about one that is there, or was, is another thing."""

    def document(principal: Any, condition: dict[str, Any] | None = None) -> dict[str, Any]:
        return trusting("full", statement(principal, **(condition or {})))

    rest = inline(EVERYTHING, EVERYTHING, role="full")
    (found,) = findings(plan(change("aws_iam_role.r", document(*before), document(*after)), rest))
    told = " ".join(found.remedy)
    assert says in told
    assert ("add a condition" in told) == ("add a condition" in says)


def test_the_condition_of_one_statement_is_not_that_of_another() -> None:
    """Whoever comes in by one without a condition needs one."""
    found = let_in(document(statement(ROOT)), document(statement(OTHER, **WITH_ID), statement(OTHER)), Budget(100_000))
    assert [one.is_asked for one in found] == [False]
    held = statement(OTHER, **WITH_ID)
    found = let_in(
        document(statement(ROOT)), document(statement(ROOT), held, statement(OTHER, "Deny")), Budget(100_000)
    )
    assert [one.is_asked for one in found] == []
    for hidden, asked in ((statement(HOLE, **WITH_ID), True), (statement(HOLE), False)):
        found = let_in(document(statement(ROOT)), document(statement(ROOT), hidden, held), Budget(100_000))
        assert [one.is_asked for one in found] == [asked, True]


PARTNERS = f"arn:aws:iam::{TWO}:role/x"


@pytest.mark.parametrize(
    ("after", "asked"),
    [
        ([statement(OTHER, **WITH_ID)], {OTHER: True}),
        ([statement(OTHER, Condition=HOLE)], {OTHER: True}),
        ([statement(OTHER, **WITH_ID), statement(OTHER, action="sts:TagSession")], {OTHER: True}),
        ([statement(OTHER, **WITH_ID), statement(OTHER, "Deny", action=HOLE)], {OTHER: True}),
        ([statement(PARTNERS, **WITH_ID), statement(OTHER)], {PARTNERS: False, OTHER: False}),
        ([statement(PARTNERS, **WITH_ID), statement(OTHER, **WITH_ID)], {PARTNERS: True, OTHER: True}),
        ([statement(HOLE, **WITH_ID), statement(HOLE)], {"": False}),
        ([statement(HOLE, **WITH_ID), HOLE], {"": False}),
    ],
)
def test_a_condition_of_every_statement_that_lets_somebody_in_counts(after: list[Any], asked: dict[str, bool]) -> None:
    """What lets in nobody has none that counts; whom a statement lets as one of an account it lets as well."""
    found = let_in(document(statement(ROOT)), document(*after), Budget(100_000))
    assert {one.caller.text if one.caller else "": one.is_asked for one in found} == asked


UNSEEN = f"arn:aws:iam::{ONE}:policy/elsewhere"
READER = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


@pytest.mark.parametrize(
    ("before", "after", "attached", "is_told"),
    [
        (ROOT, "*", (UNSEEN, UNSEEN), True),
        ("*", "*", (UNSEEN, UNSEEN), False),
        (ROOT, OTHER, (UNSEEN, UNSEEN), False),
        (ROOT, "*", (READER, READER), False),
        (ROOT, "*", (READER, UNSEEN), False),
    ],
)
def test_a_role_with_an_unseen_policy_that_everyone_may_become(
    before: str, after: str, attached: tuple[str, str], is_told: bool
) -> None:
    """What nobody sees may be full access: a warning, where it was there before."""
    was, will = ({"name": "r", "assume_role_policy": policy(statement(one))} for one in (before, after))
    held = change("aws_iam_role_policy_attachment.a", *({"role": "r", "policy_arn": arn} for arn in attached))
    others = [inline(*[policy(allow("s3:*"))] * 2, name, role=name) for name in ("a", "z")]
    found = findings(plan(change("aws_iam_role.r", was, will), held, *others))
    says = f"everyone can newly become role r, which may have full KMS access: gate can't see the document of {UNSEEN}"
    entrances = [(one.blocks, one.message) for one in found if one.rule == "KMS006"]
    assert entrances == [(False, says)] * is_told


def test_a_role_with_full_access_to_some_keys_and_an_unseen_policy_is_told_of_once() -> None:
    """By what can be seen."""
    sides = ({"name": "r", "assume_role_policy": policy(statement(one))} for one in (ROOT, "*"))
    held = change("aws_iam_role_policy_attachment.a", *[{"role": "r", "policy_arn": UNSEEN}] * 2)
    some = inline(*[policy({**allow("kms:*"), "Resource": f"arn:aws:kms:*:{ONE}:key/*"})] * 2, role="r")
    found = [
        one.message for one in findings(plan(change("aws_iam_role.r", *sides), held, some)) if one.rule == "KMS006"
    ]
    assert ["some keys" in message for message in found] == [True]
    assert "can't see" not in found[0]


@pytest.mark.parametrize("before", [ROOT, "*"])
def test_a_role_with_an_unseen_policy_at_another_address(before: str) -> None:
    """Its trust policy there is compared with the one that it had."""
    was, will = ({"name": "r", "assume_role_policy": policy(statement(one))} for one in (before, "*"))
    held = change("aws_iam_role_policy_attachment.a", *[{"role": "r", "policy_arn": UNSEEN}] * 2)
    found = findings(plan(change("aws_iam_role.old", was, None), change("aws_iam_role.new", None, will), held))
    assert [(one.rule, one.address) for one in found] == [("KMS006", "aws_iam_role.new")] * (before == ROOT)


def test_a_role_that_has_full_access_for_certain_is_told_once() -> None:
    """Whatever else it has; a role of which the plan shows no policy is nobody's concern."""
    was, will = (trusting("full", statement(one)) for one in (ROOT, "*"))
    bare = change("aws_iam_role.bare", *(trusting("bare", statement(one)) for one in (ROOT, "*")))
    attached = change("aws_iam_role_policy_attachment.a", *[{"role": "full", "policy_arn": UNSEEN}] * 2)
    rest = inline(EVERYTHING, EVERYTHING, role="full")
    (found,) = findings(plan(change("aws_iam_role.r", was, will), bare, attached, rest))
    assert found.blocks
    assert found.message.startswith("everyone can newly become role full, which has full KMS access")
    newly = inline(None, EVERYTHING, role="full")
    told = findings(plan(change("aws_iam_role.r", was, will), bare, attached, newly))
    assert [one.rule for one in told] == ["KMS001"]  # of what it newly has, not of what it may have had


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_of_several_unseen_policies_the_first_by_name_is_told(names: str) -> None:
    """So that a report says the same each time."""
    was, will = ({"name": "r", "assume_role_policy": policy(statement(one))} for one in (ROOT, "*"))
    arns = (f"{UNSEEN}/1", f"{UNSEEN}/2")
    attached = [
        change(f"aws_iam_role_policy_attachment.{name}", *[{"role": "r", "policy_arn": arn}] * 2)
        for name, arn in zip(names, arns, strict=True)
    ]
    (found,) = findings(plan(change("aws_iam_role.r", was, will), *attached))
    assert found.message.endswith(f"gate can't see the document of {arns[0]}")


FROM = f"arn:aws:iam::{TWO}"


@pytest.mark.parametrize(
    ("condition", "blocks"),
    [
        (under("Bool", "aws:SecureTransport", "true"), True),
        (under("Bool", "aws:MultiFactorAuthPresent", "true"), True),
        (under("StringEquals", "aws:PrincipalTag/team", "x"), True),
        (under("StringLike", "sts:RoleSessionName", "ci-*"), True),
        (under("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"), True),
        (under("StringLike", "aws:PrincipalAccount", "????????????"), True),
        (under("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/ci-*"), True),
        (under("StringEquals", "sts:ExternalId", "${sts:ExternalId}"), True),
        (under("Null", "sts:ExternalId", "false"), True),
        (under("StringEqualsIfExists", "kms:CallerAccount", TWO), True),
        (under("ForAllValues:StringEquals", "kms:CallerAccount", TWO), True),
        (under("Null", "kms:CallerAccount", "true"), True),
        (under("IpAddress", "aws:SourceIp", "0.0.0.0/0"), True),
        (under("IpAddress", "aws:SourceIp", "203.0.113.0/24"), False),
        (under("IpAddress", "aws:SourceIp", "203.0.113.0/24", "::/0"), True),
        (under("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"), False),
        (under("StringEquals", "sts:ExternalId", "team/0"), False),
        (under("ForAnyValue:StringLike", "sts:ExternalId", "*"), True),
        (under("StringEquals", "aws:VpceAccount", TWO), False),
        (under("StringEquals", "aws:VpceOrgPaths", "o-1/r-1/"), False),
        (under("StringEquals", "aws:Ec2InstanceSourceVpc", "vpc-1"), False),
        (under("StringEquals", "aws:VpceOrgID", "o-1"), False),
        (under("StringEquals", "accounts.google.com:aud", "x"), False),
        (under("StringLike", "accounts.google.com:aud", "?*"), True),
        (under("StringLike", "accounts.google.com:aud", "~*"), False),
        (under("StringLike", "accounts.google.com:aud", "x", "?*"), True),
        (under("ArnLike", "aws:PrincipalArn", f"{FROM}:role/ci-*"), False),
        (under("StringLike", "aws:PrincipalAccount", ONE, "*"), True),
        (under("StringLike", "aws:PrincipalAccount", ONE, TWO), False),
    ],
)
def test_a_condition_that_a_stranger_meets_keeps_nobody_out(condition: dict[str, Any], blocks: bool) -> None:
    """What anybody chooses for its own requests, or has anyway, is no condition."""
    role = {"name": "r", "inline_policy": [{"name": "p", "policy": EVERYTHING}]}
    was, will = ({**role, "assume_role_policy": policy(one)} for one in (statement(ROOT), statement("*", **condition)))
    (found,) = findings(plan(change("aws_iam_role.r", was, will)))
    assert (found.rule, found.blocks) == ("KMS006", blocks)


def denied(*condition: str, **more: Value) -> Any:
    """A Deny of everyone under a condition."""
    return statement("*", "Deny", **{**under(*condition), **more})


MFA = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
OFFICE = ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")


@pytest.mark.parametrize(
    ("deny", "blocks"),
    [
        (denied(*OFFICE), False),
        (denied("StringNotEquals", "sts:ExternalId", "x", "y"), False),
        (denied("StringNotEqualsIfExists", "sts:ExternalId", "x"), False),
        (denied("StringNotLike", "sts:ExternalId", "x*"), False),
        (denied(*OFFICE, action="sts:*"), False),
        (denied(*OFFICE, action="sts:TagSession"), True),
        (denied(*OFFICE, action=HOLE), True),
        (denied(*OFFICE, Principal=HOLE), True),
        (denied("IpAddress", "aws:SourceIp", "203.0.113.0/24"), True),
        (denied("NotIpAddress", "aws:SourceIp", "0.0.0.0/0"), True),
        (denied("StringEquals", "sts:ExternalId", "x"), True),
        (denied("StringNotLike", "sts:ExternalId", "*"), True),
        (denied("ForAnyValue:StringNotEquals", "sts:ExternalId", "x"), True),
        (denied("StringNotEquals", "aws:PrincipalTag/team", "x"), True),
        (denied("StringNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x*"), True),
        (denied("StringNotLike", "aws:PrincipalArn", APP, "arn:aws:iam::*:role/x*"), True),
        (denied("Null", "sts:ExternalId", "true"), True),
        (denied("Unheard", "sts:ExternalId", "x"), True),
        (
            statement("*", "Deny", Condition={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, **MFA}),
            True,
        ),
        (statement("*", "Deny", Condition={"Null": {"sts:ExternalId": "true"}, **MFA}), True),
    ],
)
def test_a_deny_of_everybody_but_who_meets_a_condition(deny: Any, blocks: bool) -> None:
    """It keeps strangers out as the same condition of the Allow would; who can avoid it is not kept out."""
    (found,) = let_in(document(statement(ROOT)), document(statement("*"), deny), Budget(100_000))
    assert (found.caller and found.caller.kind, found.is_open) == (Class.EVERYONE, blocks)


def test_how_it_is_told() -> None:
    """Who, and whether something held them back; where nobody can tell who, what to do."""
    rest = inline(EVERYTHING, EVERYTHING, role="full")
    before, after = trusting("full", statement(OTHER, **WITH_ID)), trusting("full", statement(OTHER))
    (released,) = findings(plan(change("aws_iam_role.r", before, after), rest))
    full = "role full, which has full KMS access"
    assert released.message == f"account {TWO} can newly become {full}, where its trust policy held them back before"
    del after["assume_role_policy"]
    unknown = {"after_unknown": {"assume_role_policy": True}}
    (hidden,) = findings(plan(change("aws_iam_role.r", before, after, change=unknown), rest))
    assert hidden.message == f"it can't be told who can newly become {full} (its trust policy)"
    assert hidden.principals == ("role full",)
    assert "write both as texts, or give the source with --source" in hidden.remedy
    assert released.fingerprint != hidden.fingerprint
    assert released.changes == ("statement 1: Condition loses StringEquals sts:ExternalId = x",)


def test_what_more_of_a_provider_is_told() -> None:
    """Which of those who sign in with it are let in newly is said: those before are no news."""
    rest = inline(EVERYTHING, EVERYTHING, role="full")
    before, after = (trusting("full", from_repository(*subjects)) for subjects in (["repo:a"], ["repo:a", "repo:b"]))
    (found,) = findings(plan(change("aws_iam_role.r", before, after), rest))
    assert found.message.endswith("where its trust policy held some of them back before")
    (told,) = found.changes
    assert told == "statement 1: Condition StringLike token.actions.githubusercontent.com:sub gains repo:b"
    assert found.remedy[0] == "see that all who newly meet its conditions have to become role full"
    added = trusting("full", from_repository("repo:a"), statement(OTHER))
    (found,) = findings(plan(change("aws_iam_role.r", before, added), rest))
    assert found.changes == (f"statement 2 is new: it allows sts:AssumeRole for {OTHER}",)


@pytest.mark.parametrize(
    ("before", "after", "blocks"),
    [
        ([statement(ROOT)], [statement("*")], True),
        ([statement("*", **under("StringEquals", "aws:PrincipalOrgID", "o-1"))], [statement("*")], True),
        ([statement("*"), statement(OTHER, "Deny")], [statement("*")], False),
        ([statement(ROOT)], [statement("*", **under("StringEquals", "sts:ExternalId", "x"))], False),
        ([statement(ROOT)], [statement("*", **under("StringEqualsIfExists", "sts:ExternalId", "x"))], True),
        ([statement(ROOT)], [statement("*", **under("ForAllValues:StringEquals", "aws:TagKeys", "x"))], True),
        ([statement(ROOT)], [statement("*", **under("StringNotEquals", "sts:ExternalId", "x"))], True),
        ([statement(ROOT)], [statement("*", **under("StringLike", "aws:PrincipalArn", "*"))], True),
        ([statement(ROOT)], [statement("*", **under("StringLike", "aws:PrincipalArn", "x", "*"))], True),
        ([statement(ROOT)], [statement("*", **under("StringLike", "sts:ExternalId", "x*"))], False),
        ([statement(ROOT)], [statement("*", **under("StringLike", "sts:ExternalId", "*~"))], False),
        (
            [statement(ROOT)],
            [
                statement("*", **under("StringEquals", "sts:ExternalId", "x")),
                statement("*", **under("StringEqualsIfExists", "aws:PrincipalTag/team", "x")),
            ],
            True,
        ),
        ([statement(ROOT)], [statement("*", **under("StringEquals", "sts:ExternalId", "*"))], False),
        ([statement(ROOT)], [statement(OTHER)], False),
    ],
)
def test_a_role_with_full_access_that_everyone_may_become(before: list[Any], after: list[Any], blocks: bool) -> None:
    """Whoever has credentials of AWS then has the access: that is a grant to everyone, and no way that may be used."""
    role = {"name": "r", "inline_policy": [{"name": "p", "policy": EVERYTHING}]}
    was, will = ({**role, "assume_role_policy": policy(*told)} for told in (before, after))
    (found,) = findings(plan(change("aws_iam_role.r", was, will)))
    assert (found.rule, found.blocks) == ("KMS006", blocks)


def block(label: str, **expressions: Any) -> dict[str, Any]:
    """A role in the configuration."""
    return {
        "address": f"aws_iam_role.{label}", "mode": "managed", "type": "aws_iam_role", "name": label,
        "provider_config_key": "aws", "expressions": expressions,
    }  # fmt: skip


def let_in_by_reference(folder: Path, attribute: str, principal: str) -> Finding:
    """What is found where the trust policy of a role with full access newly names, by this attribute, a role that is
    created under a name which AWS makes up."""
    before = policy({"Effect": "Allow", "Principal": EC2, "Action": "sts:AssumeRole"})
    (folder / "main.tf").write_text(
        f"""
        resource "aws_iam_role" "x" {{
          name_prefix        = "x-"
          assume_role_policy = jsonencode({before})
        }}
        resource "aws_iam_role" "full" {{
          name               = "full"
          assume_role_policy = jsonencode({{
            Version   = "2012-10-17"
            Statement = [{{ Effect = "Allow", Principal = {{ AWS = {principal} }}, Action = "sts:AssumeRole" }}]
          }})
        }}
        """
    )
    full = {"name": "full", "arn": f"arn:aws:iam::{ONE}:role/full", "path": "/"}
    created = {"name_prefix": "x-", "path": "/", "assume_role_policy": before}
    references = [f"aws_iam_role.x.{attribute}", "aws_iam_role.x"]
    blocks = [
        block("x", name_prefix={"constant_value": "x-"}, assume_role_policy={}),
        block("full", name={"constant_value": "full"}, assume_role_policy={"references": references}),
    ]
    raw = plan(
        change("aws_iam_role.full", {**full, "assume_role_policy": before}, full,
               change={"after_unknown": {"assume_role_policy": True}}),
        change("aws_iam_role.x", None, created, change={"after_unknown": {"name": True, "arn": True}}),
        inline(EVERYTHING, EVERYTHING, role="full"),
        configuration={"root_module": {"resources": blocks}},
    )  # fmt: skip
    (found,) = check(read(raw, "plan.json"), Options(source=(str(folder),))).findings
    return found


def test_a_role_whose_name_is_not_known_is_called_by_its_address(tmp_path: Path) -> None:
    """And not by what stands for its ARN, which stays in the fingerprint: a waiver may be bound to it."""
    found = let_in_by_reference(tmp_path, "arn", "aws_iam_role.x.arn")
    who = "role (aws_iam_role.x)"
    assert found.message == f"{who} can newly become role full, which has full KMS access (its trust policy)"
    assert (found.principals, found.named, found.kind) == ((who,), (who,), "role")
    assert found.fingerprint == "6c9463403eb5c83c8b524047552cf2bbdcca12e66e2f840c720b0cd1cd76cadc"


def test_a_session_of_such_a_role_is_called_by_its_arn(tmp_path: Path) -> None:
    """As any session is; it is of no kind that people call by its name."""
    session = f'"arn:aws:sts::{ONE}:assumed-role/${{aws_iam_role.x.name}}/me"'
    found = let_in_by_reference(tmp_path, "name", session)
    assert found.principals == (f"arn:aws:sts::{ONE}:assumed-role/(aws_iam_role.x)/me",)
    assert found.kind == ""


def test_a_role_of_an_account_that_is_not_known_is_called_in_words() -> None:
    """And not by an ARN with what stands for the account."""
    arn = "arn:aws:iam::(account of provider aws.b):role/app"
    caller = Caller(Class.NAMED, name("AWS", arn), "(account of provider aws.b)", text=arn)
    called = _called(LetIn(How.NAMED, caller))
    assert called == "role app of the account of provider aws.b"
    assert called.in_fingerprint == arn


def test_whoever_signs_in_is_called_so() -> None:
    """An identity provider is nobody; a waiver stays bound to its ARN."""
    provider = Caller(Class.NAMED, name("Federated", GITHUB["Federated"]), ONE, text=GITHUB["Federated"])
    called = _called(LetIn(How.NAMED, provider))
    assert (called, called.kind) == (f"whoever signs in with {GITHUB['Federated']}", "")
    assert called.in_fingerprint == GITHUB["Federated"]
