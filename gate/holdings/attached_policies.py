"""The managed policies that a version of a resource attaches: by their ARNs, by their names, or the policy itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.hidden import Hidden
from gate.holdings.inventory import Manner
from gate.holdings.managed_policies import ManagedPolicies, unseen
from gate.holdings.parts import Part
from gate.holdings.principal import Principal
from gate.holdings.principals import Principals
from gate.holdings.resolve import IamResource
from gate.holdings.resource_types import ByName
from gate.plan.attributes import values_at
from gate.plan.shapes import UNKNOWN
from gate.unknown import Unresolved


class Attached(msgspec.Struct, frozen=True, gc=False):
    """Managed policies that are attached at an attribute by one `name`, an ARN where that is known. `may_not_come`:
    later, or never. `is_elsewhere`: in an account of which nothing proves that it has these policies, too."""

    manner: Manner
    attribute: str
    name: str
    documents: Sequence[Document]
    may_not_come: bool = False
    is_elsewhere: bool = False


class AttachedPolicies:
    """What is attached in one plan, of which these are the principals and the policies."""

    def __init__(
        self,
        principals: Principals,
        policies: ManagedPolicies,
        assigned: Mapping[Principal, frozenset[str]],
        waits_for: Callable[[str, str], bool],
    ) -> None:
        """`assigned`: the numbers of the accounts in which each permission set is assigned, as far as is known;
        `waits_for`: whether what stands at an address is made only after what stands at another one."""
        self._principals, self._policies, self._assigned = principals, policies, assigned
        self._waits_for = waits_for

    def of(self, part: Part) -> Iterator[Attached]:
        """All that a version of a resource attaches to its principals."""
        row, values = part.row, part.version.values
        for path in row.attaches:
            listed = list(values_at(values, path))
            hidden = sum(isinstance(arn, Hidden) for _, arn in listed)
            for attribute, arn in listed:
                name = arn if isinstance(arn, str) else ""
                found = self.behind(part.resource, attribute, arn, after=part.version.after)
                newly = self._policies.is_newly_called(name, self._principals.account_id(part.resource))
                unsure = row.later or newly or may_be_another(arn, hidden) or is_one_of_several(found)
                if name and self.may_be_of_another(part, name):
                    found, unsure = [*found, Document(Place(name, ""), None, is_namesake=True)], True
                yield Attached(Manner.BY_ARN, attribute, name, found, unsure)
        if row.attaches_by_name:
            yield from self.by_name(part, row.attaches_by_name)
        if row.policy:
            planned = self._policies.planned.get(part.resource.address)
            own = (planned.after if part.version.after else planned.before) if planned else ()
            yield Attached(Manner.BY_ARN, "", "", list(own))

    def may_be_of_another(self, part: Part, arn: str) -> bool:
        """Whether a version of a resource names by its ARN a policy that the plan makes, and does not wait for it: then
        it has, or gets, the one that may be there under that name, and that the plan does not show."""
        return not self._waits_for_all(part, self._policies.made_as(arn, self._principals.account_id(part.resource)))

    def _waits_for_all(self, part: Part, made: Iterable[str]) -> bool:
        return all(self._waits_for(part.resource.address, one) for one in made)

    def found(self, part: Part, attached: Iterable[Attached]) -> list[Document]:
        """What AWS finds under the name that it is listed by, and so leaves attached."""
        account = self._principals.account_id(part.resource)
        found = (each for each in attached if not self._policies.is_newly_called(each.name, account))
        return [document for each in found for document in each.documents]

    def behind(self, resource: IamResource, attribute: str, arn: Any, *, after: bool) -> Sequence[Document]:
        """The documents of the policy that an attribute of a resource has the ARN of, before the change or after it."""
        if not arn or not isinstance(arn, (str, Hidden)):
            return []
        account = self._principals.account_id(resource)
        if isinstance(arn, Hidden):
            from gate.holdings.referred_policies import referred  # most attachments are known

            return list(referred(self._policies, arn, Place(resource.address, attribute), account))
        return self._policies.document(arn, account, after=after)

    def by_name(self, part: Part, named: ByName) -> Iterator[Attached]:
        """What a version of a resource attaches by names and paths, at the blocks that the row names."""
        for attribute, block in values_at(part.version.values, named.block):
            name = block.get(named.name) if isinstance(block, dict) else UNKNOWN
            path = block.get(named.path) if isinstance(block, dict) else None
            if name is UNKNOWN:
                unknown = Document(Place(part.resource.address, attribute), Unresolved())
                yield Attached(Manner.BY_NAME, attribute, "", [unknown])
            else:
                found = list(self._policies.named(name, path, after=part.version.after))
                account = self._principals.account_id(part.resource)
                newly = isinstance(name, str) and self._policies.is_newly_called(name, account)
                unsure = newly or is_one_of_several(found)
                is_elsewhere = not self._assigned_to(part) <= self._policies.accounts_of(name, path)
                found += [unseen(name, path, " in other accounts")] if is_elsewhere else []
                if not self._waits_for_all(part, self._policies.made_under(name, path)):
                    found, unsure = [*found, replace(unseen(name, path), is_namesake=True)], True
                yield Attached(Manner.BY_NAME, attribute, "", found, unsure, is_elsewhere)

    def _assigned_to(self, part: Part) -> frozenset[str]:
        """The accounts in which the permission sets that a version of a resource names are assigned."""
        return frozenset().union(*(self._assigned.get(who.principal, ()) for who in part.holders))


def is_one_of_several(found: Sequence[Document]) -> bool:
    """Whether what an ARN, or a name, leads to may be out of sight, and is not for certain what the run shows of it."""
    return len(found) > 1 and any(document.content is None for document in found)


def may_be_another(arn: Any, hidden: int) -> bool:
    """Whether an ARN, one of so many that the plan hides, refers to more policies than that, so that it is only one of
    them, and nobody knows which."""
    return isinstance(arn, Hidden) and arn.elements is None and len(arn.leads) not in (1, hidden)
