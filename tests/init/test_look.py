"""What `gate init` sees in a repository."""

from pathlib import Path

import pytest

from gate.init.look import look
from tests.helpers.repositories import Repository


def _names(root: Path) -> list[str]:
    return [system.name for system in look(root).systems]


@pytest.mark.parametrize(
    ("sign", "names"),
    [
        (".github/workflows/ci.yml", ["github"]),
        (".gitlab-ci.yml", ["gitlab"]),
        ("azure-pipelines.yml", ["azure"]),
        ("Jenkinsfile", ["jenkins"]),
        ("bitbucket-pipelines.yml", ["bitbucket"]),
        ("atlantis.yaml", ["atlantis"]),
        ("README.md", []),
    ],
)
def test_a_system_is_told_by_its_files(repository: Repository, sign: str, names: list[str]) -> None:
    """From any folder of the checkout."""
    repository.write("x", sign)
    below = repository.root / "live" / "prod"
    below.mkdir(parents=True)
    assert _names(below) == _names(repository.root) == names
    assert look(below).root == repository.root


def test_several_systems_are_all_named(repository: Repository) -> None:
    """Atlantis beside GitHub, as it mostly is."""
    repository.write("x", "atlantis.yaml")
    repository.write("x", ".github/CODEOWNERS")
    assert _names(repository.root) == ["github", "atlantis"]


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("git@github.com:acme/infra.git", ["github"]),
        ("https://gitlab.example.com/acme/infra", ["gitlab"]),
        ("https://acme@dev.azure.com/acme/x/_git/infra", ["azure"]),
        ("git@bitbucket.org:acme/infra.git", ["bitbucket"]),
        ("/srv/git/infra", []),
    ],
)
def test_without_files_the_remote_tells_the_system(repository: Repository, address: str, names: list[str]) -> None:
    """In a linked worktree as well, which shares its configuration."""
    repository.git("remote", "add", "upstream", "git@github.com:other/other.git")
    repository.git("remote", "add", "origin", address)
    repository.commit()
    linked = repository.root.parent / "linked"
    repository.git("worktree", "add", "--quiet", str(linked))
    assert _names(repository.root) == _names(linked) == names


def test_the_default_branch_is_what_git_noted(repository: Repository) -> None:
    """None where nobody noted one."""
    assert look(repository.root).branch is None
    repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert look(repository.root).branch == "trunk"


def test_outside_of_a_checkout_the_folder_counts(tmp_path: Path) -> None:
    """No git is needed."""
    (tmp_path / "Jenkinsfile").touch()
    found = look(tmp_path)
    assert (found.root, found.branch, [system.name for system in found.systems]) == (tmp_path, None, ["jenkins"])


BACKEND = 'terraform {\n  backend "s3" {}\n}\n'
CLOUD = "terraform {\n  cloud {}\n}\n"
PROVIDER = 'provider "aws" {}\n'
RESOURCE = 'resource "aws_kms_key" "k" {}\n'


@pytest.mark.parametrize(
    ("files", "modules"),
    [
        ({"main.tf": RESOURCE}, (".",)),
        ({"README.md": "x"}, ()),
        ({"live/prod/a.tf": BACKEND, "live/dev/a.tf": PROVIDER, "live/dev/b.tf": RESOURCE}, ("live/dev", "live/prod")),
        ({"main.tf": BACKEND, "iam/main.tf": RESOURCE}, (".",)),
        ({"a/main.tf": CLOUD, "b/main.tf": 'terraform {\n  required_version = "1"\n}\n'}, ("a",)),
        ({"a/main.tf": 'module "m" {\n  source = "../m"\n}\n', "m/main.tf": RESOURCE}, ("a",)),
        ({"a/main.tf": PROVIDER + 'module "m" {\n  source = "../m"\n}\n', "m/main.tf": PROVIDER}, ("a",)),
        ({"main.tf": PROVIDER, "examples/x/main.tf": PROVIDER, ".terraform/modules/y/main.tf": PROVIDER}, (".",)),
        ({"main.tf": PROVIDER, "b/main.tf": "resource {{{", "c/main.tf": "\x00"}, (".",)),
    ],
)  # fmt: skip
def test_root_modules_are_where_terraform_is_run(
    repository: Repository, files: dict[str, str], modules: tuple[str, ...]
) -> None:
    """By their backend or provider, else whatever no other folder calls; examples and hidden folders aside."""
    for name, text in files.items():
        repository.write(text, name)
    assert look(repository.root).modules == modules


def test_a_path_that_needs_quotes_is_told_apart(repository: Repository) -> None:
    """It would mean something to a shell."""
    for folder in ("prod", "a b", "$(id)", "-x"):
        repository.write(PROVIDER, f"{folder}/main.tf")
    found = look(repository.root)
    assert (found.modules, found.awkward) == (("prod",), ("$(id)", "-x", "a b"))


def test_links_lead_nowhere(repository: Repository, tmp_path: Path) -> None:
    """Neither folders nor files behind them are read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "main.tf").write_text(PROVIDER)
    repository.write(PROVIDER, "prod/main.tf")
    (repository.root / "linked").symlink_to(outside)
    (repository.root / "loop").symlink_to(repository.root)
    assert look(repository.root).modules == ("prod",)


def test_terragrunt_is_seen(repository: Repository) -> None:
    """Its units make their plans in another way."""
    assert not look(repository.root).terragrunt
    repository.write("", "live/app/terragrunt.hcl")
    assert look(repository.root).terragrunt
