"""What a change under review can put into a checkout to be judged by its own configuration, and that it fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gate.errors import GateError
from gate.settings import load
from tests.helpers.repositories import Repository

pytestmark = pytest.mark.slow

WAIVER = """
[[waiver]]
rule = "KMS001"
address = "aws_iam_role_policy.admin"
reason = "break glass"
owner = "security@example.com"
expires = 2030-01-31
"""


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes and links")
def test_a_proposal_that_is_no_plain_file_is_not_opened(repository: Repository, pull_request: dict[str, str]) -> None:
    """A link or a pipe in the tree is named and neither followed nor waited for."""
    repository.publish()
    place = repository.root / ".gate.toml"
    for make in (lambda: os.mkfifo(place), lambda: place.symlink_to("/etc/hostname")):
        make()
        (note,) = load(pull_request, repository.root, None, None).notes
        assert "not a readable plain file" in note
        place.unlink()


def test_a_tag_of_the_same_name_is_not_the_branch(repository: Repository, pull_request: dict[str, str]) -> None:
    """Git reads `refs/remotes/origin/main` as a tag of that name if the branch is missing; gate does not."""
    repository.write('[rules]\nKMS001 = "off"\n')
    repository.commit()
    repository.git("tag", "refs/remotes/origin/main")
    repository.git("tag", "origin/main")
    assert repository.git("rev-parse", "refs/remotes/origin/main") == repository.git("rev-parse", "HEAD")
    with pytest.raises(GateError, match="no `refs/remotes/origin/main`"):
        load(pull_request, repository.root, None, None)


@pytest.mark.parametrize(
    "ref", ["main", "origin/main", "HEAD", "abc123", "", "--upload-pack=x", "refs/heads/ma in", "refs"]
)
def test_a_short_name_is_refused(repository: Repository, laptop: dict[str, str], ref: str) -> None:
    """Only a full ref name or a full commit id names one thing."""
    with pytest.raises(GateError, match="--config-ref refs/remotes/origin/BRANCH"):
        load(laptop, repository.root, None, ref)


@pytest.mark.parametrize("ref", ["refs/pull/7/merge", "refs/remotes/pull/7/head", "refs/merge-requests/7/head"])
def test_the_change_itself_is_refused_as_a_ref(repository: Repository, laptop: dict[str, str], ref: str) -> None:
    """A ref of the pull request cannot be named."""
    with pytest.raises(GateError, match="cannot approve itself"):
        load(laptop, repository.root, None, ref)


def test_a_link_at_the_ref_is_no_verdict(repository: Repository, pull_request: dict[str, str]) -> None:
    """A symbolic link in a commit is not followed into the working tree."""
    (repository.root / ".gate.toml").symlink_to("elsewhere.toml")
    repository.commit()
    repository.publish()
    with pytest.raises(GateError, match="not a plain file"):
        load(pull_request, repository.root, None, None)


def test_a_repository_inside_the_tree_is_not_asked(repository: Repository, pull_request: dict[str, str]) -> None:
    """A bare repository that a change commits into the working directory is files like any other."""
    repository.write('[rules]\nKMS007 = "block"\n')
    repository.commit()
    repository.publish()
    planted = repository.root / "infra"
    repository.git("clone", "--quiet", "--bare", str(repository.root), str(planted))
    evil = Repository(planted)
    evil.git("update-ref", "refs/remotes/origin/main", evil.git("commit-tree", "-m", "x", evil.git("mktree")))
    assert evil.git("rev-parse", "--absolute-git-dir") == str(planted)  # what git itself would be led to
    assert load(pull_request, planted, None, None).rules == {"KMS007": "block"}


def test_a_submodule_is_not_asked(repository: Repository, pull_request: dict[str, str], tmp_path: Path) -> None:
    """A working directory inside a submodule ends the run, for the change chooses the submodule's repository."""
    repository.publish()
    other = tmp_path / "other"
    repository.git("clone", "--quiet", str(repository.root), str(other))
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "infra")
    with pytest.raises(GateError, match="is a submodule"):
        load(pull_request, repository.root / "infra", None, None)
    with pytest.raises(GateError, match="is a submodule"):
        load(pull_request, repository.root / "infra", None, "refs/remotes/origin/main")


def test_a_linked_worktree_is_a_checkout(repository: Repository, pull_request: dict[str, str], tmp_path: Path) -> None:
    """`git worktree add` makes a checkout whose refs are the repository's."""
    repository.write('[rules]\nKMS007 = "block"\n')
    repository.commit()
    repository.publish()
    linked = tmp_path / "linked"
    repository.git("worktree", "add", "--quiet", "--detach", str(linked))
    assert load(pull_request, linked, None, None).rules == {"KMS007": "block"}


def test_gits_own_variables_lead_nowhere(repository: Repository, pull_request: dict[str, str], tmp_path: Path) -> None:
    """GIT_DIR and its kin in the environment do not change which repository is read."""
    repository.write('[rules]\nKMS007 = "block"\n')
    repository.commit()
    repository.publish()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = pull_request | {"GIT_DIR": str(elsewhere), "GIT_OBJECT_DIRECTORY": str(elsewhere)}
    assert load(environment, repository.root, None, None).rules == {"KMS007": "block"}


def test_a_replaced_object_is_not_believed(repository: Repository, pull_request: dict[str, str]) -> None:
    """refs/replace does not put another tree in the place of the default branch's."""
    repository.write('[rules]\nKMS007 = "block"\n')
    commit = repository.commit()
    repository.publish()
    repository.write('[rules]\nKMS007 = "off"\n')
    repository.git("replace", commit, repository.commit())
    assert load(pull_request, repository.root, None, None).rules == {"KMS007": "block"}


@pytest.mark.parametrize("left_out", ["blob:none", "tree:0"])
def test_a_partial_clone_is_not_filled_in(
    repository: Repository, pull_request: dict[str, str], tmp_path: Path, left_out: str
) -> None:
    """A missing blob, or tree, is an error that says so, not a download."""
    repository.write('[rules]\nKMS007 = "block"\n')
    repository.commit()
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    origin = repository.root.as_uri()
    repository.git("clone", "--quiet", "--no-checkout", f"--filter={left_out}", origin, str(clone))
    told = "fetch without --filter" if left_out == "blob:none" else "cannot be read: .*; fetch it in full"
    with pytest.raises(GateError, match=told):
        load(pull_request, clone, None, None)


def test_without_git_there_is_no_verdict(repository: Repository, pull_request: dict[str, str], tmp_path: Path) -> None:
    """In CI the working tree's file does not step in for a git that is missing."""
    repository.write('[rules]\nKMS001 = "off"\n')
    repository.publish()
    with pytest.raises(GateError, match="no git on PATH"):
        load(pull_request | {"PATH": str(tmp_path)}, repository.root, None, None)


@pytest.mark.skipif(sys.platform == "win32", reason="executable bits")
def test_a_git_that_cannot_be_started_is_no_verdict(
    repository: Repository, pull_request: dict[str, str], tmp_path: Path
) -> None:
    """A file of that name that is no program answers nothing, and the working tree's file does not step in."""
    repository.write('[rules]\nKMS001 = "off"\n')
    repository.publish()
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_bytes(b"\x00")
    program.chmod(0o755)
    with pytest.raises(GateError, match=r"bin/git cannot be run to read the configuration: exec format error; mend it"):
        load(pull_request | {"PATH": str(program.parent)}, repository.root, None, None)


@pytest.mark.skipif(sys.platform == "win32", reason="executable bits")
def test_a_git_inside_the_checkout_is_not_run(repository: Repository, pull_request: dict[str, str]) -> None:
    """A program that the change brings cannot answer for git."""
    repository.publish()
    program = repository.write("#!/bin/sh\ntouch ran\n", "git")
    program.chmod(0o755)
    with pytest.raises(GateError, match="lies inside the checkout"):
        load(pull_request | {"PATH": str(repository.root)}, repository.root, None, None)
    assert not list(repository.root.rglob("ran"))


def test_a_fork_as_origin_proves_nothing(repository: Repository, laptop: dict[str, str]) -> None:
    """Atlantis clones a fork as origin, so no ref of it counts, not even a named one."""
    repository.publish()
    fork = {
        "ATLANTIS_TERRAFORM_VERSION": "1.9.0",
        "PULL_NUM": "7",
        "BASE_REPO_OWNER": "acme",
        "HEAD_REPO_OWNER": "mallory",
    }
    with pytest.raises(GateError, match="pass --config FILE with a file on the server"):
        load(laptop | fork, repository.root, None, "refs/remotes/origin/main")


def test_a_named_file_inside_the_change_is_refused(
    repository: Repository, pull_request: dict[str, str], tmp_path: Path
) -> None:
    """--config cannot name the pull request's own file, by a link or from another working directory either."""
    repository.write(WAIVER)
    link = tmp_path / "link.toml"
    link.symlink_to(repository.root / ".gate.toml")
    for file in (Path(".gate.toml"), repository.root / ".gate.toml", link):
        with pytest.raises(GateError, match="part of the change under review"):
            load(pull_request, repository.root, file, None)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with pytest.raises(GateError, match="part of the change under review"):
        load(pull_request | {"GITHUB_WORKSPACE": str(repository.root)}, elsewhere, repository.root / ".gate.toml", None)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_a_checkout_of_another_user_is_read(repository: Repository, pull_request: dict[str, str]) -> None:
    """In a container that runs as another user, where git by itself refuses the checkout, gate needs no setting."""
    repository.write('[rules]\nKMS007 = "block"\n')
    repository.commit()
    repository.publish()
    for path in (repository.root, *repository.root.rglob("*")):
        os.chown(path, 12345, 12345)
    refused = subprocess.run(["git", "status"], cwd=repository.root, env=pull_request, capture_output=True, check=False)
    assert b"dubious ownership" in refused.stderr
    assert load(pull_request, repository.root, None, None).rules == {"KMS007": "block"}
