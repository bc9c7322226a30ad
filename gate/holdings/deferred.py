"""`data.aws_iam_policy_document` reads that Terraform defers until apply, rebuilt from their planned arguments.

Their `json` is unknown as a whole, but the arguments are planned: every action is there, only what depends on something
not yet created is missing. Merging follows the data source's documentation:
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from gate.holdings.hidden_values import Evidence, in_order, listed, structured
from gate.holdings.resource_types import KEY_ARNS
from gate.plan.addresses import Instance, Target
from gate.plan.model import after, change
from gate.plan.references import Origin
from gate.plan.shapes import UNKNOWN, ResourceChange
from gate.unknown import OneOf, Template, Unresolved, Value, unknown_key

DATA_TYPE = "aws_iam_policy_document"
JSON_ATTRIBUTES = frozenset({"json", "minified_json", ""})  # old Terraform tells the block only
_MAX_DEPTH = 20
_MAX_STATEMENTS = 500  # a policy of the largest size that AWS takes has fewer
_NAMES = {
    "Version", "Id", "Statement", "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition",
    "Principal", "NotPrincipal",
}  # fmt: skip
_ANY_SID = Unresolved()
_LOWER_NAMES = {name.lower() for name in _NAMES}
_ELEMENTS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


def document(resource: ResourceChange, evidence: Evidence, depth: int = 0) -> Value:
    """The policy document that a deferred read will give, with Unresolved for what is not known yet."""
    if resource.address not in evidence.documents:
        evidence.documents[resource.address] = Unresolved((resource.address,))  # while it is being built: a cycle
        evidence.documents[resource.address] = _built(resource, evidence, depth)
    return evidence.documents[resource.address]


def _built(resource: ResourceChange, evidence: Evidence, depth: int) -> Value:
    arguments = after(change(resource))
    if not isinstance(arguments, dict) or depth > _MAX_DEPTH:
        return Unresolved((resource.address,))
    version = arguments.get("version")
    statements: list[Value] = []
    for attribute in ("source_json", "source_policy_documents"):
        for source in _documents(arguments.get(attribute), attribute, resource, evidence, depth):
            statements = _merged(statements, _statements(source))[: _MAX_STATEMENTS + 1]
    own = _own(arguments.get("statement"), resource, evidence)
    statements = _merged(statements, own)
    for attribute in ("override_policy_documents", "override_json"):  # in the provider's order
        for override in _documents(arguments.get(attribute), attribute, resource, evidence, depth):
            if isinstance(override, (Unresolved, OneOf, Template)):
                return Unresolved()  # it may replace any statement, so nothing of the document is left to rely on
            statements = _merged(statements, _statements(override))[: _MAX_STATEMENTS + 1]
    if len(statements) > _MAX_STATEMENTS:
        return Unresolved((resource.address,))
    return {"Version": version if isinstance(version, str) else "2012-10-17", "Statement": statements}


def referred(target: Target | None, resource: Instance, evidence: Evidence, depth: int = 0) -> Value | None:
    """The document of the deferred read that a reference leads to, None if it does not lead to one."""
    if target is None or target.mode != "data" or target.type != DATA_TYPE or target.attribute not in JSON_ATTRIBUTES:
        return None
    reads = evidence.references.instances(target, resource)
    if not reads:
        return None
    found = [document(read, evidence, depth) for read in reads]
    return found[0] if all(other == found[0] for other in found) else OneOf(tuple(found))


def _documents(value: Any, attribute: str, resource: Instance, evidence: Evidence, depth: int) -> Iterator[Value]:
    """The documents of an argument; the unknown ones from the source, else from the one reference that is left."""
    elements = value if isinstance(value, list) else [] if value is None or value == "" else [value]
    unknown = [element for element in elements if element is UNKNOWN or element is None]
    if unknown:
        sourced = evidence.value(resource, attribute)
        if sourced is not None and not in_order(sourced):
            yield Unresolved()  # which of them takes the place of another is open
            return
        if sourced is not None:
            for element in listed(sourced):
                read = referred(evidence.target(element), resource, evidence, depth + 1)
                content = structured(element) if read is None else read
                yield _parsed(content) if isinstance(content, str) else content
            return
    origin = evidence.references.origin(resource, evidence.references.expression(resource, attribute))
    counted = value is not UNKNOWN or not attribute.endswith("documents")  # a whole unknown list may hold more
    for element in elements:
        if element is not UNKNOWN and element is not None:
            yield _parsed(element)
        else:
            content = referred(origin.only, resource, evidence, depth + 1) if len(unknown) == 1 and counted else None
            yield Unresolved(origin.names) if content is None else content


def _parsed(text: Any) -> Value:
    """A document given as text. The provider reads element names in any case and takes the last of equal ones; a text
    that makes use of that is not relied on."""
    try:
        if text == "":
            return {}
        document = json.loads(text, object_pairs_hook=_strict) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return Unresolved()
    return document if isinstance(document, dict) else Unresolved()


def _strict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len({name.lower() for name in found}) != len(pairs) or any(
        name not in _NAMES and name.lower() in _LOWER_NAMES for name in found
    ):
        raise ValueError("not as IAM spells it")
    return found


def _statements(policy: Value) -> list[Value]:
    if isinstance(policy, OneOf):
        return [OneOf(tuple(_statements(alternative) for alternative in policy.alternatives))]
    if isinstance(policy, (Unresolved, Template)):
        return [policy]
    found = policy.get("Statement") if isinstance(policy, dict) else None
    return found if isinstance(found, list) else [] if found is None else [found]


def _merged(statements: list[Value], added: list[Value]) -> list[Value]:
    """A statement with the Sid of an earlier one takes its place, one without a Sid, or with a new one, comes last.

    One whose Sid is unknown may take the place of any: what was there before is there or not. Added statements do not
    replace one another.
    """
    result = list(statements)
    for statement in added:
        sid = statement.get("Sid") if isinstance(statement, dict) else None
        if not isinstance(statement, dict) or (sid is not None and not isinstance(sid, str)):
            result = [
                OneOf((other, None)) if i < len(statements) and _sid(other) else other for i, other in enumerate(result)
            ]
        same = [i for i, other in enumerate(result[: len(statements)]) if sid and _sid(other) == sid]
        if isinstance(sid, str) and same:
            result[same[0]] = statement
        else:
            result.append(statement)
    return [_maybe(other, added) if i < len(statements) else other for i, other in enumerate(result)]


def _sid(statement: Value) -> Any:
    """The Sid of a statement; one of which nothing is known may have any."""
    return statement.get("Sid") if isinstance(statement, dict) else _ANY_SID


def _maybe(statement: Value, added: list[Value]) -> Value:
    """A statement whose own Sid is unknown may be replaced by any that is added with one."""
    sid = _sid(statement)
    replaceable = sid is not None and not isinstance(sid, str) and any(_sid(other) for other in added)
    return OneOf((statement, None)) if replaceable else statement


def _own(blocks: Any, resource: Instance, evidence: Evidence) -> list[Value]:
    if blocks is UNKNOWN:
        sourced = evidence.blocks(resource, "statement")
        return [Unresolved((f"{resource.address}.statement",))] if sourced != [] else []
    planned = blocks if isinstance(blocks, list) else []
    block = evidence.references.block(resource)
    written = block.expressions.get("statement") if block and isinstance(block.expressions, dict) else None
    expressions = written if isinstance(written, list) and len(written) == len(planned) else [None] * len(planned)
    open_parts = any(_has_unknown(values) for values in planned)
    found = evidence.blocks(resource, "statement") if open_parts else None
    sourced = found if isinstance(found, list) and len(found) == len(planned) else [None] * len(planned)
    return [
        _statement(values, expression, source, resource, evidence)
        for values, expression, source in zip(planned, expressions, sourced, strict=True)
    ]


def _has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_unknown, value.values()))
    return any(map(_has_unknown, value)) if isinstance(value, list) else value is UNKNOWN


def _statement(values: Any, expressions: Any, source: Any, resource: Instance, evidence: Evidence) -> Value:
    if not isinstance(values, dict):
        return Unresolved((f"{resource.address}.statement",))
    written = expressions if isinstance(expressions, dict) else {}
    denies = values.get("effect") not in (None, "Allow")

    def known(argument: str) -> Value:
        if isinstance(source, dict) and argument in source:
            return _sourced(values[argument], source[argument])
        origin = evidence.references.origin(resource, written.get(argument))
        return _resolve(values[argument], origin, proof=not denies)

    statement: dict[str, Value] = {}
    if values.get("sid"):
        statement["Sid"] = known("sid")
    statement["Effect"] = "Allow" if values.get("effect") is None else known("effect")
    for argument, element in _ELEMENTS.items():
        if values.get(argument):
            statement[element] = known(argument)
    if values.get("principals"):
        statement["Principal"] = "*"
    if values.get("not_principals"):
        statement["NotPrincipal"] = "*"
    conditions = values.get("condition")
    if conditions is UNKNOWN:
        statement["Condition"] = Unresolved((f"{resource.address}.statement.condition",))
    elif isinstance(conditions, list) and conditions:
        statement["Condition"] = dict(_conditions(conditions, resource))
    return statement


def _sourced(value: Any, source: Value) -> Value:
    """A planned value whose unknown leaves are those that the source has: as many, and all that it knows is planned."""
    if value is UNKNOWN:
        return source if isinstance(source, (str, list, Unresolved, Template, OneOf)) else Unresolved()
    if not isinstance(value, list):
        return _unescaped(value)
    known = [_unescaped(element) for element in value if element is not UNKNOWN and element is not None]
    unknown = [element for element in listed(source) if not isinstance(element, str)]
    missing = len(value) - len(known) - len(unknown)
    return [*known, *unknown, *[Unresolved()] * max(missing, 0)]


def _conditions(blocks: Iterable[Any], resource: Instance) -> Iterator[tuple[str, Value]]:
    tests: dict[str, Value] = {}
    for block in blocks:
        test = block.get("test") if isinstance(block, dict) else UNKNOWN
        variable = block.get("variable") if isinstance(block, dict) else UNKNOWN
        if not isinstance(test, str) or not isinstance(variable, str):
            yield "(known after apply)", Unresolved((f"{resource.address}.statement.condition",))
            continue
        values = _resolve(block.get("values"), Origin())
        clauses = tests.setdefault(test, {})
        clauses[variable] = _joined(clauses.get(variable), values)
    yield from tests.items()


def _joined(before: Value, more: Value) -> Value:
    if before is None:
        return more
    return [*before, *more] if isinstance(before, list) and isinstance(more, list) else Unresolved()


def _resolve(value: Any, origin: Origin, *, proof: bool = False) -> Value:
    """A planned value with its unknown leaves named.

    As many references as unknown leaves, all of them ARNs of keys, are taken for these keys (`proof`): an expression
    around one could make it anything, but hardly a narrower grant. A Deny could be made of something else.
    """
    if value is UNKNOWN:
        return Unresolved(origin.names)
    if isinstance(value, list):
        unknown = sum(element is UNKNOWN or element is None for element in value)
        keys = all((target.type, target.attribute) in KEY_ARNS for target in origin.targets)
        told = keys and len(origin.targets) == unknown and not origin.dead_ends
        names = iter(origin.names)

        def hole() -> Unresolved:
            name = next(names) if told else ""
            return Unresolved((name,), proof, "" if proof else unknown_key(name)) if told else Unresolved(origin.names)

        return [hole() if element is UNKNOWN or element is None else _unescaped(element) for element in value]
    return _unescaped(value)


def _unescaped(value: Any) -> Any:
    """`&{...}` is how the data source writes a policy variable, since `${...}` is Terraform's own."""
    return value.replace("&{", "${") if isinstance(value, str) else value
