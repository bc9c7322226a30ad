"""Text that comes from a plan is data: it can be seen in a report and does nothing there.

`visible` comes first, for every sink; what it returns is one line of printable characters. The other functions take
such a line (or lines) to one sink each.
"""

import re
from functools import lru_cache

# Printable for Python, yet nothing is seen: combining grapheme joiner, Hangul and Khmer fillers, Mongolian and other
# variation selectors, the blank braille pattern.
_BLANK = "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LONE_SURROGATE = "[\ud800-\udfff]"
# What GitHub and GitLab turn into a link, a mention, an emoji or mathematics although it is no markup: it is looked for
# in the text that Markdown leaves, where neither a backslash nor an entity is seen any more.
_TRIGGER = r"(?i)[@#$]|://|www\.|:[\w+-]+:|(?<![^\W_])(?:GH|GHSA|CVE)-|[!~%&]\w|(?<![0-9a-z])[0-9a-f]{7,}(?![0-9a-z])"
_QUOTED = "`([^`]+)`"
_WORD = r"""(?s)^([(\[{'"]*)(.*?)([)\]},.;:'"!?]*)$"""
_MARKUP = str.maketrans(
    {
        **{char: f"\\{char}" for char in "*[]~"},
        **{char: f"&#{ord(char)};" for char in "\\`|"},
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
    }
)
_OUTER_UNDERSCORE = r"(?<![^\W_])_|_(?![^\W_])"
_LEADING_MARKUP = r"^(?:(?=[-+=])|(\d+)(?=[.)]))"
# Obeyed wherever it stands in a line: `##[` by a runner of GitHub, `##vso[` by an agent of Azure Pipelines
# (https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands), `##teamcity[` by one of TeamCity.
_LOG_COMMAND = r"##(?=\w*\[)"
_LEADING_COMMAND = r"^(\s*):(?=:)"


def visible(text: str, limit: int = 1000) -> str:
    """One line of at most about `limit` characters in which every character can be seen.

    Control characters, line breaks, bidirectional and zero-width characters, odd spaces, lone surrogates and unassigned
    code points are written as Python escapes (\\n, \\x1b, \\u202e); so is `##[` and its like,
    which a runner takes for a command wherever it stands in a line. What is cut is counted.
    """
    shown = text[:limit]
    if not shown.isprintable() or (not shown.isascii() and re.search(_BLANK, shown)):
        shown = "".join(char if _seen(char) else _escaped(char) for char in shown)[:limit]
    if "##" in shown:
        shown = re.sub(_LOG_COMMAND, r"#\\x23", shown)
    return f"{shown}… ({len(text)} characters)" if len(text) > limit else shown


def command_free(line: str) -> str:
    """A line that no runner takes for a command: none begins with `::`, none holds `##[` or `##vso[`."""
    inert = re.sub(_LEADING_COMMAND, r"\1\\x3a", line) if "::" in line else line
    return re.sub(_LOG_COMMAND, r"#\\x23", inert) if "##" in inert else inert


def encodable(text: str) -> str:
    """The text with each lone surrogate, which no encoding can hold, written as its escape."""
    return text if text.isascii() else re.sub(_LONE_SURROGATE, lambda match: _escaped(match[0]), text)


def json_inert(text: str) -> str:
    """JSON that means the same and holds no runner's command: `##[` and its like can stand only inside a string."""
    return re.sub(_LOG_COMMAND, r"#\\u0023", text)


def xml_inert(text: str) -> str:
    """XML without CDATA sections and comments that means the same and holds no runner's command."""
    return re.sub(_LOG_COMMAND, "#&#35;", text)


def code_span(line: str) -> str:
    """A Markdown code span around a visible line: inside it nothing is markup, a link or a mention."""
    fence = "`" * (_longest_run(line) + 1)
    padded = f" {line} " if not line.strip() or line[0] in " `" or line[-1] in " `" else line
    return f"{fence}{padded}{fence}"


def table_code(line: str) -> str:
    """A code span for a cell of a Markdown table, where `|` divides cells even inside code.

    It becomes \\x7c: readers disagree on whether the `|` of `\\\\|` divides, and a cell that it began would be markup.
    """
    return code_span(line.replace("|", "\\x7c"))


@lru_cache(maxsize=2048)  # a comment is written several times until it fits
def prose(line: str) -> str:
    """A visible line as a sentence of Markdown, for a paragraph, a list or the cell of a table.

    What stands between backticks becomes code, and so does a word that would be a link, a mention, a reference, an
    emoji or mathematics; of all else the characters that are markup are escaped.
    """
    pieces: list[tuple[bool, str]] = []  # whether it is code, and the text
    for number, quoted in enumerate(re.split(_QUOTED, line.strip())):
        for code, text in [(True, quoted)] if number % 2 else _words(quoted):
            if pieces and pieces[-1][0] == code:
                pieces[-1] = (code, pieces[-1][1] + text)
            elif text:
                pieces.append((code, text))
    found = "".join(table_code(text) if code else _markup_free(text) for code, text in pieces)
    return re.sub(_LEADING_MARKUP, lambda match: f"{match[1] or ''}\\", found)


def code_block(lines: list[str], language: str = "") -> str:
    """A fenced Markdown block around visible lines, longer fenced than any run of backticks in them."""
    safe = [command_free(line) for line in lines]
    fence = "`" * max(3, _longest_run("\n".join(safe)) + 1)
    return "\n".join([fence + language, *safe, fence])


def html_code(line: str) -> str:
    """A visible line as an HTML code element, for where Markdown is not read (a summary)."""
    import html

    return f"<code>{html.escape(line)}</code>"


def command_data(text: str) -> str:
    """The data of a workflow command (actions/toolkit, packages/core/src/command.ts)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """The value of a property of a workflow command (the same source)."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")


def _words(text: str) -> list[tuple[bool, str]]:
    """The text in pieces: words that need to be code, without the punctuation around them, and what is between."""
    pieces = []
    for number, word in enumerate(text.split(" ")):
        space = " " if number else ""
        match = re.match(_WORD, word)
        if match and re.search(_TRIGGER, word):
            pieces += [(False, space + match[1]), (True, match[2]), (False, match[3])]
        else:
            pieces.append((False, space + word))
    return [(code, piece) for code, piece in pieces if piece]


def _markup_free(text: str) -> str:
    return re.sub(_OUTER_UNDERSCORE, r"\\_", text.translate(_MARKUP))


def _seen(char: str) -> bool:
    return char.isprintable() and not re.match(_BLANK, char)


def _escaped(char: str) -> str:
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0) if "`" in text else 0
