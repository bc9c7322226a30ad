"""Where a grant is told, which statements it rests on, and what stopped it before."""

from collections.abc import Sequence
from typing import Any

import pytest

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument, Link
from gate.holdings.principal import Principal
from gate.iam.patterns import Budget
from gate.iam.services import protected
from gate.new_access.causes import Cause, Lost, first_place_of_change, place_of_change
from gate.new_access.inquiry import WHOLE, Inquiry, Work
from gate.new_access.introduced import introduced
from gate.new_access.policies import PlanDocuments
from gate.unknown import Unresolved
from tests.helpers.held import bounded, held
from tests.helpers.plans import policy, statement

SERVICE = protected()
EVERY_KEY = "arn:aws:kms:*:*:key/*"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/a"
ALL, GET = statement("kms:*"), statement("kms:Get*")
DENY, DENY_SIGN = statement("kms:*", effect="Deny"), statement("kms:Sign", effect="Deny")
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
USES = ["kms:Decrypt", "kms:ReEncryptFrom"]
MORE = [*USES, "kms:Sign"]
FULL, NOTHING = policy(ALL), policy(statement("s3:*"))

Documents = Sequence[HeldDocument]


def somebody(before: Documents, after: Documents, was: Boundary | None = None, will: Boundary | None = None) -> Holder:
    return Holder(
        Principal("role", "1", "r"), "role r", tuple(before), tuple(after), boundary_before=was, boundary_after=will
    )


def documents(before: Documents, after: Documents) -> PlanDocuments:
    """Those of a plan, of which one holder has what is told."""
    was, will = ({one.document.place: one.document for one in each} for each in (before, after))
    return PlanDocuments(was, will)


def causes(holder: Holder, more_before: Documents = (), more_after: Documents = ()) -> list[Cause]:
    """Why somebody newly has full access, in a plan with some more documents, of others."""
    known = documents([*holder.before, *more_before], [*holder.after, *more_after])
    work = Work(Budget(WHOLE), Budget(WHOLE), Budget(WHOLE))
    return [grant.cause for grant in introduced(holder, Inquiry(SERVICE, known, work)).grants]


def short(place: Place) -> str:
    return f"{place.address.rpartition('.')[2]}{'' if place.attribute == 'policy' else ':' + place.attribute}"


def told(cause: Cause) -> str:
    """A cause in short: the place, the statements that allow, what was lost, and which statements denied."""
    sources, denied = (
        " ".join(f"{short(document.place)}.{one.index}" for document, one in each)
        for each in (cause.sources, cause.denied)
    )
    lost = f" for lost {cause.lost.name}" if cause.lost else ""
    return f"{short(cause.place)}: {sources}{lost}{' of ' + denied if denied else ''}{' together' * cause.together}"


def shown(before: Documents, after: Documents, *bounds: Boundary | None) -> list[str]:
    return [told(cause) for cause in causes(somebody(before, after, *bounds))]


def test_the_statements_that_allow_what_is_new_or_hold_power() -> None:
    """Not those that allow what was there and tells nothing."""
    before = [held("b", policy(GET, statement(USES)))]
    after = [held("b", policy(GET, statement(USES), statement("s3:*"), statement("kms:Encrypt"), ALL))]
    assert shown(before, after) == ["b: b.1 b.3 b.4"]


def test_each_document_that_is_enough_is_told_by_itself() -> None:
    """Only with what stands in it; what allows only what was there is no cause."""
    before = [held("z", policy(GET))]
    after = [*before, held("c", FULL), held("b", policy(ALL, GET)), held("a", policy(GET))]
    assert shown(before, after) == ["b: b.0", "c: c.0"]


def test_what_completes_a_grant_is_told_at_the_first_place() -> None:
    """Of those that make it; its own statements come first."""
    before = [held("z", policy(GET))]
    most = statement(resource=EVERY_KEY, NotAction=MORE)
    after = [*before, held("c", policy(most)), held("b", policy(statement(MORE))), held("a", policy(GET))]
    assert shown(before, after) == ["b: b.0 c.0 together"]
    (cause,) = causes(somebody([held("b", policy(statement(USES)))], [held("b", policy(statement(NotAction=["x:y"])))]))
    assert (told(cause), cause.alone) == ("b: b.0", frozenset({0}))


def test_a_deny_that_is_lost_is_the_cause_whatever_else_changes() -> None:
    """As long as what it denied was allowed already; of what still denies nothing is told."""
    before = [held("d", policy(DENY)), held("b", FULL), held("a", policy(DENY_SIGN))]
    after = [held("b", policy(ALL, statement("kms:*", KEY))), held("a", policy(DENY_SIGN))]
    assert shown(before, after) == ["d: b.0 for lost DENY of d.0"]
    with_boundary = shown(
        before, after, bounded("x", policy(statement("*"), DENY)), bounded("x", policy(statement("*")))
    )
    assert with_boundary == ["d: b.0 for lost DENY of d.0"]


def test_a_boundary_that_goes_or_gets_wider_is_the_cause() -> None:
    """At the document where that changes, else where it is set or taken away."""
    own, nothing, wide = [held("a", FULL)], bounded("x", NOTHING), bounded("x", FULL)
    assert shown(own, own, nothing, wide) == ["x: a.0 for lost BOUNDARY"]
    assert shown(own, own, nothing, bounded("y", FULL)) == ["r:b: a.0 for lost BOUNDARY"]
    assert shown(own, own, nothing, None) == ["r:b: a.0 for lost BOUNDARY"]
    assert shown(own, own, bounded("x", HOLE), bounded("x", HOLE)) == ["x: a.0 for lost BOUNDARY"]
    lost = bounded("x", NOTHING, Place("aws_iam_role.old", "b"))
    assert shown(own, own, nothing, lost) == ["r:b: a.0 for lost BOUNDARY"]


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ({"a": policy(statement("kms:*", Condition=MFA))}, {"a": FULL}, Lost.CONDITION),
        ({"a": policy(statement("kms:Get*", Condition=MFA), GET)}, {"a": FULL}, None),
        ({"a": policy(statement("kms:Decrypt")), "d": policy(statement("kms:Decrypt", effect="Deny"))},
         {"a": FULL}, None),
        ({"a": policy(statement("kms:*", KEY, Condition=MFA))}, {"a": FULL}, None),
        ({"z": policy(statement("kms:*", Condition=MFA))},
         {"z": policy(statement("kms:*", Condition=MFA)), "a": FULL}, None),
    ],
)  # fmt: skip
def test_a_condition_is_lost_where_the_same_document_allowed_the_same_under_it(
    before: dict[str, str], after: dict[str, str], lost: Lost | None
) -> None:
    had, has = ([held(name, text) for name, text in each.items()] for each in (before, after))
    assert [cause.lost for cause in causes(somebody(had, has))] == [lost]


def link(name: str) -> Link:
    return Link(Place(f"aws_iam_role_policy_attachment.{name}", "policy_arn"))


def attached(name: str, text: str, *links: str, outside: bool = False, **doubt: Any) -> HeldDocument:
    place = Place(f"arn:aws:iam::aws:policy/.{name}", "") if outside else Place(f"aws_iam_policy.{name}", "policy")
    return HeldDocument(Document(place, text), tuple(map(link, links)), **doubt)


def test_a_policy_that_is_moved_to_somebody_is_told_where_it_stands() -> None:
    """The document says what it said, and nothing attaches it: another's inline policy becomes one of this."""
    moved = held("p", FULL)
    for bounds in ((), (bounded("x", FULL), bounded("x", FULL))):
        holder = somebody([], [held("z", NOTHING), moved], *bounds)
        assert [told(cause) for cause in causes(holder, more_before=[moved, held("z", NOTHING)])] == ["p: p.0"]
    holder = somebody([], [moved], bounded("x", NOTHING), bounded("x", FULL))
    assert [told(cause) for cause in causes(holder, more_before=[moved])] == ["x: p.0 for lost BOUNDARY"]


def test_where_a_deny_is_lost() -> None:
    """The document that denies no more, or what no longer attaches it."""
    own, denying, gone = held("own", FULL), attached("p", policy(DENY), "at"), NOTHING
    aside = held("other", NOTHING)

    def places(denied: HeldDocument, *after: HeldDocument, more_after: Documents = ()) -> list[str]:
        found = causes(somebody([own, denied], [own, *after]), more_after=more_after)
        return [short(cause.place) for cause in found]

    assert places(held("d", policy(DENY))) == ["d"]
    assert places(denying) == ["p"]  # deleted, with the attachment
    assert places(denying, more_after=[denying]) == ["at:policy_arn"]
    assert places(denying, attached("p", gone, "at")) == ["p"]
    assert places(denying, aside, attached("p", gone, "at"), aside) == ["p"]
    assert places(attached("p", policy(DENY), "at", outside=True)) == ["at:policy_arn"]
    assert places(held("d", policy(DENY)), more_after=[held("d", policy(DENY))]) == ["d"]


def test_what_takes_a_deny_away_is_the_cause() -> None:
    """Or what sets it again, where that may come before it is deleted."""
    own, deny = held("own", FULL), held("d", policy(DENY))
    listed = Place("aws_iam_role_policies_exclusive.x", "policy_names")
    removed = held("d", policy(DENY), removed_by=listed)
    aside = held("a", NOTHING, removed_by=Place("aws_iam_role_policies_exclusive.y", "policy_names"))
    assert [short(each.place) for each in causes(somebody([own, deny], [own, aside, removed]))] == ["x:policy_names"]
    again = held("new", policy(DENY), may_be_lost_at=deny.document.place)
    assert [short(each.place) for each in causes(somebody([own, deny], [own, again]))] == ["new"]
    attached_deny = attached("p", policy(DENY), "old")
    again = attached("p", policy(DENY), "new", may_be_lost_at=link("old").place)
    assert [short(each.place) for each in causes(somebody([own, attached_deny], [own, again]))] == ["new:policy_arn"]


def test_the_first_place_of_change() -> None:
    """What is new or says something else, then what is gone; if nothing changed, the first of all."""
    a, b, c, other = held("a", FULL), held("b", FULL), held("c", FULL), held("b", NOTHING)

    def first(before: Documents, after: Documents, elsewhere: Documents = ()) -> str:
        return short(first_place_of_change(somebody(before, after), documents([*before, *elsewhere], after)))

    assert first([a, other], [a, b, c]) == "b"
    assert first([a, c], [a, b, c], elsewhere=[b]) == "b"  # somebody else had it
    assert first([a, b, c], [a]) == "b"
    assert first([a, b, c], [c, b]) == "a"
    assert first([c, b], [c, b]) == "b"
    assert first([b], [b], elsewhere=[other]) == "b"
    assert first([a, b], [a, b], elsewhere=[other]) == "b"  # the plan has another text there


HOLE: Any = {"Statement": [{"Effect": "Allow", "Action": Unresolved(("var.a",)), "Resource": "*"}]}
UNKNOWN: Any = {"Statement": [statement("kms:Decrypt"), Unresolved(("var.s",))]}


@pytest.mark.parametrize(
    ("was", "will", "place"),
    [
        (FULL, FULL, None),
        (policy(GET), FULL, "p"),
        (FULL, policy(GET), None),
        (policy(DENY, ALL), FULL, None),  # a Deny that goes is told as such
        ("{", FULL, "p"),
        (FULL, "{", "p"),
        (policy(statement("kms:Decrypt")), UNKNOWN, "p"),
        (HOLE, HOLE, None),
        (HOLE, FULL, None),
        ({"Statement": [Unresolved(("var.s",))]}, {"Statement": [Unresolved(("var.t",))]}, "p"),
        (None, FULL, "p"),
    ],
)
def test_a_document_is_the_place_of_change_where_it_allows_more(was: Any, will: Any, place: str | None) -> None:
    """Or where it was not there."""
    before, after = [held("p", was)] if was else [], [held("p", will)]
    found = place_of_change(after[0], somebody(before, after), SERVICE, documents(before, after))
    assert (found and short(found)) == place


def test_what_newly_attaches_a_document_is_the_place_of_change() -> None:
    """The first that is new; what attaches another document counts for that one."""
    other = attached("q", NOTHING, "second")

    def found(before: Documents, after: HeldDocument, elsewhere: Documents = ()) -> str | None:
        place = place_of_change(after, somebody(before, [after]), SERVICE, documents([*before, *elsewhere], [after]))
        return place and short(place)

    had, has = attached("p", FULL, "first"), attached("p", FULL, "first", "second")
    assert found([had], has) == "second:policy_arn"
    assert found([other, had], has) == "second:policy_arn"
    assert found([attached("p", FULL, "second"), had], has) is None
    assert found([other], has, elsewhere=[had]) == "first:policy_arn"
    assert found([], attached("p", FULL, "first", outside=True)) == "first:policy_arn"
