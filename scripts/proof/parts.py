"""The parts of the proof, in the order of the table."""

from scripts.proof import applies, documents, mutations, supply
from scripts.proof.accounts import part as accounts
from scripts.proof.part import Part

PARTS: tuple[Part, ...] = (documents.PART, accounts.PART, mutations.PART, applies.PART, supply.PART)
