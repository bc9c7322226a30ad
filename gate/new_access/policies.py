"""From the documents of a holder to its policies, and what of them is not known."""

from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.iam.policy import NOTHING, Hole, MalformedPolicy, Policy, Statement, parse
from gate.new_access import proven
from gate.unknown import StandIn


class PlanDocuments(msgspec.Struct, frozen=True, gc=False):
    """The documents of the whole plan by place, before and after, to tell what changed from what moved."""

    before: Mapping[Place, Document]
    after: Mapping[Place, Document]


class Malformed(msgspec.Struct, frozen=True, gc=False):
    """A new or changed document that is not an identity policy, and why."""

    document: Document
    reason: str


def policy_in(document: Document) -> Policy | Malformed:
    """The policy in a document, with what is proven of its unknown parts in place, or why it can't be read."""
    if isinstance(document.content, Policy):
        return document.content  # what a key policy says to one class of principals
    try:
        if isinstance(document.content, str):
            return _parsed_text(document.content, of_key=document.of_key)
        return parse(proven.with_proven_parts(document.content), of_key=document.of_key)
    except MalformedPolicy as error:
        return Malformed(document, str(error))


_parsed_text = lru_cache(maxsize=32768)(parse)


def readable_policy(document: Document) -> Policy:
    """The policy in a document; one that can't be read says nothing."""
    policy = policy_in(document)
    return NOTHING if isinstance(policy, Malformed) else policy


def denies(document: Document) -> bool:
    """Whether a document that can be read has a Deny, or may have one."""
    return document.content is not None and any(one.effect != "Allow" for one in readable_policy(document).statements)


def policy_of(held: HeldDocument, malformed: list[Malformed], same: set[str]) -> Policy:
    """The policy that a holder has through one document; one that can't be read grants nothing and is noted."""
    if held.document.content is None or held.is_gone:
        return NOTHING
    policy = policy_in(held.document)
    if isinstance(policy, Malformed):
        if not (isinstance(held.document.content, str) and held.document.content in same):
            malformed.append(policy)
        return NOTHING
    may_go = held.removed_by is not None or held.holder_is_uncertain or held.may_not_come
    return _going(policy, held) if may_go else policy


def _going(policy: Policy, held: HeldDocument) -> Policy:
    """A policy that may go: with all that comes over the same membership, and where it denies anything by itself too.
    What only allows adds to what is there for as long as it is."""
    by_itself = held.goes_by_itself and any(one.effect != "Allow" for one in policy.statements)
    return replace(policy, may_go=True, goes_over=None if by_itself else held.goes_over)


def any_may_allow(documents: Iterable[Document], services: Container[str]) -> bool:
    """Whether one of some documents may allow anything of some services; of those with the same text, one is asked."""
    different = {(one.content, _is_of_aws(one)) if isinstance(one.content, str) else id(one): one for one in documents}
    return any(may_allow(one, services) for one in different.values())


def may_allow(document: Document, services: Container[str]) -> bool:
    """Whether a document may allow anything of some services, by their prefixes. What is not certain may: one that
    can't be read, one of AWS's own, of which gate knows a part, unknown parts, wildcards in a prefix, NotAction."""
    if document.content is None or _is_of_aws(document):
        return True
    policy = policy_in(document)
    if isinstance(policy, Malformed):
        return True
    return bool(policy.unknown) or any(
        statement.action.negated or statement.action.unknown or any(_may_be_of(services, value) for value in values)
        for statement in policy.statements
        if statement.effect != "Deny"
        for values in [statement.action.values]
    )


def _is_of_aws(document: Document) -> bool:
    """Whether a document may be of one of AWS's own policies, of which the ARN is the place."""
    return ":aws:policy/" in document.place.address


def _may_be_of(services: Container[str], action: str) -> bool:
    prefix, colon, _ = action.partition(":")
    is_literal = bool(colon) and prefix.isascii() and prefix.replace("-", "").isalnum()
    return not is_literal or prefix.lower() in services


def certain_policies(holder: Holder, after: list[Policy]) -> list[Policy]:
    """The policies after the change, without those that may be somebody else's."""
    pairs = zip(holder.after, after, strict=True)
    return [NOTHING if held.holder_is_uncertain else policy for held, policy in pairs]


def policies_if_lost(holder: Holder, after: list[Policy]) -> list[Policy]:
    """The policies after the change, if the apply may lose what it gives too early."""
    pairs = zip(holder.after, after, strict=True)
    return [policy if held.may_be_lost_at is None else _going(policy, held) for held, policy in pairs]


def has_unknown(policy: Policy) -> bool:
    """Whether anything in a policy is known only after apply."""
    return bool(policy.unknown) or any(one.is_open for one in policy.statements)


def has_unknown_condition(policies: Iterable[Policy]) -> bool:
    """Whether an Allow has a condition that is known only after apply."""
    statements = (statement for policy in policies for statement in policy.statements)
    return any(one.conditions_unknown and one.effect == "Allow" for one in statements)


def open_statements(policy: Policy) -> Iterator[Statement]:
    """The statements with unknown parts, wherever they stand."""
    yield from (replace(one, index=0) for one in policy.statements if one.is_open)


def split_by(policy: Policy, alike: Container[Statement]) -> tuple[Policy, Policy]:
    """A policy without the statements that are alike in another one, and these."""
    same = tuple(one for one in policy.statements if one.is_open and replace(one, index=0) in alike)
    rest = tuple(one for one in policy.statements if one not in same)
    return replace(policy, statements=rest), replace(policy, statements=same, unknown=())


def without_open_denies(policy: Policy) -> Policy:
    """A policy with no more Denies than it certainly has."""
    return replace(policy, statements=tuple(s for s in policy.statements if s.effect == "Allow" or not s.is_open))


def stand_ins(policies: Iterable[Policy]) -> dict[str, StandIn]:
    """What stands for unknown resources in policies, by its text."""
    values = (value for policy in policies for statement in policy.statements for value in statement.resource.values)
    return {str(value): value for value in values if isinstance(value, StandIn)}


def unknown_parts(document: Document) -> list[Hole]:
    """Everything in a document that is not known, for messages."""
    policy = readable_policy(document)
    parts = list(policy.unknown)
    for statement in policy.statements:
        parts += [*statement.action.unknown, *statement.resource.unknown]
        parts += [hole for _, hole in statement.principals.unknown] if statement.principals else []
    return parts
