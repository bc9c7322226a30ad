"""The checkouts that a folder lies in, found by their `.git` and without git.

A tree belongs to the author of the change, and so may a folder in it that looks like a repository to git. `.git` is a
name that git lets no tree contain, so what it names was put there by whoever made the checkout.
"""

from pathlib import Path

import msgspec

from gate.errors import GateError


class Checkout(msgspec.Struct, frozen=True, gc=False):
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
                named = git_dir(folder).resolve()
                return Checkout(folder, named, submodule=named.parent.name != "worktrees")
        except OSError as error:
            raise GateError(f"`{entry}` cannot be read: {error.strerror or type(error).__name__}") from None
    return None


def tops(folder: Path) -> list[Path]:
    """The top folders of all checkouts that a folder is in, the innermost first."""
    return [one for one in (folder, *folder.parents) if is_top(one)]


def is_top(folder: Path) -> bool:
    """Whether a folder holds a `.git`: one that cannot be followed is one all the same."""
    entry = folder / ".git"
    return entry.exists() or entry.is_symlink()


def git_dir(top: Path) -> Path:
    """The folder that the `.git` of a top folder is, or names where it is a file. Raises OSError."""
    entry = top / ".git"
    if not entry.is_file():
        return entry
    text = entry.read_text(encoding="utf-8", errors="surrogateescape").strip()
    return top / text.removeprefix("gitdir:").strip()
