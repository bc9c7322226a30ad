"""A statement as its document writes it."""

import json
from typing import Any

import pytest

from gate.iam.policy import parse
from gate.iam.written import Written
from gate.plan.arns import unknown_key


def written(**elements: Any) -> Written:
    return Written({"Effect": "Allow", **elements}, "")


def test_a_text_is_as_people_write_it() -> None:
    """Letters beyond ASCII are not escaped."""
    assert written(Sid="clé").text == '{"Effect": "Allow", "Sid": "clé"}'


def test_two_are_one_where_their_texts_are() -> None:
    """Whichever document they stand in; a text is no statement."""
    entry = {"Effect": "Allow", "Sid": "a"}
    assert Written(entry, "") == Written(entry, "") == written(Sid="a")
    assert written(Sid="a") != written(Sid="b")
    assert written(Sid="a") != written(Sid="a").text
    assert len({written(Sid="a"), written(Sid="a"), written(Sid="b")}) == 2


@pytest.mark.parametrize("element", ["Resource", "NotResource"])
def test_what_stands_for_a_key_is_told_as_people_read_it(element: str) -> None:
    """Whatever stands beside it."""
    known, created = "arn:aws:kms:eu-west-1:111122223333:key/k", unknown_key("aws_kms_key.k.arn")
    for resources in ([known, created], [created]):
        content: Any = {"Statement": [{"Effect": "Allow", "Action": "kms:*", element: resources}]}
        (statement,) = parse(content).statements
        assert json.loads(statement.written.text)[element][-1] == "(known after apply: aws_kms_key.k)"
