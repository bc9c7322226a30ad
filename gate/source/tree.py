"""The files of a source tree: which ones Terraform would read, and that no other is."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from gate.hcl.syntax import Block

_FILE = 2_000_000  # bytes; a larger configuration file is left out and said
_TOTAL = 64_000_000  # bytes of all files of one tree
_BROKEN = 20  # files that cannot be parsed, after which no more are tried: Terraform would refuse the first
_SUFFIXES = (".tf", ".tf.json")
_TOFU = {".tofu": ".tf", ".tofu.json": ".tf.json"}


@dataclass(slots=True)
class Tree:
    """What may be read: regular files under `within` (resolved); `root` is the root module's folder, inside it.

    `tofu`: the plan is OpenTofu's (True), Terraform's (False), or that cannot be told (None).
    """

    root: Path
    within: Path
    tofu: bool | None
    problems: dict[str, None] = field(default_factory=dict)
    _left: int = _TOTAL
    _broken: int = 0

    def inside(self, path: Path) -> Path | None:
        """The real path behind `path`, or None where that lies outside the tree, or leads nowhere."""
        try:
            real = path.resolve()
            return real if real.is_relative_to(self.within) else None
        except (OSError, RuntimeError, ValueError):
            return None

    def relative(self, path: Path) -> str:
        """How a path is shown: relative to the root module's folder."""
        return Path(os.path.relpath(path, self.root)).as_posix()

    def read(self, path: Path) -> bytes | None:
        """The content of a file; None, and a line in `problems`, where it may not or cannot be read."""
        shown = self.relative(path)
        real = self.inside(path)
        if real is None:
            self.problem(f"{shown}: outside the source folder, not read")
            return None
        try:
            status = real.stat()
            if not stat.S_ISREG(status.st_mode):
                self.problem(f"{shown}: not a regular file, not read")
            elif status.st_size > _FILE:
                self.problem(f"{shown}: larger than {_FILE // 1_000_000} MB, not read")
            elif status.st_size > self._left:
                self.problem(f"more than {_TOTAL // 1_000_000} MB of source, the rest is not read")
            else:
                self._left -= status.st_size
                return real.read_bytes()
        except OSError as error:
            self.problem(f"{shown}: cannot be read: {error.strerror}")
        return None

    def problem(self, line: str) -> None:
        """Notes what could not be read, once."""
        self.problems[line] = None

    def blocks(self, folder: Path) -> tuple[Block, ...]:
        """The top-level blocks of the module in a folder, with its override files merged in.

        None of them where an override file cannot be read whole, because it could change any of them.
        """
        from gate.hcl.override import merge

        primary: list[Block] = []
        overrides: list[Block] = []
        files, certain = self._configuration_files(folder)
        for path in files:
            stem = _stem(path.name)
            blocks = self._parse(path)
            if stem != "override" and not stem.endswith("_override"):
                primary.extend(blocks or ())
            elif blocks is None:
                certain = False
            else:
                overrides.extend(blocks)
        if not certain:
            return ()
        merged, problems = merge(primary, overrides)
        for line in problems:
            self.problem(line)
        return merged

    def _configuration_files(self, folder: Path) -> tuple[list[Path], bool]:
        """The files that Terraform reads, in order; and whether that is certain."""
        try:
            names = sorted(entry.name for entry in os.scandir(folder))
        except OSError as error:
            self.problem(f"{self.relative(folder)}: cannot be read: {error.strerror}")
            return [], False
        names = [name for name in names if not name.startswith((".", "#")) and not name.endswith(("~", "#"))]
        chosen = {name for name in names if name.endswith(_SUFFIXES)}
        certain = True
        for name in names:
            suffix = next((suffix for suffix in _TOFU if name.endswith(suffix)), None)
            if suffix is None or self.tofu is False:
                continue
            if self.tofu:
                chosen.discard(name.removesuffix(suffix) + _TOFU[suffix])
                chosen.add(name)
            else:
                certain = False
                self.problem(
                    f"{self.relative(folder / name)}: the plan does not tell whether OpenTofu made it, not read"
                )
        return [folder / name for name in sorted(chosen)], certain

    def _parse(self, path: Path) -> tuple[Block, ...] | None:
        """The blocks of a file; None where it cannot be read, or an override file not whole."""
        shown = self.relative(path)
        if self._broken >= _BROKEN:
            self.problem("too many files that cannot be parsed, the rest is not read")
            return None
        text = self.read(path)
        if text is None:
            return None
        if path.name.endswith(".json"):
            from gate.hcl import json_syntax

            blocks, problem = json_syntax.blocks(text, shown)
        else:
            from gate.hcl import parse

            blocks, problem = parse.blocks(text.removeprefix(b"\xef\xbb\xbf"), shown)
        if problem is not None:
            self._broken += 1
            self.problem(problem)
        return None if problem is not None and _stem(path.name).endswith("override") else blocks


def _stem(name: str) -> str:
    for suffix in (*_TOFU, *_SUFFIXES):
        if name.endswith(suffix):
            name = name.removesuffix(suffix)
    return name.removesuffix(".tf").removesuffix(".tofu")
