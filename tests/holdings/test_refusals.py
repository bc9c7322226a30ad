"""Accounts that are not one since AWS would refuse a second principal of one name, and what may be one all the same."""

from typing import Any

import pytest

from gate.holdings.refusals import is_refused
from tests.helpers.plans import change, findings, plan, policy, statement
from tests.helpers.rooms import read_iam
from tests.holdings.test_accounts import DOUBT, NOTHING, ONE, READ, REST, configured, inline, refers, unchanged

APP = {"name": "app", "inline_policy": [], "managed_policy_arns": []}
OLD = {**APP, "name": "old"}
LIVES = unchanged("aws_iam_role.a", APP)
MADE = change("aws_iam_role.b", None, APP)
AGAIN = {"change": {"actions": ["delete", "create"]}}
FORGOTTEN = {"change": {"actions": ["forget", "create"]}}
LEFT = {**change("aws_iam_role.a", APP, None, change={"actions": ["forget"]}), "deposed": "1"}
POLICY = policy(statement("kms:DescribeKey"))
UNKNOWN = {"change": {"after_unknown": {"name": True}}}
NO_NAME = {name: value for name, value in APP.items() if name != "name"}
HALF = change("aws_iam_role_policy.a", None, inline("read", READ))
REST_OF_IT = change("aws_iam_role_policy.b", None, inline("rest", REST))


FOLLOWING = ("aws_iam_role_policy", "aws_iam_role_policy_attachment")
OWN_POLICY = f"arn:aws:iam::{ONE}:policy/p"


def read(*resources: dict[str, Any], follow: str = "b") -> bytes:
    """A plan in which each resource is under the provider of its name's first letter, and the policies of the accounts
    in `follow` refer to the role there; nobody knows which accounts are one."""
    keyed = [(one, f"aws.{one['name'][0]}") for one in resources]
    blocks = {f"aws.{key}": {"name": "aws", "alias": key, "expressions": refers(f"var.{key}")} for key in "abc"}
    configuration = configured(keyed, blocks)
    for block in configuration["root_module"]["resources"]:
        if block["type"] in FOLLOWING and block["name"] in follow:
            block["expressions"] = {"role": {"references": [f"aws_iam_role.{block['name']}.name"]}}
    return plan(*resources, configuration=configuration)


def test_what_is_no_name_is_nobodys() -> None:
    """A plan may have been tampered with: it gets a verdict all the same."""
    was_a_list = change("aws_iam_role.a", {**APP, "name": [[]]}, APP)
    assert findings(read(was_a_list, MADE, HALF, REST_OF_IT))


def told(*resources: dict[str, Any], follow: str = "b") -> list[str]:
    """The rules that block."""
    return sorted({one.rule for one in findings(read(*resources, follow=follow)) if one.blocks})


@pytest.mark.parametrize(
    ("case", "lives", "made", "expected"),
    [
        ("it stays", LIVES, MADE, NOTHING),
        ("it is deleted", change("aws_iam_role.a", APP, None), MADE, DOUBT),
        ("it is replaced", change("aws_iam_role.a", APP, APP, **AGAIN), MADE, DOUBT),
        ("it is what a failed apply left", {**change("aws_iam_role.a", APP, None), "deposed": "1"}, MADE, DOUBT),
        ("it is forgotten and made again", change("aws_iam_role.a", APP, APP, **FORGOTTEN), MADE, DOUBT),
        ("what a failed apply left is forgotten", LEFT, MADE, DOUBT),
        ("it gets the name", change("aws_iam_role.a", OLD, APP), MADE, DOUBT),
        ("it loses the name", change("aws_iam_role.a", APP, OLD), MADE, DOUBT),
        ("it has another name", unchanged("aws_iam_role.a", OLD), MADE, DOUBT),
        ("the other one is replaced", LIVES, change("aws_iam_role.b", APP, APP, **AGAIN), DOUBT),
        ("the other one stays, too", LIVES, unchanged("aws_iam_role.b", APP), DOUBT),
        ("the other name is not known", LIVES, change("aws_iam_role.b", None, NO_NAME, **UNKNOWN), DOUBT),
    ],
)
def test_a_name_that_is_taken(case: str, lives: Any, made: Any, expected: list[str]) -> None:
    """Only a role that is there all the time, under the name, keeps another one from being created."""
    assert told(lives, made, HALF, REST_OF_IT) == expected, case


def test_two_names_that_are_not_known_are_not_one() -> None:
    """Each may be any: AWS refuses neither for certain."""
    both = [change(f"aws_iam_role.{key}", None, NO_NAME, **UNKNOWN) for key in "ab"]
    assert told(*both, HALF, REST_OF_IT, follow="ab") == DOUBT


@pytest.mark.parametrize(
    ("case", "more", "follow", "expected"),
    [
        ("the policy names the role by a text", [], "", DOUBT),
        ("a policy of nobody", [change("aws_iam_policy.b", None, {"name": "p", "policy": READ})], "b", NOTHING),
        (
            "a policy that attaches itself",
            [change("awscc_iam_managed_policy.b", None, {"policy_document": READ, "roles": ["app"]})],
            "b",
            DOUBT,
        ),
        (
            "an attachment by a text",
            [change("aws_iam_role_policy_attachment.b_text", None, {"role": "app", "policy_arn": "x"})],
            "b",
            DOUBT,
        ),
        (
            "a policy by a text that was there",
            [unchanged("aws_iam_role_policy.b_text", inline("x", POLICY))],
            "b",
            NOTHING,
        ),
        (
            "a policy that the role is given",
            [
                change("aws_iam_policy.b", None, {"name": "p", "path": "/", "arn": OWN_POLICY, "policy": POLICY}),
                change("aws_iam_role_policy_attachment.b", None, {"role": "app", "policy_arn": OWN_POLICY}),
            ],
            "b",
            NOTHING,
        ),
        ("another role", [change("aws_iam_role.b2", None, {**APP, "name": "other"})], "b", NOTHING),
    ],
)
def test_what_comes_about_without_the_role(case: str, more: list[Any], follow: str, expected: list[str]) -> None:
    """A text is written to the role that is there: then the accounts may be one. A policy alone does nothing."""
    assert told(LIVES, MADE, HALF, REST_OF_IT, *more, follow=follow) == expected, case


def test_one_of_three_accounts_in_which_the_name_is_taken() -> None:
    """A third account that says nothing of it changes nothing."""
    third = change("aws_iam_role_policy.c", None, inline("more", POLICY))
    assert told(LIVES, MADE, HALF, REST_OF_IT, third) == NOTHING


@pytest.mark.parametrize(
    ("resources", "refused"),
    [
        ([LIVES, MADE, REST_OF_IT], True),
        ([LIVES, MADE, REST_OF_IT, change("aws_iam_role.b2", None, {**APP, "name": "other"})], False),
        ([LIVES, unchanged("aws_iam_role.b", OLD), change("aws_iam_role.c", None, {**APP, "name": "new"})], False),
        ([change(f"aws_iam_role.{key}", None, NO_NAME, **UNKNOWN) for key in "ab"], False),
    ],
)
def test_which_accounts_are_not_one(resources: list[dict[str, Any]], refused: bool) -> None:
    """Where in one of them nothing would come about: not where another role is made, nothing is done in two of three,
    or two names are not known."""
    iam = read_iam(read(*resources))
    accounts = frozenset(iam.accounts.account_id(one) for one in iam.resources)
    assert is_refused(accounts, iam.resources, iam) is refused
