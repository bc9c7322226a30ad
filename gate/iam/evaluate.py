"""A naive evaluator of concrete requests, the second opinion on every finding.

It shares with the algebra what a document says (gate.iam.policy, gate.iam.variables), and no code that matches or
decides.

Logic: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Hashable, Iterable
from functools import lru_cache

from gate.iam.conditions import UNKNOWN_CLAUSE, Guard
from gate.iam.policy import Element, Policy, Statement
from gate.iam.variables import filled_in, resource_clause

_VARIABLE = {"$": "\uf024", ":": "\uf03a", "/": "\uf02f"}


def allowed(policies: Iterable[Policy], boundary: Policy | None, action: str, resource: str, true: Guard) -> bool:
    """Whether a request is allowed: some statement allows it, none denies it, and so for the permissions boundary.

    `action` in any case, `resource` a text, `true` every condition clause that holds. Unknown parts match nothing.
    A policy that may go is there alone, or with those that go over the same, or not at all.
    """
    every = list(policies)
    lasting = [statement for policy in every if not policy.may_go for statement in policy.statements]
    together: dict[Hashable, list[Statement]] = {}
    for number, policy in enumerate(every):
        if policy.may_go:
            together.setdefault(policy.goes_over or number, []).extend(policy.statements)
    alternatives = [lasting, *([*lasting, *more] for more in together.values())]
    if not any(_decide(statements, action, resource, true) for statements in alternatives):
        return False
    return boundary is None or _decide(boundary.statements, action, resource, true)


def _decide(statements: Iterable[Statement], action: str, resource: str, true: Guard) -> bool:
    effects = {
        statement.effect
        for statement in statements
        if statement.certain
        and _holds(statement.action, action.lower(), lower=True)
        and _names(statement.resource, resource, true, statement.variables)
        and all(clause in true for clause in statement.conditions)
        and (not statement.conditions_unknown or (statement.effect == "Allow" and UNKNOWN_CLAUSE in true))
    }
    return "Allow" in effects and "Deny" not in effects


def _holds(element: Element, text: str, *, lower: bool) -> bool:
    if element.negated and element.unknown:
        return False
    return (
        any(_matches(_tokens(value.lower() if lower else value), text) for value in element.values) != element.negated
    )


def _names(element: Element, resource: str, true: Guard, variables: bool) -> bool:
    """Whether a statement is for a resource; what a value with variables becomes is told by a clause."""
    if not variables:
        return _holds(element, resource, lower=False)
    if element.negated and element.unknown:
        return False
    varying = [value for value in element.values if filled_in(value)]
    plain = any(_matches(_tokens(value, True), resource) for value in element.values if value not in varying)
    could_be = [value for value in varying if _matches(_tokens(value, True), resource)]
    if element.negated:
        return not plain and (not could_be or resource_clause(varying, negated=True) in true)
    return plain or any(resource_clause([value]) in true for value in could_be)


@lru_cache(maxsize=4096)
def _tokens(value: str, variables: bool = False) -> tuple[tuple[bool, str], ...]:
    """The characters of a pattern, each with whether it is a wildcard; `${*}` and the like are plain characters.

    A policy variable may be any text. One that AWS does not fill in is met by itself alone: in a request its `$`, `:`
    and `/` are U+F024, U+F03A and U+F02F.
    """
    tokens: list[tuple[bool, str]] = []
    filled = filled_in(value) if variables else []
    for part in re.split(r"(\$\{[^}]*\})", value) if variables else [value]:
        if variables and part in ("${*}", "${?}", "${$}"):
            tokens.append((False, part[2]))
        elif part in filled:
            tokens.append((True, "*"))
        elif variables and part.startswith("${") and part.endswith("}"):
            tokens += [(False, _VARIABLE.get(character, character)) for character in part]
        else:
            tokens += [(character in "*?", character) for character in part]
    return tuple(tokens)


def _matches(tokens: tuple[tuple[bool, str], ...], text: str) -> bool:
    """The textbook matcher: on a mismatch the last star takes one character more."""
    token = position = 0
    star, after_star = -1, 0
    while position < len(text):
        if token < len(tokens) and tokens[token] == (True, "*"):
            star, after_star = token, position
            token += 1
        elif token < len(tokens) and (tokens[token] == (True, "?") or tokens[token] == (False, text[position])):
            token += 1
            position += 1
        elif star >= 0:
            after_star += 1
            token, position = star + 1, after_star
        else:
            return False
    return all(rest == (True, "*") for rest in tokens[token:])
