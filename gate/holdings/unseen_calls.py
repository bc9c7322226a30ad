"""Calls to IAM and KMS that no plan shows: those of commands, workflows and controllers.

Only what the apply runs anew counts: a resource that stays as it is says nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from gate.holdings.call_places import CALL_PLACES, CallPlaces, MadeBy, types_in_templates
from gate.holdings.documents import Place
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.template_types import CLOUD_CONTROL, TEMPLATES, awscc_name
from gate.plan.attributes import values_at
from gate.plan.before_after import ManagedResource, changed_resources
from gate.plan.configuration import ConfigurationResource
from gate.plan.decoded import after, change
from gate.plan.model import Plan
from gate.plan.references import References
from gate.plan.shapes import UNKNOWN, ResourceChange
from gate.text.sensitive import Sensitive
from gate.unknown import OneOf, Template, Unresolved, Value

if TYPE_CHECKING:  # loaded only where a plan invokes one
    from gate.plan.invoked_actions import InvokedAction


class UnseenCall(msgspec.Struct, frozen=True, gc=False):
    """A call that is new or changed. `call` is empty where it is not seen or is sensitive."""

    place: Place
    made_by: MadeBy
    call: str = ""


_COMMANDS = ("command", "inline", "content")  # of local-exec, remote-exec and file
_BESIDE = ("interpreter", "environment")  # of local-exec: what gets the command, and what it may name
# What data sources run, by their types; of the action of a type as well.
_PROGRAMS: dict[str, tuple[str, ...]] = {
    "external": ("program",),
    "local_command": ("command", "arguments", "stdin"),
    "shell_script": ("lifecycle_commands",),
}
_INVOKES = "aws_lambda_invocation"  # as a data source it calls a function whenever it is read
_RUN_BY_DATA = frozenset({*_PROGRAMS, _INVOKES})
_SCRIPT_FOLLOWS = r"(?i:-[a-z]*[ce]|-command|/[ck])"  # `bash -c`, `powershell -Command`
_HOLE = "\u2026"
_BASE64 = r"(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_LONGEST = 200_000  # characters of a text that is looked into


def unseen_calls(plan: Plan, references: References, answers: SourceAnswers) -> Iterator[UnseenCall]:
    """Every such call of a plan. Raises GateError."""
    places = _with_awscc() if any(name.startswith("awscc_") for name in plan.types) else CALL_PLACES
    for resource in changed_resources(plan, places):
        yield from _told_to_run(resource, places[resource.type], answers)
    for stack in changed_resources(plan, (*TEMPLATES, CLOUD_CONTROL)):
        yield from _in_templates(stack, answers)
    for entry in () if plan.types.isdisjoint(_RUN_BY_DATA) else plan.resource_changes:
        if entry.mode == "data" and entry.type in _PROGRAMS:
            yield from _program(entry, answers)
        elif entry.mode == "data" and entry.type == _INVOKES:
            yield from _invoked(entry, answers)
    if plan.invokes_actions:
        from gate.plan.invoked_actions import invoked_actions

        for invoked in invoked_actions(plan):
            yield from _action(invoked)
    for block, entries in references.with_provisioners():
        for entry in entries:
            yield from _provisioners(block, entry, answers)


@cache
def _with_awscc() -> dict[str, CallPlaces]:
    """The table with what else the awscc provider has, which is what templates have."""
    return {**{awscc_name(name): row for name, row in types_in_templates()}, **CALL_PLACES}


def _told_to_run(resource: ManagedResource, row: CallPlaces, answers: SourceAnswers) -> Iterator[UnseenCall]:
    """What the texts of a resource call that they did not call before."""
    for path in row.paths or _all_of(resource):
        given = values_at(resource.after, path)
        former = [(row, value) for _, value in values_at(resource.before, path)] if given else []
        for attribute, value in given:
            told = answers.value(resource, path) if value is UNKNOWN and "." not in path else value
            yield from _new(Place(resource.address, attribute), (row, told), former)


def _all_of(resource: ManagedResource) -> list[str]:
    """Every attribute of a resource after the change."""
    return [*resource.after] if isinstance(resource.after, dict) else []


def _in_templates(stack: ManagedResource, answers: SourceAnswers) -> Iterator[UnseenCall]:
    """The same of the resources of a stack."""
    from gate.holdings.template_calls import told_to_run

    was, will = (told_to_run(stack, values, answers) for values in (stack.before, stack.after))
    for attribute, told in will.items():
        yield from _new(Place(stack.address, attribute), told, [*was.values()])


_Told = tuple[CallPlaces, Value]


def _new(place: Place, told: _Told, former: Sequence[_Told]) -> Iterator[UnseenCall]:
    """What a value calls that none of the former ones did."""
    if told in former:
        return
    called = dict.fromkeys(_called_by(told))
    known = {call for one in former for call in _called_by(one)} if called else set()
    for made_by, call in (one for one in called if one not in known):
        hidden = any(isinstance(text, Sensitive) for text in _texts(told[1]))
        yield UnseenCall(place, made_by, "" if hidden else call)


def _called_by(told: _Told) -> Iterator[tuple[MadeBy, str]]:
    row, value = told
    return (found for text in _scripts(value) for found in _in(text, row))


def _in(text: str, row: CallPlaces) -> Iterator[tuple[MadeBy, str]]:
    from gate.holdings.api_calls import calls, controlled

    yield from ((row.made_by, call) for call in calls(text))
    if row.manages:
        yield from ((MadeBy.CONTROLLER, kind) for kind in controlled(text))


def _scripts(value: Value) -> Iterator[str]:
    """Every text in a value, marked or not, those in base64 as what they hold; words of one list are one command."""
    if isinstance(value, list) and any(isinstance(one, (dict, list)) for one in value):
        for one in value:
            yield from _scripts(one)
    elif isinstance(value, list):
        yield " ".join(text for one in value for text in _scripts(one))
    elif isinstance(value, dict):
        for one in value.values():
            yield from _scripts(one)
        yield "\n".join(f"{key}: {str.__str__(one)}" for key, one in value.items() if isinstance(one, str))
    else:
        yield from map(_decoded, _texts(value))


def _decoded(text: str) -> str:
    """What a text in base64 holds, any other text as it is."""
    plain = str.__str__(text).strip()
    if len(plain) > _LONGEST or not re.fullmatch(_BASE64, plain):
        return plain
    from base64 import b64decode  # few texts are

    return b64decode(plain).decode("utf-8", "replace")


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


def _invoked(entry: ResourceChange, answers: SourceAnswers) -> Iterator[UnseenCall]:
    """What a function is asked to do by a data source that is read only in the apply."""
    planned, row = after(change(entry)), CALL_PLACES[entry.type]
    for path in row.paths:
        for attribute, value in values_at(planned, path):
            told = answers.value(entry, path) if value is UNKNOWN else value
            yield from _new(Place(entry.address, attribute), (row, told), [])


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
        return any(_hides(one) and isinstance(flag, str) and re.fullmatch(_SCRIPT_FOLLOWS, flag) for flag, one in pairs)
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
            yield "\n".join(f"{key}: {str.__str__(text)}" for key, member in value.items() for text in _texts(member))
    elif not isinstance(value, (Unresolved, int, float)) and value is not None and value is not UNKNOWN:
        from gate.source import Encoded, Rest  # a value of the source is at hand

        inner = value.value if isinstance(value, Encoded) else value.element if isinstance(value, Rest) else None
        yield from _texts(inner)
