"""The modules of a source tree: which folder a module call means, and what blocks are in it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from gate.hcl.syntax import Attribute, Block, Literal, nested, provider_key
from gate.source.facts import ModulePath, bracketed
from gate.source.installed import Installation, installations, mismatch
from gate.source.tree import Tree


@dataclass(frozen=True, slots=True)
class Module:
    """The blocks of one folder, by what they declare."""

    folder: Path
    resources: Mapping[tuple[str, str, str], Block]  # mode, type, name
    locals: Mapping[str, Attribute]
    variables: Mapping[str, Block]
    outputs: Mapping[str, Block]
    calls: Mapping[str, Block]
    providers: Mapping[str, Block]  # by name, or name and alias: aws.b
    checked: frozenset[tuple[str, str, str]]  # data sources in `check` blocks
    removing: str = ""  # a `removed` block with a provisioner, which no plan shows


@dataclass(frozen=True, slots=True)
class ModuleInstance:
    """A module as called: `path` from the root, the block of the call, and the instance that calls. `module` is None
    where its source is not at hand."""

    path: ModulePath
    module: Module | None
    call: Block | None = None
    caller: "ModuleInstance | None" = None

    @property
    def address(self) -> str:
        return ".".join(f"module.{name}{bracketed(index)}" for name, index in self.path)


@dataclass(slots=True)
class Modules:
    """Every module of the tree, read when first asked for."""

    tree: Tree
    _read: dict[Path, Module] = field(default_factory=dict)
    _installed: Mapping[str, Installation] | None = None

    def root(self) -> Module:
        return self._module(self.tree.root)

    def called(self, caller: Module, call: Block, names: tuple[str, ...]) -> Module | None:
        """The module that a call means; `names` are the calls from the root, this one included.

        None where it is not on disk (`terraform init` not run), or not certainly the one: `problems` say which.
        """
        source = call.attributes.get("source")
        if source is None or not isinstance(source.expression, Literal) or not isinstance(source.expression.value, str):
            return None
        text = source.expression.value
        shown = f"module.{'.module.'.join(names)}"
        local = text.startswith(("./", "../", ".\\", "..\\")) or text in (".", "..")
        folder = self._local(caller, text, shown) if local else self._installation(call, text, names, shown)
        if folder is None:
            return None
        if self.tree.linked(folder) or not folder.is_dir():
            reason = "reached through a symbolic link" if self.tree.linked(folder) else "not there"
            self.tree.problem(f"{shown}: {self.tree.relative(folder)} is {reason}, not read")
            return None
        return self._module(folder)

    def _local(self, caller: Module, text: str, shown: str) -> Path | None:
        folder = self.tree.path(text.replace("\\", "/"), caller.folder)
        if folder is None or self.tree.written(folder) != self.tree.written(caller.folder):
            self.tree.problem(f"{shown}: {text} is outside the source folder, not read")
            return None
        way = os.path.normpath(f"{self.tree.relative(caller.folder)}/{text}".replace("\\", "/"))
        if way != self.tree.relative(folder):
            self.tree.problem(f"{shown}: {text} leads out of the root module's folder and back, not read")
            return None  # Terraform keeps the way round in `path.module`
        return folder

    def _installation(self, call: Block, text: str, names: tuple[str, ...], shown: str) -> Path | None:
        if self._installed is None:
            self._installed = installations(self.tree)
        installed = self._installed.get(".".join(names))
        if installed is None:
            self.tree.problem(f"{shown}: `{text}` is not installed; run `terraform init`")
            return None
        wanted = call.attributes.get("version")
        version = (
            None if wanted is None else wanted.expression.value if isinstance(wanted.expression, Literal) else False
        )
        reason = mismatch(installed, text, version)
        folder = self.tree.path(installed.folder, self.tree.root)
        if folder is None or not folder.is_relative_to(self.tree.root / ".terraform" / "modules"):
            reason = f"{installed.folder} is not where `terraform init` installs modules"
        if reason:
            self.tree.problem(f"{shown}: {reason}; run `terraform init`")
        return None if reason else folder

    def _module(self, folder: Path) -> Module:
        if folder not in self._read:
            self._read[folder] = _declared(folder, self.tree.blocks(folder))
        return self._read[folder]


def _declared(folder: Path, blocks: tuple[Block, ...]) -> Module:
    resources: dict[tuple[str, str, str], Block] = {}
    local: dict[str, Attribute] = {}
    local_twice: set[str] = set()
    checked: set[tuple[str, str, str]] = set()
    providers: dict[str, Block] = {}
    named: dict[str, dict[str, Block]] = {"variable": {}, "output": {}, "module": {}}
    removed = [block for block in blocks if block.type == "removed"]
    removing = next((f"{b.file}:{b.line}" for b in removed if nested(b, "provisioner")), "")
    for block in blocks:
        if block.type in ("resource", "data") and len(block.labels) == 2:
            mode = "data" if block.type == "data" else "managed"
            key = (mode, *block.labels)
            twice = key in resources  # Terraform refuses that, so this is not what it read
            resources[key] = replace(block, broken=True) if twice else block
        elif block.type == "check":
            checked.update(("data", *b.labels[:2]) for b in nested(block, "data") if len(b.labels) == 2)
        elif block.type == "provider" and len(block.labels) == 1:
            name = provider_key(block)
            providers[name] = replace(block, broken=True) if name in providers else block
        elif block.type == "locals":
            local_twice |= local.keys() & block.attributes.keys()
            local.update(block.attributes)
        elif block.type in named and len(block.labels) == 1:
            of_type, name = named[block.type], block.labels[0]
            of_type[name] = replace(block, broken=True) if name in of_type else block
    return Module(
        folder,
        resources,
        {name: attribute for name, attribute in local.items() if name not in local_twice},
        named["variable"],
        named["output"],
        named["module"],
        providers,
        frozenset(checked),
        removing,
    )
