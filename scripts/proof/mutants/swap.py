"""Puts an error into functions that are loaded already: their code is exchanged, so nothing is imported again."""

import ast
import functools
import gc
import inspect
import sys
from dataclasses import dataclass
from types import CodeType, FunctionType


@dataclass(frozen=True)
class Exchange:
    """A function, and the code that it gets."""

    function: FunctionType
    code: CodeType


@dataclass(frozen=True)
class Loaded:
    """The functions of the program by file, and its caches."""

    functions: dict[str, list[FunctionType]]
    caches: tuple["functools._lru_cache_wrapper[object]", ...]

    def forget(self) -> None:
        """Empties every cache: what the code without the error gave must not answer for it."""
        for cache in self.caches:
            cache.cache_clear()


@dataclass(frozen=True)
class Tables:
    """The tables of modules, such as what was explored last, each with what stood in it."""

    found: tuple[tuple[dict[object, object], dict[object, object]], ...]

    def forget(self) -> None:
        """Takes out what came in since, for the same reason."""
        for table, stood in self.found:
            if len(table) != len(stood):
                table.clear()
                table.update(stood)


def tables(folder: str) -> Tables:
    """Those of the modules below `folder`."""
    modules = [one for one in sys.modules.values() if (getattr(one, "__file__", None) or "").startswith(folder)]
    listed = [value for one in modules for name, value in vars(one).items() if not name.startswith("__")]
    return Tables(tuple((value, dict(value)) for value in listed if type(value) is dict))


def loaded(folder: str) -> Loaded:
    """What is loaded of the modules below `folder`."""
    functions: dict[str, list[FunctionType]] = {}
    caches = []
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(folder):
            functions.setdefault(one.__code__.co_filename, []).append(one)
        elif isinstance(one, functools._lru_cache_wrapper) and one.__module__.startswith("gate."):
            caches.append(one)
    return Loaded(functions, tuple(caches))


def compiled(tree: ast.Module, path: str) -> CodeType | None:
    """The code of a module; None where it is none, as with a `break` outside of a loop."""
    try:
        return compile(tree, path, "exec")
    except (SyntaxError, ValueError):
        return None


def exchanges(old: CodeType, new: CodeType, live: list[FunctionType]) -> list[Exchange]:
    """What turns the old code of a module into the new one; nothing where both are the same, or where the difference is
    in code that runs while the module is imported."""
    found = []
    for before, after in _differences(old, new):
        functions = [one for one in live if one.__code__ == before]
        if not functions:
            return []
        found += [Exchange(one, after) for one in functions]
    return found


def _differences(old: CodeType, new: CodeType) -> list[tuple[CodeType, CodeType]]:
    """The pairs of outermost functions that differ. None where the module or a class itself differs."""
    inner_old = [one for one in old.co_consts if isinstance(one, CodeType)]
    inner_new = [one for one in new.co_consts if isinstance(one, CodeType)]
    if _own(old) != _own(new) or len(inner_old) != len(inner_new):
        return []
    found = []
    for before, after in zip(inner_old, inner_new, strict=True):
        if before == after:
            continue
        if before.co_flags & inspect.CO_OPTIMIZED:
            found.append((before, after))
        else:
            found += _differences(before, after)
    return found


def _own(code: CodeType) -> tuple[object, ...]:
    constants = tuple(None if isinstance(one, CodeType) else (type(one), repr(one)) for one in code.co_consts)
    return code.co_code, code.co_names, constants
