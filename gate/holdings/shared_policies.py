"""One managed policy that stands at several addresses, as an import block can put it at a second one.

Each address shows what was refreshed and what is planned there. What is in AWS afterwards is what an update wrote, at
whichever address it was; where several write, nobody knows which was the last.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document
from gate.holdings.resolve import IamResource
from gate.unknown import OneOf

Planned = tuple[IamResource, tuple[Document, ...]]  # a managed policy, and its documents after the change


class Shared(msgspec.Struct, frozen=True, gc=False):
    """A managed policy at several addresses, by their keys: `written` is one where the apply writes it, `documents` are
    what it has then. `where` says who tells of its ARN."""

    where: str
    arn: str
    keys: tuple[str, ...]
    written: str
    documents: tuple[Document, ...]


def shared_policies(policies: Mapping[str, Planned], where: Callable[[str], str]) -> Iterator[Shared]:
    """The managed policies, by key, that stand at several addresses and are written at one of them at least. `where`
    tells apart, by key, what has the same ARN and is not the same policy."""
    by_arn: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, (resource, documents) in policies.items():
        named = resource.row.policy
        arn = resource.before.get(named.arn) if named and isinstance(resource.before, dict) else None
        if isinstance(arn, str) and documents:  # one that is deleted has nothing to say
            by_arn[where(key), arn].append(key)
    for (whose, arn), keys in by_arn.items():
        written = [key for key in keys if policies[key][0].acts and policies[key][0].kept is None]
        if len(keys) > 1 and written:
            updated = any(not policies[key][0].created for key in written)
            found = _one_of(policies[key] for key in (written if updated else keys))
            yield Shared(whose, arn, tuple(keys), written[0], found)


def _one_of(several: Iterable[Planned]) -> tuple[Document, ...]:
    """The one document of several addresses; where they differ, it is one of their texts."""
    every = [document for _, documents in several for document in documents]
    contents = [one.content for one in every]
    different = tuple(text for i, text in enumerate(contents) if text not in contents[:i])
    content = OneOf(different) if different[1:] else different[0]
    return (replace(every[0], content=content, sensitive=any(one.sensitive for one in every)),)
