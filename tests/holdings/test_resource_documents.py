"""The policy documents that a resource has, and what is known of those that the plan hides."""

from typing import Any

import pytest

from gate.holdings.documents import ANY_NAME, Document, Place
from gate.holdings.resource_documents import DocumentsAfter
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.model import read
from gate.plan.references import References
from gate.source import Encoded
from gate.text.sensitive import Sensitive
from gate.unknown import OneOf, Reason, Template, Unresolved, Value, WhyUnknown, with_parts
from tests.helpers.plans import change, findings, plan, policy, statement
from tests.helpers.told import Told

FULL = policy(statement("kms:*"))
HOLE = Unresolved(("var.x",))
DATA = "data.aws_iam_policy_document.d"
READ = {
    "address": DATA, "mode": "data", "type": "aws_iam_policy_document", "name": "d",
    "change": {"actions": ["read"], "before": None, "after": {"statement": [{"actions": ["kms:A"]}]}},
}  # fmt: skip
READ_S3 = {
    **READ,
    "change": {
        "actions": ["read"],
        "before": None,
        "after": {"statement": [{"actions": ["s3:*"], "resources": ["*"]}]},
    },
}
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


SET = "awscc_sso_permission_set.s"
SET_LATER = {"inline_policy": True}
REFERRED = {"inline_policy": {"references": ["var.y"]}}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {}),
        ({"block": REFERRED}, {"inline_policy": Unresolved(("var.y",))}),
        ({"block": {"inline_policy": {"constant_value": None}}}, {}),
        ({"block": REFERRED, "told": {f"{SET}.inline_policy": None}}, {}),
        # it may be null: what it denies may not be there
        (
            {"block": REFERRED, "told": {f"{SET}.inline_policy": OneOf((FULL, None))}},
            {"inline_policy": OneOf((FULL, ""))},
        ),
    ],
)
def test_what_need_not_be_set(more: Any, expected: Any) -> None:
    """Is what it was, or nothing, where it is not set, or set to null."""
    assert contents({}, SET_LATER, SET, **more) == expected


@pytest.mark.parametrize(("value", "rests_on"), [(None, "var.none"), (True, "var.none"), ("x", "")])
def test_what_need_not_be_set_and_refers_to_flags_alone(value: Any, rests_on: str) -> None:
    """Is taken to be nothing: a text that they choose would show. That is told, since nothing proves it."""
    block = {"address": SET, "mode": "managed", "type": "awscc_sso_permission_set", "name": "s"}
    root = {"resources": [{**block, "expressions": {"inline_policy": {"references": ["var.none"]}}}]}
    changed = change(SET, None, {}, change={"after_unknown": SET_LATER})
    raw = plan(changed, configuration={"root_module": root}, variables={"none": {"value": value}})
    document = read(raw, "plan.json")[0]
    (resource,) = managed_resources(document, RESOURCE_TYPES)
    documents = DocumentsAfter(References(document), Told(document), lambda value: value)
    (found,) = documents.of(resource, RESOURCE_TYPES[resource.type])
    assert (found.content, found.rests_on) == ("" if rests_on else Unresolved(("var.none",)), rests_on)


def test_what_must_be_set_and_refers_to_flags_alone() -> None:
    """Is no nothing: it may be computed by what only the apply knows, such as the time."""
    block = {"address": "aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy", "name": "p"}
    root = {"resources": [{**block, "expressions": {"policy": {"references": ["var.none"]}}}]}
    changed = change("aws_iam_role_policy.p", None, {"name": "p", "role": "r"}, change={"after_unknown": LATER})
    found = findings(plan(changed, configuration={"root_module": root}, variables={"none": {"value": None}}))
    assert [finding.rule for finding in found] == ["KMS009"]


ROLE = "aws_iam_role.r"
X = 'inline_policy["x"].policy'
LATER_ONE: dict[str, Any] = {"inline_policy": [{"policy": True}]}
LATER_BOTH: dict[str, Any] = {"inline_policy": [{"policy": True}, {"policy": True}]}
A, SOME, OTHER = {"name": {"constant_value": "a"}}, {"name": {"references": ["var.n"]}}, {"references": ["var.y"]}
ONE_BLOCK = {"inline_policy": [{**SOME, **REFERS}]}


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
        # by the block that is written, where the configuration shows all of them
        ({"inline_policy": [{"name": "x"}]}, {"unknown": LATER_ONE, "block": ONE_BLOCK}, {X: BUILT}),
        (
            {"inline_policy": [{"name": "a"}, {"name": "x"}]},
            {"unknown": LATER_BOTH, "block": {"inline_policy": [{**A, **REFERS}, {**SOME, "policy": OTHER}]}},
            {'inline_policy["a"].policy': BUILT, X: Unresolved()},
        ),
        (
            {"inline_policy": [{"name": "a"}, {}]},
            {"unknown": LATER_BOTH, "block": {"inline_policy": [{**A, **REFERS}, {**SOME, "policy": OTHER}]}},
            {'inline_policy["a"].policy': BUILT, "inline_policy[1].policy": Unresolved(("var.y",))},
        ),
        (
            {"inline_policy": [{"name": "a", "policy": FULL}, {"name": "b"}]},
            {"unknown": {"inline_policy": [{}, {"policy": True}]}},
            {'inline_policy["a"].policy': FULL, 'inline_policy["b"].policy': Unresolved()},
        ),
        # beside a dynamic block, which it does not show, only by a constant name, and only one of the name
        (
            {"inline_policy": [{"name": "x"}, {"name": "y"}]},
            {"unknown": LATER_BOTH, "block": ONE_BLOCK},
            {X: Unresolved(), 'inline_policy["y"].policy': Unresolved()},
        ),
        (
            {"inline_policy": [{"name": "x"}, {}]},
            {"unknown": LATER_BOTH, "block": ONE_BLOCK},
            {X: Unresolved(), "inline_policy[1].policy": Unresolved()},
        ),
        ({}, {"unknown": {"inline_policy": True}, "block": ONE_BLOCK}, {"inline_policy": Unresolved()}),
        (
            {"inline_policy": [{"name": "a"}, {"name": "x"}]},
            {"unknown": LATER_BOTH, "block": {"inline_policy": [{**A, **REFERS}]}},
            {'inline_policy["a"].policy': BUILT, X: Unresolved()},
        ),
        (
            {"inline_policy": [{"name": "a"}, {"name": "a"}]},
            {"unknown": LATER_BOTH, "block": {"inline_policy": [{**A, **REFERS}]}},
            {'inline_policy["a"].policy': Unresolved()},
        ),
        # the source can't overrule what the plan knows
        (
            {"inline_policy": [{"name": "a", "policy": FULL}]},
            {"nested": {f"{ROLE}.inline_policy": [{"name": "b", "policy": "x"}]}},
            {'inline_policy["a"].policy': FULL},
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


def listed(*arguments: Any, **more: Any) -> list[tuple[str, Value, str]]:
    """The documents with their names."""
    documents, resource, _ = room(*arguments, **more)
    found = documents.of(resource, RESOURCE_TYPES[resource.type])
    return [(one.place.attribute, one.content, one.name) for one in found]


def test_two_blocks_of_one_name_in_the_source() -> None:
    """Are both told beside the one that the plan shows: nobody knows which of them that is."""
    shown = {"name": "r", "inline_policy": [{"name": "a", "policy": FULL}, {"name": "a"}]}
    blocks = [{"name": "a", "policy": "x"}, {"name": "a", "policy": "y"}]
    found = listed(shown, {"inline_policy": [{}, {"policy": True}]}, ROLE, nested={f"{ROLE}.inline_policy": blocks})
    where = 'inline_policy["a"].policy'
    assert found == [(where, FULL, "a"), (where, "x", "a"), (where, "y", "a")]


@pytest.mark.parametrize(
    ("nested", "expected"),
    [
        (HOLE, [("inline_policy", "filled", "")]),
        (
            [{"policy": "x"}, {"name": "b", "policy": "y"}, {"name": ["b"], "policy": "z"}],
            [
                ("inline_policy[0].policy", "x", ""),
                ('inline_policy["b"].policy', "y", "b"),
                ("inline_policy[2].policy", "z", ""),
            ],
        ),
    ],
)
def test_the_names_of_policies_in_blocks(nested: Any, expected: Any) -> None:
    """Are those that the source knows."""
    assert listed({"name": "r"}, {"inline_policy": True}, ROLE, nested={f"{ROLE}.inline_policy": nested}) == expected


def test_a_policy_that_is_null_is_none() -> None:
    """Of an attribute that is missing it is not known what it is, unless it shows what others manage as well."""
    assert contents({"role": "r", "name": "p", "policy": None}) == {}
    managed = "awscc_iam_managed_policy.p"
    assert contents({"managed_policy_name": "p"}, address=managed) == {"policy_document": Unresolved()}
    assert contents({"name": "s"}, address="awscc_sso_permission_set.s") == {}


def test_a_resource_of_which_nothing_is_known() -> None:
    """May have any policy."""
    assert contents({}, unknown=True) == {"": Unresolved()}


@pytest.mark.parametrize(("block", "expected"), [(None, {}), ({}, {}), (REFERS, {"inline_policy": BUILT})])
def test_a_document_that_others_may_manage(block: Any, expected: Any) -> None:
    """Is there where it is configured."""
    written = block and {"inline_policy": block["policy"]}
    address = "awscc_sso_permission_set.s"
    assert contents({"name": "s"}, {"inline_policy": True}, address, block=written) == expected


def test_blocks_of_a_resource_that_is_deferred() -> None:
    """May be anything, with the reason."""
    several = change(ROLE, None, {"name": "r", "inline_policy": [{"name": "a", "policy": policy()}, {"name": "b"}]})
    several["change"]["after_unknown"] = {"inline_policy": [{}, {"policy": True}]}
    document = read(
        plan(deferred_changes=[{"reason": "provider_config_unknown", "resource_change": several}]), "plan.json"
    )[0]
    (resource,) = managed_resources(document, RESOURCE_TYPES)
    documents = DocumentsAfter(References(document), Told(document), lambda value: value)
    reason = Reason(WhyUnknown.DEFERRED, "provider_config_unknown")
    assert [one.content for one in documents.of(resource, RESOURCE_TYPES[resource.type])] == [
        Unresolved(reason=reason)
    ] * 2


@pytest.mark.parametrize("name", ["name", "policy_name"])
def test_a_name_that_is_configured_and_not_known(name: str) -> None:
    """May be any, unless the source knows it."""
    kind = "aws_iam_role_policy" if name == "name" else "awscc_iam_role_policy"
    address, attribute = f"{kind}.p", "policy" if name == "name" else "policy_document"
    values, hidden = {"role": "r", "role_name": "r", attribute: FULL}, {name: True}
    block = {name: {"references": ["var.n"]}}
    assert listed(values, hidden, address) == [(attribute, FULL, "")]
    assert listed(values, hidden, address, block=block) == [(attribute, FULL, ANY_NAME)]
    assert listed({**values, name: None}, {}, address, block=block) == [(attribute, FULL, "")]
    told = {f"{address}.{name}": "n"}
    assert listed(values, hidden, address, told=told, block=block) == [(attribute, FULL, "n")]
    assert listed({**values, name: "own"}, {}, address, told=told, block=block) == [(attribute, FULL, "own")]


def test_the_inline_policy_of_a_permission_set_has_no_other_name() -> None:
    """It has one: what is deleted at one place and made at another may be gone."""
    arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
    kind = "aws_ssoadmin_permission_set_inline_policy"
    admin = {"permission_set_arn": arn, "managed_policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    deny = {"permission_set_arn": arn, "inline_policy": policy(statement("kms:*", effect="Deny"))}
    attached = change("aws_ssoadmin_managed_policy_attachment.a", admin, admin)
    moved = change(f"{kind}.old", deny, None), change(f"{kind}.new", None, deny)
    assert [one.rule for one in findings(plan(attached, *moved))] == ["KMS009"]


@pytest.mark.parametrize(("others", "blocks"), [([], False), ([{"name": "admin"}], True)])
def test_a_dynamic_block_beside_a_harmless_one(others: list[Any], blocks: bool) -> None:
    """Only the harmless one shows in the configuration, and what it refers to says nothing of the other."""
    values = {"name": "r", "inline_policy": [{"name": "x"}, *others]}
    unknown = {"inline_policy": [{"policy": True}] * (1 + len(others))}
    created = change(ROLE, None, values, change={"after_unknown": unknown})
    block = {"address": ROLE, "mode": "managed", "type": "aws_iam_role", "name": "r", "expressions": ONE_BLOCK}
    found = findings(plan(created, READ_S3, configuration={"root_module": {"resources": [block]}}))
    assert ([one.rule for one in found], any(one.blocks for one in found)) == (
        (["KMS009", "KMS009"], True) if blocks else (["KMS007"], False)
    )
