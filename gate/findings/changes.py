"""What changed between two versions of a policy, in words; it decides nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from gate.findings.statement_pairs import Pair, are_reordered, pairs
from gate.holdings.documents import Document
from gate.iam.conditions import Clause
from gate.iam.policy import NOTHING, Element, Policy, Principals, Statement
from gate.new_access.policies import Malformed, has_unknown, policy_in
from gate.new_access.trust import trust_policy
from gate.unknown import written

_MOST_STATEMENTS = 40  # the comparison is quadratic in them
_MOST_LINES = 12
_MOST_ITEMS = 8


def changes(before: Document | None, after: Document | None) -> tuple[str, ...]:
    """One line for each difference, at most a dozen; none for a new document, or where one of the two can't be read."""
    if before is None or before.sensitive or (after is not None and after.sensitive):
        return ()
    if after is not None and after.content == before.content:
        return ()
    old, new = policy_in(before), NOTHING if after is None else policy_in(after)
    if isinstance(old, Malformed) or isinstance(new, Malformed):
        return ()
    return _told(old, new)


def trust_changes(before: Document | None, after: Document) -> tuple[str, ...]:
    """The same of a role's trust policy."""
    if before is None or before.sensitive or after.sensitive:
        return ()
    old, new = trust_policy(before), trust_policy(after)
    return () if old is None or new is None else _told(old, new)


def _told(old: Policy, new: Policy) -> tuple[str, ...]:
    if has_unknown(old) or has_unknown(new):
        return ()  # what an unknown policy loses or gains nobody knows
    if max(len(old.statements), len(new.statements)) > _MOST_STATEMENTS:
        return ()
    lines = _differences(old, new)
    rest = len(lines) - _MOST_LINES
    if rest <= 0:
        return lines
    return (*lines[:_MOST_LINES], f"and {rest} more {'difference' if rest == 1 else 'differences'}")


Items = dict[tuple[str, ...], list[Any]]


class _Difference(msgspec.Struct):
    """What one statement gains and loses, by the path of the element: items of a list, or a whole element."""

    gains: Items = msgspec.field(default_factory=lambda: defaultdict(list))
    losses: Items = msgspec.field(default_factory=lambda: defaultdict(list))


@lru_cache(maxsize=256)
def _differences(old: Policy, new: Policy) -> tuple[str, ...]:
    """One line for each difference; many holders have the same two policies."""
    return tuple(_each_difference(old, new))


def _each_difference(old: Policy, new: Policy) -> Iterator[str]:
    paired = pairs(old.statements, new.statements)
    found = _compared(paired)
    for number, pair in enumerate(paired):
        yield from _of_statement(pair, found[number])
    if are_reordered(paired):
        yield "the statements are in another order"


def _compared(paired: Sequence[Pair]) -> dict[int, _Difference]:
    """How the two statements of a pair differ, by the pair's position."""
    found: dict[int, _Difference] = defaultdict(_Difference)
    changed = [(number, was, now) for number, (was, now) in enumerate(paired) if was and now and was != now]
    if not changed:
        return found  # deepdiff is half of the start of a check
    from deepdiff import DeepDiff
    from deepdiff.helper import NotPresent

    before = {number: _plain(was) for number, was, _ in changed}
    after = {number: _plain(now) for number, _, now in changed}
    for items in DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0).values():
        for item in items:
            number, *steps = item.path(output_format="list")
            element = tuple(step for step in steps if step is not None)  # the item of a set has no step of its own
            if not isinstance(item.t1, NotPresent):
                found[number].losses[element].append(item.t1)
            if not isinstance(item.t2, NotPresent):
                found[number].gains[element].append(item.t2)
    return found


def _plain(statement: Statement) -> dict[str, Any]:
    """A statement as lists and names that can be compared, whatever the order in which they are written."""
    condition: dict[str, set[str]] = defaultdict(set)
    for clause in statement.conditions:
        condition[_test(clause)].update(clause.values)
    principals = statement.principals
    return {
        "Sid": statement.sid,
        **({_name("Principal", principals): set(_who(principals))} if principals else {}),
        "Effect": statement.effect,
        _name("Action", statement.action): set(statement.action.values),
        _name("Resource", statement.resource): set(map(written, statement.resource.values)),
        "Condition": dict(condition),
    }


def _of_statement(pair: Pair, difference: _Difference) -> Iterator[str]:
    was, now = pair
    if now is None:
        yield from [] if was is None else [_gone(was)]
        return
    if was is None:
        yield f"{_label(now)} is new: it {'denies' if now.effect == 'Deny' else 'allows'} {_access(now)}"
        return
    if ("Sid",) in difference.losses:
        yield _renamed(was, now)
    label = _label(now)
    if ("Effect",) in difference.losses:
        yield f"{label}: Effect is {now.effect}, it was {was.effect}"
    for name in ("Principal", "Action", "Resource"):
        yield from (f"{label}: {line}" for line in _of_element(name, difference))
    yield from (f"{label}: Condition {line}" for line in _of_condition(was, now, difference))


def _of_element(name: str, difference: _Difference) -> Iterator[str]:
    for here, other in ((name, f"Not{name}"), (f"Not{name}", name)):
        lost, gained = difference.losses[other,], difference.gains[here,]
        if lost and gained and isinstance(lost[0], set) and isinstance(gained[0], set):
            yield f"{here} {_some(gained[0])} instead of {other} {_some(lost[0])}"
            return
    for here in (name, f"Not{name}"):
        if told := _gains_and_loses(difference.gains[here,], difference.losses[here,]):
            yield f"{here} {told}"


def _of_condition(was: Statement, now: Statement, difference: _Difference) -> Iterator[str]:
    old, new = ({_test(clause): clause for clause in statement.conditions} for statement in (was, now))
    gained, lost = new.keys() - old.keys(), old.keys() - new.keys()
    told = _gains_and_loses([new[test] for test in gained], [old[test] for test in lost])
    if told:
        yield told
    for test in sorted(old.keys() & new.keys()):
        path = ("Condition", test)
        if told := _gains_and_loses(difference.gains[path], difference.losses[path]):
            yield f"{new[test].test} {told}"


def _gone(statement: Statement) -> str:
    former, did = "" if statement.sid else "the former ", "denied" if statement.effect == "Deny" else "allowed"
    return f"{former}{_label(statement)} is gone: it {did} {_access(statement)}"


def _renamed(was: Statement, now: Statement) -> str:
    if now.sid is None:
        return f"{_label(was)} is now without a name, {_label(now)}"
    return f'{_label(was)} is now called "{now.sid}"'


def _access(statement: Statement) -> str:
    what, principals = _reach(statement.action), statement.principals
    itself = principals is not None and not statement.resource.negated and statement.resource.values == ("*",)
    on = "" if itself else f" on {_reach(statement.resource)}"  # `*` in a key policy is the key, in a trust policy none
    given = f" if {' and '.join(map(str, statement.conditions))}" if statement.conditions else ""
    out = "everybody but " if principals and principals.negated else ""
    whom = f" for {out}{_some(_who(principals))}" if principals else ""
    return f"{what}{on}{whom}{given}"


def _who(principals: Principals) -> list[str]:
    """Whom a statement speaks of, as people call them."""
    texts = (("", text) if kind == "AWS" else (f"{kind} ", text) for kind, text in principals.values)
    known = ["everyone" if text == "*" else f"{kind}{text}" for kind, text in texts]
    return [*known, *["somebody who is known only after apply"] * bool(principals.unknown)]


def _reach(element: Element) -> str:
    return ("everything but " if element.negated else "") + _some(map(written, element.values))


def _gains_and_loses(gained: Sequence[Any], lost: Sequence[Any]) -> str:
    told = (("gains", gained), ("loses", lost))
    return " and ".join(f"{verb} {_some(map(str, items))}" for verb, items in told if items)


def _some(items: Iterable[str]) -> str:
    listed = sorted(items)
    rest = len(listed) - _MOST_ITEMS
    return ", ".join(listed[:_MOST_ITEMS]) + (f" and {rest} more" if rest > 0 else "")


def _test(clause: Clause) -> str:
    """What a clause asks, of which a statement has one: operator and key."""
    return f"{clause.operator} {clause.key}"


def _label(statement: Statement) -> str:
    return f"statement {statement.index + 1}" if statement.sid is None else f'statement "{statement.sid}"'


def _name(element: str, written_: Element | Principals) -> str:
    return f"Not{element}" if written_.negated else element
