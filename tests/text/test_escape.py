"""gate.text.escape."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gate.text.escape import (
    code_block,
    code_span,
    command_data,
    command_free,
    command_property,
    encodable,
    json_inert,
    prose,
    table_code,
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
        ("##vso[task.complete result=Succeeded]", "#\\x23vso[task.complete result=Succeeded]"),
        ("a ##VSO[x] ##teamcity[y] ## z[", "a #\\x23VSO[x] #\\x23teamcity[y] ## z["),
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


@pytest.mark.slow
@given(ANY_TEXT)
def test_visible_is_one_printable_line(text: str) -> None:
    """Whatever goes in, one printable line comes out that can be encoded and holds no command."""
    shown = visible(text)
    assert shown.isprintable()
    assert "##[" not in shown
    shown.encode()


@pytest.mark.slow
@given(ANY_TEXT)
def test_command_free(text: str) -> None:
    """No line of a text begins with the two colons of a workflow command."""
    for line in command_free(visible(text)).splitlines():
        assert not line.lstrip().startswith("::")


def test_command_free_shows_what_it_changed() -> None:
    """The colon is written as an escape, the indentation stays."""
    assert command_free("  ::error::x") == "  \\x3a:error::x"
    assert command_free("a ::error::x") == "a ::error::x"


@pytest.mark.slow
@given(ANY_TEXT)
def test_code_span_is_one_code_span(text: str) -> None:
    """A Markdown reader sees a single code element that holds the text."""
    tokens = MarkdownIt("commonmark").parseInline(f"x {code_span(visible(text))} y")[0].children
    assert [token.type for token in tokens] == ["text", "code_inline", "text"]
    assert tokens[1].content.strip() == visible(text).strip()


@pytest.mark.slow
@given(ANY_TEXT)
def test_table_code_is_one_cell(text: str) -> None:
    """A Markdown reader sees one cell with a single code element."""
    cell = table_code(visible(text))
    tokens = MarkdownIt("commonmark").enable("table").parse(f"| a | b |\n| - | - |\n| {cell} | y |\n")
    rows = [token for token in tokens if token.type == "inline"]
    assert [[child.type for child in row.children] for row in rows] == [["text"], ["text"], ["code_inline"], ["text"]]


def rendered(cell: str) -> tuple[str, str]:
    """What a Markdown reader shows of a cell of a table: everything, and what of it is not code. Fails on all else."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(f"| a | b |\n| - | - |\n| {cell} | y |\n")
    rows = [token for token in tokens if token.type == "inline"]
    assert len(rows) == 4
    children = rows[2].children or []
    assert {child.type for child in children} <= {"text", "code_inline"}
    everything = "".join(child.content for child in children)
    return everything, "\n".join(child.content for child in children if child.type == "text")


WORDS = [
    "a",
    "`b`",
    "kms:*",
    "|",
    "\\",
    "`",
    "@x",
    "<b>",
    "key,",
    "(a@b.c)",
    "9",
    "1.",
    "[x](y)",
    "_a_",
    "a_b",
    "~~",
    "&lt;",
]


@pytest.mark.slow
@settings(deadline=None)  # the first example builds the reader
@given(ANY_TEXT | st.lists(st.sampled_from(WORDS)).map(" ".join) | st.lists(st.sampled_from(WORDS)).map("".join))
def test_prose_is_text_and_code(text: str) -> None:
    """A Markdown reader sees one cell that says the sentence: no markup, and no backticks around what is code."""
    everything, _ = rendered(prose(visible(text)))
    expected = re.sub("`([^`]+)`", r"\1", visible(text).strip()).replace("|", "\\x7c")
    assert re.sub(" +", " ", everything.replace("|", "\\x7c")).strip() == re.sub(" +", " ", expected).strip()


@pytest.mark.slow
@settings(deadline=None)  # the first example builds the reader
@given(ANY_TEXT | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_prose_begins_no_list_heading_or_rule(text: str) -> None:
    """As an item of a list a sentence is one paragraph."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(f"- {prose(visible(text)) or 'x'}\n")
    kinds = [token.type for token in tokens]
    assert kinds[:4] == ["bullet_list_open", "list_item_open", "paragraph_open", "inline"]
    assert len(kinds) == 7


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("role app newly has full KMS access on every key", "role app newly has full KMS access on every key"),
        ("role app-1 may call kms:* on `*` and more", "role app-1 may call kms:\\* on `*` and more"),
        ("waiver 1 (`KMS001` at `a_b.kms`, a@b.c) expires", "waiver 1 (`KMS001` at `a_b.kms`, `a@b.c`) expires"),
        ("aws_iam_role.app[0] is _known_", "aws_iam_role.app\\[0\\] is \\_known\\_"),
        ("the policy policy/key-admin, `KMS001 = warn` of role `r0`",) * 2,
        (
            "on arn:aws:kms:eu-west-1:111122223333:key/*, and more",
            "on `arn:aws:kms:eu-west-1:111122223333:key/*`, and more",
        ),
        ("a|b <b> & `c|d`", "a&#124;b &lt;b&gt; &amp; `c\\x7cd`"),
        ("1. [x] (y) 2) a)", "1\\. \\[x\\] (y) 2) a)"),
        ("- a", "\\- a"),
        (".gate.toml of refs/remotes/origin/main", ".gate.toml of refs/remotes/origin/main"),
        ("`a``b` `", "`ab` &#96;"),
        ("(it can't, in 9 days)", "(it can't, in 9 days)"),
        ("", ""),
    ],
)
def test_prose(line: str, shown: str) -> None:
    """A sentence reads as one; what it quotes is code."""
    assert prose(line) == shown


@pytest.mark.slow
@pytest.mark.parametrize(
    "trigger",
    [
        "@user",
        "@org/team",
        "#12",
        "owner/repo#1",
        "GH-1",
        "gh-12",
        "GHSA-aaaa-bbbb-cccc",
        "CVE-2024-0001",
        "https://example.com/a",
        "ftp://example.com",
        "www.example.com",
        "a.b+c@example.com",
        "mailto:a@b.c",
        ":tada:",
        "x:key:y",
        ":+1:",
        "a1b2c3d",
        "owner/repo@a1b2c3d4e5f6",
        "a1b2c3d...d4e5f6a",
        "$x$",
        "!12",
        "~label",
        "%12",
        "&12",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "see {} now", "({})", "'{}',", "**{}**", "x`{}", "x_{}", "[{}](y)", "`a` {}.", '"{}"!']
)
def test_prose_triggers_nothing(trigger: str, around: str) -> None:
    """What GitHub or GitLab would link, mention or draw stands only in code, where neither looks."""
    everything, loose = rendered(prose(around.format(trigger)))
    assert trigger in everything
    assert trigger not in loose
    assert not re.search(r"[@#$]|//|www|:\w+:|GH|CVE|[0-9a-f]{7}", loose)


@pytest.mark.slow
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
    assert json_inert('"##vso[x"') == '"#\\u0023vso[x"'
    assert xml_inert("<a>##vso[x</a>") == "<a>#&#35;vso[x</a>"
    assert command_free("x ##vso[y]") == "x #\\x23vso[y]"
