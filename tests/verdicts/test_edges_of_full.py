"""What is full, what is new of it, and what a finding says about it, where that is a near thing."""

from typing import Any

import pytest

from tests.helpers.plans import blocked, findings, inline, plan, policy, statement

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
KEYS = statement("kms:*", "arn:aws:kms:*:*:key/*")
STORES = ["kms:DisconnectCustomKeyStore", "kms:DeleteCustomKeyStore"]


def told(before: str | None, after: str | None) -> list[tuple[str, str]]:
    """Rule and example of each blocking finding when an inline policy changes so."""
    found = findings(plan(inline(before, after)))
    return [(one.rule, one.witness.action if one.witness else "") for one in found if one.blocks]


@pytest.mark.parametrize("condition", [{}, {"Condition": MFA}])
@pytest.mark.parametrize("action", STORES)
def test_what_knows_no_resource_is_new_under_a_condition_too(action: str, condition: dict[str, Any]) -> None:
    """Who holds every key already and now may destroy key stores has gained that, whatever it hangs on."""
    assert told(policy(KEYS), policy(KEYS, statement(action, **condition))) == [("KMS001", action)]
    assert told(policy(KEYS, statement(action)), policy(KEYS, statement(action, **condition))) == []


def test_what_knows_no_resource_and_is_no_longer_denied() -> None:
    """A Deny of it that is gone, or that now has a condition, is the same gain."""
    allow = statement("kms:*")
    deny = statement(STORES, effect="Deny")
    guarded = statement(STORES, effect="Deny", Condition=MFA)
    assert told(policy(allow, deny), policy(allow)) == [("KMS001", "kms:DeleteCustomKeyStore")]
    assert told(policy(allow, deny), policy(allow, guarded)) == [("KMS001", "kms:DeleteCustomKeyStore")]
    assert told(policy(allow, guarded), policy(allow)) == [("KMS001", "kms:DeleteCustomKeyStore")]
    assert told(policy(allow, guarded), policy(allow, deny)) == []


def test_what_knows_no_resource_alone_is_not_full() -> None:
    """Without the keys it is no full access, and what is harmless of it is no gain to who has the keys."""
    assert blocked((None, policy(statement(STORES)))) == []
    assert blocked((policy(KEYS), policy(KEYS, statement("kms:ListKeys", Condition=MFA)))) == []
    half = statement(["kms:Decrypt", "kms:PutKeyPolicy"], "arn:aws:kms:*:*:key/*")
    assert blocked((policy(half), policy(half, statement(STORES, Condition=MFA)))) == []


METADATA = ["kms:Describe*", "kms:List*", "kms:Get*"]
BUT_METADATA = {"effect": "Deny", "NotAction": METADATA}


def test_a_deny_that_takes_away_all_power_leaves_nothing_to_tell() -> None:
    """Who may only describe and list the keys has no power over them, however it is written."""
    assert told(None, policy(statement("kms:*"), statement(**BUT_METADATA))) == []
    assert told(policy(statement("kms:Describe*")), policy(statement("kms:*"), statement(**BUT_METADATA))) == []
    guarded = statement(**BUT_METADATA, Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})
    assert told(None, policy(statement("kms:*"), guarded)) == [("KMS001", "kms:Decrypt")]
    beside = statement(effect="Deny", NotAction=[*METADATA, "kms:ReplicateKey"])
    assert told(None, policy(statement("kms:*"), beside)) == [("KMS001", "kms:ReplicateKey")]


def test_what_is_harmless_by_itself_completes_power_over_several_requests() -> None:
    """One header administers, another one adds the last action that was missing: nothing is too little to tell."""
    most = statement(NotAction=["kms:Decrypt", "kms:ReEncryptFrom", "kms:Encrypt"], Condition=_agent("x"))
    last = statement("kms:Encrypt", Condition=_agent("y"))
    assert told(policy(most), policy(most, last)) == [("KMS001", "kms:Encrypt")]
    never = statement(["kms:*"], effect="Deny", Condition={"StringNotEquals": {"aws:UserAgent": "y"}})
    assert told(policy(most, never), policy(most, last, never)) == []


def _agent(value: str) -> dict[str, Any]:
    return {"StringEquals": {"aws:UserAgent": value}}


def test_the_example_is_a_sensitive_action_where_one_is_new() -> None:
    """What was harmless under one condition is not what a reader has to know of."""
    before = policy(statement("kms:*", Condition=MFA))
    after = policy(
        statement("kms:*"),
        statement(effect="Deny", NotAction=METADATA, Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
    )
    assert told(before, after) == [("KMS001", "kms:Decrypt")]


@pytest.mark.parametrize("listed", ["null", '"a"'])
def test_what_is_no_statement_has_no_number(listed: str) -> None:
    """A `Statement` that is no list and no object is said to be that."""
    found = findings(plan(inline(None, f'{{"Version": "2012-10-17", "Statement": {listed}}}')))
    assert [one.rule for one in found] == ["KMS010"]
    assert "`Statement` is neither a statement nor a list of them" in found[0].message
