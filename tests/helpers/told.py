"""What a source tells, without a source."""

from collections.abc import Mapping
from typing import Any

from gate.holdings.source_answers import SourceAnswers
from gate.plan.addresses import Instance
from gate.plan.model import Plan
from gate.unknown import Unresolved, Value


class Told(SourceAnswers):
    """`values` and `nested` blocks by `address.attribute`, None where it is set to null, and what templates tell."""

    def __init__(self, plan: Plan, values: Mapping[str, Value] | None = None, nested: Mapping[str, Any] | None = None):
        super().__init__(plan)
        self.values, self.nested = values or {}, nested or {}

    def value(self, resource: Instance, attribute: str) -> Value | None:
        return self.values.get(f"{resource.address}.{attribute}", super().value(resource, attribute))

    def is_null(self, resource: Instance, attribute: str) -> bool:
        return self.values.get(f"{resource.address}.{attribute}", "") is None

    def blocks(self, resource: Instance, name: str) -> list[Value] | Unresolved | None:
        found: list[Value] | Unresolved | None = self.nested.get(f"{resource.address}.{name}")
        return found
