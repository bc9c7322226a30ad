"""Policies where nobody expects one."""

import json
from typing import Any

import pytest

from gate.holdings.unexpected_documents import _LONGEST, unexpected_documents
from gate.plan.model import read
from tests.helpers.plans import change, plan, policy, statement

TYPE = "aws_something.s"
FULL, LESS = policy(statement("kms:*")), policy(statement("s3:*"))
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
ALL = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]


def found(before: Any, after: Any, address: str = TYPE) -> dict[str, Any]:
    """The documents by attribute."""
    document = read(plan(change(address, before, after)), "plan.json")[0]
    known = {"AdministratorAccess": ALL}
    return {one.place.attribute: one.content for one in unexpected_documents(document, known.get)}


def stated(*statements: Any) -> str:
    return json.dumps({"Statement": [*statements]})


def padded(length: int) -> str:
    """A policy of so many characters."""
    return FULL + " " * (length - len(FULL))


@pytest.mark.parametrize(
    ("before", "after", "attributes"),
    [
        (None, {"a": FULL}, ["a"]),
        (None, {"a": {"b": [{"c": FULL}]}}, ["a.b[0].c"]),
        (None, {"a": [FULL, LESS]}, ["a[0]", "a[1]"]),
        (None, {"b": "x", "a": FULL}, ["a"]),
        ({"a": LESS}, {"a": FULL}, ["a"]),
        ({"a": 7}, {"a": FULL}, ["a"]),
        ({"a": "x"}, {"a": FULL}, ["a"]),
        ({"a": {"b": FULL}}, {"a": [FULL]}, ["a[0]"]),
        # nothing new
        ({"a": FULL, "b": 1}, {"a": FULL, "b": 2}, []),
        ({"a": FULL}, {"a": json.dumps(json.loads(FULL), indent=2)}, []),
        ({"a": [FULL, LESS]}, {"a": [LESS, FULL]}, []),
        ({"a": [FULL, LESS]}, {"a": [LESS]}, []),
        ({"a": [LESS]}, {"a": [LESS, FULL]}, ["a[1]"]),
        ({"a": [FULL]}, {"a": [FULL, FULL]}, ["a[1]"]),
        ({"a": ["x", {"b": FULL, "c": 1}]}, {"a": ["x", {"b": FULL, "c": 2}]}, []),
        # of what is too long nothing is compared, and nothing is read
        ({"a": padded(_LONGEST)}, {"a": FULL}, []),
        ({"a": padded(_LONGEST + 1)}, {"a": FULL}, ["a"]),
        (None, {"a": padded(_LONGEST)}, ["a"]),
        (None, {"a": padded(_LONGEST + 1)}, []),
    ],
)
def test_texts_that_say_something_new(before: Any, after: Any, attributes: list[str]) -> None:
    """Where they stand, however they are spelled and wherever in a list they were."""
    assert [*found(before, after)] == attributes


def test_what_is_too_long_and_stays() -> None:
    """Is not new."""
    long = padded(_LONGEST + 1)
    assert found({"a": long, "policy": ADMIN, "b": 1}, {"a": long, "policy": ADMIN, "b": 2}) == {}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (FULL, True),
        (stated(), True),
        ('{"Statement": {"Effect": "Allow"}}', True),
        (stated({"Effect": "Allow"}, {"Effect": "Deny"}), True),
        # of a resource
        (stated({"Principal": "*"}), False),
        (stated({"NotPrincipal": "*"}), False),
        (stated({"Effect": "Allow"}, {"Principal": "*"}), False),
        ('{"Statement": {"Principal": "*"}}', False),
        (stated("x"), False),
        # none
        ('["Statement"]', False),
        ('{"Statements": []}', False),
        ('"{ Statement }"', False),
        ("{ Statement", False),
        ("Statement", False),
        ("[" * 100_000 + '{"Statement": []}', False),
    ],
)
def test_what_is_a_policy(text: str, is_one: bool) -> None:
    """A JSON object with statements, none of which says for whom it is."""
    assert [*found(None, {"a": text})] == ["a"] * is_one


@pytest.mark.parametrize(
    ("attribute", "value", "expected"),
    [
        ("policy", ADMIN, {"Statement": ALL}),
        ("managed_policies", [ADMIN], {"Statement": ALL}),
        ("policy", "arn:aws-cn:iam::aws:policy/AdministratorAccess", {"Statement": ALL}),
        ("policy", "arn:aws:iam::aws:policy/job-function/AdministratorAccess", {"Statement": ALL}),
        ("policy", "arn:aws:iam::aws:policy/Unheard", None),
        ("policy", "arn:aws:iam::111122223333:policy/AdministratorAccess", None),
        ("policy", f"{ADMIN} and more", None),
        ("text", ADMIN, None),
    ],
)
def test_a_policy_of_aws_by_its_arn(attribute: str, value: Any, expected: Any) -> None:
    """Where an attribute is of policies."""
    assert [*found(None, {attribute: value}).values()] == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("address", "is_watched"),
    [
        (TYPE, True),
        ("aws_sqs_queue.q", False),
        ("terraform_data.d", False),
        ("aws_vpc_endpoint.v", False),
        ("aws_iam_role_policy.p", False),
        ("aws_cloudformation_stack.s", False),
        ("aws_cloudcontrolapi_resource.c", False),
        ("aws_iam_unheard_of_policy.u", False),
    ],
)
def test_where_one_is_expected(address: str, is_watched: bool) -> None:
    """It is read where its type is judged, or grants nothing."""
    assert [*found(None, {"a": FULL}, address)] == ["a"] * is_watched


def test_one_spelled_with_escapes() -> None:
    """As JSON allows."""
    escaped = FULL.replace("Statement", "\\u0053tatement")
    assert [*found(None, {"a": escaped})] == ["a"]


OBJECT = json.loads(FULL)


@pytest.mark.parametrize(
    ("before", "after", "attributes"),
    [
        (None, {"a": OBJECT}, ["a"]),
        (None, {"a": [{"b": OBJECT}]}, ["a[0].b"]),
        ({"a": OBJECT}, {"a": OBJECT, "b": 1}, []),
        ({"a": FULL}, {"a": OBJECT}, []),
        ({"a": OBJECT}, {"a": FULL}, []),
        ({"a": json.loads(LESS)}, {"a": FULL}, ["a"]),
        ({"a": {"b": OBJECT}}, {"a": FULL}, ["a"]),
        ({"a": json.loads(LESS)}, {"a": OBJECT}, ["a"]),
        (None, {"a": {"Statement": [{**OBJECT["Statement"][0], "Principal": "*"}]}}, []),
    ],
)
def test_an_object_with_statements(before: Any, after: Any, attributes: list[str]) -> None:
    """Is a document as its text is."""
    assert [*found(before, after)] == attributes


def declared(kind: str, policy: Any, stack: str = "aws_cloudformation_stack.s") -> dict[str, Any]:
    """A stack, or a Cloud Control resource, that declares one resource with a policy."""
    properties = {"Grant": {"Policy": policy}}
    if stack.startswith("aws_cloudcontrol"):
        return {"type_name": kind, "desired_state": json.dumps(properties)}
    listed = {"Topic": {"Type": "AWS::SNS::Topic"}, "Given": {"Type": kind, "Properties": properties}}
    return {"name": "s", "template_body": json.dumps({"Resources": listed})}


@pytest.mark.parametrize("value", [OBJECT, FULL])
@pytest.mark.parametrize(
    ("kind", "is_watched"),
    [
        ("Acme::Iam::Grant", True),
        ("Custom::Grant", True),
        ("AWS::CloudFormation::CustomResource", True),
        ("AWS::Transfer::User", False),
    ],
)
def test_a_type_of_others_in_a_template(kind: str, is_watched: bool, value: Any) -> None:
    """What is done with a policy there nobody knows."""
    where = "template_body.Resources.Given.Grant.Policy"
    stack, control = "aws_cloudformation_stack.s", "aws_cloudcontrolapi_resource.c"
    assert [*found(None, declared(kind, value), stack)] == [where] * is_watched
    assert [*found(declared(kind, value), {**declared(kind, value), "tags": {"a": "b"}}, stack)] == []
    alone = [*found(None, declared(kind, value, control), control)]
    assert alone == ["desired_state.Grant.Policy"] * is_watched


def test_a_template_that_cannot_be_read_tells_nothing() -> None:
    for text in ("{", 7, None, '{"Resources": {"A": 7}}'):
        assert found(None, {"name": "s", "template_body": text}, "aws_cloudformation_stack.s") == {}
    control = {"type_name": "Acme::Iam::Grant", "desired_state": "{"}
    assert found(None, control, "aws_cloudcontrolapi_resource.c") == {}


def test_a_template_that_is_sensitive() -> None:
    """So is what stands in it."""
    body = {"after_sensitive": {"template_body": True}}
    stack = change("aws_cloudformation_stack.s", None, declared("Custom::Grant", OBJECT), change=body)
    [one] = unexpected_documents(read(plan(stack), "plan.json")[0], {}.get)
    assert one.sensitive
