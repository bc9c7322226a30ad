"""Which actions a condition held back, and which keys of conditions no longer have to hold."""

from typing import Any

import pytest

from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.holdings.principal import Principal
from gate.iam.kms import kms
from gate.iam.policy import parse
from gate.new_access.causes import Cause, Lost
from gate.new_access.grants import Grant
from gate.new_access.released import allowed_at_all, denied_no_more, held_back, lost_conditions
from gate.unknown import Unresolved
from tests.helpers.plans import policy, statement

KMS = kms()
DECRYPT = 1 << KMS.actions.index("Decrypt")
TEAM = {"StringEquals": {"aws:PrincipalTag/Team": "a"}}
ALLOW, DENY = statement("kms:Decrypt"), statement("kms:Decrypt", effect="Deny")


def under(effect: str = "Allow", **conditions: Any) -> dict[str, Any]:
    return statement("kms:Decrypt", effect=effect, Condition=conditions)


def test_what_an_allow_gives_and_a_deny_that_goes_took() -> None:
    """What nobody knows gives nothing for certain; a Deny that only moves within its document does not go."""
    unknown = {"Statement": [statement(Unresolved()), under(**TEAM)]}
    assert allowed_at_all([parse(unknown), parse(policy(DENY))], KMS) == DECRYPT
    both, moved = parse(policy(ALLOW, DENY)), parse(policy(DENY, ALLOW))
    assert denied_no_more([both], [moved], KMS) == 0
    assert denied_no_more([both], [parse(policy(ALLOW, under("Deny", **TEAM)))], KMS) == DECRYPT
    assert denied_no_more([both, parse(policy(under("Deny", **TEAM)))], [moved], KMS) == DECRYPT


@pytest.mark.parametrize(
    ("before", "held"),
    [
        ([ALLOW], False),
        ([], False),
        ([under(**TEAM)], True),
        ([ALLOW, under("Deny", **TEAM)], True),
        ([under("Deny", **TEAM)], False),  # nothing allows it
        ([under(**TEAM), DENY], False),  # nothing can come of it
        ([under(**TEAM), statement("kms:Decrypt", "arn:aws:kms:*:*:key/a", "Deny")], True),
        ([statement("kms:Encrypt", Condition=TEAM)], False),
        ([ALLOW, statement("kms:Decrypt", "arn:aws:kms:*:*:key/a", "Deny")], False),
    ],
)
def test_what_a_condition_holds_back(before: list[dict[str, Any]], held: bool) -> None:
    """An Allow under a condition, or an Allow with a Deny under one; not what is never allowed."""
    assert bool(held_back([parse(policy(*before))], KMS) & DECRYPT) is held


def test_what_is_not_known_is_not_held_back() -> None:
    """An action that may be any is allowed by nothing that is certain."""
    open_ = statement(Unresolved(("var.action",)), Condition=TEAM)
    assert held_back([parse({"Statement": [open_]})], KMS) == 0


def test_an_action_without_a_resource_is_not_held_back() -> None:
    """Which keys there are, for instance, anybody may list."""
    assert KMS.names(held_back([parse(policy(statement("kms:ListKeys", Condition=TEAM)))], KMS)) == ()


def lost(
    before: list[dict[str, Any]], after: dict[str, Any], why: Lost | None = None, *, beside: tuple[Any, ...] = ()
) -> tuple[str, ...]:
    document = Document(Place("aws_iam_role_policy.p", "policy"), policy(*beside, after))
    holder = Holder(Principal("role", "1", "app"), "role app", (), (HeldDocument(document),))
    sources = tuple((document, each) for each in parse(policy(*beside, after)).statements)
    grant = Grant(holder, Cause(document.place, sources, why), (), (), DECRYPT, None)
    return lost_conditions(grant, [parse(policy(*before))], DECRYPT, KMS)


@pytest.mark.parametrize(
    ("after", "gone"),
    [
        (ALLOW, ("aws:PrincipalTag/Team",)),
        (under(**TEAM), ()),
        (under(StringLike={"aws:principaltag/team": "b*"}), ()),  # another value is still asked for
        (under(StringLike={"aws:PrincipalTag/Team": "*"}), ("aws:PrincipalTag/Team",)),  # any will do
        (under(StringLike={"aws:PrincipalTag/Team": ["b", "*"]}), ("aws:PrincipalTag/Team",)),
        (under(StringEqualsIfExists={"aws:PrincipalTag/Team": "a"}), ("aws:PrincipalTag/Team",)),
        (under(Null={"aws:PrincipalTag/Team": "false"}), ("aws:PrincipalTag/Team",)),
        (under(**{"ForAllValues:StringEquals": {"aws:PrincipalTag/Team": "a"}}), ("aws:PrincipalTag/Team",)),
        (under(Bool={"aws:MultiFactorAuthPresent": "true"}), ("aws:PrincipalTag/Team",)),
    ],
)
def test_a_key_is_lost_where_it_may_be_anything(after: dict[str, Any], gone: tuple[str, ...]) -> None:
    """By its name in any case, as the former policy spells it."""
    assert lost([under(**TEAM)], after) == gone


def test_only_statements_that_allow_the_actions_count() -> None:
    """Neither former ones of other actions or of Denies, nor new ones of other actions."""
    elsewhere = statement("kms:Decrypt", "arn:aws:kms:*:*:key/a", "Deny")
    assert lost([statement("kms:Encrypt"), elsewhere, under(**TEAM)], ALLOW) == ("aws:PrincipalTag/Team",)
    assert lost([under(**TEAM)], under(**TEAM), beside=(statement("kms:Encrypt"),)) == ()


def test_a_key_is_told_whole() -> None:
    """A tag may have spaces in its name."""
    named = under(StringEquals={"aws:PrincipalTag/My Team": "a"})
    assert lost([named], ALLOW) == ("aws:PrincipalTag/My Team",)


def test_nothing_is_lost_where_one_statement_asked_for_nothing() -> None:
    """A former Allow without a condition allowed it already, as far as conditions go."""
    assert lost([under(**TEAM), ALLOW], ALLOW) == ()


def test_of_a_deny_all_its_conditions_are_lost() -> None:
    """Where a Deny no longer stops it, what the Deny asked for is what is gone."""
    assert lost([ALLOW, under("Deny", **TEAM)], ALLOW, Lost.DENY) == ("aws:PrincipalTag/Team",)
    assert lost([under(**TEAM), DENY], ALLOW, Lost.DENY) == ()
