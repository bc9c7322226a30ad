"""New credentials of users, and identity providers that a plan describes anew: whoever gets one, or signs in with the
other, becomes somebody who is there already.

Sources: the provider schemas of hashicorp/aws and hashicorp/awscc, and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings.accounts import Account
from gate.holdings.documents import Place
from gate.holdings.hidden import Hidden, Lead
from gate.holdings.resource_types import RESOURCE_TYPES, USER
from gate.plan.attributes import text_of
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.model import Plan
from gate.plan.shapes import UNKNOWN


class CredentialKind(Enum):
    """What is new."""

    ACCESS_KEY = auto()  # an access key of a user
    PASSWORD = auto()  # a password of a user
    PROVIDER = auto()  # who an identity provider is, or for whom it speaks
    MAIL = auto()  # where somebody of the identity store gets mail (gate.holdings.mail_addresses)
    ANCHOR = auto()  # whose certificates a trust anchor takes (gate.holdings.trust_anchors)


class Credential(msgspec.Struct, frozen=True, gc=False):
    """What is new at a place. `name` is the user's, or its id in the identity store, or the ARN of the identity
    provider; of one that `is_made`, which has no ARN yet, or that stands in a template, which says none, the last
    part of it. `clients` are those to which a provider newly speaks, None where it may be anybody who signs in with
    it. Of a trust anchor it is its ARN, empty where it has none yet. `number` is that of the account of an anchor,
    or of a provider that is made, None where nothing proves it. A user whose name the plan hides is one of those at
    `addresses`, or anybody where these are None; so is an identity provider."""

    place: Place
    what: CredentialKind
    name: str
    is_made: bool = False
    clients: frozenset[str] | None = None
    number: str | None = None
    addresses: frozenset[str] | None = frozenset()

    def may_be_of(self, called: Iterable[str], at: Iterable[str]) -> bool:
        """Whether it may be of a user who is called so after the change, and is at these addresses. Names are compared
        without case, as IAM does."""
        if self.name:
            return self.name.lower() in map(str.lower, called)
        return self.addresses is None or not self.addresses.isdisjoint(at)


class _Row(msgspec.Struct, frozen=True, gc=False):
    """`name` is the attribute that tells whose it is, `decides` the one of which another value is for somebody else. It
    is the resource itself, or what that has `within`. The last part of an identity provider's ARN is its `kind` and
    what stands at `called`."""

    what: CredentialKind
    name: str
    decides: str = ""
    within: str = ""
    kind: str = ""
    called: str = ""

    @property
    def is_of_another(self) -> bool:
        """Whether it is of a user that is another resource."""
        return self.what is not CredentialKind.PROVIDER and not self.within


_SAML = _Row(CredentialKind.PROVIDER, "arn", "saml_metadata_document", kind="saml-provider", called="name")
_OIDC = _Row(CredentialKind.PROVIDER, "arn", "client_id_list", kind="oidc-provider", called="url")


_ROWS = {
    "aws_iam_access_key": _Row(CredentialKind.ACCESS_KEY, "user", "pgp_key"),
    "awscc_iam_access_key": _Row(CredentialKind.ACCESS_KEY, "user_name"),
    "aws_iam_user_login_profile": _Row(CredentialKind.PASSWORD, "user", "pgp_key"),
    "awscc_iam_user": _Row(CredentialKind.PASSWORD, "user_name", within="login_profile"),
    "aws_iam_saml_provider": _SAML,
    "awscc_iam_saml_provider": _SAML,
    "aws_iam_openid_connect_provider": _OIDC,
    "awscc_iam_oidc_provider": _OIDC,
}


def credentials(
    plan: Plan,
    in_templates: Iterable[ManagedResource],
    hidden_name: Callable[[ManagedResource, str], Hidden],
    account: Callable[[ManagedResource], Account | None] = lambda _: None,
) -> Iterator[Credential]:
    """Every one that is new, `in_templates` too; `hidden_name` is what tells a name that the plan hides, `account` of
    whom a resource is. What is made again for the same receiver is not. Raises GateError."""
    listed = [*managed_resources(plan, _ROWS), *(each for each in in_templates if each.type in _ROWS)]
    yield from _made_providers(listed, account)
    for resource in listed:
        row = _ROWS[resource.type]
        before, after = resource.before, resource.after
        if resource.stays or not isinstance(after, dict):
            continue
        is_new = _describes_anew if row.what is CredentialKind.PROVIDER else _is_for_another
        is_new = _is_within if row.within else is_new
        if not is_new(resource, row):
            continue
        place = Place(resource.address, row.within or row.decides or row.name)
        named = next(
            (values[row.name] for values in (after, before or {}) if isinstance(values.get(row.name), str)), ""
        )
        if after.get(row.name) is UNKNOWN and row.is_of_another:
            yield from _of_hidden(Credential(place, row.what, ""), hidden_name(resource, row.name))
        elif named:
            yield Credential(place, row.what, named, clients=_added(resource, row))
        elif last := _last_part(row, after):  # in a template, which says no ARN
            yield Credential(place, row.what, last, is_made=True, clients=_added(resource, row))


def _of_hidden(made: Credential, whose: Hidden) -> Iterator[Credential]:
    """A credential of a user whose name the plan hides. What it refers to is believed where the source proves that it
    stands there alone."""
    if whose.elements is None:
        yield replace(made, addresses=None)
    for element in whose.elements or ():
        if element.text is not None:
            yield replace(made, name=element.text)
        else:
            lead = element.lead
            yield replace(made, addresses=frozenset(lead.addresses) if lead and _is_name_of_user(lead) else None)


def _is_name_of_user(lead: Lead) -> bool:
    row = RESOURCE_TYPES.get(lead.target.type)
    own = row.own_name if row else None
    if own is None or own.kind != USER:
        return False
    return lead.target.mode == "managed" and lead.target.attribute in (own.path, "id")


def may_be_one(number: str | None, other: str | None) -> bool:
    """Whether accounts with these numbers, None where nothing proves it, are not proven to be two."""
    return None in (number, other) or number == other


def number_of(arn: str, account: Account | None) -> str | None:
    """The number of the account of what has an ARN, empty where it has none yet, or is of an account; None where
    nothing proves it."""
    fields = arn.split(":")
    return fields[4] if len(fields) == 6 else account.number if account else None


_Gone = tuple[frozenset[str] | None, str | None]  # what one said, and the number of its account


def _made_providers(
    listed: Iterable[ManagedResource], account: Callable[[ManagedResource], Account | None]
) -> Iterator[Credential]:
    """Identity providers that are made, and are not what one of the name was that the plan deletes in the same account.
    A trust policy may name one that is not there. One of which only the apply tells the name may be any that goes."""
    gone: dict[str, list[_Gone]] = {}
    made: list[tuple[ManagedResource, _Row, str, frozenset[str] | None]] = []
    for resource in listed:
        row, was, will = _ROWS[resource.type], resource.before, resource.after
        if isinstance(was, dict) and isinstance(will, dict) and _last_part(row, will) in ("", _last_part(row, was)):
            continue  # it was there, and is described anew
        for values in (was, will):
            name = _last_part(row, values)
            said = _said(values.get(row.decides)) if isinstance(values, dict) else None
            if name and values is was:
                gone.setdefault(name, []).append((said, number_of(text_of(was, "arn"), account(resource))))
            elif name or (isinstance(values, dict) and row.called and values.get(row.called) is UNKNOWN):
                made.append((resource, row, name, said))
    for resource, row, name, said in made:
        number = number_of("", account(resource))
        for one in [name] if name else sorted(one for one in gone if one.startswith(f"{row.kind}/")):
            former = [was for was, whose in gone.get(one, []) if may_be_one(number, whose)]
            if not name and not former:
                continue  # it goes in another account
            if not former or not all(said is not None and was is not None and said <= was for was in former):
                place, at = Place(resource.address, row.decides), frozenset[str]() if name else None
                yield Credential(place, row.what, one, is_made=True, number=number, addresses=at)


def _last_part(row: _Row, values: Any) -> str:
    """The last part of an identity provider's ARN, empty where its name is not known, or it is none."""
    called = str.__str__(text_of(values, row.called)) if row.called else ""  # it is compared, and never shown
    return f"{row.kind}/{called.partition('://')[2] or called}" if called else ""


def _is_within(resource: ManagedResource, row: _Row) -> bool:
    """Whether a resource has another one within it than it had, if any."""
    had, has = (
        values.get(row.within) if isinstance(values, dict) else None for values in (resource.before, resource.after)
    )
    return has is not None and has != had


def _is_for_another(resource: ManagedResource, row: _Row) -> bool:
    """Whether a credential is made that was not there, goes to another receiver, or counts again."""
    before, after = resource.before, resource.after
    if not isinstance(before, dict):
        return True
    woken = before.get("status") == "Inactive" and after.get("status") != "Inactive"
    return woken or (resource.created and before.get(row.decides) != after.get(row.decides))


def _describes_anew(resource: ManagedResource, row: _Row) -> bool:
    """Whether an identity provider that was there says something else of who it is, or speaks to somebody else."""
    if not isinstance(resource.before, dict):
        return False
    was, will = (_said(values.get(row.decides)) for values in (resource.before, resource.after))
    return will is not None if was is None else will is None or not will <= was


def _added(resource: ManagedResource, row: _Row) -> frozenset[str] | None:
    """The clients that are added to those of an identity provider, if that is what is known."""
    if row is not _OIDC:
        return None
    was, will = (_said(values.get(row.decides)) for values in (resource.before, resource.after))
    return None if was is None or will is None else will - was


def _said(value: Any) -> frozenset[str] | None:
    """The clients of a list, or the one text, however it is set; None for what is not known."""
    listed = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(one, str) for one in listed):
        return None
    return frozenset(" ".join(one.split()) for one in listed)
