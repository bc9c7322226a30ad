"""Which folder is the source of a plan, and who says so.

A folder that the author of a change could choose proves nothing, so in CI only `--source` names one. On a laptop it is
the working directory or the plan's own folder, whichever holds the plan's configuration.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gate.errors import GateError
from gate.plan.model import Plan
from gate.plan.references import References
from gate.text.words import in_words

if TYPE_CHECKING:  # loaded only when a plan hides something
    from pathlib import Path

    from gate.source import Source

_SHOWN = 5  # plans in a note
_HERE = "the working directory"


class SourceFolders:
    """The folders of a run. `named` serve every plan that they fit, `paired` one plan each, by its path; without any,
    `automatic` looks beside the plan and at the working directory."""

    def __init__(
        self, named: Sequence[Path] = (), paired: dict[str, Path] | None = None, *, automatic: bool = False
    ) -> None:
        self._named, self._paired, self._automatic = named, paired or {}, automatic
        self._opened: dict[int, Path] = {}  # by the plan's identity: a file may hold several
        self._taken: dict[tuple[str, Path], None] = {}  # the path of a plan, and its folder that nobody named

    def open(self, plan: Plan) -> Source | None:
        """The source of a plan, None where there is none. Raises GateError where a folder that was named is not its."""
        if plan.path in self._paired:
            return self._fitting(plan, [self._paired[plan.path]])
        if self._named:
            return self._fitting(plan, self._named)
        return self._found(plan) if self._automatic and not self._paired else None

    def notes(self) -> list[str]:
        """Which folders were taken without being named; plans that have theirs the same way share a sentence."""
        here = [plan for plan, folder in sorted(self._taken) if _is_here(folder)]
        beside = [(plan, folder) for plan, folder in sorted(self._taken) if not _is_here(folder)]
        one = str(beside[0][1]) if len(beside) == 1 else ""
        return [*_note(here, _HERE, _HERE), *_note([plan for plan, _ in beside], one, "the folder that it is in")]

    def relative(self, plan: Plan, file: str) -> str:
        """A file of a plan's source as a report names it: relative to the root of the repository that it is in, without
        one to the working directory."""
        from pathlib import Path

        folder = self._opened.get(id(plan), Path.cwd()).resolve()
        return Path(os.path.relpath(folder / file, _repository(folder) or Path.cwd())).as_posix()

    def _fitting(self, plan: Plan, folders: Sequence[Path]) -> Source:
        found = {folder: _opened(folder, plan) for folder in folders}
        fitting = [folder for folder, (_, reason) in found.items() if reason is None]
        if not fitting:
            reasons = (f"{folder} is not the source of {plan.path}: {reason}" for folder, (_, reason) in found.items())
            raise GateError(f"{'; '.join(reasons)}; give the folder that the plan was made from")
        if len(fitting) > 1:
            told = " and ".join(map(str, fitting))
            raise GateError(f"{told} both look like the source of {plan.path}; write --source {plan.path}=FOLDER")
        self._opened[id(plan)] = fitting[0]
        return found[fitting[0]][0]

    def _found(self, plan: Plan) -> Source | None:
        for folder in _places(plan):
            source, reason = _opened(folder, plan)
            if reason is None and References(plan).present:
                self._opened[id(plan)] = folder
                self._taken[plan.path, folder] = None
                return source
        return None


def _places(plan: Plan) -> Iterator[Path]:
    from pathlib import Path

    yield Path.cwd()
    beside = Path(plan.path).parent
    if plan.path != "-" and beside.is_dir() and beside.resolve() != Path.cwd():
        yield beside


def _opened(folder: Path, plan: Plan) -> tuple[Source, str | None]:
    from gate.source import open_source

    source = open_source(folder, plan, _checkout(folder))
    return source, source.misfit() if References(plan).present else None


def _checkout(folder: Path) -> Path:
    """The top folder of the checkout, where modules may stand beside the root module; the folder itself outside one."""
    from gate.checkout import tops

    here = folder.resolve()
    return next(iter(tops(here)), here)


def _repository(folder: Path) -> Path | None:
    """The root of the repository that a real path is in, None outside any. Of a submodule it is the one around it: that
    is what whoever reads a report has before them."""
    for parent in (folder, *folder.parents):
        entry = parent / ".git"
        try:
            if entry.is_dir() or (entry.is_file() and b"/modules/" not in entry.read_bytes()[:4096]):
                return parent
        except OSError:
            return None
    return None


def _note(plans: list[str], of_one: str, of_each: str) -> Iterator[str]:
    if len(plans) == 1:
        yield f"{plans[0]}: the source is {of_one}, which holds its configuration"
    elif plans:
        named = plans[:_SHOWN] + ([f"{len(plans) - _SHOWN} more"] if len(plans) > _SHOWN else [])
        yield f"{in_words(named)}: the source of each is {of_each}, which holds its configuration"


def _is_here(folder: Path) -> bool:
    return str(folder.resolve()) == os.getcwd()


def source_folders(texts: Sequence[str], plans: Sequence[str], *, automatic: bool) -> SourceFolders:
    """The folders that `--source` names: each a folder, or PLAN=FOLDER with one of the plans as it is given.

    Raises GateError for a pair of no such plan, and for what is no folder.
    """
    if not texts:
        return SourceFolders(automatic=automatic)
    from pathlib import Path

    named: list[Path] = []
    paired: dict[str, Path] = {}
    for text in texts:
        plan = next((plan for plan in plans if text.startswith(f"{plan}=")), None)
        if plan is not None:
            paired[plan] = Path(text.removeprefix(f"{plan}="))
        elif "=" in text and not Path(text).is_dir():
            raise GateError(
                f"--source {text}: {text.partition('=')[0]} is none of the plans; write PLAN as it is given"
            )
        else:
            named.append(Path(text))
    for folder in (*named, *paired.values()):
        if not folder.is_dir():
            raise GateError(f"{folder}: not a directory; `--source` takes the folder that Terraform runs in")
    return SourceFolders(named, paired, automatic=automatic)
