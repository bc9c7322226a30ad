"""What says that a new principal is one that the plan deletes, under a new name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from gate.findings.found import Seen
from gate.new_access.grants import Grant
from gate.plan.before_after import ManagedResource

_Alike = tuple[str, str]  # the account and the type of what is deleted


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
    told = f"if it is a {principal.kind} that the plan deletes, under a new name,"
    if len(former) > 1:
        return (f"{told} add a `moved` block from its old address",)
    return (f"{told} add `moved {{ from = {former[0]}, to = {made.address} }}`",)


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
