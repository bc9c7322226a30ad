"""The policy documents that a resource has: as planned, and what is known of those that the plan hides."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from gate.holdings.documents import ANY_NAME, Document, Place, planned_content
from gate.holdings.resource_types import ResourceType
from gate.holdings.source_answers import SourceAnswers, is_set
from gate.holdings.source_values import structured
from gate.plan.addresses import exact_target
from gate.plan.attributes import BLOCK_NAMES, marked, named_values_at, top_of
from gate.plan.before_after import ManagedResource
from gate.plan.references import References
from gate.plan.shapes import UNKNOWN
from gate.text.sensitive import is_sensitive
from gate.unknown import OneOf, Unresolved, Value

if TYPE_CHECKING:  # loaded only where a plan hides a document
    from gate.holdings.deferred_documents import DeferredDocuments


def documents_before(resource: ManagedResource, row: ResourceType) -> tuple[Document, ...]:
    """The documents that a resource has before the change."""
    return _planned(resource, row, resource.before, resource.before_sensitive) if row.documents else ()


def documents_kept(resource: ManagedResource, row: ResourceType) -> tuple[Document, ...]:
    """The documents that stay in the account although the plan lets go of the resource."""
    found = _planned(resource, row, resource.kept, resource.before_sensitive)
    if resource.undecided is None:
        return found
    return tuple(replace(document, content=Unresolved(reason=resource.undecided)) for document in found)


def _planned(resource: ManagedResource, row: ResourceType, values: Any, marks: Any) -> tuple[Document, ...]:
    found = []
    for path in row.documents:
        for attribute, name, content in named_values_at(values, path):
            place = Place(resource.address, attribute)
            found.append(Document(place, planned_content(content), marked(marks, path), name=row.fixed_name or name))
    return tuple(found)


class DocumentsAfter:
    """Reads the documents that resources of one plan have after the change. `filled` puts what is known of providers
    into a value."""

    def __init__(
        self,
        references: References,
        answers: SourceAnswers,
        filled: Callable[[Value], Value],
    ) -> None:
        self._references, self._answers, self._filled = references, answers, filled
        answers.find_documents_with(self._at_reference)

    @cached_property
    def _deferred(self) -> "DeferredDocuments":
        from gate.holdings.deferred_documents import DeferredDocuments

        return DeferredDocuments(self._references, self._answers)

    def _at_reference(self, reference: str) -> Value | None:
        return self._deferred.at_reference(reference)

    def of(self, resource: ManagedResource, row: ResourceType) -> tuple[Document, ...]:
        """The documents after the change where `row` says that they stand, as known as they will be."""
        return tuple(map(self.with_facts, self._read(resource, row))) if row.documents else ()

    def deferred(self) -> Iterable[Value]:
        """What deferred reads are known to give."""
        return self._deferred.built() if "_deferred" in vars(self) else ()

    def with_facts(self, document: Document) -> Document:
        """The document with what is known of providers in it."""
        content = document.content
        sensitive = document.sensitive or is_sensitive(content)
        if content is None or isinstance(content, str):
            return document if sensitive is document.sensitive else replace(document, sensitive=sensitive)
        return replace(document, content=self._filled(content), sensitive=sensitive)

    def _read(self, resource: ManagedResource, row: ResourceType) -> Iterator[Document]:
        values = resource.after
        for path in row.documents if values is not None else ():
            found = list(named_values_at(values, path))
            if not found and path not in values and top_of(path) not in row.mirrors:
                found = [(path, "", UNKNOWN)]  # a trimmed plan: what must be there and is not, is unknown
            if resource.undecided is None and "[]" in path and any(text is UNKNOWN for _, _, text in found):
                yield from self._blocks(resource, path, found)
                continue
            for attribute, own, content in found:
                name = row.fixed_name or own or self._hidden_name(resource)
                sensitive = marked(resource.after_sensitive, path)
                planned = Document(Place(resource.address, attribute), None, sensitive, name=name)
                if resource.undecided is not None:
                    yield replace(planned, content=Unresolved(reason=resource.undecided))
                elif content is not UNKNOWN:
                    yield replace(planned, content=planned_content(content))
                elif path not in row.mirrors or self.is_set(resource, path):
                    yield self._hidden(resource, row, path, planned)

    def is_set(self, resource: ManagedResource, attribute: str) -> bool:
        """Whether the configuration sets an attribute, as far as can be told."""
        return is_set(resource, attribute, self._references, self._answers)

    def _hidden_name(self, resource: ManagedResource) -> str:
        """What is known of a name that is not: one that the provider makes up is like no other."""
        values = resource.after if isinstance(resource.after, dict) else {}
        for hidden in BLOCK_NAMES:
            if values.get(hidden) is UNKNOWN and self._says(resource, hidden):
                name = self._answers.value(resource, hidden)
                return name if isinstance(name, str) else ANY_NAME
        return ""

    def _says(self, resource: ManagedResource, attribute: str) -> bool:
        """Whether the configuration sets an attribute, or a template that the apply writes."""
        is_told = resource.acts and self._answers.is_told(resource, attribute)
        return is_told or self.is_set(resource, attribute)

    def _blocks(self, resource: ManagedResource, path: str, found: list[tuple[str, str, Any]]) -> Iterator[Document]:
        """The policies in blocks of which some are unknown: those that the plan shows, and those of the source."""
        top, _, inner = path.partition("[].")
        sensitive = marked(resource.after_sensitive, path)

        def document(attribute: str, content: Value, name: str) -> Document:
            return Document(Place(resource.address, attribute), content, sensitive, name=name)

        shown = {name for _, name, text in found if text is not UNKNOWN}
        for attribute, name, text in found:
            if text is not UNKNOWN:
                yield document(attribute, planned_content(text), name)
        blocks = self._answers.blocks(resource, top)
        if blocks is None:
            yield from self._unsourced(resource, path, found)
        elif isinstance(blocks, Unresolved):
            yield document(top, blocks, "")
        else:
            names = [_block_name(block) for block in blocks]
            for position, (block, name) in enumerate(zip(blocks, names, strict=True)):
                if isinstance(name, str) and name in shown and names.count(name) == 1:
                    continue
                attribute = f'{top}["{name}"].{inner}' if isinstance(name, str) else f"{top}[{position}].{inner}"
                content = self._sourced(block.get(inner) if isinstance(block, dict) else block, resource)
                yield document(attribute, content, name if isinstance(name, str) else "")

    def _unsourced(self, resource: ManagedResource, path: str, found: list[tuple[str, str, Any]]) -> Iterator[Document]:
        """The unknown policies in blocks, by the blocks that the configuration shows. It shows no `dynamic` one: where
        there may be one, only a constant name tells which block a policy is of."""
        top = top_of(path)
        listed = resource.after.get(top) if isinstance(resource.after, dict) else None
        if listed is UNKNOWN and not self._references.is_configured(resource, top):
            return
        dynamic = not isinstance(listed, list) or len(found) > self._references.written_blocks(resource, top)
        names = [name for _, name, _ in found]
        for attribute, name, text in found:
            if text is UNKNOWN:
                one = None
                if names.count(name) == 1:
                    one = self._references.expression(resource, path, name or None, by_constant=dynamic)
                place = Place(resource.address, attribute)
                planned = Document(place, None, marked(resource.after_sensitive, path), name=name)
                yield self._referring(resource, one, planned)

    def _hidden(self, resource: ManagedResource, row: ResourceType, path: str, planned: Document) -> Document:
        """A document that the plan hides: from the source, else from a deferred read that it may refer to."""
        value = self._answers.value(resource, path)
        if value is not None:
            return replace(planned, content=self._sourced(_if_set(value), resource))
        expression = self._references.expression(resource, path)
        origin = self._references.origin(resource, expression)
        if origin.is_nothing and path in row.mirrors:
            return replace(planned, content="", rests_on=origin.flags[0])
        return self._referring(resource, expression, planned)

    def _referring(self, resource: ManagedResource, expression: Any, planned: Document) -> Document:
        """A document of which nothing is known but the expression that gives it."""
        origin = self._references.origin(resource, expression)
        content = self._deferred.behind(origin.only, resource)
        if content is not None:
            return replace(planned, content=content, rests_on=origin.names[0])
        return replace(planned, content=Unresolved(origin.names))

    def _sourced(self, value: Value, resource: ManagedResource) -> Value:
        """A document as the source gives it; one that is exactly a deferred read is what that will give."""
        if isinstance(value, OneOf):
            return OneOf(tuple(self._sourced(alternative, resource) for alternative in value.alternatives))
        read = self._deferred.behind(exact_target(value), resource)
        return structured(value) if read is None else read


def _if_set(value: Value) -> Value:
    """What an attribute may be: where it is null, there is no document, as with an empty text."""
    if not isinstance(value, OneOf):
        return value
    return OneOf(tuple("" if way is None else way for way in value.alternatives))


def _block_name(block: Value) -> Value:
    return next((block[key] for key in BLOCK_NAMES if key in block), None) if isinstance(block, dict) else None
