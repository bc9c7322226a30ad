"""`python -m scripts.supply.release TAG`: whether a tag may be released; prints the changelog's section of it.

Exit code 1 and one line where it may not: the tag is not `v` and the version of pyproject.toml, or CHANGELOG.md has no
section of that version with a date. Standard library only: it runs before anything is installed.
"""

import re
import sys
import tomllib
from pathlib import Path


class NoRelease(Exception):
    """Why a tag may not be released."""


def notes(root: Path, tag: str) -> str:
    """What CHANGELOG.md says of the version that a tag names."""
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    if tag != f"v{version}":
        raise NoRelease(f"the tag is {tag} and the version in pyproject.toml is {version}: tag v{version}")
    sections = re.split(r"(?m)^## ", (root / "CHANGELOG.md").read_text())[1:]
    for section in sections:
        heading, _, text = section.partition("\n")
        if heading.partition(",")[0] == version:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", heading.rpartition(", ")[2]):
                raise NoRelease(f"CHANGELOG.md says `{heading}`: put the date of the release there")
            return text.strip()
    raise NoRelease(f"CHANGELOG.md has no section of {version}: write one")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(notes(Path(__file__).parents[2], arguments[0]))
    except NoRelease as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
