"""A finding's suggestion put to the proof: what is written there is read again and takes the place of what is there."""

import copy
import json
import re
from typing import Any

from gate.hcl import parse
from gate.hcl.syntax import (
    Block,
    Call,
    GetAttribute,
    Index,
    Literal,
    Name,
    ObjectLiteral,
    Text,
    Traversal,
    TupleLiteral,
)
from gate.iam.access import cells, resources
from gate.iam.boxes import boxes, expand
from gate.iam.guards import Access
from gate.iam.patterns import Budget
from gate.iam.policy import parse as policy_of
from gate.iam.service import everything, in_partition, partitions, spanning
from gate.iam.services import protected
from gate.new_access.introduced import BUDGET
from gate.report import Finding

SOME_KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
Arns = dict[str, str]


def statements(example: tuple[str, ...], arns: Arns | None = None) -> list[dict[str, Any]]:
    """The statements that an example writes, in whatever notation; `arns` are what its expressions stand for."""
    return [_statement(part, arns or {}) for part in _parts(example)]


def _parts(example: tuple[str, ...]) -> list[list[str]]:
    """An example in parts: each ends where a line closes it without indentation."""
    parts: list[list[str]] = [[]]
    for line in example:
        parts[-1].append(line)
        if line == "}":
            parts.append([])
    return [part for part in parts if part]


def _statement(lines: list[str], arns: Arns) -> dict[str, Any]:
    text = "\n".join(lines)
    try:
        return dict(json.loads(text))
    except ValueError:
        pass
    if lines[0].startswith("{"):
        text = f"x {{\na = {text}\n}}"
    (block,), problem = parse.blocks(text.encode(), "example.tf")
    assert problem is None, text
    assert not block.broken, text
    if block.type == "data":
        (block,) = block.blocks
    if block.type == "statement":
        return _of_block(block, arns)
    if block.type == "x":
        return dict(_value(block.attributes["a"].expression, arns))
    document = _value(block.attributes["policy"].expression, arns)
    assert document["Version"] == "2012-10-17"
    (found,) = document["Statement"]
    return dict(found)


def _of_block(block: Block, arns: Arns) -> dict[str, Any]:
    names = {"sid": "Sid", "effect": "Effect", "actions": "Action", "not_actions": "NotAction"}
    names |= {"resources": "Resource", "not_resources": "NotResource"}
    values = {name: _value(attribute.expression, arns) for name, attribute in block.attributes.items()}
    found = {"Effect": "Allow", **{names[name]: value for name, value in values.items()}}
    for inner in block.blocks:
        own = {name: _value(attribute.expression, arns) for name, attribute in inner.attributes.items()}
        if inner.type == "condition":
            found.setdefault("Condition", {}).setdefault(own["test"], {})[own["variable"]] = own["values"]
        else:
            found.setdefault("Principal", {})[own["type"]] = own["identifiers"]
    return found


def _value(expression: Any, arns: Arns) -> Any:
    match expression:
        case Literal(value):
            return value
        case Text(parts):
            return "".join(str(_value(part, arns)) for part in parts)
        case ObjectLiteral(items):
            return {
                item.key.name if isinstance(item.key, Name) else _value(item.key, arns): _value(item.value, arns)
                for item in items
            }
        case TupleLiteral(items):
            return [_value(item, arns) for item in items]
        case Call("jsonencode", (argument,)):
            return _value(argument, arns)
        case Traversal():
            name = reference(expression)
            return arns.get(name, SOME_KEY if name.endswith(("arn", ".key")) else name)
    raise AssertionError(expression)


def reference(expression: Traversal) -> str:
    """A traversal as it is written."""
    assert isinstance(expression.base, Name)
    steps = []
    for step in expression.steps:
        match step:
            case GetAttribute(name):
                steps.append(f".{name}")
            case Index(Literal(key)):
                steps.append(f"[{json.dumps(key)}]")
            case _:
                raise AssertionError(step)
    return expression.base.name + "".join(steps)


def allows_more(suggested: list[dict[str, Any]], offered: list[dict[str, Any]]) -> bool:
    """Whether some request is allowed by the suggestion and was not by what it takes the place of: by the subtraction
    of the algebra, on every key and on no key."""
    service = protected()

    def access(found: list[dict[str, Any]]) -> Access:
        policy = policy_of({"Version": "2012-10-17", "Statement": found})
        return Access(*boxes(policy, service, None, worst=False))

    before, after = access(offered), access(suggested)
    mentioned = resources(before, after)
    for partition in partitions(mentioned):
        points = [everything(service, partition), *spanning(service, partition, mentioned)]
        shape = in_partition(service, partition)
        for cell in cells(before, after, shape, points, bool, Budget(BUDGET)):
            if cell.after.allowed & ~cell.before.allowed & ~service.unscoped:
                return True
    return False


def with_statements(
    document: str, finding: Finding, suggested: list[dict[str, Any]]
) -> tuple[str, list[dict[str, Any]]]:
    """A document with a suggestion in the place of the finding's own statements, and these; actions of other services,
    and those of no key, stay in a statement of their own."""
    content = json.loads(document)
    listed = content["Statement"] if isinstance(content["Statement"], list) else [content["Statement"]]
    own = {statement.index for statement in finding.statements if statement.elsewhere is None} - _staying(finding)
    offered = [listed[index] for index in sorted(own)]
    own_actions = [action for statement in suggested for action in _actions(statement)]
    rest = [stays for statement in offered if (stays := _other_services(statement, own_actions))]
    kept = [statement for index, statement in enumerate(listed) if index not in own]
    return json.dumps({**content, "Statement": [*kept, *rest, *suggested]}), offered


def _staying(finding: Finding) -> set[int]:
    """The statements that the remedy says may stay, by position."""
    said = "".join(line for line in finding.remedy if line.endswith("the same before and may stay"))
    return {int(number) - 1 for number in re.findall(r"\d+", said)}


def _actions(statement: dict[str, Any]) -> list[str]:
    listed = statement.get("Action", [])
    return [listed] if isinstance(listed, str) else listed


def _other_services(statement: dict[str, Any], suggested: list[str]) -> dict[str, Any] | None:
    service = protected()
    reached = {action: expand(action, service) for action in _actions(statement)}
    kept = [action for action, bits in reached.items() if not bits & (~service.unscoped | service.sensitive)]
    kept = [action for action in kept if action not in suggested]
    return {**statement, "Action": kept} if kept else None


def applied(plan: dict[str, Any], finding: Finding) -> dict[str, Any]:
    """A plan in which a finding's suggestion is done: written instead, put back, or given in the place of what is
    attached or joined."""
    done = copy.deepcopy(plan)
    entry = next(one for one in done["resource_changes"] if one["address"] == finding.address)
    first = finding.example[0]
    if first.startswith("resource "):
        _own_policy(done, entry, finding)
    elif " = " in first and len(finding.example) == 1:
        name, _, value = first.partition(" = ")
        entry["change"]["after"][name] = _known_arn(done, value)
    elif finding.attribute.startswith("template_body"):
        _in_template(entry["change"]["after"], finding)
    else:
        _in_document(done, entry, finding)
    return done


def _known_arn(plan: dict[str, Any], expression: str) -> str:
    address = expression.rpartition(".")[0]
    entry = next(one for one in plan["resource_changes"] if one["address"] == address)
    return str(entry["change"]["before"]["arn"])


def _own_policy(plan: dict[str, Any], entry: dict[str, Any], finding: Finding) -> None:
    """What is attached or joined is as before, and a policy of the principal's own is made."""
    change = entry["change"]
    change.update(after=change["before"], after_unknown={}, actions=["no-op"] if change["before"] else ["delete"])
    if change["before"] is None:
        plan["resource_changes"].remove(entry)
    kind, _, name = finding.principals[0].partition(" ")
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements(finding.example)})
    made = {"name": "own", kind: name, "policy": policy}
    type_name = finding.example[0].split('"')[1]
    plan["resource_changes"].append(
        {**entry, "address": f"{type_name}.own", "type": type_name, "name": "own"}
        | {"change": {"actions": ["create"], "before": None, "after": made, "after_unknown": {}}}
    )


def _in_template(values: dict[str, Any], finding: Finding) -> None:
    """A statement of a template in YAML, which takes JSON as well."""
    begin = values["template_body"].index("              - Effect: Allow\n                Action: kms:*")
    written = "".join(line.strip() for line in finding.example)
    values["template_body"] = values["template_body"][:begin] + f"              - {written}\n"


def _in_document(plan: dict[str, Any], entry: dict[str, Any], finding: Finding) -> None:
    """A document that is text in the plan, or that Terraform would read during the apply."""
    change = entry["change"]
    suggested = statements(finding.example)
    if change["after"] is None:  # its Deny is kept
        change.update(after=change["before"], actions=["no-op"])
        assert json.loads(change["before"]["policy"])["Statement"] == suggested
        return
    name, label = (finding.attribute.partition("[")[0], finding.attribute.partition('"')[2].partition('"')[0])
    if name not in change["after"]:
        policy = json.dumps({"Version": "2012-10-17", "Statement": suggested})
        change["after"][finding.attribute] = policy
        change["after_unknown"].pop(finding.attribute)
        return
    holder = change["after"]
    if label:
        holder = next(block for block in holder[name] if block["name"] == label)
        name = finding.attribute.rpartition(".")[2]
    holder[name], offered = with_statements(holder[name], finding, suggested)
    if not any("Principal" in statement for statement in suggested):
        assert not allows_more(suggested, offered)
