"""Dynamic references: CloudFormation puts a parameter or a secret in their place when it makes the stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

import re
from collections.abc import Container

from gate.hcl.text import text_of
from gate.text.sensitive import Sensitive, as_marked, concatenated
from gate.unknown import OneOf, Template, Unresolved, Value

_OPENING = "{{resolve:"
PARAMETERS, SECRETS = "ssm", "secretsmanager"  # the services that they are of
BEFORE = "(before the change)"
_ARN_OF_A_SECRET = re.compile(r"(?:arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:)([^:]*?)(?:-[A-Za-z0-9]{6})?(?::|$)")
_REFERENCE = re.compile(r"(\{\{resolve:[^{}]*\}\})")


def has_one(value: Value) -> bool:
    """Whether a text has a dynamic reference, or may have one in a part of it that is not known."""
    if isinstance(value, Template):
        return any(isinstance(part, str) and "{{" in part for part in value.parts)
    return isinstance(value, str) and _OPENING in value


def without_references(value: Value, where: str, rewritten: Container[str] = ()) -> Value:
    """A value with a hole for each dynamic reference, equal for equal references; `where` is the template's address.
    What is stored under a name that is `rewritten` is not what it is after the change."""
    if isinstance(value, dict):
        return {name: without_references(member, where, rewritten) for name, member in value.items()}
    if isinstance(value, list):
        return [without_references(member, where, rewritten) for member in value]
    if isinstance(value, OneOf):
        return OneOf(tuple(without_references(each, where, rewritten) for each in value.alternatives))
    if not has_one(value):
        return value
    if isinstance(value, str) and not isinstance(value, Sensitive):
        pieces = _REFERENCE.split(value)
        if not any(_OPENING in piece for piece in pieces[::2]):
            return text_of([_hole(piece, where, rewritten) if i % 2 else piece for i, piece in enumerate(pieces)])
    return _hole(value if isinstance(value, str) else repr(value), where, rewritten)


def stored(name: str, rewritten: Container[str] = ()) -> Unresolved:
    """What stands in the parameter store under a name, equal for equal names; not where it is `rewritten`."""
    former = (BEFORE,) if store_name(PARAMETERS, name) in rewritten else ()
    return Unresolved((concatenated(f"{_OPENING}{PARAMETERS}:", _without_spaces(name), "}}"), *former))


def store_name(service: str, name: str) -> str:
    """What a parameter or a secret of a name or ARN is known by."""
    found = _ARN_OF_A_SECRET.match(name) if service == SECRETS else None
    return f"{service}:{found[1] if found else str.__str__(name)}"


def _hole(written: str, where: str, rewritten: Container[str]) -> Unresolved:
    former = (BEFORE,) if any(_named_in(one) in rewritten for one in _REFERENCE.findall(written)) else ()
    return Unresolved((concatenated(f"{where}.", _without_spaces(written)), *former))


def _named_in(reference: str) -> str:
    """What the parameter or secret is known by that a dynamic reference is to; nothing where it names a version of a
    parameter, which stays."""
    service, _, rest = reference.removeprefix(_OPENING).removesuffix("}}").partition(":")
    if service == SECRETS:
        return store_name(service, rest if rest.startswith("arn:") else rest.partition(":")[0])
    name, _, version = rest.partition(":")
    return "" if version else store_name(PARAMETERS, name)


def _without_spaces(text: str) -> str:
    return as_marked(str.replace(text, " ", "_"), text)
