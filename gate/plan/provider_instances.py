"""Which provider instance a resource belongs to, and what its block says of the AWS account.

`provider_config_key` names a block of `configuration.provider_config`
(https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation). One block can be several
instances: in a module, one for each instance of the module; with `for_each` (OpenTofu), nobody knows how many.
Terraform 1.1 and older do not say which provider a module was given.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.plan.addresses import named, split
from gate.plan.configuration import ProviderConfiguration
from gate.plan.expressions import references_in
from gate.plan.provider_calls import asks_of_keys, called_elsewhere, is_of_hashicorp
from gate.text.sentences import Sentence, sentence

# The arguments of an aws or awscc provider that decide whose account it is; a region does not, IAM is global.
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration
_ACCOUNT_ARGUMENTS = (
    "access_key", "allowed_account_ids", "assume_role", "assume_role_with_web_identity", "forbidden_account_ids",
    "profile", "secret_key", "shared_config_files", "shared_credentials_file", "shared_credentials_files", "token",
)  # fmt: skip
_ENDPOINTS = ("endpoints",)
_ROLES = ("assume_role", "assume_role_with_web_identity")  # blocks, so that they may be dynamic
_NAMES = ("aws", "awscc")
_ROLE_ARN = r"arn:([^:]+):iam::(\d{12}):role/.+"
_NUMBER = r"\d{12}"
_NOTHING = "{}"  # what a block says of the account that says nothing of it, and a provider without a block


class ProviderInstance(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """One configured provider. `key` is its block's; `within` tells the instances of one block apart: the module
    instance, or the resource where the plan does not say which instance it uses. `entry` is whether it has a block."""

    key: str
    within: str = ""
    entry: bool = True

    @property
    def is_unresolved(self) -> bool:
        """Whether the plan does not say which provider a module was given."""
        return not self.entry and ":" in self.key

    @property
    def is_one_of_several(self) -> bool:
        """Whether its block has `for_each`, and `within` is the resource that uses it."""
        return bool(self.within) and ":" not in self.key

    @property
    def label(self) -> Sentence:
        """What people call it: `provider aws.b`."""
        if self.is_unresolved:
            return sentence("the provider of {}", named(self.within) if self.within else "a module")
        name, within = f"provider {self.key.rpartition(':')[2]}", named(self.within)
        if self.is_one_of_several:
            return sentence("{} (an instance of its for_each) of {}", name, within)
        return sentence("{} in {}", name, within) if self.within else sentence("{}", name)


class BlockFacts(msgspec.Struct, frozen=True, gc=False):
    """What a block says of its account. `numbers` are those that constants prove, more than one where they disagree,
    `partition` likewise. `account_arguments` is a text for all arguments that decide the account, None where some are
    not constant: equal texts are one account. `system` is empty where it calls AWS, else a text for what it calls and
    believes, which may say of accounts what it likes; None where that is not constant."""

    numbers: frozenset[str]
    partition: str | None
    account_arguments: str | None
    system: str | None = ""


class ProviderInstances:
    """The provider instances of one plan."""

    def __init__(
        self,
        providers: Mapping[str, ProviderConfiguration],
        may_hide: Callable[[str, tuple[str, ...]], bool] = lambda key, names: False,
        repeats: Callable[[str], bool] = lambda key: False,
    ) -> None:
        """`may_hide`: whether a block, by its key, may hold dynamic blocks of these types; `repeats`: whether it
        certainly has `for_each`. No plan shows either."""
        self._blocks = dict(providers)
        self._may_hide = may_hide
        self._aws = [key for key, block in providers.items() if block.is_of_aws]
        self._of_each = {key for key, block in providers.items() if _differs_in_each(block)}
        named = [key for key in self._aws if providers[key].alias]  # without an alias there is no `for_each`
        self._of_each |= {key for key in named if repeats(key) and may_hide(key, (*_ROLES, *_ENDPOINTS))}
        own = {key: self._blocks[key] for key in self._aws if ":" not in key or _arguments(self._blocks[key])}
        # where there is one instance, nothing hangs on what it hides
        compared = {key for key in own if len(own) > 1 or key in self._of_each}
        self._hiding = {key for key in compared if may_hide(key, _ROLES)}
        self._calling = {key for key in compared if may_hide(key, _ENDPOINTS)}
        said = {None if key in self._of_each else self._said(key).account_arguments for key in own}
        if not any(":" not in key and not block.alias for key, block in own.items()):
            said.add(_NOTHING)  # the provider without a block is there as well
        aliased = any(block.alias for block in own.values())  # it is not what a module gets unasked
        self._one_for_all = (len(own) <= 1 and not aliased) or (len(said) == 1 and None not in said)
        self._all = own
        self._known: dict[tuple[str, str], ProviderInstance] = {}

    def used_by(self, key: str, module_address: str, address: str) -> ProviderInstance:
        """The instance that a resource or data source at an address uses; `key` is its `provider_config_key`."""
        if key in self._of_each:
            return ProviderInstance(key, address)
        known = self._known.get((key, module_address))
        if known is None:
            known = self._known[key, module_address] = self._used_in(key, module_address)
        return known

    def take_apart(self, key: str) -> bool:
        """Notes that a block is several instances, one for each resource as far as anybody knows; whether it may be, as
        `for_each` needs an alias."""
        block = self._blocks.get(key)
        if block is None or not block.alias:
            return False
        self._of_each.add(key)
        return True

    def _used_in(self, key: str, module_address: str) -> ProviderInstance:
        module, _, local = key.rpartition(":")
        block = self._blocks.get(key)
        if not module:
            return ProviderInstance(key, entry=block is not None)
        if block is not None and _arguments(block):
            return ProviderInstance(key, _instance(module_address, module))
        if self._one_for_all and (block is None or self._is_one_of_them(block)):
            around = self._around(module)
            if around is not None:
                return ProviderInstance(around, _instance(module_address, around.rpartition(":")[0]))
            root = [name for name, block in self._all.items() if ":" not in name and not block.alias]
            return ProviderInstance(root[0] if root else local.partition(".")[0], entry=bool(root))
        return ProviderInstance(key, module_address, entry=False)

    def _around(self, module: str) -> str | None:
        """The key of the block that a module gets unasked from the nearest one around it that has its own."""
        own = (key for key, block in self._all.items() if not block.alias)
        around = [key for key in own if module.startswith(f"{key.rpartition(':')[0]}.")]
        return max(around, key=len, default=None)

    def _is_one_of_them(self, block: ProviderConfiguration) -> bool:
        """Whether a module asks for the provider that all have, and not for another one under its name."""
        names = {one.full_name for one in self._all.values()}
        of_aws = is_of_hashicorp(block.full_name)
        return block.full_name in names or (of_aws and all(map(is_of_hashicorp, names)))

    def facts(self, instance: ProviderInstance) -> BlockFacts:
        """What the block of an instance says of its account."""
        block = self._blocks.get(instance.key)
        if block is None or (":" in instance.key and not _arguments(block)):
            called = called_elsewhere({}, block.full_name) if block else {}
            is_implicit = instance.key.partition(".")[0] in (*_NAMES, "")
            system = _text(called) if called else "" if is_implicit or ":" in instance.key else None
            return BlockFacts(frozenset(), None, _NOTHING if is_implicit else None, system)
        said = self._said(instance.key)
        return replace(said, account_arguments=None) if instance.key in self._of_each else said

    def _said(self, key: str) -> BlockFacts:
        return _facts(self._blocks[key], key in self._hiding, key in self._calling)

    def region(self, instance: ProviderInstance) -> Any:
        """The expression of the instance's region as `configuration` has it, None where none is written."""
        block = self._blocks.get(instance.key)
        return _arguments(block).get("region") if block else None

    def is_of_several_regions(self, instance: ProviderInstance) -> bool:
        """Whether instances of the block may be in one region each, as with OpenTofu's `for_each`."""
        return any(reference.startswith("each.") for reference in references_in(self.region(instance)))

    @property
    def may_be_of_several_regions(self) -> bool:
        """Whether the aws provider is configured more than once, or may be: what has an alias is not the only one."""
        own = [block for block in self._all.values() if block.kind == "aws"]
        return len(own) > 1 or any(block.alias for block in own)

    def asks_of_keys(self, instance: ProviderInstance) -> bool:
        """Whether the instance asks about keys where it asks about principals; a dynamic block may say otherwise."""
        block = self._blocks.get(instance.key)
        return block is None or (asks_of_keys(_arguments(block)) and not self._may_hide(instance.key, _ENDPOINTS))

    def listed(self) -> Iterator[ProviderInstance]:
        """Every root block, and the provider without a block where none is written."""
        roots = [key for key in self._aws if ":" not in key]
        yield from (ProviderInstance(key) for key in roots)
        if not roots:
            yield ProviderInstance("aws", entry=False)


def _arguments(block: ProviderConfiguration) -> dict[str, Any]:
    return block.expressions if isinstance(block.expressions, dict) else {}


def _instance(module_address: str, module: str) -> str:
    """The instance of the module that a block stands in, where a resource below it is."""
    depth = sum(part != "module" for part in module.split("."))
    kept: list[str] = []
    for part in split(module_address):
        if part == "module" and depth == 0:
            break
        depth -= part == "module"
        kept.append(part)
    return ".".join(kept).replace(".[", "[")


def _account_arguments(block: ProviderConfiguration) -> dict[str, Any]:
    arguments = _arguments(block)
    return {name: arguments[name] for name in _ACCOUNT_ARGUMENTS if arguments.get(name) not in (None, [])}


def _differs_in_each(block: ProviderConfiguration) -> bool:
    """Whether what decides the account, or whom it calls, depends on the instance of the block."""
    deciding = {**_account_arguments(block), **called_elsewhere(_arguments(block), block.full_name)}
    return any(reference.startswith("each.") for reference in references_in(deciding))


def _facts(block: ProviderConfiguration, hides_roles: bool, hides_endpoints: bool) -> BlockFacts:
    """What it hides are roles that it may assume, or endpoints that it may call, that the plan does not show."""
    arguments = _account_arguments(block)
    role = _role(next((arguments[name] for name in _ROLES if name in arguments), None))
    matched = re.fullmatch(_ROLE_ARN, role) if role and not hides_roles else None
    numbers = frozenset(filter(None, (matched and matched[2], _only(arguments.get("allowed_account_ids")))))
    called = called_elsewhere(_arguments(block), block.full_name)
    of_known = not hides_endpoints and all(map(_is_constant, called.values()))
    constant = of_known and not hides_roles and all(map(_is_constant, arguments.values()))
    return BlockFacts(
        numbers=numbers,
        partition=matched[1] if matched else None,
        account_arguments=_text({**arguments, **called}) if constant else None,
        system=(_text(called) if called else "") if of_known else None,
    )


def _role(expression: Any) -> str | None:
    """The constant role_arn of the last role that is assumed: a list of blocks, a block, or an object."""
    if isinstance(expression, list):
        return _role(expression[-1]) if expression else None
    if not isinstance(expression, dict):
        return None
    if "role_arn" in expression:
        value = expression["role_arn"]
        value = value.get("constant_value") if isinstance(value, dict) else value
        return value if isinstance(value, str) else None
    return _role(expression.get("constant_value"))


def _only(expression: Any) -> str | None:
    """The account of a list that allows one."""
    values = expression.get("constant_value") if isinstance(expression, dict) else None
    only = values[0] if isinstance(values, list) and len(values) == 1 else None
    return only if isinstance(only, str) and re.fullmatch(_NUMBER, only) else None


def _is_constant(expression: Any) -> bool:
    if isinstance(expression, list):
        return all(map(_is_constant, expression))
    if isinstance(expression, dict) and "constant_value" not in expression:
        return bool(expression) and "references" not in expression and all(map(_is_constant, expression.values()))
    return True


def _text(arguments: dict[str, Any]) -> str:
    """A digest: keys may be written in a provider block, and what they say is only ever compared."""
    if not arguments:
        return _NOTHING
    import json
    from hashlib import sha256

    return sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()
