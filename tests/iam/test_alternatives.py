"""Documents that may be gone: what is allowed while they are there, and while they are not."""

from msgspec.structs import replace

from gate.iam.alternatives import MOST, cases, in_force, standing, undenied
from gate.iam.guards import Access, Box, Scope
from gate.iam.patterns import MANY


def box(actions: int, document: str | None = None, *clauses: str) -> Box:
    """A box of some actions on everything, of a document that may be gone if one is named."""
    return Box(actions, Scope(MANY), frozenset(clauses), goes_with=document)  # type: ignore[arg-type]


def told(given: Access) -> list[tuple[list[str], int, int]]:
    """Of each case: what is gone, and the actions that are allowed and denied in it."""
    return [
        (sorted(map(str, gone)), sum(one.actions for one in will.allows), sum(one.actions for one in will.denies))
        for gone, will in cases(given)
    ]


def test_what_stands_is_of_no_document_that_may_be_gone() -> None:
    """Of a Deny that may be gone nothing can be said for sure."""
    assert standing((box(1), box(2, "a"), box(4))) == (box(1), box(4))


def test_what_is_in_force_is_of_no_document_that_is_gone() -> None:
    """In one of the cases that are told apart; where there are too many, only what stands in any of them."""
    boxes = (box(1), box(2, "a"), box(4, "b"))
    assert in_force(boxes, frozenset()) == boxes
    assert in_force(boxes, frozenset({"a"})) == (box(1), box(4, "b"))
    many = tuple(box(1, f"d{i}") for i in range(MOST + 1))
    assert in_force((*many, box(2)), frozenset()) == (box(2),)
    assert in_force((*many[1:], box(2)), frozenset()) == (*many[1:], box(2))


def test_a_deny_leaves_what_another_document_allows() -> None:
    """A Deny that stays denies to all; one that may be gone goes with what its own document allows."""
    allows = (box(0b0111, "a"), box(0b1100, "b"), box(0b10000))
    assert undenied(allows, ()) == 0b11111
    assert undenied(allows, (box(0b0101),)) == 0b11010
    assert undenied(allows, (box(0b0101, "a"),)) == 0b11110
    assert undenied(allows, (box(0b0001, "a"), box(0b0100, "a"), box(0b0100, "b"))) == 0b11010
    assert undenied(allows, (box(0b0101, "a"), box(0b0010))) == 0b11100
    assert undenied((box(0b11, "a"),), (box(0b01, "a"), box(0b10, "a"))) == 0
    assert undenied((box(0b101, "a"), box(0b001)), (box(0b101, "a"),)) == 0b001
    assert undenied((box(0b101, "a"),), (box(0b100, "a"),)) == 0b001


def test_a_document_is_there_or_gone_with_all_that_it_says() -> None:
    """One that denies nothing is there: without it there would only be less."""
    given = Access((box(1, "a"), box(2, "b"), box(4)), (box(8, "a"), box(16)))
    assert told(given) == [([], 7, 24), (["a"], 6, 16)]
    assert told(replace(given, denies=(box(16),))) == [([], 7, 16)]
    assert all(one.goes_with is None for _, will in cases(given) for one in will.denies)


def test_each_case_of_two_documents() -> None:
    """Both, either, and none; two that deny the same go together."""
    given = Access((box(1, "a"), box(2, "b")), (box(4, "a"), box(8, "b")), (box(32),))
    assert told(given) == [([], 3, 12), (["a"], 2, 8), (["b"], 1, 4), (["a", "b"], 0, 0)]
    assert {will.boundary for _, will in cases(given)} == {(box(32),)}
    same = Access((box(1, "a"), box(2, "b")), (box(4, "a"), box(4, "b")))
    assert told(same) == [([], 3, 8), (["a", "b"], 0, 0)]
    under = Access((box(1, "a"), box(2, "b")), (box(4, "a", "x"), box(4, "b", "y")))
    assert len(told(under)) == 4


def test_of_many_documents_there_is_one_case() -> None:
    """Each Deny goes with its own document then."""
    most = Access((), tuple(box(1 << i, f"d{i}") for i in range(MOST)))
    more = Access((), tuple(box(1 << i, f"d{i}") for i in range(MOST + 1)))
    assert len(list(cases(most))) == 1 << MOST
    assert list(cases(more)) == [(frozenset(), more)]
