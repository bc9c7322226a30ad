"""Policy documents: from JSON, some of it perhaps unknown until apply, to statements.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import re
from collections.abc import Hashable, Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from gate import strict_json
from gate.iam.condition_keys import OWNERS
from gate.iam.conditions import Clause, as_text, clause
from gate.iam.variables import completed, widest
from gate.iam.written import Written
from gate.strict_json import NoJson, RepeatedKey
from gate.unknown import OneOf, StandIn, Template, Unresolved, Value, stood_for

_DOCUMENT_ELEMENTS = {"Version", "Id", "Statement"}
_STATEMENT_ELEMENTS = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
_PRIVATE_USE = "[\ue000-\uf8ff]"
_PRINCIPAL_KINDS = {"AWS", "Service", "Federated", "CanonicalUser"}

Hole = Unresolved | Template | OneOf
_UNKNOWN = (Unresolved, Template, OneOf)


class MalformedPolicy(Exception):
    """The document is not an identity policy that AWS would accept; the message says why."""


class Element(msgspec.Struct, frozen=True, gc=False):
    """An Action, NotAction, Resource or NotResource element: `values` as written, `unknown` what is not known yet."""

    values: tuple[str, ...]
    negated: bool
    unknown: tuple[Hole, ...] = ()


class Principals(msgspec.Struct, frozen=True, gc=False):
    """A Principal or NotPrincipal element: pairs of a kind (`AWS`, `Service`, ...) and a value as written, and of a
    kind and what is not known yet. A bare `*` is of the kind AWS, which means the same.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """

    values: tuple[tuple[str, str], ...]
    negated: bool
    unknown: tuple[tuple[str, Hole], ...] = ()


class Statement(msgspec.Struct, frozen=True, gc=False):
    """`index` counts from 0. `effect` is None where it is unknown, `conditions_unknown` where a clause is. A statement
    that stands in one branch only of an undecided value is not `certain`. `principals` are those of a key policy."""

    index: int
    sid: str | None
    effect: str | None
    action: Element
    resource: Element
    conditions: tuple[Clause, ...]
    conditions_unknown: bool
    variables: bool
    certain: bool
    written: Written
    principals: Principals | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything in it is not known, or whether it is there at all."""
        known = self.effect is not None and self.certain and not self.conditions_unknown
        return not known or bool(self.action.unknown or self.resource.unknown)


class Policy(msgspec.Struct, frozen=True, gc=False):
    """`unknown` are statements, or the whole document, of which nothing is known. One that `may_go` is there whole or
    not at all: it denies nothing to the others for certain, and to itself what it says. Those that `go_over` the same
    come and go together."""

    statements: tuple[Statement, ...]
    unknown: tuple[Hole, ...] = ()
    may_go: bool = False
    goes_over: Hashable = None


NOTHING = Policy(())


def parse(value: Value, *, of_key: bool = False) -> Policy:
    """The policy in a JSON text, or in a structured value that may hold unknown parts (gate.unknown).

    `of_key`: a key policy, whose statements say of whom they speak. An empty text is no document and grants nothing.
    Raises MalformedPolicy for anything that AWS refuses and that would make the meaning a guess: repeated keys, element
    names or effects in another case, missing elements.
    """
    if isinstance(value, OneOf):
        parsed = [parse(alternative, of_key=of_key) for alternative in value.alternatives]
        return Policy(
            tuple(replace(statement, certain=False) for policy in parsed for statement in policy.statements),
            tuple(hole for policy in parsed for hole in policy.unknown),
        )
    if isinstance(value, str):
        if not value.strip():
            return NOTHING
        value = _load(value)
    if value is None:
        return NOTHING
    if isinstance(value, _UNKNOWN):
        return Policy((), (value,))
    version, listed = _document(value)
    unknown: list[Hole] = []
    statements: list[Statement] = []
    for index, entry in enumerate(listed if isinstance(listed, list) else [listed]):
        for possible, certain in _alternatives(entry):
            if isinstance(possible, _UNKNOWN):
                unknown.append(possible)
            else:
                variables = version == "2012-10-17" or isinstance(version, _UNKNOWN)
                statement = _statement(possible, index, variables, of_key=of_key)
                statements.append(statement if certain else replace(statement, certain=False))
    return Policy(tuple(statements), tuple(unknown))


def _document(value: Value) -> tuple[Any, Any]:
    """The version of a document, and its statement or statements."""
    if not isinstance(value, dict):
        raise MalformedPolicy("the document is not a JSON object")
    _only(value, _DOCUMENT_ELEMENTS, "the document")
    version = value.get("Version")
    if version is not None and version not in ("2012-10-17", "2008-10-17") and not isinstance(version, _UNKNOWN):
        raise MalformedPolicy(f"`Version` is {_quoted(version)}, not 2012-10-17 or 2008-10-17")
    if "Statement" not in value:
        raise MalformedPolicy("the document has no `Statement`")
    listed = value["Statement"]
    if not isinstance(listed, (dict, list, *_UNKNOWN)):
        raise MalformedPolicy("`Statement` is neither a statement nor a list of them")
    return version, listed


def _alternatives(entry: Any) -> Iterator[tuple[Any, bool]]:
    """A statement, or every statement that an undecided entry may bring."""
    if not isinstance(entry, OneOf):
        yield entry, True
        return
    for alternative in entry.alternatives:
        for possible in alternative if isinstance(alternative, list) else [alternative]:
            if possible is not None:
                yield from ((nested, False) for nested, _ in _alternatives(possible))


def _load(text: str) -> Any:
    try:
        return strict_json.loads(text.removeprefix("\ufeff"))
    except RepeatedKey as error:
        raise MalformedPolicy(f"the key `{error.key}` is repeated in one element") from None
    except NoJson as error:
        raise MalformedPolicy(f"the document is not JSON: {error}") from None
    except RecursionError:
        raise MalformedPolicy("the document is nested too deeply") from None


def _quoted(value: Any) -> str:
    import json

    return json.dumps(value, default=str)


def _only(element: dict[str, Any], names: set[str], where: str) -> None:
    for name in element:
        if name in names:
            continue
        right = next((known for known in names if known.lower() == str(name).lower()), None)
        if right:
            raise MalformedPolicy(f"{where} has `{name}`, which IAM spells `{right}`")
        if name in ("Principal", "NotPrincipal"):
            raise MalformedPolicy(f"{where} has `{name}`, which an identity policy must not have")
        raise MalformedPolicy(f"{where} has `{name}`, which is no element of a policy")


def _statement(entry: Any, index: int, variables: bool, *, of_key: bool) -> Statement:
    where = f"statement {index + 1}"
    if not isinstance(entry, dict):
        raise MalformedPolicy(f"{where} is not a JSON object")
    _only(entry, _STATEMENT_ELEMENTS | ({"Principal", "NotPrincipal"} if of_key else set()), where)
    effect = entry.get("Effect")
    if effect not in ("Allow", "Deny") and not isinstance(effect, _UNKNOWN):
        raise MalformedPolicy(f"{where} has the effect {_quoted(effect)}, not `Allow` or `Deny`")
    sid = entry.get("Sid")
    if sid is not None and not isinstance(sid, (str, *_UNKNOWN)):
        raise MalformedPolicy(f"{where} has a `Sid` that is not a text")
    conditions, conditions_unknown = _conditions(entry.get("Condition"), where, variables, of_key)
    resource = _element(entry, "Resource", where)
    return Statement(
        index=index,
        sid=sid if isinstance(sid, str) else None,
        effect=effect if isinstance(effect, str) else None,
        action=_element(entry, "Action", where),
        resource=_completed(resource, variables, reaching=effect != "Deny" and not resource.negated, of_key=of_key),
        conditions=conditions,
        conditions_unknown=conditions_unknown,
        variables=variables,
        certain=True,
        written=Written(entry, _stand_in(resource)),
        principals=_principals(entry, where) if of_key else None,
    )


def _stand_in(resource: Element) -> str:
    """The element in which something stands for an unknown resource, empty where none does."""
    if not any(isinstance(value, StandIn) for value in resource.values):
        return ""
    return "NotResource" if resource.negated else "Resource"


def _principals(entry: dict[str, Any], where: str) -> Principals:
    name = _one_of(entry, "Principal", where)
    value = entry[name]
    if isinstance(value, OneOf):
        from gate.iam.undecided import by_kind  # few policies choose between two

        value = by_kind(value)
    elif value == "*" or isinstance(value, _UNKNOWN):
        value = {"AWS": value}
    if not isinstance(value, dict):
        raise MalformedPolicy(f"{where} has a `{name}` that is neither `*` nor an object")
    _only(value, _PRINCIPAL_KINDS, f"the `{name}` of {where}")
    listed = [
        (kind, item) for kind, values in value.items() for item in (values if isinstance(values, list) else [values])
    ]
    if not all(isinstance(item, (str, *_UNKNOWN)) for _, item in listed):
        raise MalformedPolicy(f"{where} has a `{name}` that is not a text or a list of texts")
    return Principals(
        tuple((kind, item) for kind, item in listed if isinstance(item, str)),
        name != "Principal",
        tuple((kind, _flat(item)) for kind, item in listed if isinstance(item, _UNKNOWN)),
    )


def _flat(hole: Hole) -> Hole:
    if not isinstance(hole, OneOf):
        return hole
    from gate.iam.undecided import of_elements

    return of_elements(hole)


def _one_of(entry: dict[str, Any], name: str, where: str) -> str:
    """Which of an element and its negation a statement has."""
    present = [key for key in (name, f"Not{name}") if key in entry]
    if not present:
        raise MalformedPolicy(f"{where} has neither `{name}` nor `Not{name}`")
    if len(present) == 2:
        raise MalformedPolicy(f"{where} has both `{name}` and `Not{name}`")
    return present[0]


def _element(entry: dict[str, Any], name: str, where: str) -> Element:
    present = _one_of(entry, name, where)
    value = entry[present]
    values = value if isinstance(value, list) else [value]
    known = tuple(item for item in values if isinstance(item, str))
    unknown = tuple(_flat(item) for item in values if isinstance(item, _UNKNOWN))
    if any(not text.isascii() and re.search(_PRIVATE_USE, text) for text in known):
        raise MalformedPolicy(f"{where} has a `{present}` with a private-use character, which no name has")
    if name == "Action" and not all(map(str.isascii, known)):
        raise MalformedPolicy(f"{where} has a `{present}` that is not ASCII, which no action's name is")
    if len(known) + len(unknown) != len(values):
        raise MalformedPolicy(f"{where} has a `{present}` that is not a text or a list of texts")
    return Element(known, present != name, unknown)


def _completed(element: Element, variables: bool, *, reaching: bool, of_key: bool) -> Element:
    """The texts as AWS completes them: short ARNs in an identity policy, and the most that an Allow may reach."""
    if reaching:
        return replace(element, values=tuple(widest(value, variables) for value in element.values))
    return element if of_key else replace(element, values=tuple(map(completed, element.values)))


def _conditions(value: Any, where: str, variables: bool, of_key: bool) -> tuple[tuple[Clause, ...], bool]:
    if value is None:
        return (), False
    if isinstance(value, _UNKNOWN):
        return (), True
    if not isinstance(value, dict):
        raise MalformedPolicy(f"{where} has a `Condition` that is not an object")
    clauses = []
    unknown = False
    for operator, tests in value.items():
        if isinstance(tests, _UNKNOWN):
            unknown = True
            continue
        if not isinstance(tests, dict):
            raise MalformedPolicy(f"{where} has the condition operator `{operator}` without keys")
        for key, given in tests.items():
            listed = given if isinstance(given, list) else [given]
            if of_key and key.lower() in OWNERS:
                listed = list(map(stood_for, listed))
            texts = _texts(operator, key, listed, where)
            if texts is None:
                unknown = True
            else:
                clauses.append(clause(operator, key, texts if variables else list(map(_plain, texts))))
    return tuple(sorted(set(clauses))), unknown


def _texts(operator: str, key: str, listed: Any, where: str) -> list[str] | None:
    """The values of a condition key, None where one is unknown."""
    if not f"{operator}{key}".isascii():
        raise MalformedPolicy(f"{where} has a condition operator or key that is not ASCII")
    values = listed if isinstance(listed, list) else [listed]
    if any(isinstance(item, _UNKNOWN) for item in values):
        return None
    if not all(isinstance(item, (str, int, float)) for item in values):
        raise MalformedPolicy(f"{where} has a value of `{key}` in its `Condition` that is not a text")
    return list(map(as_text, values))


def _plain(text: str) -> str:
    """A text of a document whose version has no policy variables."""
    return text.replace("${", "${$}{")
