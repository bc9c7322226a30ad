"""Writes what is derived from the rules: docs/rules.md, and their ids in schemas/config.schema.json. Tests compare."""

import json
import re
import textwrap
from pathlib import Path

from gate.rules import RULES

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "rules.md"
SCHEMA = ROOT / "schemas" / "config.schema.json"
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
    return re.sub(r"^(Finds|Why it matters|Example|Remedy|Twins):", r"**\1:**", text, flags=re.MULTILINE)


def schema(text: str) -> str:
    """The configuration's schema with the ids of all rules in both places that list them."""
    ids = sorted(rule.id for rule in RULES)
    settings = ",\n".join(f'        "{rule}": {{ "$ref": "#/$defs/setting" }}' for rule in ids)
    text = re.sub(r'(?:^ +"KMS\d+": \{.*\},?\n)+', f"{settings}\n", text, flags=re.MULTILINE)
    listed = textwrap.fill(json.dumps(ids)[1:-1], 119, initial_indent=" " * 12, subsequent_indent=" " * 12)
    return re.sub(r'"enum": \[\s*"KMS[^\]]*\]', f'"enum": [\n{listed}\n          ]', text)


if __name__ == "__main__":
    PAGE.write_text(page())
    SCHEMA.write_text(schema(SCHEMA.read_text()))
