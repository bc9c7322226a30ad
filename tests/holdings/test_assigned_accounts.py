"""Customer-managed policies that a permission set names are those of the accounts in which it is assigned."""

from typing import Any

import pytest

from gate.check import Options, check
from gate.holdings.assigned_accounts import assigned_accounts
from gate.holdings.grouping import Grouping
from gate.holdings.principals import Principals
from gate.plan.model import read
from tests.helpers.plans import change, findings, plan
from tests.helpers.rooms import read_iam
from tests.holdings.test_identity_store import made
from tests.holdings.test_sessions import DENY, FULL, READ, assigned, assignment, same

OWN, OTHER = "111122223333", "999999999999"
OPS = {"name": "ops", "path": "/", "arn": f"arn:aws:iam::{OWN}:policy/ops", "policy": READ}
REFERENCE = {"customer_managed_policy_reference": [{"name": "ops", "path": "/"}]}
NAMED = {"permission_set_arn": "a", **REFERENCE}
BOUND = {"permission_set_arn": "a", "permissions_boundary": [REFERENCE]}
INLINE = {"permission_set_arn": "a", "inline_policy": FULL}
SET, POLICY = same("aws_ssoadmin_permission_set.a", {"arn": "a", "name": "a"}), same("aws_iam_policy.ops", OPS)
ATTACHMENT, BOUNDARY = (
    f"aws_ssoadmin_{kind}.x" for kind in ("customer_managed_policy_attachment", "permissions_boundary_attachment")
)
WRITTEN = "aws_ssoadmin_permission_set_inline_policy.i"
HIDDEN_TARGET = made(
    "aws_ssoadmin_account_assignment.new",
    {key: value for key, value in assigned("a", "u").items() if key != "target_id"},
    "target_id",
)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], False),
        ([assignment("a", "u", OWN)], False),
        ([assignment("a", "u", OTHER)], True),
        ([assignment("a", "u", OWN), assignment("a", "v", OTHER)], True),
        ([assignment("b", "u", OTHER)], False),
        ([HIDDEN_TARGET], True),
        ([change("aws_ssoadmin_account_assignment.gone", assigned("a", "u", OTHER), None)], True),
    ],
)
def test_a_policy_that_a_set_newly_names(given: list[dict[str, Any]], told: bool) -> None:
    """It may be another one in each account that is not proven to be the plan's own."""
    found = findings(plan(SET, POLICY, *given, change(ATTACHMENT, None, NAMED)))
    said = [str(one.message) for one in found]
    expected = "customer-managed policy /ops in other accounts, whose document gate can't see"
    assert [expected in one for one in said] == ([True] if told else [])
    assert {one.rule for one in found} == ({"KMS008"} if told else set())


@pytest.mark.parametrize(
    ("account", "rules"), [(OWN, set[str]()), (OTHER, {"KMS001"})], ids=["the plan's own", "another"]
)
def test_a_boundary_that_a_set_names(account: str, rules: set[str]) -> None:
    """In another account nobody knows what it leaves."""
    given = (SET, POLICY, assignment("a", "u", account))
    written = change(WRITTEN, None, INLINE)
    assert {one.rule for one in findings(plan(*given, same(BOUNDARY, BOUND), written))} == rules
    gone = findings(plan(*given, change(BOUNDARY, BOUND, None), same(WRITTEN, INLINE)))
    assert {one.rule for one in gone} == {"KMS001"}


def test_a_boundary_is_named_without_any_attachment() -> None:
    """It is looked up in each account all the same."""
    given = (SET, POLICY, change(WRITTEN, None, INLINE), same(BOUNDARY, BOUND))
    for account, count in ((OWN, 0), (OTHER, 1)):
        found = findings(plan(*given, assignment("a", "u", account)))
        assert len([one for one in found if one.rule == "KMS001"]) == count


@pytest.mark.parametrize("path", ["/", None, "/x/"])
def test_a_policy_that_is_made_in_the_account_of_the_assignment(path: str | None) -> None:
    """Is the one that is named, whatever its path, which is `/` where nothing says so."""
    folder = path or "/"
    values = {**OPS, "path": folder, "arn": None}
    block = {"name": "ops"} | ({"path": path} if path else {})
    named = {"permission_set_arn": "a", "customer_managed_policy_reference": [block]}
    own = same("aws_iam_role.r", {"name": "r", "arn": f"arn:aws:iam::{OWN}:role/r"})
    policy = change("aws_iam_policy.ops", None, values, change={"after_unknown": {"arn": True}})
    given = (SET, own, policy, assignment("a", "u", OWN), change(ATTACHMENT, None, named))
    assert findings(plan(*given)) == ()


def test_what_stays_as_it_is_says_nothing() -> None:
    """Nor does another member of the plan's own account."""
    given = (SET, POLICY, assignment("a", "u", OTHER), same(ATTACHMENT, NAMED), same(BOUNDARY, BOUND))
    other = change("aws_iam_role.x", None, {"name": "x"})
    assert findings(plan(*given, same(WRITTEN, INLINE), other)) == ()


def test_what_the_plan_does_to_its_own_policy_is_nothing_to_another_account() -> None:
    """There it is out of sight before and after; and one that goes is nobody's."""
    in_other = SET, assignment("a", "u", OTHER), same(ATTACHMENT, NAMED)
    assert findings(plan(*in_other, change("aws_iam_policy.ops", None, OPS))) == ()
    assert findings(plan(*in_other, change("aws_iam_policy.ops", OPS, None))) == ()
    in_own = SET, assignment("a", "u", OWN), same(ATTACHMENT, NAMED)
    assert findings(plan(*in_own, change("aws_iam_policy.ops", OPS, None))) == ()


def test_a_policy_that_no_account_of_the_plan_has_is_told_of_once() -> None:
    (found,) = findings(plan(SET, assignment("a", "u", OTHER), change(ATTACHMENT, None, NAMED)))
    says = "permission set a newly has customer-managed policy /ops, whose document gate can't see, and 1 other with it"
    assert str(found.message) == says


def test_a_policy_of_another_path_is_another_one() -> None:
    values = {**OPS, "path": "/x/", "arn": f"arn:aws:iam::{OTHER}:policy/x/ops"}
    sets = read(plan(SET, POLICY, assignment("a", "u", OTHER), change(ATTACHMENT, None, NAMED)), "sets.json")
    found = check([*sets, *read(plan(same("aws_iam_policy.ops", values)), "member.json")], Options(no_source=True))
    assert {one.rule for one in found.findings} == {"KMS008"}


def test_who_is_newly_assigned_in_another_account() -> None:
    """Has the policy of that account."""
    joins = change("aws_ssoadmin_account_assignment.new", None, assigned("a", "u", OTHER))
    (found,) = findings(plan(SET, POLICY, same(ATTACHMENT, NAMED), joins))
    assert (found.rule, found.address) == ("KMS008", "aws_ssoadmin_account_assignment.new")


@pytest.mark.parametrize(("number", "told"), [(OTHER, False), ("444455556666", True)])
def test_a_policy_that_another_plan_of_the_run_has(number: str, told: bool) -> None:
    """It is seen where its account is that of the assignment."""
    another = same("aws_iam_policy.ops", {**OPS, "arn": f"arn:aws:iam::{number}:policy/ops"})
    sets = read(plan(SET, assignment("a", "u", OTHER), change(ATTACHMENT, None, NAMED)), "sets.json")
    found = check([*sets, *read(plan(another), "member.json")], Options(no_source=True)).findings
    assert {one.rule for one in found} == ({"KMS008"} if told else set())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([assignment("a", "u"), same(ATTACHMENT, NAMED)], {"a": {OWN}}),
        ([assignment("a", "u"), assignment("a", "g", OTHER), same(BOUNDARY, BOUND)], {"a": {OWN, OTHER}}),
        ([HIDDEN_TARGET, same(ATTACHMENT, NAMED)], {"a": {""}}),
        ([same("aws_iam_user_group_membership.m", {"user": "u", "groups": ["a"]}), same(ATTACHMENT, NAMED)], {}),
    ],
)
def test_where_sets_are_assigned(changes: list[dict[str, Any]], expected: dict[str, set[str]]) -> None:
    """By set; nothing where nobody is assigned one."""
    iam = read_iam(plan(*changes))
    found = assigned_accounts(iam.resources, Principals(iam.resources, Grouping(iam.accounts)))
    assert {one.name: {*numbers} for one, numbers in found.items()} == expected


NAMESAKE = "customer-managed policy /ops, which may be another policy than the one that the plan makes"


def named_by(expression: dict[str, Any], address: str, **more: Any) -> dict[str, Any]:
    """A configuration that names the policy so."""
    said = {ATTACHMENT: {"customer_managed_policy_reference": [{"name": expression}]}}
    said[BOUNDARY] = {"permissions_boundary": [said[ATTACHMENT]]}
    addresses = ("aws_iam_policy.ops", "aws_ssoadmin_permission_set.a", WRITTEN, address)
    blocks = [
        {"address": one, "mode": "managed", "type": one.split(".")[0], "name": one.split(".")[1], "expressions": {}}
        for one in addresses
    ]
    blocks[-1] |= {"expressions": said[address], **more}
    return {"configuration": {"root_module": {"resources": blocks}}}


TEXT, REFERENCE_TO = {"constant_value": "ops"}, {"references": ["aws_iam_policy.ops.name", "aws_iam_policy.ops"]}
MADE = change("aws_iam_policy.ops", None, {**OPS, "arn": None})


@pytest.mark.parametrize(("expression", "rules"), [(TEXT, {"KMS001", "KMS008"}), (REFERENCE_TO, set[str]())])
def test_what_a_policy_denies_that_a_set_names(expression: dict[str, Any], rules: set[str]) -> None:
    """Stops nothing where it may be another one."""
    denies = change("aws_iam_policy.ops", None, {**OPS, "arn": None, "policy": DENY})
    given = SET, denies, change(ATTACHMENT, None, NAMED), change(WRITTEN, None, INLINE)
    assert {one.rule for one in findings(plan(*given, **named_by(expression, ATTACHMENT)))} == rules


@pytest.mark.parametrize(
    ("policy", "expression", "more", "told"),
    [
        (MADE, TEXT, {}, True),
        (MADE, TEXT, {"depends_on": ["aws_iam_policy.ops"]}, False),
        (MADE, REFERENCE_TO, {}, False),
        (POLICY, TEXT, {}, False),
    ],
)
def test_a_policy_that_the_plan_makes_and_a_set_names(
    policy: dict[str, Any], expression: dict[str, Any], more: dict[str, Any], told: bool
) -> None:
    """By a text, and does not wait for: there may be one of the name, which AWS then finds."""
    raw = plan(SET, policy, change(ATTACHMENT, None, NAMED), **named_by(expression, ATTACHMENT, **more))
    found = findings(raw)
    assert [(one.rule, NAMESAKE in str(one.message)) for one in found] == ([("KMS008", True)] if told else [])
    says = (
        (
            "write a reference to the `name` of the policy in place of the text: "
            "by the text, a policy of this name that is there already would be attached"
        ),
        "or, where the reference stands in a local, give the folder that the plan was made from with `--source FOLDER`",
    )
    assert all(one.remedy == says for one in found)


@pytest.mark.parametrize(("expression", "is_full"), [(TEXT, True), (REFERENCE_TO, False)])
def test_a_boundary_that_the_plan_makes_and_a_set_names(expression: dict[str, Any], is_full: bool) -> None:
    """By a text holds nothing back."""
    changes = (SET, MADE, change(BOUNDARY, None, BOUND), change(WRITTEN, None, INLINE))
    found = findings(plan(*changes, **named_by(expression, BOUNDARY)))
    assert ("KMS001" in {one.rule for one in found}) == is_full


def test_a_policy_of_the_same_name_and_another_path_is_not_the_one_that_is_named() -> None:
    made_elsewhere = change("aws_iam_policy.ops", None, {**OPS, "path": "/x/", "arn": None})
    raw = plan(SET, made_elsewhere, change(ATTACHMENT, None, NAMED), **named_by(TEXT, ATTACHMENT))
    assert [NAMESAKE in str(one.message) for one in findings(raw)] == [False]


@pytest.mark.parametrize(("before", "told"), [(None, True), (OPS, False)])
def test_a_policy_that_another_plan_makes_and_a_set_names(before: Any, told: bool) -> None:
    """Nothing waits for it there; what it bounds is not bounded."""
    other = read(plan(change("aws_iam_policy.ops", before, OPS)), "member.json")
    for changes, rules in (
        ((change(ATTACHMENT, None, NAMED),), {"KMS008"}),
        (
            (change(BOUNDARY, None, BOUND), change(WRITTEN, None, INLINE)),
            {"KMS001"},
        ),
    ):
        sets = read(plan(SET, *changes), "sets.json")
        found = check([*sets, *other], Options(no_source=True)).findings
        assert {one.rule for one in found} == (rules if told else set())
