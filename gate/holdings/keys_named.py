"""Which key a resource says something of: itself, or one that it names by an id, an ARN or a reference."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gate.holdings.holders import IamPlan
from gate.holdings.key_types import KEY_TYPES
from gate.plan.addresses import exact_target
from gate.plan.before_after import ManagedResource
from gate.plan.shapes import UNKNOWN
from gate.text.sensitive import as_marked

IDS = ("key_id", "id", "arn")
_MULTI_REGION = "mrk-"  # what the id of a key begins with that may have replicas
_ARN = re.compile(r"arn:[^:]*:kms:([^:]+):")


class KeysNamed:
    """The names of the keys of a plan: the address of a key's resource, or its id where the plan does not manage it.
    `keys` are those that it manages, by their addresses."""

    def __init__(self, keys: Mapping[str, ManagedResource], iam: IamPlan) -> None:
        self._references, self._answers, self._accounts = iam.references, iam.answers, iam.accounts
        self._keys = keys

    def before(self, resource: ManagedResource) -> str | None:
        """The key of which a resource says something before the change."""
        return self._key_in(resource, resource.before) if isinstance(resource.before, dict) else None

    def after(self, resource: ManagedResource) -> str | None:
        """The same after it. A policy that is only updated is put to the key that it was put to
        (`resourceKeyPolicyUpdate` of the provider)."""
        if not resource.values_after:
            return None
        if isinstance(resource.before, dict) and not resource.created:
            return self._key_in(resource, resource.before)
        return self._key_in(resource, resource.values_after[0])

    def _key_in(self, resource: ManagedResource, values: Any) -> str | None:
        path = KEY_TYPES[resource.type].key
        if not path:
            return resource.address
        name = values.get(path) if isinstance(values, dict) else None
        if isinstance(name, str):
            return self._with_id(name, resource, values)
        sourced = self._answers.value(resource, path)
        origin = self._references.origin(resource, self._references.expression(resource, path))
        targets = [exact_target(sourced)] if sourced is not None else list(origin.targets)
        found = {
            entry.address
            for target in targets
            if target is not None and target.attribute in (*IDS, "")
            for entry in self._references.instances(target, resource)
        }
        known = [self._keys[address] for address in found if address in self._keys]
        if len(known) == len(found) == 1 and self._may_be_meant(known[0], resource, values):
            return known[0].address
        return f"the key of {resource.address}"

    def _with_id(self, name: str, resource: ManagedResource, values: Any) -> str:
        """The address of the key with an id or ARN; the id itself where the plan does not manage it, of a key that may
        be in several regions with what tells which one it is."""
        own = name.rpartition("/")[2]
        found = [key for key in self._keys.values() if own in map(_last, ids_of(key))]
        if own.startswith(_MULTI_REGION):
            region = _region_of(name) or _said(resource, values)
            found = [key for key in found if self._is_in_its_region(key, resource, region)]
            own += self._where(resource, region)
        near = [key for key in found if self._provider(key) == self._provider(resource)]
        return (near or found)[0].address if found else as_marked(own, name)

    def _may_be_meant(self, key: ManagedResource, resource: ManagedResource, values: Any) -> bool:
        """Whether a resource that refers to a key is of that key: in another region its id is that of a replica."""
        block = self._references.block(key)
        unwritten = block is not None and self._references.expression(key, "multi_region") is None  # so it is false
        sides = [side for side in (key.before, *key.values_after) if isinstance(side, dict)]
        told = [side.get("multi_region") for side in sides]
        is_of_one = all(each is False or (each is UNKNOWN and unwritten) for each in told)
        return is_of_one or self._is_in_its_region(key, resource, _said(resource, values))

    def _is_in_its_region(self, key: ManagedResource, resource: ManagedResource, region: str) -> bool:
        """Whether a key is the one that a resource names, and not its replica in another region, which has the same id
        and a policy of its own (https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html)."""
        regions = [_region_of(*ids_of(key)) or _region(key.before, *key.values_after), region]
        providers = [self._provider(one) for one in (key, resource)]
        one, other = regions if all(regions) else providers
        return one == other or not (one and other)

    def _where(self, resource: ManagedResource, region: str) -> str:
        """What tells a key that the plan does not manage from its replicas: the region, that of the provider, or the
        provider, where there may be several."""
        if region or not self._accounts.may_be_of_several_regions:
            return f" in {region}" if region else ""
        block = self._references.block(resource)
        if block is None:
            return f" of {resource.address}"
        own = self._accounts.region(block.provider_config_key, resource.module_address, resource.address)
        constant = own.get("constant_value") if isinstance(own, dict) else None
        return f" in {constant}" if isinstance(constant, str) else f" of {self._provider(resource)}"

    def _provider(self, resource: ManagedResource) -> str:
        block = self._references.block(resource)
        if block is None:
            return ""
        return self._accounts.instance(block.provider_config_key, resource.module_address, resource.address)


def _region(*sides: Any) -> str:
    """The region that values of a resource say it is in, as they may since version 6 of the provider, those first that
    count most; empty where none does."""
    known = (values for values in sides if isinstance(values, dict))
    return next((found for values in known if isinstance(found := values.get("region"), str)), "")


def _said(resource: ManagedResource, values: Any) -> str:
    """The region that a resource says it is in; one that is not known is none that anything else is in."""
    if isinstance(values, dict) and values.get("region") is UNKNOWN:
        return f"the region of {resource.address}"
    return _region(values, resource.before, *resource.values_after)


def _region_of(*names: str) -> str:
    """The region that the first ARN of these names tells; empty where none is one."""
    return next((found[1] for name in names if (found := _ARN.match(name))), "")


def ids_of(resource: ManagedResource, attributes: tuple[str, ...] = IDS) -> Iterator[str]:
    """The ids and the ARN of a key, before or after."""
    for values in (resource.before, *resource.values_after):
        for attribute in attributes:
            value = values.get(attribute) if isinstance(values, dict) else None
            if isinstance(value, str):
                yield value


def _last(name: str) -> str:
    return name.rpartition("/")[2]
