"""The collection of rules and its page."""

import json
import re

import msgspec
import pytest

from gate import rules
from gate.errors import GateError
from gate.new_access.questions import FULL, Question
from gate.rules import RULES, Rule, explain
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


def test_a_rule_is_made_from_its_module() -> None:
    """Its name is that of the module, its text its docstring; what it asks and its tags are there where it has some."""
    assert rules._rules.__wrapped__() == RULES
    by_id = {rule.id: rule for rule in RULES}
    assert [rule.name.replace("-", "_") for rule in RULES] == list(rules._MODULES)
    stronger = [rule.id for rule in RULES if rule.id in ("KMS010", "KMS001", "KMS002", "KMS009", "KMS003", "KMS004")]
    assert stronger == ["KMS010", "KMS001", "KMS002", "KMS009", "KMS003", "KMS004"]
    assert [by_id[name].default for name in ("KMS001", "KMS003", "KMS011")] == ["block", "warn", "warn"]
    assert by_id["KMS001"].asks == FULL
    assert by_id["KMS003"].asks == Question(any_of=("kms:Decrypt", "kms:ReEncryptFrom"))
    assert by_id["KMS011"].asks is None
    assert by_id["KMS004"].tags == ("AWS Control Tower CT.KMS.PV.1",)
    assert by_id["KMS011"].tags == ()
    assert by_id["KMS011"].name == "unproven-role"
    assert by_id["KMS011"].summary == "A new role is not proven free of inline policies."


def test_a_rule_is_explained_by_id_and_by_name() -> None:
    """In any case; one that does not exist is an error that names what was meant, or lists those that do."""
    wanted = explain("KMS011")
    assert wanted.startswith("KMS011 unproven-role (warns by default)\n\nA new role is not proven free")
    assert wanted == explain(" kms011 ") == explain("Unproven-Role")
    with pytest.raises(GateError, match="there is no rule `KMS099`; choose one of KMS001, KMS002, KMS003"):
        explain("KMS099")
    with pytest.raises(GateError, match="there is no rule `full-kms-acces`; did you mean `full-kms-access`"):
        explain("full-kms-acces")
