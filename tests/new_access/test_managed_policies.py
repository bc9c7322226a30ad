"""Created managed policies that take the place of deleted ones: one to one, each with as much as its own."""

from typing import Any

import pytest

from gate.new_access import managed_policies
from tests.helpers.plans import change, findings, plan, policy, statement

FULL = policy(statement("kms:*"))
DECRYPT = policy(statement("kms:Decrypt"))
S3 = policy(statement("s3:*"))


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
