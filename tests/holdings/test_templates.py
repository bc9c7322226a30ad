"""CloudFormation templates and Cloud Control resources: who newly has what through them."""

import json
from typing import Any

import pytest

from gate.report import report
from gate.reports import render
from tests.helpers.plans import change, findings, inline, plan, policy, statement

FULL = json.loads(policy(statement("kms:*")))
S3 = json.loads(policy(statement("s3:*")))
DENY = json.loads(policy(statement("kms:*", effect="Deny")))
KMS_FOR_DATA = json.loads(policy(statement(["kms:Encrypt", "kms:GenerateDataKey"])))
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
ADDRESS = "aws_cloudformation_stack.app"
OPEN = {"Parameters": {"P": {"Type": "String"}}, "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}}}


def text(resources: dict[str, Any], **sections: Any) -> str:
    return json.dumps({**sections, "Resources": resources})


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def role(document: Any, **more: Any) -> dict[str, Any]:
    return resource("IAM::Role", Policies=[{"PolicyName": "p", "PolicyDocument": document}], **more)


def stack(
    before: str | None, after: str | None, kind: str = "aws_cloudformation_stack", **values: Any
) -> dict[str, Any]:
    def side(body: str | None) -> Any:
        name = {"name": "app", "capabilities": ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]}
        return None if body is None else {**name, "template_body": body, **values}

    return change(f"{kind}.app", side(before), side(after))


def allowing(actions: Any) -> dict[str, Any]:
    """A document with one Allow of these actions on every key."""
    return {"Version": "2012-10-17", "Statement": [statement(actions)]}


def told(*changes: dict[str, Any], **more: Any) -> list[str]:
    """Each finding as `rule attribute: principals`."""
    found = findings(plan(*changes, **more))
    return [f"{f.rule} {f.attribute}: {', '.join(f.principals)}" for f in found]


def rules(*changes: dict[str, Any], **more: Any) -> list[str]:
    return [f.rule for f in findings(plan(*changes, **more))]


TYPES = [
    (role(FULL, RoleName="x"), 'A.Policies["p"].PolicyDocument', "role x"),
    (resource("IAM::Role", RoleName="x", ManagedPolicyArns=[ADMIN]), "A.ManagedPolicyArns", "role x"),
    (resource("IAM::User", UserName="x", ManagedPolicyArns=[ADMIN]), "A.ManagedPolicyArns", "user x"),
    (
        resource("IAM::Group", GroupName="x", Policies=[{"PolicyName": "p", "PolicyDocument": FULL}]),
        'A.Policies["p"].PolicyDocument',
        "group x",
    ),
    (resource("IAM::Policy", PolicyName="p", PolicyDocument=FULL, Roles=["x"]), "A.PolicyDocument", "role x"),
    (resource("IAM::Policy", PolicyName="p", PolicyDocument=FULL, Users=["x"]), "A.PolicyDocument", "user x"),
    (resource("IAM::RolePolicy", PolicyName="p", PolicyDocument=FULL, RoleName="x"), "A.PolicyDocument", "role x"),
    (resource("IAM::UserPolicy", PolicyName="p", PolicyDocument=FULL, UserName="x"), "A.PolicyDocument", "user x"),
    (resource("IAM::GroupPolicy", PolicyName="p", PolicyDocument=FULL, GroupName="x"), "A.PolicyDocument", "group x"),
    (resource("IAM::ManagedPolicy", ManagedPolicyName="x", PolicyDocument=FULL), "A.PolicyDocument", "policy x"),
    (resource("IAM::ManagedPolicy", PolicyDocument=FULL, Roles=["x"]), "A.PolicyDocument", "role x"),
    (resource("SSO::PermissionSet", Name="x", InlinePolicy=FULL), "A.InlinePolicy", "permission set x"),
    (
        resource("Budgets::BudgetsAction", Definition={"IamActionDefinition": {"PolicyArn": ADMIN, "Roles": ["x"]}}),
        "A.Definition.IamActionDefinition.PolicyArn",
        "role x",
    ),
]


@pytest.mark.parametrize("kind", ["aws_cloudformation_stack", "awscc_cloudformation_stack"])
@pytest.mark.parametrize(("made", "where", "who"), TYPES)
def test_every_type_blocks_when_it_is_new(made: Any, where: str, who: str, kind: str) -> None:
    """And passes where it stays, whatever else of the stack changes."""
    body = text({"A": made})
    assert told(stack(None, body, kind)) == [f"KMS001 template_body.Resources.{where}: {who}"]
    assert told(stack(body, body, kind)) == []
    assert told(stack(body, text({"B": resource("S3::Bucket"), "A": made}), kind)) == []


@pytest.mark.parametrize("name", ["A", "A.B", "A.template_body.Resources.B"])
@pytest.mark.parametrize("address", [ADDRESS, f'{ADDRESS}["x.template_body.Resources.A"]'])
def test_a_finding_is_at_the_stack_whatever_names_are_like(name: str, address: str) -> None:
    body = {"name": "app", "template_body": text({name: role(FULL, RoleName="x")})}
    (found,) = findings(plan(change(address, None, body)))
    assert (found.address, found.attribute) == (address, f'template_body.Resources.{name}.Policies["p"].PolicyDocument')


@pytest.mark.parametrize("name", ["a_b", "Own.policy", "x[0].y", 'a\\"]_b'])
def test_the_name_of_a_policy_is_told_as_it_is(name: str) -> None:
    """Whatever it is like; attributes are told as CloudFormation calls them."""
    properties = {"RoleName": "x", "Policies": [{"PolicyName": name, "PolicyDocument": FULL}]}
    (found,) = told(stack(None, text({"A": resource("IAM::Role", **properties)})))
    assert found == f'KMS001 template_body.Resources.A.Policies["{name}"].PolicyDocument: role x'


@pytest.mark.parametrize(
    ("kind", "is_told"),
    [
        ("", True), ("AWS", True), ("AWS::IAM", False), ("AWS::IAM::Role::Part", False), ("Mine::IAM::Role", True),
        ("aws::IAM::Role", True),
    ],
)  # fmt: skip
def test_a_type_that_is_not_one_of_iam(kind: str, is_told: bool) -> None:
    """Grants nothing, whatever it is given; of one that is not AWS's own nobody knows what it does with a policy."""
    place = "template_body.Resources.A.Policies[0].PolicyDocument"
    assert told(stack(None, text({"A": {**role(FULL, RoleName="x"), "Type": kind}}))) == [f"KMS008 {place}: "] * is_told


def test_what_ref_gives_of_what_is_neither_principal_nor_policy() -> None:
    """Is not known, so that it may be anybody."""
    of_another = resource("IAM::RolePolicy", PolicyName="q", RoleName="x", PolicyDocument=S3)
    body = text({"P": resource("IAM::RolePolicy", PolicyName="p", RoleName={"Ref": "Q"}, PolicyDocument=FULL)})
    both = json.dumps({"Resources": {**json.loads(body)["Resources"], "Q": of_another}})
    somebody = f'KMS001 template_body.Resources.P.PolicyDocument: role ({ADDRESS}.template_body.{{"Ref":"Q"}})'
    assert somebody in told(stack(None, both))


def test_an_arn_that_a_template_gives_a_policy_is_not_its_own() -> None:
    """AWS makes it; another one makes no other policy of it."""
    declared = {"Type": "String"}

    def body(arn: Any) -> str:
        made = resource("IAM::ManagedPolicy", PolicyArn=arn, PolicyDocument=FULL)
        holder = resource("IAM::Role", RoleName="x", ManagedPolicyArns=[{"Ref": "A"}])
        return text({"A": made, "R": holder}, Parameters={"P": declared, "Q": declared})

    assert told(stack(body({"Ref": "P"}), body({"Ref": "Q"}))) == []
    assert told(stack(None, body({"Ref": "P"}))) == ["KMS001 template_body.Resources.A.PolicyDocument: role x"]


def test_roles_with_an_empty_name_are_not_one() -> None:
    """What one has is nothing to the other."""
    body = {"A": role(FULL, RoleName=""), "B": role(S3, RoleName="")}
    after = text({**body, "B": role(FULL, RoleName="")})
    where = 'template_body.Resources.B.Policies["p"].PolicyDocument'
    assert told(stack(text(body), after)) == [f"KMS001 {where}: role ({ADDRESS}.template_body.Resources.B)"]


PROWLER = """\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: kms
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: %s
                Resource: "*"
"""


def test_an_inline_policy_with_the_needed_actions_passes_and_its_twin_blocks() -> None:
    """What Prowler's check iam_inline_policy_no_full_access_to_kms asks for, as a template."""
    needed = "[kms:Encrypt, kms:GenerateDataKey]"
    assert told(stack(None, PROWLER % needed)) == []
    where = 'template_body.Resources.Role.Policies["kms"].PolicyDocument'
    who = f"role ({ADDRESS}.template_body.Resources.Role)"
    assert told(stack(None, PROWLER % "kms:*")) == [f"KMS001 {where}: {who}"]
    assert told(stack(PROWLER % needed, PROWLER % "kms:*")) == [f"KMS001 {where}: {who}"]


IF_DOCUMENT = {"Fn::If": ["C", FULL, S3]}
HOLE = {"Version": "2012-10-17", "Statement": [statement("kms:*", {"Ref": "P"})]}
BOUNDED = {**role(FULL, RoleName="x", PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess"), "Condition": "C"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PROWLER % "kms:*", PROWLER.replace("Role:", "Role: # a role") % "[ 'KMS:*' ]"),
        (text({"A": role(FULL, RoleName="x")}), text({"B": role(FULL, RoleName="x")})),
        (
            text({"A": role(FULL, RoleName="x")}),
            text(
                {
                    "A": resource("IAM::Role", RoleName="x"),
                    "B": resource("IAM::Policy", PolicyName="q", PolicyDocument=FULL, Roles=[{"Ref": "A"}]),
                }
            ),
        ),
        (
            text({"A": role(FULL)}),
            text(
                {
                    "A": resource("IAM::Role"),
                    "B": resource("IAM::ManagedPolicy", PolicyDocument=FULL, Roles=[{"Ref": "A"}]),
                }
            ),
        ),
        (
            text(
                {
                    "A": resource("IAM::Role", ManagedPolicyArns=[{"Ref": "B"}]),
                    "B": resource("IAM::ManagedPolicy", PolicyDocument=FULL),
                }
            ),
            text({"A": role(FULL)}),
        ),
        (text({"A": role(IF_DOCUMENT)}, **OPEN), text({"A": role(IF_DOCUMENT)}, **OPEN, Description="x")),
        (text({"A": role(HOLE)}, **OPEN), text({"A": role(HOLE)}, **OPEN, Description="x")),
        (
            text({"A": {**role(FULL), "Condition": "C"}}, **OPEN),
            text({"A": {**role(FULL), "Condition": "C"}}, **OPEN, Description="x"),
        ),
        (text({"A": BOUNDED}, **OPEN), text({"A": BOUNDED}, **OPEN, Description="x")),
        (
            text({"A": {**role(DENY), "Condition": "C"}, "B": role(FULL)}, **OPEN),
            text({"A": {**role(DENY), "Condition": "C"}, "B": role(FULL)}, **OPEN, Description="x"),
        ),
        (
            text({"A": role(FULL, PermissionsBoundary={"Fn::If": ["C", ADMIN, {"Ref": "AWS::NoValue"}]})}, **OPEN),
            text({"A": role(FULL, PermissionsBoundary={"Fn::If": ["C", ADMIN, {"Ref": "AWS::NoValue"}]})}, **OPEN, D=1),
        ),
        (text({"A": role(FULL)}), text({"A": role(S3)})),
        (text({"A": role(FULL)}), None),
    ],
)
def test_refactoring_raises_nothing(before: str, after: str | None) -> None:
    assert told(stack(before, after)) == []


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        # what chooses may choose the worst
        (None, text({"A": role(IF_DOCUMENT)}, **OPEN), "KMS009"),
        (None, text({"A": role(FULL, Tags=[])}, Conditions={"N": {"Fn::Equals": ["a", "b"]}}), "KMS001"),
        (None, text({"A": {**role(FULL), "Condition": "C"}}, **OPEN), "KMS009"),
        (None, text({"A": {**role(FULL), "Condition": "Nowhere"}}), "KMS009"),
        (
            None,
            text(
                {"A": resource("IAM::Role", Policies={"Fn::If": ["C", role(FULL)["Properties"]["Policies"], []]})},
                **OPEN,
            ),
            "KMS009",
        ),
        (
            None,
            text(
                {"A": role({**FULL, "Statement": [{"Fn::If": ["C", statement("kms:*"), {"Ref": "AWS::NoValue"}]}]})},
                **OPEN,
            ),
            "KMS009",
        ),
        (
            None,
            text({"A": role({"Version": "2012-10-17", "Statement": [statement({"Fn::ImportValue": "x"})]})}),
            "KMS009",
        ),
        (None, text({"A": role({"Fn::ImportValue": "x"})}), "KMS009"),
        (None, text({"A": resource("IAM::Role", ManagedPolicyArns=[{"Ref": "P"}])}, **OPEN), "KMS009"),
        (
            None,
            text({"A": resource("IAM::Role", ManagedPolicyArns={"Fn::Split": [",", {"Ref": "P"}]})}, **OPEN),
            "KMS009",
        ),
        # spelled out of parts
        (None, text({"A": role(allowing({"Fn::Join": ["", ["k", "ms:", "*"]]}))}), "KMS001"),
        (
            None,
            text({"A": role(allowing({"Fn::Sub": "${P}:*"}))}, Parameters={"P": {"Type": "String", "Default": "kms"}}),
            "KMS001",
        ),
        (
            None,
            text(
                {"A": role(allowing({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "a"]}))},
                Mappings={"M": {"eu": {"a": "kms:*"}}},
            ),
            "KMS001",
        ),
        # beside a macro, or in YAML that looks like JSON
        (None, text({"A": role(FULL)}, Transform="AWS::Serverless-2016-10-31"), "KMS001"),
        (None, text({"A": role(FULL)}) + " # YAML", "KMS001"),
        (None, "x: &x [kms:*]\n" + PROWLER % "*x", "KMS001"),
        # taken away
        (
            text(
                {
                    "A": role(FULL),
                    "B": resource("IAM::Policy", PolicyName="d", PolicyDocument=DENY, Roles=[{"Ref": "A"}]),
                }
            ),
            text({"A": role(FULL)}),
            "KMS001",
        ),
        (
            text({"A": role(FULL, PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")}),
            text({"A": role(FULL)}),
            "KMS001",
        ),
        (
            text(
                {
                    "A": role(HOLE),
                    "B": resource("IAM::Policy", PolicyName="d", PolicyDocument=DENY, Roles=[{"Ref": "A"}]),
                },
                **OPEN,
            ),
            text({"A": role(HOLE)}, **OPEN),
            "KMS009",
        ),
        (
            text(
                {
                    "A": role(FULL),
                    "B": {
                        **resource("IAM::Policy", PolicyName="d", PolicyDocument=DENY, Roles=[{"Ref": "A"}]),
                        "Condition": "C",
                    },
                },
                **OPEN,
            ),
            text({"A": role(FULL)}, **OPEN),
            "KMS009",
        ),
        # the same part, which now gives something else
        (
            text({"A": role(IF_DOCUMENT)}, **OPEN),
            text(
                {"A": role(IF_DOCUMENT)},
                Parameters=OPEN["Parameters"],
                Conditions={"C": {"Fn::Equals": [{"Ref": "P"}, "y"]}},
            ),
            "KMS009",
        ),
        (text({"A": {**role(FULL), "Condition": "C"}}, **OPEN), text({"A": role(FULL)}, **OPEN), "KMS001"),
        # left behind, and completed
        (
            text(
                {"A": {**role(allowing(["kms:Decrypt", "kms:PutKeyPolicy"]), RoleName="x"), "DeletionPolicy": "Retain"}}
            ),
            text(
                {
                    "B": resource(
                        "IAM::RolePolicy", PolicyName="q", RoleName="x", PolicyDocument=allowing("kms:DisableKey")
                    )
                }
            ),
            "KMS001",
        ),
    ],
)
def test_no_way_around(before: str | None, after: str, rule: str) -> None:
    assert rule in rules(stack(before, after))


def test_a_condition_that_is_false_grants_nothing() -> None:
    """The parameter is a constant, so the condition is known."""
    template = text({"A": {**role(FULL), "Condition": "C"}}, **OPEN)
    assert rules(stack(None, template, parameters={"P": "y"})) == []
    assert rules(stack(None, template, parameters={"P": "x"})) == ["KMS001"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (text({"A": resource("CloudFormation::Stack", TemplateURL="https://x")}), "`A` (AWS::CloudFormation::Stack)"),
        (text({"A": role(S3)}, Transform="Mine"), "a macro (`Transform`)"),
        (text({"A": {**role(S3), "Fn::Transform": {"Name": "AWS::Include"}}}), "a macro (`Fn::Transform`)"),
        (text({"Fn::ForEach::X": ["a", [], {}], "A": role(S3)}), "`Fn::ForEach::X`"),
        (text({"A": {"Type": "My::Org::Thing::MODULE"}}), "`A` (My::Org::Thing::MODULE)"),
    ],
)
def test_what_is_made_out_of_sight_is_a_warning(body: str, why: str) -> None:
    """Nested stacks, macros and modules: the template is not all that there is."""
    (finding,) = findings(plan(stack(None, body)))
    assert (finding.rule, finding.blocks) == ("KMS008", False)
    assert why in finding.message
    assert findings(plan(stack(body, body))) == ()


def test_a_template_that_is_not_in_the_plan_is_a_warning() -> None:
    values = {"name": "app", "template_url": "https://x", "capabilities": ["CAPABILITY_IAM"]}
    unknown = {"after_unknown": {"template_body": True}}
    (finding,) = findings(plan(change(ADDRESS, None, values, change=unknown)))
    assert (finding.rule, finding.blocks) == ("KMS008", False)
    assert "fetched from `template_url`" in finding.message


def test_a_template_that_readers_disagree_about_blocks() -> None:
    """If it may hold IAM resources; KMS keys and permission sets it may hold in any case, which is a warning."""
    repeated = text({"A": role(S3)})[:-1] + ', "Resources": {}}'
    (finding,) = findings(plan(stack(None, repeated)))
    assert (finding.rule, finding.blocks, finding.attribute) == ("KMS010", True, "template_body")
    (finding,) = findings(plan(stack(None, repeated, capabilities=[])))
    assert (finding.rule, finding.blocks, finding.attribute) == ("KMS008", False, "template_body")
    assert findings(plan(stack(repeated, repeated))) == ()


def test_an_unknown_iam_type_is_undetermined_and_the_harmless_ones_say_nothing() -> None:
    assert rules(stack(None, text({"A": resource("IAM::Novelty", PolicyDocument=FULL)}))) == ["KMS009"]
    harmless = ("InstanceProfile", "OIDCProvider", "SAMLProvider", "VirtualMFADevice", "AccessKey", "ServiceLinkedRole")
    assert rules(stack(None, text({name: resource(f"IAM::{name}") for name in harmless}))) == []


def test_a_key_of_the_same_template_is_a_named_key() -> None:
    document = json.loads(policy(statement("kms:*", {"Fn::GetAtt": ["Key", "Arn"]})))
    body = text({"A": role(document), "Key": resource("KMS::Key")})
    assert rules(stack(None, body)) == ["KMS002"]
    assert rules(stack(body, body)) == []


def test_names_meet_those_of_other_resources() -> None:
    """A role of a template is the role that Terraform's resources name, in the same account."""
    body = text({"A": resource("IAM::RolePolicy", PolicyName="q", RoleName="app", PolicyDocument=FULL)})
    full = policy(statement("kms:*"))
    assert rules(inline(full, full), stack(None, body)) == []
    assert rules(inline(full, None), stack(None, body)) == []


def test_a_stack_set_is_of_other_accounts() -> None:
    """So that the role of the same name here lends nothing to the one there."""
    body = text({"A": resource("IAM::RolePolicy", PolicyName="q", RoleName="app", PolicyDocument=FULL)})
    full = policy(statement("kms:*"))
    for kind in ("aws_cloudformation_stack_set", "awscc_cloudformation_stack_set"):
        assert rules(inline(full, full), stack(None, body, kind)) == ["KMS001"]
        assert rules(stack(body, body, kind)) == []


def test_parameters_of_awscc_stack_sets() -> None:
    listed = [{"parameter_key": "P", "parameter_value": "x"}]
    body = text({"A": {**role(FULL), "Condition": "C"}}, **OPEN)
    assert rules(stack(None, body, "awscc_cloudformation_stack_set", parameters=listed)) == ["KMS001"]


def test_a_replaced_or_forgotten_stack_keeps_what_it_had() -> None:
    body = text({"A": role(FULL, RoleName="x")})
    values = {"name": "app", "capabilities": ["CAPABILITY_IAM"], "template_body": body}
    assert rules(change(ADDRESS, values, None, change={"actions": ["forget"]})) == []
    assert rules(change(ADDRESS, values, values, change={"actions": ["delete", "create"]})) == []


IN_REGION = text(
    {"A": role(json.loads(policy(statement("kms:*", {"Fn::Sub": "arn:aws:kms:${AWS::Region}:1:key/*"}))), RoleName="x")}
)
HERE, THERE = {"region": "eu-west-1"}, {"region": "us-east-1"}


def in_region(region: str) -> dict[str, Any]:
    """The configuration of the stack, under a provider of this region."""
    of_aws = {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}
    block = {"address": ADDRESS, "mode": "managed", "type": "aws_cloudformation_stack", "name": "app"}
    return {
        "provider_config": {"aws": {**of_aws, "expressions": {"region": {"constant_value": region}}}},
        "root_module": {"resources": [{**block, "provider_config_key": "aws"}]},
    }


@pytest.mark.parametrize(
    ("before", "after", "actions", "expected"),
    [
        (HERE, HERE, "update", []),
        ({}, HERE, "update", []),
        ({}, {}, "update", []),
        (HERE, THERE, "delete create", ["KMS001"]),
        ({}, THERE, "create delete", ["KMS001"]),
        (HERE, {}, "delete create", []),
        (THERE, {}, "delete create", ["KMS001"]),
    ],
)
def test_a_stack_says_its_region(before: Any, after: Any, actions: str, expected: list[str]) -> None:
    """As it may since version 6 of the provider: not that of its provider, which is eu-west-1. One that is updated says
    what an older provider did not."""
    one, other = (stack(IN_REGION, IN_REGION, **more)["change"]["before"] for more in (before, {**after, "tags": {}}))
    planned = change(ADDRESS, one, other, change={"actions": actions.split()})
    assert rules(planned, configuration=in_region("eu-west-1")) == expected


def test_a_region_that_is_not_known_may_be_any() -> None:
    """And is not that of the provider."""
    had = policy(statement("kms:*", "arn:aws:kms:eu-west-1:1:key/*"))
    made = stack(None, IN_REGION)
    unknown = {**made, "change": {**made["change"], "after_unknown": {"region": True}}}
    assert rules(inline(had, had, role="x"), made, configuration=in_region("eu-west-1")) == []
    assert rules(inline(had, had, role="x"), unknown, configuration=in_region("eu-west-1")) == ["KMS009"]


def test_a_stack_that_is_made_anew_writes_over_what_has_the_name_of_its_policy() -> None:
    """One that stays as it is writes nothing, nor one of which something else changes."""
    allow, deny = policy(statement("kms:*")), policy(statement("kms:*", effect="Deny"))
    held = inline(allow, allow, "all"), inline(deny, deny, "d")
    body = text({"A": resource("IAM::RolePolicy", PolicyName="d", RoleName="app", PolicyDocument=S3)})
    values = {"name": "app", "capabilities": ["CAPABILITY_IAM"], "template_body": body}
    other = {**values, "name": "other"}
    over = ["KMS001 template_body.Resources.A.PolicyDocument: role app"]
    assert told(*held, change(ADDRESS, None, values)) == over
    assert told(*held, change(ADDRESS, values, other, change={"actions": ["delete", "create"]})) == over
    assert told(*held, change(ADDRESS, values, values)) == told(*held, change(ADDRESS, values, other)) == []


def test_a_policy_of_a_template_whose_name_is_not_known_may_write_over_any() -> None:
    """A Deny of its role too; where it stays as it is, it writes over nothing."""
    allow, deny = policy(statement("kms:*")), policy(statement("kms:*", effect="Deny"))
    held = inline(allow, allow, "all"), inline(deny, deny, "d")
    made = resource("IAM::RolePolicy", PolicyName={"Ref": "P"}, RoleName="app", PolicyDocument=S3)
    body = text({"A": made}, Parameters={"P": {"Type": "String"}})
    assert rules(*held, stack(None, body)) == ["KMS001"]
    assert rules(*held, stack(None, body, parameters={"P": "e"})) == []
    other = policy(statement("*", effect="Deny"))
    assert rules(held[0], inline(deny, other, "d"), stack(body, body)) == []


def test_a_policy_that_a_permission_set_names() -> None:
    """It is that of the name in each account."""
    managed = {"name": "full", "path": "/", "policy": policy(statement("kms:*"))}
    named = [{"Name": "full", "Path": "/"}]
    body = text({"A": resource("SSO::PermissionSet", Name="s", CustomerManagedPolicyReferences=named)})
    existing = change("aws_iam_policy.full", managed, managed)
    where = "template_body.Resources.A.CustomerManagedPolicyReferences"
    assert told(existing, stack(None, body)) == [f'KMS001 {where}["full"]: permission set s']


def test_what_a_removed_budget_action_attached_stays_attached() -> None:
    """AWS takes no policy back, so that it may complete another one."""
    half, rest = policy(statement(["kms:Decrypt", "kms:PutKeyPolicy"])), policy(statement("kms:ScheduleKeyDeletion"))
    arn = "arn:aws:iam::111122223333:policy/half"
    managed = {"name": "half", "path": "/", "arn": arn, "policy": half}
    definition = {"IamActionDefinition": {"PolicyArn": arn, "Roles": ["app"]}}
    body = text({"A": resource("Budgets::BudgetsAction", Definition=definition)})
    changes = change("aws_iam_policy.half", managed, managed), inline(None, rest)
    assert told(*changes, stack(body, text({}))) == ["KMS001 policy: role app"]
    assert told(*changes) == ["KMS004 policy: role app"]


@pytest.mark.parametrize(
    ("marks", "echo", "expected"),
    [
        ({"parameters": {"P": True}}, {}, False),
        ({}, {"NoEcho": True}, False),
        ({}, {"NoEcho": "true"}, False),
        ({}, {"NoEcho": False}, True),
        ({}, {}, True),
    ],
)
def test_a_sensitive_parameter_is_not_printed(marks: Any, echo: dict[str, Any], expected: bool) -> None:
    """It is looked at like any other; so is one that only the template says to be a secret."""
    granted = resource("IAM::RolePolicy", PolicyName="x", RoleName={"Ref": "P"}, PolicyDocument=FULL)
    body = json.dumps({"Parameters": {"P": {"Type": "String", **echo}}, "Resources": {"A": granted}})
    values = {"name": "app", "capabilities": ["CAPABILITY_IAM"], "template_body": body, "parameters": {"P": "HUNTER2"}}
    found = findings(plan(change(ADDRESS, None, values, change={"after_sensitive": marks})))
    assert [finding.rule for finding in found] == ["KMS001"]
    for form in ("text", "json", "markdown", "junit", "sarif"):
        assert ("HUNTER2" in render(report((), found), form)) is expected


CLOUD = "aws_cloudcontrolapi_resource.r"


def cloud(kind: str, desired: Any) -> dict[str, Any]:
    return {"type_name": f"AWS::{kind}", "desired_state": json.dumps(desired)}


def test_cloud_control_resources() -> None:
    """Their desired state is read through the same rows."""
    full = cloud("IAM::RolePolicy", {"PolicyName": "p", "RoleName": "x", "PolicyDocument": FULL})
    some = cloud("IAM::RolePolicy", {"PolicyName": "p", "RoleName": "x", "PolicyDocument": KMS_FOR_DATA})
    assert told(change(CLOUD, None, full)) == ["KMS001 desired_state.PolicyDocument: role x"]
    assert told(change(CLOUD, some, full)) == ["KMS001 desired_state.PolicyDocument: role x"]
    assert told(change(CLOUD, None, some)) == told(change(CLOUD, full, full)) == []
    made = cloud("IAM::Role", {"ManagedPolicyArns": [ADMIN]})
    assert told(change(CLOUD, None, made)) == [f"KMS001 desired_state.ManagedPolicyArns: role ({CLOUD}.desired_state)"]
    hidden = change(CLOUD, None, {"type_name": "AWS::IAM::Role"}, change={"after_unknown": {"desired_state": True}})
    assert rules(hidden) == ["KMS008"]
    assert rules(change(CLOUD, None, {**full, "desired_state": '{"a": 1, "a": 2}'})) == ["KMS010"]
    assert rules(change(CLOUD, None, cloud("S3::Bucket", {}))) == []


def test_awscc_budget_actions() -> None:
    values = {"definition": {"iam_action_definition": {"policy_arn": ADMIN, "roles": ["x"]}}}
    where = "definition.iam_action_definition.policy_arn"
    assert told(change("awscc_budgets_budgets_action.a", None, values)) == [f"KMS001 {where}: role x"]


OWN_ROOT = {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}
CONFIGURED = {
    "configuration": {
        "provider_config": {"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}},
        "root_module": {
            "resources": [
                {
                    "address": ADDRESS,
                    "mode": "managed",
                    "type": "aws_cloudformation_stack",
                    "name": "app",
                    "provider_config_key": "aws",
                }
            ]
        },
    }
}


def key(*principals: Any) -> str:
    """A template with a key whose policy delegates to the own account, and names these principals besides."""
    statements = [statement("kms:*", Principal=principal) for principal in (OWN_ROOT, *principals)]
    return text({"K": resource("KMS::Key", KeyPolicy={"Version": "2012-10-17", "Statement": statements})})


def test_key_policies_of_templates() -> None:
    """The root delegation raises nothing, everyone does, and what stays is not new."""
    everyone = ["KMS005 template_body.Resources.K.KeyPolicy: everyone"]
    assert told(stack(None, key()), **CONFIGURED) == []
    assert told(stack(None, key("*")), **CONFIGURED) == told(stack(key(), key("*")), **CONFIGURED) == everyone
    assert told(stack(key("*"), key("*")), **CONFIGURED) == told(stack(key(), key()), **CONFIGURED) == []
    assert told(stack(None, text({"K": resource("KMS::Key")})), **CONFIGURED) == []
    cloud_key = {"KeyPolicy": json.loads(policy(statement("kms:*", Principal="*")))}
    assert told(change(CLOUD, None, cloud("KMS::Key", cloud_key))) == ["KMS005 desired_state.KeyPolicy: everyone"]
