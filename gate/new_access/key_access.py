"""Who gains and who loses access through the policy of a key, or a grant on it: each class of principals."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from gate.holdings.documents import Document
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.holdings.keys import Key
from gate.holdings.principal import Principal
from gate.iam.callers import Caller, Class, callers, projected
from gate.iam.policy import Policy
from gate.new_access.access_changes import AccessChange, Cell, Comparison, change_of, doubted
from gate.new_access.certain_and_worst import certain_and_worst
from gate.new_access.circles import Circle, circle_of, label_of, on_itself, settled, succeeding_to
from gate.new_access.extents import Extent, Keys
from gate.new_access.policies import Malformed, PlanDocuments, policy_in

Read = tuple[tuple[Document, Policy | None], ...]


def key_access_changes(keys: Iterable[Key], comparison: Comparison) -> Iterator[AccessChange]:
    """How the access changes that keys themselves give, key by key; of a key that is deleted nobody's does.

    A created key that takes the place of a deleted one, with the same access, changes nobody's.
    """
    listed = [*keys]
    gone = [key for key in listed if key.deleted]
    for each in listed:
        if each.deleted:
            continue
        policies = [_read(document, each.arns) for document in each.after if document is not None]
        key = settled(each, [policy for policy in policies if policy is not None], comparison.service)
        found = _changes(key, comparison)
        for former in gone if found and key.created else ():
            succeeding = succeeding_to(key, former)
            if former.own & key.own and not _changes(succeeding, comparison):
                gone.remove(former)
                found = []
                break
        yield from found


def _changes(key: Key, comparison: Comparison) -> list[AccessChange]:
    """The changes of one key, whichever of its policies is left; where several may be, none of them is certain."""
    before = [document for document in (key.before, *key.grants_before) if document is not None]
    found: dict[str, AccessChange] = {}
    for policy in key.after:
        after = [document for document in (policy, *key.grants_after) if document is not None]
        if key.is_another or [document.content for document in before] != [document.content for document in after]:
            for change in _between(key, before, after, comparison):
                found.setdefault(change.label, change if len(key.after) == 1 else _unsure(change))
    return list(found.values())


def _between(key: Key, before: list[Document], after: list[Document], comparison: Comparison) -> Iterator[AccessChange]:
    """What changes between two sets of documents; nobody is told of that of whom the same is true as of everyone."""
    both = (before, key.arns_before), (after, key.arns)
    was, will = (tuple((one, _read(one, arns)) for one in documents) for documents, arns in both)
    everyone: AccessChange | None = None
    for caller in callers([policy for _, policy in (*was, *will) if policy is not None]):
        for change in _of_caller(key, caller, was, will, comparison):
            if everyone is None or replace(change, label=everyone.label) != everyone:
                yield change
            if caller.kind is Class.EVERYONE:
                everyone = change


def _of_caller(key: Key, caller: Caller, was: Read, will: Read, comparison: Comparison) -> Iterator[AccessChange]:
    """The change for one class of principals; the account of the key itself gains nothing, its own policies decide."""
    circle, unproven = circle_of(key, caller)
    if circle is Circle.ACCOUNT:
        return
    label = label_of(caller, circle, hidden=any(document.sensitive for document, _ in (*was, *will)))
    before, after = (
        tuple(HeldDocument(_said(*one, caller, foreign=circle is not Circle.WITHIN)) for one in documents)
        for documents in (was, will)
    )
    holder = Holder(Principal(caller.kind.name, caller.account, str(label)), label, before, after)
    documents = PlanDocuments(
        {held.document.place: held.document for held in before}, {held.document.place: held.document for held in after}
    )
    for change in change_of(holder, certain_and_worst(holder, comparison.service, documents), comparison):
        found = replace(change, key=key.address, before=_on_this(change.before), after=_on_this(change.after))
        yield _unsure(found) if unproven else found


def _said(document: Document, policy: Policy | None, caller: Caller, *, foreign: bool) -> Document:
    """A document as one class has it; nobody can see what one says that can't be read."""
    return replace(document, content=None if policy is None else projected(policy, caller, foreign=foreign))


def _read(document: Document, arns: frozenset[str]) -> Policy | None:
    policy = policy_in(document)
    return None if isinstance(policy, Malformed) else on_itself(policy, arns)


def _on_this(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The policy of a key speaks of that key alone, whatever it writes for its resource."""
    return tuple(replace(cell, extent=_of_this(cell.extent)) for cell in cells)


def _of_this(extent: Extent) -> Extent:
    return extent if extent.keys is Keys.NONE else Extent(Keys.NAMED, conditional=extent.conditional)


def _unsure(change: AccessChange) -> AccessChange:
    return replace(change, before=doubted(change.before), after=doubted(change.after), gained=0, lost=0)
