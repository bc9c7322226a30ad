"""The parts of the proof, in the order of the table."""

from scripts.proof import documents, mutations, supply
from scripts.proof.accounts import part as accounts
from scripts.proof.mutants import part as mutants
from scripts.proof.part import Part

PARTS: tuple[Part, ...] = (documents.PART, accounts.PART, mutations.PART, mutants.PART, supply.PART)
