"""Which keys a suggested statement names: the author's own, where the plan shows one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from itertools import islice

import msgspec

from gate.findings.found import Seen
from gate.findings.remedies.author import Author, expression_of, parted
from gate.findings.remedies.writing import Expression
from gate.holdings.key_attributes import KEY_ATTRIBUTES, is_for_a_key
from gate.holdings.key_types import KEY_TYPES
from gate.iam.patterns import glob, matches
from gate.iam.policy import Statement
from gate.iam.service import Service, everything, names_none
from gate.plan.addresses import module_path
from gate.plan.arns import unknown_key
from gate.text.sensitive import unless_sensitive
from gate.unknown import StandIn

_MOST, _MANY = 3, 20  # so many keys of the plan are written out; so many are looked for
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_ARN = re.compile(r"arn:[^*?$\s]+")


class Whence(Enum):
    """Where the keys of a suggestion come from."""

    OFFERED = auto()
    DOCUMENT = auto()
    PLAN = auto()
    NOWHERE = auto()


class Key(msgspec.Struct, frozen=True, gc=False):
    """A key as a document names it: `written` there, `stands_for` where access is computed."""

    written: str | Expression
    stands_for: str


class Keys(msgspec.Struct, frozen=True, gc=False):
    """The keys of a suggestion. `unreachable` is the one key of the plan, or of those that were offered, that the
    document has no name for."""

    keys: tuple[Key, ...]
    whence: Whence
    unreachable: str = ""


def keys_for(
    offered: Sequence[Statement], named: Iterable[Statement], author: Author, seen: Seen, example: Key
) -> Keys | None:
    """Keys on which the statements allow something: those that they name, that others of `named` name, that the plan
    has where they are few; `example` else, and None where they do not reach it either."""
    service = seen.service
    for whence, statements in ((Whence.OFFERED, offered), (Whence.DOCUMENT, named)):
        exact = whence is not Whence.OFFERED
        written = dict.fromkeys(text for one in statements for text in _named(one, service, exact=exact))
        keys = {text: _as_written(text, author) for text in written}
        found = _fitting(keys.values(), offered, service)
        if found:
            return Keys(
                found, whence, _only([text.address for text in keys if isinstance(text, StandIn) and not keys[text]])
            )
    of_plan = seen.lookup.once(("keys", author.module, author.refers), lambda: tuple(_in_plan(author, seen)))
    found = _fitting(of_plan, offered, service)
    if 0 < len(found) <= _MOST:
        return Keys(found, Whence.PLAN)
    if not all(_reaches(one, example.stands_for, service) for one in offered):
        return None
    unreachable = seen.lookup.once("the only key", lambda: _only([key.address for key in seen.keys if not key.deleted]))
    return Keys((example,), Whence.NOWHERE, "" if found else unreachable)


def _named(statement: Statement, service: Service, *, exact: bool) -> Iterator[str]:
    """The keys that a statement names; not `exact`: patterns that are tied to names, too."""
    if statement.effect != "Allow" or statement.resource.negated:
        return
    for value in statement.resource.values:
        is_key = matches(service.shape, _VARIABLE.sub("x", value)) and not names_none(glob(value))
        if (isinstance(value, StandIn) and value.address) or (is_key and (_ARN.fullmatch(value) or not exact)):
            yield value


def _as_written(text: str, author: Author) -> Key | None:
    if not isinstance(text, StandIn):
        return Key(text, text)
    module, own = parted(text.address)
    known = author.refers and module_path(module) == module_path(author.module)
    return Key(Expression(f"{own}.arn"), text) if known else None


def _in_plan(author: Author, seen: Seen) -> Iterator[Key | None]:
    """The keys of the plan that the document can name, then data sources and variables of its module."""
    iam = seen.iam
    for resource in iam.key_resources:
        if KEY_TYPES[resource.type].key or not resource.values_after or "." not in resource.address:
            continue
        attribute = KEY_ATTRIBUTES[resource.type].arns[0]
        known = _arn(resource.after) or _arn(resource.before)
        text = expression_of(resource.address, attribute, author.module, iam) if author.refers else None
        if text or known:
            stands_for = known or unknown_key(f"{resource.address}.{attribute}")
            yield Key(Expression(text) if text else known, stands_for)
    module = iam.plan.configuration().root_module.called(module_path(author.module))
    if module is None or not author.refers:
        return
    unknown = everything(seen.service)
    for block in module.resources:
        if (
            block.mode == "data"
            and block.type in KEY_ATTRIBUTES
            and not block.count_expression
            and not block.for_each_expression
        ):
            name = f"data.{block.type}.{block.name}.{KEY_ATTRIBUTES[block.type].arns[0]}"
            yield Key(Expression(name), unknown)
    for name in module.variables:
        if is_for_a_key(name):
            yield Key(Expression(f"var.{name}"), unknown)


def _arn(values: object) -> str:
    found = values.get("arn") if isinstance(values, dict) else None
    return found if isinstance(found, str) and _ARN.fullmatch(unless_sensitive(found)) else ""


def _fitting(keys: Iterable[Key | None], offered: Sequence[Statement], service: Service) -> tuple[Key, ...]:
    """The keys on which every one of the statements allows what it allows, each once; of many only the first."""
    found = dict.fromkeys(key for key in keys if key is not None)
    fitting = (key for key in found if all(_reaches(one, key.stands_for, service) for one in offered))
    return tuple(islice(fitting, _MANY))


def _reaches(statement: Statement, key: str, service: Service) -> bool:
    """Whether a statement certainly speaks of a key, or of all that a pattern means; one whose ARN is not known is
    any."""
    element = statement.resource
    is_pattern = bool(set(key) & set("*?$"))
    patterns = [glob(value) for value in element.values if "${" not in value and not (is_pattern and "?" in value)]
    if element.negated:
        whole = not element.unknown and len(patterns) == len(element.values) and not is_pattern
        return whole and not any(matches(pattern, key) for pattern in patterns)
    texts = (key, everything(service)) if isinstance(key, StandIn) else (key,)
    return key in element.values or any(all(matches(pattern, text) for text in texts) for pattern in patterns)


def _only(addresses: list[str]) -> str:
    return addresses[0] if len(addresses) == 1 and "." in addresses[0] else ""
