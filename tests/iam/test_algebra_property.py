"""The algebra against the naive evaluator, over an enumerated universe."""

import itertools
import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.iam import access, evaluate
from gate.iam.access import Access
from gate.iam.boxes import boxes
from gate.iam.catalogue import Service
from gate.iam.conditions import Clause, completions
from gate.iam.patterns import MANY, Budget
from gate.iam.policy import NOTHING, Policy, parse

ACTIONS = ("aa", "ab", "ba", "bb")
SERVICE = Service("s", ACTIONS, 0, (0b0001, 0b0010, 0b1100), 0b0111, MANY, ("name",))
RESOURCES = tuple("".join(text) for length in range(4) for text in itertools.product("abz", repeat=length))
CLAUSES = (
    Clause("stringequals", "k", ("1",)),
    Clause("stringequals", "k", ("2",)),
    Clause("stringequals", "k", ("1", "2")),
    Clause("stringnotequals", "k", ("1",)),
    Clause("stringnotequals", "k", ("2",)),
    Clause("stringnotequals", "k", ("1", "2")),
    Clause("bool", "mfa", ("true",)),
)
CASES = Path(__file__).parent / "cases"

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
CONDITIONS = [
    None,
    None,
    None,
    {"StringEquals": {"k": "1"}},
    {"stringequals": {"K": ["2", "1"]}},
    {"StringNotEquals": {"k": ["1"]}},
    {"StringEquals": {"k": "2"}},
    {"StringLike": {"k": "2"}},
    {"StringNotEquals": {"k": ["2"]}},
    {"StringNotEquals": {"k": ["1", "2"]}},
    {"Bool": {"mfa": True}},
    {"Bool": {"mfa": "true"}, "StringEquals": {"k": ["1"]}},
]
_actions = st.lists(st.sampled_from(ACTION_VALUES), min_size=1, max_size=3)
_resources = st.lists(st.sampled_from(RESOURCE_VALUES), min_size=1, max_size=3)
_condition = st.sampled_from(CONDITIONS)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, object]:
    statement: dict[str, object] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    statement[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(_actions)
    statement[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(_resources)
    condition = draw(_condition)
    if condition is not None:
        statement["Condition"] = condition
    return statement


_documents = st.lists(st.lists(statements(), max_size=3), max_size=2)
_boundaries = st.one_of(st.none(), st.none(), st.lists(statements(), max_size=2))
_sides = st.tuples(_documents, _boundaries)


def _side(described: tuple[list[list[object]], list[object] | None]) -> tuple[list[Policy], Policy | None, Access]:
    documents, bounding = described
    policies = [parse(json.dumps({"Version": "2012-10-17", "Statement": listed})) for listed in documents]
    boundary = None if bounding is None else parse(json.dumps({"Statement": bounding})) if bounding else NOTHING
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


def _assignments() -> list[frozenset[Clause]]:
    """Every set of clauses that can hold at once: those that need nothing else to hold besides."""
    return [
        frozenset(chosen)
        for size in range(len(CLAUSES) + 1)
        for chosen in itertools.combinations(CLAUSES, size)
        if list(completions(frozenset(chosen), CLAUSES)) == [frozenset(chosen)]
    ]


ASSIGNMENTS = _assignments()


def _full(actions: int) -> bool:
    return all(actions & power for power in SERVICE.powers)


def _reach(policies: list[Policy], effect: str) -> list[tuple[int, frozenset[str], frozenset[Clause]]]:
    """What each statement speaks of, by trying every action and every resource with the naive evaluator's matcher."""
    found = []
    for statement in (s for policy in policies for s in policy.statements if s.effect == effect):
        actions = sum(
            1 << i
            for i, name in enumerate(ACTIONS)
            if evaluate._holds(statement.action, f"s:{name}", lower=True, variables=False)
        )
        resources = frozenset(
            text for text in RESOURCES if evaluate._holds(statement.resource, text, lower=False, variables=True)
        )
        found.append((actions, resources, frozenset(statement.conditions)))
    return found


def _naive(before, after) -> set[str]:  # type: ignore[no-untyped-def]
    """Everything that is newly full, by trying every request of the universe: "resource action" texts."""

    def spoken(reach, resource, true) -> int:  # type: ignore[no-untyped-def]
        total = 0
        for actions, resources, clauses in reach:
            if resource in resources and clauses <= true:
                total |= actions
        return total

    sides = []
    for policies, boundary, _ in (before, after):
        bounding = None if boundary is None else _reach([boundary], "Allow")
        denies = _reach([*policies, *([boundary] if boundary else [])], "Deny")
        sides.append((_reach(policies, "Allow"), denies, bounding))

    def granted(side, resource, true) -> int:  # type: ignore[no-untyped-def]
        allows, _, bounding = side
        return spoken(allows, resource, true) & (-1 if bounding is None else spoken(bounding, resource, true))

    found = set()
    for true in ASSIGNMENTS:
        for resource in RESOURCES:
            after_granted = granted(sides[1], resource, true)
            if not _full(after_granted):
                continue
            before_granted = granted(sides[0], resource, true)
            new = after_granted & ~spoken(sides[1][1], resource, true)
            new &= ~(before_granted & ~spoken(sides[0][1], resource, true))
            if _full(before_granted):
                new &= SERVICE.sensitive
            found |= {f"{resource} {name}" for i, name in enumerate(ACTIONS) if new >> i & 1}
    return found


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


def check(before_described, after_described) -> None:  # type: ignore[no-untyped-def]
    before, after = _side(before_described), _side(after_described)
    naive = _naive(before, after)
    algebra = _algebra(before, after)
    if naive:
        assert algebra, f"missed: {sorted(naive)}"
    for resource, guard, new in algebra:
        for i, name in enumerate(ACTIONS):
            if new >> i & 1:
                assert evaluate.allowed(after[0], after[1], f"s:{name}", resource, guard)
                assert not evaluate.allowed(before[0], before[1], f"s:{name}", resource, guard)
    told = {f"{resource} {ACTIONS[i]}" for resource, _, new in algebra for i in range(4) if new >> i & 1}
    assert {
        pair for pair in told if set(pair.partition(" ")[0]) <= set("abz") and pair.partition(" ")[0] in RESOURCES
    } <= naive


def _random_statement(random: Random) -> dict[str, object]:
    statement: dict[str, object] = {"Effect": random.choice(["Allow", "Allow", "Deny"])}
    action, resource = (
        random.choice(["Action", "Action", "NotAction"]),
        random.choice(["Resource"] * 2 + ["NotResource"]),
    )
    statement[action] = random.sample(ACTION_VALUES, random.randint(1, 3))
    statement[resource] = random.sample(RESOURCE_VALUES, random.randint(1, 3))
    condition = random.choice(CONDITIONS)
    return statement if condition is None else {**statement, "Condition": condition}


def _random_side(random: Random) -> tuple[list[list[object]], list[object] | None]:
    documents = [[_random_statement(random) for _ in range(random.randint(0, 3))] for _ in range(random.randint(0, 2))]
    bounded = random.random() < 0.3
    return documents, [_random_statement(random) for _ in range(random.randint(0, 2))] if bounded else None


def _related(random: Random, side):  # type: ignore[no-untyped-def]
    """A side that differs from another in little: the cases in which a wrong subtraction shows."""
    documents, boundary = json.loads(json.dumps(side))
    documents = [[s for s in document if random.random() < 0.8] for document in documents]
    if documents and random.random() < 0.5:
        random.choice(documents).append(_random_statement(random))
    return documents, boundary if random.random() < 0.7 else None


def _shrunken(before, after):  # type: ignore[no-untyped-def]
    """The same failure with as few statements as possible, to be kept under cases/."""
    for side in (before, after):
        for document in side[0]:
            for statement in list(document):
                document.remove(statement)
                try:
                    check(before, after)
                except AssertionError:
                    continue
                document.append(statement)
    return json.dumps({"before": before, "after": after}, indent=1)


@pytest.mark.parametrize("seed", range(20))
def test_agrees_with_the_naive_evaluator(seed: int) -> None:
    """What the algebra calls new is new, and what is new the algebra finds: 20 times 1,000 pairs of sides."""
    random = Random(seed)
    for _ in range(1000):
        before = _random_side(random)
        after = _related(random, before) if random.random() < 0.5 else _random_side(random)
        try:
            check(before, after)
        except AssertionError as error:
            pytest.fail(f"{error}\n{_shrunken(before, after)}")


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
@given(before=_sides, after=_sides)
def test_agrees_on_cases_that_shrink(before, after) -> None:  # type: ignore[no-untyped-def]
    """The same with a generator that shrinks what fails to the smallest case."""
    check(before, after)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
def test_kept_cases(path: Path) -> None:
    """Cases that once went wrong, shrunken, stay right."""
    case = json.loads(path.read_text())
    check(case["before"], case["after"])


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
@given(side=_sides, order=st.randoms(use_true_random=False))
def test_laws(side, order) -> None:  # type: ignore[no-untyped-def]
    """Nothing is new against itself, in whatever order documents and statements stand."""
    documents, boundary = side
    shuffled = [order.sample(document, len(document)) for document in order.sample(documents, len(documents))]
    assert _algebra(_side(side), _side((shuffled, boundary))) == []
    assert _algebra(_side((shuffled, boundary)), _side(side)) == []
    merged = [[statement for document in documents for statement in document]]
    assert _algebra(_side(side), _side((merged, boundary))) == []


@pytest.mark.parametrize("name", ["negated-values-joined", "negated-values-split", "merged-condition-values"])
def test_the_same_conditions_in_other_clauses_open_nothing(name: str) -> None:
    """Values that are excluded one by one or together, or named in one clause or in two, are the same."""
    case = json.loads((CASES / f"{name}.json").read_text())
    assert _algebra(_side(case["before"]), _side(case["after"])) == []
