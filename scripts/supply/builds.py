"""Two builds of gate, as different as they can be, and the digests of what they make.

The first is built from the files that git tracks; the second from the source archive of the first, in another folder,
with other permissions and times of files, another umask, time zone, locale and hash seed. All builds are told the time
of the commit: https://reproducible-builds.org/specs/source-date-epoch/.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PARTS = ("gate", "schemas", "README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", ".gitignore")


def twice(root: Path, work: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The SHA-256 of every file that each of two builds makes, by name. `work` is an empty folder."""
    first = work / "first"
    _copy(root, first)
    made = _build(first, work / "one", 0o022, {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"})
    shutil.unpack_archive(next((work / "one").glob("*.tar.gz")), work / "a second folder")
    [second] = (work / "a second folder").iterdir()
    for path in second.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700 if path.is_dir() else 0o600)
    other = {"TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"}
    return made, _build(second, work / "two", 0o077, other)


def _copy(root: Path, folder: Path) -> None:
    tracked = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--", *PARTS], capture_output=True, text=True, check=True
    )
    for name in tracked.stdout.split("\0"):
        if name and (root / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, folder / name)


def _build(source: Path, made: Path, umask: int, variables: Mapping[str, str]) -> dict[str, str]:
    command = [sys.executable, "-I", "-m", "hatchling", "build", "--directory", str(made)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", **variables}
    subprocess.run(command, cwd=source, env=environment, umask=umask, capture_output=True, check=True)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made.iterdir()}
