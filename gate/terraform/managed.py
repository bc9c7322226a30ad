"""Managed policies: from an ARN, a name or a reference to the document behind it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.terraform import documents
from gate.terraform.accounts import Account, Accounts
from gate.terraform.configuration import Origin, Target
from gate.terraform.documents import Document, Place
from gate.terraform.evidence import Evidence, listed
from gate.terraform.plan import Plan, ResourceChange, values
from gate.terraform.resource_types import RESOURCE_TYPES, ManagedPolicy
from gate.terraform.sides import Sides
from gate.unknown import OneOf, Unresolved, Value

_ARN = re.compile(r"arn:[^:]*:iam::(?P<account>aws|\d{12}):policy(?P<path>/(?:[^/]+/)*)(?P<name>[^/]+)")


class PlannedPolicy(msgspec.Struct, frozen=True, gc=False):
    """A managed policy that the plan manages, on both sides."""

    side: Sides
    account: Account
    before: tuple[Document, ...]
    after: tuple[Document, ...]

    @property
    def created(self) -> bool:
        return bool(self.after) and not self.before

    @property
    def deleted(self) -> bool:
        return bool(self.before) and not self.after


class ManagedPolicies:
    """Every managed policy that a plan lets gate see.

    `aws` is what AWS's own policies say of the protected service, by name: one that is missing says nothing of it.
    """

    def __init__(
        self,
        plan: Plan,
        sides: list[Sides],
        evidence: Evidence,
        accounts: Accounts,
        aws: Mapping[str, Any],
    ) -> None:
        self._evidence = evidence
        self._aws = aws
        self.planned: dict[str, PlannedPolicy] = {}
        self._by_arn: dict[str, str] = {}
        self._by_name: dict[tuple[str, str], list[str]] = {}
        for side in sides:
            row = RESOURCE_TYPES[side.resource.type]
            if row.policy is None:
                continue
            key = side.resource.address + (f" ({side.resource.deposed})" if side.resource.deposed else "")
            self.planned[key] = PlannedPolicy(
                side,
                accounts.of(side.resource) or "",
                tuple(documents.before(side, row)),
                tuple(documents.after(side, row, evidence)),
            )
            self._index(key, side, row.policy)
        self._read = {}
        for source in plan.data_sources():
            if source.type == "aws_iam_policy":
                read = values(source)
                if isinstance(read.get("arn"), str) and isinstance(read.get("policy"), str):
                    self._read[read["arn"]] = Document(Place(read["arn"], ""), read["policy"])

    def _index(self, key: str, side: Sides, named: ManagedPolicy) -> None:
        for known in (side.before, side.after):
            if not isinstance(known, dict):
                continue
            arn, name, path = known.get(named.arn), known.get(named.name), known.get(named.path)
            if isinstance(arn, str):
                self._by_arn[arn] = key
            if isinstance(name, str):
                entry = self._by_name.setdefault((path if isinstance(path, str) else "/", name), [])
                if key not in entry:
                    entry.append(key)

    def find(self, arn: str, account: Account | None) -> PlannedPolicy | None:
        """The planned policy with an ARN; one that is only created by this plan is known by path and name."""
        key = self._by_arn.get(arn)
        if key is not None:
            return self.planned[key]
        parsed = _ARN.fullmatch(arn)
        if not parsed:
            return None
        keys = self._by_name.get((parsed["path"], parsed["name"]), [])
        found = [self.planned[key] for key in keys if account is None or self.planned[key].account == account]
        return found[0] if len(found) == 1 else None

    def document(self, arn: str, account: Account | None, *, after: bool) -> Iterator[Document]:
        """The documents behind an ARN on one side; one without content where gate can't see it."""
        planned = self.find(arn, account)
        if planned is not None:
            yield from planned.after or planned.before if after else planned.before or planned.after
            return
        if arn in self._read:
            yield self._read[arn]
            return
        parsed = _ARN.fullmatch(arn)
        if parsed and parsed["account"] == "aws":
            statements = self._aws.get(parsed["name"], [])
            yield Document(Place(arn, ""), {"Version": "2012-10-17", "Statement": statements})
        else:
            yield Document(Place(arn, ""), None)

    def named(self, name: Any, path: Any, *, after: bool) -> Iterator[Document]:
        """The documents of a customer-managed policy that is named, in whichever account it is looked up."""
        folder = path if isinstance(path, str) else "/"
        keys = self._by_name.get((folder, name), []) if isinstance(name, str) else []
        for key in keys:
            planned = self.planned[key]
            yield from planned.after or planned.before if after else planned.before or planned.after
        if not keys:
            shown = f"customer-managed policy {folder}{name}" if isinstance(name, str) else "a policy not known yet"
            yield Document(Place(shown, ""), None)

    def referred(
        self, resource: ResourceChange, path: str, attribute: str, account: Account | None
    ) -> Iterator[Document]:
        """The documents behind an ARN, or a list of them, that is known only after apply.

        The source tells the expression itself. Without it, what its references lead to is taken at face value; a whole
        list that is unknown hides its constant members from `configuration`, so it stays unknown besides.
        """
        value = self._evidence.value(resource, path.removesuffix("[]")) if "." not in path else None
        if value is not None:
            for element in listed(value):
                yield from self._sourced(element, resource, Place(resource.address, attribute), account)
            return
        references = self._evidence.references
        origin = references.origin(resource, references.expression(resource, path))
        found = list(self._targets(origin, resource))
        yield from found
        if not found or (path.endswith("[]") and attribute == path.removesuffix("[]")):
            yield Document(Place(resource.address, attribute), Unresolved(origin.names))

    def _sourced(
        self, value: Value, resource: ResourceChange, place: Place, account: Account | None
    ) -> Iterator[Document]:
        """The documents behind an ARN as the source gives it."""
        if isinstance(value, str):
            yield from self.document(value, account, after=True)
            return
        if isinstance(value, OneOf):
            found = [d for one in value.alternatives for d in self._sourced(one, resource, place, account)]
            if all(document.content is not None for document in found):
                yield Document(place, OneOf(tuple(document.content for document in found)))
                return
        target = self._evidence.target(value)
        planned = [] if target is None or not _is_policy_arn(target) else self._planned(target, resource)
        yield from (document for policy in planned for document in policy.after)
        if not planned:
            yield Document(place, Unresolved(value.references if isinstance(value, Unresolved) else ()))

    def _planned(self, target: Target, resource: ResourceChange) -> list[PlannedPolicy]:
        instances = self._evidence.references.instances(target, resource)
        return [self.planned[one.address] for one in instances if one.address in self.planned]

    def _targets(self, origin: Origin, resource: ResourceChange) -> Iterator[Document]:
        if origin.dead_ends or not all(map(_is_policy_arn, origin.targets)):
            return
        for target in origin.targets:
            for planned in self._planned(target, resource):
                for document in planned.after:
                    yield replace(document, rests_on=document.rests_on or target.address)


def _is_policy_arn(target: Target) -> bool:
    row = RESOURCE_TYPES.get(target.type)
    return row is not None and row.policy is not None and target.attribute in (row.policy.arn, "id", "")
