"""The values that the clauses of one condition key tell apart: all combinations of clauses that one value can meet.

A combination is a bit set over the clauses. Every combination that occurs is listed; where it is not certain what AWS
makes of a value (a policy variable, a number that is none), `parsed` says so and the clause is left to the caller.
Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import operator
import re
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import msgspec

from gate.iam import patterns
from gate.iam.bits import union
from gate.iam.patterns import MANY, Budget, glob, is_literal, literal

if TYPE_CHECKING:
    from decimal import Decimal


class Kind(Enum):
    """What an operator takes values for."""

    STRING = "string"
    FOLDED = "string in any case"
    ARN = "arn"
    NUMBER = "number"
    DATE = "date"
    ADDRESS = "address"
    BOOL = "bool"
    BINARY = "binary"


class Operator(msgspec.Struct, frozen=True):
    """A condition operator without its set operator and IfExists. A negated one holds where no value is hit."""

    kind: Kind
    negated: bool = False
    relation: Callable[[Any, Any], bool] = operator.eq
    wildcards: bool = False


_COMPARED = {
    "equals": (False, operator.eq), "notequals": (True, operator.eq), "lessthan": (False, operator.lt),
    "lessthanequals": (False, operator.le), "greaterthan": (False, operator.gt),
    "greaterthanequals": (False, operator.ge),
}  # fmt: skip
OPERATORS = {
    "stringequals": Operator(Kind.STRING),
    "stringnotequals": Operator(Kind.STRING, negated=True),
    "stringlike": Operator(Kind.STRING, wildcards=True),
    "stringnotlike": Operator(Kind.STRING, negated=True, wildcards=True),
    "stringequalsignorecase": Operator(Kind.FOLDED),
    "stringnotequalsignorecase": Operator(Kind.FOLDED, negated=True),
    "arnlike": Operator(Kind.ARN, wildcards=True),
    "arnnotlike": Operator(Kind.ARN, negated=True, wildcards=True),
    "bool": Operator(Kind.BOOL),
    "binaryequals": Operator(Kind.BINARY),
    "ipaddress": Operator(Kind.ADDRESS),
    "notipaddress": Operator(Kind.ADDRESS, negated=True),
    **{f"numeric{name}": Operator(Kind.NUMBER, *how) for name, how in _COMPARED.items()},
    **{f"date{name}": Operator(Kind.DATE, *how) for name, how in _COMPARED.items()},
}

Hit = tuple[Operator, Any, int]  # an operator, a parsed value, and the clauses (bit set) that have it

_NUMBER = r"-?\d{1,15}(\.\d{1,6})?"  # what every implementation holds exactly enough
_DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)"
_NETWORK = r"[0-9a-fA-F.:]+(/\d{1,3})?"
_MAPPED = "::ffff:0:0/96"  # addresses that may count as IPv4 ones


def parsed(how: Operator, value: str) -> Hashable | None:
    """What a value of an operator stands for, None where that is not certain."""
    if "${" in value:
        return None
    return _PARSERS[how.kind](how, value)


def is_variable(how: Operator, value: str) -> bool:
    """Whether a value holds policy variables that its operator fills in, and may so be any text, or none at all.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    return "${" in value and how.kind in (Kind.STRING, Kind.FOLDED, Kind.ARN)


def _string(how: Operator, value: str) -> str:
    return glob(value) if how.wildcards else literal(value)


def _folded(how: Operator, value: str) -> str | None:
    return value.lower() if value.isascii() else None


def _arn(how: Operator, value: str) -> str | None:
    return glob(value) if value.count(":") >= 5 else None


def _number(how: Operator, value: str) -> "Decimal | None":
    from decimal import Decimal  # costs start-up time

    return Decimal(value) if re.fullmatch(_NUMBER, value) and value.isascii() else None


def _date(how: Operator, value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if re.fullmatch(_DATE, value) and value.isascii() else None
    except ValueError:
        return None


def _address(how: Operator, value: str) -> tuple[int, int, int] | None:
    """The IP version, the first address and the one after the last."""
    import ipaddress  # costs start-up time

    try:
        network = ipaddress.ip_network(value) if re.fullmatch(_NETWORK, value) else None
    except ValueError:
        return None
    if network is None or (
        isinstance(network, ipaddress.IPv6Network) and network.overlaps(ipaddress.IPv6Network(_MAPPED))
    ):
        return None
    first = int(network.network_address)
    return network.version, first, first + network.num_addresses


def _bool(how: Operator, value: str) -> str | None:
    return value.lower() if value.lower() in ("true", "false") else None


def _binary(how: Operator, value: str) -> str:
    return value


_PARSERS: dict[Kind, Callable[[Operator, str], Hashable | None]] = {
    Kind.STRING: _string,
    Kind.FOLDED: _folded,
    Kind.ARN: _arn,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.ADDRESS: _address,
    Kind.BOOL: _bool,
    Kind.BINARY: _binary,
}


def combinations_hit(kind: Kind, hits: Sequence[Hit], budget: Budget) -> set[int]:
    """For every value that a request may carry, the clauses that have a value it hits. Raises OutOfBudget.

    Values in any case may stand among the hits of kind STRING where none has wildcards.
    """
    return _COMBINATIONS[kind](hits, budget)


def _texts(hits: Sequence[Hit], budget: Budget) -> set[int]:
    plain: dict[str, int] = {}
    folded: dict[str, int] = {}
    wild: dict[str, int] = {}
    for how, value, clauses in hits:
        into = folded if how.kind is Kind.FOLDED else plain if is_literal(value) else wild
        into[value] = into.get(value, 0) | clauses
    listed = list(wild)
    budget.spend((1 + len(plain)) * (1 + len(wild)))
    found = {
        clauses | folded.get(text.lower(), 0) | union(wild[p] for p in listed if patterns.matches(p, text))
        for text, clauses in plain.items()
    }
    for text, clauses in folded.items():  # in a case that no other value is written in, if there is one
        written = sum(1 for other in plain if other.lower() == text)
        if written < 1 << sum(map(str.isalpha, text)):
            found.add(clauses)
    for vector in patterns.cells(MANY, listed, budget) if listed else (0,):
        found.add(union(wild[p] for i, p in enumerate(listed) if vector >> i & 1))
    return found


def _arns(hits: Sequence[Hit], budget: Budget) -> set[int]:
    """An ARN is compared part by part, its first five parts without colons; whether `*` may reach over a colon all the
    same is not relied on. What is no ARN hits nothing."""
    values = sorted({value for _, value, _ in hits})
    vectors = {(1 << len(values)) - 1}
    for part in zip(*(value.split(":", 5) for value in values), strict=True):
        own = sorted(set(part))
        seen = {
            sum(1 << i for i, text in enumerate(part) if vector >> own.index(text) & 1)
            for vector in patterns.cells(MANY, own, budget)
        }
        budget.spend(len(vectors) * len(seen))
        vectors = {one & other for one in vectors for other in seen}
    vectors |= patterns.cells(MANY, values, budget).keys()
    having: dict[str, int] = {}
    for _, value, clauses in hits:
        having[value] = having.get(value, 0) | clauses
    budget.spend(len(vectors) * len(values))
    return {0} | {union(having[value] for i, value in enumerate(values) if vector >> i & 1) for vector in vectors}


def _ordered(hits: Sequence[Hit], budget: Budget) -> set[int]:
    """Every point that is named, what lies between two and beyond the last; and what is nothing of the kind."""
    points = sorted({value for _, value, _ in hits})
    place = {value: 2 * i + 1 for i, value in enumerate(points)}
    budget.spend((1 + len(points)) * (1 + len(hits)))
    return {0} | {
        union(clauses for how, value, clauses in hits if how.relation(at, place[value]))
        for at in range(2 * len(points) + 1)
    }


def _addresses(hits: Sequence[Hit], budget: Budget) -> set[int]:
    edges = {(version, edge) for _, (version, first, end), _ in hits for edge in (first, end)}
    budget.spend((1 + len(edges)) * (1 + len(hits)))
    return {0} | {
        union(clauses for _, (own, first, end), clauses in hits if own == version and first <= edge < end)
        for version, edge in edges
    }


def _names(hits: Sequence[Hit], budget: Budget) -> set[int]:
    having: dict[str, int] = {}
    for _, value, clauses in hits:
        having[value] = having.get(value, 0) | clauses
    return {0, *having.values()}


_COMBINATIONS: dict[Kind, Callable[[Sequence[Hit], Budget], set[int]]] = {
    Kind.STRING: _texts,
    Kind.FOLDED: _texts,
    Kind.ARN: _arns,
    Kind.NUMBER: _ordered,
    Kind.DATE: _ordered,
    Kind.ADDRESS: _addresses,
    Kind.BOOL: _names,
    Kind.BINARY: _names,
}
