"""What is certain of a holder, and each thing that is not, with its reason."""

from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.holdings.principal import Principal
from gate.iam.services import protected
from gate.new_access.certain_and_worst import certain_and_worst, is_unordered
from gate.new_access.policies import PlanDocuments
from gate.new_access.undetermined import Undetermined
from gate.unknown import Unresolved
from tests.helpers.held import bounded, held
from tests.helpers.plans import policy, statement

FULL, READ = policy(statement("kms:*")), policy(statement("kms:Decrypt"))
HOLE: Any = {"Statement": [{"Effect": "Allow", "Action": Unresolved(("var.a",)), "Resource": "*"}]}
MAY_DENY: Any = {"Statement": [statement("kms:*"), statement(Unresolved(("var.a",)), effect="Deny")]}
LOST = Place("aws_iam_role_policy_attachment.x", "")
POLICY, BOUNDARY, PRINCIPAL, ORDER = (
    Undetermined.POLICY, Undetermined.BOUNDARY, Undetermined.PRINCIPAL, Undetermined.ORDER
)  # fmt: skip


def told(before: list[HeldDocument], after: list[HeldDocument], *bounds: Boundary | None) -> tuple[list[Any], Any]:
    """What is certain before and after, then what may be for each reason: of how many actions, over all Allows; and
    whether anything is unknown before and after."""
    was, will = bounds or (None, None)
    holder = Holder(
        Principal("role", "1", "r"), "role r", tuple(before), tuple(after), boundary_before=was, boundary_after=will
    )
    documents = PlanDocuments({one.document.place: one.document for one in before}, {})
    seen = certain_and_worst(holder, protected(), documents)
    found = [
        (one.reason, *(_actions(each.access) for each in (one.before, one.after)))
        for one in (seen.certainly, *seen.at_worst)
    ]
    return found, (seen.unknown_before, seen.unknown_after)


def _actions(access: Any) -> int:
    """How many actions are allowed and not denied anywhere; a boundary without any Allow leaves none."""
    allowed = denied = 0
    for box in access.allows:
        allowed |= box.actions
    for box in access.denies:
        denied |= box.actions
    return 0 if access.boundary == () else (allowed & ~denied).bit_count()


ALL = len(protected().actions)


@pytest.mark.parametrize(
    ("before", "after", "expected", "unknown"),
    [
        ([held("a", READ)], [held("a", FULL)], [(None, 1, ALL)], (False, False)),
        ([held("a", READ)], [held("a", HOLE)], [(None, 1, 0), (POLICY, 1, ALL)], (False, True)),
        ([held("a", READ)], [held("a", READ), held("b", HOLE)], [(None, 1, 1), (POLICY, 1, ALL)], (False, True)),
        ([held("a", HOLE)], [held("a", READ)], [(None, 0, 1), (POLICY, 0, 1)], (True, False)),
        ([held("a", HOLE), held("b", READ)], [held("b", READ)], [(None, 1, 1), (POLICY, 1, 1)], (True, False)),
        ([held("a", HOLE)], [held("a", HOLE)], [(None, 0, 0), (POLICY, ALL, ALL)], (True, True)),
        ([held("a", READ)], [held("a", MAY_DENY)], [(None, 1, 0), (POLICY, 1, ALL)], (False, True)),
        ([held("a", MAY_DENY)], [held("a", FULL)], [(None, ALL, ALL), (POLICY, 0, ALL)], (True, False)),
        ([held("a", READ)], [held("a", READ), held("b", FULL, holder_is_uncertain=True)],
         [(None, 1, 1), (PRINCIPAL, 1, ALL)], (False, False)),
        ([held("a", FULL)], [held("a", FULL, may_be_lost_at=LOST)], [(None, ALL, ALL), (ORDER, ALL, ALL)],
         (False, False)),
        ([held("a", HOLE)], [held("a", HOLE), held("b", FULL, holder_is_uncertain=True, may_be_lost_at=LOST)],
         [(None, 0, 0), (POLICY, ALL, ALL), (PRINCIPAL, ALL, ALL), (ORDER, ALL, ALL)], (True, True)),
    ],
)  # fmt: skip
def test_each_thing_that_is_not_known_is_taken_at_its_worst(
    before: Any, after: Any, expected: Any, unknown: Any
) -> None:
    """By itself: of the documents, of whose they are, of the order in which the apply goes."""
    assert told(before, after) == (expected, unknown)


@pytest.mark.parametrize(
    ("after", "bounds", "reasons"),
    [
        (FULL, (bounded("b", FULL), bounded("b", FULL)), []),
        (FULL, (bounded("b", FULL), bounded("b", HOLE)), [BOUNDARY]),
        (HOLE, (bounded("b", FULL), bounded("b", HOLE)), [POLICY]),
        (HOLE, (bounded("b", FULL), bounded("b", FULL)), [POLICY]),
        (FULL, (bounded("b", FULL), bounded("b", FULL, LOST)), [ORDER]),
    ],
)
def test_why_a_boundary_may_hold_nothing_back(after: Any, bounds: Any, reasons: list[Undetermined]) -> None:
    """What is unknown of a document comes before what is unknown of the boundary."""
    found, _ = told([held("a", READ)], [held("a", after)], *bounds)
    assert [reason for reason, *_ in found] == [None, *reasons]


def test_a_boundary_that_may_be_lost_does_not_count_at_worst() -> None:
    """For that reason alone: for any other one it is there."""
    nothing = policy(statement("s3:*"))
    after = [held("a", FULL), held("b", FULL, holder_is_uncertain=True)]
    found, _ = told([held("a", FULL)], after, bounded("b", nothing), bounded("b", nothing, LOST))
    assert found == [(None, 0, 0), (PRINCIPAL, 0, 0), (ORDER, 0, ALL)]
    kept = [held("a", FULL, may_be_lost_at=LOST)]
    found, _ = told([held("a", FULL)], kept, bounded("b", nothing), bounded("b", nothing))
    assert found == [(None, 0, 0), (ORDER, 0, 0)]


def test_what_the_order_of_the_apply_may_lose() -> None:
    """A document or the boundary."""
    sure = Holder(Principal("role", "1", "r"), "role r", (), (held("a", FULL), held("b", FULL)))
    assert not is_unordered(sure)
    assert not is_unordered(replace(sure, boundary_after=bounded("b", FULL)))
    assert is_unordered(replace(sure, boundary_after=bounded("b", FULL, LOST)))
    assert is_unordered(replace(sure, after=(held("a", FULL), held("b", FULL, may_be_lost_at=LOST))))
