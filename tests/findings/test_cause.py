"""Findings share a cause if and only if one change brought them about."""

from typing import Any

import pytest

from gate.check import Options, check
from gate.plan.model import read
from gate.report import Finding
from tests.helpers.paths import PLANS
from tests.helpers.plans import change, findings, plan, policy, statement

FORTY = PLANS / "forty-roles-of-one-module"
FULL = policy(statement("kms:*"))


def causes(found: tuple[Finding, ...]) -> int:
    """How many causes findings have; none is without."""
    assert all(finding.cause for finding in found)
    return len({finding.cause for finding in found})


def role_policy(key: str, text: str, block: str = "p", module: str = "", **values: Any) -> dict[str, Any]:
    """A new inline policy of a role of its own: an instance of a block, in a module."""
    prefix = f"{module}." if module else ""
    address = f'{prefix}aws_iam_role_policy.{block}["{key}"]'
    after = {"name": "p", "role": f"{module}{block}{key}", "policy": text, **values}
    kind = {"type": "aws_iam_role_policy", "name": block}
    return change(address, None, after, index=key, module_address=module, **kind)


def block(name: str, *references: str, kind: str = "aws_iam_role_policy", attribute: str = "policy") -> dict[str, Any]:
    """A block of the configuration."""
    expression = {"references": list(references)} if references else {}
    return {
        "address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name,
        "expressions": {attribute: expression},
    }  # fmt: skip


def configured(*changes: dict[str, Any], **root: Any) -> tuple[Finding, ...]:
    """What gate finds in a plan with a configuration."""
    return findings(plan(*changes, configuration={"root_module": root}))


@pytest.mark.slow
def test_forty_roles_of_one_module() -> None:
    """Forty findings on one line of a module have one cause, with the source and without it."""
    for options in (Options(no_source=True), Options(source=(str(FORTY / "after"),))):
        found = check(read((FORTY / "plan.json").read_bytes(), "plan.json"), options).findings
        assert (len(found), causes(found)) == (40, 1)


def test_two_blocks_are_two_changes() -> None:
    """The same text at two blocks was written twice."""
    assert causes(findings(plan(role_policy("x", FULL, "a"), role_policy("x", FULL, "b")))) == 2


def test_the_names_of_instances_do_not_matter() -> None:
    """Instances of one block that differ in the resource that they name have one cause."""
    texts = {key: policy(statement("kms:*", f"arn:aws:kms:eu-west-1:111122223333:key/{key}")) for key in "ab"}
    found = findings(plan(*(role_policy(key, text) for key, text in texts.items())))
    assert [finding.rule for finding in found] == ["KMS002", "KMS002"]
    assert causes(found) == 1


def test_instances_that_say_different_things_are_different_changes() -> None:
    """Other actions, another width or another condition is another change."""
    condition = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    others = (statement("*"), statement("kms:*", "arn:aws:kms:*:*:key/1"), statement("kms:*", Condition=condition))
    for other in others:
        assert causes(findings(plan(role_policy("a", FULL), role_policy("b", policy(other))))) == 2


OTHER, EVIL = "444455556666", "999999999999"


def opened(key: str, principal: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    """A key of a for_each whose policy newly lets somebody in."""
    arn = f"arn:aws:kms:eu-west-1:111122223333:key/{key}"
    own = statement("kms:*", Principal={"AWS": "arn:aws:iam::111122223333:root"})
    new = statement("kms:*", Principal={"AWS": principal}, **({"Condition": condition} if condition else {}))
    before, after = ({"arn": arn, "policy": policy(*statements)} for statements in ([own], [own, new]))
    return change(f'aws_kms_key.k["{key}"]', before, after, index=key)


def trusting(key: str, principal: str) -> list[dict[str, Any]]:
    """A role of a for_each that has full access, and whose trust policy newly lets somebody in."""
    inline = {"name": "p", "role": key, "policy": FULL}
    role = {"name": key, "arn": f"arn:aws:iam::111122223333:role/{key}"}
    before, after = (
        {**role, "assume_role_policy": policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": whom})}
        for whom in ({"Service": "ec2.amazonaws.com"}, {"AWS": principal})
    )
    return [
        change(f'aws_iam_role_policy.p["{key}"]', inline, inline, index=key),
        change(f'aws_iam_role.r["{key}"]', before, after, index=key),
    ]


def test_whom_a_key_is_opened_to_is_no_mere_name() -> None:
    """Keys of one for_each: another account, another organization, another account's role of the same name."""
    root = "arn:aws:iam::{}:root"
    assert causes(findings(plan(opened("a", root.format(OTHER)), opened("b", root.format(EVIL))))) == 2
    own, foreign = "arn:aws:iam::111122223333:role/a", f"arn:aws:iam::{EVIL}:role/b"
    assert causes(findings(plan(opened("a", own), opened("b", foreign)))) == 2
    assert causes(findings(plan(opened("a", foreign), opened("b", root.format(EVIL))))) == 2
    orgs = ({"StringEquals": {"aws:PrincipalOrgID": each}} for each in ("o-aaaaaaaaaa", "o-bbbbbbbbbb"))
    assert causes(findings(plan(*(opened(key, "*", org) for key, org in zip("ab", orgs, strict=True))))) == 2
    same = "arn:aws:iam::111122223333:role/{}"
    assert causes(findings(plan(*(opened(key, same.format(key)) for key in "ab")))) == 1


def test_whom_a_role_trusts_is_no_mere_name() -> None:
    """Roles of one for_each: everyone beside one account, or two accounts."""
    root = f"arn:aws:iam::{OTHER}:root"
    for other in ("*", f"arn:aws:iam::{EVIL}:root"):
        found = findings(plan(*trusting("a", root), *trusting("b", other)))
        assert [finding.rule for finding in found] == ["KMS006", "KMS006"]
        assert causes(found) == 2
    assert causes(findings(plan(*trusting("a", root), *trusting("b", root)))) == 1


def test_every_key_of_an_account_is_no_name() -> None:
    """One key for one role and every key of an account for another are two changes; so is a key of another account."""
    one = "arn:aws:kms:eu-west-1:111122223333:key/{}"
    for other in (one.format("*"), one.format("b").replace("111122223333", EVIL)):
        changes = (
            role_policy(key, policy(statement("kms:*", arn))) for key, arn in (("a", one.format("a")), ("b", other))
        )
        assert causes(findings(plan(*changes))) == 2


def test_other_power_of_iam_is_another_change() -> None:
    """Documents that say nothing of KMS differ as well."""
    changes = (
        role_policy(key, policy(statement(f"iam:{action}")))
        for key, action in (("a", "PutRolePolicy"), ("b", "CreateAccessKey"))
    )
    found = findings(plan(*changes))
    assert [finding.rule for finding in found] == ["KMS006", "KMS006"]
    assert causes(found) == 2


def test_attached_policies_of_one_block_that_differ() -> None:
    """Policies of one for_each, attached by one: what they say counts."""

    def held(key: str, text: str) -> list[dict[str, Any]]:
        arn = f"arn:aws:iam::111122223333:policy/{key}"
        there = {"name": key, "arn": arn, "policy": text}
        return [change(f'aws_iam_policy.p["{key}"]', there, there, index=key), *attached(key, arn)]

    limited = policy(statement("kms:*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}))
    assert causes(findings(plan(*held("a", limited), *held("b", FULL)))) == 2
    assert causes(findings(plan(*held("a", FULL), *held("b", FULL)))) == 1


def test_one_document_for_two_policies() -> None:
    """Two policies that are one policy document of the configuration have one cause; two documents are two."""
    changes = role_policy("x", FULL, "a"), role_policy("x", FULL, "b")
    data = "data.aws_iam_policy_document.keys"
    blocks = [block(name, f"{data}.json", data) for name in "ab"]
    assert causes(configured(*changes, resources=blocks)) == 1
    other = "data.aws_iam_policy_document.other"
    assert causes(configured(*changes, resources=[blocks[0], block("b", f"{other}.json", other)])) == 2


def called(*references: str, source: str = "./m") -> tuple[Finding, ...]:
    """What gate finds where two calls of a module each make a policy, with what the policy refers to."""
    module = {"resources": [block("p", *references)]}
    changes = [role_policy("x", FULL, module=f"module.{call}") for call in "ab"]
    calls = {"a": {"source": "./m", "module": module}, "b": {"source": source, "module": module}}
    return configured(*changes, module_calls=calls)


def test_two_calls_of_one_module() -> None:
    """The text of a module is one change however often it is called; other modules are others."""
    assert causes(called()) == 1
    assert causes(called(source="./m/../m")) == 1
    assert causes(called(source="./n")) == 2


def test_what_a_call_may_give_is_its_own() -> None:
    """Where the policy refers to a variable, each call may have brought it about."""
    assert causes(called("var.policy")) == 2


def test_instances_of_a_call_are_one() -> None:
    """A call with for_each gives all its instances the same."""
    changes = [role_policy("x", FULL, module=f'module.m["{key}"]') for key in "ab"]
    module = {"resources": [block("p", "var.policy")]}
    assert causes(configured(*changes, module_calls={"m": {"source": "./m", "module": module}})) == 1


def attached(key: str, arn: str) -> list[dict[str, Any]]:
    """A role that is there, and an instance of a block that attaches a policy to it."""
    role = {"name": key, "arn": f"arn:aws:iam::111122223333:role/{key}"}
    attachment = {"role": key, "policy_arn": arn}
    return [
        change(f'aws_iam_role.r["{key}"]', role, role, index=key),
        change(f'aws_iam_role_policy_attachment.a["{key}"]', None, attachment, index=key),
    ]


def test_attachments_of_one_block() -> None:
    """One policy attached to several roles by one block has one cause, two policies have two."""
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    power = "arn:aws:iam::aws:policy/PowerUserAccess"
    same = findings(plan(*attached("a", admin), *attached("b", admin)))
    assert {finding.address for finding in same} == {f'aws_iam_role_policy_attachment.a["{key}"]' for key in "ab"}
    assert causes(same) == 1
    assert causes(findings(plan(*attached("a", admin), *attached("b", power)))) == 2


def joined(user: str, group: str) -> dict[str, Any]:
    """An instance of a block by which a user joins a group."""
    after = {"user": user, "groups": [group]}
    return change(f'aws_iam_user_group_membership.m["{user}"]', None, after, index=user)


def group(name: str) -> dict[str, Any]:
    """A group that has full access, and had it before."""
    values = {"name": "p", "group": name, "policy": FULL}
    return change(f"aws_iam_group_policy.{name}", values, values)


def test_members_of_one_group() -> None:
    """Users who join one group by one block have one cause, those who join another group another."""
    groups = group("admins"), group("keepers")
    assert causes(findings(plan(*groups, joined("ann", "admins"), joined("bob", "admins")))) == 1
    assert causes(findings(plan(*groups, joined("ann", "admins"), joined("bob", "keepers")))) == 2


def bounded(key: str, boundary: str) -> list[dict[str, Any]]:
    """A role with full access that loses its permissions boundary."""
    values = {"name": key, "permissions_boundary": boundary}
    had = {"name": "p", "role": key, "policy": FULL}
    return [
        change(f'aws_iam_role.r["{key}"]', values, {"name": key, "permissions_boundary": None}, index=key),
        change(f'aws_iam_role_policy.p["{key}"]', had, had, index=key),
    ]


def test_a_boundary_that_is_gone() -> None:
    """Roles of one block that lose one boundary have one cause."""
    view = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
    read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    same = findings(plan(*bounded("a", view), *bounded("b", view)))
    assert len([finding for finding in same if finding.blocks]) == 2
    assert causes(same) == 1
    assert causes(findings(plan(*bounded("a", view), *bounded("b", read_only)))) == 2


def test_rules_share_the_cause() -> None:
    """What two rules find of one change has one cause."""
    found = findings(plan(role_policy("a", policy(statement(["kms:Decrypt", "kms:PutKeyPolicy"])))))
    assert len({finding.rule for finding in found}) > 1
    assert causes(found) == 1


def test_a_policy_that_cannot_be_read_has_a_cause() -> None:
    """Two instances of a block with malformed policies have one cause."""
    found = findings(plan(role_policy("a", '{"Statement": [{}]}'), role_policy("b", '{"Statement": [{}]}')))
    assert [finding.rule for finding in found] == ["KMS010", "KMS010"]
    assert causes(found) == 1
