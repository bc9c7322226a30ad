"""Random pairs of accesses over a small service, and where the algebra and the naive judge differ on one: actions,
resources, boundaries and conditions of every kind at once."""

import json
import re
from random import Random
from typing import Any, NamedTuple

from gate.iam import access
from gate.iam.boxes import boxes
from gate.iam.guards import Access
from gate.iam.patterns import MANY, Budget
from gate.iam.policy import parse
from tests.helpers.naive_judge import Held, Universe, contexts, newly_full
from tests.helpers.small_service import ACTIONS, POWERS, SENSITIVE, SERVICE
from tests.iam.test_conditions import NAMES, VALUES

ACTION_VALUES = ["*", "s:*", "S:A*", "s:?a", "s:*b", "s:aa", "s:BB", "t:*", "s:a?"]
RESOURCE_VALUES = ["*", "*", "*", "a*", "*a", "a", "ab", "?", "a?", "*b*"]
VARIABLE = "${aws:PrincipalTag/t}"
VARYING = [VARIABLE, f"a{VARIABLE}", f"{VARIABLE}*"]
RESOURCES = ("", "a", "b", "z", "aa", "ab", "ba", "zb", "az", "za", "aba", "zzz", "abz", "zba", "azz", "aza")
# by kind of value: keys that callers choose, and keys that are the same in all requests of one principal on one key
KEYS = {
    "string": ["aws:UserAgent", "aws:PrincipalTag/t", "aws:RequestedRegion", "aws:PrincipalType"],
    "arn": ["aws:SourceArn", "aws:PrincipalArn"], "number": ["k", "aws:EpochTime"],
    "date": ["aws:TokenIssueTime", "aws:CurrentTime"], "address": ["aws:SourceIp"],
    "bool": ["aws:MultiFactorAuthPresent", "aws:SecureTransport"], "binary": ["b"],
}  # fmt: skip
SEVERAL = "aws:TagKeys"


def full(actions: int) -> bool:
    """One action of each kind of power."""
    return all(actions & power for power in POWERS)


UNIVERSE = Universe("s", ACTIONS, RESOURCES, full, SENSITIVE)


def condition(random: Random, kind: str, key: str, *, varying: bool = False) -> dict[str, Any]:
    """One clause of any operator of a kind, on one key."""
    if random.random() < 0.15:
        return {"Null": {key: random.choice(["true", "false"])}}
    name = random.choice(NAMES[kind]) + random.choice(["", "", "IfExists"])
    if key == SEVERAL:
        name = random.choice(["ForAllValues:", "ForAnyValue:"]) + name
    listed = VALUES[kind] + ([VARIABLE] * 2 if kind == "string" and varying else [])
    return {name: {key: random.sample(listed, random.randint(1, min(2, len(listed))))}}


def pool_of(random: Random) -> list[dict[str, Any]]:
    """Conditions that stand in one pair together: on one key, sometimes on two, or two in one element."""
    kinds = list(KEYS)
    kind = random.choice(kinds)
    key = SEVERAL if random.random() < 0.2 else random.choice(KEYS[kind])
    varying = random.random() < 0.4
    pool = [condition(random, kind, key, varying=varying) for _ in range(random.randint(2, 5))]
    if random.random() < 0.4:
        other = random.choice(kinds)
        more = [condition(random, other, KEYS[other][0]) for _ in range(2)]
        pool += [*more, {**random.choice(pool), **more[0]}]
    return pool


def random_statement(random: Random, pool: list[dict[str, Any]]) -> dict[str, Any]:
    """A statement over small names, mostly under a condition; on resources with a variable where the pool has one."""
    varying = VARYING if VARIABLE in json.dumps(pool) else []
    statement: dict[str, Any] = {"Effect": random.choice(["Allow", "Allow", "Deny"])}
    action = random.choice(["Action", "Action", "NotAction"])
    resource = random.choice(["Resource", "Resource", "NotResource"])
    statement[action] = random.sample(ACTION_VALUES, random.randint(1, 3))
    statement[resource] = random.sample(RESOURCE_VALUES + varying, random.randint(1, 2))
    return {**statement, "Condition": random.choice(pool)} if random.random() < 0.75 else statement


def random_held(random: Random, pool: list[dict[str, Any]]) -> Held:
    """Up to four statements, and sometimes a boundary of up to two."""
    bounded = random.random() < 0.25
    statements = [random_statement(random, pool) for _ in range(random.randint(1, 4))]
    return Held(statements, [random_statement(random, pool) for _ in range(random.randint(0, 2))] if bounded else None)


def related(random: Random, pool: list[dict[str, Any]], held: Held) -> Held:
    """One that differs from another in little: the cases in which a wrong subtraction shows."""
    statements = [dict(statement) for statement in held.statements if random.random() < 0.85]
    for statement in statements:
        if random.random() < 0.4:
            statement["Condition"] = random.choice([{}, *pool])
    if random.random() < 0.5 or not statements:
        statements.append(random_statement(random, pool))
    return Held(statements, held.boundary if random.random() < 0.7 else None)


def _access(held: Held) -> Access:
    allows, denies = boxes(_parsed(held.statements), SERVICE, 0, worst=False)
    if held.boundary is None:
        return Access(allows, denies)
    bounds, less = boxes(_parsed(held.boundary), SERVICE, None, worst=False)
    return Access(allows, denies + less, bounds)


def _parsed(statements: Any) -> Any:
    return parse(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def told(before: Held, after: Held) -> set[tuple[str, str]]:
    """Every resource and action that the algebra calls newly full."""
    was, will = _access(before), _access(after)
    if not access.widened(was, will):
        return set()
    found = set()
    for cell in access.cells(was, will, MANY, RESOURCES, full, Budget(10**7)):
        new = cell.after.allowed & ~cell.before.allowed
        if full(cell.before.granted):
            new &= SENSITIVE
        found |= {(cell.resource, name) for i, name in enumerate(ACTIONS) if new >> i & 1}
    return found


class Compared(NamedTuple):
    """What the judge and the algebra call newly full. `missed`: the algebra has nothing of it; `alarm`: it has what is
    not new; `settled`: it claims to be exact here."""

    naive: set[tuple[str, str]]
    algebra: set[tuple[str, str]]
    missed: bool
    alarm: bool
    settled: bool


def compared(before: Held, after: Held) -> Compared | None:
    """What the two make of a change: one resource stands for its class. None where there are too many requests."""
    try:
        carried = contexts([before, after], names=RESOURCES)
    except ValueError:
        return None
    naive, algebra = newly_full(before, after, UNIVERSE, carried), told(before, after)
    more = {pair for pair in algebra if pair[0] in RESOURCES} - naive
    missed, alarm = bool(naive) and not algebra, bool(algebra) and (bool(more) or not naive)
    return Compared(naive, algebra, missed, alarm, _is_settled(before, after))


def difference(before: Held, after: Held) -> str:
    """What the two make differently of a change, empty where it is the same."""
    found = compared(before, after)
    if found is None or not (found.missed or (found.alarm and found.settled)):
        return ""
    return f"naive {sorted(found.naive)}, algebra {sorted(found.algebra)}"


def _is_settled(*several: Held) -> bool:
    """Whether the algebra claims to be exact: not where AWS does not say what ForAnyValue with IfExists makes of a key
    that is not there, what Null makes of one without a value, nor whether a `*` in an ARN reaches over a colon; nor
    where a clause in any case stands beside patterns, ForAnyValue beside ForAllValues, or a variable of a resource
    beside another, in NotResource as well, or beside a condition on its key or with it as a value."""
    conditions = [s.get("Condition", {}) for held in several for s in (*held.statements, *(held.boundary or ()))]
    names = {name for condition in conditions for name in condition}
    folded = any("IgnoreCase" in name for name in names) and any("Like" in name for name in names)
    both = any(name.startswith("ForAny") for name in names) and any(name.startswith("ForAll") for name in names)
    unsaid = any("Arn" in name or (name.startswith("ForAny") and name.endswith("IfExists")) for name in names)
    asked = [(name, key.lower()) for condition in conditions for name, tests in condition.items() for key in tests]
    unsaid = unsaid or bool({k for n, k in asked if n == "Null"} & {k for n, k in asked if n.startswith("For")})
    variables = set(re.findall(r'"([^"]*\$\{[^"]*)"', json.dumps(several)))
    tied = bool(variables) and any("aws:PrincipalTag/t" in tests for one in conditions for tests in one.values())
    every = [s for held in several for s in (*held.statements, *(held.boundary or ()))]
    named, others = (json.dumps([s.get(element) for s in every]) for element in ("Resource", "NotResource"))
    compared = "${" in named + others and "${" in json.dumps(conditions)
    crossed = "${" in named and "${" in others
    return not (folded or both or unsaid or tied or compared or crossed or len(variables) > 1)


def shrunken(before: Held, after: Held) -> tuple[Held, Held]:
    """The same difference with as few statements as possible."""
    for which in (0, 1):
        for statement in (before, after)[which].statements:
            pair = [before, after]
            fewer = [kept for kept in pair[which].statements if kept is not statement]
            pair[which] = pair[which]._replace(statements=fewer)
            if difference(pair[0], pair[1]):
                before, after = pair
    return before, after


def random_pair(random: Random) -> tuple[Held, Held]:
    """What somebody has before and after, over one pool of conditions, more often than not with much in common."""
    pool = pool_of(random)
    before = random_held(random, pool)
    return before, related(random, pool, before) if random.random() < 0.6 else random_held(random, pool)
