"""What a change would alter in the configuration if it were in force."""

from collections.abc import Iterator

from gate.settings.model import Content, Override, WaiverEntry

_SHOWN = 20


def differences(in_force: Content, proposed: Content) -> list[str]:
    """One phrase for each rule setting, override and waiver that only one of the two has."""
    phrases = [*_rules(in_force, proposed), *_overrides(in_force, proposed), *_waivers(in_force, proposed)]
    more = len(phrases) - _SHOWN
    return (
        phrases if more <= 0 else [*phrases[:_SHOWN], f"and {more} more {'difference' if more == 1 else 'differences'}"]
    )


def override_words(override: Override) -> str:
    """An override in one phrase."""
    settings = ", ".join(f"{rule} = {setting}" for rule, setting in sorted(override.rules.items()))
    return f"{settings} at `{override.address}`{of_plan(override.plan)}"


def waiver_words(entry: WaiverEntry) -> str:
    """A waiver in one phrase."""
    return (
        f"{entry.rule} at `{entry.place}`{of_plan(entry.plan)} until {entry.expires} by {entry.owner}: {entry.reason}"
    )


def of_plan(plan: str | None) -> str:
    """The plans that a setting is for, as it ends a phrase."""
    return "" if plan is None else f" in `{plan}`"


def _rules(in_force: Content, proposed: Content) -> Iterator[str]:
    from gate.rules import RULES

    defaults = {rule.id: f"{rule.default}, the default" for rule in RULES}
    for rule in sorted({*in_force.rules, *proposed.rules}):
        now, then = in_force.rules.get(rule, defaults[rule]), proposed.rules.get(rule, defaults[rule])
        if now != then:
            yield f"{rule} = {then} (in force: {now})"


def _overrides(in_force: Content, proposed: Content) -> Iterator[str]:
    yield from (f"the override {override_words(o)}" for o in proposed.overrides if o not in in_force.overrides)
    yield from (f"no override {override_words(o)}" for o in in_force.overrides if o not in proposed.overrides)
    both = [o for o in proposed.overrides if o in in_force.overrides]
    if both != [o for o in in_force.overrides if o in proposed.overrides]:
        yield "another order of the overrides, of which the last that matches counts"


def _waivers(in_force: Content, proposed: Content) -> Iterator[str]:
    yield from (f"the waiver for {waiver_words(w)}" for w in proposed.waivers if w not in in_force.waivers)
    yield from (f"no waiver for {waiver_words(w)}" for w in in_force.waivers if w not in proposed.waivers)
