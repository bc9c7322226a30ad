"""The `configuration` of a plan: its blocks, with what they set undecoded until somebody asks.

`expressions` list constants and references, never the expression itself
(https://developer.hashicorp.com/terraform/internals/json-format#expression-representation); one that is
written in JSON stands there as a constant, and is left out. What is called `raw_` here has no such prefix in the JSON;
every field stands in Terraform's order, so that it is written again as it was: see `gate.plan.repeated`.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from sys import intern

import msgspec
from msgspec.structs import force_setattr

from gate.errors import GateError
from gate.plan.expressions import without_templates
from gate.plan.look_alikes import refusal
from gate.plan.repeated import anywhere
from gate.plan.shapes import NOTHING, Json, managed

_json = msgspec.json.Decoder()


class ConfigurationResource(msgspec.Struct, frozen=True, dict=True, omit_defaults=True, kw_only=True):
    """A resource block."""

    address: str
    mode: str = msgspec.field(default_factory=managed)
    type: str
    name: str
    provider_config_key: str = ""
    raw_provisioners: msgspec.Raw = msgspec.field(name="provisioners", default=NOTHING)
    raw_expressions: msgspec.Raw = msgspec.field(name="expressions", default=NOTHING)
    schema_version: Json = None
    raw_count_expression: msgspec.Raw = msgspec.field(name="count_expression", default=NOTHING)
    raw_for_each_expression: msgspec.Raw = msgspec.field(name="for_each_expression", default=NOTHING)
    depends_on: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """As with gate.plan.shapes.ResourceChange."""
        force_setattr(self, "mode", intern(self.mode))
        force_setattr(self, "type", intern(self.type))
        force_setattr(self, "provider_config_key", intern(self.provider_config_key))

    @cached_property
    def provisioners(self) -> list[Json]:
        """Its provisioner blocks. Raises GateError, as every property here does for what Terraform does not write."""
        found = _decoded(self.raw_provisioners, self.address) or []
        if not isinstance(found, list):
            raise GateError(f"{self.address}: its provisioners are no list: not what Terraform writes")
        return found

    @cached_property
    def expressions(self) -> Json:
        """What it sets each argument to, by name."""
        return _decoded(self.raw_expressions, self.address)

    @cached_property
    def count_expression(self) -> Json:
        return _decoded(self.raw_count_expression, self.address)

    @cached_property
    def for_each_expression(self) -> Json:
        return _decoded(self.raw_for_each_expression, self.address)


class Output(msgspec.Struct, frozen=True, dict=True, omit_defaults=True):
    """An output of a module."""

    sensitive: msgspec.Raw = NOTHING
    ephemeral: msgspec.Raw = NOTHING
    deprecated: msgspec.Raw = NOTHING
    raw_expression: msgspec.Raw = msgspec.field(name="expression", default=NOTHING)
    depends_on: msgspec.Raw = NOTHING
    description: msgspec.Raw = NOTHING

    @cached_property
    def expression(self) -> Json:
        return _decoded(self.raw_expression, "an output")


class ModuleCall(msgspec.Struct, frozen=True, dict=True, omit_defaults=True):
    """A module block; `resolved_source` is what Terraform 0.12 calls `source`."""

    source: str = ""
    resolved_source: str = ""
    raw_expressions: msgspec.Raw = msgspec.field(name="expressions", default=NOTHING)
    raw_count_expression: msgspec.Raw = msgspec.field(name="count_expression", default=NOTHING)
    raw_for_each_expression: msgspec.Raw = msgspec.field(name="for_each_expression", default=NOTHING)
    module: "ConfigurationModule | None" = None
    version_constraint: msgspec.Raw = NOTHING
    depends_on: tuple[str, ...] = ()

    @cached_property
    def expressions(self) -> Json:
        """What it sets each argument to, by name."""
        return _decoded(self.raw_expressions, f"the call of {self.source}")

    @cached_property
    def count_expression(self) -> Json:
        return _decoded(self.raw_count_expression, f"the call of {self.source}")

    @cached_property
    def for_each_expression(self) -> Json:
        return _decoded(self.raw_for_each_expression, f"the call of {self.source}")


class ConfigurationModule(msgspec.Struct, frozen=True, gc=False):
    """A module: its blocks and the modules that it calls."""

    outputs: dict[str, Output] = {}
    resources: tuple[ConfigurationResource, ...] = ()
    module_calls: dict[str, ModuleCall] = {}
    variables: dict[str, msgspec.Raw] = {}

    def called(self, names: Iterable[str]) -> "ConfigurationModule | None":
        """The module that calls lead to, one after another; None where one is not there."""
        module: ConfigurationModule | None = self
        for name in names:
            call = module.module_calls.get(name) if module else None
            module = call.module if call else None
        return module

    def call(self, names: Sequence[str]) -> ModuleCall | None:
        """The last of calls that lead on, one after another; None where one is not there."""
        module = self.called(names[:-1])
        return module.module_calls.get(names[-1]) if module else None

    def default(self, variable: str) -> tuple[Json, ...]:
        """The default of a variable, which may be null; none for one without."""
        declared = _decoded(self.variables[variable], f"variable {variable}") if variable in self.variables else None
        return (declared["default"],) if isinstance(declared, dict) and "default" in declared else ()

    def sensitive_variables(self) -> Iterator[str]:
        """The names of the variables that are declared sensitive."""
        for name, raw in self.variables.items():
            declared = _decoded(raw, f"variable {name}")
            if isinstance(declared, dict) and declared.get("sensitive"):
                yield name


class ProviderConfiguration(msgspec.Struct, frozen=True, dict=True, omit_defaults=True):
    """A provider block."""

    name: str = ""
    full_name: str = ""
    alias: str = ""
    version_constraint: msgspec.Raw = NOTHING
    module_address: str = ""
    raw_expressions: msgspec.Raw = msgspec.field(name="expressions", default=NOTHING)

    @cached_property
    def expressions(self) -> Json:
        """What it sets each argument to, by name."""
        return _decoded(self.raw_expressions, f"provider {self.name}")

    @property
    def is_of_aws(self) -> bool:
        """Whether it is aws or awscc, whoever makes it."""
        return self.kind in ("aws", "awscc")

    @property
    def kind(self) -> str:
        """Which provider it is: by its source, since a configuration may call it something else. Old plans have only
        the name."""
        return (self.full_name or self.name).rpartition("/")[2]


class Configuration(msgspec.Struct, frozen=True, gc=False):
    """The whole section: provider blocks by key, and the root module."""

    provider_config: dict[str, ProviderConfiguration] = {}
    root_module: ConfigurationModule = ConfigurationModule()

    def blocks(self) -> Iterator[ConfigurationResource]:
        """Every resource block, of all modules."""
        modules = [self.root_module]
        while modules:
            module = modules.pop()
            yield from module.resources
            modules.extend(call.module for call in module.module_calls.values() if call.module is not None)


def _decoded(raw: msgspec.Raw, name: str) -> Json:
    """What is written in what is called `name`, None where nothing is. Raises GateError where it can't be read or
    repeats a key."""
    if not raw:
        return None
    text = bytes(raw)
    try:
        decoded = _json.decode(raw)
        found = anywhere(raw, decoded, "in `configuration`")
        told = without_templates(decoded) if b"${" in text or b"%{" in text else decoded
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise GateError(f"{name}: its configuration is not what Terraform writes: {error}") from None
    if found is not None:
        raise refusal(name, found.key, found.where)
    return told
