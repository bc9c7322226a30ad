"""What the canaries found once."""

import pytest

from scripts.proof import canaries

pytestmark = pytest.mark.slow


def test_a_condition_that_a_sensitive_deny_leaves_is_hidden() -> None:
    """A Deny that is marked no longer stops an Allow that is not: what it left out is the condition of the grant."""
    path = next(path for path in canaries._plans() if path.parent.name == "fb-deny-to-allow-cond")
    assert {told for _, told in canaries._case(path, 2521825227)} == {""}
