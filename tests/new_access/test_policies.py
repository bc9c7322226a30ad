"""What a holder may do of some services, before it is worked out."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.holdings.principal import Principal
from gate.iam.kms import kms
from gate.iam.policy import NOTHING, parse
from gate.new_access.policies import (
    Malformed,
    certain_policies,
    denies,
    has_unknown,
    has_unknown_condition,
    may_allow,
    open_statements,
    policies_if_lost,
    policy_in,
    policy_of,
    readable_policy,
    split_by,
    stand_ins,
    unknown_parts,
    without_open_denies,
)
from gate.unknown import OneOf, Unresolved
from tests.helpers.plans import policy, statement

NOT_ACTION = {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (policy(statement("kms:Decrypt"), statement("s3:*")), False),
        (policy(statement("iam:*", effect="Deny"), statement("logs:*")), False),
        (policy(), False),
        ("", False),
        (policy(statement("s3:*"), statement(["kms:*", "IAM:PutRolePolicy"])), True),
        (policy(statement("sts:AssumeRole")), True),
        (policy(statement("*")), True),
        (policy(statement("i*:PassRole")), True),
        (policy(statement("?am:PassRole")), True),
        (policy(NOT_ACTION), True),
        ("no policy", True),
        (None, True),
        (Unresolved(), True),
        ({"Statement": [statement(Unresolved())]}, True),
        ({"Statement": Unresolved()}, True),
    ],
)
def test_what_may_allow_an_action_of_a_service(content: Any, expected: bool) -> None:
    """Only a document that is known, and names other services in full, certainly allows nothing."""
    held = HeldDocument(Document(Place("aws_iam_role_policy.p", "policy"), content))
    assert may_allow(held.document, ("iam", "sts")) is expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (policy(statement("kms:*"), statement("s3:*", effect="Deny")), True),
        ({"Statement": [{**statement("kms:*"), "Effect": Unresolved(("var.a",))}]}, True),
        (policy(statement("kms:*")), False),
        (policy(), False),
        ("no policy", False),
        (None, False),
    ],
)
def test_what_has_a_deny_or_may_have_one(content: Any, expected: bool) -> None:
    """What can't be read has none."""
    assert denies(Document(Place("aws_iam_role_policy.p", "policy"), content)) is expected


def test_a_policy_of_aws_may_allow_more_than_gate_knows_of_it() -> None:
    """gate has the statements of AWS's policies that say something of KMS, no others."""
    place = Place("arn:aws:iam::aws:policy/IAMFullAccess", "")
    assert may_allow(Document(place, policy(statement("kms:*"))), ("iam",))


SERVICE, HOLE = kms(), Unresolved(("var.unknown",))
PLACE, OTHER = Place("aws_iam_role_policy.p", "policy"), Place("aws_iam_role_policy.q", "policy")
ALLOW, DENY = statement("kms:*"), statement("kms:*", effect="Deny")


def _held(content: Any, **more: Any) -> HeldDocument:
    return HeldDocument(Document(PLACE, content), **more)


def _holder(*after: HeldDocument) -> Holder:
    return Holder(Principal("role", "1", "app"), "role app", (), after)


def test_a_document_that_cannot_be_read_grants_nothing_and_is_noted() -> None:
    """Unless the same text was there before; one that nobody sees is neither."""
    malformed: list[Malformed] = []
    assert policy_of(_held("{"), malformed, {"["}) == NOTHING
    assert [(one.document.place, one.reason[:24]) for one in malformed] == [(PLACE, "the document is not JSON")]
    assert policy_of(_held("{"), malformed, {"{"}) == NOTHING
    assert policy_of(_held(None), malformed, set()) == NOTHING
    assert len(malformed) == 1
    assert policy_of(_held({"Statement": 1}), malformed, {"1"}) == NOTHING
    assert len(malformed) == 2


def test_a_document_that_may_go_is_a_policy_that_may() -> None:
    """Where something takes it away, or somebody else may be whose it is; with all that goes over the same."""
    over = (Principal("group", "1", "g"), OTHER)
    text = policy(ALLOW)
    assert policy_of(_held(text), [], set()) == parse(text)
    assert policy_of(_held(text, may_be_lost_at=OTHER), [], set()) == parse(text)
    for more in ({"removed_by": OTHER}, {"holder_is_uncertain": True}):
        found = policy_of(_held(text, goes_over=over, **more), [], set())
        assert found == replace(parse(text), may_go=True, goes_over=over)


@pytest.mark.parametrize(("text", "alone"), [(policy(ALLOW), False), (policy(DENY), True), (policy(ALLOW, DENY), True)])
def test_what_may_go_by_itself_too(text: str, alone: bool) -> None:
    """What denies may be gone while all that comes over the membership is there; what only allows adds to that."""
    over = (Principal("group", "1", "g"), OTHER)
    held = _held(text, removed_by=OTHER, goes_over=over, goes_by_itself=True)
    assert policy_of(held, [], set()).goes_over == (None if alone else over)


def test_what_a_holder_certainly_has_and_what_the_apply_may_lose() -> None:
    """What may be somebody else's is left out of the one; what may be lost may go in the other."""
    policies = [parse(policy(ALLOW)), parse(policy(DENY))]
    unsure = _holder(_held(policy(ALLOW), holder_is_uncertain=True), _held(policy(DENY)))
    assert certain_policies(unsure, policies) == [NOTHING, policies[1]]
    lost = _holder(_held(policy(ALLOW)), _held(policy(DENY), may_be_lost_at=OTHER))
    assert policies_if_lost(lost, policies) == [policies[0], replace(policies[1], may_go=True)]


OPEN = [
    statement(HOLE),
    statement("kms:*", HOLE),
    {**ALLOW, "Effect": HOLE},
    statement("kms:*", Condition=HOLE),
    OneOf((ALLOW, None)),
]


@pytest.mark.parametrize("entry", OPEN)
def test_a_statement_of_which_something_is_not_known(entry: Any) -> None:
    """It is open, whatever it is; and the policy has something unknown."""
    mixed = parse({"Statement": [ALLOW, entry]})
    known, one = mixed.statements
    assert one.is_open
    assert not known.is_open
    assert has_unknown(mixed)
    assert list(open_statements(mixed)) == [replace(one, index=0)]
    rest, same = split_by(mixed, [replace(one, index=0)])
    assert (rest.statements, same.statements) == ((known,), (one,))
    rest, same = split_by(mixed, [replace(known, index=0)])
    assert (rest, same.statements) == (mixed, ())


def test_a_policy_of_which_all_is_known() -> None:
    """Nothing of it is unknown; one that is a single unknown value is."""
    assert not has_unknown(parse(policy(ALLOW, DENY)))
    assert has_unknown(parse(HOLE))
    whole = parse({"Statement": [HOLE, ALLOW]})
    assert has_unknown(whole)
    _, same = split_by(whole, [])
    assert same.unknown == ()


def test_denies_that_are_not_certain_are_left_out() -> None:
    """Those that are stay, and so do Allows of any kind."""
    document = parse({"Statement": [statement(HOLE, effect="Deny"), DENY, statement(HOLE), ALLOW, OneOf((DENY, None))]})
    left = without_open_denies(document).statements
    assert [(one.index, one.effect) for one in left] == [(1, "Deny"), (2, "Allow"), (3, "Allow")]


def test_every_unknown_part_is_listed() -> None:
    """Of actions, resources and principals, and whole statements; nothing of a document that cannot be read."""
    others = [Unresolved((f"var.{name}",)) for name in "abcd"]
    listed = {"Statement": [others[0], statement(others[1], others[2])]}
    assert unknown_parts(Document(PLACE, listed)) == others[:3]
    principal = {"Statement": [statement("kms:*", Principal={"AWS": others[3]})]}
    assert unknown_parts(Document(PLACE, principal, of_key=True)) == [others[3]]
    assert unknown_parts(Document(PLACE, "{")) == []
    assert unknown_parts(Document(PLACE, policy(ALLOW))) == []


def test_what_stands_for_an_unknown_resource_is_found_by_its_text() -> None:
    """A text that stands for the ARN of a key; other resources stand for themselves."""
    key = Unresolved(("aws_kms_key.k.arn",), exact=True)
    policies = [readable_policy(Document(PLACE, {"Statement": [statement("kms:*", [key, "a"])]})), parse(policy(ALLOW))]
    found = stand_ins(policies)
    assert list(found) == ["arn:aws:kms:(not-known):(not-known):key/(aws_kms_key.k)"]
    assert [text.address for text in found.values()] == ["aws_kms_key.k"]


def test_how_a_document_is_read() -> None:
    """A policy as it is, a text, and a value with what is proven of it; a key policy with its principals."""
    ready = parse(policy(ALLOW))
    assert policy_in(Document(PLACE, ready)) is ready
    assert policy_in(Document(PLACE, policy(ALLOW))) == ready
    trusting = {"Statement": [statement("kms:*", Principal="*")]}
    for content in (trusting, json.dumps(trusting)):
        (one,) = readable_policy(Document(PLACE, content, of_key=True)).statements
        assert one.principals is not None
        refused = policy_in(Document(PLACE, content))
        assert isinstance(refused, Malformed)
        assert "`Principal`" in refused.reason
        assert readable_policy(Document(PLACE, content)) == NOTHING


@pytest.mark.parametrize(
    ("action", "expected"),
    [("s-3:Get*", False), ("iam", True), ("s3", True), ("-:Get", True), ("s3_x:Get", True), ("s3:iam:Get", False)],
)
def test_a_prefix_that_may_be_of_a_service(action: str, expected: bool) -> None:
    """One that is a name in ASCII, dashes aside, is of itself alone."""
    assert may_allow(_held(policy(statement(action))).document, ("iam",)) is expected


@pytest.mark.parametrize(
    ("content", "more", "there", "may_go"),
    [
        (policy(statement("kms:*")), {}, True, False),
        (policy(statement("kms:*")), {"may_not_come": True}, True, True),
        (policy(statement("kms:*")), {"holder_is_uncertain": True}, True, True),
        (policy(statement("kms:*")), {"removed_by": OTHER}, True, True),
        (policy(statement("kms:*")), {"is_gone": True, "removed_by": OTHER}, False, False),
        ("no policy", {"is_gone": True}, False, False),
        (None, {"may_not_come": True}, False, False),
    ],
)
def test_a_document_that_is_gone_or_hidden_says_nothing(content: Any, more: Any, there: bool, may_go: bool) -> None:
    """Nor can it not be read. One that may not be there says what it says, and may go."""
    malformed: list[Malformed] = []
    read = policy_of(HeldDocument(Document(PLACE, content), **more), malformed, set())
    assert (bool(read.statements), read.may_go) == (there, may_go)
    assert malformed == []


@pytest.mark.parametrize(("effect", "expected"), [("Allow", True), ("Deny", False)])
def test_an_unknown_condition_may_be_the_one_that_was_there_only_of_an_allow(effect: str, expected: bool) -> None:
    """A Deny under a condition that nobody knows stops nothing for certain, whatever was there before."""
    unknown = statement("kms:*", effect=effect, Condition={"StringEquals": {"aws:username": Unresolved()}})
    content: Any = {"Statement": [statement("kms:Decrypt"), unknown]}
    policies = [parse({"Statement": [statement("s3:*")]}), parse(content)]
    assert has_unknown_condition(policies) is expected
