"""What gate imports, against the dependencies that it declares."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_LINE = re.compile(rb"(?m)^[ \t]*(?:from|import)[ \t]+(\w+)")  # ruff holds that a line has one import
_OWN = sys.stdlib_module_names | {"gate", "action"}


@dataclass(frozen=True)
class Imports:
    """The packages of other people that gate imports, those of them undeclared, and declared ones nobody imports."""

    packages: frozenset[str]
    undeclared: frozenset[str]
    unused: frozenset[str]


def compared(root: Path) -> Imports:
    """Every import in gate/ and action/, wherever it stands, by the distribution that brings the module."""
    files = [path for folder in ("gate", "action") for path in (root / folder).rglob("*.py")]
    foreign = {name for path in files for name in _foreign(path.read_bytes())}
    distributions = metadata.packages_distributions()
    brought = {name: {canonicalize_name(one) for one in distributions.get(name, [name])} for name in foreign}
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    declared = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    undeclared = {name for name, bringing in brought.items() if not bringing & declared}
    used = {one for bringing in brought.values() for one in bringing}
    return Imports(frozenset(foreign), frozenset(undeclared), frozenset(declared - used))


def _foreign(text: bytes) -> set[str]:
    """The modules of other people that a file imports; it is parsed only where a line looks like such an import."""
    if {name.decode() for name in _LINE.findall(text)} <= _OWN:
        return set()
    return set(_imported(ast.parse(text))) - _OWN


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
