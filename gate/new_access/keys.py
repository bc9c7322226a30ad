"""after - before, per key: to which principals its key policy and its grants newly give access."""

from collections.abc import Iterable, Iterator
from enum import Enum, auto
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.holdings.keys import Key
from gate.holdings.principal import Principal
from gate.iam import evaluate
from gate.iam.bits import union
from gate.iam.callers import Caller, Class, callers, projected
from gate.iam.conditions import UNKNOWN_CLAUSE
from gate.iam.policy import NOTHING, Policy
from gate.iam.service import Service
from gate.new_access.circles import Circle, circle_of, label_of, may_put, on_itself, settled, succeeding_to
from gate.new_access.grants import Grant
from gate.new_access.inquiry import Inquiry, Memory
from gate.new_access.introduced import introduced
from gate.new_access.policies import Malformed, PlanDocuments, policy_in, readable_policy
from gate.new_access.released import allowed_at_all, denied_no_more, held_back, lost_conditions
from gate.text.sentences import Label


class Opening(Enum):
    """What of a class of principals is looked at."""

    ACCESS = auto()  # any action
    FULL = auto()  # full access
    CONDITION = auto()  # an action that a condition held back
    LEFT = auto()  # full access that was held back, and is now left to the policies of the key's own account


class KeyGrant(msgspec.Struct, frozen=True, gc=False):
    """Access to a key that a class of principals newly has. `unproven`: it may be of the key's own account. `lost` are
    the conditions that no longer have to hold, as the policy wrote them."""

    key: Key
    caller: Caller
    circle: Circle
    opening: Opening
    grant: Grant
    unproven: bool = False
    lost: tuple[str, ...] = ()

    @property
    def label(self) -> Label:
        return self.grant.holder.label

    @property
    def is_for_everyone(self) -> bool:
        return self.circle is Circle.EVERYONE

    @property
    def is_undetermined(self) -> bool:
        """Whether it rests on what is known only after apply."""
        grant = self.grant
        return grant.undetermined is not None or (grant.witness is not None and UNKNOWN_CLAUSE in grant.witness.guard)

    @property
    def is_unconditional(self) -> bool:
        """Whether nothing else has to hold for it."""
        return self.grant.witness is not None and not self.grant.witness.guard


class Opened(msgspec.Struct, frozen=True, gc=False):
    """What is new for all keys of a plan, and what of their policies can't be read."""

    grants: tuple[KeyGrant, ...] = ()
    malformed: tuple[tuple[Key, Malformed], ...] = ()


def opened(keys: Iterable[Key], inquiry: Inquiry) -> Opened:
    """Everything that is new. A created key that takes the place of a deleted one, with the same access, opens nothing.
    Raises Unconfirmed. Of the inquiry the service and the work count."""
    listed = [*keys]
    gone = [key for key in listed if key.deleted]
    grants: list[KeyGrant] = []
    malformed: list[tuple[Key, Malformed]] = []
    for each in listed:
        unread: list[Malformed] = []
        said = [each.before if document is None else document for document in each.after]
        read = [readable_policy(document) for document in said if document is not None]
        key = settled(each, read, inquiry.service)
        found = [*_opened(key, inquiry, unread)]
        malformed += ((key, one) for one in unread)
        for former in gone if found and key.created else ():
            succeeding = succeeding_to(key, former)
            if former.own & key.own and not [*_opened(succeeding, inquiry, [])]:
                gone.remove(former)
                found = []
                break
        grants += found
    return Opened(tuple(grants), tuple(malformed))


def _opened(key: Key, inquiry: Inquiry, malformed: list[Malformed]) -> Iterator[KeyGrant]:
    told: set[tuple[object, ...]] = set()
    before = [document for document in (key.before, *key.grants_before) if document is not None]
    for policy in key.after:
        own = _by_default(key, inquiry.service) if policy is None else policy
        after = [document for document in (own, *key.grants_after) if document is not None]
        same = [document.content for document in before]
        if not key.is_another and same == [document.content for document in after]:
            continue
        was = [(document, on_itself(readable_policy(document), key.arns_before)) for document in before]
        read = [readable_policy(one) if one.content in same else _read(one, malformed) for one in after]
        will = [(one, on_itself(policy, key.arns)) for one, policy in zip(after, read, strict=True)]
        said = _Said(key, was, will)
        found: list[KeyGrant] = []
        for caller in callers([read for _, read in (*was, *will)]):
            everyone = [one for one in found if one.circle is Circle.EVERYONE]
            free = union(one.grant.actions for one in everyone if one.is_unconditional)
            found += (one for one in _of_caller(said, caller, inquiry, free) if not _is_told(one, everyone))
        of_account = any(one.circle is Circle.ACCOUNT for one in found)
        for one in found:
            if of_account and one.opening is Opening.LEFT and one.circle is Circle.WITHIN:
                continue  # it is one of the account
            what = (one.grant.place, one.label, one.opening, one.grant.actions, one.is_undetermined)
            if what not in told:
                told.add(what)
                yield one
    for supposed in _supposed(key, inquiry.service) if None in key.after and not key.proven else ():
        left = (one for one in _opened(supposed, inquiry, []) if one.opening is Opening.LEFT)
        yield from (replace(one, key=key, unproven=True) for one in left)


def _supposed(key: Key, service: Service) -> Iterator[Key]:
    """A key whose policy goes, as one of each account that it may be of: AWS takes no policy by which nobody of the
    key's own account may put another one."""
    policy = None if key.before is None else readable_policy(key.before)
    may = (caller for caller in callers([policy]) if may_put(policy, caller, service)) if policy else ()
    accounts = dict.fromkeys(caller.account for caller in may if caller.account not in ("", *key.own))
    for account in accounts:
        yield replace(key, own=key.own | {account}, proven=True, after=(None,))


def _by_default(key: Key, service: Service) -> Document | None:
    """The policy that AWS gives a key in the place of one that goes: the policies of the key's account decide, where
    something tells it. None where none goes."""
    if key.before is None:
        return None
    accounts = {"AWS": [f"arn:aws:iam::{own}:root" for own in sorted(key.own)]}
    every = {"Effect": "Allow", "Principal": accounts, "Action": f"{service.prefix}:*", "Resource": "*"}
    return replace(key.before, content={"Statement": [every]})


def _is_told(one: KeyGrant, everyone: list[KeyGrant]) -> bool:
    """Whether what was found for everyone says the same: of services, which are a part of everyone, and of what is not
    known."""
    if one.circle is Circle.EVERYONE:
        return False
    if one.is_undetermined:
        return any(other.is_undetermined for other in everyone)
    known = union(other.grant.actions for other in everyone if not other.is_undetermined)
    return one.caller.kind is Class.SERVICES and not one.grant.actions & ~known


def _read(document: Document, malformed: list[Malformed]) -> Policy:
    policy = policy_in(document)
    if isinstance(policy, Malformed):
        malformed.append(policy)
        return NOTHING
    return policy


_Read = list[tuple[Document, Policy]]


class _Said(msgspec.Struct, frozen=True, gc=False):
    """What the documents of a key say before the change, and after it with one of its policies."""

    key: Key
    was: _Read
    will: _Read


class _Asked(msgspec.Struct, frozen=True, gc=False):
    """One class of principals, under the label that it has, and what is asked of it."""

    label: Label
    caller: Caller
    said: _Said
    inquiry: Inquiry


def _of_caller(said: _Said, caller: Caller, inquiry: Inquiry, of_everyone: int) -> Iterator[KeyGrant]:
    """What is new for one class, by what it is to the account of the key, and is not told `of_everyone`."""
    key, service = said.key, inquiry.service
    circle, unproven = circle_of(key, caller)
    label = label_of(caller, circle, hidden=any(document.sensitive for document, _ in (*said.was, *said.will)))
    asked = _Asked(label, caller, said, inquiry)
    if circle is Circle.ACCOUNT:
        yield from () if of_everyone else _left(asked, circle)
        return
    if circle is not Circle.WITHIN:
        anything = service.all_actions() & ~service.unscoped & ~of_everyone
        for grant in _each(asked, anything):
            yield KeyGrant(key, caller, circle, Opening.ACCESS, grant, unproven)
    if circle is Circle.WITHIN or (unproven and caller.own - {caller.named_account}):
        places = set()
        for grant in () if service.is_full(of_everyone) else _new(asked):
            places.add(grant.place)
            yield KeyGrant(key, caller, Circle.WITHIN, Opening.FULL, grant, unproven)
        for grant, lost in _released(asked):
            if grant.place not in places and grant.actions & ~of_everyone:
                places.add(grant.place)
                yield KeyGrant(key, caller, Circle.WITHIN, Opening.CONDITION, grant, unproven, lost)
        yield from () if places or unproven or of_everyone else _left(asked, circle)


def _left(asked: _Asked, circle: Circle) -> Iterator[KeyGrant]:
    """Full access that a Deny or a condition held back from somebody of the key's own account, whose policies decide
    now. What no Allow gave before, and no Deny that goes took away, was not held back: to name the account is what the
    default key policy does."""
    before, after = (
        [projected(policy, asked.caller, foreign=True) for _, policy in documents]
        for documents in (asked.said.was, asked.said.will)
    )
    service = asked.inquiry.service
    given = allowed_at_all(before, service)
    held = given | denied_no_more(before, after, service)
    for grant in _new(asked, foreign=True) if given else ():
        left = replace(grant, actions=grant.actions & held)
        if grant.undetermined is None and left.actions & service.sensitive:
            yield KeyGrant(asked.said.key, asked.caller, circle, Opening.LEFT, _telling(left, before, after, service))


def _each(asked: _Asked, actions: int) -> Iterator[Grant]:
    """All of some actions that are new: the least conditional ones first, then what is new besides them."""
    while actions:
        found = [*_new(asked, foreign=True, anything=actions)]
        told = union(grant.actions for grant in found if not grant.undetermined) & actions
        yield from (replace(grant, actions=grant.actions & actions) for grant in found)
        if not told:
            return
        actions &= ~told


@lru_cache(maxsize=256)
def _asking(service: Service, actions: int) -> Service:
    """The service asked whether any of some actions is allowed, in place of all.

    Not a Question: that leaves out what is tied to a name, as a key's own ARN is, and actions that a condition limits.
    """
    return replace(service, powers=(actions,), sensitive=actions)


def _new(asked: _Asked, *, foreign: bool = False, anything: int = 0) -> Iterator[Grant]:
    """What is new: full access, or where `anything` is given any of these actions."""
    label, caller, service = asked.label, asked.caller, asked.inquiry.service
    before, after = (
        tuple(replace(document, content=projected(policy, caller, foreign=foreign)) for document, policy in documents)
        for documents in (asked.said.was, asked.said.will)
    )
    documents = PlanDocuments(
        {document.place: document for document in before}, {document.place: document for document in after}
    )
    holder = Holder(
        Principal(caller.kind.name, caller.account, str(label)),
        label,
        tuple(map(HeldDocument, before)),
        tuple(map(HeldDocument, after)),
    )
    about = _asking(service, anything) if anything else service
    inquiry = Inquiry(about, documents, asked.inquiry.work, memory=Memory(asked.inquiry.memory.answered))
    for grant in introduced(holder, inquiry).grants:
        yield _telling(grant, [each.content for each in before], [each.content for each in after], service)


def _telling(grant: Grant, before: list[Policy], after: list[Policy], service: Service) -> Grant:
    """A grant whose witness is the action that tells a reader most, of those that the naive evaluator calls new."""
    witness = grant.witness
    for action in service.by_weight(grant.actions) if witness else ():
        request = (action, witness.resource, witness.guard) if witness else None
        if request and evaluate.allowed(after, None, *request) and not evaluate.allowed(before, None, *request):
            return replace(grant, witness=witness and replace(witness, action=action))
    return grant


def _released(asked: _Asked) -> Iterator[tuple[Grant, tuple[str, ...]]]:
    """Actions that a class could do under a condition only, and now without it, with the conditions."""
    service = asked.inquiry.service
    before = [projected(policy, asked.caller, foreign=False) for _, policy in asked.said.was]
    actions = held_back(before, service)
    for grant in _new(asked, anything=actions) if actions else ():
        lost = lost_conditions(grant, before, grant.actions & actions, service)
        if grant.actions & actions and lost:
            yield replace(grant, actions=grant.actions & actions), lost
