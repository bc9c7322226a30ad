"""What a resource is before and after the change."""

import json
from typing import Any

import pytest

from gate.errors import GateError
from gate.plan.before_after import ManagedResource, changed_resources, managed_resources
from gate.plan.model import read
from gate.plan.shapes import UNKNOWN
from gate.text.sensitive import Sensitive
from tests.helpers.plans import change, inline, plan


def test_a_change_without_an_address_is_refused() -> None:
    """Nobody could be told where it is, and nothing tells two of them apart."""
    document = json.loads(plan(inline(None, "")))
    del document["resource_changes"][0]["address"]
    (found,) = read(json.dumps(document).encode(), "p")
    with pytest.raises(GateError, match="a resource change of aws_iam_role_policy has no address"):
        managed_resources(found, ["aws_iam_role_policy"])


def test_what_changes_is_what_is_managed_and_does_not_stay_as_it_is() -> None:
    """A data source is read and an update may update nothing; what does nothing is not even looked at."""
    (found,) = read(
        plan(
            inline("", "", "stays"),
            inline("", "{}", "changes"),
            inline(None, "", "comes"),
            inline("", "", "is-touched") | {"change": {"actions": ["update"], "before": {}, "after": {}}},
            change("aws_iam_role_policy.read", None, {"policy": ""}, mode="data", change={"actions": ["read"]}),
            change("aws_iam_role.other", None, {"name": "other"}),
        ),
        "p",
    )
    assert [one.name for one in changed_resources(found, ["aws_iam_role_policy"])] == ["changes", "comes"]
    assert [one.name for one in found.acting] == ["changes", "comes", "is-touched", "read", "other"]


ROLE, WAS, WILL = "aws_iam_role.r", {"name": "r", "path": "/a/"}, {"name": "r", "path": "/b/"}


def only(
    *actions: str, before: Any = WAS, after: Any = WILL, stays: tuple[str, ...] = (), **more: Any
) -> ManagedResource:
    """The one resource of a plan that does this to it."""
    raw = plan(change(ROLE, before, after, change={"actions": list(actions), **more}))
    (found,) = managed_resources(read(raw, "p")[0], ["aws_iam_role"], stays=stays)
    return found


@pytest.mark.parametrize(
    ("actions", "after", "acts", "created", "created_first", "deleted", "values"),
    [
        (["no-op"], WAS, False, False, False, False, (WAS,)),
        (["read"], WAS, False, False, False, False, (WAS,)),
        (["update"], WILL, True, False, False, False, (WILL,)),
        (["create"], WILL, True, True, False, False, (WILL,)),
        (["delete"], None, True, False, False, True, ()),
        (["delete"], WILL, True, False, False, True, ()),
        (["delete", "create"], WILL, True, True, False, True, (WILL,)),
        (["create", "delete"], WILL, True, True, True, True, (WILL,)),
        (["forget"], None, True, False, False, False, (WAS,)),
        (["create", "forget"], WILL, True, True, False, False, (WILL, WAS)),
        (["forget", "create"], WILL, True, True, False, False, (WILL, WAS)),
    ],
)
def test_what_actions_mean(
    actions: Any, after: Any, acts: bool, created: bool, created_first: bool, deleted: bool, values: Any
) -> None:
    """What is let go of stays in the account, and so is what holds beside what is made."""
    found = only(*actions, after=after)
    assert (found.acts, found.created, found.created_first, found.deleted) == (acts, created, created_first, deleted)
    assert found.values_after == values
    assert found.undecided is None
    assert found.stays is (actions in (["no-op"], ["read"]))


def test_what_stays() -> None:
    """What is there, is as it was, and nothing is done to."""
    assert not only("update", after=WAS).stays
    assert not only("no-op", before=None, after=None).stays
    assert only("create", before=None, after=None, after_unknown=True).after is UNKNOWN
    raw = plan(change(ROLE, WAS, WAS), resource_drift=[change(ROLE, WILL, WAS)])
    (found,) = managed_resources(read(raw, "p")[0], ["aws_iam_role"], baseline="state")
    assert (found.before, found.stays, found.acts) == (WILL, False, False)


def test_an_action_that_nobody_knows() -> None:
    """Decides nothing."""
    found = only("update", "invent")
    assert found.undecided is not None
    assert (found.acts, found.undecided.detail) == (True, "invent")


def test_what_a_type_leaves_behind() -> None:
    """Where its destruction undoes nothing; an update of it is an update."""
    assert only("delete", after=None, stays=("aws_iam_role",)).values_after == (WAS,)
    assert only("delete", "create", stays=("aws_iam_role",)).values_after == (WILL, WAS)
    assert only("update", stays=("aws_iam_role",)).kept is None
    assert only("delete", after=None, stays=("aws_iam_user",)).kept is None


def test_what_is_sensitive_is_marked() -> None:
    """On each side by its own marks, and then nothing is told to be the same."""
    for marks in ({"before_sensitive": {"path": True}}, {"after_sensitive": {"path": True}}):
        found = only("no-op", after=WAS, **marks)
        assert not found.stays
        side, other = (found.before, found.after) if "before_sensitive" in marks else (found.after, found.before)
        assert isinstance(side["path"], Sensitive)
        assert not isinstance(other["path"], Sensitive)
        assert not isinstance(side["name"], Sensitive)
        assert isinstance(found.refreshed["path"], Sensitive) is ("before_sensitive" in marks)
    assert only("no-op", after=WAS, before_sensitive={"path": False}, after_sensitive={"tags": {}}).stays


@pytest.mark.parametrize("values", [[], "x", 1, True])
def test_values_that_are_no_object_are_refused(values: Any) -> None:
    """Before or after."""
    for sides in ({"before": values}, {"after": values}, {"before": values, "after": values}):
        with pytest.raises(GateError, match="its values are not an object"):
            only("update", **sides)


def test_what_was_last_applied() -> None:
    """Is what the drift had before; what somebody deleted by hand is only there."""
    drift = [
        change(ROLE, {"name": "r", "path": "/applied/"}, WAS),
        change("aws_iam_role.gone", {"name": "gone"}, None),
        change("aws_iam_user.gone", {"name": "gone"}, None),
        {**change("aws_iam_role.x", {"name": "x"}, None), "address": ""},
        change("aws_iam_user.kept", {"name": "y"}, {"name": "z"}),
    ]
    raw = plan(change(ROLE, WAS, WILL), change("aws_iam_user.kept", {"name": "z"}, {"name": "z"}), resource_drift=drift)
    document = read(raw, "p")[0]

    def told(baseline: Any) -> list[tuple[str, Any, Any]]:
        found = managed_resources(document, ["aws_iam_role"], baseline=baseline)
        return [(one.address, one.before, one.after) for one in found]

    assert told("refreshed") == [(ROLE, WAS, WILL)]
    assert told("state") == [
        (ROLE, {"name": "r", "path": "/applied/"}, WILL),
        ("aws_iam_role.gone", {"name": "gone"}, None),
    ]


def test_what_is_deferred() -> None:
    """Is undecided; a data source is none of it, and what would not change is no change."""
    entries = [
        change(ROLE, WAS, WILL),
        change("aws_iam_role.same", WAS, WAS),
        change("aws_iam_role.data", None, WILL, mode="data"),
        change("aws_iam_user.u", None, {"name": "u"}),
    ]
    deferred = [{"reason": "unknown", "resource_change": entry} for entry in entries]
    document = read(plan(deferred_changes=deferred), "p")[0]
    found = managed_resources(document, ["aws_iam_role"])
    assert [(one.address, one.stays, one.undecided is not None) for one in found] == [
        (ROLE, False, True),
        ("aws_iam_role.same", False, True),
    ]
    assert [one.address for one in changed_resources(document, ["aws_iam_role"])] == [ROLE]


@pytest.mark.parametrize(
    ("mode", "type_", "is_there", "is_refused"),
    [
        ("managed", "aws_iam_role", False, True),
        ("managed", "aws_iam_role", True, False),
        ("data", "aws_iam_role", False, False),
        ("managed", "aws_iam_user", False, False),
    ],
)
def test_what_is_new_and_has_no_change(mode: str, type_: str, is_there: bool, is_refused: bool) -> None:
    """Somebody took it out of the plan."""
    listed = [{"address": f"{type_}.r", "mode": mode, "type": type_, "name": "r", "values": {}}]
    values = {"root_module": {"resources": listed}}
    more = {"prior_state": {"values": values}} if is_there else {}
    document = read(plan(planned_values=values, **more), "p")[0]
    if is_refused:
        with pytest.raises(GateError, match=r"p: `planned_values` has aws_iam_role.r, which is new, and no change"):
            managed_resources(document, ["aws_iam_role"])
    else:
        managed_resources(document, ["aws_iam_role"])
