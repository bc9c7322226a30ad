"""What intrinsic functions give."""

from typing import Any

import pytest

from gate.plan.arns import unknown_key
from gate.templates.dynamic_references import has_one
from gate.templates.functions import ABSENT, Given, condition, value_of
from gate.templates.template import changed, parameters
from gate.unknown import OneOf, Template, Unresolved

ACCOUNT = Unresolved(("data.aws_caller_identity.x.account_id",), exact=True)
MAPPINGS = {"M": {"eu": {"Action": "kms:*"}, "us": {"Action": "s3:*"}}}
CONDITIONS = {
    "Yes": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
    "No": {"Fn::Not": [{"Condition": "Yes"}]},
    "Open": {"Fn::Equals": [{"Ref": "Nobody"}, "prod"]},
    "Loop": {"Condition": "Loop"},
    "Or": {"Fn::Or": [{"Condition": "Open"}, {"Condition": "Yes"}]},
    "And": {"Fn::And": [{"Condition": "Open"}, {"Condition": "Yes"}]},
}
GIVEN = Given(
    "stack.app.template_body",
    {"Stage": "prod", "List": ["a", "b"], "Key": "kms:*"},
    {"Key1": "AWS::KMS::Key", "Role": "AWS::IAM::Role", "Mine": "Custom::X", "P": "AWS::IAM::ManagedPolicy"}
    | {"Set": "AWS::SSO::PermissionSet", "Team": "AWS::IdentityStore::Group"},
    MAPPINGS,
    CONDITIONS,
    {"AWS::AccountId": ACCOUNT},
    {"Role": "app", "P": "(policy)", "Set": "(set)", "Team": "(team)"},
)


def hole(value: Any) -> bool:
    return isinstance(value, Unresolved) and value is not ABSENT


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Stage"}, "prod"),
        ({"Ref": "List"}, ["a", "b"]),
        ({"Ref": "Role"}, "app"),
        ({"Ref": "P"}, "(policy)"),
        ({"Fn::GetAtt": ["P", "PolicyArn"]}, "(policy)"),
        ({"Fn::GetAtt": "Set.PermissionSetArn"}, "(set)"),
        ({"Fn::GetAtt": ["Team", "GroupId"]}, "(team)"),
        ({"Ref": "AWS::AccountId"}, ACCOUNT),
        ({"Fn::GetAtt": "Key1.Arn"}, unknown_key("stack.app.template_body.Resources.Key1.Arn")),
        (
            {"Fn::GetAtt": "Role.Arn"},
            Template(
                ("arn:aws:iam::", Unresolved(("data.aws_caller_identity.x.account_id",), exact=True), ":role/app")
            ),
        ),
        ({"Fn::Sub": "k${Stage}:${!aws:username}"}, "kprod:${aws:username}"),
        ({"Fn::Sub": ["${a}:*", {"a": "kms"}]}, "kms:*"),
        ({"Fn::Sub": Template(("k${Stage}:", ACCOUNT, ":x"))}, Template(("kprod:", ACCOUNT, ":x"))),
        ({"Fn::Sub": "x:${AWS::AccountId}:y"}, Template(("x:", ACCOUNT, ":y"))),
        ({"Fn::Join": ["", ["km", "s:", "*"]]}, "kms:*"),
        ({"Fn::Join": [",", {"Ref": "List"}]}, "a,b"),
        ({"Fn::Select": [1, {"Ref": "List"}]}, "b"),
        ({"Fn::Select": ["0", {"Fn::Split": ["|", "kms:*|s3:*"]}]}, "kms:*"),
        ({"Fn::If": ["Yes", "kms:*", "s3:*"]}, "kms:*"),
        ({"Fn::If": ["No", "kms:*", "s3:*"]}, "s3:*"),
        ({"Fn::If": ["Open", "kms:*", "s3:*"]}, OneOf(("kms:*", "s3:*"))),
        ({"Fn::If": ["Open", "kms:*", {"Ref": "AWS::NoValue"}]}, OneOf(("kms:*", []))),
        ({"Fn::FindInMap": ["M", "eu", "Action"]}, "kms:*"),
        ({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "Action"]}, OneOf(("kms:*", "s3:*"))),
        ([{"Ref": "AWS::NoValue"}, {"Ref": "Key"}], ["kms:*"]),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
    ],
)
def test_known_functions(node: Any, value: Any) -> None:
    assert value_of(node, GIVEN) == value


@pytest.mark.parametrize(
    "node",
    [
        {"Ref": "Nobody"}, {"Ref": ["Stage"]}, {"Ref": "Mine"}, {"Fn::GetAtt": "Mine.Arn"},
        {"Fn::GetAtt": "Role.RoleId"},
        {"Fn::ImportValue": "x"}, {"Fn::Transform": {}}, {"Fn::New": 1}, {"Ref": "Stage", "Fn::Sub": "x"},
        {"Fn::Join": "x"}, {"Fn::Join": [{"Ref": "Stage"}, []]}, {"Fn::Sub": [1, 2, 3]}, {"Fn::Select": [9, ["a"]]},
        {"Fn::Select": [0, [{"Fn::If": ["Open", "a", {"Ref": "AWS::NoValue"}]}, "b"]]}, {"Fn::If": ["Open"]},
        {"Fn::FindInMap": ["N", "eu", "Action"]}, {"Fn::Sub": "${List}"}, {"Fn::Split": ["", "x"]},
    ],
)  # fmt: skip
def test_everything_else_is_a_hole(node: Any) -> None:
    """Functions that gate does not know, arguments that have no place there, what others choose."""
    assert hole(value_of(node, GIVEN))


@pytest.mark.parametrize(
    "parts", [("${St", ACCOUNT, "}"), ("$", ACCOUNT), (ACCOUNT, "{Stage}"), ("${Stage}${", ACCOUNT, "}")]
)
def test_a_hole_that_may_name_something_is_no_text(parts: Any) -> None:
    """`${St...}` gives what has that name, whatever it is."""
    assert hole(value_of({"Fn::Sub": Template(parts)}, GIVEN))


def test_a_hole_may_be_a_part_of_a_dynamic_reference() -> None:
    assert has_one(Template(("{{", ACCOUNT, ":ssm:/app/action}}")))
    assert not has_one(Template(("{", ACCOUNT, "}")))


def test_depth_is_bounded() -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = {"Fn::Sub": ["${a}", {"a": deep}]}
    assert value_of(deep, GIVEN) is not None


@pytest.mark.parametrize(
    ("name", "holds"),
    [("Yes", True), ("No", False), ("Open", None), ("Loop", None), ("Or", True), ("And", None), ("None", None)],
)
def test_conditions(name: str, holds: bool | None) -> None:
    assert condition(name, GIVEN) is holds


def test_parameters() -> None:
    """What is set, else the default; lists are lists; a hidden one is not known, nor what the parameter store has."""
    declared = {
        "A": {"Type": "String", "Default": "a"},
        "B": {"Type": "CommaDelimitedList", "Default": "kms:*, s3:*"},
        "C": {"Type": "String", "NoEcho": True},
        "D": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/x"},
        "E": {"Type": "Number", "Default": 3},
        "F": {"Type": "String"},
    }
    found = parameters({"Parameters": declared}, {"A": "b", "C": "****"})
    assert found == {"A": "b", "B": ["kms:*", "s3:*"], "D": Unresolved(("{{resolve:ssm:/x}}",)), "E": "3"}
    assert parameters({"Parameters": declared}, None) == {}


ARN = Unresolved(("aws_kms_key.k.arn",), exact=True)
ROLE = Unresolved(("aws_iam_role.r.arn",), exact=True)
OUTPUT = Unresolved(("terraform_data.x.output",), exact=True)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("CommaDelimitedList", Template(("kms:Decrypt,", OUTPUT)), Unresolved(OUTPUT.references)),
        ("List<String>", Template(("x,", ROLE)), Unresolved(ROLE.references)),
        ("CommaDelimitedList", Template((ARN, ", ", ARN, ",a")), [ARN, ARN, "a"]),
        ("CommaDelimitedList", Template(("x/", ARN, "/y,z")), [Template(("x/", ARN, "/y")), "z"]),
        ("CommaDelimitedList", OUTPUT, OUTPUT),
        ("CommaDelimitedList", OneOf(("a", "b")), OneOf(("a", "b"))),
        ("CommaDelimitedList", OneOf(("a,b", "c")), Unresolved()),
        ("String", Template(("x,", OUTPUT)), Template(("x,", OUTPUT))),
        ("AWS::SSM::Parameter::Value<String>", Template(("/x/", OUTPUT)), Unresolved(OUTPUT.references)),
    ],
)
def test_parameters_that_are_known_in_part(kind: str, given: Any, value: Any) -> None:
    """What is unknown in a list may hold a comma; what stands under a name that is known in part, nobody knows."""
    assert parameters({"Parameters": {"P": {"Type": kind}}}, {"P": given}) == {"P": value}


def test_what_changed_is_told_through_references() -> None:
    """A definition, a parameter's value, and whatever names either."""
    template = {
        "Parameters": {"P": {}, "Q": {}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}},
        "Resources": {"A": {"Fn::Sub": "${B.Value}"}, "B": {"Fn::If": ["C", 1, 2]}, "D": {"Ref": "Q"}},
    }
    assert changed(template, template, {"P": "x"}, {"P": "y"}) == {"P", "C", "A", "B"}
    assert changed(template, template, {"P": "x"}, {"P": "x"}) == set()
    other = {**template, "Resources": {**template["Resources"], "D": 1}}
    assert changed(template, other, {}, {}) == {"D"}
