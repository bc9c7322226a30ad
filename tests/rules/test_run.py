"""What is told of a policy that the plan uses as a permissions boundary, and of two kinds of power at one place."""

from typing import Any

import pytest
from msgspec.structs import replace

from gate.new_access.keys import Opened
from gate.rules import full_kms_access_to_named_keys, open_key_policy, run, undetermined
from gate.unknown import Unresolved
from tests.helpers.key_plans import ROOT, allow
from tests.helpers.plans import change, findings, inline, plan, policy, statement
from tests.helpers.rooms import new_access
from tests.new_access.test_keys import ONLY, key
from tests.new_access.test_keys import found as found_of_key

ARN = "arn:aws:iam::111122223333:policy/limit"
FULL, READS = policy(statement("kms:*")), policy(statement("s3:GetObject"))


def _limit(before: str | None) -> dict[str, Any]:
    def values(text: str | None) -> Any:
        return None if text is None else {"name": "limit", "arn": ARN, "policy": text}

    return change("aws_iam_policy.limit", values(before), values(FULL))


ROLE = {"name": "app", "permissions_boundary": ARN, "assume_role_policy": policy()}
BOUND = change("aws_iam_role.app", ROLE, ROLE)
ATTACHED = change("aws_iam_role_policy_attachment.other", None, {"role": "other", "policy_arn": ARN})


def test_a_boundary_need_not_be_narrower() -> None:
    """What to write instead is for a policy that somebody has."""
    (bounding,) = findings(plan(_limit(None), BOUND))
    assert [line.partition(";")[0] for line in bounding.remedy] == ["nothing is to be done for a boundary"]
    assert bounding.example == ()
    (attached,) = findings(plan(_limit(None), BOUND, ATTACHED))
    assert attached.remedy[0].startswith("replace `kms:*`")
    assert attached.example


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([_limit(None), BOUND], {("KMS001", "warning", False)}),
        ([_limit(None)], {("KMS001", "error", True)}),
        ([_limit(None), BOUND, ATTACHED], {("KMS001", "error", True)}),
        ([_limit(READS), BOUND], {("KMS001", "error", True)}),
    ],
    ids=["new and only a boundary", "new", "a boundary and attached", "there before"],
)
def test_a_policy_that_only_bounds_is_a_warning(changes: list[Any], told: set[tuple[str, str, bool]]) -> None:
    """Nobody has it then; one that was there before, or that somebody gets, blocks."""
    found = findings(plan(*changes))
    assert {(one.rule, one.level, one.blocks) for one in found if one.rule == "KMS001"} == told


KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TRUSTED = policy({"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"})


def test_a_weaker_rule_tells_of_whom_a_stronger_one_does_not() -> None:
    """At one place, where another principal gets less; and of every key, where the stronger one is of named keys."""
    shared = {"managed_policy_name": "m", "policy_document": FULL, "roles": ["app", "b"]}
    bounds = {"name": "limit", "arn": ARN, "policy": policy(statement("kms:Decrypt"))}
    found = findings(
        plan(change("awscc_iam_managed_policy.m", None, shared), change("aws_iam_policy.limit", bounds, bounds), BOUND)
    )
    assert [(one.rule, one.principals) for one in found] == [("KMS001", ("role b",)), ("KMS003", ("role app",))]
    both = policy(statement("kms:*", KEY), statement("kms:Decrypt"))
    assert [one.rule for one in findings(plan(inline(None, both)))] == ["KMS002", "KMS003"]
    assert [one.rule for one in findings(plan(inline(None, FULL)))] == ["KMS001"]


def test_who_has_full_access_without_any_action_of_iam_may_be_whom_somebody_becomes() -> None:
    """A role that newly trusts another account."""
    role = {"name": "app", "path": "/", "arn": "arn:aws:iam::111122223333:role/app", "assume_role_policy": policy()}
    trusting = change("aws_iam_role.app", role, {**role, "assume_role_policy": TRUSTED})
    assert [one.rule for one in findings(plan(trusting, inline(FULL, FULL)))] == ["KMS006"]
    assert [one.rule for one in findings(plan(trusting, inline(FULL, FULL), inline(READS, READS, "q", "b")))] == [
        "KMS006"
    ]
    assert findings(plan(trusting, inline(READS, READS))) == ()


def test_one_document_of_many_lets_somebody_write_policies() -> None:
    """Nobody in the plan has full access; who writes policies may give itself any."""
    writes = inline(None, policy(statement("iam:PutRolePolicy")))
    found = findings(plan(inline(READS, READS, "a", "a"), writes, inline(READS, READS, "z", "z")))
    assert [(one.rule, one.principals) for one in found] == [("KMS006", ("role app",))]


def _in_two_accounts(*placed: tuple[dict[str, Any], str]) -> bytes:
    """A plan of changes, each under the provider `a` or `b`: nothing proves whether that is one account."""
    blocks = [
        {key: one[key] for key in ("address", "mode", "type", "name")}
        | {"provider_config_key": f"aws.{alias}", "expressions": {}}
        for one, alias in placed
    ]
    assumed = {"assume_role": [{"role_arn": {"references": ["var.role"]}}]}
    providers = {f"aws.{alias}": {"name": "aws", "alias": alias, "expressions": assumed} for alias in "ab"}
    configuration = {"provider_config": providers, "root_module": {"resources": blocks}}
    return plan(*(one for one, _ in placed), configuration=configuration)


def test_a_managed_policy_of_two_possible_accounts_is_judged_in_both() -> None:
    """A policy of one name may be in both: it newly grants what it does, whichever accounts are one."""
    there = {"name": "limit", "path": "/", "policy": READS}
    beside = change("aws_iam_policy.beside", there, there)
    (one,) = findings(_in_two_accounts((_limit(None), "a"), (beside, "b")))
    assert (one.rule, one.principals, one.blocks) == ("KMS001", ("policy limit",), True)


def test_a_managed_policy_is_judged_with_those_who_have_it() -> None:
    """Two others may be one role in one account. That is nothing to a policy that somebody has who could do it all."""
    doubtful = (inline(READS, policy(statement("s3:*")), "p"), "a"), (inline(READS, READS, "q"), "b")
    full = inline(FULL, FULL, "full", "other")
    assert findings(_in_two_accounts(*doubtful, (_limit(None), "a"), (ATTACHED, "a"), (full, "a"))) == ()


@pytest.mark.parametrize(
    ("principal", "condition", "rules"),
    [
        ({"AWS": "arn:aws:iam::444455556666:root"}, Unresolved(("var.a",)), (1, 0)),
        ("*", Unresolved(("var.a",)), (0, 1)),
        ({"AWS": "arn:aws:iam::444455556666:root"}, {}, (1, 0)),
        ("*", {}, (1, 0)),
    ],
)
def test_only_what_may_open_a_key_to_everyone_is_undetermined(principal: Any, condition: Any, rules: Any) -> None:
    """What may open it to others warns as what does."""
    grants = found_of_key(key("k", ONLY, [ROOT, allow(principal, Condition=condition)]))
    seen = replace(new_access(plan(inline(READS, READS))), opened=Opened(grants))
    told = tuple(len({one.principals for one in rule.find(seen)}) for rule in (open_key_policy, undetermined))
    assert told == rules


def test_what_may_be_wider_is_told_beside_what_is_certain() -> None:
    """Of the same principal at the same place: what is told of named keys says nothing of more."""
    (certain,) = full_kms_access_to_named_keys.find(new_access(plan(inline(None, policy(statement("kms:*", KEY))))))
    told = run._Told({}, {})
    assert told.leaves(certain)
    told.add([certain])
    assert not told.leaves(certain)
    assert certain.grant is not None
    assert told.leaves(replace(certain, grant=replace(certain.grant, may_be_wider=True)))


def test_two_kinds_of_power_at_one_place_are_both_told() -> None:
    """Neither covers the other."""
    both = policy(statement(["kms:Decrypt", "kms:PutKeyPolicy"]))
    found = findings(plan(inline(policy(statement("s3:GetObject")), both)))
    assert [one.rule for one in found] == ["KMS003", "KMS004"]
