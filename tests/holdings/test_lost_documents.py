"""Documents after the change on which nobody can rely, each with what takes it away."""

from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.documents import ANY_NAME, Document, Place
from gate.holdings.inventory import HeldDocument, Inventory, Link, Manner
from gate.holdings.lost_documents import mark_lost
from gate.holdings.principal import Principal
from tests.helpers.applies import Apply

APP, SOMEBODY = Principal("role", "1", "app"), Principal("role", "1", "(aws_iam_role_policy.x)")
Held = list[HeldDocument]


def inline(address: str, name: str = "", content: Any = "{}") -> HeldDocument:
    return HeldDocument(Document(Place(address, "policy"), content, name=name))


def over(document: str, *links: str, manner: Manner = Manner.BY_ARN) -> HeldDocument:
    """A managed policy over an attachment, or a group's document over more than one link."""
    connected = tuple(Link(Place(link, "arn"), manner=manner) for link in links)
    return HeldDocument(Document(Place(document, "policy"), "{}"), connected)


def told(held: HeldDocument) -> str:
    """A document in short: by what it is held, and what takes it away."""
    links = "".join(f" over {link.place.address}" for link in held.links)
    removed = f" removed by {held.removed_by.address}" if held.removed_by else ""
    removed += " and gone" if held.is_gone else ""
    lost = f" lost at {held.may_be_lost_at.address}" if held.may_be_lost_at else ""
    return f"{held.document.place.address}{links}{removed}{lost}"


def marked(
    before: Held, after: Held, apply: Apply, *, made: tuple[str, ...] = (), others: Held | None = None, **lists: Any
) -> list[str]:
    """What somebody has after the change. `others` are of a principal that can't be told, who may be this one; `lists`
    are the exclusive lists, of this one."""
    was, will = Inventory(documents={APP: before}), Inventory(documents={APP: [*after]}, **lists)
    if others is not None:
        will.documents[SOMEBODY] = [*others]
        will.unidentified = {SOMEBODY, Principal("user", "1", "(other kind)")}
    mark_lost(was, will, {(address, APP) for address in made}, apply.order)
    return [told(held) for held in will.documents[APP]]


LIST, SECOND = Place("list", "arns"), Place("second", "arns")


@pytest.mark.parametrize(
    ("who", "kept", "removed"),
    [
        ((APP, Manner.BY_ARN), [({"other"}, LIST)], " removed by list"),
        ((APP, Manner.BY_ARN), [({"p"}, LIST)], ""),
        ((APP, Manner.BY_NAME), [({"other"}, LIST)], ""),
        ((APP, Manner.BY_ARN), [({"other"}, Place("at", "arn"))], ""),
        ((APP, Manner.BY_ARN), [({"p"}, LIST), (set(), SECOND)], " removed by second"),
        ((APP, Manner.BY_ARN), [(set(), LIST), (set(), SECOND)], " removed by list"),
        ((SOMEBODY, Manner.BY_ARN), [(set(), LIST)], " removed by list"),
        ((Principal("role", "1", "z"), Manner.BY_ARN), [(set(), LIST)], ""),
    ],
)
def test_a_list_takes_away_what_it_leaves_out(who: Any, kept: Any, removed: str) -> None:
    """Of what is attached in its manner by others; the list of somebody who can't be told may be of this one."""
    both = [over("p", "at")]
    assert marked(both, both, Apply(), others=[], exclusive={who: kept}) == [f"p over at{removed}"]


@pytest.mark.parametrize(
    ("own", "names", "removed"),
    [
        (inline("i", "a"), [({"b"}, LIST)], " removed by list"),
        (inline("i", "a"), [({"a"}, LIST)], ""),
        (inline("i", "a"), [(set(), Place("i", "names"))], ""),
        (inline("i"), [(set(), LIST)], ""),
        (inline("i", "a"), [({"a"}, LIST), (set(), SECOND)], " removed by second"),
    ],
)
def test_a_list_of_names_takes_inline_policies_away(own: HeldDocument, names: Any, removed: str) -> None:
    """Those that have another name; of one without a name nobody knows."""
    assert marked([own], [own], Apply(), exclusive_names={APP: names}) == [f"i{removed}"]


@pytest.mark.parametrize(
    ("held", "acting", "expected"),
    [
        ([inline("a", "n"), inline("b", "N", "other")], ("a",), ["a removed by b", "b removed by a"]),
        ([inline("a", "n"), inline("b", "N", "other")], ("b",), ["a removed by b", "b removed by a"]),
        ([inline("a", "n"), inline("b", "N", "other")], (), ["a", "b"]),
        ([inline("a", "n"), inline("b", "n", "other")], ("b",), ["a removed by b", "b"]),
        ([inline("a", "n"), inline("b", "n", "other")], ("a", "b"), ["a removed by b", "b removed by a"]),
        ([inline("a", "n"), inline("b", "n", "other")], (), ["a", "b"]),
        ([inline("a", "n"), inline("b", "n")], ("a", "b"), ["a", "b"]),
        ([inline("a", "n", None), inline("b", "n", None)], ("a",), ["a", "b removed by a"]),
        ([inline("a", "n"), inline("b", "m", "other")], ("a", "b"), ["a", "b"]),
        ([inline("a"), inline("b", content="other")], ("a", "b"), ["a", "b"]),
        ([inline("a", "n"), inline("a", "n", "other")], ("a",), ["a removed by a", "a removed by a"]),
        ([inline("a", "n", None), inline("a", "n", None)], ("a",), ["a", "a"]),
        ([inline("a", "n"), inline("b", ANY_NAME, "other"), inline("c", "m", "x")], ("b",),
         ["a removed by b", "b removed by a", "c removed by b"]),
        ([inline("a", "n"), inline("b", "n", "o"), inline("c", "n", "x")], ("a",),
         ["a", "b removed by a", "c removed by a"]),
        ([inline("a", "n"), over("p", "at")], ("a", "p"), ["a", "p over at"]),
        ([over("p", "at"), inline("a", "n"), inline("b", "n", "other")], ("a",),
         ["p over at", "a", "b removed by a"]),
    ],
)  # fmt: skip
def test_what_is_written_under_one_name_is_written_over(
    held: Held, acting: tuple[str, ...], expected: list[str]
) -> None:
    """Where the texts differ, by one that the apply writes; names are one in any letters, or AWS refuses the second."""
    assert marked(held, held, Apply(acting=acting)) == expected


def test_what_may_be_somebody_elses_may_be_written_over_by_it() -> None:
    """Only what has the same name and is inline."""
    own = [inline("a", "n")]
    apply = Apply(acting=("b",))
    assert marked(own, own, apply, others=[inline("b", "n", "other")]) == ["a removed by b"]
    assert marked(own, own, apply, others=[inline("b", "m", "other"), over("b", "at")]) == ["a"]
    assert marked(own, own, apply, others=[]) == ["a"]


A, B, C = (over("p", name) for name in "abc")


@pytest.mark.parametrize(
    ("before", "after", "apply", "expected"),
    [
        ([A], [A], {}, ["p over a"]),
        ([A, B], [A], {}, ["p over a removed by b"]),
        ([A, B, C], [A], {}, ["p over a removed by b"]),
        ([A, B], [A, B], {}, ["p over a", "p over b"]),
        ([A], [A, B], {}, ["p over a", "p over b"]),
        ([A], [A], {"last": ("a",)}, ["p over a removed by a"]),
        ([A], [A, B], {"last": ("a",)}, ["p over a removed by a", "p over b"]),
        ([], [A], {"last": ("a",)}, ["p over a"]),
        ([over("q", "b")], [A, B], {"last": ("b",), "losing": ("b",)}, ["p over a", "p over b"]),
        ([A], [A, B], {"last": ("b",)}, ["p over a", "p over b"]),
        ([A, B], [A, B], {"last": ("a", "b")}, ["p over a removed by a", "p over b removed by b"]),
        ([A, B], [A, B], {"last": ("b",)}, ["p over a removed by b", "p over b removed by b"]),
        ([A], [A], {"last": ("a",), "another": ("p",)}, ["p over a"]),
        ([inline("i", "n")], [inline("i", "n")], {"last": ("i",), "another": ("i",)}, ["i removed by i"]),
        ([A], [B], {}, ["p over b"]),
        ([A], [B], {"losing": ("a",)}, ["p over b lost at a"]),
        ([A, C], [B, C], {"losing": ("a",)}, ["p over b lost at a", "p over c lost at a"]),
        ([A, C], [B, C], {"losing": ("a>c",)}, ["p over b", "p over c"]),
        ([A, C], [B, C], {"losing": ("c>b",)}, ["p over b", "p over c"]),
        ([A, C], [B, C, over("p", "d")], {"losing": ("a>b",)}, ["p over b lost at a", "p over c", "p over d"]),
        ([A, C], [B], {"losing": ("a", "c")}, ["p over b lost at a"]),
        ([A, C], [B], {"losing": ("c",)}, ["p over b lost at c"]),
        ([A], [over("q", "b")], {"losing": ("a",)}, ["q over b"]),
        ([inline("i", "n")], [inline("j", "n")], {"losing": ("i",)}, ["j lost at i"]),
        ([inline("i")], [inline("j")], {"losing": ("i",)}, ["j"]),
        ([over("p", "g", "a")], [over("p", "g", "b")], {"losing": ("a",)}, ["p over g over b lost at a"]),
        ([over("p", "g", "a")], [over("p", "h", "b")], {"losing": ("a",)}, ["p over h over b"]),
        ([over("p", "g", "h", "a")], [over("p", "g", "i", "b")], {"losing": ("a",)}, ["p over g over i over b"]),
        ([over("old", "a")], [over("new", "a")], {"anew": (("new", "old"),)}, ["new over a lost at old"]),
        ([over("x", "a")], [over("new", "a")], {"anew": (("new", "old"),)}, ["new over a"]),
        ([inline("old")], [inline("new")], {"anew": (("new", "old"),)}, ["new"]),
    ],
)
def test_what_is_held_at_two_places_goes_with_one(
    before: Held, after: Held, apply: dict[str, Any], expected: list[str]
) -> None:
    """Where one is deleted; where another is made, it may be lost. A policy that is made anew is deleted first."""
    assert marked(before, after, Apply(**apply)) == expected


def test_what_is_removed_for_certain_stays_so() -> None:
    """By what the document says itself, first; else by a list before anything else."""
    removed = replace(A, removed_by=Place("x", ""))
    assert marked([A, B], [removed], Apply()) == ["p over a removed by x"]
    left_out = {(APP, Manner.BY_ARN): [(set(), LIST)]}
    assert marked([A], [A], Apply(), exclusive=left_out) == ["p over a removed by list"]
    assert marked([A, B], [A], Apply(), exclusive=left_out) == ["p over a removed by list"]
    assert marked([A], [B], Apply(losing=("a",)), exclusive=left_out) == ["p over b removed by list"]


def test_who_is_made_anew_has_what_is_made() -> None:
    """Where the apply does anything to what it has; else the whole principal is another one. What does not wait for the
    new one may be made for the old one."""
    both = [A, inline("i", "n")]
    waits = Apply(recreated=True, acting=("a",), waiting=("a",))
    assert marked(both, both, waits, made=("a",)) == ["p over a", "i removed by i"]
    early = Apply(recreated=True, acting=("a",))
    assert marked(both, both, early, made=("a",)) == ["p over a lost at role", "i removed by i"]
    assert marked(both, both, Apply(recreated=True, acting=("i",))) == ["p over a removed by a", "i removed by i"]
    attached = [A]
    assert marked(attached, attached, Apply(recreated=True, acting=("a",))) == ["p over a removed by a"]
    assert marked(attached, attached, Apply(recreated=True)) == ["p over a"]
    assert marked(attached, attached, Apply(acting=("a",))) == ["p over a"]


def test_what_a_list_leaves_out_of_one_that_is_made_anew_stays_told_so() -> None:
    """And what may be lost anyway is told where that is."""
    lists: Any = {"exclusive": {(APP, Manner.BY_ARN): [(set(), LIST)]}}
    early = Apply(recreated=True, acting=("a", "b"), losing=("a",))
    assert marked([A], [A], early, **lists) == ["p over a removed by list"]
    assert marked([A], [A], early, made=("a",), **lists) == ["p over a removed by list"]
    assert marked([A], [B], early, made=("b",)) == ["p over b lost at a"]


def test_what_is_left_behind_is_gone_where_the_deletion_takes_it_along() -> None:
    """Of a principal that is made anew: what it allowed is gone as what it denied is. What is written again is not."""
    both = [A, inline("i", "n")]
    apply = Apply(recreated=True, takes=(True, False))
    assert marked(both, both, apply, resources={APP: 1}) == ["p over a removed by a and gone", "i"]
    apply = Apply(recreated=True, takes=(True, False), acting=("a",))
    assert marked(both, both, apply, resources={APP: 1}) == ["p over a removed by a", "i removed by i"]
    apply = Apply(recreated=True, takes=(True, False), acting=("a",), listing=("a",), waiting=("a",))
    assert marked(both, both, apply, resources={APP: 1}) == ["p over a", "i removed by i"]
    assert marked([A], [A], Apply(recreated=True, takes=(True, False)), made=("a",)) == ["p over a"]
    apply = Apply(recreated=True, takes=(False, True), acting=("i",), waiting=("i",))
    assert marked(both, both, apply, made=("i",), resources={APP: 1}) == ["p over a removed by a", "i"]


def test_a_destroyed_principal_takes_what_it_has_along() -> None:
    """What is attached, or inline, as it shows; not if a resource is the principal, or gives it more."""
    both = [A, inline("i", "n")]
    assert marked(both, both, Apply(takes=(True, False))) == ["i"]
    assert marked(both, both, Apply(takes=(False, True))) == ["p over a"]
    assert marked(both, both, Apply(takes=(True, True)), made=("a",)) == ["p over a"]
    assert marked(both, both, Apply(takes=(True, True)), resources={APP: 1}) == ["p over a", "i"]


def test_everybody_is_looked_at() -> None:
    """Also after one who has what it had."""
    other = Principal("role", "1", "other")
    was, will = Inventory(documents={other: [A], APP: [A, B]}), Inventory(documents={other: [A], APP: [A]})
    mark_lost(was, will, set(), Apply().order)
    assert [told(held) for one in (other, APP) for held in will.documents[one]] == ["p over a", "p over a removed by b"]


def test_what_names_a_new_principal_by_a_text_may_be_somebody_elses() -> None:
    """Then what waits for the new one does not come, whatever that one had; what the apply leaves as it is stays."""
    held = [inline("by-name"), inline("by-reference"), over("p", "at"), inline("stays")]
    acting, waiting = ("by-name", "by-reference", "at"), ("by-reference", "at", "stays")
    apply = Apply(taken=("by-name",), acting=acting, waiting=waiting)

    def may_not_come(before: Held, order: Apply) -> list[bool]:
        after = Inventory(documents={APP: [*held]})
        mark_lost(Inventory(documents={APP: before}), after, set(), order.order)
        return [one.may_not_come for one in after.documents[APP]]

    assert may_not_come([], apply) == may_not_come(held[:1], apply) == [False, True, True, False]
    assert may_not_come([], Apply(acting=acting, waiting=waiting)) == [False] * 4
