"""Policy documents: what AWS accepts is read, what it refuses is refused, and what is not known yet is told apart."""

import json
import re
from typing import Any

import pytest

from gate.iam.conditions import clause
from gate.iam.policy import NOTHING, Element, MalformedPolicy, Policy, Principals, Statement, parse
from gate.text.sensitive import Sensitive
from gate.unknown import OneOf, Template, Unresolved, Value

HOLE = Unresolved(("aws_kms_key.k.arn",))
PART = Template(("arn:", HOLE))
ALLOW = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
KEY = "arn:aws:kms:eu-west-1:111122223333:key/a"


def read(changes: dict[str, Any], *, of_key: bool = False, version: Any = "2012-10-17") -> Statement:
    """The one statement of a document: an Allow of everything with these elements, those that are None taken away."""
    elements = {name: value for name, value in (ALLOW | changes).items() if value is not None}
    (statement,) = parse({"Version": version, "Statement": elements}, of_key=of_key).statements
    return statement


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("{", "not JSON"),
        ("[]", "is not a JSON object"),
        ('{"Statement": [], "Statement": []}', "the key `Statement` is repeated"),
        ({}, "has no `Statement`"),
        ({"Statement": "all"}, "neither a statement nor a list"),
        ({"statement": []}, "IAM spells `Statement`"),
        ({"Statement": [], "Comment": "x"}, "`Comment`, which is no element of a policy"),
        ({"Version": "2013-10-17", "Statement": []}, '`Version` is "2013-10-17"'),
        ({"Statement": ["all"]}, "statement 1 is not a JSON object"),
        ({"Statement": [ALLOW, ALLOW | {"effect": "Deny"}]}, "statement 2 has `effect`, which IAM spells `Effect`"),
        ({"Statement": ALLOW | {"Effect": "allow"}}, "not `Allow` or `Deny`"),
        ({"Statement": ALLOW | {"Sid": 1}}, "`Sid` that is not a text"),
        ({"Statement": ALLOW | {"Principal": "*"}}, "an identity policy must not have"),
        ({"Statement": ALLOW | {"NotPrincipal": "*"}}, "an identity policy must not have"),
        ({"Statement": ALLOW | {"NotAction": "s3:*"}}, "both `Action` and `NotAction`"),
        ({"Statement": {"Effect": "Allow", "Action": "kms:*"}}, "neither `Resource` nor `NotResource`"),
        ({"Statement": ALLOW | {"Action": ["kms:*", 1]}}, "`Action` that is not a text"),
        ({"Statement": ALLOW | {"Action": "kms:\u0130*"}}, "not ASCII"),
        ({"Statement": ALLOW | {"Resource": "arn:\ue000"}}, "private-use character"),
        ({"Statement": ALLOW | {"Condition": "x"}}, "`Condition` that is not an object"),
        ({"Statement": ALLOW | {"Condition": {"Bool": "x"}}}, "the condition operator `Bool` without keys"),
        ({"Statement": ALLOW | {"Condition": {"Bool": {"k": [None, "x"]}}}}, "a value of `k`"),
        ({"Statement": ALLOW | {"Condition": {"Bool": {"\u0130": "x"}}}}, "operator or key that is not ASCII"),
    ],
)
def test_what_aws_refuses_is_refused(document: Value, why: str) -> None:
    """The message says what and where."""
    with pytest.raises(MalformedPolicy, match=re.escape(why)):
        parse(document)


@pytest.mark.parametrize(
    ("principal", "why"),
    [
        ({}, "neither `Principal` nor `NotPrincipal`"),
        ({"Principal": "all"}, "neither `.` nor an object"),
        ({"Principal": {"aws": "*"}}, "IAM spells `AWS`"),
        ({"Principal": {"Everyone": "*"}}, "no element of a policy"),
        ({"Principal": {"AWS": ["*", 1]}}, "not a text or a list of texts"),
    ],
)
def test_a_key_policy_says_of_whom_it_speaks(principal: dict[str, Any], why: str) -> None:
    """A statement of a key policy without principals, or with what is none, is refused."""
    with pytest.raises(MalformedPolicy, match=why):
        parse({"Statement": ALLOW | principal}, of_key=True)


@pytest.mark.parametrize(
    ("principal", "read_as"),
    [
        ({"Principal": "*"}, Principals((("AWS", "*"),), False)),
        ({"NotPrincipal": {"AWS": ["a", "b"]}}, Principals((("AWS", "a"), ("AWS", "b")), True)),
        ({"Principal": HOLE}, Principals((), False, (("AWS", HOLE),))),
        (
            {"Principal": {"AWS": ["a", PART], "Service": "s"}},
            Principals((("AWS", "a"), ("Service", "s")), False, (("AWS", PART),)),
        ),
    ],
)
def test_principals_are_kinds_and_values(principal: dict[str, Any], read_as: Principals) -> None:
    """A bare `*` is of the kind AWS; what is not known yet stands beside what is."""
    assert read(principal, of_key=True).principals == read_as


@pytest.mark.parametrize("document", ["", " \n", None, {"Statement": []}, {"Version": "2008-10-17", "Statement": []}])
def test_nothing_is_a_policy_that_grants_nothing(document: Value) -> None:
    """An empty text, no document, and a document without statements."""
    assert parse(document) == NOTHING


def test_a_text_and_a_value_are_read_alike() -> None:
    """Also with a byte order mark, and with one statement instead of a list."""
    document = {"Version": "2012-10-17", "Id": "x", "Statement": [ALLOW | {"Sid": "All"}]}
    assert (
        parse("\ufeff" + json.dumps(document))
        == parse(document)
        == parse({**document, "Statement": document["Statement"][0]})
    )
    statement = read({"Sid": "All"})
    assert (statement.sid, statement.effect, statement.index, statement.certain) == ("All", "Allow", 0, True)
    assert (statement.action, statement.resource) == (Element(("kms:*",), False), Element(("*",), False))
    assert read({"Effect": "Deny", "NotAction": "s3:*", "Action": None}).action == Element(("s3:*",), True)


def test_what_is_not_known_yet_is_told_apart() -> None:
    """A document, a statement, an effect, a Sid, an element, a clause: each for itself."""
    assert parse(HOLE) == Policy((), (HOLE,))
    assert parse({"Statement": HOLE}) == Policy((), (HOLE,))
    assert parse({"Statement": [HOLE, ALLOW]}).unknown == (HOLE,)
    statement = read({"Effect": HOLE, "Sid": HOLE, "Action": ["kms:Decrypt", HOLE], "Resource": PART})
    assert (statement.effect, statement.sid, statement.certain) == (None, None, True)
    assert statement.action == Element(("kms:Decrypt",), False, (HOLE,))
    assert statement.resource == Element((), False, (PART,))


def test_a_statement_of_one_alternative_is_not_certain() -> None:
    """Wherever the alternatives stand: the document, a statement, a list of statements, or nothing."""
    other = ALLOW | {"Action": "s3:*"}
    for document in (
        OneOf(({"Statement": ALLOW}, {"Statement": other})),
        {"Statement": [OneOf((ALLOW, other))]},
        {"Statement": [OneOf(([ALLOW, other], None))]},
        {"Statement": [OneOf((OneOf((ALLOW, None)), other))]},
    ):
        statements = parse(document).statements
        assert [(one.action.values, one.certain) for one in statements] == [(("kms:*",), False), (("s3:*",), False)]
    mixed = parse({"Statement": [ALLOW, OneOf((other, None))]}).statements
    assert [(one.index, one.certain) for one in mixed] == [(0, True), (1, False)]


@pytest.mark.parametrize(
    ("condition", "clauses", "unknown"),
    [
        (None, (), False),
        (HOLE, (), True),
        ({"Bool": {"k": True}}, (clause("Bool", "k", ["true"]),), False),
        ({"NumericLessThan": {"k": [1, 2.5]}}, (clause("NumericLessThan", "k", ["1", "2.5"]),), False),
        ({"Bool": HOLE, "StringLike": {"k": "a*"}}, (clause("StringLike", "k", ["a*"]),), True),
        ({"Bool": {"k": ["x", HOLE], "l": "y"}}, (clause("Bool", "l", ["y"]),), True),
    ],
)
def test_clauses(condition: Any, clauses: tuple[Any, ...], unknown: bool) -> None:
    """Values become texts; what is known of a Condition counts beside what is not."""
    statement = read({"Condition": condition})
    assert (statement.conditions, statement.conditions_unknown) == (clauses, unknown)


@pytest.mark.parametrize(
    ("version", "variables"), [("2012-10-17", True), ("2008-10-17", False), (None, False), (HOLE, True)]
)
def test_variables_need_their_version(version: Any, variables: bool) -> None:
    """Without it `${` is text, which a condition then writes as one; a version that is not known may have them."""
    statement = read({"Condition": {"StringLike": {"k": "${aws:username}"}}}, version=version)
    assert statement.variables == variables
    (value,) = statement.conditions[0].values
    assert value == ("${aws:username}" if variables else "${$}{aws:username}")


def test_only_the_name_of_an_action_has_to_be_ascii() -> None:
    """An alias may be written in any language."""
    alias = "arn:aws:kms:eu-west-1:111122223333:alias/Schl\u00fcssel"
    assert read({"Resource": alias}).resource.values == (alias,)


def test_in_a_key_policy_an_account_that_is_not_known_is_an_account() -> None:
    """A condition on whose the caller is keeps what stands for the account; any other key's value is not known."""
    account = Unresolved(("data.aws_caller_identity.c.account_id",), exact=True, stands_for="(account)")
    for key, of_key, known in (
        ("kms:CallerAccount", True, True),
        ("KMS:calleraccount", True, True),
        ("kms:ViaService", True, False),
        ("kms:CallerAccount", False, False),
    ):
        principal = {"Principal": "*"} if of_key else {}
        statement = read({"Condition": {"StringEquals": {key: account}}, **principal}, of_key=of_key)
        assert (bool(statement.conditions), statement.conditions_unknown) == (known, not known)


def test_short_arns_are_completed() -> None:
    """As AWS completes them in an identity policy; a key policy is about its own key."""
    short, whole = "arn:aws:kms", "arn:aws:kms:*:*:*"
    assert read({"Resource": [short, KEY]}).resource.values == (whole, KEY)
    assert read({"Effect": "Deny", "Resource": [short, KEY]}).resource.values == (whole, KEY)
    assert read({"Resource": None, "NotResource": short}).resource == Element((whole,), True)
    assert read({"Effect": "Deny", "Resource": short, "Principal": "*"}, of_key=True).resource.values == (short,)


def test_a_variable_in_an_allow_may_hold_the_type_of_a_resource() -> None:
    """In an Allow it is taken at the most; what a Deny or a NotResource names stays what it is."""
    value = "arn:aws:kms:eu-west-1:111122223333:${aws:username}"
    most = "arn:aws:kms:eu-west-1:111122223333:*"
    assert read({"Resource": value}).resource.values == (most,)
    assert read({"Effect": HOLE, "Resource": value}).resource.values == (most,)
    assert read({"Effect": "Deny", "Resource": value}).resource.values == (value,)
    assert read({"Resource": None, "NotResource": value}).resource.values == (value,)
    assert read({"Resource": value}, version="2008-10-17").resource.values == (value,)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("ArnEquals", "k", ["a*"]), ("arnlike", "K", ["a*"]), True),
        (("ForAnyValue:ArnNotEquals", "k", ["a"]), ("foranyvalue:arnnotlike", "k", ["a"]), True),
        (("StringLike", "k", ["b", "a", "a"]), ("StringEquals", "k", ["a", "b"]), True),
        (("StringNotLike", "k", ["a"]), ("StringNotEquals", "k", ["a"]), True),
        (("StringLike", "k", ["a", "b*"]), ("StringEquals", "k", ["a", "b*"]), False),
        (("StringLike", "k", ["?"]), ("StringEquals", "k", ["?"]), False),
        (("StringLike", "k", ["${*}"]), ("StringEquals", "k", ["${*}"]), False),
        (("StringEqualsIgnoreCase", "k", ["A", "a"]), ("StringEqualsIgnoreCase", "k", ["a"]), True),
        (("StringEqualsIgnoreCase", "k", ["${aws:Name}"]), ("StringEqualsIgnoreCase", "k", ["${aws:name}"]), False),
        (("StringEqualsIgnoreCase", "k", ["\u00c4", "b"]), ("StringEqualsIgnoreCase", "k", ["\u00e4", "b"]), False),
        (("StringEquals", "k", ["A"]), ("StringEquals", "k", ["a"]), False),
        (("StringEquals", "k", ["a"]), ("StringEquals", "l", ["a"]), False),
    ],
)
def test_clauses_that_are_written_in_two_ways(one: Any, other: Any, same: bool) -> None:
    """What AWS takes for one operator or value is one clause, and nothing else is."""
    assert (clause(*one) == clause(*other)) == same


def test_a_sensitive_value_of_a_condition_is_the_value() -> None:
    """Whatever prints a document that has one hides it."""
    found = [read({"Condition": {"StringLike": {"aws:username": name}}}).conditions for name in ("a*", Sensitive("a*"))]
    assert repr(found[0]) == repr(found[1])
