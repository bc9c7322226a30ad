"""What the source of one plan tells of values that the plan hides.

Everything here answers None, or says nothing, where there is no source to rely on. A value that the plan knows is never
asked for, so that the source can't overrule it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gate.holdings.source_values import structured
from gate.plan.addresses import Instance, Located, Target, target_of
from gate.plan.decoded import after, change
from gate.plan.model import Plan
from gate.plan.notation import Notation
from gate.plan.references import References
from gate.plan.shapes import ResourceChange
from gate.report import Location
from gate.unknown import Unresolved, Value

if TYPE_CHECKING:  # the source costs as much to load as all the rest, and most plans hide nothing
    from gate.plan.strays import Strays
    from gate.source import Source
    from gate.source.location import Sought

Documents = Callable[[str], Value | None]
Stray = Callable[[Target, Located | None], str | None]


class SourceAnswers:
    """Answers about one plan. `open_at` gives its source when the first question needs it, None without one."""

    def __init__(self, plan: Plan, open_at: Callable[[Plan], "Source | None"] = lambda plan: None) -> None:
        self._plan = plan
        self._open_at = open_at
        self._source: Source | None = None
        self._opened = False
        self._documents: Documents = lambda reference: None
        self._stray: Stray = lambda target, referrer: None
        self._strays: list[Strays | None] = []
        self._agreed: dict[str, bool] = {}
        self._notes: dict[str, None] = {}
        self._told: dict[tuple[str, str], Value] = {}

    @property
    def sourced(self) -> bool:
        """Whether a question was asked and the source was at hand to answer it."""
        return self._source is not None

    def find_documents_with(self, documents: Documents) -> None:
        """Tells how the source finds the policy document behind a reference to the `json` of a deferred data source."""
        self._documents = documents

    def disbelieve(self, stray: Stray) -> None:
        """Tells what may not come from AWS: see References."""
        self._stray = stray

    def strays(self) -> "Strays | None":
        """Whom the provider blocks of the plan ask, None where all of them ask AWS, or none does."""
        if not self._strays:
            from gate.plan.strays import strays

            source = self._opened_source(known=False)
            found = strays(self._plan.configuration(), self.provider_argument, self._provider_endpoints)
            self._strays.append(found)
            if source is not None:
                source.disbelieve(self._is_stray if found else None)
        return self._strays[0]

    def _provider_endpoints(self, key: str) -> list[Value] | None:
        """The blocks of endpoints that a provider block has or may have; an Unresolved for what is open, None without a
        source."""
        source = self._opened_source()
        if source is None:
            return None
        from gate.source import Missing, Rest

        found = source.provider_blocks(key, "endpoints")
        if isinstance(found, Missing):
            return None
        listed = found if isinstance(found, list) else [found]
        return [one.element if isinstance(one, Rest) else one for one in listed]

    def _is_stray(self, reference: str, referrer: Located | None) -> bool:
        target = target_of(reference)
        return target is not None and self._stray(target, referrer) is not None

    def tell(self, address: str, attribute: str, value: Value) -> None:
        """Adds what a template tells of an attribute of a resource in it."""
        self._told[address, attribute] = value

    def is_told(self, resource: Instance, attribute: str) -> bool:
        return (resource.address, attribute) in self._told

    def value(self, resource: Instance, attribute: str) -> Value | None:
        """A top-level attribute as far as the source, or a template, tells it."""
        if self.is_told(resource, attribute):
            return self._told[resource.address, attribute]
        source = self._agreeing(resource)
        if source is None:
            return None
        from gate.source import Missing

        found = source.attribute(resource, attribute)
        return None if isinstance(found, Missing) else found

    def is_null(self, resource: Instance, attribute: str) -> bool:
        """Whether the source sets an attribute to null, as if it did not set it."""
        source = self._agreeing(resource)
        return source is not None and source.attribute(resource, attribute) is None

    def blocks(self, resource: Instance, name: str) -> list[Value] | Unresolved | None:
        """The nested blocks of a type, a Rest or an Unresolved for what is open.

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
            if listed is None:
                return []
            return listed if isinstance(listed, (list, Unresolved)) else Unresolved()
        return None if isinstance(found, Missing) else list(found) if isinstance(found, tuple) else found

    def provisioners(self, resource: Instance) -> list[tuple[Value, bool]] | None:
        """Every provisioner with whether it runs when the resource is destroyed."""
        blocks, source = self.blocks(resource, "provisioner"), self._agreeing(resource)
        if source is None or not isinstance(blocks, list):
            return None
        when = source.at_destroy(resource)
        return list(zip(blocks, when, strict=True)) if len(blocks) == len(when) else None

    def in_local(self, resource: Instance, module: tuple[str, ...], name: str) -> tuple[str, ...]:
        """What stands in a local of a module to which the block of a resource leads: every reference."""
        source = self._agreeing(resource)
        return () if source is None else source.in_local(module, name)

    def provider_argument(self, key: str, name: str) -> Value | None:
        """An argument of a root provider block as far as the source tells it."""
        source = self._opened_source()
        if source is None:
            return None
        from gate.source import Missing

        found = source.provider_argument(key, name)
        return Unresolved() if isinstance(found, Missing) else found

    def provider_may_hide(self, key: str, names: tuple[str, ...]) -> bool:
        """Whether a provider block may hold dynamic blocks of these types; without a source nothing tells."""
        source = self._opened_source()
        return source is not None and source.provider_may_hide(key, names)

    def provider_repeats(self, key: str) -> bool:
        """Whether a provider block has `for_each`, as OpenTofu's may; without a source nothing tells."""
        source = self._opened_source()
        return source is not None and source.provider_repeats(key)

    def agrees(self, resource: ResourceChange) -> bool:
        """Whether there is a source, and it is that of the plan as far as a resource shows."""
        return self._agreeing(resource) is not None

    def locate(self, resource: ResourceChange, sought: "Sought") -> Location | None:
        """Where an attribute, or one of its statements, stands; files are relative to the folder of the source."""
        source = self._agreeing(resource)
        if source is None or not self._says_the_same(resource, sought.attribute):
            return None
        return source.location(resource, sought)

    def notation(self, resource: Instance, attribute: str) -> Notation | None:
        """How the source writes the document at an attribute; None where it does not show."""
        source = self._agreeing(resource)
        return None if source is None else source.notation(resource, attribute)

    def problems(self) -> tuple[str, ...]:
        """Sentences on what of the source could not be used."""
        return (*self._notes, *(self._source.problems if self._source else ()))

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
        self._notes[f"the source is not that of the plan: `{attribute}` of {resource.address} is another text"] = None
        return False

    def _opened_source(self, *, known: bool = True) -> "Source | None":
        """The source, opened by the first question. Nothing is believed before it is `known` whom the providers ask."""
        if not self._opened:
            self._opened = True
            self._source = self._open_at(self._plan)
            if self._source is not None:
                self._source.plan_documents(self._document)
                self._source.disbelieve(lambda reference, referrer: True)
                if known:
                    self.strays()
        return self._source

    def _document(self, reference: str) -> Value | None:
        return self._documents(reference)  # whoever finds them may come after the source was opened

    def _agreeing(self, resource: Instance) -> "Source | None":
        """The source, if it is the one that the plan was made of as far as this resource shows."""
        source = self._opened_source()
        if source is None:
            return None
        if resource.address not in self._agreed:
            difference = source.disagreement(resource)
            self._agreed[resource.address] = difference is None
            if difference:
                self._notes[f"the source is not that of the plan: {difference}"] = None
        return source if self._agreed[resource.address] else None


def _document(text: str) -> Any:
    import json

    try:
        return json.loads(text)
    except ValueError:
        return text


def is_set(resource: Instance, attribute: str, references: References, answers: SourceAnswers) -> bool:
    """Whether the configuration sets an attribute: to something else than null, as far as the source tells."""
    return references.is_configured(resource, attribute) and not answers.is_null(resource, attribute)
