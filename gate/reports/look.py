"""How a report for people looks where it is read: colour, width, and how much of it there is."""

from enum import Enum, auto

import msgspec

TEXT_WIDTH = 88  # columns of a text beside its label, where no terminal says how many there are


class Detail(Enum):
    """How much is told: the verdict alone, findings, or every document that was examined as well."""

    VERDICT = auto()
    FINDINGS = auto()
    EVERYTHING = auto()


class Look(msgspec.Struct, frozen=True, gc=False):
    """`colour` also stands for symbols, which a file or a log does not want; `width` is in columns. `matrix`: who gains
    what is told below the findings."""

    colour: bool = False
    width: int = 98
    detail: Detail = Detail.FINDINGS
    matrix: bool = False
