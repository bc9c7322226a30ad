"""What an apply leaves behind, and in which order it works; tests/plans holds applies that were read back."""

from pathlib import Path
from typing import Any

import pytest

from gate.holdings.resource_types import RESOURCE_TYPES
from tests.helpers.plans import change, findings, plan, policy, statement

FULL = policy(statement("kms:*"))
DENY = policy(statement("kms:*", effect="Deny"))
S3 = policy(statement("s3:*"))
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
READS = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/k"
GUARD = "arn:aws:iam::111122223333:policy/guard"
LIMIT = "arn:aws:iam::111122223333:policy/limit"
SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"


def told(*changes: dict[str, Any], **more: Any) -> list[str]:
    return [f"{f.rule} {f.address} {f.attribute}" for f in findings(plan(*changes, **more)) if f.blocks]


def same(address: str, values: Any) -> dict[str, Any]:
    return change(address, values, values)


def guard() -> dict[str, Any]:
    return same("aws_iam_policy.guard", {"name": "guard", "path": "/", "arn": GUARD, "policy": DENY})


def inline(name: str, document: str, who: str = "app", kind: str = "role") -> dict[str, Any]:
    return {"name": name, kind: who, "policy": document}


def test_every_row_says_what_is_left_and_why() -> None:
    """`applied` was destroyed in a simulated account and read back; `read` is what the provider or its schema says."""
    lines = [line.split("\t") for line in (Path(__file__).parent / "destroyed.tsv").read_text().splitlines()[1:]]
    assert {kind: left for kind, left, how, source in lines if source and how in ("applied", "read")} == {
        kind: row.destroyed.name for kind, row in RESOURCE_TYPES.items()
    }


STAYS = sorted(kind for kind, row in RESOURCE_TYPES.items() if row.stays and row.attaches)


def exclusive(kind: str, arn: str) -> dict[str, Any]:
    row = RESOURCE_TYPES[kind]
    if kind == "aws_budgets_budget_action":
        return {"definition": [{"iam_action_definition": [{"policy_arn": arn, "roles": ["app"]}]}]}
    if kind == "awscc_budgets_budgets_action":
        return {"definition": {"iam_action_definition": {"policy_arn": arn, "roles": ["app"]}}}
    return {row.recipients[0].path: "app", "managed_policy_arns" if "managed" in kind else "policy_arns": [arn]}


def holder(kind: str) -> str:
    return RESOURCE_TYPES[kind].recipients[0].kind


@pytest.mark.parametrize("kind", STAYS)
def test_destroying_what_detaches_nothing(kind: str) -> None:
    """An Allow that stays attached beside a Deny that goes opens; a Deny that stays attached still denies, but for one
    that a budget action may not have attached yet."""
    who = {"role": "role", "user": "user", "group": "group", "permission set": "permission_set_arn"}[holder(kind)]
    type_, where = {
        "role": ("aws_iam_role_policy", "policy"),
        "user": ("aws_iam_user_policy", "policy"),
        "group": ("aws_iam_group_policy", "policy"),
        "permission set": ("aws_ssoadmin_permission_set_inline_policy", "inline_policy"),
    }[holder(kind)]
    deny, allow = ({"name": "p", who: "app", where: text} for text in (DENY, FULL))
    opened = change(f"{kind}.x", exclusive(kind, ADMIN), None), change(f"{type_}.p", deny, None)
    assert told(*opened) == [f"KMS001 {type_}.p {where}"]
    kept = guard(), change(f"{kind}.x", exclusive(kind, GUARD), None), change(f"{type_}.p", None, allow)
    assert told(*kept) == ([f"KMS001 {type_}.p {where}"] if RESOURCE_TYPES[kind].later else [])


def test_replacing_an_exclusive_list_leaves_what_the_other_principal_had() -> None:
    """Its destruction undoes nothing; what is listed anew counts as it is listed."""
    before, after = {"role_name": "a", "policy_arns": [GUARD]}, {"role_name": "b", "policy_arns": []}
    moved = change(
        "aws_iam_role_policy_attachments_exclusive.x", before, after, change={"actions": ["delete", "create"]}
    )
    allow = change("aws_iam_role_policy.p", None, inline("p", FULL, "a"))
    assert told(guard(), moved, allow) == []
    again = change(
        "aws_iam_role_policy_attachments_exclusive.x", before, {"role_name": "a", "policy_arns": []},
        change={"actions": ["delete", "create"]},
    )  # fmt: skip
    assert told(guard(), again, allow) == ["KMS001 aws_iam_role_policy.p policy"]


def test_an_exclusive_list_acts_only_when_it_is_applied() -> None:
    """A list that does not change takes nothing away in this apply, one that changes takes what it leaves out."""
    attached = same("aws_iam_role_policy_attachment.guard", {"role": "app", "policy_arn": GUARD})
    allow = same("aws_iam_role_policy.all", inline("all", FULL))
    kind = "aws_iam_role_policy_attachments_exclusive.x"
    listed, more = {"role_name": "app", "policy_arns": []}, {"role_name": "app", "policy_arns": [ADMIN]}
    assert told(guard(), attached, allow, same(kind, listed)) == []
    assert told(guard(), attached, allow, change(kind, more, listed)) == [f"KMS001 {kind} policy_arns"]
    assert told(guard(), attached, allow, change(kind, None, listed)) == [f"KMS001 {kind} policy_arns"]


BOTH = ["delete", "create"]
FIRST = ["create", "delete"]
REPLACED = [
    ("aws_iam_role_policy.guard", inline("guard", DENY), "policy"),
    ("aws_iam_role_policy_attachment.guard", {"role": "app", "policy_arn": GUARD}, "policy_arn"),
    ("aws_iam_policy_attachment.guard", {"name": "x", "roles": ["app"], "policy_arn": GUARD}, "policy_arn"),
]


@pytest.mark.parametrize(("address", "values", "attribute"), REPLACED, ids=lambda value: str(value)[:24])
def test_created_before_the_old_one_is_destroyed(address: str, values: Any, attribute: str) -> None:
    """The delete takes away what the create has just put under the same key; the other way round it stays."""
    allow = same("aws_iam_role_policy.all", inline("all", FULL))
    lost = told(guard(), allow, change(address, values, values, change={"actions": FIRST}))
    assert [line.split(" ")[0] for line in lost] == ["KMS001"]
    assert told(guard(), allow, change(address, values, values, change={"actions": BOTH})) == []


def test_a_deposed_object_takes_the_key_along() -> None:
    """What a failed replacement left over is deleted under the same key."""
    allow = same("aws_iam_role_policy.all", inline("all", FULL))
    current = same("aws_iam_role_policy.guard", inline("guard", DENY))
    left = change("aws_iam_role_policy.guard", inline("guard", DENY), None, deposed="abcdef12")
    assert [line.split(" ")[0] for line in told(allow, current, left)] == ["KMS001"]
    assert told(allow, current) == []


READDRESSED = [
    ("aws_iam_role_policy", inline("guard", DENY), "policy"),
    ("aws_iam_role_policy_attachment", {"role": "app", "policy_arn": GUARD}, "policy_arn"),
    ("awscc_iam_role_policy", {"policy_name": "guard", "role_name": "app", "policy_document": DENY}, "policy_document"),
]


@pytest.mark.parametrize(("kind", "values", "attribute"), READDRESSED, ids=lambda value: str(value)[:24])
def test_a_deny_at_another_address(kind: str, values: Any, attribute: str) -> None:
    """Nothing orders its delete and its create; with a moved block it is no change at all."""
    allow = same("aws_iam_role_policy.all", inline("all", FULL))
    old, new = change(f"{kind}.old", values, None), change(f"{kind}.new", None, values)
    assert told(guard(), allow, old, new) == [f"KMS009 {kind}.new {attribute}"]
    assert told(guard(), allow, change(f"{kind}.new", values, values, previous_address=f"{kind}.old")) == []
    (found,) = (f for f in findings(plan(guard(), allow, old, new)) if f.blocks)
    assert f"a `moved` block with `from = {kind}.old` and `to = {kind}.new`" in found.remedy[0]
    assert f"removes it at {kind}.old and sets it again at {kind}.new" in found.message


def test_a_deny_that_a_third_resource_holds_too() -> None:
    """What does not change at one address goes with the delete of another; what is made after that brings it back."""
    allow, held = same("aws_iam_role_policy.all", inline("all", FULL)), {"role": "app", "policy_arn": GUARD}
    stays = same("aws_iam_role_policy_attachment.stays", held)
    old = change("aws_iam_role_policy_attachment.old", held, None)
    made = change(
        "aws_iam_role_policy_attachments_exclusive.new", None, {"role_name": "app", "policy_arns": [GUARD]}
    )  # fmt: skip
    assert [line.split(" ")[0] for line in told(guard(), allow, stays, old, made)] == ["KMS009"]
    assert told(guard(), allow, stays, made) == []


@pytest.mark.parametrize(("kind", "expected"), [("role", []), ("group", ["KMS001"])])
def test_a_destroyed_role_has_nothing(kind: str, expected: list[str]) -> None:
    """The provider takes from a role all that its state shows, also what another resource still names. AWS refuses to
    delete a group that has something left: then its Deny may be gone, and the group is not."""
    mirrored = {"inline_policy": [{"name": "no", "policy": DENY}], "managed_policy_arns": [ADMIN]}
    gone = change(f"aws_iam_{kind}.app", {"name": "app", **(mirrored if kind == "role" else {})}, None)
    deny = change(f"aws_iam_{kind}_policy.no", inline("no", DENY, kind=kind), None)
    named = same(f"aws_iam_{kind}_policy_attachment.all", {kind: "app", "policy_arn": ADMIN})
    made = change(f"aws_iam_{kind}_policy_attachment.more", None, {kind: "app", "policy_arn": ADMIN})
    assert [line.split(" ")[0] for line in told(gone, deny, named)] == expected
    assert [line.split(" ")[0] for line in told(gone, deny, named, made)] == ["KMS001"]


@pytest.mark.parametrize(("listed", "expected"), [([READS], []), ([READS, ADMIN], ["KMS001"])])
def test_a_destroyed_role_has_no_more_than_the_apply_still_gives_it(listed: list[str], expected: list[str]) -> None:
    """A list that is let go leaves what it attached, which goes with the role. Another one that is changed may be for
    somebody else of the name: what it lists counts, without the Deny of the role."""
    kind, shown = "aws_iam_role_policy_attachments_exclusive", {"role_name": "app", "policy_arns": [ADMIN]}
    own = {"name": "app", "inline_policy": [{"name": "no", "policy": DENY}], "managed_policy_arns": [ADMIN]}
    gone = change("aws_iam_role.app", own, None), change(f"{kind}.old", shown, None)
    updated = change(f"{kind}.new", shown, {**shown, "policy_arns": listed})
    assert [line.split(" ")[0] for line in told(*gone, updated)] == expected


def test_an_allow_at_another_address_is_no_finding() -> None:
    """If it is lost, nobody gains anything; nor does a Deny that holds back nothing."""
    old, new = (inline("all", FULL),) * 2
    assert told(change("aws_iam_role_policy.old", old, None), change("aws_iam_role_policy.new", None, new)) == []
    deny = inline("guard", DENY)
    harmless = same("aws_iam_role_policy.s3", inline("s3", S3))
    assert (
        told(harmless, change("aws_iam_role_policy.a", deny, None), change("aws_iam_role_policy.b", None, deny)) == []
    )


def test_a_membership_that_brings_a_deny_at_another_address() -> None:
    """The user keeps the Allow of its own and may lose the group's Deny."""
    allow = same("aws_iam_user_policy.all", inline("all", FULL, "u", "user"))
    deny = same("aws_iam_group_policy.guard", inline("guard", DENY, "g", "group"))
    member = {"user": "u", "groups": ["g"]}
    old, new = (
        change(f"aws_iam_user_group_membership.{name}", b, a)
        for name, b, a in (("old", member, None), ("new", None, member))
    )
    assert told(allow, deny, old, new) == ["KMS009 aws_iam_user_group_membership.new groups"]
    listed = change("aws_iam_group_membership.old", {"group": "g", "users": ["u", "v"]}, {"group": "g", "users": ["v"]})
    assert told(allow, deny, listed, new) == ["KMS009 aws_iam_user_group_membership.new groups"]
    replaced = change("aws_iam_user_group_membership.old", member, member, change={"actions": FIRST})
    assert [line.split(" ")[0] for line in told(allow, deny, replaced)] == ["KMS001"]


def test_a_boundary_of_its_own_at_another_address() -> None:
    """A boundary that is a resource of its own may be gone; one that a role brings along comes with it."""
    boundary = same("aws_iam_policy.b", {"name": "b", "path": "/", "arn": GUARD, "policy": S3})
    allow = same("aws_ssoadmin_permission_set_inline_policy.all", {"permission_set_arn": SET, "inline_policy": FULL})
    kind, reference = "aws_ssoadmin_permissions_boundary_attachment", {"name": "b", "path": "/"}
    values = {"permission_set_arn": SET, "permissions_boundary": [{"customer_managed_policy_reference": [reference]}]}
    moved = change(f"{kind}.old", values, None), change(f"{kind}.new", None, values)
    assert [line.split(" ")[:2] for line in told(boundary, allow, *moved)] == [["KMS009", f"{kind}.new"]]
    assert told(boundary, allow, same(f"{kind}.old", values)) == []
    first = change(f"{kind}.old", values, values, change={"actions": FIRST})
    assert [line.split(" ")[0] for line in told(boundary, allow, first)] == ["KMS001"]


def configuration(**blocks: tuple[str, list[str]]) -> dict[str, Any]:
    """Root resources by their names: the type, and what the block refers to."""
    resources = [
        {
            "address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "provider_config_key": "aws",
            "expressions": {"role": {"references": references}} if references else {},
        }
        for name, (kind, references) in blocks.items()
    ]  # fmt: skip
    return {"root_module": {"resources": resources}}


def state(**resources: tuple[str, list[str]]) -> dict[str, Any]:
    """The prior state: addresses by names, with what they depended on."""
    found = [
        {"address": f"{kind}.{name}", "type": kind, "name": name, "values": {}, "depends_on": needs}
        for name, (kind, needs) in resources.items()
    ]
    return {"values": {"root_module": {"resources": found}}}


@pytest.mark.parametrize(
    ("needs", "refers", "all_goes", "expected"),
    [
        (["aws_iam_role.a"], ["aws_iam_role.b.name", "aws_iam_role.b"], True, []),
        ([], ["aws_iam_role.b.name", "aws_iam_role.b"], True, ["KMS009"]),  # its delete may come last
        (["aws_iam_role.a"], [], True, ["KMS009"]),  # its create may come first
        (["aws_iam_role.a"], ["aws_iam_role.b.name", "aws_iam_role.b"], False, ["KMS009"]),  # AWS keeps the old role
    ],
)
def test_a_role_and_its_deny_at_other_addresses(needs: Any, refers: Any, all_goes: bool, expected: Any) -> None:
    """Ordered if the old Deny goes before the old role, the new one comes after the new, and nothing else stays."""
    role: dict[str, Any] = {"name": "app", "inline_policy": [], "managed_policy_arns": []}
    allow, deny = inline("all", FULL), inline("guard", DENY)
    changes = [
        change("aws_iam_role.a", role, None),
        change("aws_iam_role.b", None, role),
        change("aws_iam_role_policy.old", deny, None),
        change("aws_iam_role_policy.new", None, deny),
        change("aws_iam_role_policy.all", allow, None if all_goes else allow),
        *([change("aws_iam_role_policy.again", None, allow)] if all_goes else []),
    ]
    kind = "aws_iam_role_policy"
    blocks = {"b": ("aws_iam_role", []), "new": (kind, refers), "again" if all_goes else "all": (kind, refers)}
    before = {"a": ("aws_iam_role", []), "old": (kind, needs), "all": (kind, needs)}
    found = told(*changes, configuration=configuration(**blocks), prior_state=state(**before))
    assert [line.split(" ")[0] for line in found] == expected


def test_a_forgotten_policy_of_a_principal_that_is_gone_is_nobodys() -> None:
    """It has no configuration, and its role has another name now: no phantom takes it over."""
    role = {"name": "app", "inline_policy": [], "managed_policy_arns": []}
    renamed = change("aws_iam_role.r", role, {**role, "name": "other"}, change={"actions": BOTH})
    forgotten = change("aws_iam_role_policy.p", inline("p", FULL), None, change={"actions": ["forget"]})
    assert told(renamed, forgotten, configuration=configuration(r=("aws_iam_role", []))) == []


@pytest.mark.parametrize(
    ("name", "document", "blocks"),
    [
        ("guard", DENY, False),
        ("guard", policy(statement("kms:Decrypt", effect="Deny")), True),
        ("Guard", DENY, True),  # of two names in other letters AWS may refuse the second
    ],
)
def test_a_deny_in_the_place_of_one_that_is_forgotten(name: str, document: str, blocks: bool) -> None:
    """The apply writes the one, and does not touch the other: what is written is in force."""
    allow = same("aws_iam_role_policy.all", inline("all", FULL))
    some = policy(statement("kms:Put*", effect="Deny"))
    old = change("aws_iam_role_policy.old", inline("guard", some), None, change={"actions": ["forget"]})
    new = change("aws_iam_role_policy.new", None, inline(name, document))
    assert bool(told(allow, old, new)) == blocks


def test_a_deny_in_the_place_of_a_left_over_one_that_is_forgotten() -> None:
    """Of what was left over nothing is known but that it may be there: what is written is not believed."""
    allow = same("aws_iam_role_policy.all", inline("all", FULL))
    some = inline("guard", policy(statement("kms:Put*", effect="Deny")))
    old = change("aws_iam_role_policy.old", some, None, change={"actions": ["forget"]}, deposed="abcd1234")
    new = change("aws_iam_role_policy.new", None, inline("guard", DENY))
    assert told(allow, old, new) == ["KMS001 aws_iam_role_policy.new policy"]


def test_a_list_of_one_who_is_deleted_gives_nothing_to_its_name() -> None:
    """The list is made again for another one; destroying it takes nothing away, and the role is no more."""
    old = {"name": "app", "inline_policy": [{"name": "p", "policy": DENY}], "managed_policy_arns": [ADMIN]}
    lists = [{"role_name": name, "policy_arns": [ADMIN]} for name in ("app", "other")]
    changes = [
        change("aws_iam_role.r", old, None),
        change("aws_iam_role.r[0]", None, {"name": "other", "inline_policy": [], "managed_policy_arns": [ADMIN]}),
        change("aws_iam_role_policy_attachments_exclusive.l", *lists, change={"actions": BOTH}),
    ]
    found = {finding.principals for finding in findings(plan(*changes)) if finding.blocks}
    assert found == {("role other",)}


def test_what_still_names_a_role_that_is_replaced_under_another_name_is_nobodys() -> None:
    """The role takes along what it had; what the apply writes under the old name, the role has until it goes."""
    role = {"name": "app", "inline_policy": [{"name": "p", "policy": FULL}], "managed_policy_arns": []}
    renamed = change("aws_iam_role.r", role, {"name": "other"}, change={"actions": BOTH})
    assert told(renamed, same("aws_iam_role_policy.p", inline("p", FULL))) == []
    assert told(renamed, change("aws_iam_role_policy.p", inline("p", FULL), inline("p", FULL + " "))) == []
    for before in (inline("p", S3), None):
        written = change("aws_iam_role_policy.p", before, inline("p", FULL))
        less = {**role, "inline_policy": [{"name": "p", "policy": S3}] if before else []}
        gone = change("aws_iam_role.r", less, {"name": "other"}, change={"actions": BOTH})
        found = [(f.rule, f.address, f.principals) for f in findings(plan(gone, written)) if f.blocks]
        assert found == [("KMS001", "aws_iam_role_policy.p", ("role other (before: app)",))]


def test_a_document_that_is_taken_away_goes_whole() -> None:
    """Its Deny goes with its own Allow, and without it where another one allows."""
    some = policy(statement("kms:*"), statement("kms:*", KEY, effect="Deny"))
    two = same("aws_iam_policy.two", {"name": "guard", "path": "/", "arn": GUARD, "policy": some})
    held = {"role": "app", "policy_arn": GUARD}
    stays, gone = (
        same("aws_iam_role_policy_attachment.a", held),
        change("aws_iam_role_policy_attachment.b", held, None),
    )
    assert told(two, stays, gone) == []
    powers = policy(statement(["kms:Put*", "kms:Schedule*"], KEY))
    part = same("aws_iam_role_policy.part", inline("part", powers))
    assert told(two, stays, gone, part) == []
    for allow in (FULL, policy(statement("kms:*", KEY))):
        other = same("aws_iam_role_policy.all", inline("all", allow))
        (blocks,) = told(two, stays, gone, other)
        assert blocks.split(" ")[1] == "aws_iam_role_policy_attachment.b"


def test_an_attachment_to_many_takes_away_what_it_listed() -> None:
    """It attaches when it is created, and to nobody else's loss; its update takes the policy from whom it listed before
    and does not any more, whichever resource attached it (`resourcePolicyAttachmentCreate` and `Update`)."""
    allow = same("aws_iam_role_policy.all", inline("all", FULL))
    stays = same("aws_iam_role_policy_attachment.a", {"role": "app", "policy_arn": GUARD})
    many = {"name": "x", "policy_arn": GUARD, "roles": ["other"]}
    created = change("aws_iam_policy_attachment.x", None, many)
    assert told(guard(), allow, stays, created) == []
    updated = change("aws_iam_policy_attachment.x", {**many, "roles": ["app", "other"]}, many)
    assert told(guard(), allow, stays, updated) == ["KMS001 aws_iam_policy_attachment.x policy_arn"]
    replaced = change(
        "aws_iam_policy_attachment.x",
        {**many, "roles": ["app", "other"]},
        {**many, "name": "y"},
        change={"actions": BOTH},
    )
    assert told(guard(), allow, stays, replaced) == ["KMS001 aws_iam_policy_attachment.x policy_arn"]


def test_two_that_are_taken_away_go_each_by_itself() -> None:
    """What one of them allows and the other one denies is there where the other one is not."""
    one = policy(statement("kms:*"), statement("kms:*", KEY, effect="Deny"))
    other = policy(statement("kms:*", KEY), statement("s3:*", effect="Deny"))
    listed = change("aws_iam_role_policies_exclusive.x", None, {"role_name": "app", "policy_names": []})
    both = same("aws_iam_role_policy.one", inline("one", one)), same("aws_iam_role_policy.two", inline("two", other))
    (blocks,) = told(*both, listed)
    assert blocks.startswith("KMS002 aws_iam_role_policies_exclusive.x")
    assert told(both[0], listed) == []


def test_a_policy_at_another_address_whose_role_is_destroyed() -> None:
    """It is the policy that there was, with one principal less."""
    values = {"name": "all", "path": "/", "arn": "arn:aws:iam::111122223333:policy/all", "policy": FULL}
    role = {"name": "app", "inline_policy": [], "managed_policy_arns": [values["arn"]]}
    old, new = change("aws_iam_policy.old", values, None), change("aws_iam_policy.new", None, values)
    attached = change("aws_iam_role_policy_attachment.a", {"role": "app", "policy_arn": values["arn"]}, None)
    assert told(old, new, attached, change("aws_iam_role.app", role, None)) == []
    more = change("aws_iam_policy.new", None, {**values, "policy": policy(statement("*"))})
    less = change("aws_iam_policy.old", {**values, "policy": S3}, None)
    assert told(old, more, attached) == []
    assert told(less, new, attached) == ["KMS001 aws_iam_policy.new policy"]


def test_a_constant_empty_list_is_empty() -> None:
    """`managed_policy_arns = []` shows as unknown on create although configuration has it."""
    created = change(
        "aws_iam_role.r", None, {"name": "r"}, change={"after_unknown": {"managed_policy_arns": True, "arn": True}}
    )
    blocks = configuration(r=("aws_iam_role", []))
    blocks["root_module"]["resources"][0]["expressions"] = {"managed_policy_arns": {"constant_value": []}}
    assert told(created, configuration=blocks) == []
    blocks["root_module"]["resources"][0]["expressions"] = {"managed_policy_arns": {}}
    assert told(created, configuration=blocks) == ["KMS009 aws_iam_role.r managed_policy_arns"]
    before = {"name": "r", "managed_policy_arns": [GUARD]}
    taken = change("aws_iam_role.r", before, {"name": "r"}, change={"after_unknown": {"managed_policy_arns": True}})
    blocks["root_module"]["resources"][0]["expressions"] = {"managed_policy_arns": {"constant_value": []}}
    allow = same("aws_iam_role_policy.all", inline("all", FULL, "r"))
    assert [line.split(" ")[0] for line in told(guard(), allow, taken, configuration=blocks)] == ["KMS001"]


def test_what_is_set_to_null_is_not_set() -> None:
    """A new role whose policies are null has none: what `managed_policy_arns = null` gives shows as unknown too."""
    created = change(
        "aws_iam_role.r", None, {"name": "r"}, change={"after_unknown": {"managed_policy_arns": True, "arn": True}}
    )
    blocks = configuration(r=("aws_iam_role", []))
    blocks["root_module"]["resources"][0]["expressions"] = {"managed_policy_arns": {"constant_value": None}}
    assert told(created, configuration=blocks) == []


def test_a_deny_that_is_not_known_any_more_is_a_doubt() -> None:
    """It may still be there: nothing certain is said of what is not known."""
    allow = same("aws_iam_role_policy.all", inline("all", FULL))
    hidden = change(
        "aws_iam_role_policy.guard", inline("guard", DENY), {"name": "guard", "role": "app"},
        change={"after_unknown": {"policy": True}},
    )  # fmt: skip
    assert told(allow, hidden) == ["KMS009 aws_iam_role_policy.guard policy"]
    open_ = change("aws_iam_role_policy.guard", inline("guard", DENY), inline("guard", S3))
    assert told(allow, open_) == ["KMS001 aws_iam_role_policy.guard policy"]


def test_a_person_whose_name_is_not_known_is_assigned() -> None:
    """An assignment to somebody who is created in the same plan."""
    everything = same(
        "aws_ssoadmin_permission_set_inline_policy.all", {"permission_set_arn": SET, "inline_policy": FULL}
    )
    assigned = change(
        "aws_ssoadmin_account_assignment.x", None,
        {"permission_set_arn": SET, "principal_type": "USER", "target_id": "111122223333"},
        change={"after_unknown": {"principal_id": True}},
    )  # fmt: skip
    assert [line.split(" ")[0] for line in told(everything, assigned)] == ["KMS001"]


@pytest.mark.parametrize("actions", [BOTH, FIRST])
@pytest.mark.parametrize("taken_over", [True, False])
def test_a_policy_that_a_role_writes_itself_as_it_is_made_anew(actions: list[str], taken_over: bool) -> None:
    """It is no mirror of the resource that had it before, and goes."""
    entries = [{"name": "all", "policy": FULL}, {"name": "no", "policy": DENY}]
    role = change(
        "aws_iam_role.app", {"name": "app", "inline_policy": entries},
        {"name": "app2", "inline_policy": entries[:1]}, change={"actions": actions},
    )  # fmt: skip
    had = change("aws_iam_role_policy.all", inline("all", FULL), None)
    deny = change("aws_iam_role_policy.no", inline("no", DENY), None)
    found = [line.split(" ")[0] for line in told(role, deny, *([had] if taken_over else []))]
    assert found == ["KMS001"]


GUARDED = same("aws_iam_user_policy.all", inline("all", FULL, "u", "user"))
IN_GROUP = same("aws_iam_group_policy_attachment.guard", {"group": "g", "policy_arn": GUARD})
MEMBERS = {"name": "m", "group": "g", "users": ["u"]}
ATTACHED = {"name": "m", "policy_arn": GUARD, "users": ["u"]}
TO_USER = {"user": "u", "policy_arn": GUARD}


@pytest.mark.parametrize(("actions", "rules"), [(FIRST, ["KMS001", "KMS009"]), (BOTH, [None, None])])
@pytest.mark.parametrize(
    ("replaced_at", "values", "other", "held"),
    [
        ("aws_iam_group_membership.m", MEMBERS, "aws_iam_user_group_membership.o", {"user": "u", "groups": ["g"]}),
        ("aws_iam_policy_attachment.m", ATTACHED, "aws_iam_user_policy_attachment.o", TO_USER),
    ],
)
def test_what_another_resource_holds_is_deleted_last(
    replaced_at: str, values: Any, other: str, held: Any, actions: list[str], rules: list[str | None]
) -> None:
    """A list under another name of its own is replaced: its delete takes away what another resource gives too."""
    renamed = change(replaced_at, values, {**values, "name": "m2"}, change={"actions": actions})
    for stays, rule in ((same(other, held), rules[0]), (change(other, None, held), rules[1])):
        found = [line.split(" ")[0] for line in told(guard(), IN_GROUP, GUARDED, renamed, stays)]
        assert found == ([] if rule is None else [rule])


TO_ROLE = {"references": ["aws_iam_role.app.name", "aws_iam_role.app"]}
TO_EITHER = {"references": [*TO_ROLE["references"], "aws_iam_role.other.name", "aws_iam_role.other"]}


def replaced(address: str, values: Any, key: str, new: str | None, actions: list[str] = FIRST) -> dict[str, Any]:
    """A replacement under another name, which stands at a key; with None it is known after the apply only."""
    after = {**values, **({} if new is None else {key: new})}
    changed = {"actions": actions, "after_unknown": {} if new else {key: True}}
    return change(address, {**values, key: "app"}, after, change=changed)


OF_ITS_OWN = {"inline_policy": [{"name": "no", "policy": DENY}]}
APART = {"name": "no", "policy": DENY}


@pytest.mark.parametrize(
    ("own", "kind", "values", "refers", "new", "expected"),
    [
        (OF_ITS_OWN, "", {}, TO_ROLE, "app2", []),
        (OF_ITS_OWN, "", {}, TO_ROLE, None, []),
        ({}, "aws_iam_role_policy", APART, TO_ROLE, "app2", []),
        ({}, "aws_iam_role_policy", APART, TO_ROLE, None, []),
        ({}, "aws_iam_role_policy_attachment", {"policy_arn": GUARD}, TO_ROLE, None, []),
        ({}, "aws_iam_role_policy", APART, TO_EITHER, "app2", []),
        ({}, "aws_iam_role_policy", APART, TO_EITHER, None, ["KMS001"]),
        ({}, "aws_iam_role_policy", APART, {"references": ["var.name"]}, "app2", ["KMS001"]),
        ({}, "aws_iam_role_policy", APART, {"references": ["var.name"]}, None, ["KMS001"]),
    ],
)
def test_what_is_replaced_first_with_its_role(
    own: Any, kind: str, values: Any, refers: Any, new: str | None, expected: list[str]
) -> None:
    """AWS has no two roles of a name: an old Deny is deleted from the old role, or goes with it. Where the role of the
    new one is only written out, or one of several, it may be another one."""
    role = replaced("aws_iam_role.app", own, "name", new)
    deny = [replaced(f"{kind}.no", values, "role", new)] if kind else []
    allow = replaced("aws_iam_role_policy.all", {"name": "all", "policy": FULL}, "role", new, BOTH)
    blocks = [
        ("aws_iam_role.app", {}),
        ("aws_iam_role.other", {}),
        ("aws_iam_role_policy.all", {"role": TO_ROLE}),
        (f"{kind}.no", {"role": refers}),
    ]
    resources = [
        {"address": address, "mode": "managed", "type": address.split(".")[0], "name": address.split(".")[1],
         "expressions": expressions}
        for address, expressions in blocks
    ]  # fmt: skip
    configuration = {"root_module": {"resources": resources}}
    other = same("aws_iam_role.other", {"name": "other"})
    found = told(guard(), other, role, *deny, allow, configuration=configuration)
    assert [line.split(" ")[0] for line in found if "other" not in line] == expected


@pytest.mark.parametrize("order", [FIRST, BOTH])
@pytest.mark.parametrize(
    ("new", "attached", "expected"),
    [
        ("app2", ADMIN, ["KMS001 aws_iam_role_policy.no"]),
        (None, ADMIN, ["KMS001 aws_iam_role_policy.no"]),
        ("app2", GUARD, []),
    ],
)
def test_a_list_that_names_a_role_by_its_new_name(
    new: str | None, order: list[str], attached: str, expected: list[str]
) -> None:
    """It attaches what the old role had to the new one, although it is no more than changed."""
    own = {"managed_policy_arns": [attached], "inline_policy": [APART] if attached == ADMIN else []}
    role = replaced("aws_iam_role.app", own, "name", new, order)
    role["change"]["after"] = {} if new is None else {"name": new}
    role["change"]["after_unknown"] |= {"managed_policy_arns": True, "inline_policy": True}
    listed = {"name": "all", "policy_arn": attached, "users": []}
    after = listed if new is None else {**listed, "roles": [new]}
    unknown = {"after_unknown": {"roles": True} if new is None else {}}
    to_all = change("aws_iam_policy_attachment.all", {**listed, "roles": ["app"]}, after, change=unknown)
    gone = change("aws_iam_role_policy.no", {**APART, "role": "app"}, None)
    allow = replaced("aws_iam_role_policy.all", {"name": "all", "policy": FULL}, "role", new, BOTH)
    held = [gone] if attached == ADMIN else [allow]
    resources = [
        {"address": one["address"], "mode": "managed", "type": one["type"], "name": one["name"],
         "expressions": {} if one is role else {"roles": TO_ROLE, "role": TO_ROLE}}
        for one in (role, to_all, *held) if one is not gone
    ]  # fmt: skip
    found = told(guard(), role, to_all, *held, configuration={"root_module": {"resources": resources}})
    assert [line.rpartition(" ")[0] for line in found] == expected


def test_what_is_replaced_first_and_names_its_role_by_the_id() -> None:
    """Which is known only after apply, although the name is known."""
    role = replaced("aws_iam_role.app", {}, "name", "app2")
    deny, allow = (
        replaced(f"aws_iam_role_policy.{name}", {"name": name, "policy": text}, "role", None, how)
        for name, text, how in (("no", DENY, FIRST), ("all", FULL, BOTH))
    )
    resources = [
        {"address": one["address"], "mode": "managed", "type": one["type"], "name": one["name"],
         "expressions": {} if one is role else {"role": {"references": ["aws_iam_role.app.id", "aws_iam_role.app"]}}}
        for one in (role, deny, allow)
    ]  # fmt: skip
    assert told(role, deny, allow, configuration={"root_module": {"resources": resources}}) == []


def test_what_is_replaced_first_under_the_old_name_of_its_role() -> None:
    """It waits for the new role, and is the old one's: nothing of it denies the new one anything."""
    role = replaced("aws_iam_role.app", {}, "name", None)
    deny = change("aws_iam_role_policy.no", inline("no", DENY), inline("no", DENY), change={"actions": FIRST})
    allow = replaced("aws_iam_role_policy.all", {"name": "all", "policy": FULL}, "role", None, BOTH)
    resources = [
        {"address": one["address"], "mode": "managed", "type": one["type"], "name": one["name"],
         **({"depends_on": ["aws_iam_role.app"]} if one is deny else {}),
         "expressions": {"role": TO_ROLE} if one is allow else {}}
        for one in (role, deny, allow)
    ]  # fmt: skip
    found = told(role, deny, allow, configuration={"root_module": {"resources": resources}})
    assert found == ["KMS001 aws_iam_role_policy.no policy"]


def test_what_is_replaced_first_while_its_role_is_not() -> None:
    """The old role goes first, so that the new one may have its name: then what is deleted last is the new one's."""
    role = replaced("aws_iam_role.app", {}, "name", None, BOTH)
    deny = replaced("aws_iam_role_policy.no", {"name": "no", "policy": DENY}, "role", None)
    allow = replaced("aws_iam_role_policy.all", {"name": "all", "policy": FULL}, "role", None, BOTH)
    resources = [
        {"address": one["address"], "mode": "managed", "type": one["type"], "name": one["name"],
         "expressions": {} if one is role else {"role": TO_ROLE}}
        for one in (role, deny, allow)
    ]  # fmt: skip
    found = told(role, deny, allow, configuration={"root_module": {"resources": resources}})
    assert found == ["KMS001 aws_iam_role_policy.no policy"]


RENAMED = change("aws_iam_user.one", {"name": "one", "arn": "one"}, {"name": "new", "arn": "new"})
REFERS = {"references": ["aws_iam_user.one.name", "aws_iam_user.one"]}
BLOCKS = ["KMS001 aws_iam_user_policy.deny policy"]
OTHER = [
    change("aws_iam_user.other", None, {"name": "one"}),
    change("aws_iam_user_policy.other_allow", None, inline("allow", FULL, "one", "user")),
    change("aws_iam_user_policy.other_deny", None, inline("deny", DENY, "one", "user")),
]


@pytest.mark.parametrize(
    ("refers", "others", "expected"),
    [
        (REFERS, [], []),
        ({"constant_value": "new"}, [], BLOCKS),  # the rename may be refused when the old one is gone
        (REFERS, OTHER, ["KMS001 aws_iam_user_policy.other_allow policy"]),  # it is deleted from who has the name now
    ],
)
def test_what_a_renamed_user_had_is_deleted_under_its_old_name(
    refers: dict[str, Any], others: list[dict[str, Any]], expected: list[str]
) -> None:
    """A replacement that deletes last takes nothing from a user who was renamed before the new one could be made."""
    deny = change(
        "aws_iam_user_policy.deny",
        inline("deny", DENY, "one", "user"),
        inline("deny", DENY, "new", "user"),
        change={"actions": ["create", "delete"]},
    )
    allow = change(
        "aws_iam_user_policy.allow",
        inline("allow", FULL, "one", "user"),
        inline("allow", FULL, "new", "user"),
        change={"actions": ["delete", "create"]},
    )
    blocks = [
        ("one", "aws_iam_user", {}),
        *((name, "aws_iam_user_policy", {"user": refers}) for name in ("deny", "allow")),
    ]
    resources = [
        {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "expressions": expressions}
        for name, kind, expressions in blocks
    ]
    configuration = {"root_module": {"resources": resources}}
    assert told(RENAMED, deny, allow, *others, configuration=configuration) == expected


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        (None, []),
        ({"name": "one", "permissions_boundary": LIMIT}, []),
        ({"name": "one"}, ["KMS001 aws_iam_user.one permissions_boundary"]),
    ],
)
def test_a_boundary_lasts_as_long_as_its_principal(again: Any, expected: list[str]) -> None:
    """A user is deleted with a list of attachments, which undoes nothing: what it still has is bounded until then."""
    user = {"name": "one", "permissions_boundary": LIMIT}
    listed = {"user_name": "one", "policy_arns": [ADMIN]}
    limit = {"name": "limit", "path": "/", "arn": LIMIT, "policy": S3}
    changes = [
        change("aws_iam_user.one", user, None),
        change("aws_iam_user_policy_attachments_exclusive.one", listed, None),
        same("aws_iam_policy.limit", limit),
        *([change("aws_iam_user.again", None, again)] if again else []),
    ]
    assert told(*changes) == expected


def anew(kind: str, **values: Any) -> list[dict[str, Any]]:
    """What is deleted at one address and created at another, with nothing between them."""
    return [change(f"{kind}.old", values, None), change(f"{kind}.new", None, values)]


ASSIGNED = anew(
    "aws_ssoadmin_account_assignment", permission_set_arn=SET, principal_id="90", principal_type="GROUP",
    target_id="111122223333", target_type="AWS_ACCOUNT",
)  # fmt: skip
ADMINS = {"permission_set_arn": SET, "managed_policy_arn": ADMIN}
NO_KEYS = {"permission_set_arn": SET, "inline_policy": DENY}
ALL_KEYS = {"permission_set_arn": SET, "inline_policy": FULL}
NO_KEYS_EITHER = {"permission_set_arn": SET, "managed_policy_arn": "arn:aws:iam::aws:policy/AWSDenyAll"}
_ATTACHMENT, _INLINE = "aws_ssoadmin_managed_policy_attachment", "aws_ssoadmin_permission_set_inline_policy"


@pytest.mark.parametrize(
    ("changes", "blocks"),
    [
        ([same(f"{_INLINE}.n", NO_KEYS), *ASSIGNED, *anew(_ATTACHMENT, **ADMINS)], False),
        ([same(f"{_INLINE}.n", NO_KEYS), *ASSIGNED, same(f"{_ATTACHMENT}.a", ADMINS)], False),
        ([same(f"{_INLINE}.n", NO_KEYS), *anew(_ATTACHMENT, **ADMINS)], False),
        ([*anew(_INLINE, **NO_KEYS), *ASSIGNED, *anew(_ATTACHMENT, **ADMINS)], True),
        ([*anew(_INLINE, **NO_KEYS), *ASSIGNED, same(f"{_ATTACHMENT}.a", ADMINS)], True),
        ([*anew(_ATTACHMENT, **NO_KEYS_EITHER), *ASSIGNED, same(f"{_INLINE}.a", ALL_KEYS)], True),
    ],
)  # fmt: skip
def test_an_assignment_and_an_attachment_that_are_made_anew(changes: list[dict[str, Any]], blocks: bool) -> None:
    """What only allows is there no longer than the assignment, with which the Deny goes as well; a Deny that is made
    anew may be gone by itself."""
    assert bool(told(*changes)) == blocks
