"""Calls to IAM and KMS that no plan shows: those of commands, workflows and controllers.

Only what the apply runs anew counts: a resource that stays as it is says nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

import msgspec

from gate.holdings.documents import Place
from gate.holdings.source_answers import SourceAnswers
from gate.plan.attributes import values_at
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.configuration import ConfigurationResource
from gate.plan.model import Plan, after, change
from gate.plan.references import References
from gate.plan.shapes import UNKNOWN, ResourceChange
from gate.text.sensitive import Sensitive
from gate.unknown import OneOf, Template, Unresolved, Value

if TYPE_CHECKING:  # loaded only where a plan invokes one
    from gate.plan.invoked_actions import InvokedAction


class MadeBy(Enum):
    """What makes a call."""

    PROVISIONER = auto()  # a provisioner makes it
    HIDDEN_PROVISIONER = auto()  # a provisioner may make it: its command is not seen
    PROGRAM = auto()  # the program of a data source `external` or `local_command` makes it
    HIDDEN_PROGRAM = auto()  # such a program may make it: it is not seen
    ACTION = auto()  # an action that the apply invokes makes it
    HIDDEN_ACTION = auto()  # an action may make it: its command is not seen
    WORKFLOW = auto()  # a schedule, a state machine or an SSM document makes it
    CONTROLLER = auto()  # a controller in a Kubernetes cluster makes it, asked by a manifest


class UnseenCall(msgspec.Struct, frozen=True, gc=False):
    """A call that is new or changed. `call` is empty where it is not seen or is sensitive."""

    place: Place
    made_by: MadeBy
    call: str = ""


class _Attributes(msgspec.Struct, frozen=True, gc=False):
    made_by: MadeBy
    paths: tuple[str, ...]


# Attributes with a text that calls APIs, by resource type.
_WORKFLOWS: dict[str, _Attributes] = {
    "aws_scheduler_schedule": _Attributes(MadeBy.WORKFLOW, ("target[].arn",)),
    "awscc_scheduler_schedule": _Attributes(MadeBy.WORKFLOW, ("target.arn",)),
    "aws_sfn_state_machine": _Attributes(MadeBy.WORKFLOW, ("definition",)),
    "awscc_stepfunctions_state_machine": _Attributes(MadeBy.WORKFLOW, ("definition", "definition_string")),
    "aws_ssm_document": _Attributes(MadeBy.WORKFLOW, ("content",)),
    "awscc_ssm_document": _Attributes(MadeBy.WORKFLOW, ("content",)),
    "kubernetes_manifest": _Attributes(MadeBy.CONTROLLER, ("manifest",)),
    "kubectl_manifest": _Attributes(MadeBy.CONTROLLER, ("yaml_body",)),
}
_COMMANDS = ("command", "inline", "content")  # of local-exec, remote-exec and file
_BESIDE = ("interpreter", "environment")  # of local-exec: what gets the command, and what it may name
# What data sources run, by their types; of the action of a type as well.
_PROGRAMS: dict[str, tuple[str, ...]] = {"external": ("program",), "local_command": ("command", "arguments", "stdin")}
_SCRIPT_FOLLOWS = re.compile(r"-[a-z]*[ce]|-command|/[ck]", re.IGNORECASE)  # `bash -c`, `powershell -Command`
_HOLE = "\u2026"


def unseen_calls(plan: Plan, references: References, answers: SourceAnswers) -> Iterator[UnseenCall]:
    """Every such call of a plan. Raises GateError."""
    for resource in managed_resources(plan, _WORKFLOWS):
        yield from _workflow(resource, _WORKFLOWS[resource.type], answers)
    for entry in plan.resource_changes:
        if entry.mode == "data" and entry.type in _PROGRAMS:
            yield from _program(entry, answers)
    if plan.invokes_actions:
        from gate.plan.invoked_actions import invoked_actions

        for invoked in invoked_actions(plan):
            yield from _action(invoked)
    for block, entries in references.with_provisioners():
        for entry in entries:
            yield from _provisioners(block, entry, answers)


def _workflow(resource: ManagedResource, row: _Attributes, answers: SourceAnswers) -> Iterator[UnseenCall]:
    from gate.holdings.api_calls import calls, controlled

    found = controlled if row.made_by is MadeBy.CONTROLLER else calls
    for path in row.paths:
        former = {
            call for _, value in values_at(resource.before, path) for text in _texts(value) for call in found(text)
        }
        for attribute, value in values_at(resource.after, path):
            told = answers.value(resource, path) if value is UNKNOWN and "." not in path else value
            texts = list(_texts(told))
            for call in dict.fromkeys(call for text in texts for call in found(text)):
                if call not in former:
                    hidden = any(isinstance(text, Sensitive) for text in texts)
                    yield UnseenCall(Place(resource.address, attribute), row.made_by, "" if hidden else call)


def _program(entry: ResourceChange, answers: SourceAnswers) -> Iterator[UnseenCall]:
    """A program whose run is put off until the apply; the others have run already."""
    planned, names = after(change(entry)), _PROGRAMS[entry.type]
    found = {name: planned.get(name) for name in names} if isinstance(planned, dict) else {}
    hidden = [name for name in names if _hides(found.get(name))]
    sourced = {name: answers.value(entry, name) for name in hidden}
    told = {name: found.get(name) if sourced.get(name) is None else sourced[name] for name in names}
    place = Place(entry.address, names[0])
    calls = dict.fromkeys(_called(told))
    yield from (UnseenCall(place, MadeBy.PROGRAM, call) for call in calls)
    if not calls and any(_hides(one) for one in told.values()):
        yield UnseenCall(place, MadeBy.HIDDEN_PROGRAM)


def _action(invoked: "InvokedAction") -> Iterator[UnseenCall]:
    """What an action is told to do, of whatever provider: a command, a payload, a build."""
    told = invoked.planned()
    place = Place(invoked.address, "config")
    calls = dict.fromkeys(_called(told))
    yield from (UnseenCall(place, MadeBy.ACTION, call) for call in calls)
    if not calls and any(_hides(told.get(name)) for name in _PROGRAMS.get(invoked.type, ())):
        yield UnseenCall(place, MadeBy.HIDDEN_ACTION)


def _called(config: Mapping[str, Value]) -> Iterator[str]:
    """The calls in what is configured: words of one list are words of one command. Sensitive ones have no name."""
    from gate.holdings.api_calls import calls

    command = [*_texts(config.get("command")), *_texts(config.get("arguments"))]
    rest = (value for name, value in config.items() if name not in ("command", "arguments"))
    for texts in (command, *(list(_texts(value)) for value in rest)):
        hidden = any(isinstance(text, Sensitive) for text in texts)
        for call in calls(" ".join(map(str.__str__, texts))):
            yield "" if hidden else call


def _hides(value: Value) -> bool:
    """Whether a command, or what stands where a shell expects its script, is not known at all."""
    if isinstance(value, list):
        if value and all(map(_hides, value)):
            return True
        pairs = zip(["", *value], value, strict=False)
        return any(_hides(one) and isinstance(flag, str) and _SCRIPT_FOLLOWS.fullmatch(flag) for flag, one in pairs)
    return value is UNKNOWN or isinstance(value, Unresolved)


def _provisioners(block: ConfigurationResource, entry: ResourceChange, answers: SourceAnswers) -> Iterator[UnseenCall]:
    """What provisioners run when the resource is created, or, those that say so, when it is destroyed; without the
    source each may be either."""
    from gate.holdings.api_calls import calls

    actions = set(change(entry).actions)
    if entry.deposed or not actions & {"create", "delete"}:
        return
    place = Place(entry.address, "provisioner")
    sourced = answers.provisioners(entry)
    written = sourced if sourced is not None and len(sourced) == len(block.provisioners) else None
    for position, configured in enumerate(block.provisioners):
        expressions = configured.get("expressions") if isinstance(configured, dict) else None
        constants = {name: _constant(expressions, name) for name in (*_COMMANDS, *_BESIDE)}
        body, at_destroy = written[position] if written else (None, None)
        if at_destroy is not None and ("delete" if at_destroy else "create") not in actions:
            continue
        sides = [constants, body] if isinstance(body, dict) else [constants]
        texts = [text for side in sides for name in _COMMANDS for text in _texts(side.get(name))]
        beside = [" ".join(_texts([side.get("interpreter"), side.get("command")])) for side in sides]
        beside += [text for side in sides for text in _texts(side.get("environment"))]
        found = dict.fromkeys(call for text in (*texts, *beside) for call in calls(text))
        yield from (UnseenCall(place, MadeBy.PROVISIONER, call) for call in found)
        if not found and not any(text.strip(f"{_HOLE} \n") for text in texts) and _is_hidden(expressions):
            yield UnseenCall(place, MadeBy.HIDDEN_PROVISIONER)


def _constant(expressions: Any, name: str) -> Any:
    found = expressions.get(name) if isinstance(expressions, dict) else None
    return found.get("constant_value") if isinstance(found, dict) else None


def _is_hidden(expressions: Any) -> bool:
    """Whether a command is an expression, which a plan does not tell."""
    commands = [expressions.get(name) for name in ("command", "inline")] if isinstance(expressions, dict) else []
    return any(isinstance(one, dict) and "constant_value" not in one for one in commands)


def _texts(value: Value) -> Iterator[str]:
    """Every text in a value, with a mark for what is not known of it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Template):
        yield "".join(part if isinstance(part, str) else _HOLE for part in value.parts)
    elif isinstance(value, OneOf):
        for one in value.alternatives:
            yield from _texts(one)
    elif isinstance(value, (dict, list)):
        members: Iterable[Any] = value.values() if isinstance(value, dict) else value
        inside = [text for member in members for text in _texts(member)]
        yield from inside
        if isinstance(value, dict):
            yield "\n".join(f"{key}: {text}" for key, member in value.items() for text in _texts(member))
    elif not isinstance(value, (Unresolved, int, float)) and value is not None and value is not UNKNOWN:
        from gate.source import Encoded, Rest  # a value of the source is at hand

        inner = value.value if isinstance(value, Encoded) else value.element if isinstance(value, Rest) else None
        yield from _texts(inner)
