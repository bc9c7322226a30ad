"""The policy documents that a resource has, and what is known of those that the plan hides."""

from typing import Any

import pytest

from gate.holdings.documents import Document, Place
from gate.holdings.resource_documents import DocumentsAfter
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.model import read
from gate.plan.references import References
from gate.source import Encoded
from gate.text.sensitive import Sensitive
from gate.unknown import OneOf, Template, Unresolved, Value, with_parts
from tests.helpers.plans import change, plan, policy, statement
from tests.helpers.told import Told

FULL = policy(statement("kms:*"))
HOLE = Unresolved(("var.x",))
DATA = "data.aws_iam_policy_document.d"
READ = {
    "address": DATA, "mode": "data", "type": "aws_iam_policy_document", "name": "d",
    "change": {"actions": ["read"], "before": None, "after": {"statement": [{"actions": ["kms:A"]}]}},
}  # fmt: skip
BUILT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["kms:A"]}]}
PLACE = Place("aws_iam_role_policy.p", "policy")


def room(
    after: Any,
    unknown: Any = None,
    address: str = "aws_iam_role_policy.p",
    told: Any = None,
    block: Any = None,
    nested: Any = None,
) -> tuple[DocumentsAfter, ManagedResource, Told]:
    changed = change(address, None, after, change={"after_unknown": unknown or {}})
    kind, _, name = address.partition(".")
    blocks = (
        []
        if block is None
        else [{"address": address, "mode": "managed", "type": kind, "name": name, "expressions": block}]
    )
    document = read(plan(changed, READ, configuration={"root_module": {"resources": blocks}}), "plan.json")[0]
    (resource,) = managed_resources(document, RESOURCE_TYPES)
    answers = Told(document, told, nested)

    def filled(value: Value) -> Value:
        return with_parts(value, lambda hole: "filled" if hole == HOLE else hole)

    return DocumentsAfter(References(document), answers, filled), resource, answers


def contents(*arguments: Any, **more: Any) -> dict[str, Value]:
    """The documents by attribute."""
    documents, resource, _ = room(*arguments, **more)
    return {one.place.attribute: one.content for one in documents.of(resource, RESOURCE_TYPES[resource.type])}


POLICY = "aws_iam_role_policy.p.policy"
LATER = {"policy": True}
REFERS = {"policy": {"references": [f"{DATA}.json", DATA]}}


@pytest.mark.parametrize(
    ("after", "more", "expected"),
    [
        ({"policy": FULL}, {}, FULL),
        ({}, {}, Unresolved()),  # a trimmed plan
        ({}, {"unknown": LATER}, Unresolved()),
        ({}, {"unknown": LATER, "block": REFERS}, BUILT),
        ({}, {"unknown": LATER, "block": {"policy": {"references": ["var.y"]}}}, Unresolved(("var.y",))),
        ({}, {"unknown": LATER, "told": {POLICY: FULL}}, FULL),
        ({}, {"unknown": LATER, "told": {POLICY: Encoded({"Statement": HOLE})}}, {"Statement": "filled"}),
        ({}, {"unknown": LATER, "told": {POLICY: Unresolved((f"{DATA}.json",), exact=True)}}, BUILT),
        (
            {},
            {"unknown": LATER, "told": {POLICY: OneOf((FULL, Unresolved((f"{DATA}.json",), exact=True)))}},
            OneOf((FULL, BUILT)),
        ),
    ],
)
def test_where_a_document_stands(after: Any, more: Any, expected: Any) -> None:
    """In the plan, else in the source, else in a deferred read."""
    assert contents({"role": "r", "name": "p", **after}, **more) == {"policy": expected}


ROLE = "aws_iam_role.r"
INLINE = "inline_policy[].policy"


@pytest.mark.parametrize(
    ("after", "more", "expected"),
    [
        ({}, {}, {}),
        ({"inline_policy": [{"name": "a", "policy": FULL}]}, {}, {'inline_policy["a"].policy': FULL}),
        # blocks of which nothing is planned: there only where they are written
        ({}, {"unknown": {"inline_policy": True}}, {}),
        ({}, {"unknown": {"inline_policy": True}, "block": {"inline_policy": [{}]}}, {"inline_policy": Unresolved()}),
        (
            {"inline_policy": [{"name": "a"}]},
            {"unknown": {"inline_policy": [{"policy": True}]}},
            {'inline_policy["a"].policy': Unresolved()},
        ),
        # as the source has them
        (
            {},
            {"unknown": {"inline_policy": True}, "nested": {f"{ROLE}.inline_policy": HOLE}},
            {"inline_policy": "filled"},
        ),
        ({}, {"unknown": {"inline_policy": True}, "nested": {f"{ROLE}.inline_policy": []}}, {}),
        (
            {"inline_policy": [{"name": "a", "policy": FULL}, {"name": "b"}]},
            {
                "unknown": {"inline_policy": [{}, {"policy": True}]},
                "nested": {
                    f"{ROLE}.inline_policy": [
                        {"name": "a", "policy": "x"},
                        {"name": "b", "policy": "y"},
                        {"policy": "z"},
                    ]
                },
            },
            {'inline_policy["a"].policy': FULL, 'inline_policy["b"].policy': "y", "inline_policy[2].policy": "z"},
        ),
    ],
)
def test_documents_in_blocks(after: Any, more: Any, expected: Any) -> None:
    """Each by its name, where it has one."""
    assert contents({"name": "r", **after}, address=ROLE, **more) == expected


def test_what_deferred_reads_give() -> None:
    """Is told once one was asked for."""
    documents, resource, _ = room({"role": "r", "name": "p"}, LATER, block=REFERS)
    assert [*documents.deferred()] == []
    [*documents.of(resource, RESOURCE_TYPES[resource.type])]
    assert [*documents.deferred()] == [BUILT]


def test_the_source_finds_deferred_documents_here() -> None:
    """By the reference that stands in it."""
    _, _, answers = room({"role": "r", "name": "p"})
    assert answers._document(f"{DATA}.json") == BUILT


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize(
    ("content", "filled", "sensitive"),
    [
        (None, None, False),
        ("text", "text", False),
        (Sensitive("text"), "text", True),
        ({"a": HOLE}, {"a": "filled"}, False),
        ({"a": HOLE, "b": Sensitive("x")}, {"a": "filled", "b": "x"}, True),
        (Template(("a", HOLE)), "afilled", False),
    ],
)
def test_what_is_known_of_providers_is_filled_in(content: Value, filled: Value, sensitive: bool, marked: bool) -> None:
    """What holds a sensitive text is sensitive, and what was sensitive stays so."""
    documents, _, _ = room({"role": "r", "name": "p"})
    found = documents.with_facts(Document(PLACE, content, marked))
    assert (found.content, found.sensitive) == (filled, sensitive or marked)


def test_a_resource_that_has_no_blocks() -> None:
    """Has no documents in them."""
    assert contents({"role_name": "r"}, address="awscc_iam_role.r") == {}


def test_the_name_of_a_document_that_is_not_in_the_plan() -> None:
    """Is not known to be any; one that the provider makes up is like no other."""
    named = {"role": "r", "name": "p"}
    for after, unknown, expected in (
        (named, {}, ""),
        (named, LATER, "p"),
        ({"role": "r"}, {**LATER, "name": True}, ""),
    ):
        documents, resource, _ = room(after, unknown)
        (one,) = documents.of(resource, RESOURCE_TYPES[resource.type])
        assert one.name == expected
