"""What the plan itself knows about resources and data sources, as values for the evaluator."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field

from gate.hcl.values import OpenObject, Unordered, is_known
from gate.plan.arns import NAMED_PLAINLY
from gate.plan.decoded import after, change, values
from gate.plan.model import Plan
from gate.plan.shapes import UNKNOWN, Json, ResourceChange, StateResource
from gate.unknown import Unresolved, Value

Key = tuple[str, str, str, str]  # module address, mode, type, name
ModulePath = tuple[tuple[str, int | str | None], ...]
_PATH = re.compile(r"[\w+=,.@/-]*", re.ASCII)  # may hold quotation marks too, and then stands in the ARN
# A text that ends the JSON string that it stands in, or means something there; with the end of a line in it, it can't
# stand there at all.
_SPOILING = re.compile(r'[^\x00-\x1f]*["\\][^\x00-\x1f]*')
# How attributes end that no ARN is made of, and names that AWS makes.
_FREE_TEXTS = ("comment", "definition", "description", "display_name", "documentation", "user_data")
_MADE_NAMES = {"dns_name", "domain_name", "hosted_zone_name", "repository_name"}
_MODULE = re.compile(r'module\.([^.\[]+)(?:\[(?:(\d+)|"((?:[^"\\]|\\.)*)")\])?(?:\.|$)')


@dataclass(slots=True)
class Facts:
    """Attribute values by instance, decoded when first asked for."""

    plan: Plan
    _instances: dict[Key, dict[int | str | None, ResourceChange | StateResource]] | None = None
    _objects: dict[tuple[Key, int | str | None], OpenObject] = field(default_factory=dict)

    def instances(self, key: Key) -> dict[int | str | None, OpenObject]:
        """The instances that the plan leaves in being, by index; empty where it has none."""
        if self._instances is None:
            self._instances = self._index()
        found = {}
        for index, resource in self._instances.get(key, {}).items():
            place = (key, index)
            if place not in self._objects:
                made = _object(resource, key, index)
                if made is None:
                    continue
                self._objects[place] = made
            found[index] = self._objects[place]
        return found

    def _index(self) -> dict[Key, dict[int | str | None, ResourceChange | StateResource]]:
        found: dict[Key, dict[int | str | None, ResourceChange | StateResource]] = defaultdict(dict)
        for data in self.plan.data_sources():
            found[(_module_of(data), data.mode, data.type, data.name)][data.index] = data
        for resource in self.plan.resource_changes:
            if not resource.deposed:
                found[(resource.module_address, resource.mode, resource.type, resource.name)][resource.index] = resource
        return found


def address(key: Key, index: int | str | None) -> str:
    """The full address of an instance."""
    module, mode, type_, name = key
    return f"{f'{module}.' if module else ''}{'data.' if mode == 'data' else ''}{type_}.{name}{bracketed(index)}"


def bracketed(index: int | str | None) -> str:
    """An index as it stands in an address."""
    return "" if index is None else f"[{json.dumps(index, ensure_ascii=False)}]"


def module_path(module_address: str) -> ModulePath:
    """The calls of a module address, outermost first, each with its index: keys in brackets may hold dots."""
    path: list[tuple[str, int | str | None]] = []
    for match in _MODULE.finditer(module_address):
        index: int | str | None = int(match[2]) if match[2] is not None else match[3]
        if match[3] is not None:
            try:
                index = str(json.loads(f'"{match[3]}"'))
            except ValueError:
                index = match[3]
        path.append((match[1], index))
    return tuple(path)


def _module_of(resource: StateResource) -> str:
    tail = address(("", resource.mode, resource.type, resource.name), resource.index)
    if not resource.address.endswith(tail):
        tail = address(("", resource.mode, resource.type, resource.name), None)
        return resource.address[: max(resource.address.rfind(tail), 0)].removesuffix(".")
    return resource.address[: -len(tail)].removesuffix(".")


def _object(resource: ResourceChange | StateResource, key: Key, index: int | str | None) -> OpenObject | None:
    if isinstance(resource, StateResource):
        planned: Json = values(resource)
    else:
        planned = after(change(resource))
    if not isinstance(planned, dict):
        return None if planned is not UNKNOWN else _named(OpenObject(), address(key, index))
    place = address(key, index)
    made = _named(OpenObject({name: _value(part, f"{place}.{name}") for name, part in planned.items()}), place)
    if _may_be_called_anything(key[2], planned):
        hidden = [name for name in ("arn", "id") if planned.get(name) is UNKNOWN]
        made |= {name: Unresolved((f"{place}.{name}",), bare=True) for name in hidden}
    return made


def _may_be_called_anything(type_name: str, planned: dict[str, Json]) -> bool:
    """Whether the ARN of a resource may hold a quotation mark by what it is called, or nobody knows what that is."""
    path, is_of_iam = planned.get("path", "/"), type_name.startswith(("aws_iam_", "awscc_iam_"))
    if is_of_iam and not (isinstance(path, str) and _PATH.fullmatch(path)):
        return True
    if type_name in NAMED_PLAINLY:
        return False
    prefix = planned.get("name_prefix")
    for name, value in planned.items():
        if value is UNKNOWN:
            is_name = not is_of_iam and name.endswith("name") and name not in _MADE_NAMES
            if is_name and not (name == "name" and isinstance(prefix, str)):
                return True
        elif (
            isinstance(value, str)
            and not name.endswith(_FREE_TEXTS)
            and _SPOILING.fullmatch(value)
            and not _is_json(value)
        ):
            return True
    return False


def _is_json(text: str) -> bool:
    """Whether a text is a document and no name: within a string of another one it spoils that."""
    try:
        return isinstance(json.loads(text), (dict, list))
    except (ValueError, RecursionError):
        return False


def _named(made: OpenObject, place: str) -> OpenObject:
    made.address = place
    return made


def _value(part: Json, place: str) -> Value:
    if part is UNKNOWN:
        return Unresolved((place,), exact=True)
    if isinstance(part, dict):
        return {name: _value(inner, f"{place}.{name}") for name, inner in part.items()}
    if isinstance(part, list):
        members = [_value(inner, f"{place}[{at}]") for at, inner in enumerate(part)]
        # it may be a set, and what is unknown in it then stands at another place after the apply
        return members if len(members) < 2 or all(map(is_known, members)) else Unordered(members)
    return part
