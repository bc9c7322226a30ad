"""What proves that an imported principal had what the plan creates for it: to import that as well."""

from collections.abc import Iterator

from gate.findings.found import Seen
from gate.new_access.grants import Grant
from gate.plan.before_after import ManagedResource
from gate.plan.shapes import NOTHING

_SHOWN = 3


def also_imported(grant: Grant, seen: Seen) -> tuple[str, ...]:
    """What to import beside a principal that the plan imports, one line; none for one that it does not, or of which it
    creates nothing."""
    found = seen.lookup.is_principal(grant.holder.principal)
    own = seen.lookup.resources.get(found[0]) if found else None
    if own is None or own.address in seen.iam.templates.declared_at or not _is_imported(own):
        return ()
    made = [address for address in dict.fromkeys(_addresses(grant)) if _is_made(seen.lookup.resources.get(address))]
    if not made:
        return ()
    listed = ", ".join(made[:_SHOWN]) + (f" and {len(made) - _SHOWN} others" if len(made) > _SHOWN else "")
    told = f"if {grant.holder.label} has this in the account already, write `import` blocks for {listed} too"
    return (f"{told}: then the plan shows what it had before",)


def _addresses(grant: Grant) -> Iterator[str]:
    """Where what newly gives the access stands: the document, and what attaches it."""
    places = {document.place for document, _ in grant.sources}
    yield from sorted(place.address for place in places)
    for held in grant.holder.after:
        if held.document.place in places:
            yield from (link.place.address for link in held.links)


def _is_imported(resource: ManagedResource) -> bool:
    written = resource.entry.change.importing
    return written != NOTHING and bytes(written) != b"null"


def _is_made(resource: ManagedResource | None) -> bool:
    return resource is not None and resource.created and resource.before is None
