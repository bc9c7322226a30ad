"""What `gate init` says before and after the files."""

from gate.init.look import Surroundings
from gate.init.propose import Setup
from gate.init.systems import NAMES, System

_NAMED = 8  # root modules


def opening(found: Surroundings, systems: tuple[System, ...]) -> list[str]:
    """Which system and which root modules the files are for."""
    titles = " and ".join(system.title for system in systems) or "no CI system"
    modules = ", ".join(found.modules[:_NAMED]) or "none"
    more = f" and {len(found.modules) - _NAMED} more" if len(found.modules) > _NAMED else ""
    return [f"CI: {titles}", f"root modules: {modules}{more}"]


def closing(setup: Setup, systems: tuple[System, ...], *, dry_run: bool) -> list[str]:
    """What is only shown, and the steps that are left."""
    lines: list[str] = []
    for proposal in setup.shown:
        lines += ["", f"{proposal.what}, {proposal.path}:", "", *(f"    {line}" for line in proposal.text.splitlines())]
    steps = list(setup.steps)
    if not systems:
        steps.insert(0, f"no CI system was found: run `gate init --ci NAME` with one of {', '.join(NAMES)}")
    if systems and not any(system.file for system in systems):
        steps.append(
            "commit .gate.toml to the default branch, and renew the server's copy with it: only that one counts"
        )
    else:
        steps.append("commit the files to the default branch: in CI only its .gate.toml counts")
    if dry_run:
        steps.insert(0, "run `gate init` again without --dry-run")
    return [*lines, "", "next:", *(f"  {number}. {step}" for number, step in enumerate(steps, 1))]
