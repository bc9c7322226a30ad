"""The resource that a Cloud Control resource is, and why it can't be seen."""

import json
from typing import Any

import pytest

from gate.holdings.cloud_control import cloud_control, properties_in
from gate.holdings.template_resources import Asked
from gate.holdings.template_types import CLOUD_CONTROL
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.model import read
from gate.plan.references import References
from gate.source import Encoded
from gate.templates.unreadable import UnreadableTemplate, WhyUnread
from gate.text.sensitive import Sensitive
from gate.unknown import OneOf, Template, Unresolved, Value
from tests.helpers.plans import change, plan
from tests.helpers.told import Told

ADDRESS = f"{CLOUD_CONTROL}.c"
ROLE = "AWS::IAM::Role"
HOLE = Unresolved(("var.x",))
NAMED = {"RoleName": "r"}
ITSELF = f"({ADDRESS}.desired_state)"


def state(properties: Any, kind: Any = ROLE) -> dict[str, Any]:
    return {"type_name": kind, "desired_state": json.dumps(properties)}


def made(
    before: Any, after: Any, told: Value = None, **of_change: Any
) -> tuple[list[ManagedResource], WhyUnread | None]:
    """The resource, and why it can't be seen; `told` is what the source says of its desired state."""
    document = read(plan(change(ADDRESS, before, after, change=of_change)), "plan.json")[0]
    (stack,) = managed_resources(document, (CLOUD_CONTROL,))
    answers = Told(document, {} if told is None else {f"{ADDRESS}.desired_state": told})
    found, unread = cloud_control(stack, Asked(References(document), answers))
    return [one.resource for one in found], unread and unread.why


@pytest.mark.parametrize(
    ("after", "unknown", "told", "name", "why"),
    [
        (state(NAMED), {}, None, "r", None),
        (state({}), {}, None, ITSELF, None),
        (state({"Path": "/", **NAMED}), {}, None, "r", None),
        (state({"Path": "/"}), {}, None, ITSELF, None),
        (state(NAMED, "AWS::S3::Bucket"), {}, None, None, None),
        (state(NAMED, "AWS::CloudFormation::Stack"), {}, None, None, WhyUnread.TYPE_DESCRIBED_ELSEWHERE),
        (state(NAMED, None), {}, None, None, WhyUnread.UNKNOWN_TYPE),
        (state(NAMED), {"type_name": True}, None, None, WhyUnread.UNKNOWN_TYPE),
        (state([]), {}, None, None, WhyUnread.UNKNOWN_BODY),
        ({"type_name": ROLE}, {}, None, None, WhyUnread.UNKNOWN_BODY),
        ({"type_name": ROLE}, {}, json.dumps(NAMED), None, WhyUnread.UNKNOWN_BODY),  # known, and none
        ({"type_name": ROLE}, {"desired_state": True}, None, None, WhyUnread.UNKNOWN_BODY),
        ({"type_name": ROLE}, {"desired_state": True}, HOLE, None, WhyUnread.UNKNOWN_BODY),
        ({"type_name": ROLE}, {"desired_state": True}, OneOf(("{}", "[]")), None, WhyUnread.UNKNOWN_BODY),
        ({"type_name": ROLE}, {"desired_state": True}, json.dumps(NAMED), "r", None),
        ({"type_name": ROLE}, {"desired_state": True}, Encoded(NAMED), "r", None),
        ({"type_name": ROLE}, {"desired_state": True}, Encoded({"RoleName": HOLE}), ITSELF, None),
        ({"type_name": ROLE}, {"desired_state": True}, Encoded({"RoleName": HOLE, "Path": "/"}), ITSELF, None),
    ],
)
def test_what_it_is(after: Any, unknown: Any, told: Value, name: str | None, why: WhyUnread | None) -> None:
    """By its type, and by its desired state in the plan, else in the source."""
    found, unread = made(None, after, told, after_unknown=unknown)
    names = [one.after["role_name"] for one in found]
    assert (names, unread) == ([] if name is None else [name], why)


def test_what_it_was() -> None:
    """What can't be read was none before; after the change it is what it was."""
    (one,), why = made(state(NAMED), state({"RoleName": "s"}))
    assert (one.before["role_name"], one.after["role_name"], why) == ("r", "s", None)
    for before in ({"type_name": ROLE}, state([])):
        (one,), why = made(before, state(NAMED))
        assert (one.before, one.after["role_name"], why) == (None, "r", None)
    (one,), why = made(state(NAMED), {"type_name": ROLE}, after_unknown={"desired_state": True})
    assert (one.before, why) == (one.after, WhyUnread.UNKNOWN_BODY)
    assert made(state({}, "AWS::CloudFormation::Stack"), None) == ([], None)


@pytest.mark.parametrize(("actions", "stays"), [(["delete"], False), (["forget"], True)])
def test_one_that_goes(actions: list[str], stays: bool) -> None:
    """Is kept where the plan only forgets it."""
    (one,), _ = made(state(NAMED), None, actions=actions)
    assert (one.kept is not None) == stays


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"desired_state": True}, True),
        ({"desired_state": True}, {}, True),
        ({}, {"type_name": True}, False),
        ({}, {}, False),
    ],
)
def test_a_sensitive_desired_state(before: Any, after: Any, expected: bool) -> None:
    """Makes all of it sensitive, before and after."""
    (one,), _ = made(state(NAMED), state(NAMED), before_sensitive=before, after_sensitive=after)
    for values in (one.before, one.after):
        assert isinstance(values["role_name"], Sensitive) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"A": 1}', {"A": 1}),
        (Sensitive('{"A": 1}'), {"A": 1}),
        (Encoded({"A": HOLE}), {"A": HOLE}),
    ],
)
def test_the_properties(text: Value, expected: Any) -> None:
    """Of a text, or as the source encodes them."""
    assert properties_in(text) == expected


@pytest.mark.parametrize("text", ["[]", '"x"', Template(("a", HOLE)), HOLE])
def test_what_has_no_properties(text: Value) -> None:
    """Is told as such."""
    with pytest.raises(UnreadableTemplate) as error:
        properties_in(text)
    assert error.value.unread.why is WhyUnread.UNKNOWN_BODY


def test_a_text_that_cannot_be_read_is_told_with_it() -> None:
    """A waiver is for the text."""
    with pytest.raises(UnreadableTemplate) as error:
        properties_in('{"A": 1, "A": 2}')
    assert (error.value.unread.why, error.value.unread.text) == (WhyUnread.REPEATED_KEY, '{"A": 1, "A": 2}')
