"""Who may use each KMS key of a plan, before and after the change: its key policy, and its grants.

A key has one policy, which `aws_kms_key.policy` and `aws_kms_key_policy` both write; the last one to write it has its
say. An apply has no certain order between them, so each that writes is looked at as what may be left.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.holders import IamPlan
from gate.holdings.key_grants import grant
from gate.holdings.key_types import GRANT, KEY_TYPES
from gate.holdings.keys_named import IDS, KeysNamed, ids_of
from gate.holdings.principal_arns import PrincipalArns, account_of, named
from gate.holdings.renamed_arns import Written, followed, renames
from gate.holdings.resource_documents import documents_before, documents_kept
from gate.plan.attributes import text_of
from gate.plan.before_after import ManagedResource
from gate.plan.shapes import UNKNOWN
from gate.strict_json import say_the_same
from gate.text.sentences import Label
from gate.unknown import Unresolved, Value

_PRIMARY = "primary_key_arn"  # of a replica
_BYPASS = "bypass_policy_lockout_safety_check"


class Key(msgspec.Struct, frozen=True, gc=False):
    """A key, at the address of its resource, or by its id where the plan does not manage it.

    `own` are the texts that stand for its account in an ARN; `proven`: one of them is its number. `before` is its
    policy, None for the default one, which speaks of its own account alone. `after` are the policies of which one is
    left. The grants stand as policies. `created`, `deleted`: the whole key is. `locks_out`: AWS is told to take even a
    policy that leaves nobody who may change it. `arns_before` and `arns` are its own ARN, as far as the plan tells it:
    one that is made anew has another one.
    """

    address: str
    own: frozenset[str]
    proven: bool
    before: Document | None
    after: tuple[Document | None, ...]
    grants_before: tuple[Document, ...] = ()
    grants_after: tuple[Document, ...] = ()
    created: bool = False
    deleted: bool = False
    locks_out: bool = False
    arns_before: frozenset[str] = frozenset()
    arns: frozenset[str] = frozenset()

    @property
    def is_another(self) -> bool:
        """Whether what a text says of the key before the change is not what it says of it after the change."""
        return self.arns != self.arns_before

    @property
    def label(self) -> Label:
        """What people call it: `key aws_kms_key.app`."""
        return Label(f"key {self.address}", "key", "key")

    @property
    def documents(self) -> tuple[Document, ...]:
        """Everything that says who may use it, before and after."""
        every = (self.before, *self.after, *self.grants_before, *self.grants_after)
        return tuple(document for document in every if document is not None)


def keys(iam: IamPlan) -> tuple[Key, ...]:
    """Every key of which a plan says who may use it. Raises GateError."""
    # of a key itself that a replacement left over nothing stays
    found = [one for one in iam.key_resources if one.deposed in (None, False) or KEY_TYPES[one.type].key]
    return _Keys(found, iam).all()


class _Keys:
    def __init__(self, resources: list[ManagedResource], iam: IamPlan) -> None:
        self._references, self._answers, self._accounts = iam.references, iam.answers, iam.accounts
        self._documents, self._filled = iam.documents, iam.filled
        self._arns = PrincipalArns(iam.references, iam.accounts, iam.resources)
        self._iam, self._renames = iam, renames(iam)
        self._made_from: dict[Place, tuple[Value, ManagedResource]] = {}
        self._resources = resources
        self._elsewhere = iam.templates.own_accounts
        self._keys = {resource.address: resource for resource in resources if not KEY_TYPES[resource.type].key}
        self._named = KeysNamed(self._keys, iam)

    def all(self) -> tuple[Key, ...]:
        """Every key with what is said of it."""
        about: dict[str, list[ManagedResource]] = defaultdict(list)
        for resource in self._resources:
            for key in filter(None, {self._named.before(resource), self._named.after(resource)}):
                about[key].append(resource)
        return tuple(self._key(address, about[address]) for address in sorted(about))

    def _key(self, address: str, resources: list[ManagedResource]) -> Key:
        key = self._keys.get(address)
        elsewhere = self._elsewhere.get(address)
        own, proven = (frozenset({elsewhere}), False) if elsewhere else self._own(resources)
        before: Document | None = None
        written: list[Document | None] = []
        for resource in resources:
            was, will = self._policy_before(resource, address), self._policy_after(resource, address)
            before = was if was is not None and resource is not key else before or was
            written += self._written(resource, was, will)
        left = tuple(written) or ((None,) if key is not None and key.created else (before,))
        gone = key is not None and not key.values_after
        found = Key(
            address,
            own,
            proven,
            before,
            () if gone else left,
            tuple(self._grants(resources, address, after=False)),
            () if gone else tuple(self._grants(resources, address, after=True)),
            created=key is not None and key.created and key.before is None,
            deleted=gone,
            locks_out=any(_bypasses(values) for each in resources for values in (each.before, *each.values_after)),
            arns_before=_arns(key, after=False),
            arns=_arns(key, after=True),
        )
        return self._followed(found) if self._renames else found

    def _followed(self, key: Key) -> Key:
        """A key whose documents name a principal alike that the plan renames."""
        was = [document for document in (key.before, *key.grants_before) if document is not None]
        will = [document for document in (*key.after, *key.grants_after) if document is not None]
        written = [Written(each, *self._made_from.get(each.place, (None, None))) for each in will]
        before, after = (iter(documents) for documents in followed(self._renames, was, written, self._iam))
        return replace(
            key,
            before=None if key.before is None else next(before),
            after=tuple(None if each is None else next(after) for each in key.after),
            grants_before=tuple(before),
            grants_after=tuple(after),
        )

    def _policy_before(self, resource: ManagedResource, key: str) -> Document | None:
        row = KEY_TYPES[resource.type]
        if self._named.before(resource) != key:
            return None
        found = next(iter(documents_before(resource, row.row)), None)
        if found is None:
            return None
        content = self._arns.filled(self._documents.with_facts(found).content)
        return replace(found, content=content, of_key=True)

    def _policy_after(self, resource: ManagedResource, key: str) -> Document | None:
        """The policy that a resource has for a key; None where it does not say, and the default one counts."""
        row = KEY_TYPES[resource.type]
        if not row.policy or self._named.after(resource) != key:
            return None
        planned = self._documents.of(resource, row.row) if resource.after is not None else ()
        found = next(iter(planned or documents_kept(resource, row.row)), None)
        values = resource.after if isinstance(resource.after, dict) else {}
        if found is None and values.get(row.policy) is UNKNOWN and self._references.block(resource) is None:
            found = Document(Place(resource.address, row.policy), Unresolved())  # nothing proves that it is not set
        if found is None or (found.content in ("", "null") and not found.rests_on):
            return None
        self._made_from[found.place] = found.content, resource
        return replace(found, content=self._arns.filled(found.content), of_key=True)

    def _written(
        self, resource: ManagedResource, was: Document | None, will: Document | None
    ) -> Iterator[Document | None]:
        """What the apply writes as the policy of a key through one resource; one that is made anew and whose old one
        goes last leaves what that leaves."""
        is_key = resource.address in self._keys
        if was is not None and resource.created_first and not is_key and not _bypasses(resource.before):
            yield None
            return
        if will is not None and (resource.created or was is None or not _same(was, will)):
            yield will
        elif will is None and was is not None and not is_key and not _bypasses(resource.before):
            yield None

    def _grants(self, resources: list[ManagedResource], key: str, *, after: bool) -> Iterator[Document]:
        for resource in resources:
            whose = self._named.after(resource) if after else self._named.before(resource)
            if KEY_TYPES[resource.type] is GRANT and whose == key:
                for document in grant(resource, self._whom, after=after):
                    self._made_from[document.place] = None, resource
                    yield document

    def _whom(self, resource: ManagedResource, attribute: str) -> Value:
        """Who an unknown attribute names: by the source, else by the one reference that it is."""
        sourced = self._answers.value(resource, attribute)
        if sourced is None:
            origin = self._references.origin(resource, self._references.expression(resource, attribute))
            taken = f"({origin.only.address})" if origin.only and origin.only.mode == "data" else ""
            sourced = Unresolved(origin.names, exact=origin.only is not None, stands_for=taken)
        return self._arns.principal(self._filled(sourced))

    def _own(self, resources: list[ManagedResource]) -> tuple[frozenset[str], bool]:
        """What stands for the account of a key: by its own ARN, or of a replica by that of its primary key, which is of
        the same account (https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html), and by the
        provider that manages it.

        A grant may be on a key of another account, which its ARN tells.
        """
        ids = [name.split(":") for key in resources for name in ids_of(key, (*IDS, _PRIMARY))]
        texts = {fields[4] for fields in ids if len(fields) > 5}  # what is no ARN has fewer, or AWS refuses it
        managing = [resource for resource in resources if KEY_TYPES[resource.type] is not GRANT or not texts]
        accounts = [account_of(resource, self._references, self._accounts) for resource in managing]
        texts |= {named(account) for account in accounts if account}
        return frozenset(texts), any(text.isdigit() for text in texts)


def _same(one: Document, other: Document) -> bool:
    """Whether two texts are one policy; the provider writes only what differs in more than white space and order."""
    texts = one.content, other.content
    return texts[0] == texts[1] or (all(isinstance(text, str) for text in texts) and say_the_same(*texts))


def _bypasses(values: Any) -> bool:
    """Whether a policy is put without AWS's check; to destroy such an aws_kms_key_policy leaves it as it is."""
    return isinstance(values, dict) and values.get(_BYPASS) not in (None, False)


def _arns(key: ManagedResource | None, *, after: bool) -> frozenset[str]:
    if key is None:
        return frozenset()
    sides = (key.before, *key.values_after)
    if key.created:  # with an ARN that no policy can name before
        sides = key.values_after if after else (key.before,)
    return frozenset(arn for side in sides if (arn := text_of(side, "arn")))
