"""The workflows of docs/ci.md and examples/ are what `gate init` writes: there is one copy of each."""

import os
import re
from pathlib import Path

import pytest

from gate.init.propose import UNKNOWN_COMMIT, render, template
from gate.init.systems import SYSTEMS, System
from tests.helpers.paths import ROOT

PAGE = ROOT / "docs" / "ci.md"
EXAMPLE = ROOT / "examples" / "workflows" / "pull-request.yml"
NAMED = [system for system in SYSTEMS if system.name != "atlantis"]


def _recipe(system: System) -> str:
    """For a repository with one root module at its top, whose default branch is main."""
    return render(template(system.template), (".",), "main", UNKNOWN_COMMIT)


def _held(page: Path, text: str) -> bool:
    """Whether the page has a block with this text; GATE_UPDATE=1 puts it where a block has the same first line."""
    block = re.compile(rf"(?ms)^(```\w+\n){re.escape(text.splitlines()[0])}\n.*?^```$")
    if os.environ.get("GATE_UPDATE"):
        page.write_text(block.sub(lambda found: found[1] + text + "```", page.read_text()))
    found = block.search(page.read_text())
    return found is not None and found[0] == f"{found[1]}{text}```"


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_the_page_shows_what_init_writes(system: System) -> None:
    """Word for word."""
    assert _held(PAGE, _recipe(system))


@pytest.mark.parametrize("system", NAMED, ids=lambda system: system.name)
def test_a_file_begins_with_its_name(system: System) -> None:
    """In a comment, which is how the page's examples are told apart."""
    assert re.fullmatch(rf"(#|//) {re.escape(system.file or '')}", _recipe(system).splitlines()[0])


def test_the_example_is_what_init_writes() -> None:
    """The workflow for GitHub, as a file that can be copied."""
    (github,) = (system for system in SYSTEMS if system.name == "github")
    if os.environ.get("GATE_UPDATE"):
        EXAMPLE.write_text(_recipe(github))
    assert EXAMPLE.read_text() == _recipe(github)


def test_no_mark_is_left() -> None:
    """What stands between @ is filled in."""
    for system in SYSTEMS:
        assert re.findall(r"@[A-Z]+@", _recipe(system)) == []
