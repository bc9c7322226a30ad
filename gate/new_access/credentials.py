"""Who can newly become somebody with full access by what a plan makes: a credential, or another identity provider."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from gate.holdings.credentials import Credential, CredentialKind, may_be_one, number_of
from gate.holdings.documents import Place
from gate.holdings.identities import Identity
from gate.holdings.resource_types import ASSIGNEE, ROLE, USER
from gate.new_access.grants import Introduced
from gate.new_access.powerful import Powerful
from gate.new_access.trust import admits_anchor, admits_client, providers_of
from gate.text.sentences import Label


class Becomable(msgspec.Struct, frozen=True, gc=False):
    """Somebody who has full access, before and after, and whom whoever gets what is new at the place becomes, or
    somebody else where that is not `certain`. `of_some`: to some keys, or under a condition, alone."""

    place: Place
    what: CredentialKind
    who: Label
    certain: bool = True
    of_some: bool = False


def becomable(
    made: Iterable[Credential],
    found: Sequence[Introduced],
    known: Sequence[tuple[Identity, Introduced]],
    powerful: Powerful,
) -> Iterator[Becomable]:
    """Everybody of those `found` who has full access; `known` are those of them that the plan shows, with what they
    are.

    Of users of one name in several accounts either may be meant, and who is renamed has the new name. Of an
    identity provider that is made a role counts that trusts it already: whom else it trusts is told where it does.
    """
    users = [*_users(found, known)]
    roles = [
        (name, each, one) for each, one in known if each.kind == ROLE for name in sorted(providers_of(each.trust_after))
    ]
    waiting = [
        (name, each, one) for name, each, one in roles if name in providers_of(each.trust_before or each.trust_after)
    ]
    for credential in made:
        wanted, clients = credential.name, credential.clients
        if credential.what is CredentialKind.ANCHOR:
            whom = [one for each, one in known if _is_becomable_by(each, credential)]
        elif credential.what is CredentialKind.MAIL:
            whom = [one for one in found if _is_in_store(one, wanted)]
        elif credential.what is not CredentialKind.PROVIDER:
            whom = [one for called, at, one in users if credential.may_be_of(called, at)]
        else:
            whom = [
                one
                for name, each, one in (waiting if credential.is_made else roles)
                if wanted == (_last(name) if credential.is_made else name)
                if may_be_one(credential.number, number_of(name, None))
                if clients is None or admits_client(each.trust_after, name, clients)
            ]
        for one in whom:
            if powerful.stays(one):
                label, is_certain = one.holder.label, credential.addresses is not None
                yield Becomable(credential.place, credential.what, label, is_certain, of_some=powerful.of_some(one))


def _users(
    found: Iterable[Introduced], known: Iterable[tuple[Identity, Introduced]]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], Introduced]]:
    """Every user with what it is called after the change, and the addresses at which the plan has it."""
    shown: dict[int, list[Identity]] = defaultdict(list)
    for each, one in known:
        shown[id(one)].append(each)
    for one in found:
        if one.holder.principal.kind == USER:
            own = shown.get(id(one), ())
            names = tuple(each.names[0] for each in own if each.names)
            yield names or (one.holder.principal.name,), tuple(each.address for each in own), one


def _is_in_store(one: Introduced, called: str) -> bool:
    """Whether it is a session of somebody in the identity store, by the id."""
    return one.holder.principal.kind == ASSIGNEE and one.holder.principal.name == called


def _is_becomable_by(role: Identity, anchor: Credential) -> bool:
    """Whether a role trusts a trust anchor, and did so before: that it newly does is told where it does."""
    is_near = not anchor.number or not role.number or anchor.number == role.number
    trusts = (role.trust_after, role.trust_before or role.trust_after)
    return is_near and all(admits_anchor(each, anchor.name) for each in trusts)


def _last(arn: str) -> str:
    """The last part of an ARN, which says what it is and its name."""
    return arn.split(":", 5)[-1]
