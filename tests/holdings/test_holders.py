"""Who has what: every row of the table, attachments, memberships, boundaries, exclusive lists, accounts and names."""

import json
from typing import Any

import pytest

from gate.holdings.resource_types import HARMLESS, RESOURCE_TYPES
from tests.helpers.plans import change, findings, inline, plan, policy, statement

FULL = policy(statement("kms:*"))
DENY = policy(statement("kms:*", effect="Deny"))
S3 = policy(statement("s3:*"))
REWORDED = policy(statement(["kms:*", "s3:*"], effect="Deny"))
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
OWN = "arn:aws:iam::111122223333:policy/own"
SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"


def told(raw: bytes, **options: Any) -> list[str]:
    """Each blocking finding as `rule address attribute: principals`."""
    return [
        f"{f.rule} {f.address} {f.attribute}: {', '.join(f.principals)}" for f in findings(raw, **options) if f.blocks
    ]


def same(address: str, values: Any) -> dict[str, Any]:
    return change(address, values, values)


def managed(document: str, name: str = "own") -> dict[str, Any]:
    arn = f"arn:aws:iam::111122223333:policy/{name}"
    return {"name": name, "path": "/", "arn": arn, "policy": document}


INLINE_TYPES = [
    ("aws_iam_role_policy", "role", "policy", "role x"),
    ("aws_iam_user_policy", "user", "policy", "user x"),
    ("aws_iam_group_policy", "group", "policy", "group x"),
    ("aws_ssoadmin_permission_set_inline_policy", "permission_set_arn", "inline_policy", "permission set x"),
    ("awscc_iam_role_policy", "role_name", "policy_document", "role x"),
    ("awscc_iam_user_policy", "user_name", "policy_document", "user x"),
    ("awscc_iam_group_policy", "group_name", "policy_document", "group x"),
]


@pytest.mark.parametrize(("kind", "who", "where", "label"), INLINE_TYPES)
def test_inline_policies(kind: str, who: str, where: str, label: str) -> None:
    """A created inline policy of every type is found at its document, an unchanged one is not."""
    values = {who: "x", where: FULL, "name": "p"}
    assert told(plan(change(f"{kind}.p", None, values))) == [f"KMS001 {kind}.p {where}: {label}"]
    assert told(plan(same(f"{kind}.p", values))) == []


BLOCK_TYPES = [
    ("aws_iam_role", "name", "inline_policy", "name", "policy", "role x"),
    ("awscc_iam_role", "role_name", "policies", "policy_name", "policy_document", "role x"),
    ("awscc_iam_user", "user_name", "policies", "policy_name", "policy_document", "user x"),
    ("awscc_iam_group", "group_name", "policies", "policy_name", "policy_document", "group x"),
]


@pytest.mark.parametrize(("kind", "who", "block", "name", "where", "label"), BLOCK_TYPES)
def test_policies_in_blocks_of_a_principal(kind: str, who: str, block: str, name: str, where: str, label: str) -> None:
    """A policy in a block of the principal itself is found at that block, by its name."""
    before, after = {who: "x", block: []}, {who: "x", block: [{name: "keys", where: FULL}]}
    assert told(plan(change(f"{kind}.x", before, after))) == [f'KMS001 {kind}.x {block}["keys"].{where}: {label}']
    assert told(plan(same(f"{kind}.x", after))) == []


def test_permission_set_of_awscc() -> None:
    """awscc_sso_permission_set holds an inline policy as text or as an object, AWS's and customers' policies."""
    base = {"permission_set_arn": SET, "name": "admin"}
    for document in (FULL, json.loads(FULL)):
        assert told(plan(change("awscc_sso_permission_set.x", base, {**base, "inline_policy": document}))) == [
            "KMS001 awscc_sso_permission_set.x inline_policy: permission set admin"
        ]
    assert told(plan(change("awscc_sso_permission_set.x", base, {**base, "managed_policies": [ADMIN]}))) == [
        "KMS001 awscc_sso_permission_set.x managed_policies: permission set admin"
    ]
    by_name = {**base, "customer_managed_policy_references": [{"name": "own", "path": "/"}]}
    assert told(
        plan(same("aws_iam_policy.own", managed(FULL)), change("awscc_sso_permission_set.x", base, by_name))
    ) == ['KMS001 awscc_sso_permission_set.x customer_managed_policy_references["own"]: permission set admin']


DENY_ALL = "arn:aws:iam::aws:policy/AWSDenyAll"
ATTACHMENTS = [
    ("aws_iam_role_policy_attachment", {"role": "x", "policy_arn": OWN}, "policy_arn", "role x"),
    ("aws_iam_user_policy_attachment", {"user": "x", "policy_arn": OWN}, "policy_arn", "user x"),
    ("aws_iam_group_policy_attachment", {"group": "x", "policy_arn": OWN}, "policy_arn", "group x"),
    ("aws_iam_policy_attachment", {"roles": ["x"], "policy_arn": OWN}, "policy_arn", "role x"),
    ("aws_iam_role_policy_attachments_exclusive", {"role_name": "x", "policy_arns": [OWN]}, "policy_arns", "role x"),
    ("aws_iam_user_policy_attachments_exclusive", {"user_name": "x", "policy_arns": [OWN]}, "policy_arns", "user x"),
    ("aws_iam_group_policy_attachments_exclusive", {"group_name": "x", "policy_arns": [OWN]}, "policy_arns", "group x"),
    ("aws_iam_role", {"name": "x", "managed_policy_arns": [OWN]}, "managed_policy_arns", "role x"),
    ("awscc_iam_role", {"role_name": "x", "managed_policy_arns": [OWN]}, "managed_policy_arns", "role x"),
    ("awscc_iam_group", {"group_name": "x", "managed_policy_arns": [OWN]}, "managed_policy_arns", "group x"),
    (
        "aws_ssoadmin_managed_policy_attachment",
        {"permission_set_arn": "x", "managed_policy_arn": OWN},
        "managed_policy_arn",
        "permission set x",
    ),
    (
        "aws_ssoadmin_managed_policy_attachments_exclusive",
        {"permission_set_arn": "x", "managed_policy_arns": [OWN]},
        "managed_policy_arns",
        "permission set x",
    ),
    (
        "aws_ssoadmin_customer_managed_policy_attachment",
        {"permission_set_arn": "x", "customer_managed_policy_reference": [{"name": "own", "path": "/"}]},
        'customer_managed_policy_reference["own"]',
        "permission set x",
    ),
    (
        "aws_ssoadmin_customer_managed_policy_attachments_exclusive",
        {"permission_set_arn": "x", "customer_managed_policy_reference": [{"name": "own", "path": "/"}]},
        'customer_managed_policy_reference["own"]',
        "permission set x",
    ),
    (
        "aws_budgets_budget_action",
        {"definition": [{"iam_action_definition": [{"policy_arn": OWN, "roles": ["x"]}]}]},
        "definition[0].iam_action_definition[0].policy_arn",
        "role x",
    ),
]


@pytest.mark.parametrize(("kind", "values", "attribute", "label"), ATTACHMENTS, ids=[row[0] for row in ATTACHMENTS])
def test_attachments(kind: str, values: dict[str, Any], attribute: str, label: str) -> None:
    """Attaching an existing policy is found at the attachment; one that was attached before is not."""
    existing = same("aws_iam_policy.own", managed(FULL))
    assert told(plan(existing, change(f"{kind}.a", None, values))) == [f"KMS001 {kind}.a {attribute}: {label}"]
    assert told(plan(existing, same(f"{kind}.a", values))) == []


BUDGET_ACTIONS = {
    "aws_budgets_budget_action": {
        "definition": [{"iam_action_definition": [{"policy_arn": DENY_ALL, "roles": ["x"]}]}]
    },
    "awscc_budgets_budgets_action": {"definition": {"iam_action_definition": {"policy_arn": DENY_ALL, "roles": ["x"]}}},
}


@pytest.mark.parametrize("kind", BUDGET_ACTIONS)
def test_a_deny_that_a_budget_action_attaches_stops_nothing_before_its_time(kind: str) -> None:
    """It is attached once the budget is exceeded; nothing is new where it was planned already."""
    values = BUDGET_ACTIONS[kind]
    role = {"name": "p", "role": "x"}
    full = {**role, "policy": FULL}
    for action in (change(f"{kind}.a", None, values), same(f"{kind}.a", values)):
        assert told(plan(change("aws_iam_role_policy.p", None, full), action)) == [
            "KMS001 aws_iam_role_policy.p policy: role x"
        ]
    for action in (same(f"{kind}.a", values), change(f"{kind}.a", values, None), change(f"{kind}.a", None, values)):
        assert told(plan(same("aws_iam_role_policy.p", full), action)) == []


@pytest.mark.parametrize(
    "arn", [ADMIN, "arn:aws-cn:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/PowerUserAccess"]
)
def test_attaching_a_policy_of_aws(arn: str) -> None:
    """AWS-managed policies are known from the bundled table, in every partition."""
    values = {"role": "x", "policy_arn": arn}
    assert told(plan(change("aws_iam_role_policy_attachment.a", None, values))) == [
        "KMS001 aws_iam_role_policy_attachment.a policy_arn: role x"
    ]


@pytest.mark.parametrize("name", ["ReadOnlyAccess", "AmazonS3FullAccess", "service-role/AWSLambdaBasicExecutionRole"])
def test_attaching_a_harmless_policy_of_aws(name: str) -> None:
    """One that grants less, or nothing in KMS, raises nothing."""
    values = {"role": "x", "policy_arn": f"arn:aws:iam::aws:policy/{name}"}
    assert findings(plan(change("aws_iam_role_policy_attachment.a", None, values))) == ()


def test_attaching_a_policy_outside_the_plan_is_a_warning() -> None:
    """Nobody sees what it grants: KMS008."""
    found = findings(plan(change("aws_iam_role_policy_attachment.a", None, {"role": "x", "policy_arn": OWN})))
    assert [(f.rule, f.blocks, f.principals) for f in found] == [("KMS008", False, ("role x",))]


def test_a_created_policy_of_awscc_attaches_itself() -> None:
    """awscc_iam_managed_policy names its principals itself; the finding names them, not the policy."""
    values = {"managed_policy_name": "m", "policy_document": FULL, "roles": ["a", "b"], "users": [], "groups": ["g"]}
    assert told(plan(change("awscc_iam_managed_policy.m", None, values))) == [
        "KMS001 awscc_iam_managed_policy.m policy_document: group g, role a, role b"
    ]


MEMBERSHIPS = [
    ("aws_iam_group_membership", {"group": "g", "users": ["bob"]}, "users"),
    ("aws_iam_user_group_membership", {"user": "bob", "groups": ["g"]}, "groups"),
    ("awscc_iam_user", {"user_name": "bob", "groups": ["g"]}, "groups"),
]


@pytest.mark.parametrize(("kind", "values", "attribute"), MEMBERSHIPS, ids=[row[0] for row in MEMBERSHIPS])
def test_memberships(kind: str, values: dict[str, Any], attribute: str) -> None:
    """A user that joins a group newly has what the group has."""
    group = same("aws_iam_group_policy.g", {"group": "g", "policy": FULL, "name": "p"})
    assert told(plan(group, change(f"{kind}.m", None, values))) == [f"KMS001 {kind}.m {attribute}: user bob"]
    assert told(plan(group, same(f"{kind}.m", values))) == []


def test_a_group_that_gains_access_is_one_finding_with_its_members() -> None:
    """The members' access is the group's: one place, one finding, the group first."""
    raw = plan(
        change(
            "aws_iam_group_policy.g",
            {"group": "g", "policy": S3, "name": "p"},
            {"group": "g", "policy": FULL, "name": "p"},
        ),
        same("aws_iam_group_membership.m", {"group": "g", "users": ["bob", "eve"]}),
    )
    (finding,) = findings(raw)
    assert finding.principals == ("group g", "user bob", "user eve")
    assert finding.message.startswith("group g newly has")


@pytest.mark.parametrize("kind", ["aws_ssoadmin_account_assignment", "awscc_sso_assignment"])
def test_assigning_a_permission_set_is_granting(kind: str) -> None:
    """Whoever is assigned a permission set newly has what it has, in that account."""
    policies = same("aws_ssoadmin_permission_set_inline_policy.p", {"permission_set_arn": SET, "inline_policy": FULL})
    values = {"permission_set_arn": SET, "principal_id": "1-2", "principal_type": "GROUP", "target_id": "111122223333"}
    assert told(plan(policies, change(f"{kind}.a", None, values))) == [
        f"KMS001 {kind}.a permission_set_arn: group 1-2 in account 111122223333 (permission set {SET})"
    ]
    elsewhere = {**values, "target_id": "444455556666"}
    assert len(told(plan(policies, same(f"{kind}.a", values), change(f"{kind}.b", None, elsewhere)))) == 1


def test_a_boundary_bounds_and_its_removal_opens() -> None:
    """What the boundary leaves out is not granted until the boundary goes; it does not matter who has the documents."""
    bound = managed(S3, "bound")
    user = {"name": "bob", "permissions_boundary": bound["arn"]}
    others = (
        same("aws_iam_policy.bound", bound),
        same("aws_iam_group_membership.m", {"group": "g", "users": ["bob"]}),
        same("aws_iam_user_policy.p", {"user": "bob", "policy": FULL, "name": "p"}),
    )
    assert told(plan(*others, same("aws_iam_user.bob", user))) == []
    assert told(plan(*others, change("aws_iam_user.bob", user, {"name": "bob", "permissions_boundary": None}))) == [
        "KMS001 aws_iam_user.bob permissions_boundary: user bob"
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, "arn:aws:iam::111122223333:policy/unseen", []),
        ("arn:aws:iam::111122223333:policy/unseen", "arn:aws:iam::111122223333:policy/unseen", []),
        ("arn:aws:iam::111122223333:policy/unseen", None, ["KMS001"]),
        ("arn:aws:iam::111122223333:policy/unseen", "arn:aws:iam::111122223333:policy/other", ["KMS009"]),
        ("arn:aws:iam::111122223333:policy/unseen", ADMIN, ["KMS001"]),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", ADMIN, ["KMS001"]),
        (ADMIN, "arn:aws:iam::aws:policy/ReadOnlyAccess", []),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::111122223333:policy/unseen", ["KMS009"]),
    ],
)
def test_boundaries_that_are_not_visible(before: str | None, after: str | None, expected: list[str]) -> None:
    """Left aside when it stays, permits nothing before when it goes, undetermined when another one comes."""
    role = change(
        "aws_iam_role.app",
        {"name": "app", "permissions_boundary": before},
        {"name": "app", "permissions_boundary": after},
    )
    found = findings(plan(inline(FULL, FULL), role))
    assert [finding.rule for finding in found if finding.blocks] == expected


def test_a_boundary_of_a_permission_set() -> None:
    """aws_ssoadmin_permissions_boundary_attachment bounds what the set grants."""
    policies = same("aws_ssoadmin_permission_set_inline_policy.p", {"permission_set_arn": SET, "inline_policy": FULL})
    bound = {
        "permission_set_arn": SET,
        "permissions_boundary": [{"managed_policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
    }
    address = "aws_ssoadmin_permissions_boundary_attachment.b"
    assert told(plan(policies, same(address, bound))) == []
    assert told(plan(policies, change(address, bound, None))) == [
        f"KMS001 {address} permissions_boundary[0].managed_policy_arn: permission set {SET}"
    ]


def test_an_exclusive_list_takes_denies_away() -> None:
    """An attached Deny that the list leaves out no longer counts; one that it names does."""
    existing = (
        same("aws_iam_policy.deny", managed(DENY, "deny")),
        same("aws_iam_role_policy_attachment.deny", {"role": "app", "policy_arn": managed(DENY, "deny")["arn"]}),
        inline(FULL, FULL),
    )
    address = "aws_iam_role_policy_attachments_exclusive.x"
    without = {"role_name": "app", "policy_arns": []}
    assert told(plan(*existing, change(address, None, without))) == [f"KMS001 {address} policy_arns: role app"]
    named = {"role_name": "app", "policy_arns": [managed(DENY, "deny")["arn"]]}
    assert told(plan(*existing, change(address, None, named))) == []


def test_an_exclusive_list_of_inline_policies_takes_denies_away() -> None:
    """An inline Deny whose name the list leaves out no longer counts; one that it names does."""
    existing = (inline(FULL, FULL, "allow"), inline(DENY, DENY, "deny"))
    address = "aws_iam_role_policies_exclusive.x"
    without = {"role_name": "app", "policy_names": ["allow"]}
    assert told(plan(*existing, change(address, None, without))) == [f"KMS001 {address} policy_names: role app"]
    assert told(plan(*existing, change(address, None, {"role_name": "app", "policy_names": ["allow", "deny"]}))) == []


def test_an_exclusive_list_does_not_hide_what_is_attached_beside_it() -> None:
    """Two resources that fight over an attachment may both win for a while: the grant counts."""
    raw = plan(
        change("aws_iam_role_policy_attachment.a", None, {"role": "app", "policy_arn": ADMIN}),
        change("aws_iam_role_policy_attachments_exclusive.x", None, {"role_name": "app", "policy_arns": []}),
    )
    assert told(raw) == ["KMS001 aws_iam_role_policy_attachment.a policy_arn: role app"]


def test_the_mirror_in_a_role_is_no_second_policy() -> None:
    """An entry that separate resources own and the role leaves alone is stale text; one that the role adds counts."""
    role = {"name": "app", "inline_policy": [{"name": "p", "policy": FULL}], "managed_policy_arns": [ADMIN]}
    removed = (
        inline(FULL, None),
        change("aws_iam_role_policy_attachment.a", {"role": "app", "policy_arn": ADMIN}, None),
    )
    assert told(plan(same("aws_iam_role.app", role), *removed)) == []
    denied = {"name": "app", "inline_policy": [{"name": "d", "policy": DENY}]}
    raw = plan(same("aws_iam_role.app", denied), inline(DENY, None, "d"), inline(FULL, FULL, "allow"))
    assert told(raw) == ["KMS001 aws_iam_role_policy.d policy: role app"]
    added = change(
        "aws_iam_role.app",
        {"name": "app", "inline_policy": []},
        {"name": "app", "inline_policy": role["inline_policy"]},
    )
    assert told(plan(added, inline(S3, S3))) == ['KMS001 aws_iam_role.app inline_policy["p"].policy: role app']


def test_a_separate_resource_that_takes_over_what_a_role_shows() -> None:
    """It writes over it, and the role, to which nothing is done, takes nothing away."""

    def shows(text: str) -> dict[str, Any]:
        return same("aws_iam_role.app", {"name": "app", "inline_policy": [{"name": "p", "policy": text}]})

    allowed = inline(FULL, FULL, "allow")
    assert told(plan(shows(FULL), inline(None, FULL))) == []
    assert told(plan(shows(DENY), inline(None, DENY), allowed)) == []
    narrower = told(plan(shows(DENY), inline(None, S3), allowed))
    assert [line.split(" ")[0] for line in narrower] == ["KMS001"]


def test_letting_go_is_not_removing() -> None:
    """`forget` leaves the grant in the account, and so it does beside a `create`; the Deny stays too."""
    forget = {"change": {"actions": ["forget"], "after": None}}
    kept = inline(DENY, None, "deny") | {}
    kept["change"]["actions"] = ["forget"]
    assert told(plan(kept, inline(FULL, FULL, "allow"))) == []
    assert (
        told(plan(change("aws_iam_role_policy.p", {"role": "app", "name": "p", "policy": FULL}, None, **forget))) == []
    )
    both = change(
        "aws_iam_role_policy.p",
        {"role": "app", "name": "p", "policy": DENY},
        {"role": "app", "name": "q", "policy": FULL},
    )
    both["change"]["actions"] = ["create", "forget"]
    assert told(plan(both)) == []


@pytest.mark.parametrize("actions", [["create", "forget"], ["forget", "create"]])
@pytest.mark.parametrize(
    ("name", "text", "blocks"),
    [("deny", S3, True), ("Deny", S3, True), ("deny", REWORDED, False), ("other", S3, False), (None, S3, True)],
)
def test_what_is_let_go_and_written_again_under_its_name_is_overwritten(
    actions: list[str], name: str | None, text: str, blocks: bool
) -> None:
    """A replacement that forgets the old one puts its text under the same name: the old Deny is gone. Under another
    name it stays, and under one that is not known it may be gone."""
    written = {"name": {"references": ["random_id.x.hex", "random_id.x"]}}
    block = {"address": "aws_iam_role_policy.d", "mode": "managed", "type": "aws_iam_role_policy", "name": "d"}
    configuration = {"root_module": {"resources": [block | {"expressions": written}]}}
    before, after = ({"role": "app", "name": each, "policy": what} for each, what in (("deny", DENY), (name, text)))
    unknown = {"after_unknown": {"name": True}} if name is None else {}
    again = change("aws_iam_role_policy.d", before, after, change={"actions": actions, **unknown})
    raw = plan(again, inline(FULL, FULL, "allow"), configuration=configuration)
    assert [f.blocks for f in findings(raw)] == [True] * blocks


def role(name: str, *texts: str) -> dict[str, Any]:
    """The values of a role with inline policies in blocks."""
    return {"name": name, "inline_policy": [{"name": f"p{i}", "policy": text} for i, text in enumerate(texts)]}


@pytest.mark.parametrize("actions", [["create", "forget"], ["forget", "create"]])
def test_a_role_that_is_let_go_keeps_what_it_has(actions: list[str]) -> None:
    """The one that takes its place has nothing of it; under its very name there can be none, and it may stay."""

    def replaced(before: str, name: str, *after: str) -> dict[str, Any]:
        return change("aws_iam_role.r", role("old", before), role(name, *after), change={"actions": actions})

    of_new, deny = inline(None, FULL, "allow", role="new"), inline(DENY, None, "deny", role="old")
    where = "aws_iam_role_policy.allow policy: role new"
    assert told(plan(replaced(DENY, "new"), of_new)) == [f"KMS001 {where}"]
    assert told(plan(replaced(FULL, "new", S3))) == []
    assert told(plan(replaced(FULL, "new", FULL))) == ['KMS001 aws_iam_role.r inline_policy["p0"].policy: role new']
    for name in ("old", "new"):
        assert told(plan(replaced(FULL, name, S3), deny)) == ["KMS001 aws_iam_role_policy.deny policy: role old"]


def test_what_is_let_go_stays_where_what_is_written_may_be_another_one() -> None:
    """For whom, or under which name, is not known: the old one may be there still when the Deny beside it goes."""
    roles = [same(f"aws_iam_role.{name}", {"name": name}) for name in ("app", "other")]
    references = [f"aws_iam_role.{name}{path}" for name in ("app", "other") for path in (".name", "")]
    block = {"address": "aws_iam_role_policy.d", "mode": "managed", "type": "aws_iam_role_policy", "name": "d"}
    block["provider_config_key"] = "aws"
    configuration = {"root_module": {"resources": [block | {"expressions": {"role": {"references": references}}}]}}
    unknown = {"actions": ["forget", "create"], "after_unknown": {"role": True}}
    before, after = {"role": "app", "name": "d", "policy": FULL}, {"name": "d", "policy": S3}
    again = change("aws_iam_role_policy.d", before, after, change=unknown)
    raw = plan(*roles, again, inline(DENY, None, "deny"), configuration=configuration)
    assert told(raw) == ["KMS001 aws_iam_role_policy.deny policy: role app"]
    unnamed = [{"role": "app", "policy": text} for text in (FULL, S3)]
    again = change("aws_iam_role_policy.d", *unnamed, change={"actions": ["forget", "create"]})
    raw = plan(again, inline(DENY, None, "deny"))
    assert told(raw) == ["KMS001 aws_iam_role_policy.deny policy: role app"]


def test_a_membership_that_is_let_go_stays_beside_another_one() -> None:
    """Unlike an inline policy, no other membership takes its place: the Deny of the group that was let go stays."""
    user = [change("aws_iam_user_policy.a", *[{"user": "u", "name": "a", "policy": FULL}] * 2)]
    user += [change(f"aws_iam_group.{each}", *[{"name": each}] * 2) for each in ("held", "free")]
    user += [change("aws_iam_group_policy.d", *[{"group": "held", "name": "d", "policy": DENY}] * 2)]
    was, will = ({"user": "u", "groups": [each]} for each in ("held", "free"))
    moved = change("aws_iam_user_group_membership.m", was, will, change={"actions": ["forget", "create"]})
    assert told(plan(*user, moved)) == []


def test_what_gate_does_not_know_is_undetermined() -> None:
    """An action it does not know, a deferred change, and an IAM type that no table lists: KMS009."""
    strange = inline(S3, FULL)
    strange["change"]["actions"] = ["transmogrify"]
    assert [f.rule for f in findings(plan(strange))] == ["KMS009"]
    deferred = {"reason": "instance_count_unknown", "resource_change": inline(None, FULL)}
    assert [f.rule for f in findings(plan(deferred_changes=[deferred]))] == ["KMS009"]
    unlisted = change("aws_iam_new_thing.x", {"document": S3}, {"document": FULL})
    assert [(f.rule, f.address) for f in findings(plan(unlisted))] == [("KMS009", "aws_iam_new_thing.x")]
    assert findings(plan(same("aws_iam_new_thing.x", {"document": FULL}))) == ()


@pytest.mark.parametrize(
    ("written", "attribute"),
    [
        ({"policy": {"Statement": statement("kms:*")}}, "policy.Statement"),
        ({"policy": {"Statement": [statement("kms:*")]}}, "policy.Statement[0]"),
        ({"statement": [{"effect": "Allow", "actions": ["kms:*"]}]}, "statement[0]"),
        ({"grant": {"effect": "Allow", "not_actions": []}}, "grant"),
    ],
)
def test_a_statement_that_is_no_text_is_one(written: dict[str, Any], attribute: str) -> None:
    """In a type that nobody knows, as an object or as blocks; one that stays says nothing."""
    address = "aws_iam_new_thing.x"
    assert [(f.rule, f.attribute) for f in findings(plan(change(address, {}, written)))] == [("KMS009", attribute)]
    assert findings(plan(change(address, {**written, "name": "a"}, {**written, "name": "b"}))) == ()
    assert findings(plan(change(address, {}, {"rule": {"effect": "Allow", "name": "x"}}))) == ()


def test_a_plan_without_what_must_be_there_is_undetermined() -> None:
    """A trimmed plan that lost a policy's text does not pass."""
    assert [f.rule for f in findings(plan(change("aws_iam_role_policy.p", None, {"role": "app", "name": "p"})))] == [
        "KMS009"
    ]


@pytest.mark.parametrize("role", [None, 5, ["x"]])
def test_a_policy_without_a_principal_goes_to_somebody(role: Any) -> None:
    """What names nobody does not pass."""
    raw = plan(change("aws_iam_role_policy.p", None, {"role": role, "name": "p", "policy": FULL}))
    assert [f.rule for f in findings(raw)] == ["KMS001"]


def test_what_completes_a_grant_together_is_shown() -> None:
    """The finding names the other documents, and shows the statements of all."""
    raw = plan(
        inline(None, policy(statement("kms:Decrypt")), "one"),
        inline(
            policy(statement(["kms:PutKeyPolicy", "kms:DisableKey"])),
            policy(statement(["kms:PutKeyPolicy", "kms:DisableKey"])),
            "two",
        ),
    )
    (finding,) = findings(raw)
    assert finding.address == "aws_iam_role_policy.one"
    assert "together with aws_iam_role_policy.two" in finding.message
    assert [statement.elsewhere for statement in finding.statements] == [None, "aws_iam_role_policy.two"]


def test_only_what_is_new_is_named() -> None:
    """Of two keys, one of which was there before, the message names the other."""
    one, other = (f"arn:aws:kms:eu-west-1:111122223333:key/{name}" for name in "ab")
    (finding,) = findings(plan(inline(policy(statement("kms:*", one)), policy(statement("kms:*", [one, other])))))
    assert finding.message == f"role app newly has full KMS access on {other}"


def test_names_decide_who_is_who() -> None:
    """Two roles that swap names swap nothing of their access; a role under a new name stays who it was."""
    swapped = (
        change("aws_iam_role.a", {"name": "one"}, {"name": "two"}),
        change("aws_iam_role.b", {"name": "two"}, {"name": "one"}),
        change(
            "aws_iam_role_policy.p",
            {"role": "one", "name": "p", "policy": FULL},
            {"role": "two", "name": "p", "policy": FULL},
        ),
    )
    assert told(plan(*swapped)) == ["KMS001 aws_iam_role_policy.p policy: role two"]
    renamed = (change("aws_iam_role.a", {"name": "one"}, {"name": "two"}), swapped[2])
    assert told(plan(*renamed)) == []


def test_a_created_policy_raises_nothing_of_its_own_when_its_principals_had_the_access() -> None:
    """Inline turned managed; an unattached one is found at its document; a rename of one is none."""
    create = change("aws_iam_policy.own", None, managed(FULL))
    attach = change("aws_iam_role_policy_attachment.a", None, {"role": "app", "policy_arn": OWN})
    assert told(plan(create, attach, inline(FULL, None))) == []
    assert told(plan(create)) == ["KMS001 aws_iam_policy.own policy: policy own"]
    gone = change("aws_iam_policy.old", managed(FULL, "old"), None)
    assert told(plan(create, gone)) == []
    second = change("aws_iam_policy.third", None, managed(FULL, "third"))
    assert len(told(plan(create, second, gone))) == 1


def test_a_policy_that_only_bounds_is_a_warning() -> None:
    """A boundary grants nothing; somebody could attach it."""
    raw = plan(
        change("aws_iam_policy.own", None, managed(FULL)),
        change(
            "aws_iam_role.app",
            {"name": "app", "permissions_boundary": None},
            {"name": "app", "permissions_boundary": OWN},
        ),
    )
    assert [(f.rule, f.level, f.blocks) for f in findings(raw)] == [("KMS001", "warning", False)]


def test_a_literal_arn_is_looked_for_among_the_policies_of_the_plan() -> None:
    """By path and name, since a created policy's ARN is not known."""
    created = {"name": "own", "path": "/team/", "policy": FULL}
    arn = "arn:aws:iam::111122223333:policy/team/own"
    raw = plan(
        change("aws_iam_policy.own", None, created, change={"after_unknown": {"arn": True, "id": True}}),
        change("aws_iam_role_policy_attachment.a", None, {"role": "app", "policy_arn": arn}),
    )
    assert told(raw) == ["KMS001 aws_iam_policy.own policy: role app"]


def test_a_stack_that_may_create_iam_resources_is_a_warning() -> None:
    """Terraform does not see what a CloudFormation template creates: KMS008."""
    values = {"name": "s", "capabilities": ["CAPABILITY_NAMED_IAM"], "template_body": "{}"}
    assert [f.rule for f in findings(plan(change("aws_cloudformation_stack.s", None, values)))] == ["KMS008"]
    assert findings(plan(same("aws_cloudformation_stack.s", values))) == ()
    (other,) = findings(plan(change("aws_cloudformation_stack.s", None, {**values, "capabilities": []})))
    assert "can create KMS keys and permission sets" in other.message


def test_detaching_what_nobody_sees_from_an_administrator_is_a_warning() -> None:
    """It may have held a Deny: KMS008; from anybody else it is nothing."""
    gone = change("aws_iam_role_policy_attachment.a", {"role": "app", "policy_arn": OWN}, None)
    assert [(f.rule, f.blocks) for f in findings(plan(inline(FULL, FULL), gone))] == [("KMS008", False)]
    assert findings(plan(inline(S3, S3), gone)) == ()


def test_what_only_the_state_shows_counts() -> None:
    """Under -target a plan leaves out what it does not touch: the state shows what a removed Deny stopped."""
    untouched = {
        "address": "aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy", "name": "p",
        "values": {"role": "app", "name": "p", "policy": FULL},
    }  # fmt: skip
    state = {"prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": [untouched]}}}}
    assert told(plan(inline(DENY, None, "deny"), complete=False, **state)) == [
        "KMS001 aws_iam_role_policy.deny policy: role app"
    ]


def test_the_baseline_is_the_account_or_the_state() -> None:
    """A grant made by hand and then written into code is there already; against the state it is new."""
    drift = [inline(S3, FULL)]
    raw = plan(inline(FULL, FULL), resource_drift=drift)
    assert told(raw) == []
    assert told(raw, baseline="state") == ["KMS001 aws_iam_role_policy.p policy: role app"]


def test_against_the_state_one_grant_is_one_finding() -> None:
    """What a refreshed role only mirrors is no second place, and holds no Deny of its own."""

    def role(*policies: str) -> dict[str, Any]:
        return {"name": "app", "inline_policy": [{"name": "p", "policy": text} for text in policies]}

    refreshed = change("aws_iam_role.app", role(FULL), role(FULL))
    drift = [change("aws_iam_role.app", role(), role(FULL)), inline(S3, FULL)]
    raw = plan(refreshed, inline(FULL, FULL), resource_drift=drift)
    assert told(raw, baseline="state") == ["KMS001 aws_iam_role_policy.p policy: role app"]
    older = [change("aws_iam_role.app", role(S3), role(FULL)), inline(S3, FULL)]
    raw = plan(refreshed, inline(FULL, FULL), resource_drift=older)
    assert told(raw, baseline="state") == ["KMS001 aws_iam_role_policy.p policy: role app"]
    denied = change("aws_iam_role.app", role(DENY), role(DENY))
    stale = [change("aws_iam_role.app", role(), role(DENY))]
    raw = plan(denied, inline(DENY, None), inline(FULL, FULL, "q"), resource_drift=stale)
    assert told(raw, baseline="state") == told(raw) == ["KMS001 aws_iam_role_policy.p policy: role app"]
    raw = plan(change("aws_iam_role.app", role(S3), role(FULL)), inline(S3, S3), resource_drift=stale)
    assert told(raw, baseline="state") == told(raw) == ['KMS001 aws_iam_role.app inline_policy["p"].policy: role app']


def test_what_constrains_grants_nothing() -> None:
    """Trust policies, service control policies, a key's default policy and bucket policies are no identity's access."""
    raw = plan(
        change("aws_iam_role.app", None, {"name": "app", "assume_role_policy": FULL}),
        change("aws_organizations_policy.scp", None, {"content": FULL}),
        change("aws_kms_key.k", None, {"policy": policy(statement("kms:*", Principal={"AWS": "111122223333"}))}),
        change("aws_s3_bucket_policy.b", None, {"policy": FULL}),
        change("aws_iam_service_linked_role.r", None, {"aws_service_name": "x.amazonaws.com", "custom": FULL}),
    )
    assert findings(raw) == ()


def test_the_tables_do_not_overlap() -> None:
    """A type is either in the table or harmless."""
    assert not set(RESOURCE_TYPES) & HARMLESS


def test_the_same_grant_on_a_policy_and_its_roles_is_one_finding() -> None:
    """It names the roles, and stands at the document."""
    attachments = [same(f"aws_iam_role_policy_attachment.{r}", {"role": r, "policy_arn": OWN}) for r in "abcde"]
    raw = plan(change("aws_iam_policy.own", managed(S3), managed(FULL)), *attachments)
    (finding,) = findings(raw)
    assert (finding.address, finding.principals) == ("aws_iam_policy.own", tuple(f"role {r}" for r in "abcde"))


def test_several_documents_that_complete_a_grant_are_one_finding_at_the_first() -> None:
    """By address, among those that changed."""
    parts = ["kms:Decrypt", "kms:PutKeyPolicy", "kms:DisableKey"]
    raw = plan(*(inline(None, policy(statement(action)), f"p{i}") for i, action in enumerate(parts)))
    assert told(raw) == ["KMS001 aws_iam_role_policy.p0 policy: role app"]


def test_two_documents_that_are_full_by_themselves_are_two_findings() -> None:
    """Mending one does not mend the other."""
    assert len(told(plan(inline(None, FULL, "a"), inline(None, FULL, "b")))) == 2


def test_what_may_be_wider_is_told_beside_what_is_certain() -> None:
    """Full access to one key is certain, to every key possible: a warning for the first would not hide the second."""
    key = "arn:aws:kms:eu-west-1:111122223333:key/a"
    create = change(
        "aws_iam_role_policy.p",
        None,
        {"role": "app", "name": "p"},
        change={"after_unknown": {"policy": True}},
    )
    read = {
        "address": "data.aws_iam_policy_document.d", "mode": "data", "type": "aws_iam_policy_document", "name": "d",
        "change": {
            "actions": ["read"], "before": None,
            "after": {"statement": [{"effect": None, "actions": ["kms:*"], "resources": [key, None]}]},
            "after_unknown": {"json": True, "statement": [{"actions": [False], "resources": [False, True]}]},
        },
    }  # fmt: skip
    blocks = [
        {"address": "aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy", "name": "p",
         "expressions": {"policy": {"references": ["data.aws_iam_policy_document.d.json"]}}},
        {"address": "data.aws_iam_policy_document.d", "mode": "data", "type": "aws_iam_policy_document", "name": "d",
         "expressions": {"statement": [{"resources": {"references": ["var.other"]}}]}},
    ]  # fmt: skip
    raw = plan(create, read, configuration={"root_module": {"resources": blocks}})
    assert [f.rule for f in findings(raw)] == ["KMS002", "KMS009"]


def test_a_deny_in_a_deleted_policy_is_gone_although_something_still_names_its_arn() -> None:
    """An attachment that is left over holds nothing."""
    deny = managed(DENY, "deny")
    raw = plan(
        inline(FULL, FULL),
        change("aws_iam_policy.deny", deny, None),
        same("aws_iam_role_policy_attachment.deny", {"role": "app", "policy_arn": deny["arn"]}),
    )
    assert told(raw) == ["KMS001 aws_iam_policy.deny policy: role app"]


def test_a_boundary_of_one_of_two_resources_with_the_same_name_is_none() -> None:
    """Nobody can tell which of the two the policy lands on."""
    bound = managed(S3, "bound")
    raw = plan(
        same("aws_iam_policy.bound", bound),
        change("aws_iam_role.one", None, {"name": "app", "permissions_boundary": bound["arn"]}),
        change("aws_iam_role.other", None, {"name": "app", "permissions_boundary": None}),
        inline(None, FULL),
    )
    assert told(raw) == ["KMS001 aws_iam_role_policy.p policy: role app"]


def test_two_resources_that_disagree_about_a_boundary_change_nothing_by_themselves() -> None:
    """Only a change of one of them makes the boundary doubtful."""
    bound = {"name": "app", "permissions_boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    raw = plan(same("aws_iam_role.one", bound), same("aws_iam_role.other", {"name": "app"}), inline(FULL, FULL))
    assert told(raw) == []


@pytest.mark.parametrize("ordered", [True, False])
def test_depends_on_orders_what_is_split(ordered: bool) -> None:
    """A group that one membership leaves out and another takes up is lost only where the order is open."""
    admins = same("aws_iam_group_policy.admins", {"group": "admins", "name": "p", "policy": FULL})
    guards = same("aws_iam_group_policy.guards", {"group": "guards", "name": "p", "policy": DENY})
    one, both = {"user": "u", "groups": ["admins"]}, {"user": "u", "groups": ["admins", "guards"]}
    changes = [
        change("aws_iam_user_group_membership.old", both, one),
        change("aws_iam_user_group_membership.new", None, {"user": "u", "groups": ["guards"]}),
    ]
    blocks = [
        {
            "address": each["address"], "mode": "managed", "type": each["type"], "name": each["name"],
            "provider_config_key": "aws", "expressions": {},
            **({"depends_on": ["aws_iam_user_group_membership.old"]} if ordered and each["name"] == "new" else {}),
        }
        for each in changes
    ]  # fmt: skip
    raw = plan(admins, guards, *changes, configuration={"root_module": {"resources": blocks}})
    expected = [] if ordered else ["KMS009 aws_iam_user_group_membership.new groups: user u"]
    assert told(raw) == expected


NAMED, REFERRED = {"constant_value": "app"}, {"references": ["aws_iam_role.app.name", "aws_iam_role.app"]}


@pytest.mark.parametrize(
    ("allow", "deny", "blocks"),
    [(NAMED, REFERRED, True), (REFERRED, REFERRED, False), (NAMED, NAMED, False), (REFERRED, NAMED, False)],
)
def test_a_role_that_can_not_be_created_is_somebody_else(allow: Any, deny: Any, blocks: bool) -> None:
    """AWS refuses a second role of a name, and what names it by a text is given to the first one: without what refers
    to the new one, and without its boundary."""
    blocks_of = {"app": {}, "allow": {"role": allow}, "deny": {"role": deny}}

    def configuration(names: list[str]) -> dict[str, Any]:
        kinds = {name: "aws_iam_role" if name == "app" else "aws_iam_role_policy" for name in names}
        listed = [
            {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "expressions": blocks_of[name]}
            for name, kind in kinds.items()
        ]
        return {"root_module": {"resources": listed}}

    new = change("aws_iam_role.app", None, {"name": "app"})
    raw = plan(
        new, inline(None, FULL, "allow"), inline(None, DENY, "deny"),
        configuration=configuration(["app", "allow", "deny"]),
    )  # fmt: skip
    assert bool([f for f in findings(raw) if f.blocks]) is blocks
    bound = {"name": "app", "permissions_boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    raw = plan(
        change("aws_iam_role.app", None, bound), inline(None, FULL, "allow"),
        configuration=configuration(["app", "allow"]),
    )  # fmt: skip
    assert bool([f for f in findings(raw) if f.blocks]) is (allow is NAMED)


@pytest.mark.parametrize("stays", [True, False])
def test_who_has_something_already_can_not_be_created(stays: bool) -> None:
    """The same where somebody of that name had a policy or a group: but what is left as it is, is there."""
    role, user = ([change(f"aws_iam_{kind}.app", None, {"name": "app"})] for kind in ("role", "user"))
    role += [inline(S3, S3, "had"), inline(None, FULL, "allow"), inline(DENY if stays else None, DENY, "deny")]
    groups = {"logs": S3, "denied": DENY}
    user += [change("aws_iam_user_policy.allow", None, {"user": "app", "name": "p", "policy": FULL})]
    user += [same(f"aws_iam_group.{group}", {"name": group}) for group in groups]
    user += [same(f"aws_iam_group_policy.{g}", {"name": "p", "group": g, "policy": groups[g]}) for g in groups]
    member = {group: {"user": "app", "groups": [group]} for group in groups}
    user += [same("aws_iam_user_group_membership.had", member["logs"])]
    user += [change("aws_iam_user_group_membership.deny", member["denied"] if stays else None, member["denied"])]
    for kind, changes in (("role", role), ("user", user)):
        blocks = [
            {"address": one["address"], "mode": "managed", "type": one["type"], "name": one["name"],
             "expressions": {kind: {"references": [f"aws_iam_{kind}.app.name", f"aws_iam_{kind}.app"]}
                             if one["name"] == "deny" else {"constant_value": "app"}}}
            for one in changes
        ]  # fmt: skip
        found = told(plan(*changes, configuration={"root_module": {"resources": blocks}}))
        assert found == ([] if stays else [f"KMS001 aws_iam_{kind}_policy.allow policy: {kind} app"])


@pytest.mark.parametrize(
    ("allow", "joins", "blocks"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_a_user_that_can_not_be_created_is_somebody_else(allow: bool, joins: bool, blocks: bool) -> None:
    """The same with groups: one that denies is joined by reference, and one that allows, or a policy, by a text."""

    def block(address: str, **expressions: Any) -> dict[str, Any]:
        kind, name = address.split(".")
        return {"address": address, "mode": "managed", "type": kind, "name": name, "expressions": expressions}

    text, reference = {"constant_value": "u"}, {"references": ["aws_iam_user.u.name", "aws_iam_user.u"]}
    groups = [change(f"aws_iam_group.{name}", *[{"name": name}] * 2) for name in ("denied", "allowed")]
    texts = {"denied": DENY, "allowed": FULL}
    policies = [
        change(f"aws_iam_group_policy.{name}", *[{"name": "p", "group": name, "policy": text}] * 2)
        for name, text in texts.items()
    ]
    members = [change(f"aws_iam_user_group_membership.{name}", None, {"user": "u", "groups": [name]}) for name in texts]
    own = change("aws_iam_user_policy.p", None, {"name": "p", "user": "u", "policy": FULL})
    blocks_of = [
        block("aws_iam_user.u"),
        block("aws_iam_user_policy.p", user=text if allow else reference),
        block("aws_iam_user_group_membership.denied", user=reference),
        block("aws_iam_user_group_membership.allowed", user=text if joins else reference),
    ]
    user = change("aws_iam_user.u", None, {"name": "u"})
    raw = plan(user, own, *groups, *policies, *members, configuration={"root_module": {"resources": blocks_of}})
    assert bool([f for f in findings(raw) if f.blocks]) is blocks
