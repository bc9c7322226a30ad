"""The checkout that a folder lies in, found by its `.git` and without git.

A tree belongs to the author of the change, and so may a folder in it that looks like a repository to git. `.git` is a
name that git lets no tree contain, so what it names was put there by whoever made the checkout.
"""

from dataclasses import dataclass
from pathlib import Path

from gate.errors import GateError


@dataclass(frozen=True, slots=True)
class Checkout:
    """`root` is the folder that holds `.git`. A submodule's address and commit are chosen by the tree around it."""

    root: Path
    git_dir: Path
    submodule: bool = False


def checkout(directory: Path) -> Checkout | None:
    """The checkout that an absolute directory lies in, None outside any; GateError if a `.git` cannot be read."""
    for folder in (directory, *directory.parents):
        entry = folder / ".git"
        try:
            if entry.is_dir():
                return Checkout(folder, entry.resolve())
            if entry.is_file():  # a linked worktree or a submodule
                text = entry.read_text(encoding="utf-8", errors="surrogateescape").strip()
                git_dir = (folder / text.removeprefix("gitdir:").strip()).resolve()
                return Checkout(folder, git_dir, submodule=git_dir.parent.name != "worktrees")
        except OSError as error:
            raise GateError(f"`{entry}` cannot be read: {error.strerror or type(error).__name__}") from None
    return None
