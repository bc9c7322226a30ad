"""The one comment on a pull request, on every forge: which one, its text, the wire, putting it there.

This is the only part of gate that uses the network, and `gate comment` is the only command that imports it. What all
share is in `http` (requests), `one_comment` (find ours, update it, delete what is too much) and `body` (the text); a
forge is one row of this table and a file with

    job(environment) -> Job               which commit a job of its CI checks
    write(environment, asked, message)    puts the message there, and says what became of it
"""

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

import msgspec

from gate.errors import GateError


class Forge(msgspec.Struct, frozen=True, gc=False):
    """`module` writes to it; `sign` is the variable that a job of its own CI has; `repository` is what --repo takes."""

    title: str
    module: str
    sign: str
    repository: str


FORGES = {
    "github": Forge("GitHub", "gate.forges.github", "GITHUB_ACTIONS", "OWNER/NAME"),
    "gitlab": Forge("GitLab", "gate.forges.gitlab", "GITLAB_CI", "GROUP/PROJECT, or the project's number"),
    "azure": Forge("Azure Repos", "gate.forges.azure", "TF_BUILD", "PROJECT/REPOSITORY"),
    "bitbucket": Forge("Bitbucket Cloud", "gate.forges.bitbucket", "BITBUCKET_BUILD_NUMBER", "WORKSPACE/REPOSITORY"),
}
DEFAULT = "github"  # Atlantis and laptops, where no variable tells


def choose(environment: Mapping[str, str], name: str | None) -> str:
    """The name of the forge that --forge or the environment of the job says; raises GateError where two are said."""
    if name is not None:
        return name
    signs = [name for name, forge in FORGES.items() if environment.get(forge.sign)]
    if len(signs) > 1:
        raise GateError(f"the environment is that of {' and '.join(signs)}; say which with `--forge {signs[0]}`")
    return signs[0] if signs else DEFAULT


def load(name: str) -> ModuleType:
    """The file of a forge; only that one is loaded."""
    return import_module(FORGES[name].module)
