"""Condition clauses as guards: what may hold of a request, and which guards follow from which.

A clause is one operator, one condition key and its values. What it tests is not interpreted: two clauses are the same
guard if they are written the same, a few follow from one another, and all others are independent.
Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

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
    """Whether `wider` holds whenever `narrower` does: more values of a positive operator, fewer of a negated one."""
    if wider.operator != narrower.operator or wider.key != narrower.key:
        return False
    if _base(wider) in _POSITIVE:
        return set(narrower.values) <= set(wider.values)
    if _base(wider) in _NEGATIVE:
        return set(wider.values) <= set(narrower.values)
    return wider == narrower


def closure(true: Guard, known: Iterable[Clause]) -> Guard:
    """All of the known clauses that hold when those of `true` do.

    Besides what follows from one clause: a negated one holds when others that exclude the same values all hold.
    """
    listed = list(known)
    holding = true | {clause for clause in listed if any(follows(clause, given) for given in true)}
    excluded: dict[tuple[str, str], set[str]] = {}
    for clause in holding:
        if _base(clause) in _NEGATIVE and ":" not in clause.operator:
            excluded.setdefault((clause.operator, clause.key), set()).update(clause.values)
    joint = {
        clause
        for clause in listed
        if (clause.operator, clause.key) in excluded and set(clause.values) <= excluded[clause.operator, clause.key]
    }
    return frozenset(holding | joint)


def completions(true: Guard, known: Iterable[Clause]) -> Iterator[Guard]:
    """The closed sets of clauses that can hold at once and of which `true` is a part, as small as can be.

    A positive clause of several values holds only together with one of the clauses that split those values up, where
    the known ones split up all of them.
    """
    listed = list(known)
    pending = [closure(true, listed)]
    seen = set(pending)
    while pending:
        guard = pending.pop()
        split = (_parts(clause, listed) for clause in sorted(guard))
        parts = next((parts for parts in split if parts and not parts & guard), None)
        if parts is None:
            yield guard
            continue
        for part in sorted(parts):
            wider = closure(guard | {part}, listed)
            if wider not in seen:
                seen.add(wider)
                pending.append(wider)


def _parts(clause: Clause, known: list[Clause]) -> frozenset[Clause]:
    """The known clauses of fewer values that together say the same, if they do."""
    if len(clause.values) < 2 or _base(clause) not in _POSITIVE or ":" in clause.operator:
        return frozenset()
    fewer = [
        other
        for other in known
        if (other.operator, other.key) == (clause.operator, clause.key) and set(other.values) < set(clause.values)
    ]
    covered = {value for other in fewer for value in other.values}
    return frozenset(fewer) if covered >= set(clause.values) else frozenset()
