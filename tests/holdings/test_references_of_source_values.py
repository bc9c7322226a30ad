"""What a value of the source that can't be decoded depends on."""

from typing import Any

import pytest

from gate.holdings.source_values import listed, structured
from gate.source import Encoded, Rest
from gate.unknown import OneOf, Template, Unresolved

HOLE, OTHER = Unresolved(("var.a",)), Unresolved(("var.b",))


@pytest.mark.parametrize(
    ("element", "references"),
    [
        (HOLE, ("var.a",)),
        (Template(("x", HOLE, OTHER)), ("var.a", "var.b")),
        (OneOf((HOLE, "x", OTHER)), ("var.a", "var.b")),
        (Rest(Template(("x", HOLE))), ("var.a",)),
        (Encoded({"a": HOLE}), ("var.a",)),
        ([HOLE, [OTHER]], ("var.a", "var.b")),
        ({"a": HOLE, "b": {"c": OTHER}}, ("var.a", "var.b")),
        ("x", ()),
    ],
)
def test_what_an_element_of_any_number_depends_on(element: Any, references: tuple[str, ...]) -> None:
    """Everything that stands in it, at any depth."""
    assert [*listed([Rest(element)])] == [Unresolved(references)]


def test_a_text_with_a_hole_that_is_no_json() -> None:
    """Depends on what is in the hole."""
    assert structured(Template(("no JSON ", HOLE))) == Unresolved(("var.a",))
