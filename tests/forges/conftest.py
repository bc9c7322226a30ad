"""A second GitHub, and its API as a job calls it."""

from collections.abc import Iterator

import pytest

from gate.forges.http import Api
from tests.helpers.fake_github import GitHub, as_token, serve


@pytest.fixture
def other() -> Iterator[GitHub]:
    """A second server, on another port."""
    with serve() as state:
        yield state


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the client would have waited."""
    return []


@pytest.fixture
def api(github: GitHub, waits: list[float]) -> Api:
    """The API with the token of a job, which waits without waiting."""
    return as_token(github, "token-of-actions", waits)
