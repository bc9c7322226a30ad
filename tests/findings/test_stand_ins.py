"""What stands for the ARN of a key that is not known is a value that knows how people read it."""

from gate.iam.policy import parse
from gate.new_access.proven import with_proven_parts
from gate.plan.arns import unknown_key
from gate.unknown import StandIn, Template, Unresolved, joined, written

KEY = 'module.m["a/b (c)"].aws_kms_key.k'


def test_people_read_the_address_whatever_is_in_it() -> None:
    """The text has no wildcard and no separator of its own; what people read is the address as it is."""
    found = unknown_key(f"{KEY}.arn")
    assert not set("*?$") & set(found)
    assert found.count(":") == 5
    assert (found.address, found.written) == (KEY, f"(known after apply: {KEY})")
    assert found == str(found) == unknown_key(f"{KEY}.arn")
    assert written(["x", found]) == ["x", f"(known after apply: {KEY})"]


def test_a_longer_text_still_knows_how_it_is_read() -> None:
    """A text around one is none any more, and reads as its parts do."""
    found = joined(["a ", unknown_key(f"{KEY}.arn"), "/*"])
    assert isinstance(found, StandIn)
    assert found == f"a {unknown_key(f'{KEY}.arn')}/*"
    assert (found.address, found.written) == ("", f"a (known after apply: {KEY})/*")
    assert type(joined(["a", "b"])) is str


def test_a_statement_is_told_in_words_and_compared_by_its_text() -> None:
    """Its elements have the text that stands for the key, its own text has what people read."""
    arn = Unresolved((f"{KEY}.arn",), exact=True)
    entry = {"Effect": "Allow", "Action": "kms:*", "Resource": [arn, Template((arn, "/x"))]}
    [statement] = parse(with_proven_parts({"Version": "2012-10-17", "Statement": [entry]})).statements
    assert statement.resource.values[0] == unknown_key(f"{KEY}.arn")
    assert "not-known" not in statement.written.text
    assert statement.written.text.count("(known after apply: module.m") == 2
