"""Which key a policy or a grant is of, what is its policy before and after, and whose account it is of."""

import json
from typing import Any

import pytest

from gate.holdings.documents import Document
from gate.holdings.holders import iam_plan
from gate.holdings.keys import Key, keys
from gate.holdings.source_answers import SourceAnswers
from gate.plan.model import read
from gate.unknown import Unresolved
from tests.helpers.inventories import blocks, same
from tests.helpers.key_plans import ARN, ID, OTHER, OWN, ROOT, allow
from tests.helpers.plans import change, plan, policy
from tests.helpers.rooms import read_iam

TEXTS = {name: policy(ROOT, allow({"AWS": f"arn:aws:iam::{OWN}:role/{name}"})) for name in "ABC"}
A, B, C = TEXTS.values()
SPACED = json.dumps(json.loads(A), indent=1)
KEY, OTHER_KEY, PUT, GRANT = "aws_kms_key.k", "aws_kms_key.other", "aws_kms_key_policy.p", "aws_kms_grant.g"
ANEW, FORGET = {"change": {"actions": ["delete", "create"]}}, {"change": {"actions": ["forget"]}}
OTHER_ID = "9999abcd-12ab-34cd-56ef-1234567890ab"
FIRST = {"change": {"actions": ["create", "delete"]}}  # the new one before the old one goes
LEFT_OVER = {"deposed": "0a1b2c3d"}  # by a replacement that was created first
BYPASS = {"bypass_policy_lockout_safety_check": True}


def key(text: Any = None, address: str = KEY, **more: Any) -> dict[str, Any]:
    """The values of a key."""
    ids = {"arn": ARN, "key_id": ID} if address == KEY else {"arn": ARN.replace(ID, OTHER_ID), "key_id": OTHER_ID}
    return {**ids, "policy": text, **more}


def put(text: str | None, key_id: str | None = ID, **more: Any) -> dict[str, Any]:
    return {"key_id": key_id, "policy": text, **more}


def found(*changes: dict[str, Any], **more: Any) -> tuple[Key, ...]:
    return keys(read_iam(plan(*changes, **more)))


def name(document: Document | None) -> str:
    """A policy in short: the name of its text, `default`, or `unknown`."""
    if document is None:
        return "default"
    text = document.content if isinstance(document.content, str) else json.dumps(document.content, default=str)
    known = next((name for name, one in TEXTS.items() if f"role/{name}" in text), None)
    return known or ("unknown" if isinstance(document.content, Unresolved) else repr(document.content))


def told(*changes: dict[str, Any], **more: Any) -> dict[str, str]:
    """Each key with its policy before, and those of which one is left."""
    every = found(*changes, **more)
    return {one.address: f"{name(one.before)} > {' or '.join(map(name, one.after)) or 'gone'}" for one in every}


STAYS = same(KEY, key(A))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([STAYS], "A > A"),
        ([change(KEY, key(A), key(B))], "A > B"),
        ([change(KEY, key(A), key(SPACED)), same(PUT, put(B))], "B > B"),
        ([change(KEY, key(A), key(""))], "A > A"),
        ([change(KEY, key(A), key("null"))], "A > A"),
        ([change(KEY, key(None), key(A))], "default > A"),
        ([change(KEY, None, key(None))], "default > default"),
        ([change(KEY, key(A), None)], "A > gone"),
        ([same(KEY, key(A), **FORGET)], "A > A"),
        ([STAYS, same(PUT, put(B))], "B > B"),
        ([same(PUT, put(B)), STAYS], "B > B"),
        ([change(KEY, key(A), key(C)), same(PUT, put(B))], "B > C"),
        ([change(KEY, key(A), key(C)), same(PUT, put(B), **ANEW)], "B > C or B"),
        ([STAYS, change(PUT, None, put(B))], "A > B"),
        ([STAYS, change(PUT, put(B), None)], "B > default"),
        ([STAYS, change(PUT, put(B, **BYPASS), None)], "B > B"),
        ([STAYS, change(PUT, put(B), put("null"))], "B > default"),
        ([STAYS, change(PUT, put(B), put(C), **FIRST)], "B > default"),
        ([STAYS, change(PUT, put(B, **BYPASS), put(C), **FIRST)], "B > C"),
        ([change(KEY, key(A), key(B), **FIRST)], "A > B"),
        ([STAYS, same(PUT, put(B), **FORGET)], "B > B"),
        ([{**change(KEY, key(A), None), "deposed": False}], "A > gone"),
        ([STAYS, same(PUT, put(B)), {**change(PUT, put(B), None), **LEFT_OVER}], "B > default"),
        ([STAYS, change(PUT, put(B), put(C)), {**change(PUT, put(B), None), **LEFT_OVER}], "B > C or default"),
        ([STAYS, same(PUT, put(B)), {**change(PUT, put(B, **BYPASS), None), **LEFT_OVER}], "B > B"),
    ],
)  # fmt: skip
def test_the_policies_of_a_key(changes: list[dict[str, Any]], expected: str) -> None:
    """What a resource of its own wrote counts before the key's attribute; after, what is written in this change."""
    assert told(*changes) == {KEY: expected}


def test_a_policy_that_is_an_object_is_compared_as_one() -> None:
    """As awscc has it: one that stays is not written."""
    text = json.loads(A)
    own = same("awscc_kms_key.k", {"arn": ARN, "key_id": ID, "key_policy": text})
    assert told(own, same(PUT, put(B))) == {"awscc_kms_key.k": "B > B"}


def test_what_is_left_of_a_replacement_is_no_key() -> None:
    """Only the key of now has a policy."""
    assert told({**change(KEY, key(A), None), **LEFT_OVER}) == {}


@pytest.mark.parametrize(
    ("before", "after", "more", "expected"),
    [
        (put(C), put(C, OTHER_ID), {}, {KEY: "C > C", OTHER_KEY: "B > B"}),
        (put(C), put(C, OTHER_ID), ANEW, {KEY: "C > default", OTHER_KEY: "B > C"}),
        (put(C), put(C, OTHER_ID), FIRST, {KEY: "C > default", OTHER_KEY: "B > C"}),
        (None, put(C, OTHER_ID), {}, {KEY: "A > A", OTHER_KEY: "B > C"}),
        (put(C, ARN), put(A, ARN), {}, {KEY: "C > A", OTHER_KEY: "B > B"}),
        (put(C, "unseen"), put(C, "unseen"), {}, {KEY: "A > A", OTHER_KEY: "B > B", "unseen": "C > C"}),
    ],
)
def test_the_key_that_a_policy_is_put_to(before: Any, after: Any, more: Any, expected: dict[str, str]) -> None:
    """An update puts it to the key of before, whatever it names now; a replacement to the new one."""
    others = STAYS, same(OTHER_KEY, key(B, OTHER_KEY))
    assert told(*others, change(PUT, before, after, **more)) == expected


@pytest.mark.parametrize("own", [{"key_id": ID}, {"arn": ARN}, {"id": ID}])
@pytest.mark.parametrize("named", [ID, ARN])
def test_a_key_is_found_by_id_or_arn(own: dict[str, str], named: str) -> None:
    """Whichever of them it shows."""
    assert told(same(KEY, {**own, "policy": A}), change(PUT, None, put(B, named))) == {KEY: "A > B"}


def test_of_two_keys_with_one_id_the_nearer_one_is_meant() -> None:
    """The one that the same provider manages, as a replica in another region has the id too."""
    replica = same(OTHER_KEY, key(B))
    written = change(PUT, None, put(C))
    for provider, expected in (("aws", "A > C"), ("aws.b", "A > A"), ("aws.c", "A > C")):
        listed = blocks((KEY, {}), (OTHER_KEY, {}), (PUT, {}))["configuration"]["root_module"]["resources"]
        for block, used in zip(listed, ("aws", "aws.b", provider), strict=True):
            block["provider_config_key"] = used
        configuration = {"root_module": {"resources": listed}}
        assert told(STAYS, replica, written, configuration=configuration)[KEY] == expected
    none = blocks((KEY, {}), (OTHER_KEY, {}))
    assert told(STAYS, replica, written, **none)[KEY] == "A > C"


HIDDEN = {"change": {"after_unknown": {"key_id": True}}}
NEW = change(KEY, None, {"policy": A}, change={"after_unknown": {"arn": True, "id": True, "key_id": True}})


@pytest.mark.parametrize(
    ("references", "is_of_key"),
    [
        ([f"{KEY}.id", KEY], True),
        ([f"{KEY}.arn", KEY], True),
        ([KEY], True),
        ([f"{KEY}.description", KEY], False),
        ([f"{OTHER_KEY}.id", OTHER_KEY, f"{KEY}.id", KEY], False),
        (["aws_s3_bucket.b.id", "aws_s3_bucket.b"], False),
        ([f"{KEY}.id", KEY, "aws_iam_role.r.id", "aws_iam_role.r"], False),
        (["local.x"], False),
        ([], False),
    ],
)
def test_a_hidden_key_is_the_one_that_its_name_refers_to(references: list[str], is_of_key: bool) -> None:
    """If that is a key of the plan, and the only one; else it is another key."""
    others = (
        same(OTHER_KEY, key(B, OTHER_KEY)),
        same("aws_s3_bucket.b", {"id": "b"}),
        same("aws_iam_role.r", {"name": "r"}),
    )
    written = change(PUT, None, {"policy": C}, **HIDDEN)
    listed = (KEY, {}), (OTHER_KEY, {}), ("aws_s3_bucket.b", {}), ("aws_iam_role.r", {}), (PUT, {"key_id": references})
    own = "default > A or C" if is_of_key else "default > A"
    another = {} if is_of_key else {f"the key of {PUT}": "default > C"}
    assert told(NEW, *others, written, **blocks(*listed)) == {KEY: own, OTHER_KEY: "B > B", **another}


class Said(SourceAnswers):
    """A source that computes a key's id from something that it does not show."""

    def value(self, resource: Any, attribute: str) -> Unresolved:
        return Unresolved(("local.x",))


def test_a_key_that_the_source_does_not_show_is_another_one() -> None:
    """Whatever its name refers to."""
    written = change(PUT, None, {"policy": C}, **HIDDEN)
    raw = plan(NEW, written, **blocks((KEY, {}), (PUT, {"key_id": [f"{KEY}.id", KEY]})))
    [given] = read(raw, "plan.json")
    every = keys(iam_plan(given, Said(given), lambda name: None))
    assert [one.address for one in every] == [KEY, f"the key of {PUT}"]


def test_a_key_of_a_stack_set_is_of_an_account_that_nobody_knows() -> None:
    """Not of the one of the provider."""
    resource = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": json.loads(A)}}
    stack = {"name": "s", "template_body": json.dumps({"Resources": {"K": resource}})}
    [one] = found(change("aws_cloudformation_stack_set.s", None, stack))
    assert len(one.own) == 1
    assert not one.proven


def test_a_grant_is_of_one_key() -> None:
    """Before and after; another key has none of it, and no policy is written."""
    given = {"key_id": ID, "operations": ["Decrypt"], "grantee_principal": OTHER}
    every = found(STAYS, same(OTHER_KEY, key(B, OTHER_KEY)), change(GRANT, None, given))
    assert [(one.address, len(one.grants_before), len(one.grants_after)) for one in every] == [
        (KEY, 0, 1),
        (OTHER_KEY, 0, 0),
    ]
    assert [name(document) for one in every for document in one.after] == ["A", "B"]
    moved = change(GRANT, given, {**given, "key_id": OTHER_ID}, **ANEW)
    every = found(STAYS, same(OTHER_KEY, key(B, OTHER_KEY)), moved)
    assert [(len(one.grants_before), len(one.grants_after)) for one in every] == [(1, 0), (0, 1)]


def test_a_grant_that_a_replacement_left_over_is_still_there() -> None:
    """AWS has both until the apply revokes the old one."""
    given = {"key_id": ID, "operations": ["Decrypt"], "grantee_principal": OTHER}
    [one] = found(STAYS, same(GRANT, given), {**change(GRANT, given, None), **LEFT_OVER})
    assert (len(one.grants_before), len(one.grants_after)) == (2, 1)


@pytest.mark.parametrize(
    ("changed", "created", "deleted", "locks_out"),
    [
        (STAYS, False, False, False),
        (change(KEY, None, key(A)), True, False, False),
        (same(KEY, key(A), **ANEW), False, False, False),
        (change(KEY, key(A), None), False, True, False),
        (same(KEY, key(A, **BYPASS)), False, False, True),
        (change(KEY, key(A), key(A, **BYPASS)), False, False, True),
        (same(KEY, key(A, bypass_policy_lockout_safety_check=False)), False, False, False),
    ],
)
def test_what_becomes_of_a_key(changed: dict[str, Any], created: bool, deleted: bool, locks_out: bool) -> None:
    """One that is replaced is no new one; of all that writes its policy one may lock everybody out."""
    [one] = found(changed, same(PUT, put(B)))
    assert (one.created, one.deleted, one.locks_out) == (created, deleted, locks_out)


def test_the_account_of_a_key() -> None:
    """By its ARN; of what has none, by the provider that manages it. A grant may be on a key of another account."""
    provider = {"aws": {"name": "aws", "expressions": {"allowed_account_ids": {"constant_value": [OTHER]}}}}
    given = {"key_id": ARN, "operations": ["Decrypt"], "grantee_principal": OTHER}

    def own(*changes: dict[str, Any]) -> tuple[list[str], bool]:
        configuration = blocks(*((one["address"], {}) for one in changes))["configuration"]
        for block in configuration["root_module"]["resources"]:
            block["provider_config_key"] = "aws"
        [one] = found(*changes, configuration={**configuration, "provider_config": provider})
        return sorted(one.own), one.proven

    assert own(change(KEY, None, {"policy": A})) == ([OTHER], True)
    assert own(change(GRANT, None, given)) == ([OWN], True)
    assert own(change(GRANT, None, {**given, "key_id": ID})) == ([OTHER], True)
    assert own(same(PUT, put(A, ARN))) == ([OWN, OTHER], True)
    [alone] = found(same(PUT, put(A)))
    assert (alone.own, alone.proven) == (frozenset(), False)


def test_a_policy_of_which_nothing_is_known_keeps_its_reason() -> None:
    """As where the plan defers it."""
    hidden = change(PUT, None, {"key_id": ID}, change={"after_unknown": {"policy": True}, "actions": ["transmogrify"]})
    [one] = found(hidden)
    [left] = one.after
    assert left is not None
    assert isinstance(left.content, Unresolved)
    assert left.content.reason is not None


def test_a_key_is_called_by_its_address() -> None:
    [one] = found(STAYS)
    assert (one.label, one.label.alike, one.label.kind) == (f"key {KEY}", "key", "key")


@pytest.mark.parametrize(
    ("changed", "before", "after"),
    [
        (change(KEY, key(A), key(B)), {ARN}, {ARN}),
        (change(KEY, key(A), None), {ARN}, {ARN}),
        (change(KEY, None, {"policy": A}), set(), set()),
        (change(KEY, key(A), {"policy": A}, **ANEW), {ARN}, set()),
        (change(KEY, key(A), {"policy": A}, **FIRST), {ARN}, set()),
        (change(KEY, key(A), {"policy": A, "arn": f"{ARN}-new"}, **ANEW), {ARN}, {f"{ARN}-new"}),
    ],
)
def test_which_arn_a_key_has(changed: dict[str, Any], before: set[str], after: set[str]) -> None:
    """One that is made anew has another one than before."""
    (one,) = found(changed)
    assert (one.arns_before, one.arns) == (before, after)
    assert one.is_another == (before != after)
