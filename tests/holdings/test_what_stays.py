"""What stays as it is is read once and attached once: nobody sees a difference."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.errors import GateError
from gate.holdings.holders import iam_plan
from gate.holdings.resolve import IamResource
from gate.holdings.source_answers import SourceAnswers
from gate.iam.kms import kms
from gate.plan import decoded, model
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.model import read
from gate.plan.shapes import UNKNOWN
from gate.rules.run import look
from tests.helpers.paths import PLANS
from tests.helpers.plans import written
from tests.helpers.still import still

OWN = sorted(PLANS.rglob("plan.json"))
ROLE = {"name": "app", "inline_policy": [], "tags": {"a": "b"}}


def as_it_is(path: Path) -> bytes:
    return written(json.loads(path.read_text()))


def as_before(path: Path) -> bytes:
    return written(json.loads(still(json.loads(path.read_text()), "before")))


def as_after(path: Path) -> bytes:
    return written(json.loads(still(json.loads(path.read_text()), "after")))


def resource(change: dict[str, Any], **more: Any) -> ManagedResource:
    """The one resource of a plan."""
    entry = {"address": "aws_iam_role.a", "mode": "managed", "type": "aws_iam_role", "name": "a", **more}
    document = {
        "format_version": "1.2",
        "planned_values": {},
        "resource_changes": [{**entry, "change": {"actions": ["no-op"], **change}}],
        "configuration": {},
    }
    return managed_resources(read(written(document), "p")[0], ["aws_iam_role"])[0]


def test_what_is_written_alike_is_one_object() -> None:
    same = resource({"before": ROLE, "after": ROLE, "after_unknown": {"inline_policy": [], "tags": {}}})
    assert same.stays
    assert same.before is same.after is same.refreshed
    assert same.before == ROLE


@pytest.mark.parametrize("deposed", ["abcd1234", None])
def test_a_deposed_object_that_stays_is_one_too(deposed: str | None) -> None:
    same = resource({"before": ROLE, "after": ROLE}, deposed=deposed)
    assert same.stays
    assert same.deposed == deposed


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ({"before": {"name": 1}, "after": {"name": True}}, {"name": True}),
        ({"before": {"name": 1}, "after": {"name": 1.0}}, {"name": 1.0}),
        ({"before": ROLE, "after": ROLE, "after_unknown": {"arn": True}}, {**ROLE, "arn": UNKNOWN}),
        ({"before": ROLE, "after": ROLE, "after_unknown": {"inline_policy": [{}]}}, {**ROLE, "inline_policy": [None]}),
        ({"before": ROLE, "after": ROLE, "after_sensitive": {"name": True}}, ROLE),
        ({"before": ROLE, "after": ROLE, "before_sensitive": {"name": True}}, ROLE),
        ({"before": ROLE, "after": ROLE, "actions": ["update"]}, ROLE),
        ({"before": ROLE, "after": ROLE, "actions": ["delete", "create"]}, ROLE),
        ({"before": ROLE, "after": ROLE, "actions": ["create", "delete"]}, ROLE),
        ({"before": ROLE, "after": ROLE, "actions": ["forget"]}, None),
        ({"before": ROLE, "after": ROLE, "actions": ["reboot"]}, ROLE),
        ({"before": None, "after": None}, None),
    ],
)
def test_what_does_not_stay(change: dict[str, Any], after: Any) -> None:
    """Numbers that are equal in Python alone, what is unknown or marked, and whatever the apply acts on."""
    found = resource(change)
    assert not found.stays
    assert (found.before, found.after) == (change["before"], after)
    assert repr(found.after) == repr(after) or "after_sensitive" in change


@pytest.mark.parametrize(("side", "other"), [("before", "after"), ("after", "before")])
def test_a_mark_on_one_side_marks_nothing_on_the_other(side: str, other: str) -> None:
    found = resource({"before": ROLE, "after": ROLE, f"{side}_sensitive": {"name": True}})
    shown = {name: str(getattr(found, name)["name"]) for name in ("before", "after")}
    assert shown == {side: "(sensitive)", other: "app"}


@pytest.mark.slow
@pytest.mark.parametrize("path", OWN, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("side", [as_it_is, as_before, as_after])
def test_a_report_is_the_same_without_any_short_way(
    path: Path, side: Callable[[Path], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every plan of the tests, and what it is like before and after, with nothing to be done."""
    raw = side(path)
    short = reported(raw)
    monkeypatch.setattr(model, "is_proven", lambda text, document: False)
    assert short == reported(raw)


def reported(raw: bytes) -> Any:
    """All that a report is made of, or why there is none."""
    try:
        done = check(read(raw, "plan.json"), Options(no_source=True))
    except GateError as error:
        return str(error)
    return done.plans, done.findings, done.notes


@pytest.mark.slow
def test_nothing_that_was_read_is_changed() -> None:
    """`before` and `after` may be one object, and so may what is sensitive in many: nobody may write into it."""

    def values(stay: list[IamResource]) -> list[Any]:
        return [(one.before, one.before_sensitive, one.after_sensitive) for one in stay]

    stayed = 0
    for path in OWN:
        [plan] = read(as_it_is(path), "plan.json")
        iam = iam_plan(plan, SourceAnswers(plan), kms().managed_policies.of)
        stay = [one for one in iam.resources if one.stays]
        kept = deepcopy(values(stay))
        look(iam, kms())
        assert values(stay) == kept
        stayed += len(stay)
    assert stayed


@pytest.mark.parametrize(
    ("once", "twice"),
    [
        ('"name":"app"', '"name":"app","name":"app"'),
        ('"a":"b"', '"a":"b","a":"c"'),
        ('"after_unknown":{}', '"after_unknown":{"x":false,"x":true}'),
        ('"before_sensitive":{}', '"before_sensitive":{},"before_sensitive":{}'),
    ],
)
def test_a_repeated_key_is_refused_where_nothing_changes_too(once: str, twice: str) -> None:
    text = json.dumps({"name": "app", "tags": {"a": "b"}}, separators=(",", ":"))
    marks = '"after_unknown":{},"before_sensitive":{},"after_sensitive":{}'
    entry = f'"type":"aws_iam_role","name":"a","change":{{"actions":["no-op"],"before":{text},"after":{text},{marks}}}'
    plan = '{"format_version":"1.2","resource_changes":[{"address":"aws_iam_role.a",%s}],"planned_values":{}}'
    [stays] = read((plan % entry).encode(), "plan.json")
    [once_read] = map(decoded.change, stays.resource_changes)
    assert once_read.before is once_read.after
    with pytest.raises(GateError, match="is repeated in "):
        list(map(decoded.change, read((plan % entry.replace(once, twice)).encode(), "plan.json")[0].resource_changes))
