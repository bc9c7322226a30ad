"""What intrinsic functions give, as far as it is known.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html. A value contains
whatever CloudFormation may make of it: what chooses gives each of its alternatives, what is not known is a hole.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from gate.hcl.text import joined
from gate.hcl.values import ALTERNATIVES
from gate.plan.arns import unknown_key
from gate.templates.dynamic_references import BEFORE, has_one
from gate.text.sensitive import Sensitive
from gate.unknown import OneOf, Template, Unresolved, Value, without_wildcards

ABSENT = Unresolved(("AWS::NoValue",), exact=True)  # the property is left out
_NOTHING: list[Value] = []  # one of several values that is left out
_IN_TEXT = re.compile(r"\$\{([^}]*)\}")
_NAMED = re.compile(r"\$\{([A-Za-z0-9:]+)")
_KEYS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
_PRINCIPALS = {"AWS::IAM::Role": "role", "AWS::IAM::User": "user"}
# what AWS makes up, by which others name the resource
_OWN_IDS = frozenset(
    {
        ("AWS::IAM::ManagedPolicy", "PolicyArn"),
        ("AWS::SSO::PermissionSet", "PermissionSetArn"),
        ("AWS::IdentityStore::Group", "GroupId"),
    }
)
_ANYTHING = ("AWS::CloudFormation::", "AWS::ServiceCatalog::")  # whoever writes them chooses what they give
_DEEPEST = 60
_LONGEST = 90  # characters of a function that a message shows


class Given(msgspec.Struct, frozen=True, gc=False):
    """What the functions of one template may refer to. `where` is the address that its parts are told by.

    `parameters` are those that are known, `types` the resource types by logical id, `physical` what Ref gives of the
    resources that gate names, `pseudo` what is known of pseudo parameters. `changed` are the names that do not give the
    same after the change, `rewritten` those of what is stored elsewhere (gate.templates.dynamic_references); both are
    empty for the template after it.
    """

    where: str
    parameters: Mapping[str, Value]
    types: Mapping[str, str]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    pseudo: Mapping[str, Value]
    physical: Mapping[str, Value]
    changed: frozenset[str] = frozenset()
    rewritten: frozenset[str] = frozenset()


def value_of(node: Any, given: Given, depth: int = 0) -> Value:
    """The value of a part of a template; ABSENT for one that is left out."""
    if depth > _DEEPEST:
        return _hole(node, given)
    if isinstance(node, list):
        members = [value_of(member, given, depth + 1) for member in node]
        return [member for member in members if member is not ABSENT]
    if not isinstance(node, dict):
        return node
    function = next((name for name in node if name == "Ref" or str(name).startswith("Fn::")), None)
    if function is None:
        values = {name: value_of(member, given, depth + 1) for name, member in node.items()}
        return {name: value for name, value in values.items() if value is not ABSENT}
    known = _FUNCTIONS.get(function) if len(node) == 1 else None
    found = known(node[function], given, depth + 1) if known else None
    return _hole(node, given) if found is None else found


def condition(name: Any, given: Given) -> bool | None:
    """Whether a condition holds; None where that is not known."""
    return _holds({"Condition": name}, given, 0)


def names_in(node: Any) -> Iterator[str]:
    """Every text in a part of a template that may be the name of something in it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield from (one, one.partition(".")[0], *_NAMED.findall(one))
        elif isinstance(one, (dict, list)):
            waiting += one.values() if isinstance(one, dict) else one


def _holds(node: Any, given: Given, depth: int) -> bool | None:
    if depth > _DEEPEST or not isinstance(node, dict) or len(node) != 1:
        return None
    name, argument = next(iter(node.items()))
    if name == "Condition":
        known = isinstance(argument, str) and argument in given.conditions
        return _holds(given.conditions[argument], given, depth + 1) if known else None
    listed = argument if isinstance(argument, list) else [argument]
    if name == "Fn::Equals" and len(listed) == 2:
        one, other = (value_of(each, given, depth + 1) for each in listed)
        known = all(isinstance(each, str) and not has_one(each) for each in (one, other))
        return str.__eq__(one, other) if known else None
    if name == "Fn::Not" and len(listed) == 1:
        inner = _holds(listed[0], given, depth + 1)
        return None if inner is None else not inner
    if name in ("Fn::And", "Fn::Or") and len(listed) <= 10:
        found = [_holds(each, given, depth + 1) for each in listed]
        decides = name == "Fn::Or"
        return decides if decides in found else None if None in found else not decides
    return None


def _ref(argument: Any, given: Given, depth: int) -> Value | None:
    if argument == "AWS::NoValue":
        return ABSENT
    if not isinstance(argument, str):
        return None
    for known in (given.pseudo, given.parameters, given.physical):
        if argument in known:
            return known[argument]
    is_key = given.types.get(argument) in _KEYS
    return f"({without_wildcards(_address(given, argument))})" if is_key else None


def _get_att(argument: Any, given: Given, depth: int) -> Value | None:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) != 2 or not all(isinstance(part, str) for part in parts):
        return None
    name, attribute = parts
    kind = given.types.get(name, "")
    if (kind, attribute) in _OWN_IDS:
        return _ref(name, given, depth)
    if attribute != "Arn" or not kind.startswith("AWS::") or kind.startswith(_ANYTHING):
        return None
    own = _address(given, name)
    if kind in _PRINCIPALS and isinstance(given.physical.get(name), str) and "AWS::AccountId" in given.pseudo:
        account = given.pseudo["AWS::AccountId"]  # the path tells nothing: no account has a second one of the name
        return _text(["arn:aws:iam::", account, f":{_PRINCIPALS[kind]}/{given.physical[name]}"])
    return unknown_key(f"{own}.Arn") if kind in _KEYS else f"({without_wildcards(own)}.Arn)"


def _sub(argument: Any, given: Given, depth: int) -> Value | None:
    text, own = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    if not isinstance(text, (str, Template)) or not isinstance(own, dict):
        return None
    parts: list[Value] = []
    if isinstance(text, Template) and _may_name_something(text):
        return None
    for piece in text.parts if isinstance(text, Template) else [text]:
        if not isinstance(piece, str):
            parts.append(piece)
            continue
        end = 0
        for found in _IN_TEXT.finditer(piece):
            parts += [piece[end : found.start()], _in_text(found[1], own, given, depth)]
            end = found.end()
        parts.append(piece[end:])
    return _text(parts)


def _may_name_something(text: Template) -> bool:
    """Whether a hole may be a part of a `${name}`."""
    texts = [part if isinstance(part, str) else "" for part in text.parts]
    begun = any("${" in _IN_TEXT.sub("", part) for part in texts)
    return begun or any(part.endswith("$") for part in texts[:-1]) or any(part.startswith("{") for part in texts[1:])


def _in_text(name: str, own: Mapping[str, Any], given: Given, depth: int) -> Value:
    """What `${name}` in a text is; `${!name}` is the text `${name}`."""
    if name.startswith("!"):
        return f"${{{name[1:]}}}"
    name = name.strip()
    if name in own:
        return value_of(own[name], given, depth)
    return value_of({"Fn::GetAtt" if "." in name else "Ref": name}, given, depth)


def _join(argument: Any, given: Given, depth: int) -> Value | None:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        return None
    listed = value_of(argument[1], given, depth)
    if not isinstance(listed, list):
        return None
    parts: list[Value] = []
    for position, member in enumerate(listed):
        parts += [argument[0], member] if position else [member]
    return _text(parts)


def _text(parts: list[Value]) -> Value | None:
    """Parts as one text; none where a list is among them, or what is left out. What is sensitive stays so."""
    if any(isinstance(part, (list, dict, OneOf)) and not _is_text(part) for part in parts) or ABSENT in parts:
        return None
    kept = [str(part) if isinstance(part, float) else part for part in parts if part != ""]
    if len(kept) == 1 and isinstance(kept[0], str):
        return kept[0]
    sensitive = any(isinstance(part, Sensitive) for part in kept)
    found = joined([str.__str__(part) if isinstance(part, str) else part for part in kept], lambda hole: False)
    return Sensitive(found) if sensitive and isinstance(found, str) else found


def _is_text(value: Value) -> bool:
    return isinstance(value, OneOf) and not any(isinstance(each, (list, dict)) for each in value.alternatives)


def _if(argument: Any, given: Given, depth: int) -> Value | None:
    if not isinstance(argument, list) or len(argument) != 3:
        return None
    decided = condition(argument[0], given)
    if decided is not None:
        return value_of(argument[1 if decided else 2], given, depth)
    if _is_changed(argument[0], given):
        return None
    return _one_of(value_of(each, given, depth) for each in argument[1:])


def _one_of(possible: Iterable[Value]) -> Value | None:
    found: list[Value] = []
    for value in possible:
        for each in value.alternatives if isinstance(value, OneOf) else (value,):
            one = _NOTHING if each is ABSENT else each
            if one not in found:
                found.append(one)
    if len(found) > ALTERNATIVES or not found:
        return None
    if len(found) == 1:
        return ABSENT if found[0] is _NOTHING else found[0]
    return OneOf(tuple(found))


def _find_in_map(argument: Any, given: Given, depth: int) -> Value | None:
    if not isinstance(argument, list) or len(argument) != 3 or _is_changed(argument, given):
        return None
    name, *keys = (value_of(each, given, depth) for each in argument)
    possible = [given.mappings.get(name)] if isinstance(name, str) else []
    for key in keys:
        maps = [one for one in possible if isinstance(one, dict)]
        possible = [value for one in maps for own, value in one.items() if not isinstance(key, str) or own == key]
    return _one_of(possible)


def _select(argument: Any, given: Given, depth: int) -> Value | None:
    if not isinstance(argument, list) or len(argument) != 2:
        return None
    index, listed = (value_of(each, given, depth) for each in argument)
    position = int(index) if str(index).isdecimal() and len(str(index)) < 6 else -1
    if not isinstance(listed, list) or not 0 <= position < len(listed) or any(map(_may_be_several, listed)):
        return None
    return listed[position]


def _split(argument: Any, given: Given, depth: int) -> Value | None:
    if not isinstance(argument, list) or len(argument) != 2:
        return None
    by, text = (value_of(each, given, depth) for each in argument)
    if not isinstance(by, str) or not by or not isinstance(text, str):
        return None
    return [type(text)(part) for part in str.split(text, by)]


def _may_be_several(value: Value) -> bool:
    """Whether an element of a list may be none, or several of them."""
    return isinstance(value, (OneOf, list, Unresolved))


def _address(given: Given, logical_id: str) -> str:
    return f"{given.where}.Resources.{logical_id}"


def _is_changed(node: Any, given: Given) -> bool:
    return bool(given.changed) and not given.changed.isdisjoint(names_in(node))


def _hole(node: Any, given: Given) -> Unresolved:
    """What a part of a template gives that is not known: equal to what the same part gives before or after, unless
    something that it names changes."""
    written = json.dumps(node, default=_written, separators=(",", ":")).replace(" ", "_")
    if len(written) > _LONGEST:
        from hashlib import sha256

        written = f"{written[:_LONGEST]}... {sha256(written.encode()).hexdigest()[:12]}"
    return Unresolved((f"{given.where}.{written}", *((BEFORE,) if _is_changed(node, given) else ())))


def _written(value: Any) -> str:
    """A text with holes, or a hole, by what they wait for."""
    if isinstance(value, Template):
        return "".join(part if isinstance(part, str) else _written(part) for part in value.parts)
    return f"({', '.join(value.references)})" if isinstance(value, Unresolved) and value.references else str(value)


_FUNCTIONS: dict[str, Callable[[Any, Given, int], Value | None]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Select": _select,
    "Fn::Split": _split,
}
