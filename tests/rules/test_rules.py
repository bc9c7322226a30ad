"""The collection of rules and its page."""

import json
import re

import msgspec
import pytest

from gate.rules import RULES, Rule
from scripts import rules_page
from scripts.rules_page import PAGE, SCHEMA, page, schema


def test_ids_and_names_are_unique_and_well_formed() -> None:
    """KMS and three digits; lower-case words."""
    assert len({rule.id for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    assert all(re.fullmatch(r"KMS\d{3}", rule.id) and re.fullmatch(r"[a-z-]+", rule.name) for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_documents_itself(rule: Rule) -> None:
    """What it finds, why it matters, an example and a remedy."""
    labels = re.findall(r"^(Finds|Why it matters|Example|Remedy|Twins):", rule.text, re.MULTILINE)
    assert labels == ["Finds", "Why it matters", "Example", "Remedy", *(["Twins"] if rule.tags else [])]
    assert rule.summary.endswith(".")


def test_the_page_is_made_from_the_rules() -> None:
    """`make docs` writes it."""
    assert PAGE.read_text() == page()


def test_the_schema_lists_the_rules() -> None:
    """`make docs` writes them."""
    assert SCHEMA.read_text() == schema(SCHEMA.read_text())
    listed = json.loads(SCHEMA.read_text())["$defs"]
    ids = sorted(rule.id for rule in RULES)
    assert sorted(listed["rules"]["properties"]) == listed["waiver"]["properties"]["rule"]["enum"] == ids


def test_a_rule_that_is_new_gets_into_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Into both lists of it."""
    new = msgspec.structs.replace(RULES[0], id="KMS099")
    monkeypatch.setattr(rules_page, "RULES", (*RULES, new))
    assert rules_page.schema(SCHEMA.read_text()).count('"KMS099"') == 2


def test_sarif_takes_no_more_tags() -> None:
    """GitHub reads twenty of a rule, four of which are the same for all: "SARIF support for code scanning"."""
    assert all(len(rule.tags) <= 16 for rule in RULES)
