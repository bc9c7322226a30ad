"""What stands in an expression of a plan's `configuration`: references and constants, never the expression itself.

https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
"""

import re
from collections.abc import Iterator
from typing import Any

# What can only be a template of a configuration in JSON: a call or a literal. In HCL `$${HOME}` and the like are texts.
_TEMPLATE = (
    r"\$\{~?\s*[!(]*\s*(?:[A-Za-z][\w:-]*\(|[\"\[{]|<<|(?:true|false|null)\b|-?\d+\s*[^\s\d}])|%\{~?\s*(?:if|for)\b"
)


def without_templates(expression: Any) -> Any:
    """An expression, or blocks of them, in which nothing that Terraform has still to evaluate is a constant. Of an
    argument in JSON a plan has the template itself as its constant, beside what the template refers to."""
    if isinstance(expression, list):
        return list(map(without_templates, expression))
    if not isinstance(expression, dict):
        return expression
    if "constant_value" in expression and (expression.get("references") or _is_template(expression["constant_value"])):
        return {name: value for name, value in expression.items() if name != "constant_value"}
    return {name: value if name == "constant_value" else without_templates(value) for name, value in expression.items()}


def _is_template(constant: Any) -> bool:
    if isinstance(constant, str):
        return "{" in constant and re.search(_TEMPLATE, constant) is not None
    if isinstance(constant, dict):
        return any(map(_is_template, (*constant, *constant.values())))
    return isinstance(constant, list) and any(map(_is_template, constant))


def references_of(expression: Any) -> list[str]:
    """Every reference of one expression, in its order; none of what is no expression."""
    listed = expression.get("references") if isinstance(expression, dict) else None
    return [reference for reference in listed if isinstance(reference, str)] if isinstance(listed, list) else []


def references_in(expression: Any) -> Iterator[str]:
    """Every reference in an expression, in a block of expressions or in a list of such blocks."""
    for references in _lists(expression):
        yield from references


def most_specific(expression: Any) -> list[str]:
    """The same, each once, without those that are only the beginning of another one of the same expression."""
    found = []
    for references in _lists(expression):
        found += [
            text
            for i, text in enumerate(references)
            if not any(other != text and other.startswith((f"{text}.", f"{text}[")) for other in references)
            and text not in references[:i]
        ]
    return found


def _lists(expression: Any) -> Iterator[list[str]]:
    """The references of every single expression."""
    if isinstance(expression, list):
        for element in expression:
            yield from _lists(element)
    elif isinstance(expression, dict):
        if isinstance(expression.get("references"), list):
            yield references_of(expression)
        else:
            for member in expression.values():
                yield from _lists(member)
