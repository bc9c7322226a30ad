"""A typed reading of `terraform show -json`: only what carries IAM is decoded, and only when it is asked for."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from gate import files
from gate.errors import GateError
from gate.plan.configuration import Configuration
from gate.plan.document import Document, WholeDocument, is_plain
from gate.plan.look_alikes import documents, refusal, require_utf8, utf8
from gate.plan.repeated import anywhere, in_document, in_section, is_proven, repeated_in
from gate.plan.shapes import (
    NO_OP,
    NOTHING,
    DeferredChange,
    Json,
    PriorState,
    ResourceChange,
    StateResource,
    StateValues,
    WrittenChange,
)

if TYPE_CHECKING:
    from mmap import mmap


class _PriorState(msgspec.Struct, frozen=True, gc=False):
    """What no entry of a plan lists, with the address of its module, and what each resource depended on, as written."""

    unlisted: list[tuple[str, StateResource]]
    depends_on: dict[str, msgspec.Raw]


class Plan(msgspec.Struct, frozen=True, gc=False):
    """One plan: `path` is the file it came from, as the user named it.

    `sections` keeps what was decoded, since several ask for it.
    """

    path: str
    document: Document | WholeDocument
    sections: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def terraform_version(self) -> str:
        """What `terraform_version` says; under OpenTofu it is OpenTofu's version."""
        return self.document.terraform_version

    @property
    def format_version(self) -> str:
        return self.document.format_version

    @property
    def complete(self) -> bool:
        """False when `-target` or deferral left resources out."""
        return self.document.complete

    @property
    def resource_changes(self) -> tuple[ResourceChange, ...]:
        return self.document.resource_changes

    @property
    def types(self) -> frozenset[str]:
        """The types of all entries of `resource_changes` and `deferred_changes`."""
        if "types" not in self.sections:
            listed = {entry.type for entry in self.document.resource_changes}
            deferred = {deferred.resource_change.type for deferred in self.deferred_changes}
            self.sections["types"] = frozenset(listed | deferred)
        found: frozenset[str] = self.sections["types"]
        return found

    @property
    def acting(self) -> list[ResourceChange]:
        """The entries of `resource_changes` that do anything: most are of what stays as it is."""
        if "acting" not in self.sections:
            entries = self.document.resource_changes
            self.sections["acting"] = [entry for entry in entries if entry.change.actions != NO_OP]
        found: list[ResourceChange] = self.sections["acting"]
        return found

    def resource_change(self, address: str) -> ResourceChange | None:
        """The first entry of `resource_changes` at an address."""
        if "addresses" not in self.sections:
            self.sections["addresses"] = {one.address: one for one in reversed(self.document.resource_changes)}
        found: ResourceChange | None = self.sections["addresses"].get(address)
        return found

    @property
    def resource_drift(self) -> tuple[ResourceChange, ...]:
        return self.document.resource_drift

    @property
    def deferred_changes(self) -> tuple[DeferredChange, ...]:
        return self.document.deferred_changes

    @property
    def invokes_actions(self) -> bool:
        """Whether the apply invokes any (see gate.plan.invoked_actions)."""
        return bool(self.document.action_invocations or self.document.deferred_action_invocations)

    @property
    def lacks_configuration(self) -> bool:
        """Whether the plan has no `configuration`, which Terraform always writes."""
        section = self.document.configuration
        return section is None or (isinstance(section, msgspec.Raw) and _is_nothing(section))

    @property
    def lacks_prior_state(self) -> bool:
        """Whether the plan has no `prior_state`, which Terraform writes where anything was there before."""
        return _is_nothing(self.document.prior_state) and not all(
            _is_nothing(entry.change.before) for entry in self.resource_changes if entry.mode == "managed"
        )

    def configuration(self) -> Configuration:
        """The `configuration` section, empty where the plan was trimmed of it."""
        section: Configuration = self.section("configuration", Configuration)
        return section

    def variables(self) -> dict[str, Json]:
        """The root module's input variables, by name. May hold secrets: never print one."""
        section = self.section("variables", dict[str, dict[str, Json]])
        return {name: entry.get("value") for name, entry in section.items()}

    def data_sources(self) -> Iterator[StateResource]:
        """Every data source that was read while planning, from `prior_state`."""
        return (resource for _, resource in self._only_in_prior_state() if resource.mode == "data")

    def data_sources_in_modules(self) -> Iterator[tuple[str, StateResource]]:
        """The same, each with the address of its module instance."""
        return ((module, resource) for module, resource in self._only_in_prior_state() if resource.mode == "data")

    def dependencies(self) -> dict[str, frozenset[str]]:
        """What every resource depended on when it was last applied: addresses of blocks, without instance keys."""
        if "dependencies" not in self.sections:
            written = self._read_prior_state().depends_on
            self.sections["dependencies"] = {address: _names(raw) for address, raw in written.items()}
        found: dict[str, frozenset[str]] = self.sections["dependencies"]
        return found

    def managed(self, types: Iterable[str]) -> list[ResourceChange]:
        """The entries of `resource_changes` of these types, and what `untouched` finds, in the plan's order."""
        if "managed" not in self.sections:
            every = [entry for entry in (*self.resource_changes, *self.untouched()) if entry.mode == "managed"]
            self.sections["managed"] = every, {entry.type for entry in every}
        every, present = self.sections["managed"]
        wanted = present & set(types)
        return [entry for entry in every if entry.type in wanted] if wanted else []

    def untouched(self) -> Iterator[ResourceChange]:
        """Managed resources that only `prior_state` shows: under `-target` a plan leaves out what it does not touch."""
        for module, resource in self._only_in_prior_state():
            if resource.mode == "managed" and resource.deposed_key is None:
                values, marks = resource.values, resource.sensitive_values
                yield ResourceChange(
                    type=resource.type,
                    name=resource.name,
                    change=WrittenChange(NO_OP, values, values, NOTHING, marks, marks),
                    address=resource.address,
                    index=resource.index,
                    module_address=module,
                    provider_name=resource.provider_name,
                )

    def new_without_change(self) -> list[StateResource]:
        """What is planned and not there yet, in a plan that lists no change at all: it was trimmed of them."""
        if self.resource_changes or self.deferred_changes:
            return []
        had = {one.address for _, one in self._only_in_prior_state()}
        planned = self.section("planned_values", StateValues).modules
        return [one for module in planned for one in module.resources if one.address not in had]

    def _only_in_prior_state(self) -> list[tuple[str, StateResource]]:
        """What no entry of the plan lists, with the address of its module."""
        return self._read_prior_state().unlisted

    def _read_prior_state(self) -> "_PriorState":
        """What is asked of `prior_state`: the rest of it is not kept."""
        if "prior_state" not in self.sections:
            listed = {resource.address for resource in self.resource_changes}
            listed.update(deferred.resource_change.address for deferred in self.deferred_changes)
            modules = self._decoded("prior_state", PriorState).values.modules
            every = [(module.address, resource) for module in modules for resource in module.resources]
            self.sections["prior_state"] = _PriorState(
                [(module, one) for module, one in every if one.address not in listed or one.mode != "managed"],
                {one.address: one.depends_on for _, one in every if one.mode == "managed"},
            )
        found: _PriorState = self.sections["prior_state"]
        return found

    def section(self, name: str, kind: Any) -> Any:
        """A section of the plan as a type, empty where the plan has none. Raises GateError."""
        if name not in self.sections:
            self.sections[name] = self._decoded(name, kind)
        return self.sections[name]

    def _decoded(self, name: str, kind: Any) -> Any:
        raw = getattr(self.document, name)
        if isinstance(raw, Configuration):
            return raw  # read with the document
        if _is_nothing(raw):
            return kind()
        try:
            if kind in _LAZY:
                return self._lazily(name, raw, kind)
            decoded = _json.decode(raw)
            found = anywhere(raw, decoded, f"in `{name}`")
            if found is None:
                return msgspec.convert(decoded, kind)
        except _UNREADABLE as error:
            raise GateError(f"{self.path}: `{name}` is not what Terraform writes: {error}") from None
        raise refusal(self.path, found.key, found.where)

    def _lazily(self, name: str, raw: msgspec.Raw, kind: Any) -> Any:
        try:
            section = msgspec.json.decode(raw, type=kind)
        except _UNREADABLE:
            if found := repeated_in(raw, name):  # of which the last one may have another shape
                raise refusal(self.path, found.key, found.where) from None
            raise
        if found := in_section(raw, name, section):
            raise refusal(self.path, found.key, found.where)
        return section


def _names(raw: msgspec.Raw) -> frozenset[str]:
    listed = msgspec.json.decode(raw) if raw else []
    return frozenset(name for name in listed if isinstance(name, str)) if isinstance(listed, list) else frozenset()


def _is_nothing(raw: msgspec.Raw) -> bool:
    return not raw or (len(raw) == 4 and bytes(raw) == b"null")


def read(raw: "bytes | mmap", path: str) -> list[Plan]:
    """The plans in the bytes of one file; raises GateError where there is none.

    UTF-8 with or without byte order mark and UTF-16 with one (what PowerShell's `>` writes) are read.
    """
    whole = utf8(raw, path)
    with suppress(*_UNREADABLE):
        at_once = _whole_document.decode(whole)
        # nearly always one pass over the file is enough
        if is_plain(at_once) and is_proven(memoryview(whole), at_once):
            require_utf8(whole, path)
            files.let_go(whole)
            return [Plan(path, at_once)]
    whole = bytes(whole)  # what is unusual may be looked at in any way
    with suppress(*_UNREADABLE):
        document = msgspec.json.decode(whole, type=Document)
        if is_plain(document):
            return [_unrepeated(Plan(path, document), whole)]
    plans = []
    for text in documents(whole, path):
        try:
            plan = Plan(path, msgspec.json.decode(text, type=Document))
        except _UNREADABLE as error:
            raise GateError(f"{path}: not a plan that gate can read: {error}") from None
        plans.append(_unrepeated(plan, text))
    return plans


def _unrepeated(plan: Plan, text: bytes) -> Plan:
    """The plan, whose `text` is text everywhere, also where it is not decoded, and repeats no key that matters."""
    require_utf8(text, plan.path)
    try:
        found = in_document(text, plan.document)
    except _UNREADABLE as error:
        raise GateError(f"{plan.path}: not a plan that gate can read: {error}") from None
    if found is not None:
        raise refusal(plan.path, found.key, found.where)
    return plan


_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_LAZY = (PriorState, StateValues, Configuration)  # large, and little of them is looked at
_whole_document = msgspec.json.Decoder(WholeDocument)
_json = msgspec.json.Decoder()
