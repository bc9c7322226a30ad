"""What other services need of the protected one: who may read an encrypted queue has to decrypt."""

from collections.abc import Iterable, Iterator
from functools import cache

import msgspec

from gate.iam.managed_policies import table
from gate.iam.patterns import glob, matches


class Needs(msgspec.Struct, frozen=True, gc=False):
    """`file` in gate/data has the actions of other services and what whoever may call them needs, each row with the
    page of AWS's documentation that says so."""

    file: str

    def of(self, values: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The actions of other services that Action values name or cover, each with what it needs. A value that names
        no service asks for nothing in particular."""
        patterns = [glob(value.lower()) for value in values if not set(value.partition(":")[0]) & set("*?")]
        for row in _rows(self.file):
            for action in row.actions:
                if any(matches(pattern, action.lower()) for pattern in patterns):
                    yield action, row.needs


class _Row(msgspec.Struct, frozen=True, gc=False):
    actions: tuple[str, ...]
    needs: tuple[str, ...]
    source: str


class _Rows(msgspec.Struct, frozen=True):
    needs: tuple[_Row, ...]


@cache
def _rows(file: str) -> tuple[_Row, ...]:
    return msgspec.json.decode(table(file), type=_Rows).needs
