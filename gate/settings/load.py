"""Which configuration is in force in this run."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from gate import files
from gate.errors import GateError
from gate.settings import ci
from gate.settings.model import FILE_NAME, Content, Settings
from gate.text.words import quotable

if TYPE_CHECKING:
    from pathlib import Path

    from gate.checkout import Checkout

_LARGEST = 1 << 18  # bytes of a file in a working tree that anybody may have written
_DEFAULTS = Settings(origin=f"defaults: no {FILE_NAME} in the working directory or above it in its repository")
_PROPOSED = "proposed in this change, not in force: "


def load(environment: Mapping[str, str], directory: str | Path, config: str | None, config_ref: str | None) -> Settings:
    """What is in force, and where it came from.

    `directory` is the working directory, `config` and `config_ref` the options of those names. A file that is named
    counts. In CI, or when a ref is named, the file is read from that ref (the default branch unless told otherwise),
    and the working tree's file is only compared with it. Otherwise the working tree's file counts, without any git.
    Raises GateError for an invalid file, and in CI whenever the ref cannot be read: never another file instead.
    """
    run = ci.identify(environment)
    if config is None and config_ref is None and run.ci is None and not _any_above(directory):
        return _DEFAULTS
    from pathlib import Path

    directory = Path(directory).resolve()
    if config is not None and config_ref is not None:
        raise GateError("--config and --config-ref exclude one another: name a file or a ref")
    if config is not None:
        return _from_file(config, directory, run)
    if config_ref is not None or run.ci is not None:
        return _from_ref(environment, directory, config_ref, run)
    return _from_working_tree(directory)


def _any_above(directory: str | Path) -> bool:
    """Whether a file of this name lies in a directory or anywhere above it, whatever checkout that is."""
    folder, above = "", os.path.realpath(directory)
    while above != folder:
        folder, above = above, os.path.dirname(above)
        if os.path.lexists(os.path.join(folder, FILE_NAME)):
            return True
    return False


def nearest(directory: Path) -> Path | None:
    """The working tree's `.gate.toml`: the nearest from an absolute directory up to the root of its checkout."""
    return next((path for path in _candidates(directory) if os.path.lexists(path)), None)


def place(directory: Path) -> Path:
    """Where the file is, or else belongs: at the root of the checkout, outside one in the directory itself."""
    return nearest(directory) or _candidates(directory)[-1]


def read_file(path: Path, name: str) -> Content:
    """What a file says; raises GateError if it cannot be read or is not valid."""
    from gate.settings.parse import parse

    return parse(files.read(path, f"`{quotable(name)}`"), name)


def _from_file(named: str, directory: Path, run: ci.Run) -> Settings:
    if not named:
        raise GateError("--config: the path is empty")
    path = directory / named
    if run.pull_request and _part_of_change(path, (directory, *run.workspaces)):
        raise GateError(
            f"`{quotable(named)}` is part of the change under review, which cannot approve itself; pass "
            "--config-ref refs/remotes/origin/BRANCH with a protected branch, or a file outside the checkout"
        )
    tree = nearest(directory) if run.ci else None
    aside = tree is not None and not (path.exists() and tree.exists() and path.samefile(tree))
    note = f"{_PROPOSED}the {FILE_NAME} of the working tree; --config names another file"
    return _settings(read_file(path, named), f"`{named}`, named with --config", (note,) if aside else ())


def _part_of_change(path: Path, workspaces: tuple[Path, ...]) -> bool:
    """Whether a file lies in the checkout of one of the workspaces, or in a submodule."""
    from gate.checkout import checkout

    owners = [owner for owner in (checkout(path.parent), checkout(path.resolve().parent)) if owner]
    roots = {here.root for here in map(checkout, workspaces) if here}
    return any(owner.submodule or owner.root in roots for owner in owners)


def _from_working_tree(directory: Path) -> Settings:
    path = nearest(directory)
    if path is None:
        return _DEFAULTS
    name = os.path.relpath(path, directory).replace(os.sep, "/")
    note = f"`{name}` was read from the working tree; CI reads it from the default branch and may differ"
    return _settings(read_file(path, name), f"`{name}` of the working tree", (note,))


def _from_ref(environment: Mapping[str, str], directory: Path, named: str | None, run: ci.Run) -> Settings:
    from gate.checkout import checkout
    from gate.settings import git

    if run.origin_is_fork:
        raise GateError(
            f"{run.ci} runs this for a fork, whose branches the author of the change controls; "
            "pass --config FILE with a file on the server"
        )
    if named is None and run.default_branch is None:
        raise GateError(
            f"{run.ci} runs this, where the change under review cannot bring its own configuration, and nothing "
            f"tells the default branch; pass --config-ref refs/remotes/origin/BRANCH with a protected one, "
            f"{git.INSTEAD}"
        )
    ref = f"refs/remotes/origin/{run.default_branch}" if named is None else named
    git.check_name(ref)
    here = checkout(directory)
    if here is None:
        raise GateError(
            f"`{quotable(directory)}` is not in a git checkout, so `{ref}` cannot be read; check it out, {git.INSTEAD}"
        )
    if here.submodule:
        raise GateError(
            f"`{quotable(here.root)}` is a submodule, whose repository the change under review chooses; "
            "pass --config FILE with a file outside it"
        )
    names = [path.relative_to(here.root).as_posix() for path in _candidates(directory)]
    blob = git.read(here, ref, names, environment)
    place = f"`{ref}` (commit {blob.commit[:12]})"
    if blob.name is None or blob.raw is None:
        return Settings(
            origin=f"defaults: no {FILE_NAME} at {place}",
            notes=tuple(_proposed(Content(FILE_NAME), b"", directory, here)),
        )
    from gate.settings.parse import parse

    content = parse(blob.raw, f"{ref}:{blob.name}")
    return _settings(content, f"`{blob.name}` at {place}", tuple(_proposed(content, blob.raw, directory, here)))


def _proposed(in_force: Content, raw: bytes, directory: Path, here: Checkout) -> Iterator[str]:
    """A sentence for each thing in which the working tree's file, if there is one, differs from what is in force."""
    path = nearest(directory)
    if path is None:
        if in_force.text.strip():
            yield f"{_PROPOSED}the working tree has no {FILE_NAME}"
        return
    name = path.relative_to(here.root).as_posix()
    tree = _plain_content(path)
    if tree is None:
        yield f"{_PROPOSED}`{name}` of the working tree, which is not a readable plain file of at most 256 KiB"
        return
    if tree == raw:
        return
    from gate.settings.parse import parse
    from gate.settings.proposed import differences

    try:
        proposed = parse(tree, name)
    except GateError as error:
        yield f"{_PROPOSED}a configuration that is not valid: {error}"
        return
    yield from (f"{_PROPOSED}{difference}" for difference in differences(in_force, proposed))


def _plain_content(path: Path) -> bytes | None:
    """What a file holds that anybody may have put there: no link, no device, nothing huge, and no error."""
    try:
        facts = path.lstat()
        return path.read_bytes() if stat.S_ISREG(facts.st_mode) and facts.st_size <= _LARGEST else None
    except OSError:
        return None


def _settings(content: Content, origin: str, notes: tuple[str, ...]) -> Settings:
    return Settings(content.rules, content.overrides, content.waivers, origin, notes, content)


def _candidates(directory: Path) -> list[Path]:
    """Where the file may lie, nearest first; outside a checkout only the directory itself."""
    from gate.checkout import checkout

    here = checkout(directory)
    folders = [directory, *directory.parents]
    return [folder / FILE_NAME for folder in (folders[: folders.index(here.root) + 1] if here else folders[:1])]
