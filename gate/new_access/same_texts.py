"""The texts that decide what a holder may do: of holders that have the same ones, one is looked at for all."""

from collections.abc import Hashable, Iterable

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Document
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument

_OF_AWS = ":aws:policy/"  # in the ARN that is the place of a policy of AWS's own: all who have it have the same


def deciding_texts(holder: Holder) -> Hashable:
    """All that decides what a holder may do before and after; None where more than the texts of its documents does:
    where one is not known, may be somebody else's or may be lost, or where the boundary changes."""
    if holder.boundary_before != holder.boundary_after:
        return None
    before = _texts(holder.before)
    after = before if holder.keeps_all else _texts(holder.after)
    bounding = _bounding(holder.boundary_after)
    return None if before is None or after is None or bounding is None else (before, after, bounding)


def _texts(documents: Iterable[HeldDocument]) -> Hashable:
    found: list[Hashable] = []
    for held in documents:
        is_sure = held.removed_by is None and held.may_be_lost_at is None and not held.holder_is_uncertain
        text = _text(held.document) if is_sure and not held.may_not_come else None
        if text is None:
            return None
        found.append(text)
    return tuple(found)


def _bounding(boundary: Boundary | None) -> Hashable:
    if boundary is None:
        return ""
    return _text(boundary.document) if boundary.may_be_lost_at is None else None


def _text(document: Document) -> Hashable:
    """The text of a document, or the place of one that AWS wrote."""
    if document.of_key:
        return None
    if isinstance(document.content, str):
        return document.content
    return document.place if _OF_AWS in document.place.address else None
