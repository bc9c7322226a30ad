"""Texts that nobody would write, given to everything in gate that reads text."""
