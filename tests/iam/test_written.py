"""The text of a statement."""

import json

import pytest

from gate.iam.policy import parse
from gate.plan.arns import unknown_key
from gate.unknown import Unresolved
from tests.helpers.plans import policy, statement


def test_the_text_is_the_statement_as_it_is_written() -> None:
    """Its keys keep their order and their spelling."""
    written = '{"Resource": "*", "Effect": "Allow", "Action": ["kms:DECRYPT"], "Sid": "é"}'
    (one,) = parse(f'{{"Version": "2012-10-17", "Statement": {written}}}').statements
    assert one.written.text == written


def test_what_is_unknown_is_written_for_people() -> None:
    """A value that is not known yet is named by what it comes from."""
    action = Unresolved(("var.action",))
    (one,) = parse({"Statement": [{"Effect": "Allow", "Action": [action], "Resource": "*"}]}).statements
    assert json.loads(one.written.text)["Action"] == ["(known after apply: var.action)"]


def test_statements_are_equal_if_their_texts_are() -> None:
    """Two documents with one statement, and one that orders its keys differently."""
    first, same = (parse(policy(statement("kms:*"))) for _ in range(2))
    other = parse(policy({**dict(reversed(statement("kms:*").items()))}))
    assert first == same
    assert hash(first) == hash(same)
    assert first != other
    assert first.statements[0].written != first.statements[0].written.text


@pytest.mark.parametrize("name", ["Resource", "NotResource"])
def test_what_stands_for_an_unknown_resource_is_written_for_people(name: str) -> None:
    """Beside resources that are known, which are written as they are."""
    key = unknown_key("aws_kms_key.k.arn")
    (one,) = parse({"Statement": [{"Effect": "Allow", "Action": "kms:*", name: ["a", key]}]}).statements
    assert json.loads(one.written.text)[name] == ["a", "(known after apply: aws_kms_key.k)"]
