"""Text that comes from a plan is data: it can be seen in a report and does nothing there.

`visible` comes first, for every sink; what it returns is one line of printable characters. The other functions take
such a line (or lines) to one sink each.
"""

import html
import re

# Printable for Python, yet nothing is seen: combining grapheme joiner, Hangul and Khmer fillers, Mongolian and other
# variation selectors, the blank braille pattern.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN_WORD = re.compile(
    r"\(?(?:(?![a-f]{7})[a-z]{1,20}(?:'[st])?|KMS|IAM|AWS|ARN|ARNs|Allow|Deny|Denies)[,.;:]?\)?|[0-9]{1,4}"
)
_LEADING_COMMAND = re.compile(r"^(\s*):(?=:)")


def visible(text: str, limit: int = 1000) -> str:
    """One line of at most about `limit` characters in which every character can be seen.

    Control characters, line breaks, bidirectional and zero-width characters, odd spaces, lone surrogates and unassigned
    code points are written as Python escapes (\\n, \\x1b, \\u202e); so is `##[`, which a GitHub runner takes for a
    workflow command wherever it stands in a line. What is cut is counted.
    """
    shown = text[:limit]
    if not shown.isprintable() or _BLANK.search(shown):
        shown = "".join(char if _seen(char) else _escaped(char) for char in shown)[:limit]
    shown = shown.replace("##[", "#\\x23[")
    return f"{shown}… ({len(text)} characters)" if len(text) > limit else shown


def command_free(line: str) -> str:
    """A line that no GitHub runner takes for a workflow command: none begins with `::`, none holds `##[`."""
    return _LEADING_COMMAND.sub(r"\1\\x3a", line).replace("##[", "#\\x23[")


def encodable(text: str) -> str:
    """The text with each lone surrogate, which no encoding can hold, written as its escape."""
    return text if text.isascii() else _LONE_SURROGATE.sub(lambda match: _escaped(match[0]), text)


def json_inert(text: str) -> str:
    """JSON that means the same and holds no workflow command: `##[` can stand only inside a string."""
    return text.replace("##[", "#\\u0023[")


def xml_inert(text: str) -> str:
    """XML without CDATA sections and comments that means the same and holds no workflow command."""
    return text.replace("##[", "#&#35;[")


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


def table_prose(line: str) -> str:
    """A visible line for a cell of a Markdown table: plain lower-case words stay text, runs of all else become code.

    So a sentence reads as one, and nothing in it can be markup, a link, a mention or the abbreviation of a commit.
    """
    parts: list[str] = []
    code: list[str] = []
    for word in [*line.split(" "), None]:
        if word is not None and not _PLAIN_WORD.fullmatch(word):
            code.append(word)
            continue
        if any(code):
            parts.append(table_code(_unquoted(" ".join(code))))
        code.clear()
        if word is not None:
            parts.append(word)
    return " ".join(parts)


def code_block(lines: list[str], language: str = "") -> str:
    """A fenced Markdown block around visible lines, longer fenced than any run of backticks in them."""
    safe = [command_free(line) for line in lines]
    fence = "`" * max(3, _longest_run("\n".join(safe)) + 1)
    return "\n".join([fence + language, *safe, fence])


def html_code(line: str) -> str:
    """A visible line as an HTML code element, for where Markdown is not read (a summary)."""
    return f"<code>{html.escape(line)}</code>"


def command_data(text: str) -> str:
    """The data of a workflow command (actions/toolkit, packages/core/src/command.ts)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """The value of a property of a workflow command (the same source)."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")


def _unquoted(text: str) -> str:
    """The text without backticks around it, and with plain quotes for those inside, which code would show."""
    if len(text) > 2 and text[0] == text[-1] == "`":
        text = text[1:-1]
    return text.replace("`", "'")


def _seen(char: str) -> bool:
    return char.isprintable() and not _BLANK.match(char)


def _escaped(char: str) -> str:
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
