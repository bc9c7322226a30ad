"""The README says what the program does."""

import os
import re
import subprocess
import sys

import pytest

from tests.helpers.paths import ROOT

README = ROOT / "README.md"


@pytest.mark.slow
def test_the_help_in_the_readme_is_the_help_of_the_program() -> None:
    """GATE_UPDATE=1 writes it anew."""
    done = subprocess.run(
        [sys.executable, "-I", "-m", "gate", "check", "--help"], capture_output=True, text=True, check=True
    )
    text = README.read_text()
    block = re.compile(r"(<!-- help: gate check -->\n```text\n)(.*?)(```\n<!-- /help -->)", re.DOTALL)
    if os.environ.get("GATE_UPDATE"):
        README.write_text(block.sub(lambda found: found[1] + done.stdout + found[3], text))
        text = README.read_text()
    found = block.search(text)
    assert found is not None
    assert found[2] == done.stdout


def test_every_file_that_a_page_links_to_exists() -> None:
    """Relative links lead somewhere."""
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_path_that_a_page_names_exists() -> None:
    """Files and folders of the project, as the pages about it write them."""
    for page in (ROOT / "docs" / name for name in ("architecture.md", "semantics.md", "decisions.md", "releasing.md")):
        paths = re.findall(r"`((?:gate|tests|examples|scripts|docs|schemas)/[\w./-]+)`", page.read_text())
        # What the wheel holds at another place than the checkout.
        missing = [path for path in paths if not (ROOT / path.removeprefix("gate/schemas")).exists()]
        assert missing == [], page.name


def test_every_command_that_contributors_are_told_exists() -> None:
    """CONTRIBUTING.md names targets of the Makefile, and folders and files that are there."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    told = set(re.findall(r"`make (\w+)`", text))
    assert {"quick", "test", "lint", "coverage", "bench", "docs", "examples"} <= told <= set(targets)
    paths = re.findall(r"`((?:gate|tests|examples|scripts|docs|schemas)/[\w./-]+)`", text)
    missing = [path for path in paths if not re.search("NAME|SERVICE", path) and not (ROOT / path).exists()]
    assert (missing, len(paths) > 20) == ([], True)
