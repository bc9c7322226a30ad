"""Why there is no template that can be read."""

DEEPEST = 100  # objects and lists within one another


class UnreadableTemplate(Exception):
    """There is no template that can be read; the message says why."""


class MalformedTemplate(UnreadableTemplate):
    """The text is known, and no template that everybody reads alike."""
