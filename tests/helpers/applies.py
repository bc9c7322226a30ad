"""An order of an apply that answers by the addresses that a test names, for what asks gate.holdings.order."""

from collections.abc import Iterable
from typing import cast

import msgspec

from gate.holdings.documents import Place
from gate.holdings.order import Order
from gate.holdings.principal import Principal


class Apply(msgspec.Struct):
    """The answers, by the addresses about which it says yes; those that ask of a principal are of everybody. In
    `losing` is `a>b` where only what is made at one place is meant. `takes`:
    what a destroyed principal takes along, attached and inline; `anew`: the former address of each managed policy;
    `waiting`: what comes after a principal that is made anew, or made where `taken` names what does not wait for it;
    `listing`: the lists that name it for the first time."""

    acting: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    losing: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    another: tuple[str, ...] = ()
    anew: tuple[tuple[str, str], ...] = ()
    takes: tuple[bool, bool] = (False, False)
    recreated: bool = False
    waiting: tuple[str, ...] = ()
    deleted: bool = False
    taken: tuple[str, ...] = ()
    listing: tuple[str, ...] = ()

    @property
    def order(self) -> Order:
        """For whom it stands."""
        return cast("Order", self)

    def acts(self, place: Place) -> bool:
        return place.address in self.acting

    def writes(self, place: Place) -> bool:
        return place.address in self.acting

    def is_own(self, place: Place) -> bool:
        return place.address in self.own

    def takes_slot(self, former: Place, place: Place) -> bool:
        return former.address in self.slots and former != place

    def may_lose(self, gone: Place, made: Place, principal: Principal, former: Iterable[Place]) -> bool:
        named = not {gone.address, f"{gone.address}>{made.address}"}.isdisjoint(self.losing)
        return named and gone != made and gone in former and bool(principal.name)

    def takes_last(self, place: Place) -> bool:
        return place.address in self.last

    def leaves_behind(self, principal: Principal, place: Place) -> bool:
        return place.address in self.behind and bool(principal.name)

    def lists_anew(self, principal: Principal, place: Place) -> bool:
        return place.address in self.listing and bool(principal.name)

    def is_deleted(self, principal: Principal) -> bool:
        return self.deleted and bool(principal.name)

    def is_recreated(self, principal: Principal) -> bool:
        return self.recreated and bool(principal.name)

    def comes_after(self, address: str, principal: Principal) -> bool:
        return address in self.waiting and bool(principal.name)

    def may_be_another(self, principal: Principal, places: Iterable[Place]) -> bool:
        return any(place.address in self.taken for place in places) and bool(principal.name)

    def deleted_at(self, principal: Principal) -> Place:
        return Place("role", principal.name)

    def is_another(self, place: Place) -> bool:
        return place.address in self.another

    def takes_along(self, principal: Principal, attached: bool) -> bool:
        return self.takes[0 if attached else 1] and bool(principal.name)

    @property
    def takes_again(self) -> bool:
        return bool(self.last or self.anew)

    @property
    def makes_policies_anew(self) -> bool:
        return bool(self.anew)

    def former_policy(self, place: Place) -> Place | None:
        return next((Place(former, place.attribute) for now, former in self.anew if now == place.address), None)
