"""A value that the plan hides, as known as it will be before apply."""

import msgspec

from gate.plan.addresses import Target
from gate.plan.shapes import Unknown


class Lead(msgspec.Struct, frozen=True, gc=False):
    """What a reference leads to: `target` in the configuration, and the `addresses` of the resources that it may be."""

    target: Target
    addresses: tuple[str, ...]


class HiddenElement(msgspec.Struct, frozen=True, gc=False):
    """One value that the source gives.

    `text` is the value where it is wholly known. Else it is exactly what `lead` leads to, or one of `alternatives`, or
    neither can be told. `references` are what it is computed from, for messages.
    """

    text: str | None = None
    lead: Lead | None = None
    alternatives: tuple["HiddenElement", ...] = ()
    references: tuple[str, ...] = ()


class Hidden(msgspec.Struct, Unknown, frozen=True, gc=False):
    """A name or an ARN that the plan hides, or a list of them.

    `elements` are what the source makes of it, None where there is no source to rely on. `leads`, `dead_ends` and
    `flags` are what its expression refers to, what of that can't be followed, and what only chooses (Origin): taken at
    face value without the source. A hidden list `may_hold_more` than that, since `configuration` leaves its constants
    out. One that need not be set is taken to be `nothing` by that reference.
    """

    elements: tuple[HiddenElement, ...] | None = None
    leads: tuple[Lead, ...] = ()
    dead_ends: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    may_hold_more: bool = False
    nothing: str = ""

    @property
    def references(self) -> tuple[str, ...]:
        """Every reference, for messages."""
        return tuple(lead.target.address for lead in self.leads) + self.dead_ends + self.flags
