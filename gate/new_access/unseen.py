"""after - before of what a policy that nobody sees may allow: it stays, and what denied or bounded it goes."""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.iam.policy import parse
from gate.new_access.grants import Grant, Introduced
from gate.new_access.inquiry import Inquiry
from gate.new_access.introduced import introduced
from gate.new_access.policies import PlanDocuments
from gate.new_access.questions import FULL


class Unstopped(msgspec.Struct, frozen=True, gc=False):
    """A grant that a policy which nobody sees may be, since nothing stops it any more. `policy` is what it is called
    by, an ARN as a rule."""

    policy: str
    grant: Grant


def unstopped(found: Iterable[Introduced], inquiry: Inquiry) -> Iterator[Unstopped]:
    """Every such grant, one for a holder of whom full access to every resource is not told. Raises Unconfirmed."""
    for one in found:
        is_told = one.combined or any(grant.question == FULL and grant.width == () for grant in one.grants)
        unseen = None if is_told else _unseen(one.holder)
        if unseen is not None:
            for grant in introduced(*_if_it_allows_everything(unseen, one.holder, inquiry)).grants[:1]:
                yield Unstopped(unseen.place.address, replace(grant, holder=one.holder))


def _unseen(holder: Holder) -> Document | None:
    """A policy that the holder has before and after, and nobody sees; of several each may be the one."""
    had = [held.document for held in holder.before]
    return next((x.document for x in holder.after if x.document.content is None and x.document in had), None)


def _if_it_allows_everything(unseen: Document, holder: Holder, inquiry: Inquiry) -> tuple[Holder, Inquiry]:
    """The holder, and what it is asked, as if the policy said so before and after."""
    seen = replace(unseen, content=parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}))

    def told(documents: tuple[HeldDocument, ...]) -> tuple[HeldDocument, ...]:
        return tuple(replace(one, document=seen) if one.document == unseen else one for one in documents)

    before, after = ({**side, unseen.place: seen} for side in (inquiry.documents.before, inquiry.documents.after))
    supposed = replace(holder, before=told(holder.before), after=told(holder.after))
    return supposed, Inquiry(inquiry.service, PlanDocuments(before, after), inquiry.work)
