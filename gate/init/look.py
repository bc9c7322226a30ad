"""What lies in a folder: the CI systems, the root modules, the default branch."""

import os
import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gate.checkout import checkout
from gate.hcl.syntax import Block, Literal, nested
from gate.init.systems import SYSTEMS, System

_PASSED_OVER = frozenset({"example", "examples", "node_modules", "test", "tests", "vendor"})
_PLAIN = re.compile(r"[A-Za-z0-9_][\w./-]*|\.")  # what needs no quotes in a shell, in YAML and in Groovy
_LARGEST = 1_000_000  # bytes of a file that is looked at
_FOLDERS = 20_000  # that are looked at


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was found in `root`, the top of the checkout, or the folder itself outside of one.

    `modules` are root modules: folders that Terraform is run in, relative, `.` for the root itself. `awkward` are those
    whose path would need quotes. `whole`: all folders were looked at. `terragrunt`: there are files of Terragrunt.
    """

    root: Path
    systems: tuple[System, ...]
    modules: tuple[str, ...]
    awkward: tuple[str, ...]
    whole: bool
    terragrunt: bool
    branch: str | None


def look(directory: Path) -> Surroundings:
    """Looks at the checkout that an absolute directory lies in; follows no links and runs nothing."""
    here = checkout(directory)
    root = here.root if here else directory
    folders = _Folders(root)
    modules = _root_modules(folders)
    plain = tuple(sorted(module for module in modules if _PLAIN.fullmatch(module)))
    return Surroundings(
        root=root,
        systems=_systems(root, here.git_dir if here else None),
        modules=plain,
        awkward=tuple(sorted(modules - set(plain))),
        whole=folders.whole,
        terragrunt=folders.terragrunt,
        branch=_default_branch(here.git_dir) if here else None,
    )


def _systems(root: Path, git_dir: Path | None) -> tuple[System, ...]:
    signed = tuple(system for system in SYSTEMS if any(os.path.lexists(root / sign) for sign in system.signs))
    if signed or git_dir is None:
        return signed
    remote = _origin(git_dir)
    return tuple(system for system in SYSTEMS if system.remote and system.remote in remote)[:1]


def _origin(git_dir: Path) -> str:
    """The address of the remote `origin`, empty if there is none."""
    text = _text(_common(git_dir) / "config")
    section = re.search(r'(?ms)^\[remote "origin"\]\s*$(.*?)(?=^\[|\Z)', text)
    address = re.search(r"(?m)^\s*url\s*=\s*(\S+)", section[1]) if section else None
    return address[1] if address else ""


def _default_branch(git_dir: Path) -> str | None:
    """What `git clone` noted as the remote's default branch."""
    head = re.fullmatch(
        r"ref: refs/remotes/origin/(\S+)\s*", _text(_common(git_dir) / "refs" / "remotes" / "origin" / "HEAD")
    )
    return head[1] if head and _PLAIN.fullmatch(head[1]) else None


def _common(git_dir: Path) -> Path:
    """Where a linked worktree shares its refs and its configuration with the others."""
    shared = _text(git_dir / "commondir").strip()
    return git_dir / shared if shared else git_dir


def _text(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""


class _Folders:
    """The folders below a root that hold .tf files, each with its top-level blocks."""

    def __init__(self, root: Path) -> None:
        self.whole = True
        self.terragrunt = False
        self.blocks: dict[str, tuple[Block, ...]] = {}
        for count, (folder, names, files) in enumerate(os.walk(root)):
            if count >= _FOLDERS:
                self.whole = False
                break
            names[:] = sorted(name for name in names if not name.startswith(".") and name not in _PASSED_OVER)
            self.terragrunt = self.terragrunt or "terragrunt.hcl" in files
            written = sorted(name for name in files if name.endswith(".tf"))
            if written:
                place = Path(folder).relative_to(root).as_posix()
                self.blocks[place] = tuple(block for name in written for block in _blocks(Path(folder) / name))


def _blocks(path: Path) -> tuple[Block, ...]:
    """The blocks of a file, as far as it can be read."""
    from gate.hcl.parse import blocks

    with suppress(OSError):
        if path.is_file() and path.stat().st_size <= _LARGEST:
            return blocks(path.read_bytes(), path.name)[0]
    return ()


def _root_modules(folders: _Folders) -> set[str]:
    """Folders that say where state is kept or configure a provider; if none does, those that no other one calls."""
    called = {place for folder, found in folders.blocks.items() for place in _calls(folder, found)}
    uncalled = {folder for folder in folders.blocks if folder not in called}
    return {folder for folder in uncalled if any(map(_is_of_a_root, folders.blocks[folder]))} or uncalled


def _is_of_a_root(block: Block) -> bool:
    stated = block.type == "terraform" and any(nested(block, name) for name in ("backend", "cloud"))
    return stated or block.type == "provider"


def _calls(folder: str, found: tuple[Block, ...]) -> Iterator[str]:
    """The local modules that a folder calls: https://developer.hashicorp.com/terraform/language/modules/sources."""
    for block in found:
        source = block.attributes.get("source") if block.type == "module" else None
        where = source.expression.value if source and isinstance(source.expression, Literal) else None
        if isinstance(where, str) and where.startswith(("./", "../")):
            yield posixpath.normpath(posixpath.join(folder, where))
