"""What changed between two versions of a policy, in words; it decides nothing."""

from collections import defaultdict
from typing import Any

from gate.holdings.documents import Document
from gate.iam.policy import NOTHING, Element, MalformedPolicy, Policy, Statement
from gate.iam.service import Service
from gate.new_access.meaning import has_unknown, parsed

_MOST_STATEMENTS = 40  # the comparison is quadratic in them
_MOST_LINES = 12
_MOST_ITEMS = 8


def changes(before: Document | None, after: Document | None, service: Service) -> tuple[str, ...]:
    """One line for each difference, at most a dozen; none for a new document, or where a side can't be read."""
    if before is None or before.sensitive or (after is not None and after.sensitive):
        return ()
    if after is not None and after.content == before.content:
        return ()
    try:
        old, new = parsed(before, service), NOTHING if after is None else parsed(after, service)
    except MalformedPolicy:
        return ()
    if has_unknown(old) or has_unknown(new):
        return ()  # what an unknown policy loses or gains nobody knows
    if max(len(old.statements), len(new.statements)) > _MOST_STATEMENTS:
        return ()
    from deepdiff import DeepDiff
    from deepdiff.helper import NotPresent

    difference = DeepDiff(_plain(old), _plain(new), view="tree")
    gains: dict[str, list[str]] = defaultdict(list)
    losses: dict[str, list[str]] = defaultdict(list)
    for items in difference.values():
        for item in items:
            where = ": ".join(str(step) for step in item.path(output_format="list")[:2])
            if not isinstance(item.t1, NotPresent):
                losses[where] += _texts(item.t1)
            if not isinstance(item.t2, NotPresent):
                gains[where] += _texts(item.t2)
    lines = [
        f"{where} {' and '.join(filter(None, (_told('gains', gains[where]), _told('loses', losses[where]))))}"
        for where in sorted({*gains, *losses})
    ]
    rest = len(lines) - _MOST_LINES
    return (*lines[:_MOST_LINES], f"and {rest} more differences") if rest > 0 else tuple(lines)


def _plain(policy: Policy) -> dict[str, Any]:
    """Statements by Sid, or by number, with their elements as lists."""
    return {_label(statement): _elements(statement) for statement in policy.statements}


def _label(statement: Statement) -> str:
    return f"statement {statement.index + 1}" if statement.sid is None else f'statement "{statement.sid}"'


def _elements(statement: Statement) -> dict[str, Any]:
    return {
        "Effect": {statement.effect or "(known after apply)"},
        _named("Action", statement.action): set(statement.action.values),
        _named("Resource", statement.resource): set(statement.resource.values),
        "Condition": {str(clause) for clause in statement.conditions},
    }


def _named(name: str, element: Element) -> str:
    return f"Not{name}" if element.negated else name


def _texts(value: Any) -> list[str]:
    """A value that is new or gone: one item of an element, an element, or a whole statement."""
    if isinstance(value, dict):
        return ["; ".join(f"{name} {', '.join(sorted(part))}" for name, part in value.items() if part)]
    return [", ".join(sorted(value)) or "nothing"] if isinstance(value, set) else [str(value)]


def _told(verb: str, texts: list[str]) -> str:
    rest = len(texts) - _MOST_ITEMS
    listed = ", ".join(sorted(texts)[:_MOST_ITEMS])
    return f"{verb} {listed}" + (f" and {rest} more" if rest > 0 else "") if texts else ""
