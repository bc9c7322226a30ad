"""The policy documents of a plan: where each stands, what it says, and how sure that is."""

from typing import Any

import msgspec

from gate.unknown import OneOf, Template, Unresolved, Value

ANY_NAME = "*"  # of an inline policy whose name is chosen only at apply
_CONTENTS = (str, dict, Unresolved, Template, OneOf)


class Place(msgspec.Struct, frozen=True, gc=False, order=True, cache_hash=True):
    """An attribute of a resource, as people write it."""

    address: str
    attribute: str


class Document(msgspec.Struct, frozen=True, gc=False):
    """A policy document before the change or after it.

    `content` is JSON text or a structured value with unknown parts (gate.unknown); None where it is outside
    of the plan, and then `place.address` is its ARN. `rests_on` is the reference that was taken at face value.
    `name` is the inline policy's own name, where it has one that is known. `of_key`: it is a key policy, or
    stands for a grant, and says of whom it speaks. `is_namesake`: the plan makes a policy of this ARN or name, or a
    group, and it is another one, or of another one, which the account may have.
    """

    place: Place
    content: Value
    sensitive: bool = False
    rests_on: str = ""
    name: str = ""
    of_key: bool = False
    is_namesake: bool = False


def planned_content(value: Any) -> Value:
    """A planned document: one that the provider holds as an object rather than as text means the same."""
    if isinstance(value, _CONTENTS):
        return value
    import json

    return json.dumps(value, default=str)
