"""gate.findings.secrets: what is guessed from a digest costs as much as a password."""

from gate.findings.secrets import slow_digest, without
from tests.helpers.findings import finding


def test_what_a_secret_is_part_of_has_no_quick_digest() -> None:
    """A secret in the message is hidden there, and in `named`; `alike`, which is made of the message, is made slow."""
    told = finding(message="role hunter2x has it", principals=("role hunter2x",), named=("role hunter2x",), alike="a1")
    safe = without(told, ["hunter2x"])
    assert (safe.message, safe.named) == ("role (sensitive) has it", ("role (sensitive)",))
    assert safe.alike == slow_digest("a1")
    assert without(told, ["elsewhere"]) is told
