"""Who is named by a text of its own, and not by a reference: it may be somebody else, who has that name already."""

import json
from typing import Any

import pytest

from tests.helpers.plans import change, findings, plan, policy, statement

FULL, S3 = policy(statement("kms:*")), policy(statement("s3:*"))
ARN = "arn:aws:iam::111122223333:"
ANEW = {"actions": ["delete", "create"], "after_unknown": {"arn": True, "id": True}}
BOUNDARY = {"name": "b", "path": "/", "arn": f"{ARN}policy/b", "policy": S3}
BOUNDED = {"name": "app", "path": "/", "permissions_boundary": BOUNDARY["arn"]}


def block(address: str, expressions: dict[str, list[str]], **more: Any) -> dict[str, Any]:
    kind, _, name = address.partition(".")
    said = {attribute: {"references": names} for attribute, names in expressions.items()}
    own = {"address": address, "mode": "managed", "type": kind, "name": name, "provider_config_key": "aws"}
    return {**own, "expressions": said, **more}


def blocking(*changes: dict[str, Any], root: dict[str, Any]) -> list[str]:
    resources = [*root["resources"], block("aws_iam_policy.b", {})]
    raw = plan(*changes, configuration={"root_module": {**root, "resources": resources}})
    return [f"{finding.rule} {', '.join(finding.principals)}" for finding in findings(raw) if finding.blocks]


def renamed(kind: str, *, policy_refers: bool, another: bool) -> list[str]:
    """A principal with full access that gets the name `worker`, and what its policy is for."""
    own, name = f"aws_iam_{kind}.x", f"aws_iam_{kind}.x.name"
    was = {"name": "admin", "arn": f"{ARN}{kind}/admin", "path": "/"}
    will = {"name": "worker", "path": "/"}
    whole = change(own, was, will, change=ANEW) if kind == "role" else change(own, was, {**was, **will})
    kms = f"aws_iam_{kind}_policy.kms"
    text = {"name": "kms", "policy": FULL}
    moved = change(kms, {**text, kind: "admin"}, {**text, kind: "worker"}, change={"actions": ["delete", "create"]})
    more = change(f"aws_iam_{kind}_policy.more", None, {"name": "more", kind: "worker", "policy": FULL})
    blocks = [
        block(own, {"path": []}),
        block(kms, {kind: [name] if policy_refers else []}),
        block(f"aws_iam_{kind}_policy.more", {kind: []}),
    ]
    return blocking(whole, moved, *([more] if another else []), root={"resources": blocks})


@pytest.mark.parametrize("kind", ["role", "user", "group"])
def test_a_name_that_somebody_may_have_already(kind: str) -> None:
    """AWS refuses the rename then, and what does not wait for it gives that one the access."""
    assert renamed(kind, policy_refers=True, another=False) == []
    assert renamed(kind, policy_refers=False, another=False) == [f"KMS001 {kind} worker"]
    assert renamed(kind, policy_refers=True, another=True) == [f"KMS001 {kind} worker"]


@pytest.mark.parametrize("refers", [True, False])
def test_a_membership_of_a_renamed_user(refers: bool) -> None:
    was = {"name": "admin", "arn": f"{ARN}user/admin", "path": "/"}
    team = {"name": "team", "path": "/", "arn": f"{ARN}group/team"}
    kms = {"name": "kms", "group": "team", "policy": FULL}
    old, new = ({"user": name, "groups": ["team"]} for name in ("admin", "worker"))
    found = blocking(
        change("aws_iam_user.x", was, {**was, "name": "worker"}),
        change("aws_iam_group.team", team, team),
        change("aws_iam_group_policy.kms", kms, kms),
        change("aws_iam_user_group_membership.m", old, new, change={"actions": ["delete", "create"]}),
        root={
            "resources": [
                block("aws_iam_user.x", {"name": ["var.name"]}),
                block("aws_iam_group.team", {}),
                block("aws_iam_group_policy.kms", {"group": ["aws_iam_group.team.name"]}),
                block("aws_iam_user_group_membership.m", {"user": ["aws_iam_user.x.name"] if refers else ["var.name"]}),
            ]
        },
    )
    assert found == ([] if refers else ["KMS001 user worker"])


@pytest.mark.parametrize(
    ("repeated", "blocks"),
    [
        ({"for_each_expression": {"references": ["aws_iam_role.x"]}}, False),
        ({"count_expression": {"references": ["aws_iam_role.x"]}}, False),
        ({"for_each_expression": {"constant_value": ["app"]}}, True),
    ],
)
def test_a_block_that_is_repeated_for_what_it_names_waits_for_it(repeated: dict[str, Any], blocks: bool) -> None:
    """`for_each = aws_iam_role.x` and `role = each.key`: the policy comes after the role and its boundary."""
    found = blocking(
        change('aws_iam_role.x["app"]', None, BOUNDED, index="app"),
        change('aws_iam_role_policy.p["app"]', None, {"name": "p", "role": "app", "policy": FULL}, index="app"),
        change("aws_iam_policy.b", BOUNDARY, BOUNDARY),
        root={
            "resources": [
                block("aws_iam_role.x", {"name": ["each.key"]}, for_each_expression={"constant_value": ["app"]}),
                block("aws_iam_role_policy.p", {"role": ["each.key"]}, **repeated),
            ]
        },
    )
    assert found == (["KMS001 role app"] if blocks else [])


def in_modules(role: str, own: str, calls: dict[str, Any], root: list[dict[str, Any]]) -> list[str]:
    """A role at one address and a policy for its name in a module, which `calls` has."""
    at, module = role.rpartition("aws_iam_role.")[0].rstrip("."), own.rpartition(".aws_iam_role_policy")[0]
    as_role = {"type": "aws_iam_role", "name": "x", "module_address": at}
    as_policy = {"type": "aws_iam_role_policy", "name": "p", "module_address": module}
    return blocking(
        change(role, None, BOUNDED, **as_role),
        change(own, None, {"name": "p", "role": "app", "policy": FULL}, **as_policy),
        change("aws_iam_policy.b", BOUNDARY, BOUNDARY),
        root={"resources": root, "module_calls": calls},
    )


ROLE, POLICY = block("aws_iam_role.x", {"name": ["var.n"]}), block("aws_iam_role_policy.p", {"role": ["var.n"]})


@pytest.mark.parametrize(
    ("depends_on", "blocks"), [(["aws_iam_role.x"], False), (["aws_iam_role.y"], True), ([], True)]
)
def test_a_module_that_depends_on_a_role(depends_on: list[str], blocks: bool) -> None:
    """https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on"""
    call = {"source": "./p", "depends_on": depends_on, "module": {"resources": [POLICY]}}
    found = in_modules("aws_iam_role.x", "module.p.aws_iam_role_policy.p", {"p": call}, [ROLE])
    assert found == (["KMS001 role app"] if blocks else [])


@pytest.mark.parametrize(("depends_on", "blocks"), [(["module.r"], False), (["module.s"], True)])
def test_a_module_that_depends_on_another(depends_on: list[str], blocks: bool) -> None:
    calls = {
        "p": {"source": "./p", "depends_on": depends_on, "module": {"resources": [POLICY]}},
        "r": {"source": "./r", "module": {"resources": [ROLE]}},
    }
    found = in_modules("module.r[0].aws_iam_role.x", "module.p.aws_iam_role_policy.p", calls, [])
    assert found == (["KMS001 role app"] if blocks else [])


def test_a_module_waits_for_what_its_own_instance_has() -> None:
    """Two instances of one module do not wait for each other."""
    inner = {"p": {"source": "./p", "depends_on": ["aws_iam_role.x"], "module": {"resources": [POLICY]}}}
    calls = {"m": {"source": "./m", "module": {"resources": [ROLE], "module_calls": inner}}}
    policy_at = 'module.m["a"].module.p.aws_iam_role_policy.p'
    assert in_modules('module.m["a"].aws_iam_role.x', policy_at, calls, []) == []
    assert in_modules('module.m["b"].aws_iam_role.x', policy_at, calls, []) == ["KMS001 role app"]


@pytest.mark.parametrize("kind", ["user", "group"])
def test_what_names_the_former_name_is_of_the_renamed_one(kind: str) -> None:
    """A rename in place takes along what was written under the old name."""
    was = {"name": "admin", "arn": f"{ARN}{kind}/admin", "path": "/"}
    kms = {"name": "kms", kind: "admin", "policy": FULL}
    found = blocking(
        change(f"aws_iam_{kind}.x", was, {**was, "name": "worker"}),
        change(f"aws_iam_{kind}_policy.kms", kms, kms),
        root={"resources": [block(f"aws_iam_{kind}.x", {}), block(f"aws_iam_{kind}_policy.kms", {})]},
    )
    assert found == []


ME = {"name": "me", "arn": f"{ARN}user/me", "path": "/"}
TEAM, MEMBER, STACK = "aws_iam_group.team", "aws_iam_user_group_membership.m", "aws_cloudformation_stack.s"
BY_REFERENCE = [f"{TEAM}.name", TEAM]
DENY = policy(statement("kms:*", effect="Deny"))
ADDS = {"M": {"Type": "AWS::IAM::UserToGroupAddition", "Properties": {"GroupName": "team", "Users": ["me"]}}}


def joins_a_new_group(
    joined: dict[str, Any], *others: dict[str, Any], says: str = S3, former: Any = None, **more: Any
) -> list[tuple[str, str]]:
    """What gate finds where somebody joins a group that the plan makes, which is given a policy by reference; `more` is
    in the block of what joins."""
    address = joined["address"]
    made = {"after_unknown": {"arn": True, "id": True}} if former is None else {"actions": ["delete", "create"]}
    resources = [
        block("aws_iam_user.me", {}),
        block(TEAM, {}),
        block("aws_iam_group_policy.p", {"group": BY_REFERENCE}),
        block("aws_iam_user_policy.own", {"user": ["aws_iam_user.me.name"]}),
        {**block(address, {"users": ["var.users"]}), **more},
    ]
    raw = plan(
        change("aws_iam_user.me", ME, ME),
        change(TEAM, former, {"name": "team", "path": "/"}, change=made),
        change("aws_iam_group_policy.p", None, {"name": "p", "group": "team", "policy": says}),
        joined,
        *others,
        configuration={"root_module": {"resources": resources}},
    )
    return [(one.rule, one.address) for one in findings(raw)]


def member(before: Any = None) -> dict[str, Any]:
    return change(MEMBER, before, {"user": "me", "groups": ["team"]})


def in_stack() -> dict[str, Any]:
    return change(STACK, None, {"name": "s", "template_body": json.dumps({"Resources": ADDS})})


def test_who_joins_a_group_that_the_plan_makes() -> None:
    """By a text and without waiting for it, it may be the one that is there: AWS refuses to make a second one."""
    assert joins_a_new_group(member()) == [("KMS008", MEMBER)]
    assert joins_a_new_group(member(), expressions={"groups": {"references": BY_REFERENCE}}) == []
    assert joins_a_new_group(member(), depends_on=[TEAM]) == []
    assert joins_a_new_group(in_stack()) == [("KMS008", STACK)]
    assert joins_a_new_group(in_stack(), expressions={"parameters": {"references": BY_REFERENCE}}) == []
    assert joins_a_new_group(in_stack(), depends_on=[TEAM]) == []


def test_who_was_in_a_group_that_the_plan_makes() -> None:
    """Is in it still, whichever it is; and one that is made anew is no other one."""
    assert joins_a_new_group(member({"user": "me", "groups": ["team"]})) == []
    assert joins_a_new_group(member({"user": "me", "groups": ["team"], "id": "x"})) == []
    assert joins_a_new_group(member(), former={"name": "team", "path": "/"}) == []


def test_what_a_group_denies_that_may_be_another_one() -> None:
    """Stops nothing; by a reference it does."""
    own = change("aws_iam_user_policy.own", None, {"name": "own", "user": "me", "policy": FULL})
    assert ("KMS001", "aws_iam_user_policy.own") in joins_a_new_group(member(), own, says=DENY)
    assert joins_a_new_group(member(), own, says=DENY, depends_on=[TEAM]) == []


def test_what_to_do_where_a_group_may_be_another_one() -> None:
    raw = plan(
        change("aws_iam_user.me", ME, ME),
        change(TEAM, None, {"name": "team"}),
        member(),
        configuration={"root_module": {"resources": [block(TEAM, {}), block(MEMBER, {"groups": ["var.groups"]})]}},
    )
    (found,) = findings(raw)
    assert str(found.message) == (
        "user me newly joins group team, which may be another group than the one that the plan makes"
    )
    assert found.remedy == (
        (
            "write a reference to the `name` of the group in place of the text: "
            "by the text, a group of this name that is there already would be joined"
        ),
        "or, where the reference stands in a local, give the folder that the plan was made from with `--source FOLDER`",
    )
    assert found.example == ()


@pytest.mark.parametrize("anew", [False, True], ids=["renamed in place", "replaced"])
def test_who_joins_a_group_under_its_new_name(anew: bool) -> None:
    """By a text it may be the one that has the name already, and what the group denies stops nothing then."""
    devs = {"name": "devs", "arn": f"{ARN}group/devs", "path": "/"}
    renamed = change(TEAM, devs, {**devs, "name": "team"}, **({"change": ANEW} if anew else {}))
    denies = change("aws_iam_group_policy.p", None, {"name": "p", "group": "team", "policy": DENY})
    own = change("aws_iam_user_policy.own", None, {"name": "own", "user": "me", "policy": FULL})

    def told(groups: list[str]) -> set[tuple[str, str]]:
        blocks = [
            block("aws_iam_user.me", {}),
            block(TEAM, {"name": ["var.name"]}),
            block("aws_iam_group_policy.p", {"group": BY_REFERENCE}),
            block("aws_iam_user_policy.own", {"user": ["aws_iam_user.me.name"]}),
            block(MEMBER, {"groups": groups}),
        ]
        changes = change("aws_iam_user.me", ME, ME), renamed, denies, own, member()
        raw = plan(*changes, configuration={"root_module": {"resources": blocks}})
        return {(one.rule, one.address) for one in findings(raw)}

    assert told(BY_REFERENCE) == set()
    assert ("KMS001", "aws_iam_user_policy.own") in told(["var.groups"])
    assert ("KMS008", MEMBER) in told(["var.groups"])


def test_a_group_that_is_to_have_the_name_of_another_one() -> None:
    """AWS refuses that, and the other one denies its members what it denied."""
    denied, full = policy(statement("kms:*", effect="Deny")), policy(statement("kms:*"))
    there = [
        ("aws_iam_group.b", {"name": "b"}),
        ("aws_iam_group_policy.b", {"name": "deny", "group": "b", "policy": denied}),
        ("aws_iam_user_policy.u", {"name": "full", "user": "u", "policy": full}),
        ("aws_iam_user_group_membership.u", {"user": "u", "groups": ["b"]}),
    ]
    renamed = change("aws_iam_group.a", {"name": "a"}, {"name": "b"})
    assert findings(plan(renamed, *(change(address, values, values) for address, values in there))) == ()
