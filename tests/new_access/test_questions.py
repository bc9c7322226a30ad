"""What rules ask of every holder."""

from gate.iam.kms import kms
from gate.new_access.questions import FULL, Question


def test_what_a_question_asks() -> None:
    """Some actions, each enough by itself, or all power; then those that tell of power."""
    service = kms()
    reads = Question(any_of=("kms:Decrypt", "kms:ReEncryptFrom"))
    decrypt, encrypt = service.chosen(["kms:Decrypt"]), service.chosen(["kms:Encrypt"])
    assert service.names(reads.actions(service)) == ("kms:Decrypt", "kms:ReEncryptFrom")
    assert FULL.actions(service) == service.all_actions()
    assert reads.is_met(decrypt | encrypt, service)
    assert not reads.is_met(encrypt, service)
    assert not FULL.is_met(decrypt, service)
    assert FULL.is_met(service.all_actions(), service)
    assert reads.telling(service) == 0
    assert FULL.telling(service) == service.powers[0] | service.powers[1] | service.powers[2]
