"""From what was found to the files that are proposed, and what is left to do by hand."""

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata, resources
from itertools import chain, count
from pathlib import Path

from gate.init.look import Surroundings
from gate.init.systems import PAGE, System

UNKNOWN_COMMIT = "0" * 40
_BRANCH = "main"
_FOR_EACH_MODULE = ("@ROOT@", "@NAME@", "@IN@")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A file that should hold `text`. `short`: the text is a few lines, which a file that exists may lack alone."""

    path: str
    text: str
    what: str
    short: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """The files, the texts that belong to a server and are only shown, and the steps that are left, in order."""

    files: tuple[Proposal, ...]
    shown: tuple[Proposal, ...]
    steps: tuple[str, ...]


def propose(found: Surroundings, systems: tuple[System, ...], owners: tuple[str, ...]) -> Setup:
    """What is to be written for these systems; nothing is."""
    branch = found.branch or _BRANCH
    commit = installed_commit()
    modules = found.modules or (".",)
    files = [Proposal(".gate.toml", template("gate.toml"), "which rules block, and what is waived until when")]
    shown: list[Proposal] = []
    steps: list[str] = list(_doubts(found, systems))
    for system in systems:
        text = render(template(system.template), modules, branch, commit or UNKNOWN_COMMIT)
        if system.file is None:
            shown.append(Proposal("repos.yaml", text, f"for the {system.title} server"))
        else:
            files.append(Proposal(system.file, text, f"{system.title}: plans and checks every change"))
            if commit is None:
                steps.append(f"in {system.file} put the commit of gate that you have read in place of the zeros")
        if system.entry is not None:
            files.append(Proposal(*system.entry, "what leads there", short=True))
        if system.owners and owners:
            files.append(_code_owners(found.root, system, owners))
        elif system.owners and not _is_guarded(found.root, system):
            steps.append(f"say who may approve exceptions: `gate init --ci {system.name} --owner @ORG/TEAM`")
        steps += [step.format(file=system.file, branch=branch) for step in system.steps]
    if owners and not any(system.owners for system in systems):
        steps.append(
            "no file of code owners was written, since no system was found that reads one: see to it that "
            f"{' '.join(owners)} approves every change of .gate.toml"
        )
    return Setup(tuple(files), tuple(shown), tuple(steps))


def template(name: str) -> str:
    """A template as it lies in the package, with its marks."""
    return (resources.files("gate.init") / "templates" / name).read_text(encoding="utf-8")


def render(text: str, modules: tuple[str, ...], branch: str, commit: str) -> str:
    """A template with its marks filled in; lines in a row that speak of a root module stand once for each module."""
    named = _named(modules)
    made: list[str] = []
    waiting: list[str] = []
    for line in [*text.splitlines(keepends=True), ""]:
        if any(mark in line for mark in _FOR_EACH_MODULE):
            waiting.append(line)
            continue
        made += [_for_module("".join(waiting), *module) for module in named.items()] if waiting else []
        waiting = []
        made.append(line)
    return "".join(made).replace("@BRANCH@", branch).replace("@COMMIT@", commit)


def _named(modules: tuple[str, ...]) -> dict[str, str]:
    """A name for the plan of each module, which no two share: the plan of one would take the place of the other's."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for module in modules:
        name = "plan" if module == "." else re.sub(r"[./]+", "-", module).strip("-")
        free = chain([name], (f"{name}-{number}" for number in count(2)))
        names[module] = next(each for each in free if each not in taken)
        taken.add(names[module])
    return names


def _for_module(lines: str, module: str, name: str) -> str:
    inside = "" if module == "." else f"{module}/"
    return lines.replace("@ROOT@", module).replace("@NAME@", name).replace("@IN@", inside)


def installed_commit() -> str | None:
    """The commit of gate that pip installed from git: PEP 610, direct_url.json. None if it came another way."""
    try:
        told = json.loads(metadata.distribution("kms-gate").read_text("direct_url.json") or "{}")
        commit = told["vcs_info"]["commit_id"]
    except (metadata.PackageNotFoundError, ValueError, LookupError, TypeError):
        return None
    return commit if isinstance(commit, str) and re.fullmatch(r"[0-9a-f]{40}", commit) else None


def _code_owners(root: Path, system: System, owners: tuple[str, ...]) -> Proposal:
    """Into the file that exists, since only the first that the system finds counts."""
    path = _owners_file(root, system)
    patterns = (".gate.toml", *system.owned)
    width = max(map(len, patterns))
    lines = "".join(f"{pattern:<{width}}    {' '.join(owners)}\n" for pattern in patterns)
    return Proposal(path, lines, "who may approve exceptions", short=True)


def _owners_file(root: Path, system: System) -> str:
    return next((name for name in system.owners if os.path.lexists(root / name)), system.owners[0])


def _is_guarded(root: Path, system: System) -> bool:
    """Whether the file of code owners speaks of the configuration already."""
    path = root / _owners_file(root, system)
    with suppress(OSError):
        return path.is_file() and ".gate.toml" in path.read_text(encoding="utf-8", errors="replace")
    return False


def _doubts(found: Surroundings, systems: tuple[System, ...]) -> list[str]:
    """What the files take for granted, and has to be looked at."""
    texts = [template(system.template) for system in systems]
    doubts = _doubts_of_modules(found) if any("@ROOT@" in text for text in texts) else []
    if found.terragrunt:
        doubts.append(f"this repository has terragrunt.hcl: make the plans as {PAGE}#terragrunt says")
    if found.branch is None and any("@BRANCH@" in text for text in texts):
        doubts.append(f"if the protected branch is not {_BRANCH}, name it in place of {_BRANCH}")
    return doubts


def _doubts_of_modules(found: Surroundings) -> list[str]:
    doubts = []
    if not found.modules:
        doubts.append("no .tf files were found: put the folder that Terraform runs in where the files say `.`")
    elif len(found.modules) > 1:
        doubts.append("leave out of the files the folders that Terraform is not run in: " + ", ".join(found.modules))
    if found.awkward:
        doubts.append("add by hand, in quotes: " + ", ".join(found.awkward))
    if not found.whole:
        doubts.append("not all folders were looked at: add the other root modules")
    return doubts
