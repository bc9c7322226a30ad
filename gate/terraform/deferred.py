"""`data.aws_iam_policy_document` reads that Terraform defers until apply, rebuilt from their planned arguments.

Their `json` is unknown as a whole, but the arguments are planned: every action is there, only what depends on something
not yet created is missing. Merging follows the data source's documentation:
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from gate.terraform.configuration import Origin, References
from gate.terraform.plan import UNKNOWN, ResourceChange, after, change
from gate.unknown import OneOf, Template, Unresolved, Value

DATA_TYPE = "aws_iam_policy_document"
JSON_ATTRIBUTES = frozenset({"json", "minified_json", ""})  # old Terraform tells the block only
_MAX_DEPTH = 20
_ELEMENTS = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)


def document(resource: ResourceChange, references: References, depth: int = 0) -> Value:
    """The policy document that a deferred read will give, with Unresolved for what is not known yet."""
    arguments = after(change(resource))
    if not isinstance(arguments, dict) or depth > _MAX_DEPTH:
        return Unresolved((resource.address,))
    version = arguments.get("version")
    statements: list[Value] = []
    for attribute in ("source_json", "source_policy_documents"):
        for source in _documents(arguments.get(attribute), attribute, resource, references, depth):
            statements = _merged(statements, _statements(source))
    statements = _merged(statements, _own(arguments.get("statement"), resource, references))
    for attribute in ("override_json", "override_policy_documents"):
        for override in _documents(arguments.get(attribute), attribute, resource, references, depth):
            if isinstance(override, Unresolved):
                return override  # it may replace any statement, so nothing of the document is left to rely on
            statements = _merged(statements, _statements(override))
    return {"Version": version if isinstance(version, str) else "2012-10-17", "Statement": statements}


def referred(origin: Origin, resource: ResourceChange, references: References, depth: int = 0) -> Value | None:
    """The document of the one deferred read that an expression refers to, None if it does not refer to just that."""
    target = origin.only
    if target is None or target.mode != "data" or target.type != DATA_TYPE or target.attribute not in JSON_ATTRIBUTES:
        return None
    reads = references.instances(target, resource)
    if not reads:
        return None
    found = [document(read, references, depth) for read in reads]
    return found[0] if all(other == found[0] for other in found) else OneOf(tuple(found))


def _documents(
    value: Any, attribute: str, resource: ResourceChange, references: References, depth: int
) -> Iterator[Value]:
    if value is None or value == "":
        return
    if value is UNKNOWN or (isinstance(value, list) and UNKNOWN in value):
        listed = value if isinstance(value, list) else [value]
        expression = references.expression(resource, attribute)
        origin = references.origin(resource, expression)
        unknown = sum(element is UNKNOWN for element in listed)
        for element in listed:
            if element is not UNKNOWN:
                yield _parsed(element)
            elif unknown == 1:
                content = referred(origin, resource, references, depth + 1)
                yield Unresolved(origin.names) if content is None else content
            else:
                yield Unresolved(origin.names)
        return
    for element in value if isinstance(value, list) else [value]:
        yield _parsed(element)


def _parsed(text: Any) -> Value:
    try:
        return json.loads(text) if isinstance(text, str) else Unresolved()
    except ValueError:
        return Unresolved()


def _statements(policy: Value) -> list[Value]:
    if isinstance(policy, (Unresolved, OneOf, Template)):
        return [policy]
    listed = policy.get("Statement") if isinstance(policy, dict) else None
    return listed if isinstance(listed, list) else [] if listed is None else [listed]


def _merged(statements: list[Value], added: list[Value]) -> list[Value]:
    """A statement with the Sid of an earlier one takes its place, one without a Sid, or with a new one, comes last."""
    result = list(statements)
    for statement in added:
        sid = statement.get("Sid") if isinstance(statement, dict) else None
        same = [i for i, other in enumerate(result) if sid and isinstance(other, dict) and other.get("Sid") == sid]
        if same:
            result[same[0]] = statement
        else:
            result.append(statement)
    return result


def _own(blocks: Any, resource: ResourceChange, references: References) -> list[Value]:
    if blocks is UNKNOWN:
        return [Unresolved((f"{resource.address}.statement",))]
    planned = blocks if isinstance(blocks, list) else []
    block = references.block(resource)
    written = block.expressions.get("statement") if block and isinstance(block.expressions, dict) else None
    expressions = written if isinstance(written, list) and len(written) == len(planned) else [None] * len(planned)
    return [
        _statement(values, expression, resource, references)
        for values, expression in zip(planned, expressions, strict=True)
    ]


def _statement(values: Any, expressions: Any, resource: ResourceChange, references: References) -> Value:
    if not isinstance(values, dict):
        return Unresolved((f"{resource.address}.statement",))
    written = expressions if isinstance(expressions, dict) else {}

    def known(value: Any, expression: Any) -> Value:
        return _resolve(value, references.origin(resource, expression), resource)

    statement: dict[str, Value] = {}
    if values.get("sid"):
        statement["Sid"] = known(values["sid"], written.get("sid"))
    effect = values.get("effect")
    statement["Effect"] = "Allow" if effect is None else known(effect, written.get("effect"))
    for argument, element in _ELEMENTS:
        if values.get(argument):
            statement[element] = known(values[argument], written.get(argument))
    if values.get("principals"):
        statement["Principal"] = "*"
    if values.get("not_principals"):
        statement["NotPrincipal"] = "*"
    conditions = values.get("condition")
    if conditions is UNKNOWN:
        statement["Condition"] = Unresolved((f"{resource.address}.statement.condition",))
    elif conditions:
        statement["Condition"] = dict(_conditions(conditions, resource))
    return statement


def _conditions(blocks: Iterable[Any], resource: ResourceChange) -> Iterator[tuple[str, Value]]:
    tests: dict[str, Value] = {}
    for block in blocks:
        test = block.get("test") if isinstance(block, dict) else UNKNOWN
        variable = block.get("variable") if isinstance(block, dict) else UNKNOWN
        if not isinstance(test, str) or not isinstance(variable, str):
            yield "(known after apply)", Unresolved((f"{resource.address}.statement.condition",))
            continue
        listed = _resolve(block.get("values"), Origin(), resource)
        clauses = tests.setdefault(test, {})
        clauses[variable] = _joined(clauses.get(variable), listed)
    yield from tests.items()


def _joined(before: Value, more: Value) -> Value:
    if before is None:
        return more
    return [*before, *more] if isinstance(before, list) and isinstance(more, list) else Unresolved()


def _resolve(value: Any, origin: Origin, resource: ResourceChange) -> Value:
    """A planned value with its unknown leaves named: exactly one unknown and one reference belong together."""
    if value is UNKNOWN:
        return Unresolved(origin.names, exact=origin.only is not None)
    if isinstance(value, list):
        unknown = sum(element is UNKNOWN or element is None for element in value)
        exact = len(origin.targets) == unknown and not origin.dead_ends
        names = iter(origin.names)
        return [
            (Unresolved((next(names),), exact=True) if exact else Unresolved(origin.names))
            if element is UNKNOWN or element is None
            else _unescaped(element)
            for element in value
        ]
    return _unescaped(value)


def _unescaped(value: Any) -> Any:
    """`&{...}` is how the data source writes a policy variable, since `${...}` is Terraform's own."""
    return value.replace("&{", "${") if isinstance(value, str) else value
