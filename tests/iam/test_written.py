"""A statement as its document writes it."""

from typing import Any

from gate.iam.written import Written


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
