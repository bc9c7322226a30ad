"""The collection of rules and its page."""

import re

import pytest

from gate.rules import RULES, Rule
from scripts.rules_page import PAGE, page


def test_ids_and_names_are_unique_and_well_formed() -> None:
    """KMS and three digits; lower-case words."""
    assert len({rule.id for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    assert all(re.fullmatch(r"KMS\d{3}", rule.id) and re.fullmatch(r"[a-z-]+", rule.name) for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_documents_itself(rule: Rule) -> None:
    """What it finds, why it matters, an example and a remedy."""
    labels = re.findall(r"^(Finds|Why it matters|Example|Remedy):", rule.text, re.MULTILINE)
    assert labels == ["Finds", "Why it matters", "Example", "Remedy"]
    assert rule.summary.endswith(".")


def test_the_page_is_made_from_the_rules() -> None:
    """`make docs` writes it."""
    assert PAGE.read_text() == page()
