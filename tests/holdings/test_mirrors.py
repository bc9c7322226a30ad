"""Which entries of a role only show what separate resources manage, before the change and after it."""

from typing import Any

import pytest

from gate.holdings.grouping import Grouping
from gate.holdings.mirrors import Entry, Mirrors
from gate.holdings.principals import Principals
from tests.helpers.inventories import S3, arn, same
from tests.helpers.plans import change, inline, plan
from tests.helpers.rooms import read_iam

SHOWN = {"name": "app", "inline_policy": [{"name": "p", "policy": S3}]}
EMPTY = {"name": "app", "inline_policy": []}
HIDDEN = {"after_unknown": {"inline_policy": True}}
STAYS = same("aws_iam_role.app", SHOWN)
ANEW = {"actions": ["delete", "create"]}


def covered(role: dict[str, Any], *separate: dict[str, Any], name: str = "p", blocks: Any = None) -> list[bool]:
    """Whether the entry of that name is a mirror before the change, and whether it is one after it."""
    expressions = {} if blocks is None else {"inline_policy": blocks}
    block = {"address": "aws_iam_role.app", "mode": "managed", "type": "aws_iam_role", "name": "app"}
    root = {"resources": [{**block, "expressions": expressions}]}
    iam = read_iam(plan(role, *separate, configuration={"root_module": root}))
    principals = Principals(iam.resources, Grouping(iam.accounts))
    mirrors = Mirrors(iam.resources, principals)
    [own] = [one for one in iam.resources if one.address == "aws_iam_role.app"]
    principal = principals.principal_at("aws_iam_role.app", after=True)
    assert principal is not None
    at = ("inline_policy[].policy", f'inline_policy["{name}"].policy', S3)
    return [mirrors.covers(principal, name, own, Entry(*at, after)) for after in (False, True)]


@pytest.mark.parametrize(
    ("separate", "expected"),
    [
        ([], [False, False]),
        ([inline(S3, S3)], [True, True]),
        ([inline(S3, None)], [True, True]),
        ([inline(None, S3)], [False, True]),  # what comes to a separate resource was the role's own before
        ([inline(None, S3), inline(S3, None)], [True, True]),
        ([inline(S3, S3, "q")], [False, False]),
        ([inline(S3, S3, role="other")], [False, False]),
    ],
)
def test_a_role_that_stays_shows_what_a_separate_resource_has(separate: list[Any], expected: list[bool]) -> None:
    assert covered(STAYS, *separate) == expected


@pytest.mark.parametrize(
    ("role", "blocks", "expected"),
    [
        (change("aws_iam_role.app", EMPTY, SHOWN), None, [False, False]),
        (change("aws_iam_role.app", SHOWN, EMPTY), None, [False, False]),
        (change("aws_iam_role.app", SHOWN, None), None, [True, True]),
        (change("aws_iam_role.app", None, SHOWN), None, [False, False]),
        (change("aws_iam_role.app", None, {"name": "app"}, change=HIDDEN), None, [False, False]),
        (change("aws_iam_role.app", SHOWN, {"name": "app"}, change=HIDDEN), None, [True, True]),
        (change("aws_iam_role.app", SHOWN, {"name": "app"}, change=HIDDEN), [{"name": {}}], [True, False]),
        (same("aws_iam_role.app", SHOWN, change=ANEW), None, [True, False]),  # it writes the policy itself
    ],
)
def test_what_the_role_writes_itself_is_no_mirror(role: dict[str, Any], blocks: Any, expected: list[bool]) -> None:
    assert covered(role, inline(S3, S3), blocks=blocks) == expected


def test_a_policy_of_which_no_name_is_known_has_no_mirror() -> None:
    """Two of which that is so are not the same one."""
    hidden = change(
        "aws_iam_role_policy.p", None, {"role": "app", "policy": S3}, change={"after_unknown": {"name": True}}
    )
    assert covered(STAYS, hidden, name="") == [False, False]


def test_what_is_no_arn_owns_nothing() -> None:
    strange = same(
        "aws_iam_role_policy_attachments_exclusive.x", {"role_name": "app", "policy_arns": [{"a": arn("p")}]}
    )
    assert covered(STAYS, strange) == [False, False]
