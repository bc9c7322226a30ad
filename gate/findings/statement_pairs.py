"""Which statement of a policy was which before a change: IAM gives statements no identity of their own."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from gate.iam.policy import Statement

Pair = tuple[Statement | None, Statement | None]


def pairs(before: Iterable[Statement], after: Iterable[Statement]) -> list[Pair]:
    """Every statement once, with the one that it was: those after the change in their order, then those that are gone.

    The same statement is the one with the same Sid, else with the same text, else with an action in common, else the
    one without a Sid at the same position.
    """
    gone, new = list(before), list(after)
    was: dict[int, Statement] = {}
    for same in (_named(gone, new), _equal, _alike, _nameless_at_one_position):
        for now in list(new):
            found = next((old for old in gone if same(old, now)), None)
            if found is not None:
                gone.remove(found)
                new.remove(now)
                was[id(now)] = found
    return [*((was.get(id(now)), now) for now in after), *((old, None) for old in gone)]


def are_reordered(paired: Iterable[Pair]) -> bool:
    """Whether statements that stay stand in another order."""
    kept = [old.index for old, now in paired if old is not None and now is not None]
    return kept != sorted(kept)


def elements(statement: Statement) -> tuple[object, ...]:
    """What a statement says, whatever it is called and wherever it stands."""
    action, resource = statement.action, statement.resource
    return (
        statement.effect,
        action.negated,
        frozenset(action.values),
        resource.negated,
        frozenset(resource.values),
        frozenset(statement.conditions),
    )


def _named(before: Iterable[Statement], after: Iterable[Statement]) -> Callable[[Statement, Statement], bool]:
    """By a Sid that no other statement of its policy has."""
    unique = set(_once(before)) & set(_once(after))
    return lambda old, now: old.sid is not None and old.sid == now.sid and old.sid in unique


def _once(statements: Iterable[Statement]) -> Iterator[str | None]:
    counted = Counter(statement.sid for statement in statements)
    return (sid for sid, number in counted.items() if number == 1)


def _equal(old: Statement, now: Statement) -> bool:
    return elements(old) == elements(now)


def _alike(old: Statement, now: Statement) -> bool:
    return old.effect == now.effect and bool({*old.action.values} & {*now.action.values})


def _nameless_at_one_position(old: Statement, now: Statement) -> bool:
    return old.sid is None and now.sid is None and old.index == now.index
