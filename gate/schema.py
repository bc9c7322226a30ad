"""The JSON Schemas that gate publishes and checks its own files against."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

_PACKAGE = Path(__file__).resolve().parent
_FOLDERS = (_PACKAGE / "schemas", _PACKAGE.parent / "schemas")  # an installed wheel; a source checkout


@lru_cache(maxsize=8)
def schema(name: str) -> dict[str, Any]:
    """The schema `name` ("report", "config"): the content of schemas/<name>.schema.json. Not to be changed."""
    for folder in _FOLDERS:
        path = folder / f"{name}.schema.json"
        if path.is_file():
            return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    raise FileNotFoundError(f"{name}.schema.json is in none of {', '.join(map(str, _FOLDERS))}")
