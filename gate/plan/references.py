"""What the plan's `configuration` says of a resource: its block, and what an expression refers to.

`configuration` lists references and constants, never the expression, and leaves locals out
(https://developer.hashicorp.com/terraform/internals/json-format#expression-representation).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from posixpath import normpath
from typing import TYPE_CHECKING, Any

import msgspec

from gate.plan.addresses import Instance, Located, Target, module_path, target_of
from gate.plan.attributes import BLOCK_NAMES, marked, text_of
from gate.plan.configuration import ConfigurationModule, ConfigurationResource
from gate.plan.decoded import after, change
from gate.plan.instances import Instances
from gate.plan.model import Plan
from gate.plan.shapes import ResourceChange

if TYPE_CHECKING:  # loaded only where a plan hides what a resource gives
    from gate.plan.following import Found, InLocal
    from gate.plan.strays import Strays

_Kind = tuple[tuple[str, ...], str, str]  # of blocks: the names of their module calls, mode, type
_Key = tuple[tuple[str, ...], str, str, str]  # a block: the same and its name
_NULL = {"constant_value": None}


class Origin(msgspec.Struct, frozen=True, gc=False):
    """Where an expression's value comes from: `targets`, `dead_ends` that can't be followed (locals, ...), and `flags`,
    variables that are true or false, or nothing at all, which choose and are no part of what is not known."""

    targets: tuple[Target, ...] = ()
    dead_ends: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def only(self) -> Target | None:
        """The one thing that the expression refers to, if there is just one."""
        return self.targets[0] if len(self.targets) == 1 and not self.dead_ends else None

    @property
    def is_nothing(self) -> bool:
        """Whether all that it refers to are flags: what they choose, the plan would show, unless it is nothing."""
        return bool(self.flags) and not self.targets and not self.dead_ends

    @property
    def names(self) -> tuple[str, ...]:
        """Every reference, for messages."""
        return tuple(target.address for target in self.targets) + self.dead_ends + self.flags


class References:
    """Follows references through one plan."""

    def __init__(self, plan: Plan, strays: "Callable[[], Strays | None]" = lambda: None) -> None:
        """`strays`: whom the provider blocks ask, None where all of them ask AWS, or none does."""
        self._plan = plan
        self._find_strays = strays
        self._instances: dict[_Key, Instances] = {}

    @cached_property
    def _root(self) -> ConfigurationModule:
        return self._plan.configuration().root_module

    @cached_property
    def _blocks(self) -> dict[_Kind, dict[str, ConfigurationResource]]:
        """By kind and name: a key of its own for every block would take as much memory as its name does."""
        blocks: dict[_Kind, dict[str, ConfigurationResource]] = defaultdict(dict)
        pending: list[tuple[tuple[str, ...], ConfigurationModule]] = [((), self._root)]
        while pending:
            path, module = pending.pop()
            for block in module.resources:
                blocks[path, block.mode, block.type][block.name] = block
            for name, call in module.module_calls.items():
                if call.module is not None:
                    pending.append(((*path, name), call.module))
        return blocks

    @cached_property
    def _changes(self) -> dict[_Key, list[ResourceChange]]:
        found = defaultdict(list)
        for resource in self._plan.resource_changes:
            found[module_path(resource.module_address), resource.mode, resource.type, resource.name].append(resource)
        return found

    def add(self, entry: ResourceChange, block: ConfigurationResource) -> None:
        """Lets something be found that stands inside of another resource."""
        key = (module_path(entry.module_address), entry.mode, entry.type, entry.name)
        self._blocks[key[:-1]][entry.name] = block
        if entry.mode == "managed":
            self._changes[key].append(entry)
            self._instances.pop(key, None)

    def with_provisioners(self) -> Iterator[tuple[ConfigurationResource, list[ResourceChange]]]:
        """Every block that has provisioners, with its instances."""
        for kind, blocks in self._blocks.items():
            for name, block in blocks.items():
                if block.raw_provisioners and block.provisioners:
                    yield block, self._changes.get((*kind, name), [])

    def block(self, resource: Located) -> ConfigurationResource | None:
        """The block of a resource; None for one that the configuration no longer has, and in a trimmed plan."""
        return self._block((module_path(resource.module_address), resource.mode, resource.type), resource.name)

    def depends_on(self, resource: Instance, depth: int) -> Sequence[str]:
        """The `depends_on` of a resource's block or of the module call that has it, so many modules below the root."""
        path = module_path(resource.module_address)
        block = self.block(resource) if depth == len(path) else self._root.call(path[: depth + 1])
        return block.depends_on if block is not None else ()

    def data_block(self, module_address: str, address: str) -> ConfigurationResource | None:
        """The block of a data source at an address."""
        target = target_of(address)
        return self._block((module_path(module_address), "data", target.type), target.name) if target else None

    def _block(self, kind: _Kind, name: str) -> ConfigurationResource | None:
        found = self._blocks.get(kind)
        return found.get(name) if found else None

    @property
    def present(self) -> bool:
        """Whether the plan has a configuration at all."""
        return bool(self._blocks)

    def configured(self, resource: Instance) -> frozenset[str]:
        """The attributes and nested blocks that the block sets, to something else than null (a `dynamic` block does not
        show)."""
        block = self.block(resource)
        if block is None or not isinstance(block.expressions, dict):
            return frozenset()
        return frozenset(name for name, expression in block.expressions.items() if expression != _NULL)

    def is_configured(self, resource: Instance, attribute: str) -> bool:
        """Whether the block sets an attribute."""
        return attribute in self.configured(resource)

    def constant(self, resource: Instance, attribute: str) -> Any:
        """The constant that a block sets an attribute to, None where it sets none."""
        expression = self.expression(resource, attribute)
        return expression.get("constant_value") if isinstance(expression, dict) else None

    def written_blocks(self, resource: Instance, name: str) -> int:
        """How many nested blocks of a type the block has (a `dynamic` block does not show)."""
        block = self.block(resource)
        written = block.expressions.get(name) if block and isinstance(block.expressions, dict) else None
        return len(written) if isinstance(written, list) else 0

    def expression(
        self, resource: Instance, path: str, position: str | None = None, *, by_constant: bool = False
    ) -> Any:
        """The expression of an attribute path; `position` picks a nested block by the constant of its name, or the
        only one without such a constant, unless it has to be `by_constant`."""
        block = self.block(resource)
        expression = block.expressions if block else None
        for step in path.split("."):
            if not isinstance(expression, dict):
                return None
            expression = expression.get(step.removesuffix("[]"))
            if isinstance(expression, list):
                names = [_constant_name(block) for block in expression]
                wanted = position if position in names or len(names) != 1 else None
                is_told = names.count(wanted) == 1 and not (by_constant and wanted is None)
                expression = expression[names.index(wanted)] if is_told else None
        return expression

    def origin(self, resource: Instance, expression: Any) -> Origin:
        """What an expression of a resource's block refers to, followed through variables and module outputs. What may
        not come from AWS is a dead end."""
        found = self._found(resource, expression)
        strays = [one for one in found.targets if self.stray(one, resource) and not self._is_known(one)]
        targets = tuple(target for target in found.targets if target not in strays) if strays else (*found.targets,)
        return Origin(targets, (*(target.address for target in strays), *found.dead_ends), tuple(found.flags))

    def stray(self, target: Target, referrer: Located | None = None) -> str | None:
        """The key of the provider that gives what a reference leads to, if that may not come from AWS. A referrer whose
        own IAM is a stand-in believes it."""
        if not target.type.startswith(("aws_", "awscc_")) or (strays := self._strays) is None:
            return None
        given = self._block((target.module, target.mode, target.type), target.name)
        if given is None or not strays.by(given.provider_config_key).is_stray(target.type):
            return None
        own = self.block(referrer) if referrer is not None else None
        return None if own is not None and strays.by(own.provider_config_key).stands_in else given.provider_config_key

    def _is_known(self, target: Target) -> bool:
        """Whether the plan shows what a reference leads to; what is read before the plan is no change of it."""
        found = self.changes(target)
        return all(text_of(after(change(one)), target.attribute) for one in found) and (
            bool(found) or target.mode == "data"
        )

    @cached_property
    def _strays(self) -> "Strays | None":
        return self._find_strays()

    def needed(self, resource: Instance, expressions: Any, in_local: "InLocal") -> Iterator[Target]:
        """All that has to be there before expressions of a resource's block can be evaluated, as far as it shows."""
        yield from self._found(resource, expressions, in_local).targets

    def _found(self, resource: Instance, expression: Any, in_local: "InLocal | None" = None) -> "Found":
        from gate.plan.following import Found, Where, follow  # many plans hide nothing

        block = self.block(resource)
        each = block.for_each_expression if block else None
        found = Found({}, {}, {})
        where = Where(module_path(resource.module_address), each, 0, in_local)
        follow(expression, where, found, self._root, lambda: self._variables)
        return found

    def module_source(self, module_address: str) -> tuple[str, ...]:
        """Where the text of a module stands, as its calls say it: the same for every call of one module.

        A local path is relative to the module of the call, and what is not is a package of its own
        (https://developer.hashicorp.com/terraform/language/modules/configuration#source).
        """
        package, folder = "", ""
        path = module_path(module_address)
        for depth in range(1, len(path) + 1):
            call = self._root.call(path[:depth])
            if call is None or not call.source:
                return path
            is_local = call.source.startswith(("./", "../"))
            package, folder = (package, f"{folder}/{call.source}") if is_local else (call.source, "")
        return package, normpath(folder.lstrip("/")) if folder else ""

    def changes(self, target: Target) -> Sequence[ResourceChange]:
        """The resource changes of the block that a reference leads to, in the one module instance that it may name."""
        return self._of(target).all

    def asked(self, target: Target, argument: str) -> tuple[ResourceChange, str] | None:
        """The one data source that a reference leads to and that is read during the apply, and the text by which it
        asks; None where the plan does not say it, or marks it as sensitive. Raises GateError."""
        reads = [read for read in self.changes(target) if read.index == target.key]
        if len(reads) != 1:
            return None
        planned = change(reads[0])
        values = after(planned)
        text = values.get(argument) if isinstance(values, dict) else None
        return (reads[0], text) if isinstance(text, str) and not marked(planned.after_sensitive, argument) else None

    def instances(self, target: Target, referrer: Instance) -> Sequence[ResourceChange]:
        """The resource changes that a reference may mean: the one with the same key; where none can be told, all."""
        found = self._of(target)
        agreeing = found.agreeing_with(referrer.module_address)
        found = agreeing if agreeing.all else found
        keyed = found.with_key(referrer.index if target.key is None else target.key)
        return keyed.all or found.all

    def _of(self, target: Target) -> Instances:
        key = (target.module, target.mode, target.type, target.name)
        if key not in self._instances:
            current = (one for one in self._changes.get(key, ()) if one.deposed is None or one.deposed is False)
            self._instances[key] = Instances(current)
        found = self._instances[key]
        return found if target.within is None else found.within(target.within)

    @cached_property
    def _variables(self) -> dict[str, Any]:
        return self._plan.variables()


def _constant_name(block: Any) -> str | None:
    for name in BLOCK_NAMES:
        value = block.get(name) if isinstance(block, dict) else None
        if isinstance(value, dict) and isinstance(value.get("constant_value"), str):
            return str(value["constant_value"])
    return None
