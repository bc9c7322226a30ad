"""`gate init` as it is called."""

import os
import subprocess
from pathlib import Path

import pytest

from gate.init.systems import NAMES
from tests.helpers.commands import gate
from tests.helpers.repositories import Repository

pytestmark = pytest.mark.slow

OWNER = ("--owner", "@acme/cloud-security")


@pytest.fixture
def infra(repository: Repository) -> Repository:
    """A repository on GitHub with one root module."""
    repository.write('provider "aws" {}\n', "infra/main.tf")
    repository.write("on: push\n", ".github/workflows/ci.yml")
    return repository


def _tree(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_text() for path in files}


def test_init_writes_what_is_missing_and_says_what_is_left(infra: Repository, laptop: dict[str, str]) -> None:
    """The configuration, the workflow and the code owners, in a repository that has none."""
    before = _tree(infra.root)
    done = gate(infra.root / "infra", laptop, "init", *OWNER)
    assert (done.returncode, done.stderr) == (0, "")
    after = _tree(infra.root)
    assert set(after) - set(before) == {".gate.toml", ".github/workflows/gate.yml", ".github/CODEOWNERS"}
    assert {name: after[name] for name in before} == before
    assert "terraform -chdir=infra plan" in after[".github/workflows/gate.yml"]
    assert after[".github/CODEOWNERS"].split() == [".gate.toml", OWNER[1], "/.github/", OWNER[1]]
    assert done.stdout.splitlines()[:5] == [
        "CI: GitHub Actions",
        "root modules: infra",
        "wrote .gate.toml: which rules block, and what is waived until when",
        "wrote .github/workflows/gate.yml: GitHub Actions: plans and checks every change",
        "wrote .github/CODEOWNERS: who may approve exceptions",
    ]
    assert "role/terraform-plan" in done.stdout
    assert gate(infra.root, laptop, "config").returncode == 0


def test_the_second_time_nothing_is_written(infra: Repository, laptop: dict[str, str]) -> None:
    """And nothing is asked for twice."""
    gate(infra.root, laptop, "init", *OWNER)
    before = _tree(infra.root)
    done = gate(infra.root, laptop, "init", *OWNER)
    assert done.returncode == 0
    assert _tree(infra.root) == before
    assert done.stdout.count("it says so already") == 3
    assert "who may approve exceptions" not in gate(infra.root, laptop, "init").stdout
    assert "wrote" not in done.stdout


def test_without_an_owner_one_is_asked_for(infra: Repository, laptop: dict[str, str]) -> None:
    """A made-up one would make its line void."""
    done = gate(infra.root, laptop, "init")
    assert not (infra.root / ".github/CODEOWNERS").exists()
    assert "say who may approve exceptions: `gate init --ci github --owner @ORG/TEAM`" in done.stdout


def test_files_that_exist_are_left_alone(infra: Repository, laptop: dict[str, str]) -> None:
    """What a short one lacks is told line by line; of a long one, how to see the whole."""
    for name, text in {
        ".gate.toml": "[rules]\nKMS003 = \"block\"\n",
        "CODEOWNERS": "* @acme/all\n.gate.toml  @acme/cloud-security\n",
        ".github/workflows/gate.yml": "on: push\n",
    }.items():  # fmt: skip
        infra.write(text, name)
    before = _tree(infra.root)
    done = gate(infra.root, laptop, "init", *OWNER)
    assert (done.returncode, _tree(infra.root)) == (0, before)
    lines = done.stdout.splitlines()
    at = lines.index("left alone CODEOWNERS, which exists; add at its end")
    assert lines[at + 1] == "    /.github/     @acme/cloud-security"
    assert lines[at + 2] == ""
    workflow = ".github/workflows/gate.yml"
    assert f"left alone {workflow}, which exists; `gate init --dry-run` shows what it would say" in lines


def test_a_dry_run_shows_no_file_that_says_so_already(infra: Repository, laptop: dict[str, str]) -> None:
    """There is nothing to read in it."""
    gate(infra.root, laptop, "init", *OWNER)
    (infra.root / ".gate.toml").write_text("")
    shown = gate(infra.root, laptop, "init", "--dry-run", *OWNER).stdout
    assert "left alone .github/workflows/gate.yml: it says so already" in shown
    assert ("[rules]" in shown, "runs-on:" in shown) == (True, False)


@pytest.mark.parametrize("name", NAMES)
def test_a_dry_run_shows_everything_and_writes_nothing(infra: Repository, laptop: dict[str, str], name: str) -> None:
    """For a system that is named, whatever lies in the folder."""
    before = _tree(infra.root)
    done = gate(infra.root, laptop, "init", "--dry-run", "--ci", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert _tree(infra.root) == before
    assert "    [rules]" in done.stdout.splitlines()
    assert "gate check" in done.stdout or "gate atlantis" in done.stdout or "kms-gate/gate@" in done.stdout


def test_the_templates_are_installed(python: str, infra: Repository, laptop: dict[str, str]) -> None:
    """From the wheel as from the checkout."""
    command = [python, "-I", "-m", "gate", "init", "--dry-run"]
    done = subprocess.run(command, cwd=infra.root, env=laptop, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "    name: gate" in done.stdout.splitlines()


def test_without_a_system_the_configuration_is_written(repository: Repository, laptop: dict[str, str]) -> None:
    """And the names are told."""
    done = gate(repository.root, laptop, "init")
    assert done.returncode == 0
    assert set(_tree(repository.root)) == {".gate.toml"}
    assert f"run `gate init --ci NAME` with one of {', '.join(NAMES)}" in done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_what_is_left_is_of_the_system(infra: Repository, laptop: dict[str, str], name: str) -> None:
    """Folders are left out of files that name some, and a server has a configuration of its own."""
    infra.write('provider "aws" {}\n', "live/main.tf")
    told = gate(infra.root, laptop, "init", "--ci", name).stdout
    of_a_server = name == "atlantis"
    assert ("leave out of the files the folders that Terraform is not run in: infra, live" in told) != of_a_server
    assert ("in CI only its .gate.toml counts" in told) != of_a_server
    assert ("renew the server's copy with it: only that one counts" in told) == of_a_server


@pytest.mark.parametrize("system", [(), ("--ci", "jenkins")])
def test_an_owner_without_a_file_for_it_is_told(
    repository: Repository, laptop: dict[str, str], system: tuple[str, ...]
) -> None:
    """Where nothing reads CODEOWNERS none is written, and who asked for an owner hears of it."""
    done = gate(repository.root, laptop, "init", *system, *OWNER)
    assert done.returncode == 0
    assert not [name for name in _tree(repository.root) if "CODEOWNERS" in name]
    assert "no file of code owners was written" in done.stdout
    assert "@acme/cloud-security approves every change of .gate.toml" in done.stdout


def test_gitlab_gets_what_leads_to_its_workflow(repository: Repository, laptop: dict[str, str]) -> None:
    """A .gitlab-ci.yml where there is none, otherwise the lines for it."""
    done = gate(repository.root, laptop, "init", "--ci", "gitlab")
    assert _tree(repository.root)[".gitlab-ci.yml"] == "include:\n  - local: .gitlab/gate.yml\n"
    repository.write("stages: [test]\n", ".gitlab-ci.yml")
    done = gate(repository.root, laptop, "init")
    assert "    include:\n      - local: .gitlab/gate.yml\n" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--ci", "circle"), "'circle' is not one of"),
        (("--owner", "security"), "--owner security: this is no @USER"),
        (("--owner", "@a b"), "this is no @USER"),
    ],
)
def test_wrong_usage_writes_nothing(
    infra: Repository, laptop: dict[str, str], arguments: tuple[str, ...], words: str
) -> None:
    """Exit 2 and one line."""
    before = _tree(infra.root)
    done = gate(infra.root, laptop, "init", *arguments)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert words in done.stderr
    assert _tree(infra.root) == before


def test_what_cannot_be_written_is_exit_2(infra: Repository, laptop: dict[str, str]) -> None:
    """A file where a folder has to be; the line names it."""
    infra.write("x", ".gitlab")
    done = gate(infra.root, laptop, "init", "--ci", "gitlab")
    assert done.returncode == 2
    assert ".gitlab/gate.yml" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_link_that_leads_out_is_left_alone(infra: Repository, laptop: dict[str, str], tmp_path: Path) -> None:
    """A name that is taken is taken, even by a link to nothing."""
    (infra.root / ".gate.toml").symlink_to(tmp_path / "elsewhere")
    done = gate(infra.root, laptop, "init")
    assert "left alone .gate.toml" in done.stdout
    assert not os.path.lexists(tmp_path / "elsewhere")


def test_init_follows_no_link_and_reads_no_device(
    repository: Repository, laptop: dict[str, str], tmp_path: Path
) -> None:
    """A link in the tree leads no file out of it, and what is no file is not read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    repository.write('provider "aws" {}\n', "main.tf")
    (repository.root / ".github").symlink_to(outside)
    (repository.root / ".gate.toml").symlink_to("/dev/zero")
    done = gate(repository.root, laptop, "init", *OWNER)
    assert "left alone .gate.toml: it exists and is no file" in done.stdout
    assert done.returncode == 2
    assert ".github is a symbolic link" in done.stderr
    assert list(outside.iterdir()) == []
