"""Which run this is, by its environment: on a laptop or in CI, for a pull request or not, and of which repository.

Variables: https://docs.github.com/actions/reference/workflows-and-actions/variables,
https://docs.gitlab.com/ci/variables/predefined_variables/, https://www.runatlantis.io/docs/custom-workflows.html,
https://learn.microsoft.com/azure/devops/pipelines/build/variables,
https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/,
https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path


class Run(msgspec.Struct, frozen=True, gc=False):
    """`ci` names the system, None outside CI. `default_branch` is None where the system does not tell it.

    `workspaces` are the folders that the system checks the change out to.
    `origin_is_fork`: the checkout's `origin` belongs to the author of the change, so that its branches prove nothing.
    """

    ci: str | None = None
    pull_request: bool = False
    default_branch: str | None = None
    origin_is_fork: bool = False
    workspaces: tuple[Path, ...] = ()


class _System(msgspec.Struct, frozen=True, gc=False):
    name: str
    signs: tuple[str, ...]  # any of these variables is set
    pull_request: tuple[tuple[str, str], ...] = ()  # any of these variables matches its pattern as a whole
    default_branch: str | None = None  # the variable that names it
    fork: tuple[tuple[str, str], ...] = ()  # any of these pairs is set and differs


_SYSTEMS = (
    _System(
        "Atlantis",
        ("ATLANTIS_TERRAFORM_VERSION", "ATLANTIS_TERRAFORM_DISTRIBUTION", "BASE_REPO_OWNER"),
        (("PULL_NUM", ".+"),),
        fork=(("HEAD_REPO_OWNER", "BASE_REPO_OWNER"), ("HEAD_REPO_NAME", "BASE_REPO_NAME")),
    ),
    _System(
        "GitHub Actions",
        ("GITHUB_ACTIONS",),
        (("GITHUB_EVENT_NAME", "pull_request.*|merge_group|issue_comment"), ("GITHUB_REF", "refs/pull/.*")),
    ),
    _System(
        "GitLab CI",
        ("GITLAB_CI",),
        (("CI_MERGE_REQUEST_IID", ".+"), ("CI_EXTERNAL_PULL_REQUEST_IID", ".+")),
        "CI_DEFAULT_BRANCH",
        (("CI_PROJECT_ID", "CI_MERGE_REQUEST_PROJECT_ID"),),
    ),
    _System(
        "Azure Pipelines",
        ("TF_BUILD", "SYSTEM_PULLREQUEST_PULLREQUESTID"),
        (("BUILD_REASON", "PullRequest"), ("SYSTEM_PULLREQUEST_PULLREQUESTID", ".+")),
    ),
    _System("Bitbucket Pipelines", ("BITBUCKET_BUILD_NUMBER",), (("BITBUCKET_PR_ID", ".+"),)),
    _System("Jenkins", ("JENKINS_URL", "JENKINS_HOME", "CHANGE_ID"), (("CHANGE_ID", ".+"), ("ghprbPullId", ".+"))),
    _System("CI", ("CI", "CONTINUOUS_INTEGRATION", "TEAMCITY_VERSION", "CODEBUILD_BUILD_ID")),
)
_WORKSPACES = (
    "GITHUB_WORKSPACE",
    "CI_PROJECT_DIR",
    "BUILD_SOURCESDIRECTORY",
    "BITBUCKET_CLONE_DIR",
    "WORKSPACE",
    "DIR",
)
_UNSET = frozenset({"", "0", "false", "no", "off"})

# What a run outside CI has none of: the tests unset them, and try each alone.
VARIABLES = tuple(sorted({sign for system in _SYSTEMS for sign in system.signs}))


def identify(environment: Mapping[str, str]) -> Run:
    """The run that the environment's variables tell of; the first system in the table that shows a sign."""
    for system in _SYSTEMS:
        if any(environment.get(sign, "").lower() not in _UNSET for sign in system.signs):
            from pathlib import Path

            return Run(
                ci=system.name,
                pull_request=any(re.fullmatch(like, environment.get(name, "")) for name, like in system.pull_request),
                default_branch=_default_branch(system, environment),
                origin_is_fork=any(
                    environment.get(one, "") != environment.get(other, "")
                    for one, other in system.fork
                    if environment.get(one) and environment.get(other)
                ),
                workspaces=tuple(
                    Path(environment[name]).resolve()
                    for name in _WORKSPACES
                    if Path(environment.get(name, "")).is_absolute()
                ),
            )
    return Run()


def as_atlantis(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment as that of an Atlantis run for a pull request, which it is even where the variables are lost."""
    sign, number = _SYSTEMS[0].signs[0], _SYSTEMS[0].pull_request[0][0]
    return {**environment, sign: "unknown", number: environment.get(number) or "unknown"}


def _default_branch(system: _System, environment: Mapping[str, str]) -> str | None:
    if system.default_branch:
        return environment.get(system.default_branch) or None
    if system.name != "GitHub Actions" or not environment.get("GITHUB_EVENT_PATH"):
        return None
    import json
    from pathlib import Path

    try:
        event = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_bytes())
        branch = event["repository"]["default_branch"]
    except (OSError, ValueError, RecursionError, LookupError, TypeError):
        return None
    return branch if isinstance(branch, str) and branch else None
