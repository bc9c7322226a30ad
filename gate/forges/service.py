"""The words and the headers of a forge's API, its token, its answers, and how it refuses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gate.errors import GateError


class Refused(GateError):
    """The forge answered with a status that no further try changes."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Unsure(GateError):
    """A POST failed in a way that leaves open whether the forge carried it out."""


@dataclass(frozen=True, slots=True)
class Service:
    """An API in words and headers.

    `title` is the forge's name, `variable` the one that the API's address comes from, `example` such an address,
    `moved` what to do when a write is redirected. `sign_in` is the status of the page that asks people to sign in,
    where a forge answers so to a token that it does not know.
    """

    title: str
    variable: str
    example: str
    moved: str
    headers: Mapping[str, str]
    sign_in: int | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """`headers` carry it, and no text of `secrets` may be seen."""

    headers: Mapping[str, str]
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def checked_token(environment: Mapping[str, str], variable: str, advice: str) -> str:
    """The token in a variable; raises GateError, with the advice, if there is none, and if it cannot be one."""
    token = environment.get(variable, "").strip()
    if not token:
        raise GateError(f"{variable} is not set; {advice}")
    if not all("!" <= character <= "~" for character in token):
        raise GateError(f"{variable} holds characters that no token has; set it to the token alone")
    return token


def reason(body: bytes) -> str:
    """What an answer says went wrong, under the names that the forges use: `message`, `error`, `errors`."""
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    inner = said["error"] if isinstance(said.get("error"), dict) else {}
    names = ("message", "error_description", "error")
    message = next((str(place[name]) for place in (inner, said) for name in names if place.get(name)), "")
    errors = said.get("errors") if message else None
    listed = errors if isinstance(errors, list) else []
    details = [str(error["message"]) for error in listed if isinstance(error, dict) and "message" in error]
    return ": ".join([message, *details]) if message else ""
