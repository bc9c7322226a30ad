"""Created managed policies that take the place of deleted ones: one to one, each with as much as its own."""

from typing import Any

import pytest

from gate.new_access import managed_policies
from gate.new_access.questions import FULL as FULL_ACCESS
from tests.helpers.inventories import blocks
from tests.helpers.plans import change, findings, plan, policy, statement
from tests.helpers.rooms import new_access

FULL = policy(statement("kms:*"))
DECRYPT = policy(statement("kms:Decrypt"))
S3 = policy(statement("s3:*"))
READS = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
ONE_KEY = "arn:aws:kms:eu-west-1:111122223333:key/k"


def gone(address: str, name: str, text: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::111122223333:policy/{name}"
    return change(f"aws_iam_policy.{address}", {"name": name, "path": "/", "arn": arn, "policy": text}, None)


def made(address: str, name: str, text: str) -> dict[str, Any]:
    after = {"name": name, "path": "/", "policy": text}
    return change(f"aws_iam_policy.{address}", None, after, change={"after_unknown": {"arn": True}})


def told(*changes: dict[str, Any]) -> list[str]:
    return [f"{finding.rule} {finding.address}" for finding in findings(plan(*changes))]


def test_a_policy_that_grants_nothing_takes_no_place() -> None:
    """A readdressed policy stays what it was where a new one comes beside it, whatever their order."""
    old = gone("admin", "admin", FULL)
    for address in ("a_new_one", "z_new_one"):
        assert told(old, made(address, "logs", S3), made('admin["x"]', "admin", FULL)) == []
    assert told(old, made("a_new_one", "other", FULL), made('admin["x"]', "admin", FULL)) == [
        "KMS001 aws_iam_policy.a_new_one"  # one to one: the policy of the same name is who it was
    ]


def test_a_policy_that_stays_gives_no_place() -> None:
    """A second one that can do as much beside it is new, though another one goes."""
    values = {"name": "kept", "path": "/", "arn": "arn:aws:iam::111122223333:policy/kept", "policy": FULL}
    kept = change("aws_iam_policy.kept", values, values)
    for beside in ([], [gone("reader", "reader", DECRYPT)]):
        assert told(kept, *beside, made("new", "new", FULL)) == ["KMS001 aws_iam_policy.new"]


def test_every_policy_takes_the_place_of_its_own() -> None:
    """One that can do less does not take the place of one that could do all, while its own goes as well."""
    old = gone("admin", "admin", FULL), gone("reader", "reader", DECRYPT)
    assert told(*old, made('reader["x"]', "reader", DECRYPT), made('admin["x"]', "admin", FULL)) == []
    assert told(*old, made('reader["x"]', "reader2", DECRYPT), made('admin["x"]', "admin2", FULL)) == []
    assert told(*old, made('reader["x"]', "reader", FULL), made('admin["x"]', "admin", FULL)) == [
        'KMS001 aws_iam_policy.reader["x"]'
    ]


def test_a_successor_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many renamed policies, each with access of its own: no two are compared that do not belong together."""
    compared = []
    monkeypatch.setattr(managed_policies, "widened", lambda was, now: compared.append(was) or was != now)
    texts = [policy(statement("kms:*", resource=f"arn:aws:kms:*:*:key/{number}")) for number in range(30)]
    old = [gone(f"old{number}", f"old{number}", text) for number, text in enumerate(texts)]
    new = [made(f"new{number}", f"new{number}", text) for number, text in enumerate(texts)]
    assert told(*old, *reversed(new)) == []
    assert len(compared) == len(texts)


LESS = policy(statement(NotAction="kms:Sign"))  # full all the same


def arn(name: str) -> str:
    return f"arn:aws:iam::111122223333:policy/{name}"


def attachment(role: str, name: str, *, before: bool, after: bool) -> dict[str, Any]:
    values = {"role": role, "policy_arn": arn(name)}
    return change(
        f"aws_iam_role_policy_attachment.{role}_{name}", values if before else None, values if after else None
    )


def used(address: str, name: str, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A policy that goes with its attachment to a role."""
    return gone(address, name, text), attachment("x", name, before=True, after=False)


def attached(address: str, name: str, text: str, role: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A new policy, attached to a role."""
    after = {"name": name, "path": "/", "policy": text, "arn": arn(name)}
    return change(f"aws_iam_policy.{address}", None, after), attachment(role, name, before=False, after=True)


def kept(address: str, name: str, text: str, after: str | None = None) -> dict[str, Any]:
    was = {"name": name, "path": "/", "arn": arn(name), "policy": text}
    return change(f"aws_iam_policy.{address}", was, {**was, "policy": after or text})


def test_only_a_created_policy_takes_the_place_of_a_deleted_one() -> None:
    """Not of one that stays; nor does one that stays take it."""
    assert told(kept("u", "u", FULL), made("c", "c", FULL)) == ["KMS001 aws_iam_policy.c"]
    assert told(kept("u", "u", FULL), gone("d", "d", S3), made("c", "c", FULL)) == ["KMS001 aws_iam_policy.c"]
    assert told(gone("d", "d", FULL), kept("a", "a", FULL), made("c", "c", FULL)) == []
    denied = policy(statement("kms:*"), statement("kms:*", effect="Deny"))
    assert told(gone("d", "d", denied), made("c", "c", FULL)) == ["KMS001 aws_iam_policy.c"]


def test_a_policy_that_is_made_again_under_its_name_is_compared_with_itself() -> None:
    """Whatever its address: what it gives is new where the one that is deleted did not give it."""
    one_key = policy(statement("kms:*", resource="arn:aws:kms:eu-west-1:111122223333:key/k"))
    assert told(gone("d", "p", FULL), made("c", "p", one_key)) == []
    assert told(gone("d", "p", one_key), made("c", "p", FULL)) == ["KMS001 aws_iam_policy.c"]
    assert told(gone("d", "p", FULL), made("c", "p", one_key), made("other", "q", FULL)) == [
        "KMS001 aws_iam_policy.other"  # nobody else takes its place
    ]
    assert told(gone("d", "p", DECRYPT), gone("e", "e", FULL), made("c", "p", FULL)) == []  # nobody had the old one
    assert len(told(gone("d", "p", DECRYPT), gone("e", "e", FULL), made("c", "p", FULL), made("f", "q", FULL))) == 1


def test_a_policy_is_split() -> None:
    """The part of which nothing is told needs no place: it is left to the one that has the rest."""
    encrypt = policy(statement("kms:Encrypt"))
    for address in ("a_part", "z_part"):
        assert told(gone("d", "d", FULL), made(address, address, encrypt), made("rest", "rest", LESS)) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (statement("kms:*"), statement("kms:*", resource=ONE_KEY), []),
        (statement("*"), statement(NotAction="kms:Sign", resource=ONE_KEY), []),
        (statement("kms:*", resource=ONE_KEY), statement("kms:*"), ["KMS001 aws_iam_policy.c"]),
        (statement("kms:*", resource=f"{ONE_KEY}2"), statement("kms:*", resource=ONE_KEY), ["KMS002 aws_iam_policy.c"]),
    ],
)
def test_a_policy_that_gives_less_under_another_name(before: Any, after: Any, expected: list[str]) -> None:
    """It takes the place of the one that goes, however its text says that it is less."""
    assert told(gone("d", "old", policy(before)), made("c", "new", policy(after))) == expected


def test_less_under_another_name_takes_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """One to one, for nobody else, and no more pairs are compared than that."""
    old, less = gone("d", "old", FULL), policy(statement("kms:*", resource=ONE_KEY))
    assert told(old, made("b", "b", less), made("c", "c", less)) == ["KMS002 aws_iam_policy.c"]
    assert told(old, gone("e", "e", FULL), made("b", "b", less), made("c", "c", less)) == []
    assert told(old, *attached("c", "c", less, "y"), made("b", "b", less)) == ["KMS002 aws_iam_policy.c"]
    monkeypatch.setattr(managed_policies, "_COMPARED", 1)
    assert told(gone("a", "a", S3), old, made("b", "b", less)) == []  # what gave nothing is not compared
    monkeypatch.setattr(managed_policies, "_COMPARED", 0)
    assert told(old, made("b", "b", less)) == ["KMS002 aws_iam_policy.b"]


def test_one_place_for_one_policy() -> None:
    """Who took one takes no other; of those that may, one that leaves nothing of what was comes first."""
    both = gone("d1", "n1", FULL), gone("d2", "n2", FULL)
    assert told(*both, made("c1", "n1", FULL), made("c2", "n3", FULL)) == []
    assert told(*both, made("c1", "n1", FULL), made("c2", "n3", FULL), made("c3", "n4", FULL)) == [
        "KMS001 aws_iam_policy.c3"
    ]
    both = gone("d1", "d1", FULL), *used("d2", "d2", FULL)
    assert told(*both, made("c1", "c1", FULL), made("c2", "c2", FULL)) == []
    old = *used("a", "a", FULL), *used("b", "b", DECRYPT)
    assert told(*old, made("c1", "c1", DECRYPT), made("c2", "c2", FULL)) == []
    assert told(*used("a", "a", FULL), made("c1", "logs", S3), made("c2", "c2", LESS)) == []


def test_a_policy_of_somebody_who_goes_is_attached_to_nobody() -> None:
    """What it allows nobody has any more, but it is there."""
    own = {"inline_policy": [{"name": "all", "policy": FULL}], "managed_policy_arns": [READS]}
    role = change("aws_iam_role.x", {"name": "x", **own}, None)
    assert told(role, *attached("c", "c", FULL, "x")) == ["KMS001 aws_iam_policy.c"]
    assert told(role, *used("d", "d", FULL), *attached("c", "c", FULL, "x")) == []


def test_a_policy_of_others_takes_no_place() -> None:
    """One that is attached to somebody who did not have the deleted one, or that is of another account."""
    old = gone("d", "d", FULL)
    assert told(old, *attached("c1", "c1", FULL, "y"), made("c2", "c2", LESS)) == ["KMS001 aws_iam_policy.c1"]
    several = *used("d1", "d1", FULL), gone("d2", "d2", FULL)
    after = made("c1", "c1", FULL), *attached("c2", "c2", FULL, "x"), made("c3", "c3", FULL)
    assert told(*several, *after) == ["KMS001 aws_iam_policy.c3"]
    aws = "registry.terraform.io/hashicorp/aws"
    blocks = [
        {"address": f"aws_iam_policy.{name}", "mode": "managed", "type": "aws_iam_policy", "name": name,
         "provider_config_key": key, "expressions": {}}
        for name, key in (("d", "aws"), ("c", "aws.other"))
    ]  # fmt: skip
    role = "arn:aws:iam::444455556666:role/ci"
    other = {"name": "aws", "alias": "other", "full_name": aws,
             "expressions": {"assume_role": [{"role_arn": {"constant_value": role}}]}}  # fmt: skip
    configuration = {
        "root_module": {"resources": blocks},
        "provider_config": {"aws": {"name": "aws", "full_name": aws}, "aws.other": other},
    }
    found = findings(plan(old, made("c", "c", FULL), configuration=configuration))
    assert [finding.address for finding in found if finding.blocks] == ["aws_iam_policy.c"]


def test_a_policy_that_is_not_known_takes_a_place_last() -> None:
    """It may be no more than full access that was, but more than any less; what is known to be as much comes first."""
    values = {"name": "c1", "path": "/"}
    unknown = change("aws_iam_policy.c1", None, values, change={"after_unknown": {"arn": True, "policy": True}})
    assert told(gone("d", "d", FULL), unknown) == []
    assert told(gone("d", "d", DECRYPT), unknown) == ["KMS009 aws_iam_policy.c1"]
    assert told(*used("d", "d", FULL), unknown, made("c2", "c2", FULL)) == ["KMS009 aws_iam_policy.c1"]


def test_a_policy_is_told_besides_where_it_gives_more_than_its_principals_have() -> None:
    """A boundary ties a role to one key; the policy itself is new on every one, unless the plan creates it."""
    key = "arn:aws:kms:eu-west-1:111122223333:key/k"
    limit = kept("limit", "limit", policy(statement("kms:*", key)))

    def role(name: str, *, limited: bool) -> dict[str, Any]:
        values = {"name": name, "permissions_boundary": arn("limit") if limited else None}
        return change(f"aws_iam_role.{name}", values, values)

    def grants(*changes: dict[str, Any]) -> list[tuple[str, bool]]:
        found = new_access(plan(limit, *changes)).answers(FULL_ACCESS)
        return [(str(grant.holder.label), grant.width is None) for grant in found]

    wider = kept("p", "p", S3, FULL)
    has_it = [attachment(name, "p", before=True, after=True) for name in ("a", "z")]
    assert grants(wider, has_it[0], role("a", limited=True)) == [("role a", True), ("policy p", False)]
    assert grants(wider, has_it[0], role("a", limited=False)) == [("role a", False)]
    for limited in (True, False):
        both = role("a", limited=limited), role("z", limited=not limited)
        assert grants(wider, *has_it, *both) == [("role a", limited), ("role z", not limited)]
    new = attached("p", "p", FULL, "a")
    assert grants(*new, role("a", limited=True)) == [("role a", True)]
    named = kept("p", "p", S3, policy(statement("kms:*", key)))
    assert grants(named, has_it[0], role("a", limited=True)) == [("role a", True)]


@pytest.mark.parametrize(
    ("listed", "refers", "rules"),
    [
        (["own", "new"], True, []),
        (["own"], False, []),  # the attachment may come last
        (["own"], True, ["KMS001 aws_iam_policy.new"]),
    ],
)
def test_a_policy_that_is_taken_away_again_is_left_for_anybody(
    listed: list[str], refers: bool, rules: list[str]
) -> None:
    """A role with full access gets a created policy, and an exclusive list takes it away in every order."""
    arns = {name: f"arn:aws:iam::111122223333:policy/{name}" for name in ("own", "new")}
    own = {"name": "own", "path": "/", "arn": arns["own"], "policy": FULL}
    has = {"role": "app", "policy_arn": arns["own"]}
    given, attachment = "aws_iam_role_policy_attachments_exclusive.all", "aws_iam_role_policy_attachment.new"
    raw = plan(
        change("aws_iam_policy.own", own, own),
        change("aws_iam_role_policy_attachment.own", has, has),
        made("new", "new", FULL),
        change(attachment, None, {"role": "app", "policy_arn": arns["new"]}),
        change(given, None, {"role_name": "app", "policy_arns": [arns[name] for name in listed]}),
        **blocks((given, {"role_name": [f"{attachment}.role"] if refers else []}), (attachment, {})),
    )
    found = [f"{finding.rule} {finding.address}" for finding in findings(raw)]
    assert [one for one in found if one.startswith("KMS001")] == rules


@pytest.mark.parametrize(("named", "rules"), [("b", ["KMS001 aws_iam_policy.new"]), ("b2", [])])
def test_a_policy_that_the_old_name_of_a_user_gets(named: str, rules: list[str]) -> None:
    """What names a user by the name that goes is there before what names it by the new one, as exclusive lists may."""
    arn = "arn:aws:iam::111122223333:policy/{}".format
    own = {"name": "own", "path": "/", "arn": arn("own"), "policy": FULL}
    has = {"user": "b", "policy_arn": arn("own")}
    found = told(
        change("aws_iam_policy.own", own, own),
        change("aws_iam_user.u", {"name": "b", "path": "/"}, {"name": "b2", "path": "/"}),
        change("aws_iam_user_policy_attachment.own", has, has),
        made("new", "new", FULL),
        change("aws_iam_user_policy_attachment.new", None, {"user": named, "policy_arn": arn("new")}),
        change("aws_iam_user_policy_attachments_exclusive.all", None, {"user_name": "b2", "policy_arns": [arn("own")]}),
    )
    assert [one for one in found if one.startswith("KMS001")] == rules
