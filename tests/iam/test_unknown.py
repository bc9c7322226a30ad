"""Unknown parts of a policy at their best and at their worst."""

import pytest
from msgspec.structs import replace

from gate.iam.boxes import boxes
from gate.iam.conditions import UNKNOWN_CLAUSE, Clause, clause
from gate.iam.guards import Access, Box, Scope, under_unknown
from gate.iam.kms import kms
from gate.iam.patterns import MANY
from gate.iam.policy import MalformedPolicy, parse
from gate.iam.variables import IS
from gate.unknown import OneOf, Template, Unresolved, Value

HOLE = Unresolved(("aws_kms_key.k.description",))
EVERY = (1 << len(kms().actions)) - 1


def allowed(*, worst: bool, **elements: Value) -> list[tuple[int, str]]:
    """What an Allow with these elements gives: actions and resource of each box."""
    statement = {"Effect": "Allow", "Action": "kms:*", "Resource": "*", **elements}
    statement = {name: value for name, value in statement.items() if value is not None}
    allows, _ = boxes(parse({"Statement": [statement]}), kms(), None, worst=worst)
    return [(box.actions, box.resources.included) for box in allows]


def denied(**elements: Value) -> int:
    """How many boxes a Deny with these elements takes away, in either case the same."""
    statement = {"Effect": "Deny", "Action": "kms:*", "Resource": "*", **elements}
    statement = {name: value for name, value in statement.items() if value is not None}
    counts = {len(boxes(parse({"Statement": [statement]}), kms(), None, worst=worst)[1]) for worst in (True, False)}
    assert len(counts) == 1
    return counts.pop()


@pytest.mark.parametrize(
    ("elements", "surely", "perhaps"),
    [
        ({"Action": HOLE}, [], [(EVERY, MANY)]),
        ({"Action": Template(("kms:", HOLE))}, [], [(EVERY, MANY)]),
        ({"Action": Template(("s3:", HOLE))}, [], []),
        ({"Action": OneOf(("kms:*", "s3:*"))}, [], [(EVERY, MANY)]),
        ({"Resource": HOLE}, [], [(EVERY, MANY)]),
        ({"Effect": HOLE}, [], [(EVERY, MANY)]),
        ({"Action": None, "NotAction": HOLE}, [], [(EVERY, MANY)]),
        ({"Resource": None, "NotResource": [HOLE]}, [], [(EVERY, MANY)]),
        ({"Condition": HOLE}, [(EVERY, MANY)], [(EVERY, MANY)]),
    ],
)
def test_an_unknown_part_of_an_allow(elements: dict[str, Value], surely: list[object], perhaps: list[object]) -> None:
    """At its best it grants nothing that is not sure, at its worst everything that its known parts leave open."""
    assert allowed(worst=False, **elements) == surely
    assert allowed(worst=True, **elements) == perhaps


@pytest.mark.parametrize(
    "elements",
    [
        {"Action": HOLE},
        {"Resource": HOLE},
        {"Effect": HOLE},
        {"Condition": HOLE},
        {"Condition": {"StringEquals": {"k": HOLE}}},
        {"Action": None, "NotAction": HOLE},
        {"Resource": None, "NotResource": ["a", HOLE]},
    ],
)
def test_an_unknown_part_of_a_deny_takes_nothing_away(elements: dict[str, Value]) -> None:
    """What it denies is not sure."""
    assert denied(**elements) == 0


def test_an_unknown_condition_is_one_of_its_own() -> None:
    """A grant under a condition that is not known yet is a conditional grant."""
    statement = {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Condition": {"Bool": {"k": HOLE}}}
    allows, _ = boxes(parse({"Statement": [statement]}), kms(), None, worst=False)
    assert [box.guard for box in allows] == [frozenset({UNKNOWN_CLAUSE})]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("[]", "not a JSON object"),
        ('{"Statement": []} x', "not JSON"),
        ('{"statement": []}', "spells `Statement`"),
        ('{"Version": "2013-01-01", "Statement": []}', "`Version`"),
        ('{"Version": "2012-10-17"}', "no `Statement`"),
        ('{"Statement": [{"Effect": "Allow", "Action": "kms:*"}]}', "neither `Resource` nor `NotResource`"),
        ('{"Statement": [{"Effect": "allow", "Action": "kms:*", "Resource": "*"}]}', "effect"),
        ('{"Statement": [{"Effect": "Allow", "Action": "a", "NotAction": "b", "Resource": "*"}]}', "both `Action`"),
        ('{"Statement": [{"Effect": "Allow", "Action": "a", "Action": "b", "Resource": "*"}]}', "repeated"),
        ('{"Statement": [{"Effect": "Allow", "Action": [1], "Resource": "*"}]}', "list of texts"),
        ('{"Statement": [{"Effect": "Allow", "Action": "a", "Resource": "*", "Principal": "*"}]}', "must not have"),
        ('{"Statement": [{"Effect": "Allow", "Action": "a", "Resource": "*", "Condition": []}]}', "not an object"),
        ('{"Statement": [{"Effect": "Allow", "Action": "a", "Resource": "\\ue000"}]}', "private-use"),
        ('{"Statement": [{"Effect": "Allow", "Action": "\\u212ams:*", "Resource": "*"}]}', "not ASCII"),  # Kelvin's K
        ("[" * 100_000, "nested too deeply"),
        ('{"Statement": ' + "1" * 5000 + "}", "not JSON"),
    ],
)
def test_what_aws_refuses_is_malformed(document: str, reason: str) -> None:
    """Nothing about it can be proved; the message says why."""
    with pytest.raises(MalformedPolicy) as malformed:
        parse(document)
    assert reason in str(malformed.value)


@pytest.mark.parametrize("document", ["", " \n", None])
def test_an_empty_text_is_no_document(document: str | None) -> None:
    """It grants nothing and is no error."""
    assert parse(document) == parse({"Statement": []})


ALLOW = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
OTHER = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}
CHOICES: list[Value] = [
    OneOf(({"Statement": [ALLOW]}, {"Statement": [OTHER]})),
    OneOf(({"Statement": [ALLOW]}, "")),
    {"Statement": OneOf(([ALLOW], [OTHER]))},
    {"Statement": [OneOf((ALLOW, None))]},
    {"Statement": [OneOf((OTHER, OneOf((ALLOW, None))))]},
    {"Statement": [{**ALLOW, "Effect": OneOf(("Allow", "Deny"))}]},
    {"Statement": [{**ALLOW, "Action": OneOf((["kms:*"], ["s3:*"]))}]},
    {"Statement": [{**ALLOW, "Action": ["s3:*", OneOf(("kms:*", None))]}]},
    {"Statement": [{**ALLOW, "Resource": OneOf((["arn:aws:s3:::b"], "*"))}]},
]


@pytest.mark.parametrize("document", CHOICES)
def test_a_choice_among_allows_is_their_union(document: Value) -> None:
    """At its worst a choice grants what any of its alternatives does, and at its best nothing of it."""
    policy = parse(document)
    assert (EVERY, MANY) in [(box.actions, box.resources.included) for box in boxes(policy, kms(), None, worst=True)[0]]
    assert not [box for box in boxes(policy, kms(), None, worst=False)[0] if box.resources.included == MANY]


@pytest.mark.parametrize(
    "document",
    [
        OneOf(({"Statement": [DENY]}, {"Statement": [OTHER]})),
        {"Statement": OneOf(([DENY], []))},
        {"Statement": [OneOf((DENY, None))]},
        {"Statement": [{**DENY, "Effect": OneOf(("Allow", "Deny"))}]},
        {"Statement": [{**DENY, "Action": OneOf(("kms:*", "s3:*"))}]},
        {"Statement": [{**DENY, "Action": [OneOf(("kms:*", None))]}]},
        {"Statement": [{**DENY, "Resource": OneOf(("*", "arn:aws:s3:::b"))}]},
        {"Statement": [{**DENY, "Condition": OneOf(({}, {"StringEquals": {"aws:x": "y"}}))}]},
    ],
)
def test_a_choice_among_denies_takes_nothing_away_that_one_of_them_leaves(document: Value) -> None:
    """Of Denies only what every alternative denies could count; what stands in one of them alone does not."""
    for worst in (True, False):
        assert boxes(parse(document), kms(), None, worst=worst)[1] == ()


def test_what_is_beside_a_choice_among_denies_is_certain() -> None:
    """A Deny that is there in any case counts, with the part of it that is no choice."""
    document = {"Statement": [DENY, OneOf((ALLOW, None)), {**DENY, "Action": ["kms:Sign", OneOf(("kms:*", None))]}]}
    denies = boxes(parse(document), kms(), None, worst=True)[1]
    assert [box.actions.bit_count() for box in denies] == [EVERY.bit_count(), 1]


def test_a_condition_that_nobody_knows_may_be_each_that_is_there() -> None:
    """What is allowed under one is allowed under that one too, and no more; not on which resource a condition is."""
    known, fixed = clause("StringEquals", "aws:username", ("a",)), Clause(IS, "resource", ("k",))
    box = Box(1, Scope(MANY), frozenset({known, fixed}), None)
    under = under_unknown(Access((box,), boundary=(box,)))
    also = replace(box, guard=frozenset({fixed, UNKNOWN_CLAUSE}))
    assert (under.allows, under.boundary) == ((box, also), (box, also))
    assert under_unknown(Access((box,))).boundary is None
