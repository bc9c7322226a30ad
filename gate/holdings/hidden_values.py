"""What is known of a value that the plan hides: from the source where it is at hand, else from the references alone.

A value that the plan knows is never asked for here, so that the source can't overrule it.
"""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from gate.plan.addresses import Instance, Target, target_of
from gate.plan.model import Plan, after, change
from gate.plan.references import References
from gate.plan.shapes import ResourceChange
from gate.unknown import OneOf, Template, Unresolved, Value

if TYPE_CHECKING:  # the source costs as much to load as all the rest, and most plans hide nothing
    from gate.source import Source


class Evidence:
    """Answers about one plan. `open_at` gives its source when the first question needs it, None without one."""

    def __init__(self, plan: Plan, open_at: Callable[[Plan], "Source | None"] = lambda plan: None) -> None:
        self.references = References(plan)
        self.notes: dict[str, None] = {}
        self.documents: dict[str, Value] = {}  # deferred policy documents that were built, by address
        self.filled: Callable[[Value], Value] = lambda value: value  # with what is known of providers (ProviderFacts)
        self.told: dict[tuple[str, str], Value] = {}  # what templates tell, by address and attribute
        self._plan = plan
        self._open_at = open_at
        self._source: Source | None = None
        self._opened = False
        self._agreed: dict[str, bool] = {}

    @property
    def source(self) -> "Source | None":
        """The source, opened by the first question."""
        if not self._opened:
            self._opened = True
            self._source = self._open_at(self._plan)
            if self._source is not None:
                self._source.plan_documents(self._planned_document)
        return self._source

    def _planned_document(self, reference: str) -> Value | None:
        from gate.holdings import deferred

        target = target_of(reference)
        if (
            target is None
            or target.type != deferred.DATA_TYPE
            or target.attribute not in deferred.JSON_ATTRIBUTES - {""}
        ):
            return None
        reads = [read for read in self.references.changes(target) if read.index == target.key]
        return deferred.document(reads[0], self) if len(reads) == 1 else None

    @property
    def sourced(self) -> bool:
        """Whether a question was asked and the source was at hand to answer it."""
        return self._source is not None

    def value(self, resource: Instance, attribute: str) -> Value | None:
        """A top-level attribute as far as the source, or a template, tells it; None where neither can be relied on."""
        if (resource.address, attribute) in self.told:
            return self.told[resource.address, attribute]
        source = self._agreeing(resource)
        if source is None:
            return None
        from gate.source import Missing

        found = source.attribute(resource, attribute)
        return None if isinstance(found, Missing) else found

    def blocks(self, resource: Instance, name: str) -> list[Value] | Unresolved | None:
        """The nested blocks of a type, a Rest or an Unresolved for what is open; None without a source to rely on.

        What is a block in one provider is a list of objects in another.
        """
        source = self._agreeing(resource)
        if source is None:
            return None
        from gate.source import Missing

        found = source.blocks(resource, name)
        if isinstance(found, Missing) and not found.proven and source.has_module(resource):
            return Unresolved()  # the block should be there, and can't be read
        if found == ():
            listed = source.attribute(resource, name)
            if isinstance(listed, Missing):
                return [] if listed.proven else None
            return listed if isinstance(listed, (list, Unresolved)) else Unresolved()
        return None if isinstance(found, Missing) else list(found) if isinstance(found, tuple) else found

    def provisioners(self, resource: Instance) -> list[tuple[Value, bool]] | None:
        """Every provisioner with whether it runs when the resource is destroyed; None without a source to rely on."""
        blocks, source = self.blocks(resource, "provisioner"), self._agreeing(resource)
        if source is None or not isinstance(blocks, list):
            return None
        when = source.at_destroy(resource)
        return list(zip(blocks, when, strict=True)) if len(blocks) == len(when) else None

    def provider_argument(self, key: str, name: str) -> Value | None:
        """An argument of a root provider block as far as the source tells it; None without a source."""
        source = self.source
        if source is None:
            return None
        from gate.source import Missing

        found = source.provider_argument(key, name)
        return Unresolved() if isinstance(found, Missing) else found

    def provider_may_hide(self, key: str, names: tuple[str, ...]) -> bool:
        """Whether a provider block may hold dynamic blocks of these types; without a source nothing tells."""
        source = self.source
        return source is not None and source.provider_may_hide(key, names)

    def target(self, value: Value) -> Target | None:
        """What a value refers to, if it is exactly that."""
        return target_of(value.references[0]) if isinstance(value, Unresolved) and value.exact else None

    def locate(self, resource: ResourceChange, attribute: str, statement: int | None) -> tuple[str, int] | None:
        """The file, relative to the folder of the source, and the line of an attribute or of one of its statements."""
        source = self._agreeing(resource)
        if source is None or not self._says_the_same(resource, attribute):
            return None
        found = source.location(resource, statement_index=statement, attribute=attribute)
        return None if found is None else (found.file, found.line)

    def _says_the_same(self, resource: ResourceChange, attribute: str) -> bool:
        """Whether the source's text of an attribute, where it is wholly known, is the planned one."""
        planned = after(change(resource))
        known = planned.get(attribute) if isinstance(planned, dict) else None
        sourced = self.value(resource, attribute) if isinstance(known, str) else None
        if not isinstance(known, str) or sourced is None:
            return True
        from gate.source import is_known

        if not is_known(sourced):
            return True
        if (_document(sourced) if isinstance(sourced, str) else structured(sourced)) == _document(known):
            return True
        self.notes[f"the source is not that of the plan: `{attribute}` of {resource.address} is another text"] = None
        return False

    def problems(self) -> tuple[str, ...]:
        """Sentences on what of the source could not be used."""
        return (*self.notes, *(self._source.problems if self._source else ()))

    def _agreeing(self, resource: Instance) -> "Source | None":
        """The source, if it is the one that the plan was made of as far as this resource shows."""
        source = self.source
        if source is None:
            return None
        if resource.address not in self._agreed:
            difference = source.disagreement(resource)
            self._agreed[resource.address] = difference is None
            if difference:
                self.notes[f"the source is not that of the plan: {difference}"] = None
        return source if self._agreed[resource.address] else None


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def structured(value: Value) -> Value:
    """A policy document as the source gives it, with its structure: text is decoded, an open number is an unknown.

    A text that is not JSON is left as it is, to be told as malformed.
    """
    if isinstance(value, OneOf):
        return OneOf(tuple(structured(alternative) for alternative in value.alternatives))
    if isinstance(value, str):
        return value
    from gate.source import decode_json

    try:
        return _plain(decode_json(value))
    except ValueError:
        return Unresolved(tuple(_references(value)))


def listed(value: Value) -> Iterator[Value]:
    """The elements of a list of texts; what may be any number of them is one unknown."""
    from gate.source import Rest

    for element in value if isinstance(value, list) else [] if value is None else [value]:
        if not isinstance(element, Rest):
            yield element
        else:
            inner = element.element
            yield inner if isinstance(inner, Unresolved) else Unresolved(tuple(_references(element)))


def in_order(value: Value) -> bool:
    """Whether the elements of a list from the source are in Terraform's own order."""
    from gate.source import Unordered

    return not isinstance(value, (Unordered, OneOf))


def _plain(value: Value) -> Value:
    """Without the classes of the source: encoded texts are texts with holes, open numbers are unknown elements."""
    from gate.source import Encoded, Rest

    if isinstance(value, list):
        return [_plain(element) for element in value]
    if isinstance(value, dict):
        return {key: _plain(element) for key, element in value.items()}
    if isinstance(value, OneOf):
        return OneOf(tuple(_plain(alternative) for alternative in value.alternatives))
    if isinstance(value, Rest) and not isinstance(value.element, Unresolved):
        return OneOf((_plain(value.element), None))  # there, once or more often, or not there
    if isinstance(value, (Rest, Encoded)):
        return Unresolved(tuple(_references(value)))
    return value


def _references(value: Any) -> Iterator[str]:
    from gate.source import Encoded, Rest

    if isinstance(value, Unresolved):
        yield from value.references
    elif isinstance(value, Template):
        for part in value.parts:
            yield from _references(part)
    elif isinstance(value, OneOf):
        for alternative in value.alternatives:
            yield from _references(alternative)
    elif isinstance(value, Rest):
        yield from _references(value.element)
    elif isinstance(value, Encoded):
        yield from _references(value.value)
    elif isinstance(value, (list, dict)):
        for element in value.values() if isinstance(value, dict) else value:
            yield from _references(element)
