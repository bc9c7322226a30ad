"""Values of the source without the source's own classes."""

import pytest

from gate.hcl.values import Encoded, Rest, Unordered
from gate.holdings.source_values import ends_no_text, in_order, listed, structured
from gate.unknown import OneOf, Template, Unresolved

KEY = Unresolved(("aws_kms_key.k.arn",), exact=True)
OPEN = Unresolved(("terraform_data.x.output",), exact=True)
DOCUMENT = {"Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": KEY}]}


def test_an_encoded_document_has_its_structure() -> None:
    """Each of several has its own; a plain text is left as it is, JSON or not."""
    assert structured(Encoded(DOCUMENT)) == DOCUMENT
    assert structured(OneOf((Encoded(DOCUMENT), "{"))) == OneOf((DOCUMENT, "{"))


def test_a_text_that_cannot_be_decoded_is_what_it_refers_to() -> None:
    """A hole outside of a string may be anything."""
    assert structured(Template(("{", KEY, "}"))) == Unresolved(KEY.references)


def test_any_number_of_statements_is_one_that_is_there_or_not() -> None:
    """What is unknown in a list says nothing of how often it is there."""
    statement = DOCUMENT["Statement"][0]
    assert structured(Encoded({"Statement": [Rest(statement)]})) == {"Statement": [OneOf((statement, None))]}


def test_any_number_of_unknown_statements_may_be_anything() -> None:
    """It is not one that may be left out, as what is a text for certain is."""
    assert structured(Encoded({"Statement": [Rest(OPEN)]})) == {"Statement": [Unresolved(OPEN.references)]}
    assert structured(Encoded({"Resource": [Rest(KEY)]})) == {"Resource": [OneOf((KEY, None))]}


@pytest.mark.parametrize(
    ("value", "elements"),
    [
        (None, []),
        ("a", ["a"]),
        (["a", KEY], ["a", KEY]),
        ([Rest(KEY), "a"], [KEY, "a"]),
        ([Rest("a")], [Unresolved()]),
    ],
)
def test_the_elements_of_a_list(value: object, elements: list[object]) -> None:
    """What may be any number of elements is one unknown."""
    assert list(listed(value)) == elements


@pytest.mark.parametrize(("holes", "ends_none"), [((KEY, KEY), True), ((KEY, OPEN), False), ((OPEN, KEY), False)])
def test_what_may_end_the_text_that_it_stands_in(holes: tuple[Unresolved, Unresolved], ends_none: bool) -> None:
    """One part that may hold a quotation mark is enough."""
    assert ends_no_text(Template(("a", holes[0], "b", holes[1]))) is ends_none


def test_only_a_list_with_terraforms_own_order_is_in_order() -> None:
    """A set is not, nor one of several lists."""
    assert in_order(["a"])
    assert not in_order(Unordered(["a"]))
    assert not in_order(OneOf((["a"], ["b"])))
