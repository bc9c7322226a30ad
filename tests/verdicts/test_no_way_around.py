"""Nothing that leaves a name out, spreads a grant or hides it behind a trivial Deny gets past."""

from itertools import combinations, cycle

import pytest

from gate.iam.kms import kms
from tests.helpers.plans import blocked, findings, inline, plan, policy, statement

pytestmark = pytest.mark.slow

NAMES = kms().names(kms().all_actions())
SENSITIVE = kms().names(kms().sensitive)
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
NO_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
TRIVIAL = {
    "none": [],
    "tag": [statement("kms:TagResource", effect="Deny")],
    "elsewhere": [statement("kms:ListKeys", "arn:aws:s3:::x", "Deny")],
    "one-key": [statement("kms:Decrypt", KEY, "Deny")],
    "all-on-one-key": [statement("kms:*", KEY, "Deny")],
    "conditional": [statement("kms:*", effect="Deny", Condition=NO_MFA)],
}


def test_the_catalogue_is_the_one_the_cases_were_made_for() -> None:
    """58 actions, 14 of them sensitive."""
    assert (len(NAMES), len(SENSITIVE)) == (58, 14)


LEFT_OUT = {
    **{(name,): tuple(TRIVIAL) for name in NAMES},
    # which Deny stands beside has nothing to do with which two names are left out: each pair has one of them
    **dict(zip(combinations(SENSITIVE, 2), cycle(("none", other) for other in TRIVIAL if other != "none"))),
}


@pytest.mark.parametrize(("left_out", "denies"), LEFT_OUT.items(), ids=map("+".join, LEFT_OUT))
def test_leaving_names_out_is_no_way_around(left_out: tuple[str, ...], denies: tuple[str, ...]) -> None:
    """Every action alone and every pair of sensitive ones, by list or NotAction, with a trivial Deny or without: each
    is the policy of a role of its own."""
    grants = {
        "list": statement([name for name in NAMES if name not in left_out]),
        "NotAction": statement(NotAction=[*left_out, "s3:*"]),
    }
    roles = {
        f"{spelling}-{name}": policy(grant, *TRIVIAL[name]) for spelling, grant in grants.items() for name in denies
    }
    found = findings(plan(*(inline(None, document, role, role) for role, document in roles.items())))
    told = {(f.rule, f.address, *f.principals) for f in found if f.blocks}
    assert told == {("KMS001", f"aws_iam_role_policy.{role}", f"role {role}") for role in roles}


@pytest.mark.parametrize(
    "action", ["kms:*", "KMS:*", "kms:**", "kms:?*", "*", "**", "*:*", "k*:*", "km?:*", "Kms:[D-P]*"[:3] + ":*"]
)
def test_every_spelling_of_everything_blocks(action: str) -> None:
    """Case and wildcards do not matter."""
    assert blocked((None, policy(statement(action)))) == ["KMS001"]


@pytest.mark.parametrize(
    "action", ["kms:Decrypt", "s3:*", " kms:*", "kms:[a-z]*", "kms", "kmsx:*", "kms:", "", "k*s3:*"]
)
def test_what_grants_no_full_access_passes(action: str) -> None:
    """IAM has no character classes, white space never matches, and other services are none of ours."""
    assert blocked((None, policy(statement(action)))) == []


@pytest.mark.parametrize(
    ("resource", "rule"),
    [
        ("*", "KMS001"),
        ("**", "KMS001"),
        ("arn:*", "KMS001"),
        ("arn:aws:kms:*", "KMS001"),
        ("arn:aws:kms:*:*:*", "KMS001"),
        ("arn:aws:kms:*:*:key/*", "KMS001"),
        ("arn:aws:kms:*:*:k*", "KMS001"),
        ("arn:aws:kms:eu-west-1:*:key/*", "KMS001"),
        ("arn:aws:kms:*:111122223333:key/*", "KMS001"),
        ("arn:aws:kms:*:*:key/????????-????-????-????-????????????", "KMS001"),
        ("arn:aws:kms", "KMS001"),
        ("arn:aws-cn:kms:*:*:key/*", "KMS001"),
        ("arn:aws:kms:*:*:${aws:PrincipalTag/scope}", "KMS001"),
        (KEY, "KMS002"),
        ("arn:aws:kms:*:*:key/mrk-*", "KMS002"),
        ("arn:aws:kms:*:*:key/${aws:PrincipalTag/key}", "KMS002"),
        ("arn:aws:kms:eu-west-1:111122223333:alias/app", None),
        ("arn:aws:s3:::*", None),
        ("key/*", None),
    ],
)
def test_how_wide_a_grant_is(resource: str, rule: str | None) -> None:
    """Every key, or every key of one account or region, is KMS001; what names keys is KMS002; no key is nothing."""
    assert blocked((None, policy(statement("kms:*", resource)))) == ([rule] if rule else [])


def test_a_resource_left_out_is_no_way_around() -> None:
    """NotResource with one key is every other key."""
    assert blocked((None, policy(statement("kms:*", NotResource=[KEY])))) == ["KMS001"]


def test_spreading_over_statements_and_documents_is_no_way_around() -> None:
    """Twenty-six letter globs, and two policies of one role, add up."""
    letters = [statement(f"kms:{letter}*") for letter in "abcdefghijklmnopqrstuvwxyz"]
    assert blocked((None, policy(*letters))) == ["KMS001"]
    halves = (None, policy(statement("kms:[a"), statement(["kms:D*", "kms:C*"]))), (None, policy(statement("kms:S*")))
    assert blocked(*halves) == ["KMS001"]


def test_two_steps_are_no_way_around() -> None:
    """The step that completes what an earlier change began blocks."""
    first = policy(statement(["kms:Decrypt", "kms:CreateGrant"]))
    second = policy(statement(["kms:Decrypt", "kms:CreateGrant", "kms:ScheduleKeyDeletion"]))
    assert blocked((None, first)) == []
    assert blocked((first, second)) == ["KMS001"]


def test_a_complete_deny_leaves_nothing_new() -> None:
    """What is denied altogether is not granted."""
    assert blocked((None, policy(statement("kms:*"), statement("kms:*", effect="Deny")))) == []
    assert blocked((None, policy(statement("kms:*"), statement(NotAction="s3:*", effect="Deny")))) == []


def test_a_deny_that_goes_blocks_and_one_that_stays_passes() -> None:
    """Removing a Deny, conditional or not, opens access; keeping it opens none."""
    allow = statement("kms:*")
    for deny in (statement("kms:*", effect="Deny"), statement("kms:*", effect="Deny", Condition=NO_MFA)):
        assert blocked((policy(allow, deny), policy(allow))) == ["KMS001"]
        assert blocked((policy(allow, deny), policy(deny, allow))) == []
        assert blocked((policy(allow), None), (None, policy(allow, deny))) == []


@pytest.mark.parametrize("short", ["arn:aws", "arn:aws:kms", "arn:aws:kms:eu-west-1"])
def test_a_short_arn_is_completed_in_every_statement(short: str) -> None:
    """A Deny of all but a short ARN denies no key of it, and a Deny of a short ARN that goes opens its keys."""
    allow = statement("kms:*")
    assert blocked((None, policy(allow, statement("*", None, "Deny", NotResource=short)))) == ["KMS001"]
    deny = statement("kms:*", short, "Deny")
    assert blocked((policy(allow, deny), policy(allow))) == ["KMS001"]
    assert blocked((policy(allow, deny), policy(deny, allow))) == []
    assert blocked((policy(allow, deny), policy(allow, statement("kms:*", f"{short}:*", "Deny")))) == []


def test_a_trivial_deny_that_goes_passes() -> None:
    """An action that is not sensitive adds nothing to what was full before."""
    deny = statement(["kms:TagResource", "kms:ListKeys"], effect="Deny")
    assert blocked((policy(statement("kms:*"), deny), policy(statement("kms:*")))) == []


def test_a_guarded_administrator_that_gains_an_unguarded_listing_passes() -> None:
    """Under the guard nothing is new, and without it the access is not full."""
    guarded = statement("kms:*", Condition=MFA)
    assert blocked((policy(guarded), policy(guarded, statement(["kms:List*", "kms:Describe*"])))) == []


@pytest.mark.parametrize(
    ("before", "after", "blocks"),
    [
        (MFA, None, True),
        (None, MFA, False),
        (MFA, {"Bool": {"aws:multifactorauthpresent": [True]}}, False),
        ({"StringEquals": {"kms:ViaService": ["a", "b"]}}, {"StringEquals": {"kms:ViaService": "a"}}, False),
        ({"StringEquals": {"kms:ViaService": "a"}}, {"StringEquals": {"kms:ViaService": ["a", "b"]}}, True),
        ({"StringNotEquals": {"kms:ViaService": "a"}}, {"StringNotEquals": {"kms:ViaService": ["a", "b"]}}, False),
        ({"StringNotEquals": {"kms:ViaService": ["a", "b"]}}, {"StringNotEquals": {"kms:ViaService": "a"}}, True),
        (MFA, {**MFA, "StringEquals": {"kms:ViaService": "a"}}, False),
        ({**MFA, "StringEquals": {"kms:ViaService": "a"}}, MFA, True),
        ({}, {}, False),
    ],
)
def test_conditions_are_guards(before: object, after: object, blocks: bool) -> None:
    """Dropping or loosening a condition opens access, adding or tightening one opens none."""
    was = statement("kms:*", **({"Condition": before} if before is not None else {}))
    will = statement("kms:*", **({"Condition": after} if after is not None else {}))
    assert blocked((policy(was), policy(will))) == (["KMS001"] if blocks else [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (statement(["kms:*"]), statement("KMS:*", "*", Sid="x")),
        (statement("kms:*"), statement("*")),
        (statement("*"), statement("kms:*")),
        (statement(list(NAMES)), statement("kms:*")),
        (statement("kms:*"), statement(list(NAMES))),
        (statement("kms:*", ["*", KEY]), statement("kms:*")),
    ],
)
def test_rewording_passes(before: object, after: object) -> None:
    """The same access in other words is no change."""
    assert blocked((policy(before), policy(after))) == []


def test_narrowing_passes_and_widening_blocks() -> None:
    """From every key to one is less, from one to every key is more."""
    assert blocked((policy(statement("kms:*")), policy(statement("kms:*", KEY)))) == []
    assert blocked((policy(statement("kms:*", KEY)), policy(statement("kms:*")))) == ["KMS001"]


def test_the_version_decides_on_variables() -> None:
    """Without Version 2012-10-17 a `${...}` is literal text, which no key's ARN has."""
    grant = statement("kms:*", "arn:aws:kms:*:*:${aws:PrincipalTag/scope}")
    assert blocked((None, policy(grant, version=None))) == []
    assert blocked((None, policy(grant, version="2008-10-17"))) == []
    assert blocked((None, policy(grant))) == ["KMS001"]


@pytest.mark.parametrize("beside", [{"StringLike": "arn:*"}, {"BoolIfExists": "true"}, {"NumericNotEquals": "5"}])
def test_an_arn_in_another_case_is_another_one(beside: dict[str, str]) -> None:
    """A role `App` meets both conditions, whatever else the policy compares its ARN with."""
    own, key = "arn:aws:iam::111122223333:role/app", "aws:PrincipalArn"
    asked = {"ArnNotEquals": {key: own}, "StringEqualsIgnoreCase": {key: own}}
    listing = statement("kms:List*", Condition={operator: {key: value} for operator, value in beside.items()})
    assert blocked((None, policy(statement("kms:*", Condition=asked), listing))) == ["KMS001"]


def test_conditions_that_no_other_needs_are_decided() -> None:
    """However many conditions there are: each alone is enough, so none has to be combined with another."""
    grants = [statement("kms:*", Condition={"StringEquals": {f"aws:PrincipalTag/{i}": "x"}}) for i in range(40)]
    assert blocked((None, policy(*grants))) == ["KMS001"]
    assert blocked((policy(*grants), policy(*grants[1:]))) == []
    services = [statement("kms:*", Condition={"StringEquals": {"kms:ViaService": f"s{i}"}}) for i in range(40)]
    assert blocked((None, policy(*services))) == ["KMS001"]
    keys = [f"arn:aws:kms:eu-west-1:111122223333:key/{i}" for i in range(12)]
    tagged = [statement("kms:*", key, Condition={"StringEquals": {"aws:ResourceTag/a": key}}) for key in keys]
    assert blocked((None, policy(*tagged))) == ["KMS002"]


def test_too_many_conditions_are_undetermined_not_passed() -> None:
    """Conditions that have to be combined in more ways than the work allows end in KMS009."""
    actions = [name for name in kms().names((1 << len(kms().actions)) - 1) if "KeyStore" not in name][:30]
    grants = [
        statement(action, Condition={"StringEquals": {f"aws:PrincipalTag/{action[4:]}": "x"}}) for action in actions
    ]
    assert blocked((None, policy(*grants))) == ["KMS009"]


def test_conditional_grants_beside_an_administrator_are_no_work() -> None:
    """What is allowed without a condition anyway makes no combinations, however many conditions there are."""
    admin = statement("*")
    more = [statement("kms:*", Condition={"StringEquals": {f"aws:PrincipalTag/{i}": "x"}}) for i in range(30)]
    assert blocked((policy(admin), policy(admin, *more))) == []
    assert blocked((None, policy(admin, *more))) == ["KMS001"]


def test_an_intricate_policy_is_undetermined_not_passed() -> None:
    """A policy that exhausts the work budget ends in KMS009."""
    infixes = [f"arn:aws:kms:*:*:key/*{letter}*{other}*" for letter in "abcdef" for other in "ghij"]
    holes = statement("kms:*", infixes, effect="Deny")
    assert blocked((None, policy(statement("kms:*", infixes), holes))) == ["KMS009"]
