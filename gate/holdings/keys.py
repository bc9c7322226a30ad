"""Who may use each KMS key of a plan, before and after the change: its key policy, and its grants.

A key has one policy, which `aws_kms_key.policy` and `aws_kms_key_policy` both write; the last one to write it has its
say. An apply has no certain order between them, so each that writes is looked at as what may be left.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.holders import IamPlan
from gate.holdings.key_grants import grant
from gate.holdings.key_types import GRANT, KEY_TYPES
from gate.holdings.principal_arns import PrincipalArns, account_of, named
from gate.holdings.renamed_arns import Written, followed, renames
from gate.holdings.resource_documents import documents_before, documents_kept
from gate.plan.addresses import exact_target
from gate.plan.before_after import ManagedResource
from gate.plan.shapes import UNKNOWN
from gate.strict_json import say_the_same
from gate.text.sensitive import as_marked
from gate.text.sentences import Label
from gate.unknown import Unresolved, Value

_IDS = ("key_id", "id", "arn")
_PRIMARY = "primary_key_arn"  # of a replica
_MULTI_REGION = "mrk-"  # what the id of a key begins with that may have replicas
_ARN = re.compile(r"arn:[^:]*:kms:([^:]+):")
_BYPASS = "bypass_policy_lockout_safety_check"


class Key(msgspec.Struct, frozen=True, gc=False):
    """A key, at the address of its resource, or by its id where the plan does not manage it.

    `own` are the texts that stand for its account in an ARN; `proven`: one of them is its number. `before` is its
    policy, None for the default one, which speaks of its own account alone. `after` are the policies of which one is
    left. The grants stand as policies. `created`, `deleted`: the whole key is. `locks_out`: AWS is told to take even a
    policy that leaves nobody who may change it. `arns` is its own ARN, as far as the plan tells it.
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
    arns: frozenset[str] = frozenset()

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

    def all(self) -> tuple[Key, ...]:
        """Every key with what is said of it."""
        about: dict[str, list[ManagedResource]] = defaultdict(list)
        for resource in self._resources:
            for key in filter(None, {self._key_before(resource), self._key_after(resource)}):
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
            arns=frozenset(_arns(key) if key is not None else ()),
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
        if self._key_before(resource) != key:
            return None
        found = next(iter(documents_before(resource, row.row)), None)
        if found is None:
            return None
        content = self._arns.filled(self._documents.with_facts(found).content)
        return replace(found, content=content, of_key=True)

    def _policy_after(self, resource: ManagedResource, key: str) -> Document | None:
        """The policy that a resource has for a key; None where it does not say, and the default one counts."""
        row = KEY_TYPES[resource.type]
        if not row.policy or self._key_after(resource) != key:
            return None
        planned = self._documents.of(resource, row.row) if resource.after is not None else ()
        found = next(iter(planned or documents_kept(resource, row.row)), None)
        values = resource.after if isinstance(resource.after, dict) else {}
        if found is None and values.get(row.policy) is UNKNOWN and self._references.block(resource) is None:
            found = Document(Place(resource.address, row.policy), Unresolved())  # nothing proves that it is not set
        if found is None or found.content in ("", "null"):
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
            whose = self._key_after(resource) if after else self._key_before(resource)
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

    def _key_before(self, resource: ManagedResource) -> str | None:
        """The key of which a resource says something before the change."""
        return self._key_in(resource, resource.before) if isinstance(resource.before, dict) else None

    def _key_after(self, resource: ManagedResource) -> str | None:
        """The same after it. A policy that is only updated is put to the key that it was put to
        (`resourceKeyPolicyUpdate` of the provider)."""
        if not resource.values_after:
            return None
        if isinstance(resource.before, dict) and not resource.created:
            return self._key_in(resource, resource.before)
        return self._key_in(resource, resource.values_after[0])

    def _key_in(self, resource: ManagedResource, values: Any) -> str | None:
        path = KEY_TYPES[resource.type].key
        if not path:
            return resource.address
        name = values.get(path) if isinstance(values, dict) else None
        if isinstance(name, str):
            return self._with_id(name, resource, values)
        sourced = self._answers.value(resource, path)
        origin = self._references.origin(resource, self._references.expression(resource, path))
        targets = [exact_target(sourced)] if sourced is not None else list(origin.targets)
        found = {
            entry.address
            for target in targets
            if target is not None and target.attribute in (*_IDS, "")
            for entry in self._references.instances(target, resource)
        }
        known = [self._keys[address] for address in found if address in self._keys]
        if len(known) == len(found) == 1 and self._may_be_meant(known[0], resource, values):
            return known[0].address
        return f"the key of {resource.address}"

    def _with_id(self, name: str, resource: ManagedResource, values: Any) -> str:
        """The address of the key with an id or ARN; the id itself where the plan does not manage it, of a key that may
        be in several regions with what tells which one it is."""
        own = name.rpartition("/")[2]
        found = [key for key in self._keys.values() if own in map(_last, _ids(key))]
        if own.startswith(_MULTI_REGION):
            region = _region_of(name) or _said(resource, values)
            found = [key for key in found if self._is_in_its_region(key, resource, region)]
            own += self._where(resource, region)
        near = [key for key in found if self._provider(key) == self._provider(resource)]
        return (near or found)[0].address if found else as_marked(own, name)

    def _may_be_meant(self, key: ManagedResource, resource: ManagedResource, values: Any) -> bool:
        """Whether a resource that refers to a key is of that key: in another region its id is that of a replica."""
        block = self._references.block(key)
        unwritten = block is not None and self._references.expression(key, "multi_region") is None  # so it is false
        sides = [side for side in (key.before, *key.values_after) if isinstance(side, dict)]
        told = [side.get("multi_region") for side in sides]
        is_of_one = all(each is False or (each is UNKNOWN and unwritten) for each in told)
        return is_of_one or self._is_in_its_region(key, resource, _said(resource, values))

    def _is_in_its_region(self, key: ManagedResource, resource: ManagedResource, region: str) -> bool:
        """Whether a key is the one that a resource names, and not its replica in another region, which has the same id
        and a policy of its own (https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html)."""
        regions = [_region_of(*_ids(key)) or _region(key.before, *key.values_after), region]
        providers = [self._provider(one) for one in (key, resource)]
        one, other = regions if all(regions) else providers
        return one == other or not (one and other)

    def _where(self, resource: ManagedResource, region: str) -> str:
        """What tells a key that the plan does not manage from its replicas: the region, that of the provider, or the
        provider, where there may be several."""
        if region or not self._accounts.may_be_of_several_regions:
            return f" in {region}" if region else ""
        block = self._references.block(resource)
        if block is None:
            return f" of {resource.address}"
        own = self._accounts.region(block.provider_config_key, resource.module_address, resource.address)
        constant = own.get("constant_value") if isinstance(own, dict) else None
        return f" in {constant}" if isinstance(constant, str) else f" of {self._provider(resource)}"

    def _provider(self, resource: ManagedResource) -> str:
        block = self._references.block(resource)
        if block is None:
            return ""
        return self._accounts.instance(block.provider_config_key, resource.module_address, resource.address)

    def _own(self, resources: list[ManagedResource]) -> tuple[frozenset[str], bool]:
        """What stands for the account of a key: by its own ARN, or of a replica by that of its primary key, which is of
        the same account (https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html), and by the
        provider that manages it.

        A grant may be on a key of another account, which its ARN tells.
        """
        ids = [name.split(":") for key in resources for name in _ids(key, (*_IDS, _PRIMARY))]
        texts = {fields[4] for fields in ids if len(fields) > 5}  # what is no ARN has fewer, or AWS refuses it
        managing = [resource for resource in resources if KEY_TYPES[resource.type] is not GRANT or not texts]
        accounts = [account_of(resource, self._references, self._accounts) for resource in managing]
        texts |= {named(account) for account in accounts if account}
        return frozenset(texts), any(text.isdigit() for text in texts)


def _region(*sides: Any) -> str:
    """The region that values of a resource say it is in, as they may since version 6 of the provider, those first that
    count most; empty where none does."""
    known = (values for values in sides if isinstance(values, dict))
    return next((found for values in known if isinstance(found := values.get("region"), str)), "")


def _said(resource: ManagedResource, values: Any) -> str:
    """The region that a resource says it is in; one that is not known is none that anything else is in."""
    if isinstance(values, dict) and values.get("region") is UNKNOWN:
        return f"the region of {resource.address}"
    return _region(values, resource.before, *resource.values_after)


def _region_of(*names: str) -> str:
    """The region that the first ARN of these names tells; empty where none is one."""
    return next((found[1] for name in names if (found := _ARN.match(name))), "")


def _ids(resource: ManagedResource, attributes: tuple[str, ...] = _IDS) -> Iterator[str]:
    """The ids and the ARN of a key, before or after."""
    for values in (resource.before, *resource.values_after):
        for attribute in attributes:
            value = values.get(attribute) if isinstance(values, dict) else None
            if isinstance(value, str):
                yield value


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _same(one: Document, other: Document) -> bool:
    """Whether two texts are one policy; the provider writes only what differs in more than white space and order."""
    texts = one.content, other.content
    return texts[0] == texts[1] or (all(isinstance(text, str) for text in texts) and say_the_same(*texts))


def _bypasses(values: Any) -> bool:
    """Whether a policy is put without AWS's check; to destroy such an aws_kms_key_policy leaves it as it is."""
    return isinstance(values, dict) and values.get(_BYPASS) not in (None, False)


def _arns(key: ManagedResource) -> Iterator[str]:
    sides = (side.get("arn") for side in (key.before, *key.values_after) if isinstance(side, dict))
    return (text for text in sides if isinstance(text, str))
