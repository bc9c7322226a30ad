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


TAGGED = "arn:aws:kms:*:*:key/${aws:PrincipalTag/k}"
IDS = "arn:aws:kms:*:*:key/????????-????-????-????-????????????"


def test_a_variable_may_be_what_a_deny_names() -> None:
    """A Deny that goes opens the keys to whoever has one of them in the tag; while it stands, it leaves the others."""
    allow, deny = statement("kms:*", TAGGED), statement("kms:*", "arn:aws:kms:*:*:key/a*", effect="Deny")
    assert blocked((policy(allow, deny), policy(allow))) == ["KMS002"]
    assert blocked((policy(allow), policy(allow, deny))) == []
    assert blocked((None, policy(allow, deny))) == ["KMS002"]
    assert blocked((None, policy(allow, statement("kms:*", "*", effect="Deny")))) == []
    assert blocked((policy(statement("kms:*", IDS)), policy(allow))) == ["KMS002"]


def test_a_deny_of_a_variable_is_certain_of_nothing() -> None:
    """It stops only who has the key in the tag; that it goes is a gain to those."""
    allow, deny = statement("kms:*"), statement("kms:*", TAGGED, effect="Deny")
    assert blocked((None, policy(allow, deny))) == ["KMS001"]
    assert blocked((policy(allow, deny), policy(allow))) == ["KMS001"]
    assert blocked((policy(allow), policy(allow, deny))) == []
    but = statement("kms:*", effect="Deny", NotResource=[TAGGED])
    assert blocked((None, policy(allow, but))) == ["KMS001"]
    own = statement("kms:*", TAGGED)
    assert blocked((policy(own, deny), policy(own, deny))) == []
    assert blocked((None, policy(own, deny))) == []


def test_all_but_a_variable_is_every_key() -> None:
    """What is left out for one principal is one key."""
    others = statement("kms:*", NotResource=[TAGGED])
    assert blocked((None, policy(others))) == ["KMS001"]
    assert blocked((policy(others), policy(others))) == []
    assert blocked((policy(others), policy(statement("kms:*")))) == ["KMS001"]
    more = statement("kms:*", NotResource=[TAGGED, "arn:aws:kms:*:*:key/${aws:username}"])
    assert blocked((policy(others), policy(more))) == []
    assert blocked((policy(more), policy(others))) == ["KMS001"]


NARROWER = [
    ("key/${aws:PrincipalTag/k}*", "key/${aws:PrincipalTag/k}"),
    ("key/*${aws:PrincipalTag/k}*", "key/a${aws:PrincipalTag/k}b*"),
    ("key/*", "key/${aws:PrincipalTag/k}"),
    ("key/${aws:username}*", "key/${aws:username}-${aws:PrincipalTag/k}"),
]


@pytest.mark.parametrize(("wide", "narrow"), NARROWER)
def test_a_narrower_pattern_with_a_variable_opens_nothing(wide: str, narrow: str) -> None:
    """Whatever the variable holds; and the other way round it opens something."""
    before, after = (policy(statement("kms:*", f"arn:aws:kms:*:*:{text}")) for text in (wide, narrow))
    assert blocked((before, after)) == []
    assert blocked((after, before)) != []


def test_a_question_mark_is_one_character_of_a_variable() -> None:
    """A variable may hold more, or none."""
    before, after = (f"arn:aws:kms:*:*:key/{name}" for name in ("?" * len("${aws:username}"), "${aws:username}"))
    assert blocked((policy(statement("kms:*", before)), policy(statement("kms:*", after)))) == ["KMS002"]


def test_a_finding_names_the_variable() -> None:
    """The message has the resource as the policy does; the example says under what it holds."""
    (found,) = findings(plan(inline(None, policy(statement("kms:*", TAGGED)))))
    assert TAGGED in found.message
    assert found.message.count(TAGGED) == 1
    assert found.witness is not None
    assert found.witness.conditions == (f"the resource = {TAGGED}",)


KEY = "arn:aws:kms:{}:{}:key/{}".format
USE, ADMINISTER = ["kms:Decrypt", "kms:PutKeyPolicy"], ["kms:ScheduleKeyDeletion"]
WIDTHS: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([statement(USE), statement(ADMINISTER, KEY("*", "111122223333", "*"))], ["KMS001"]),
    ([statement(USE, KEY("eu-west-1", "*", "*")), statement(ADMINISTER, KEY("*", "111122223333", "*"))], ["KMS001"]),
    ([statement(USE, KEY("eu-west-1", "*", "*")), statement(ADMINISTER, KEY("us-east-1", "*", "*"))], []),
    ([statement(USE, KEY("eu-west-1", "1", "abc")), statement(ADMINISTER, KEY("eu-west-1", "*", "*"))], ["KMS002"]),
    ([statement("kms:*", [KEY("eu-west-1", "*", "*"), KEY("us-east-1", "*", "*")])], ["KMS001"]),
    (
        [statement(USE, NotResource=[KEY("*", "*", "a*")]), statement(ADMINISTER, NotResource=["arn:aws:s3:::*"])],
        ["KMS001"],
    ),
    ([statement("kms:*", NotResource=[KEY("eu-west-1", "*", "*")])], ["KMS001"]),
    ([statement("kms:*", NotResource=["arn:*"])], []),
    ([statement("kms:*", "arn:*:kms:*")], ["KMS001"]),
    ([statement("kms:*", "arn:aws*:kms:*:*:key/*")], ["KMS001"]),
]


@pytest.mark.parametrize(("statements", "rules"), WIDTHS)
def test_the_width_is_that_of_what_the_statements_cover_together(
    statements: list[dict[str, Any]], rules: list[str]
) -> None:
    """Where one half of the power is wider than the other, the narrower one counts."""
    assert blocked((None, policy(*statements))) == rules


def test_a_plain_grant_beside_many_patterns_is_certain() -> None:
    """As many as would take more work than is allowed, if each counted."""
    patterns = [f"arn:aws:kms:*:*:key/*{letter}*{digit}*" for letter in "abcdef" for digit in range(6)]
    (found,) = findings(plan(inline(None, policy(statement("kms:*", [*patterns, "*"])))))
    assert (found.rule, found.blocks) == ("KMS001", True)
