"""A real git repository, and the environments of a laptop and of a pull request's run."""

import json
import os
from pathlib import Path

import pytest
from settings_repositories import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository with one commit on main."""
    root = tmp_path / "checkout"
    root.mkdir()
    made = Repository(root.resolve())
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit("begin")
    return made


@pytest.fixture
def laptop() -> dict[str, str]:
    """No CI variable at all."""
    return {"PATH": os.environ["PATH"]}


@pytest.fixture
def pull_request(tmp_path: Path, laptop: dict[str, str]) -> dict[str, str]:
    """A pull request's run on GitHub Actions, of a repository whose default branch is main."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"repository": {"default_branch": "main"}, "pull_request": {"number": 7}}))
    return laptop | {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_BASE_REF": "authors-own-branch",
    }
