"""Where the statements of a policy document are written: objects, `statement` blocks, JSON text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gate.hcl.syntax import (
    Attribute,
    Block,
    Call,
    Expression,
    For,
    GetAttribute,
    Index,
    Lines,
    Literal,
    Name,
    ObjectLiteral,
    Step,
    Text,
    Traversal,
    TupleLiteral,
    nested,
)
from gate.hcl.values import in_order
from gate.hcl.work import Scope
from gate.source.excerpt import Files
from gate.source.following import Follower
from gate.source.json_statements import statement_lines
from gate.source.places import Repeat, Written, lines_of, repeats_of, written
from gate.unknown import Unresolved

_HOPS = 20
_SAME_TEXT = frozenset({"jsonencode", "trimspace", "chomp"})
# Arguments of aws_iam_policy_document that put the statements of other documents before, or over, its own
# (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document)
_SOURCES = ("source_json", "source_policy_documents")
_OVERRIDES = ("override_json", "override_policy_documents")
_TEXTS = ([GetAttribute("json")], [GetAttribute("minified_json")])
_OF_BLOCKS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
    "principals": "Principal",
    "not_principals": "NotPrincipal",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of a statement, and its elements where they are expressions, by the names that IAM has for them."""

    file: str
    lines: Lines
    elements: tuple[tuple[str, Written], ...] = ()
    hidden: bool = False


def statement(document: Written, index: int | None, sid: str | None, follower: Follower) -> Statement | None:
    """Where a statement of a document is written; None where gate can't tell. Without an index the Sid alone counts, in
    what an aws_iam_policy_document makes."""
    for _ in range(_HOPS):
        document = follower.written_out(document)
        match document.expression:
            case Call(name, (argument,)) if name in _SAME_TEXT:
                document = document.part(argument)
            case Traversal(Name("data"), (GetAttribute("aws_iam_policy_document"), GetAttribute(name), *rest)):
                return _in_data(document, name, rest, (index, sid), follower)
            case _ if index is None:
                return None
            case ObjectLiteral() | Call("merge"):
                listed = follower.member(document, "Statement")
                return None if listed is None else _listed(listed, index, follower)
            case Literal(str()) | Text():
                return _in_text(document, index, follower.values.files)
            case Call("file" | "templatefile", (path, *_)):
                return _in_file(document, path, index, follower)
            case _:
                return None
    return None


def _listed(listed: Written, index: int, follower: Follower) -> Statement | None:
    """The statement at a position in a list of objects, or the one object that is no list."""
    one = follower.written_out(listed)
    match one.expression:
        case TupleLiteral():
            members = follower.members(one)
            if index >= len(members) or not all(map(_is_one, members[: index + 1])):
                return None
            one = follower.written_out(members[index])
        case Call("concat"):
            for part in follower.members(one):
                value = follower.values.value(part)
                if not isinstance(value, list) or not in_order(value):
                    return None
                if index < len(value):
                    return _listed(part, index, follower)
                index -= len(value)
            return None
        case For(_, name, result=result):
            scope = one.scope.having({name: Unresolved()})
            one = replace(one.part(result), scope=scope)  # one text for all of them
    if not isinstance(one.expression, ObjectLiteral):
        return None
    lines = (one.expression.line, max(one.expression.end, one.expression.line))
    elements = tuple(
        (item.key.value, one.part(item.value, item.lines))
        for item in one.expression.items
        if isinstance(item.key, Literal) and isinstance(item.key.value, str)
    )
    return Statement(one.file, lines, elements, one.hidden)


def _is_one(member: Written) -> bool:
    return isinstance(member.expression, (ObjectLiteral, Traversal))


def _in_text(document: Written, index: int, files: Files) -> Statement | None:
    first, last = document.lines
    lines = statement_lines("\n".join(files.lines(document.file)[first - 1 : last]), index)
    if lines is None:
        return None
    return Statement(document.file, (first + lines[0] - 1, first + lines[1] - 1), hidden=document.hidden)


def _in_file(document: Written, path: Expression, index: int, follower: Follower) -> Statement | None:
    """The statement in a file that Terraform reads, whose path is relative to the root module's folder."""
    named, files = follower.values.value(document.part(path)), follower.values.files
    file = files.named(named) if isinstance(named, str) else None
    lines = statement_lines("\n".join(files.lines(file)), index) if file else None
    return None if file is None or lines is None else Statement(file, lines, hidden=document.hidden)


def _in_data(
    document: Written, name: str, steps: Sequence[Step], which: tuple[int | None, str | None], follower: Follower
) -> Statement | None:
    """The statement of an aws_iam_policy_document, or all of its block."""
    instance = document.scope.module
    block = instance.module.resources.get(("data", "aws_iam_policy_document", name))
    of_one = steps[0] if steps and isinstance(steps[0], Index) else None
    if block is None or block.broken or list(steps[of_one is not None :]) not in _TEXTS:
        return None
    at = follower.values.value(document.part(of_one.key)) if of_one else None
    scope = follower.values.scope(instance, block, at if isinstance(at, (int, str)) else None)
    found = in_block(block, *which, scope, follower)
    if found is None:
        return None if which[0] is None else Statement(block.file, lines_of(block), hidden=document.hidden)
    return replace(found, hidden=found.hidden or document.hidden)


def in_block(block: Block, index: int | None, sid: str | None, scope: Scope, follower: Follower) -> Statement | None:
    """The statement of an aws_iam_policy_document block: with its Sid, else at its position."""
    blocks = nested(block, "statement")
    repeats = repeats_of(block, scope)
    named = [one for one in blocks if sid and _literal(one.attributes.get("sid")) == sid]
    own = Statement(named[0].file, lines_of(named[0]), tuple(_elements(named[0], scope, repeats))) if named else None
    if own is not None and not block.attributes.keys() & _OVERRIDES:
        return own
    if block.attributes.keys() & {*_SOURCES, *_OVERRIDES}:
        ways = [_in_others(block, names, sid, scope, follower) for names in (_OVERRIDES, _SOURCES)] if sid else []
        return next((one for one in (*ways[:1], own, *ways[1:]) if one is not None), None)
    if index is None:
        return None
    for one in blocks:
        made = follower.repeated(one, scope, repeats)
        if made is None:
            return None
        if index < len(made):
            body = made[index]
            elements = tuple(_elements(body.block, body.scope, body.repeats))
            return Statement(body.block.file, lines_of(body.block), elements)
        index -= len(made)
    return None


def _in_others(
    block: Block, names: tuple[str, ...], sid: str | None, scope: Scope, follower: Follower
) -> Statement | None:
    """The statement with a Sid in the documents that arguments of a block name; of several the last counts."""
    given = (block.attributes[name] for name in names if name in block.attributes)
    lists = (follower.written_out(written(one, scope, repeats_of(block, scope))) for one in given)
    documents = [part for one in lists for part in follower.members(one) or [one]]
    ways = (statement(one, None, sid, follower) for one in reversed(documents))
    return next((one for one in ways if one is not None), None)


def _literal(attribute: Attribute | None) -> object:
    return attribute.expression.value if attribute and isinstance(attribute.expression, Literal) else None


def _elements(block: Block, scope: Scope, repeats: tuple[Repeat, ...]) -> Iterator[tuple[str, Written]]:
    for name, element in _OF_BLOCKS.items():
        attribute = block.attributes.get(name)
        if attribute is not None:
            yield element, written(attribute, scope, repeats)
        for inner in nested(block, name):
            yield element, Written(Literal(None), inner.file, lines_of(inner), scope)
