"""What is said on a pull request, whichever forge it is on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gate.errors import GateError
from gate.report import Report
from gate.text.words import quotable

_SHA = re.compile(r"[0-9a-f]{7,64}", re.ASCII | re.IGNORECASE)
_SHORT = 7  # characters, as forges show a commit
# Nothing that ends a Markdown link or a line, and nothing that a forge would look for in it.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:-]+/[A-Za-z0-9._~/?#=&%+-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Job:
    """`commit` is the commit that a job checks, `log` the address of what it printed, `files` where files are shown by
    commit; "" where nothing tells. `spot` is how a line of a file at a commit is addressed there, as GitHub and GitLab
    do it unless something else is said."""

    commit: str = ""
    log: str = ""
    files: str = ""
    spot: str = "/{commit}/{file}#L{line}"

    @property
    def source(self) -> str:
        """The address of a line of a file at the commit, with {file} and {line} for them."""
        return self.files + self.spot.replace("{commit}", self.commit) if self.files and self.commit else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options say: the repository and the number of the pull request, None where the environment tells."""

    repository: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """`report` is None where the job ended without a verdict; `name` tells several comments apart."""

    report: Report | None
    name: str = ""
    job: Job = Job()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the comment, and where it is: outdated where it was left, for it is about a later commit now."""

    done: Literal["created", "updated", "unchanged", "outdated"]
    url: str


def job(commit: object, log: str = "", files: str = "") -> Job:
    """A job by what its environment says; what is no commit or no plain address of the web is left out."""
    sha = commit if isinstance(commit, str) and _SHA.fullmatch(commit) else ""
    return Job(sha, log if _ADDRESS.fullmatch(log) else "", files if _ADDRESS.fullmatch(files) else "")


def filled(template: str, environment: Mapping[str, str]) -> str:
    """A template with the variables that it names in braces; "" where one is not set."""
    try:
        return template.format_map(environment)
    except KeyError:
        return ""


def commit_of(text: str) -> str:
    """What --commit says, in lower case; raises GateError if that cannot be a commit."""
    if not _SHA.fullmatch(text):
        raise GateError(f"`{quotable(text)}` is not a commit; give its id, 7 to 64 hexadecimal digits")
    return text.lower()


def short(commit: str) -> str:
    """A commit as forges show it: its first seven characters."""
    return commit[:_SHORT]
