"""Why not everything in a template is seen."""

from enum import Enum, auto

import msgspec

from gate.unknown import Value

DEEPEST = 100  # objects and lists within one another


class WhyUnread(Enum):
    """What keeps a template, or the resource of Cloud Control, from being read."""

    # Its text is known, and no template that everybody reads alike.
    TOO_LONG = auto()
    TOO_DEEP = auto()
    TOO_LARGE = auto()
    REPEATED_KEY = auto()
    PRIVATE_USE = auto()
    UNKNOWN_KEY = auto()
    NEITHER_JSON_NOR_YAML = auto()
    NEITHER_FROM_LINE = auto()
    YAML_MERGE = auto()
    KEY_OF_NO_TEXT = auto()
    # The plan does not have it.
    NO_RESOURCES = auto()
    UNKNOWN = auto()
    NOT_IN_PLAN = auto()
    FETCHED = auto()
    ONE_OF_SEVERAL = auto()
    UNKNOWN_TYPE = auto()
    UNKNOWN_BODY = auto()
    DESCRIBED_ELSEWHERE = auto()
    TYPE_DESCRIBED_ELSEWHERE = auto()
    # It is read, and something in it makes resources that nobody sees.
    TOP_MACRO = auto()
    INNER_MACRO = auto()
    UNKNOWN_RESOURCE = auto()
    HIDING_RESOURCE = auto()
    PIPELINE = auto()
    ANY_TEXT = auto()


_MALFORMED = {
    WhyUnread.TOO_LONG, WhyUnread.TOO_DEEP, WhyUnread.TOO_LARGE, WhyUnread.REPEATED_KEY, WhyUnread.PRIVATE_USE,
    WhyUnread.UNKNOWN_KEY, WhyUnread.NEITHER_JSON_NOR_YAML, WhyUnread.NEITHER_FROM_LINE, WhyUnread.YAML_MERGE,
    WhyUnread.KEY_OF_NO_TEXT,
}  # fmt: skip


class Unread(msgspec.Struct, frozen=True, gc=False):
    """Why not everything in a template is seen. `detail` is the key that is repeated, the line, the type, or the
    logical id of the resource, and then `type` what that resource is. `text` is what was to be read, None where that
    is not known."""

    why: WhyUnread
    detail: str = ""
    type: str = ""
    text: Value = None

    @property
    def is_malformed(self) -> bool:
        """Whether the text is known, and no template that everybody reads alike."""
        return self.why in _MALFORMED

    @property
    def makes_iam(self) -> bool:
        """Whether what is not seen may create IAM resources whatever the stack itself may."""
        return self.why is WhyUnread.PIPELINE


class UnreadableTemplate(Exception):
    """There is no template that can be read; `unread` is why."""

    def __init__(self, why: WhyUnread, detail: str = "", text: Value = None) -> None:
        super().__init__(why)
        self.unread = Unread(why, detail, text=text)

    def of(self, text: Value) -> "UnreadableTemplate":
        """The same, of a text."""
        return UnreadableTemplate(self.unread.why, self.unread.detail, text)
