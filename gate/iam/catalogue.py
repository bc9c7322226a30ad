"""What a protected service is made of: its actions, the shape of its resources, and which actions hold power.

Facts are data: gate/data/kms-actions.json (from the AWS service authorization reference) and the tables below.
Protecting another service is another Service.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from gate.iam.patterns import FIELD, FRESH, MANY, ONE

_PARTITION = re.compile("arn:([^:]+):")
_PARTITIONS = {"aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov"}
_PIECES = re.compile(f"[{MANY}{ONE}:/]+")
_DATA = Path(__file__).parent.parent / "data"
ALMOST = 2  # leaving out this many actions of the service does not make a grant less than full


class Service(msgspec.Struct, frozen=True, gc=False):
    """A protected service.

    `actions` are its names in the reference's spelling; a set of actions is a bit set over this order. `unscoped` are
    the actions that know no resource but `*`. `powers` are kinds of power over a resource: whoever holds one action of
    each, holds the resource. `sensitive` are the actions whose gain alone is serious. `shape` is the pattern of its
    resources' ARN and `fields` name the parts of it that vary, the resource's own name last.
    """

    prefix: str
    actions: tuple[str, ...]
    unscoped: int
    powers: tuple[int, ...]
    sensitive: int
    shape: str
    fields: tuple[str, ...]

    def is_full(self, actions: int) -> bool:
        """Whether a set of actions on one resource amounts to all of them."""
        missing = (1 << len(self.actions)) - 1 & ~actions & ~self.unscoped
        return missing.bit_count() <= ALMOST or all(actions & power for power in self.powers)

    def names(self, actions: int) -> tuple[str, ...]:
        """The actions of a bit set as IAM writes them, `kms:Decrypt`."""
        return tuple(f"{self.prefix}:{name}" for i, name in enumerate(self.actions) if actions >> i & 1)

    def by_weight(self, actions: int) -> Iterator[str]:
        """The same, the ones that tell a reader most first."""
        told = [power for power in (*self.powers, self.sensitive) if power & actions]
        seen = 0
        for group in (*told, actions):
            yield from self.names(actions & group & ~seen)
            seen |= group


# A key's whole power is to read what it protects, to hand itself on, and to destroy
# (https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html on key administrators and key users).
_KMS_POWERS = (
    ("Decrypt", "ReEncryptFrom"),
    ("PutKeyPolicy", "CreateGrant"),
    ("ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"),
)
_KMS_SENSITIVE = (
    "PutKeyPolicy", "CreateGrant", "ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial", "ReplicateKey",
    "Decrypt", "ReEncryptFrom", "UpdateAlias", "DisconnectCustomKeyStore", "DeleteCustomKeyStore", "ImportKeyMaterial",
    "UpdatePrimaryRegion", "RevokeGrant",
)  # fmt: skip


@cache
def kms() -> Service:
    """AWS KMS. An alias ARN is no resource of its own here: the alias actions count on the key they move."""
    listed = _data("kms-actions.json")["actions"]
    names = tuple(action["name"] for action in listed)

    def chosen(wanted: tuple[str, ...]) -> int:
        return sum(1 << names.index(name) for name in wanted)

    return Service(
        prefix="kms",
        actions=names,
        unscoped=chosen(tuple(action["name"] for action in listed if not action["resources"])),
        powers=tuple(chosen(power) for power in _KMS_POWERS),
        sensitive=chosen(_KMS_SENSITIVE),
        shape=f"arn:{FIELD}:kms:{FIELD}:{FIELD}:key/{FIELD}",
        fields=("partition", "region", "account", "key"),
    )


class _ManagedPolicies(msgspec.Struct, frozen=True):
    policies: dict[str, msgspec.Raw]  # the statements are decoded when they are asked for


class _ManagedPolicyNames(msgspec.Struct, frozen=True):
    as_of: str
    names: frozenset[str]


@cache
def managed_policies() -> dict[str, list[dict[str, Any]]]:
    """What AWS-managed policies say of the service: their statements, other actions left out, by policy name."""
    return {name: msgspec.json.decode(statements) for name, statements in _managed_policies().policies.items()}


@cache
def managed_policy(name: str) -> list[dict[str, Any]] | None:
    """What the AWS-managed policy of this name says of the service, in any case, since IAM's names differ in more.

    Empty where the policy says nothing of it; None where AWS had no policy of this name when the tables were made.
    """
    statements = _by_lower_case_name().get(name.lower())
    if statements is not None:
        return msgspec.json.decode(statements, type=list[dict[str, Any]])
    return [] if name.lower() in _known_lower_case_names() else None


def managed_policies_as_of() -> str:
    """The day of the newest change that the tables of AWS-managed policies know of."""
    return _managed_policy_names().as_of


@cache
def _by_lower_case_name() -> dict[str, msgspec.Raw]:
    return {name.lower(): statements for name, statements in _managed_policies().policies.items()}


@cache
def _known_lower_case_names() -> frozenset[str]:
    return frozenset(name.lower() for name in _managed_policy_names().names)


@cache
def _managed_policies() -> _ManagedPolicies:
    return msgspec.json.decode((_DATA / "aws-managed-policies-kms.json").read_bytes(), type=_ManagedPolicies)


@cache
def _managed_policy_names() -> _ManagedPolicyNames:
    return msgspec.json.decode((_DATA / "aws-managed-policies-names.json").read_bytes(), type=_ManagedPolicyNames)


def _data(name: str) -> Any:
    return json.loads((_DATA / name).read_bytes())


# Any key: every part is a text that no policy names; a key id has the form of one, so that `????????-*` meets it.
FRESH_ID = "-".join(FRESH * length for length in (8, 4, 4, 4, 12))


def everything(service: Service, partition: str = "aws") -> str:
    """A resource of which no policy names any part but the partition: what holds of it holds of all but named ones."""
    return assembled(service, (partition, *[FRESH] * (len(service.fields) - 2), FRESH_ID))


def partitions(named: Iterable[str]) -> list[str]:
    """The partitions to look at: those that resource patterns name, and one that stands for the others.

    The partition of a principal is not known: where only AWS's own is denied, China's is not.
    """
    found = {match[1] for pattern in named if (match := _PARTITION.match(pattern))}
    literal = {name for name in found if MANY not in name and ONE not in name}
    if not found:
        return ["aws"]
    others = sorted(_PARTITIONS - literal)
    return sorted(literal) + (others[:1] if literal == found else others)


def in_partition(service: Service, partition: str) -> str:
    """The shape of the service's resources in one partition."""
    return service.shape.replace(FIELD, partition, 1)


def spanning(service: Service, partition: str, named: Iterable[str]) -> Iterator[str]:
    """Resources of any name whose other fields bear what the patterns name that are no ARN: `*111122223333*` is met by
    keys with this number in their id, and by all keys of an account."""
    texts: dict[tuple[str, ...], None] = {}
    for pattern in sorted(named):
        if pattern.count(":") < len(service.shape.split(":")) - 1:
            named_here = [piece for piece in _PIECES.split(pattern) if piece]
            texts.update(dict.fromkeys((*((piece,) for piece in named_here), *pairwise(named_here))))
    middle = len(service.fields) - 2
    for pieces in texts:
        for at in range(middle - len(pieces) + 1):
            fields = (*[FRESH] * at, *pieces, *[FRESH] * (middle - at - len(pieces)))
            yield assembled(service, (partition, *fields, FRESH_ID))


_PRETTY = {
    "partition": ("aws", "aws-cn", "aws-us-gov", "aws-eusc"),
    "region": ("eu-west-1", "us-east-1", "ap-southeast-2", "sa-east-1"),
    "account": ("111122223333", "444455556666", "777788889999"),
    "key": (
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "0987dcba-09fe-87dc-65ba-ab0987654321",
        "mrk-1234abcd12ab34cd56ef1234567890ab",
    ),
}


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
        _PRETTY[name] if set(value) <= {FRESH, "-"} and FRESH in value else (value.replace(FRESH, "x"),)
        for name, value in zip(service.fields, own, strict=True)
    ]
    for i in range(max(len(choice) for choice in choices)):
        yield assembled(service, tuple(choice[min(i, len(choice) - 1)] for choice in choices))
    for letter in "xqzw0957":
        yield resource.replace(FRESH, letter)
