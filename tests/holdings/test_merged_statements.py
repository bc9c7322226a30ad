"""Documents that a data source puts together: what takes the place of what, by Sid."""

import json
from typing import Any

import pytest

from gate.holdings.merged_statements import merged, parsed, statements_of
from gate.unknown import OneOf, Unresolved

UNKNOWN_SID = Unresolved(("var.sid",))


def named(sid: Any, action: str = "kms:*") -> dict[str, Any]:
    return {"Sid": sid, "Action": action}


PLAIN = {"Action": "s3:*"}


def test_a_statement_takes_the_place_of_one_with_its_sid() -> None:
    """Another one, and one without a Sid, comes last."""
    assert merged([named("a"), named("b")], [named("a", "s3:*")]) == [named("a", "s3:*"), named("b")]
    assert merged([named("a")], [named("c"), PLAIN]) == [named("a"), named("c"), PLAIN]
    assert merged([PLAIN], [PLAIN]) == [PLAIN, PLAIN]


def test_what_is_added_together_does_not_replace_one_another() -> None:
    """Two of one Sid both stay where no earlier one has it."""
    assert merged([], [named("a"), named("a", "s3:*")]) == [named("a"), named("a", "s3:*")]


@pytest.mark.parametrize("added", [named(UNKNOWN_SID), UNKNOWN_SID])
def test_one_that_may_have_any_sid_may_replace_every_one_that_has_one(added: Any) -> None:
    """What has no Sid stays for certain."""
    assert merged([named("a"), PLAIN], [added]) == [OneOf((named("a"), None)), PLAIN, added]


def test_one_whose_own_sid_is_unknown_may_be_replaced() -> None:
    """By any that is added with a Sid, not by one without."""
    assert merged([named(UNKNOWN_SID)], [named("a")]) == [OneOf((named(UNKNOWN_SID), None)), named("a")]
    assert merged([named(UNKNOWN_SID)], [PLAIN]) == [named(UNKNOWN_SID), PLAIN]


def test_the_statements_of_a_policy_are_as_known_as_the_policy() -> None:
    """One statement may stand without a list; of an unknown policy nothing is known."""
    assert statements_of({"Statement": PLAIN}) == [PLAIN]
    assert statements_of({"Statement": [PLAIN]}) == [PLAIN]
    assert statements_of({}) == []
    assert statements_of(UNKNOWN_SID) == [UNKNOWN_SID]
    one, other = {"Statement": [PLAIN]}, {"Statement": []}
    assert statements_of(OneOf((one, other))) == [OneOf(([PLAIN], []))]


@pytest.mark.parametrize(
    "text",
    [
        '{"statement": []}',
        '{"Version": "2012-10-17", "statement": []}',
        '{"Statement": [], "Statement": []}',
        '{"Statement": [{"Sid": "a", "SID": "b"}]}',
        "[]",
        "no",
    ],
)
def test_a_text_that_the_provider_may_read_otherwise_is_not_relied_on(text: str) -> None:
    """Names in another case, repeated names, and what is no object."""
    assert parsed(text) == Unresolved()


def test_an_empty_text_is_an_empty_document() -> None:
    """As the provider takes it."""
    assert parsed("") == {}
    assert parsed('{"Statement": []}') == {"Statement": []}


def test_what_is_added_is_there_for_certain() -> None:
    """One that may have any Sid replaces nothing that is added with it."""
    may_be = OneOf((named("a"), None))
    assert merged([named("a")], [named("b"), UNKNOWN_SID]) == [may_be, named("b"), UNKNOWN_SID]
    assert merged([named("a")], [UNKNOWN_SID, UNKNOWN_SID]) == [may_be, UNKNOWN_SID, UNKNOWN_SID]
    assert merged([], [named("a"), UNKNOWN_SID]) == [named("a"), UNKNOWN_SID]


def test_one_of_two_statements_may_be_replaced_as_well() -> None:
    """Then it is neither of them."""
    either = OneOf((named("a"), named("b")))
    assert merged([either], [UNKNOWN_SID]) == [OneOf((either, None)), UNKNOWN_SID]


def test_a_text_with_names_of_its_own() -> None:
    """Keys of conditions are none of IAM's elements."""
    condition = {"StringEquals": {"aws:PrincipalTag/team": "a"}}
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Condition": condition}]}
    assert parsed(json.dumps(document)) == document


def test_an_empty_sid_is_no_sid() -> None:
    """As the provider takes it: nothing takes another's place for it."""
    assert merged([named("")], [{**named(""), "Effect": "Deny"}]) == [named(""), {**named(""), "Effect": "Deny"}]


def test_two_unknown_sids_may_be_two() -> None:
    """That nothing is known of either says nothing: what was there is there or not."""
    own, added = named(Unresolved()), {**named(Unresolved()), "Effect": "Deny"}
    assert merged([own], [added]) == [OneOf((own, None)), added]
