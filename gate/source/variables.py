"""The value of an input variable: what was given, its default, and its type.

Source: https://developer.hashicorp.com/terraform/language/block/variable.
"""

from gate.hcl.convert import typed
from gate.hcl.evaluate import evaluate
from gate.hcl.syntax import Block, Literal
from gate.hcl.values import alternatives, one_of
from gate.hcl.work import Scope, Work
from gate.unknown import Unresolved, Value


def converted(block: Block | None, given: Value, unknown: Unresolved, scope: Scope, work: Work) -> Value:
    """What a variable is where its block makes of what is `given`, Ellipsis where nothing is; `unknown` stands for it
    where that is not certain."""
    attributes = {} if block is None else block.attributes
    default = attributes.get("default")
    nullable = attributes["nullable"].expression if "nullable" in attributes else Literal(True)
    if nullable not in (Literal(True), Literal(False)) or (block is not None and block.broken):
        return unknown  # `"false"` and `!true` are false too
    refuses_null = nullable == Literal(False)
    fallback: Value = unknown
    if default is not None and (given is Ellipsis or refuses_null):
        fallback = evaluate(default.expression, scope, work)
    value = fallback if given is Ellipsis else given
    if given is not Ellipsis and refuses_null:
        ways = [fallback if way is None else way for way in alternatives(given)]
        may_be_null = any(isinstance(way, Unresolved) for way in ways)
        value = one_of([*ways, fallback] if may_be_null else ways)
    kind = attributes.get("type")
    return value if kind is None else typed(value, kind.expression, lambda literal: evaluate(literal, scope, work))
