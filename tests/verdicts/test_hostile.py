"""Changes that were made to get past gate, or to make it cry wolf, and what it says of each."""

import pytest

from gate.check import Options, check
from gate.plan.model import read
from tests.helpers.paths import HOSTILE

pytestmark = pytest.mark.slow

# what must block, with the rules that may say so
BLOCKS = {
    "accounts-function-literal": {"KMS009"},
    "attachment-duplicate-deleted-deny": {"KMS001"},
    "awscc-set-boundary-deleted-beside": {"KMS001"},  # a set has one boundary, and the delete takes it
    "awscc-set-inline-deny-deleted-beside": {"KMS001"},  # nor more than one inline policy
    "awscc-set-takes-over-boundary": {"KMS009"},
    "awscc-set-takes-over-inline-deny": {"KMS009"},
    "boundary-new-unknown-actions": {"KMS009"},
    "compact-resources": {"KMS002", "KMS009"},
    "compact-source-documents": {"KMS009"},
    "conditional-deny": {"KMS001"},
    "created-role-named-by-text": {"KMS001"},  # the create fails where there is one, and the policy does not
    "data-aws-arn": {"KMS002", "KMS009"},
    "deny-names-partition": {"KMS001"},  # the keys of the other partitions stay
    "deny-one-of-two-policies": {"KMS001", "KMS009"},  # the index picks the other one
    "deny-role-ref-mixed": {"KMS001"},
    "deny-policy-readdressed": {"KMS009"},  # applied: the new one can't be created, the old one is detached
    "deposed-prefix-pair": {"KMS001"},
    "exclusive-names-part-unknown": {"KMS001"},
    "exclusive-names-unknown": {"KMS001"},
    "exclusive-unknown-role": {"KMS001"},
    "forget-prefix-pair": {"KMS001"},
    "fork-in-module": {"KMS009"},
    "group-takes-name-of-administrators": {"KMS001"},
    "group-unknown-name": {"KMS009"},
    "half-to-unknown-role": {"KMS009"},  # it may be the role that has the other half
    "hang-condition-values": {"KMS009"},
    "hang-guards": {"KMS001"},
    "hang-many-holders": {"KMS009"},
    "hang-patterns": {"KMS009"},
    "hang-question": {"KMS009"},
    "identitystore-membership": {"KMS001"},
    "inline-duplicate-deleted-deny": {"KMS001"},
    "inline-dynamic-wrong-block": {"KMS009"},
    "inline-owned-deny-unknown": {"KMS001"},
    "mirror-unknown-arns": {"KMS001"},
    "module-provider-beside-one-alias": {"KMS001", "KMS009"},
    "override-order": {"KMS001"},
    "override-unknown-sid-drops-deny": {"KMS001", "KMS002", "KMS009"},
    "policy-name-takeover": {"KMS001"},
    "policy-name-takeover-noop": {"KMS001"},
    "policy-unknown-path": {"KMS001", "KMS009"},
    "prefix-pair-across-accounts": {"KMS001"},
    "private-use": {"KMS010"},
    "private-use-veil": {"KMS010"},
    "proven-output-arn-action": {"KMS009"},
    "proven-output-arn-resource": {"KMS002", "KMS009"},
    "provider-local-name": {"KMS001"},
    "public-key-arn": {"KMS002"},
    "rename-and-new-same-name": {"KMS001"},
    "rename-boundary-borrowed": {"KMS001"},
    "rename-chain": {"KMS001"},
    "rename-deny-att-stays-literal": {"KMS001"},
    "replaced-role-loses-literal-deny": {"KMS001"},
    "role-id-attachment-under-second-provider": {"KMS009"},
    "role-id-under-second-provider": {"KMS009"},
    "role-moves-allow-by-destroyed-exclusive": {"KMS009"},
    "role-ref-mixed": {"KMS001", "KMS009"},
    "role-replaced-deny-by-name-allow-updated": {"KMS001"},  # applied: the Deny was gone
    "same-inline-name": {"KMS001"},
    "same-inline-name-block": {"KMS001"},
    "same-inline-name-overwrites-deny": {"KMS001"},
    "same-role-two-accounts-att-deleted": {"KMS001"},
    "same-role-two-accounts-guard-deleted": {"KMS001"},
    "sid-unknown-equal": {"KMS001", "KMS002", "KMS009"},
    "source-lowercase-statement": {"KMS001", "KMS009"},
    "sso-assignment-unknown-set": {"KMS009"},
    "sso-boundary-dropped-before": {"KMS001"},
    "sso-create-referenced-policy": {"KMS001"},
    "sso-customer-policy-unknown-block": {"KMS009"},
    "sso-customer-policy-unknown-name": {"KMS009"},
    "sso-delete-guard-and-reference": {"KMS001"},
    "sso-deny-of-other-set": {"KMS001"},
    "sso-inline-twice": {"KMS001"},
    "sso-rename-guard": {"KMS001"},
    "takeover-accounts": {"KMS001"},
    "trust-organization-dropped": {"KMS006"},  # everyone may become a role with full access
    "two-accounts-data-role": {"KMS001"},
    "two-accounts-literal-role": {"KMS001"},
    "two-creates-of-one-role": {"KMS009"},  # the second create fails, the policies under both providers do not
    "two-memberships": {"KMS001"},
    "two-resources-one-boundary-removed": {"KMS001"},
    "unknown-action-attachment": {"KMS009"},
    "unknown-role-overwrites-deny": {"KMS001"},
    "unlisted-attaches": {"KMS009"},
    "unlisted-nested-policy": {"KMS009"},
    "unlisted-unknown-policy": {"KMS009"},
    "user-replaced-leaves-group-deny": {"KMS001"},  # applied: the membership was gone
    "user-replaced-leaves-group-membership": {"KMS001"},
    "user-takes-name-of-administrator": {"KMS001"},
    "users-swap-names": {"KMS001"},
    "var-default-inside-key": {"KMS001"},
    "var-default-plain": {"KMS001"},
}
# what must warn, and not block
WARNS = {
    "access-key-of-full-user": {"KMS006"},
    "deny-role-computed": {"KMS007"},  # the plan looks the same for the bare reference
    "group-outside-plan": {"KMS008"},
    "index-shift": {"KMS007"},  # the plan looks the same for the bare index
    "kms008-group-policy-removed": {"KMS008"},
    "stackset-instances": {"KMS008"},
    "tag-of-role-meets-condition": {"KMS006"},
    "texts-that-call": {"KMS008"},
    "trust-subject-hidden": {"KMS006"},
}
# what the plan does not tell: a deleted resource has no provider, so it belongs with its principal's other resources
# and a dynamic block does not show in a provider either
LIMITS = {"deleted-role-of-other-account", "deleted-under-provider-without-block", "provider-dynamic-assume-role"}
# refactorings that open nothing
PASSES = {
    "deposed-first-address",
    "fa-arnlike-arnequals",
    "fa-for-each-prefix",
    "fa-merge-condition-values",
    "fa-source-one-of-module",
    "fa-stringlike-literal",
    "fa-two-accounts-address-rename2",
    "fb-allow-cond-to-deny",
    "fb-deny-to-allow-cond",
    "fb-ip-narrow",
    "fb-mfa-boolifexists",
    "fb-stringequals-in-like",
    "fb-stringlike-cover",
    "trust-deferred-by-depends-on",
}


def rules(name: str) -> tuple[set[str], set[str]]:
    """The rules that block and those that do not."""
    found = check(read((HOSTILE / name / "plan.json").read_bytes(), name), Options(no_source=True)).findings
    return {f.rule for f in found if f.blocks}, {f.rule for f in found if not f.blocks}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_hidden_grant_blocks(name: str) -> None:
    """Each hands somebody full access in a way that once went unseen, or was once too much work."""
    assert rules(name)[0] & BLOCKS[name]


@pytest.mark.parametrize("name", WARNS)
def test_what_nobody_can_see_warns(name: str) -> None:
    """What lies outside the plan, or looks like a bare reference, is told."""
    blocking, told = rules(name)
    assert not blocking
    assert WARNS[name] <= told


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_known_limits(name: str) -> None:
    """docs/semantics.md names them: whoever closes one will see this fail."""
    assert rules(name)[0] == set()


@pytest.mark.parametrize("name", sorted(PASSES))
def test_a_refactoring_passes(name: str) -> None:
    """Each once blocked, or might have, although nothing is new."""
    assert rules(name)[0] == set()


def test_every_case_is_in_a_table() -> None:
    """No case without an expectation, and none in two tables."""
    names = [*BLOCKS, *WARNS, *LIMITS, *PASSES]
    assert sorted(names) == sorted(path.parent.name for path in HOSTILE.glob("*/plan.json"))
