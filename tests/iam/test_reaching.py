"""What a policy may allow by what is written of it."""

from typing import Any

import pytest

from gate.iam.policy import Element, parse
from gate.iam.reaching import reaching
from gate.unknown import OneOf, Unresolved
from tests.helpers.plans import statement

ANY = Unresolved(("var.a",))
EITHER = OneOf(("s3:*", "iam:*"))


@pytest.mark.parametrize(
    ("value", "action"),
    [
        (EITHER, Element(("s3:*", "iam:*"), False)),
        (OneOf((["s3:*"], OneOf(("kms:*", ["iam:*"])))), Element(("s3:*", "kms:*", "iam:*"), False)),
        (["a:b", EITHER], Element(("a:b", "s3:*", "iam:*"), False)),
        (["a:b", ANY], Element(("a:b",), False, (ANY,))),
        (OneOf(("s3:*", ANY)), Element(("s3:*",), False, (OneOf(("s3:*", ANY)),))),
    ],
)
def test_every_text_of_an_allow(value: Any, action: Element) -> None:
    """Also in lists; what may be anything stays unknown."""
    (one,) = reaching(parse({"Statement": statement(value)})).statements
    assert one.action == action


def test_what_is_left_out_is_left_out_for_certain() -> None:
    """Of alternatives of NotAction none is."""
    not_these = statement(NotAction=["a:b", EITHER])
    (one,) = reaching(parse({"Statement": not_these})).statements
    assert one.action == Element(("a:b",), True)


def test_resources_reach_as_far_as_they_do_in_an_allow() -> None:
    """A short ARN is completed."""
    (one,) = reaching(parse({"Statement": statement("a:b", OneOf(("arn:aws:iam", "*")))})).statements
    assert one.resource == Element(("arn:aws:iam:*:*:*", "*"), False)


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        (statement("a:b", effect="Deny"), ["Deny"]),
        (statement(EITHER, effect="Deny"), []),
        (statement("a:b", effect="Deny", Condition=ANY), []),
        (OneOf((statement("a:b", effect="Deny"), None)), []),
        (OneOf((statement("a:b"), None)), ["Allow"]),
        ({**statement("a:b"), "Effect": OneOf(("Allow", "Deny"))}, ["Allow"]),
        (statement("a:b", Condition=ANY), ["Allow"]),
    ],
)
def test_what_may_be_there(entry: Any, kept: list[str]) -> None:
    """An Allow that may be there is; a Deny that may not be is not."""
    found = reaching(parse({"Statement": [entry]})).statements
    assert [one.effect for one in found] == kept
    assert all(one.certain for one in found)


def test_only_what_is_among_others_reaches_further() -> None:
    """At whatever position; the rest allows what is certain."""
    policy = parse({"Statement": [statement("a:b"), statement(EITHER), statement(OneOf(("c:d", "e:f")))]})
    others = [parse({"Statement": [statement(EITHER)]}).statements[0]]
    assert [one.action.values for one in reaching(policy, others).statements] == [("a:b",), ("s3:*", "iam:*"), ()]
