"""Fixtures of the tests of the source reader."""

from source_trees import evaluated, tree

__all__ = ["evaluated", "tree"]
