"""Which run it is, by the variables that each system sets."""

import json
from pathlib import Path

import pytest

from gate.settings.ci import VARIABLES, Run, as_atlantis, identify


@pytest.mark.parametrize(
    ("environment", "run"),
    [
        ({}, Run()),
        ({"CI": ""}, Run()),
        ({"CI": "false"}, Run()),
        ({"CI": "0", "GITHUB_ACTIONS": "false"}, Run()),
        ({"CI": "1"}, Run("CI")),
        ({"CODEBUILD_BUILD_ID": "x:1"}, Run("CI")),
        ({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/x"}, Run("GitHub Actions")),
        ({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request_target"}, Run("GitHub Actions", True)),
        ({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "merge_group"}, Run("GitHub Actions", True)),
        ({"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/pull/7/merge"}, Run("GitHub Actions", True)),
        ({"GITLAB_CI": "true", "CI_DEFAULT_BRANCH": "trunk"}, Run("GitLab CI", False, "trunk")),
        (
            {"CI": "true", "GITLAB_CI": "true", "CI_DEFAULT_BRANCH": "main", "CI_MERGE_REQUEST_IID": "7"},
            Run("GitLab CI", True, "main"),
        ),
        (
            {
                "GITLAB_CI": "true",
                "CI_MERGE_REQUEST_IID": "7",
                "CI_PROJECT_ID": "2",
                "CI_MERGE_REQUEST_PROJECT_ID": "1",
            },
            Run("GitLab CI", True, origin_is_fork=True),
        ),
        (
            {
                "GITLAB_CI": "true",
                "CI_MERGE_REQUEST_IID": "7",
                "CI_PROJECT_ID": "1",
                "CI_MERGE_REQUEST_PROJECT_ID": "1",
            },
            Run("GitLab CI", True),
        ),
        ({"ATLANTIS_TERRAFORM_VERSION": "1.9.0", "PULL_NUM": "7"}, Run("Atlantis", True)),
        (
            {"BASE_REPO_OWNER": "acme", "HEAD_REPO_OWNER": "mallory", "PULL_NUM": "7"},
            Run("Atlantis", True, origin_is_fork=True),
        ),
        ({"BASE_REPO_OWNER": "acme", "HEAD_REPO_OWNER": "acme", "PULL_NUM": "7"}, Run("Atlantis", True)),
        ({"TF_BUILD": "True", "BUILD_REASON": "PullRequest"}, Run("Azure Pipelines", True)),
        ({"TF_BUILD": "True", "BUILD_REASON": "IndividualCI"}, Run("Azure Pipelines")),
        ({"CI": "true", "BITBUCKET_BUILD_NUMBER": "9", "BITBUCKET_PR_ID": "7"}, Run("Bitbucket Pipelines", True)),
        ({"CI": "true", "BITBUCKET_BUILD_NUMBER": "9"}, Run("Bitbucket Pipelines")),
        ({"JENKINS_URL": "https://ci", "CHANGE_ID": "7"}, Run("Jenkins", True)),
        ({"JENKINS_URL": "https://ci"}, Run("Jenkins")),
    ],
)
def test_each_system_is_known_by_its_variables(environment: dict[str, str], run: Run) -> None:
    """A laptop, a branch's run, a pull request's run and a fork's are told apart."""
    assert identify(environment) == run


@pytest.mark.parametrize(
    ("event", "branch"),
    [
        ('{"repository": {"default_branch": "trunk"}}', "trunk"),
        ('{"repository": {"default_branch": 7}}', None),
        ('{"repository": null}', None),
        ("[]", None),
        ("not JSON", None),
        ("[" * 100_000, None),
    ],
)
def test_github_tells_the_default_branch_in_its_event(tmp_path: Path, event: str, branch: str | None) -> None:
    """The event's repository names it; an event that does not, names none."""
    path = tmp_path / "event.json"
    path.write_text(event)
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(path)}
    assert identify(environment).default_branch == branch
    assert identify(environment | {"GITHUB_EVENT_PATH": str(tmp_path / "none")}).default_branch is None


def test_the_pull_requests_base_is_not_the_default_branch(tmp_path: Path) -> None:
    """A pull request against its author's own branch does not make that branch count."""
    path = tmp_path / "event.json"
    path.write_text(json.dumps({"pull_request": {"base": {"ref": "mine", "repo": {"default_branch": "mine"}}}}))
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(path), "GITHUB_BASE_REF": "mine"}
    assert identify(environment).default_branch is None
    assert identify({"GITLAB_CI": "true", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "mine"}).default_branch is None
    assert identify({"TF_BUILD": "1", "SYSTEM_PULLREQUEST_TARGETBRANCH": "mine"}).default_branch is None


def test_the_checkouts_of_the_change_are_known(tmp_path: Path) -> None:
    """The folder that the system names is a workspace; a relative name is none."""
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(tmp_path), "WORKSPACE": "x"}
    assert identify(environment).workspaces == (tmp_path.resolve(),)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"PULL_NUM": "7"},
        {"ATLANTIS_TERRAFORM_VERSION": "", "PULL_NUM": ""},
        {"GITHUB_ACTIONS": "true"},
        {"CI": "0"},
    ],
)
def test_atlantis_can_be_said(environment: dict[str, str]) -> None:
    """Whatever is set or missing, it is an Atlantis run for a pull request."""
    assert identify(as_atlantis(environment)) == Run("Atlantis", True)


def test_said_or_not_a_fork_is_a_fork() -> None:
    """What the variables tell besides is kept."""
    assert identify(as_atlantis({"BASE_REPO_OWNER": "acme", "HEAD_REPO_OWNER": "mallory"})).origin_is_fork


@pytest.mark.parametrize("variable", VARIABLES)
def test_each_sign_alone_is_ci(variable: str) -> None:
    """Without its signs no run counts as CI, with any one of them it does."""
    assert identify({variable: "x"}).ci is not None
