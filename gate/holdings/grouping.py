"""One way in which the accounts of a plan may be one and the same."""

import msgspec

from gate.holdings.accounts import Accounts
from gate.plan.before_after import ManagedResource
from gate.text.sentences import NO_WORDS, Sentence, sentence

_AND = " + "


class Grouping(msgspec.Struct, frozen=True, gc=False):
    """The accounts of a plan, of which those in `together` (ids) are taken to be one."""

    accounts: Accounts
    together: frozenset[str] = frozenset()

    @property
    def joined(self) -> str:
        """The id of the account that `together` are."""
        return _AND.join(sorted(self.together))

    def account_id(self, resource: ManagedResource) -> str:
        """The id of a resource's account."""
        own = self.accounts.account_id(resource)
        return self.joined if own in self.together else own

    def proven(self, account: str) -> tuple[frozenset[str], frozenset[str]]:
        """The numbers and the partitions that are proven of an account."""
        ids = self.together if account == self.joined else {account}
        found = [self.accounts.proven(one) for one in ids]
        return frozenset().union(*(each for each, _ in found)), frozenset().union(*(each for _, each in found))

    def label_suffix(self, account: str) -> Sentence:
        """What tells an account from the others of the plan in a label; empty where there are none, and for what is one
        account only if several are."""
        if len(self.accounts.all) < 2 or account == self.joined:
            return NO_WORDS
        own = self.accounts.all[account]
        return sentence(" in {}", own.label) if own.number else Sentence(f" of {own.label}", "")
