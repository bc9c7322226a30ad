"""What a file imports."""

import ast
from pathlib import Path


def imported(path: Path) -> set[str]:
    """Every module that a file may import, inside functions too: `from a import b` is `a` and `a.b`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found.update([module, *(f"{module}.{alias.name}" for alias in node.names)])
    return found
