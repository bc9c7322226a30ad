"""Who gains and who loses access: every holder whose access is another one after the change, passing ones too."""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Place
from gate.holdings.holders import Holder, Holdings, PolicyHolder
from gate.iam import access
from gate.iam.guards import Access
from gate.iam.patterns import Budget, OutOfBudget
from gate.iam.service import Service
from gate.new_access.certain_and_worst import CertainAndWorst
from gate.new_access.effective import WORST, HeldPolicies, effective_policies
from gate.new_access.extents import Extent, Reach, reach
from gate.new_access.grants import Introduced
from gate.new_access.inquiry import BUDGET, LEAST
from gate.new_access.policies import Malformed, policy_of


class Cell(msgspec.Struct, frozen=True, gc=False):
    """What a holder has of one column before or after; `undetermined`: it may have more, or even that is not sure."""

    extent: Extent = Extent()
    undetermined: bool = False


class AccessChange(msgspec.Struct, frozen=True, gc=False):
    """A holder whose access changes. `before` and `after` are in the order of the service's columns; `gained` and
    `lost` are actions (bit sets) that are certainly allowed on something after or before, and nowhere at the other
    time. `key` is the address of the key by whose policy somebody has the access, empty for the holder's own
    policies."""

    label: str
    before: tuple[Cell, ...]
    after: tuple[Cell, ...]
    gained: int
    lost: int
    key: str = ""


def access_changes(
    introduced: Iterable[Introduced], held: Holdings, comparison: "Comparison", unproven: frozenset[str]
) -> Iterator[AccessChange]:
    """The holders of a plan whose access changes, and how: of what is new for all holders, `introduced`.

    `unproven` are the addresses of resources of which it is not proven whose account they are of: through them a
    principal may be another one. A managed policy is told of where somebody may have it whom the plan does not show.
    """
    told_of_others = {policy.holder.principal for policy in held.policies if _is_shown(policy)}
    for found in introduced:
        if found.compared is not None and not found.combined and found.holder.principal not in told_of_others:
            yield from change_of(found.holder, found.compared, comparison, unproven)


def _is_shown(policy: PolicyHolder) -> bool:
    """Whether all that a managed policy gives or takes is told of the principals that have it."""
    planned = policy.planned
    return bool((planned.created and policy.attached_after) or (planned.deleted and policy.attached_before))


def change_of(
    holder: Holder, compared: CertainAndWorst, comparison: "Comparison", unproven: frozenset[str] = frozenset()
) -> Iterator[AccessChange]:
    """How the access of one holder changes, if it does; arguments as for `access_changes`."""
    unseen_before, unseen_after = _unseen(holder, compared.malformed, after=False), _unseen(holder, compared.malformed)
    doubt = bool(unproven) and not unproven.isdisjoint(_addresses(holder))
    upper = _upper_before(holder, compared, comparison.service)
    found = comparison.of(compared, upper, unseen_changes=unseen_before != unseen_after, doubt=doubt)
    if found is None:
        return
    change = replace(found, label=str(holder.label))
    if unseen_after - unseen_before:
        change = replace(change, lost=0)
    if doubt:
        change = replace(change, gained=0, lost=0)
    if doubt or unseen_before:
        change = replace(change, before=doubted(change.before))
    if doubt or unseen_after:
        change = replace(change, after=doubted(change.after))
    yield change


def _unseen(holder: Holder, malformed: Iterable[Malformed], *, after: bool = True) -> frozenset[Place]:
    """What a holder has, or is bounded by, that nobody can see or read."""
    own = holder.after if after else holder.before
    boundary: Boundary | None = holder.boundary_after if after else holder.boundary_before
    found = {held.document.place for held in own if held.document.content is None}
    if boundary is not None and boundary.document.content is None:
        found.add(boundary.document.place)
    return frozenset(found | ({each.document.place for each in malformed} if after else set()))


def _upper_before(holder: Holder, compared: CertainAndWorst, service: Service) -> Access | None:
    """All that may have been allowed before, where that is not known."""
    if not compared.unknown_before:
        return None
    policies = [policy_of(held, [], set()) for held in holder.before]
    return effective_policies(HeldPolicies(holder.before, policies, None), service, WORST).access


def _addresses(holder: Holder) -> Iterator[str]:
    for held in (*holder.before, *holder.after):
        yield held.document.place.address
        yield from (link.place.address for link in held.links)


def doubted(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The same, of which nothing is sure."""
    return tuple(replace(cell, undetermined=True) for cell in cells)


class _Case(msgspec.Struct, frozen=True):
    """What is compared: what is allowed before and after, each pair that may be instead, and all that may have been
    allowed before where that is not known. `unseen_changes`: something that nobody can see comes or goes. `doubt`: it
    is not sure that this is all of a holder."""

    before: Access
    after: Access
    worst: tuple[tuple[Access, Access], ...]
    most_before: Access | None
    unseen_changes: bool
    doubt: bool

    @property
    def is_touched(self) -> bool:
        """Whether anything may be different; it costs no algebra."""
        pairs = ((self.before, self.after), (self.after, self.before), *self.worst)
        return self.unseen_changes or any(access.widened(*pair) for pair in pairs)


class Comparison:
    """Compares what holders may do before and after; those that have the same share the work, of which the plan has
    `whole`."""

    def __init__(self, service: Service, whole: Budget) -> None:
        self.service = service
        self._whole = whole
        self._known: dict[_Case, AccessChange | None] = {}

    def of(
        self,
        compared: CertainAndWorst,
        most_before: Access | None = None,
        *,
        unseen_changes: bool = False,
        doubt: bool = False,
    ) -> AccessChange | None:
        """How access changes, of nobody in particular, or None where it does not."""
        was, will = compared.certainly.before.access, compared.certainly.after.access
        worst = tuple((one.before.access, one.after.access) for one in compared.at_worst)
        case = _Case(was, will, worst, most_before, unseen_changes, doubt)
        if case not in self._known:
            self._known[case] = self._compared(case) if case.is_touched else None
        return self._known[case]

    def _compared(self, case: _Case) -> AccessChange | None:
        share = max(min(BUDGET, self._whole.steps), LEAST)
        budget = Budget(share)
        try:
            return self._within(case, budget)
        except OutOfBudget:
            unknown = doubted((Cell(),) * len(self.service.columns))
            return AccessChange("", unknown, unknown, 0, 0)
        finally:
            self._whole.steps -= share - max(budget.steps, 0)

    def _within(self, case: _Case, budget: Budget) -> AccessChange | None:
        def reached(one: Access, other: Access) -> tuple[Reach, Reach]:
            return reach(one, other, self.service, budget)

        before, after = reached(case.before, case.after)
        gained, lost = after.only_here, before.only_here
        most_before, most_after = [], []
        if case.most_before is not None:
            most, certain = reached(case.most_before, case.after)
            most_before.append(most.extents)
            gained &= certain.only_here
        for _, most_allowed in case.worst:
            certain, most = reached(case.before, most_allowed)
            most_after.append(most.extents)
            lost &= certain.only_here
        cells_after = _cells(after.extents, most_after)
        if not (gained or lost or case.unseen_changes or case.doubt or any(cell.undetermined for cell in cells_after)):
            return None
        return AccessChange("", _cells(before.extents, most_before), cells_after, gained, lost)


def _cells(certain: tuple[Extent, ...], most: list[tuple[Extent, ...]]) -> tuple[Cell, ...]:
    """What is certain, column by column, and whether it may be more."""
    return tuple(Cell(extent, any(other[i] != extent for other in most)) for i, extent in enumerate(certain))
