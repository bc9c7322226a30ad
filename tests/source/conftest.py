"""Fixtures of the tests of the source reader."""

from tests.helpers.source_trees import evaluated, tree

__all__ = ["evaluated", "tree"]
