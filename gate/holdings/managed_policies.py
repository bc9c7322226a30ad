"""Managed policies: from an ARN, a name or a reference to the document behind it."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings import documents
from gate.holdings.documents import Document, Place
from gate.holdings.grouping import Grouping
from gate.holdings.hidden_values import Evidence, listed
from gate.holdings.resource_types import RESOURCE_TYPES, ManagedPolicy
from gate.plan.addresses import Target, target_of
from gate.plan.before_after import ManagedResource
from gate.plan.model import Plan, values
from gate.plan.references import Origin
from gate.plan.shapes import UNKNOWN
from gate.text.sensitive import shown
from gate.unknown import OneOf, Template, Unresolved, Value

_OWN = "(own)"  # stands for the number of the account that an attachment is in: no other's policy can be attached
_ARN = re.compile(r"arn:[^:]*:iam::(?P<account>aws|\d{12}|\(own\)):policy(?P<path>/(?:[^/]+/)*)(?P<name>[^/]+)")


class PlannedPolicy(msgspec.Struct, frozen=True, gc=False):
    """A managed policy that the plan manages, on both sides."""

    resource: ManagedResource
    account: str
    before: tuple[Document, ...]
    after: tuple[Document, ...]

    @property
    def created(self) -> bool:
        return bool(self.after) and not self.before

    @property
    def deleted(self) -> bool:
        return bool(self.before) and not self.after


class PolicyOfOtherPlan(msgspec.Struct, frozen=True, gc=False):
    """A managed policy of another plan of the run, with its texts on both sides. `number` is its account's, None where
    that is not proven: then it may be any."""

    name: str
    path: str
    number: str | None
    before: tuple[Document, ...]
    after: tuple[Document, ...]


class ManagedPolicies:
    """Every managed policy that a plan lets gate see.

    `aws` gives what AWS's own policy of a name says of the protected service; None where it knows no such policy.
    """

    def __init__(
        self,
        plan: Plan,
        resources: list[ManagedResource],
        evidence: Evidence,
        grouping: Grouping,
        aws: Callable[[str], Any],
        elsewhere: Sequence[PolicyOfOtherPlan] = (),
    ) -> None:
        self._evidence = evidence
        self._elsewhere = elsewhere
        self._aws = aws
        self.planned: dict[str, PlannedPolicy] = {}
        self._before: dict[str, str] = {}
        self._after: dict[str, str] = {}
        self._by_name: dict[str, list[tuple[str, Any]]] = {}
        self._by_former_name: dict[str, list[tuple[str, Any]]] = {}
        for resource in resources:
            row = RESOURCE_TYPES[resource.type]
            if row.policy is None:
                continue
            key = resource.address + (f" ({resource.deposed})" if resource.deposed else "")
            self.planned[key] = PlannedPolicy(
                resource,
                grouping.account_id(resource),
                tuple(documents.before(resource, row, evidence)),
                tuple(documents.after(resource, row, evidence)),
            )
            self._index(key, resource, row.policy)
        self._read = {}
        for source in plan.data_sources():
            if source.type == "aws_iam_policy":
                read = values(source)
                if isinstance(read.get("arn"), str) and isinstance(read.get("policy"), str):
                    self._read[read["arn"]] = Document(Place(read["arn"], ""), read["policy"])

    def _index(self, key: str, resource: ManagedResource, named: ManagedPolicy) -> None:
        if isinstance(resource.before, dict) and isinstance(resource.before.get(named.arn), str):
            self._before[resource.before[named.arn]] = key
        if isinstance(resource.before, dict) and isinstance(resource.before.get(named.name), str):
            path = resource.before.get(named.path)
            self._by_former_name.setdefault(resource.before[named.name], []).append(
                (key, "/" if path is None else path)
            )
        for known in resource.values_after:
            if not isinstance(known, dict):
                continue
            arn, name, path = known.get(named.arn), known.get(named.name), known.get(named.path)
            if isinstance(arn, str):
                self._after[arn] = key
            if isinstance(name, str):
                self._by_name.setdefault(name, []).append((key, "/" if path is None else path))

    def listed(self) -> Iterator[tuple[str, str, PlannedPolicy]]:
        """The managed policies of the plan whose names and paths are known, with these."""
        for planned in self.planned.values():
            row = RESOURCE_TYPES[planned.resource.type]
            known = planned.resource.after or planned.resource.before
            name, path = (known.get(row.policy.name), known.get(row.policy.path)) if row.policy else (None, None)
            if isinstance(name, str):
                yield name, path if isinstance(path, str) else "/", planned

    def _bearing(self, name: Any, path: Any, account: str | None, *, after: bool = True) -> list[PlannedPolicy]:
        """The policies that have a name and a path on one side; a path that is unknown may be this one."""
        names = self._by_name if after else self._by_former_name
        found = names.get(name, []) if isinstance(name, str) else []
        planned = [self.planned[key] for key, own in found if own in (path, UNKNOWN)]
        return [one for one in planned if account in (one.account, None)]

    def document(self, arn: str, account: str, *, after: bool) -> Iterator[Document]:
        """The documents behind an ARN on one side; one without content where gate can't see it.

        After the change an ARN leads to the policy that bears it then: one that is deleted leaves its name to others.
        """
        parsed = _ARN.fullmatch(arn)
        key = (self._after if after else self._before).get(arn)
        if key is not None:
            yield from self.planned[key].after if after else self.planned[key].before
            return
        bearing = self._bearing(parsed["name"], parsed["path"], account) if parsed and after else []
        if bearing:
            yield from (document for planned in bearing for document in planned.after)
        elif arn in (self._before if after else self._after):
            return  # deleted, or only created by this change
        elif parsed and any(_is(other, parsed) for other in self._elsewhere):
            found = [other for other in self._elsewhere if _is(other, parsed)]
            for document in (each for other in found for each in (other.after if after else other.before)):
                yield replace(document, place=Place(arn, ""))
        elif arn in self._read:
            yield self._read[arn]
        elif parsed and parsed["account"] == "aws":
            statements = self._aws(parsed["name"])
            content = None if statements is None else {"Version": "2012-10-17", "Statement": statements}
            yield Document(Place(arn, ""), content)
        else:
            yield Document(Place(arn, ""), None)

    def named(self, name: Any, path: Any, *, after: bool) -> Iterator[Document]:
        """The documents of a customer-managed policy that is named, in whichever account it is looked up."""
        folder = path if isinstance(path, str) else "/"
        bearing = self._bearing(name, folder, None, after=after)
        for planned in bearing:
            yield from planned.after if after else planned.before
        place = Place(f"customer-managed policy {shown(folder)}{shown(name)}", "")
        others = [other for other in self._elsewhere if (other.name, other.path) == (name, folder)]
        for document in (each for other in others for each in (other.after if after else other.before)):
            yield replace(document, place=place)
        if not bearing and not others and not self._bearing(name, folder, None, after=not after):
            yield Document(place, None)

    def referred(self, resource: ManagedResource, path: str, attribute: str, account: str) -> Iterator[Document]:
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

    def _sourced(self, value: Value, resource: ManagedResource, place: Place, account: str) -> Iterator[Document]:
        """The documents behind an ARN as the source gives it; a partition that is not known yet is AWS's own."""
        value = self._evidence.filled(value)
        if isinstance(value, Template):
            value = "".join(_filled(part) for part in value.parts) if all(map(_filled, value.parts)) else value
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

    def _planned(self, target: Target, resource: ManagedResource) -> list[PlannedPolicy]:
        instances = self._evidence.references.instances(target, resource)
        return [self.planned[one.address] for one in instances if one.address in self.planned]

    def _targets(self, origin: Origin, resource: ManagedResource) -> Iterator[Document]:
        if origin.dead_ends or not all(map(_is_policy_arn, origin.targets)):
            return
        for target in origin.targets:
            for planned in self._planned(target, resource):
                for document in planned.after:
                    yield replace(document, rests_on=document.rests_on or target.address)


def _is(other: PolicyOfOtherPlan, arn: re.Match[str]) -> bool:
    """Whether a policy of another plan may be the one that an ARN names."""
    return (other.name, other.path) == (arn["name"], arn["path"]) and other.number in (None, arn["account"])


def is_aws_managed(arn: str) -> bool:
    """Whether an ARN is that of a policy that AWS manages, in any partition."""
    parsed = _ARN.fullmatch(arn)
    return parsed is not None and parsed["account"] == "aws"


def _filled(part: str | Unresolved) -> str:
    """A part of an ARN, empty where it can be anything: policies are called the same in every partition, and an
    attachment is of a policy of its own account."""
    if isinstance(part, str):
        return part
    target = target_of(part.references[0]) if part.exact and part.references else None
    named = (target.type, target.attribute) if target else None
    return {("aws_partition", "partition"): "aws", ("aws_caller_identity", "account_id"): _OWN}.get(
        named or ("", ""), ""
    )


def _is_policy_arn(target: Target) -> bool:
    row = RESOURCE_TYPES.get(target.type)
    return row is not None and row.policy is not None and target.attribute in (row.policy.arn, "id", "")
