"""gate.findings.secrets: what is guessed from a digest costs as much as a password."""

import pytest

from gate.findings.secrets import slow_digest, without
from gate.report import Witness
from tests.helpers.findings import finding


def test_what_a_secret_is_part_of_has_no_quick_digest() -> None:
    """A secret in the message is hidden there, and in `named`; `alike`, which is made of the message, is made slow."""
    told = finding(message="role hunter2x has it", principals=("role hunter2x",), named=("role hunter2x",), alike="a1")
    safe = without(told, ["hunter2x"])
    assert (safe.message, safe.named) == ("role (sensitive) has it", ("role (sensitive)",))
    assert safe.alike == slow_digest("a1")
    assert without(told, ["another secret"]) is told


@pytest.mark.parametrize("secret", ["policy", "message", "principals", "elsewhere", "warning", "sensitive"])
def test_a_secret_may_be_a_word_of_the_report(secret: str) -> None:
    """What a field is called, and what it may be, is no secret: the finding stays one."""
    told = finding(message=f"policy a has {secret}", level="warning", kind="policy", blocks=False)
    safe = without(told, [secret])
    assert (safe.level, safe.kind, safe.attribute) == (
        "warning",
        "policy",
        told.attribute.replace(secret, "(sensitive)"),
    )
    assert safe.message.endswith("has (sensitive)")


def test_an_example_made_of_a_secret_resource_is_hidden() -> None:
    """What stands between the wildcards of the secret would be in it; a shorter piece is in anything."""
    told = finding(witness=Witness("role app", "kms:Decrypt", "arn:aws:kms:eu-west-1:1:key/-hunter2x", ()))
    safe = without(told, ["*-hunter2x"])
    assert safe.witness == Witness("role app", "kms:Decrypt", "(sensitive)", ())
    assert without(told, ["*-hun?x"]) is told
    assert without(told, ["*-hunter3x"]) is told
