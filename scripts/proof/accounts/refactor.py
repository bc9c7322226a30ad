"""Changes of code: edits, removals, renames, moves, other keys, other names, and one kind of resource for another."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from scripts.proof.accounts.planned import Step
from scripts.proof.accounts.resources import EXCLUSIVE, KINDS, OWN_TYPES, Ref, Resource, World, references

Refactoring = Callable[[Random, Step, Sequence[str]], Step]


def some(random: Random, step: Step, *types: str) -> Resource | None:
    """A resource of some types, of any where none is named."""
    found = [one for one in step.after.values() if not types or one.type in types]
    return random.choice(found) if found else None


def used(world: World, address: str) -> list[Resource]:
    """What refers to a resource."""
    return [one for one in world.values() if any(ref.address == address for ref in references(one.values))]


def _with(step: Step, *changed: Resource) -> Step:
    return replace(step, after={**step.after, **{one.address: one for one in changed}})


def referring(value: Any, old: str, new: str) -> Any:
    """A value that refers to another address where it did to an old one."""
    if isinstance(value, Ref):
        return Ref(new, value.attribute) if value.address == old else value
    if isinstance(value, list):
        return [referring(one, old, new) for one in value]
    return value


def _renamed(step: Step, old: Resource, new: Resource, *, moved: bool) -> Step:
    """A resource at another address, and all references to it; with a `moved` block or without."""
    if new.address in step.after or new.address in step.before:
        return step
    # a reference into another module is no reference: whatever is used stays where it is, but for its name
    if used(step.after, old.address) and (old.module != new.module or new.key is not None):
        return step
    if {ref.address.startswith("module.") for ref in references(new.values)} - {bool(new.module), False}:
        return step
    world = {address: one for address, one in step.after.items() if address != old.address}
    world = {
        address: replace(one, values={n: referring(v, old.address, new.address) for n, v in one.values.items()})
        for address, one in world.items()
    }
    moves = dict(step.moved)
    origin = moves.pop(old.address, old.address)
    if moved and origin in step.before:
        moves[new.address] = origin
    return replace(step, after={**world, new.address: new}, moved=moves)


def edited(random: Random, step: Step, texts: Sequence[str]) -> Step:
    """Another text of a document."""
    found = [one for one in step.after.values() if {"policy", "inline_policy"} & set(one.values)]
    if not found:
        return step
    one = random.choice(found)
    if "policy" in one.values:
        return _with(step, replace(one, values={**one.values, "policy": random.choice(texts)}))
    if one.type == "aws_iam_role":
        entries = [{**entry, "policy": random.choice(texts)} for entry in one.values["inline_policy"]]
        return _with(step, replace(one, values={**one.values, "inline_policy": entries}))
    return _with(step, replace(one, values={**one.values, "inline_policy": random.choice(texts)}))


def removed(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """A resource, with all that refers to it, is destroyed, or leaves the state only."""
    one = some(random, step)
    if one is None:
        return step
    gone, todo = {one.address}, [one.address]
    while todo:
        for user in used(step.after, todo.pop()):
            if user.address not in gone:
                gone.add(user.address)
                todo.append(user.address)
    forgotten = set(step.forgotten)
    if random.random() < 0.2:
        forgotten |= {step.moved.get(address, address) for address in gone}
    kept = {address: other for address, other in step.after.items() if address not in gone}
    moved = {new: old for new, old in step.moved.items() if new in kept}
    return replace(step, after=kept, moved=moved, forgotten=frozenset(forgotten & set(step.before)))


def readdressed(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """Another name, module or key of the address."""
    one = some(random, step)
    if one is None:
        return step
    keys: tuple[int | str | None, ...] = (None,) if one.type in OWN_TYPES else ("k", "l", 0, None)
    new = random.choice(
        (
            replace(one, name=f"{one.name}x"),
            replace(one, module="" if one.module else "m"),
            replace(one, key=random.choice(keys)),
        )
    )
    return _renamed(step, one, new, moved=random.random() < 0.5)


def other_name(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """Another name in AWS, or another path."""
    found = [one for one in step.after.values() if isinstance(one.values.get("name"), str)]
    if not found:
        return step
    one = random.choice(found)
    if one.type in ("aws_iam_role", "aws_iam_policy") and random.random() < 0.4:
        return _with(step, replace(one, values={**one.values, "path": "/x/"}))
    name = one.values["name"] + "2"
    if any(other.type == one.type and other.values.get("name") == name for other in step.after.values()):
        return step
    return _with(step, replace(one, values={**one.values, "name": name}))


def bounded(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """A permissions boundary is set, or taken away."""
    one = some(random, step, "aws_iam_role", "aws_iam_user")
    if one is None:
        return step
    if "permissions_boundary" in one.values:
        kept = {name: value for name, value in one.values.items() if name != "permissions_boundary"}
        return _with(step, replace(one, values=kept))
    near = [
        other
        for other in step.after.values()
        if other.type == "aws_iam_policy" and other.provider == one.provider and other.module in ("", one.module)
    ]
    arn = Ref(random.choice(near).address, "arn") if near else "arn:aws:iam::aws:policy/AdministratorAccess"
    return _with(step, replace(one, values={**one.values, "permissions_boundary": arn}))


def inline_to_managed(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """An inline policy becomes a managed one that is attached."""
    one = some(random, step, *(f"aws_iam_{kind}_policy" for kind in KINDS))
    if one is None or one.key is not None:
        return step
    kind = next(kind for kind in KINDS if one.type == f"aws_iam_{kind}_policy")
    made = replace(one, type="aws_iam_policy", values={"name": f"from-{one.name}", "policy": one.values["policy"]})
    values = {kind: one.values[kind], "policy_arn": Ref(made.address, "arn")}
    attached = replace(one, type=f"aws_iam_{kind}_policy_attachment", values=values)
    return instead(step, one, made, attached)


def instead(step: Step, old: Resource | None, *new: Resource, over: Resource | None = None) -> Step:
    """New resources in place of an old one, and of what stands at the address of another that one is written over."""
    if any(one.address in step.after for one in new if over is None or one.address != over.address):
        return step
    gone = old.address if old else ""
    kept = {address: one for address, one in step.after.items() if address != gone}
    moved = {address: origin for address, origin in step.moved.items() if address != gone}
    return _with(replace(step, after=kept, moved=moved), *new)


def other_attachment(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """One kind of attachment for another: single, to a list, or exclusive."""
    one = some(random, step, *(f"aws_iam_{kind}_policy_attachment" for kind in KINDS))
    if one is None or one.key is not None:
        return step
    kind = next(kind for kind in KINDS if kind in one.values)
    who, arn = one.values[kind], one.values["policy_arn"]
    if random.random() < 0.5:
        values = {f"{kind}_name": who, "policy_arns": [arn]}
        return instead(step, one, replace(one, type=f"aws_iam_{kind}_{EXCLUSIVE}", values=values))
    values = {"name": "all", "policy_arn": arn, f"{kind}s": [who]}
    return instead(step, one, replace(one, type="aws_iam_policy_attachment", values=values))


def other_membership(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """One kind of membership for the other."""
    one = some(random, step, "aws_iam_group_membership", "aws_iam_user_group_membership")
    if one is None or one.key is not None:
        return step
    if one.type == "aws_iam_group_membership":
        values = {"user": one.values["users"][0], "groups": [one.values["group"]]}
        return instead(step, one, replace(one, type="aws_iam_user_group_membership", values=values))
    values = {"name": "members", "group": one.values["groups"][0], "users": [one.values["user"]]}
    return instead(step, one, replace(one, type="aws_iam_group_membership", values=values))


def inline_apart(random: Random, step: Step, _texts: Sequence[str]) -> Step:
    """An inline policy that a role has as its own attribute becomes a resource."""
    roles = [one for one in step.after.values() if one.type == "aws_iam_role" and one.values.get("inline_policy")]
    if not roles:
        return step
    one = random.choice(roles)
    kept = {name: value for name, value in one.values.items() if name != "inline_policy"}
    entry = one.values["inline_policy"][0]
    values = {"role": Ref(one.address, "name"), "name": entry["name"], "policy": entry["policy"]}
    apart = replace(one, type="aws_iam_role_policy", name=f"{one.name}i", values=values)
    if apart.address in step.after:
        return step
    return _with(step, replace(one, values=kept), apart)


REFACTORINGS: tuple[Refactoring, ...] = (
    *(edited, edited, removed, removed, readdressed, readdressed, other_name, bounded, bounded),
    *(inline_to_managed, other_attachment, other_membership, inline_apart),
)
