"""What a permissions boundary does to what somebody newly has: one that is in the plan, and one that nobody sees."""

from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.holdings.principal import Principal
from gate.iam.kms import kms
from gate.iam.policy import NOTHING, Policy, parse
from gate.new_access.effective import (
    CERTAIN,
    WORST,
    Bounds,
    HeldPolicies,
    Reading,
    bounds_of,
    document_position,
    effective_policies,
)
from gate.unknown import Unresolved
from tests.helpers.plans import change, findings, inline, plan, policy, statement

ACCOUNT = "arn:aws:iam::111122223333:policy/"
FULL, ALL = policy(statement("kms:*")), statement("*")
DENIED = policy(ALL, statement("kms:*", effect="Deny"))


def _role(before: str | None, after: str | None) -> dict[str, Any]:
    def values(boundary: str | None) -> dict[str, Any]:
        return {"name": "app", "permissions_boundary": boundary and ACCOUNT + boundary, "assume_role_policy": policy()}

    return change("aws_iam_role.app", values(before), values(after))


def _managed(name: str, text: str) -> dict[str, Any]:
    values = {"name": name, "arn": ACCOUNT + name, "policy": text}
    return change(f"aws_iam_policy.{name}", values, values)


def told(*changes: dict[str, Any]) -> list[str]:
    """The rules that block."""
    return [finding.rule for finding in findings(plan(*changes)) if finding.blocks]


WIDE, NARROW = _managed("wide", policy(ALL)), _managed("narrow", DENIED)


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ("narrow", "narrow", []),
        ("wide", "wide", ["KMS001"]),
        ("narrow", "wide", ["KMS001"]),
        ("wide", "narrow", []),
        (None, "narrow", []),
        ("narrow", None, ["KMS001"]),
    ],
)
def test_a_deny_of_a_boundary_holds_back_what_is_new(before: str | None, after: str | None, rules: list[str]) -> None:
    """A new grant is none as long as the boundary denies it afterwards."""
    assert told(_role(before, after), inline(None, FULL), WIDE, NARROW) == rules


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ("hidden", "hidden", []),
        ("hidden", "other", ["KMS009"]),
        ("hidden", "narrow", []),
        ("hidden", "wide", ["KMS001"]),
        ("hidden", None, ["KMS001"]),
        ("narrow", "hidden", ["KMS009"]),
        ("wide", "hidden", []),
        (None, "hidden", []),
    ],
)
def test_a_boundary_that_nobody_sees_is_taken_at_its_worst(
    before: str | None, after: str | None, rules: list[str]
) -> None:
    """One that goes held all back, one that comes may hold nothing back; the same before and after changes nothing."""
    assert told(_role(before, after), inline(FULL, FULL), WIDE, NARROW) == rules


SERVICE = kms()
PLACE, OTHER = Place("aws_iam_policy.b", "policy"), Place("aws_iam_policy.c", "policy")
SEEN, HOLE = parse(FULL), {"Statement": [{"Effect": "Allow", "Action": Unresolved(("var.a",)), "Resource": "*"}]}
OPEN = parse(HOLE)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, None, Bounds(None, None, None, None, worst=False)),
        (FULL, FULL, Bounds(SEEN, SEEN, SEEN, SEEN, worst=False)),
        (None, FULL, Bounds(None, SEEN, None, SEEN, worst=False)),
        (FULL, None, Bounds(SEEN, None, SEEN, None, worst=False)),
        (FULL, HOLE, Bounds(SEEN, OPEN, SEEN, OPEN, worst=True)),
        (HOLE, FULL, Bounds(OPEN, SEEN, OPEN, SEEN, worst=False)),
        ("?", FULL, Bounds(NOTHING, SEEN, NOTHING, SEEN, worst=False)),
        ("?", HOLE, Bounds(NOTHING, OPEN, NOTHING, OPEN, worst=True)),
        ("?", None, Bounds(NOTHING, None, NOTHING, None, worst=False)),
        (FULL, "?", Bounds(SEEN, SEEN, SEEN, None, worst=True)),
        (FULL, "{", Bounds(SEEN, SEEN, SEEN, None, worst=True)),
        (None, "?", Bounds(None, None, None, None, worst=False)),
        ("?", "?", Bounds(None, None, None, None, worst=False)),
        ("?", "!", Bounds(None, None, NOTHING, None, worst=True)),
        ("{", "{", Bounds(None, None, None, None, worst=False)),
    ],
)
def test_what_bounds_somebody_before_and_after(before: Any, after: Any, expected: Bounds) -> None:
    """As it is seen, and at its worst; `?` and `!` are two that nobody sees."""

    def boundary(content: Any) -> Boundary | None:
        if content is None:
            return None
        place = OTHER if content == "!" else PLACE
        return Boundary(Document(place, None if content in ("?", "!") else content), place)

    holder = Holder(
        Principal("role", "1", "app"), "role app", (), (),
        boundary_before=boundary(before), boundary_after=boundary(after),
    )  # fmt: skip
    assert bounds_of(holder) == expected


def _denies(policies: list[Policy], reading: Reading, boundary: Policy | None = None) -> list[tuple[int, int]]:
    """Of which document each Deny is, and of how many actions; -1 for a boundary."""
    held = tuple(HeldDocument(Document(PLACE, "{}")) for _ in policies)
    found = effective_policies(HeldPolicies(held, policies, boundary), SERVICE, reading)
    return [(document_position(box.origin), box.actions.bit_count()) for box in found.access.denies]


DENY = parse(policy(statement("kms:Sign", effect="Deny")))
EVERY = len(SERVICE.actions)


def test_a_deny_of_the_document_before_may_still_stand() -> None:
    """Where something of the document after it is not known; not where all is, or where it cannot be read."""
    was = {PLACE: Document(PLACE, policy(statement("kms:Sign", effect="Deny")))}
    assert _denies([SEEN, OPEN], Reading(documents_before=was)) == [(1, 1)]
    assert _denies([SEEN, SEEN], Reading(documents_before=was)) == []
    assert _denies([OPEN], Reading(documents_before={OTHER: was[PLACE]})) == []
    assert _denies([OPEN], Reading(documents_before={PLACE: Document(PLACE, "{")})) == []
    going = replace(OPEN, may_go=True, goes_over="g")
    held = (HeldDocument(Document(PLACE, "{}")),)
    found = effective_policies(HeldPolicies(held, [going], None), SERVICE, Reading(documents_before=was))
    assert [box.goes_with for box in found.access.denies] == ["g"]


def test_what_a_boundary_denies_is_denied() -> None:
    """Beside what the documents deny; what it allows is apart."""
    assert _denies([DENY, SEEN], CERTAIN, parse(policy(statement("kms:*", effect="Deny")))) == [(0, 1), (-1, EVERY)]
    found = effective_policies(HeldPolicies((), [], SEEN), SERVICE, CERTAIN)
    assert [box.actions.bit_count() for box in found.access.boundary or ()] == [EVERY]
    assert effective_policies(HeldPolicies((), [], None), SERVICE, CERTAIN).access.boundary is None
    assert effective_policies(HeldPolicies((), [], OPEN), SERVICE, CERTAIN).access.boundary == ()
    assert len(effective_policies(HeldPolicies((), [], OPEN), SERVICE, WORST).access.boundary or ()) == 1


def test_a_statement_that_is_alike_after_the_change_is_taken_as_there() -> None:
    """At its worst: an Allow may be all, a Deny denies nothing for certain; others as the reading has it."""
    held = (HeldDocument(Document(PLACE, "{}")),)
    hole = {"Effect": "Deny", "Action": Unresolved(("var.d",)), "Resource": "*"}
    both = parse({"Statement": [*HOLE["Statement"], hole]})
    for others, allows, denies in (([], 0, 1), ([both], 1, 0), ([OPEN], 1, 1)):
        found = effective_policies(HeldPolicies(held, [both], None), SERVICE, Reading(best=True, others=others))
        assert (len(found.access.allows), len(found.access.denies)) == (allows, denies)
    for reading, allows in ((WORST, 1), (CERTAIN, 0)):
        found = effective_policies(HeldPolicies(held, [both], None), SERVICE, reading)
        assert (len(found.access.allows), len(found.access.denies)) == (allows, 0)


def test_the_document_of_a_box() -> None:
    """By its position; a boundary has none."""
    assert [document_position(origin) for origin in ((2, 0), (None, 0), None)] == [2, -1, -1]
