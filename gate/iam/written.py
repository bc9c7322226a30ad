"""A statement as its document writes it."""

from typing import Any

from gate.unknown import readable, written


class Written:
    """The JSON of a statement. Its text is made when somebody asks for it: of most statements nothing is shown."""

    __slots__ = ("_entry", "_stand_in")

    def __init__(self, entry: dict[str, Any], stand_in: str) -> None:
        """`stand_in` is the element in which something stands for what is not known, empty where none does."""
        self._entry, self._stand_in = entry, stand_in

    @property
    def text(self) -> str:
        """JSON, with what is not known as people read it."""
        import json

        entry, name = self._entry, self._stand_in
        told = {**entry, name: written(entry[name])} if name else entry
        return json.dumps(told, default=readable, ensure_ascii=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Written) and (self._entry is other._entry or self.text == other.text)

    def __hash__(self) -> int:
        return hash(self.text)
