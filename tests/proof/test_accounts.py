"""A small share of the proof with whole accounts, and what it found."""

import json

import pytest

from gate.check import Options, check
from gate.plan.model import read
from scripts.proof.accounts.compare import case, compared
from scripts.proof.accounts.part import accounts

pytestmark = pytest.mark.slow


def test_no_account_is_missed() -> None:
    """Every principal that newly has full access in any order is told; the numbers were read from this seed."""
    found = [one for one in accounts(1, range(60)) if one.applies]
    assert [one for one in found if one.missed or one.alarms] == []
    assert sum(one.new for one in found) > 0


@pytest.mark.parametrize("number", [228, 2166])
def test_a_deny_that_some_orders_lose(number: int) -> None:
    """Missed once: what one resource holds all the time is lost with the delete of another."""
    made = case(1, number)
    assert made is not None
    result = compared(made)
    assert (result.in_some, result.missed, result.alarms) == (1, (), ())


@pytest.mark.parametrize("number", [3003, 3444, 5559, 9669])
def test_a_document_that_is_taken_away(number: int) -> None:
    """False alarms once: what it allows and what it denies go together."""
    made = case(1, number)
    assert made is not None
    assert compared(made).alarms == ()


@pytest.mark.parametrize("number", [837, 999])
def test_an_attachment_to_many_is_created(number: int) -> None:
    """False alarms once: it takes nothing away from others."""
    made = case(2, number)
    assert made is not None
    assert compared(made).alarms == ()


@pytest.mark.parametrize("number", [138, 562, 1051, 4147, 6152, 7686])
def test_a_role_that_is_destroyed(number: int) -> None:
    """False alarms once: what still names a role that is destroyed or has another name gives nobody anything."""
    made = case(1, number)
    assert made is not None
    assert compared(made).alarms == ()


@pytest.mark.parametrize("number", [433, 4615, 5091, 9968])
def test_a_group_that_is_renamed(number: int) -> None:
    """False alarms once: what is deleted last under its old name is nobody's."""
    made = case(11, number)
    assert made is not None
    assert compared(made).alarms == ()


@pytest.mark.parametrize(("seed", "number"), [(11, 10353), (13, 848), (13, 8229), (13, 10113)])
def test_what_goes_with_a_principal(seed: int, number: int) -> None:
    """False alarms once: what a principal leaves behind that is made anew, and the boundary of one that is deleted."""
    made = case(seed, number)
    assert made is not None
    assert compared(made).alarms == ()


def test_a_deny_that_is_written_for_a_role_that_goes() -> None:
    """Missed once: an update that names a role by its name alone may come before the role is made anew."""
    made = case(12, 9586)
    assert made is not None
    result = compared(made)
    assert (result.in_some, result.missed, result.alarms) == (1, (), ())


@pytest.mark.parametrize("number", [2779, 11796])
def test_a_policy_that_is_made_again(number: int) -> None:
    """False alarms once: of gate, which compared it with nothing; of the judge, which took one of another account."""
    made = case(11, number)
    assert made is not None
    assert compared(made).alarms == ()


@pytest.mark.parametrize(("seed", "number"), [(16, 2197), (16, 5107), (17, 6324), (18, 252)])
def test_who_takes_the_place_of_another(seed: int, number: int) -> None:
    """A narrower policy under another name was a false alarm once. The judge did not know what a permission set names,
    asked of a policy that comes for all who had the one that goes, and took two roles for one and the same."""
    made = case(seed, number)
    assert made is not None
    result = compared(made)
    assert (result.missed, result.alarms, result.cautious) == ((), (), ())


@pytest.mark.parametrize("number", [5546, 7568])
def test_what_is_written_for_a_role_that_goes(number: int) -> None:
    """The judge did not find it under its new name."""
    made = case(16, number)
    assert made is not None
    result = compared(made)
    assert (result.missed, result.alarms, len(result.for_a_while)) == ((), (), 1)


@pytest.mark.parametrize(("seed", "number"), [(16, 4395), (18, 8355)])
def test_what_nobody_decides(seed: int, number: int) -> None:
    """Another role of the name may be there when its policy is written; lists and attachments that disagree."""
    made = case(seed, number)
    assert made is not None
    result = compared(made)
    assert (result.missed, result.alarms, len(result.cautious)) == ((), (), 1)


def test_no_account_is_missed_that_changes_in_several_places() -> None:
    """As above, with whole modules, keys, split policies, new groups and name prefixes."""
    found = [one for one in accounts(1, range(60), further=True) if one.applies]
    assert [one for one in found if one.missed or one.alarms] == []
    assert sum(one.new for one in found) > 0


@pytest.mark.parametrize(("seed", "number"), [(34, 573), (42, 38), (33, 6379), (1, 1104), (31, 315), (31, 9395)])
def test_what_changes_in_several_places(seed: int, number: int) -> None:
    """Missed once, or false alarms: what is deleted last, and what a new group is."""
    made = case(seed, number, further=True)
    assert made is not None
    result = compared(made)
    assert (result.missed, result.alarms) == ((), ())


def test_the_judge_tells_a_missed_grant() -> None:
    """A plan that is cut short of what grants is told to be a miss: the comparison can fail."""
    made = next(one for number in range(60) if (one := case(1, number)) is not None and compared(one).new)
    plan = json.loads(made.plan)
    entries = [{**entry, "change": {**entry["change"], "actions": ["no-op"]}} for entry in plan["resource_changes"]]
    for entry in entries:
        entry["change"]["after"] = entry["change"]["before"]
        entry["change"]["after_unknown"] = {}
    silent = json.dumps({**plan, "resource_changes": entries}).encode()
    assert not [f for f in check(read(silent, "plan.json"), Options(no_source=True)).findings if f.rule == "KMS001"]
    assert compared(type(made)(**{**vars(made), "plan": silent})).missed
