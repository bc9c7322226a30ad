"""Sets as bits."""

from gate.iam.bits import positions, shared, union


def test_sets_as_bits() -> None:
    """What is in any, what is in all (everything, where there are none), and the members in order."""
    assert (union([]), union([0b101, 0b010])) == (0, 0b111)
    assert (shared([]), shared([0b101, 0b110])) == (-1, 0b100)
    assert list(positions(0b1011)) == [0, 1, 3]
