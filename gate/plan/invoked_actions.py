"""Actions that the apply invokes: blocks that do something and leave no resource behind, since Terraform 1.14.

Source: https://developer.hashicorp.com/terraform/language/block/action. A plan lists each invocation with what the
action is configured with; those that are deferred stand beside.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from gate.plan.model import Plan
from gate.plan.shapes import Json, known_and_unknown
from gate.text.sensitive import marked


class InvokedAction(msgspec.Struct, frozen=True, gc=False):
    """One invocation of an action."""

    address: str = ""
    type: str = ""
    config_values: Json = None
    config_unknown: Json = None
    config_sensitive: Json = None

    def planned(self) -> dict[str, Any]:
        """What it is configured with, with `UNKNOWN` where that is so, and sensitive texts marked."""
        config = marked(known_and_unknown(self.config_values, self.config_unknown), self.config_sensitive)
        return config if isinstance(config, dict) else {}


class _Deferred(msgspec.Struct, frozen=True, gc=False):
    action_invocation: InvokedAction = InvokedAction()


def invoked_actions(plan: Plan) -> Iterator[InvokedAction]:
    """Every action that this apply, or one that follows a deferral, invokes. Raises GateError."""
    yield from plan.section("action_invocations", list[InvokedAction])
    deferred = plan.section("deferred_action_invocations", list[_Deferred])
    yield from (one.action_invocation for one in deferred)
