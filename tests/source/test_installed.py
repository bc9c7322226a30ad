"""Modules that `terraform init` installed: believed where the change cannot have brought them along."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gate.report import Call
from gate.source import Instance, Sought, Source, git_index
from gate.source.installed import Installation, mismatch
from gate.unknown import Unresolved
from tests.helpers.source_trees import POLICY

Tree = Callable[..., Source]
CALL = 'resource "aws_iam_policy" "p" {\n  policy = module.m.o\n}\nmodule "m" {\n  source = "a/b/aws"\n%s}\n'
ENTRY = '{"Key": "m", "Source": "%s", "Version": "%s", "Dir": "%s"}'
MODULES = ".terraform/modules/modules.json"
HERE = ".terraform/modules/m"


def installed(source: str = "registry.terraform.io/a/b/aws", version: str = "1.2.3", folder: str = HERE) -> str:
    return '{"Modules": [{"Key": "", "Source": "", "Dir": "."}, %s]}' % (ENTRY % (source, version, folder))


def git(folder: Path, *arguments: str) -> None:
    person = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *person, *arguments], cwd=folder, check=True, capture_output=True)


def checkout(tmp_path: Path, *tracked: str) -> Path:
    """A checkout with main.tf, and other files, in its index."""
    root = tmp_path / "root"
    git(root, "init", "-q")
    git(root, "add", "-f", "main.tf", *tracked)
    return root


def files(text: str, call: str = "") -> dict[str, str]:
    return {"main.tf": CALL % call, MODULES: text, f"{HERE}/m.tf": 'output "o" {\n  value = "here"\n}\n'}


def asked(source: Source) -> tuple[object, str]:
    """The policy, and the first problem."""
    answer = source.attribute(POLICY, "policy")
    return ("unknown" if isinstance(answer, Unresolved) else answer), " ".join(source.problems[:1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "call", "problem"),
    [
        (installed(), "", ""),
        (installed(), '  version = "~> 1.2"\n', ""),
        (installed(), '  version = "~> 2.0"\n', "version 1.2.3 is installed"),
        (installed(), "  version = var.v\n", "version 1.2.3 is installed"),
        (installed().replace('"Version": "1.2.3", ', ""), '  version = "1.2.3"\n', "version (none) is installed"),
        (installed("registry.terraform.io/evil/b/aws"), "", "installed from `registry.terraform.io/evil/b/aws`"),
        (installed(folder="vendor"), "", "vendor is not where"),
        (installed(folder=".terraform/modules/../../vendor"), "", "is not where"),
        ('{"Modules": 1}', "", "not what `terraform init` writes"),
        ("[" * 100_000, "", "not what `terraform init` writes"),
    ],
)
def test_what_the_call_asks_for(tree: Tree, tmp_path: Path, text: str, call: str, problem: str) -> None:
    """The installation has to be of the same source, of a version that the constraint allows, and in its place."""
    source = tree(files(text, call) | {"vendor/m.tf": 'output "o" {\n  value = "vendor"\n}\n'})
    checkout(tmp_path, "vendor")
    answer, told = asked(source)
    assert (answer, problem in told) == ("unknown" if problem else "here", True)


@pytest.mark.slow
@pytest.mark.parametrize("version", ["2", "3", "4"])
@pytest.mark.parametrize("tracked", [MODULES, f"{HERE}/m.tf", ".terraform"])
def test_what_git_tracks_was_not_installed(tree: Tree, tmp_path: Path, version: str, tracked: str) -> None:
    """In every edition of git's index."""
    source = tree(files(installed()))
    root = checkout(tmp_path, tracked)
    git(root, "update-index", f"--index-version={version}")
    answer, told = asked(source)
    assert answer == "unknown"
    assert "under version control" in told


def test_a_tracked_link_to_forged_modules(tree: Tree, tmp_path: Path) -> None:
    """`.terraform` itself may be a link, in the index or not."""
    source = tree({name.replace(".terraform", "vendor"): text for name, text in files(installed()).items()})
    (tmp_path / "root" / ".terraform").symlink_to("vendor")
    checkout(tmp_path, ".terraform")
    assert asked(source)[0] == "unknown"


@pytest.mark.slow
def test_a_submodule_brings_its_own_files(tree: Tree, tmp_path: Path) -> None:
    """`.terraform` as a submodule is part of the change, although its files are in another index."""
    source = tree(files(installed()))
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    git(other, "commit", "-q", "--allow-empty", "-m", "x")
    root = checkout(tmp_path)
    git(root / ".terraform", "init", "-q")
    git(root / ".terraform", "add", "-A")
    git(root / ".terraform", "commit", "-q", "-m", "x")
    git(root, "add", "-f", ".terraform")
    answer, told = asked(source)
    assert answer == "unknown"
    assert "in a checkout of its own" in told


@pytest.mark.parametrize(
    "index", [b"", b"DIRC", b"DIRC\0\0\0\x09\0\0\0\0", b"DIRC\0\0\0\x02\0\0\0\x05" + b"\0" * 90, b"\xff" * 200]
)
def test_an_index_that_cannot_be_read_proves_nothing(tree: Tree, tmp_path: Path, index: bytes) -> None:
    """Nothing is believed where nobody can tell what is tracked."""
    source = tree(files(installed()))
    (checkout(tmp_path) / ".git" / "index").write_bytes(index)
    answer, told = asked(source)
    assert (answer, "git's index cannot be read" in told) == ("unknown", True)


def test_a_split_index_proves_nothing(tree: Tree, tmp_path: Path) -> None:
    """A split index keeps some paths in another file."""
    source = tree(files(installed()))
    root = checkout(tmp_path)
    git(root, "update-index", "--split-index")
    assert asked(source)[0] == "unknown"


def test_no_checkout_proves_nothing(tree: Tree) -> None:
    """Outside of a checkout nothing tells what was installed and what was brought along."""
    answer, told = asked(tree(files(installed())))
    assert (answer, "no checkout" in told) == ("unknown", True)


@pytest.mark.slow
def test_every_path_of_an_index(tmp_path: Path) -> None:
    """The index of a checkout with many files, long names and a worktree, in each edition."""
    names = {f"{'d' * (at % 70 + 1)}/f{at}" for at in range(300)} | {"x" * 200, "é"}
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    for version in ("2", "3", "4"):
        git(tmp_path, "update-index", f"--index-version={version}")
        assert git_index.paths(tmp_path) == {str(Path(name)) for name in names}
    git(tmp_path, "worktree", "add", "-q", "tree")
    assert git_index.paths(tmp_path / "tree") == {str(Path(name)) for name in names}


@pytest.mark.parametrize(
    ("have", "want", "version", "constraint", "same"),
    [
        ("registry.terraform.io/a/b/aws", "a/b/aws", "", None, True),
        ("registry.terraform.io/a/b/aws//modules/x", "a/b/aws//modules/x", "", None, True),
        ("registry.terraform.io/a/b/aws//modules/x", "a/b/aws//modules/y", "", None, False),
        ("registry.opentofu.org/a/b/aws", "a/b/aws", "", None, True),
        ("example.com/a/b/aws", "a/b/aws", "", None, False),
        ("git::https://github.com/o/r.git?ref=v1", "github.com/o/r?ref=v1", "", None, True),
        ("git::https://github.com/o/r.git//s?ref=v1", "github.com/o/r//s?ref=v1", "", None, True),
        ("git::https://github.com/o/r.git?ref=v2", "github.com/o/r?ref=v1", "", None, False),
        ("git::ssh://git@github.com/o/r.git", "git@github.com:o/r.git", "", None, True),
        ("git::https://x.org/r.git", "git::https://x.org/r.git", "", None, True),
        ("a/b/aws", "a/b/aws", "1.2.3", "1.2.3", True),
        ("a/b/aws", "a/b/aws", "1.2.3", "= 1.2.3", True),
        ("a/b/aws", "a/b/aws", "1.2.3", ">= 1.2, < 2.0", True),
        ("a/b/aws", "a/b/aws", "1.2.3", "~> 1.2.0", True),
        ("a/b/aws", "a/b/aws", "1.3.0", "~> 1.2.0", False),
        ("a/b/aws", "a/b/aws", "1.3.0", "~> 1.2", True),
        ("a/b/aws", "a/b/aws", "2.0.0", "~> 1", True),
        ("a/b/aws", "a/b/aws", "1.2.3", "!= 1.2.3", False),
        ("a/b/aws", "a/b/aws", "1.2.3", "> 1.2.3", False),
        ("a/b/aws", "a/b/aws", "1.2.3-beta", ">= 1.0", False),
        ("a/b/aws", "a/b/aws", "1.2.3", "latest", False),
        ("a/b/aws", "a/b/aws", "", ">= 1.0", False),
        ("a/b/aws", "a/b/aws", "1.2.3", False, False),
        ("a/b/aws", "a/b/aws", "1.2.3", ">= 1.2.3", True),
        ("a/b/aws", "a/b/aws", "1.2.3", "<= 1.2.3", True),
        ("a/b/aws", "a/b/aws", "1.2.4", "<= 1.2.3", False),
        ("a/b/aws", "a/b/aws", "1.2.3", "< 1.2.3", False),
        ("a/b/aws", "a/b/aws", "1.2.3", "~> 1.2.3", True),
        ("a/b/aws", "a/b/aws", "1.2.2", "~> 1.2.3", False),
        ("a/b/aws", "a/b/aws", "1.1.9", "~> 1.2", False),
        ("a/b/aws", "a/b/aws", "1.0.0", "~> 1", True),
        ("a/b/aws", "a/b/aws", "1.9.0", "~> 2", False),
        ("a/b/aws", "a/b/aws", "1.0.0", "1", True),
        ("a/b/aws", "a/b/aws", "1.0.1", "1", False),
        ("a/b/aws", "a/b/aws", "1.1.1", "1", False),
        ("a/b/aws", "a/b/aws", "1.2.3", ">= 1.0, < 1.2", False),
        ("a/b/aws", "a/b/aws", "1.2.3", ">= 1.0, latest", False),
    ],
)
def test_sources_and_versions(have: str, want: str, version: str, constraint: object, same: bool) -> None:
    """Sources are equal as Terraform writes them; a version counts where it meets every part of the constraint."""
    assert (mismatch(Installation(have, version, HERE), want, constraint) is None) is same


def test_a_place_in_an_installed_module(tree: Tree, tmp_path: Path) -> None:
    """Its path is where Terraform put it; the call before it is in the configuration."""
    text = 'resource "aws_iam_policy" "p" {\n  policy = "x"\n}\n'
    source = tree(files(installed()) | {f"{HERE}/m.tf": text})
    checkout(tmp_path)
    place = source.location(Instance("managed", "aws_iam_policy", "p", module_address="module.m"), Sought())
    assert place is not None
    assert (place.file, place.line, place.calls) == (f"{HERE}/m.tf", 2, (Call("module.m", "main.tf", 4),))


@pytest.mark.parametrize(
    ("tracked", "believed"),
    [
        ("main.tf", True),
        ("root", False),
        ("root/.terraform", False),
        ("root/.terraform/modules/modules.json", False),
        ("roo", True),
        ("root/.terraform.lock.hcl", True),
        ("root/main.tf", True),
    ],
)
def test_what_is_on_the_way_to_the_modules(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tracked: str, believed: bool
) -> None:
    """A link or a submodule there brings all that is in it."""
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(git_index, "paths", lambda top: frozenset({tracked}))
    answer, told = asked(tree(files(installed())))
    assert (
        (answer, told) == ("here", "") if believed else (answer, "under version control" in told) == ("unknown", True)
    )


@pytest.mark.parametrize("within", [".terraform", ".terraform/modules"])
def test_a_checkout_of_its_own(tree: Tree, tmp_path: Path, within: str) -> None:
    """Says nothing of what the one around it tracks."""
    source = tree(files(installed()))
    checkout(tmp_path)
    (tmp_path / "root" / within / ".git").mkdir()
    answer, told = asked(source)
    assert answer == "unknown"
    assert "in a checkout of its own" in told
