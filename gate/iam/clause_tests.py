"""One condition clause taken apart: its operator, its values, and whether it may hold of a request without the key.

Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from gate.iam.condition_values import OPERATORS, Kind, Operator, is_variable, parsed
from gate.iam.conditions import Clause


class Test(msgspec.Struct, frozen=True):
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


def taken_apart(clause: Clause) -> Test:
    """A clause with its operator and values understood, as far as they are."""
    quantifier, _, name = clause.operator.rpartition(":")
    if clause.operator == "null" and len(clause.values) == 1 and clause.values[0].lower() in ("true", "false"):
        return Test(clause, None, "", if_exists=False, values=None, null=clause.values[0].lower())
    how = OPERATORS.get(name.removesuffix("ifexists"))
    if how is None or quantifier not in ("", "forallvalues", "foranyvalue") or not clause.values:
        return Test(clause, None, "", if_exists=False, values=None)
    variable = tuple(value for value in clause.values if is_variable(how, value))
    values = tuple(parsed(how, value) for value in clause.values if value not in variable)
    certain = None if None in values else values
    return Test(clause, how, quantifier, name.endswith("ifexists"), certain, variable=variable)


def as_of_kind(kind: Kind, tests: Sequence[Test]) -> dict[int, Test]:
    """The tests of texts among some, by position, as tests of ARNs, or the other way round: those of which every value
    is an ARN with wildcards in its last part at most, which a request hits either way or neither. Patterns stay apart
    beside texts in any case."""
    folded = any(test.how is not None and test.how.kind is Kind.FOLDED for test in tests)
    found: dict[int, Test] = {}
    for i, test in enumerate(tests):
        how = test.how
        if how is None or test.variable or how.kind is kind:
            continue
        if how.kind not in (Kind.STRING, Kind.ARN) or not all(map(_is_one_text, test.clause.values)):
            continue
        wild = any(set(value) & _WILDCARDS for value in test.clause.values)
        if not wild or (how.wildcards and not folded):
            other = Operator(kind, how.negated, wildcards=wild or kind is Kind.ARN)
            found[i] = replace(test, how=other, values=tuple(parsed(other, value) for value in test.clause.values))
    return found


_WILDCARDS = set("*?")


def _is_one_text(value: str) -> bool:
    """Whether a value is an ARN whose parts are told apart alike as parts and as one text."""
    fields = value.split(":", 5)
    return len(fields) == 6 and fields[0] == "arn" and not set("".join(fields[:5])) & _WILDCARDS
