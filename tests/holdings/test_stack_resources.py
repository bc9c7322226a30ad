"""The resources of a stack before and after, and why these are not all."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from gate.holdings.stack_resources import resources_of, template_in
from gate.holdings.template_resources import Made
from gate.holdings.template_types import TEMPLATES
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.model import read
from gate.plan.references import References
from gate.source import Encoded
from gate.templates.unreadable import Unread, WhyUnread
from gate.text.sensitive import Sensitive
from gate.unknown import OneOf, Template, Unresolved, Value
from tests.helpers.plans import change, plan
from tests.helpers.told import Told

STACK = "aws_cloudformation_stack"
CAPABLE = {"name": "s", "capabilities": ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]}
HOLE = Unresolved(("var.x",))


def body(**resources: Any) -> dict[str, Any]:
    return {"Resources": resources}


def role(name: Any = "r", **more: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::Role", "Properties": {"RoleName": name}, **more}


ROLE = body(A=role())


class Read:
    """The resources of a stack by logical id, and why these are not all."""

    def __init__(self, found: list[Made], unread: Unread | None) -> None:
        self.by_id = {made.declared_at.attribute.rpartition(".")[2]: made.resource for made in found}
        self.all = [made.resource for made in found]
        self.why = unread and unread.why
        self.text = unread and unread.text

    def names(self, *, before: bool = False) -> dict[str, Any]:
        """The name of each role."""
        sides = {key: one.before if before else one.after for key, one in self.by_id.items()}
        return {key: values["role_name"] for key, values in sides.items() if values is not None}


def stack_of(raw: bytes) -> tuple[ManagedResource, References, Any]:
    made = read(raw, "plan.json")[0]
    (stack,) = managed_resources(made, TEMPLATES)
    return stack, References(made), made


def stack(
    before: Any,
    after: Any,
    values: Mapping[str, Value] | None = None,
    kind: str = STACK,
    block: Any = None,
    unknown: Any = None,
    sensitive: Any = None,
    **more: Any,
) -> Read:
    """A stack with these templates, or with these values; `values` are what the source tells, by attribute."""

    def side(one: Any) -> Any:
        if one is None:
            return None
        return {**CAPABLE, **(one if "Resources" not in one else {"template_body": json.dumps(one)})}

    marks = {} if sensitive is None else {"after_sensitive": sensitive}
    changed = change(f"{kind}.s", side(before), side(after), change={"after_unknown": unknown or {}, **marks}, **more)
    configured = {"address": f"{kind}.s", "mode": "managed", "type": kind, "name": "s", "expressions": block}
    configuration = {} if block is None else {"configuration": {"root_module": {"resources": [configured]}}}
    found, references, made = stack_of(plan(changed, **configuration))
    told = Told(made, {f"{kind}.s.{attribute}": value for attribute, value in (values or {}).items()})
    return Read(*resources_of(found, references, told))


def test_what_is_there_before_and_after() -> None:
    """What goes is there before, what comes after."""
    found = stack(body(A=role("a"), B=role("b")), body(B=role("b"), C=role("c")))
    assert (found.names(before=True), found.names()) == ({"A": "a", "B": "b"}, {"B": "b", "C": "c"})
    assert found.why is None
    assert [one.may_not_come for one in found.all] == [False] * 3


RETAINED = role(DeletionPolicy="Retain")
ACTION = {"Type": "AWS::Budgets::BudgetsAction", "Properties": {"ActionType": "APPLY_IAM_POLICY"}}
OTHER_ACTION = {"Type": "AWS::Budgets::BudgetsAction", "Properties": {"ActionType": "RUN_SSM_DOCUMENTS"}}
REPLACED = ["delete", "create"]


@pytest.mark.parametrize(
    ("before", "after", "actions", "expected"),
    [
        (ROLE, ROLE, None, []),
        (ROLE, body(A=role("s")), None, ["acts"]),
        (body(), ROLE, None, ["acts", "created"]),
        (ROLE, body(), None, ["acts", "deleted"]),
        (body(A=RETAINED), body(), None, ["acts", "kept"]),
        # a budget action that is removed takes no policy back, one that is changed says what holds
        (body(A=ACTION), body(), None, ["acts", "kept"]),
        (body(A=ACTION), body(A=OTHER_ACTION), None, ["acts"]),
        (ROLE, ROLE, REPLACED, ["acts", "created", "deleted"]),
        (body(), ROLE, REPLACED, ["acts", "created"]),
        (ROLE, body(), REPLACED, ["acts", "deleted"]),
        (ROLE, ROLE, ["create", "delete"], ["acts", "created", "created_first", "deleted"]),
    ],
)
def test_what_becomes_of_a_resource_of_a_stack(before: Any, after: Any, actions: Any, expected: list[str]) -> None:
    """It is made and deleted with its stack, and by what the template says within it."""
    sides = ({**CAPABLE, "template_body": json.dumps(each)} for each in (before, after))
    changed = change(f"{STACK}.s", *sides)
    if actions:
        changed["change"]["actions"] = actions
    found, references, made = stack_of(plan(changed))
    (one,) = Read(*resources_of(found, references, Told(made))).all
    states = {name: getattr(one, name) for name in ("acts", "created", "created_first", "deleted")}
    assert [name for name, is_so in {**states, "kept": one.kept is not None}.items() if is_so] == expected


def test_another_type_under_a_logical_id_is_another_resource() -> None:
    """Of which one goes and one comes."""
    user = {"Type": "AWS::IAM::User", "Properties": {"UserName": "u"}}
    found = stack(ROLE, body(A=user)).all
    assert [(one.type, one.before is None, one.after is None) for one in found] == [
        ("awscc_iam_role", False, True),
        ("awscc_iam_user", True, False),
    ]


@pytest.mark.parametrize(
    ("before", "after", "unknown", "told", "why", "names"),
    [
        (None, ROLE, None, {}, None, {"A": "r"}),
        (None, {"template_url": "https://x", "template_body": json.dumps(ROLE)}, None, {}, WhyUnread.FETCHED, {}),
        (None, {}, None, {}, WhyUnread.NOT_IN_PLAN, {}),
        (None, {}, {"template_body": True}, {}, WhyUnread.NOT_IN_PLAN, {}),
        (None, {}, {"template_body": True}, {"template_body": HOLE}, WhyUnread.NOT_IN_PLAN, {}),
        (None, {}, {"template_body": True}, {"template_body": json.dumps(ROLE)}, None, {"A": "r"}),
        (None, {}, {"template_body": True}, {"template_body": OneOf(("{}", "[]"))}, WhyUnread.ONE_OF_SEVERAL, {}),
        (None, {}, None, {"template_body": json.dumps(ROLE)}, WhyUnread.NOT_IN_PLAN, {}),  # known, and none
        (None, {"template_body": "{}"}, None, {}, WhyUnread.NO_RESOURCES, {}),
        # what can't be read after the change is what it was before
        (ROLE, {}, {"template_body": True}, {}, WhyUnread.NOT_IN_PLAN, {"A": "r"}),
        # what was fetched before was there
        ({"template_url": "https://x", "template_body": json.dumps(ROLE)}, None, None, {}, None, {}),
    ],
)
def test_where_the_template_stands(before: Any, after: Any, unknown: Any, told: Any, why: Any, names: Any) -> None:
    """In the plan, else in the source; an address it is fetched from counts before both."""
    found = stack(before, after, told, unknown=unknown)
    assert (found.why, found.names()) == (why, names)


def test_a_template_that_was_fetched_before() -> None:
    """Is what the plan shows of it."""
    found = stack({"template_url": "https://x", "template_body": json.dumps(ROLE)}, ROLE)
    assert (found.names(before=True), found.why) == ({"A": "r"}, None)


def test_a_text_that_is_no_template_is_told_with_the_reason() -> None:
    """A waiver is for the text."""
    found = stack(None, {"template_body": "{}"})
    assert (found.why, found.text) == (WhyUnread.NO_RESOURCES, "{}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (json.dumps(ROLE), ROLE),
        ("Resources: {A: {Type: x}}", body(A={"Type": "x"})),
        (Template((json.dumps(ROLE),)), ROLE),
        (Template(("Resources: {A: {Type: ", HOLE, "}}")), body(A={"Type": HOLE})),
        (Encoded(ROLE), ROLE),
    ],
)
def test_the_template_in_a_text(text: Value, expected: Any) -> None:
    """JSON or YAML, whole or with holes, or encoded by the source."""
    assert template_in(text) == expected


PARAMETER = {"Parameters": {"P": {"Type": "String"}, "Q": {"Type": "String"}}, **body(A=role({"Ref": "P"}))}
BY_CONDITION = {
    "Parameters": {"P": {"Type": "String"}, "Q": {"Type": "String"}},
    "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "yes"]}},
    **body(A=role(Condition="C")),
}
SET = {"parameters": {"references": ["var.p"]}}
CONTROL = "awscc_cloudformation_stack"
SETS = "awscc_cloudformation_stack_set"


def there(kind: str = STACK, default: str | None = None, **given: Any) -> str:
    """Whether the resource of a template with a condition is there."""
    declared = {"Type": "String", **({} if default is None else {"Default": default})}
    template = {**BY_CONDITION, "Parameters": {"P": declared, "Q": {"Type": "String"}}}
    values = {"template_body": json.dumps(template), **{key: x for key, x in given.items() if key == "parameters"}}
    more = {key: x for key, x in given.items() if key != "parameters"}
    found = stack(None, values, kind=kind, **more)
    return ("certain", "open")[found.by_id["A"].may_not_come] if "A" in found.by_id else "not there"


YES, NO, OPEN = "certain", "not there", "open"


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        (YES, {"parameters": {"P": "yes"}}),
        (NO, {"parameters": {"P": "no"}}),
        (OPEN, {}),
        (OPEN, {"parameters": None}),
        (NO, {"default": "no"}),
        (YES, {"default": "yes"}),
        (NO, {"default": "no", "parameters": {"Q": "yes"}}),
        (YES, {"default": "no", "parameters": {"P": "yes"}}),
        (NO, {"parameters": {"P": "no"}, "block": SET, "values": {"parameters": {"P": "yes"}}}),  # the plan knows
        (YES, {"default": "no", "parameters": {"P": "yes"}, "unknown": {"parameters": {"Q": True}}, "block": {}}),
        # the default counts only where nothing sets the parameter
        (OPEN, {"default": "no", "unknown": {"parameters": True}, "block": SET}),
        (OPEN, {"default": "no", "unknown": {"parameters": True}, "block": SET, "values": {"parameters": HOLE}}),
        (OPEN, {"default": "no", "unknown": {"parameters": True}}),
        (NO, {"default": "no", "unknown": {"parameters": True}, "block": {}}),
        (NO, {"default": "no", "unknown": {"parameters": True}, "block": SET, "values": {"parameters": {"Q": HOLE}}}),
        (NO, {"default": "no", "unknown": {"parameters": True}, "block": SET, "values": {"parameters": None}}),
        (NO, {"default": "no", "unknown": {"parameters": True}, "block": {"parameters": {"constant_value": None}}}),
        (NO, {"default": "no", "parameters": {}, "unknown": {"parameters": {"Q": True}}, "block": {}}),
        # known after apply: as the source tells, where the block sets them
        (OPEN, {"unknown": {"parameters": True}, "block": SET}),
        (YES, {"unknown": {"parameters": True}, "block": SET, "values": {"parameters": {"P": "yes"}}}),
        (NO, {"unknown": {"parameters": True}, "block": SET, "values": {"parameters": {"P": "no"}}}),
        (OPEN, {"unknown": {"parameters": True}, "block": {}, "values": {"parameters": {"P": "yes"}}}),
        (OPEN, {"unknown": {"parameters": True}, "values": {"parameters": {"P": "yes"}}}),
        (
            OPEN,
            {
                "parameters": {"Q": "x"},
                "unknown": {"parameters": {"P": True}},
                "block": {},
                "values": {"parameters": {"P": "yes"}},
            },
        ),
        # one of them is
        (YES, {"parameters": {"P": "yes"}, "unknown": {"parameters": {"Q": True}}, "block": SET}),
        (OPEN, {"parameters": {"Q": "yes"}, "unknown": {"parameters": {"P": True}}, "block": SET}),
        (
            YES,
            {
                "parameters": {"Q": "x"},
                "unknown": {"parameters": {"P": True}},
                "block": SET,
                "values": {"parameters": {"P": "yes", "Q": "x"}},
            },
        ),
    ],
)
def test_what_parameters_are_set_to(expected: str, given: Any) -> None:
    """What is not known leaves open what rests on it, and nothing else."""
    assert there(**given) == expected


P_YES, P_NO = ({"parameter_key": "P", "parameter_value": value} for value in ("yes", "no"))
LATER_Q = {"parameter_key": "Q"}


@pytest.mark.parametrize(
    ("expected", "blocks", "unknown"),
    [
        (YES, [P_YES], None),
        (NO, [P_NO], None),
        (NO, [], None),  # the default
        (OPEN, [P_YES, "x"], None),
        (OPEN, ["x", P_YES], None),
        (OPEN, "x", None),
        (OPEN, 7, None),
        (OPEN, [P_YES, {"parameter_value": "x"}], None),
        (OPEN, None, True),
        (YES, [P_YES, LATER_Q], [{}, {"parameter_value": True}]),
        (NO, [P_NO, LATER_Q], [{}, {"parameter_value": True}]),
        (OPEN, [{"parameter_key": "P"}, LATER_Q], [{"parameter_value": True}, {}]),
        (OPEN, [P_NO, {}], [{}, {"parameter_key": True}]),
        (OPEN, [P_NO, None], [{}, True]),
    ],
)
def test_parameters_as_blocks(expected: str, blocks: Any, unknown: Any) -> None:
    """All of them are open where a name is, for it may be any."""
    given = {} if unknown is None else {"unknown": {"parameters": unknown}}
    assert there(SETS, "no", parameters=blocks, **given) == expected


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (STACK, {"name": "n"}, "n-role"),
        (CONTROL, {"name": None, "stack_name": "n"}, "n-role"),
        (STACK, {"name": "n", "stack_name": "m"}, "n-role"),
    ],
)
def test_the_name_of_the_stack(kind: str, values: Any, expected: str) -> None:
    """Both providers have one."""
    named = body(A=role({"Fn::Sub": "${AWS::StackName}-role"}))
    found = stack(None, {"template_body": json.dumps(named), **values}, kind=kind)
    assert found.names() == {"A": expected}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, {"template_body": True}, True),
        (None, {"parameters": {"P": True}}, True),
        (None, {"tags": True}, False),
        ({"template_body": True}, None, True),
    ],
)
def test_what_a_stack_is_given_that_is_sensitive(before: Any, after: Any, expected: bool) -> None:
    """Makes all that it declares sensitive, before and after."""
    values = {"template_body": json.dumps(PARAMETER), "parameters": {"P": "p", "Q": "q"}, "tags": {"a": "b"}}
    changed = change(f"{STACK}.s", {**CAPABLE, **values}, {**CAPABLE, **values})
    changed["change"] |= {"before_sensitive": before or {}, "after_sensitive": after or {}}
    found, references, made = stack_of(plan(changed))
    (one,) = Read(*resources_of(found, references, Told(made))).all
    assert isinstance(one.before["role_name"], Sensitive) == isinstance(one.after["role_name"], Sensitive) == expected


KEPT = {"DeletionPolicy": "Retain"}


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        (body(A=role(**KEPT)), body(), True),
        (body(A=role()), body(), False),
        (body(A=role(**KEPT)), ROLE, False),
        (None, body(A=role(**KEPT)), False),
        (body(A=role(**KEPT)), None, True),
    ],
)
def test_what_stays_though_it_is_declared_no_more(before: Any, after: Any, stays: bool) -> None:
    """By its DeletionPolicy."""
    (one,) = stack(before, after).all
    assert (one.kept is not None) == stays


def test_what_a_forgotten_stack_declared_stays() -> None:
    """Nobody deletes it."""
    forgotten = change(
        f"{STACK}.s", {**CAPABLE, "template_body": json.dumps(ROLE)}, None, change={"actions": ["forget"]}
    )
    found, references, made = stack_of(plan(forgotten))
    (one,) = Read(*resources_of(found, references, Told(made))).all
    assert one.kept is not None


def conditional(equals: str, **more: Any) -> dict[str, Any]:
    return {
        "Parameters": {"P": {"Type": "AWS::SSM::Parameter::Value<String>"}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, equals]}},
        **body(A=role(Condition="C"), **more),
    }


def test_a_condition_that_is_not_known() -> None:
    """What may have been there was there, where the condition is the same; where it is another, it was not."""
    same, other = stack(conditional("x"), conditional("x")), stack(conditional("x"), conditional("y"))
    assert (same.names(before=True), other.names(before=True)) == ({"A": "r"}, {})
    assert (same.names(), other.names()) == ({"A": "r"}, {"A": "r"})
    sides = ({"template_body": json.dumps(BY_CONDITION), "parameters": {"P": value}} for value in ("yes", "no"))
    assert stack(*sides).names(before=True) == {"A": "r"}  # it was there for certain
    certain = {**conditional("x"), **body(A=role())}
    assert stack(certain, conditional("y")).names(before=True) == {"A": "r"}
    assert stack(conditional("x"), body(A=role())).names(before=True) == {}


@pytest.mark.parametrize("capabilities", [None, "x", [], [7], [["x"]], ["CAPABILITY_IAM"]])
def test_a_stack_without_the_capability(capabilities: Any) -> None:
    """May be refused: what is new may not come."""
    values = {"template_body": json.dumps(ROLE), "capabilities": capabilities}
    (one,) = stack(None, values).all
    assert one.may_not_come


def test_a_macro_makes_doubtful_what_it_may_rewrite() -> None:
    """What changes, or everything where the macro is new."""
    macro = {"Transform": "Mine"}
    two = body(A=role("a"), B=role("b"))
    other = body(A=role("a"), B=role("c"))
    kept, new = stack({**macro, **two}, {**macro, **other}), stack(two, {**macro, **other})
    assert [kept.by_id[name].may_not_come for name in "AB"] == [False, True]
    assert [new.by_id[name].may_not_come for name in "AB"] == [True, True]
    assert (kept.why, new.why) == (WhyUnread.TOP_MACRO, WhyUnread.TOP_MACRO)
    assert [one.may_not_come for one in stack(None, {**macro, **two}).all] == [True, True]


OUTPUT, ARN, ROLE_NAME, ROLE_ARN, GROUP, GROUP_ARN = (
    Unresolved((name,), exact=True)
    for name in (
        "terraform_data.x.output",
        "aws_kms_key.k.arn",
        "aws_iam_role.r.name",
        "aws_iam_role.r.arn",
        "aws_cloudwatch_log_group.g.name",
        "aws_cloudwatch_log_group.g.arn",
    )
)
IN_YAML = """
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}, {Effect: Deny, Action: "s3:*", Resource: %s}]
"""


@pytest.mark.parametrize(
    ("written", "hole", "loose"),
    [
        (IN_YAML % '"%"', OUTPUT, True),
        (IN_YAML % '"%"', ROLE_NAME, False),
        (IN_YAML % "[%, x]", ROLE_NAME, True),
        (IN_YAML % "[%, x]", GROUP, True),
        (IN_YAML % "[%, x]", ARN, False),
        (IN_YAML % '["%", x]', GROUP, False),
        (IN_YAML % "%", GROUP, True),
        (IN_YAML % "%", GROUP_ARN, False),
        (IN_YAML % "[%, x]", ROLE_ARN, True),
        (json.dumps({"Resources": {"P": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "%"}}}}), OUTPUT, True),
        (json.dumps({"Resources": {"P": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "%"}}}}), GROUP, False),
    ],
)
def test_a_part_that_is_known_after_apply_may_bring_more(written: str, hole: Unresolved, loose: bool) -> None:
    """A line break, a quotation mark, a comma or a `#` ends a value: other statements may follow, a Deny may go."""
    before, after = written.split("%")
    found = stack(None, {}, {"template_body": Template((before, hole, after))}, unknown={"template_body": True})
    assert (found.why is WhyUnread.ANY_TEXT) is loose
    assert [one.may_not_come for one in found.all] == [loose]


NOT_KNOWN = f"({STACK}.s.template_body.Resources.A)"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"region": "eu-west-1"}, "r-eu-west-1"),
        ({"region": None}, {"region": "eu-west-1"}, "r-eu-west-1"),
        ({"region": "eu-west-1"}, {"region": ""}, "r-eu-west-1"),
        ({"region": 7}, {"region": "eu-west-1"}, "r-eu-west-1"),
        ({}, {}, NOT_KNOWN),
        ({"region": ""}, {"region": 7}, NOT_KNOWN),
    ],
)
def test_the_region_that_a_stack_says(before: Any, after: Any, expected: str) -> None:
    """Is the one that it stays in; where it says none that can be one, its provider's counts."""
    named = {"template_body": json.dumps(body(A=role({"Fn::Sub": "r-${AWS::Region}"})))}
    found = stack({**named, **before}, {**named, **after, "tags": {"a": "b"}})
    assert found.names(before=True) == found.names() == {"A": expected}


PSEUDO = {
    "AccountId": f"data.aws_caller_identity.{STACK}/s.account_id",
    "Partition": f"data.aws_partition.{STACK}/s.partition",
    "Region": f"data.aws_region.{STACK}/s.name",
}


def boundaries(kind: str, module: str) -> tuple[dict[str, Any], References]:
    """What a stack in a module tells of each pseudo parameter, and the references of its plan."""
    bodies = {
        each: {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Ref": f"AWS::{each}"}}}
        for each in PSEUDO
    }
    changed = change(f"{module}{kind}.s", None, {**CAPABLE, "template_body": json.dumps(body(**bodies))})
    block = {"address": f"{kind}.s", "mode": "managed", "type": kind, "name": "s", "provider_config_key": "aws.x"}
    root: dict[str, Any] = {"resources": [block]}
    if module:
        changed |= {"module_address": module[:-1], "type": kind, "name": "s"}
        root = {"module_calls": {"m": {"source": "./m", "module": root}}}
    found, references, made = stack_of(plan(changed, configuration={"root_module": root}))
    told = Told(made)
    by_id = Read(*resources_of(found, references, told)).by_id
    return {each: told.value(one, "permissions_boundary") for each, one in by_id.items()}, references


@pytest.mark.parametrize("module", ["", "module.m."])
def test_what_a_stack_knows_of_its_provider(module: str) -> None:
    """Account, partition and region: what data sources of its own name would read."""
    found, references = boundaries(STACK, module)
    assert found == {each: Unresolved((f"{module}{read}",), exact=True) for each, read in PSEUDO.items()}
    for reference in PSEUDO.values():
        data = references.data_block(module[:-1], reference)
        assert data is not None
        assert (data.mode, f"data.{data.type}", data.provider_config_key) == (
            "data",
            reference.partition(f".{STACK}")[0],
            "aws.x",
        )


def test_the_account_of_a_stack_set() -> None:
    """Is another one in each instance."""
    found, _ = boundaries(f"{STACK}_set", "")
    where = f'{STACK}_set.s.template_body.{{"Ref":"AWS::AccountId"}}'
    shown = f'({STACK}_set.s.template_body.{{"Ref"_"AWS__AccountId"}})'
    assert found["AccountId"] == Unresolved((where,), exact=True, stands_for=shown)
