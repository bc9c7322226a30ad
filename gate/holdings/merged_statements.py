"""How `data.aws_iam_policy_document` puts documents together: by the Sid of their statements.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

import json
from typing import Any

from gate.unknown import OneOf, Template, Unresolved, Value

_NAMES = {
    "Version", "Id", "Statement", "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition",
    "Principal", "NotPrincipal",
}  # fmt: skip
_ANY_SID = Unresolved()
_LOWER_NAMES = {name.lower() for name in _NAMES}


def parsed(text: Any) -> Value:
    """A document given as text. The provider reads element names in any case and takes the last of equal ones; a text
    that makes use of that is not relied on."""
    try:
        if text == "":
            return {}
        document = json.loads(text, object_pairs_hook=_strict) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return Unresolved()
    return document if isinstance(document, dict) else Unresolved()


def _strict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len({name.lower() for name in found}) != len(pairs) or any(
        name not in _NAMES and name.lower() in _LOWER_NAMES for name in found
    ):
        raise ValueError("not as IAM spells it")
    return found


def statements_of(policy: Value) -> list[Value]:
    """The statements of a policy, each as known as it is."""
    if isinstance(policy, OneOf):
        return [OneOf(tuple(statements_of(alternative) for alternative in policy.alternatives))]
    if isinstance(policy, (Unresolved, Template)):
        return [policy]
    found = policy.get("Statement") if isinstance(policy, dict) else None
    return found if isinstance(found, list) else [] if found is None else [found]


def merged(statements: list[Value], added: list[Value]) -> list[Value]:
    """A statement with the Sid of an earlier one takes its place, one without a Sid, or with a new one, comes last.

    One whose Sid is unknown may take the place of any: what was there before is there or not. Added statements do not
    replace one another.
    """
    result = list(statements)
    for statement in added:
        sid = statement.get("Sid") if isinstance(statement, dict) else None
        if not isinstance(statement, dict) or (sid is not None and not isinstance(sid, str)):
            result = [
                _or_gone(other) if i < len(statements) and _sid(other) else other for i, other in enumerate(result)
            ]
        same = [i for i, other in enumerate(result[: len(statements)]) if sid and _sid(other) == sid]
        if isinstance(sid, str) and same:
            result[same[0]] = statement
        else:
            result.append(statement)
    return [_maybe(other, added) if i < len(statements) else other for i, other in enumerate(result)]


def _sid(statement: Value) -> Any:
    """The Sid of a statement; one of which nothing is known may have any."""
    return statement.get("Sid") if isinstance(statement, dict) else _ANY_SID


def _or_gone(statement: Value) -> Value:
    """A statement that is there or not."""
    gone_already = isinstance(statement, OneOf) and None in statement.alternatives
    return statement if gone_already else OneOf((statement, None))


def _maybe(statement: Value, added: list[Value]) -> Value:
    """A statement whose own Sid is unknown may be replaced by any that is added with one."""
    sid = _sid(statement)
    replaceable = sid is not None and not isinstance(sid, str) and any(_sid(other) for other in added)
    return _or_gone(statement) if replaceable else statement
