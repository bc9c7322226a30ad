"""Text of a file, a path or an option inside a message."""


def quotable(value: object, limit: int = 200) -> str:
    """At most `limit` characters, those replaced that would break a message: backticks, line breaks, controls."""
    return "".join(c if c.isprintable() and c != "`" else "?" for c in str(value)[:limit])
