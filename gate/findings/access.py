"""Who gains what, in words: the rows of the matrix of a report."""

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec.structs import replace

from gate import report
from gate.findings.found import Seen
from gate.findings.secrets import text_without
from gate.holdings.holders import IamPlan
from gate.iam.patterns import Budget
from gate.iam.service import Service
from gate.new_access.access_changes import AccessChange, Cell, Comparison, access_changes
from gate.new_access.extents import Keys
from gate.new_access.groupings import unproven_addresses
from gate.new_access.inquiry import WHOLE
from gate.text.sensitive import unless_sensitive

_KEYS: dict[Keys, Literal["none", "named", "every"]] = {
    Keys.NONE: "none",
    Keys.NAMED: "named",
    Keys.EVERY: "every",
}


def access_of(iam: IamPlan, seen: Seen, secrets: Iterable[str]) -> tuple[report.AccessChange, ...]:
    """Everybody whose access a plan changes, by what a report may say of them; by name, keys last."""
    compared = Comparison(seen.service, Budget(WHOLE))
    found = [*access_changes(seen.introduced, seen.holdings, compared, unproven_addresses(iam))]
    if seen.keys:
        from gate.new_access.key_access import key_access_changes

        found += key_access_changes(seen.keys, compared)
    rows = _rows(found, seen.service, [*secrets])
    return tuple(sorted(dict.fromkeys(rows), key=lambda row: (row.key, row.principal)))


def _rows(found: Iterable[AccessChange], service: Service, secrets: list[str]) -> Iterator[report.AccessChange]:
    told: dict[AccessChange, report.AccessChange] = {}  # many differ in who it is alone
    for change in found:
        of_anybody = replace(change, label="", key="")
        if of_anybody not in told:
            told[of_anybody] = _row(of_anybody, service, secrets)
        who = text_without(unless_sensitive(change.label), secrets)
        yield replace(told[of_anybody], principal=who, key=unless_sensitive(change.key))


def _row(change: AccessChange, service: Service, secrets: list[str]) -> report.AccessChange:
    """A change, of nobody in particular."""
    columns = tuple(
        report.AccessColumn(
            column.name,
            _extent(change.before[i], secrets),
            _extent(change.after[i], secrets),
            _becomes(change, i, column.actions),
        )
        for i, column in enumerate(service.columns)
    )
    gained, lost = (tuple(service.by_weight(actions)) for actions in (change.gained, change.lost))
    return report.AccessChange("", columns, gained, lost)


def _extent(cell: Cell, secrets: list[str]) -> report.Extent:
    extent = cell.extent
    pairs = zip(extent.width, extent.fields, strict=True)
    tied = [f"{name} {value}" for name, value in pairs if (name, value) != ("partition", "aws")]
    within = text_without(" and ".join(tied), secrets) if tied else ""
    return report.Extent(_KEYS[extent.keys], within, extent.conditional, cell.undetermined)


def _becomes(
    change: AccessChange, position: int, actions: int
) -> Literal["same", "more", "less", "other", "undetermined"]:
    """What becomes of one column, by what is certain; else whether anything of it is not."""
    more, less = bool(change.gained & actions), bool(change.lost & actions)
    if more or less:
        return "other" if more and less else "more" if more else "less"
    before, after = change.before[position], change.after[position]
    return "undetermined" if before.undetermined or after.undetermined else "same"
