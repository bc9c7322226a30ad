"""What a protected service is made of: its actions, the shape of its resources, and which actions hold power.

Each service is a file of its own beside this one (gate.iam.services lists them), and its data.
"""

import re
from collections.abc import Iterable, Iterator, Set
from itertools import pairwise

import msgspec

from gate.iam.bits import positions
from gate.iam.limiting_conditions import Limit
from gate.iam.managed_policies import ManagedPolicies
from gate.iam.needs import Needs
from gate.iam.patterns import FIELD, FRESH, MANY, ONE, matches

_PARTITIONS = {"aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov"}
_PIECES = f"[{MANY}{ONE}:/]+"
ANYTHING = "*"  # the resource of a request for what knows no other
ALMOST = 2  # leaving out this many actions of the service does not make a grant less than full


class Words(msgspec.Struct, frozen=True, gc=False):
    """How messages speak of the service: its `title`; lines that say what to allow instead, to `use` a resource and to
    `administer` it, and to `limit` what Service.limits limits; the actions `used` most; `who`, the condition keys that
    say who, and `caller_account`, the one of these that the caller's account has."""

    title: str
    use: str
    administer: str
    limit: str
    used: tuple[str, ...]
    who: str = ""
    caller_account: str = ""

    @property
    def full(self) -> str:
        """What whoever may do everything has."""
        return f"full {self.title} access"


class Column(msgspec.Struct, frozen=True, gc=False):
    """A column of the matrix of who gains what: what its actions (bit set) are for, in a word or two."""

    name: str
    actions: int


class Service(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A protected service; each is one object, so that what is known of one is found by its identity.

    `actions` are its names in the reference's spelling; a set of actions is a bit set over this order. `unscoped` are
    the actions that know no resource but `*`. `powers` are kinds of power over a resource: whoever holds one action of
    each, holds the resource. `sensitive` are the actions whose gain alone is serious, `limits` the conditions that take
    that away. `shape` is the pattern of its resources' ARN and `fields` name the parts of it that vary, the resource's
    own name last; `samples` are readable values of each. `managed_policies` is what AWS-managed policies say of it,
    `needs` what other services need of it. `tagging` are the actions that give a resource another tag. `columns` are
    what people want to know apart of who may do what; no action is in two of them.
    """

    prefix: str
    actions: tuple[str, ...]
    unscoped: int
    powers: tuple[int, ...]
    sensitive: int
    limits: tuple[Limit, ...]
    shape: str
    fields: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    words: Words
    managed_policies: ManagedPolicies
    needs: Needs
    columns: tuple[Column, ...] = ()
    tagging: int = 0

    @property
    def administration(self) -> int:
        """The sensitive actions that are no use of a resource: what hands it on, replaces or ends it."""
        return self.sensitive & ~self.powers[0]

    def all_actions(self) -> int:
        """All its actions."""
        return (1 << len(self.actions)) - 1

    def chosen(self, names: Iterable[str]) -> int:
        """The actions of these names, `kms:Decrypt`; another service's are none. Raises ValueError for a name that it
        does not have."""
        own = (name.partition(":") for name in names)
        return sum(1 << self.actions.index(action) for prefix, _, action in own if prefix == self.prefix)

    def is_full(self, actions: int) -> bool:
        """Whether a set of actions on one resource amounts to all of them."""
        missing = self.all_actions() & ~actions & ~self.unscoped
        return missing.bit_count() <= ALMOST or all(actions & power for power in self.powers)

    def names(self, actions: int) -> tuple[str, ...]:
        """The actions of a bit set as IAM writes them, `kms:Decrypt`."""
        return tuple(self._named(actions))

    def by_weight(self, actions: int) -> Iterator[str]:
        """The same, the ones that tell a reader most first."""
        told = [power for power in (*self.powers, self.sensitive) if power & actions]
        seen = 0
        for group in (*told, actions):
            yield from self._named(actions & group & ~seen)
            seen |= group

    def _named(self, actions: int) -> Iterator[str]:
        return (f"{self.prefix}:{self.actions[i]}" for i in positions(actions))


# Any key: every part is a text that no policy names; a key id has the form of one, so that `????????-*` meets it.
FRESH_ID = "-".join(FRESH * length for length in (8, 4, 4, 4, 12))


def everything(service: Service, partition: str = "aws") -> str:
    """A resource of which no policy names any part but the partition: what holds of it holds of all but named ones."""
    return assembled(service, (partition, *[FRESH] * (len(service.fields) - 2), FRESH_ID))


def partitions(named: Iterable[str]) -> list[str]:
    """The partitions to look at: those that resource patterns name, and one that stands for the others.

    The partition of a principal is not known: where only AWS's own is denied, China's is not.
    """
    parts = [pattern.split(":") for pattern in named]
    found = {fields[1] for fields in parts if fields[0] == "arn" and fields[2:] and fields[1]}
    literal = {name for name in found if MANY not in name and ONE not in name}
    if not found:
        return ["aws"]
    others = sorted(_PARTITIONS - literal)
    return sorted(literal) + (others[:1] if literal == found else others)


def in_partition(service: Service, partition: str) -> str:
    """The shape of the service's resources in one partition."""
    return service.shape.replace(FIELD, partition, 1)


def names_none(pattern: str) -> bool:
    """Whether a pattern may match resources of any name; False is certain."""
    _, slash, name = pattern.rpartition("/")
    return matches(name, FRESH_ID) if slash else pattern.endswith((MANY, ONE))


def spanning(service: Service, partition: str, named: Iterable[str]) -> Iterator[str]:
    """Resources of any name whose other fields bear what the patterns name that are no ARN: `*111122223333*` is met by
    keys with this number in their id, and by all keys of an account."""
    texts: dict[tuple[str, ...], None] = {}
    for pattern in sorted(named):
        if pattern.count(":") < len(service.shape.split(":")) - 1:
            named_here = [piece for piece in re.split(_PIECES, pattern) if piece]
            texts.update(dict.fromkeys((*((piece,) for piece in named_here), *pairwise(named_here))))
    middle = len(service.fields) - 2
    for pieces in texts:
        for at in range(middle - len(pieces) + 1):
            fields = (*[FRESH] * at, *pieces, *[FRESH] * (middle - at - len(pieces)))
            yield assembled(service, (partition, *fields, FRESH_ID))


def shapes(service: Service, named: Set[str]) -> Iterator[tuple[str, list[str]]]:
    """The shape of the service's resources in each partition to look at, and resources in it that stand for the others
    of their class: one of which no policy names any part but the partition, then those `spanning` what is named."""
    for partition in partitions(named):
        yield in_partition(service, partition), [everything(service, partition), *spanning(service, partition, named)]


def parts(service: Service, resource: str) -> tuple[str, ...]:
    """The varying fields of a resource of the service's shape."""
    pieces = []
    rest = resource
    fixed = service.shape.split(FIELD)
    for before, after in pairwise(fixed):
        rest = rest.removeprefix(before)
        piece, _, _ = rest.partition(after) if after else (rest, "", "")
        pieces.append(piece)
        rest = rest[len(piece) :]
    return tuple(pieces)


def assembled(service: Service, fields: tuple[str, ...]) -> str:
    """The resource with these varying fields."""
    fixed = service.shape.split(FIELD)
    return "".join(part + value for part, value in zip(fixed, (*fields, ""), strict=True))


def generalisations(service: Service, resource: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Resources that stand for ever fewer others, down to all those that differ from `resource` in their name only.

    Each with the fields that it still takes from `resource`: none for the first, which stands for every resource.
    """
    own = parts(service, resource)
    last = len(own) - 1
    for kept in sorted(range(1 << last), key=lambda bits: (bits.bit_count(), bits)):
        fields = tuple(own[i] if kept >> i & 1 else FRESH for i in range(last))
        yield assembled(service, (*fields, FRESH_ID)), tuple(service.fields[i] for i in range(last) if kept >> i & 1)


def friendly(service: Service, resource: str) -> Iterator[str]:
    """Readable resources to show in place of one with FRESH characters, best first; the caller checks each."""
    own = parts(service, resource)
    choices = [
        samples if set(value) <= {FRESH, "-"} and FRESH in value else (value.replace(FRESH, "x"),)
        for samples, value in zip(service.samples, own, strict=True)
    ]
    for i in range(max(len(choice) for choice in choices)):
        yield assembled(service, tuple(choice[min(i, len(choice) - 1)] for choice in choices))
    for letter in "xqzw0957":
        yield resource.replace(FRESH, letter)
