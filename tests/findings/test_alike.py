"""Two instances of one module, whose names differ, are told of in messages that differ in nothing else."""

import json
import re
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

from gate.check import Options, check
from gate.plan.model import read
from gate.report import Finding
from gate.rules import RULES
from gate.text.sentences import PrincipalKind, Sentence
from tests.helpers.instances import instance

ROOT = Path(__file__).parents[2]
PLANS = {  # together they have every sentence of every rule that has a name in it
    "examples/plans": ("can-become-full", "condition-dropped", "grant-condition-dropped"),
    "tests/hostile": (
        "accounts-function-literal", "awscc-set-takes-over-boundary", "boundary-new-unknown-actions",
        "deny-policy-readdressed", "exclusive-names-part-unknown", "group-outside-plan", "group-unknown-name",
        "half-to-unknown-role", "inline-dynamic-wrong-block", "kms008-group-policy-removed",
        "module-provider-beside-one-alias", "prefix-pair-across-accounts", "role-id-attachment-under-second-provider",
        "same-role-two-accounts-guard-deleted", "stackset-instances", "takeover-accounts", "two-creates-of-one-role",
        "unknown-action-attachment", "unlisted-nested-policy", "user-replaced-leaves-group-membership",
    ),
    "tests/plans": (
        "account-added-with-bounded-role", "alias-with-allowed-account-ids", "any-policy-on-any-role",
        "aws-policy-not-known-attached", "boundary-not-visible-removed", "boundary-only-policy-created",
        "customer-managed-policy-outside-the-plan", "full-access-to-one-key", "grant-moves-to-another-account",
        "group-exclusive-attachments-and-deny-destroyed", "group-inline-deny-readdressed", "group-policy-with-member",
        "group-widened-member-has-boundary", "key-policies-opened", "key-takeover", "module-output-attached",
        "module-variable-holds-unknown-document", "permission-set-inline-deny-readdressed",
        "policy-attachment-to-many-created", "role-inline-deny-readdressed", "role-passed-to-lambda",
        "trust-policy-opened", "user-boundary-removed", "user-inline-deny-readdressed",
    ),
    "tests/source/plans": ("concat", "documents", "given-in-calls", "idioms", "known"),
}  # fmt: skip
EVERY = [f"{folder}/{name}" for folder, names in PLANS.items() for name in names]
NAMELESS = {"KMS007", "KMS010"}  # what is taken at face value, or can't be read, is told of without names of instances
KINDS = [kind for kind in get_args(PrincipalKind) if kind]
ONE, OTHER = "a0a0", "b1b1"


def both(name: str) -> list[tuple[Finding, Finding]]:
    """The findings of two instances of a plan, side by side."""
    document = json.loads((ROOT / name / "plan.json").read_bytes())
    found = [
        sorted(
            check(read(instance(document, key), "plan.json"), Options(no_source=True)).findings,
            key=lambda one: (one.rule, one.address, one.attribute),
        )
        for key in (ONE, OTHER)
    ]
    assert [one.address.replace(ONE, OTHER) for one in found[0]] == [one.address for one in found[1]]
    return list(zip(*found, strict=True))


@pytest.mark.parametrize("name", EVERY)
def test_messages_of_two_instances_are_alike(name: str) -> None:
    """Whatever names the instances have, `alike` and `kind` are the same; and each is told of by its own names."""
    pairs = both(name)
    assert any(one.message != other.message for one, other in pairs)
    for one, other in pairs:
        assert one.message.replace(ONE, OTHER) == other.message
        assert (one.alike, one.kind) == (other.alike, other.kind), (one.message, other.message)


@pytest.mark.slow
def test_every_rule_with_names_is_among_them() -> None:
    """Each rule finds something in these plans whose message has a name that the instances do not share."""
    rules = {one.rule for name in EVERY for one, other in both(name) if one.message != other.message}
    assert rules == {rule.id for rule in RULES} - NAMELESS


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_the_kind_is_what_the_labels_begin_with(name: str) -> None:
    """`kind` comes from what somebody is, and says the same as the label that people read."""
    for found, _ in both(name):
        begin = {next((kind for kind in KINDS if label.startswith(f"{kind} ")), "") for label in found.principals}
        assert found.kind == (begin.pop() if len(begin) == 1 else ""), found.principals


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_who_is_named_is_who_stands_in_the_message(name: str) -> None:
    """`named` are the principals whose whole labels a reader finds in the message."""
    for found, _ in both(name):
        whole = r"(?<![\w+=,.@:/-])%s(?![\w+=@/-]|[.,:][\w+=@/-])"
        read = tuple(label for label in found.principals if re.search(whole % re.escape(label), found.message))
        assert found.named == read, found.message


def flat(template: str, *parts: str, **named: str) -> Sentence:
    """A sentence that forgets what its names are, as one in an f-string does."""
    text = template.format(*parts, **named)
    return Sentence(text, text)


@pytest.mark.parametrize(
    ("module", "function", "plan"),
    [
        ("rules.full_kms_access", "sentence", "tests/hostile/takeover-accounts"),
        ("rules.full_kms_access_to_named_keys", "sentence", "tests/plans/full-access-to-one-key"),
        ("rules.policy_not_visible", "sentence", "tests/plans/aws-policy-not-known-attached"),
        ("rules.run", "sentence", "tests/plans/boundary-only-policy-created"),
        ("rules.undetermined", "sentence", "tests/hostile/unlisted-nested-policy"),
        ("rules.unproven_role", "sentence", "tests/source/plans/concat"),
        ("findings.few_actions", "sentence", "tests/plans/key-takeover"),
        ("findings.becoming_wording", "said", "examples/plans/can-become-full"),
        ("findings.key_wording", "said", "tests/plans/key-policies-opened"),
        ("findings.not_visible_wording", "sentence", "tests/hostile/stackset-instances"),
        ("findings.undetermined_wording", "made_of", "tests/hostile/half-to-unknown-role"),
        ("findings.wording", "sentence", "tests/plans/full-access-to-one-key"),
        ("findings.wording", "named_arn", "tests/plans/full-access-to-one-key"),
        ("findings.undetermined_wording", "named", "tests/plans/role-inline-deny-readdressed"),
    ],
)
def test_a_wording_that_forgets_its_names_is_noticed(
    monkeypatch: pytest.MonkeyPatch, module: str, function: str, plan: str
) -> None:
    """With plain words in the place of a name, two instances of one of these plans are no longer alike."""
    names = function in ("named", "named_arn")
    forgetful = (lambda text: flat("{}", str(text))) if names else flat
    monkeypatch.setattr(import_module(f"gate.{module}"), function, forgetful)
    assert any(one.alike != other.alike for one, other in both(plan))
