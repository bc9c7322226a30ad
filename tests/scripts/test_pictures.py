"""The pictures of the README: drawn from gate's own output, and loading nothing."""

import re
from xml.etree import ElementTree

import pytest

from scripts.pictures import EXAMPLE, PICTURES, comment, terminal

pytestmark = pytest.mark.slow


def test_the_terminal_keeps_text_colours_and_width() -> None:
    """Escapes become colours, a long line stays one line, and no font is fetched."""
    long = "x" * 130
    drawn = terminal(f"$ gate check plan.json\n\x1b[31mBLOCKED\x1b[0m <&>\n{long}\n")
    ElementTree.fromstring(drawn)  # noqa: S314
    assert "url(http" not in drawn
    assert "\x1b" not in drawn
    assert long in drawn
    words = "".join(ElementTree.fromstring(drawn).itertext()).replace("\xa0", " ")  # noqa: S314
    assert "$ gate check plan.json" in words
    assert "BLOCKED <&>" in words


def test_the_comment_is_rendered_as_github_does() -> None:
    """Tables, folded parts and code; names in code stay text."""
    page = comment(
        "### ❌ BLOCKED\n\n| a |\n| --- |\n| `<b>` |\n\n<details><summary>x</summary>\n\n- y\n\n</details>\n"
    )
    assert "<td><code>&lt;b&gt;</code></td>" in page
    assert re.search(r"<details><summary>x</summary>\s*<ul>\s*<li>y</li>", page)


def test_the_pictures_are_of_an_example_that_is_there() -> None:
    """And the README shows both."""
    assert (EXAMPLE / "plan.json").is_file()
    readme = (PICTURES.parent.parent / "README.md").read_text()
    for name in ("terminal.svg", "comment.png"):
        assert f"docs/pictures/{name}" in readme
        assert (PICTURES / name).stat().st_size > 1000
