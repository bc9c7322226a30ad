"""What an unknown part of a policy is proven to be: the ARN of a key that the plan creates, or of something else.

A proven part becomes a text that stands for it, equal to itself before and after and free of wildcards; what is not
proven stays unknown and is taken at its worst.
"""

from gate.holdings.key_attributes import KEY_ARNS, KEY_IDS
from gate.plan.addresses import target_of
from gate.plan.arns import is_made_up, unknown_key
from gate.unknown import OneOf, Template, Unresolved, Value, joined, without_wildcards


def with_proven_parts(value: Value) -> Value:
    """A policy document with every proven part of its resources replaced."""
    if isinstance(value, OneOf):
        return OneOf(tuple(with_proven_parts(alternative) for alternative in value.alternatives))
    if isinstance(value, list):
        return [with_proven_parts(element) for element in value]
    if not isinstance(value, dict):
        return value
    if "Statement" in value:
        return {**value, "Statement": with_proven_parts(value["Statement"])}
    proven = {key: _replaced(value[key]) for key in ("Resource", "NotResource") if key in value}
    return {**value, **proven}


def _replaced(value: Value) -> Value:
    if isinstance(value, Unresolved):
        return _proven(value, whole=True) or value
    if isinstance(value, Template):
        return joined([part if isinstance(part, str) else _proven(part, whole=False) or part for part in value.parts])
    if isinstance(value, OneOf):
        return OneOf(tuple(map(_replaced, value.alternatives)))
    return [_replaced(element) for element in value] if isinstance(value, list) else value


def _proven(value: Unresolved, *, whole: bool) -> str | None:
    """What stands for a value that is exactly one attribute of one resource or data source of a known provider."""
    target = target_of(value.references[0]) if value.exact and value.references else None
    if target is None:
        return None
    named = (target.type, target.attribute)
    own = without_wildcards(value.references[0].rpartition(".")[0])
    if named in KEY_ARNS:
        return unknown_key(value.references[0])
    if named in KEY_IDS and not whole:
        return f"({own})"
    if target.attribute == "arn" and is_made_up(target.type):
        return f"({own}.arn)"
    return None
