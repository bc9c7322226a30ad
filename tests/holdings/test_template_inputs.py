"""What other resources of a plan put into templates: parameters of single instances, and what is stored elsewhere."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gate.templates.dynamic_references import store_name
from tests.helpers.plans import change, findings, plan, statement

SET, STACK = "aws_cloudformation_stack_set.s", "aws_cloudformation_stack.s"
INSTANCE, INSTANCES = "aws_cloudformation_stack_set_instance.i", "aws_cloudformation_stack_instances.i"
NARROW, FULL = {"Actions": "kms:Decrypt"}, {"Actions": "kms:*"}
ASKED = {"Ref": "Actions"}
SET_ARN = "arn:aws:cloudformation:eu-west-1:111122223333:stackset"
CAPABLE = {"name": "s", "capabilities": ["CAPABILITY_NAMED_IAM"]}


def body(action: Any, kind: str = "String", **statements: Any) -> str:
    """A template with a role that may call an action."""
    document = {"Statement": [statement(action), *statements.values()]}
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {"RoleName": "r", "Policies": [{"PolicyName": "p", "PolicyDocument": document}]},
    }
    parameters = {"Actions": {"Type": kind}}
    return json.dumps({"Parameters": parameters, "Resources": {"R": role}})


def told(*changes: dict[str, Any]) -> list[str]:
    """The rules that find something in the template."""
    return [one.rule for one in findings(plan(*changes)) if ".Resources.R" in (one.attribute or "")]


def stack_set(before: Any, after: Any, *, former: Any = None, **more: Any) -> dict[str, Any]:
    sides = ({**CAPABLE, "parameters": NARROW, "template_body": body(one), **more} for one in (before, after))
    was, will = sides
    return change(SET, {**was, **(former or {})}, will)


def instance(before: Any, after: Any, address: str = INSTANCE, of: str = "s") -> dict[str, Any]:
    was, will = (one and {"stack_set_name": of, "parameter_overrides": one} for one in (before, after))
    return change(address, was, will)


@pytest.mark.parametrize(
    ("own", "instances", "rules"),
    [
        (stack_set("kms:Decrypt", ASKED), [], []),
        (stack_set("kms:Decrypt", ASKED), [instance(FULL, FULL)], ["KMS009"]),
        (stack_set("kms:Decrypt", ASKED), [instance(FULL, FULL, INSTANCES)], ["KMS009"]),
        (stack_set("kms:Decrypt", ASKED), [instance(FULL, FULL, of="s:1234-5678")], ["KMS009"]),
        (stack_set("kms:Decrypt", ASKED), [instance(FULL, FULL, of=f"{SET_ARN}/s:1234-5678")], ["KMS009"]),
        (stack_set("kms:Decrypt", ASKED), [instance(NARROW, NARROW), instance(FULL, FULL, f"{INSTANCE}2")], ["KMS009"]),
        (stack_set("kms:Decrypt", ASKED), [instance(FULL, FULL, of="t")], []),
        (stack_set("kms:Decrypt", ASKED), [instance(FULL, None)], []),
        (stack_set("kms:Decrypt", ASKED), [instance({"Other": "kms:*"}, {"Other": "kms:*"})], []),
        # the template asks for it, and an instance newly sets it
        (stack_set(ASKED, ASKED), [instance(None, FULL)], ["KMS009"]),
        (stack_set(ASKED, ASKED), [instance(NARROW, FULL)], ["KMS009"]),
        # as it was, be the stack set another one
        (stack_set(ASKED, ASKED, description="b", former={"description": "a"}), [instance(FULL, FULL)], []),
    ],
)  # fmt: skip
def test_an_instance_sets_a_parameter_otherwise(own: Any, instances: list[Any], rules: list[str]) -> None:
    """What a stack set gives is what it gives in some instance."""
    assert told(own, *instances) == rules


def test_what_an_instance_sets_is_not_known() -> None:
    """Neither what, nor for which stack set."""
    hidden: Any = {"stack_set_name": "s"}
    values = change(INSTANCE, None, hidden, change={"after_unknown": {"parameter_overrides": True}})
    whose = change(INSTANCE, None, {"parameter_overrides": FULL}, change={"after_unknown": {"stack_set_name": True}})
    for one in (values, whose):
        assert told(stack_set("kms:Decrypt", ASKED), one) == ["KMS009"]


@pytest.mark.parametrize(("groups", "rules"), [([], []), ([FULL], ["KMS009"]), ([NARROW], [])])
def test_a_stack_set_that_has_its_instances_itself(groups: list[dict[str, str]], rules: list[str]) -> None:
    """As the awscc provider writes them."""
    listed = [
        {"parameter_overrides": [{"parameter_key": key, "parameter_value": value} for key, value in one.items()]}
        for one in groups
    ]
    values = {
        "stack_set_name": "s",
        "capabilities": ["CAPABILITY_NAMED_IAM"],
        "parameters": [{"parameter_key": "Actions", "parameter_value": "kms:Decrypt"}],
        "stack_instances_group": listed,
    }

    def sides() -> Iterator[dict[str, Any]]:
        return ({**values, "template_body": body(one)} for one in ("kms:Decrypt", ASKED))

    assert told(change("awscc_cloudformation_stack_set.s", *sides())) == rules
    apart = change("awscc_cloudformation_stack_set.s", *({**one, "stack_instances_group": []} for one in sides()))
    assert told(apart, instance(FULL, FULL)) == ["KMS009"]
    groups_hidden = change(
        "awscc_cloudformation_stack_set.s",
        {**values, "template_body": body("kms:Decrypt")},
        {**values, "template_body": body(ASKED), "stack_instances_group": None},
        change={"after_unknown": {"stack_instances_group": True}},
    )
    assert told(groups_hidden) == ["KMS009"]


def stored(before: Any, after: Any, address: str = "aws_ssm_parameter.p", **unknown: Any) -> dict[str, Any]:
    return change(address, before, after, change={"after_unknown": unknown})


def parameter(value: str | None, name: str = "/a", attribute: str = "value", **more: Any) -> dict[str, Any]:
    return {"name": name, **({} if value is None else {attribute: value}), **more}


def secret(text: str, of: str = "a", *labels: str) -> dict[str, Any]:
    return {"secret_id": of, "secret_string": text, **({"version_stages": [*labels]} if labels else {})}


VERSION = "aws_secretsmanager_secret_version.v"
ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf"
REPLACED, VERSION_1 = {"actions": ["delete", "create"]}, {"value_wo_version": 1}
CURRENT, FORMER = secret("x", "a", "AWSCURRENT"), secret("x", "a", "AWSPREVIOUS")
LABELLED = secret("y", "a", "AWSCURRENT")
PENDING, SECOND = secret("y", "a", "AWSPENDING"), "aws_secretsmanager_secret_version.w"
GONE = stored(CURRENT, None, VERSION)
OLD, NEW = parameter("kms:Decrypt"), parameter("kms:*")


@pytest.mark.parametrize(
    ("reference", "changes", "is_rewritten"),
    [
        ("ssm:/a", [stored(OLD, NEW)], True),
        ("ssm:/a", [stored(OLD, OLD)], False),
        ("ssm:/a", [stored(OLD, {**OLD, "tags": {"a": "b"}})], False),
        ("ssm:/b", [stored(OLD, NEW)], False),
        ("ssm:/a:3", [stored(OLD, NEW)], False),
        ("ssm:/a", [stored(OLD, parameter(None), value=True)], True),
        ("ssm:/a", [stored(None, NEW)], True),
        ("ssm:/a", [stored(NEW, None)], False),
        ("ssm:/a", [stored(OLD, parameter("kms:*", attribute="insecure_value"), value=True)], True),
        ("ssm:/a", [stored(OLD, parameter("kms:Decrypt", attribute="insecure_value"), value=True)], False),
        ("ssm:/a", [stored(OLD, {**OLD, "insecure_value": ""})], False),
        ("ssm:/a", [stored(OLD, {"value": "kms:*"}, name=True)], True),
        # what no plan shows is what it was where nothing of the resource changes
        ("ssm:/a", [stored(parameter(None), parameter(None))], False),
        ("ssm:/a", [stored(parameter(None), parameter(None, description="b"))], True),
        ("ssm:/a", [stored(parameter(None), parameter(None), value=True)], True),
        ("ssm:/a", [change("aws_ssm_parameter.p", *[parameter(None)] * 2, change=REPLACED)], True),
        ("ssm:/a", [stored(parameter(None, **VERSION_1), parameter(None, **VERSION_1, description="b"))], False),
        ("secretsmanager:a", [stored({"name": "a"}, {"name": "a"}, "awscc_secretsmanager_secret.s")], False),
        # under another address, as it was and not
        ("ssm:/a", [stored(OLD, None), stored(None, OLD, "aws_ssm_parameter.q")], False),
        ("ssm:/a", [stored(OLD, None), stored(None, NEW, "aws_ssm_parameter.q")], True),
        # of what is written only, the number of the version tells
        ("ssm:/a", [stored(parameter(None, value_wo_version=1), parameter(None, value_wo_version=2))], True),
        ("ssm:/a", [stored(parameter(None, value_wo_version=1), parameter(None, value_wo_version=1))], False),
        ("ssm:/a", [stored(OLD, NEW, "awscc_ssm_parameter.p")], True),
        ("secretsmanager:a", [stored(secret("x"), secret("y"), VERSION)], True),
        ("secretsmanager:a:SecretString:kms", [stored(secret("x"), secret("y"), VERSION)], True),
        (f"secretsmanager:{ARN}:SecretString:kms", [stored(secret("x"), secret("y"), VERSION)], True),
        ("secretsmanager:a", [stored(secret("x", ARN), secret("y", ARN), VERSION)], True),
        ("secretsmanager:b", [stored(secret("x", ARN), secret("y", ARN), VERSION)], False),
        ("ssm:a", [stored(secret("x"), secret("y"), VERSION)], False),
        # the label that is asked for comes to another version
        ("secretsmanager:a", [stored(CURRENT, FORMER, VERSION), stored(PENDING, LABELLED, SECOND)], True),
        ("secretsmanager:a", [stored(CURRENT, CURRENT, VERSION), stored(PENDING, LABELLED, SECOND)], True),
        ("secretsmanager:a", [stored(CURRENT, CURRENT, VERSION), stored(PENDING, PENDING, SECOND)], False),
        ("secretsmanager:a", [GONE, stored(None, secret("x"), SECOND, version_stages=True)], False),
        ("secretsmanager:a", [GONE, stored(None, PENDING, SECOND)], True),
    ],
)  # fmt: skip
def test_something_else_is_stored(reference: str, changes: list[dict[str, Any]], is_rewritten: bool) -> None:
    """What a dynamic reference gives is not what it was, be the stack as it was: its next update takes it."""
    action = f"{{{{resolve:{reference}}}}}"
    stack = {**CAPABLE, "template_body": body(action)}
    assert told(change(STACK, stack, stack), *changes) == (["KMS009"] if is_rewritten else [])


@pytest.mark.parametrize(("changes", "rules"), [([stored(OLD, NEW)], ["KMS009"]), ([stored(OLD, OLD)], [])])
def test_a_parameter_of_the_parameter_store(changes: list[dict[str, Any]], rules: list[str]) -> None:
    """So is a parameter of the template that is one, and part of a text with a reference."""
    kind = "AWS::SSM::Parameter::Value<String>"
    stack = {**CAPABLE, "parameters": {"Actions": "/a"}, "template_body": body(ASKED, kind)}
    assert told(change(STACK, stack, stack), *changes) == rules
    within = {**CAPABLE, "template_body": body("kms:{{resolve:ssm:/a}}")}
    assert told(change(STACK, within, within), *changes) == rules


def test_a_deny_that_was_there_may_be_another_one() -> None:
    """What is stored may have denied everything, and deny nothing now."""
    deny = statement("{{resolve:ssm:/a}}", effect="Deny")
    stack = {**CAPABLE, "template_body": body("kms:*", deny=deny)}
    assert told(change(STACK, stack, stack), stored(NEW, OLD)) == ["KMS009"]
    assert told(change(STACK, stack, stack), stored(NEW, NEW)) == []


@pytest.mark.parametrize(
    ("service", "name", "known_by"),
    [
        ("ssm", "/a", "ssm:/a"),
        ("ssm", ARN, f"ssm:{ARN}"),
        ("secretsmanager", "a-AbCdEf", "secretsmanager:a-AbCdEf"),
        ("secretsmanager", ARN, "secretsmanager:a"),
        ("secretsmanager", f"{ARN}:SecretString:k", "secretsmanager:a"),
    ],
)
def test_what_is_stored_is_known_by_its_name(service: str, name: str, known_by: str) -> None:
    """A secret by its ARN as well."""
    assert store_name(service, name) == known_by
