"""What somebody has through groups and permission sets, and what of it the apply may take away."""

from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.inventory import HeldDocument, Inventory, Link
from gate.holdings.memberships import BeforeApply, documents_of
from gate.holdings.principal import Principal
from gate.holdings.resource_types import ASSIGNEE, PERMISSION_SET
from gate.holdings.sessions import give_sessions
from tests.helpers.applies import Apply

BOB, OPS, DEV = Principal("user", "1", "bob"), Principal("group", "1", "ops"), Principal("group", "1", "dev")
OF_OPS = HeldDocument(Document(Place("ops", "policy"), "{}"))
OWN = HeldDocument(Document(Place("own", "policy"), "{}"))


def place(name: str) -> Place:
    return Place(name, "groups")


def joined(*members: tuple[Principal, str], own: tuple[HeldDocument, ...] = (), **more: Any) -> Inventory:
    """Bob in groups, each over a membership; what ops has."""
    found = Inventory(documents={OPS: [replace(OF_OPS, **more)], BOB: list(own)})
    found.containers[BOB] = [(group, Link(place(at))) for group, at in members]
    return found


def told(held: HeldDocument) -> str:
    """A document in short: over which links, and what may take it away."""
    over = "".join(f" over {link.place.address}" for link in held.links)
    removed = f" removed by {held.removed_by.address}" if held.removed_by else ""
    lost = f" lost at {held.may_be_lost_at.address}" if held.may_be_lost_at else ""
    goes = f" with {held.goes_over[0].name} {held.goes_over[1].address}" if held.goes_over else ""
    goes += " or by itself" if held.goes_by_itself else ""
    return f"{held.document.place.address}{over}{removed}{lost}{goes}"


M, N, D = (OPS, "m"), (OPS, "n"), (DEV, "m2")


@pytest.mark.parametrize(
    ("before", "after", "apply", "expected"),
    [
        ([M], [M], {}, ["ops over m with ops m"]),
        ([], [M], {}, ["ops over m with ops m"]),
        ([M], [], {}, []),
        ([M, N], [M], {}, ["ops over m removed by n with ops m"]),
        ([N, M], [M], {"losing": ("n",)}, ["ops over m removed by n with ops m"]),
        ([M, (OPS, "o"), N], [M], {}, ["ops over m removed by n with ops m"]),
        ([M], [M, N], {}, ["ops over m with ops m", "ops over n with ops n"]),
        ([M, D], [M], {}, ["ops over m with ops m"]),
        ([M], [N], {}, ["ops over n with ops n"]),
        ([M], [N], {"losing": ("m",)}, ["ops over n lost at m with ops n"]),
        ([D], [N], {"losing": ("m2",)}, ["ops over n with ops n"]),
        ([M], [N, D], {"losing": ("m",)}, ["ops over n lost at m with ops n"]),
        ([M], [M], {"last": ("m",)}, ["ops over m removed by m with ops m"]),
        ([], [M], {"last": ("m",)}, ["ops over m with ops m"]),
        ([M, N], [M, N], {"last": ("m", "n")},
         ["ops over m removed by m with ops m", "ops over n removed by n with ops n"]),
        ([M, N], [M, N], {"last": ("n",)},
         ["ops over m removed by n with ops m", "ops over n removed by n with ops n"]),
        ([M], [M], {"behind": ("m",)}, ["ops over m with ops m"]),
        ([M, N], [M, N], {"behind": ("m",)}, ["ops over m removed by m with ops m", "ops over n with ops n"]),
        ([M, N], [M, N], {"behind": ("m", "n")}, ["ops over m with ops m", "ops over n with ops n"]),
    ],
)  # fmt: skip
def test_what_comes_over_a_membership(before: Any, after: Any, apply: dict[str, Any], expected: list[str]) -> None:
    """Of two in one group one that goes takes the other along; who is made anew leaves what nothing gives again."""
    earlier = BeforeApply(joined(*before), Apply(**apply).order)
    assert [told(held) for held in documents_of(joined(*after), BOB, earlier)] == expected


@pytest.mark.parametrize(
    ("before", "has", "expected"),
    [([], OF_OPS, "m"), ([D], OF_OPS, "m"), ([M], OF_OPS, None), ([N], OF_OPS, None), ([], OWN, None)],
)
def test_who_joins_a_group_gets_what_that_had_before(before: Any, has: HeldDocument, expected: str | None) -> None:
    """Then the membership is what is new; not where there was one, nor where the group newly has the document."""
    earlier, now = BeforeApply(joined(*before), Apply().order), joined(M)
    now.documents[OPS] = [has]
    [found] = documents_of(now, BOB, earlier)
    assert (found.joined_at and found.joined_at.address) == expected
    [alone] = documents_of(now, BOB)
    assert alone.joined_at is None
    again = replace(has, links=(Link(place("attached again")),))
    now.documents[OPS] = [again]
    [found] = documents_of(now, BOB, earlier)
    assert (found.joined_at and found.joined_at.address) == expected


def test_who_is_made_anew_with_documents_leaves_its_memberships() -> None:
    """With nothing of its own it may not be made anew at all; its own documents are told first."""
    earlier = BeforeApply(joined(M), Apply(behind=("m",)).order)
    found = documents_of(joined(M, own=(OWN,)), BOB, earlier)
    assert [told(held) for held in found] == ["own", "ops over m removed by m with ops m"]


def test_what_a_group_may_lose_its_members_may() -> None:
    """By itself, and with the membership; an unsure membership may be of somebody else."""
    apart = Place("list", "policy_names")
    earlier = BeforeApply(joined(M), Apply(losing=("m",), last=("m",)).order)
    removed = joined(M, removed_by=apart, goes_over=None)
    by_itself = "ops over m removed by list with ops m or by itself"
    assert [told(held) for held in documents_of(removed, BOB, earlier)] == [by_itself]
    lost = joined(N, may_be_lost_at=apart)
    assert [told(held) for held in documents_of(lost, BOB, earlier)] == [
        "ops over n lost at list with ops n or by itself"
    ]
    inner = joined(M, removed_by=apart, goes_over=(DEV, place("m2")))
    assert [told(held) for held in documents_of(inner, BOB, earlier)] == ["ops over m removed by list with dev m2"]
    both = joined(M, removed_by=apart, goes_over=(DEV, place("m2")), goes_by_itself=True)
    assert [told(held)[-19:] for held in documents_of(both, BOB, earlier)] == [" dev m2 or by itself"[-19:]]
    assert [told(held) for held in documents_of(joined(M), BOB)] == ["ops over m with ops m"]
    unsure = joined()
    unsure.containers[BOB] = [(OPS, Link(place("m"), unsure=True))]
    assert [told(held) for held in documents_of(unsure, BOB)] == ["ops over m removed by m with ops m"]


def test_a_group_of_the_identity_store_has_what_each_of_its_assignments_gives() -> None:
    """It is assigned under several labels; one of another account is another one, and nothing goes round for ever."""
    team = Principal(ASSIGNEE, "1", "team")
    here, there = replace(team, scope=("group", "111122223333")), replace(team, account="2", scope=("group", ""))
    given = Principal(PERMISSION_SET, "1", "set")
    inventory = Inventory(documents={given: [OF_OPS]})
    member = Principal(ASSIGNEE, "1", "bob", ("identity store user", ""))
    inventory.containers[member] = [(team, Link(place("membership"))), (OPS, Link(place("m")))]
    inventory.containers[here] = [(given, Link(place("assignment")))]
    inventory.documents[there] = [OWN]
    give_sessions(inventory, Inventory(), lambda at: at.address == "assignment")
    session = replace(member, scope=("user", "111122223333"))
    assert [told(held) for held in documents_of(inventory, session)] == [
        "ops over assignment over membership with team membership"
    ]
    assert inventory.containers[member] == [(OPS, Link(place("m")))]
    inventory.containers[given] = [(given, Link(place("again")))]
    assert len(documents_of(inventory, session)) == 3


def test_a_group_of_iam_is_none_of_the_identity_store() -> None:
    """Although one there has its name."""
    inventory = joined(M)
    inventory.documents[Principal(ASSIGNEE, OPS.account, OPS.name)] = [OWN]
    assert [told(held) for held in documents_of(inventory, BOB)] == ["ops over m with ops m"]
