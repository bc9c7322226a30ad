"""Where a value is written: behind locals, variables, arguments of module calls and elements of a for_each.

Nothing here decides what a value is: that is the evaluator's. Where a way can't be followed, it ends at the last place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gate.errors import GateError
from gate.hcl.blocks import iterator
from gate.hcl.comprehension import entries
from gate.hcl.evaluate import lenient
from gate.hcl.syntax import (
    CALL_ARGUMENTS,
    NOWHERE,
    Block,
    Call,
    Conditional,
    GetAttribute,
    Index,
    Literal,
    Name,
    ObjectLiteral,
    Step,
    Traversal,
    TupleLiteral,
    Unreadable,
    nested,
)
from gate.hcl.values import ExhaustedError
from gate.hcl.work import Scope, Work
from gate.source.modules import ModuleInstance
from gate.source.places import Body, Repeat, Written, alike, repeats_of, texts, written
from gate.source.world import TerraformWorld
from gate.unknown import Unresolved, Value

_HOPS = 20
_STEPS = 2000  # of one way, through objects that are merged too
_SAME = frozenset({"tolist", "tomap", "nonsensitive", "try"})
_SAME_ELEMENTS = _SAME | {"toset", "distinct", "compact", "flatten", "sort"}
_END = Unreadable("not followed any further")


@dataclass(slots=True)
class Follower:
    """Follows values through one source; all its evaluations have one budget, after which every value is unknown."""

    world: TerraformWorld
    work: Work
    left: int = _STEPS

    def begin(self) -> None:
        """Begins a new way, which ends in ExhaustedError or RecursionError where it takes too many steps."""
        self.left, self.work.depth = _STEPS, 0

    def scope(self, instance: ModuleInstance, block: Block, index: Any) -> Scope:
        """The scope of a block's expressions, without `each` where it takes too much work."""
        try:
            return self.world.scope(instance, block, index, self.work)
        except (ExhaustedError, RecursionError, GateError):
            return Scope(instance)

    def value(self, one: Written) -> Value:
        """The value of an expression, unknown where it takes too much work."""
        try:
            return lenient(one.expression, one.scope, self.work)
        except (ExhaustedError, RecursionError, GateError):  # an error is the clock's, and no reason to stop here
            self.work.left = 0
            return Unresolved()

    def origin(self, one: Written, wanted: frozenset[str]) -> Written:
        """Where a value is written out: `wanted` are the texts in it that matter, none where all of it does."""
        for _ in range(_HOPS):
            one = self._unwrapped(one)
            following = self.step(one) or self._only_reference(one, wanted)
            if following is None:
                break
            one = replace(following, hidden=following.hidden or one.hidden)
        return one

    def written_out(self, one: Written) -> Written:
        """What stands for an expression as a whole: behind references, conditions and conversions."""
        for _ in range(_HOPS):
            one = self._unwrapped(one, _SAME)
            following = self.step(one, outputs=True)
            if following is None:
                break
            one = replace(following, hidden=following.hidden or one.hidden)
        return one

    def repeated(self, block: Block, scope: Scope, repeats: tuple[Repeat, ...]) -> list[Body] | None:
        """What a nested block is repeated to: itself, or a dynamic one's content for each element; None where it can't
        be told how many there are."""
        if block.type != "dynamic":
            return [Body(block, scope, repeats)]
        repeat, content = block.attributes.get("for_each"), next(iter(nested(block, "content")), None)
        if repeat is None or content is None:
            return None
        collection = written(repeat, scope, repeats)
        listed = entries(self.value(collection))
        if listed is None or any(several for _, _, several in listed):
            return None
        name = iterator(block)
        return [
            Body(
                content,
                scope.having({name: {"key": key, "value": value}}),
                (Repeat(name, collection, key if isinstance(key, (int, str)) else value), *repeats),
            )
            for key, value, _ in listed
        ]

    def _only_reference(self, one: Written, wanted: frozenset[str]) -> Written | None:
        """What the one element with what is wanted refers to."""
        found = [part for part in self.members(one) if self.holds(part, wanted)] if wanted else []
        return self.step(self._unwrapped(found[0])) if len(found) == 1 else None

    def members(self, one: Written) -> list[Written]:
        """The elements of a list that is written out, or the lists that `concat` joins."""
        match one.expression:
            case TupleLiteral(items, lines):
                places = lines or (NOWHERE,) * len(items)
                return [one.part(item, place) for item, place in zip(items, places, strict=True)]
            case Call("concat", arguments):
                return [one.part(argument) for argument in arguments]
        return []

    def elements(self, one: Written) -> list[Written]:
        """The elements of what is a list, or a set made of one."""
        return self.members(self._unwrapped(one))

    def holds(self, one: Written, wanted: frozenset[str]) -> bool:
        """Whether the value is, or holds, one of the texts, in lower case."""
        return any(text.lower() in wanted for text in texts(self.value(one)))

    def step(self, one: Written, *, outputs: bool = False) -> Written | None:
        """What a reference refers to, None where that is no expression of the source. `outputs`: of modules too."""
        self.left -= 1
        if self.left < 0:
            raise ExhaustedError
        match one.expression:
            case Traversal(Name(name), (GetAttribute(first), *rest)):
                instance: ModuleInstance = one.scope.module
                module = instance.module if isinstance(instance, ModuleInstance) else None
                if module is None:
                    return None
                repeat = next((each for each in one.repeats if each.name == name), None)
                if repeat is not None and first in ("key", "value"):
                    return self._inside(self.member(repeat.collection, repeat.key), rest)
                if name in one.scope.names:
                    return None
                if name == "local" and first in module.locals:
                    return self._inside(written(module.locals[first], Scope(instance)), rest)
                if name == "var":
                    return self._inside(self._variable(instance, first), rest)
                if name == "module" and outputs:
                    return self._output(one, first, rest)
        return None

    def _variable(self, instance: ModuleInstance, name: str) -> Written | None:
        """The argument of the module call, else the default, of a root module's the block where a value was given."""
        block = instance.module.variables.get(name) if instance.module else None
        argument = instance.call.attributes.get(name) if instance.call and name not in CALL_ARGUMENTS else None
        sensitive = block.attributes.get("sensitive") if block else None
        hidden = sensitive is not None and sensitive.expression != Literal(False)
        if argument is not None and instance.call and instance.caller:
            scope = self.scope(instance.caller, instance.call, instance.path[-1][1])
            return written(argument, scope, repeats_of(instance.call, scope), hidden=hidden)
        if block is None:
            return None
        default = block.attributes.get("default")
        if default is not None:
            one = written(default, Scope(instance, sealed=True), hidden=hidden)
            if instance.path or alike(self.world.plan.variables().get(name), self.value(one)):
                return one
        return Written(_END, block.file, (block.line, block.line), Scope(instance), hidden=hidden)

    def _output(self, one: Written, name: str, steps: Sequence[Step]) -> Written | None:
        """The value of a module's output."""
        index = None
        if steps and isinstance(steps[0], Index):
            index, steps = self.value(one.part(steps[0].key)), steps[1:]
        if not steps or not isinstance(steps[0], GetAttribute) or not isinstance(index, (int, str, type(None))):
            return None
        called = self.world.child(one.scope.module, name, index)
        block = called.module.outputs.get(steps[0].name) if called.module else None
        value = block.attributes.get("value") if block else None
        return None if value is None else self._inside(written(value, Scope(called)), steps[1:])

    def _inside(self, one: Written | None, steps: Sequence[Step]) -> Written | None:
        """What steps lead to in a value that is written out; the last place before one that is not."""
        for step in steps:
            if one is None:
                return None
            key: Value = None
            if isinstance(step, GetAttribute):
                key = step.name
            elif isinstance(step, Index):
                key = self.value(one.part(step.key))
            found = self.member(one, key)
            if found is None:
                return replace(one, expression=_END)
            one = found
        return one

    def member(self, one: Written, key: Value) -> Written | None:
        """The member of an object, of a list by its position, of a set by itself."""
        for _ in range(_HOPS):
            one = self._unwrapped(one, _SAME_ELEMENTS if isinstance(key, str) else _SAME)
            following = self.step(one)
            if following is None:
                break
            one = replace(following, hidden=following.hidden or one.hidden)
        match one.expression:
            case ObjectLiteral(items):
                found = (item for item in items if self.value(one.part(item.key)) == key)
                return next((one.part(item.value, item.lines) for item in found), None)
            case TupleLiteral():
                members = self.members(one)
                if isinstance(key, int) and not isinstance(key, bool):
                    return members[key] if 0 <= key < len(members) else None
                return next((part for part in members if isinstance(key, str) and self.value(part) == key), None)
            case Call("merge", arguments):
                ways = (self.member(one.part(argument), key) for argument in reversed(arguments))
                return next((way for way in ways if way is not None), None)
        return None

    def _unwrapped(self, one: Written, functions: frozenset[str] = _SAME_ELEMENTS) -> Written:
        """Without functions that keep the elements, and of a condition the branch that is taken."""
        for _ in range(_HOPS):
            match one.expression:
                case Call(name, arguments) if name in functions and arguments:
                    one = one.part(arguments[0])
                case Call("lookup", (base, Literal(str(key)), *_)):
                    one = one.part(Traversal(base, (GetAttribute(key),)))
                case Traversal(Traversal(base, inner), steps):
                    one = one.part(Traversal(base, (*inner, *steps)))
                case Conditional(condition, then, otherwise):
                    taken = self.value(one.part(condition))
                    if not isinstance(taken, bool):
                        break
                    one = one.part(then if taken else otherwise)
                case _:
                    break
        return one
