"""A slow judge of whole policies for the tests: every action, every resource and every context that is worth a try.

It reads the JSON of statements itself, conditions with tests.helpers.condition_judge; it shares no code with gate.
What is full, and what is new of it: docs/semantics.md.
"""

import functools
import ipaddress
import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tests.helpers.condition_judge import Context, holds

Statements = Sequence[Mapping[str, Any]]
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_FIXED = ("aws:principal", "aws:resource", "aws:username", "kms:resourcealiases", "kms:keyspec", "kms:callerac")


class Held(NamedTuple):
    """What a holder has before or after: statements of all its documents, and those of its boundary if it has one."""

    statements: Statements
    boundary: Statements | None = None


class Universe(NamedTuple):
    """What requests there are: `actions` without prefix, and what is full and sensitive of them, as bit sets.

    The `unscoped` actions are of requests on `*`, and count with the first resource. `telling` are those of which one
    has to be allowed.
    """

    prefix: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    full: Callable[[int], bool]
    sensitive: int
    unscoped: int = 0
    telling: int = -1


class _Spoken(NamedTuple):
    """A statement, taken apart: its effect, and by resource and position of a context the actions that it is for."""

    effect: str
    actions: dict[str, dict[int, int]]


def newly_full(before: Held, after: Held, universe: Universe, carried: Sequence[Context]) -> set[tuple[str, str]]:
    """Every resource and action that is newly full, by trying every request that carries one of these contexts."""
    both = [_all_spoken(held, universe, carried) for held in (before, after)]
    alike: dict[object, list[int]] = {}
    for i, context in enumerate(carried):
        own = tuple(sorted((key, tuple(values)) for key, values in context.items() if key.startswith(_FIXED)))
        alike.setdefault(own, []).append(i)
    found = set()
    for resource in universe.resources:
        counted = -1 if resource == universe.resources[0] else ~universe.unscoped
        if not universe.full(_union(_union(s.actions[resource].values()) for s in both[1][0] if s.effect == "Allow")):
            continue
        for same in alike.values():
            granted = [[_granted(spoken, resource, i) for i in same] for spoken in both]
            if not universe.full(_union(granted[1])):
                continue
            split_before = universe.full(_union(granted[0]))
            allowed = [
                [own & ~_denied(spoken, resource, i) for i, own in zip(same, actions, strict=True)]
                for spoken, actions in zip(both, granted, strict=True)
            ]
            for n in range(len(same)):
                new = allowed[1][n] & ~allowed[0][n] & counted
                reached = allowed[1][n]
                if universe.full(granted[1][n]):
                    new &= universe.sensitive if universe.full(granted[0][n]) else -1
                elif split_before:
                    continue
                else:
                    reached = _union(allowed[1])
                if reached & universe.telling:
                    found |= {(resource, name) for i, name in enumerate(universe.actions) if new >> i & 1}
    return found


def _all_spoken(
    held: Held, universe: Universe, carried: Sequence[Context]
) -> tuple[list[_Spoken], list[_Spoken] | None]:
    boundary = None if held.boundary is None else [_spoken(s, universe, carried) for s in held.boundary]
    return [_spoken(s, universe, carried) for s in held.statements], boundary


def _spoken(statement: Mapping[str, Any], universe: Universe, carried: Sequence[Context]) -> _Spoken:
    wanted = _listed(statement.get("Action", statement.get("NotAction")))
    actions = sum(
        1 << i
        for i, name in enumerate(universe.actions)
        if any(_glob(value.lower(), f"{universe.prefix}:{name}".lower()) for value in wanted) == ("Action" in statement)
    )
    where = _listed(statement.get("Resource", statement.get("NotResource")))
    holding = [i for i, context in enumerate(carried) if conditions_hold(statement.get("Condition") or {}, context)]
    varies = any("${" in value for value in where)

    def met(resource: str, actions: int) -> dict[int, int]:
        if not actions:
            return {}
        if varies:
            return {i: actions for i in holding if _names(where, resource, carried[i]) == ("Resource" in statement)}
        return dict.fromkeys(holding, actions) if _names(where, resource, {}) == ("Resource" in statement) else {}

    anywhere = met("*", actions & universe.unscoped)
    by_resource = {}
    for resource in universe.resources:
        here = met(resource, actions & ~universe.unscoped)
        by_resource[resource] = {i: here.get(i, 0) | anywhere.get(i, 0) for i in {*here, *anywhere}}
    return _Spoken(statement["Effect"], by_resource)


def _names(values: Iterable[str], resource: str, context: Context) -> bool:
    return any(_glob(value, resource, context) for value in values)


def conditions_hold(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Whether all clauses of a Condition element hold of a request."""
    return all(
        _clause_holds(name.lower(), key.lower(), values, context)
        for name, tests in conditions.items()
        for key, values in tests.items()
    )


def _clause_holds(name: str, key: str, values: Any, context: Context) -> bool:
    texts = [filled for value in _listed(values) for filled in _filled(_text(value), context)]
    return holds(name, key, texts, context)


def _filled(text: str, context: Context) -> list[str]:
    """A value with its policy variables in place, nothing where the request does not carry one of them."""
    needed = [match.lower() for match in _VARIABLE.findall(text)]
    if not all(context.get(key) for key in needed):
        return []
    return [_VARIABLE.sub(lambda match: context[match[1].lower()][0], text)]


@functools.lru_cache(maxsize=65536)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern), re.DOTALL)


def _glob(pattern: str, text: str, context: Context | None = None) -> bool:
    return any(_expression(filled).fullmatch(text) is not None for filled in _filled(pattern, context or {}))


def _granted(spoken: tuple[list[_Spoken], list[_Spoken] | None], resource: str, i: int) -> int:
    statements, boundary = spoken
    allowed = _said(statements, "Allow", resource, i)
    return allowed if boundary is None else allowed & _said(boundary, "Allow", resource, i)


def _denied(spoken: tuple[list[_Spoken], list[_Spoken] | None], resource: str, i: int) -> int:
    statements, boundary = spoken
    return _said((*statements, *(boundary or ())), "Deny", resource, i)


def _said(statements: Iterable[_Spoken], effect: str, resource: str, i: int) -> int:
    return _union(s.actions[resource].get(i, 0) for s in statements if s.effect == effect)


def _union(masks: Iterable[int]) -> int:
    total = 0
    for mask in masks:
        total |= mask
    return total


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_BOOLEAN = {
    "aws:multifactorauthpresent",
    "aws:securetransport",
}  # "Data type: Boolean" to AWS: no other values
_ALWAYS = {  # "always included in the request context"
    "aws:currenttime", "aws:epochtime", "aws:principaltype", "aws:requestedregion", "aws:securetransport",
}  # fmt: skip


def contexts(
    several_held: Iterable[Held], *, names: Iterable[str] = (), several: int = 2, most: int = 3000
) -> list[Context]:
    """Contexts around everything that the conditions of some policies name: without each key, with each value at and
    beside a boundary, and with as many as `several` of them where set operators speak of the key. A key that stands in
    a variable of a resource may also be one of `names`, or the rest of one. Raises ValueError where there are more than
    `most`.
    """
    named: dict[str, set[tuple[str, str]]] = {}
    statements = [s for held in several_held for s in (*held.statements, *(held.boundary or ()))]
    clauses = list(_clauses(statements))
    for name, key, value in clauses:
        named.setdefault(key, set()).add((name, value))
    for _, key, value in clauses:  # what a key is compared with anywhere, a variable beside it may be
        for variable in _VARIABLE.findall(value):
            named.setdefault(variable.lower(), set()).update(named[key])
    values = {key: {"zz", *_around_all(clauses)} for key, clauses in named.items()}
    values |= {key: {"true", "false"} for key in _BOOLEAN & values.keys()}
    resources = [v for s in statements for v in _listed(s.get("Resource", s.get("NotResource")))]
    for value in resources:
        for found in _VARIABLE.finditer(value):
            before = value[: found.start()]
            rest = {name.removeprefix(before) for name in names}
            values.setdefault(found[1].lower(), set()).update(names, rest)
    options: dict[str, list[list[str] | None]] = {}
    for key, texts in values.items():
        single = sorted(texts)
        several_here = any(":" in name for name, _ in named.get(key, ()))
        more = [list(some) for n in range(2, several + 1) for some in itertools.combinations(single, n)]
        without: list[list[str] | None] = [] if key in _ALWAYS else [None, *([[]] if several_here else [])]
        options[key] = [*without, *([value] for value in single), *(more if several_here else [])]
    if math.prod(map(len, options.values())) > most:
        raise ValueError("too many contexts")
    return [
        {key: carried for key, carried in zip(options, chosen, strict=True) if carried is not None}
        for chosen in itertools.product(*options.values())
    ]


def _clauses(statements: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for statement in statements:
        for name, tests in (statement.get("Condition") or {}).items():
            for key, listed in tests.items():
                for value in _listed(listed):
                    yield name.lower(), key.lower(), _text(value)


def _around_all(clauses: set[tuple[str, str]]) -> set[str]:
    """Values of a request around what some clauses on one key name, and where they overlap."""
    plain = [(name, value) for name, value in clauses if "${" not in value and name != "null"]
    found = {around for name, value in plain for around in _around(name, value)}
    patterns = sorted({value for name, value in plain if "string" in name})
    pieces = {value.replace("*", "").replace("?", "") for value in patterns}
    for value in patterns:
        fillings = itertools.product({"", "q", *pieces}, {"a", "q", *(piece[:1] for piece in pieces if piece)})
        found |= {value.replace("*", many).replace("?", one) for many, one in fillings}
    if any("ignorecase" in name for name, _ in plain):
        found |= {value.swapcase() for value in found}
    arns = [
        value.split(":", 5) for name, value in plain if "arn" in name.removeprefix("forany") and value.count(":") > 4
    ]
    parts = [{piece.replace("*", "1").replace("?", "q") for piece in own} for own in zip(*arns, strict=True)]
    return found | {
        ":".join(own) for own in itertools.islice(itertools.product(*map(sorted, parts)), 64 if parts else 0)
    }


@functools.lru_cache(maxsize=4096)
def _around(name: str, value: str) -> frozenset[str]:
    """Values of a request around what a clause names."""
    if name == "null":
        return frozenset()
    if "numeric" in name:
        try:
            number = Decimal(value)
        except InvalidOperation:
            return frozenset({value})
        return frozenset({str(number + step) for step in (-1, 0, 1)})
    if "date" in name:
        try:
            date = datetime.fromisoformat(value)
        except ValueError:
            return frozenset({value})
        return frozenset({(date + timedelta(days=step)).isoformat() for step in (-1, 0, 1)})
    if "ipaddress" in name:
        try:
            network = ipaddress.ip_network(value)
        except ValueError:
            return frozenset({value})
        first, last = int(network[0]), int(network[-1])
        kind = type(network[0])
        return frozenset(
            {str(kind(n)) for n in (first - 1, first, last, last + 1) if 0 <= n < 1 << network.max_prefixlen}
        )
    if "bool" in name:
        return frozenset({"true", "false"})
    return frozenset({value, value.replace("*", "").replace("?", "q"), value.replace("*", "q").replace("?", "q")})
