"""The source of one plan, and the questions it answers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from gate.hcl.blocks import expanded
from gate.hcl.syntax import Block, Expression, Literal, Name, Traversal, nested
from gate.hcl.text import IsText, finished, finished_block
from gate.hcl.values import ExhaustedError, RefusedError
from gate.hcl.work import Scope, Work
from gate.plan.addresses import Located
from gate.plan.model import Plan
from gate.plan.notation import Notation
from gate.report import Location
from gate.source import agreement
from gate.source.excerpt import Files
from gate.source.facts import ModulePath, module_path
from gate.source.following import Follower
from gate.source.harmless import disbelieved
from gate.source.location import Locator, Sought
from gate.source.mentions import mentioned
from gate.source.modules import ModuleInstance
from gate.source.named_values import NamedValues
from gate.source.notation import notation
from gate.source.place_values import Values
from gate.source.tree import Tree
from gate.unknown import Unresolved, Value


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no value. `proven`: the block was found, and its source does not set this; else it was not found."""

    reason: str
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance of a resource or data source; `module_address` and `index` as in a plan."""

    mode: str
    type: str
    name: str
    module_address: str = ""
    index: int | str | None = None


@dataclass(slots=True)
class Source:
    """Read only as far as questions ask; all answers together have one budget, after which everything is unknown."""

    _plan: Plan
    _tree: Tree
    _world: NamedValues
    _work: Work
    _locator: Locator | None = None
    _is_stray: Callable[[str, Located | None], bool] | None = None

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read so far, one line each."""
        return tuple(self._tree.problems)

    def misfit(self) -> str | None:
        """Why the folder is not that of the plan's root module, None where it is: both have the same resource, data and
        module blocks. What can't be read, such as a file behind a link, may hold what is missing."""
        configured = self._world.configuration().root_module
        root = self._world.modules.root()
        wanted = {(one.mode, one.type, one.name) for one in configured.resources if one.mode in ("managed", "data")}
        found = {*root.resources, *root.checked}
        more, less = sorted(found - wanted), sorted(wanted - found)
        more += sorted(("module", "", name) for name in root.calls.keys() - configured.module_calls.keys())
        less += sorted(("module", "", name) for name in configured.module_calls.keys() - root.calls.keys())
        if more:
            return f"it has {_written(more[0])}, which the plan's configuration has not"
        return f"it has no {_written(less[0])}" if less and not self.problems else None

    def plan_documents(self, documents: Callable[[str], Value | None]) -> None:
        """Tells how to find the policy document behind a reference to the `json` of a deferred data source."""
        self._world.documents = documents

    def disbelieve(self, is_stray: Callable[[str, Located | None], bool] | None) -> None:
        """Tells what may not come from AWS, by its reference and who refers to it: nothing is proven of it."""
        self._is_stray = is_stray
        self._world.is_stray = (lambda reference: is_stray(reference, None)) if is_stray else lambda reference: False

    def has_module(self, resource: Located) -> bool:
        """Whether the module that a resource is in can be read at all."""
        return self._instance(module_path(resource.module_address)).module is not None

    def attribute(self, resource: Located, name: str) -> Value | Missing:
        """A top-level attribute of the instance's block, as far as it is known; see gate.unknown and Encoded.

        Missing where there is no such block (or it cannot be read), and, `proven`, where it does not set the attribute.
        """
        found = self._find(resource)
        if isinstance(found, Missing):
            return found
        instance, block = found
        if name not in block.attributes:
            return Missing(f"`{name}` is not set", proven=True)
        return self._answer(
            lambda work: self._world.value(block, name, self._world.scope(instance, block, resource.index, work), work),
            resource=resource,
        )

    def blocks(self, resource: Located, name: str) -> tuple[Value, ...] | Unresolved | Missing:
        """The nested blocks of a type in order, each a dict of its attributes and (as lists) its own nested blocks.

        Dynamic ones are expanded; a Rest stands for blocks of which it is open how many there are. Unresolved where the
        for_each of a dynamic one is unknown as a whole, () where the source proves that there are none.
        """
        found = self._find(resource)
        if isinstance(found, Missing):
            return found
        instance, block = found

        def ask(work: Work) -> Value:
            scope = self._world.scope(instance, block, resource.index, work)
            return expanded(block, name, scope, work)

        answer = self._answer(ask, finished_block, resource)
        return tuple(answer) if isinstance(answer, list) else answer

    def at_destroy(self, resource: Located) -> tuple[bool, ...]:
        """Whether each provisioner of a resource runs when it is destroyed, and not when it is created, in order."""
        found = self._find(resource)
        blocks = () if isinstance(found, Missing) else nested(found[1], "provisioner")
        when = (block.attributes.get("when") for block in blocks)
        return tuple(one is not None and _word(one.expression) == "destroy" for one in when)

    def provider_argument(self, key: str, name: str) -> Value | Missing:
        """An argument of a provider block, by its key in `provider_config`."""
        instance, block = self._provider(key)
        if block is None or block.broken or name not in block.attributes:
            return Missing("the source has no such argument", proven=block is not None and not block.broken)
        return self._answer(lambda work: self._world.value(block, name, Scope(instance), work))

    def provider_blocks(self, key: str, name: str) -> Value | Missing:
        """The nested blocks of a type of a provider block, as `blocks` has them, or what an attribute of that name is.
        Unresolved where the block can't be read, or may be in a file of its folder that can't."""
        instance, block = self._provider(key)
        if block is None and (instance.module is None or instance.module.folder not in self._tree.partial):
            return Missing("the source has no such block")
        if block is None or block.broken:
            return Unresolved()
        return self._answer(lambda work: expanded(block, name, Scope(instance), work), finished_block)

    def provider_may_hide(self, key: str, names: tuple[str, ...]) -> bool:
        """Whether a provider block may hold a dynamic block of one of these types, which `configuration` does not show;
        so may one that can't be read. One that is not there, and in no file that can't be read, is written by whatever
        runs Terraform: of that a source tells as little as none."""
        instance, block = self._provider(key)
        if block is None:
            return instance.module is None or bool(self.problems)
        return block.broken or any(one.type == "dynamic" for name in names for one in nested(block, name))

    def provider_repeats(self, key: str) -> bool:
        """Whether a provider block has `for_each`, which `configuration` does not show."""
        _, block = self._provider(key)
        return block is not None and "for_each" in block.attributes

    def _provider(self, key: str) -> tuple[ModuleInstance, Block | None]:
        """A provider block by its key, `aws.b` or `module.m:aws.b`; None where it is not there."""
        module, _, name = key.rpartition(":")
        instance = self._instance(module_path(module))
        blocks = instance.module.providers if instance.module else {}
        unnamed = blocks.get(f"{name.partition('.')[0]}.?")  # its alias can't be read: it may be any
        return instance, blocks.get(name, None if unnamed is None else replace(unnamed, broken=True))

    def location(self, resource: Located, sought: Sought) -> Location | None:
        """Where a statement, an attribute or else the block stands; its files are relative to the source folder.

        What is looked at for that alone is no problem of the source, and takes nothing of its budget.
        """
        instance = self._instance(module_path(resource.module_address))
        block = self._block(instance, resource)
        if block is None or block.broken or instance.module is None:
            return None
        if self._locator is None:
            self._locator = Locator(
                Follower(Values(self._world, Work(self._world), Files(replace(self._tree, problems={}))))
            )
        told = dict(self._tree.problems)
        found = self._locator.location(block, instance, resource, sought)
        self._tree.problems.clear()
        self._tree.problems.update(told)
        return found

    def notation(self, resource: Located, attribute: str) -> Notation | None:
        """How the document at an attribute is written; None where that does not show."""
        instance = self._instance(module_path(resource.module_address))
        block = self._block(instance, resource)
        if block is None or block.broken or instance.module is None:
            return None
        return notation(block, instance.module, attribute)

    def in_local(self, module: tuple[str, ...], name: str) -> tuple[str, ...]:
        """Every reference in a local of a module, as `configuration` spells them; none where it can't be read."""
        found = self._instance(tuple((step, None) for step in module)).module
        attribute = found.locals.get(name) if found else None
        return () if attribute is None else tuple(mentioned(attribute.expression, quoted=True))

    def disagreement(self, resource: Located) -> str | None:
        """How the source of the instance differs from the plan's `configuration`; None where nothing shows it.

        Compared are the block and the module calls that lead to it: references, constants, and what is there at all.
        """
        path = module_path(resource.module_address)
        instance = self._instance(path)
        block = self._block(instance, resource)
        if block is None:
            return None
        root = self._world.configuration().root_module
        entry = agreement.configured(root, path, (resource.mode, resource.type, resource.name))
        if entry is None:
            return f"{block.file}:{block.line}: the plan's configuration has no such block"
        difference = agreement.resource_disagreement(entry, block, self._literally)
        if difference:
            return f"{block.file}:{block.line}: {difference}"
        return self._call_disagreement(instance)

    def _call_disagreement(self, instance: ModuleInstance) -> str | None:
        here: ModuleInstance | None = instance
        while here is not None and here.call is not None:
            module = self._world.configuration().root_module.called(name for name, _ in here.path[:-1])
            if module is None:
                return None
            call = module.module_calls.get(here.path[-1][0])
            difference = agreement.call_disagreement(call, here.call, self._literally) if call else None
            if difference:
                return f"{here.call.file}:{here.call.line}: {difference}"
            here = here.caller
        return None

    def _literally(self, expression: Expression) -> Value:
        """The value of an expression without references."""
        from gate.hcl.evaluate import lenient

        return self._answer(lambda work: lenient(expression, Scope(None, sealed=True), work))

    def _instance(self, path: ModulePath) -> ModuleInstance:
        return self._world.instance(path)

    def _block(self, instance: ModuleInstance, resource: Located) -> Block | None:
        key = (resource.mode, resource.type, resource.name)
        return instance.module.resources.get(key) if instance.module else None

    def _find(self, resource: Located) -> tuple[ModuleInstance, Block] | Missing:
        self._world.configuration()  # here, not from the depth of an evaluation
        instance = self._instance(module_path(resource.module_address))
        block = self._block(instance, resource)
        if instance.module is None:
            return Missing(f"the source of {instance.address} is not at hand")
        if block is None:
            return Missing("the source has no such block")
        if block.broken:
            return Missing(f"{block.file}:{block.line}: the block is not valid HCL")
        return instance, block

    def _answer(
        self,
        ask: Callable[[Work], Value],
        finish: Callable[[Value, IsText], Value] = finished,
        resource: Located | None = None,
    ) -> Value:
        """One question, of a resource or of none, within what is left of the budget."""
        self._work.depth = 0
        try:
            answer = finish(self._work.hold(ask(self._work)), self._world.is_text)
            is_stray = self._is_stray if resource is not None else None
            return disbelieved(answer, lambda name: is_stray(name, resource)) if is_stray else answer
        except RefusedError:
            return Unresolved()
        except (ExhaustedError, RecursionError):
            self._tree.problem("some expressions are too intricate to evaluate")
            return Unresolved()


def _word(expression: Expression) -> str:
    """A bare word, or the text that older configurations have in its place."""
    match expression:
        case Name(name) | Traversal(Name(name), ()):
            return name
        case Literal(str(text)):
            return text
    return ""


def _written(block: tuple[str, str, str]) -> str:
    """A block as people write its address."""
    mode, kind, name = block
    return {"module": f"module.{name}", "data": f"data.{kind}.{name}"}.get(mode, f"{kind}.{name}")


def source(directory: Path, plan: Plan, within: Path) -> Source:
    """The source in an existing folder."""
    from gate.source.facts import Facts
    from gate.source.modules import Modules

    tree = Tree(directory.resolve(), within.resolve())
    world = NamedValues(plan, Modules(tree), Facts(plan))
    return Source(plan, tree, world, Work(world))
