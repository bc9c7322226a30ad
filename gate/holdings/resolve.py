"""One pass over the resources of the table: every value that the plan hides becomes as known as it will be.

After it nobody asks the source for a value of these resources again: holdings only read. What the table does not have
asks for its own values: keys (gate.holdings.keys) and commands (gate.holdings.unseen_calls).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from msgspec.structs import astuple

from gate.holdings.documents import Document
from gate.holdings.hidden import Hidden, HiddenElement, Lead
from gate.holdings.provider_values import arn_text
from gate.holdings.refused_names import is_refused
from gate.holdings.resource_documents import DocumentsAfter, documents_before, documents_kept
from gate.holdings.resource_types import RESOURCE_TYPES, ResourceType
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.source_values import listed
from gate.plan.addresses import Target, exact_target
from gate.plan.attributes import replaced_at, top_of, values_at
from gate.plan.before_after import ManagedResource
from gate.plan.references import References
from gate.plan.shapes import UNKNOWN
from gate.unknown import OneOf, Unresolved, Value

Filled = Callable[[Value], Value]
_Read = Callable[[Value, ManagedResource], HiddenElement]
_NONE: frozenset[str] = frozenset()
# What a data source gives that is the name by which it asks: `dataSourceRoleRead` of the provider sets the id to it.
_IS_ITS_NAME = ("data", "aws_iam_role", "id")


class Version(msgspec.Struct, frozen=True, gc=False):
    """One version of a resource: as it is before the change, as planned, or what is kept of it after the change.

    `values` hold a Hidden wherever the plan hides a name or an ARN that the table knows of; `documents` are its policy
    documents.
    """

    values: Any
    documents: tuple[Document, ...]
    after: bool
    kept: bool = False


class IamResource(ManagedResource, frozen=True, gc=False, kw_only=True):
    """A resource of the table, with what the plan hides in it resolved.

    `after` is as in its Version. `versions` are all of it: before the change, planned, kept. `configured` are the
    attributes that its block sets, where it has mirrors and does not stay as it is; `hidden` those of `row.mirrors`
    that the plan hides in `after`, `unproven` those of them that may be a policy block out of sight.
    """

    row: ResourceType
    versions: tuple[Version, ...]
    configured: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    unproven: tuple[str, ...] = ()

    @property
    def versions_after(self) -> tuple[Version, ...]:
        return tuple(version for version in self.versions if version.after)


def _at_documents(resource: ManagedResource, row: ResourceType, attributes: frozenset[str]) -> Iterator[str]:
    for path in row.documents:
        yield from (attribute for attribute, _ in values_at(resource.after, path) if attribute in attributes)


def _hidden_mirrors(resource: ManagedResource, row: ResourceType) -> frozenset[str]:
    """Those of a row's mirrors that the plan hides."""
    after = resource.after if isinstance(resource.after, dict) else {}
    return frozenset(name for name in row.mirrors if after.get(name) is UNKNOWN)


class Resolver:
    """Resolves resources: `documents` reads theirs, `filled` puts what is known of providers into a value,
    `is_believed` says whether a data source in a module and at an address reads what all providers would have read."""

    def __init__(
        self,
        references: References,
        answers: SourceAnswers,
        documents: DocumentsAfter,
        filled: Filled,
        is_believed: Callable[[str, str], bool],
    ) -> None:
        self._references, self._answers, self._documents, self._filled = references, answers, documents, filled
        self._is_believed = is_believed
        self._paths: dict[str, tuple[tuple[str, str, _Read | None], ...]] = {}

    def resolve(self, resource: ManagedResource) -> IamResource:
        """The same resource, with what the plan hides in it resolved."""
        row = RESOURCE_TYPES[resource.type]
        if resource.stays:
            return IamResource(*astuple(resource), row=row, versions=self._throughout(resource, row))
        if is_refused(resource):
            resource = msgspec.structs.replace(resource, may_not_come=True)
        configured = self._references.configured(resource.entry) if row.mirrors else _NONE
        hidden = _hidden_mirrors(resource, row) if row.mirrors else _NONE
        shown, unproven = resource, _NONE
        if hidden:
            configured -= {name for name in hidden if not self._documents.is_set(resource, name)}
            unset, unproven = map(frozenset, self._unset(resource, hidden - configured))
            # what is made anew has nothing of what nobody configures, be it the one that was there before
            before = resource.before if isinstance(resource.before, dict) and not resource.created else {}
            known = {**{name: before.get(name) for name in unset}, **self._empty(resource, hidden)}
            shown = msgspec.structs.replace(resource, after={**resource.after, **known})
        after = self._with_hidden(resource, row, shown.after)
        versions = []
        if resource.before is not None:
            values = self._with_hidden(resource, row, resource.before)
            versions.append(Version(values, self._before(resource, row), False))
        if after is not None:
            reads = row.policy or isinstance(after, dict)
            documents = self._documents.of(shown, row) if reads else ()
            versions.append(Version(after, documents, True))
        if resource.kept is not None:
            versions.append(Version(resource.kept, documents_kept(resource, row), True, kept=True))
        entry, before, _, *others = astuple(resource)
        return IamResource(
            entry,
            before,
            after,
            *others,
            row=row,
            versions=tuple(versions),
            configured=configured,
            hidden=hidden,
            unproven=tuple(_at_documents(resource, row, unproven)) if unproven else (),
        )

    def _throughout(self, resource: ManagedResource, row: ResourceType) -> tuple[Version, Version]:
        """Both versions of what stays as it is: nothing in it is hidden, and it has its documents before and after."""
        if not row.documents:
            return Version(resource.before, (), False), Version(resource.after, (), True)
        was = will = self._before(resource, row)
        for path in row.documents:
            if "[]" not in path and path not in resource.before:
                will = self._documents.of(resource, row)  # a plan was trimmed of what must be there
        return Version(resource.before, was, False), Version(resource.after, was if will == was else will, True)

    def _unset(self, resource: ManagedResource, names: frozenset[str]) -> tuple[set[str], set[str]]:
        """Which of the hidden attributes that no block shows nobody configures, as far as can be told, and of which of
        these only the source could show that there is no block: a dynamic block shows nowhere else."""
        unset, unproven = set(), set()
        for name in sorted(names):
            if self._answers.is_told(resource, name):
                continue
            blocks = self._answers.blocks(resource, name)
            if blocks is None or blocks == []:
                unset.add(name)
            if blocks is None and resource.created:
                unproven.add(name)
        return unset, unproven

    def _empty(self, resource: ManagedResource, hidden: frozenset[str]) -> dict[str, Any]:
        """Hidden attributes that are a constant, if that is an empty list."""
        return {name: [] for name in hidden if self._references.constant(resource, name) == []}

    def _before(self, resource: ManagedResource, row: ResourceType) -> tuple[Document, ...]:
        found = documents_before(resource, row)
        return tuple(map(self._documents.with_facts, found)) if found else ()

    def _with_hidden(self, resource: ManagedResource, row: ResourceType, values: Any) -> Any:
        """Values with a Hidden for every unknown name and ARN; before the change only a template has such."""
        if not isinstance(values, dict):
            return values
        if resource.type not in self._paths:
            self._paths[resource.type] = tuple((path, top_of(path), read) for path, read in self._named_at(row))
        for path, top, read in self._paths[resource.type]:
            value = values.get(top)
            if value is not UNKNOWN and not (value and isinstance(value, (dict, list))):
                continue  # nothing in it is unknown
            hidden_at = {attribute for attribute, value in values_at(values, path) if value is UNKNOWN}
            if hidden_at:
                hidden = self._hidden(resource, path, read, may_be_unset=path.removesuffix("[]") in row.mirrors)
                whole = path.removesuffix("[]") if path.endswith("[]") else None
                found = {
                    attribute: msgspec.structs.replace(hidden, may_hold_more=attribute == whole)
                    for attribute in hidden_at
                }
                values = replaced_at(values, path, found)
        return values

    def _named_at(self, row: ResourceType) -> Iterator[tuple[str, _Read | None]]:
        """Where names and ARNs stand, and how an element from the source is read; None where it is not asked."""
        if row.own_name:
            yield row.own_name.path, None  # what it refers to tells which resources belong together, no more
        else:
            yield from ((names.path, self._name) for names in row.recipients)
        if row.joins:
            yield row.joins.path, self._name
        for path in (*row.attaches, *((row.boundary,) if row.boundary else ())):
            yield path, self._arn

    def _hidden(
        self, resource: ManagedResource, path: str, read: _Read | None, *, may_be_unset: bool = False
    ) -> Hidden:
        asked = read is not None and "." not in path
        value = self._answers.value(resource, path.removesuffix("[]")) if asked else None
        origin = self._references.origin(resource, self._references.expression(resource, path))
        return Hidden(
            elements=None if value is None or read is None else tuple(read(one, resource) for one in _elements(value)),
            leads=tuple(self._lead(target, resource) for target in origin.targets),
            dead_ends=origin.dead_ends,
            flags=origin.flags,
            nothing=origin.flags[0] if origin.is_nothing and may_be_unset else "",
        )

    def hidden_name(self, resource: ManagedResource, attribute: str) -> Hidden:
        """What tells the name of a principal that the plan hides in a resource which the table does not have."""
        return self._hidden(resource, attribute, self._name)

    def _lead(self, target: Target, resource: ManagedResource) -> Lead:
        return Lead(target, tuple(one.address for one in self._references.instances(target, resource)))

    def _name(self, value: Value, resource: ManagedResource) -> HiddenElement:
        """A principal's name."""
        if isinstance(value, str):
            return HiddenElement(value)
        if isinstance(value, Unresolved) and value.bare:
            value = msgspec.structs.replace(value, exact=True)
        target = exact_target(value)
        asked = None
        if target is not None and (target.mode, target.type, target.attribute) == _IS_ITS_NAME:
            asked = self._references.asked(target, "name")
        if asked is not None and self._is_believed(asked[0].module_address, asked[0].address):
            return HiddenElement(asked[1])
        references = value.references if isinstance(value, Unresolved) else ()
        return HiddenElement(lead=self._lead(target, resource) if target else None, references=references)

    def _arn(self, value: Value, resource: ManagedResource) -> HiddenElement:
        """A managed policy's ARN, with what is known of providers in place; an empty text where it may be left out."""
        if value == []:
            return HiddenElement("")
        value = self._filled(value)
        if isinstance(value, OneOf):
            return HiddenElement(alternatives=tuple(self._arn(one, resource) for one in value.alternatives))
        return HiddenElement(text) if (text := arn_text(value)) is not None else self._name(value, resource)


def _elements(value: Value) -> Iterable[Value]:
    """The elements of a list, or of null; each of those of which one of several lists consists may be left out."""
    ways = value.alternatives if isinstance(value, OneOf) else ()
    if not ways or not all(way is None or isinstance(way, list) for way in ways):
        return listed(value)
    return [OneOf((element, [])) for way in ways for element in listed(way)]
