"""What a forge sees of a comment: the words outside of code, where it looks for mentions and references."""

from markdown_it import MarkdownIt
from markdown_it.token import Token


def visible_words(text: str) -> list[str]:
    """The words of a Markdown text that are not code."""
    return [word for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text) for word in _words(token)]


def _words(token: Token) -> list[str]:
    if token.children:
        return [word for child in token.children for word in _words(child)]
    return token.content.split() if token.type == "text" else []
