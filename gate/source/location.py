"""Where something stands: the lines of a statement, else of its attribute, else of its block, and the way to them.

Where the value that matters comes through variables, locals or elements of a for_each, it is the place where that is
written out. Nothing of this decides anything: where a way can't be followed, the place is the one before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gate.hcl.syntax import Block, Lines, nested
from gate.hcl.values import ExhaustedError
from gate.hcl.work import Scope
from gate.plan.addresses import Located
from gate.report import Call, Line, Location
from gate.source.excerpt import Files, excerpt, mentions
from gate.source.facts import address
from gate.source.following import Follower
from gate.source.modules import ModuleInstance
from gate.source.places import Body, Written, lines_of, repeats_of, written
from gate.source.statements import Statement, in_block, statement


@dataclass(frozen=True, slots=True)
class Sought:
    """What a place is looked for: an attribute (`policy`, `inline_policy["name"].policy`), and in its document the
    statement at a position, with its Sid.

    `texts` are, in lower case, those that matter: of an element of the statement by its name, or of the attribute by
    "". The first element is what the place is of, where its value is written elsewhere. `words` are those that lines
    are marked for where nothing of that is found.
    """

    attribute: str = "policy"
    statement: int | None = None
    sid: str | None = None
    texts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Spot:
    """Lines of a file, and which of them matter."""

    file: str
    lines: Lines
    marked: tuple[Lines, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Locator:
    """Finds places in one source."""

    follower: Follower

    def location(self, block: Block, instance: ModuleInstance, resource: Located, sought: Sought) -> Location:
        """The place of what is sought in the block of a resource in a module instance."""
        self.follower.values.begin()
        try:
            scope = self.follower.values.scope(instance, block, resource.index)
            spot = _spot(block, scope, sought, self.follower)
        except (ExhaustedError, RecursionError):
            spot = _Spot(block.file, (block.line, block.line))
        way = tuple(_calls(instance))
        if spot.file != block.file or not block.line <= spot.lines[0] <= max(block.end, block.line):
            key = (resource.module_address, resource.mode, resource.type, resource.name)
            way = (*way, Call(address(key, resource.index), block.file, block.line))
        return Location(spot.file, spot.lines[0], way, _excerpt(spot, sought, self.follower.values.files))


def _calls(instance: ModuleInstance) -> Iterator[Call]:
    """The module calls from the root module down."""
    if instance.caller is not None and instance.call is not None:
        yield from _calls(instance.caller)
        yield Call(instance.address, instance.call.file, instance.call.line)


def _excerpt(spot: _Spot, sought: Sought, files: Files) -> tuple[Line, ...]:
    lines = () if spot.hidden else files.lines(spot.file)
    marked = spot.marked or mentions(lines, spot.lines, sought.words.union(*sought.texts.values()))
    return excerpt(lines, spot.lines, marked or (spot.lines[:1] * 2,)) if len(lines) >= spot.lines[0] else ()


def _spot(block: Block, scope: Scope, sought: Sought, follower: Follower) -> _Spot:
    name, _, inner = sought.attribute.partition("[")
    label, _, last = inner.partition("].")
    holder = Body(block, scope, repeats_of(block, scope))
    if inner or name not in block.attributes:
        holder = _nested_block(holder, name, label.strip('"'), follower) or holder
        name = last or name
    found = holder.block.attributes.get(name)
    if found is not None:
        value = written(found, holder.scope, holder.repeats)
        if sought.statement is not None:
            one = statement(value, sought.statement, sought.sid, follower)
            if one is not None:
                return _of_statement(one, sought, follower)
        wanted = sought.texts.get("", frozenset())
        origin = follower.origin(value, wanted)
        return _Spot(origin.file, origin.lines, _wanted(origin, wanted, follower), origin.hidden)
    if sought.statement is not None:
        one = in_block(holder.block, sought.statement, sought.sid, holder.scope, follower)
        if one is not None:
            return _of_statement(one, sought, follower)
    return _Spot(holder.block.file, lines_of(holder.block))


def _of_statement(one: Statement, sought: Sought, follower: Follower) -> _Spot:
    """The statement, or the place where its element that matters is written, if that is elsewhere."""
    found = [(name, value) for name, value in one.elements if name in sought.texts]
    first = next(iter(sought.texts), None)
    for name, value in found:
        origin = follower.origin(value, sought.texts[name])
        elsewhere = origin.file != one.file or not one.lines[0] <= origin.lines[0] <= one.lines[1]
        if name == first and elsewhere:
            marked = _wanted(origin, sought.texts[name], follower)
            return _Spot(origin.file, origin.lines, marked, origin.hidden or one.hidden)
    marked = tuple(
        lines for name, value in found for lines in _wanted(value, sought.texts[name], follower) or (value.lines,)
    )
    return _Spot(one.file, one.lines, marked, one.hidden)


def _wanted(value: Written, wanted: frozenset[str], follower: Follower) -> tuple[Lines, ...]:
    """The lines of the elements of a list that are wanted."""
    return tuple(part.lines for part in follower.elements(value) if follower.values.holds(part, wanted))


def _nested_block(outer: Body, name: str, label: str, follower: Follower) -> Body | None:
    """The nested block whose `name` is the label; else the only one, or the first."""
    found = nested(outer.block, name)
    made = [body for one in found for body in follower.repeated(one, outer.scope, outer.repeats) or ()]
    for body in made:
        named = body.block.attributes.get("name")
        if named is not None and follower.values.value(written(named, body.scope, body.repeats)) == label:
            return body
    dynamic = [one for one in found if one.type == "dynamic"]
    return next((Body(one, outer.scope, outer.repeats) for one in [*dynamic, *found]), None)
