"""The systems that `gate init` writes a workflow for: how each is told, and what it needs besides. Data only.

CODEOWNERS: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners,
https://docs.gitlab.com/user/project/codeowners/, https://support.atlassian.com/bitbucket-cloud/docs/set-up-and-use-code-owners/
"""

from dataclasses import dataclass

PAGE = "https://github.com/kms-gate/gate/blob/main/docs/ci.md"
_ROLE = "in {file} put a role that may read your account in place of arn:aws:iam::111122223333:role/terraform-plan"


@dataclass(frozen=True, slots=True)
class System:
    """`name` is what `--ci` calls it. It is found by one of the `signs`, or by the `remote` of origin.

    `file` is what `template` becomes; a system without one has its configuration on a server, and the text is shown.
    `entry` is another file that has to lead to it, and its lines. `owned` are patterns that a file of code owners, the
    first of `owners` unless another is there, has to give to somebody else than the author of a change. `steps` are
    left to do, with `{file}` and `{branch}`.
    """

    name: str
    title: str
    signs: tuple[str, ...]
    template: str
    steps: tuple[str, ...]
    remote: str | None = None
    file: str | None = None
    entry: tuple[str, str] | None = None
    owners: tuple[str, ...] = ()
    owned: tuple[str, ...] = ()


SYSTEMS = (
    System(
        name="github",
        title="GitHub Actions",
        signs=(".github",),
        remote="github.com",
        file=".github/workflows/gate.yml",
        template="github.yml",
        owners=(".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
        owned=("/.github/",),
        steps=(
            _ROLE,
            "make the check `gate` required on {branch}, with a review from code owners and no bypass: Settings, Rules",
        ),
    ),
    System(
        name="gitlab",
        title="GitLab CI",
        signs=(".gitlab-ci.yml", ".gitlab"),
        remote="gitlab.",
        file=".gitlab/gate.yml",
        entry=(".gitlab-ci.yml", "include:\n  - local: .gitlab/gate.yml\n"),
        template="gitlab.yml",
        owners=(".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
        owned=("/.gitlab/", "/.gitlab-ci.yml"),
        steps=(
            _ROLE,
            "merge only what has a pipeline that succeeded: Settings, Merge requests, Pipelines must succeed",
            "keep {file} where no merge request can edit it: a pipeline execution policy, or approval by code owners",
            "for the comment make a masked variable GITLAB_TOKEN: a project access token, scope api, role Reporter",
        ),
    ),
    System(
        name="azure",
        title="Azure Pipelines",
        signs=("azure-pipelines.yml", "azure-pipelines.yaml", ".azuredevops"),
        remote="dev.azure.com",
        file="azure-pipelines-gate.yml",
        template="azure.yml",
        steps=(
            "make a variable group terraform-plan with the keys of a user that may read your account",
            "make a pipeline of {file} and add it to the policies of {branch} as a build validation that is required",
            "add the reviewers of .gate.toml and {file} to the policies of {branch}: automatically included reviewers",
            "for the comment give the project's build service Contribute to pull requests on the repository",
        ),
    ),
    System(
        name="jenkins",
        title="Jenkins",
        signs=("Jenkinsfile",),
        file="Jenkinsfile.gate",
        template="jenkins.groovy",
        steps=(
            "make credentials terraform-plan, as user name and password the keys of a user that may read your account",
            "give the labels terraform and gate to agents: one for plans, one without credentials for the check",
            "make a multibranch pipeline with the script path {file} that trusts the Jenkinsfile of no pull request",
            "make the result of that pipeline a required check of {branch}",
        ),
    ),
    System(
        name="bitbucket",
        title="Bitbucket Pipelines",
        signs=("bitbucket-pipelines.yml",),
        remote="bitbucket.org",
        file="bitbucket-pipelines.yml",
        template="bitbucket.yml",
        owners=(".bitbucket/CODEOWNERS",),
        owned=("/bitbucket-pipelines.yml",),
        steps=(
            _ROLE,
            "require a successful build and a review before merging into {branch}: Branch restrictions, merge checks",
        ),
    ),
    System(
        name="atlantis",
        title="Atlantis",
        signs=("atlantis.yaml", "atlantis.yml"),
        template="atlantis.yml",
        steps=(
            f"install gate on the server as /opt/gate, and .gate.toml as /etc/gate/gate.toml: {PAGE}#atlantis",
            "put the lines above into the server's own repos.yaml, since no file of a repository can bind Atlantis",
            "run the server with --enable-policy-checks",
        ),
    ),
)
NAMES = tuple(system.name for system in SYSTEMS)
