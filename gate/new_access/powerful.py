"""Who has full access to some key, be it under a condition: whom it is worth becoming."""

from gate.iam import access
from gate.iam.guards import Access, Box, Scope
from gate.iam.patterns import MANY
from gate.new_access.certain_and_worst import CertainAndWorst, certain_and_worst
from gate.new_access.grants import Introduced
from gate.new_access.inquiry import Inquiry
from gate.new_access.newly_full import NOTHING, gains_full


class Powerful:
    """Who of the holders of one plan has it, for certain, or had it and may have it still, where what it has now is not
    known; each is looked at when somebody asks for it."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._service, self._documents = inquiry.service, inquiry.documents
        self._before: dict[int, bool] = {}
        self._after: dict[int, bool] = {}
        self._seen: dict[int, CertainAndWorst] = {}

    def before(self, one: Introduced) -> bool:
        """Whether a holder had full access to some key before the change."""
        if id(one) not in self._before:
            self._before[id(one)] = one.was_full or self._is_it(self._look(one).certainly.before.access)
        return self._before[id(one)]

    def after(self, one: Introduced) -> bool:
        """Whether a holder has it after the change."""
        if id(one) not in self._after:
            self._after[id(one)] = one.may_be_full and any(map(self._is_it, self._possible(one)))
        return self._after[id(one)]

    def stays(self, one: Introduced) -> bool:
        """Whether a holder has it before and after."""
        return self.after(one) and self.before(one)

    def of_some(self, one: Introduced) -> bool:
        """Whether it is to some keys, or under a condition, alone."""
        return not one.is_full and not (one.was_full and self._look(one).at_worst)

    def has_all(self, one: Introduced) -> bool:
        """Whether a holder could do everything with every key before the change, or can after it, and nothing holds it
        back from any of them: nobody else has more."""
        seen = self._look(one).certainly if one.was_full or one.is_full else None
        every = Access((Box(self._service.all_actions(), Scope(MANY), frozenset()),), ())
        return seen is not None and (
            (one.was_full and not self._gains(seen.before.access, every))
            or (one.is_full and not self._gains(seen.after.access, every))
        )

    def gains_nothing(self, one: Introduced, by: Introduced) -> bool:
        """Whether a holder certainly has all the full access that another one may have, after the change."""
        own = self._look(one).certainly.after.access
        return self.after(one) and not any(self._gains(own, each) for each in self._possible(by))

    def _gains(self, own: Access, other: Access) -> bool:
        return access.widened(own, other) and gains_full(own, other, self._service)

    def _possible(self, one: Introduced) -> list[Access]:
        """What a holder may do after the change: that which is certain, and where it had full access, the worst."""
        seen = self._look(one)
        worst = seen.at_worst if seen.at_worst and self.before(one) else ()
        return [each.after.access for each in (seen.certainly, *worst)]

    def _is_it(self, all_of_one: Access) -> bool:
        return gains_full(NOTHING, all_of_one, self._service)

    def _look(self, one: Introduced) -> CertainAndWorst:
        if id(one) not in self._seen:
            self._seen[id(one)] = one.compared or certain_and_worst(one.holder, self._service, self._documents)
        return self._seen[id(one)]
