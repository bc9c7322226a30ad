"""gate/forges/__init__.py: which forge is meant, and what every file of one has."""

import pytest

from gate.cli.comment import _FORGES
from gate.errors import GateError
from gate.forges import DEFAULT, FORGES, choose, load
from tests.helpers.imports import imported
from tests.helpers.paths import ROOT


@pytest.mark.parametrize("name", FORGES)
def test_the_variables_of_its_own_ci_choose_a_forge(name: str) -> None:
    """And --forge goes before them."""
    environment = {FORGES[name].sign: "true"}
    assert choose(environment, None) == name
    assert choose(environment, "gitlab") == "gitlab"


def test_github_is_meant_where_nothing_is_said() -> None:
    """Atlantis and laptops."""
    assert choose({}, None) == DEFAULT == "github"


def test_two_forges_at_once_are_not_guessed_between() -> None:
    """A token must not go to the wrong one."""
    with pytest.raises(GateError, match="github and gitlab; say which"):
        choose({"GITHUB_ACTIONS": "true", "GITLAB_CI": "true"}, None)


@pytest.mark.parametrize("name", FORGES)
def test_every_forge_has_its_file(name: str) -> None:
    """With the two functions that `gate comment` calls."""
    module = load(name)
    assert callable(module.job)
    assert callable(module.write)


def test_the_command_offers_every_forge() -> None:
    """The command names them itself, for this package is loaded late."""
    assert tuple(FORGES) == _FORGES


def test_no_forge_knows_another_one() -> None:
    """Nor does anything that they share know one."""
    modules = {forge.module for forge in FORGES.values()}
    files = sorted((ROOT / "gate/forges").glob("*.py"))
    assert {file.name for file in files if imported(file) & modules} == set()
