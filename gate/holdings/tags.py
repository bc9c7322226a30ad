"""Tags and names of principals, and tags and aliases of keys, that a plan changes: conditions of policies ask for them.

Tags as the provider sees them: `tags_all` has those of its `default_tags` besides
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/resource-tagging).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings.key_types import KEY_TYPES
from gate.holdings.resolve import IamResource
from gate.holdings.resource_types import ROLE, USER, PrincipalNames
from gate.plan.arns import under_name
from gate.plan.attributes import text_of
from gate.plan.before_after import ManagedResource
from gate.unknown import Value

_IDS = ("key_id", "id", "arn")
_OF_ALIAS = ("name", "alias_name"), ("target_key_id",)


class Tags(msgspec.Struct, frozen=True, gc=False):
    """Tags by their names in lower case, since condition keys do not tell case; `open`: there may be others."""

    known: dict[str, Value]
    open: bool = False


class About(Enum):
    """Whose tags change. The name and the ARN of a principal, and the name of an alias, count as one tag each, without
    a name."""

    PRINCIPAL = auto()
    NAME = auto()  # of a user
    ARN = auto()  # of a role or user
    KEY = auto()
    ALIAS = auto()


class TagChange(msgspec.Struct, frozen=True, gc=False):
    """A role or user at an address, or a key of this ARN, that stays and gets other tags, at an attribute. The address
    of an alias is its own."""

    about: About
    address: str
    attribute: str
    arn: str
    before: Tags
    after: Tags

    def concerns(self, name: str) -> bool:
        """Whether the tag of this name, in lower case, may change."""
        return self.after.open or self.before.known.get(name) != self.after.known.get(name)


def tag_changes(
    principals: Iterable[IamResource],
    keys: Iterable[ManagedResource],
    aliases: Sequence[ManagedResource],
    predecessors: Mapping[str, IamResource],
) -> Iterator[TagChange]:
    """Every change of the tags or the name of a role or user among the resources of the table, or of the tags of a key,
    and every alias that comes to a key which was there, or goes from one that stays. `predecessors`: who a principal
    was at another address."""
    for resource in principals:
        if not resource.stays and resource.row.own_name and resource.row.own_name.kind in (ROLE, USER):
            was = predecessors.get(resource.address)
            whole = replace(resource, before=was.before) if was else resource
            yield from _changed(About.PRINCIPAL, whole, "")
            yield from _called_anew(whole, resource.row.own_name)
    arns: dict[str, set[str]] = defaultdict(set)
    gone: set[str] = set()
    for key in keys:
        if KEY_TYPES[key.type].key or not isinstance(key.before, dict):
            continue
        arn, ids = text_of(key.before, "arn"), {one for name in _IDS if isinstance(one := key.before.get(name), str)}
        if key.created or not isinstance(key.after, dict):
            gone |= ids
        if not key.created:
            for own in ids:
                arns[own].add(arn)
            yield from _changed(About.KEY, key, arn)
    coming = [*_aliases_that_come(aliases, arns)]
    yield from (*coming, *(one for one in _aliases_that_go(aliases, arns, gone) if one not in coming))


def _aliases_that_come(aliases: Sequence[ManagedResource], arns: Mapping[str, set[str]]) -> Iterator[TagChange]:
    """Every alias that a key newly has; of those that it had the first one is compared with it."""
    for alias, name, arn, others in _moved(aliases, arns, after=True):
        yield _of_alias(alias, arn, others[0] if others else None, name)


def _aliases_that_go(
    aliases: Sequence[ManagedResource], arns: Mapping[str, set[str]], gone: set[str]
) -> Iterator[TagChange]:
    """Every alias that a key has no more which is still there: a Deny may ask for it."""
    for alias, name, arn, others in _moved(aliases, arns, after=False):
        if arn not in gone:
            yield _of_alias(alias, arn, name, others[0] if others else None)


def _moved(
    aliases: Sequence[ManagedResource], arns: Mapping[str, set[str]], *, after: bool
) -> Iterator[tuple[ManagedResource, Value, str, list[Value]]]:
    """Every alias that a key, by its ARN or else its id, has on one side of the change alone, with its names on the
    other side."""

    def values(alias: ManagedResource, *, after: bool) -> Any:
        return alias.after if after else alias.before

    there = [values(alias, after=not after) for alias in aliases]
    listed = [(name, _meant(of, one, arns)) for one in there for name, of in _named(one)]
    for alias in aliases:
        own = values(alias, after=after)
        for name, key_id in () if alias.stays else _named(own):
            for arn in sorted(_meant(key_id, own, arns)) if key_id else ():
                others = [other for other, of in listed if arn in of]
                if name not in others:
                    yield alias, name, arn, others


def _of_alias(alias: ManagedResource, arn: str, was: Value, will: Value) -> TagChange:
    before, after = (Tags({} if name is None else {"": name}) for name in (was, will))
    return TagChange(About.ALIAS, alias.address, "target_key_id", arn if arn.startswith("arn:") else "", before, after)


def _meant(key_id: str, values: Any, arns: Mapping[str, set[str]]) -> set[str]:
    """The ARNs of the key that an alias is for, by the id that it has; the id itself where the plan does not show the
    key. A key and its replicas have one id: then it is the one in the alias's region, where that is known
    (https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html)."""
    found = arns.get(key_id, {key_id})
    region = text_of(values, "region") or "".join(text_of(values, "arn").split(":")[3:4])
    return {arn for arn in found if arn.split(":")[3:4] == [region]} or found


def _called_anew(resource: IamResource, own: PrincipalNames) -> Iterator[TagChange]:
    """Another name of a user, and another ARN of a role or user, where the plan tells them."""
    before, after = resource.before, resource.after
    was, arn = text_of(before, own.path), text_of(before, resource.row.arn)
    will = text_of(after, own.path)
    if not (was and will):
        return
    named: dict[About, tuple[str, Value]] = {About.NAME: (was, will)} if own.kind == USER else {}
    if arn:
        path = after.get("path") or "/"
        named[About.ARN] = arn, under_name(arn, own.kind, path, will) if isinstance(path, str) else path
    for about, (former, latter) in named.items():
        if former != latter:
            yield TagChange(about, resource.address, own.path, "", Tags({"": former}), Tags({"": latter}))


def _named(values: Any) -> Iterator[tuple[Value, str]]:
    """The name of an alias, known or not, and the id or ARN of its key, where that is known."""
    if not isinstance(values, dict):
        return
    name, key = (next((values[n] for n in names if values.get(n) is not None), None) for names in _OF_ALIAS)
    if name is not None and isinstance(key, str):
        yield name, key


def _changed(about: About, resource: ManagedResource, arn: str) -> Iterator[TagChange]:
    before, after = resource.before, resource.after
    if resource.stays or not isinstance(before, dict) or not isinstance(after, dict):
        return
    was, will = _tags(before), _tags(after)
    if was != will:
        yield TagChange(about, resource.address, "tags", arn, was, will)


def _tags(values: dict[str, Any]) -> Tags:
    given = [values.get(name) for name in ("tags_all", "tags")]
    known = next((_by_name(one) for one in given if isinstance(one, (dict, list))), {})
    return Tags(known, open=any(map(_is_open, given)))


def _is_open(tags: Value) -> bool:
    """Whether there may be tags of which the name is not known."""
    if isinstance(tags, list):
        return not all(isinstance(one, dict) and isinstance(one.get(_name_in(one)), str) for one in tags)
    return tags is not None and not isinstance(tags, dict)


def _name_in(tag: dict[str, Any]) -> str:
    """Under what the name of a tag in a list stands, which awscc spells in its own way."""
    return "Key" if "Key" in tag else "key"


def _by_name(tags: Any) -> dict[str, Value]:
    """Tags as the aws provider writes them, or as awscc and templates do, a list of keys and values."""
    if isinstance(tags, list):
        listed = ((one.get(_name_in(one)), one) for one in tags if isinstance(one, dict))
        tags = {name: one.get("Value" if "Value" in one else "value") for name, one in listed if isinstance(name, str)}
    return {name.lower(): value for name, value in tags.items()}
