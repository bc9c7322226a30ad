"""Text from a plan in HTML: it can be seen and does nothing, whatever it holds.

Every text passes through `visible` first (gate.text.escape): of controls, bidirectional and zero-width characters only
their escapes are left. The elements that they stand in are isolated from the text around them (style, `unicode-bidi`).
"""

import html
import re
from collections.abc import Iterable, Sequence

from gate.text.escape import command_free, visible

_QUOTED = re.compile("`([^`]+)`")


def text(words: str, limit: int = 1000) -> str:
    """A text as character data."""
    return html.escape(visible(words, limit))


def code(name: str, limit: int = 600) -> str:
    """A name, an address or an action."""
    return f"<code>{text(name, limit)}</code>"


def sentence(words: str, limit: int = 1000) -> str:
    """A sentence; what stands in it between backticks is code."""
    pieces = _QUOTED.split(visible(words, limit))
    return "".join(f"<code>{html.escape(one)}</code>" if n % 2 else html.escape(one) for n, one in enumerate(pieces))


def block(lines: Sequence[str]) -> str:
    """Visible lines as they are, each of them harmless for a GitHub runner that prints the page."""
    return f"<pre><code>{html.escape(joined(lines))}</code></pre>"


def joined(lines: Sequence[str]) -> str:
    """Lines of which none begins a workflow command."""
    return "\n".join(command_free(line) for line in lines)


def listing(items: Iterable[str]) -> str:
    """A list of pieces of HTML; nothing without items."""
    found = [f"<li>{item}</li>" for item in items]
    return "\n".join(["<ul>", *found, "</ul>"]) if found else ""


def named(names: Sequence[str], limit: int, *, of: str) -> str:
    """Names as code, past `limit` of them the others folded: "37 more roles" with `of` "roles"."""
    told = ", ".join(code(name, 200) for name in names[:limit])
    rest = names[limit:]
    if not rest:
        return told
    shown = ", ".join(code(name, 200) for name in rest[:_FOLDED])
    more = f" and {len(rest) - _FOLDED:,} more" if len(rest) > _FOLDED else ""
    return f"{told} {folded(f'and {len(rest):,} more {of}', f'<p>{shown}{more}</p>')}"


_FOLDED = 500


def folded(summary: str, body: str, *, is_open: bool = False) -> str:
    """A part that a reader opens; both are HTML."""
    opened = ' open=""' if is_open else ""
    return f"<details{opened}><summary>{summary}</summary>\n{body}\n</details>"
