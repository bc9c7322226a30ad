"""A plan that something has trimmed of its `configuration`: nothing tells accounts, and a note says so."""

import json
from typing import Any

import pytest

from gate.check import Checked, Options, check
from gate.errors import GateError
from gate.plan.model import read
from tests.helpers.paths import PLANS
from tests.helpers.plans import change, plan, policy, statement

FULL = policy(statement("kms:*"))
TRIMMED: tuple[dict[str, Any], ...] = ({}, {"configuration": None})
HERE = {"address": "module.m.aws_iam_role_policy.x", "type": "aws_iam_role_policy", "name": "x"}
HAD = change("aws_iam_role_policy.had", *[{"role": "app", "name": "had", "policy": FULL}] * 2)
NEW = change("aws_iam_role_policy.new", None, {"role": "app", "name": "new", "policy": FULL})


def trimmed(text: bytes, section: dict[str, Any]) -> Checked:
    document = json.loads(text)
    del document["configuration"]
    return check(read(json.dumps({**document, **section}).encode(), "plan.json"), Options(no_source=True))


def rules(checked: Checked) -> list[str]:
    return [finding.rule for finding in checked.findings]


@pytest.mark.parametrize("section", TRIMMED)
@pytest.mark.parametrize("name", ["same-role-name-in-two-accounts", "module-with-aliased-provider"])
def test_one_name_may_be_of_two_accounts(name: str, section: dict[str, Any]) -> None:
    checked = trimmed((PLANS / name / "plan.json").read_bytes(), section)
    assert rules(checked) == ["KMS009"]
    assert checked.findings[0].blocks
    assert "with its `configuration`" in checked.findings[0].remedy[0]


@pytest.mark.parametrize("section", TRIMMED)
def test_what_a_role_had_may_be_of_another_account(section: dict[str, Any]) -> None:
    assert rules(trimmed(plan(HAD, NEW), section)) == ["KMS009"]


def test_of_one_provider_it_is_the_same_account() -> None:
    assert check(read(plan(HAD, NEW), "plan.json"), Options(no_source=True)).findings == ()


def app(number: str, *documents: str) -> dict[str, Any]:
    blocks = [{"name": "kms", "policy": document} for document in documents]
    return {"name": "app", "arn": f"arn:aws:iam::{number * 12}:role/app", "inline_policy": blocks}


@pytest.mark.parametrize(("number", "expected"), [("1", []), ("2", ["KMS001"])])
def test_own_arns_tell_accounts(number: str, expected: list[str]) -> None:
    had = change("aws_iam_role.had", app("1", FULL), app("1", FULL))
    assert rules(trimmed(plan(had, change("aws_iam_role.gets", app(number), app(number, FULL))), {})) == expected


def test_what_stays_is_not_new() -> None:
    checked = trimmed(plan(HAD), {})
    assert checked.findings == ()
    assert [note.partition(", ")[0] for note in checked.notes] == [
        "plan.json: it has no `configuration`",
        "plan.json: it has no `prior_state`",
    ]


def notes(text: bytes) -> tuple[str, ...]:
    return check(read(text, "plan.json"), Options(no_source=True)).notes


def test_a_whole_plan_has_no_note() -> None:
    assert notes((PLANS / "same-role-name-in-two-accounts" / "plan.json").read_bytes()) == ()


def test_where_nothing_was_before_there_is_no_prior_state() -> None:
    read_while_planning = {**change("data.aws_iam_policy.a", {}, {}), "mode": "data"}
    assert notes(plan(NEW, read_while_planning)) == ()
    assert len(notes(plan(NEW, HAD))) == 1
    assert len(notes(plan(NEW, HAD, prior_state=None))) == 1
    assert notes(plan(NEW, HAD, prior_state={"format_version": "1.0", "values": {"root_module": {}}})) == ()


def without_changes(kind: str, **more: Any) -> Checked:
    """A plan of one new resource in a module whose changes are gone; `more` are other sections of it."""
    planned = {
        "address": f"module.m.{kind}.x",
        "mode": more.pop("mode", "managed"),
        "type": kind,
        "name": "x",
        "values": {},
    }
    document = json.loads(plan(**more))
    del document["resource_changes"]
    document["planned_values"] = {"root_module": {"child_modules": [{"address": "module.m", "resources": [planned]}]}}
    return check(read(json.dumps(document).encode(), "plan.json"), Options(no_source=True))


@pytest.mark.parametrize("kind", ["aws_iam_role_policy", "aws_kms_key"])
def test_a_plan_of_which_the_changes_are_gone_has_no_verdict(kind: str) -> None:
    """It says that something new has a policy, and not which."""
    with pytest.raises(GateError, match=f"module.m.{kind}.x, which is new"):
        without_changes(kind)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("aws_instance", {}),
        ("aws_iam_role_policy", {"mode": "data"}),
        ("aws_iam_role_policy", {"prior_state": {"values": {"root_module": {"resources": [HERE]}}}}),
        ("aws_iam_role_policy", {"deferred_changes": [{"resource_change": change("aws_instance.y", None, {})}]}),
    ],
)
def test_a_plan_may_have_no_changes(kind: str, more: dict[str, Any]) -> None:
    """Of nothing that has policies; of what was there, as in a plan that only refreshes; and where all is deferred."""
    assert without_changes(kind, **more).findings == ()


def test_a_plan_without_changes_repeats_no_key() -> None:
    """As any other plan."""
    text = plan(planned_values={"root_module": {"resources": []}}).decode()
    twice = text.replace('"root_module": {"resources": []}', '"root_module": {}, "root_module": {"resources": []}')
    assert twice != text
    with pytest.raises(GateError, match="`root_module` is repeated in `planned_values`"):
        check(read(twice.encode(), "plan.json"), Options(no_source=True))


@pytest.mark.parametrize(("written", "expected"), [(["a.b", 1], {"a.b"}), ([], set()), (True, set()), ("a.b", set())])
def test_what_a_resource_depended_on(written: Any, expected: set[str]) -> None:
    """Addresses, and nothing that something else has written in their place."""
    state = {"values": {"root_module": {"resources": [{**HERE, "depends_on": written}]}}}
    (document,) = read(plan(prior_state=state), "plan.json")
    assert document.dependencies() == {HERE["address"]: expected}


@pytest.mark.parametrize("written", ["x", [], 1, True])
def test_the_values_of_a_data_source_are_an_object(written: Any) -> None:
    """Or nothing at all."""
    caller = {"address": "data.aws_caller_identity.me", "mode": "data", "type": "aws_caller_identity", "name": "me"}

    def judged(values: Any) -> Checked:
        state = {"values": {"root_module": {"resources": [{**caller, "values": values}]}}}
        return check(read(plan(NEW, prior_state=state), "plan.json"), Options(no_source=True))

    assert rules(judged(None)) == rules(judged({})) == ["KMS001"]
    with pytest.raises(GateError, match="its values are not an object"):
        judged(written)
