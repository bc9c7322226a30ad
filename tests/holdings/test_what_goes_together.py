"""What a principal has only perhaps: a boundary that may be another one's, and documents that come and go together."""

from typing import Any

import pytest

from tests.helpers.plans import change, findings, plan, policy, statement

FULL = policy(statement("kms:*"))
PART = policy(statement(["kms:Put*", "kms:Decrypt", "kms:Schedule*"], effect="Deny"))
DENY = policy(statement("kms:*", effect="Deny"))
S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
SET = "aws_ssoadmin_permission_set"
BOUNDARY = "aws_ssoadmin_permissions_boundary_attachment.b"


def told(raw: bytes) -> list[str]:
    """Each blocking finding as `rule address: principals`."""
    return [f"{f.rule} {f.address}: {', '.join(f.principals)}" for f in findings(raw) if f.blocks]


def same(address: str, values: Any) -> dict[str, Any]:
    return change(address, values, values)


def block(address: str, **references: list[str]) -> dict[str, Any]:
    kind, name = address.split(".")
    expressions = {attribute: {"references": names} for attribute, names in references.items()}
    return {"address": address, "mode": "managed", "type": kind, "name": name, "provider_config_key": "aws",
            "expressions": expressions}  # fmt: skip


@pytest.mark.parametrize("sets", [["one"], ["one", "other"]])
def test_a_boundary_that_one_of_two_sets_gets_bounds_neither(sets: list[str]) -> None:
    """`permission_set_arn = var.x ? one.arn : other.arn`: one of the two stays without it."""
    hidden = {"change": {"after_unknown": {"permission_set_arn": True}}}
    bound = {"permissions_boundary": [{"managed_policy_arn": S3}]}
    created = [
        each
        for name in ("one", "other")
        for each in (
            change(f"{SET}.{name}", None, {"name": name}, change={"after_unknown": {"arn": True}}),
            change(f"{SET}_inline_policy.{name}", None, {"inline_policy": FULL}, **hidden),
        )
    ]
    blocks = [
        *(block(f"{SET}.{name}") for name in ("one", "other")),
        *(block(f"{SET}_inline_policy.{n}", permission_set_arn=[f"{SET}.{n}.arn", f"{SET}.{n}"])
          for n in ("one", "other")),
        block(BOUNDARY, permission_set_arn=[x for n in sets for x in (f"{SET}.{n}.arn", f"{SET}.{n}")]),
    ]  # fmt: skip
    raw = plan(
        *created,
        change(BOUNDARY, None, bound, **hidden),
        configuration={"root_module": {"resources": blocks}},
    )
    unbounded = ["other"] if sets == ["one"] else ["one", "other"]
    assert told(raw) == [f"KMS001 {SET}_inline_policy.{name}: permission set {name}" for name in unbounded]


def test_a_boundary_under_the_old_name_bounds_nobody() -> None:
    """A set that is made anew under another name does not have what is written under the old one for long."""

    def named(name: str) -> dict[str, Any]:
        return {"name": name, "arn": f"arn:aws:sso:::permissionSet/ssoins-1/{name}"}

    old, new = named("old")["arn"], named("new")["arn"]
    raw = plan(
        change(f"{SET}.s", named("old"), named("new"), change={"actions": ["delete", "create"]}),
        change(f"{SET}_inline_policy.p", None, {"permission_set_arn": new, "inline_policy": FULL}),
        change(BOUNDARY, None, {"permission_set_arn": old, "permissions_boundary": [{"managed_policy_arn": S3}]}),
    )
    assert told(raw) == [f"KMS001 {SET}_inline_policy.p: permission set new"]


GROUP = [
    same("aws_iam_group_policy.allow", {"group": "g", "name": "allow", "policy": FULL}),
    same("aws_iam_group_policy.part", {"group": "g", "name": "part", "policy": PART}),
]
LISTED = {"group": "g", "users": ["u"]}
JOINED = {"user": "u", "groups": ["g"]}
GOES = change("aws_iam_group_membership.m", LISTED, None)
STAYS = same("aws_iam_user_group_membership.m", JOINED)
COMES = change("aws_iam_user_group_membership.m", None, JOINED)
OWN = same("aws_iam_user_policy.own", {"user": "u", "name": "own", "policy": FULL})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([GOES, STAYS], []),
        ([GOES, COMES], []),
        ([GOES, STAYS, OWN], ["KMS001 aws_iam_group_membership.m: user u"]),
        ([GOES, COMES, OWN], ["KMS009 aws_iam_user_group_membership.m: user u"]),
    ],
)
def test_what_comes_over_one_membership_goes_together(changes: list[dict[str, Any]], expected: list[str]) -> None:
    """Whoever leaves a group loses what it denies and what it allows at once; what is the user's own stays."""
    assert told(plan(*GROUP, *changes)) == expected


def test_two_memberships_of_one_resource_go_one_after_the_other() -> None:
    """The group that denies may be left first, while the one that allows is not."""
    groups = [
        same("aws_iam_group_policy.allow", {"group": "admins", "name": "allow", "policy": FULL}),
        same("aws_iam_group_policy.deny", {"group": "guards", "name": "deny", "policy": DENY}),
    ]
    both = {"user": "u", "groups": ["admins", "guards"]}
    moved = [
        change("aws_iam_user_group_membership.old", both, None),
        change("aws_iam_user_group_membership.new", None, both),
    ]
    assert told(plan(*groups, *moved)) == ["KMS009 aws_iam_user_group_membership.new: user u"]


def test_a_document_of_a_group_that_is_lost_by_itself_does_not_go_with_the_others() -> None:
    """A Deny that is deleted at one address and created at another may be gone while the membership stays."""
    deny = {"group": "g", "name": "part", "policy": PART}
    moved = [change("aws_iam_group_policy.part", deny, None), change("aws_iam_group_policy.new", None, deny)]
    found = told(plan(GROUP[0], *moved, STAYS))
    assert found == ["KMS009 aws_iam_group_policy.new: group g", "KMS009 aws_iam_group_policy.part: user u"]


USERS = [
    change("aws_iam_user.a", *[{"name": "a"}] * 2),
    change("aws_iam_user.b", None, {"path": "/"}, change={"after_unknown": {"name": True}}),
]
GROUPS = [
    change("aws_iam_group.g", *[{"name": "g"}] * 2),
    change("aws_iam_group.h", None, {"path": "/"}, change={"after_unknown": {"name": True}}),
]
ONE_OF_TWO = ["aws_iam_{0}.{1}.name", "aws_iam_{0}.{1}", "aws_iam_{0}.{2}.name", "aws_iam_{0}.{2}", "var.x"]


@pytest.mark.parametrize(
    ("address", "hidden", "before", "after"),
    [
        ("aws_iam_group_membership.m", "users", {"group": "g", "users": ["a"]}, {"group": "g"}),
        ("aws_iam_user_group_membership.m", "user", {"user": "a", "groups": ["g"]}, {"groups": ["g"]}),
        ("aws_iam_user_group_membership.m", "groups", {"user": "a", "groups": ["g"]}, {"user": "a"}),
    ],
)
def test_a_membership_that_is_one_of_two_takes_nothing_away(address: str, hidden: str, before: Any, after: Any) -> None:
    """`user = var.x ? a.name : b.name`: whoever may have left the group that denies has what it held back."""
    kind, names = ("group", "gh") if hidden == "groups" else ("user", "ab")
    refers = [text.format(kind, *names) for text in ONE_OF_TWO]
    blocks = [*(block(f"aws_iam_{x}.{n}") for x, both in (("user", "ab"), ("group", "gh")) for n in both)]
    moved = change(address, before, after, change={"after_unknown": {hidden: True}})
    held = [
        same("aws_iam_group_policy.d", {"name": "d", "group": "g", "policy": DENY}),
        same("aws_iam_user_policy.k", {"name": "k", "user": "a", "policy": FULL}),
    ]
    others = [block("aws_iam_group_policy.d"), block("aws_iam_user_policy.k"), block(address, **{hidden: refers})]
    raw = plan(*USERS, *GROUPS, *held, moved, configuration={"root_module": {"resources": [*blocks, *others]}})
    [blocked] = told(raw)
    assert blocked.endswith(": user a")
