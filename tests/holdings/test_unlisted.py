"""Changed policies of IAM resource types that the table does not list."""

from typing import Any

import pytest

from gate.holdings.unlisted import is_unlisted, leaves, unlisted_documents
from gate.plan.model import read
from tests.helpers.plans import change, plan, policy, statement

FULL, LESS = policy(statement("kms:*")), policy(statement("s3:*"))
ARN = "arn:aws:iam::aws:policy/AdministratorAccess"
BLOCK = {"effect": "Allow", "actions": ["kms:*"]}


def found(before: Any, after: Any, unknown: Any = None) -> list[str]:
    """The attributes of the documents."""
    changed = change("aws_iam_new.n", before, after, change={"after_unknown": unknown or {}})
    documents = unlisted_documents(read(plan(changed), "plan.json")[0], "refreshed")
    assert all((one.content, one.sensitive, one.place.address) == (None, True, "aws_iam_new.n") for one in documents)
    return [one.place.attribute for one in documents]


@pytest.mark.parametrize(
    ("before", "after", "attributes"),
    [
        (None, {"a": FULL}, ["a"]),
        (None, {"a": {"b": [FULL]}}, ["a.b[0]"]),
        (None, {"a": "the Statement that can't be read"}, ["a"]),
        (None, {"a": '["statement"]'}, []),
        (None, {"a": '"statement"'}, []),
        (None, {"a": "{}"}, []),
        (None, {"a": 7, "b": None, "c": True}, []),
        ({"a": FULL}, {"a": FULL, "b": "x"}, []),
        ({"a": LESS}, {"a": FULL}, ["a"]),
        ({"a": FULL}, {"a": "x"}, []),
        ({"a": FULL}, {"b": FULL}, ["b"]),
        # an ARN of a managed policy
        (None, {"a": ARN}, ["a"]),
        (None, {"a": f" {ARN}"}, []),
        (None, {"a": "arn:aws:iam::111122223333:role/r"}, []),
        (None, {"a": "arn:aws:iot:eu-west-1:111122223333:policy/p"}, []),
        # statements that are no text
        (None, {"a": [BLOCK]}, ["a[0]"]),
        (None, {"a": {"b": {"Effect": "Allow", "NotAction": "s3:*"}}}, ["a.b"]),
        (None, {"a": {"effect": "x"}, "b": {"actions": ["x"]}}, []),
        ({"a": [BLOCK]}, {"a": [BLOCK], "b": 1}, []),
        ({"a": [BLOCK]}, {"a": [{**BLOCK, "effect": "Deny"}]}, ["a[0]"]),
    ],
)
def test_what_looks_like_a_policy(before: Any, after: Any, attributes: list[str]) -> None:
    """A document as text or in blocks, or the ARN of one, where it is new."""
    assert found(before, after) == attributes


@pytest.mark.parametrize(
    ("unknown", "attributes"),
    [
        ({"policy": True}, ["policy"]),
        ({"inline": {"policies": True}}, ["inline.policies"]),
        ({"documents": [True]}, ["documents[0]"]),
        ({"arn": True}, []),
        ({"policy_arn": True}, []),
    ],
)
def test_what_is_known_only_after_apply(unknown: Any, attributes: list[str]) -> None:
    """Is a policy where the attribute is called like one."""
    assert found(None, {"name": "policy"}, unknown) == attributes
    assert found(None, {"policy": "x", "document": "y"}) == []


def test_the_leaves_of_values() -> None:
    """With their paths."""
    assert dict(leaves({"a": {"b": [1, {"c": None}]}, "d": "x"}, "")) == {"a.b[0]": 1, "a.b[1].c": None, "d": "x"}
    assert dict(leaves({"b": 1}, "a")) == {"a.b": 1}


def test_which_types_nobody_knows() -> None:
    """Those of IAM that the table does not have, and that are not harmless."""
    assert [is_unlisted(name) for name in ("aws_iam_new", "aws_iam_role", "aws_sqs_queue")] == [True, False, False]


def test_one_that_is_deferred_is_looked_at_too() -> None:
    """It stands in no entry of the plan but its own."""
    entry = change("aws_iam_new.n", None, {"a": FULL})
    deferred = [{"reason": "provider_config_unknown", "resource_change": entry}]
    raw = plan(change("aws_sns_topic.t", {}, {}), deferred_changes=deferred)
    documents = unlisted_documents(read(raw, "plan.json")[0], "refreshed")
    assert [one.place.attribute for one in documents] == ["a"]
