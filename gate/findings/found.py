"""What rules look at, and what they find."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from gate.findings.lookup import Lookup
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holdings, IamPlan
from gate.iam.service import Service
from gate.new_access.grants import Grant, Introduced
from gate.new_access.policies import PlanDocuments
from gate.new_access.questions import Question
from gate.text.sentences import Label, Sentence
from gate.unknown import WhyUnknown

if TYPE_CHECKING:  # loaded only where a plan has keys, or somebody may become another principal
    from gate.holdings.keys import Key
    from gate.new_access.becoming import Becomings
    from gate.new_access.keys import Opened
    from gate.new_access.tagging import Tagging
    from gate.new_access.tags import Tagged
    from gate.new_access.unseen import Unstopped

Action = Literal["block", "warn"]

# What stands in a digest for why a value is unknown. A waiver may be bound to a digest, so these texts stay.
_IN_DIGEST = {
    WhyUnknown.DEFERRED: "DEFERRED",
    WhyUnknown.UNKNOWN_ACTION: "UNKNOWN_ACTION",
    WhyUnknown.OUTSIDE_SOURCE: "OUTSIDE_SOURCE",
    WhyUnknown.WRITTEN_BY_TERRAFORM: "WRITTEN_BY_TERRAFORM",
    WhyUnknown.WRITTEN_BY_RESOURCE: "WRITTEN_BY_RESOURCE",
    WhyUnknown.NOT_OF_AWS: "NOT_OF_AWS",
}


class Seen(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """All that a rule may look at: what is new for every holder of one plan, in one protected service. `iam` is what
    the plan says, and `lookup` finds something in it, for the words that fit it. `opened` is None without any key,
    `becomings` where nobody may become another principal. `tagged` is who has full access by a tag, `tagging` who
    may set one, `unstopped` who may have it by a policy that nobody sees."""

    iam: IamPlan
    lookup: Lookup
    introduced: tuple[Introduced, ...]
    holdings: Holdings
    documents: PlanDocuments
    service: Service
    sourced: bool = False  # whether the source was at hand
    keys: "tuple[Key, ...]" = ()
    opened: "Opened | None" = None
    becomings: "Becomings | None" = None
    tagged: "tuple[Tagged, ...]" = ()
    tagging: "tuple[Tagging, ...]" = ()
    unstopped: "tuple[Unstopped, ...]" = ()

    def answers(self, question: Question) -> Iterator[Grant]:
        """What answers a question, holder by holder."""
        return (grant for holder in self.introduced for grant in holder.grants if grant.question == question)


class Remedy(msgspec.Struct, frozen=True, gc=False):
    """What to do, one line each, the first of which is enough alone, and what to write, lines in the notation of the
    document."""

    lines: tuple[str, ...]
    example: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True, gc=False):
    """What a rule found for one holder, or for nobody in particular, at one place.

    `precedence` orders the finds that become one finding: the first gives the message and the witness. `identity` is
    what the fingerprint covers besides the place. `action` overrides the rule's default. `names_all`: the message
    speaks of all principals already. `documents` are those that it is about, besides the sources of its grant; `former`
    is what one that gives no access, a trust policy, was before. `advice` gives the remedy where that is work: of the
    finds that become one finding, only one is asked.
    """

    place: Place
    message: Sentence
    principals: tuple[Label, ...] = ()
    precedence: int = 0
    grant: Grant | None = None
    identity: tuple[str, ...] = ()
    remedy: tuple[str, ...] = ()
    example: tuple[str, ...] = ()
    advice: Callable[[], Remedy] | None = None
    action: Action | None = None
    names_all: bool = False
    documents: tuple[Document, ...] = ()
    former: Document | None = None


def digest(parts: Any) -> str:
    """A digest of JSON values with what is unknown in them (gate.unknown); whole, since a waiver may be bound to it and
    must not be forged."""
    import json
    from hashlib import sha256

    return sha256(json.dumps(parts, default=_fields).encode()).hexdigest()


def _fields(value: Any) -> Any:
    """A value that JSON has no word for by its type and the fields that are set, so that a new field changes none; to
    rename one changes them all."""
    if isinstance(value, WhyUnknown):
        return _IN_DIGEST[value]
    fields = {name: getattr(value, name) for name in getattr(type(value), "__match_args__", ())}
    return [type(value).__name__, {name: field for name, field in fields.items() if field}]
