"""Where in the source a finding stands."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from gate.holdings.source_answers import SourceAnswers
from gate.holdings.template_types import BODIES
from gate.iam.boxes import expand
from gate.iam.service import Service
from gate.plan.attributes import marked
from gate.plan.decoded import after, change
from gate.plan.model import Plan
from gate.plan.shapes import Change
from gate.report import Call, Finding, Line, Location, Statement
from gate.source_folders import SourceFolders
from gate.text.sensitive import holds, texts

if TYPE_CHECKING:  # loaded only where there is a source
    from gate.source.location import Sought

_WIDEST = 240
_ELEMENTS = ("Action", "NotAction", "Principal", "NotPrincipal", "Resource", "NotResource")


class Locations:
    """Finds the places of the findings on one plan."""

    def __init__(
        self, plan: Plan, answers: SourceAnswers, folders: SourceFolders, service: Service, secrets: Collection[str]
    ) -> None:
        self._plan, self._answers, self._folders, self._service = plan, answers, folders, service
        self._secrets = secrets
        self._named: dict[str, str] = {}

    def located(self, finding: Finding) -> Finding:
        """The finding with the lines of its statement, else of its attribute or its block, where the source is at hand.

        Files are relative to the root of the repository. Nothing is shown of what is marked as sensitive.
        """
        resource = self._plan.resource_change(finding.address)
        if resource is None or not self._answers.agrees(resource):
            return finding
        own = [statement for statement in finding.statements if statement.elsewhere is None]
        planned = change(resource)
        found = self._answers.locate(resource, _sought(finding, own, planned, self._service))
        if found is None:
            return finding
        hidden = any(statement.text is None for statement in own) or any(
            marked(marks, _path(finding.attribute)) for marks in (planned.before_sensitive, planned.after_sensitive)
        )
        calls = (Call(call.address, self._relative(call.file), call.line) for call in found.calls)
        excerpt = () if hidden else self._shown(found.excerpt)
        return replace(finding, location=Location(self._relative(found.file), found.line, tuple(calls), excerpt))

    def _relative(self, file: str) -> str:
        if file not in self._named:
            self._named[file] = self._folders.relative(self._plan, file)
        return self._named[file]

    def _shown(self, excerpt: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines as a report may have them, none where one of them has a secret in it."""
        if holds("\n".join(line.text for line in excerpt), self._secrets):
            return ()
        return tuple(replace(line, text=_narrow(line.text)) for line in excerpt)


def _narrow(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _sought(finding: Finding, own: list[Statement], planned: Change, service: Service) -> "Sought":
    from gate.source.location import Sought

    body = finding.attribute.partition(".")[0]
    written = {name: frozenset(text.lower() for text in found) for name, found in _texts(finding, own, service).items()}
    words = frozenset(_words(finding, service))
    if body in BODIES:  # a statement in a template has no line of its own
        return Sought(body, texts=written, words=words)
    if own:
        return Sought(finding.attribute, own[0].index, own[0].sid, written, words)
    new = _held(after(planned), finding.attribute) - _held(planned.before, finding.attribute)
    return Sought(finding.attribute, texts={"": new}, words=words)


def _words(finding: Finding, service: Service) -> Iterator[str]:
    """What grants in the statements of other documents, which may be denied or bounded here, and their names."""
    for statement in finding.statements:
        yield from (text for text in _values(_elements(statement).get("Action", "")) if _grants(text, finding, service))
        yield from [statement.elsewhere] if statement.elsewhere else []


def _texts(finding: Finding, own: list[Statement], service: Service) -> dict[str, list[str]]:
    """What of the first statement grants, by element; first what changed, where the statement was there before."""
    now = _elements(own[0]) if own else {}
    told = {name: _values(now[name]) for name in _ELEMENTS if name in now}
    if "Principal" in told:
        told.pop("Resource", None)  # of a key policy, which is about its key
    if "Action" in told:
        told["Action"] = [text for text in told["Action"] if _grants(text, finding, service)]
    was = next((_elements(one) for one in finding.before if own and _same(one, own[0])), {})
    same = [name for name in told if was.get(name) == now[name]]
    return {name: told[name] for name in (*(name for name in told if name not in same), *same)}


def _same(one: Statement, other: Statement) -> bool:
    return one.sid == other.sid and (one.sid is not None or one.index == other.index)


def _elements(statement: Statement) -> Mapping[str, Any]:
    try:
        found = json.loads(statement.text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _values(element: Any) -> list[str]:
    return list(texts([element] if isinstance(element, str) else element))


def _grants(text: str, finding: Finding, service: Service) -> bool:
    return bool(set(service.names(expand(text, service))) & set(finding.actions))


def _held(values: Any, attribute: str) -> frozenset[str]:
    held = values.get(attribute) if isinstance(values, dict) else None
    return frozenset(text.lower() for text in ([held] if isinstance(held, str) else texts(held)))


def _path(attribute: str) -> str:
    """An attribute as sensitive marks have it: `inline_policy["a"].policy` is `inline_policy[].policy`."""
    name, bracket, rest = attribute.partition("[")
    return f"{name}[]{rest.rpartition(']')[2]}" if bracket else name
