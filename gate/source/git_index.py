"""Which files git has in its index, read without git: what a change brings along was not installed.

Source: https://git-scm.com/docs/index-format.
"""

from pathlib import Path

from gate.checkout import git_dir

_MOST = 100_000_000  # bytes
_HEADER, _ENTRY = 12, 62


def paths(top: Path) -> set[str] | None:
    """Every path in the index of a checkout, in lower case; None where that cannot be told."""
    try:
        if (top / ".git").is_symlink():
            return None
        index = git_dir(top) / "index"
        return _parsed(index.read_bytes()) if index.stat().st_size <= _MOST else None
    except (OSError, ValueError, IndexError):
        return None


def _parsed(data: bytes) -> set[str] | None:
    """The paths of an index file; None for a kind that keeps some of them elsewhere, ValueError for what is none."""
    version, count = (int.from_bytes(data[at : at + 4]) for at in (4, 8))
    if data[:4] != b"DIRC" or version not in (2, 3, 4):
        raise ValueError("not an index")
    found: set[str] = set()
    at, name = _HEADER, b""
    for _ in range(count):
        flags = int.from_bytes(data[at + 60 : at + 62])
        start = at + _ENTRY + (2 if flags & 0x4000 else 0)
        kept = 0
        if version == 4:
            kept, start = _variable(data, start)
            kept = len(name) - kept
        end = data.index(b"\0", start)
        name = name[:kept] + data[start:end]
        at = end + 1 if version == 4 else at + (end - at + 8) // 8 * 8
        found.add(name.decode("utf-8", "surrogateescape").lower().rstrip("/"))
    while at < len(data) - 20:
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8])
        if not kind.isalpha() or kind == b"link":
            return None  # not where an extension begins (another hash), or the rest is in another file
        at += 8 + length
    return found if at == len(data) - 20 else None


def _variable(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable width, and where it ends."""
    value = data[at] & 127
    while data[at] & 128:
        at += 1
        value = ((value + 1) << 7) | (data[at] & 127)
    return value, at + 1
