"""What decides what a holder may do."""

from collections.abc import Hashable
from typing import Any

from msgspec.structs import replace

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.holdings.principal import Principal
from gate.new_access.same_texts import deciding_texts
from gate.unknown import Unresolved

PLACE, OTHER = Place("aws_iam_role_policy.p", "policy"), Place("aws_iam_role_policy.q", "policy")
ADMIN = HeldDocument(Document(Place("arn:aws:iam::aws:policy/AdministratorAccess", ""), {"Statement": []}))
TEXT = HeldDocument(Document(PLACE, "{}"))
BOUNDARY = Boundary(Document(PLACE, "{}"), PLACE)


def settled(after: HeldDocument, before: HeldDocument = TEXT, **boundaries: Any) -> Hashable:
    """What decides what a role with one document may do."""
    return deciding_texts(Holder(Principal("role", "1", "app"), "role app", (before,), (after,), **boundaries))


def test_documents_with_the_same_texts_decide_the_same() -> None:
    """Wherever they stand; a policy of AWS by its ARN."""
    assert settled(TEXT) == settled(replace(TEXT, document=Document(OTHER, "{}"))) != settled(ADMIN)
    assert settled(TEXT) != settled(replace(TEXT, document=Document(PLACE, "[]")))
    assert settled(ADMIN) is not None
    assert settled(TEXT, ADMIN) != settled(ADMIN)


def test_what_is_more_than_a_text_is_not_settled() -> None:
    """Before or after: what is not known or only seen elsewhere, of a key, goes, may be lost, may be somebody else's or
    may not come."""
    for unsure in (
        replace(TEXT, document=Document(PLACE, Unresolved())),
        replace(TEXT, document=Document(PLACE, None)),
        replace(TEXT, document=Document(PLACE, "{}", of_key=True)),
        replace(TEXT, removed_by=OTHER),
        replace(TEXT, may_be_lost_at=OTHER),
        replace(TEXT, holder_is_uncertain=True),
        replace(TEXT, may_not_come=True),
    ):
        assert settled(unsure) is None
        assert settled(TEXT, unsure) is None


def test_a_boundary_decides_too() -> None:
    """One that stays, by its text; one that changes, may be lost or is not seen settles nothing."""
    same: dict[str, Any] = {"boundary_before": BOUNDARY, "boundary_after": BOUNDARY}
    assert settled(TEXT, **same) not in (None, settled(TEXT))
    other = replace(BOUNDARY, document=Document(PLACE, "[]"))
    assert settled(TEXT, boundary_before=BOUNDARY, boundary_after=other) is None
    lost = replace(BOUNDARY, may_be_lost_at=OTHER)
    assert settled(TEXT, boundary_before=lost, boundary_after=lost) is None
    hidden = replace(BOUNDARY, document=Document(PLACE, None))
    assert settled(TEXT, boundary_before=hidden, boundary_after=hidden) is None
