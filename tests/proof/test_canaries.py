"""What the canaries found once."""

import pytest

from scripts.proof import canaries

pytestmark = pytest.mark.slow


def _told(plan: str, seed: int) -> set[str]:
    path = next(path for path in canaries._plans() if path.parent.name == plan)
    return {told for _, told in canaries._case(path, seed)}


def test_a_condition_that_a_sensitive_deny_leaves_is_hidden() -> None:
    """A Deny that is marked no longer stops an Allow that is not: what it left out is the condition of the grant."""
    assert _told("fb-deny-to-allow-cond", 2521825227) == {""}


@pytest.mark.parametrize(
    ("plan", "seed"),
    [("document-with-condition", 2710395064), ("version-2008", 2550997970)],
    ids=["an operator", "actions of others"],
)
def test_a_cause_is_no_digest_of_a_secret(plan: str, seed: int) -> None:
    """What changed there is told by a quick digest, so nothing that is marked may be in it."""
    assert _told(plan, seed) == {""}


def test_an_operator_that_is_marked_hides_its_statement() -> None:
    """It is a key of the policy document that is made of a data source, and no value."""
    assert _told("document-with-condition", 540750443) == {""}


def test_a_grantee_by_reference_to_a_role_with_a_sensitive_path_is_hidden() -> None:
    """The grant has no mark of its own: its grantee is known only after apply."""
    assert _told("key-policies-of-a-created-role", 3451135325) == {""}
