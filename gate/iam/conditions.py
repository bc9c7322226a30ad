"""Condition clauses and guards; which of them can hold at once is told by gate.iam.contexts.

A clause is one operator, one condition key and its values.
Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Iterable

import msgspec


class Clause(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One test of a Condition element; `operator` and `key` in lower case, `values` sorted and without repetition.

    `spelled` is how the document writes operator and key; it is shown and never compared.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    spelled: tuple[str, ...] = ()

    def _compared(self) -> tuple[str, str, tuple[str, ...]]:
        return self.operator, self.key, self.values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Clause) and self._compared() == other._compared()

    def __ne__(self, other: object) -> bool:  # a Struct has its own, which would compare identities
        return not self == other

    def __hash__(self) -> int:
        return hash(self._compared())

    def __lt__(self, other: "Clause") -> bool:
        return self._compared() < other._compared()

    def __str__(self) -> str:
        return f"{self.test} = {' or '.join(self.values)}" if self.values else self.test

    @property
    def test(self) -> str:
        """What is tested, without the values."""
        return " ".join(self.spelled or (self.operator, self.key))


Guard = frozenset[Clause]

UNKNOWN_CLAUSE = Clause("a condition", "known after apply", ())  # stands for whatever a condition turns out to be


def as_text(value: str | int | float) -> str:
    """A value of a condition as AWS reads it: also one that a report may not have."""
    if isinstance(value, str):
        return str.__str__(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def operator_name(operator: str) -> str:
    """An operator in the one form of it that is looked up: ArnEquals and ArnLike are one to AWS."""
    return operator.lower().replace("arnequals", "arnlike").replace("arnnotequals", "arnnotlike")


def clause(operator: str, key: str, values: Iterable[str]) -> Clause:
    """A clause as a document writes it. StringLike without wildcards and StringEquals are one operator to AWS;
    IgnoreCase does not tell case."""
    name, listed = operator_name(operator), tuple(sorted(set(values)))
    if not any(set(value) & set("*?$") for value in listed):
        name = name.replace("stringlike", "stringequals").replace("stringnotlike", "stringnotequals")
    if "ignorecase" in name and all(value.isascii() and "${" not in value for value in listed):
        listed = tuple(sorted({value.lower() for value in listed}))
    return Clause(name, key.lower(), listed, (operator, key))
