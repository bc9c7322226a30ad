"""What a principal has, and where it is given that."""

from gate.holdings.documents import Document, Place
from gate.holdings.inventory import HeldDocument, Inventory, Link
from gate.holdings.principal import Principal

USER, SET = Principal("user", "1", "u"), Principal("permission set", "1", "s")
GROUPS = [Principal("group", "1", name) for name in "ab"]


def link(address: str) -> Link:
    return Link(Place(address, "users"))


def test_where_a_principal_is_given_something() -> None:
    """Its inline policies, what is attached to it, and its memberships."""
    own = HeldDocument(Document(Place("inline", "policy"), "{}"))
    attached = HeldDocument(Document(Place("managed", "policy"), "{}"), (link("attachment"),))
    inventory = Inventory(documents={USER: [own, attached]}, containers={USER: [(GROUPS[0], link("membership"))]})
    assert [one.address for one in inventory.given_at(USER)] == ["inline", "attachment", "membership"]
    assert [*inventory.given_at(GROUPS[0])] == []


def test_in_how_many_groups_somebody_is() -> None:
    """Each counts once; permission sets are no groups."""
    joined = [(GROUPS[0], link("a")), (GROUPS[0], link("b")), (GROUPS[1], link("c")), (SET, link("d"))]
    inventory = Inventory(containers={USER: joined, SET: [(SET, link("e"))]})
    assert [inventory.groups(one) for one in (USER, SET, GROUPS[0])] == [2, 0, 0]
