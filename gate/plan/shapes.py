"""The shapes of a plan's JSON: what `terraform show -json` writes, as far as gate reads it.

Source: https://developer.hashicorp.com/terraform/internals/json-format. Unknown keys are ignored, as that page asks;
OpenTofu writes the same shapes.
"""

from collections.abc import Iterator
from sys import intern
from typing import Any

import msgspec
from msgspec.structs import force_setattr

Json = Any


class Unknown:
    """A value that Terraform knows only after apply: `UNKNOWN`, where nothing more is known of it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "(known after apply)"


UNKNOWN = Unknown()
NOTHING = msgspec.Raw()
NO_OP = ("no-op",)  # the actions of what the apply leaves as it is


class Change(msgspec.Struct, frozen=True, gc=False):
    """The `change` of a resource, with unknown values still apart (see `after`).

    `before` and `after` are one object where they are written alike: nobody may change it.
    """

    actions: tuple[str, ...] = ()
    before: Json = None
    after: Json = None
    after_unknown: Json = None
    before_sensitive: Json = None
    after_sensitive: Json = None


class WrittenChange(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The same as it is written, its values undecoded: every field in Terraform's order, as with ResourceChange."""

    actions: tuple[str, ...] = ()
    before: msgspec.Raw = NOTHING
    after: msgspec.Raw = NOTHING
    after_unknown: msgspec.Raw = NOTHING
    before_sensitive: msgspec.Raw = NOTHING
    after_sensitive: msgspec.Raw = NOTHING
    replace_paths: msgspec.Raw = NOTHING
    importing: msgspec.Raw = NOTHING
    generated_config: msgspec.Raw = NOTHING
    before_identity: msgspec.Raw = NOTHING
    after_identity: msgspec.Raw = NOTHING


def managed() -> str:
    """The usual `mode`. A factory, since what has a constant as its default is left out when it is written again."""
    return "managed"


class ResourceChange(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """One entry of `resource_changes`, `resource_drift` or (inside) `deferred_changes`.

    Every field in Terraform's order, so that it is written again as it was: see `gate.plan.repeated`.
    """

    address: str = ""  # Terraform 1.0 leaves it out of resource_drift
    previous_address: str | None = None
    module_address: str = ""
    mode: str = msgspec.field(default_factory=managed)
    type: str
    name: str
    index: int | str | None = None
    provider_name: str = ""
    deposed: str | bool | None = None  # 0.12 wrote a boolean
    change: WrittenChange
    action_reason: msgspec.Raw = NOTHING

    def __post_init__(self) -> None:
        """What says the same is one text in all entries: each has its own from the decoder, and a plan has few types,
        providers and modules. That is half the memory of an entry, and a text that was hashed stays so."""
        force_setattr(self, "mode", intern(self.mode))
        force_setattr(self, "type", intern(self.type))
        force_setattr(self, "provider_name", intern(self.provider_name))
        force_setattr(self, "module_address", intern(self.module_address))


class DeferredChange(msgspec.Struct, frozen=True, gc=False):
    resource_change: ResourceChange
    reason: str = "unknown"


class StateResource(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """A resource of `prior_state` or `planned_values`; a data source read while planning stands only there.

    Every field in Terraform's order, as with ResourceChange.
    """

    address: str
    mode: str = msgspec.field(default_factory=managed)
    type: str
    name: str
    index: int | str | None = None
    provider_name: str = ""
    schema_version: Json = None
    values: msgspec.Raw = NOTHING
    sensitive_values: msgspec.Raw = NOTHING
    depends_on: msgspec.Raw = NOTHING
    tainted: msgspec.Raw = NOTHING
    deposed_key: str | None = None
    identity_schema_version: msgspec.Raw = NOTHING
    identity: msgspec.Raw = NOTHING


class StateModule(msgspec.Struct, frozen=True, gc=False):
    resources: tuple[StateResource, ...] = ()
    address: str = ""
    child_modules: tuple["StateModule", ...] = ()


class StateValues(msgspec.Struct, frozen=True, gc=False):
    """What `planned_values` are, and the `values` of `prior_state`."""

    outputs: msgspec.Raw = NOTHING
    root_module: StateModule = StateModule()

    @property
    def modules(self) -> Iterator[StateModule]:
        """The root module, and all in it."""
        modules = [self.root_module]
        while modules:
            module = modules.pop()
            yield module
            modules.extend(module.child_modules)


class PriorState(msgspec.Struct, frozen=True, gc=False):
    values: StateValues = StateValues()
    checks: msgspec.Raw = NOTHING


def known_and_unknown(value: Json, unknown: Json) -> Json:
    """A value with `UNKNOWN` wherever `unknown`, of the same shape, says true."""
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict) and unknown:
        known = value if isinstance(value, dict) else {}
        merged = dict(known)
        for key, mark in unknown.items():
            part = known_and_unknown(known.get(key), mark)
            if part is not None or key in known:
                merged[key] = part
        return merged if merged or isinstance(value, dict) else value
    if isinstance(unknown, list) and unknown:
        known_list = value if isinstance(value, list) else []
        length = max(len(known_list), len(unknown))
        return (
            [
                known_and_unknown(
                    known_list[i] if i < len(known_list) else None,
                    unknown[i] if i < len(unknown) else None,
                )
                for i in range(length)
            ]
            if known_list or any(mark is not False for mark in unknown)
            else value
        )
    return value
