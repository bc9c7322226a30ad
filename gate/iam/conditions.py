"""Condition clauses as guards: what may hold of a request, and which guards follow from which.

A clause is one operator, one condition key and its values. What it tests is not interpreted: two clauses are the same
guard if they are written the same, a few follow from one another, and all others are independent.
Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from gate.iam.patterns import glob, matches

_POSITIVE = frozenset(
    {
        "arnequals", "arnlike", "binaryequals", "bool", "dateequals", "ipaddress",
        "numericequals", "stringequals", "stringequalsignorecase", "stringlike",
    }
)  # fmt: skip
_NEGATIVE = frozenset(
    {
        "arnnotequals", "arnnotlike", "datenotequals", "notipaddress",
        "numericnotequals", "stringnotequals", "stringnotequalsignorecase", "stringnotlike",
    }
)  # fmt: skip


_OPPOSITE = {
    "arnlike": "arnnotlike", "dateequals": "datenotequals", "ipaddress": "notipaddress",
    "numericequals": "numericnotequals", "stringequals": "stringnotequals",
    "stringequalsignorecase": "stringnotequalsignorecase", "stringlike": "stringnotlike",
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Clause:
    """One test of a Condition element; `operator` and `key` in lower case, `values` sorted and without repetition.

    `written` is how the document spells operator and key; it is shown and never compared.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    written: str = field(default="", compare=False)

    def __str__(self) -> str:
        values = f" = {' or '.join(self.values)}" if self.values else ""
        return f"{self.written or f'{self.operator} {self.key}'}{values}"


Guard = frozenset[Clause]

UNKNOWN_CLAUSE = Clause("a condition", "known after apply", ())  # stands for whatever a condition turns out to be


def clause(operator: str, key: str, values: Iterable[str]) -> Clause:
    """A clause as a document writes it. ArnEquals and ArnLike are one operator to AWS, and so is StringLike without
    wildcards and StringEquals."""
    name, listed = operator.lower(), tuple(sorted(set(values)))
    name = name.replace("arnequals", "arnlike").replace("arnnotequals", "arnnotlike")
    if not any(set(value) & set("*?$") for value in listed):
        name = name.replace("stringlike", "stringequals").replace("stringnotlike", "stringnotequals")
    return Clause(name, key.lower(), listed, f"{operator} {key}")


def _base(clause: Clause) -> str:
    return clause.operator.rpartition(":")[2].removesuffix("ifexists")


def follows(wider: Clause, narrower: Clause) -> bool:
    """Whether `wider` holds whenever `narrower` does.

    More values of a positive operator, fewer of a negated one, patterns that cover more, and `...IfExists` of the same.
    """
    if wider.key != narrower.key:
        return False
    one, other = wider.operator.removesuffix("ifexists"), narrower.operator
    if wider.operator == one:  # without IfExists: the key has to be there
        same, like = one == other, (one, other) == ("stringlike", "stringequals")
    else:
        other = other.removesuffix("ifexists")
        same, like = one == other, (one, other) == ("stringlike", "stringequals")
    if like or (same and _base(wider) in _POSITIVE):
        return all(any(_covers(wide, value, wider) for wide in wider.values) for value in narrower.values)
    if same and _base(wider) in _NEGATIVE:
        return all(any(_covers(wide, value, wider) for wide in narrower.values) for value in wider.values)
    return same and wider.values == narrower.values


def _covers(wide: str, value: str, clause: Clause) -> bool:
    """Whether a value of a clause reaches all that another one does; patterns by a sound, not a complete test."""
    if wide == value:
        return True
    patterned = "like" in clause.operator and "${" not in wide
    return patterned and not ("?" in wide and "*" in value) and matches(glob(wide), value)


def closure(true: Guard, known: Iterable[Clause]) -> Guard:
    """All of the known clauses that hold when those of `true` do.

    Besides what follows from one clause: a negated one holds when others that exclude the same values all hold.
    """
    listed = list(known)
    holding: Guard = true | {clause for clause in listed if any(follows(clause, given) for given in true)}
    excluded = _excluded(holding)
    joint = {
        clause
        for clause in listed
        if (clause.operator, clause.key) in excluded and set(clause.values) <= excluded[clause.operator, clause.key]
    }
    return frozenset(holding | joint)


def completions(
    true: Guard, known: Iterable[Clause], spend: Callable[[int], None] = lambda steps: None
) -> Iterator[Guard]:
    """The closed sets of clauses that can hold at once and of which `true` is a part, as small as can be.

    A positive clause of several values holds only together with one of the clauses that split those values up, where
    the known ones split up all of them. Sets that contradict themselves are left out. `spend` takes the work.
    """
    listed = list(known)
    weight = sum(len(clause.values) for clause in listed)
    spend(1 + weight * (1 + _weight(true)))
    pending = [closure(true, listed)]
    seen = set(pending)
    while pending:
        guard = pending.pop()
        spend(1 + weight * (1 + _weight(guard)))
        excluded = _excluded(guard)
        if any(clause.values and set(clause.values) <= _barred(clause, excluded) for clause in guard):
            continue  # a key would have to be one of some values and none of them
        split = (_parts(clause, listed, _barred(clause, excluded)) for clause in sorted(guard))
        parts = next((parts for parts in split if parts and not parts & guard), None)
        if parts is None:
            yield guard
            continue
        for part in sorted(parts):
            wider = closure(guard | {part}, listed)
            if wider not in seen:
                seen.add(wider)
                pending.append(wider)


def _weight(guard: Guard) -> int:
    return sum(len(clause.values) for clause in guard)


def _excluded(guard: Guard) -> dict[tuple[str, str], set[str]]:
    """The values that negated clauses rule out, by operator and key."""
    excluded: dict[tuple[str, str], set[str]] = {}
    for clause in guard:
        if _base(clause) in _NEGATIVE and ":" not in clause.operator:
            excluded.setdefault((clause.operator, clause.key), set()).update(clause.values)
    return excluded


def _barred(clause: Clause, excluded: dict[tuple[str, str], set[str]]) -> set[str]:
    """The values that a positive clause can no longer mean."""
    return excluded.get((_OPPOSITE.get(clause.operator, ""), clause.key), set())


def _parts(clause: Clause, known: list[Clause], barred: set[str]) -> frozenset[Clause]:
    """The known clauses of fewer values that together say the same, if they do, where `barred` are ruled out."""
    if len(clause.values) < 2 or _base(clause) not in _POSITIVE or ":" in clause.operator:
        return frozenset()
    fewer = [
        other
        for other in known
        if (other.operator, other.key) == (clause.operator, clause.key) and set(other.values) < set(clause.values)
    ]
    covered = {value for other in fewer for value in other.values} | barred
    return frozenset(fewer) if covered >= set(clause.values) else frozenset()
