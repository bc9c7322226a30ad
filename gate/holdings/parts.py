"""One version of a resource, as part of what everybody has before a change or after it."""

import msgspec

from gate.holdings.documents import Place
from gate.holdings.inventory import Inventory
from gate.holdings.principals import NamedPrincipal
from gate.holdings.resolve import IamResource, Version
from gate.holdings.resource_types import ResourceType
from gate.plan.attributes import top_of


class Part(msgspec.Struct, frozen=True, gc=False):
    """One version of a resource, the inventory that it belongs to, and the principals whom it gives something."""

    inventory: Inventory
    resource: IamResource
    row: ResourceType
    version: Version
    holders: list[NamedPrincipal]

    def place(self, path: str) -> Place:
        return Place(self.resource.address, path.removesuffix("[]"))

    def sets(self, path: str) -> bool:
        """Whether the apply makes a list what this version says, and so takes away what is not in it."""
        resource = self.resource
        if not self.version.after or self.version.kept or not resource.acts:
            return False
        top = top_of(path)
        was = resource.before.get(top) if isinstance(resource.before, dict) and not resource.created else None
        return self.row.own_name is None or self.version.values.get(top) != was

    def lists(self, path: str) -> bool:
        """Whether a principal lists at an attribute of its own all that it has of a kind."""
        return self.sets(path) and path in self.resource.configured
