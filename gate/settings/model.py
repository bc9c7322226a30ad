"""What `.gate.toml` says, once it has been read and found valid."""

import datetime
from collections.abc import Mapping
from typing import Literal

import msgspec

FILE_NAME = ".gate.toml"

Setting = Literal["off", "warn", "block"]


class Override(msgspec.Struct, frozen=True, gc=False):
    """Other settings for a part of the plan: `address` is a glob (`*`, `?`) over resource addresses, `plan` one over
    paths of plans."""

    address: str
    rules: Mapping[str, Setting]
    plan: str | None = None
    number: int = 0  # its place among the file's overrides, from 1


class WaiverEntry(msgspec.Struct, frozen=True, gc=False):
    """One `[[waiver]]`: exactly one of `address` and `address_glob` is set; `expires` is the last day it counts.

    Each of `plan` (a glob, as in an override), `principals`, `actions`, `resources`, `grant` and `fingerprint` that is
    set narrows what it covers.
    """

    rule: str
    reason: str
    owner: str
    expires: datetime.date
    address: str | None = None
    address_glob: str | None = None
    plan: str | None = None
    principals: tuple[str, ...] | None = None
    actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    grant: str | None = None
    fingerprint: str | None = None
    number: int = 0  # its place among the file's waivers, from 1

    @property
    def place(self) -> str:
        """Where it applies, as the file says it."""
        return self.address or self.address_glob or ""


class Content(msgspec.Struct, frozen=True, gc=False):
    """A configuration file: `name` for messages, `text` for finding lines in it."""

    name: str
    text: str = ""
    rules: Mapping[str, Setting] = {}
    overrides: tuple[Override, ...] = ()
    waivers: tuple[WaiverEntry, ...] = ()


class Settings(msgspec.Struct, frozen=True, gc=False):
    """What is in force in this run.

    `rules` has the rules that are set, the others keep their default. `origin` is a sentence: where all this was read.
    `notes` are sentences for the report. `content` is the file itself, None where there is none. Both sentences and
    notes hold text of the file, which a pull request may have written: show it escaped.
    """

    rules: Mapping[str, Setting] = {}
    overrides: tuple[Override, ...] = ()
    waivers: tuple[WaiverEntry, ...] = ()
    origin: str = "defaults"
    notes: tuple[str, ...] = ()
    content: Content | None = None
