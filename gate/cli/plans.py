"""Which files are meant by what stands on the command line: the plan in a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gate.errors import GateError
from gate.files import ARCHIVE
from gate.text.words import in_words

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = 2_000  # bytes: Terraform writes the version of the format first
_WRITE = "write one with `terraform show -json PLANFILE > plan.json` and give its path"
_MAKE = "run `terraform plan -out PLANFILE` there, then `terraform show -json PLANFILE > plan.json`"
_SHOWN = 5


def plan_files(named: Sequence[str]) -> tuple[str, ...]:
    """The files of plans: a folder stands for the one plan in it, and a file that is named in several ways is one, by
    its first name. Raises GateError where a folder has none, or several."""
    found: dict[str, str] = {}
    for name in named:
        file = _in_folder(name) if _is_folder(name) else name
        found.setdefault(_real(file), file)
    return tuple(found.values())


def _real(name: str) -> str:
    """A text for a file that is the same for all of its names."""
    try:
        return name if name == "-" else os.path.realpath(name)
    except ValueError:  # a null character: reading the file says so
        return name


def _is_folder(name: str) -> bool:
    try:
        return name != "-" and os.path.isdir(name)
    except ValueError:  # a null character: reading the file says so
        return False


def _in_folder(name: str) -> str:
    from pathlib import Path

    try:
        files = sorted(path for path in Path(name).iterdir() if path.is_file() and not path.is_symlink())
        found = [path for path in files if path.suffix == ".json" and _begins_like_a_plan(path)]
    except OSError as error:
        raise GateError(f"{name}: can't be read: {(error.strerror or str(error)).lower()}") from None
    if len(found) == 1:
        return str(found[0])
    if found:
        names = [path.name for path in found[:_SHOWN]] + (
            [f"{len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        )
        raise GateError(f"{name}: {in_words(names)} in this folder may be the plan; name the one that is meant")
    binary = next((path.name for path in files if _begins_with(path, ARCHIVE) and not _is_other_archive(path)), "")
    told = f"only `{binary}`, a binary plan; {_WRITE.replace('PLANFILE', binary)}" if binary else f"no plan; {_MAKE}"
    raise GateError(f"{name}: this folder has {told}")


def is_plan(path: Path) -> bool:
    """Whether a file begins as a plan does, in JSON or binary. What can't be read, and what is no file, is none."""
    try:
        return path.is_file() and (_begins_like_a_plan(path) or _begins_with(path, ARCHIVE))
    except (OSError, ValueError):
        return False


def _begins_like_a_plan(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_HEAD).replace(b"\0", b"")  # of UTF-16, which PowerShell's `>` writes
    version, of_report = head.find(b'"format_version"'), head.find(b'"schema_version"')
    return version >= 0 and not 0 <= of_report < version  # a report of gate has it first, a plan in its resources


def _is_other_archive(path: Path) -> bool:
    from gate.plan.look_alikes import is_other_archive  # loaded only for a folder without a plan in JSON

    with path.open("rb") as file:
        return is_other_archive(file)


def _begins_with(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic
