"""The fenced blocks of a page, and a machine on which their commands run."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.helpers.paths import ROOT

BLOCKED = ROOT / "tests" / "plans" / "administrator-access-attached"


@dataclass(frozen=True)
class Block:
    """`name` is the file, or the hook, that its first line names in a comment."""

    language: str
    text: str
    name: str

    def __str__(self) -> str:
        return self.name or self.text.split("\n")[0][:40]


def blocks(page: Path) -> list[Block]:
    """All of a page."""
    found = []
    for language, text in re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", page.read_text()):
        name = re.match(r"(?:#|//) (\S+)\n", text)
        found.append(Block(language, text, name[1] if name else ""))
    return found


@dataclass
class Machine:
    """A clone with the source of a blocked plan in `work`, and stand-ins on PATH that note their calls.

    `terraform show` gives the plan, unless `work` has a file `fails`; `python -m venv` makes a folder with this gate;
    pip installs nothing; docker runs Terraform's image and no other. `places` are texts of a script, such as folders of
    another machine, and what stands for them here.
    """

    root: Path
    places: dict[str, str] = field(default_factory=dict)
    said: str = ""  # by the last script, on both streams

    @property
    def work(self) -> Path:
        """The working folder."""
        return self.root / "work"

    def run(self, script: str, *shell: str, **variables: str) -> int:
        """The status of a script, with nothing in the environment but PATH, HOME and the variables."""
        if self.places:  # all at once, for what stands for one may hold another
            script = re.sub("|".join(map(re.escape, self.places)), lambda found: self.places[found[0]], script)
        environment = {"PATH": f"{self.root / 'bin'}:{os.environ['PATH']}", "HOME": str(self.root), **variables}
        done = subprocess.run(
            [*shell, script], cwd=self.work, env=environment, capture_output=True, text=True, check=False
        )
        self.said = done.stdout + done.stderr
        return done.returncode

    def calls(self) -> list[str]:
        """What was called, each with its arguments."""
        return (self.root / "calls").read_text().splitlines()


def machine(root: Path, clone: Path) -> Machine:
    """A new one in an empty folder, with a copy of a clone."""
    programs = root / "bin"
    shutil.copytree(clone, root / "work")
    shutil.copy(BLOCKED / "after.tf", root / "work" / "main.tf")
    programs.mkdir()
    made = f'mkdir -p "$last/bin"; cp "{programs}/gate" "$last/bin/gate"; cp "{programs}/pip" "$last/bin/python"'
    python = f'test "$1 $2 $3" = "-I -m venv" || exit 1; for last; do :; done; {made}'
    scripts = {
        "gate": f'exec "{sys.executable}" -I -m gate "$@"',
        "terraform": f'test ! -e fails || exit 1; case "$*" in *show*) cat "{BLOCKED / "plan.json"}";; esac',
        "pip": 'case "$*" in "-I -m pip --isolated "*install*) ;; *) exit 1;; esac',
        "docker": 'while test "$1" != hashicorp/terraform:1.15; do shift; done; shift; terraform "$@"',
        "python": python,
        "python3": python,
    }
    for name, script in scripts.items():
        (programs / name).write_text(f'#!/bin/sh\necho "{name} $*" >>"{root}/calls"\n{script}\n')
        (programs / name).chmod(0o755)
    return Machine(root)
