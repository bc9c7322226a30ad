"""The clone that a job of CI begins with."""

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shallow clone of a repository with one empty commit, to be copied."""
    root = tmp_path_factory.mktemp("clone")
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    for command in (
        ["init", "--quiet", "-b", "main", str(root / "origin")],
        ["-C", str(root / "origin"), *identity, "commit", "--quiet", "--allow-empty", "-m", "one"],
        ["clone", "--quiet", "--depth=1", f"file://{root / 'origin'}", str(root / "work")],
    ):
        subprocess.run(["git", *command], check=True)
    return root / "work"
