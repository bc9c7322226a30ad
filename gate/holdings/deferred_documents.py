"""`data.aws_iam_policy_document` reads that Terraform defers until apply, rebuilt from their planned arguments.

Their `json` is unknown as a whole, but the arguments are planned: every action is there, only what depends on something
not yet created is missing. Merging follows the data source's documentation:
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

from collections.abc import Iterable, Iterator
from typing import Any

from gate.holdings.deferred_principals import Blocks, principals
from gate.holdings.key_attributes import KEY_ARNS
from gate.holdings.merged_statements import merged, parsed, statements_of
from gate.holdings.paired_blocks import as_planned, paired
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.source_values import in_order, listed, structured
from gate.plan.addresses import Instance, Target, exact_target, target_of
from gate.plan.arns import unknown_key
from gate.plan.attributes import text_of
from gate.plan.decoded import after, change
from gate.plan.references import Origin, References
from gate.plan.shapes import UNKNOWN, ResourceChange
from gate.text.sensitive import Sensitive, as_marked, marked
from gate.unknown import OneOf, Template, Unresolved, Value

_DATA_TYPE = "aws_iam_policy_document"
_JSON = frozenset({"json", "minified_json"})
_BLOCK_ONLY = ""  # what old Terraform tells of a reference
_MAX_DEPTH = 20
_MAX_STATEMENTS = 500  # a policy of the largest size that AWS takes has fewer
_ELEMENTS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}
_PRINCIPALS = {"principals": "Principal", "not_principals": "NotPrincipal"}


class DeferredDocuments:
    """The deferred policy documents of one plan, each built once."""

    def __init__(self, references: References, answers: SourceAnswers) -> None:
        self._references = references
        self._answers = answers
        self._built: dict[str, Value] = {}

    def behind(self, target: Target | None, resource: Instance, depth: int = 0) -> Value | None:
        """The document of the deferred read that a reference of a resource leads to, None if it leads to none."""
        if target is None or target.type != _DATA_TYPE:
            return None
        reads = self._references.instances(target, resource) if target.attribute in _JSON | {_BLOCK_ONLY} else []
        if not reads:
            return None
        found = [self._document(read, depth) for read in reads]
        return found[0] if all(other == found[0] for other in found) else OneOf(tuple(found))

    def built(self) -> Iterable[Value]:
        """The documents that were asked for so far."""
        return self._built.values()

    def at_reference(self, reference: str) -> Value | None:
        """The document behind a reference that stands in the source, None if there is none."""
        target = target_of(reference)
        if target is None or target.type != _DATA_TYPE or target.attribute not in _JSON:
            return None
        reads = [read for read in self._references.changes(target) if read.index == target.key]
        return self._document(reads[0], 0) if len(reads) == 1 else None

    def _document(self, read: ResourceChange, depth: int) -> Value:
        """The document that a deferred read will give, with Unresolved for what is not known yet."""
        if read.address not in self._built:
            self._built[read.address] = Unresolved((read.address,))  # while it is being built: a cycle
            self._built[read.address] = self._build(read, depth)
        return self._built[read.address]

    def _build(self, read: ResourceChange, depth: int) -> Value:
        planned = change(read)
        arguments = marked(after(planned), planned.after_sensitive)
        if not isinstance(arguments, dict) or depth > _MAX_DEPTH:
            return Unresolved((read.address,))
        version = arguments.get("version")
        statements: list[Value] = []
        for attribute in ("source_json", "source_policy_documents"):
            for source in self._sources(arguments.get(attribute), attribute, read, depth):
                statements = merged(statements, statements_of(source))[: _MAX_STATEMENTS + 1]
        own = self._own_statements(arguments.get("statement"), read, alone=not statements)
        statements = merged(statements, own)
        for attribute in ("override_policy_documents", "override_json"):  # in the provider's order
            for override in self._sources(arguments.get(attribute), attribute, read, depth):
                if isinstance(override, (Unresolved, OneOf, Template)):
                    return Unresolved()  # it may replace any statement, so nothing of the document is left to rely on
                statements = merged(statements, statements_of(override))[: _MAX_STATEMENTS + 1]
        if len(statements) > _MAX_STATEMENTS:
            return Unresolved((read.address,))
        return {"Version": version if isinstance(version, str) else "2012-10-17", "Statement": statements}

    def _sources(self, value: Any, attribute: str, read: ResourceChange, depth: int) -> Iterator[Value]:
        """The documents of an argument; the unknown ones from the source, else from the one reference that is left, or
        from the reference at their place."""
        elements = value if isinstance(value, list) else [] if value is None else [value]
        unknown = [element for element in elements if _is_open(element)]
        deeper = depth + 1
        if unknown:
            sourced = self._answers.value(read, attribute)
            if sourced is not None:
                if not in_order(sourced):
                    yield Unresolved()  # which of them takes the place of another is open
                    return
                for element in listed(sourced):
                    document = self.behind(exact_target(element), read, deeper)
                    content = structured(element) if document is None else document
                    yield parsed(content) if isinstance(content, str) else content
                return
        origin = self._references.origin(read, self._references.expression(read, attribute))
        counted = value is not UNKNOWN or not attribute.endswith("documents")  # a whole unknown list may hold more
        in_place = self._in_place(elements, origin, read, deeper) if len(elements) > 1 else None
        for i, element in enumerate(elements):
            if not _is_open(element):
                yield marked(parsed(element), isinstance(element, Sensitive))
            else:
                only = self.behind(origin.only, read, deeper) if len(unknown) == 1 and counted else None
                content = in_place[i] if in_place else only
                yield Unresolved(origin.names) if content is None else content

    def _in_place(
        self, elements: list[Any], origin: Origin, read: ResourceChange, depth: int
    ) -> list[Value | None] | None:
        """The deferred documents of a list that refers to as many things as it has elements, where just those are
        deferred that are unknown; None where it is not so. A plan lists references in the order of the expression."""
        if origin.dead_ends:
            return None
        found = [self.behind(target, read, depth) for target in origin.targets]
        return found if [one is not None for one in found] == [_is_open(element) for element in elements] else None

    def _own_statements(self, blocks: Any, read: ResourceChange, *, alone: bool) -> list[Value]:
        if blocks is UNKNOWN:
            told = as_planned(self._answers.blocks(read, "statement"), alone=alone)
            if told is None:
                return [Unresolved((f"{read.address}.statement",))]
            made = [(self._statement(values, None, source, read), is_certain) for values, source, is_certain in told]
            return [statement if is_certain else OneOf((statement, None)) for statement, is_certain in made]
        planned = blocks if isinstance(blocks, list) else []
        block = self._references.block(read)
        written = block.expressions.get("statement") if block and isinstance(block.expressions, dict) else None
        expressions = written if isinstance(written, list) and len(written) == len(planned) else [None] * len(planned)
        found = self._answers.blocks(read, "statement") if any(map(_has_unknown, planned)) else None
        sourced = paired(planned, found) if isinstance(found, list) else [None] * len(planned)
        return [
            self._statement(values, expression, source, read)
            for values, expression, source in zip(planned, expressions, sourced, strict=True)
        ]

    def _statement(self, values: Any, expressions: Any, source: Any, read: ResourceChange) -> Value:
        if not isinstance(values, dict):
            return Unresolved((f"{read.address}.statement",))
        written = expressions if isinstance(expressions, dict) else {}
        denies = values.get("effect") not in (None, "Allow")

        def known(argument: str) -> Value:
            if isinstance(source, dict) and argument in source:
                return _sourced(values[argument], source[argument])
            origin = self._references.origin(read, written.get(argument))
            return _resolve(values[argument], origin, self._open(origin, read), proof=not denies)

        statement: dict[str, Value] = {}
        if values.get("sid"):
            statement["Sid"] = known("sid")
        statement["Effect"] = "Allow" if values.get("effect") is None else known("effect")
        for argument, element in _ELEMENTS.items():
            if values.get(argument):
                statement[element] = known(argument)
        for argument, element in _PRINCIPALS.items():
            if values.get(argument):
                sourced = source.get(argument) if isinstance(source, dict) else None
                blocks = Blocks(values[argument], written.get(argument), sourced)
                statement[element] = principals(blocks, read, self._references)
        sourced = source.get("condition") if isinstance(source, dict) else None
        return statement | _condition(values.get("condition"), sourced, read)

    def _open(self, origin: Origin, read: ResourceChange) -> tuple[Target, ...]:
        """Those of the targets of which the plan does not know already what a reference to them gives."""

        def is_known(target: Target) -> bool:
            planned = [after(change(one)) for one in self._references.instances(target, read)]
            is_there = bool(planned) or target.mode == "data"  # what is read before the plan is no change of it
            return is_there and all(text_of(one, target.attribute) for one in planned)

        return tuple(target for target in origin.targets if not is_known(target))


def _is_open(element: Any) -> bool:
    return element is UNKNOWN or element is None


def _condition(blocks: Any, sourced: Value, read: ResourceChange) -> dict[str, Value]:
    """The element `Condition` of a statement, if it has one."""
    if not blocks:
        return {}
    if not isinstance(blocks, list):
        return {"Condition": Unresolved((f"{read.address}.statement.condition",))}
    return {"Condition": dict(_conditions(blocks, sourced, read))}


def _has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_unknown, value.values()))
    return any(map(_has_unknown, value)) if isinstance(value, list) else value is UNKNOWN


def _sourced(value: Any, source: Value) -> Value:
    """A planned value whose unknown leaves are those that the source has: as many, and all that it knows is planned."""
    if value is UNKNOWN:
        if isinstance(source, list):
            return [*map(_unescaped, listed(source))]
        return _unescaped(source) if isinstance(source, (str, Unresolved, Template, OneOf)) else Unresolved()
    if not isinstance(value, list) or not any(map(_is_open, value)):
        return _unescaped(value)
    known = [_unescaped(element) for element in value if not _is_open(element)]
    unknown = [_unescaped(element) for element in listed(source) if not isinstance(element, str)]
    missing = len(value) - len(known) - len(unknown)
    return [*known, *unknown, *[Unresolved()] * max(missing, 0)]


def _conditions(blocks: list[Any], sourced: Value, read: ResourceChange) -> Iterator[tuple[str, Value]]:
    tests: dict[str, Value] = {}
    for block in blocks:
        named = _named(block)
        if named is None:
            yield "(known after apply)", Unresolved((f"{read.address}.statement.condition",))
            continue
        test, variable = named
        own, values = _block_of(named, blocks, sourced), block.get("values")
        values = _resolve(values, Origin()) if own is None else _sourced(values, [*listed(own.get("values"))])
        clauses = tests.setdefault(test, {})
        clauses[variable] = _joined(clauses.get(variable), values)
    yield from tests.items()


def _named(block: Any) -> tuple[str, str] | None:
    """The operator and the key of a block, if both are known."""
    test, variable = (block.get("test"), block.get("variable")) if isinstance(block, dict) else (None, None)
    return (test, variable) if isinstance(test, str) and isinstance(variable, str) else None


def _block_of(named: tuple[str, str], planned: list[Any], sourced: Value) -> Any:
    """The one block of the source with an operator and a key; a plan lists the blocks in an order of its own."""
    blocks = sourced if isinstance(sourced, list) else []
    told = [_named(block) for block in blocks]
    is_told = len(told) == len(planned) and None not in told
    return blocks[told.index(named)] if is_told and told.count(named) == 1 else None


def _joined(before: Value, more: Value) -> Value:
    if before is None:
        return more
    return [*before, *more] if isinstance(before, list) and isinstance(more, list) else Unresolved()


def _resolve(value: Any, origin: Origin, open_: tuple[Target, ...] = (), *, proof: bool = False) -> Value:
    """A planned value with its unknown leaves named.

    As many `open_` references as unknown leaves, all of them ARNs of keys, are taken for these keys (`proof`): an
    expression around one could make it anything, but hardly a narrower grant. A Deny could be made of something else.
    Which key it is nobody has proven, be it one that was there.
    """
    if value is UNKNOWN:
        return Unresolved(origin.names)
    if isinstance(value, list):
        keys = all((target.type, target.attribute) in KEY_ARNS for target in open_)
        each_is_a_key = keys and len(open_) == sum(map(_is_open, value)) and not origin.dead_ends
        names = iter(target.address for target in open_)

        def hole() -> Unresolved:
            if not each_is_a_key:
                return Unresolved(origin.names)
            name = next(names)
            return Unresolved((name,), proof, unknown_key(name))

        return [hole() if _is_open(element) else _unescaped(element) for element in value]
    return _unescaped(value)


def _unescaped(value: Any) -> Any:
    """`&{...}` is how the data source writes a policy variable, since `${...}` is Terraform's own."""
    if isinstance(value, Template):
        return Template(tuple(map(_unescaped, value.parts)))
    if isinstance(value, OneOf):
        return OneOf(tuple(map(_unescaped, value.alternatives)))
    if isinstance(value, list):
        return [*map(_unescaped, value)]
    return as_marked(value.replace("&{", "${"), value) if isinstance(value, str) else value
