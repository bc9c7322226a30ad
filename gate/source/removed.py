"""`removed` blocks: what runs when a resource is destroyed whose own block is gone. A plan's `configuration` has none.

Source: https://developer.hashicorp.com/terraform/language/block/removed.
"""

from collections.abc import Callable, Iterator

from gate.hcl.syntax import Block, Expression, GetAttribute, Name, Traversal
from gate.plan.addresses import Located
from gate.source.facts import ModulePath, module_path
from gate.source.modules import ModuleInstance


def removals(
    resource: Located, instance: Callable[[ModulePath], ModuleInstance]
) -> Iterator[tuple[ModuleInstance, Block]]:
    """The blocks that remove a resource, each with the instance of the module that it stands in."""
    path = module_path(resource.module_address)
    for depth in range(len(path) + 1):
        here = instance(path[:depth])
        wanted = [step for name, _ in path[depth:] for step in ("module", name)] + [resource.type, resource.name]
        for block in here.module.removed if here.module else ():
            source = block.attributes.get("from")
            if source is not None and _steps(source.expression) == wanted:
                yield here, block


def _steps(expression: Expression) -> list[str]:
    """The names in a reference, without instance keys."""
    if not isinstance(expression, Traversal) or not isinstance(expression.base, Name):
        return []
    return [expression.base.name, *(step.name for step in expression.steps if isinstance(step, GetAttribute))]
