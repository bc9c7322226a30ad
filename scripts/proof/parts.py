"""The parts of the proof, in the order of the table."""

from scripts.proof import documents
from scripts.proof.part import Part

PARTS: tuple[Part, ...] = (documents.PART,)
