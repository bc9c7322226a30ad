"""What `gate init` sees in a repository."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from gate.init.look import look
from tests.helpers.repositories import Repository


@dataclass(frozen=True)
class Tree:
    """A folder that git would take for a checkout."""

    root: Path

    def write(self, text: str, name: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """An empty one."""
    (tmp_path / "tree" / ".git").mkdir(parents=True)
    return Tree(tmp_path / "tree")


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
def test_a_system_is_told_by_its_files(tree: Tree, sign: str, names: list[str]) -> None:
    """From any folder of the checkout."""
    tree.write("x", sign)
    below = tree.root / "live" / "prod"
    below.mkdir(parents=True)
    assert _names(below) == _names(tree.root) == names
    assert look(below).root == tree.root


def test_several_systems_are_all_named(tree: Tree) -> None:
    """Atlantis beside GitHub, as it mostly is."""
    tree.write("x", "atlantis.yaml")
    tree.write("x", ".github/CODEOWNERS")
    assert _names(tree.root) == ["github", "atlantis"]


@pytest.mark.slow
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


@pytest.mark.slow
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
def test_root_modules_are_where_terraform_is_run(tree: Tree, files: dict[str, str], modules: tuple[str, ...]) -> None:
    """By their backend or provider, else whatever no other folder calls; examples and hidden folders aside."""
    for name, text in files.items():
        tree.write(text, name)
    assert look(tree.root).modules == modules


def test_a_path_that_needs_quotes_is_told_apart(tree: Tree) -> None:
    """It would mean something to a shell."""
    for folder in ("prod", "a b", "$(id)", "-x"):
        tree.write(PROVIDER, f"{folder}/main.tf")
    found = look(tree.root)
    assert (found.modules, found.awkward) == (("prod",), ("$(id)", "-x", "a b"))


def test_links_lead_nowhere(tree: Tree, tmp_path: Path) -> None:
    """Neither folders nor files behind them are read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "main.tf").write_text(PROVIDER)
    tree.write(PROVIDER, "prod/main.tf")
    (tree.root / "linked").symlink_to(outside)
    (tree.root / "loop").symlink_to(tree.root)
    assert look(tree.root).modules == ("prod",)


def test_terragrunt_is_seen(tree: Tree) -> None:
    """Its units make their plans in another way."""
    assert not look(tree.root).terragrunt
    tree.write("", "live/app/terragrunt.hcl")
    assert look(tree.root).terragrunt
