"""The modules of a source tree: which folder a module call means, and what blocks are in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from gate.source.tree import Tree
from gate.hcl.syntax import Attribute, Block, Literal


@dataclass(frozen=True, slots=True)
class Module:
    """The blocks of one folder, by what they declare."""

    folder: Path
    resources: Mapping[tuple[str, str, str], Block]  # mode, type, name
    locals: Mapping[str, Attribute]
    variables: Mapping[str, Block]
    outputs: Mapping[str, Block]
    calls: Mapping[str, Block]


@dataclass(slots=True)
class Modules:
    """Every module of the tree, read when first asked for."""

    tree: Tree
    _read: dict[Path, Module] = field(default_factory=dict)
    _installed: dict[str, str] | None = None

    def root(self) -> Module:
        return self._module(self.tree.root)

    def called(self, caller: Module, call: Block, names: tuple[str, ...]) -> Module | None:
        """The module that a call means; `names` are the calls from the root, this one included.

        None where it is not on disk (`terraform init` not run), or outside the tree: `problems` say which.
        """
        source = call.attributes.get("source")
        if source is None or not isinstance(source.expression, Literal) or not isinstance(source.expression.value, str):
            return None
        text = source.expression.value
        if text.startswith(("./", "../", ".\\", "..\\")) or text in (".", ".."):
            folder = caller.folder / text.replace("\\", "/")
        else:
            installed = self._installations().get(".".join(names))
            if installed is None:
                self.tree.problem(f"module.{'.module.'.join(names)}: `{text}` is not installed; run `terraform init`")
                return None
            folder = self.tree.root / installed
        real = self.tree.inside(folder)
        if real is None or not real.is_dir():
            outside = "outside the source folder" if real is None else "not there"
            self.tree.problem(f"module.{'.module.'.join(names)}: {self.tree.relative(folder)} is {outside}, not read")
            return None
        return self._module(real)

    def _module(self, folder: Path) -> Module:
        if folder not in self._read:
            self._read[folder] = _declared(folder, self.tree.blocks(folder))
        return self._read[folder]

    def _installations(self) -> dict[str, str]:
        """Folder by module key, from what `terraform init` wrote."""
        if self._installed is None:
            self._installed = {}
            path = self.tree.root / ".terraform/modules/modules.json"
            text = self.tree.read(path) if path.is_file() else None
            if text is not None and _is_tracked(path):
                self.tree.problem(f"{self.tree.relative(path)}: under version control, so not from `terraform init`")
                text = None
            try:
                listed = json.loads(text)["Modules"] if text is not None else []
                self._installed = {str(entry["Key"]): str(entry["Dir"]) for entry in listed}
            except (ValueError, LookupError, TypeError, RecursionError):
                self.tree.problem(f"{self.tree.relative(path)}: not what `terraform init` writes")
        return self._installed


def _is_tracked(path: Path) -> bool:
    """Whether git has a file in its index: what a change brings along is not what was installed.

    Looks for the path in the index itself (https://git-scm.com/docs/index-format), so that no git runs.
    """
    top = next((parent for parent in path.parents if (parent / ".git").exists()), None)
    if top is None:
        return False
    try:
        store = top / ".git"
        if store.is_file():
            store = top / store.read_text().partition("gitdir:")[2].strip()
        index = (store / "index").read_bytes()
    except (OSError, ValueError):
        return False
    compressed = index[4:8] == b"\0\0\0\x04"  # version 4 leaves out what a path shares with the one before
    name = path.name if compressed else path.relative_to(top).as_posix()
    return name.encode() + b"\0" in index


def _declared(folder: Path, blocks: tuple[Block, ...]) -> Module:
    resources: dict[tuple[str, str, str], Block] = {}
    local: dict[str, Attribute] = {}
    named: dict[str, dict[str, Block]] = {"variable": {}, "output": {}, "module": {}}
    for block in blocks:
        if block.type in ("resource", "data") and len(block.labels) == 2:
            mode = "data" if block.type == "data" else "managed"
            key = (mode, *block.labels)
            twice = key in resources  # Terraform refuses that, so this is not what it read
            resources[key] = replace(block, broken=True) if twice else block
        elif block.type == "locals":
            local.update(block.attributes)
        elif block.type in named and len(block.labels) == 1:
            named[block.type][block.labels[0]] = block
    return Module(folder, resources, local, named["variable"], named["output"], named["module"])
