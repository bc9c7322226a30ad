"""Condition clauses as guards: what may hold of a request, and which guards follow from which.

A clause is one operator, one condition key and its values. What it tests is not interpreted: two clauses are the same
guard if they are written the same, a few follow from one another, and all others are independent.
Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Iterable
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


def follows(wider: Clause, narrower: Clause) -> bool:
    """Whether `wider` holds whenever `narrower` does: more values of a positive operator, fewer of a negated one."""
    if wider.operator != narrower.operator or wider.key != narrower.key:
        return False
    base = wider.operator.rpartition(":")[2].removesuffix("ifexists")
    if base in _POSITIVE:
        return set(narrower.values) <= set(wider.values)
    if base in _NEGATIVE:
        return set(wider.values) <= set(narrower.values)
    return wider == narrower


def closure(true: Guard, known: Iterable[Clause]) -> Guard:
    """All of the known clauses that hold when those of `true` do (following is transitive, so one step is enough)."""
    return true | {clause for clause in known if any(follows(clause, given) for given in true)}
