"""What `try` gives where its first argument is an attribute of a data source, a resource, a variable or a module."""

from typing import Any

import pytest

from gate.hcl.evaluate import evaluate
from gate.hcl.syntax import GetAttribute, Step
from gate.hcl.values import OpenObject, Record, Tuple, alternatives
from gate.hcl.work import Scope, Work
from gate.unknown import OneOf, Template, Unresolved
from tests.helpers.containing import World, parsed

LATER = Unresolved(("data.aws_partition.p.partition",), exact=True)
CALLER = OpenObject({"account_id": "111122223333", "tags": None, "result": Record(a="x")})
READ = {
    "one": CALLER,
    "counted": Tuple([CALLER, OpenObject({"account_id": LATER})]),
    "keyed": Record(a=CALLER),
    "none": Tuple(),
    "unknown": Unresolved(("data.aws_caller_identity.unknown",), exact=True),
    "computed": OpenObject({"account_id": Unresolved(("var.x",))}),
}
GIVEN = {
    "statement": Record(resources=[LATER], sid=Unresolved(("var.sid",)), text=Template(("a", LATER)), none=None),
    "either": OneOf((Record(resources="a"), Record())),
    "open": OpenObject({"sid": "s"}),
    "unknown": Unresolved(("var.unknown",)),
}
OUTPUTS = OpenObject({"arn": Template(("a", LATER)), "role": CALLER})
CALLED = {"one": OUTPUTS, "counted": Tuple([OUTPUTS]), "keyed": Record(a=OUTPUTS), "unknown": Unresolved(("module.m",))}


class Reading(World):
    """A world of data sources of one type."""

    def resolve(self, name: str, steps: Any, scope: Scope, work: Work) -> tuple[Any, tuple[Step, ...]]:
        assert isinstance(steps[0], GetAttribute)
        if name == "var":
            return GIVEN[steps[0].name], steps[1:]
        if name == "module":
            return CALLED[steps[0].name], steps[1:]
        if name == "aws_iam_user":
            return READ[steps[0].name], steps[1:]
        if name != "data":
            return super().resolve(name, steps, scope, work)
        assert isinstance(steps[1], GetAttribute)
        return READ[steps[1].name], steps[2:]


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("one.account_id", "111122223333"),
        ("one.tags", None),
        ("one.result.a", "x"),
        ("counted[0].account_id", "111122223333"),
        ("counted[1].account_id", LATER),
        ('keyed["a"].account_id', "111122223333"),
        ('keyed["b"].account_id', ""),
        ("counted[2].account_id", ""),
        ("none[0].account_id", ""),
        ("one.result.b", ""),
    ],
)
@pytest.mark.parametrize("of", ["data.aws_caller_identity", "aws_iam_user"])
def test_an_attribute_that_is_there_is_what_it_gives(argument: str, expected: Any, of: str) -> None:
    """Known or not: nothing that comes after it counts. An index is certain among the instances that the plan has."""
    found = evaluate(parsed(f'try({of}.{argument}, "")'), Scope(None), Work(Reading()))
    assert found == expected


@pytest.mark.parametrize(
    "argument",
    ["one.arn", "counted[local.at].account_id", "unknown.account_id", "unknown[0].account_id", "computed.account_id"],
)
@pytest.mark.parametrize("of", ["data.aws_caller_identity", "aws_iam_user"])
def test_an_attribute_that_may_not_be_there(argument: str, of: str) -> None:
    """What the plan does not tell may be refused, and then something else counts."""
    found = evaluate(parsed(f'try({of}.{argument}, "other")'), Scope(None), Work(Reading()))
    assert "other" in alternatives(found)


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("one.arn", Template(("a", LATER))),
        ("one.role.account_id", "111122223333"),
        ("counted[0].arn", Template(("a", LATER))),
        ("counted[1].arn", "other"),
        ('keyed["a"].arn', Template(("a", LATER))),
        ('keyed["b"].arn', "other"),
    ],
)
def test_an_output_of_a_module_that_is_there(argument: str, expected: Any) -> None:
    """One of its instances that are counted, or have keys."""
    assert evaluate(parsed(f'try(module.{argument}, "other")'), Scope(None), Work(Reading())) == expected


@pytest.mark.parametrize("argument", ["one.none", "unknown.arn", "unknown[0].arn", "counted[local.at].arn"])
def test_an_output_that_may_not_be_there(argument: str) -> None:
    """Where its module is not at hand, or which instance is meant is not known."""
    found = evaluate(parsed(f'try(module.{argument}, "other")'), Scope(None), Work(Reading()))
    assert "other" in alternatives(found)


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("statement.resources", [LATER]),
        ("statement.sid", Unresolved(("var.sid",))),
        ("statement.text", Template(("a", LATER))),
        ("statement.none", None),
        ("unknown", Unresolved(("var.unknown",))),
        ("statement.actions", "other"),
    ],
)
def test_what_an_object_with_known_keys_has_is_there(argument: str, expected: Any) -> None:
    """However much of it is known only after apply: no step can be refused. What it has not is refused."""
    assert evaluate(parsed(f'try(var.{argument}, "other")'), Scope(None), Work(Reading())) == expected


@pytest.mark.parametrize("argument", ["unknown.resources", "either.resources", "open.arn", "statement.resources[0]"])
def test_what_an_object_may_not_have(argument: str) -> None:
    """Where its keys are not all known, or on one of two ways, or at an index, it may be the next argument."""
    found = evaluate(parsed(f'try(var.{argument}, "other")'), Scope(None), Work(Reading()))
    assert "other" in alternatives(found)
