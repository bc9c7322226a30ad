"""What is new for holders who have the same access."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.holdings.principals import Principal
from gate.iam import patterns
from gate.iam.patterns import Budget
from gate.iam.services import protected
from gate.new_access import inquiry as inquiry_module
from gate.new_access.certain_and_worst import certain_and_worst
from gate.new_access.inquiry import WHOLE, Inquiry, Work
from gate.new_access.introduced import introduced
from gate.new_access.policies import PlanDocuments
from gate.new_access.undetermined import Undetermined
from tests.helpers.plans import policy, statement

FULL = policy(statement("kms:*"), statement("kms:Decrypt", "arn:aws:kms:*:*:key/a*", "Deny"))
READ = policy(statement("s3:GetObject"))


def holder(number: int, after: str = FULL) -> Holder:
    had, has = (
        HeldDocument(Document(Place(f"aws_iam_role_policy.r{number}", "policy"), text)) for text in (READ, after)
    )
    return Holder(Principal("role", "", f"r{number}"), f"role r{number}", (had,), (has,))


def asked(full: int = WHOLE) -> Inquiry:
    return Inquiry(protected(), PlanDocuments({}, {}), Work(Budget(full), Budget(WHOLE), Budget(WHOLE)))


@pytest.fixture
def explored(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each look at all resources of a shape."""
    seen: list[str] = []
    cells: Callable[..., Any] = patterns.cells

    def watched(universe: str, *rest: Any) -> Any:
        seen.append(universe)
        return cells(universe, *rest)

    monkeypatch.setattr(patterns, "cells", watched)
    return seen


def test_equal_access_is_worked_out_once(explored: list[str]) -> None:
    """However many have it; each is told of under its own name and at its own place."""
    inquiry = asked()
    first = introduced(holder(0), inquiry)
    once = len(explored)
    others = [introduced(holder(number), inquiry) for number in range(1, 9)]
    assert once > 0
    assert len(explored) == once
    for number, found in enumerate([first, *others]):
        assert [(g.holder.label, g.place.address) for g in found.grants] == [
            (f"role r{number}", f"aws_iam_role_policy.r{number}")
        ]


def test_another_access_is_worked_out_anew(explored: list[str]) -> None:
    """One statement more is another access."""
    inquiry = asked()
    introduced(holder(0), inquiry)
    once = len(explored)
    found = introduced(holder(1, policy(statement("kms:*", "arn:aws:kms:eu-west-1:111122223333:key/b"))), inquiry)
    assert len(explored) > once
    assert [grant.width for grant in found.grants] == [None]


def test_what_is_told_again_costs_the_same() -> None:
    """So that no verdict depends on who came before: the work that is left falls by as much for each."""
    inquiry = asked()
    left = [WHOLE]
    for number in range(3):
        introduced(holder(number), inquiry)
        left.append(inquiry.work.full.steps)
    spent = {before - after for before, after in pairwise(left)}
    assert len(spent) == 1
    assert spent != {0}


def test_who_has_no_work_left_is_undetermined_although_the_answer_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the same access had not been told of before."""
    inquiry = asked()
    assert [grant.undetermined for grant in introduced(holder(0), inquiry).grants] == [None]
    monkeypatch.setattr("gate.new_access.introduced.LEAST", 1)
    inquiry.work.full.steps = 0
    assert [g.undetermined for g in introduced(holder(1), inquiry).grants] == [Undetermined.INTRICATE]


def test_the_answers_kept_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered does not grow with the plan."""
    monkeypatch.setattr(inquiry_module, "REMEMBERED", 2)
    inquiry = asked()
    for number in range(5):
        found = introduced(holder(number, policy(statement("kms:*", f"arn:aws:kms:*:*:key/{number}*"))), inquiry)
        assert len(found.grants) == 1
        assert len(inquiry.memory.answered) <= 2


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each holder whose before and after are worked out."""
    seen: list[str] = []

    def watched(each: Holder, *rest: Any) -> Any:
        seen.append(each.label)
        return certain_and_worst(each, *rest)

    monkeypatch.setattr("gate.new_access.introduced.certain_and_worst", watched)
    return seen


def test_who_has_the_same_texts_and_gains_nothing_is_looked_at_once(looked_at: list[str]) -> None:
    inquiry = asked()
    found = [introduced(holder(number, READ), inquiry) for number in range(9)]
    assert looked_at == ["role r0"]
    assert [one.holder.label for one in found] == [f"role r{number}" for number in range(9)]
    assert {(one.grants, one.compared, one.may_be_full) for one in found} == {((), None, False)}


@pytest.mark.parametrize(
    "doubt", [{"removed_by": Place("a", "")}, {"may_be_lost_at": Place("a", "")}, {"holder_is_uncertain": True}]
)
def test_what_is_not_sure_is_looked_at_for_each(looked_at: list[str], doubt: dict[str, Any]) -> None:
    """However equal the texts are: a Deny that may be lost opens what it held back."""
    inquiry = asked()
    sure, unsure = holder(0, READ), holder(1, READ)
    introduced(sure, inquiry)
    introduced(replace(unsure, after=tuple(replace(held, **doubt) for held in unsure.after)), inquiry)
    assert looked_at == ["role r0", "role r1"]


def test_who_gains_is_looked_at_after_one_with_the_same_texts_before(looked_at: list[str]) -> None:
    inquiry = asked()
    introduced(holder(0, READ), inquiry)
    assert introduced(holder(1, FULL), inquiry).grants
    assert looked_at == ["role r0", "role r1"]


def test_a_boundary_that_changes_is_looked_at(looked_at: list[str]) -> None:
    inquiry = asked()
    all_of_it = Boundary(Document(Place("aws_iam_policy.b", "policy"), policy(statement("*"))), Place("r", "b"))
    nothing = Boundary(Document(Place("aws_iam_policy.c", "policy"), READ), Place("r", "b"))
    same = replace(holder(0, FULL), before=holder(0, FULL).after, boundary_before=nothing, boundary_after=nothing)
    assert not introduced(same, inquiry).grants
    assert introduced(replace(same, boundary_after=all_of_it), inquiry).grants
    assert len(looked_at) == 2
