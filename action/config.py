"""Step "config": fetches the default branch, or the one that is named, as refs/gate/config.

The configuration and the waivers of a pull request are read from there, never from the pull request. The fetch goes to
the server's own address with the job's token, not to the checkout's remote, and runs no hook. Where the job has no
checkout, the file itself is put aside. Sets the output `ref` or the output `file`.
"""

import base64
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from action.runner import environment, give_up, output
from gate.checkout import Checkout, checkout
from gate.errors import GateError
from gate.settings.git import read
from gate.settings.model import FILE_NAME

REF = "refs/gate/config"
_BRANCH = re.compile(r"(?!-)(?!.*\.\.)[^\x00-\x20\x7f~^:?*\[\\]+")
_QUIET = (
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=0",
)


class _GitFailedError(Exception):
    """The last line that git said."""


def main() -> int:
    branch = (environment("GATE_CONFIG_REF") or environment("GATE_DEFAULT_BRANCH")).removeprefix("refs/heads/")
    if not branch:
        return give_up("this event names no default branch; name the branch with the input config-ref")
    if not _BRANCH.fullmatch(branch):
        return give_up("the input config-ref is not the name of a branch")
    repository = f"{environment('GITHUB_SERVER_URL')}/{environment('GITHUB_REPOSITORY')}"
    try:
        here = checkout(Path.cwd())
        if here is not None and not here.submodule:
            _fetch(here.git_dir, repository, branch, shallow=_is_shallow(here.git_dir))
            output("ref", REF)
            return 0
        output("file", str(_aside(repository, branch)))
    except _GitFailedError as failed:
        return give_up(
            f"the branch `{branch}`, which holds the configuration, cannot be fetched from {repository}: {failed} "
            "(the job needs `permissions: contents: read`)"
        )
    except (GateError, OSError) as error:
        return give_up(str(error))
    return 0


def _aside(repository: str, branch: str) -> Path:
    """The configuration file of the branch, or an empty one if it has none, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="gate-config-", dir=environment("RUNNER_TEMP") or None))
    git_dir = folder / "repository"
    _git("init", "--quiet", "--bare", "--template=", str(git_dir))
    _fetch(git_dir, repository, branch, shallow=True)
    file = folder / FILE_NAME
    file.write_bytes(read(Checkout(git_dir, git_dir), REF, [FILE_NAME], os.environ).raw or b"")
    return file


def _is_shallow(git_dir: Path) -> bool:
    return (git_dir / "shallow").exists()


def _fetch(git_dir: Path, repository: str, branch: str, *, shallow: bool) -> None:
    """One commit deep where the repository is shallow already: a complete one would be made shallow by it."""
    depth = ["--depth=1"] if shallow else []
    options = ["--quiet", "--force", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", *depth]
    _git(f"--git-dir={git_dir}", *_QUIET, "fetch", *options, repository, f"+refs/heads/{branch}:{REF}")


def _git(*arguments: str) -> None:
    folder = environment("RUNNER_TEMP") or tempfile.gettempdir()
    done = subprocess.run(["git", *arguments], cwd=folder, env=_variables(), capture_output=True, check=False)  # noqa: S603, S607
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _GitFailedError(said[-1] if said else "git says nothing")


def _variables() -> dict[str, str]:
    """The environment for git: the token as a header for that server alone, where `ps` does not show it.

    An empty header comes first: it takes away the one that actions/checkout may have left in .git/config.
    """
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GATE_"))}
    variables["GIT_TERMINAL_PROMPT"] = "0"
    token = environment("GATE_TOKEN")
    if token:
        key = f"http.{environment('GITHUB_SERVER_URL')}/.extraheader"
        header = f"AUTHORIZATION: basic {base64.b64encode(f'x-access-token:{token}'.encode()).decode('ascii')}"
        variables |= {"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": key, "GIT_CONFIG_VALUE_0": ""}
        variables |= {"GIT_CONFIG_KEY_1": key, "GIT_CONFIG_VALUE_1": header}
    return variables


if __name__ == "__main__":
    sys.exit(main())
