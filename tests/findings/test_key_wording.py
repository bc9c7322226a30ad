"""What a finding about a key policy says, and what it tells to do."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.plan.model import read
from tests.helpers.key_plans import APP, ID, OTHER, ROOT, allow, key
from tests.helpers.paths import PLANS
from tests.helpers.plans import change, findings, plan, policy
from tests.helpers.suggested import statements

PARTNER = f"arn:aws:iam::{OTHER}:role/x"


@pytest.mark.parametrize(
    ("statement", "message", "remedy"),
    [
        (
            allow("*"),
            "the key policy newly gives kms:Decrypt to everyone",
            "name the principals that need the key",
        ),
        (
            allow({"AWS": PARTNER}, ["kms:Decrypt", "kms:DescribeKey"]),
            f"the key policy newly gives kms:Decrypt and kms:DescribeKey to {PARTNER}, outside the key's own account",
            f"make sure that {PARTNER} is meant to use the key",
        ),
        (
            allow({"AWS": OTHER}),
            f"the key policy newly gives kms:Decrypt to account {OTHER}, outside the key's own account",
            "make sure that this account is meant to use the key, or name the one role of it that needs the key",
        ),
        (
            allow({"AWS": APP}, "kms:*"),
            "the key policy newly gives full KMS access to role app",
            "let one principal administer the key and another one use it",
        ),
    ],
)
def test_a_sentence_says_what_is_given_to_whom_and_why_it_is_told(statement: Any, message: str, remedy: str) -> None:
    """The actions first, then the principal, then why that is worth telling; the remedy is about that principal."""
    (found,) = findings(plan(key(policy(ROOT), policy(ROOT, statement))))
    assert (found.message, found.remedy[0]) == (message, remedy)


VIA_S3 = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
DENY = allow("*", "kms:Decrypt", "Deny", Condition={"StringNotEquals": {"kms:CallerAccount": "111122223333"}})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([ROOT], [ROOT, allow("*", Sid="All")]),
        ([ROOT], [ROOT, allow({"AWS": "*"}, ["kms:Decrypt", "kms:DescribeKey"], Condition=VIA_S3)]),
        ([ROOT], [ROOT, allow({"AWS": APP}, "kms:*")]),
        ([ROOT], [ROOT, allow({"AWS": APP}, ["kms:Decrypt", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"])]),
        ([ROOT, allow({"AWS": APP}, Condition=MFA)], [ROOT, allow({"AWS": APP})]),
        ([ROOT, allow("*"), DENY], [ROOT, allow("*")]),
    ],
    ids=["everyone", "through a service", "all power", "all power by name", "condition lost", "Deny lost"],
)
def test_what_is_suggested_for_a_key_policy_is_no_finding(before: list[Any], after: list[Any]) -> None:
    """The suggested statement in the place of the offered one, or the Deny put back, leaves nothing to be told."""
    (found,) = findings(plan(key(policy(*before), policy(*after))))
    suggested = statements(found.example)
    assert suggested
    kept = after if suggested[0]["Effect"] == "Deny" else after[:-1]
    assert findings(plan(key(policy(*before), policy(*kept, *suggested)))) == ()


def test_an_account_that_is_not_proven_is_to_be_written() -> None:
    """The number of the key's own account, where nothing tells it, is a placeholder and said to be one; a data source
    that reads it is better."""
    values = {"policy": policy(allow("*"))}
    made = change("aws_kms_key.k", None, values, change={"after_unknown": {"arn": True, "id": True}})
    (found,) = findings(plan(made))
    assert found.remedy[-1] == "write the number of the key's account for 111122223333"
    caller = {"address": "data.aws_caller_identity.me", "type": "aws_caller_identity", "name": "me", "mode": "data"}
    block = {"address": "aws_kms_key.k", "type": "aws_kms_key", "name": "k", "expressions": {"policy": {}}}
    (found,) = findings(plan(made, configuration={"root_module": {"resources": [caller, block]}}))
    assert '"kms:CallerAccount" = data.aws_caller_identity.me.account_id' in "".join(found.example)


def test_what_to_do_about_a_condition_that_is_not_known(tmp_path: Path) -> None:
    """Its values have to be known; nothing else of the policy is unknown."""
    case, source = PLANS / "key-condition-known-after-apply", tmp_path / "source"
    source.mkdir()
    shutil.copy(case / "after.tf", source / "main.tf")
    shown = check(read((case / "plan.json").read_bytes(), "plan.json"), Options(source=(str(source),))).findings
    told = "write the values of the condition as texts, or create what they depend on in an earlier apply"
    assert [line for one in shown if one.rule == "KMS009" for line in one.remedy] == [told]


PUT = {"key_id": ID, "policy": policy(ROOT, allow({"AWS": APP}, "kms:*", "Deny"))}
DESTROYED = change("aws_kms_key_policy.a", PUT, None)
CONFIGURED = {"address": "aws_kms_key.k", "type": "aws_kms_key", "name": "k", "expressions": {"policy": {}}}
MOVED = "a `moved` block with `from = aws_kms_key_policy.a` and `to = aws_kms_key_policy.b`"
REMOVED = "a `removed` block with `from = aws_kms_key_policy.a` and `destroy = false`"
KEEP = "keep the Deny, or first narrow what the Allow grants"


@pytest.mark.parametrize(
    ("made", "blocks", "remedy"),
    [
        (
            [change("aws_kms_key_policy.b", None, PUT)],
            [],
            (
                f"add {MOVED}: then nothing is removed",
                f"or {KEEP}",
            ),
        ),
        (
            [],
            [CONFIGURED],
            (
                f"let go of the old one without destroying it: {REMOVED}",
                f"or {KEEP}",
            ),
        ),
        ([], [{**CONFIGURED, "expressions": {}}], (KEEP,)),
    ],
    ids=["at another address", "in the key itself", "nowhere"],
)
def test_a_key_policy_that_is_deleted_where_the_plan_has_it_elsewhere(
    made: list[Any], blocks: list[Any], remedy: tuple[str, ...]
) -> None:
    """A delete leaves the default policy, and may come last: what makes it none is said first."""
    configuration = {"root_module": {"resources": blocks}}
    (found,) = findings(plan(key(PUT["policy"], PUT["policy"]), DESTROYED, *made, configuration=configuration))
    assert found.remedy == remedy


def test_a_key_policy_that_is_let_go_of_or_moved_is_no_finding() -> None:
    """What the remedies say."""
    let_go = change("aws_kms_key_policy.a", PUT, None, change={"actions": ["forget"]})
    moved = change("aws_kms_key_policy.b", PUT, PUT, previous_address="aws_kms_key_policy.a")
    for one in (let_go, moved):
        assert findings(plan(key(PUT["policy"], PUT["policy"]), one)) == ()
