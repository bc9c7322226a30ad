"""IAM tells names of users, groups and roles apart by their letters, and not by upper and lower case."""

from typing import Any

import pytest

from tests.helpers.plans import change, findings, plan, policy, statement

READ = policy(statement(["kms:Decrypt", "kms:ReEncrypt*"]))
REST = policy(statement(NotAction=["kms:Decrypt", "kms:ReEncrypt*"], action=None))
ALL = policy(statement("kms:*"))
S3 = policy(statement("s3:*"))
DENY = policy(statement("kms:*", effect="Deny"))


def inline(address: str, who: str, before: str | None, after: str | None, kind: str = "role") -> dict[str, Any]:
    values = ({"name": address.lower(), kind: who, "policy": text} if text else None for text in (before, after))
    return change(f"aws_iam_{kind}_policy.{address}", *values)


def blocking(*changes: dict[str, Any]) -> list[str]:
    """The rules that block, which must not depend on the order of the resources."""
    told = [sorted(f.rule for f in findings(plan(*each)) if f.blocks) for each in (changes, changes[::-1])]
    assert told[0] == told[1]
    return told[0]


@pytest.mark.parametrize("kind", ["role", "user", "group"])
def test_two_spellings_are_one_principal(kind: str) -> None:
    """An account has no second one, so halves under two spellings meet."""
    assert blocking(inline("a", "app", READ, READ, kind), inline("b", "APP", None, REST, kind)) == ["KMS001"]


def test_members_are_spelled_in_any_way_too() -> None:
    """A user that a group lists in capitals has what the group has."""
    listed = {"name": "m", "group": "G", "users": ["APP"]}
    joined = change("aws_iam_group_membership.m", None, listed)
    group = inline("g", "g", REST, REST, "group")
    assert blocking(joined, group, inline("a", "app", READ, READ, "user")) == ["KMS001"]


def test_a_deny_under_a_new_spelling_stops_nothing() -> None:
    """Whether IAM finds the principal so is not documented; what is there already was found."""
    assert blocking(inline("a", "app", None, ALL), inline("d", "APP", None, DENY)) == ["KMS001"]
    role = change("aws_iam_role.app", {"name": "app"}, {"name": "app"})
    assert blocking(role, inline("a", "app", None, ALL), inline("d", "APP", DENY, DENY)) == []


def test_a_spelling_that_is_put_right_grants_nothing() -> None:
    """Of a role, and of what is attached to it."""
    values = ({"name": name, "role": who, "policy": ALL} for name, who in (("p", "APP"), ("p", "app")))
    again = change("aws_iam_role_policy.p", *values, change={"actions": ["delete", "create"]})
    assert blocking(change("aws_iam_role.app", {"name": "app"}, {"name": "app"}), again) == []
    anew = change("aws_iam_role.app", {"name": "APP"}, {"name": "app"}, change={"actions": ["delete", "create"]})
    assert blocking(anew, again) == []


def test_an_inline_policy_may_write_over_one_that_is_spelled_in_another_way() -> None:
    """Then the Deny is gone."""
    other = change("aws_iam_role_policy.x", None, {"name": "D", "role": "app", "policy": S3})
    assert blocking(inline("a", "app", ALL, ALL), inline("d", "app", DENY, DENY), other) == ["KMS001"]


def test_others_keep_their_letters() -> None:
    """Ids of the identity store and ARNs of permission sets are compared as they are."""
    sets = [f"arn:aws:sso:::permissionSet/ssoins-1/{name}" for name in ("ps-a", "ps-A")]
    written = [{"permission_set_arn": arn, "inline_policy": text} for arn, text in zip(sets, (READ, REST), strict=True)]
    first = change("aws_ssoadmin_permission_set_inline_policy.a", written[0], written[0])
    assert blocking(first, change("aws_ssoadmin_permission_set_inline_policy.b", None, written[1])) == []


ARN = "arn:aws:iam::111122223333:policy/Own"
SET = {"instance_arn": "i", "permission_set_arn": "s"}


def own(before: str | None, after: str | None) -> dict[str, Any]:
    """A managed policy `Own`."""
    values = ({"name": "Own", "path": "/", "arn": ARN, "policy": text} if text else None for text in (before, after))
    return change("aws_iam_policy.own", *values)


def attached(name: str, before: bool, after: bool = True) -> dict[str, Any]:
    values = {"role": "app", "policy_arn": ARN.replace("Own", name)}
    return change("aws_iam_role_policy_attachment.a", values if before else None, values if after else None)


def referred(name: str) -> dict[str, Any]:
    block = {"customer_managed_policy_reference": [{"name": name, "path": "/"}]}
    return change("aws_ssoadmin_customer_managed_policy_attachment.a", None, {**SET, **block})


def test_a_managed_policy_is_attached_under_any_spelling() -> None:
    """It may be the one that the plan has, attached already or newly."""
    assert blocking(own(ALL, ALL), attached("own", before=False)) == ["KMS001"]
    assert blocking(own(S3, ALL), attached("own", before=True)) == ["KMS001"]
    assert blocking(own(ALL, ALL), referred("OWN")) == ["KMS001"]
    assert blocking(own(ALL, ALL), attached("own", before=True)) == []


def test_a_managed_policy_under_a_new_spelling_denies_and_bounds_nothing() -> None:
    """What was attached under it was found."""
    grant = inline("g", "app", None, ALL)
    assert blocking(own(DENY, DENY), attached("own", before=False), grant) == ["KMS001"]
    assert blocking(own(DENY, DENY), attached("own", before=True), grant) == []
    had = inline("g", "app", ALL, ALL)
    assert blocking(own(DENY, DENY), attached("own", before=True, after=False), had) == ["KMS001"]
    assert blocking(own(DENY, None), attached("own", before=True, after=False), had) == ["KMS001"]
    in_set = change("aws_ssoadmin_permission_set_inline_policy.i", None, {**SET, "inline_policy": ALL})
    assert blocking(own(DENY, DENY), referred("own"), in_set) == ["KMS001"]
    role = {"name": "app", "arn": "arn:aws:iam::111122223333:role/app"}
    bounded = change("aws_iam_role.app", role, {**role, "permissions_boundary": ARN.replace("Own", "own")})
    assert blocking(own(S3, S3), bounded, grant) == ["KMS001"]


@pytest.mark.parametrize(("listed", "rules"), [("policy/deny", []), ("policy/Deny", ["KMS001"])])
def test_an_exclusive_list_keeps_what_it_lists_as_it_is_spelled(listed: str, rules: list[str]) -> None:
    """The provider compares the ARNs that are attached with the listed ones letter by letter."""
    arn = "arn:aws:iam::111122223333:"
    there = {"name": "deny", "path": "/", "arn": f"{arn}policy/deny", "policy": DENY}
    attached = {"role": "app", "policy_arn": there["arn"]}
    assert (
        blocking(
            inline("a", "app", ALL, ALL),
            change("aws_iam_policy.deny", there, there),
            change("aws_iam_role_policy_attachment.d", attached, attached),
            change(
                "aws_iam_role_policy_attachments_exclusive.e",
                None,
                {"role_name": "app", "policy_arns": [f"{arn}{listed}"]},
            ),
        )
        == rules
    )
