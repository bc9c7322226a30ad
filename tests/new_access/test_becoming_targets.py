"""On which ARNs the ways to become another principal are asked for."""

import pytest
from msgspec.structs import replace

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.identities import Identity
from gate.holdings.inventory import HeldDocument, Link, Manner
from gate.holdings.principal import Principal
from gate.iam.patterns import FRESH, glob
from gate.iam.service import FRESH_ID
from gate.iam.ways import PROVIDERS
from gate.new_access.becoming_targets import Target, arns_of, key_of, keys_of, surroundings, targets

ONE, TWO = "111122223333", "444455556666"
APP = Identity("role", ONE, ONE, "aws", "aws_iam_role.app", ("app", "old"), "/team/", "arn:(app)")
ADMIN = Identity("role", ONE, "", "aws-cn", "aws_iam_role.admin", ("admin",), "/", "arn:(admin)")
TEAM = Identity("group", ONE, ONE, "aws", "aws_iam_group.team", ("team",), "/", "arn:(team)")
FORMER = f"arn:aws:iam::{ONE}:policy/was"
READ = Identity("policy", ONE, ONE, "aws", "aws_iam_policy.read", ("read",), "/", "arn:(read)", former_arn=FORMER)
PLACE = Place("aws_iam_group_policy.p", "policy")
OF_TEAM = HeldDocument(Document(PLACE, "{}"))
GROUP = Holder(Principal("group", ONE, "team"), "group team", (), (OF_TEAM,))


def holder(*after: HeldDocument, account: str = ONE, name: str = "app") -> Holder:
    """A role with these documents."""
    return Holder(Principal("role", account, name), "role app", (), after)


def told(one: Holder, *patterns: str, full: tuple[tuple[Identity, str], ...] = ()) -> list[Target]:
    """Its targets, in a plan with two roles, a group and a policy."""
    around = surroundings([APP, ADMIN, TEAM, READ], full, {key_of(GROUP): GROUP, ("role", ONE, "app"): one})
    return list(targets(one, around, [glob(pattern) for pattern in patterns]))


def of_any(*accounts: str, partition: str = "aws") -> list[Target]:
    """The targets that stand for any principal of some accounts."""
    kinds = ("role", "user", "group", "policy", "saml-provider")
    return [
        Target(kind, f"arn:{partition}:iam::{account}:{kind}/{FRESH_ID}", "") for account in accounts for kind in kinds
    ]


OWN = [
    Target("role", arn, "", is_own=True)
    for arn in (f"arn:aws:iam::{ONE}:role/team/app", f"arn:aws:iam::{ONE}:role/team/old")
]


def test_any_principal_and_oneself() -> None:
    """Of the own account, by every name; in each partition that a policy names."""
    assert told(holder()) == [*of_any(ONE), *OWN]
    china = told(holder(), "arn:aws-cn:iam::*:role/x")
    assert china == [*of_any(ONE, partition="aws-cn"), *of_any(ONE), *OWN]
    assert told(holder(name="other")) == of_any(ONE)
    both = [*of_any(ONE), *of_any(ONE, partition="aws-cn")]
    assert told(holder(name="admin"), f"arn:aws:iam::{TWO}:role/x")[: len(both)] == both


def test_the_text_that_stands_for_an_arn_is_one_where_it_is_named() -> None:
    """Or where no other is known: no Deny of roles by their ARNs would meet it."""
    stand_in = Target("role", "arn:(app)", "", is_own=True)
    assert told(holder(), "arn:(app)") == [*of_any(ONE), *OWN, stand_in]
    assert told(holder(), "arn:*:role/*", "arn:(admin)")[-2:] == OWN
    nameless = replace(APP, names=())
    one = holder(name=f"({APP.address})")
    around = surroundings([nameless], (), {})
    assert list(targets(one, around, [])) == [*of_any(ONE), stand_in]
    named = ("arn:(team)", f"arn:*:iam::{ONE}:role/admin", f"arn:*:iam::{ONE}:group/team")
    full = told(holder(), *named, full=((ADMIN, "role admin"), (TEAM, "group team")))
    assert [target.arn for target in full if target.whom] == [
        f"arn:aws-cn:iam::{ONE}:role/admin", f"arn:aws:iam::{ONE}:group/team", "arn:(team)"
    ]  # fmt: skip


def test_the_arns_of_a_managed_policy_at_an_address() -> None:
    """Its own account's where that is known, else its holder's; of nothing else that is at an address."""
    unplaced = replace(READ, address="aws_iam_policy.new", number="", former_arn="")
    around = surroundings([APP, replace(ADMIN, names=("other",)), READ, unplaced], (), {})
    assert arns_of("arn:aws:iam::aws:policy/X", holder(), around) == ["arn:aws:iam::aws:policy/X"]
    assert arns_of("aws_iam_policy.read", holder(name="nobody"), around) == [*READ.arns(ONE)]
    assert arns_of("aws_iam_policy.new", holder(), around) == [*unplaced.arns(ONE)]
    assert arns_of("aws_iam_policy.new", holder(name="other"), around) == []
    assert arns_of("aws_iam_policy.new", holder(name="nobody"), around) == []
    assert arns_of("aws_iam_role.app", holder(), around) == []
    assert arns_of("aws_iam_policy.none", holder(), around) == []


@pytest.mark.parametrize(
    ("pattern", "arns"),
    [
        ("arn:aws:iam::*:role/*", []),  # as all others
        ("arn:*:iam::*:role/*", []),
        ("arn:aws:iam::*:role/named", ["named"]),
        ("arn:aws:iam::*:role/name?", ["named"]),
        (f"arn:aws:iam::{ONE}:role/named", ["named"]),
        ("arn:aws:iam::*:role/admi?", ["admin"]),
        ("arn:aws:iam::111122223333:role/?????", ["admin", "named"]),
    ],
)
def test_who_has_full_access_is_one_of_all_where_no_pattern_tells_it(pattern: str, arns: list[str]) -> None:
    """By each of its names."""
    two = replace(ADMIN, number=ONE, partition="aws", names=("admin", "named"))
    found = [target.arn for target in told(holder(), pattern, full=((two, "role admin"),)) if target.whom]
    assert found == [f"arn:aws:iam::{ONE}:role/{each}" for each in arns]


def test_an_account_that_is_not_known_may_be_any_that_is_named() -> None:
    """Those of the policies, those with a wildcard left out, and one that no policy names."""
    one = holder(account="a", name="other")
    named = [f"arn:aws:iam::{TWO}:role/*", f"arn:aws:iam::{ONE}:user/x", "arn:aws:iam::1*:role/x",
             "arn:aws:iam::1?:role/x", "arn:aws:iam:::role/x", "arn:aws:iam::aws:policy/x", "*"]  # fmt: skip
    assert told(one, *named)[:15] == of_any(ONE, TWO, FRESH)
    assert told(one) == of_any(FRESH)


def test_who_has_full_access_is_a_target_of_its_own() -> None:
    """With its label; a role with its trust policy. Where its account is not known, it may be the holder's."""
    named = (f"arn:*:iam::{ONE}:role/admin", f"arn:*:iam::{ONE}:group/team")
    found = told(holder(), *named, full=((ADMIN, "role admin"), (TEAM, "group team")))
    assert [target for target in found if target.whom] == [
        Target("role", f"arn:aws-cn:iam::{ONE}:role/admin", "role admin", role=ADMIN),
        Target("group", f"arn:aws:iam::{ONE}:group/team", "group team"),
    ]


@pytest.mark.parametrize(
    ("patterns", "is_told"),
    [
        ((), False),
        (("*",), False),
        ((f"arn:aws:iam::{ONE}:group/*", f"arn:aws:iam::{TWO}:*"), False),
        ((f"arn:aws:iam::{ONE}:group/t*",), True),
        ((f"arn:aws:iam::{ONE}:group/team",), True),
        ((f"arn:aws:iam::{ONE}:group/was",), True),
    ],
)
def test_whom_no_pattern_tells_from_any_is_one_of_these(patterns: tuple[str, ...], is_told: bool) -> None:
    """Neither by the ARN that it has nor by the one that it had; in another account it is told by that."""
    team = replace(TEAM, former_arn=f"arn:aws:iam::{ONE}:group/was")
    found = told(holder(), *patterns, full=((team, "group team"),))
    assert [target.whom for target in found if target.whom] == (["group team"] if is_told else [])
    of_two = told(holder(account=TWO, name="other"), *patterns, full=((team, "group team"),))
    assert any(target.whom for target in of_two) is (is_told or len(patterns) > 1)


def test_an_identity_provider_that_such_a_role_trusts_is_a_target() -> None:
    """Once, with the label of the first role; none of another account, and nothing that is no provider in IAM."""
    saml = f"arn:aws:iam::{ONE}:saml-provider/x"
    oidc = f"arn:aws:iam::{ONE}:oidc-provider/id.example.com:8443/id/x"
    elsewhere = saml.replace(ONE, TWO)
    trusting = [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole*",
            "Principal": {"Federated": [saml, elsewhere, "www.amazon.com"]},
        },
        {"Effect": "Allow", "Action": "sts:AssumeRole*", "Principal": {"Federated": oidc}},
    ]
    admin = replace(ADMIN, trust_after=Document(PLACE, {"Version": "2012-10-17", "Statement": trusting}))
    twice = ((admin, "role admin"), (replace(admin, names=("b",)), "role b"))
    found = [target for target in told(holder(), full=twice) if target.kind in PROVIDERS and target.whom]
    assert found == [Target("oidc-provider", oidc, "role admin"), Target("saml-provider", saml, "role admin")]
    assert {target.reached for target in found} == {"role"}
    anywhere = told(holder(account="a", name="other"), full=twice)
    assert [target.arn for target in anywhere if target.kind.endswith("provider") and target.whom] == [
        oidc,
        saml,
        elsewhere,
    ]


def test_what_somebody_has_is_its_own() -> None:
    """The managed policies that are attached to it, and the groups that it is a member of; no other role's."""
    attached = HeldDocument(Document(Place(READ.address, "policy"), "{}"), (Link(PLACE, manner=Manner.BY_ARN),))
    other = HeldDocument(Document(Place(ADMIN.address, "policy"), "{}"), (Link(PLACE, manner=Manner.BY_ARN),))
    own_policy = HeldDocument(Document(Place(READ.address, "policy"), "{}"))
    member = replace(OF_TEAM, links=(Link(PLACE),))
    policy = [
        Target("policy", f"arn:aws:iam::{ONE}:policy/read", "", is_own=True, former_arn=FORMER),
    ]
    group = [
        Target("group", f"arn:aws:iam::{ONE}:group/team", "", is_own=True),
    ]
    assert told(holder(attached, other)) == [*of_any(ONE), *OWN, *policy]
    assert told(holder(own_policy)) == [*of_any(ONE), *OWN]
    assert told(holder(member)) == [*of_any(ONE), *OWN, *group]
    assert told(holder(OF_TEAM)) == [*of_any(ONE), *OWN]
    elsewhere = HeldDocument(Document(Place("aws_iam_group_policy.q", "policy"), "{}"), (Link(PLACE),))
    assert told(holder(elsewhere)) == [*of_any(ONE), *OWN]
    assert told(replace(GROUP, after=(member,))) == [*of_any(ONE), *group]


def test_what_an_identity_is_found_by() -> None:
    """Each of its names, and its address; of two with one name the first is it."""
    keys = [("role", ONE, "app"), ("role", ONE, "old"), ("role", ONE, "(aws_iam_role.app)")]
    assert list(keys_of(APP)) == keys
    again = replace(APP, address="aws_iam_role.again")
    assert surroundings([APP, again], (), {}).by_key[keys[0]] is APP


def test_the_permissions_boundary_is_a_target() -> None:
    """That of the holder, if it is a policy of the plan."""
    place = Place("aws_iam_role.app", "permissions_boundary")
    bounding = Boundary(Document(Place(READ.address, "policy"), "{}"), place)
    own = replace(holder(), boundary_after=bounding)
    bound = Target("policy", f"arn:aws:iam::{ONE}:policy/read", "", is_own=True, bounds="role", former_arn=FORMER)
    assert told(own) == [*of_any(ONE), *OWN, bound]
    assert bound.reached == "role"
    arn = Place("arn:aws:iam::aws:policy/ReadOnlyAccess", "")
    assert told(replace(own, boundary_after=replace(bounding, document=Document(arn, "{}")))) == [*of_any(ONE), *OWN]
