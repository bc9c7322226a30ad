"""What the words of findings look up in a plan, worked out once for all of them."""

from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from gate.holdings.documents import Place
from gate.holdings.holders import Holdings, IamPlan
from gate.holdings.inventory import Link
from gate.holdings.principal import Principal
from gate.plan.before_after import ManagedResource
from gate.text.sentences import Label

_T = TypeVar("_T")


class Lookup:
    """Resources and principals of one plan by what findings know of them. Nothing is worked out before it is asked."""

    def __init__(self, iam: IamPlan, holdings: Holdings) -> None:
        self._iam = iam
        self._holdings = holdings
        self._found: dict[Hashable, Any] = {}

    def once(self, what: Hashable, work: Callable[[], _T]) -> _T:
        """The result of some work that many findings ask for, done for the first of them."""
        if what not in self._found:
            self._found[what] = work()
        found: _T = self._found[what]
        return found

    @cached_property
    def secrets(self) -> frozenset[str]:
        """Every text that the plan marks as sensitive somewhere."""
        return self._iam.secrets()

    @cached_property
    def resources(self) -> Mapping[str, ManagedResource]:
        """The resources that hand out access, by address."""
        return {r.address: r for r in (*self._iam.key_resources, *self._iam.resources)}

    @cached_property
    def principals(self) -> Mapping[tuple[str, str], tuple[str, str]]:
        """Address and naming attribute of the resource that is a principal after the change, by kind and by its name,
        or by its address in parentheses."""
        found = {}
        for resource in self._iam.resources:
            own = resource.row.own_name
            if own is not None and resource.values_after:
                values = resource.values_after[0]
                name = values.get(own.path) if isinstance(values, dict) else None
                for each in (f"({resource.address})", name):
                    if isinstance(each, str):
                        found[own.kind, each] = resource.address, own.path
        return found

    def is_principal(self, principal: Principal) -> tuple[str, str] | None:
        """The resource that a principal is, and the attribute that has its name."""
        return self.principals.get((principal.kind, principal.name))

    @cached_property
    def labels(self) -> Mapping[tuple[Place, tuple[Link, ...]], Label]:
        """The first principal that has a document over certain links after the change, as people call it."""
        found: dict[tuple[Place, tuple[Link, ...]], Label] = {}
        for holder in self._holdings.principals:
            for held in holder.after:
                found.setdefault((held.document.place, held.links), holder.label)
        return found
