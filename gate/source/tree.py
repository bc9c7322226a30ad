"""The files of a source tree: the very ones that Terraform reads, and none that could be another one's."""

import codecs
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from gate.hcl.syntax import Block

_FILE = 2_000_000  # bytes; a larger configuration file is left out and said
_TOTAL = 64_000_000  # bytes of all files of one tree
_BROKEN = 20  # files that cannot be parsed, after which no more are tried: Terraform would refuse the first
_TERRAFORM, _TOFU = (".tf", ".tf.json"), (".tofu", ".tofu.json")
_WRITTEN = (".tfstate", ".tfstate.backup", ".tfplan", ".lock.hcl")


@dataclass(slots=True)
class Tree:
    """What may be read: regular files under `within`; `root` is the root module's folder, inside it. Both are real
    paths. A file that a link leads to is not read, since a link is not what it is for Terraform at another time."""

    root: Path
    within: Path
    problems: dict[str, None] = field(default_factory=dict)
    partial: set[Path] = field(default_factory=set)  # folders of which not every block could be read
    listed: dict[tuple[Path, str], list[str]] = field(default_factory=dict)  # files of a pattern, by folder
    _left: int = _TOTAL
    _broken: int = 0

    def path(self, text: str, base: Path) -> Path | None:
        """The path that a text means for Terraform, which cleans `..` as text; None where that is outside the tree."""
        try:
            os.fsencode(text)
        except UnicodeEncodeError:
            return None
        if "\0" in text or text.startswith("~"):
            return None
        path = Path(os.path.normpath(base / text))
        return path if path.is_relative_to(self.within) else None

    def relative(self, path: Path) -> str:
        """How a path is shown: relative to the root module's folder."""
        return Path(os.path.relpath(path, self.root)).as_posix()

    def written(self, path: Path) -> bool:
        """Whether `terraform init` or a plan may write the file, so that its content may have been another."""
        parts = [part.lower() for part in path.relative_to(self.within).parts]
        return any(part.startswith(".terraform") for part in parts) or path.name.lower().endswith(_WRITTEN)

    def linked(self, path: Path) -> bool:
        """Whether a symbolic link is on the way to a path inside the tree, or that cannot be told."""
        try:
            inside = (one for one in (path, *path.parents) if one != self.within and one.is_relative_to(self.within))
            return any(one.is_symlink() for one in inside)
        except OSError:
            return True

    def read(self, path: Path) -> bytes | None:
        """The content of a file in the tree; None, and a line in `problems`, where it may not or cannot be read."""
        shown = self.relative(path)
        try:
            if self.linked(path):
                self.problem(f"{shown}: reached through a symbolic link, not read")
                return None
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                self.problem(f"{shown}: not a regular file, not read")
            elif status.st_size > _FILE:
                self.problem(f"{shown}: larger than {_FILE // 1_000_000} MB, not read")
            elif status.st_size > self._left:
                self.problem(f"more than {_TOTAL // 1_000_000} MB of source, the rest is not read")
            else:
                self._left -= status.st_size
                return path.read_bytes()
        except OSError as error:
            self.problem(f"{shown}: cannot be read: {error.strerror}")
        return None

    def problem(self, line: str) -> None:
        """Notes what could not be read, once."""
        self.problems[line] = None

    def blocks(self, folder: Path) -> tuple[Block, ...]:
        """The top-level blocks of the module in a folder, with its override files merged in.

        None of them where an override file cannot be read whole, because it could change any of them, or overrides what
        is not there, since Terraform refuses that.
        """
        from gate.hcl.override import merge

        primary: list[Block] = []
        overrides: list[Block] = []
        certain = True
        for path in self._configuration_files(folder):
            blocks, whole = self._parse(path)
            self.partial |= set() if whole else {folder}
            if not _overrides(path.name):
                primary.extend(blocks)
            else:
                overrides.extend(blocks)
                certain = certain and whole
        if not certain:
            return ()
        merged, problems = merge(primary, overrides)
        for line in problems:
            self.problem(line)
            self.partial.add(folder)
        return () if problems else merged

    def _configuration_files(self, folder: Path) -> list[Path]:
        """The files that Terraform reads, in order; none where OpenTofu would read others than Terraform."""
        try:
            names = sorted(entry.name for entry in os.scandir(folder))
        except OSError as error:
            self.problem(f"{self.relative(folder)}: cannot be read: {error.strerror}")
            self.partial.add(folder)
            return []
        names = [name for name in names if not _ignored(name)]
        plain, tofu = ([name for name in names if name.endswith(kind)] for kind in (_TERRAFORM, _TOFU))
        if plain and tofu:
            self.problem(
                f"{self.relative(folder / tofu[0])}: beside `.tf` files, so which of them count is open, not read"
            )
            self.partial.add(folder)
            return []
        return [folder / name for name in plain or tofu]

    def _parse(self, path: Path) -> tuple[tuple[Block, ...], bool]:
        """The blocks of a file, and whether all of it could be read."""
        shown = self.relative(path)
        if self._broken >= _BROKEN:
            self.problem("too many files that cannot be parsed, the rest is not read")
            return (), False
        text = self.read(path)
        if text is None:
            return (), False
        if path.name.endswith(".json"):
            from gate.hcl import json_syntax

            blocks, problem = json_syntax.blocks(text, shown)
        else:
            from gate.hcl import parse

            blocks, problem = parse.blocks(text.removeprefix(codecs.BOM_UTF8), shown)
        if problem is not None:
            self._broken += 1
            self.problem(problem)
        return blocks, problem is None


def _ignored(name: str) -> bool:
    """As Terraform leaves out what editors write beside a file."""
    return name.startswith(".") or name.endswith("~") or (name.startswith("#") and name.endswith("#"))


def _overrides(name: str) -> bool:
    suffix = next(suffix for suffix in (*_TERRAFORM, *_TOFU) if name.endswith(suffix))
    stem = name.removesuffix(suffix)
    return stem == "override" or stem.endswith("_override")
