"""Which configuration is in force: never the one that the change under review brings."""

import subprocess
import sys
from pathlib import Path

import pytest

from gate.errors import GateError
from gate.settings import load
from tests.helpers.paths import ROOT
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


def test_the_default_branch_counts_and_not_the_pull_requests_own_file(
    repository: Repository, pull_request: dict[str, str]
) -> None:
    """A waiver that a pull request brings itself is named and not in force."""
    repository.write('[rules]\nKMS007 = "block"\n')
    commit = repository.commit()
    repository.publish()
    repository.write('[rules]\nKMS001 = "off"\n' + WAIVER)
    repository.commit()
    settings = load(pull_request, repository.root, None, None)
    assert settings.rules == {"KMS007": "block"}
    assert settings.waivers == ()
    assert settings.origin == f"`.gate.toml` at `refs/remotes/origin/main` (commit {commit[:12]})"
    waiver = "KMS001 at `aws_iam_role_policy.admin` until 2030-01-31 by security@example.com: break glass"
    assert settings.notes == (
        "proposed in this change, not in force: KMS001 = off (in force: block, the default)",
        "proposed in this change, not in force: KMS007 = warn, the default (in force: block)",
        f"proposed in this change, not in force: the waiver for {waiver}",
    )


def test_a_first_configuration_counts_only_once_it_is_merged(
    repository: Repository, pull_request: dict[str, str]
) -> None:
    """Without a file on the default branch the defaults hold, and that is said."""
    commit = repository.publish()
    repository.write('[rules]\nKMS001 = "off"\n')
    repository.commit()
    settings = load(pull_request, repository.root, None, None)
    assert settings.rules == {}
    assert settings.origin == f"defaults: no .gate.toml at `refs/remotes/origin/main` (commit {commit[:12]})"
    assert settings.notes == ("proposed in this change, not in force: KMS001 = off (in force: block, the default)",)


def test_removing_the_configuration_changes_nothing(repository: Repository, pull_request: dict[str, str]) -> None:
    """A pull request that deletes a strict file is judged by it all the same."""
    repository.write('[rules]\nKMS007 = "block"\n')
    repository.commit()
    repository.publish()
    (repository.root / ".gate.toml").unlink()
    repository.commit()
    settings = load(pull_request, repository.root, None, None)
    assert settings.rules == {"KMS007": "block"}
    assert settings.notes == ("proposed in this change, not in force: the working tree has no .gate.toml",)


def test_what_both_have_is_not_proposed(repository: Repository, pull_request: dict[str, str]) -> None:
    """An unchanged file gives no note, whatever its comments and order."""
    repository.write('[rules]\nKMS007 = "block"\nKMS008 = "warn"\n')
    repository.commit()
    repository.publish()
    assert load(pull_request, repository.root, None, None).notes == ()
    repository.write('# words\n[rules]\nKMS008 = "warn"\nKMS007 = "block"\n')
    assert load(pull_request, repository.root, None, None).notes == ()


def test_an_invalid_proposal_is_a_note_and_no_error(repository: Repository, pull_request: dict[str, str]) -> None:
    """What is not in force cannot stop the run."""
    repository.publish()
    repository.write("[rules]\nKMS001 = 7\n")
    (note,) = load(pull_request, repository.root, None, None).notes
    assert note.startswith(
        "proposed in this change, not in force: a configuration that is not valid: `.gate.toml`: line 2"
    )


def test_the_nearest_file_of_the_default_branch_counts(repository: Repository, pull_request: dict[str, str]) -> None:
    """The file is looked for from the working directory up to the root, in the tree of the ref."""
    repository.write('[rules]\nKMS007 = "block"\n')
    repository.write('[rules]\nKMS008 = "block"\n', "live/prod/.gate.toml")
    repository.commit()
    repository.publish()
    prod, staging = repository.root / "live/prod/eu", repository.root / "live/staging"
    prod.mkdir()
    staging.mkdir()
    assert load(pull_request, prod, None, None).rules == {"KMS008": "block"}
    assert load(pull_request, staging, None, None).rules == {"KMS007": "block"}
    repository.write('[rules]\nKMS007 = "off"\n', "live/staging/.gate.toml")
    assert load(pull_request, staging, None, None).rules == {"KMS007": "block"}


def test_a_missing_ref_is_no_verdict(repository: Repository, pull_request: dict[str, str]) -> None:
    """A shallow checkout without the default branch ends with the command that fetches it."""
    repository.write('[rules]\nKMS001 = "off"\n')
    repository.commit()
    with pytest.raises(GateError) as error:
        load(pull_request, repository.root, None, None)
    assert "no `refs/remotes/origin/main`" in str(error.value)
    command = "git fetch --no-tags origin +refs/heads/main:refs/remotes/origin/main"
    assert command in str(error.value)


@pytest.mark.slow
def test_the_fetch_that_is_advised_helps(repository: Repository, pull_request: dict[str, str], tmp_path: Path) -> None:
    """After that command a depth-one clone of a pull request's branch has its configuration."""
    repository.write('[rules]\nKMS007 = "block"\n')
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "feature")
    repository.commit("the change")
    clone = tmp_path / "clone"
    origin = repository.root.as_uri()
    repository.git("clone", "--quiet", "--depth=1", "--branch=feature", origin, str(clone))
    with pytest.raises(GateError, match="git fetch --no-tags --depth=1 origin") as error:
        load(pull_request, clone, None, None)
    command = str(error.value).split("run `git ")[1].split("`")[0]
    Repository(clone).git(*command.split())
    assert load(pull_request, clone, None, None).rules == {"KMS007": "block"}


def test_a_named_ref_or_commit_counts(repository: Repository, laptop: dict[str, str]) -> None:
    """A private ref, a commit id and an annotated tag are all read, outside CI too."""
    repository.write('[rules]\nKMS007 = "block"\n')
    commit = repository.commit()
    repository.git("update-ref", "refs/gate/config", "HEAD")
    repository.git("tag", "--annotate", "--message", "v1", "v1")
    repository.write('[rules]\nKMS007 = "off"\n')
    repository.commit()
    for ref in ("refs/gate/config", commit, "refs/tags/v1"):
        assert load(laptop, repository.root, None, ref).rules == {"KMS007": "block"}, ref


def test_a_commit_that_is_missing_is_no_verdict(repository: Repository, laptop: dict[str, str]) -> None:
    """A well-formed id of nothing ends with the command that would fetch it."""
    nothing = "0123456789" * 4
    with pytest.raises(GateError, match=f"no commit `{nothing}`; run `git fetch --no-tags origin {nothing}`"):
        load(laptop, repository.root, None, nothing)


def test_an_invalid_file_at_the_ref_is_no_verdict(repository: Repository, pull_request: dict[str, str]) -> None:
    """What is in force and cannot be read names the ref, the line and the value."""
    repository.write('[rules]\n\nKMS001 = "of"\n')
    repository.commit()
    repository.publish()
    with pytest.raises(GateError) as error:
        load(pull_request, repository.root, None, None)
    assert str(error.value) == (
        "`refs/remotes/origin/main:.gate.toml`: line 3: `rules.KMS001` is `of`, none of off, warn, block"
    )


def test_outside_a_checkout_ci_has_no_verdict(pull_request: dict[str, str], tmp_path: Path) -> None:
    """A CI run in a folder without a repository says what to pass."""
    (tmp_path / ".gate.toml").write_text('[rules]\nKMS001 = "off"\n')
    with pytest.raises(GateError, match="--config FILE"):
        load(pull_request, tmp_path, None, None)


def test_any_ci_without_a_known_default_branch_has_no_verdict(repository: Repository, laptop: dict[str, str]) -> None:
    """With CI set and nothing named there is no configuration that could be trusted."""
    repository.publish()
    with pytest.raises(GateError, match="--config-ref refs/remotes/origin/BRANCH"):
        load(laptop | {"CI": "true"}, repository.root, None, None)


def test_a_named_file_outside_the_checkout_counts(
    repository: Repository, pull_request: dict[str, str], tmp_path: Path
) -> None:
    """A file on the server is taken as it is, and the tree's own is named as not in force."""
    server = tmp_path / "gate.toml"
    server.write_text('[rules]\nKMS007 = "block"\n')
    settings = load(pull_request, repository.root, server, None)
    assert (settings.rules, settings.notes) == ({"KMS007": "block"}, ())
    repository.write(WAIVER)
    settings = load(pull_request, repository.root, server, None)
    assert settings.waivers == ()
    assert "not in force" in settings.notes[0]


def test_a_named_file_that_is_missing_is_no_verdict(repository: Repository, laptop: dict[str, str]) -> None:
    """A misspelt --config is no reason for the defaults."""
    with pytest.raises(GateError) as error:
        load(laptop, repository.root, "nowhere.toml", None)
    assert str(error.value) == "`nowhere.toml`: no such file or directory"


def test_an_empty_path_names_no_file(repository: Repository, laptop: dict[str, str]) -> None:
    """As a variable of a CI system that nobody has set."""
    with pytest.raises(GateError, match=r"^--config: the path is empty$"):
        load(laptop, repository.root, "", None)


def test_a_file_and_a_ref_exclude_one_another(repository: Repository, laptop: dict[str, str]) -> None:
    """Two sources leave open which counts."""
    with pytest.raises(GateError, match="exclude one another"):
        load(laptop, repository.root, "x", "refs/heads/main")


def test_outside_ci_the_working_tree_counts_and_may_differ(repository: Repository, laptop: dict[str, str]) -> None:
    """On a laptop the nearest file up to the repository's root counts, and the report says what CI does."""
    repository.write('[rules]\nKMS007 = "block"\n')
    below = repository.root / "a/b"
    below.mkdir(parents=True)
    settings = load(laptop, below, None, None)
    assert settings.rules == {"KMS007": "block"}
    assert settings.origin == "`../../.gate.toml` of the working tree"
    assert settings.notes == (
        "`../../.gate.toml` was read from the working tree; CI reads it from the default branch and may differ",
    )


def test_nothing_above_the_repository_is_read(repository: Repository, laptop: dict[str, str], tmp_path: Path) -> None:
    """A file in a parent folder of the repository, or of a folder without one, is somebody else's."""
    (tmp_path / ".gate.toml").write_text('[rules]\nKMS001 = "off"\n')
    below = tmp_path / "below"
    below.mkdir()
    assert load(laptop, repository.root, None, None).rules == {}
    assert load(laptop, below, None, None).rules == {}


@pytest.mark.slow
def test_outside_ci_nothing_is_started_and_nothing_is_loaded(repository: Repository, laptop: dict[str, str]) -> None:
    """Without a configuration neither git nor a process, a TOML library or a schema library comes into play."""
    script = (
        "import sys, pathlib, os; from gate.settings import load\n"
        "settings = load({}, pathlib.Path.cwd(), None, None)\n"
        "heavy = {'subprocess', 'tomllib', 'tomlkit', 'jsonschema', 'gate.settings.git'} & set(sys.modules)\n"
        "print(settings.origin, sorted(heavy))"
    )
    source = ROOT
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=repository.root,
        env={"PYTHONPATH": str(source), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == "defaults: no .gate.toml in the working directory or above it in its repository []\n"
