"""What tests of several packages share; the rest is in tests/helpers, or in the conftest.py of one package."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate.settings.ci import VARIABLES
from tests.helpers.fake_github import GitHub, serve
from tests.helpers.repositories import Repository


@pytest.fixture(autouse=True, scope="session")
def _outside_ci() -> Iterator[None]:
    """Tests run as on a laptop, also where CI runs them: a test that wants a CI sets its variables itself."""
    with pytest.MonkeyPatch.context() as patched:
        for name in VARIABLES:
            patched.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def new_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty repository with one commit on main, to be copied: git makes one with four processes."""
    made = Repository(tmp_path_factory.mktemp("new") / "checkout")
    made.root.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit("begin")
    return made.root


@pytest.fixture
def repository(tmp_path: Path, new_repository: Path) -> Repository:
    """An empty repository with one commit on main."""
    return Repository(Path(shutil.copytree(new_repository, tmp_path / "checkout")).resolve())


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


@pytest.fixture
def github() -> Iterator[GitHub]:
    """A server of its own for each test."""
    with serve() as state:
        yield state


def _slow_left_out(config: pytest.Config) -> bool:
    return bool(config.option.markexpr == "not slow")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where slow tests are left out, a module of slow tests alone is not imported first: that takes seconds."""
    if not _slow_left_out(config) or collection_path.suffix != ".py":
        return None
    return "\npytestmark = pytest.mark.slow" in collection_path.read_text() or None


def pytest_pycollect_makeitem(collector: pytest.Collector, obj: object) -> list[pytest.Item] | None:
    """Where slow tests are left out, one with thousands of values is not collected first: that takes seconds too."""
    if not _slow_left_out(collector.config):
        return None
    return [] if any(mark.name == "slow" for mark in getattr(obj, "pytestmark", [])) else None
