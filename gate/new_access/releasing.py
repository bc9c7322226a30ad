"""Whether an action of IAM takes from a holder what holds it back, as far as conditions tell which policy that is.

The condition keys of the actions:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from collections.abc import Iterable

import msgspec

from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.holdings.resource_types import ROLE, USER
from gate.iam import escalation
from gate.iam.conditions import Guard
from gate.iam.guards import Box
from gate.iam.service import Service
from gate.iam.ways import Gain, Way
from gate.iam.who import Fact, Facts
from gate.new_access.becoming_targets import Surroundings, Target, arns_of
from gate.new_access.table_access import is_full_without

_POLICY, _BOUNDARY = escalation.POLICY_KEY.lower(), escalation.BOUNDARY_KEY.lower()


class Releasing(msgspec.Struct, frozen=True, gc=False):
    """What a holder may take from itself, on one ARN that is its own or its group's."""

    holder: Holder
    target: Target
    around: Surroundings
    service: Service

    def takes(self, way: Way, guard: Guard, denies: Iterable[Box]) -> bool:
        """Whether a way that is allowed while `guard` holds, but for `denies`, takes what holds back full access."""
        takes_off = way.gain is Gain.UNBOUNDS and way.action.startswith("iam:Delete")
        if way.gain is not Gain.RELEASES and not takes_off:
            return True  # a policy that is written anew, or another boundary, is of the caller's choice
        own, denying = self._own(), tuple(denies)

        def may_take(held: HeldDocument) -> bool:
            known = [own | {_POLICY: Fact(arn, certain=True)} for arn in self._arns(held)] or [own]
            return any(escalation.may_be(way.action, facts, guard, denying) for facts in known)

        if takes_off:
            return escalation.may_be(way.action, own, guard, denying)
        return is_full_without(self.holder, self.service, way.action, may_take)

    def _own(self) -> Facts:
        """What is known of the boundary of the holder, which requests about a role or a user bring, and no others."""
        is_bounded = self.target.kind in (ROLE, USER)
        was, now = self.holder.boundary_before, self.holder.boundary_after
        if is_bounded and was != now:
            return {}
        if not is_bounded or now is None:
            return {_BOUNDARY: Fact(never=True)}
        arns = arns_of(now.document.place.address, self.holder, self.around)
        return {_BOUNDARY: Fact(arns[0], certain=True)} if len(arns) == 1 else {}

    def _arns(self, held: HeldDocument) -> list[str]:
        return arns_of(held.document.place.address, self.holder, self.around)
