"""Nested blocks as values, `dynamic` ones expanded.

Source: https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks.
"""

from gate.hcl.comprehension import entries
from gate.hcl.evaluate import evaluate, lenient
from gate.hcl.syntax import META_ARGUMENTS, Block, Literal, Name, nested
from gate.hcl.values import Rest, Unordered, alternatives, computed
from gate.hcl.work import Scope, Work
from gate.unknown import OneOf, Unresolved, Value


def expanded(block: Block, name: str, scope: Scope, work: Work) -> Value:
    """The nested blocks of a type, a list of dicts; Unresolved where the for_each of a dynamic one is."""
    found: list[Value] = []
    attribute = block.attributes.get(name)
    if attribute is not None and not block.json:
        value = evaluate(attribute.expression, scope, work)  # `inline_policy = []`: a block set as an attribute
        return [] if value is None else value
    for inner in nested(block, name):
        if inner.broken:
            return Unresolved()
        if inner.type != "dynamic":
            found.append(body(inner, scope, work))
            continue
        made = _dynamic(inner, scope, work)
        if isinstance(made, Unresolved):
            return made
        found.extend(made)
    return found


def body(block: Block, scope: Scope, work: Work) -> Value:
    """The attributes of a block, and its nested blocks as lists."""
    made: dict[str, Value] = {
        name: lenient(attribute.expression, scope, work)
        for name, attribute in block.attributes.items()
        if name != "dynamic" or not block.json
    }
    types = {inner.labels[0] if inner.type == "dynamic" and inner.labels else inner.type for inner in block.blocks}
    for name in sorted(types - META_ARGUMENTS):
        inner_blocks = expanded(block, name, scope, work)
        made[name] = [Rest(inner_blocks)] if isinstance(inner_blocks, Unresolved) else inner_blocks
    return made


def iterator(block: Block) -> str:
    """What a dynamic block calls the element that it is repeated for."""
    named = block.attributes.get("iterator")
    if named is not None and isinstance(named.expression, (Name, Literal)):
        return str(named.expression.name if isinstance(named.expression, Name) else named.expression.value)
    return block.labels[0] if block.labels else ""


def _dynamic(block: Block, scope: Scope, work: Work) -> list[Value] | Unresolved:
    repeat = block.attributes.get("for_each")
    content = next(iter(nested(block, "content")), None)
    if repeat is None or content is None:
        return Unresolved()
    collection = lenient(repeat.expression, scope, work)
    either = isinstance(collection, OneOf)
    found: list[Value] = []
    for way in alternatives(collection):
        listed = [] if way is None else entries(way)
        if listed is None or isinstance(way, Unresolved):
            return computed(collection)
        any_order = isinstance(way, Unordered) and len(listed) > 1
        for key, value, several in listed:
            work.pay(1)
            made = body(content, scope.having({iterator(block): {"key": key, "value": value}}), work)
            found.append(Rest(made) if several or either or any_order else made)
    return found
