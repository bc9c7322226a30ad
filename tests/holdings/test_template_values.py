"""Properties of a resource in a template as the values that a row of the table reads."""

import json
from typing import Any

import pytest

from gate.holdings.resource_types import RESOURCE_TYPES
from gate.holdings.template_values import former_values, values_of
from gate.plan.shapes import UNKNOWN
from gate.text.sensitive import Sensitive
from gate.unknown import OneOf, StandIn, Template, Unresolved, Value

ROLE = RESOURCE_TYPES["awscc_iam_role"]
HOLE, OTHER = Unresolved(("var.a", "var.b")), Unresolved(("var.c",))
ARN, MORE = "arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"
DOCUMENT = {"Statement": [{"Effect": "Allow", "Action": ["kms:*"]}]}
TEXT = json.dumps(DOCUMENT)
OPEN = "(not known before the change: {})"


def known(certain: bool = True, **properties: Value) -> dict[str, Any]:
    return values_of(properties, ROLE, certain=certain).known


def before(after: dict[str, Value] | None = None, **properties: Value) -> dict[str, Any]:
    return former_values(properties, ROLE, after or {}, certain=True)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("r", "r"),
        (["a"], ["a"]),
        (HOLE, UNKNOWN),
        (["a", HOLE], UNKNOWN),
        (Template(("a", HOLE)), UNKNOWN),
        (OneOf(("a", "b")), UNKNOWN),
    ],
)
def test_what_has_a_hole_is_told_beside(value: Value, shown: Any) -> None:
    """The plan would show it as unknown."""
    found = values_of({"RoleName": value, "ManagedPolicyArns": value}, ROLE, certain=True)
    assert found.known == {"role_name": shown, "managed_policy_arns": shown}
    assert found.told == ({} if shown is not UNKNOWN else {"role_name": value, "managed_policy_arns": value})


@pytest.mark.parametrize(
    ("value", "is_there"),
    [(ARN, True), (HOLE, True), (OneOf((ARN, MORE)), True), (OneOf((ARN, [])), False), ([], True)],
)
def test_a_boundary_that_may_be_left_out(value: Value, is_there: bool) -> None:
    """Bounds nothing; what comes after it counts, and nothing else is left out."""
    found = values_of({"PermissionsBoundary": value, "RoleName": "r"}, ROLE, certain=True)
    assert ("permissions_boundary" in found.known) == is_there
    assert found.known["role_name"] == "r"
    assert "role_name" in known(RoleName=OneOf(("a", [])))


@pytest.mark.parametrize(
    ("properties", "after", "expected"),
    [
        ({"ManagedPolicyArns": [ARN]}, {}, {"managed_policy_arns": [ARN]}),
        # the same after the change: as it is then
        ({"ManagedPolicyArns": HOLE}, {"ManagedPolicyArns": HOLE}, {"managed_policy_arns": UNKNOWN}),
        ({"RoleName": HOLE}, {"RoleName": HOLE}, {"role_name": UNKNOWN}),
        # a policy that nobody sees
        ({"ManagedPolicyArns": HOLE}, {}, {"managed_policy_arns": OPEN.format("var.a")}),
        ({"ManagedPolicyArns": [ARN, HOLE]}, {}, {"managed_policy_arns": [ARN, OPEN.format("var.a")]}),
        ({"PermissionsBoundary": HOLE}, {"PermissionsBoundary": OTHER}, {"permissions_boundary": OPEN.format("var.a")}),
        (
            {"PermissionsBoundary": OneOf((ARN, MORE))},
            {},
            {"permissions_boundary": OPEN.format("a part of a template")},
        ),
        ({"PermissionsBoundary": Unresolved()}, {}, {"permissions_boundary": OPEN.format("a part of a template")}),
        # nothing
        ({"RoleName": HOLE}, {"RoleName": OTHER}, {"role_name": None}),
        ({"Path": ["a", HOLE]}, {}, {"path": ["a"]}),
        ({"Policies": HOLE}, {"Policies": OTHER}, {"policies": [{"policy_document": HOLE}]}),
        ({"RoleName": HOLE, "Path": "/"}, {}, {"role_name": None, "path": "/"}),
        ({"Path": "/", "RoleName": HOLE}, {}, {"role_name": None, "path": "/"}),
    ],
)
def test_what_is_not_known_before(properties: Any, after: Any, expected: Any) -> None:
    """Stands for nothing, or for a policy that nobody sees where it may deny something."""
    assert before(after, **properties) == expected


def test_a_document_of_which_a_part_was_not_known() -> None:
    """Is what it was: it may have denied something."""
    row = RESOURCE_TYPES["awscc_iam_role_policy"]
    found = former_values({"PolicyDocument": {"Statement": HOLE}}, row, {}, certain=True)
    assert found == {"policy_document": {"Statement": HOLE}}


def policies(*elements: Value) -> list[Value]:
    return [*elements]


def block(document: Value, **more: Value) -> dict[str, Value]:
    return {"PolicyName": "p", "PolicyDocument": document, **more}


def read(document: Any, name: str = "p") -> dict[str, Any]:
    return {"policy_name": name, "policy_document": document}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([block(DOCUMENT)], [read(TEXT)]),
        (block(DOCUMENT), [read(TEXT)]),
        ([block(DOCUMENT, PolicyName=HOLE)], [read(TEXT) | {"policy_name": UNKNOWN}]),
        ([{"PolicyName": "p"}], [{"policy_name": "p"}]),
        ([HOLE, block(DOCUMENT)], [{"policy_document": HOLE}, read(TEXT)]),
        (["x", block(DOCUMENT)], [{"policy_document": Unresolved()}, read(TEXT)]),
        (OneOf(([block(DOCUMENT)], [])), [read(OneOf((TEXT, "")))]),
        (
            [block(DOCUMENT), OneOf((block(DOCUMENT), HOLE))],
            [read(TEXT), read(OneOf((TEXT, ""))), {"policy_document": HOLE}],
        ),
    ],
)
def test_documents_in_blocks(value: Value, expected: Any) -> None:
    """Each with its name; one of two where it may not be there at all."""
    assert known(Policies=value) == {"policies": expected}


def stands() -> StandIn:
    return StandIn("(x)", "what x is")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (DOCUMENT, TEXT),
        ("text", "text"),
        ({"Statement": HOLE}, {"Statement": HOLE}),
        ({"Version": "2012-10-17", "Id": "\\u00e9"}, json.dumps({"Version": "2012-10-17", "Id": "\\u00e9"})),
        ({"Version": "é"}, '{"Version": "é"}'),
        ({"Version": "2012-10-17", "Statement": ["x", stands()]}, {"Version": "2012-10-17", "Statement": ["x", "(x)"]}),
        ({"Version": stands(), "Statement": []}, {"Version": "(x)", "Statement": []}),
        ({"Version": ["2012-10-17"], "Statement": ["x"]}, '{"Version": ["2012-10-17"], "Statement": ["x"]}'),
    ],
)
def test_a_document(document: Value, expected: Any) -> None:
    """Is a text where all of it is known, and keeps what stands for what is not."""
    assert known(Policies=[block(document)]) == {"policies": [read(expected)]}
    assert known(False, Policies=[block(document)]) == {"policies": [read(OneOf((expected, "")))]}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"Version": Sensitive("2012-10-17"), "Id": "x"}, True),
        ({"Statement": ["x", Sensitive("y")]}, True),
        ({"Statement": [{"Action": Sensitive("y")}, "x"]}, True),
        ({"Statement": [{"Action": "y"}]}, False),
        ({}, False),
    ],
)
def test_a_document_of_which_a_part_is_sensitive(document: Value, expected: bool) -> None:
    """Is sensitive as a whole."""
    (one,) = known(Policies=[block(document)])["policies"]
    assert one["policy_document"] == json.dumps(document)
    assert isinstance(one["policy_document"], Sensitive) == expected
