"""The one comment on a pull request: which one (target), its text (body), the wire (api), putting it there (upsert).

This is the only part of gate that uses the network, and `gate comment` is the only command that imports it.
"""
