"""What a waiver may be bound to stays the same from one gate to the next."""

from gate.findings.becoming_wording import _IN_FINGERPRINT as GAINS
from gate.findings.found import _IN_DIGEST, digest
from gate.findings.not_visible_wording import _IN_FINGERPRINT as CALLS
from gate.holdings.call_places import MadeBy
from gate.iam.ways import Gain
from gate.unknown import OneOf, Reason, Template, Unresolved, WhyUnknown


def test_what_is_unknown_keeps_its_digest() -> None:
    """Whoever renames a type or a field here changes the digests that waivers are bound to."""
    reasons = [Unresolved(("a.b",), True, "s", Reason(why, "d", "b")) for why in _IN_DIGEST]
    unknown = [reasons, Template(("a", Unresolved())), OneOf(("x", "y"))]
    assert digest(unknown) == "4a8126a4226bd90e2fb3273c8722453457ef94fd8533b600b24c36014c825658"


def test_every_state_has_a_text_of_its_own() -> None:
    """A member of an enum that goes into a fingerprint is never spelled by its name in the code."""
    for members, texts in ((Gain, GAINS), (MadeBy, CALLS), (WhyUnknown, _IN_DIGEST)):
        assert list(texts) == list(members)
        assert len(set(texts.values())) == len(texts)
