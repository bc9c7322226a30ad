"""The proof that anyone can run: `python -m scripts.proof`, one file a part, one table. docs/proof.md explains it."""
