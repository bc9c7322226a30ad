"""The algebra against the naive evaluator, over an enumerated universe."""

import itertools
import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gate.iam import access, evaluate
from gate.iam.boxes import boxes
from gate.iam.conditions import Clause, clause
from gate.iam.guards import Access
from gate.iam.patterns import MANY, Budget
from gate.iam.policy import NOTHING, Element, Policy, parse
from tests.helpers.condition_judge import holds
from tests.helpers.small_service import ACTIONS, SERVICE

pytestmark = pytest.mark.slow

RESOURCES = tuple("".join(text) for length in range(4) for text in itertools.product("abz", repeat=length))
CALLED = tuple(f"s:{name}" for name in ACTIONS)
CASES = Path(__file__).parent / "cases"

Described = tuple[list[list[Any]], list[Any] | None]
ACTION_VALUES = ["*", "s:*", "S:A*", "s:?a", "s:*b", "s:aa", "s:BB", "t:*", "s:a?", "?:*", "s:ab", "*a"]
RESOURCE_VALUES = [
    "*",
    "a*",
    "*a",
    "a",
    "b",
    "ab",
    "?",
    "??",
    "a?",
    "*b*",
    "a*b",
    "*a*b*",
    "ab*",
    "z*",
    "",
    "?*",
    "aba",
]
# Conditions that stand in one pair together, and what requests may carry of their keys. Callers choose `k`;
# the tag of a principal is the same in all its requests, and `aws:TagKeys` has several values.
POOLS: tuple[tuple[list[Any], dict[str, list[list[str] | None]]], ...] = (
    (
        [
            {"StringEquals": {"k": "1"}},
            {"stringequals": {"K": ["2", "1"]}},
            {"StringNotEquals": {"k": ["1"]}},
            {"StringEquals": {"k": "2"}},
            {"StringLike": {"k": "2"}},
            {"StringNotEquals": {"k": ["2"]}},
            {"StringNotEquals": {"k": ["1", "2"]}},
            {"Bool": {"mfa": True}},
            {"Bool": {"mfa": "true"}, "StringEquals": {"k": ["1"]}},
        ],
        {"k": [None, ["1"], ["2"], ["3"]], "mfa": [None, ["true"], ["false"], ["x"]]},
    ),
    (
        [
            {"StringLike": {"k": "a*"}},
            {"StringLike": {"k": ["ab", "c*"]}},
            {"StringNotLike": {"k": "a*"}},
            {"StringEqualsIfExists": {"k": "ab"}},
            {"StringNotEquals": {"k": "ab"}},
            {"Null": {"k": True}},
            {"Null": {"k": "false"}},
            {"StringLike": {"k": "a*"}, "Null": {"k": "true"}},
        ],
        {"k": [None, ["ab"], ["a"], ["ad"], ["c"], ["d"], [""]]},
    ),
    (
        [
            {"StringEqualsIgnoreCase": {"aws:PrincipalTag/t": "X"}},
            {"StringEquals": {"aws:PrincipalTag/t": "x"}},
            {"StringNotEqualsIgnoreCase": {"aws:PrincipalTag/t": "x"}},
            {"StringNotEquals": {"aws:PrincipalTag/t": ["x", "y"]}},
            {"StringEquals": {"aws:PrincipalTag/t": "y"}},
            {"Null": {"aws:PrincipalTag/t": "true"}},
            {"StringEquals": {"k": "1"}},
            {"StringNotEquals": {"k": "1"}, "StringEquals": {"aws:PrincipalTag/t": "x"}},
        ],
        {"aws:principaltag/t": [None, ["x"], ["X"], ["y"], ["Y"], ["z"]], "k": [None, ["1"], ["2"]]},
    ),
    (
        [
            {"NumericLessThan": {"k": ["5", 10]}},
            {"NumericLessThan": {"k": "5"}},
            {"NumericGreaterThanEquals": {"k": "5.0"}},
            {"NumericNotEquals": {"k": "7"}},
            {"NumericEqualsIfExists": {"k": "5"}},
            {"DateLessThan": {"d": "2026-01-01T00:00:00Z"}},
            {"DateLessThan": {"d": "2026-02-01T00:00:00Z"}},
            {"DateGreaterThan": {"d": "2026-01-01T00:00:00Z"}},
        ],
        {
            "k": [None, ["4"], ["5"], ["6"], ["7"], ["8"], ["10"], ["11"], ["x"]],
            "d": [
                None,
                ["x"],
                *(
                    [f"{day}T00:00:00Z"]
                    for day in ("2025-12-01", "2026-01-01", "2026-01-15", "2026-02-01", "2026-03-01")
                ),
            ],
        },
    ),
    (
        [
            {"IpAddress": {"k": "10.0.0.0/8"}},
            {"IpAddress": {"k": ["10.1.0.0/16", "2001:db8::/32"]}},
            {"NotIpAddress": {"k": "10.0.0.0/8"}},
            {"NotIpAddress": {"k": "10.1.0.0/16"}},
            {"IpAddressIfExists": {"k": "10.1.0.0/16"}},
            {"Null": {"k": "false"}},
        ],
        {"k": [None, ["10.0.0.1"], ["10.1.0.1"], ["9.9.9.9"], ["2001:db8::1"], ["2002::1"], ["x"]]},
    ),
    (
        [
            {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}},
            {"ForAnyValue:StringLike": {"aws:TagKeys": ["a*"]}},
            {"ForAllValues:StringLike": {"aws:TagKeys": ["a*"]}},
            {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
            {"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}},
            {"ForAllValues:StringNotEquals": {"aws:TagKeys": ["a"]}},
            {"Null": {"aws:TagKeys": "true"}},
        ],
        {
            "aws:tagkeys": [None, []]
            + [list(some) for n in (1, 2, 3, 4) for some in itertools.combinations(("a", "ab", "b", "c"), n)]
        },
    ),
)
EXACT = range(5)  # pools in which what the algebra calls new is new; for several values it may take more for possible
_actions = st.lists(st.sampled_from(ACTION_VALUES), min_size=1, max_size=3)
_resources = st.lists(st.sampled_from(RESOURCE_VALUES), min_size=1, max_size=3)


@st.composite
def statements(draw: st.DrawFn, pool: int) -> dict[str, object]:
    statement: dict[str, object] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    statement[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(_actions)
    statement[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(_resources)
    condition = draw(st.sampled_from([None, *POOLS[pool][0]]))
    if condition is not None:
        statement["Condition"] = condition
    return statement


@st.composite
def _described(draw: st.DrawFn, pool: int) -> Described:
    documents = draw(st.lists(st.lists(statements(pool), max_size=3), max_size=2))
    return documents, draw(st.one_of(st.none(), st.none(), st.lists(statements(pool), max_size=2)))


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[int, Described, Described]:
    pool = draw(st.integers(0, len(POOLS) - 1))
    return pool, draw(_described(pool)), draw(_described(pool))


def _documents(
    described: tuple[list[list[object]], list[object] | None], going: tuple[tuple[int, ...], ...] = ()
) -> tuple[list[Policy], Policy | None, Access]:
    """What documents allow; those at each of the positions `going` may be gone together."""
    documents, bounding = described
    policies = [parse(json.dumps({"Version": "2012-10-17", "Statement": listed})) for listed in documents]
    boundary = None if bounding is None else parse(json.dumps({"Statement": bounding})) if bounding else NOTHING
    for together in going:
        over = together if len(together) > 1 else None
        for i in together:
            policies[i] = replace(policies[i], may_go=True, goes_over=over)
    allows, denies = [], []
    for i, policy in enumerate(policies):
        more, less = boxes(policy, SERVICE, i, worst=False)
        allows += more
        denies += less
    bounds = None
    if boundary is not None:
        bounds, less = boxes(boundary, SERVICE, None, worst=False)
        denies += less
    return policies, boundary, Access(tuple(allows), tuple(denies), bounds)


def _written(pool: int) -> dict[Clause, tuple[str, str, list[str]]]:
    """Every clause of a pool, with operator, key and values as they were written."""
    found = {}
    for condition in POOLS[pool][0]:
        for name, tests in condition.items():
            for key, values in tests.items():
                listed = [
                    str(v).lower() if isinstance(v, bool) else str(v)
                    for v in (values if isinstance(values, list) else [values])
                ]
                found[clause(name, key, listed)] = (name.lower(), key.lower(), listed)
    return found


def _assignments(pool: int) -> dict[frozenset[Clause], list[frozenset[Clause]]]:
    """Every set of clauses that some request meets, by the judge; with those that the same principal can reach by other
    requests on the same key."""
    written, carried = _written(pool), POOLS[pool][1]
    by_fixed: dict[tuple[object, ...], set[frozenset[Clause]]] = {}
    for chosen in itertools.product(*carried.values()):
        context = {key: values for key, values in zip(carried, chosen, strict=True) if values is not None}
        fixed = tuple(str(context.get(key)) for key in carried if key.startswith("aws:principaltag"))
        true = frozenset(c for c, (name, key, values) in written.items() if holds(name, key, values, context))
        by_fixed.setdefault(fixed, set()).add(true)
    return {true: sorted(trues, key=sorted) for trues in by_fixed.values() for true in trues}


ASSIGNMENTS = [_assignments(pool) for pool in range(len(POOLS))]


def _full(actions: int) -> bool:
    return all(actions & power for power in SERVICE.powers)


def _spoken_of(element: Element, texts: tuple[str, ...], *, lower: bool) -> frozenset[str]:
    """Which of some texts an element of a statement speaks of, by the naive evaluator's matcher."""
    assert not element.unknown
    spoken = frozenset(text for value in element.values for text in _matching(value, texts, lower=lower))
    return frozenset(texts) - spoken if element.negated else spoken


@cache
def _matching(value: str, texts: tuple[str, ...], *, lower: bool) -> frozenset[str]:
    return frozenset(text for text in texts if evaluate._holds(Element((value,), negated=False), text, lower=lower))


def _reach(policies: list[Policy], effect: str) -> list[tuple[int, frozenset[str], frozenset[Clause]]]:
    """What each statement speaks of, by trying every action and every resource."""
    found = []
    for statement in (s for policy in policies for s in policy.statements if s.effect == effect):
        names = _spoken_of(statement.action, CALLED, lower=True)
        actions = sum(1 << i for i, name in enumerate(CALLED) if name in names)
        resources = _spoken_of(statement.resource, RESOURCES, lower=False)
        found.append((actions, resources, frozenset(statement.conditions)))
    return found


def _naive(pool: int, before, after) -> set[str]:  # type: ignore[no-untyped-def]
    """Everything that is newly full, by trying every request of the universe: "resource action" texts."""
    both = []
    for policies, boundary, _ in (before, after):
        bounding = None if boundary is None else _reach([boundary], "Allow")
        denies = _reach([*policies, *([boundary] if boundary else [])], "Deny")
        both.append((_reach(policies, "Allow"), denies, bounding))

    found = set()
    for alike in _spoken_of_alike([reach for held in both for reach in held if reach is not None]):
        resource = min(alike)
        near = tuple(
            tuple(None if reach is None else tuple((a, c) for a, r, c in reach if resource in r) for reach in held)
            for held in both
        )
        new = _newly(pool, near)
        found |= {f"{resource} {name}" for resource in alike for i, name in enumerate(ACTIONS) if new >> i & 1}
    return found


def _spoken_of_alike(reaches) -> list[frozenset[str]]:  # type: ignore[no-untyped-def]
    """The resources in sets of which the same statements speak: all of a set have the same answer."""
    sets = [frozenset(RESOURCES)]
    for _, spoken, _ in itertools.chain(*reaches):
        sets = [part for alike in sets for part in (alike & spoken, alike - spoken) if part]
    return sets


def _newly(pool: int, near) -> int:  # type: ignore[no-untyped-def]
    """The actions that are newly full on a resource, by the statements that speak of it."""
    if not _full(_spoken(near[1][0], None)):
        return 0
    found = 0
    granted = [{true: _granted(held, true) for true in ASSIGNMENTS[pool]} for held in near]
    for true, others in ASSIGNMENTS[pool].items():
        was, will = granted[0][true], granted[1][true]
        together_was, together_will = (_union(held[other] for other in others) for held in granted)
        new = will & ~_spoken(near[1][1], true) & ~(was & ~_spoken(near[0][1], true))
        if _full(will):
            new &= SERVICE.sensitive if _full(was) else -1
        elif not _full(together_will) or _full(together_was):
            continue
        found |= new
    return found


def _spoken(reach, true) -> int:  # type: ignore[no-untyped-def]
    return _union(actions for actions, clauses in reach if true is None or clauses <= true)


def _granted(held, true) -> int:  # type: ignore[no-untyped-def]
    allows, _, bounding = held
    return _spoken(allows, true) & (-1 if bounding is None else _spoken(bounding, true))


def _union(masks) -> int:  # type: ignore[no-untyped-def]
    total = 0
    for mask in masks:
        total |= mask
    return total


def _algebra(before, after) -> list[tuple[str, frozenset[Clause], int]]:  # type: ignore[no-untyped-def]
    """Every class of requests that the algebra calls newly full: a resource, the clauses that hold, the actions."""
    if not access.widened(before[2], after[2]):
        return []
    found = []
    for cell in access.cells(before[2], after[2], MANY, [], _full, Budget(10**7)):
        new = cell.after.allowed & ~cell.before.allowed
        if _full(cell.before.granted):
            new &= SERVICE.sensitive
        if new:
            found.append((cell.resource, cell.guard, new))
    return found


def check(pool: int, before_described, after_described) -> None:  # type: ignore[no-untyped-def]
    before, after = _documents(before_described), _documents(after_described)
    naive = _naive(pool, before, after)
    algebra = _algebra(before, after)
    if naive:
        assert algebra, f"missed: {sorted(naive)}"
    for resource, guard, new in algebra:
        for i, name in enumerate(ACTIONS):
            if new >> i & 1:
                assert evaluate.allowed(after[0], after[1], f"s:{name}", resource, guard)
                assert not evaluate.allowed(before[0], before[1], f"s:{name}", resource, guard)
    if pool not in EXACT:
        return
    told = {f"{resource} {ACTIONS[i]}" for resource, _, new in algebra for i in range(4) if new >> i & 1}
    assert {
        pair for pair in told if set(pair.partition(" ")[0]) <= set("abz") and pair.partition(" ")[0] in RESOURCES
    } <= naive


def check_whole(pool: int, before_described, after_described, going: tuple[tuple[int, ...], ...]) -> bool:  # type: ignore[no-untyped-def]
    """Documents that may go, some of them together, against every case of which are there; whether anything is new in
    one."""
    before, after = _documents(before_described), _documents(after_described, going)
    documents, boundary = after_described
    naive: set[str] = set()
    for count in range(len(going) + 1):
        for gone in itertools.combinations(going, count):
            left = [document for i, document in enumerate(documents) if not any(i in together for together in gone)]
            naive |= _naive(pool, before, _documents((left, boundary)))
    algebra = _algebra(before, after)
    assert algebra or not naive, f"missed: {sorted(naive)}"
    for resource, guard, new in algebra:
        for name in (name for i, name in enumerate(ACTIONS) if new >> i & 1):
            assert evaluate.allowed(after[0], after[1], f"s:{name}", resource, guard)
            assert not evaluate.allowed(before[0], before[1], f"s:{name}", resource, guard)
    if pool in EXACT:
        assert naive or not algebra, "told, and new in no case"
    return bool(naive)


def _allowed(pool: int, held, resource: str) -> list[int]:  # type: ignore[no-untyped-def]
    """The actions that documents allow on a resource, for each set of clauses that some request meets."""
    policies, boundary, _ = held
    allows = [(a, c) for a, r, c in _reach(policies, "Allow") if resource in r]
    denies = [(a, c) for a, r, c in _reach([*policies, *([boundary] if boundary else [])], "Deny") if resource in r]
    bounding = None if boundary is None else [(a, c) for a, r, c in _reach([boundary], "Allow") if resource in r]
    return [_granted((allows, denies, bounding), true) & ~_spoken(denies, true) for true in ASSIGNMENTS[pool]]


def check_each_action(pool: int, one_described, other_described) -> None:  # type: ignore[no-untyped-def]
    """Of each action by itself, by trying every request: on what one allows it and the other one does not."""
    one, other = _documents(one_described), _documents(other_described)
    naive = [0, 0]
    by_resource = {}
    for resource in RESOURCES:
        pairs = [*zip(_allowed(pool, one, resource), _allowed(pool, other, resource), strict=True)]
        by_resource[resource] = [_union(was & ~will for was, will in pairs), _union(will & ~was for was, will in pairs)]
        naive = [old | new for old, new in zip(naive, by_resource[resource], strict=True)]
    found = [0, 0]
    for cell in access.cells_of_one_action(one[2], other[2], MANY, [], Budget(10**7)):
        told = [cell.before.allowed & ~cell.after.allowed, cell.after.allowed & ~cell.before.allowed]
        found = [old | new for old, new in zip(found, told, strict=True)]
        for held, allowed in ((one, cell.before.allowed), (other, cell.after.allowed)):
            for i, name in enumerate(ACTIONS):
                said = evaluate.allowed(held[0], held[1], f"s:{name}", cell.resource, cell.guard)
                assert said == bool(allowed >> i & 1), (cell.resource, cell.guard, name)
        if pool in EXACT and cell.resource in by_resource:
            assert all(not new & ~true for new, true in zip(told, by_resource[cell.resource], strict=True))
    assert all(not true & ~told for true, told in zip(naive, found, strict=True)), "missed"


def _random_statement(random: Random, pool: int) -> dict[str, object]:
    statement: dict[str, object] = {"Effect": random.choice(["Allow", "Allow", "Deny"])}
    action, resource = (
        random.choice(["Action", "Action", "NotAction"]),
        random.choice(["Resource"] * 2 + ["NotResource"]),
    )
    statement[action] = random.sample(ACTION_VALUES, random.randint(1, 3))
    statement[resource] = random.sample(RESOURCE_VALUES, random.randint(1, 3))
    condition = random.choice([None, *POOLS[pool][0]])
    return statement if condition is None else {**statement, "Condition": condition}


def _random_documents(random: Random, pool: int) -> Described:
    documents = [
        [_random_statement(random, pool) for _ in range(random.randint(0, 3))] for _ in range(random.randint(0, 2))
    ]
    bounded = random.random() < 0.3
    return documents, [_random_statement(random, pool) for _ in range(random.randint(0, 2))] if bounded else None


def _related(random: Random, pool: int, held):  # type: ignore[no-untyped-def]
    """One that differs from another in little: the cases in which a wrong subtraction shows."""
    documents, boundary = json.loads(json.dumps(held))
    documents = [[s for s in document if random.random() < 0.8] for document in documents]
    if documents and random.random() < 0.5:
        random.choice(documents).append(_random_statement(random, pool))
    return documents, boundary if random.random() < 0.7 else None


def _shrunken(pool: int, before, after):  # type: ignore[no-untyped-def]
    """The same failure with as few statements as possible, to be kept under cases/."""
    for held in (before, after):
        for document in held[0]:
            for statement in list(document):
                document.remove(statement)
                try:
                    check(pool, before, after)
                except AssertionError:
                    continue
                document.append(statement)
    return json.dumps({"pool": pool, "before": before, "after": after}, indent=1)


@pytest.mark.parametrize("seed", range(20))
def test_agrees_with_the_naive_evaluator(seed: int) -> None:
    """What the algebra calls new is new, and what is new the algebra finds: 20 times 500 pairs."""
    random = Random(seed)
    for number in range(500):
        pool = number % len(POOLS)
        before = _random_documents(random, pool)
        after = _related(random, pool, before) if random.random() < 0.5 else _random_documents(random, pool)
        try:
            check(pool, before, after)
        except AssertionError as error:
            pytest.fail(f"{error}\n{_shrunken(pool, before, after)}")


@pytest.mark.parametrize("seed", range(2))
def test_documents_that_may_go_do_so_whole(seed: int) -> None:
    """What is new in some case of which documents are there is found, and what is new in none is not."""
    random = Random(f"whole {seed}")
    found = 0
    for number in range(60):
        pool = number % len(POOLS)
        documents = [[_random_statement(random, pool) for _ in range(random.randint(1, 3))] for _ in range(3)]
        before = documents, None
        after = _related(random, pool, before) if random.random() < 0.6 else before
        going = tuple(i for i in range(len(documents)) if random.random() < 0.6)
        together = (going,) if going and random.random() < 0.4 else tuple((i,) for i in going)
        found += check_whole(pool, before, after, together)
    assert found


@pytest.mark.parametrize("seed", range(2))
def test_agrees_on_each_action_by_itself(seed: int) -> None:
    """What one of two accesses allows and the other does not is found, action by action, and nothing else is."""
    random = Random(seed)
    for number in range(100):
        pool = number % len(POOLS)
        one = _random_documents(random, pool)
        other = _related(random, pool, one) if random.random() < 0.5 else _random_documents(random, pool)
        check_each_action(pool, one, other)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
@given(pair=_pairs())
def test_agrees_on_cases_that_shrink(pair) -> None:  # type: ignore[no-untyped-def]
    """The same with a generator that shrinks what fails to the smallest case."""
    check(*pair)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
def test_kept_cases(path: Path) -> None:
    """Cases that once went wrong, shrunken, stay right."""
    case = json.loads(path.read_text())
    check(case.get("pool", 0), case["before"], case["after"])


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
@given(held=st.integers(0, len(POOLS) - 1).flatmap(_described), order=st.randoms(use_true_random=False))
def test_laws(held, order) -> None:  # type: ignore[no-untyped-def]
    """Nothing is new against itself, in whatever order documents and statements stand."""
    documents, boundary = held
    shuffled = [order.sample(document, len(document)) for document in order.sample(documents, len(documents))]
    assert _algebra(_documents(held), _documents((shuffled, boundary))) == []
    assert _algebra(_documents((shuffled, boundary)), _documents(held)) == []
    merged = [[statement for document in documents for statement in document]]
    assert _algebra(_documents(held), _documents((merged, boundary))) == []


@pytest.mark.parametrize("name", ["negated-values-joined", "negated-values-split", "merged-condition-values"])
def test_the_same_conditions_in_other_clauses_open_nothing(name: str) -> None:
    """Values that are excluded one by one or together, or named in one clause or in two, are the same."""
    case = json.loads((CASES / f"{name}.json").read_text())
    assert _algebra(_documents(case["before"]), _documents(case["after"])) == []
