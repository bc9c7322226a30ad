"""Policy documents that are read during apply, put together from their planned arguments."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from gate.holdings.deferred_documents import DeferredDocuments
from gate.plan.addresses import target_of
from gate.plan.arns import unknown_key
from gate.plan.model import Plan, read
from gate.plan.references import References
from gate.source import Rest, Unordered
from gate.unknown import OneOf, Template, Unresolved, Value
from tests.helpers.plans import change, plan
from tests.helpers.told import Told

TYPE = "aws_iam_policy_document"
D = f"data.{TYPE}.d"
LATER = object()  # in the arguments of a read: known after apply
MOST, DEPTH = 500, 20
Arguments = Mapping[str, Any]


def known_and_unknown(value: Any) -> tuple[Any, Any]:
    """What `after` and `after_unknown` say of a value with LATER in it."""
    if value is LATER:
        return None, True
    if isinstance(value, dict):
        pairs = {key: known_and_unknown(member) for key, member in value.items()}
        known = {key: pair[0] for key, pair in pairs.items() if value[key] is not LATER}
        return known, {key: pair[1] for key, pair in pairs.items() if pair[1] not in (False, [], {})}
    if isinstance(value, list):
        pairs_in_order = [known_and_unknown(member) for member in value]
        return [one for one, _ in pairs_in_order], [unknown for _, unknown in pairs_in_order]
    return value, False


def deferred(arguments: Arguments | None, name: str = "d", key: int | None = None, kind: str = TYPE) -> dict[str, Any]:
    """A data source that is read during apply."""
    known, unknown = known_and_unknown(arguments)
    address = f"data.{kind}.{name}" + ("" if key is None else f"[{key}]")
    changed = {"actions": ["read"], "before": None, "after": known, "after_unknown": unknown}
    index = {} if key is None else {"index": key}
    return {"address": address, "mode": "data", "type": kind, "name": name, "change": changed, **index}


def block(expressions: Any, name: str = "d", kind: str = TYPE) -> dict[str, Any]:
    return {"address": f"data.{kind}.{name}", "mode": "data", "type": kind, "name": name, "expressions": expressions}


def to(*references: str) -> dict[str, Any]:
    return {"references": [*references]}


def documents(reads: list[Any], blocks: Any = (), values: Any = None, nested: Any = None) -> DeferredDocuments:
    """Those of a plan of these reads; `values` and `nested` are what the source tells."""
    raw = plan(*reads, configuration={"root_module": {"resources": [*blocks]}})
    made: Plan = read(raw, "plan.json")[0]
    return DeferredDocuments(References(made), Told(made, values, nested))


def built(arguments: Arguments | None, expressions: Any = None, **told: Any) -> Value:
    """The document of one read."""
    blocks = [] if expressions is None else [block(expressions)]
    return documents([deferred(arguments)], blocks, **told).at_reference(f"{D}.json")


def statements(arguments: Arguments, expressions: Any = None, **told: Any) -> Any:
    found = built(arguments, expressions, **told)
    assert isinstance(found, dict)
    return found["Statement"]


def allow(*actions: Any, **more: Any) -> dict[str, Any]:
    """A block `statement`, with less than a data source would give."""
    return {"actions": [*actions], **more}


def stated(*actions: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": [*actions], **more}


def text(*found: Any) -> str:
    return json.dumps({"Statement": [*found]})


A, B = stated("kms:A"), stated("kms:B")
OWN = {"statement": [allow("kms:Own")]}
MINE = stated("kms:Own")
UNTOLD = Unresolved((D,))
WHOSE = read(plan(change("aws_iam_role_policy.p", None, {"role": "app"})), "plan.json")[0].resource_changes[0]


@pytest.mark.parametrize(
    ("reference", "is_found"),
    [
        (f"{D}.json", True),
        (f"{D}.minified_json", True),
        (f"{D}.id", False),
        (f"data.{TYPE}.other.json", False),
        ("data.http.d.json", False),
        ("local.json", False),
        ("var.json.json", False),
    ],
)
def test_what_a_reference_leads_to(reference: str, is_found: bool) -> None:
    """The JSON of a data source of this type, and of no other, however it is asked for."""
    found = documents([deferred(OWN), deferred(OWN, kind="http")])
    expected = {"Version": "2012-10-17", "Statement": [MINE]} if is_found else None
    assert found.behind(target_of(reference), WHOSE) == expected
    assert found.at_reference(reference) == expected
    assert found.behind(None, WHOSE) is None


def test_the_instance_that_a_reference_names() -> None:
    """Without a key it may be any of several: one document only where all are alike."""
    found = documents([deferred({"statement": [allow(f"kms:{key}")]}, key=key) for key in (0, 1)])
    zero, one = ({"Version": "2012-10-17", "Statement": [stated(f"kms:{key}")]} for key in (0, 1))
    assert (found.at_reference(f"{D}[0].json"), found.at_reference(f"{D}[1].json")) == (zero, one)
    assert found.at_reference(f"{D}.json") is None
    assert found.behind(target_of(f"{D}.json"), WHOSE) == OneOf((zero, one))
    alike = documents([deferred(OWN, key=key) for key in (0, 1)])
    assert alike.behind(target_of(f"{D}.json"), WHOSE) == {"Version": "2012-10-17", "Statement": [MINE]}


def test_a_read_of_which_nothing_is_planned() -> None:
    """Is unknown as a whole."""
    assert built(None) == UNTOLD


def test_the_source_is_not_asked_for_what_the_plan_knows() -> None:
    """It may know less: of statements of which nothing is hidden it makes nothing else."""
    known = {"statement": [allow("kms:Own", effect="Allow", resources=["a"])]}
    blocks = {f"{D}.statement": [{"actions": ["kms:Own"], "resources": [Unresolved(("local.a",))]}]}
    assert statements(known, nested=blocks) == [stated("kms:Own", Resource=["a"])]


def test_the_version() -> None:
    """The provider's own is the newest."""
    for version, expected in (("2008-10-17", "2008-10-17"), (None, "2012-10-17"), (LATER, "2012-10-17")):
        assert built({**OWN, "version": version}) == {"Version": expected, "Statement": [MINE]}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"source_json": text(A)}, [A, MINE]),
        ({"source_json": ""}, [MINE]),
        ({"source_json": None}, [MINE]),
        ({"source_policy_documents": [text(A), text(B)]}, [A, B, MINE]),
        ({"source_json": text(A), "source_policy_documents": [text(B)]}, [A, B, MINE]),
        ({"override_json": text(A)}, [MINE, A]),
        ({"override_json": ""}, [MINE]),
        ({"override_policy_documents": [text(A)]}, [MINE, A]),
        ({"override_json": text(A), "override_policy_documents": [text(B)]}, [MINE, B, A]),
    ],
)
def test_the_order_of_what_is_put_together(arguments: Arguments, expected: list[Any]) -> None:
    """As the provider does it."""
    assert statements({**OWN, **arguments}) == expected


@pytest.mark.parametrize("argument", ["source_json", "override_json"])
def test_how_many_statements_are_put_together(argument: str) -> None:
    """As many as a policy of the largest size can have; of more nothing is said."""
    for own in (0, 1):
        block = {"statement": [allow("kms:Own")] * own}
        assert len(statements({**block, argument: text(*[A] * (MOST - own))})) == MOST
        for more in (1, 2, 3):
            assert built({**block, argument: text(*[A] * (MOST - own + more))}) == UNTOLD


def chain(length: int, *, told: bool) -> Value:
    """The document of the first of so many, each of which has the next one for its source. `told` by the source, or by
    the references of the plan."""
    names = [f"d{place}" for place in range(length)]
    nexts = dict(zip(names, [f"data.{TYPE}.{name}.json" for name in names[1:]], strict=False))
    reads = [deferred({"source_json": LATER} if name in nexts else OWN, name) for name in names]
    blocks = [block({} if told else {"source_json": to(other)}, name) for name, other in nexts.items()]
    values = {f"data.{TYPE}.{name}.source_json": Unresolved((other,), exact=True) for name, other in nexts.items()}
    return documents(reads, blocks, values if told else {}).at_reference(f"data.{TYPE}.d0.json")


@pytest.mark.parametrize("told", [False, True])
def test_how_far_sources_are_followed(told: bool) -> None:
    """Up to a depth that no configuration has; what is behind it is unknown."""
    assert chain(2, told=told) == {"Version": "2012-10-17", "Statement": [MINE]}
    assert chain(DEPTH + 1, told=told) == {"Version": "2012-10-17", "Statement": [MINE]}
    last = Unresolved((f"data.{TYPE}.d{DEPTH + 1}",))
    assert chain(DEPTH + 2, told=told) == {"Version": "2012-10-17", "Statement": [last]}


def test_a_document_that_is_its_own_source() -> None:
    """Is unknown where it stands in itself, and only there."""
    assert statements({**OWN, "source_json": LATER}, {"source_json": to(f"{D}.json")}) == [UNTOLD, MINE]


OTHER, THIRD, WAS_READ = (f"data.{TYPE}.{name}.json" for name in ("e", "f", "g"))
NAMED = Unresolved((OTHER,))


@pytest.mark.parametrize(
    ("argument", "value", "references", "expected"),
    [
        ("source_json", LATER, [OTHER], [A]),
        ("source_json", LATER, ["aws_s3_object.o.content"], [Unresolved(("aws_s3_object.o.content",))]),
        ("source_policy_documents", [LATER], [OTHER], [A]),
        ("source_policy_documents", [LATER, text(B)], [OTHER], [A, B]),
        ("source_policy_documents", [text(B), LATER], [OTHER], [B, A]),
        ("source_policy_documents", [None], [OTHER], [A]),
        ("source_policy_documents", LATER, [OTHER], [NAMED]),  # there may be more in it
        ("source_policy_documents", [LATER, LATER], [OTHER], [OneOf((NAMED, None)), NAMED]),
        ("source_policy_documents", [LATER], [OTHER, "local.x"], [Unresolved((OTHER, "local.x"))]),
        ("override_policy_documents", [LATER], [OTHER], [A]),
    ],
)
def test_the_one_reference_of_an_unknown_source(
    argument: str, value: Any, references: list[str], expected: list[Any]
) -> None:
    """Is that source; of several nobody knows which is where."""
    reads = [deferred({argument: value}), deferred({"statement": [allow("kms:A")]}, "e")]
    found = documents(reads, [block({argument: to(*references)})]).at_reference(f"{D}.json")
    assert isinstance(found, dict)
    assert found["Statement"] == expected


@pytest.mark.parametrize(
    ("value", "references", "expected"),
    [
        ([LATER, LATER], [OTHER, THIRD], [A, B]),
        ([LATER, LATER], [THIRD, OTHER], [B, A]),
        ([text(MINE), LATER], [WAS_READ, OTHER], [MINE, A]),
        ([LATER, text(MINE)], [OTHER, WAS_READ], [A, MINE]),
        ([LATER, text(MINE)], [WAS_READ, OTHER], None),  # in another order
        ([LATER, LATER], [OTHER, WAS_READ], None),
        ([LATER, text(MINE)], [OTHER, THIRD], None),
        ([LATER, LATER], [OTHER, "aws_s3_object.o.content"], None),
        ([LATER, LATER], [OTHER, THIRD, WAS_READ], None),
        ([LATER, LATER], [OTHER, THIRD, "local.x"], None),
        (LATER, [OTHER, THIRD], None),
    ],
)
@pytest.mark.parametrize("argument", ["source_policy_documents", "override_policy_documents"])
def test_as_many_references_as_elements(argument: str, value: Any, references: list[str], expected: Any) -> None:
    """Are these in their order, where just those are deferred that are unknown."""
    reads = [
        deferred({argument: value}),
        deferred({"statement": [allow("kms:A")]}, "e"),
        deferred({"statement": [allow("kms:B")]}, "f"),
    ]
    found = documents(reads, [block({argument: to(*references)})]).at_reference(f"{D}.json")
    if expected is None:
        parts = found["Statement"] if isinstance(found, dict) else [found]
        assert any(isinstance(part, Unresolved) for part in parts)
    else:
        assert isinstance(found, dict)
        assert found["Statement"] == expected


def test_an_override_that_is_unknown_leaves_nothing_to_rely_on() -> None:
    """It may replace every statement."""
    for argument in ("override_json", "override_policy_documents"):
        assert built({**OWN, argument: LATER}, {argument: to("local.x")}) == Unresolved()


EXACT = Unresolved((OTHER,), exact=True)


@pytest.mark.parametrize(
    ("value", "told", "expected"),
    [
        (LATER, [EXACT, text(B)], [A, B]),
        ([LATER, text(B)], [EXACT, text(B)], [A, B]),
        ([None, text(B)], [EXACT, text(B)], [A, B]),
        (LATER, [Unresolved(("var.x",))], [Unresolved(("var.x",))]),
        (LATER, Unordered([text(B), EXACT]), [Unresolved()]),
        (LATER, OneOf(([text(B)], [])), [Unresolved()]),
        (LATER, [], []),
        (LATER, None, [NAMED]),
        ([text(A)], [text(B)], [A]),  # what the plan knows is not asked for
    ],
)
def test_what_the_source_tells_of_the_sources(value: Any, told: Any, expected: list[Any]) -> None:
    """Each in its place, where their order is told."""
    reads = [deferred({"source_policy_documents": value}), deferred({"statement": [allow("kms:A")]}, "e")]
    values = {} if told is None else {f"{D}.source_policy_documents": told}
    blocks = [block({"source_policy_documents": to(OTHER)})]
    found = documents(reads, blocks, values).at_reference(f"{D}.json")
    assert isinstance(found, dict)
    assert found["Statement"] == expected


def test_blocks_of_which_nothing_is_planned() -> None:
    """Are those of the source, there or not where that is open; nothing is known where it does not tell which."""
    open_ones, told = [Unresolved((f"{D}.statement",))], f"{D}.statement"
    assert statements({"statement": LATER}) == open_ones
    both = [{"actions": ["kms:A"]}, Rest({"actions": ["kms:B", Rest("kms:C")], "effect": "Deny", "sid": None})]
    maybe = {"Effect": "Deny", "Action": ["kms:B", Unresolved()]}
    assert statements({"statement": LATER}, nested={told: both}) == [stated("kms:A"), OneOf((maybe, None))]
    assert statements({"statement": LATER}, nested={told: [{"actions": ["kms:A"], "not_actions": ["x"]}]}) == open_ones
    assert statements({"statement": LATER}, nested={told: Unresolved()}) == open_ones
    assert statements({"statement": LATER}, nested={told: []}) == []
    assert statements({"statement": [LATER]}) == open_ones
    assert statements({"statement": None}) == []


def test_a_hidden_block_for_nobody_beside_another_document() -> None:
    """It may take the place of a Deny with its sid, and has none to take where no other document is put in."""
    nobody = Rest({"sid": "S", "actions": ["kms:A"], "principals": [{"type": "AWS", "identifiers": []}]})
    nested, deny = {f"{D}.statement": [nobody]}, {"Sid": "S", "Effect": "Deny", "Action": "kms:*"}
    assert statements({"statement": LATER}, nested=nested) == []
    found = statements({"source_policy_documents": [text(deny)], "statement": LATER}, nested=nested)
    assert found[0] == OneOf((deny, None))
    assert len(found) == 2


KEY = "aws_kms_key.k.arn"


@pytest.mark.parametrize(("effect", "proof"), [(None, True), ("Allow", True), ("Deny", False), (LATER, False)])
def test_a_key_that_is_not_yet_there(effect: Any, proof: bool) -> None:
    """An Allow of it is proven to be narrow; a Deny could be of something else. Which key it is nobody has proven."""
    one = allow("kms:A", effect=effect, resources=[LATER])
    (found,) = statements({"statement": [one]}, {"statement": [{"resources": to(KEY), "effect": to("var.e")}]})
    assert found["Resource"] == [Unresolved((KEY,), proof, unknown_key(KEY))]
    assert found["Effect"] == (Unresolved(("var.e",)) if effect is LATER else effect or "Allow")


@pytest.mark.parametrize(
    ("value", "references", "expected"),
    [
        ([None], [KEY], [Unresolved((KEY,), True, unknown_key(KEY))]),
        (["k", LATER], [KEY], ["k", Unresolved((KEY,), True, unknown_key(KEY))]),
        ([LATER, LATER], [KEY], [Unresolved((KEY,))] * 2),
        ([LATER], [KEY, "local.x"], [Unresolved((KEY, "local.x"))]),
        ([LATER], ["aws_sns_topic.t.arn"], [Unresolved(("aws_sns_topic.t.arn",))]),
        ([LATER, LATER], [KEY, "aws_sns_topic.t.arn"], [Unresolved((KEY, "aws_sns_topic.t.arn"))] * 2),
        (LATER, [KEY], Unresolved((KEY,))),
        ("key/&{aws:username}", [], "key/${aws:username}"),
        (["key/&{aws:username}"], [], ["key/${aws:username}"]),
    ],
)
def test_as_many_keys_as_are_not_yet_there(value: Any, references: list[str], expected: Any) -> None:
    """Are these keys; anything else may be all that is referred to. A policy variable is written with an ampersand."""
    one = allow("kms:A", resources=value)
    (found,) = statements({"statement": [one]}, {"statement": [{"resources": to(*references)}]})
    assert found["Resource"] == expected


NEW = Unresolved((KEY,), True, unknown_key(KEY))


@pytest.mark.parametrize(
    ("value", "references", "expected"),
    [
        (["k", LATER], ["aws_kms_key.there.arn", KEY], ["k", NEW]),
        (["k", LATER], ["data.aws_kms_key.d.arn", KEY], ["k", NEW]),
        (["b", LATER], ["aws_s3_bucket.there.arn", KEY], ["b", NEW]),
        (["k", LATER], ["aws_kms_key.replaced.arn", KEY], None),
        (["k", LATER], ["aws_kms_key.counted.arn", KEY], None),
        (["k", LATER], ["aws_kms_key.nowhere.arn", KEY], None),
        (["k", LATER], ["aws_kms_key.there.arn", "local.x"], None),
        ([LATER, LATER], ["aws_kms_key.there.arn", KEY], None),
    ],
)
def test_a_new_key_beside_what_the_plan_knows(value: Any, references: list[str], expected: Any) -> None:
    """What is known is no part of what is not; of a key with several instances, all of them."""
    later, both = {"arn": True}, ["delete", "create"]
    changes = [
        change("aws_kms_key.there", {"arn": "k"}, {"arn": "k"}),
        change("aws_s3_bucket.there", {"arn": "b"}, {"arn": "b"}),
        change("aws_kms_key.replaced", {"arn": "k"}, {}, change={"actions": both, "after_unknown": later}),
        change("aws_kms_key.counted[0]", {"arn": "k"}, {"arn": "k"}),
        change("aws_kms_key.counted[1]", None, {}, change={"after_unknown": later}),
    ]
    read_later = deferred({"statement": [allow("kms:A", resources=value)]})
    document = block({"statement": [{"resources": to(*references)}]})
    found = documents([read_later, *changes], [document]).at_reference(f"{D}.json")
    assert isinstance(found, dict)
    names = Unresolved(tuple(references))
    hidden = [names if element is LATER else element for element in value]
    assert found["Statement"][0]["Resource"] == (hidden if expected is None else expected)


@pytest.mark.parametrize("expressions", [None, [], {}, {"statement": []}, {"statement": [{}, {}]}])
def test_a_key_in_a_plan_without_its_configuration(expressions: Any) -> None:
    """Is unknown and has no name."""
    one = allow("kms:A", resources=[LATER])
    assert statements({"statement": [one]}, expressions) == [stated("kms:A", Resource=[Unresolved()])]


def test_the_other_elements_of_a_statement() -> None:
    """Its Sid, and whom it is for."""
    one = allow("kms:A", sid="s", principals=[{"type": "AWS", "identifiers": ["a"]}])
    assert statements({"statement": [one]}) == [{"Sid": "s", **stated("kms:A", Principal={"AWS": ["a"]})}]
    (open_one,) = statements({"statement": [allow("kms:A", sid=LATER)]}, {"statement": [{"sid": to("var.s")}]})
    assert open_one["Sid"] == Unresolved(("var.s",))


@pytest.mark.parametrize(
    ("blocks", "told", "expected"),
    [
        ([allow("kms:A", resources=[LATER])], [{"resources": [Unresolved(("var.x",))]}], [Unresolved(("var.x",))]),
        ([allow("kms:A", resources=[LATER])], [{"actions": ["kms:A"]}], [Unresolved(("var.w",))]),
        ([allow("kms:A", resources=[LATER])], Unresolved(), [Unresolved(("var.w",))]),
        ([allow("kms:A", resources=LATER)], [{"resources": ["a", "b"]}], ["a", "b"]),
        ([allow("kms:A", resources=LATER)], [{"resources": 7}], Unresolved()),
        ([allow("kms:A", resources=LATER)], [{"resources": ["a", Rest("b")]}], ["a", Unresolved()]),
        ([allow("kms:A", resources=["k", LATER])], [{"resources": ["k"]}], ["k", Unresolved()]),
        ([allow("kms:A", resources=["k", None, LATER])], [{"resources": ["k"]}], ["k", Unresolved(), Unresolved()]),
        ([allow("kms:A", resources=[LATER])], [{"resources": ["a"]}, {"resources": ["b"]}], [Unresolved(("var.w",))]),
    ],
)
def test_what_the_source_tells_of_a_statement(blocks: list[Any], told: Any, expected: Any) -> None:
    """It fills what is open, and what it does not tell has the names of the plan's references."""
    expressions = {"statement": [{"resources": to("var.w")}]}
    (found,) = statements({"statement": blocks}, expressions, nested={f"{D}.statement": told})
    assert found["Resource"] == expected


def test_what_the_plan_knows_may_be_of_any_shape() -> None:
    """A plan is anybody's text: what is no text and no list stays as it is, whatever the source tells."""
    one = allow("kms:A", sid=7, resources=[LATER])
    (found,) = statements({"statement": [one]}, nested={f"{D}.statement": [{"sid": "s", "resources": ["a"]}]})
    assert found["Sid"] == 7


@pytest.mark.parametrize("told", [Unresolved(), ["kms:A", Unresolved()], OneOf((["kms:A"], ["kms:B"]))])
def test_the_source_adds_nothing_to_a_list_that_is_planned(told: Any) -> None:
    """However little it tells of an argument, one that the plan knows is as planned."""
    one = allow("kms:A", resources=[LATER])
    blocks = {f"{D}.statement": [{"actions": told, "resources": [Unresolved(("var.x",))]}]}
    assert statements({"statement": [one]}, nested=blocks) == [stated("kms:A", Resource=[Unresolved(("var.x",))])]


def test_the_source_is_asked_where_any_statement_is_open() -> None:
    """Each block is told by the one at its place."""
    two = [allow("kms:A", resources=["a"]), allow("kms:B", resources=[LATER])]
    told = [{"resources": ["a"]}, {"resources": [Unresolved(("var.x",))]}]
    first, second = statements({"statement": two}, nested={f"{D}.statement": told})
    assert (first["Resource"], second["Resource"]) == (["a"], [Unresolved(("var.x",))])
    blocks = {f"{D}.statement": [{"actions": ["kms:A"]}]}
    assert statements({"statement": [{"actions": LATER}]}, nested=blocks) == [A]  # which is all that it has


OPEN = Unresolved((f"{D}.statement.condition",))


def where(test: Any, variable: Any, values: Any) -> dict[str, Any]:
    return {"test": test, "variable": variable, "values": values}


LIKE = where("StringLike", "aws:PrincipalTag/a", ["x"])
LATER_APPLY = {"(known after apply)": OPEN}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (None, None),
        ([], None),
        (LATER, OPEN),
        ("no list", OPEN),
        ([LIKE], {"StringLike": {"aws:PrincipalTag/a": ["x"]}}),
        (
            [LIKE, where("StringLike", "aws:PrincipalTag/b", ["y"])],
            {"StringLike": {"aws:PrincipalTag/a": ["x"], "aws:PrincipalTag/b": ["y"]}},
        ),
        (
            [LIKE, where("StringLike", "aws:PrincipalTag/a", ["y"])],
            {"StringLike": {"aws:PrincipalTag/a": ["x", "y"]}},
        ),
        (
            [LIKE, where("StringLike", "aws:PrincipalTag/a", LATER)],
            {"StringLike": {"aws:PrincipalTag/a": Unresolved()}},
        ),
        (
            [where("StringLike", "aws:PrincipalTag/a", LATER), LIKE],
            {"StringLike": {"aws:PrincipalTag/a": Unresolved()}},
        ),
        ([LATER, LIKE], {**LATER_APPLY, "StringLike": {"aws:PrincipalTag/a": ["x"]}}),
        ([where(LATER, "aws:x", ["y"]), LIKE], {**LATER_APPLY, "StringLike": {"aws:PrincipalTag/a": ["x"]}}),
        ([where("StringLike", LATER, ["y"])], LATER_APPLY),
    ],
)
def test_the_conditions(conditions: Any, expected: Any) -> None:
    """One that is unknown is there, under a name that no operator has."""
    (found,) = statements({"statement": [allow("kms:A", condition=conditions)]})
    assert found == stated("kms:A", **({} if expected is None else {"Condition": expected}))


REGION = Unresolved(("data.aws_region.current.name",), exact=True)
VIA = Template(("s3.", REGION, ".amazonaws.com"))
HELD = where("StringEquals", "kms:ViaService", [LATER])


@pytest.mark.parametrize(
    ("planned", "told", "expected"),
    [
        ([HELD], [where("StringEquals", "kms:ViaService", [VIA])], [VIA]),
        ([where("StringEquals", "kms:ViaService", ["a", LATER])], [{**HELD, "values": [VIA, "a"]}], ["a", VIA]),
        ([where("StringEquals", "kms:ViaService", LATER)], [{**HELD, "values": [VIA]}], [VIA]),
        ([{**HELD, "values": [LATER, LATER]}], [{**HELD, "values": [VIA]}], [VIA, Unresolved()]),
        (
            [HELD],
            [{**HELD, "values": [Template(("&{aws:username}", REGION))]}],
            [Template(("${aws:username}", REGION))],
        ),
        ([HELD], [{**HELD, "values": [OneOf(("&{a}", "b"))]}], [OneOf(("${a}", "b"))]),
        ([HELD], [{**HELD, "values": VIA}], [VIA]),
        ([HELD], [{**HELD, "variable": "aws:x"}], [Unresolved()]),
        ([HELD], [{**HELD, "test": REGION}], [Unresolved()]),
        ([HELD], [{**HELD, "values": [VIA]}, LIKE], [Unresolved()]),
        ([HELD], [REGION], [Unresolved()]),
        ([HELD], REGION, [Unresolved()]),
        ([{**HELD, "values": ["a"]}], [{**HELD, "values": [VIA]}], ["a"]),
        ([{**HELD, "values": [None]}], [{**HELD, "values": [VIA]}], [VIA]),
        ([HELD, HELD], [{**HELD, "values": [VIA]}, {**HELD, "test": REGION}], [Unresolved()] * 2),
        ([HELD, HELD], [{**HELD, "values": [VIA]}, {**HELD, "variable": REGION}], [Unresolved()] * 2),
        ([HELD, HELD], [{**HELD, "values": [VIA]}, REGION], [Unresolved()] * 2),
    ],
)
def test_the_source_tells_of_a_condition(planned: Any, told: Any, expected: Any) -> None:
    """What is unknown of its values, where it is certain which block it is."""
    blocks = [allow("kms:A", condition=planned, resources=[LATER])]
    sourced = [{"resources": ["a"], "condition": told}]
    (found,) = statements({"statement": blocks}, nested={f"{D}.statement": sourced})
    assert found["Condition"] == {"StringEquals": {"kms:ViaService": expected}}


def test_the_source_tells_of_each_condition() -> None:
    """In whatever order the plan has them; of two with one key it is not certain which is which."""
    like = {**LIKE, "values": [LATER]}
    told = [{**HELD, "values": [VIA]}, {**LIKE, "values": [REGION]}]
    for planned in ([HELD, like], [like, HELD]):
        (found,) = statements(
            {"statement": [allow("kms:A", condition=planned)]}, nested={f"{D}.statement": [{"condition": told}]}
        )
        expected = {"StringEquals": {"kms:ViaService": [VIA]}, "StringLike": {"aws:PrincipalTag/a": [REGION]}}
        assert found["Condition"] == expected
    blocks, two = [allow("kms:A", condition=[HELD, HELD])], [{"condition": [told[0], told[0]]}]
    (twice,) = statements({"statement": blocks}, nested={f"{D}.statement": two})
    assert twice["Condition"] == {"StringEquals": {"kms:ViaService": [Unresolved()] * 2}}
