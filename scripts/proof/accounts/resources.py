"""Resources as a configuration has them: addresses, values, and references from one to another.

What replaces a resource is from the provider's schema
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs) and was seen in plans that Terraform made.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Values = dict[str, Any]
ACCOUNTS = {"aws": "111111111111", "aws.b": "222222222222"}
INSTANCE = "arn:aws:sso:::instance/ssoins-1111"
SETS = "permission set"
OWN_TYPES = {
    "aws_iam_role": "role",
    "aws_iam_user": "user",
    "aws_iam_group": "group",
    "aws_ssoadmin_permission_set": SETS,
}
KINDS = ("role", "user", "group")
EXCLUSIVE = "policy_attachments_exclusive"
PREFIX = "name_prefix"  # where a role has one, its name is not configured, and another one each time it is made
# Attributes whose change replaces the resource; of a type that is not listed, every one does.
_REPLACED_BY: dict[str, frozenset[str]] = {
    "aws_iam_role": frozenset({"name", "path"}),
    "aws_iam_user": frozenset(),
    "aws_iam_group": frozenset(),
    "aws_iam_policy": frozenset({"name", "path"}),
    "aws_iam_policy_attachment": frozenset({"name", "policy_arn"}),
    "aws_iam_group_membership": frozenset({"name", "group"}),
    "aws_iam_user_group_membership": frozenset({"user"}),
    "aws_ssoadmin_permission_set_inline_policy": frozenset({"permission_set_arn", "instance_arn"}),
    **{f"aws_iam_{kind}_policy": frozenset({"name", kind}) for kind in KINDS},
    **{f"aws_iam_{kind}_{EXCLUSIVE}": frozenset({f"{kind}_name"}) for kind in KINDS},
    **{f"aws_iam_{kind}_policies_exclusive": frozenset({f"{kind}_name"}) for kind in KINDS},
}


@dataclass(frozen=True)
class Ref:
    """A reference to an attribute of the resource at an address."""

    address: str
    attribute: str


@dataclass(frozen=True)
class Unknown:
    """A value that is known only after apply, and will be this one."""

    value: Any


@dataclass(frozen=True)
class Resource:
    """A resource instance. `module` is the name of a call in the root module, or empty; `values` may hold references,
    also in lists. `key` is its count index or for_each key. `create_first`: create_before_destroy."""

    type: str
    name: str
    values: Values = field(hash=False)
    module: str = ""
    key: int | str | None = None
    provider: str = "aws"
    create_first: bool = False

    @property
    def block(self) -> str:
        """The address of the block within its module."""
        return f"{self.type}.{self.name}"

    @property
    def address(self) -> str:
        key = "" if self.key is None else f"[{json.dumps(self.key)}]"
        return f"{f'module.{self.module}.' if self.module else ''}{self.block}{key}"

    @property
    def account(self) -> str:
        return ACCOUNTS[self.provider]

    def replaced_by(self, attribute: str) -> bool:
        """Whether a change of an attribute replaces the resource."""
        return attribute in _REPLACED_BY.get(self.type, {attribute})


World = dict[str, Resource]  # by address


def references(value: Any) -> Iterator[Ref]:
    """All references in a value."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from references(one)


def depended_on(world: World, address: str) -> set[str]:
    """The addresses that a resource refers to, and those that they refer to. A block stands for all its instances."""
    found: set[str] = set()
    todo = [address]
    while todo:
        one = world.get(todo.pop())
        for ref in references(one.values) if one else ():
            if ref.address not in found:
                found.add(ref.address)
                todo.append(ref.address)
    return found


def in_order(world: World) -> list[Resource]:
    """All resources, each after those it refers to."""
    return sorted(world.values(), key=lambda one: (len(depended_on(world, one.address)), one.address))


def arn_of(kind: str, account: str, values: Values, generation: str = "") -> str:
    """The ARN that AWS gives; that of a permission set has an id of its own each time."""
    if kind == SETS:
        return f"arn:aws:sso:::permissionSet/ssoins-1111/ps-{values['name']}{generation}"
    return f"arn:aws:iam::{account}:{kind}{values.get('path') or '/'}{values['name']}"


def substituted(value: Any, of: Any) -> Any:
    """A value with every reference replaced by what `of` says of it; a list with an unknown part is unknown."""
    if isinstance(value, Ref):
        return of(value)
    if isinstance(value, list):
        parts = [substituted(one, of) for one in value]
        if any(isinstance(part, Unknown) for part in parts):
            return Unknown(sorted(part.value if isinstance(part, Unknown) else part for part in parts))
        return parts
    return value
