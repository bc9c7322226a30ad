"""A policy that the plan makes, and that something names by an ARN of its own text, may be another one: AWS refuses to
make a policy of a name that is taken, and what does not wait for it gets the one that is there."""

import json
from typing import Any

import pytest

from gate.check import Options, check
from gate.plan.model import read
from tests.helpers.plans import change, findings, plan, policy, statement

OWN = "111122223333"
ARN = f"arn:aws:iam::{OWN}:policy/ops"
FULL, READ, DENY = policy(statement("*")), policy(statement("s3:Get*")), policy(statement("*", effect="Deny"))
POLICY, ROLE, ATTACHMENT, INLINE = (
    "aws_iam_policy.ops", "aws_iam_role.app", "aws_iam_role_policy_attachment.x", "aws_iam_role_policy.p",
)  # fmt: skip
HIDDEN_ARN = {"after_unknown": {"arn": True}}
NAMESAKE = f"role app newly has {ARN}, which may be another policy than the one that the plan makes"
BY_TEXT = {"policy_arn": {"constant_value": ARN}}
BY_REFERENCE = {"policy_arn": {"references": [f"{POLICY}.name", POLICY]}}
STACK, IN_STACK = "aws_cloudformation_stack.s", "aws_cloudcontrolapi_resource.s"


def made(text: str = READ, before: Any = None, **more: Any) -> dict[str, Any]:
    return change(POLICY, before, {"name": "ops", "path": "/", "policy": text}, change={**HIDDEN_ARN, **more})


def role(boundary: str | None = None, *, new: bool = False) -> dict[str, Any]:
    values = {"name": "app", "arn": f"arn:aws:iam::{OWN}:role/app"}
    return change(ROLE, None if new else values, {**values, "permissions_boundary": boundary})


def attached(before: Any = None) -> dict[str, Any]:
    return change(ATTACHMENT, before, {"role": "app", "policy_arn": ARN})


def rules(*changes: dict[str, Any], said: dict[str, Any], at: str = ATTACHMENT, **more: Any) -> dict[str, str]:
    """The rules of the findings with what they say. `said` is what the configuration has at an address."""
    user = {"name": "z", "arn": f"arn:aws:iam::{OWN}:user/z"}  # proves the account
    blocks = [
        {"address": one, "mode": "managed", "type": one.split(".")[0], "name": one.split(".")[1], "expressions": {}}
        for one in (POLICY, ROLE, ATTACHMENT, INLINE, STACK, IN_STACK, "aws_iam_user.z")
    ]
    expressions = {INLINE: {"role": {"references": [f"{ROLE}.name", ROLE]}}, at: said}
    blocks = [
        {**one, "expressions": expressions.get(one["address"], {}), **(more if one["address"] == at else {})}
        for one in blocks
    ]
    raw = plan(*changes, change("aws_iam_user.z", user, user), configuration={"root_module": {"resources": blocks}})
    return {one.rule: str(one.message) for one in findings(raw)}


def test_what_is_attached_by_the_text_of_an_arn() -> None:
    """It is told as a policy that gate can't see, with what to do."""
    assert rules(role(), made(), attached(), said=BY_TEXT) == {"KMS008": NAMESAKE}
    (found,) = (one for one in findings(plan(role(), attached())) if one.rule == "KMS008")
    assert "data" in found.remedy[0]


@pytest.mark.parametrize(
    ("changes", "said", "more"),
    [
        ([role(), made(), attached()], BY_REFERENCE, {}),
        ([role(), made(), attached()], BY_TEXT, {"depends_on": [POLICY]}),
        ([role(), made(), attached({"role": "app", "policy_arn": ARN})], BY_TEXT, {}),
        ([role(), made(before={"name": "ops", "path": "/", "arn": ARN, "policy": READ}), attached()], BY_TEXT, {}),
        ([role(), made(), attached()], {}, {}),
    ],
)
def test_what_waits_or_was_there(changes: list[dict[str, Any]], said: dict[str, Any], more: dict[str, Any]) -> None:
    """Is the plan's own policy; where nothing tells the order nothing is said."""
    assert rules(*changes, said=said, **more) == {}


def test_what_stays_as_it_is_has_what_it_had() -> None:
    """Whatever that was; nothing new comes of a policy that the plan makes beside it."""
    values = {"name": "app", "arn": f"arn:aws:iam::{OWN}:role/app", "permissions_boundary": ARN}
    inline = {"role": "app", "name": "p", "policy": FULL}
    both = change(ROLE, values, values), change(INLINE, inline, inline)
    said = {"permissions_boundary": BY_TEXT["policy_arn"]}
    assert rules(*both, made(), said=said, at=ROLE) == {}
    listed = {"name": "app", "arn": f"arn:aws:iam::{OWN}:role/app", "managed_policy_arns": [ARN]}
    said = {"managed_policy_arns": BY_TEXT["policy_arn"]}
    assert rules(change(ROLE, listed, listed), made(), said=said, at=ROLE) == {}
    assert rules(change(ROLE, listed, {**listed, "tags": {"a": "b"}}), made(), said=said, at=ROLE) == {}


def test_one_that_was_there_and_is_made_anew() -> None:
    """Its name is the plan's own."""
    again = made(before={"name": "ops", "path": "/", "arn": ARN, "policy": READ}, actions=["delete", "create"])
    assert rules(role(), again, attached(), said=BY_TEXT) == {}


@pytest.mark.parametrize("new", [False, True], ids=["of a role that is there", "of a role that is made"])
def test_a_boundary_by_the_text_of_an_arn_holds_nothing_back(new: bool) -> None:
    """By a reference it does."""
    inline = change(INLINE, None, {"role": "app", "name": "p", "policy": FULL})
    by_text, by_reference = ({"permissions_boundary": each["policy_arn"]} for each in (BY_TEXT, BY_REFERENCE))
    assert "KMS001" in rules(role(ARN, new=new), made(), inline, said=by_text, at=ROLE)
    assert "KMS001" not in rules(role(ARN, new=new), made(), inline, said=by_reference, at=ROLE)


def test_what_a_policy_denies_that_may_be_another_one() -> None:
    """Stops nothing; by a reference it does."""
    inline = change(INLINE, None, {"role": "app", "name": "p", "policy": FULL})
    assert "KMS001" in rules(role(), made(DENY), inline, attached(), said=BY_TEXT)
    assert "KMS001" not in rules(role(), made(DENY), inline, attached(), said=BY_REFERENCE)


def test_what_to_do_is_to_refer_to_it() -> None:
    """To read the policy that the plan makes would fail."""
    said = {"address": ATTACHMENT, "mode": "managed", "type": ATTACHMENT.split(".")[0], "name": "x"}
    own = {"address": POLICY, "mode": "managed", "type": "aws_iam_policy", "name": "ops", "expressions": {}}
    resources = [{**said, "expressions": BY_TEXT}, own]
    raw = plan(role(), made(), attached(), configuration={"root_module": {"resources": resources}})
    (found,) = (one for one in findings(raw) if one.rule == "KMS008")
    remedy, in_local = found.remedy
    assert in_local.startswith("or, where the reference stands in a local, give the folder")
    assert remedy == (
        "write a reference to the `arn` of the policy in place of the text: "
        "by the text, a policy of this name that is there already would be attached"
    )
    assert found.example == ()


TRUST = {"Version": "2012-10-17", "Statement": []}
WITH_POLICY = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "q", "AssumeRolePolicyDocument": TRUST}}
WITH_POLICY["Properties"] |= {"ManagedPolicyArns": [ARN]}
ITSELF = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"ManagedPolicyName": "ops"}}
ITSELF["Properties"] |= {"PolicyDocument": json.loads(READ)}
NAMESAKE_OF_Q = NAMESAKE.replace("app", "q")


def stack(more: Any = None, **resources: Any) -> dict[str, Any]:
    values = {"name": "s", "template_body": json.dumps({"Resources": resources})}
    return change(STACK, None, {**values, "capabilities": ["CAPABILITY_NAMED_IAM"], **(more or {})})


@pytest.mark.parametrize(
    ("said", "more", "told"),
    [
        ({"template_body": {}}, {}, True),
        ({"template_body": {}}, {"depends_on": [POLICY]}, False),
        ({"template_body": {}, "parameters": {"references": [f"{POLICY}.name", POLICY]}}, {}, False),
    ],
)
def test_a_template_that_names_a_policy_waits_with_its_stack(said: Any, more: dict[str, Any], told: bool) -> None:
    """It is not taken back where the policy is another resource of the plan."""
    expected = {"KMS008": NAMESAKE_OF_Q} if told else {}
    assert rules(made(), stack(R=WITH_POLICY), said=said, at=STACK, **more) == expected


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, False),
        ({"disable_rollback": False, "on_failure": "DELETE"}, False),
        ({"on_failure": "ROLLBACK"}, False),
        ({"disable_rollback": True}, True),
        ({"on_failure": "DO_NOTHING"}, True),
    ],
)
def test_a_policy_of_the_same_template(more: dict[str, Any], told: bool) -> None:
    """Both are taken back together, unless the stack is told to leave them."""
    found = rules(stack(more, P=ITSELF, R=WITH_POLICY), said={"template_body": {}}, at=STACK)
    assert found == ({"KMS008": NAMESAKE_OF_Q} if told else {})


@pytest.mark.parametrize("more", [{}, {"on_failure": "DO_NOTHING"}])
def test_what_a_role_of_a_template_has_of_its_own(more: dict[str, Any]) -> None:
    """Comes with it, whatever the stack does where something fails: its boundary holds it back."""
    own = {"PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess", "AssumeRolePolicyDocument": TRUST}
    own["Policies"] = [{"PolicyName": "p", "PolicyDocument": json.loads(FULL)}]
    bounded = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "q", **own}}
    assert "KMS001" not in rules(stack(more, R=bounded), said={"template_body": {}}, at=STACK)


def test_a_stack_that_is_put_off() -> None:
    """Takes back what it made, as far as is known."""
    later = {"reason": "provider_config_unknown", "resource_change": stack(P=ITSELF, R=WITH_POLICY)}
    block = {"address": STACK, "mode": "managed", "type": STACK.split(".")[0], "name": STACK.split(".")[1]}
    root = {"resources": [{**block, "expressions": {"template_body": {}}}]}
    found = findings(plan(deferred_changes=[later], configuration={"root_module": root}))
    assert not any("another policy" in one.message for one in found)


@pytest.mark.parametrize(("more", "told"), [({}, True), ({"depends_on": [STACK]}, False)])
def test_a_policy_that_a_stack_makes(more: dict[str, Any], told: bool) -> None:
    """What is attached by its ARN waits where it depends on the stack."""
    found = rules(role(), stack(P=ITSELF), attached(), said=BY_TEXT, **more)
    assert found == ({"KMS008": NAMESAKE} if told else {})


def test_cloud_control_waits_for_nothing_that_it_does_not_name() -> None:
    values = {"type_name": "AWS::IAM::Role", "desired_state": json.dumps(WITH_POLICY["Properties"])}
    said = {"desired_state": {}}
    assert rules(made(), change(IN_STACK, None, values), said=said, at=IN_STACK) == {"KMS008": NAMESAKE_OF_Q}


OF_OWN = {"configuration": {"provider_config": {"aws": {"name": "aws", "expressions": {}}}, "root_module": {}}}
OF_OWN["configuration"]["provider_config"]["aws"]["expressions"] = {"allowed_account_ids": {"constant_value": [OWN]}}
OPS = {"name": "ops", "path": "/", "arn": ARN}


def with_another_plan(other: dict[str, Any], *changes: dict[str, Any], **more: Any) -> set[str]:
    """The rules of what is found in a run of two plans."""
    plans = read(plan(*changes), "own.json"), read(plan(other, **more), "other.json")
    return {one.rule for one in check([one for each in plans for one in each], Options(no_source=True)).findings}


@pytest.mark.parametrize(
    ("before", "proven", "is_certain"), [(None, False, False), (None, True, False), (OPS, True, True)]
)
def test_a_policy_that_another_plan_of_the_run_makes(before: Any, proven: bool, is_certain: bool) -> None:
    """Nothing waits for it, and there may be one of the name: what it denies, or bounds, stops nothing."""
    full = change(INLINE, None, {"role": "app", "name": "p", "policy": FULL})
    more = OF_OWN if proven else {}

    def other(text: str) -> dict[str, Any]:
        if before is None:
            return made(text)
        return change(POLICY, {**OPS, "policy": text}, {**OPS, "policy": text})

    assert with_another_plan(other(READ), role(), attached(), **more) == (set() if is_certain else {"KMS008"})
    denied = with_another_plan(other(DENY), role(), attached(), full, **more)
    assert denied == (set() if is_certain else {"KMS001", "KMS008"})
    assert with_another_plan(other(READ), role(ARN), full, **more) == (set() if is_certain else {"KMS001"})


def test_what_stays_attached_of_another_plan_says_nothing() -> None:
    stays = change(ATTACHMENT, {"role": "app", "policy_arn": ARN}, {"role": "app", "policy_arn": ARN})
    assert with_another_plan(made(), role(), stays) == set()
    assert with_another_plan(change(POLICY, {**OPS, "policy": READ}, None), role(), stays) == set()
