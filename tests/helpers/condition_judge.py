"""A slow judge of conditions for the tests: one clause against one request context. It shares no code with gate.

A context gives for each key a list of values, an empty list where the key is there without one, or does not have the
key. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import ipaddress
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

Context = Mapping[str, Sequence[str]]


def _glob(pattern: str, text: str) -> bool:
    parts = [".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern]
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def _arn(pattern: str, text: str) -> bool:
    wanted, given = pattern.split(":", 5), text.split(":", 5)
    return len(given) == 6 and len(wanted) == 6 and all(map(_glob, wanted, given))


def _compared(read: Callable[[str], object], relation: Callable) -> Callable[[str, str], bool]:  # type: ignore[type-arg]
    def hit(wanted: str, given: str) -> bool:
        try:
            return bool(relation(read(given), read(wanted)))
        except (InvalidOperation, ValueError):
            return False

    return hit


def _address(wanted: str, given: str) -> bool:
    try:
        return ipaddress.ip_address(given) in ipaddress.ip_network(wanted)
    except ValueError:
        return False


HITS: dict[str, Callable[[str, str], bool]] = {
    "stringequals": operator.eq,
    "stringlike": _glob,
    "stringequalsignorecase": lambda wanted, given: wanted.lower() == given.lower(),
    "arnequals": _arn,
    "arnlike": _arn,
    "bool": lambda wanted, given: wanted.lower() == given.lower(),
    "binaryequals": operator.eq,
    "ipaddress": _address,
}
for _name, _relation in {
    "equals": operator.eq,
    "lessthan": operator.lt,
    "lessthanequals": operator.le,
    "greaterthan": operator.gt,
    "greaterthanequals": operator.ge,
}.items():
    HITS[f"numeric{_name}"] = _compared(Decimal, _relation)
    HITS[f"date{_name}"] = _compared(datetime.fromisoformat, _relation)
HITS = {name: lru_cache(maxsize=65_536)(hit) for name, hit in HITS.items()}  # the tests ask the same million times


def holds(name: str, key: str, values: Sequence[str], context: Context) -> bool:
    """Whether a clause holds of a request."""
    given = context.get(key)
    if name == "null":
        return (not given) == (values[0].lower() == "true")
    name, optional = name.removesuffix("ifexists"), name.endswith("ifexists")
    quantifier, _, name = name.rpartition(":")
    negated = "not" in name
    hit = HITS[name.replace("not", "")]

    def met(value: str) -> bool:
        return any(hit(wanted, value) for wanted in values) != negated

    if quantifier == "forallvalues":
        return all(map(met, given or ()))
    if quantifier == "foranyvalue":
        return any(map(met, given or ())) or (optional and given is None)
    if not given:
        return optional or negated
    return met(given[0])
