"""Who has full access to some key, be it under a condition: whom it is worth becoming."""

from gate.iam import access
from gate.iam.guards import Access
from gate.new_access.certain_and_worst import certain_and_worst
from gate.new_access.grants import Introduced
from gate.new_access.inquiry import Inquiry
from gate.new_access.newly_full import NOTHING, gains_full


class Powerful:
    """What is certain of the holders of one plan; each is looked at when somebody asks for it."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._service, self._documents = inquiry.service, inquiry.documents
        self._before: dict[int, bool] = {}
        self._after: dict[int, bool] = {}
        self._certain: dict[int, tuple[Access, Access]] = {}

    def before(self, one: Introduced) -> bool:
        """Whether a holder had full access to some key before the change."""
        if id(one) not in self._before:
            self._before[id(one)] = one.was_full or gains_full(NOTHING, self._both(one)[0], self._service)
        return self._before[id(one)]

    def after(self, one: Introduced) -> bool:
        """Whether a holder has it after the change."""
        if id(one) not in self._after:
            self._after[id(one)] = one.may_be_full and gains_full(NOTHING, self._both(one)[1], self._service)
        return self._after[id(one)]

    def stays(self, one: Introduced) -> bool:
        """Whether a holder has it before and after."""
        return self.after(one) and self.before(one)

    def gains_nothing(self, one: Introduced, by: Introduced) -> bool:
        """Whether a holder certainly has all that another one has, after the change."""
        return one.is_full or (self.after(one) and not access.widened(self._both(one)[1], self._both(by)[1]))

    def _both(self, one: Introduced) -> tuple[Access, Access]:
        if id(one) not in self._certain:
            seen = one.compared or certain_and_worst(one.holder, self._service, self._documents)
            self._certain[id(one)] = seen.certainly.before.access, seen.certainly.after.access
        return self._certain[id(one)]
