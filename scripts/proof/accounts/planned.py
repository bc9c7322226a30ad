"""What Terraform plans: for each resource, what is there, what will be, and by which action.

Facts: a configured value that differs is an update, or a replacement where the schema says so; a reference to a
computed attribute of what is created or replaced is unknown. Seen in real plans of Terraform 1.11 and provider 5.100.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.proof.accounts.aws import Facts, changed, of, there, who_has
from scripts.proof.accounts.resources import (
    EXCLUSIVE,
    KINDS,
    OWN_TYPES,
    PREFIX,
    Ref,
    Resource,
    Unknown,
    Values,
    World,
    arn_of,
    depended_on,
    in_order,
    substituted,
)

NOTHING, CREATE, UPDATE, DELETE, FORGET = "no-op", "create", "update", "delete", "forget"
REPLACE, CREATE_FIRST = "delete,create", "create,delete"
CREATING, REPLACING = (CREATE, REPLACE, CREATE_FIRST), (REPLACE, CREATE_FIRST)


@dataclass(frozen=True)
class Change:
    """One entry of the plan. `before` as the refresh left it; `after` may hold unknown values. `was` is the resource in
    the state, `will` in the configuration."""

    action: str
    was: Resource | None
    will: Resource | None
    before: Values | None
    after: Values | None

    @property
    def address(self) -> str:
        one = self.will or self.was
        return one.address if one else ""

    def written(self) -> Values | None:
        """What will be, once all is known."""
        return None if self.after is None else {name: known(value) for name, value in self.after.items()}


@dataclass(frozen=True)
class Step:
    """A change of code: the worlds before and after, old addresses by new ones, and what leaves the state only."""

    before: World
    after: World
    moved: Mapping[str, str]
    forgotten: frozenset[str]


def known(value: Any) -> Any:
    """A value as it will be."""
    return value.value if isinstance(value, Unknown) else value


def applied(world: World) -> tuple[Facts, World] | None:
    """The account that a configuration makes of an empty one, and the resources that a refresh still finds."""
    facts: Facts = frozenset()
    lasting = [one for one in in_order(world) if "exclusive" not in one.type]
    for one in [*lasting, *(one for one in in_order(world) if "exclusive" in one.type)]:
        made = changed(facts, one.type, one.account, None, with_own(one, literal(world, one), ""))
        if made is None:
            return None
        facts = made
    return facts, {a: one for a, one in world.items() if there(facts, one.type, one.account, literal(world, one))}


def literal(world: World, one: Resource) -> Values:
    """The values of a resource that exists."""

    def value(ref: Ref) -> Any:
        target = world[ref.address]
        own = literal(world, target)
        return own["name"] if ref.attribute != "arn" else with_own(target, own, "")["arn"]

    return {name: substituted(given, value) for name, given in one.values.items()}


def with_own(one: Resource, values: Values, generation: str) -> Values:
    """With the ARN that AWS gives, where it gives one."""
    kind = "policy" if one.type == "aws_iam_policy" else OWN_TYPES.get(one.type)
    return {**values, "arn": arn_of(kind, one.account, values, generation)} if kind else values


def refreshed(facts: Facts, one: Resource, values: Values) -> Values:
    """What the provider reads back."""
    account = one.account
    if one.type == "aws_iam_role":
        who = (account, "role", values["name"])
        inline = sorted((fact[2], fact[3]) for fact in of(facts, "inline", who))
        mirrored = {
            "inline_policy": [{"name": name, "policy": text} for name, text in inline],
            "managed_policy_arns": sorted(fact[2] for fact in of(facts, "attached", who)),
        }
        return {**values, **mirrored}
    if one.type == "aws_iam_policy_attachment":
        has = [f[1] for f in facts if f[0] == "attached" and f[2] == values["policy_arn"] and f[1][0] == account]
        return {**values, **{f"{kind}s": sorted(name for _, of_kind, name in has if of_kind == kind) for kind in KINDS}}
    if one.type == "aws_iam_group_membership":
        group = (account, "group", values["group"])
        return {**values, "users": sorted(fact[1][2] for fact in facts if fact[0] == "member" and fact[2] == group)}
    for kind in KINDS:
        if one.type == f"aws_iam_{kind}_{EXCLUSIVE}":
            has_arns = of(facts, "attached", (account, kind, values[f"{kind}_name"]))
            return {**values, "policy_arns": sorted(fact[2] for fact in has_arns)}
        if one.type == f"aws_iam_{kind}_policies_exclusive":
            names = of(facts, "inline", (account, kind, values[f"{kind}_name"]))
            return {**values, "policy_names": sorted(fact[2] for fact in names)}
        if one.type == f"aws_iam_{kind}_policy":
            texts = of(facts, "inline", (account, kind, values[kind]))
            return {**values, "policy": next((f[3] for f in texts if f[2] == values["name"]), values["policy"])}
    return values


def planned(step: Step, facts: Facts) -> dict[str, Change]:
    """The entries of the plan, by address; the forgotten and destroyed under their old one."""
    changes: dict[str, Change] = {}
    first = _created_first(step.after)
    for one in in_order(step.after):
        was = step.before.get(step.moved.get(one.address, one.address))
        before = None if was is None else refreshed(facts, was, with_own(was, literal(step.before, was), ""))
        changes[one.address] = _change(one, was, before, changes, create_first=one.address in first)
    kept = {step.moved.get(address, address) for address in step.after}
    for address, was in step.before.items():
        if address not in kept:
            before = refreshed(facts, was, with_own(was, literal(step.before, was), ""))
            forgotten = address in step.forgotten
            changes[address] = Change(FORGET if forgotten else DELETE, was, None, before, None)
    return changes


def _created_first(world: World) -> set[str]:
    """What is created before it is destroyed, and so is all that it depends on."""
    own = {address for address, one in world.items() if one.create_first}
    return own | {other for address in own for other in depended_on(world, address)}


def _change(
    one: Resource, was: Resource | None, before: Values | None, changes: Mapping[str, Change], *, create_first: bool
) -> Change:
    def value(ref: Ref) -> Any:
        target = changes[ref.address]
        own = target.after or {}
        if ref.attribute == "name" or (ref.attribute == "id" and target.action not in CREATING):
            return own["name"]
        return own["arn"] if ref.attribute == "arn" else Unknown(known(own["name"]))

    wanted = {name: substituted(given, value) for name, given in one.values.items()}
    if before is None:
        return Change(CREATE, was, one, None, _computed(one, wanted, None))
    if one.type == "aws_iam_policy_attachment":  # a list that is not written is empty, whatever was read
        wanted = {**{f"{kind}s": [] for kind in KINDS}, **wanted}
    different = {name for name, new in wanted.items() if _differs(new, before.get(name))}
    gone = {name for name in ("permissions_boundary",) if before.get(name) and not wanted.get(name)}
    if any(one.replaced_by(name) for name in different):
        return Change(CREATE_FIRST if create_first else REPLACE, was, one, before, _computed(one, wanted, None))
    if different or gone:
        cleared = dict.fromkeys(gone, None)
        return Change(UPDATE, was, one, before, _computed(one, {**before, **wanted, **cleared}, before))
    return Change(NOTHING, was, one, before, before)


def _differs(new: Any, old: Any) -> bool:
    if isinstance(new, Unknown):
        return True
    if isinstance(new, list) and isinstance(old, list):
        return sorted(map(str, new)) != sorted(map(str, old))
    return bool((new or None) != (old or None))


def _computed(one: Resource, values: Values, before: Values | None) -> Values:
    """With the attributes that AWS decides: unknown where the resource is made, or a user or group renamed."""
    if one.type not in OWN_TYPES and one.type != "aws_iam_policy":
        return values
    if before is None and PREFIX in values:
        values = {**values, "name": Unknown(f"{values['name']}-new")}
    stays = before is not None and before["name"] == values["name"]
    generation = "" if before is not None else "-new"
    arn = with_own(one, {name: known(value) for name, value in values.items()}, generation)["arn"]
    return {**values, "arn": before["arn"] if stays and before else Unknown(arn)}


def owner(one: Resource, values: Values) -> tuple[str, str, str]:
    """Which principal a resource of one is."""
    return who_has(OWN_TYPES[one.type], one.account, values, values["arn"])
