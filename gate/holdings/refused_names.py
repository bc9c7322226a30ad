"""Names, paths and tags that IAM refuses: what a resource that bears one would make never comes about.

The provider validates some of them while it plans, and not the names of inline policies of users and groups, nor any
path or tag. Source: the patterns of https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html (the
same in PutRolePolicy and PutGroupPolicy), API_CreatePolicy.html, API_CreateGroup.html and API_Tag.html.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from gate.holdings.resource_types import GROUP, RESOURCE_TYPES, ROLE, USER, ResourceType
from gate.plan.attributes import top_of, values_at
from gate.plan.before_after import ManagedResource

_NAME = r"[0-9A-Za-z_+=,.@-]{0,128}"  # what has an empty one is given a name by the provider
_PATH = r"/(?:[!-~]{1,510}/)?"
_OF_TAG = r"[\w \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000.:/=+@-]*"  # letters, numbers, separators
_TAGS, _LONGEST = 50, (128, 256)  # of one resource; a key and a value
_AT_TAGS = ("tags", "tags_all")
_NAMES_OF_INLINE = ("name", "name_prefix", "policy_name")


def is_refused(resource: ManagedResource) -> bool:
    """Whether IAM refuses a name, a path or a tag that the change gives to what a resource is, or to its inline
    policies. An update of nothing but tags leaves all that counts as it is, also where it is refused."""
    after, before = resource.after, resource.before
    if not resource.acts or (not resource.created and _without_tags(before) == _without_tags(after)):
        return False
    in_template = f"{resource.type}.{resource.entry.name}" not in resource.address
    unknown = f"({resource.address})" if in_template else None
    if _refuses_tags(after) and (resource.created or not _refuses_tags(before)):
        return True
    had = before if isinstance(before, dict) and not resource.created else {}
    has = after if isinstance(after, dict) else {}
    return any(
        text != unknown and not re.fullmatch(form, text)
        for top, path, form in _forms(resource.type)
        if has.get(top) != had.get(top)
        for text in _texts(has, path) - _texts(had, path)
    )


@cache
def _forms(type_name: str) -> tuple[tuple[str, str, str], ...]:
    """The attributes in which names and paths stand, where in them, and of which form they have to be."""
    return tuple((top_of(path), path, form) for path, form in _forms_of(RESOURCE_TYPES[type_name]))


def _forms_of(row: ResourceType) -> Iterator[tuple[str, str]]:
    if row.policy is not None:
        yield row.policy.name, _NAME
        yield row.policy.path, _PATH
    elif row.own_name is not None and row.own_name.kind in (GROUP, ROLE, USER):
        yield row.own_name.path, _NAME
        yield "path", _PATH
    elif row.documents:
        yield from ((name, _NAME) for name in _NAMES_OF_INLINE)
    for path in row.documents:
        if "[]" in path:
            yield from ((f"{top_of(path)}[].{name}", _NAME) for name in _NAMES_OF_INLINE)


def _texts(values: dict[str, Any], path: str) -> set[str]:
    return {text for _, text in values_at(values, path) if isinstance(text, str)}


def _refuses_tags(values: Any) -> bool:
    for name in _AT_TAGS if isinstance(values, dict) else ():
        tags = values.get(name)
        if isinstance(tags, dict) and _refuses_each(tags):
            return True
    return False


def _without_tags(values: Any) -> Any:
    if not isinstance(values, dict):
        return None
    rest = dict(values)
    for name in _AT_TAGS:
        rest.pop(name, None)
    return rest


def _refuses_each(tags: dict[str, Any]) -> bool:
    pairs = [(key, value if isinstance(value, str) else "") for key, value in tags.items()]
    too_long = any(len(text) > most for pair in pairs for text, most in zip(pair, _LONGEST, strict=True))
    return len(pairs) > _TAGS or too_long or not re.fullmatch(_OF_TAG, "".join(map("".join, pairs)))
