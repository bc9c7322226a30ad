"""Where a value is written: behind locals, variables, arguments of module calls and elements of a for_each.

Nothing here decides what a value is: that is the evaluator's. Where a way can't be followed, it ends at the last place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gate.hcl.blocks import iterator
from gate.hcl.comprehension import entries
from gate.hcl.syntax import (
    NOWHERE,
    Block,
    Call,
    Conditional,
    Expression,
    For,
    GetAttribute,
    Index,
    Literal,
    Name,
    ObjectLiteral,
    Step,
    Traversal,
    TupleLiteral,
    nested,
)
from gate.hcl.work import Scope
from gate.source.modules import ModuleInstance
from gate.source.place_values import Values
from gate.source.places import END, Body, Repeat, Written, written
from gate.source.variable_assignments import variable
from gate.unknown import Unresolved, Value

_HOPS = 20
_SAME = frozenset({"tolist", "tomap", "nonsensitive"})
_SAME_ELEMENTS = _SAME | {"toset", "distinct", "compact", "flatten", "sort"}


@dataclass(slots=True)
class Follower:
    """Follows values through one source."""

    values: Values

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
        listed = entries(self.values.value(collection))
        if listed is None or any(several for _, _, several in listed):
            return None
        name = iterator(block)
        return [
            Body(
                content,
                scope.having({name: {"key": key, "value": value}}),
                (Repeat(name, collection, _key(key, value, position)), *repeats),
            )
            for position, (key, value, _) in enumerate(listed)
        ]

    def _only_reference(self, one: Written, wanted: frozenset[str]) -> Written | None:
        """What the one element with what is wanted refers to."""
        found = [part for part in self.members(one) if self.values.holds(part, wanted)] if wanted else []
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

    def step(self, one: Written, *, outputs: bool = False) -> Written | None:
        """What a reference refers to, None where that is no expression of the source. `outputs`: of modules too."""
        self.values.step()
        match one.expression:
            case Name(name) | Traversal(Name(name), (_, *_)) if repeated := one.repeat(name):
                return self._of_repeated(one, repeated)
            case Traversal(Name(name), (GetAttribute(), *_)) if name not in one.scope.names:
                return self._named(one, name, one.expression.steps, outputs=outputs)
            case Traversal(base, steps) if not isinstance(base, Name):
                return self._inside(one.part(base), steps, one)
        return None

    def _named(self, one: Written, name: str, steps: Sequence[Step], *, outputs: bool) -> Written | None:
        """What a local, a variable or an output of a module stands for."""
        instance = one.scope.module
        module = instance.module if isinstance(instance, ModuleInstance) else None
        first, rest = steps[0], steps[1:]
        if module is None or not isinstance(first, GetAttribute):
            return None
        if name == "local" and first.name in module.locals:
            return self._inside(written(module.locals[first.name], Scope(instance)), rest, one)
        if name == "var":
            return self._inside(variable(instance, first.name, self.values), rest, one)
        return self._output(one, first.name, rest) if name == "module" and outputs else None

    def _of_repeated(self, one: Written, repeat: Repeat) -> Written | None:
        """The element that a name stands for, or what steps lead to in it."""
        steps = one.expression.steps if isinstance(one.expression, Traversal) else ()
        if not repeat.itself:
            if not steps or steps[0] not in (GetAttribute("key"), GetAttribute("value")):
                return None
            steps = steps[1:]
        return self._inside(self.member(repeat.collection, repeat.key), steps, one)

    def _output(self, one: Written, name: str, steps: Sequence[Step]) -> Written | None:
        """The value of a module's output."""
        index = None
        if steps and isinstance(steps[0], Index):
            index, steps = self.values.value(one.part(steps[0].key)), steps[1:]
        if not steps or not isinstance(steps[0], GetAttribute) or not isinstance(index, (int, str, type(None))):
            return None
        called = self.values.world.child(one.scope.module, name, index)
        block = called.module.outputs.get(steps[0].name) if called.module else None
        value = block.attributes.get("value") if block else None
        return None if value is None else self._inside(written(value, Scope(called)), steps[1:], one)

    def _inside(self, one: Written | None, steps: Sequence[Step], asking: Written) -> Written | None:
        """What the steps of a reference lead to in a value; the last place before one that is not written out."""
        for step in steps:
            if one is None:
                return None
            key: Value = None
            if isinstance(step, GetAttribute):
                key = step.name
            elif isinstance(step, Index):
                key = self.values.value(asking.part(step.key))
            found = self.member(one, key)
            if found is None:
                return replace(one, expression=END)
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
                plain = Literal(key) if isinstance(key, str) else None  # most keys are, and comparing costs nothing
                item = next((item for item in items if item.key == plain), None) or next(
                    (item for item in items if self._computes(one, item.key, key)), None
                )
                return None if item is None else one.part(item.value, item.lines)
            case TupleLiteral():
                members = self.members(one)
                if isinstance(key, int) and not isinstance(key, bool):
                    return members[key] if 0 <= key < len(members) else None
                return next((part for part in members if isinstance(key, str) and self.values.value(part) == key), None)
            case Call("merge", arguments):
                ways = (self.member(one.part(argument), key) for argument in reversed(arguments))
                return next((way for way in ways if way is not None), None)
            case For():
                return self._made(one, one.expression, key)
        return None

    def _made(self, one: Written, made: For, key: Value) -> Written | None:
        """The result of a `for` that has a key in the object that it makes, a position in the list, or is the text."""
        collection = one.part(made.collection)
        kept = -1
        for position, (at, element, _) in enumerate(entries(self.values.value(collection)) or ()):
            scope = one.scope.having({made.value: element} | ({made.key: at} if made.key else {}))
            member = _key(at, element, position)
            repeats = (Repeat(made.value, collection, member, itself=True), *one.repeats)
            inner = replace(one.part(made.result), scope=scope, repeats=repeats)
            condition = True if made.condition is None else self.values.value(inner.part(made.condition))
            kept += condition is True
            if made.result_key is not None:
                found = self.values.value(inner.part(made.result_key)) == key
            else:
                found = kept == key if isinstance(key, int) else self.values.value(inner) == key
            if found and condition is not False:
                return inner
        return None

    def _computes(self, one: Written, expression: Expression, key: Value) -> bool:
        """Whether an expression that is no literal gives a key."""
        return not isinstance(expression, Literal) and bool(self.values.value(one.part(expression)) == key)

    def _first_known(self, ways: list[Written]) -> Written:
        """The first way that is no error; the first of all where each may be one."""
        return next((way for way in ways if not isinstance(self.values.value(way), Unresolved)), ways[0])

    def _unwrapped(self, one: Written, functions: frozenset[str] = _SAME_ELEMENTS) -> Written:
        """Without functions that keep the elements, and of a condition the branch that is taken."""
        for _ in range(_HOPS):
            match one.expression:
                case Call(name, arguments) if name in functions and arguments:
                    one = one.part(arguments[0])
                case Call("try", arguments) if arguments:
                    one = self._first_known([one.part(argument) for argument in arguments])
                case Call("lookup", (base, Literal(str(key)), *default)):
                    ways = (Traversal(base, (GetAttribute(key),)), *default)
                    one = self._first_known([one.part(way) for way in ways])
                case Traversal(Traversal(base, inner), steps):
                    one = one.part(Traversal(base, (*inner, *steps)))
                case Conditional(condition, then, otherwise):
                    taken = self.values.value(one.part(condition))
                    if not isinstance(taken, bool):
                        break
                    one = one.part(then if taken else otherwise)
                case _:
                    break
        return one


def _key(key: Value, element: Value, position: int) -> Value:
    """What finds an element again: its key, itself in what may be a set of texts, else its position."""
    return key if isinstance(key, (int, str)) else element if isinstance(element, str) else position
