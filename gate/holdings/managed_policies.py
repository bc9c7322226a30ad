"""Managed policies: from an ARN, a name or a reference to the document behind it."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.grouping import Grouping
from gate.holdings.provider_values import OWN_ACCOUNT
from gate.holdings.resolve import IamResource, Version
from gate.holdings.resource_types import ManagedPolicy
from gate.plan.attributes import values_at
from gate.plan.decoded import after, change, values
from gate.plan.model import Plan
from gate.plan.shapes import UNKNOWN
from gate.text.sensitive import unless_sensitive

_ACCOUNT = rf"aws|\d{{12}}|{re.escape(OWN_ACCOUNT)}"
_ARN = rf"arn:(?P<partition>[^:]*):iam::(?P<account>{_ACCOUNT}):policy(?P<path>/(?:[^/]+/)*)(?P<name>[^/]+)"

_Arn = tuple[str, str]  # whose word it is (Accounts.told_apart), and the ARN


class PlannedPolicy(msgspec.Struct, frozen=True, gc=False):
    """A managed policy that the plan manages, before and after."""

    resource: IamResource
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
    """A managed policy of another plan of the run, with its texts before and after. `number` is its account's, None
    where that is not proven: then it may be any."""

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
        resources: list[IamResource],
        grouping: Grouping,
        aws: Callable[[str], Any],
        elsewhere: Sequence[PolicyOfOtherPlan] = (),
    ) -> None:
        self._plan, self._resources, self._elsewhere, self._aws = plan, resources, elsewhere, aws
        self._told_apart, self._whose = grouping.accounts.told_apart, grouping.proven
        self._is_believed = grouping.accounts.is_believed
        self._of_one = len(grouping.accounts.all) == 1
        self.planned: dict[str, PlannedPolicy] = {}
        self._before: dict[_Arn, str] = {}
        self._after: dict[_Arn, str] = {}
        self._names: dict[str, set[str]] = {}  # as they are spelled
        self._by_name: dict[str, list[tuple[str, Any]]] = {}
        self._by_former_name: dict[str, list[tuple[str, Any]]] = {}
        self._throughout: dict[tuple[str, str], tuple[tuple[Document, ...], tuple[Document, ...]]] = {}
        for resource in resources:
            if resource.row.policy is None:
                continue
            key = resource.address + (f" ({resource.deposed})" if resource.deposed else "")
            self.planned[key] = PlannedPolicy(
                resource,
                grouping.account_id(resource),
                _documents([version for version in resource.versions if not version.after]),
                _documents(resource.versions_after),
            )
            self._index(key, resource, resource.row.policy)
        if len(self._before) < sum(1 for one in self.planned.values() if one.before):
            self._share()
        self._read = {}
        for module, source in plan.data_sources_in_modules():
            if source.type == "aws_iam_policy" and self._is_believed(module, source.address):
                read = values(source)
                if isinstance(read.get("arn"), str) and isinstance(read.get("policy"), str):
                    self._read[read["arn"]] = Document(Place(read["arn"], ""), read["policy"])

    def _index(self, key: str, resource: IamResource, named: ManagedPolicy) -> None:
        where = self._told_apart(self.planned[key].account)
        if isinstance(resource.before, dict) and isinstance(resource.before.get(named.arn), str):
            self._before[where, resource.before[named.arn]] = key
        if isinstance(resource.before, dict) and isinstance(resource.before.get(named.name), str):
            path = resource.before.get(named.path)
            self._names.setdefault(resource.before[named.name].lower(), set()).add(resource.before[named.name])
            self._by_former_name.setdefault(resource.before[named.name].lower(), []).append(
                (key, "/" if path is None else path)
            )
        for known in resource.values_after:
            if not isinstance(known, dict):
                continue
            arn, name, path = known.get(named.arn), known.get(named.name), known.get(named.path)
            if isinstance(arn, str):
                self._after[where, arn] = key
            if isinstance(name, str):
                self._by_name.setdefault(name.lower(), []).append((key, "/" if path is None else path))
                self._names.setdefault(name.lower(), set()).add(name)

    def _share(self) -> None:
        """Lets every address of one policy say what the apply makes of it."""
        from gate.holdings.shared_policies import shared_policies  # an ARN hardly ever stands at two

        policies = {key: (each.resource, each.after) for key, each in self.planned.items()}
        for one in shared_policies(policies, lambda key: self._told_apart(self.planned[key].account)):
            self._before[one.where, one.arn] = self._after[one.where, one.arn] = one.written
            self.planned |= {key: replace(self.planned[key], after=one.documents) for key in one.keys}

    def may_not_come(self, document: Document) -> bool:
        """Whether a document is that of a policy of the plan which AWS may not have after the change: an account has no
        second one of a name, whatever its path (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html)."""
        planned = self.planned.get(document.place.address)
        if planned is None:
            return False
        row, values = planned.resource.row.policy, planned.resource.after
        name = values.get(row.name) if row and isinstance(values, dict) else None
        alike = self._by_name.get(name.lower(), []) if isinstance(name, str) and planned.resource.created else []
        twice = sum(self.planned[key].account == planned.account for key, _ in alike) > 1
        return twice or planned.resource.may_not_come

    def listed(self) -> Iterator[tuple[str, str, PlannedPolicy]]:
        """The managed policies of the plan whose names and paths are known, with these."""
        for planned in self.planned.values():
            row = planned.resource.row
            known = planned.resource.after or planned.resource.before
            name, path = (known.get(row.policy.name), known.get(row.policy.path)) if row.policy else (None, None)
            if isinstance(name, str):
                yield name, path if isinstance(path, str) else "/", planned

    def _bearing(self, name: Any, path: Any, account: str | None, *, after: bool = True) -> list[PlannedPolicy]:
        """The policies that have a name and a path before or after; a path that is unknown may be this one."""
        names = self._by_name if after else self._by_former_name
        found = names.get(name.lower(), []) if isinstance(name, str) else []
        planned = [self.planned[key] for key, own in found if own in (path, UNKNOWN)]
        return [one for one in planned if account in (one.account, None)]

    def is_respelled(self, called: str) -> bool:
        """Whether an ARN, or a name, may be that of a policy of the plan whose name differs in upper and lower case."""
        name = called.rpartition("/")[2]
        spelled = self._names.get(name.lower())
        return spelled is not None and name not in spelled and not is_aws_managed(called)

    def is_newly_called(self, called: str, account: str) -> bool:
        """Whether nothing called a managed policy so before, and AWS may find none under that name for somebody of an
        account: it is spelled otherwise, or its ARN is not proven to be of that account and partition."""
        doubtful = self.is_respelled(called) or self._is_foreign(called, account)
        return doubtful and called not in self.called_before

    def _is_foreign(self, called: str, account: str) -> bool:
        parsed, where = _parsed(called), (self._told_apart(account), called)
        known = self._before.get(where) or self._after.get(where)
        if parsed is None or (known is not None and self.planned[known].account == account):
            return False
        numbers, partitions = self._whose(account)
        if not numbers and self._of_one:  # what was attached, and is not AWS's own, is of the account
            found = {(one["partition"], one["account"]) for one in map(_parsed, self.called_before) if one}
            numbers = frozenset(number for _, number in found)
            partitions = partitions or frozenset(partition for partition, _ in found)
        is_own = parsed["account"] in (*numbers, "aws", OWN_ACCOUNT)
        return not is_own or parsed["partition"] not in (partitions or {"aws"})

    @cached_property
    def called_before(self) -> set[str]:
        """All that managed policies were called before, by whoever had them attached."""
        found: set[str] = set()
        for resource in self._resources:
            row = resource.row
            by_name = [one for one in (row.attaches_by_name, row.boundary_by_name) if one is not None]
            boundary = [] if row.boundary is None else [row.boundary]
            paths = (*row.attaches, *boundary, *(f"{one.block}.{one.name}" for one in by_name))
            found |= {name for path in paths for _, name in values_at(resource.before, path) if isinstance(name, str)}
        return found

    def made_as(self, arn: str, account: str) -> list[str]:
        """The addresses at which the plan makes a policy that an ARN leads to, where the plan shows none of the name
        before: AWS refuses to make it where there is one
        (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html)."""
        parsed = _parsed(arn)
        called = (parsed["name"], parsed["path"], account) if parsed is not None else None
        if called is None or self._bearing(*called, after=False):
            return []
        return [one.resource.address for one in self._bearing(*called)]

    def made_under(self, name: Any, path: Any) -> list[str]:
        """The same of a customer-managed policy that is named, in whichever account it is looked up."""
        folder = _folder(path)
        was, will = (self._looked_up(name, folder, after=after) for after in (False, True))
        return [] if was else [one.resource.address for one in will]

    @cached_property
    def looked_for(self) -> dict[str, str]:
        """The names by which alone data sources look for policies during the apply, by their addresses."""
        return {
            read.address: name
            for read in self._plan.resource_changes
            if (read.mode, read.type) == ("data", "aws_iam_policy")
            and (name := _looked_for(after(change(read))))
            and self._is_believed(read.module_address, read.address)
        }

    def before_and_after(self, arn: str, account: str) -> tuple[tuple[Document, ...], tuple[Document, ...]]:
        """The documents behind an ARN before and after, as `document` gives them. Many have one policy."""
        found = self._throughout.get((arn, account))
        if found is None:
            found = (self.document(arn, account, after=False), self.document(arn, account, after=True))
            self._throughout[arn, account] = found
        return found

    def document(self, arn: str, account: str, *, after: bool) -> tuple[Document, ...]:
        """The documents behind an ARN before or after; one without content where gate can't see it.

        After the change an ARN leads to the policy that bears it then: one that is deleted leaves its name to others.
        """
        key = (self._after if after else self._before).get((self._told_apart(account), arn))
        if key is None:
            return tuple(self._otherwise_behind(arn, account, after=after))
        return self.planned[key].after if after else self.planned[key].before

    def _otherwise_behind(self, arn: str, account: str, *, after: bool) -> Iterator[Document]:
        """The documents behind an ARN that no policy of the plan shows."""
        parsed = _parsed(arn)
        of_aws = parsed is not None and parsed["account"] == "aws"
        own = (parsed["name"], parsed["path"]) if parsed is not None and not of_aws else None
        bearing = self._bearing(*own, account, after=after) if own else []
        if bearing:  # one of a template shows no ARN before the change either
            yield from (document for planned in bearing for document in (planned.after if after else planned.before))
        elif (self._told_apart(account), arn) in (self._before if after else self._after):
            return  # deleted, or only created by this change
        elif parsed and any(_is(other, parsed) for other in self._elsewhere):
            found = [other for other in self._elsewhere if _is(other, parsed)]
            for document in (each for other in found for each in (other.after if after else other.before)):
                yield replace(document, place=Place(arn, ""))
            # it may be of another account, or made where one of the name is there: this one is out of sight
            if not any(other.number and other.before for other in found):
                yield Document(Place(arn, ""), None)
        elif arn in self._read:
            yield self._read[arn]
        elif parsed and of_aws:
            statements = self._aws(parsed["name"])
            content = None if statements is None else {"Version": "2012-10-17", "Statement": statements}
            yield Document(Place(arn, ""), content)
        else:
            yield Document(Place(arn, ""), None)

    def named(self, name: Any, path: Any, *, after: bool) -> Iterator[Document]:
        """The documents of a customer-managed policy that is named, in whichever account it is looked up."""
        folder = _folder(path)
        bearing = self._looked_up(name, folder, after=after)
        for planned in bearing:
            yield from planned.after if after else planned.before
        hidden = unseen(name, path)
        others = [other for other in self._elsewhere if (other.name, other.path) == (name, folder)]
        for document in (each for other in others for each in (other.after if after else other.before)):
            yield replace(document, place=hidden.place)
        if not bearing and not others and not self._looked_up(name, folder, after=not after):
            yield hidden
        if others and not any(other.before for other in others):  # as behind an ARN
            yield hidden

    def accounts_of(self, name: Any, path: Any) -> frozenset[str]:
        """The numbers of the accounts that are proven to have a policy of a name and a path which the run shows after
        the change."""
        folder = _folder(path)
        bearing = self._looked_up(name, folder, after=True)
        others = (other.number for other in self._elsewhere if (other.name, other.path) == (name, folder))
        own = {number for one in bearing for number in self._whose(one.account)[0]}
        return frozenset(own.union(number for number in others if number))

    def _looked_up(self, name: Any, path: str, *, after: bool) -> list[PlannedPolicy]:
        """The policies that have a name and a path in any account; what a stand-in for AWS tells of is in none."""
        return [one for one in self._bearing(name, path, None, after=after) if not self._told_apart(one.account)]


def unseen(name: Any, path: Any, where: str = "") -> Document:
    """A customer-managed policy that is named, in accounts that the run does not show."""
    called = f"{unless_sensitive(_folder(path))}{unless_sensitive(name)}"
    return Document(Place(f"customer-managed policy {called}{where}", ""), None)


def _folder(path: Any) -> str:
    """The path of a policy that is named, which is `/` where none is said."""
    return path if isinstance(path, str) else "/"


def _looked_for(values: Any) -> str | None:
    """The name by which alone a data source looks for a policy."""
    if not isinstance(values, dict) or values.get("path_prefix") is not None:
        return None
    name = values.get("name")
    return name if isinstance(name, str) else None


def _documents(versions: Sequence[Version]) -> tuple[Document, ...]:
    if len(versions) == 1:
        return versions[0].documents  # which are one tuple before and after of what stays as it is
    return tuple(document for version in versions for document in version.documents)


@lru_cache(maxsize=4096)
def _parsed(arn: str) -> re.Match[str] | None:
    return re.fullmatch(_ARN, arn)


def _is(other: PolicyOfOtherPlan, arn: re.Match[str]) -> bool:
    """Whether a policy of another plan may be the one that an ARN names; AWS's own are nobody's."""
    whose = arn["account"] != "aws" and other.number in (None, arn["account"])
    return whose and (other.name, other.path) == (arn["name"], arn["path"])


def is_aws_managed(arn: str) -> bool:
    """Whether an ARN is that of a policy that AWS manages, in any partition."""
    parsed = _parsed(arn)
    return parsed is not None and parsed["account"] == "aws"
