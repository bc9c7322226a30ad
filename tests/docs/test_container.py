"""The container files: what a linter says, and that they copy what there is and run nothing as root."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.paths import ROOT

pytestmark = pytest.mark.slow

CONTAINERFILE = ROOT / "Containerfile"
HADOLINT = str(Path(sys.executable).parent / "hadolint")


def _lint(path: Path, *options: str) -> str:
    done = subprocess.run([HADOLINT, "--no-color", *options, str(path)], capture_output=True, text=True, check=False)
    return done.stdout


def test_the_linter_finds_nothing_in_the_container_file() -> None:
    """With every rule."""
    assert _lint(CONTAINERFILE) == ""


def test_the_linter_is_awake(tmp_path: Path) -> None:
    """An image without a tag is told."""
    (tmp_path / "Containerfile").write_text("FROM python\n")
    assert "DL3006" in _lint(tmp_path / "Containerfile")


def test_the_container_file_copies_what_there_is_and_drops_root() -> None:
    """Each source exists; the last user is a number that is not root's."""
    text = CONTAINERFILE.read_text()
    copied = [name for line in re.findall(r"(?m)^COPY (?!--from)(.+)$", text) for name in line.split()[:-1]]
    assert {"requirements.lock", "pyproject.toml", "gate", "schemas"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert "--require-hashes --only-binary :all: --no-deps" in text
    assert re.findall(r"(?m)^USER (\S+)$", text) == ["65532:65532"]


def test_the_linter_finds_nothing_in_the_image_for_atlantis(tmp_path: Path) -> None:
    """Debian's packages are not pinned there, and the users are those of Atlantis' image."""
    found = re.search(r"(?s)```dockerfile\n(.*?)```", (ROOT / "docs" / "ci.md").read_text())
    assert found
    (tmp_path / "Dockerfile").write_text(found[1])
    assert _lint(tmp_path / "Dockerfile", "--ignore", "DL3008", "--ignore", "DL3066") == ""
