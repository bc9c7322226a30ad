"""What is newly allowed, in nouns: a grant, the request that shows it, and all that is new for one holder."""

from typing import TYPE_CHECKING

import msgspec

from gate.holdings.accounts import Account
from gate.holdings.documents import Place
from gate.holdings.holders import Holder
from gate.iam.conditions import Guard
from gate.new_access.certain_and_worst import CertainAndWorst
from gate.new_access.policies import Malformed
from gate.new_access.questions import FULL, Question
from gate.new_access.undetermined import Undetermined

if TYPE_CHECKING:  # loaded only where something is found
    from gate.new_access.causes import Cause, Sources


class Unconfirmed(Exception):
    """The naive evaluator does not agree with the algebra: a bug in gate, and no verdict."""


class Witness(msgspec.Struct, frozen=True, gc=False):
    """A request that is allowed after and was not before, while exactly `guard` holds."""

    action: str
    resource: str
    guard: Guard


class Grant(msgspec.Struct, frozen=True, gc=False):
    """Access that a holder newly has and a rule asks about, or may have: `undetermined` says why that can't be told.

    `cause` is where the change was made and what allows it. `width` names the fields of a resource that the breadth is
    tied to, `fields` their values; empty for every resource, None where it is tied to names. `actions` are newly
    allowed (bit set); `resources` are those, as policies name them, on which. An undetermined one may stand
    beside a certain one that is tied to names and `may_be_wider`. `accounts` are those of which nobody knows whether
    they are one.
    """

    holder: Holder
    cause: "Cause"
    width: tuple[str, ...] | None
    fields: tuple[str, ...]
    actions: int
    witness: Witness | None
    undetermined: Undetermined | None = None
    resources: tuple[str, ...] = ()
    may_be_wider: bool = False
    accounts: tuple[Account, ...] = ()
    question: Question = FULL

    @property
    def place(self) -> Place:
        return self.cause.place

    @property
    def sources(self) -> "Sources":
        return self.cause.sources


class Introduced(msgspec.Struct, frozen=True, gc=False):
    """What is new for one holder. `was_full`: it could do everything before, so nothing unknown can add to that.
    `is_full`: it certainly can after. `combined`: the holder is one only if accounts are one of which that is not
    proven. `compared` is what was compared, None where it is certain that both allow the same."""

    holder: Holder
    grants: tuple[Grant, ...]
    malformed: tuple[Malformed, ...]
    was_full: bool
    may_be_full: bool
    combined: bool = False
    is_full: bool = False
    compared: CertainAndWorst | None = None
