"""Which sets of condition clauses can hold at once.

For each key, everything that a request may carry (nothing, one value, several) is split into what the clauses tell
apart (gate.iam.condition_values), so that what follows and what contradicts does so by meaning. Where AWS does not
settle it, a clause is independent: no set is left out that may hold, nothing follows that may be false.
Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
Set operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import operator
from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec.structs import replace

from gate.iam import variables
from gate.iam.condition_keys import is_multivalued
from gate.iam.condition_values import OPERATORS, Hit, Kind, Operator, combinations_hit, is_variable, parsed
from gate.iam.conditions import Clause, Guard
from gate.iam.patterns import Budget, OutOfBudget

MAX_STEPS = 50_000  # for the values of one key; where they take more, its clauses are compared by text
MAX_TOGETHER = 256  # sets of clauses of several keys; where there are more, only what all of them share is told


class _Test(msgspec.Struct, frozen=True):
    """A clause taken apart. `null` is the value of a Null clause; an unknown operator has neither `how` nor `null`.

    `values` is None where what some value stands for is not certain, or too much work: those are compared by text.
    `variable` are the values with policy variables: a request hits each of them or not, whatever else it hits.
    """

    clause: Clause
    how: Operator | None
    quantifier: str
    if_exists: bool
    values: tuple[object, ...] | None
    null: str = ""
    variable: tuple[str, ...] = ()

    @property
    def may_lack(self) -> bool:
        """Whether it may hold of a request without the key."""
        if self.null:
            return self.null == "true"
        if self.how is None or self.if_exists or self.quantifier == "forallvalues":
            return True
        return self.how.negated and not self.quantifier

    @property
    def holds_lacking(self) -> bool:
        """Whether it certainly holds of a request without the key."""
        if self.how is None or self.values is None:
            return self.null == "true"
        return self.may_lack and self.quantifier != "foranyvalue"


def _test(clause: Clause) -> _Test:
    quantifier, _, name = clause.operator.rpartition(":")
    if clause.operator == "null" and len(clause.values) == 1 and clause.values[0].lower() in ("true", "false"):
        return _Test(clause, None, "", if_exists=False, values=None, null=clause.values[0].lower())
    how = OPERATORS.get(name.removesuffix("ifexists"))
    if how is None or quantifier not in ("", "forallvalues", "foranyvalue") or not clause.values:
        return _Test(clause, None, "", if_exists=False, values=None)
    variable = tuple(value for value in clause.values if is_variable(how, value))
    values = tuple(parsed(how, value) for value in clause.values if value not in variable)
    certain = None if None in values else values
    return _Test(clause, how, quantifier, name.endswith("ifexists"), certain, variable=variable)


class _Group(msgspec.Struct, frozen=True):
    """The clauses of one key that take the same kind of value: by set operator, and what one value can meet of them."""

    plain: int
    some: int
    every: int
    negated: int
    met: tuple[int, ...]


class _Key(msgspec.Struct, frozen=True):
    """All known clauses of one condition key; sets of them are bit sets over `tests`. `resources` tells which others
    follow from a clause on what the resource is."""

    tests: tuple[_Test, ...]
    groups: tuple[_Group, ...]
    multivalued: bool
    cache: dict[int, tuple[int, ...]]
    resources: dict[int, int]


class Contexts(msgspec.Struct, frozen=True):
    """What requests may carry, as far as a number of clauses tell it apart."""

    keys: dict[str, _Key]
    place: dict[Clause, int]


def contexts(known: Iterable[Clause], budget: Budget) -> Contexts:
    """The contexts that some clauses tell apart. Raises OutOfBudget."""
    by_key: dict[str, list[Clause]] = {}
    for clause in sorted(set(known)):
        by_key.setdefault(clause.key, []).append(clause)
    place = {clause: i for listed in by_key.values() for i, clause in enumerate(listed)}
    return Contexts({key: _key(key, listed, budget) for key, listed in by_key.items()}, place)


def _key(key: str, listed: list[Clause], budget: Budget) -> _Key:
    tests = [_test(clause) for clause in listed]
    wild = any(test.how and test.how.kind is Kind.STRING and test.how.wildcards for test in tests)
    by_kind: dict[Kind, list[int]] = {}
    for i, test in enumerate(tests):
        if test.how is not None and test.values is not None:
            kind = test.how.kind
            by_kind.setdefault(Kind.STRING if kind is Kind.FOLDED and not wild else kind, []).append(i)
    groups = []
    for kind, positions in by_kind.items():
        share = Budget(min(MAX_STEPS, budget.steps))
        whole = share.steps
        try:
            groups.append(_group(kind, positions, tests, share))
        except OutOfBudget:
            tests = [replace(test, values=None) if i in positions else test for i, test in enumerate(tests)]
        budget.spend(whole - max(share.steps, 0))
    return _Key(tuple(tests), tuple(groups), is_multivalued(key), {}, _resources(listed, budget))


def _resources(listed: list[Clause], budget: Budget) -> dict[int, int]:
    special = [i for i, clause in enumerate(listed) if variables.IS in clause.operator]
    return {
        i: sum(1 << j for j in special if i != j and variables.follows(listed[j], listed[i], budget)) for i in special
    }


def _group(kind: Kind, positions: list[int], tests: list[_Test], budget: Budget) -> _Group:
    by_quantifier = {"": 0, "foranyvalue": 0, "forallvalues": 0}
    having: dict[tuple[Operator, object], int] = {}
    variable: dict[tuple[Kind, bool, str], int] = {}
    negated = 0
    for i in positions:
        test = tests[i]
        if test.how is None:
            continue
        by_quantifier[test.quantifier] |= 1 << i
        negated |= test.how.negated << i
        for value in test.values or ():
            having[test.how, value] = having.get((test.how, value), 0) | 1 << i
        for text in test.variable:
            own = (test.how.kind, test.how.wildcards, text)
            variable[own] = variable.get(own, 0) | 1 << i
    hits: list[Hit] = [(how, value, mask) for (how, value), mask in having.items()]
    hit = combinations_hit(kind, hits, budget) if hits else {0}
    for mask in variable.values():
        budget.spend(len(hit))
        hit |= {one | mask for one in hit}
    met = tuple(sorted(one ^ negated for one in hit))
    return _Group(by_quantifier[""], by_quantifier["foranyvalue"], by_quantifier["forallvalues"], negated, met)


def completions(known: Contexts, true: Guard, budget: Budget) -> list[Guard]:
    """The sets of known clauses that can hold at once and of which `true` is a part, as small as can be: whatever a
    request carries while `true` holds, all of one of these sets hold. Empty where `true` contradicts itself.
    Raises OutOfBudget.
    """
    wanted = dict.fromkeys(known.keys, 0)
    for clause in true:
        wanted[clause.key] |= 1 << known.place[clause]
    found: list[Guard] = [frozenset()]
    for name, key in known.keys.items():
        options = _options(key, wanted[name], budget)
        if not options:
            return []
        if len(found) * len(options) > MAX_TOGETHER:
            options = (_shared(options),)
        budget.spend(len(found) * len(options))
        parts = [frozenset(key.tests[i].clause for i in _positions(option)) for option in options]
        found = [one | part for one in found for part in parts]
    return found


def _options(key: _Key, true: int, budget: Budget) -> tuple[int, ...]:
    if true not in key.cache:
        found = [*_lacking(key, true), *_empty(key, true), *_present(key, true, budget)]
        key.cache[true] = _least(found, budget)
    return key.cache[true]


def _lacking(key: _Key, true: int) -> Iterator[int]:
    """The clauses that hold of a request without the key."""
    if not true & ~_mask(key, lambda test: test.may_lack):
        yield _loosely(key, true | _mask(key, lambda test: test.holds_lacking))


def _empty(key: _Key, true: int) -> Iterator[int]:
    """The same where the key is there without a value, which may count as either to Null."""
    if not any(test.quantifier for test in key.tests):
        return
    possible = _mask(key, lambda test: test.null != "true" and (test.may_lack or not test.quantifier))
    if not true & ~possible:
        certain = _mask(key, lambda test: bool(test.quantifier and test.holds_lacking) or test.null == "false")
        yield _loosely(key, true | certain)


def _present(key: _Key, true: int, budget: Budget) -> Iterator[int]:
    """The clauses that hold where the key has a value, or several if its clauses speak of several."""
    if true & _mask(key, lambda test: test.null == "true") or _is_contradictory(key, true):
        return
    found = [_loosely(key, true | _mask(key, lambda test: test.null == "false"))]
    for group in key.groups:
        plain = _followed(group, true, budget) if key.multivalued else _single(group, true, budget)
        several = _several(group, true, budget)
        budget.spend(len(found) * len(plain) * len(several))
        if len(found) * len(plain) * len(several) > MAX_TOGETHER:
            plain, several = [_shared(plain)], [_shared(several)]
        found = [one | other | more for one in found for other in plain for more in several]
    yield from found


def _single(group: _Group, true: int, budget: Budget) -> list[int]:
    budget.spend(1 + len(group.met))
    wanted = true & group.plain
    return list(_least({met & group.plain for met in group.met if met & wanted == wanted}, budget))


def _followed(group: _Group, true: int, budget: Budget) -> list[int]:
    """What follows for operators without a set operator on a key with several values. AWS documents no meaning; by any,
    a positive clause follows from one of fewer values, and a negated one from one of more."""
    result = wanted = true & group.plain
    for i in _positions(wanted):
        same = group.plain & (group.negated if group.negated >> i & 1 else ~group.negated)
        budget.spend(1 + len(group.met))
        for met in group.met:
            if met >> i & 1:
                same &= met
        result |= same
    return [result]


def _several(group: _Group, true: int, budget: Budget) -> list[int]:
    """For ForAnyValue some value has to meet the clause, for ForAllValues all do."""
    if not group.some | group.every:
        return [0]
    every = true & group.every
    budget.spend(1 + len(group.met))
    allowed = [met for met in group.met if met & every == every]
    if not allowed:
        return []
    shared = _shared(allowed) & group.every
    found: tuple[int, ...] = (0,)
    for i in _positions(true & group.some):
        bit = 1 << i
        witnesses = _least({met & group.some for met in allowed if met & bit}, budget)
        budget.spend(len(found) * len(witnesses))
        found = _least({one if one & bit else one | other for one in found for other in witnesses}, budget)
    return [one | shared for one in found]


def _loosely(key: _Key, true: int) -> int:
    """With the clauses that follow by text although the meaning of their values is not certain: from the same operator
    with the same variables, and fewer values if it is positive, more if it is negated."""
    result = true
    for i in _positions(true):
        result |= key.resources.get(i, 0)
    for given in map(key.tests.__getitem__, _positions(true)):
        if given.how is not None and given.values is None:
            result |= sum(1 << j for j, test in enumerate(key.tests) if _follows(test, given, given.how))
    return result


def _follows(test: _Test, given: _Test, how: Operator) -> bool:
    if test.how != how or test.quantifier != given.quantifier or given.if_exists > test.if_exists:
        return False
    wide, narrow = set(test.clause.values), set(given.clause.values)
    if how.negated:
        return wide <= narrow
    return narrow <= wide and all(is_variable(how, value) or parsed(how, value) is not None for value in wide - narrow)


def _is_contradictory(key: _Key, true: int) -> bool:
    """Whether a key with a value would have to be one of some values and none of them, by text."""
    if key.multivalued:
        return False
    tests = [key.tests[i] for i in _positions(true) if key.tests[i].how and not key.tests[i].quantifier]
    for test in tests:
        barred = {
            value
            for other in tests
            if other.how and test.how and other.how.negated and other.how.kind is test.how.kind
            if other.how.wildcards == test.how.wildcards
            for value in other.clause.values
        }
        one_of = test.how is not None and not test.how.negated and test.how.relation is operator.eq
        if one_of and test.values is None and set(test.clause.values) <= barred:
            return True
    return False


def _mask(key: _Key, chosen: Callable[[_Test], bool]) -> int:
    return sum(1 << i for i, test in enumerate(key.tests) if chosen(test))


def _positions(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _shared(masks: Iterable[int]) -> int:
    total = -1
    for mask in masks:
        total &= mask
    return total


def _least(masks: Iterable[int], budget: Budget) -> tuple[int, ...]:
    """Those of which no other one is a part."""
    kept: list[int] = []
    for mask in sorted(set(masks), key=lambda mask: (mask.bit_count(), mask)):
        budget.spend(1 + len(kept) // 64)
        if not any(one & mask == one for one in kept):
            kept.append(mask)
    return tuple(kept)
