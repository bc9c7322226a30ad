"""KMS001, KMS002 and KMS009: what is told of a grant, by what its breadth is tied to."""

from typing import Any

import pytest

from tests.helpers.plans import change, findings, inline, plan, policy, statement

ACCOUNT = "arn:aws:kms:*:111122223333:key/*"


def told(*statements: Any) -> list[tuple[str, str]]:
    """Rule and message of each finding about a role whose policy becomes these statements."""
    return [(one.rule, one.message) for one in findings(plan(inline(None, policy(*statements))))]


@pytest.mark.parametrize(
    ("resource", "rule", "on"),
    [
        ("*", "KMS001", "every key"),
        (ACCOUNT, "KMS001", "every key of account 111122223333"),
        (ACCOUNT.replace("*", "a"), "KMS002", "arn:aws:kms:a:111122223333:key/a"),
    ],
)
def test_the_rule_follows_from_the_breadth(resource: str, rule: str, on: str) -> None:
    """Every key, those of one account, or named ones; each is told by one rule alone."""
    assert told(statement("kms:*", resource)) == [(rule, f"role app newly has full KMS access on {on}")]


def test_a_part_of_it_on_every_key_is_not_named_among_the_keys() -> None:
    """Through a service the role may decrypt with every key, and everything with one, or with some of one prefix."""
    through = statement("kms:Decrypt", Condition={"StringLike": {"kms:ViaService": "sqs.*"}})
    keys = [ACCOUNT.replace("*", "a"), ACCOUNT.replace("key/*", "key/b*")]
    after = policy(through, statement("kms:*", keys[0]), statement("kms:*", keys[1]))
    (one,) = findings(plan(inline(policy(through), after)))
    assert one.message.startswith(f"role app newly has full KMS access on {keys[1]}, {keys[0]} (")


@pytest.mark.parametrize(
    ("had", "more", "on"),
    [
        ([("kms:Describe*", "a")], [("kms:*", "a*"), ("kms:*", "*b")], ["*b", "a*"]),
        ([], [("kms:Decrypt", "a*"), ("kms:*", "*b")], ["*b", "a*"]),
        ([], [("kms:Decrypt", "ab"), ("kms:*", "*b")], ["*b", "ab"]),
    ],
    ids=["had a part of one", "neither holds the other", "one of the others"],
)
def test_what_it_is_new_through_is_named(
    had: list[tuple[str, str]], more: list[tuple[str, str]], on: list[str]
) -> None:
    """Not what the role had, or what holds more of what is named already."""
    own = "arn:aws:kms:eu-west-1:111122223333:key/"
    before, after = ([statement(action, f"{own}{key}") for action, key in each] for each in (had, [*had, *more]))
    (one,) = findings(plan(inline(policy(*before), policy(*after))))
    assert one.message.startswith(f"role app newly has full KMS access on {', '.join(f'{own}{key}' for key in on)}")
    assert one.message.count(own) == len(on)


def test_an_undetermined_grant_is_told_by_its_own_rule() -> None:
    """Neither as one of every key nor as one of named keys."""
    unknown = change("aws_iam_role_policy.p", None, {"role": "app", "name": "p"}, change={
        "after_unknown": {"policy": True}
    })  # fmt: skip
    assert [one.rule for one in findings(plan(unknown))] == ["KMS009"]


def test_of_several_principals_the_one_that_gets_most_is_told_of_first() -> None:
    """Whatever their names: at one place, with the others beside it."""
    policies = {"managed_policy_name": "m", "policy_document": policy(statement("kms:*")), "roles": ["a", "b"]}
    arn = "arn:aws:iam::111122223333:policy/bound"
    bound = {"name": "bound", "arn": arn, "path": "/", "policy": policy(statement("kms:*", ACCOUNT))}
    role = {"name": "a", "path": "/", "permissions_boundary": arn}
    (one,) = findings(
        plan(
            change("awscc_iam_managed_policy.m", None, policies),
            change("aws_iam_policy.bound", bound, bound),
            change("aws_iam_role.a", role, role),
        )
    )
    assert one.message == "role b newly has full KMS access on every key, and 1 other with it"
    assert one.principals == ("role a", "role b")


def test_who_gets_most_is_told_of_before_who_has_the_document_itself() -> None:
    """A role is bounded and has its policy itself, a user has one of its group; both lose one Deny."""
    arns = {name: f"arn:aws:iam::111122223333:policy/{name}" for name in ("bound", "full", "deny")}
    full, reads = policy(statement("kms:*")), policy(statement("s3:GetObject"))
    texts = {"bound": policy(statement("kms:*", ACCOUNT)), "full": full, "deny": reads}
    after = {name: {"name": name, "arn": arns[name], "path": "/", "policy": text} for name, text in texts.items()}
    denied = {**after, "deny": {**after["deny"], "policy": policy(statement("kms:*", effect="Deny"))}}
    same = {
        "aws_iam_role.a": {"name": "a", "path": "/", "permissions_boundary": arns["bound"]},
        "aws_iam_role_policy_attachment.a": {"role": "a", "policy_arn": arns["deny"]},
        "aws_iam_user_policy_attachment.u": {"user": "u", "policy_arn": arns["deny"]},
        "aws_iam_group_policy_attachment.g": {"group": "g", "policy_arn": arns["full"]},
        "aws_iam_user_group_membership.u": {"user": "u", "groups": ["g"]},
    }
    (one,) = findings(
        plan(
            *(change(f"aws_iam_policy.{name}", denied[name], after[name]) for name in after),
            *(change(address, values, values) for address, values in same.items()),
            inline(full, full, role="a"),
        )
    )
    assert one.principals == ("role a", "user u")
    assert one.message.startswith("user u newly has full KMS access on every key")


def test_of_several_principals_that_get_as_much_the_one_that_has_the_document_is_told_of_first() -> None:
    """A permission set before the group that it is assigned to, whatever their names."""
    instance, own = "arn:aws:sso:::instance/ssoins-1", "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
    arns = {"instance_arn": instance, "permission_set_arn": own}
    keys = {"name": "keys", "arn": own, "instance_arn": instance}
    assigned = {**arns, "principal_type": "GROUP", "principal_id": "g", "target_id": "111122223333"}
    written = {"instance_arn": instance, "permission_set_arn": own, "inline_policy": policy(statement("kms:*"))}
    (one,) = findings(
        plan(
            change("aws_ssoadmin_permission_set.s", keys, keys),
            change("aws_ssoadmin_account_assignment.a", assigned, assigned),
            change("aws_ssoadmin_permission_set_inline_policy.p", None, written),
        )
    )
    assert one.message == "permission set keys newly has full KMS access on every key, and 1 other with it"


def test_an_undetermined_grant_on_named_keys_is_told_by_its_own_rule_too() -> None:
    """A policy document of which the actions are known only after apply."""
    data = "data.aws_iam_policy_document.d"
    named = {"effect": None, "actions": [None], "resources": [ACCOUNT.replace("*", "a")]}
    planned = {"statement": [named, {"effect": None, "actions": ["kms:Decrypt"], "resources": ["*"]}]}
    unsure = {"json": True, "statement": [{"actions": [True], "resources": [False]}, {}]}
    read = {
        "address": data, "mode": "data", "type": "aws_iam_policy_document", "name": "d",
        "change": {"actions": ["read"], "before": None, "after": planned, "after_unknown": unsure},
    }  # fmt: skip
    unknown = {"after_unknown": {"policy": True}}
    created = change("aws_iam_role_policy.p", None, {"role": "app", "name": "p"}, change=unknown)
    blocks = [
        {
            "address": "aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy", "name": "p",
            "expressions": {"policy": {"references": [f"{data}.json"]}},
        },
        {
            "address": data, "mode": "data", "type": "aws_iam_policy_document", "name": "d",
            "expressions": {"statement": [{"actions": {"references": ["aws_s3_bucket.b.id"]}}]},
        },
    ]  # fmt: skip
    found = findings(plan(created, read, configuration={"root_module": {"resources": blocks}}))
    assert [one.rule for one in found] == ["KMS009"]  # which tells of what KMS003 would


def test_a_condition_that_follows_from_another_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What holds wherever the other one does is no news; where that is too much work to find out, both are told."""
    full = statement("kms:*", Condition={"StringLike": {"kms:ViaService": "rds.*"}})
    read = statement("kms:Decrypt", Condition={"StringLike": {"kms:ViaService": ["rds.*", "sqs.*"]}})
    tells = "role app newly has full KMS access on every key (under the condition StringLike {})"
    assert told(full, read) == [("KMS001", tells.format("kms:ViaService = rds.*"))]
    monkeypatch.setattr("gate.findings.wording._STEPS", 0)
    both = "kms:ViaService = rds.* and StringLike kms:ViaService = rds.* or sqs.*"
    assert told(full, read) == [("KMS001", tells.format(both))]
