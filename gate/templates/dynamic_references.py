"""Dynamic references: CloudFormation puts a parameter or a secret in their place when it makes the stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

import re

from gate.hcl.text import text_of
from gate.text.sensitive import Sensitive, as_marked, concatenated
from gate.unknown import OneOf, Template, Unresolved, Value

_OPENING = "{{resolve:"
_REFERENCE = re.compile(r"(\{\{resolve:[^{}]*\}\})")


def has_one(value: Value) -> bool:
    """Whether a text has a dynamic reference, or may have one in a part of it that is not known."""
    if isinstance(value, Template):
        return any(isinstance(part, str) and "{{" in part for part in value.parts)
    return isinstance(value, str) and _OPENING in value


def without_references(value: Value, where: str) -> Value:
    """A value with a hole for each dynamic reference, equal for equal references; `where` is the template's address."""
    if isinstance(value, dict):
        return {name: without_references(member, where) for name, member in value.items()}
    if isinstance(value, list):
        return [without_references(member, where) for member in value]
    if isinstance(value, OneOf):
        return OneOf(tuple(without_references(each, where) for each in value.alternatives))
    if not has_one(value):
        return value
    if isinstance(value, str) and not isinstance(value, Sensitive):
        pieces = _REFERENCE.split(value)
        if not any(_OPENING in piece for piece in pieces[::2]):
            return text_of([_hole(piece, where) if i % 2 else piece for i, piece in enumerate(pieces)])
    return _hole(value if isinstance(value, str) else repr(value), where)


def stored(name: str) -> Unresolved:
    """What stands in the parameter store under a name, equal for equal names."""
    return Unresolved((concatenated(f"{_OPENING}ssm:", _without_spaces(name), "}}"),))


def _hole(written: str, where: str) -> Unresolved:
    return Unresolved((concatenated(f"{where}.", _without_spaces(written)),))


def _without_spaces(text: str) -> str:
    return as_marked(str.replace(text, " ", "_"), text)
