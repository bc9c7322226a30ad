"""The parts of the proof, in the order of the table."""

from scripts.proof import applies, canaries, documents, mutations, supply
from scripts.proof.accounts import part as accounts
from scripts.proof.fuzz import part as inputs
from scripts.proof.mutants import part as mutants
from scripts.proof.part import Part

PARTS: tuple[Part, ...] = (
    documents.PART,
    accounts.PART,
    mutations.PART,
    applies.PART,
    inputs.PART,
    canaries.PART,
    mutants.PART,
    supply.PART,
)
