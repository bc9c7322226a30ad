"""Words and lists of them inside a message."""

from collections.abc import Sequence


def quotable(value: object, limit: int = 200) -> str:
    """At most `limit` characters, those replaced that would break a message: backticks, line breaks, controls."""
    return "".join(c if c.isprintable() and c != "`" else "?" for c in str(value)[:limit])


def in_words(items: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"; `last` is the word before the last one."""
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else "".join(items)
