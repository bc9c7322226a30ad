"""What is answered for what the source says, and what it does not."""

from typing import Any, cast

import pytest

from gate.holdings.source_answers import SourceAnswers
from gate.plan.model import read
from gate.report import Location
from gate.source import Missing, Source
from gate.source.location import Sought
from gate.unknown import Unresolved
from tests.helpers.plans import change, plan

PLAN = read(plan(change("null_resource.x", None, {})), "plan.json")[0]
RESOURCE = PLAN.resource_changes[0]
HERE = Location("main.tf", 1)


class _Source:
    """A source of which every question has this answer."""

    problems = ()

    def __init__(self, blocks: Any, value: Any = None, when: list[bool] | None = None, modules: bool = True) -> None:
        self._blocks, self._value, self._when, self._modules = blocks, value, when, modules

    def plan_documents(self, documents: Any) -> None:
        pass

    def disbelieve(self, is_stray: Any) -> None:
        pass

    def disagreement(self, resource: Any) -> None:
        return None

    def has_module(self, resource: Any) -> bool:
        return self._modules

    def blocks(self, resource: Any, name: str) -> Any:
        return self._blocks

    def attribute(self, resource: Any, name: str) -> Any:
        return self._value

    def provider_blocks(self, key: str, name: str) -> Any:
        return Missing("x")

    def provider_argument(self, key: str, name: str) -> Any:
        return self._value

    def provider_may_hide(self, key: str, names: tuple[str, ...]) -> bool:
        return (key, names) == ("aws", ("assume_role",))

    def at_destroy(self, resource: Any) -> Any:
        return self._when

    def location(self, resource: Any, sought: Sought) -> Location:
        return HERE


def answers(*said: Any) -> SourceAnswers:
    return SourceAnswers(PLAN, lambda plan: cast(Source, _Source(*said)))


@pytest.mark.parametrize(
    ("blocks", "value", "expected"),
    [
        (({"a": 1},), None, [{"a": 1}]),
        ((), [{"a": 1}], [{"a": 1}]),
        ((), Unresolved(("var.x",)), Unresolved(("var.x",))),
        ((), "a text", Unresolved()),
        ((), Missing("x", proven=True), []),
        ((), Missing("x", proven=False), None),
        (Missing("x", proven=False), None, Unresolved()),
        (Missing("x", proven=True), None, None),
        ((), None, []),
    ],
)
def test_blocks(blocks: Any, value: Any, expected: Any) -> None:
    """Blocks, or the list that another provider calls so; of what is no list nothing is known."""
    assert answers(blocks, value).blocks(RESOURCE, "x") == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(None, True), ("", False), (Missing("x", proven=True), False), (Unresolved(), False)]
)
def test_what_is_null(value: Any, expected: bool) -> None:
    """Only what the source certainly sets to null; without a source nothing is."""
    assert answers((), value).is_null(RESOURCE, "x") is expected
    assert not SourceAnswers(PLAN).is_null(RESOURCE, "x")


def test_blocks_of_a_module_that_the_source_does_not_have() -> None:
    """Nothing is said of them: the module is elsewhere, and nothing in it could be read."""
    assert answers(Missing("x", proven=False), None, None, False).blocks(RESOURCE, "x") is None


@pytest.mark.parametrize(
    ("written", "location"),
    [
        ('{"a": 1}', HERE),
        ('{ "a" : 1 }', HERE),
        ('{"a": 2}', None),
        (Missing("policy", proven=True), HERE),
        (Unresolved(("var.x",)), HERE),
    ],
)
def test_where_an_attribute_stands(written: Any, location: Location | None) -> None:
    """Nowhere, where the source has another text for certain; without a source neither."""
    document = read(plan(change("null_resource.x", None, {"policy": '{"a": 1}'})), "plan.json")[0]
    asked = SourceAnswers(document, lambda plan: cast(Source, _Source((), written)))
    sought = Sought("policy")
    assert asked.locate(document.resource_changes[0], sought) == location
    assert bool(asked.problems()) == (location is None)
    assert SourceAnswers(document).locate(document.resource_changes[0], sought) is None


def test_a_source_is_opened_once() -> None:
    """By the first of many questions."""
    opened: list[Any] = []

    def open_at(plan: Any) -> Source:
        opened.append(plan)
        return cast(Source, _Source(({},)))

    asked = SourceAnswers(PLAN, open_at)
    assert not opened
    assert [asked.blocks(RESOURCE, "x") for _ in range(2)] == [[{}], [{}]]
    assert opened == [PLAN]


@pytest.mark.parametrize(
    ("blocks", "when", "expected"),
    [
        (({"a": 1}, {}), [True, False], [({"a": 1}, True), ({}, False)]),
        (({"a": 1}, {}), [True], None),
        (Unresolved(), [True], None),
    ],
)
def test_provisioners(blocks: Any, when: list[bool], expected: Any) -> None:
    """Each with when it runs, where both are known."""
    assert answers(blocks, None, when).provisioners(RESOURCE) == expected


def test_an_argument_of_a_provider() -> None:
    """What the source does not tell is not known; without a source nothing is said."""
    assert answers((), "eu-west-1").provider_argument("aws", "region") == "eu-west-1"
    assert answers((), Missing("x", proven=True)).provider_argument("aws", "region") == Unresolved()
    assert SourceAnswers(PLAN).provider_argument("aws", "region") is None
    assert SourceAnswers(PLAN).provisioners(RESOURCE) is None


def test_dynamic_blocks_of_a_provider() -> None:
    """The source tells where there may be one; without a source nothing does."""
    assert answers(()).provider_may_hide("aws", ("assume_role",))
    assert not answers(()).provider_may_hide("aws", ("endpoints",))
    assert not SourceAnswers(PLAN).provider_may_hide("aws", ("assume_role",))
