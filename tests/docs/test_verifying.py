"""docs/verifying.md and docs/releasing.md: what they name exists, and commands name this project's files."""

import re
import tomllib

import pytest
import yaml

from tests.helpers.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WORKFLOW = ".github/workflows/release.yml"


@pytest.mark.parametrize("page", ["verifying.md", "releasing.md"])
def test_what_a_page_names_exists(page: str) -> None:
    """Targets of make and files of the repository."""
    text = (ROOT / "docs" / page).read_text()
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text()))
    assert set(re.findall(r"\bmake ([a-z]+)\b(?=[`, &])", text)) <= targets
    named = re.findall(r"`((?:\.github|locks|docs|examples|scripts)/[\w./-]+|[\w.]+\.lock)`", text)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_a_reader_verifies_the_workflow_that_signs() -> None:
    """The repository, the workflow, the tag that starts it, the wheel's name and the list of what is in it."""
    text = (ROOT / "docs" / "verifying.md").read_text()
    repository = PROJECT["urls"]["Source"].removeprefix("https://github.com/")
    assert set(re.findall(r"--repo (\S+)", text)) == {repository}
    assert re.findall(r"--signer-workflow (\S+)", text) == [f"{repository}/{WORKFLOW}"]
    assert re.findall(r"--source-ref (\S+)", text) == [f"refs/tags/v{PROJECT['version']}"]
    wheels = set(re.findall(r"\S+\.whl", text))
    assert wheels == {f"{PROJECT['name'].replace('-', '_')}-{PROJECT['version']}-py3-none-any.whl"}
    workflow = yaml.safe_load((ROOT / WORKFLOW).read_text())
    assert workflow[True] == {"push": {"tags": ["v*"]}}  # YAML 1.1 reads `on` so
    bom = next(step["with"] for step in workflow["jobs"]["attest"]["steps"] if "predicate-type" in step.get("with", {}))
    assert re.findall(r"--predicate-type (\S+)", text) == [bom["predicate-type"]]
    assert re.findall(r"sbom/(\S+)", (ROOT / "Makefile").read_text())[-1] == bom["predicate-path"].removeprefix("sbom/")
    assert f"`{bom['predicate-path'].removeprefix('sbom/')}`" in text
