"""More changes of code, of several resources at once, as people tidy up: whole modules, policies that are split and
merged, users who get a group, roles that get a key."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from scripts.proof.accounts.planned import Step
from scripts.proof.accounts.refactor import REFACTORINGS, Refactoring, instead, referring, some, used
from scripts.proof.accounts.resources import KINDS, OWN_TYPES, PREFIX, Ref, Resource, Values, World


def _readdressed(random: Random, step: Step, new: Mapping[str, Resource]) -> Step:
    """Resources at other addresses, by their old ones, and all references to them; with `moved` blocks or without."""
    if {one.address for one in new.values()} & (set(step.after) | set(step.before)):
        return step
    world: World = {}
    for address, one in step.after.items():
        values = one.values
        for old, moved in new.items():
            values = {name: referring(value, old, moved.address) for name, value in values.items()}
        made = replace(new.get(address, one), values=values)
        world[made.address] = made
    origins = {address: step.moved.get(address, address) for address in new}
    moves = {address: origin for address, origin in step.moved.items() if address not in new}
    if random.random() < 0.5:
        moves |= {new[address].address: origin for address, origin in origins.items() if origin in step.before}
    return replace(step, after=world, moved=moves)


def into_module(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """All that is outside of the module comes into it."""
    outside = {address: one for address, one in step.after.items() if not one.module}
    return _readdressed(random, step, {address: replace(one, module="m") for address, one in outside.items()})


def out_of_module(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """All that is in the module comes out of it."""
    inside = {address: one for address, one in step.after.items() if one.module}
    return _readdressed(random, step, {address: replace(one, module="") for address, one in inside.items()})


def keyed(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """A principal or a managed policy gets a key of count or for_each, or loses it."""
    one = some(random, step, *OWN_TYPES, "aws_iam_policy")
    if one is None or (one.module == "" and any(user.module for user in used(step.after, one.address))):
        return step
    key = random.choice(("k", 0)) if one.key is None else None
    return _readdressed(random, step, {one.address: replace(one, key=key)})


def renamed_everywhere(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """A principal gets another name, also where that is written out."""
    one = some(random, step, *(type_ for type_, kind in OWN_TYPES.items() if kind in KINDS))
    if one is None:
        return step
    old, new = one.values["name"], one.values["name"] + "2"
    if any(other.type == one.type and other.values["name"] == new for other in step.after.values()):
        return step
    kind = OWN_TYPES[one.type]
    naming = {kind, f"{kind}s", f"{kind}_name"}

    def called(name: str, value: Any) -> Any:
        if name in naming:
            return [new if each == old else each for each in value] if isinstance(value, list) else new
        return value

    changed = {}
    for address, other in step.after.items():
        written = {x for name in naming for x in _written_out(other.values, name)}
        if other.provider == one.provider and old in written:
            values = {name: called(name, value) for name, value in other.values.items()}
            changed[address] = replace(other, values=values)
    changed[one.address] = replace(one, values={**one.values, "name": new})
    return replace(step, after={**step.after, **changed})


def _written_out(values: Values, name: str) -> list[str]:
    value = values.get(name)
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _inline(random: Random, step: Step) -> tuple[Resource, str] | None:
    """An inline policy without a key, and of which kind of principal it is."""
    one = some(random, step, *(f"aws_iam_{kind}_policy" for kind in KINDS))
    if one is None or one.key is not None:
        return None
    return one, next(kind for kind in KINDS if one.type == f"aws_iam_{kind}_policy")


def _policy(statements: Sequence[Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":"))


def merged(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """Two inline policies of one principal become one, which keeps the name of the first."""
    found = _inline(random, step)
    if found is None:
        return step
    one, kind = found
    others = [
        other
        for other in step.after.values()
        if other.type == one.type and other.address != one.address and other.values[kind] == one.values[kind]
        if other.key is None and (other.provider, other.module) == (one.provider, one.module)
    ]
    if not others:
        return step
    other = random.choice(others)
    text = _policy([x for each in (one, other) for x in json.loads(each.values["policy"])["Statement"]])
    return instead(step, other, replace(one, values={**one.values, "policy": text}), over=one)


def split(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """An inline policy of several statements becomes two."""
    found = _inline(random, step)
    if found is None:
        return step
    one, _ = found
    statements = json.loads(one.values["policy"])["Statement"]
    if len(statements) < 2:
        return step
    first, rest = (_policy(some_of) for some_of in (statements[:1], statements[1:]))
    apart = {**one.values, "name": f"{one.values['name']}-rest", "policy": rest}
    new = replace(one, name=f"{one.name}s", values=apart)
    return instead(step, None, replace(one, values={**one.values, "policy": first}), new, over=one)


def into_a_group(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """An inline policy of a user becomes one of a new group, in which the user is."""
    one = some(random, step, "aws_iam_user_policy")
    if one is None or one.key is not None:
        return step
    near = replace(one, key=None)
    group = replace(near, type="aws_iam_group", name=f"{one.name}g", values={"name": f"group-{one.name}"})
    refers = Ref(group.address, "name")
    values = {"group": refers, "name": one.values["name"], "policy": one.values["policy"]}
    policy = replace(near, type="aws_iam_group_policy", values=values)
    joined = {"name": "members", "group": refers, "users": [one.values["user"]]}
    membership = replace(near, type="aws_iam_group_membership", values=joined)
    if random.random() < 0.5:
        values = {"user": one.values["user"], "groups": [refers]}
        membership = replace(near, type="aws_iam_user_group_membership", values=values)
    return instead(step, one, group, policy, membership)


def managed_to_inline(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """A policy that is attached becomes an inline one; the managed one stays, or goes where nothing else uses it."""
    one = some(random, step, *(f"aws_iam_{kind}_policy_attachment" for kind in KINDS))
    arn = one.values["policy_arn"] if one else None
    if one is None or one.key is not None or not isinstance(arn, Ref) or arn.address not in step.after:
        return step
    kind, policy = next(kind for kind in KINDS if kind in one.values), step.after[arn.address]
    values = {kind: one.values[kind], "name": policy.values["name"], "policy": policy.values["policy"]}
    step = instead(step, one, replace(one, type=f"aws_iam_{kind}_policy", values=values))
    unused = not used(step.after, policy.address) and random.random() < 0.7
    return instead(step, policy) if unused else step


def inline_together(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """An inline policy becomes an attribute of its role, which has no others."""
    one = some(random, step, "aws_iam_role_policy")
    role = step.after.get(one.values["role"].address) if one and isinstance(one.values["role"], Ref) else None
    if one is None or role is None or role.type != "aws_iam_role" or "inline_policy" in role.values:
        return step
    if one.key is not None or len([x for x in used(step.after, role.address) if x.type == one.type]) > 1:
        return step
    entry = {"name": one.values["name"], "policy": one.values["policy"]}
    return instead(step, one, replace(role, values={**role.values, "inline_policy": [entry]}), over=role)


def prefixed(random: Random, world: World) -> World:
    """An account of which some roles have a name_prefix, mostly with create_before_destroy, as their documentation has
    it; and some principals and what they have are created before they are destroyed."""
    made = {}
    written = {
        x for one in world.values() for name in ("role", "roles", "role_name") for x in _written_out(one.values, name)
    }
    for address, one in world.items():
        name = one.values.get("name", "")
        is_prefixed = one.type == "aws_iam_role" and name not in written and random.random() < 0.4
        values = {**one.values, "name": f"{name}-1", PREFIX: f"{name}-"} if is_prefixed else one.values
        first = one.create_first or random.random() < (0.7 if is_prefixed else 0.1)
        made[address] = replace(one, values=values, create_first=first)
    return made


FURTHER: tuple[Refactoring, ...] = (
    *(into_module, out_of_module, keyed, keyed, renamed_everywhere, renamed_everywhere, merged, merged, split, split),
    *(into_a_group, into_a_group, managed_to_inline, managed_to_inline, inline_together),
    *REFACTORINGS,
)
