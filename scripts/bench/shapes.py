"""What the bench measures: plans of real proportions, and plans in which one thing alone grows."""

from collections.abc import Callable
from pathlib import Path

from scripts.bench.plans import (
    ACCOUNT,
    UNKNOWN,
    PlanText,
    Values,
    constants,
    managed_policy,
    new_role,
    policy,
    references,
    role,
)

READ, MORE = policy("s3:GetObject", "s3:ListBucket"), policy("s3:GetObject", "s3:PutObject", "s3:ListBucket")
DECRYPT = policy("kms:Decrypt", resource=f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234")
_A_MEGABYTE = 119  # instances
ADMINISTRATE = policy("kms:*", resource="*")


def real(megabytes: float, *, drift: bool = False) -> bytes:
    """About 37 % changes, 27 % configuration, 18 % planned values and 18 % prior state; 6 % of the changes are IAM."""
    plan = PlanText()
    for number in range(round(megabytes * _A_MEGABYTE)):
        values = _instance(number)
        changed = {**values, "instance_type": "t3.large"} if number % 10 == 0 else values
        module = f"module.m{number % 40}" if number % 4 else ""
        plan.add(
            "aws_instance",
            f"i{number}",
            values,
            changed,
            module=module,
            expressions=_written(number),
            drifted=drift and number % 3 == 0,
        )
        if number % 8 == 0:
            before, after = (_inline(f"role-{number}", text) for text in (DECRYPT, READ if number % 80 else MORE))
            plan.add("aws_iam_role", f"r{number}", role(f"role-{number}"), role(f"role-{number}"), module=module)
            changes = number % 40 == 0
            plan.add("aws_iam_role_policy", f"r{number}", before, after if changes else before, module=module)
    return plan.text()


def account(roles: int) -> bytes:
    """A whole account: with 5,000 roles 20,000 attachments, 2,000 managed policies and 500 groups, a tenth changes."""
    plan = PlanText()
    policies = [managed_policy(f"policy-{number}", READ) for number in range(roles * 2 // 5)]
    for number, values in enumerate(policies):
        plan.add("aws_iam_policy", f"p{number}", values, {**values, "policy": MORE} if number % 10 == 0 else values)
    for number in range(roles):
        name = f"role-{number}"
        plan.add("aws_iam_role", f"r{number}", role(name), role(name))
        for k in range(4):
            arn = policies[(number * 7 + k) % len(policies)]["arn"]
            held: Values = {"id": f"{name}-{k}", "policy_arn": arn, "role": name}
            plan.add("aws_iam_role_policy_attachment", f"a{number}x{k}", None if number % 10 == 0 else held, held)
    for number in range(roles // 10):
        group = {
            "arn": f"arn:aws:iam::{ACCOUNT}:group/g{number}",
            "id": f"g{number}",
            "name": f"g{number}",
            "path": "/",
        }
        plan.add("aws_iam_group", f"g{number}", group, group)
    return plan.text()


def small() -> bytes:
    """One role whose policy changes."""
    plan = PlanText()
    plan.add("aws_iam_role", "app", role("app"), role("app"))
    plan.add("aws_iam_role_policy", "app", _inline("app", READ), _inline("app", DECRYPT))
    return plan.text()


def renamed_policies(n: int) -> bytes:
    """Managed policies that are deleted, and as many created with the same documents."""
    plan = PlanText()
    for number in range(n):
        plan.add("aws_iam_policy", f"old{number}", managed_policy(f"old-{number}", ADMINISTRATE), None)
        after = {**managed_policy(f"new-{number}", ADMINISTRATE), "arn": UNKNOWN, "id": UNKNOWN}
        plan.add("aws_iam_policy", f"new{number}", None, after)
    return plan.text()


def for_each_roles(n: int) -> bytes:
    """Roles with attachments, made with for_each: their names are known, the ARNs of the policies are not."""
    plan = PlanText()
    for number in range(n):
        key = f"team-{number}"
        plan.add("aws_iam_role", "team", None, new_role(key), index=key, expressions={"name": references("each.key")})
        after = {**managed_policy(key, READ), "arn": UNKNOWN, "id": UNKNOWN}
        written = {"name": references("each.key"), "policy": {"constant_value": READ}}
        plan.add("aws_iam_policy", "team", None, after, index=key, expressions=written)
        plan.add(
            "aws_iam_role_policy_attachment",
            "team",
            None,
            {"id": UNKNOWN, "policy_arn": UNKNOWN, "role": key},
            index=key,
            expressions={
                "role": references("aws_iam_role.team", "each.key"),
                "policy_arn": references("aws_iam_policy.team", "each.key"),
            },
        )
    return plan.text()


def one_role(n: int) -> bytes:
    """One role with many inline policies, all of which change."""
    plan = PlanText()
    plan.add("aws_iam_role", "app", role("app"), role("app"))
    for number in range(n):
        before, after = (policy("s3:GetObject", resource=f"arn:aws:s3:::{b}-{number}/*") for b in ("old", "new"))
        texts = [{**_inline("app", text), "name": f"p{number}", "id": f"app:p{number}"} for text in (before, after)]
        plan.add("aws_iam_role_policy", f"p{number}", *texts)
    return plan.text()


def prefixed_roles(n: int) -> bytes:
    """Roles with name_prefix that move into a module without `moved`: each is deleted and created."""
    plan = PlanText()
    for number in range(n):
        prefix, name = f"app-{number}-", f"app-{number}-2026010100000000000000{number % 10}"
        plan.add("aws_iam_role", f"r{number}", {**role(name), "name_prefix": prefix}, None)
        after = {**new_role(name), "name": UNKNOWN, "name_prefix": prefix}
        plan.add("aws_iam_role", f"r{number}", None, after, module="module.m")
        held = {**_inline(name, ADMINISTRATE), "name": "all"}
        plan.add("aws_iam_role_policy", f"r{number}", held, None)
        plan.add(
            "aws_iam_role_policy",
            f"r{number}",
            None,
            {**held, "id": UNKNOWN, "role": UNKNOWN},
            module="module.m",
            expressions={
                "name": {"constant_value": "all"},
                "policy": {"constant_value": ADMINISTRATE},
                "role": references(f"aws_iam_role.r{number}.name", f"aws_iam_role.r{number}"),
            },
        )
    return plan.text()


def hidden_policies(n: int) -> bytes:
    """Policies that a plan hides, each of which refers to the ARN of a created policy alone."""
    plan = PlanText()
    for number in range(n):
        _created(plan, f"x{number}", f"x-{number}")
    return plan.text()


def members(n: int) -> bytes:
    """Users of one group that gains a policy."""
    plan = PlanText()
    group = {"arn": f"arn:aws:iam::{ACCOUNT}:group/all", "id": "all", "name": "all", "path": "/", "unique_id": "AGPA1"}
    plan.add("aws_iam_group", "all", group, group)
    held = {"group": "all", "id": "all:kms", "name": "kms", "name_prefix": "", "policy": DECRYPT}
    plan.add("aws_iam_group_policy", "kms", None, {**held, "id": UNKNOWN})
    for number in range(n):
        name = f"user-{number}"
        user = {"arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "id": name, "name": name, "path": "/"}
        user["permissions_boundary"] = ""
        plan.add("aws_iam_user", f"u{number}", user, user)
        membership = {"groups": ["all"], "id": f"m{number}", "user": name}
        plan.add("aws_iam_user_group_membership", f"u{number}", membership, membership)
    return plan.text()


def granted_roles(n: int) -> bytes:
    """Roles each of which newly gets kms:*: as many findings."""
    plan = PlanText()
    for number in range(n):
        name = f"role-{number}"
        plan.add("aws_iam_role", f"r{number}", role(name), role(name))
        plan.add("aws_iam_role_policy", f"r{number}", _inline(name, READ), _inline(name, ADMINISTRATE))
    return plan.text()


def modules(n: int) -> bytes:
    """Instances of one module, each with a role, a policy and the attachment of one to the other."""
    plan = PlanText()
    for number in range(n):
        _created(plan, "this", f"service-{number}", module=f'module.service["s{number}"]')
    return plan.text()


def one_policy(n: int) -> bytes:
    """Roles that all have one managed policy, which changes."""
    plan = PlanText()
    shared = managed_policy("shared", READ)
    plan.add("aws_iam_policy", "shared", shared, {**shared, "policy": DECRYPT})
    for number in range(n):
        name = f"role-{number}"
        plan.add("aws_iam_role", f"r{number}", role(name), role(name))
        held = {"id": f"{name}-1", "policy_arn": shared["arn"], "role": name}
        plan.add("aws_iam_role_policy_attachment", f"r{number}", held, held)
    return plan.text()


def key_policies(n: int) -> bytes:
    """Keys whose policies change."""
    plan = PlanText()
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    for number in range(n):
        texts = [
            policy(*actions, resource="*")
            .replace('"Effect"', f'"Principal": {str(root)!s}, "Effect"', 1)
            .replace("'", '"')
            for actions in (("kms:*",), ("kms:*", "kms:Decrypt"))
        ]
        arn = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{number:08d}"
        values: Values = {"arn": arn, "id": f"{number:08d}", "key_id": f"{number:08d}", "description": "", "tags": {}}
        plan.add("aws_kms_key", f"k{number}", {**values, "policy": texts[0]}, {**values, "policy": texts[1]})
    return plan.text()


def unchanged_roles(n: int) -> bytes:
    """Roles with five policies each that do not change, beside one that does."""
    plan = PlanText()
    for number in range(n):
        name = f"role-{number}"
        plan.add("aws_iam_role", f"r{number}", role(name), role(name))
        for k in range(5):
            held = {**_inline(name, DECRYPT), "name": f"p{k}", "id": f"{name}:p{k}"}
            plan.add("aws_iam_role_policy", f"r{number}p{k}", held, held)
    plan.add("aws_iam_role_policy", "changed", _inline("role-0", READ), _inline("role-0", MORE))
    return plan.text()


def changed_roles(n: int) -> bytes:
    """Roles with five policies each, about keys of their own, all of which change."""
    plan = PlanText()
    for number in range(n):
        name = f"role-{number}"
        plan.add("aws_iam_role", f"r{number}", role(name), role(name))
        for k in range(5):
            key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{number:08d}-{k}"
            texts = (policy(*actions, resource=key) for actions in (("kms:Decrypt",), ("kms:Decrypt", "kms:Encrypt")))
            before, after = ({**_inline(name, text), "name": f"p{k}", "id": f"{name}:p{k}"} for text in texts)
            plan.add("aws_iam_role_policy", f"r{number}p{k}", before, after)
    return plan.text()


def administrators(n: int) -> bytes:
    """Roles that may change the policies of others, and whose policies change."""
    plan = PlanText()
    for number in range(n):
        name = f"role-{number}"
        plan.add("aws_iam_role", f"r{number}", role(name), role(name))
        actions = ("iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PassRole")
        resource = f"arn:aws:iam::{ACCOUNT}:role/team-{number}-*"
        plan.add(
            "aws_iam_role_policy", f"r{number}", _inline(name, READ), _inline(name, policy(*actions, resource=resource))
        )
    return plan.text()


# What grows, and the sizes in which it is measured: the exponent is that of the last two.
GROWTH: dict[str, tuple[Callable[[int], bytes], tuple[int, ...]]] = {
    "managed policies renamed": (renamed_policies, (500, 1000, 2000)),
    "roles with attachments by for_each": (for_each_roles, (1000, 2000, 4000)),
    "inline policies of one role": (one_role, (1000, 2000, 4000)),
    "roles with name_prefix moved": (prefixed_roles, (500, 1000, 2000)),
    "references to created policies": (hidden_policies, (1000, 2000, 4000)),
    "members of a group": (members, (2500, 5000, 10000)),
    "roles that newly get kms:*": (granted_roles, (500, 1000, 2000)),
    "module instances": (modules, (1000, 2000, 4000)),
    "roles with one policy": (one_policy, (2500, 5000, 10000)),
    "key policies": (key_policies, (1000, 2000, 4000)),
    "roles that do not change": (unchanged_roles, (1000, 2000, 4000)),
    "roles that change": (changed_roles, (500, 1000, 2000)),
    "roles that change policies": (administrators, (500, 1000, 2000)),
}


def _created(plan: PlanText, block: str, name: str, *, module: str = "") -> None:
    """A role, a managed policy and the attachment of one to the other, all created."""
    plan.add("aws_iam_role", block, None, new_role(name), module=module)
    after = {**managed_policy(name, READ), "arn": UNKNOWN, "id": UNKNOWN}
    plan.add("aws_iam_policy", block, None, after, module=module)
    held = {"id": UNKNOWN, "policy_arn": UNKNOWN, "role": name}
    written = {
        "role": references(f"aws_iam_role.{block}.name", f"aws_iam_role.{block}"),
        "policy_arn": references(f"aws_iam_policy.{block}.arn", f"aws_iam_policy.{block}"),
    }
    plan.add("aws_iam_role_policy_attachment", block, None, held, module=module, expressions=written)


def _inline(name: str, text: str) -> Values:
    return {"id": f"{name}:app", "name": "app", "name_prefix": "", "policy": text, "role": name}


def _instance(number: int) -> Values:
    """A resource that is none of gate's business, about 2 KB."""
    return {
        "ami": "ami-0123456789abcdef0",
        "arn": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-{number:017x}",
        "id": f"i-{number:017x}",
        "instance_type": "t3.medium",
        "private_ip": f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}",
        "root_block_device": [{"volume_size": 50, "volume_type": "gp3", "encrypted": True, "tags": {}}],
        "security_groups": [],
        "subnet_id": f"subnet-{number % 97:017x}",
        "user_data": "#!/bin/sh\n" + f'echo "instance {number} starts"\n' * 16,
        "tags": {f"tag-{i}": f"value {number} of tag {i}" for i in range(16)},
        "vpc_security_group_ids": [f"sg-{number % 31:017x}"],
    }


def _written(number: int) -> Values:
    """Its block: constants and references."""
    written = constants({"ami": "ami-0123456789abcdef0", "instance_type": "t3.medium"})
    tags = {f"tag-{i}": references(f"local.tag_{i}", f"var.tags_of_team_{i}") for i in range(16)}
    return {
        **written,
        "subnet_id": references("module.network.subnets", "module.network"),
        "tags": {"references": [name for one in tags.values() for name in one["references"]]},
        "metadata_options": [constants({"http_endpoint": "enabled", "http_tokens": "required"})],
        **{f"argument_{i}": references(f"var.argument_{i}", "each.value") for i in range(20)},
        "user_data": references("local.script", "var.environment", "var.region", f"aws_eip.e{number}.public_ip"),
        "root_block_device": [constants({"volume_size": 50, "volume_type": "gp3", "encrypted": True})],
        "vpc_security_group_ids": references("aws_security_group.instances.id", "aws_security_group.instances"),
    }


def hidden_in_source(n: int) -> bytes:
    """Policies that a plan hides, each of a role of its own; `source` writes their files."""
    plan = PlanText()
    for number in range(n):
        name = f"role-{number}"
        plan.add("aws_iam_role", f"r{number}", role(name), role(name), expressions={"name": {"constant_value": name}})
        plan.add(
            "aws_sqs_queue", f"q{number}", None, {"arn": UNKNOWN, "name": name}, expressions=constants({"name": name})
        )
        held = {**_inline(name, READ), "policy": UNKNOWN, "id": UNKNOWN}
        queue = references(f"aws_sqs_queue.q{number}.arn", f"aws_sqs_queue.q{number}")
        given = constants({"name": "app", "role": name})
        plan.add("aws_iam_role_policy", f"r{number}", None, held, expressions={**given, "policy": queue})
    return plan.text()


def source(folder: Path, n: int) -> None:
    """The source of that plan, a file for each role."""
    folder.mkdir()
    for number in range(n):
        (folder / f"role{number}.tf").write_text(_SOURCE.replace("@", str(number)))


_SOURCE = """resource "aws_iam_role" "r@" {
  name = "role-@"
}

resource "aws_sqs_queue" "q@" {
  name = "role-@"
}

resource "aws_iam_role_policy" "r@" {
  name = "app"
  role = "role-@"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:*", Resource = aws_sqs_queue.q@.arn }]
  })
}
"""
