"""The locks: what each pins, and what is wrong with it.

A lock is a requirements file of pip in hash-checking mode: every line one version of one package, with the SHA-256 of
each of its wheels. https://pip.pypa.io/en/stable/topics/secure-installs/
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PINNED = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+?))?")
_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")

RUN, BUILD, DEV, TOOLS = "requirements.lock", "locks/build.lock", "locks/dev.lock", "locks/tools.lock"
LOCKS = (RUN, BUILD, DEV, TOOLS)


@dataclass(frozen=True)
class Pin:
    """One version of one package, where its marker holds, with the hashes of its wheels."""

    name: str
    version: str
    marker: str
    hashes: frozenset[str]

    @property
    def same(self) -> tuple[str, str, frozenset[str]]:
        """What is installed, wherever that is."""
        return self.name, self.version, self.hashes

    def holds(self, environment: dict[str, str]) -> bool:
        """Whether it is installed in an environment: the fields of PEP 508 that differ from this one's."""
        return not self.marker or Marker(self.marker).evaluate(environment)


@dataclass(frozen=True)
class Lock:
    """A lock by its path from the root: its pins, and the lines that pin nothing."""

    path: str
    pins: tuple[Pin, ...]
    loose: tuple[str, ...]


def read(root: Path, path: str) -> Lock:
    """A lock of the project. A line that names no version, or has no hash, is loose."""
    lines = re.sub(r"\\\n\s*", " ", (root / path).read_text()).splitlines()
    pins, loose = [], []
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        head, _, rest = line.partition(" --hash=")
        found, hashes = _PINNED.fullmatch(head.strip()), frozenset(_HASH.findall("--hash=" + rest))
        if found and hashes:
            pins.append(Pin(found["name"], found["version"], found["marker"] or "", hashes))
        else:
            loose.append(head.strip())
    return Lock(path, tuple(pins), tuple(loose))


def wanted(root: Path) -> dict[str, list[Requirement]]:
    """What pyproject.toml asks of each lock."""
    document = tomllib.loads((root / "pyproject.toml").read_text())
    project, groups = document["project"], document["dependency-groups"]
    build = [*groups["build"], *document["build-system"]["requires"]]
    named = {
        RUN: project["dependencies"],
        BUILD: build,
        DEV: [*project["dependencies"], *project["optional-dependencies"]["dev"], *build],
        TOOLS: groups["tools"],
    }
    return {path: [Requirement(line) for line in lines] for path, lines in named.items()}


def problems(root: Path) -> Iterator[str]:
    """Each thing that is wrong with the locks, in one line: nothing, if all that is installed is what they name."""
    locks = {path: read(root, path) for path in LOCKS}
    for path, lock in locks.items():
        yield from (f"{path}: {line} has no version or no hash" for line in lock.loose)
    asked = wanted(root)
    for environment in environments(root):
        held = {path: [pin for pin in lock.pins if pin.holds(environment)] for path, lock in locks.items()}
        where = f"on Python {environment['python_version']}, {environment['sys_platform']}"
        for path, pins in held.items():
            yield from (f"{path}: {problem} {where}" for problem in _unsatisfied(pins, asked[path]))
        for path in (RUN, BUILD):
            apart = {pin.same for pin in held[path]} - {pin.same for pin in held[DEV]}
            yield from (f"{path}: {DEV} has not the same {name} {version} {where}" for name, version, _ in apart)


def open_ends(root: Path, requires: Callable[[str], Sequence[str] | None]) -> Iterator[str]:
    """What packages ask for and their lock does not hold, on this machine; `requires` gives what a package asks for.

    None is a package that is not installed here, of which nothing is known. The tools are left out: they have
    an environment of their own.
    """
    for path in (RUN, BUILD, DEV):
        pins = [pin for pin in read(root, path).pins if pin.holds({})]
        for pin in pins:
            asked = requires(pin.name)
            if asked is None:
                yield f"{path}: {pin.name} is not installed: make lint"
                continue
            needed = [one for one in map(Requirement, asked) if not one.marker or one.marker.evaluate({"extra": ""})]
            yield from (f"{path}: of {pin.name}, {problem}" for problem in _unsatisfied(pins, needed))


def environments(root: Path) -> list[dict[str, str]]:
    """Every Python that pyproject.toml names, on Linux and on macOS."""
    classifiers = tomllib.loads((root / "pyproject.toml").read_text())["project"]["classifiers"]
    versions = [found[1] for one in classifiers if (found := re.search(r":: (3\.\d+)$", one))]
    return [
        {
            "python_version": version,
            "python_full_version": f"{version}.0",
            "sys_platform": system,
            "platform_system": system.capitalize(),
            "os_name": "posix",
        }
        for version in versions
        for system in ("linux", "darwin")
    ]


def _unsatisfied(pins: Iterable[Pin], requirements: Iterable[Requirement]) -> Iterator[str]:
    versions = Counter(pin.name for pin in pins)
    yield from (f"{name} is pinned {count} times" for name, count in versions.items() if count > 1)
    named = {pin.name: pin.version for pin in pins}
    for requirement in requirements:
        version = named.get(canonicalize_name(requirement.name))
        if version is None:
            yield f"{requirement.name} is missing"
        elif not requirement.specifier.contains(version):
            yield f"{requirement.name} {version} is not {requirement.specifier}"
