"""gate.reports.escape."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gate.reports.escape import (
    code_block,
    code_span,
    command_data,
    command_free,
    command_property,
    encodable,
    json_inert,
    table_code,
    table_prose,
    visible,
    xml_inert,
)

ANY_TEXT = st.text(st.characters(exclude_categories=())) | st.text("`|\\ :#[<>a\n@!]()\u202e\ud800", max_size=12)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x00\x1b[31m\x7f\x85", "\\x00\\x1b[31m\\x7f\\x85"),
        ("\u202eadmin\u2066\u200b\ufeff", "\\u202eadmin\\u2066\\u200b\\ufeff"),
        ("\u00a0\u2028\u3164\ufe0f", "\\xa0\\u2028\\u3164\\ufe0f"),
        ("\ud800 \ufffe", "\\ud800 \\ufffe"),
        ("\U000e0041", "\\U000e0041"),
        ("schlüssel 鍵 🔑", "schlüssel 鍵 🔑"),
        ("a ##[error] b ###[", "a #\\x23[error] b ##\\x23["),
        ("", ""),
    ],
)
def test_visible(text: str, shown: str) -> None:
    """What cannot be seen is written as an escape, everything else stays."""
    assert visible(text) == shown


def test_visible_cuts() -> None:
    """A text past the limit is cut and its length is told."""
    assert visible("a" * 1_000_000, 10) == "aaaaaaaaaa… (1000000 characters)"
    assert len(visible("\x00" * 1_000_000, 100)) < 130


@given(ANY_TEXT)
def test_visible_is_one_printable_line(text: str) -> None:
    """Whatever goes in, one printable line comes out that can be encoded and holds no command."""
    shown = visible(text)
    assert shown.isprintable()
    assert "##[" not in shown
    shown.encode()


@given(ANY_TEXT)
def test_command_free(text: str) -> None:
    """No line of a text begins with the two colons of a workflow command."""
    for line in command_free(visible(text)).splitlines():
        assert not line.lstrip().startswith("::")


def test_command_free_shows_what_it_changed() -> None:
    """The colon is written as an escape, the indentation stays."""
    assert command_free("  ::error::x") == "  \\x3a:error::x"
    assert command_free("a ::error::x") == "a ::error::x"


@given(ANY_TEXT)
def test_code_span_is_one_code_span(text: str) -> None:
    """A Markdown reader sees a single code element that holds the text."""
    tokens = MarkdownIt("commonmark").parseInline(f"x {code_span(visible(text))} y")[0].children
    assert [token.type for token in tokens] == ["text", "code_inline", "text"]
    assert tokens[1].content.strip() == visible(text).strip()


@given(ANY_TEXT)
def test_table_code_is_one_cell(text: str) -> None:
    """A Markdown reader sees one cell with a single code element."""
    cell = table_code(visible(text))
    tokens = MarkdownIt("commonmark").enable("table").parse(f"| a | b |\n| - | - |\n| {cell} | y |\n")
    rows = [token for token in tokens if token.type == "inline"]
    assert [[child.type for child in row.children] for row in rows] == [["text"], ["text"], ["code_inline"], ["text"]]


@given(
    ANY_TEXT
    | st.lists(
        st.sampled_from(["a", "`b`", "kms:*", "|", "\\", "`", "@x", "<b>", "key,", "(a", "b)", "9", "1.", "[x]"])
    ).map(" ".join)
)
def test_table_prose_is_text_and_code(text: str) -> None:
    """A Markdown reader sees one cell of plain words and code elements, whatever the sentence."""
    cell = table_prose(visible(text))
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(f"| a | b |\n| - | - |\n| {cell} | y |\n")
    rows = [token for token in tokens if token.type == "inline"]
    assert len(rows) == 4
    for child in rows[2].children or []:
        assert child.type == "code_inline" or re.fullmatch("[A-Za-z0-9 ,.;:()']*", child.content)


@pytest.mark.parametrize(
    ("line", "prose"),
    [
        ("role app newly has full KMS access on every key", "role app newly has full KMS access on every key"),
        ("role app-1 may call kms:* on `*` and more", "role `app-1` may call `kms:*` on `*` and more"),
        ("fixed in a1b2c3d, deadbeef or aaaaaaaaaa", "fixed in `a1b2c3d, deadbeef` or `aaaaaaaaaa`"),
        ("(it can't, in 9 days)", "(it can't, in 9 days)"),
        ("1. [x] (y) 2) a)", "`1. [x]` (y) `2)` a)"),
        ("PASS @you www.example.com", "`PASS @you www.example.com`"),
        ("a `b c` d", "a `b c` d"),
        ("", ""),
    ],
)
def test_table_prose(line: str, prose: str) -> None:
    """Words stay words, names and all else are code, quoting backticks give way to it."""
    assert table_prose(line) == prose


@given(st.lists(ANY_TEXT, min_size=1, max_size=5))
def test_code_block_is_one_block(texts: list[str]) -> None:
    """A Markdown reader sees one fence with the lines in it, and what follows is outside."""
    lines = [visible(text) for text in texts]
    tokens = MarkdownIt("commonmark").parse(f"{code_block(lines)}\n\nafter\n")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content == "".join(f"{command_free(line)}\n" for line in lines)


def test_command_data_and_property() -> None:
    """The escapes are those of actions/toolkit, the percent sign first."""
    assert command_data("100%\r\n::x:,") == "100%25%0D%0A::x:,"
    assert command_property("a:b,c%0A") == "a%3Ab%2Cc%250A"


def test_encodable() -> None:
    """Only lone surrogates change."""
    assert encodable("é\ud800🔑\n") == "é\\ud800🔑\n"


def test_inert_means_the_same() -> None:
    """JSON and XML hold no `##[` and say it all the same."""
    assert json_inert('"###["') == '"##\\u0023["'
    assert xml_inert("<a>##[</a>") == "<a>#&#35;[</a>"
