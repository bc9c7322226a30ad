"""CloudFormation templates as somebody would write them who wants past gate, and honest ones that look alike."""

import json
from typing import Any

import pytest

from tests.helpers.plans import change, findings, plan, policy, statement
from tests.holdings.test_templates import (
    ADDRESS,
    CONFIGURED,
    FULL,
    S3,
    allowing,
    key,
    resource,
    role,
    stack,
    text,
    told,
)

REFERENCE = "{{resolve:ssm:/app/action}}"
ROLE = text({"A": role(S3, RoleName="x")})
CHOICE = {"Parameters": {"P": {"Type": "String"}}, "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}}}
OPEN = "KMS005 template_body.Resources.K.KeyPolicy: everyone"
ACCOUNT = {"Ref": "AWS::AccountId"}
SETS = ("aws_cloudformation_stack_set", "awscc_cloudformation_stack_set")


@pytest.mark.parametrize(
    "actions", [REFERENCE, f"kms:{REFERENCE}", {"Fn::Sub": REFERENCE}, {"Fn::Join": ["", ["{{res", "olve:ssm:/a}}"]]}]
)
def test_a_dynamic_reference_may_give_anything(actions: Any) -> None:
    (finding,) = findings(plan(stack(ROLE, text({"A": role(allowing(actions), RoleName="x")}))))
    assert (finding.rule, finding.blocks) == ("KMS009", True)


def test_a_dynamic_reference_in_a_parameter() -> None:
    body = text({"A": role(allowing({"Ref": "P"}), RoleName="x")}, Parameters={"P": {"Type": "String"}})
    assert [f.rule for f in findings(plan(stack(ROLE, body, parameters={"P": REFERENCE})))] == ["KMS009"]


def test_a_dynamic_reference_that_stays_is_the_same() -> None:
    before, after = (text({"A": role(allowing(REFERENCE), RoleName="x")}, Description=each) for each in "ab")
    assert told(stack(before, after)) == []
    password = resource("IAM::User", LoginProfile={"Password": "{{resolve:secretsmanager:s:SecretString:p}}"})
    assert told(stack(None, text({"U": password}))) == []


@pytest.mark.parametrize("kind", ["String", "CommaDelimitedList", "List<String>"])
@pytest.mark.parametrize(
    "actions",
    [{"Ref": "P"}, {"Fn::Sub": "kms:${P}"}, {"Fn::Split": ["s", {"Ref": "P"}]}, {"Fn::Join": ["", [{"Ref": "P"}]]}],
)
def test_another_name_in_the_parameter_store_gives_something_else(actions: Any, kind: str) -> None:
    """The template stays, and the parameter leads to another text."""
    parameters = {"P": {"Type": f"AWS::SSM::Parameter::Value<{kind}>", "Default": "/a"}}
    was, will = (
        text({"A": role(allowing(actions), RoleName="x")}, Parameters=parameters, Description=each) for each in "ab"
    )

    def rules(**given: Any) -> list[str]:
        changed = stack(was, will)
        for side, name in given.items():
            changed["change"][side]["parameters"] = {"P": name}
        return [f.rule for f in findings(plan(changed))]

    assert rules(before="/a", after="/b") == rules(after="/b") == ["KMS009"]
    assert rules() == rules(before="/b", after="/b") == rules(before="/a") == []


@pytest.mark.parametrize("actions", [{"Ref": "P"}, {"Fn::Sub": "kms:${P}"}])
def test_a_sensitive_reference_that_changes_gives_something_else(actions: Any) -> None:
    """In a parameter that the plan marks, of which no report shows anything."""
    body = text({"A": role(allowing(actions), RoleName="x")}, Parameters={"P": {"Type": "String"}})

    def told_of(*names: str) -> list[str]:
        changed = stack(body, body)
        for side, name in zip(("before", "after"), names, strict=True):
            changed["change"][side]["parameters"] = {"P": f"{{{{resolve:ssm:{name}}}}}"}
            changed["change"][f"{side}_sensitive"] = {"parameters": {"P": True}}
        changed["change"]["actions"] = ["update"]
        return [f"{f.rule} {f.message}" for f in findings(plan(changed))]

    (told_once,) = told_of("/former", "/latter")
    assert told_once.startswith("KMS009")
    assert "latter" not in told_once
    assert told_of("/former", "/former") == []


@pytest.mark.parametrize(
    "actions", [REFERENCE, {"Fn::Base64": "/app/action"}, {"Fn::If": ["C", "kms:*", "/app/action"]}]
)
def test_what_an_unknown_part_of_a_sensitive_template_says_is_not_shown(actions: Any) -> None:
    body = text({"A": role(allowing(actions), RoleName="x")}, **CHOICE)
    created = stack(None, body)
    assert "/app/action" in findings(plan(created))[0].message
    created["change"]["after_sensitive"] = {"template_body": True}
    (finding,) = findings(plan(created))
    assert (finding.rule, "/app/action" in finding.message) == ("KMS009", False)


def test_a_role_whose_name_is_a_dynamic_reference_is_one_role() -> None:
    """Ref gives the name that the role gets, so that the Deny beside it counts."""
    deny = json.loads(policy(statement("kms:*", effect="Deny")))
    parts = {
        "R": role(deny, RoleName="{{resolve:ssm:/name}}"),
        "P": resource("IAM::Policy", PolicyName="q", PolicyDocument=FULL, Roles=[{"Ref": "R"}]),
    }
    assert told(stack(None, text(parts))) == []


@pytest.mark.parametrize("former", [None, "https://x/a.yaml"])
def test_a_template_that_is_fetched_is_not_the_one_that_the_plan_shows(former: str | None) -> None:
    """The provider keeps `template_body` as it last read it where `template_url` takes its place."""
    before = {"name": "app", "capabilities": ["CAPABILITY_IAM"], "template_body": ROLE, "template_url": former}
    assert told(change(ADDRESS, before, {**before, "template_url": "https://x/b.yaml"})) == ["KMS008 capabilities: "]
    assert told(change(ADDRESS, before, before)) == []


@pytest.mark.parametrize("given", [{"template_url": "https://x"}, {"template_body": '{"Resources":{},"Resources":{}}'}])
def test_keys_and_permission_sets_need_no_capability(given: dict[str, str]) -> None:
    (finding,) = findings(plan(change(ADDRESS, None, {"name": "app", **given})))
    assert (finding.rule, finding.blocks) == ("KMS008", False)
    assert "can create KMS keys and permission sets that no plan shows" in finding.message


@pytest.mark.parametrize(
    ("kind", "hidden"),
    [
        ("AWS::CloudFormation::Stack", False),
        ("AWS::CloudFormation::StackSet", False),
        ("AWS::ServiceCatalog::CloudFormationProvisionedProduct", False),
        ("AWS::KMS::Key", True),
        (None, False),
    ],
)
def test_cloud_control_resources_that_are_not_seen(kind: str | None, hidden: bool) -> None:
    values = {"type_name": kind, "desired_state": json.dumps({"TemplateURL": "https://x"})}
    shown = {name: value for name, value in values.items() if value and not (hidden and name == "desired_state")}
    unknown = {"after_unknown": {name: True for name in values if name not in shown}}
    assert [f.rule for f in findings(plan(change("aws_cloudcontrolapi_resource.c", None, shown, change=unknown)))] == [
        "KMS008"
    ]


@pytest.mark.parametrize("kind", SETS)
def test_keys_of_a_stack_set(kind: str) -> None:
    """Everyone is everyone in any account; the account of each instance is the key's own, a number may be another."""
    own = {"AWS": {"Fn::Join": ["", ["arn:aws:iam::", ACCOUNT, ":role/x"]]}}
    assert told(stack(None, key("*"), kind)) == [OPEN]
    assert told(stack(key("*"), key("*"), kind)) == told(stack(None, key(), kind)) == []
    assert told(stack(None, using(own), kind)) == told(stack(None, using("*", CALLER), kind)) == []
    other = "KMS005 template_body.Resources.K.KeyPolicy: account 444455556666"
    assert told(stack(None, using({"AWS": "444455556666"}), kind)) == [other]


CALLER = {"Condition": {"StringEquals": {"kms:CallerAccount": ACCOUNT, "kms:ViaService": "s3.eu-west-1.amazonaws.com"}}}


def using(principal: Any, more: Any = None, **resources: Any) -> str:
    """A template with a key that its own account has, and a principal may decrypt with."""
    document = json.loads(key())["Resources"]["K"]["Properties"]["KeyPolicy"]
    document["Statement"].append(statement("kms:Decrypt", Principal=principal, **(more or {})))
    return text({"K": resource("KMS::Key", KeyPolicy=document), **resources})


@pytest.mark.parametrize(
    "body",
    [
        using("*", CALLER),
        using({"Service": "logs.amazonaws.com"}, {"Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}),
        using({"AWS": {"Fn::GetAtt": "R.Arn"}}, R=resource("IAM::Role")),
        using({"AWS": {"Fn::Sub": "${R.Arn}"}}, R=resource("IAM::Role", RoleName="x", Path="/a/")),
    ],
)
def test_the_own_account_of_a_stack_that_nothing_proves(body: str) -> None:
    assert told(stack(None, body), **CONFIGURED) == []


@pytest.mark.parametrize("before", ["****", "arn:aws:iam::111122223333:role/x"])
def test_a_parameter_that_becomes_a_star(before: str) -> None:
    """`NoEcho` shows as four asterisks, and one asterisk is one."""
    body = json.dumps({**json.loads(using({"AWS": {"Ref": "P"}})), "Parameters": {"P": {"Type": "String"}}})
    sides = ({"name": "app", "parameters": {"P": value}, "template_body": body} for value in (before, "*"))
    assert told(change(ADDRESS, *sides), **CONFIGURED) == [OPEN]


DENY = json.loads(policy(statement("kms:*", effect="Deny")))
GUARD = resource("IAM::Policy", PolicyName="guard", PolicyDocument=DENY, Roles=["app"])
NAMED = resource("IAM::ManagedPolicy", ManagedPolicyName="guard", PolicyDocument=DENY, Roles=["app"])
GRANT = change("aws_iam_role_policy.p", None, {"name": "p", "role": "app", "policy": json.dumps(FULL)})
HAD = change("aws_iam_role_policy.p", *[{"name": "p", "role": "app", "policy": json.dumps(FULL)}] * 2)


def blocking(*changes: dict[str, Any]) -> list[str]:
    return [finding.rule for finding in findings(plan(*changes)) if finding.blocks]


@pytest.mark.parametrize(
    ("guard", "capabilities", "more", "refused"),
    [
        (GUARD, ["CAPABILITY_IAM"], {}, False),
        (GUARD, ["CAPABILITY_NAMED_IAM"], {}, False),
        (GUARD, [], {}, True),
        (GUARD, None, {}, True),
        (NAMED, ["CAPABILITY_NAMED_IAM"], {}, False),
        (NAMED, ["CAPABILITY_IAM"], {}, True),
        (GUARD, ["CAPABILITY_IAM"], {"Transform": "AWS::LanguageExtensions"}, True),
        (GUARD, ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"], {"Transform": "AWS::LanguageExtensions"}, False),
    ],
)
def test_a_deny_of_a_stack_that_is_refused_stops_nothing(
    guard: Any, capabilities: Any, more: dict[str, Any], refused: bool
) -> None:
    """CloudFormation asks for a capability, and what stands outside of the stack does not wait for it. What was there
    stays if the update is refused."""
    made = stack(None, text({"G": guard}, **more), capabilities=capabilities)
    assert blocking(GRANT, made) == (["KMS001"] if refused else [])
    bucket = resource("S3::Bucket")
    updated = stack(text({"G": guard}), text({"G": guard, "B": bucket}, **more), capabilities=capabilities)
    assert blocking(GRANT, updated) == []


@pytest.mark.parametrize("macro", ["Mine", ["AWS::Serverless-2016-10-31", "Mine"], {"Name": "Mine"}])
def test_a_macro_of_somebody_may_drop_a_deny(macro: Any) -> None:
    """It gets the template and gives back another one."""
    guarded = text({"G": GUARD}, Transform=macro)
    assert blocking(GRANT, stack(None, guarded)) == ["KMS001"]
    assert blocking(HAD, stack(text({"G": GUARD}), guarded)) == ["KMS001"]
    assert blocking(HAD, stack(guarded, text({"G": GUARD, "B": resource("S3::Bucket")}, Transform=macro))) == []
    inside = {"Resources": {"G": GUARD, "Fn::Transform": {"Name": "Mine"}}}
    assert blocking(GRANT, stack(None, json.dumps(inside))) == ["KMS001"]
    included = {"Resources": {"G": GUARD, "Fn::Transform": {"Name": "AWS::Include"}}}
    assert blocking(GRANT, stack(None, json.dumps(included))) == []


def test_a_membership_that_may_not_come_brings_no_deny() -> None:
    """Its condition hangs on what nobody knows."""
    addition = resource("IAM::UserToGroupAddition", GroupName="g", Users=["u"])
    grant = change("aws_iam_user_policy.p", None, {"name": "p", "user": "u", "policy": json.dumps(FULL)})
    group = change("aws_iam_group.g", *[{"name": "g"}] * 2)
    guard = change("aws_iam_group_policy.g", *[{"name": "d", "group": "g", "policy": json.dumps(DENY)}] * 2)
    parameters = {"X": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "x"}}
    sections = {"Parameters": parameters, "Conditions": {"C": {"Fn::Equals": [{"Ref": "X"}, "y"]}}}
    assert blocking(grant, group, guard, stack(None, text({"A": addition}))) == []
    unsure = text({"A": {**addition, "Condition": "C"}}, **sections)
    assert blocking(grant, group, guard, stack(None, unsure)) == ["KMS001"]
    assert blocking(group, guard, stack(unsure, unsure)) == []
