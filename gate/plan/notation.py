"""How the text of a JSON document is written in a configuration."""

from enum import Enum, auto


class Notation(Enum):
    """A way of writing a policy document.

    BLOCK: the blocks of a data source; OBJECT: a value of HCL, for `jsonencode`; TEXT: JSON in a quoted text or a
    heredoc, where `${` begins an expression; FILE: JSON in a file of its own, which no expression reaches.
    """

    BLOCK = auto()
    OBJECT = auto()
    TEXT = auto()
    FILE = auto()
