"""Which sets of condition clauses can hold at once.

For each key (gate.iam.key_contexts), everything that a request may carry (nothing, one value, several) is split into
what the clauses tell apart (gate.iam.condition_values), so that what follows and what contradicts does so by meaning.
Where AWS does not settle it, a clause is independent: no set is left out that may hold, nothing follows that may be
false.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from gate.iam.bits import positions, shared
from gate.iam.conditions import Clause, Guard
from gate.iam.patterns import Budget

if TYPE_CHECKING:  # loaded only where a policy has a condition
    from gate.iam.key_contexts import ConditionKey


class Contexts(msgspec.Struct, frozen=True):
    """What requests may carry, as far as a number of clauses tell it apart; of the `restless` keys some clause holds in
    any case."""

    keys: dict[str, ConditionKey]
    place: dict[Clause, int]
    restless: tuple[str, ...]


def contexts(known: Iterable[Clause], budget: Budget) -> Contexts:
    """The contexts that some clauses tell apart. Raises OutOfBudget."""
    by_key: dict[str, list[Clause]] = {}
    for clause in sorted(set(known)):
        by_key.setdefault(clause.key, []).append(clause)
    if not by_key:
        return Contexts({}, {}, ())
    from gate.iam import key_contexts

    place = {clause: i for listed in by_key.values() for i, clause in enumerate(listed)}
    keys = {key: key_contexts.condition_key(key, listed, budget) for key, listed in by_key.items()}
    return Contexts(
        keys, place, tuple(name for name, key in keys.items() if key_contexts.options(key, 0, budget) != (0,))
    )


def completions(known: Contexts, true: Guard, budget: Budget) -> list[Guard]:
    """The sets of known clauses that can hold at once and of which `true` is a part, as small as can be: whatever a
    request carries while `true` holds, all of one of these sets hold. Empty where `true` contradicts itself.
    Raises OutOfBudget.
    """
    wanted = dict.fromkeys(known.restless, 0)
    for clause in sorted(true):
        wanted[clause.key] = wanted.get(clause.key, 0) | 1 << known.place[clause]
    found: list[Guard] = [frozenset()]
    if not wanted:
        return found
    from gate.iam import key_contexts

    for name, asked in wanted.items():
        key = known.keys[name]
        options = key_contexts.options(key, asked, budget)
        if not options:
            return []
        if len(found) * len(options) > key_contexts.MAX_TOGETHER:
            options = (shared(options),)
        budget.spend(len(found) * len(options))
        parts = [frozenset(key.tests[i].clause for i in positions(option)) for option in options]
        found = [one | part for one in found for part in parts]
    return found


def told_by_others(guard: Guard, budget: Budget) -> Guard:
    """Clauses of a guard that hold wherever the rest of it does, so that nothing is lost without them. Raises
    OutOfBudget."""
    keys = [clause.key for clause in guard]
    if len(set(keys)) == len(keys):
        return frozenset()
    known, kept = contexts(guard, budget), guard
    for clause in sorted(guard, key=lambda one: (-len(one.values), one)):
        rest = kept - {clause}
        if all(clause in every for every in completions(known, rest, budget)):
            kept = rest
    return guard - kept
