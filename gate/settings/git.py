"""Reads one file of a commit through git's plumbing: without a checkout, a network, hooks or anything the tree says.

Git is told which repository to read and searches for none, so whose files these are does not matter to it either (its
safe.directory guards the search): a container that runs as another user needs no configuration.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gate.checkout import Checkout
from gate.errors import GateError
from gate.text.words import quotable

_SECONDS = 60
_OPTIONS = (
    "--no-pager",
    "--literal-pathspecs",
    "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "protocol.allow=never",  # a partial clone would fetch what it lacks
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FULL_NAME = re.compile(r"refs(/[^/\x00-\x20\x7f~^:?*\[\\]+)+")
_OF_A_CHANGE = re.compile(r"refs/(remotes/)?(pull|pull-requests|merge-requests|changes)/.*")
INSTEAD = "or `--config FILE` with a file that the change under review cannot alter"


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit: its path from the root and its content; both None where the commit has no such file."""

    commit: str
    name: str | None = None
    raw: bytes | None = None


def check_name(ref: str) -> None:
    """Raises GateError unless `ref` is a full ref name or a commit id, and not the change under review itself."""
    if _COMMIT.fullmatch(ref):
        return
    if not _FULL_NAME.fullmatch(ref):
        raise GateError(
            f"`{quotable(ref)}` is not a full ref name, and a short one can mean a tag of the same name; "
            f"pass --config-ref refs/remotes/origin/BRANCH or a commit's full id, {INSTEAD}"
        )
    if _OF_A_CHANGE.fullmatch(ref):
        raise GateError(
            f"`{quotable(ref)}` is the change under review, which cannot approve itself; "
            f"pass --config-ref refs/remotes/origin/BRANCH with a protected branch, {INSTEAD}"
        )


def read(here: Checkout, ref: str, names: Sequence[str], environment: Mapping[str, str]) -> Blob:
    """The first of `names` (paths from the root, POSIX) that the commit at `ref` has.

    `ref` has passed check_name. Raises GateError if there is no git, no such ref, or the name is not a plain file.
    """
    git = _Git(_program(here, environment), here.git_dir, _clean(environment))
    commit = _commit(git, ref)
    listing = git.run("ls-tree", "-z", "--full-tree", commit, "--", *names)
    if listing is None:
        raise GateError(f"the tree of `{ref}` cannot be read: {git.said}; fetch it in full, {INSTEAD}")
    entries = {}
    for line in filter(None, listing.split(b"\0")):
        facts, _, path = line.partition(b"\t")
        entries[os.fsdecode(path)] = facts.decode("ascii").split()
    for name in names:
        if name not in entries:
            continue
        mode, _, blob = entries[name]
        if mode not in ("100644", "100755"):
            raise GateError(f"`{name}` at `{ref}` is not a plain file (mode {mode}); commit the file itself")
        raw = git.run("cat-file", "blob", blob)
        if raw is None:
            raise GateError(f"`{name}` at `{ref}` cannot be read: {git.said}; fetch without --filter, {INSTEAD}")
        return Blob(commit, name, raw)
    return Blob(commit)


@dataclass(slots=True)
class _Git:
    program: str
    git_dir: Path
    environment: dict[str, str]
    said: str = ""  # the last line of the last error

    def run(self, *arguments: str) -> bytes | None:
        """The standard output of a command, None if it failed. Raises GateError where git cannot be run."""
        command = [self.program, f"--git-dir={self.git_dir}", *_OPTIONS, *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - git itself, found outside the tree; arguments are a list
                command,
                cwd=self.git_dir,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise GateError(
                f"git took more than {_SECONDS} seconds to read the configuration; try again, {INSTEAD}"
            ) from None
        except (OSError, ValueError) as error:
            reason = (getattr(error, "strerror", None) or type(error).__name__).lower()
            raise GateError(
                f"{self.program} cannot be run to read the configuration: {reason}; mend it, {INSTEAD}"
            ) from None
        lines = done.stderr.decode("utf-8", "replace").split("\n")
        self.said = next((quotable(line) for line in reversed(lines) if line), "no such object")
        return done.stdout if done.returncode == 0 else None


def _program(here: Checkout, environment: Mapping[str, str]) -> str:
    found = shutil.which("git", path=environment.get("PATH"))
    if found is None:
        raise GateError(f"there is no git on PATH to read the configuration with; install it, {INSTEAD}")
    if Path(found).resolve().is_relative_to(here.root):
        raise GateError("the git on PATH lies inside the checkout, so the change under review can alter it; fix PATH")
    return str(Path(found).absolute())


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without git's own variables, which could lead it to another repository."""
    return {key: value for key, value in environment.items() if not key.startswith("GIT_")} | _ENVIRONMENT


def _commit(git: _Git, ref: str) -> str:
    """The commit's id. `show-ref --verify` takes a name as it stands, where `rev-parse` would also try tags."""
    wanted = ref
    if not _COMMIT.fullmatch(ref):
        found = git.run("show-ref", "--verify", "--hash", "--", ref)
        if found is None:
            advice = f"{_fetch(git.git_dir, ref)}, or pass another --config-ref, {INSTEAD}"
            raise GateError(f"this checkout has no `{ref}`; {advice}")
        wanted = found.decode("ascii").strip()
    peeled = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{wanted}^{{commit}}")
    if peeled is None:
        advice = f"{_fetch(git.git_dir, ref)}, or pass another --config-ref, {INSTEAD}"
        raise GateError(f"this checkout has no commit `{ref}`; {advice}")
    return peeled.decode("ascii").strip()


def _fetch(git_dir: Path, ref: str) -> str:
    """The command that brings a ref; one commit deep only where the checkout is shallow, for it would make it so."""
    origin = "refs/remotes/origin/"
    wanted = ref
    if not _COMMIT.fullmatch(ref):
        source = f"refs/heads/{ref.removeprefix(origin)}" if ref.startswith(origin) else ref
        wanted = f"+{source}:{ref}"
    depth = "--depth=1 " if (git_dir / "shallow").is_file() else ""
    return f"run `git fetch --no-tags {depth}origin {wanted}`"
