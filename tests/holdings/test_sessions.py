"""IAM Identity Center: each permission set is a session of its own in each account, directly or over a group."""

from collections.abc import Sequence
from typing import Any

import pytest

from gate.holdings.documents import Place
from gate.holdings.inventory import Inventory, Link
from gate.holdings.principal import Principal
from gate.holdings.resource_types import ASSIGNEE, PERMISSION_SET
from gate.holdings.sessions import give_sessions
from gate.report import Finding
from tests.helpers.plans import change, findings, plan, policy, statement

FULL, DENY, READ = (
    policy(statement("kms:*")),
    policy(statement("kms:*", effect="Deny")),
    policy(statement("s3:GetObject")),
)
HALVES = (
    policy(statement(["kms:Decrypt", "kms:ReEncrypt*", "kms:Generate*", "kms:Encrypt", "kms:Describe*"])),
    policy(
        statement(["kms:P*", "kms:C*", "kms:S*", "kms:Dis*", "kms:Del*", "kms:En*", "kms:I*", "kms:Rev*", "kms:Ret*"])
    ),
)
BLOCKS, NOTHING = {"KMS001"}, set[str]()
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def same(address: str, values: Any) -> dict[str, Any]:
    return change(address, values, values)


def set_of(name: str, document: str) -> dict[str, Any]:
    """The inline policy of a permission set."""
    return same(
        f"aws_ssoadmin_permission_set_inline_policy.{name}", {"permission_set_arn": name, "inline_policy": document}
    )


def assigned(name: str, who: str, account: str = "111122223333") -> dict[str, Any]:
    """The values of an assignment; who begins with `g` is a group."""
    kind = "GROUP" if who.startswith("g") else "USER"
    return {"permission_set_arn": name, "principal_id": who, "principal_type": kind, "target_id": account}


def assignment(name: str, who: str, account: str = "111122223333") -> dict[str, Any]:
    """An assignment that stays."""
    return same(f"aws_ssoadmin_account_assignment.{name}_{who}_{account}", assigned(name, who, account))


def joins(group: str, *, left: bool = False) -> dict[str, Any]:
    """Somebody joins a group, or leaves it."""
    values = {"group_id": group, "member_id": "u"}
    sides = (values, None) if left else (None, values)
    return change(f"aws_identitystore_group_membership.{group}", *sides)


def member(group: str) -> dict[str, Any]:
    return same(f"aws_identitystore_group_membership.{group}", {"group_id": group, "member_id": "u"})


def blocking(*changes: dict[str, Any]) -> set[str]:
    return {finding.rule for finding in findings(plan(*changes)) if finding.blocks}


IN_A, IN_OTHER = assignment("a", "g1"), assignment("a", "g2", "444455556666")
BOUND = {"permission_set_arn": "a", "permissions_boundary": [{"managed_policy_arn": READ_ONLY}]}
BOUNDED = "aws_ssoadmin_permissions_boundary_attachment.a"
DIRECT = "aws_ssoadmin_account_assignment.direct"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            [set_of("a", FULL), set_of("b", DENY), IN_A, assignment("b", "g1"), joins("g1")], BLOCKS, id="other denies"
        ),
        pytest.param(
            [set_of("a", HALVES[0]), set_of("b", HALVES[1]), IN_A, assignment("b", "g1"), joins("g1")],
            NOTHING,
            id="halves",
        ),
        pytest.param([set_of("a", FULL), IN_A, IN_OTHER, member("g1"), joins("g2")], BLOCKS, id="another account"),
        pytest.param(
            [set_of("a", FULL), IN_A, assignment("a", "g2"), member("g1"), joins("g2")], NOTHING, id="the same again"
        ),
        pytest.param(
            [set_of("a", FULL), IN_A, assignment("a", "g2"), joins("g1", left=True), joins("g2")], NOTHING, id="moves"
        ),
        pytest.param([set_of("a", FULL), IN_A, joins("G1")], BLOCKS, id="an id in upper case"),
        pytest.param(
            [set_of("a", FULL), IN_A, joins("g1", left=True), joins("G1")], NOTHING, id="only spelled otherwise"
        ),
        pytest.param([set_of("a", FULL), same(BOUNDED, BOUND), IN_A, joins("g1")], NOTHING, id="bounded"),
        pytest.param([set_of("a", FULL), change(BOUNDED, BOUND, None), IN_A, member("g1")], BLOCKS, id="unbounded"),
        pytest.param(
            [set_of("a", FULL), same(BOUNDED, BOUND), IN_A, assignment("a", "u"), member("g1")], NOTHING, id="both ways"
        ),
        pytest.param(
            [set_of("a", FULL), IN_A, change(DIRECT, assigned("a", "u"), None), joins("g1")], NOTHING, id="into a group"
        ),
        pytest.param(
            [set_of("a", FULL), IN_A, change(DIRECT, None, assigned("a", "u")), joins("g1", left=True)],
            NOTHING,
            id="out of a group",
        ),
        pytest.param(
            [set_of("a", FULL), IN_OTHER, change(DIRECT, assigned("a", "u"), None), joins("g2")],
            BLOCKS,
            id="into a group of another account",
        ),
        pytest.param(
            [set_of("a", FULL), set_of("b", READ), assignment("b", "g1"), change(DIRECT, None, assigned("a", "u"))],
            BLOCKS,
            id="beside a group",
        ),
    ],
)
def test_a_session_for_each_set_in_each_account(changes: list[dict[str, Any]], expected: set[str]) -> None:
    """Neither does one hold back what another gives, nor do two make a whole; and it is one whichever way it comes."""
    assert blocking(*changes) == expected


def test_who_gets_a_session_over_a_group_is_called_as_who_is_assigned() -> None:
    """By the account and the set; the place is the membership."""
    [found] = [one for one in findings(plan(set_of("a", FULL), IN_A, joins("g1"))) if one.blocks]
    assert (found.address, found.principals) == (
        "aws_identitystore_group_membership.g1",
        ("user u in account 111122223333 (permission set a)",),
    )


OF_SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
NUMBERS = ("allowed_account_ids", ["111122223333"]), ("allowed_account_ids", ["444455556666"])
UNPROVEN = ("profile", "a"), ("profile", "b")
STAND_IN = NUMBERS[0], ("custom_ca_bundle", "x.pem")


def under(*placed: tuple[dict[str, Any], str], says: tuple[tuple[str, Any], ...] = NUMBERS) -> set[str]:
    """What blocks where the changes are so."""
    return {one.rule for one in found_under(placed, says) if one.blocks}


def found_under(
    placed: Sequence[tuple[dict[str, Any], str]], says: tuple[tuple[str, Any], ...] = NUMBERS
) -> tuple[Finding, ...]:
    """What is found where each change is under the provider `aws.a` or `aws.b`, which say this of their accounts."""
    source = "registry.terraform.io/hashicorp/aws"
    providers = {
        f"aws.{key}": {
            "name": "aws",
            "full_name": source,
            "alias": key,
            "expressions": {name: {"constant_value": value}},
        }
        for key, (name, value) in zip("ab", says, strict=True)
    }
    blocks = [
        {**{name: one[name] for name in ("address", "mode", "type", "name")}, "provider_config_key": f"aws.{key}"}
        for one, key in placed
    ]
    configuration = {"provider_config": providers, "root_module": {"resources": blocks}}
    return findings(plan(*(one for one, _ in placed), configuration=configuration))


INLINE, BOUND_TO = "aws_ssoadmin_permission_set_inline_policy.x", {**BOUND, "permission_set_arn": OF_SET}
IN_SET = same("aws_ssoadmin_permission_set_inline_policy.a", {"permission_set_arn": OF_SET, "inline_policy": FULL})
ALL = same("aws_ssoadmin_managed_policy_attachment.a", {
    "permission_set_arn": OF_SET, "managed_policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess",
})  # fmt: skip
DENIED, ALLOWED = ({"permission_set_arn": OF_SET, "inline_policy": text} for text in (DENY, READ))
WIDER = {**BOUND_TO, "permissions_boundary": [{"managed_policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}
USER = assigned(OF_SET, "u")


@pytest.mark.parametrize("says", [NUMBERS, UNPROVEN])
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(ALL, change(INLINE, DENIED, ALLOWED), BLOCKS, id="the Deny goes"),
        pytest.param(IN_SET, change(BOUNDED, BOUND_TO, WIDER), BLOCKS, id="the boundary is widened"),
        pytest.param(IN_SET, change(DIRECT, None, USER), BLOCKS, id="assigned"),
        pytest.param(ALL, change(INLINE, ALLOWED, {**ALLOWED, "inline_policy": FULL}), NOTHING, id="had all"),
    ],
)
def test_a_set_is_one_whichever_account_calls_it(first: Any, second: Any, expected: set[str], says: Any) -> None:
    """The management account and a delegated administrator look after the same sets and groups; where it is not proven
    which is which, it blocks all the same."""
    found = under((first, "a"), (second, "b"), says=says)
    assert found == expected if says is NUMBERS else bool(found) is bool(expected)


@pytest.mark.parametrize(("of_set", "of_assignment"), ["ab", "ba"])
def test_a_set_that_another_account_manages_is_shown(of_set: str, of_assignment: str) -> None:
    """Nothing that it gives is out of sight."""
    values = {"arn": OF_SET, "name": "readers"}
    shown = same("aws_ssoadmin_permission_set.x", values), same(INLINE, ALLOWED)
    placed = [(one, of_set) for one in shown]
    assert found_under([*placed, (change(DIRECT, None, USER), of_assignment)]) == ()


@pytest.mark.parametrize("group", ["g1", "G1"])
def test_a_group_is_one_whichever_account_calls_it(group: str) -> None:
    """However its id is spelled."""
    assigned_to_it = change("aws_ssoadmin_account_assignment.g", *[assigned("a", "g1")] * 2)
    assert under((set_of("a", FULL), "a"), (assigned_to_it, "a"), (joins(group), "b")) == BLOCKS


def test_what_somebody_else_answers_is_no_set_of_the_organization() -> None:
    """A Deny that goes where AWS is not called has held nothing back."""
    denied = change(INLINE, None, DENIED)
    granted = change("aws_ssoadmin_managed_policy_attachment.n", None, ALL["change"]["after"])
    assert under((granted, "a"), (denied, "b")) == NOTHING
    assert under((granted, "a"), (denied, "b"), says=STAND_IN) == {"KMS009"}


def test_what_happens_to_a_set_is_told_of_the_set_and_of_the_group() -> None:
    """And not of each member in each account: whose sessions stay is nobody new."""
    widened = change(
        INLINE, {"permission_set_arn": "a", "inline_policy": READ}, {"permission_set_arn": "a", "inline_policy": FULL}
    )
    [found] = [one for one in findings(plan(widened, IN_A, member("g1"))) if one.blocks]
    assert found.principals == ("group g1 in account 111122223333 (permission set a)", "permission set a")


def assignee(name: str, *scope: str) -> Principal:
    return Principal(ASSIGNEE, "1", name, scope)


IN_STORE = "identity store user", ""  # as a membership names somebody
SET = Principal(PERMISSION_SET, "1", "g")  # called like the group
TEAM, TEAM_IN_A, ANN_IN_A = assignee("g", *IN_STORE), assignee("g", "group", "9", "a"), assignee("u", "user", "9", "a")
ANN = assignee("u", *IN_STORE)


def link(name: str) -> Link:
    return Link(Place(name, ""))


def side(*, is_direct: bool = False) -> Inventory:
    """Ann is in a group, which is assigned a set twice, and may be assigned the set herself."""
    inventory = Inventory()
    inventory.containers[ANN] = [(SET, link("own")), (TEAM, link("membership"))]
    inventory.containers[TEAM_IN_A] = [(SET, link("assignment")), (SET, link("twin"))]
    inventory.containers[Principal("user", "1", "g")] = [(Principal("group", "1", "g"), link("in IAM"))]
    inventory.documents |= {assignee("g"): [], TEAM: []}
    if is_direct:
        inventory.containers[ANN_IN_A] = [(SET, link("direct"))]
    return inventory


@pytest.mark.parametrize(
    ("acting", "was_direct", "is_direct", "is_given"),
    [
        ("", False, False, False),
        ("membership", False, False, True),
        ("assignment", False, False, True),
        ("twin", False, False, True),
        ("direct", True, False, True),
        ("direct", False, True, True),
        ("in IAM", False, False, False),
        ("own", False, False, False),
        ("", True, True, False),
    ],
)
def test_which_sessions_are_looked_at(acting: str, was_direct: bool, is_direct: bool, is_given: bool) -> None:
    """Those that something gives or takes, on both sides; memberships of the store are no more, others stay."""
    sides = side(is_direct=was_direct), side(is_direct=is_direct)
    give_sessions(*sides, lambda place: place.address == acting)
    for inventory, direct in zip(sides, (was_direct, is_direct), strict=True):
        over_group = [(TEAM_IN_A, link("membership"))] if is_given else []
        given = [*([(SET, link("direct"))] if direct else []), *over_group]
        assert inventory.containers.get(ANN_IN_A, []) == given
        assert inventory.containers[ANN] == [(SET, link("own"))]
        assert len(inventory.containers) == 3 + bool(given)
