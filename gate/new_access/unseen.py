"""after - before of what a policy that nobody sees may allow: it stays, and what denied or bounded it goes."""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.iam.policy import Policy, parse
from gate.new_access.grants import Grant, Introduced
from gate.new_access.inquiry import Inquiry
from gate.new_access.introduced import introduced
from gate.new_access.policies import PlanDocuments
from gate.new_access.questions import FULL

_Documents = tuple[HeldDocument, ...]


class Unstopped(msgspec.Struct, frozen=True, gc=False):
    """A grant that a policy which nobody sees may be, since nothing stops it any more. `policy` is what it is called
    by, an ARN as a rule."""

    policy: str
    grant: Grant


def unstopped(found: Iterable[Introduced], inquiry: Inquiry) -> Iterator[Unstopped]:
    """Every such grant, one for a holder that is told of nothing certain. Raises Unconfirmed."""
    for one in found:
        holder = one.holder
        unseen = [held for held in holder.after if held.document.content is None and held.links]
        changes = not holder.keeps_all or holder.boundary_before != holder.boundary_after
        if not unseen or not changes or one.combined or any(grant.question == FULL for grant in one.grants):
            continue
        for held in unseen:
            if any(former.document == held.document for former in holder.before):
                grants = introduced(*_if_it_allows_everything(held, holder, inquiry)).grants
                first = next((grant for grant in grants if grant.question == FULL), None)
                if first is not None:
                    yield Unstopped(held.document.place.address, replace(first, holder=holder))
                break  # of several each may be the one


def _if_it_allows_everything(unseen: HeldDocument, holder: Holder, inquiry: Inquiry) -> tuple[Holder, Inquiry]:
    """The holder, and what it is asked, as if the policy said so before and after."""
    everything = _everything()

    def told(documents: _Documents) -> _Documents:
        same = unseen.document
        return tuple(
            replace(each, document=replace(same, content=everything)) if each.document == same else each
            for each in documents
        )

    was, will = told(holder.before), told(holder.after)
    documents = PlanDocuments(
        {**inquiry.documents.before, **{each.document.place: each.document for each in was}},
        {**inquiry.documents.after, **{each.document.place: each.document for each in will}},
    )
    return replace(holder, before=was, after=will), Inquiry(inquiry.service, documents, inquiry.work)


def _everything() -> Policy:
    return parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
