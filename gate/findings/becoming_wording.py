"""The sentences of a finding about whom somebody can newly become."""

from gate.findings import undetermined_wording
from gate.findings.found import Found, Remedy, Seen
from gate.findings.remedies.bounded import within_boundary
from gate.findings.wording import because
from gate.holdings.credentials import CredentialKind
from gate.holdings.principal import POLICY
from gate.holdings.tags import About
from gate.iam.escalation import BOUNDARY_KEY
from gate.iam.principals import Kind
from gate.iam.ways import PROVIDERS, Gain
from gate.new_access.becoming import Becoming
from gate.new_access.causes import Lost
from gate.new_access.credentials import Becomable
from gate.new_access.entrances import Entrance, How
from gate.new_access.tagging import Tagging
from gate.new_access.tags import Tagged
from gate.plan.addresses import named
from gate.text.sensitive import unless_sensitive
from gate.text.sentences import Sentence, as_label
from gate.text.sentences import sentence as said

_SHOWN = 3
_SENSITIVE = as_label(said("somebody whom the plan marks as sensitive"))
_ORDER = (Gain.WRITES, Gain.BECOMES, Gain.UNBOUNDS, Gain.RELEASES, Gain.MEETS)
# What stands for a gain. A waiver may be bound to a fingerprint, so these texts stay.
_IN_FINGERPRINT = {
    Gain.WRITES: "WRITES", Gain.BECOMES: "BECOMES", Gain.UNBOUNDS: "UNBOUNDS", Gain.RELEASES: "RELEASES",
    Gain.MEETS: "MEETS",
}  # fmt: skip

_HOW_IN_FINGERPRINT: dict[How, tuple[str, ...]] = {
    How.NAMED: (), How.RELEASED: ("RELEASED",), How.HIDDEN: ("HIDDEN",), How.POSSIBLE: ("POSSIBLE",),
}  # fmt: skip
_MADE = {
    CredentialKind.ACCESS_KEY: "gets the new access key",
    CredentialKind.PASSWORD: "gets the new password",
    CredentialKind.PROVIDER: "signs in with the identity provider as it is now",
    CredentialKind.MAIL: "gets the mail of the new address",
    CredentialKind.ANCHOR: "has a certificate that the trust anchor takes as it is now",
}
_BECOMES = {
    True: "whoever {} becomes {}, which has {}",
    False: "whoever {} may become {}, which has {}: it can't be told whose it is",
}
_MADE_IN_FINGERPRINT = {
    CredentialKind.ACCESS_KEY: "ACCESS_KEY",
    CredentialKind.PASSWORD: "PASSWORD",
    CredentialKind.PROVIDER: "PROVIDER",
    CredentialKind.MAIL: "MAIL",
    CredentialKind.ANCHOR: "ANCHOR",
}
_LOOK = {
    CredentialKind.PROVIDER: ("look at who signs in with it, and to whom it speaks",),
    CredentialKind.MAIL: ("look at whose address it is: who resets the password gets a mail there",),
    CredentialKind.ANCHOR: (
        "look at who has certificates of this authority, and which profiles list the role",
        "or let the role trust the anchors that it needs: a condition on aws:SourceArn with their ARNs",
    ),
}
_LEAVE = {
    Gain.UNBOUNDS: (
        "leave the permissions boundary to another principal",
        "or narrow what the policies grant without it",
    ),
    Gain.RELEASES: (
        "leave the policy that denies to another principal",
        "or narrow what the policies grant without it",
    ),
    Gain.MEETS: ("leave its tags to another principal", "or narrow what the policies grant under that condition"),
}
_KEEP = {
    Lost.DENY: "keep the Deny, or first narrow what the Allow grants",
    Lost.BOUNDARY: "keep the permissions boundary, or first narrow what the policies grant",
}
_CALLED = {About.NAME: "name", About.ARN: "name and path", About.ALIAS: "alias"}
_ENTRANCES = {
    How.NAMED: "{who} can newly become {role}, which has {full} (its trust policy)",
    How.RELEASED: "{who} can newly become {role}, which has {full}, where its trust policy held them back before",
    How.HIDDEN: "it can't be told who can newly become {role}, which has {full} (its trust policy)",
    How.POSSIBLE: "{who} may newly become {role}, which has {full}: whom its trust policy names is not known yet",
}
_OF_PROVIDER = "{who} can newly become {role}, which has {full}, where its trust policy held some of them back before"
_CAN, _MAY = "{} can newly {} ({}){}", "{} may newly {} ({}){}: what decides is known only after apply"
_MAY_TAG = "{} can newly give keys the tag that a condition of its policies asks for ({}), and so has {}"
_OF_SOME = "{} to some keys, or under a condition"
_TO_UNSEEN = "{who} can newly become {role}, which may have {full}: gate can't see the document of {unseen}"


def found(one: Becoming, seen: Seen) -> Found:
    """What the rule says of one holder and one kind of gain."""
    label = one.grant.holder.label
    rank = 10 * (1 if one.is_own else 2 if one.whom else 0) + _ORDER.index(one.gain)
    return Found(
        one.grant.place,
        sentence(one, seen),
        (label,),
        rank,
        one.grant,
        identity=(
            _IN_FINGERPRINT[one.gain],
            one.kind,
            one.whom,
            *(action for way in one.ways for action in way.actions),
        ),
        advice=lambda: Remedy(remedy(one, seen), _example(one, seen)),
    )


def sentence(one: Becoming, seen: Seen) -> Sentence:
    """Who newly can do what, to whom, and by which actions."""
    label, full = one.grant.holder.label, seen.service.words.full
    if one.grant.undetermined is not None:
        becomes = said("{} can newly become a principal with {}", label, full)
        return undetermined_wording.sentence(one.grant, seen, becomes)
    told = _CAN if one.certain else _MAY
    return said(told, label, _what(one, full), _means(one), because(one.grant))


def _what(one: Becoming, full: str) -> Sentence:
    """What the holder can do, to whom."""
    if one.gain is Gain.UNBOUNDS:
        verb = "rewrite" if any(way.kind == POLICY for way in one.ways) else "take away"
        return said("{} its own permissions boundary, without which it has {}", verb, full)
    if one.gain is Gain.RELEASES:
        return said("take away a Deny of its own, without which it has {}", full)
    if one.gain is Gain.MEETS:
        return said("give itself the tag that a condition of its policies asks for, with which it has {}", full)
    if one.gain is Gain.BECOMES:
        join = "join" if one.kind == "group" else "become"
        if one.whom:
            return said("{} {}, which has {}", join, one.whom, _extent(full, one))
        any_one = f"{one.kind} that trusts a SAML provider" if _by_provider(one) else one.kind
        return said("{} any {}, one with {} too", join, any_one, full)
    if one.kind == "policy":
        whose = "a policy that it has itself" if one.is_own else "any managed policy, its own too"
        return said("rewrite {}, and so give itself {}", whose, full)
    if one.is_own:
        itself = "itself" if one.grant.holder.label.kind == one.kind else f"its own {one.kind}"
        return said("put any policy on {}, and so give itself {}", itself, full)
    if one.whom:
        return said("put any policy on {}, which has {}", one.whom, _extent(full, one))
    return said("put any policy on any {}, and so give it {}", one.kind, full)


def remedy(one: Becoming, seen: Seen) -> tuple[str, ...]:
    """What to do, one line each."""
    if one.grant.undetermined is not None:
        return undetermined_wording.remedy(one.grant, seen)
    lost = one.grant.cause.lost
    if lost in _KEEP:
        return (_KEEP[lost],)
    if one.gain in _LEAVE:
        return _LEAVE[one.gain]
    if one.gain is Gain.WRITES and one.kind == "policy":
        return (f"write the ARNs of the policies that it has to change into Resource, in place of {_reach(one)}",)
    if one.gain is Gain.WRITES:
        return (
            f"write the ARNs of the {one.kind}s that it has to manage into Resource, in place of {_reach(one)}",
            f"or let it write policies within a permissions boundary alone: a condition on {BOUNDARY_KEY}",
            "or attach listed policies alone: a condition on iam:PolicyARN",
        )
    if any(way.service for way in one.ways):
        services = ", ".join(dict.fromkeys(way.service for way in one.ways if way.service))
        return (
            f"write the ARNs of the roles that it has to pass into Resource, in place of {_reach(one)}",
            f"and say to which service: a condition on iam:PassedToService ({services} would give it the role)",
        )
    if _by_provider(one):
        trusted = f"the one that {one.whom} trusts" if one.whom else "`*`"
        return (f"write the ARNs of the identity providers that it has to manage into Resource, in place of {trusted}",)
    if one.kind == "role":
        return (
            f"write the ARNs of the roles that it needs into Resource, in place of {_reach(one)}",
            "and let the trust policy of the role with full access name the principals that need it",
        )
    return (f"write the ARNs of the {one.kind}s that it has to manage into Resource, in place of {_reach(one)}",)


def _example(one: Becoming, seen: Seen) -> tuple[str, ...]:
    """What to write instead, where a boundary is a way out."""
    certain = one.grant.undetermined is None and one.grant.cause.lost is None
    return within_boundary(one, seen) if certain and one.gain is Gain.WRITES else ()


def entrance(one: Entrance, seen: Seen) -> Found:
    """What the rule says of a trust policy that lets in somebody from outside."""
    hidden = one.how is How.HIDDEN
    who = _SENSITIVE if one.document.sensitive else one.who
    more = one.kind is Kind.PROVIDER and one.how is How.RELEASED
    template = _TO_UNSEEN if one.unseen else _OF_PROVIDER if more else _ENTRANCES[one.how]
    return Found(
        one.document.place,
        said(
            template,
            who=who,
            role=one.role,
            full=seen.service.words.full if one.unseen else _extent(seen.service.words.full, one),
            unseen=named(one.unseen),
        ),
        (one.role if hidden else who,),
        identity=(
            "trust",
            *_HOW_IN_FINGERPRINT[one.how],
            who.in_fingerprint,
            one.role,
            *([unless_sensitive(one.unseen)] if one.unseen else []),
        ),
        remedy=(
            f"see that all who newly meet its conditions have to become {one.role}" if more else _naming(one),
            _asking(one),
            "write both as texts, or give the source with --source"
            if hidden
            else f"or take from {one.role} what whoever becomes it does not need",
        ),
        documents=(one.document,),
        former=one.former,
        action="block" if one.is_open else None,
    )


def _naming(one: Entrance) -> str:
    """What to do about whom a trust policy names: a service is for all who may hand it the role."""
    if one.kind is Kind.SERVICE:
        return f"see that all who may hand {one.role} to the service have to become it"
    return f"name the one principal there that has to become {one.role}"


def _asking(one: Entrance) -> str:
    """What to do about conditions of a trust policy: put back what is gone, look at what is there, or add one."""
    if one.how is How.RELEASED:
        return "or put back what held them back: the condition, or the Deny"
    if one.is_asked:
        return "and see that nobody else can meet the condition that it has"
    if one.kind is Kind.SERVICE:
        return "and add a condition that says for what: aws:SourceArn, aws:SourceAccount"
    return "and add a condition that says when: sts:ExternalId, or the subject of the identity provider"


def credential(one: Becomable, seen: Seen) -> Found:
    """What the rule says of what is made, by which somebody becomes who is there."""
    return Found(
        one.place,
        said(_BECOMES[one.certain], _MADE[one.what], one.who, _extent(seen.service.words.full, one)),
        (one.who,),
        identity=(_MADE_IN_FINGERPRINT[one.what], one.who),
        remedy=(
            *_LOOK.get(one.what, (f"look at who gets it, or make one for a user with less than {one.who} has",)),
            f"or take from {one.who} what it does not need",
        ),
    )


def tagged(one: Tagged, seen: Seen) -> Found:
    """What the rule says of a tag, a name or an alias that makes a condition come true."""
    full, names = seen.service.words.full, ", ".join(f"`{name}`" for name in one.names)
    tag = _CALLED.get(one.about, f"tag {names}")
    at = named(one.place.address)
    of_key = {About.KEY: said("the {} of {}", tag, at), About.ALIAS: at}
    whose = of_key.get(one.about, f"its {tag}")
    return Found(
        one.place,
        said("{} newly has {} by {}, which a condition of its policies asks for", one.who, full, whose),
        (one.who,),
        identity=("tag", one.who, *one.names),
        remedy=(
            f"keep the {tag} as it was",
            f"or narrow what the policies of {one.who} allow under that condition",
        ),
    )


def tagging(one: Tagging, seen: Seen) -> Found:
    """What the rule says of who may tag keys, where a condition on a tag held it back."""
    actions, full = ", ".join(one.actions), seen.service.words.full
    return Found(
        one.place,
        said(_MAY_TAG, one.who, actions, full),
        (one.who,),
        identity=("tagging", one.who, *one.actions),
        remedy=(
            f"allow {actions} under the condition on tags as well (aws:ResourceTag), or on the keys that need it",
            f"or narrow what the policies of {one.who} allow under that condition",
        ),
    )


def _extent(full: str, one: Becoming | Entrance | Becomable) -> str:
    """What somebody has whom it is worth becoming."""
    return _OF_SOME.format(full) if one.of_some else full


def _by_provider(one: Becoming) -> bool:
    """Whether it is by an identity provider."""
    return any(way.kind in PROVIDERS for way in one.ways)


def _reach(one: Becoming) -> str:
    return one.whom or "`*`"


def _means(one: Becoming) -> str:
    """The actions, each once; those of a compute service with what is passed to it."""
    listed = dict.fromkeys(" and ".join(way.actions) for way in one.ways)
    shown = [*listed][:_SHOWN]
    rest = len(listed) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")
