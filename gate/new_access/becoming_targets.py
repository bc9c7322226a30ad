"""On which ARNs the ways to become another principal are asked for (gate.iam.ways)."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from gate.holdings.holders import Holder
from gate.holdings.identities import Identity
from gate.holdings.inventory import Manner
from gate.holdings.principal import POLICY
from gate.holdings.resource_types import GROUP, ROLE, USER
from gate.iam.patterns import FRESH, MANY, ONE, matches
from gate.iam.service import FRESH_ID, partitions
from gate.iam.ways import PROVIDERS, SAML_PROVIDER
from gate.new_access.trust import providers_of
from gate.text.sentences import NO_WORDS, Label, Sentence

Key = tuple[str, str, str]  # kind, account and name of a principal


class Target(msgspec.Struct, frozen=True, gc=False):
    """An ARN that a way may lead to, of a `kind` of principal, a policy or an identity provider. `whom` is the label of
    the principal with full access that it is, or that trusts it, empty where it stands for any. `is_own`: it is the
    holder's own. `role`: the role of the plan that it is. `bounds`: the kind of the holder where it is
    its permissions boundary. `former_arn` is the ARN under which it was there before the change, if it was."""

    kind: str
    arn: str
    whom: Sentence
    is_own: bool = False
    role: Identity | None = None
    bounds: str = ""
    former_arn: str = ""

    @property
    def reached(self) -> str:
        """The kind of what a way leads to: by an identity provider to the roles that trust it, by a permissions
        boundary to whom it bounds."""
        return ROLE if self.kind in PROVIDERS else self.bounds or self.kind


class Surroundings(msgspec.Struct, frozen=True, gc=False):
    """What a plan says besides a holder: its identities by key and by address, the `full` ones with their labels, the
    ARNs of identity `providers` with the label of the first of these that trusts each, and the `groups` with what they
    are as holders. `of_some` are the labels of those that have full access to some keys alone, or under a condition."""

    by_key: dict[Key, Identity]
    by_address: dict[str, Identity]
    full: tuple[tuple[Identity, Label], ...]
    providers: tuple[tuple[str, Label], ...]
    groups: tuple[tuple[Identity, Holder], ...]
    of_some: frozenset[Sentence] = frozenset()


def surroundings(
    identities: Iterable[Identity],
    full: Iterable[tuple[Identity, Label]],
    holders: dict[Key, Holder],
    of_some: Iterable[Sentence] = (),
) -> Surroundings:
    """All that a plan says besides any of its holders."""
    listed = [*identities]
    by_key = {key: each for each in reversed(listed) for key in keys_of(each)}
    groups = [(each, holders[key]) for each in listed if each.kind == GROUP for key in keys_of(each) if key in holders]
    reached = tuple(full)
    trusted: dict[str, Label] = {}
    for each, label in reached:
        for arn in sorted(providers_of(each.trust_after)):
            trusted.setdefault(arn, label)
    by_address = {each.address: each for each in listed}
    return Surroundings(by_key, by_address, reached, tuple(trusted.items()), tuple(groups), frozenset(of_some))


def key_of(holder: Holder) -> Key:
    """What a holder is found by."""
    return holder.principal.kind, holder.principal.account, holder.principal.name


def keys_of(identity: Identity) -> Iterator[Key]:
    """What the holder that a resource is may be found by."""
    for called in (*identity.names, f"({identity.address})"):
        yield identity.kind, identity.account, called


def targets(holder: Holder, around: Surroundings, patterns: Sequence[str]) -> Iterator[Target]:
    """Every ARN, given all patterns of resources that the holder's policies name: first those for any principal. One
    that no pattern tells from these is one of them.

    Where the number of the holder's account is not known, it may be any that the policies name.
    """
    own = around.by_key.get(key_of(holder))
    number = number_of(holder, around)
    numbers = [number] if number else [*_numbers(patterns), FRESH]
    places = [(partition, each) for partition in partitions(patterns) for each in numbers]
    for partition, each in places:
        for kind in (ROLE, USER, GROUP, POLICY, SAML_PROVIDER):
            yield Target(kind, _any(partition, each, kind), NO_WORDS)
    tells = _Telling(patterns, places)
    for identity, label in around.full:
        for arn in _arns(identity, numbers, patterns):
            if not tells.from_any(arn, identity.former_arn or arn, identity.kind):
                continue
            role = identity if identity.kind == ROLE else None
            yield Target(identity.kind, arn, label, role=role, former_arn=identity.former_arn)
    yield from _providers(around, number)
    for identity in _own(holder, around, own):
        for arn in _arns(identity, numbers, patterns):
            yield Target(identity.kind, arn, NO_WORDS, is_own=True, former_arn=identity.former_arn)
    if (bounding := _boundary(holder, around)) is not None:
        for arn in _arns(bounding, numbers, patterns):
            kind = holder.principal.kind
            yield Target(POLICY, arn, NO_WORDS, is_own=True, bounds=kind, former_arn=bounding.former_arn)


def _any(partition: str, number: str, kind: str) -> str:
    """An ARN of which no policy names any part but these."""
    return f"arn:{partition}:iam::{number}:{kind}/{FRESH_ID}"


class _Telling:
    """Which ARNs patterns tell from those for any principal, in some partitions and accounts."""

    def __init__(self, patterns: Sequence[str], places: Sequence[tuple[str, str]]) -> None:
        self._plain = {one for one in patterns if MANY not in one and ONE not in one}
        self._wild = [one for one in patterns if one not in self._plain]
        kinds = (ROLE, USER, GROUP, POLICY)
        self._any = {kind: {self._met(_any(*place, kind)) for place in places} for kind in kinds}

    def from_any(self, arn: str, former: str, kind: str) -> bool:
        """Whether some pattern tells one ARN, or the one that it was, from all of those."""
        return any(one in self._plain or self._met(one) not in self._any.get(kind, ()) for one in {arn, former})

    def _met(self, arn: str) -> tuple[bool, ...]:
        return tuple(matches(one, arn) for one in self._wild)


def number_of(holder: Holder, around: Surroundings) -> str:
    """The number of a holder's account, empty where nothing tells it."""
    own, account = around.by_key.get(key_of(holder)), holder.principal.account
    return own.number if own and own.number else account if account.isdigit() else ""


def _providers(around: Surroundings, number: str) -> Iterator[Target]:
    """The identity providers of the account with a number, empty for any, that a role with full access trusts."""
    for arn, label in around.providers:
        fields = arn.split(":", 5)
        kind = fields[-1].partition("/")[0]
        if kind in PROVIDERS and number in ("", fields[4]):
            yield Target(kind, arn, label)


def _boundary(holder: Holder, around: Surroundings) -> Identity | None:
    """The policy of the plan that bounds a holder. Of another one nobody knows what it allows."""
    bounding = holder.boundary_after
    return around.by_address.get(bounding.document.place.address) if bounding else None


def _numbers(patterns: Iterable[str]) -> list[str]:
    found = {pattern.split(":")[4] for pattern in patterns if pattern.count(":") >= 5} - {"", "aws"}
    return sorted(number for number in found if MANY not in number and ONE not in number)


def _arns(identity: Identity, numbers: Iterable[str], patterns: Sequence[str]) -> list[str]:
    """Its ARNs. The text that stands for it is one where a policy names it, or where no other is known: no Deny of
    roles by their ARNs meets it."""
    known = [identity.number] if identity.number else numbers
    found = [arn for number in known for arn in identity.arns(number)]
    return [*found, identity.stands_for] if identity.stands_for in patterns or not found else found


def arns_of(address: str, holder: Holder, around: Surroundings) -> list[str]:
    """The ARNs of the managed policy at an address, which is its ARN where the plan does not manage it; none where that
    is not known."""
    if address.startswith("arn:"):
        return [address]
    own, policy = around.by_key.get(key_of(holder)), around.by_address.get(address)
    number = (policy.number if policy else "") or (own.number if own else "")
    return [*policy.arns(number)] if policy is not None and policy.kind == POLICY and number else []


def _own(holder: Holder, around: Surroundings, own: Identity | None) -> Iterator[Identity]:
    """The holder itself, the managed policies that it has, and the groups whose documents it has as a member."""
    if own is not None:
        yield own
    attached = {held.document.place.address for held in holder.after if held.links}
    found = (around.by_address.get(address) for address in sorted(attached))
    yield from (each for each in found if each is not None and each.kind == POLICY)
    joined = {
        held.document.place for held in holder.after if any(link.manner is Manner.MEMBERSHIP for link in held.links)
    }
    for identity, group in around.groups if joined else ():
        if identity != own and joined & {held.document.place for held in group.after}:
            yield identity
