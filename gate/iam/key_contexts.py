"""Which sets of condition clauses of one key can hold at once (see gate.iam.contexts).

Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
Set operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import operator
from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec.structs import replace

from gate.iam import variables
from gate.iam.bits import positions, shared
from gate.iam.clause_tests import Test, as_of_kind, taken_apart
from gate.iam.condition_keys import is_always_there, is_boolean, is_multivalued, is_of_one_value
from gate.iam.condition_values import Hit, Kind, Operator, combinations_hit, is_variable, parsed
from gate.iam.conditions import Clause
from gate.iam.patterns import Budget, OutOfBudget

MAX_STEPS = 50_000  # for the values of one key; where they take more, its clauses are compared by text
_ALIKE = frozenset({Kind.STRING, Kind.ARN})  # what an ARN is compared as, but for its case
MAX_TOGETHER = 256  # sets of clauses of several keys; where there are more, only what all of them share is told


class _Group(msgspec.Struct, frozen=True):
    """The clauses of one key that take the same kind of value: by set operator, and what one value can meet of them."""

    plain: int
    some: int
    every: int
    negated: int
    met: tuple[int, ...]


class ConditionKey(msgspec.Struct, frozen=True):
    """All known clauses of one condition key; sets of them are bit sets over `tests`. `resources` tells which others
    follow from a clause on what the resource is. Of one that is `always` there no request is without it; of one that is
    `of_one` value none has several, nor an empty list of them."""

    tests: tuple[Test, ...]
    groups: tuple[_Group, ...]
    multivalued: bool
    of_one: bool
    lacking: "_Lacking"
    cache: dict[int, tuple[int, ...]]
    resources: dict[int, int]
    always: bool


class _Lacking(msgspec.Struct, frozen=True):
    """Of the clauses of one key, those that may and those that do hold of a request without the key (`absent`), and of
    one with it and without a value (`empty`); those that say that it is there, and that it is not."""

    absent_may: int
    absent_do: int
    empty_may: int
    empty_do: int
    there: int
    not_there: int
    sets: bool


def condition_key(key: str, listed: list[Clause], budget: Budget) -> ConditionKey:
    """What the clauses of a key tell apart. Raises OutOfBudget."""
    tests = [taken_apart(clause) for clause in listed]
    wild = any(test.how and test.how.kind is Kind.STRING and test.how.wildcards for test in tests)
    by_kind: dict[Kind, list[int]] = {}
    for i, test in enumerate(tests):
        if test.how is not None and test.values is not None:
            kind = test.how.kind
            by_kind.setdefault(Kind.STRING if kind is Kind.FOLDED and not wild else kind, []).append(i)
    groups = []
    for kind, of_kind in by_kind.items():
        share = Budget(min(MAX_STEPS, budget.steps))
        whole = share.steps
        alike = as_of_kind(kind, tests) if kind in _ALIKE and by_kind.keys() >= _ALIKE else {}
        own = [i for i in sorted({*of_kind, *alike}) if tests[i].values is not None]  # the other kind may have run out
        try:
            group = _group(kind, own, [alike.get(i, test) for i, test in enumerate(tests)], share)
            groups.append(_of_boolean(group, own, tests) if kind is Kind.BOOL and is_boolean(key) else group)
        except OutOfBudget:
            tests = [replace(test, values=None) if i in own else test for i, test in enumerate(tests)]
        budget.spend(whole - max(share.steps, 0))
    lacking, resources = _lack(tests), _resources(listed, budget)
    several, one = is_multivalued(key), is_of_one_value(key)
    return ConditionKey(tuple(tests), tuple(groups), several, one, lacking, {}, resources, is_always_there(key))


def _lack(tests: list[Test]) -> _Lacking:
    return _Lacking(
        absent_may=_mask(tests, lambda test: test.may_lack),
        absent_do=_mask(tests, lambda test: test.holds_lacking),
        empty_may=_mask(tests, lambda test: test.null != "true" and (test.may_lack or not test.quantifier)),
        empty_do=_mask(tests, lambda test: bool(test.quantifier and test.holds_lacking) or test.null == "false"),
        there=_mask(tests, lambda test: test.null == "false"),
        not_there=_mask(tests, lambda test: test.null == "true"),
        sets=any(test.quantifier for test in tests),
    )


def _resources(listed: list[Clause], budget: Budget) -> dict[int, int]:
    special = [i for i, clause in enumerate(listed) if variables.IS in clause.operator]
    return {
        i: sum(1 << j for j in special if i != j and variables.follows(listed[j], listed[i], budget)) for i in special
    }


def _group(kind: Kind, members: list[int], tests: list[Test], budget: Budget) -> _Group:
    by_quantifier = {"": 0, "foranyvalue": 0, "forallvalues": 0}
    having: dict[tuple[Operator, object], int] = {}
    variable: dict[tuple[Kind, bool, str], int] = {}
    negated = 0
    for i in members:
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


def _of_boolean(group: _Group, members: list[int], tests: list[Test]) -> _Group:
    """The group of a key that is nothing but true or false: where clauses ask for both, every value is one of them.
    No variable stands in a boolean."""
    asked = {value for i in members for value in tests[i].values or ()}
    if len(asked) < 2:
        return group
    return replace(group, met=tuple(one for one in group.met if one != group.negated))


def options(key: ConditionKey, true: int, budget: Budget) -> tuple[int, ...]:
    """The smallest sets of clauses that can hold together with those that are `true`. Raises OutOfBudget."""
    if true not in key.cache:
        without = () if key.always else (*_absent(key, true), *_empty(key, true))
        key.cache[true] = _least((*without, *_present(key, true, budget)), budget)
    return key.cache[true]


def _absent(key: ConditionKey, true: int) -> Iterator[int]:
    """The clauses that hold of a request without the key."""
    if not true & ~key.lacking.absent_may:
        yield _loosely(key, true | key.lacking.absent_do)


def _empty(key: ConditionKey, true: int) -> Iterator[int]:
    """The same where the key is there without a value, which may count as either to Null."""
    if key.lacking.sets and not key.of_one and not true & ~key.lacking.empty_may:
        yield _loosely(key, true | key.lacking.empty_do)


def _present(key: ConditionKey, true: int, budget: Budget) -> Iterator[int]:
    """The clauses that hold where the key has a value, or several if its clauses speak of several."""
    if true & key.lacking.not_there or _is_contradictory(key, true):
        return
    found = [_loosely(key, true | key.lacking.there)]
    for group in key.groups:
        if key.of_one:
            plain, several = _single(group, group.plain | group.some | group.every, true, budget), [0]
        else:
            plain = _followed(group, true, budget) if key.multivalued else _single(group, group.plain, true, budget)
            several = _several(group, true, budget)
        budget.spend(len(found) * len(plain) * len(several))
        if len(found) * len(plain) * len(several) > MAX_TOGETHER:
            plain, several = [shared(plain)], [shared(several)]
        found = [one | other | more for one in found for other in plain for more in several]
    yield from found


def _single(group: _Group, told: int, true: int, budget: Budget) -> list[int]:
    """Of the clauses that are `told` of one value, those that it meets."""
    budget.spend(1 + len(group.met))
    wanted = true & told
    return list(_least({met & told for met in group.met if met & wanted == wanted}, budget))


def _followed(group: _Group, true: int, budget: Budget) -> list[int]:
    """What follows for operators without a set operator on a key with several values. AWS documents no meaning; by any,
    a positive clause follows from one of fewer values, and a negated one from one of more."""
    result = wanted = true & group.plain
    for i in positions(wanted):
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
    always = shared(allowed) & group.every
    found: tuple[int, ...] = (0,)
    for i in positions(true & group.some):
        bit = 1 << i
        witnesses = _least({met & group.some for met in allowed if met & bit}, budget)
        budget.spend(len(found) * len(witnesses))
        found = _least({one if one & bit else one | other for one in found for other in witnesses}, budget)
    return [one | always for one in found]


def _loosely(key: ConditionKey, true: int) -> int:
    """With the clauses that follow by text although the meaning of their values is not certain: from the same operator
    with the same variables, and fewer values if it is positive, more if it is negated."""
    result = true
    for i in positions(true):
        result |= key.resources.get(i, 0)
    for given in map(key.tests.__getitem__, positions(true)):
        if given.how is not None and given.values is None:
            result |= sum(1 << j for j, test in enumerate(key.tests) if _follows(test, given, given.how))
    return result


def _follows(test: Test, given: Test, how: Operator) -> bool:
    if test.how != how or test.quantifier != given.quantifier or given.if_exists > test.if_exists:
        return False
    wide, narrow = set(test.clause.values), set(given.clause.values)
    if how.negated:
        return wide <= narrow
    return narrow <= wide and all(is_variable(how, value) or parsed(how, value) is not None for value in wide - narrow)


def _is_contradictory(key: ConditionKey, true: int) -> bool:
    """Whether a key with a value would have to be one of some values and none of them, by text."""
    if key.multivalued:
        return False
    tests = [key.tests[i] for i in positions(true) if key.tests[i].how and not key.tests[i].quantifier]
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


def _mask(tests: Iterable[Test], chosen: Callable[[Test], bool]) -> int:
    return sum(1 << i for i, test in enumerate(tests) if chosen(test))


def _least(masks: Iterable[int], budget: Budget) -> tuple[int, ...]:
    """Those of which no other one is a part."""
    kept: list[int] = []
    for mask in sorted(set(masks), key=lambda mask: (mask.bit_count(), mask)):
        budget.spend(1 + len(kept) // 64)
        if not any(one & mask == one for one in kept):
            kept.append(mask)
    return tuple(kept)
