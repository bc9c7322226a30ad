"""Writes docs/rules.md from the docstrings of the rules; a test compares the two."""

import re
from pathlib import Path

from gate.rules import RULES

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"
HEAD = """# Rules

What each rule finds, why it matters, and what to do. `gate explain RULE` shows the same in a terminal. This page is
made from the rules' own documentation by `make docs`.

A finding of a stronger rule covers the weaker ones at the same place: one grant, one finding. A conditional grant is a
grant, and the message names the condition. [semantics.md](semantics.md) says exactly what counts as newly full.

| id | name | by default |
| --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    ordered = sorted(RULES, key=lambda rule: rule.id)
    rows = [f"| [{rule.id}](#{rule.id.lower()}-{rule.name}) | {rule.name} | {rule.default}s |\n" for rule in ordered]
    sections = [f"\n## {rule.id} {rule.name}\n\n{_markdown(rule.text)}\n" for rule in ordered]
    return HEAD + "".join(rows) + "".join(sections)


def _markdown(text: str) -> str:
    """The docstring with its labels set off; the examples are indented and so code already."""
    return re.sub(r"^(Finds|Why it matters|Example|Remedy):", r"**\1:**", text, flags=re.MULTILINE)


if __name__ == "__main__":
    PAGE.write_text(page())
