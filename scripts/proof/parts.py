"""The parts of the proof, in the order of the table."""

from scripts.proof.part import Part

PARTS: tuple[Part, ...] = ()
