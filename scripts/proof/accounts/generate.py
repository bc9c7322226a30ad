"""Random accounts, and random changes of their code."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from scripts.proof.accounts.planned import Step
from scripts.proof.accounts.refactor import REFACTORINGS, Refactoring
from scripts.proof.accounts.resources import EXCLUSIVE, INSTANCE, OWN_TYPES, Ref, Resource, World

_NAMED = [f"arn:aws:kms:eu-west-1:111111111111:key/named-{i}" for i in (1, 2)]


def _text(*statements: tuple[str, Any, Any]) -> str:
    listed = [{"Effect": effect, "Action": actions, "Resource": where} for effect, actions, where in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": listed}, separators=(",", ":"))


_S3 = ("Allow", "s3:*", "*")
TEXTS = (
    _text(("Allow", "kms:*", "*")),
    _text(("Allow", "*", "*")),
    _text(("Allow", "kms:*", _NAMED[0])),
    _text(("Allow", ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], "*")),
    _text(("Allow", ["kms:Put*", "kms:Create*", "kms:Schedule*", "kms:Disable*"], "*")),
    _text(_S3),
    _text(("Allow", "sqs:*", "*")),
    _text(("Deny", "kms:*", "*")),
    _text(("Deny", "*", "*")),
    _text(("Deny", ["kms:Put*", "kms:Create*"], "*")),
    _text(("Deny", "kms:Decrypt", _NAMED[0])),
    _text(("Allow", "kms:*", "*"), ("Deny", "kms:*", _NAMED[1])),
    *[_text(("Allow", "kms:*", "*")), _text(("Deny", "kms:*", "*"))] * 3,  # what hides a grant, and what is hidden
)
BOUNDS = (_text(_S3), _text(_S3, ("Allow", "kms:*", _NAMED[0])), _text(("Allow", "*", "*")))
AWS_POLICIES = ("arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess")
NAMES = ("a", "b")


class Maker:
    """Makes resources of a world, with names that no other has."""

    def __init__(self, random: Random, world: World, prefix: str) -> None:
        self.random, self.world, self._prefix, self._made = random, world, prefix, 0

    def add(self, type_: str, values: dict[str, Any], **more: Any) -> Resource:
        self._made += 1
        one = Resource(type_, f"{self._prefix}{self._made}", values, **more)
        self.world[one.address] = one
        return one

    def own(self, *types: str) -> list[Resource]:
        return [one for one in self.world.values() if one.type in types]

    def near(self, one: Resource) -> dict[str, Any]:
        """Where what belongs to a resource stands: with its provider, mostly in its module."""
        module = one.module if one.module or self.random.random() < 0.9 else "m"
        first = self.random.random() < 0.08
        return {"provider": one.provider, "module": module, "create_first": first}

    def reference(self, one: Resource, attribute: str, *, module: str) -> Any:
        """A reference where one can stand, else the name itself."""
        reachable = one.module in ("", module)
        literal = one.values.get("name")
        if attribute != "arn" and (not reachable or self.random.random() < 0.2) and isinstance(literal, str):
            return literal
        return Ref(one.address, attribute)

    def name(self) -> str:
        return self.random.choice(NAMES)


def principal(maker: Maker) -> None:
    """A role, a user or a group."""
    type_ = maker.random.choice(("aws_iam_role", "aws_iam_role", "aws_iam_user", "aws_iam_group"))
    provider = "aws.b" if maker.random.random() < 0.15 else "aws"
    module = "m" if maker.random.random() < 0.2 else ""
    name = maker.name()
    if any(one.provider == provider and one.values.get("name") == name for one in maker.own(type_)):
        return
    values: dict[str, Any] = {"name": name}
    if type_ == "aws_iam_role" and maker.random.random() < 0.15:
        kept = {"name": maker.name(), "policy": maker.random.choice(TEXTS)}
        values["inline_policy"] = [kept]
    made = maker.add(type_, values, provider=provider, module=module)
    if type_ != "aws_iam_group" and maker.random.random() < 0.25:
        bound = maker.add("aws_iam_policy", {"name": f"bound-{made.name}", "policy": maker.random.choice(BOUNDS)},
                          provider=provider, module=module)  # fmt: skip
        maker.world[made.address] = replace(made, values={**values, "permissions_boundary": Ref(bound.address, "arn")})


def policy(maker: Maker) -> None:
    """A managed policy."""
    provider = "aws.b" if maker.random.random() < 0.15 else "aws"
    name = f"p{maker.random.randrange(4)}"
    if not any(one.provider == provider and one.values["name"] == name for one in maker.own("aws_iam_policy")):
        values = {"name": name, "policy": maker.random.choice(TEXTS)}
        maker.add("aws_iam_policy", values, provider=provider, module="m" if maker.random.random() < 0.1 else "")


def _some(maker: Maker, *types: str, provider: str = "") -> Resource | None:
    found = [one for one in maker.own(*types) if provider in ("", one.provider)]
    return maker.random.choice(found) if found else None


def inline(maker: Maker) -> None:
    """An inline policy of a principal."""
    who = _some(maker, "aws_iam_role", "aws_iam_user", "aws_iam_group")
    if who is None or "inline_policy" in who.values:
        return
    kind, near = OWN_TYPES[who.type], maker.near(who)
    key = maker.random.choice((None, None, None, "k", 0))
    attribute = maker.random.choice(("name", "id")) if kind == "role" else "name"
    values = {kind: maker.reference(who, attribute, module=near["module"]), "name": maker.name()}
    if any(_same(one, who, kind, values["name"]) for one in maker.own(f"aws_iam_{kind}_policy")):
        return
    maker.add(f"aws_iam_{kind}_policy", {**values, "policy": maker.random.choice(TEXTS)}, key=key, **near)


def _same(one: Resource, who: Resource, kind: str, name: str) -> bool:
    """Whether it is an inline policy of the same name, of the same principal."""
    held = one.values[kind]
    same = held.address == who.address if isinstance(held, Ref) else held == who.values["name"]
    return bool(same) and one.provider == who.provider and one.values["name"] == name


def attachment(maker: Maker) -> None:
    """An attachment, of any kind."""
    who = _some(maker, "aws_iam_role", "aws_iam_user", "aws_iam_group")
    if who is None:
        return
    kind, near = OWN_TYPES[who.type], maker.near(who)
    name = maker.reference(who, "name", module=near["module"])
    attached = _some(maker, "aws_iam_policy", provider=who.provider)
    if attached is None or attached.module not in ("", near["module"]):
        arn: Any = maker.random.choice(AWS_POLICIES)
    else:
        arn = maker.reference(attached, "arn", module=near["module"])
    way = maker.random.random()
    if way < 0.7:
        maker.add(f"aws_iam_{kind}_policy_attachment", {kind: name, "policy_arn": arn}, **near)
    elif way < 0.85 and isinstance(arn, Ref):
        maker.add("aws_iam_policy_attachment", {"name": "all", "policy_arn": arn, f"{kind}s": [name]}, **near)
    else:
        maker.add(f"aws_iam_{kind}_{EXCLUSIVE}", {f"{kind}_name": name, "policy_arns": [arn]}, **near)


def names_exclusive(maker: Maker) -> None:
    """The only inline policies of a principal."""
    who = _some(maker, "aws_iam_role", "aws_iam_user", "aws_iam_group")
    if who is not None and maker.random.random() < 0.4 and "inline_policy" not in who.values:
        kind, near = OWN_TYPES[who.type], maker.near(who)
        values = {f"{kind}_name": maker.reference(who, "name", module=near["module"]), "policy_names": [maker.name()]}
        maker.add(f"aws_iam_{kind}_policies_exclusive", values, **near)


def membership(maker: Maker) -> None:
    """A user in a group."""
    user = _some(maker, "aws_iam_user")
    group = _some(maker, "aws_iam_group", provider=user.provider) if user else None
    if user is None or group is None:
        return
    near = maker.near(group)
    if {user.module, group.module} - {"", near["module"]}:
        return
    who, what = (maker.reference(one, "name", module=near["module"]) for one in (user, group))
    if maker.random.random() < 0.5:
        maker.add("aws_iam_group_membership", {"name": "members", "group": what, "users": [who]}, **near)
    else:
        maker.add("aws_iam_user_group_membership", {"user": who, "groups": [what]}, **near)


def permission_set(maker: Maker) -> None:
    """A permission set, something that it has, or an assignment of it."""
    found = _some(maker, "aws_ssoadmin_permission_set")
    if found is None:
        maker.add("aws_ssoadmin_permission_set", {"name": "ps", "instance_arn": INSTANCE})
        return
    base = {"instance_arn": INSTANCE, "permission_set_arn": Ref(found.address, "arn")}
    if found.module:
        return
    way = maker.random.choice(("inline", "managed", "customer", "assigned", "assigned", "bounded"))
    if way == "inline" and not maker.own("aws_ssoadmin_permission_set_inline_policy"):
        values = {**base, "inline_policy": maker.random.choice(TEXTS)}
        maker.add("aws_ssoadmin_permission_set_inline_policy", values)
    elif way == "managed":
        values = {**base, "managed_policy_arn": maker.random.choice(AWS_POLICIES)}
        maker.add("aws_ssoadmin_managed_policy_attachment", values)
    elif way == "bounded" and not maker.own("aws_ssoadmin_permissions_boundary_attachment"):
        bound = [{"managed_policy_arn": maker.random.choice(AWS_POLICIES), "customer_managed_policy_reference": []}]
        maker.add("aws_ssoadmin_permissions_boundary_attachment", {**base, "permissions_boundary": bound})
    elif way == "assigned":
        target = {"target_id": "111111111111", "target_type": "AWS_ACCOUNT"}
        who = {"principal_id": f"user-{maker.name()}", "principal_type": "USER"}
        maker.add("aws_ssoadmin_account_assignment", {**base, **who, **target})
    elif way == "customer":
        reference = [{"name": f"p{maker.random.randrange(4)}", "path": "/"}]
        values = {**base, "customer_managed_policy_reference": reference}
        maker.add("aws_ssoadmin_customer_managed_policy_attachment", values)


ADDITIONS: tuple[Callable[[Maker], None], ...] = (
    *(principal, policy, inline, inline, attachment, attachment, attachment),
    *(membership, membership, names_exclusive, permission_set),
)


def account(random: Random) -> World:
    """The code of a whole account."""
    maker = Maker(random, {}, "r")
    for _ in range(random.randint(1, 3)):
        principal(maker)
    for _ in range(random.randint(0, 2)):
        policy(maker)
    for _ in range(random.randint(0, 7)):
        random.choice(ADDITIONS)(maker)
    return maker.world


def change(random: Random, before: World, refactorings: Sequence[Refactoring] = REFACTORINGS) -> Step:
    """A change of it: one to four additions, edits, removals and refactorings."""
    step = Step(before, dict(before), {}, frozenset())
    maker = Maker(random, step.after, "n")
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        if random.random() < 0.3:
            random.choice(ADDITIONS)(maker)
        else:
            step = random.choice(refactorings)(random, step, TEXTS)
            maker.world = step.after
    return step
