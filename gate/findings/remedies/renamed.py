"""What says that a new principal, key or key policy is one that the plan deletes, under a new name or at a new
address."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from gate.findings.found import Seen
from gate.findings.undetermined_wording import moved_block, removed_block
from gate.holdings.documents import Place
from gate.holdings.key_types import ALIAS_TYPES, KEY_TYPES
from gate.holdings.keys import Key
from gate.holdings.principal import unscoped
from gate.holdings.resource_types import PERMISSION_SET
from gate.new_access.grants import Grant
from gate.plan.arns import unknown_key
from gate.plan.before_after import ManagedResource, managed_resources
from gate.text.sensitive import marked

_Alike = tuple[str, str]  # the account and the type of what is deleted
_REPLACED = (
    "the plan replaces {} by another key: undo what forces that, or waive the finding if whoever had the old key may "
    "have the new one"
)
_WHO = (
    "or give the folder that the plan was made from with `--source FOLDER`: the plan does not tell which {} it is, nor "
    "what holds that one back"
)
_OF_ALIAS = ("name", "alias_name")  # the attributes with its name
_SHOWN = 3  # former addresses in a line


def former_name(grant: Grant, seen: Seen) -> tuple[str, ...]:
    """How to say that a created principal is a deleted one that had full access, one line; none where the plan deletes
    no such principal of its type."""
    principal = grant.holder.principal
    made = _created(grant, seen)
    if made is None:
        return ()
    alike = seen.lookup.once("deleted with full access", lambda: _deleted(seen))
    former = alike.get((principal.account, made.type), ())
    if not former:
        return ()
    how = "at a new address" if principal.kind == PERMISSION_SET else "under a new name"
    told = f"if it is a {principal.kind} that the plan deletes, {how},"
    if len(former) > 1:
        return (
            f"{told} add a `moved` block with `to = {made.address}` and its old address as `from`: {_one_of(former)}",
        )
    return (f"{told} add {moved_block(former[0], made.address)}",)


def unidentified(grant: Grant, seen: Seen) -> tuple[str, ...]:
    """How to tell who a holder is whom the plan names by what the name refers to alone, one line."""
    principal = unscoped(grant.holder.principal)
    if seen.sourced or principal.is_known_by_name or seen.lookup.is_principal(principal):
        return ()
    return (_WHO.format(principal.kind),)


def former_address(grant: Grant, seen: Seen) -> tuple[str, ...]:
    """How to say that a created key is the one of its type that the plan deletes, or that a key is replaced by another
    one, one line; none of other grants."""
    named = [one for one in seen.iam.key_resources if one.created and _is_named(one, grant)]
    replaced = [one.address for one in named if one.before is not None]
    if replaced and grant.width is None:
        return (_REPLACED.format(_one_of(replaced) if len(replaced) > 1 else replaced[0]),)
    made = [one for one in named if one.before is None]
    if grant.width is not None or len(made) != 1:
        return ()
    deleted = [one for one in seen.iam.key_resources if one.deleted and not one.created and one.type == made[0].type]
    if len(deleted) != 1 or made[0].address in seen.iam.templates.declared_at:
        return ()
    moved = moved_block(deleted[0].address, made[0].address)
    return (f"if it is {deleted[0].address} at a new address, add {moved}: without it the plan deletes that key",)


def policy_put_elsewhere(key: Key, place: Place, seen: Seen) -> tuple[str, ...]:
    """How to say that a key policy which the plan deletes is one that it has elsewhere, or makes anew, one line: the
    delete leaves the default one, and may come last. None where the plan has it nowhere else."""
    gone = seen.lookup.resources.get(place.address)
    if gone is not None and gone.created_first:
        return (f"let the old {gone.address} go before the new one comes: remove `create_before_destroy`",)
    if gone is None or not gone.deleted or not KEY_TYPES[gone.type].key:
        return ()
    made = sorted({one.place.address for one in key.after if one is not None and one.place.address != place.address})
    found = (seen.lookup.resources.get(address) for address in made)
    alike = [one.address for one in found if one is not None and one.type == gone.type]
    if len(alike) == 1:
        return (f"add {moved_block(gone.address, alike[0])}: then nothing is removed",)
    if made or _writes_policy(key, seen):
        return (f"let go of the old one without destroying it: {removed_block(gone.address)}",)
    return ()


def _writes_policy(key: Key, seen: Seen) -> bool:
    """Whether the resource of a key is configured with the policy that it has."""
    own = seen.lookup.resources.get(key.address)
    return own is not None and seen.iam.references.expression(own, KEY_TYPES[own.type].policy) is not None


def former_alias(grant: Grant, seen: Seen) -> tuple[str, ...]:
    """What to do where a condition asks for the alias of a key that the plan gives a new name, one line; none of other
    grants. An alias is a name in one account and region, and a policy is for all keys that have it in any."""
    if grant.witness is None or any(document.sensitive for document, _ in grant.sources):
        return ()
    asked = {value for clause in grant.witness.guard for value in clause.values}
    aliases = seen.lookup.once("renamed aliases", lambda: tuple(_renamed_aliases(seen)))
    found = [(address, called) for address, called in aliases if called in asked]
    if not found:
        return ()
    address, called = found[0]
    told = f"if {address} only gets another name, nothing proves that no other key has an alias `{called}`"
    return (f"{told}: keep the name, or waive the finding",)


def _renamed_aliases(seen: Seen) -> Iterator[tuple[str, str]]:
    """The aliases of keys that get another name, with that; none that the plan marks as sensitive."""
    for alias in managed_resources(seen.iam.plan, ALIAS_TYPES):
        before, after = (values if isinstance(values, dict) else {} for values in (alias.before, alias.after))
        for attribute in _OF_ALIAS:
            was, will = before.get(attribute), after.get(attribute)
            hidden = marked(alias.before_sensitive, attribute) or marked(alias.after_sensitive, attribute)
            if isinstance(was, str) and isinstance(will, str) and was != will and not hidden:
                yield alias.address, will


def _one_of(addresses: Sequence[str]) -> str:
    """Some addresses, of which one is meant: "a, b or 3 others"."""
    found = sorted(addresses)
    if len(found) > _SHOWN:
        found = [*found[: _SHOWN - 1], f"{len(found) - _SHOWN + 1} others"]
    return f"{', '.join(found[:-1])} or {found[-1]}"


def _is_named(key: ManagedResource, grant: Grant) -> bool:
    """Whether what stands for the ARN of a key is a resource on which a grant is new."""
    return unknown_key(f"{key.address}.arn") in grant.resources


def _created(grant: Grant, seen: Seen) -> ManagedResource | None:
    """The resource that a holder is, where the plan creates it and nobody had anything before."""
    found = seen.lookup.is_principal(grant.holder.principal)
    resource = seen.lookup.resources.get(found[0]) if found and not grant.holder.before else None
    if resource is None or not resource.created or resource.address in seen.iam.templates.declared_at:
        return None
    return resource


def _deleted(seen: Seen) -> Mapping[_Alike, Sequence[str]]:
    """Where principals are that the plan deletes, and that had full access."""
    gone = (one.holder.principal for one in seen.introduced if one.was_full and not one.holder.after)
    full = {(principal.kind, principal.account, principal.name) for principal in gone}
    found = defaultdict(list)
    for resource in seen.iam.resources:
        own = resource.row.own_name
        if own is None or not resource.deleted or resource.created or not isinstance(resource.before, dict):
            continue
        account = seen.iam.accounts.account_id(resource)
        if (own.kind, account, resource.before.get(own.path)) in full:
            found[account, resource.type].append(resource.address)
    return found
