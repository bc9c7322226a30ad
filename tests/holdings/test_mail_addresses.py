"""Who gets the mail of somebody in the identity store, and so a new password."""

from typing import Any

import pytest

from gate.holdings.mail_addresses import new_addresses
from gate.holdings.predecessors import predecessors
from tests.helpers.plans import change, findings, plan
from tests.helpers.rooms import held, read_iam
from tests.holdings.test_identity_store import made
from tests.holdings.test_sessions import FULL, READ, assigned, assignment, member, same, set_of

ANN, STORE = "aws_identitystore_user.ann", {"identity_store_id": "d-1", "user_name": "ann"}
SAYS = "whoever gets the mail of the new address becomes user ann in account 111122223333 (permission set a)"


def person(*addresses: Any, **values: Any) -> dict[str, Any]:
    return {**STORE, "user_id": "u", "emails": [{"value": one, "primary": True} for one in addresses], **values}


OWN, OTHER = person("ann@example.com"), person("eve@example.com")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([change(ANN, OWN, OTHER)], [(ANN, "u")]),
        ([change(ANN, OWN, person("Ann@example.com"))], []),
        ([change(ANN, OWN, {**OWN, "title": "x"})], []),
        ([change(ANN, OWN, person())], []),
        ([change(ANN, person(), OWN)], [(ANN, "u")]),
        ([change(ANN, {**OWN, "emails": None}, OWN)], [(ANN, "u")]),
        ([change(ANN, person("a@x", "b@x"), person("b@x"))], []),
        ([change(ANN, OWN, person(None), change={"after_unknown": {"emails": [{"value": True}]}})], [(ANN, "u")]),
        ([change(ANN, OWN, None)], []),
        ([change(ANN, None, OWN)], []),
        ([same(ANN, OWN)], []),
        (
            [
                change(
                    "aws_identitystore_group.g", {"group_id": "g", "emails": []}, {"group_id": "g", "emails": [OTHER]}
                )
            ],
            [],
        ),
        ([change("aws_iam_user.ann", {"name": "ann"}, {"name": "ann", "emails": [{"value": "x"}]})], []),
    ],
)
def test_who_gets_mail_at_another_address(changes: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    """Whoever was there, at an address that was not theirs, in whatever case."""
    found = [*new_addresses(read_iam(plan(*changes)).resources, {})]
    assert [(one.place.address, one.name) for one in found] == expected
    assert all(one.place.attribute == "emails" for one in found)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({**STORE, "emails": [{"value": "eve@example.com"}]}, ["u"]),
        ({**STORE, "emails": [{"value": "ann@example.com"}]}, []),
        ({**STORE, "identity_store_id": "d-2", "emails": [{"value": "eve@example.com"}]}, []),
        ({**STORE, "user_name": "eve", "emails": [{"value": "eve@example.com"}]}, []),
        ({"identity_store_id": "d-1", "display_name": "ann", "emails": [{"value": "eve@example.com"}]}, []),
    ],
)
def test_who_is_made_anew_under_the_user_name(values: dict[str, Any], expected: list[str]) -> None:
    """Is who had it in the same store, with another address."""
    resources = read_iam(plan(change(ANN, OWN, None), made("aws_identitystore_user.new", values, "user_id"))).resources
    former = predecessors(resources, lambda resource: "account")
    assert [one.name for one in new_addresses(resources, former)] == expected


def test_a_group_of_the_name_is_nobody_who_gets_mail() -> None:
    """What people call it is another attribute."""
    group = made("aws_identitystore_group.new", {"identity_store_id": "d-1", "display_name": "ann"}, "group_id")
    resources = read_iam(plan(change(ANN, OWN, None), group)).resources
    assert predecessors(resources, lambda resource: "account") == {}


def told(*changes: dict[str, Any], document: str = FULL) -> list[str]:
    found = findings(plan(set_of("a", document), *changes))
    assert not any(one.blocks for one in found)
    return [str(one.message) for one in found if one.rule == "KMS006"]


@pytest.mark.parametrize(
    "given", [[assignment("a", "u")], [assignment("a", "g1"), member("g1")]], ids=["user", "group"]
)
def test_who_resets_the_password_of_somebody_with_full_access(given: list[dict[str, Any]]) -> None:
    """By an assignment of its own, or over a group."""
    assert told(change(ANN, OWN, OTHER), *given) == [f"{SAYS}, which has full KMS access"]
    assert told(change(ANN, OWN, {**OWN, "title": "x"}), *given) == []
    assert told(change(ANN, OWN, OTHER), *given, document=READ) == []
    assert told(change(ANN, {**OWN, "user_id": "v"}, {**OTHER, "user_id": "v"}), *given) == []


def test_who_is_in_the_store_is_no_role_of_the_name_of_its_id() -> None:
    values, policy = {"name": "u"}, {"role": "u", "name": "p", "policy": FULL}
    role = same("aws_iam_role.u", values), same("aws_iam_role_policy.p", policy)
    assert told(change(ANN, OWN, OTHER), *role) == []


def test_sessions_of_a_person_who_stays_are_not_looked_at() -> None:
    """Members times assignments would be too many."""
    given = set_of("a", FULL), assignment("a", "g1"), member("g1")
    looked_at = [
        sum(one.principal.scope[:1] == ("user",) for one in held(plan(*given, person)).principals)
        for person in (same(ANN, OWN), change(ANN, OWN, OTHER))
    ]
    assert looked_at == [0, 1]


def test_what_to_do_about_a_new_address() -> None:
    """The mail of the password goes there."""
    (found,) = findings(plan(set_of("a", FULL), assignment("a", "u"), change(ANN, OWN, OTHER)))
    assert (found.rule, found.address, found.attribute) == ("KMS006", ANN, "emails")
    assert found.remedy[0] == "look at whose address it is: who resets the password gets a mail there"


def test_who_is_new_to_an_assignment_is_told_of_that() -> None:
    """And of nothing else."""
    values = assigned("a", "u")
    joins = change("aws_ssoadmin_account_assignment.x", None, values)
    found = findings(plan(set_of("a", FULL), joins, change(ANN, OWN, OTHER)))
    assert [one.rule for one in found] == ["KMS001"]
