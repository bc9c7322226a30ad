"""What IAM Identity Center has for a whole organization: permission sets, users and groups are of no account.

Their ids are AWS's own, and the management account and a delegated administrator call them by the same
(https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html).
"""

from collections.abc import Callable, Iterable

from gate.holdings.grouping import Grouping
from gate.holdings.principal import Principal
from gate.holdings.resolve import IamResource
from gate.holdings.resource_types import ASSIGNEE, PERMISSION_SET
from gate.plan.attributes import values_at

_KINDS = frozenset({PERMISSION_SET, ASSIGNEE})


class Organization:
    """By which account of a plan each of these is known. Not where somebody else may answer in AWS's place."""

    def __init__(
        self, resources: Iterable[IamResource], grouping: Grouping, account_id: Callable[[IamResource], str]
    ) -> None:
        self._told_apart = grouping.accounts.told_apart
        self._homes: dict[tuple[str, str], str] = {}
        for resource in resources if len(grouping.accounts.all) > 1 else ():
            row = resource.row
            named = [one for one in (row.own_name, *row.recipients, row.joins) if one and one.kind in _KINDS]
            account = account_id(resource) if named else ""
            if not named or self._told_apart(account):
                continue
            for names in named:
                for values in (resource.before, *resource.values_after):
                    for _, name in values_at(values, names.path):
                        if isinstance(name, str):
                            key = names.kind, name.lower()  # as AWS finds an id in either case
                            self._homes[key] = min(self._homes.get(key, account), account)

    def home(self, kind: str, name: str, account: str) -> str:
        """The account by which a principal is known that somebody names in an account."""
        home = self._homes.get((kind, name.lower())) if self._homes else None
        return account if home is None or self._told_apart(account) else home

    def may_be_of(self, principal: Principal, account: str) -> bool:
        """Whether who is referred to in an account may be a principal."""
        whose = principal.account, account
        return whose[0] == whose[1] or (principal.kind in _KINDS and not any(map(self._told_apart, whose)))
