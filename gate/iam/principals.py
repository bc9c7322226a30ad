"""Whom the Principal element of a key policy names, and which of these names a request's principal answers to.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum

import msgspec

from gate.iam.policy import Hole, Principals
from gate.unknown import OneOf, Template, Unresolved, without_wildcards

_ACCOUNT = r"\d{12}|\([^()]*\)"  # a number, or a text that stands for one (gate.unknown)


class Kind(Enum):
    """What a principal is; the value is what people call it."""

    EVERYONE = "everyone"
    ACCOUNT = "account"
    ROLE = "role"
    SESSION = "session"
    USER = "user"
    FEDERATED_USER = "federated user"
    SERVICE = "service"
    PROVIDER = "whoever signs in with"
    CANONICAL = "the account with the canonical id"
    OTHER = "principal"


class Name(msgspec.Struct, frozen=True, gc=False, order=True):
    """One principal, however a policy writes it. `account` is empty where the name tells none; of a role and a user
    `value` is the name without path, since an account has no second one of it."""

    kind: Kind
    account: str = ""
    value: str = ""

    @property
    def role(self) -> "Name | None":
        """The role of a role session."""
        return Name(Kind.ROLE, self.account, self.value.partition("/")[0]) if self.kind is Kind.SESSION else None


EVERYONE = Name(Kind.EVERYONE)
_OF_ITS_KIND = {"Service": Kind.SERVICE, "Federated": Kind.PROVIDER, "CanonicalUser": Kind.CANONICAL}
_BY_RESOURCE = {
    ("iam", "role"): Kind.ROLE,
    ("iam", "user"): Kind.USER,
    ("sts", "assumed-role"): Kind.SESSION,
    ("sts", "federated-user"): Kind.FEDERATED_USER,
}


class Match(Enum):
    """Whether a statement speaks of a principal; MAYBE where the document does not tell, or AWS's documentation."""

    NO = 0
    MAYBE = 1
    YES = 2


def name(kind: str, text: str) -> Name:
    """The principal that a value of a kind of Principal (`AWS`, `Service`, ...) names.

    IAM expands no wildcard within an ARN: such a text is equal to itself alone. One for the account may be anybody's.
    """
    if kind != "AWS":
        account = text.split(":")[4] if kind == "Federated" and text.startswith("arn:") and text.count(":") > 4 else ""
        return Name(_OF_ITS_KIND[kind], account, text)
    if text == "*":
        return EVERYONE
    if re.fullmatch(_ACCOUNT, text):
        return Name(Kind.ACCOUNT, text)
    parts = text.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return Name(Kind.OTHER, "", text)
    _, _, service, _, account, resource = parts
    if resource == "root" and service == "iam":
        return Name(Kind.ACCOUNT, account)
    found = _BY_RESOURCE.get((service, resource.partition("/")[0]))
    if found is None:
        return Name(Kind.OTHER, account, text)
    own = resource.partition("/")[2]
    return Name(found, account, own.rpartition("/")[2] if found in (Kind.ROLE, Kind.USER) else own)


def is_anybody(named: Name) -> bool:
    """Whether a name may be that of anybody, as `arn:aws:iam::*:root` would be if IAM expanded it."""
    told = named.value if named.kind is Kind.OTHER and not named.account else named.account
    return named.kind is Kind.EVERYONE or bool(set(told) & set("*?"))


def names(principals: Principals) -> Iterator[tuple[Name, str]]:
    """Every principal that an element names, or may name, with the text that does."""
    certain, perhaps = _listed(principals)
    yield from ((name(kind, text), text) for kind, text in certain)
    yield from ((name(kind, text), text) for kind, text in perhaps if text != "*")


def speaks_of(principals: Principals, own: frozenset[Name], chain: frozenset[Name]) -> Match:
    """Whether a statement speaks of a principal that answers to the names in `own`; `chain` are all that a
    NotPrincipal has to name to leave it out for certain.

    Part of the chain may be enough or not, AWS's documentation says, depending on the service: MAYBE.
    """
    listed, perhaps = ({name(kind, text) for kind, text in texts} for texts in _listed(principals))
    if not principals.negated:
        met = own | {EVERYONE}
        if listed & met:
            return Match.YES
        return Match.MAYBE if perhaps & met else Match.NO
    if EVERYONE in listed or (chain and chain <= listed):
        return Match.NO
    return Match.MAYBE if (listed | perhaps) & (chain | {EVERYONE}) else Match.YES


def _listed(principals: Principals) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What an element names for certain, and what it may name, kind by kind."""
    certain, perhaps = [*principals.values], []
    for kind, hole in principals.unknown:
        only = _only(hole)
        if only is not None:
            certain.append((kind, only))
        else:
            perhaps += [(kind, text) for text in _possible(hole)]
    return [one for one in certain if one[1]], [one for one in perhaps if one[1]]  # an empty text is nobody


def _only(hole: Hole) -> str | None:
    """A text that stands for a principal of which only a part is unknown; None where it may be anybody."""
    if isinstance(hole, Template) and isinstance(hole.parts[0], str) and hole.parts[0].startswith("arn:"):
        return "".join(part if isinstance(part, str) else _standing_for(part) for part in hole.parts)
    if isinstance(hole, Unresolved) and hole.exact and hole.stands_for:
        return hole.stands_for
    return None


def _standing_for(part: Unresolved) -> str:
    return part.stands_for or f"({without_wildcards(part.references[0] if part.references else 'known after apply')})"


def _possible(hole: Hole) -> Iterable[str]:
    """The texts that a value with unknown parts may be; `*` for one that may be anything."""
    if not isinstance(hole, OneOf):
        yield _only(hole) or "*"
        return
    for alternative in hole.alternatives:
        for value in alternative if isinstance(alternative, list) else [alternative]:
            if isinstance(value, str):
                yield value
            elif isinstance(value, (Unresolved, Template, OneOf)):
                yield from _possible(value)
