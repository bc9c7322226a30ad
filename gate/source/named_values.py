"""Named values: what `var.x`, `local.x`, `module.x` and resources are in an expression, and why one stays unknown.

https://developer.hashicorp.com/terraform/language/expressions/references
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gate.hcl.evaluate import evaluate, lenient
from gate.hcl.steps import place
from gate.hcl.syntax import Block, GetAttribute, Index, Step
from gate.hcl.values import (
    AtLeast,
    OpenObject,
    Record,
    RefusedError,
    Tuple,
    alternatives,
    computed,
    has_known_keys,
    one_of,
    references,
)
from gate.hcl.work import Scope, Work
from gate.plan.configuration import Configuration, ConfigurationModule
from gate.plan.expressions import references_of
from gate.plan.model import Plan
from gate.plan.shapes import Json
from gate.source.facts import Facts, Key, ModulePath, address
from gate.source.file_functions import file_function
from gate.source.harmless import harmless, is_apart, is_text, is_there
from gate.source.modules import ModuleInstance, Modules
from gate.source.variables import converted
from gate.source.written_files import Writers, writers
from gate.unknown import Unresolved, Value

_MOST = 1000  # instances of a module that are looked at together


@dataclass(slots=True)
class NamedValues:
    """The named values of one plan and its source, each worked out once: the `World` of gate.hcl.work."""

    plan: Plan
    modules: Modules
    facts: Facts
    _values: dict[tuple[ModulePath, str, str], Value | RefusedError] = field(default_factory=dict)
    _busy: set[tuple[ModulePath, str, str]] = field(default_factory=set)
    _variables: dict[str, Json] | None = None
    _configuration: Configuration | None = None
    _writers: Writers | None = None
    _instances_at: dict[ModulePath, ModuleInstance] = field(default_factory=dict)
    documents: Callable[[str], Value | None] = lambda reference: None
    is_stray: Callable[[str], bool] = lambda reference: False

    def changing(self, what: str) -> None:
        self.modules.tree.problem(f"{what} may be another one at the next plan: apply the plan file that was checked")

    def document(self, value: Value) -> Value | None:
        """The structure of a policy document that a deferred data source will give, where the value is exactly that."""
        if not isinstance(value, Unresolved) or not value.exact or self.is_stray(value.references[0]):
            return None
        return self.documents(value.references[0])

    def is_text(self, hole: Unresolved) -> bool:
        return is_text(hole) and not self.is_stray(hole.references[0])

    def harmless(self, hole: Unresolved) -> bool:
        return harmless(hole) and not self.is_stray(hole.references[0])

    def is_there(self, hole: Unresolved) -> bool:
        return is_there(hole) and not self.is_stray(hole.references[0])

    def is_apart(self, hole: Unresolved, text: str) -> bool:
        return is_apart(hole, text) and not self.is_stray(hole.references[0])

    def root(self) -> ModuleInstance:
        return ModuleInstance((), self.modules.root())

    def instance(self, path: ModulePath) -> ModuleInstance:
        """The module instance at a path; its `module` is None where the source does not lead there."""
        if path not in self._instances_at:
            found = self.root()
            for name, index in path:
                found = self.child(found, name, index)
            self._instances_at[path] = found
        return self._instances_at[path]

    def child(self, caller: ModuleInstance, name: str, index: Any) -> ModuleInstance:
        path = (*caller.path, (name, index))
        call = caller.module.calls.get(name) if caller.module else None
        module = None
        if caller.module and call and not call.broken:
            module = self.modules.called(caller.module, call, tuple(step for step, _ in path))
        return ModuleInstance(path, module, call, caller)

    def configuration(self) -> Configuration:
        if self._configuration is None:
            self._configuration = self.plan.configuration()
        return self._configuration

    def scope(self, instance: ModuleInstance, block: Block, index: Any, work: Work) -> Scope:
        """The scope of a block's expressions: what `each` and `count` are for the instance with this index."""
        scope = Scope(instance)
        if isinstance(index, int):
            return Scope(instance, count=index)
        attribute = block.attributes.get("for_each")
        if attribute is None or index is None:
            return scope
        collection = lenient(attribute.expression, scope, work)
        found = []
        for way in alternatives(collection):
            if has_known_keys(way) or (isinstance(way, AtLeast) and index in way):
                found += [way[index]] if index in way else []  # another way has it: the instance is there
            elif isinstance(way, list):  # of texts, as a set
                found.append(index)
            else:
                found.append(computed(collection))
        value = one_of(found) if found else computed(collection)
        return Scope(instance, each=(index, value))

    def resolve(self, name: str, steps: tuple[Step, ...], scope: Scope, work: Work) -> tuple[Value, tuple[Step, ...]]:
        if not steps or not isinstance(steps[0], GetAttribute):
            return Unresolved(), ()
        first = steps[0].name
        simple = self._simple(name, first, scope)
        if simple is not None:
            return simple[0], steps[1:]
        instance: ModuleInstance = scope.module
        if name in ("var", "local"):
            return self._once((instance.path, name, first), lambda: self._named(instance, name, first, work)), steps[1:]
        if name == "module":
            return self._module_value(first, steps[1:], scope, work)
        mode, type_, rest = "managed", name, steps
        if name == "data":
            mode, type_, rest = "data", first, steps[1:]
            if type_ == "external":
                self.changing("what the program behind data.external gives")
        if name in ("self", "ephemeral", "list", "action") or not rest or not isinstance(rest[0], GetAttribute):
            return Unresolved(), ()
        return self._resource(instance, (instance.address, mode, type_, rest[0].name), work), rest[1:]

    def file_function(self, name: str, arguments: list[Value], scope: Scope, work: Work) -> Value:
        return file_function(name, arguments, self.modules.tree, self._known_writers, work)

    def _known_writers(self) -> Writers:
        if self._writers is None:
            removing = self._removing(self.root(), self.configuration().root_module)
            self._writers = Writers(f"the removed block at {removing}", ()) if removing else writers(self.plan)
        return self._writers

    def _removing(self, instance: ModuleInstance, configured: ConfigurationModule) -> str:
        """Where a `removed` block has a provisioner, which runs at the apply; empty where none does."""
        if instance.module is not None and instance.module.removing:
            return instance.module.removing
        calls = configured.module_calls.items()
        called = (self._removing(self.child(instance, name, None), one.module) for name, one in calls if one.module)
        return next(filter(None, called), "")

    def _simple(self, name: str, first: str, scope: Scope) -> tuple[Value] | None:
        instance: ModuleInstance = scope.module
        if name == "each":
            return (Unresolved() if scope.each is None else scope.each[first == "value"],)
        if name == "count":
            return (Unresolved() if scope.count is None else scope.count,)
        if name == "path":
            return (self._path(first, instance),)
        if name in ("terraform", "tofu"):
            return (Unresolved((f"{name}.{first}",), exact=True),)
        return None

    def _path(self, which: str, instance: ModuleInstance) -> Value:
        """Terraform gives paths relative to where it runs, which is taken to be the root module's folder."""
        tree = self.modules.tree
        if which == "module" and instance.module:
            return tree.relative(instance.module.folder)
        return "." if which == "root" else Unresolved((f"path.{which}",), exact=True)

    def _once(self, key: tuple[ModulePath, str, str], make: Callable[[], Value]) -> Value:
        """The value, worked out once; one that depends on itself is unknown (Terraform refuses it)."""
        if key in self._busy:
            return Unresolved((f"{key[1]}.{key[2]}",))
        if key not in self._values:
            self._busy.add(key)
            try:
                self._values[key] = make()
            except RefusedError as failure:
                self._values[key] = failure
            finally:
                self._busy.discard(key)
        value = self._values[key]
        if isinstance(value, RefusedError):
            raise RefusedError(str(value))
        return value

    def _named(self, instance: ModuleInstance, kind: str, name: str, work: Work) -> Value:
        if kind == "var":
            return self._variable(instance, name, work)
        attribute = instance.module.locals.get(name) if instance.module else None
        if attribute is None:
            return Unresolved((self._full(instance, f"local.{name}"),))
        return work.hold(evaluate(attribute.expression, Scope(instance), work))

    def _full(self, instance: ModuleInstance, reference: str) -> str:
        return f"{instance.address}.{reference}" if instance.path else reference

    def _variable(self, instance: ModuleInstance, name: str, work: Work) -> Value:
        block = instance.module.variables.get(name) if instance.module else None
        unknown = Unresolved((self._full(instance, f"var.{name}"),), exact=True)
        value = self._given(instance, name, work)
        if value is Ellipsis and not instance.path:
            return unknown  # a plan tells defaults too: what it does not tell was taken out of it, or is ephemeral
        return work.hold(converted(block, value, unknown, Scope(instance, sealed=True), work))

    def planned(self, name: str) -> Value:
        """What the plan says a variable of the root module is; Ellipsis where it says nothing."""
        if self._variables is None:
            self._variables = self.plan.variables()
        return self._variables.get(name, Ellipsis)

    def _given(self, instance: ModuleInstance, name: str, work: Work) -> Value:
        """What the plan or the module call gives a variable; Ellipsis where they give nothing."""
        if not instance.path:
            return self.planned(name)
        if instance.call is None or instance.caller is None:
            return Unresolved((self._full(instance, f"var.{name}"),), exact=True)
        argument = instance.call.attributes.get(name)
        if argument is None:
            return Ellipsis
        scope = self.scope(instance.caller, instance.call, instance.path[-1][1], work)
        return evaluate(argument.expression, scope, work)

    def _module_value(
        self, name: str, steps: tuple[Step, ...], scope: Scope, work: Work
    ) -> tuple[Value, tuple[Step, ...]]:
        caller: ModuleInstance = scope.module
        call = caller.module.calls.get(name) if caller.module else None
        if call is None or call.broken:
            return Unresolved((self._full(caller, f"module.{name}"),)), ()
        if "count" not in call.attributes and "for_each" not in call.attributes:
            return self._output(self.child(caller, name, None), steps, work)
        if steps and isinstance(steps[0], Index):
            index = evaluate(steps[0].key, scope, work)
            if isinstance(index, (int, str)):
                key = place(str(index)) if "count" in call.attributes else index
                return self._output(self.child(caller, name, key), steps[1:], work)
            return Unresolved((self._full(caller, f"module.{name}"), *references(index))), ()
        return self._instances(caller, name, call, work), steps

    def _instances(self, caller: ModuleInstance, name: str, call: Block, work: Work) -> Value:
        """All instances of a module with count or for_each, each as the object of its outputs."""
        repeat = call.attributes.get("count", call.attributes.get("for_each"))
        collection = lenient(repeat.expression, Scope(caller), work) if repeat else Unresolved()
        if isinstance(collection, int) and collection <= _MOST:
            return Tuple(self._outputs(self.child(caller, name, at), work) for at in range(collection))
        if has_known_keys(collection):
            return Record((key, self._outputs(self.child(caller, name, key), work)) for key in collection)
        if isinstance(collection, list) and all(isinstance(key, str) for key in collection):
            return Record((key, self._outputs(self.child(caller, name, key), work)) for key in collection)
        return computed(Unresolved((self._full(caller, f"module.{name}"),)), collection)

    def _outputs(self, instance: ModuleInstance, work: Work) -> Value:
        if instance.module is None:
            return Unresolved((instance.address,))
        made = OpenObject(
            {name: self._output(instance, (GetAttribute(name),), work)[0] for name in instance.module.outputs}
        )
        made.address = instance.address
        return made

    def _output(self, instance: ModuleInstance, steps: tuple[Step, ...], work: Work) -> tuple[Value, tuple[Step, ...]]:
        if not steps or not isinstance(steps[0], GetAttribute):
            return self._outputs(instance, work), steps
        name = steps[0].name
        block = instance.module.outputs.get(name) if instance.module else None
        value = None if block is None or block.broken else block.attributes.get("value")
        if value is None:
            return Unresolved(self._output_references(instance, name)), ()
        expression = value.expression
        key = (instance.path, "output", name)
        return self._once(key, lambda: work.hold(evaluate(expression, Scope(instance), work))), steps[1:]

    def _output_references(self, instance: ModuleInstance, name: str) -> tuple[str, ...]:
        """Where the plan says that an output comes from, for a module whose source is not at hand."""
        module = self.configuration().root_module.called(step for step, _ in instance.path)
        output = module.outputs.get(name) if module else None
        listed = references_of(output.expression) if output else []
        full = f"{instance.address}.{name}"
        return (*(f"{instance.address}.{reference}" for reference in listed[:1]), full)

    def _resource(self, instance: ModuleInstance, key: Key, work: Work) -> Value:
        instances = self.facts.instances(key)
        block = instance.module.resources.get(key[1:]) if instance.module else None
        if None in instances:
            return instances[None]
        numbered = {index: value for index, value in instances.items() if isinstance(index, int)}
        if numbered and len(numbered) == len(instances):
            missing = Unresolved((address(key, None),))
            return Tuple(numbered.get(at, missing) for at in range(max(numbered) + 1))
        if instances:
            return Record((str(index), value) for index, value in instances.items())
        unknown = Unresolved((address(key, None),), exact=True)
        if block is None:
            return unknown
        repeat = block.attributes.get("count") or block.attributes.get("for_each")
        if repeat is None:
            return unknown
        times = lenient(repeat.expression, Scope(instance), work)
        if times == 0:
            return Tuple()
        return Record() if times in ({}, []) else unknown

    def value(self, block: Block, name: str, scope: Scope, work: Work) -> Value:
        """An attribute of a block; what Terraform would refuse is unknown."""
        return lenient(block.attributes[name].expression, scope, work)
