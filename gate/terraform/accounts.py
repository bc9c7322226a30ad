"""Which AWS account a resource belongs to, as far as provider configurations tell accounts apart."""

import json
from collections.abc import Mapping
from typing import Any

from gate.terraform.configuration import References
from gate.terraform.plan import Plan, ProviderConfiguration, ResourceChange

# The arguments of an aws or awscc provider that decide whose account it is; a region does not, IAM is global.
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration
_BEARS_ACCOUNT = (
    "access_key", "allowed_account_ids", "assume_role", "assume_role_with_web_identity", "forbidden_account_ids",
    "profile", "secret_key", "shared_config_files", "shared_credentials_file", "shared_credentials_files", "token",
)  # fmt: skip

Account = str


class Accounts:
    """The account of each resource: equal texts are one account, None where the plan does not say."""

    def __init__(self, plan: Plan, references: References) -> None:
        self._references = references
        self._providers: Mapping[str, ProviderConfiguration] = plan.configuration().provider_config

    def of(self, resource: ResourceChange) -> Account | None:
        """None for a resource without configuration (it is being deleted) unless there is only one account."""
        block = self._references.block(resource)
        if block is None:
            known = {self._account(key) for key in self._providers if _is_aws(self._providers[key], key)}
            return known.pop() if len(known) == 1 else "" if not known else None
        return self._account(block.provider_config_key)

    def _account(self, key: str) -> Account:
        """A provider's account; a key of a module (`module.x:aws.other`) stands for the root's provider."""
        provider = self._providers.get(key)
        while provider is not None and not _bearing(provider, key) and ":" in key:
            key = _outer(key)
            provider = self._providers.get(key, provider)
        if provider is None and ":" in key:
            return self._account(_outer(key))
        return _bearing(provider, key) if provider else ""


def _outer(key: str) -> str:
    module, _, local = key.rpartition(":")
    parent = module.rpartition(".module.")[0] if ".module." in module else ""
    return f"{parent}:{local}" if parent else local


def _is_aws(provider: ProviderConfiguration, key: str) -> bool:
    return (provider.name or key.rpartition(":")[2].partition(".")[0]) in ("aws", "awscc")


def _bearing(provider: ProviderConfiguration, key: str) -> Account:
    """What tells a provider's account. A function of constants shows as `{}`: nobody knows that two of them agree."""
    expressions: Any = provider.expressions
    if not isinstance(expressions, dict):
        return ""
    told = {name: expressions[name] for name in _BEARS_ACCOUNT if expressions.get(name) not in (None, [])}
    if any(map(_has_hidden, told.values())):
        told["provider"] = key
    if not told:
        return ""
    from hashlib import sha256

    # a digest: keys may be written in a provider block, and an account is only ever compared
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _has_hidden(expression: Any) -> bool:
    if isinstance(expression, list):
        return any(map(_has_hidden, expression))
    return isinstance(expression, dict) and (expression == {} or any(map(_has_hidden, expression.values())))
