"""Addresses and references as text: the parts of one, and what one leads to.

https://developer.hashicorp.com/terraform/internals/json-format and
https://developer.hashicorp.com/terraform/language/expressions/references have their grammar.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

import msgspec
from msgspec.structs import replace

from gate.text.sentences import Sentence, named_arn
from gate.unknown import Unresolved, Value

_PLACE = r"[0-9]{1,9}"
_TOKEN = r'\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\]|[^.\[]+'
NOT_RESOURCES = frozenset({"var", "local", "each", "count", "path", "terraform", "self", "module"})


class Located(Protocol):
    """What names one instance of a resource or data source."""

    @property
    def module_address(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def index(self) -> int | str | None: ...


class Instance(Located, Protocol):
    """The same with its address, as a plan has it."""

    @property
    def address(self) -> str: ...


class Target(msgspec.Struct, frozen=True, gc=False):
    """What a reference leads to: an attribute of a resource or data source.

    `module` are the names of the module calls from the root, without instance keys; `key` is the instance that the
    reference names, None where it names none. `within` is the module's full address where the reference tells it.
    """

    module: tuple[str, ...]
    mode: str
    type: str
    name: str
    attribute: str
    key: int | str | None = None
    within: str | None = None

    @property
    def address(self) -> str:
        """The address of the block with the attribute, for people."""
        path = "".join(f"module.{call}." for call in self.module)
        data = "data." if self.mode == "data" else ""
        attribute = f".{self.attribute}" if self.attribute else ""
        return f"{path}{data}{self.type}.{self.name}{attribute}"


def split(address: str) -> list[str]:
    """The parts of an address or reference; a key keeps its brackets: `a.b["x.y"].c` is a, b, ["x.y"], c."""
    if "[" not in address:  # most have no key
        return [part for part in address.split(".") if part]
    return re.findall(_TOKEN, address)


@lru_cache(maxsize=4096)
def module_path(module_address: str) -> tuple[str, ...]:
    """The names of the module calls in a module address, without instance keys."""
    parts = [part for part in split(module_address) if not part.startswith("[")]
    return tuple(parts[1::2])


def names_in_modules(here: Located, there: Located) -> Iterator[str]:
    """What another resource, or the module that has it, is called in each module instance that has both, from the root
    on."""
    mine, other = (_modules(each.module_address) for each in (here, there))
    for depth in range(len(mine) + 1):
        if mine[:depth] != other[:depth]:
            return
        is_in_module = len(other) > depth
        yield f"module.{other[depth].partition('[')[0]}" if is_in_module else f"{there.type}.{there.name}"
        if not is_in_module:
            return


@lru_cache(maxsize=4096)
def _modules(module_address: str) -> tuple[str, ...]:
    """The names of the module calls in a module address, with instance keys."""
    found: list[str] = []
    for part in split(module_address):
        if part.startswith("["):
            found[-1] += part
        else:
            found.append(part)
    return tuple(found[1::2])


def unkeyed(address: str) -> str:
    """The address of a resource's block: without instance keys."""
    return ".".join(part for part in split(address) if not part.startswith("["))


def named(address: str) -> Sentence:
    """An address, a text with one in it, or an ARN as a name: instances of one block differ in their keys."""
    text = str(address)
    return named_arn(text) if text.startswith("arn:") else Sentence(text, unkeyed(text))


def target_of(reference: str) -> Target | None:
    """What a full address with an attribute leads to: `module.a["x"].aws_kms_key.this[0].arn`."""
    parts = split(reference)
    module: list[str] = []
    within = ""
    while len(parts) > 1 and parts[0] == "module":
        module.append(parts[1])
        within += f"{'.' if within else ''}module.{parts[1]}"
        parts = parts[2:]
        if parts and parts[0].startswith("["):
            within += parts[0]
            parts = parts[1:]
    target = target_in(tuple(module), parts) if parts and parts[0] not in NOT_RESOURCES else None
    return target and replace(target, within=within)


def exact_target(value: Value) -> Target | None:
    """What a value refers to, if it is exactly that."""
    exact = isinstance(value, Unresolved) and value.exact and value.references
    return target_of(value.references[0]) if exact else None


def target_in(module: tuple[str, ...], parts: list[str]) -> Target | None:
    """What the parts of a reference in a module lead to, None where they are too few."""
    mode = "data" if parts[0] == "data" else "managed"
    rest = parts[1:] if mode == "data" else parts
    if len(rest) < 2:
        return None
    key: int | str | None = None
    attributes = rest[2:]
    if attributes and attributes[0].startswith("["):
        inside = attributes[0][1:-1]
        key = inside[1:-1] if inside.startswith('"') else int(inside) if re.fullmatch(_PLACE, inside) else None
        attributes = attributes[1:]
    return Target(module, mode, rest[0], rest[1], ".".join(attributes).replace(".[", "["), key)
