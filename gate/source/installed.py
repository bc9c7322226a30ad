"""What `terraform init` installed, as far as it can be believed."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from gate.checkout import is_top, tops
from gate.source import git_index
from gate.source.tree import Tree

_REGISTRIES = ("registry.terraform.io/", "registry.opentofu.org/")
_GITHUB = re.compile(r"(?:github\.com/|git@github\.com:)([^/:?]+)/([^/:?]+?)(?:\.git)?((?://[^?]*)?)(\?.*)?")
_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?")
_CONSTRAINT = re.compile(r"\s*(=|!=|>=|<=|>|<|~>|)\s*(v?\d+(?:\.\d+){0,2})\s*")


class Installation(NamedTuple):
    """An entry of modules.json."""

    source: str
    version: str
    folder: str


def installations(tree: Tree) -> Mapping[str, Installation]:
    """Every installed module by its key; none, and a problem is noted, where a change could have made them up."""
    path = tree.root / ".terraform/modules/modules.json"
    if not path.exists():
        return {}
    shown = tree.relative(path)
    doubt = "reached through a symbolic link" if tree.linked(path) else _tracked(tree.root)
    if doubt:
        tree.problem(f"{shown}: {doubt}, so not certainly from `terraform init`")
        return {}
    try:
        return {
            str(entry["Key"]): Installation(str(entry["Source"]), str(entry.get("Version", "")), str(entry["Dir"]))
            for entry in json.loads(tree.read(path) or b"")["Modules"]
        }
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        tree.problem(f"{shown}: not what `terraform init` writes")
        return {}


def _tracked(root: Path) -> str | None:
    """Why `.terraform` could be part of the change: it, or a link or submodule on the way to it, is in git's index."""
    installed = root / ".terraform"
    if is_top(installed) or is_top(installed / "modules"):
        return "in a checkout of its own"
    around = tops(root)
    for top in around:
        listed = git_index.paths(top)
        if listed is None:
            return "git's index cannot be read"
        here = installed.relative_to(top).as_posix().lower()
        above = {here[:at] for at, one in enumerate(here) if one == "/"} | {here}
        if listed & above or any(path.startswith(f"{here}/") for path in listed):
            return "under version control"
    return None if around else "no checkout around it tells whether it is under version control"


def mismatch(installed: Installation, source: str, version: object) -> str | None:
    """How an installation differs from what a module call asks for; `version` is its constraint, if any."""
    if _normal(installed.source) != _normal(source):
        return f"installed from `{installed.source}`, not from `{source}`"
    if version is not None and not (isinstance(version, str) and _satisfies(installed.version, version)):
        return f"version {installed.version or '(none)'} is installed"
    return None


def _normal(source: str) -> str:
    """A module's source as Terraform writes it into modules.json, without the host of the public registry."""
    for host in _REGISTRIES:
        if source.startswith(host):
            return source.removeprefix(host)
    match = _GITHUB.fullmatch(source)
    if match is None:
        return source
    owner, name, folder, query = match.groups(default="")
    scheme = "git::ssh://git@github.com" if source.startswith("git@") else "git::https://github.com"
    return f"{scheme}/{owner}/{name}.git{folder}{query}"


def _satisfies(version: str, constraint: str) -> bool:
    """Whether a version meets a constraint; a pre-release, or anything else that is not three numbers, does not.

    Source: https://developer.hashicorp.com/terraform/language/expressions/version-constraints.
    """
    have = _numbers(version)
    parts = [_CONSTRAINT.fullmatch(part) for part in constraint.split(",")]
    return have is not None and all(part is not None and _meets(have, part[1], part[2]) for part in parts)


def _meets(have: tuple[int, ...], operator: str, text: str) -> bool:
    want = _numbers(text) or ()
    if operator == "~>":
        given = text.count(".")
        return have >= want and have[:given] == want[:given]
    return {
        "": have == want, "=": have == want, "!=": have != want,
        ">": have > want, ">=": have >= want, "<": have < want, "<=": have <= want,
    }[operator]  # fmt: skip


def _numbers(text: str) -> tuple[int, ...] | None:
    match = _VERSION.fullmatch(text)
    return None if match is None else tuple(int(part or 0) for part in match.groups())
