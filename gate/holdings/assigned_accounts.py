"""In which accounts permission sets are assigned: a customer-managed policy that a set names is looked up in each.

"you must create the policy in each account where you assign the permission set"
(https://docs.aws.amazon.com/singlesignon/latest/userguide/howtocmp.html).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from gate.holdings.principal import Principal
from gate.holdings.principals import Principals
from gate.holdings.resolve import IamResource
from gate.holdings.resource_types import PERMISSION_SET
from gate.plan.attributes import text_of

_TARGET = "target_id"


def assigned_accounts(resources: Iterable[IamResource], principals: Principals) -> Mapping[Principal, frozenset[str]]:
    """The numbers of the accounts of each set of a plan, before or after the change; an empty one for an account that
    only the apply tells."""
    found: dict[Principal, set[str]] = defaultdict(set)
    for resource in resources:
        joins = resource.row.joins
        if joins is None or joins.kind != PERMISSION_SET:
            continue
        for version in resource.versions:
            for permission_set in principals.named(resource, version, joins):
                found[permission_set.principal].add(text_of(version.values, _TARGET))
    return {permission_set: frozenset(numbers) for permission_set, numbers in found.items()}
