"""Puts proposed files into place, and never touches one that exists."""

import os
from pathlib import Path

from gate.errors import GateError
from gate.init.propose import Proposal


def put(proposal: Proposal, root: Path, *, dry_run: bool) -> list[str]:
    """Writes the file unless something has its name already, and says in lines what was done or is left to do.

    Raises GateError where it cannot be written, and where a link is on the way: the tree may hold one that leads
    anywhere.
    """
    path = root / proposal.path
    for folder in path.relative_to(root).parents:
        if (root / folder).is_symlink() and root / folder != root:
            raise GateError(f"`{path}`: not written: {folder} is a symbolic link; make it a folder and run again")
    if os.path.lexists(path):
        told, is_said = _beside(proposal, path)
        return told if is_said or not dry_run else [*told, *_whole(proposal)]
    if dry_run:
        return [f"would write {proposal.path}: {proposal.what}", *_whole(proposal)]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(proposal.text)
    except OSError as error:
        raise GateError(f"`{path}`: can't be written: {(error.strerror or type(error).__name__).lower()}") from None
    return [f"wrote {proposal.path}: {proposal.what}"]


def _beside(proposal: Proposal, path: Path) -> tuple[list[str], bool]:
    """What a file that exists lacks, as far as lines can tell, and whether it lacks nothing."""
    if not path.is_file():
        return [f"left alone {proposal.path}: it exists and is no file"], False
    try:
        held = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        return [f"left alone {proposal.path}: can't be read: {(error.strerror or type(error).__name__).lower()}"], False
    present = {" ".join(line.split()) for line in held.splitlines()}
    missing = [line for line in proposal.text.splitlines() if " ".join(line.split()) not in present]
    if held == proposal.text or (proposal.short and not missing):
        return [f"left alone {proposal.path}: it says so already"], True
    if not proposal.short:
        return [f"left alone {proposal.path}, which exists; `gate init --dry-run` shows what it would say"], False
    return [f"left alone {proposal.path}, which exists; add at its end", *(f"    {line}" for line in missing)], False


def _whole(proposal: Proposal) -> list[str]:
    return ["", *(f"    {line}".rstrip() for line in proposal.text.rstrip().splitlines()), ""]
