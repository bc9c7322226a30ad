"""Whether a block of the source is the block that the plan was made from, as far as `configuration` shows it."""

from collections.abc import Callable

from gate.hcl.syntax import CALL_ARGUMENTS, META_ARGUMENTS, Attribute, Block, Expression, nested
from gate.hcl.values import is_known, same
from gate.plan.configuration import ConfigurationModule, ConfigurationResource, ModuleCall
from gate.plan.expressions import references_of
from gate.plan.shapes import Json
from gate.source.facts import ModulePath
from gate.source.mentions import disagree, mentioned
from gate.unknown import Value

Literally = Callable[[Expression], Value]
_REPEAT = {"count": "count_expression", "for_each": "for_each_expression"}


def configured(root: ConfigurationModule, path: ModulePath, key: tuple[str, str, str]) -> ConfigurationResource | None:
    """The entry of `configuration` for a block: `key` is mode, type and name."""
    module = root.called(name for name, _ in path)
    resources = module.resources if module else ()
    return next((one for one in resources if (one.mode, one.type, one.name) == key), None)


def resource_disagreement(entry: ConfigurationResource, block: Block, literally: Literally) -> str | None:
    """What differs between a block of `configuration` and of the source, as the end of a sentence; None if nothing."""
    return _repetition(entry, block, literally) or _body(entry.expressions, block, literally, META_ARGUMENTS)


def call_disagreement(call: ModuleCall, block: Block, literally: Literally) -> str | None:
    """The same for the arguments of a module call."""
    return _repetition(call, block, literally) or _body(call.expressions, block, literally, CALL_ARGUMENTS)


def _repetition(entry: ConfigurationResource | ModuleCall, block: Block, literally: Literally) -> str | None:
    """What differs in `count` or `for_each`; one that refers to nothing is left out of `configuration`."""
    for name, key in _REPEAT.items():
        expected, attribute = getattr(entry, key), block.attributes.get(name)
        if expected is None and attribute is not None and not any(mentioned(attribute.expression)):
            continue
        difference = _argument(name, expected, attribute, block.json, literally)
        if difference:
            return difference
    return None


def _body(expressions: Json, block: Block, literally: Literally, aside: frozenset[str]) -> str | None:
    listed = expressions if isinstance(expressions, dict) else {}
    for name, expected in listed.items():
        found = nested(block, name)
        attribute = block.attributes.get(name)
        if _is_blocks(expected) or (attribute is None and found):
            difference = _blocks(name, expected, tuple(one for one in found if one.type != "dynamic"), literally)
        else:
            difference = _argument(name, expected, attribute, block.json, literally)
        if difference:
            return difference
    for name in block.attributes:
        if name not in listed and name not in aside and not block.json:
            return f"`{name}` is only in the source"
    for inner in block.blocks:
        if inner.type not in listed and inner.type not in aside and inner.type not in ("dynamic", "timeouts"):
            return f"a `{inner.type}` block is only in the source"
    return None


def _is_blocks(expected: Json) -> bool:
    if isinstance(expected, list):
        return True
    return isinstance(expected, dict) and bool(expected) and not {"constant_value", "references"} & expected.keys()


def _blocks(name: str, expected: Json, found: tuple[Block, ...], literally: Literally) -> str | None:
    wanted = expected if isinstance(expected, list) else [expected]
    if len(wanted) != len(found):
        return f"the plan has {len(wanted)} `{name}` blocks, the source {len(found)}"
    differences = (_body(one, block, literally, META_ARGUMENTS) for one, block in zip(wanted, found, strict=True))
    return next((f"in `{name}`, {difference}" for difference in differences if difference), None)


def _argument(name: str, expected: Json, attribute: Attribute | None, json: bool, literally: Literally) -> str | None:
    if expected is None and attribute is None:
        return None
    if attribute is None:
        return f"`{name}` is only in the plan"
    if not isinstance(expected, dict):
        return f"`{name}` is only in the source" if expected is None else None
    written = set(mentioned(attribute.expression))
    only_plan, only_source = disagree(references_of(expected), written)
    if only_plan:
        return f"`{name}` refers to `{min(only_plan)}` only in the plan"
    if only_source:
        return f"`{name}` refers to `{min(only_source)}` only in the source"
    if "constant_value" in expected:
        value, constants = literally(attribute.expression), [expected["constant_value"]]
        if json:
            from gate.hcl.json_syntax import argument  # few sources have any

            constants.append(literally(argument(expected["constant_value"])))  # a plan has the template itself
        if is_known(value) and not any(same(value, one) for one in constants):
            return f"`{name}` has another value in the source"
    return None
