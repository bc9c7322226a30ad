"""From statements to boxes: what each says of the service's actions and of resources."""

from typing import Any

import pytest
from msgspec.structs import replace

from gate.iam import variables
from gate.iam.boxes import boxes, named
from gate.iam.conditions import UNKNOWN_CLAUSE, Guard, clause
from gate.iam.guards import Box, Scope
from gate.iam.kms import kms
from gate.iam.patterns import MANY, glob
from gate.iam.policy import Policy, parse
from gate.unknown import OneOf, Template, Unresolved, Value
from tests.helpers.plans import policy, statement

EVERY = (1 << len(kms().actions)) - 1
HOLE = Unresolved(("aws_kms_key.k.description",))
KEY = Unresolved(("aws_kms_key.k.arn",), exact=True, stands_for="arn:aws:kms:(not-known):(not-known):key/(k)")
LIKELY = Unresolved(("aws_kms_key.k.arn",), exact=False, stands_for="arn:aws:kms:(not-known):(not-known):key/(k)")
OWN = "arn:aws:kms:*:*:key/${aws:PrincipalTag/k}"
Told = list[tuple[int, str, set[str], Guard]]


def _parsed(*statements: dict[str, Any]) -> Policy:
    return parse({"Version": "2012-10-17", "Statement": [*statements]})


def _statement(effect: str, elements: dict[str, Value]) -> dict[str, Any]:
    every = {"Effect": effect, "Action": "kms:*", "Resource": "*", **elements}
    return {name: value for name, value in every.items() if value is not None}


def _told(found: tuple[Box, ...]) -> Told:
    return [(box.actions, box.resources.included, set(box.resources.excluded), box.guard) for box in found]


def _allowed(elements: dict[str, Value], *, worst: bool) -> Told:
    return _told(boxes(_parsed(_statement("Allow", elements)), kms(), None, worst=worst)[0])


def _denied(elements: dict[str, Value], *, best: bool) -> Told:
    return _told(boxes(_parsed(_statement("Deny", elements)), kms(), None, worst=True, best=best)[1])


def test_a_document_of_which_nothing_is_known_grants_everything_at_its_worst() -> None:
    """Every action of the service on every resource; nothing where it is taken at its best."""
    unknown = parse(HOLE)
    assert boxes(unknown, kms(), "p", worst=True) == ((Box(EVERY, Scope(MANY), frozenset(), ("p", None)),), ())
    assert boxes(unknown, kms(), "p", worst=False) == ((), ())


@pytest.mark.parametrize(
    ("elements", "may_deny"),
    [
        ({"Action": HOLE}, [(EVERY, MANY, set(), frozenset())]),
        ({"Resource": HOLE}, [(EVERY, MANY, set(), frozenset())]),
        ({"Resource": LIKELY}, [(EVERY, glob(LIKELY.stands_for), set(), frozenset())]),
        ({"Effect": HOLE}, [(EVERY, MANY, set(), frozenset())]),
        ({"Effect": "Allow"}, []),
        ({"Condition": HOLE}, [(EVERY, MANY, set(), frozenset())]),
    ],
)
def test_an_unknown_part_of_a_deny_may_deny_at_its_best(elements: dict[str, Value], may_deny: Told) -> None:
    """Everything that it may deny, where that is asked for; what may be a Deny counts as one, an Allow does not."""
    assert _denied(elements, best=True) == may_deny
    assert _denied(elements, best=False) == []


@pytest.mark.parametrize(
    ("resource", "surely", "perhaps"),
    [
        (KEY, [], [KEY.stands_for]),
        (Template((KEY, "/x")), [], [f"{KEY.stands_for}/x"]),
        (Template(("arn:aws:kms:", HOLE, ":1:key/a")), [], [glob("arn:aws:kms:*:1:key/a")]),
        (OneOf(("a", OneOf(("b", ["c", HOLE])))), [], [MANY, "a", "b", "c"]),
        (OneOf((KEY, "b")), [], [KEY.stands_for, "b"]),
    ],
)
def test_what_an_allow_with_an_unknown_resource_reaches(resource: Value, surely: list[str], perhaps: list[str]) -> None:
    """Nothing for sure; at its worst what its unknown parts stand for, or any text in their place."""
    assert [told[1] for told in _allowed({"Resource": resource}, worst=False)] == surely
    assert sorted(told[1] for told in _allowed({"Resource": resource}, worst=True)) == sorted(perhaps)


@pytest.mark.parametrize(
    ("resource", "denied"),
    [
        (KEY, [KEY.stands_for]),
        (["a", KEY], ["a", KEY.stands_for]),
        (Template(("x/", KEY)), [f"x/{KEY.stands_for}"]),
        (LIKELY, []),
        (Template((KEY, HOLE)), []),
    ],
)
def test_a_deny_of_a_resource_that_something_stands_for_is_certain(resource: Value, denied: list[str]) -> None:
    """The same key is denied whatever its ARN will be; one of which that is only likely is not."""
    assert [told[1] for told in _denied({"Resource": resource}, best=False)] == denied


@pytest.mark.parametrize(
    ("listed", "surely", "perhaps"),
    [
        (["a"], [{"a"}], [{"a"}]),
        (["a", KEY], [{"a", KEY.stands_for}], [{"a"}]),
        (["a", HOLE], [], [{"a"}]),
        (["a", KEY, HOLE], [], [{"a"}]),
    ],
)
def test_a_not_resource_with_something_unknown(
    listed: list[Value], surely: list[set[str]], perhaps: list[set[str]]
) -> None:
    """What a list leaves in is certain where all of it is told apart from everything else; at its worst an unknown one
    leaves nothing out."""
    elements = {"Resource": None, "NotResource": listed}
    assert [told[2] for told in _allowed(elements, worst=False)] == surely
    assert [told[2] for told in _allowed(elements, worst=True)] == perhaps
    assert [told[2] for told in _denied(elements, best=False)] == surely


@pytest.mark.parametrize(
    ("action", "perhaps"),
    [
        (HOLE, [EVERY]),
        (Template(("kms:Dec", HOLE)), [EVERY]),
        (["kms:Decrypt", HOLE], [EVERY & ~(1 << kms().actions.index("Decrypt"))]),
        (["kms:*", HOLE], []),
    ],
)
def test_a_not_action_with_something_unknown(action: Value, perhaps: list[int]) -> None:
    """Nothing for sure, whatever it says; at its worst it leaves out only what is known."""
    elements = {"Action": None, "NotAction": action}
    assert _allowed(elements, worst=False) == []
    assert [told[0] for told in _allowed(elements, worst=True)] == perhaps


def test_a_variable_in_a_resource_is_a_clause_of_its_own() -> None:
    """The statement is for whatever the variable may hold, under the clause that it does hold it."""
    same = variables.resource_clause([OWN])
    tag = clause("StringEquals", "aws:PrincipalTag/t", ["x"])
    condition = {"StringEquals": {"aws:PrincipalTag/t": "x"}}
    wide = glob("arn:aws:kms:*:*:key/*")
    assert same is not None
    assert _allowed({"Resource": OWN, "Condition": condition}, worst=False) == [
        (EVERY, wide, set(), frozenset({tag, same}))
    ]
    assert _denied({"Resource": [OWN, "a"]}, best=False) == [
        (EVERY, "a", set(), frozenset()),
        (EVERY, wide, set(), frozenset({same})),
    ]


def test_a_variable_in_a_not_resource_leaves_out_what_it_holds() -> None:
    """What it cannot hold is left in; what it could hold is left in under the clause that it does not."""
    apart = variables.resource_clause([OWN], negated=True)
    tag = clause("StringEquals", "aws:PrincipalTag/t", ["x"])
    elements = {
        "Resource": None, "NotResource": ["a", OWN], "Condition": {"StringEquals": {"aws:PrincipalTag/t": "x"}},
    }  # fmt: skip
    assert apart is not None
    assert _allowed(elements, worst=False) == [
        (EVERY, MANY, {"a", glob("arn:aws:kms:*:*:key/*")}, frozenset({tag})),
        (EVERY, MANY, {"a"}, frozenset({tag, apart})),
    ]


def test_variables_are_none_in_an_old_version() -> None:
    """A document of 2008 knows no policy variables: `$` is a character, and `*` in it a wildcard."""
    old = parse({"Version": "2008-10-17", "Statement": [_statement("Allow", {"Resource": "key/${*}"})]})
    new = parse({"Version": "2012-10-17", "Statement": [_statement("Allow", {"Resource": "key/${*}"})]})
    assert [told[1] for told in _told(boxes(old, kms(), None, worst=False)[0])] == [glob("key/${*}")]
    assert [told[1] for told in _told(boxes(new, kms(), None, worst=False)[0])] == ["key/*"]
    old = parse({"Version": "2008-10-17", "Statement": [_statement("Allow", {"Resource": OWN})]})
    assert _told(boxes(old, kms(), None, worst=False)[0]) == [(EVERY, glob(OWN), set(), frozenset())]


def test_an_unknown_action_is_any_action_whatever_it_most_likely_is() -> None:
    """At its worst."""
    assert [told[0] for told in _allowed({"Action": LIKELY}, worst=True)] == [EVERY]


def test_an_unknown_condition_holds_at_the_worst() -> None:
    """Beside the clauses that are known; taken at its best it is one more clause."""
    elements = {"Condition": {"Bool": {"k": HOLE}, "StringEquals": {"aws:PrincipalTag/t": "x"}}}
    tag = clause("StringEquals", "aws:PrincipalTag/t", ["x"])
    assert _allowed(elements, worst=True) == [(EVERY, MANY, set(), frozenset({tag}))]
    assert _allowed(elements, worst=False) == [(EVERY, MANY, set(), frozenset({tag, UNKNOWN_CLAUSE}))]
    assert _denied(elements, best=True) == [(EVERY, MANY, set(), frozenset({tag}))]


def test_a_statement_that_is_not_certain_hides_no_other() -> None:
    """What stands after it counts."""
    deny = _statement("Deny", {"Action": "kms:Sign"})
    document = _parsed(
        OneOf((_statement("Deny", {}), None)),  # type: ignore[arg-type]
        deny,
        _statement("Allow", {}),
    )
    allows, denies = boxes(document, kms(), None, worst=False)
    assert [box.actions for box in allows] == [EVERY]
    assert [box.actions.bit_count() for box in denies] == [1]


def test_what_a_policy_that_may_go_says_goes_with_it() -> None:
    """With all that goes over the same, else with itself; what stays goes with nothing."""
    document = parse(policy(statement("kms:*"), statement("kms:*", effect="Deny")))
    going = replace(document, may_go=True)
    over = replace(going, goes_over=("b", "c"))
    assert [box.goes_with for some in boxes(document, kms(), "a", worst=True) for box in some] == [None, None]
    assert [box.goes_with for some in boxes(going, kms(), "a", worst=True) for box in some] == [("a",), ("a",)]
    assert [box.goes_with for some in boxes(over, kms(), "a", worst=True) for box in some] == [("b", "c"), ("b", "c")]


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("kms:Decrypt", ["Decrypt"]),
        ("KMS:decrypt", ["Decrypt"]),
        ("k?s:Decrypt", ["Decrypt"]),
        ("*:Decrypt", ["Decrypt"]),
        ("*Decrypt", ["Decrypt"]),
        ("kms*crypt", ["Decrypt", "Encrypt"]),
        ("*", ["Decrypt", "Encrypt"]),
        ("k:m:Decrypt", []),
        ("s3:Decrypt", []),
        ("*:s:Decrypt", []),
        ("kms:Decrypt:x", []),
        ("Decrypt", []),
    ],
)
def test_which_actions_a_value_names(value: str, names: list[str]) -> None:
    """In any case; a wildcard may stand before the colon, and for it."""
    actions = ("Decrypt", "Encrypt")
    found = named(value, "kms", actions)
    assert [name for i, name in enumerate(actions) if found >> i & 1] == names


def test_what_stands_beside_every_resource_adds_nothing() -> None:
    """However many patterns and variables do, the statement is one box."""
    listed = ["arn:aws:kms:*:*:key/*a*0*", OWN, "*", "arn:aws:kms:*:*:key/*a*1*"]
    assert _allowed({"Resource": listed}, worst=False) == [(EVERY, MANY, set(), frozenset())]
    assert _allowed({"Resource": [*listed, HOLE]}, worst=True) == [(EVERY, MANY, set(), frozenset())]
    assert _denied({"Resource": listed}, best=False) == [(EVERY, MANY, set(), frozenset())]
