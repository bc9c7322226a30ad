"""Every rule over one plan: what is new for its holders becomes findings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from gate.findings.found import Found, Seen
from gate.findings.lookup import Lookup
from gate.holdings.documents import Place
from gate.holdings.holders import Holder, Holdings, IamPlan, holdings
from gate.holdings.key_types import ALIAS_TYPES
from gate.holdings.managed_policies import PolicyOfOtherPlan
from gate.iam.patterns import Budget
from gate.iam.service import Service
from gate.new_access.grants import Introduced
from gate.new_access.groupings import judged
from gate.new_access.inquiry import WHOLE, Inquiry, Work
from gate.new_access.introduced import introduced
from gate.new_access.new_groups import without_new_groups
from gate.new_access.policies import PlanDocuments, any_may_allow
from gate.new_access.questions import FULL
from gate.new_access.refusals import with_refusals
from gate.plan.before_after import managed_resources
from gate.plan.model import Plan
from gate.report import Finding
from gate.rules import QUESTIONS, RULES
from gate.text.sentences import sentence

if TYPE_CHECKING:  # loaded only where a plan has keys, or somebody may become another principal
    from gate.holdings.keys import Key
    from gate.holdings.resolve import IamResource
    from gate.new_access.becoming import Becomings
    from gate.new_access.keys import Opened
    from gate.new_access.tagging import Tagging
    from gate.new_access.tags import Tagged
    from gate.new_access.unseen import Unstopped

_IDENTITY = ("iam", "sts")  # the services whose actions make one principal another one, or write its policies
_AS_A_BOUNDARY = "nothing is to be done for a boundary; do not attach it as a policy, which would give all of this"


def look(iam: IamPlan, service: Service, elsewhere: Sequence[PolicyOfOtherPlan] = ()) -> Seen:
    """What is new for every holder of a plan, whichever accounts are one. `elsewhere` are the managed policies of the
    other plans of the run."""
    work = Work(Budget(WHOLE), Budget(WHOLE), Budget(WHOLE))
    apart = holdings(iam, elsewhere=elsewhere)
    documents = _documents(apart)
    apart = with_refusals(apart, documents)
    inquiry = Inquiry(service, documents, work, QUESTIONS)

    def judge(together: frozenset[str], addresses: frozenset[str]) -> tuple[Introduced, ...]:
        held = apart
        if together:
            held = with_refusals(holdings(iam.only(addresses), together, elsewhere), documents)
        principals = without_new_groups([introduced(holder, inquiry) for holder in held.principals])
        policies = [p for p in held.policies if not together or p.planned.resource.address in addresses]
        if not policies:
            return (*principals,)
        from gate.new_access.managed_policies import introduced_by_policies

        return (*principals, *introduced_by_policies(policies, principals, inquiry))

    found = judged(iam, judge, inquiry)
    every_key = _keys(iam) if iam.key_resources else ()
    return Seen(
        iam=iam,
        lookup=Lookup(iam, apart),
        introduced=found,
        holdings=apart,
        documents=_with(documents, every_key),
        service=service,
        sourced=iam.answers.sourced,
        keys=every_key,
        opened=_opened(every_key, inquiry) if every_key else None,
        becomings=_becomings(found, apart, iam, inquiry),
        tagged=_tagged(found, iam, inquiry),
        tagging=_tagging(found, inquiry),
        unstopped=_unstopped(found, inquiry),
    )


def _keys(iam: IamPlan) -> "tuple[Key, ...]":
    from gate.holdings.keys import keys

    return keys(iam)


def _opened(keys: "Sequence[Key]", inquiry: Inquiry) -> "Opened":
    from gate.new_access.keys import opened

    return opened(keys, inquiry)


def _becomings(found: Sequence[Introduced], held: Holdings, iam: IamPlan, inquiry: Inquiry) -> "Becomings | None":
    """Whoever has full access may be who somebody becomes; others become nobody without an action of IAM or STS."""
    documents = (one.document for each in found for one in each.holder.after)
    if not any(each.may_be_full for each in found) and not any_may_allow(documents, _IDENTITY):
        return None
    from gate.holdings.credentials import credentials
    from gate.holdings.identities import identities
    from gate.holdings.mail_addresses import new_addresses
    from gate.holdings.principal_arns import account_of
    from gate.holdings.trust_anchors import trust_anchors
    from gate.new_access.becoming import becomings

    in_templates = (*iam.templates.credentials, *iam.templates.listed)
    made = (
        *credentials(
            iam.plan, in_templates, iam.hidden_name, lambda one: account_of(one, iam.references, iam.accounts)
        ),
        *trust_anchors(iam.plan, in_templates, iam.references, iam.accounts),
        *new_addresses(iam.resources, _predecessors(iam)),
    )
    return becomings(found, held.policies, identities(iam), inquiry, made)


def _unstopped(found: Sequence[Introduced], inquiry: Inquiry) -> "tuple[Unstopped, ...]":
    """Who has a policy that nobody sees, and no longer what denied or bounded it: nearly nobody."""
    changing = [
        one
        for one in found
        if not one.holder.keeps_all or one.holder.boundary_before != one.holder.boundary_after
        if any(held.document.content is None for held in one.holder.after)
    ]
    if not changing:
        return ()
    from gate.new_access.unseen import unstopped

    return (*unstopped(changing, inquiry),)


def _tagged(found: Sequence[Introduced], iam: IamPlan, inquiry: Inquiry) -> "tuple[Tagged, ...]":
    """Who newly has full access by a tag or an alias: few plans change one that a policy asks for."""
    aliases = managed_resources(iam.plan, ALIAS_TYPES)
    if not aliases and not iam.key_resources and all(one.stays for one in iam.resources if one.row.own_name):
        return ()
    from gate.holdings.tags import tag_changes

    changes = (*tag_changes(iam.resources, iam.key_resources, aliases, _predecessors(iam)),)
    if not changes:
        return ()
    from gate.holdings.identities import identities
    from gate.new_access.tags import tagged

    return (*tagged(found, changes, identities(iam), inquiry),)


def _tagging(found: Sequence[Introduced], inquiry: Inquiry) -> "tuple[Tagging, ...]":
    """Who may newly tag keys: it matters to who has full access under a condition alone."""
    conditional = [one for one in found if one.compared is not None and one.may_be_full and not one.is_full]
    if not conditional:
        return ()
    from gate.new_access.tagging import tagging

    return (*tagging(conditional, inquiry),)


def _predecessors(iam: IamPlan) -> "Mapping[str, IamResource]":
    """Who was at another address."""
    if all(one.values_after for one in iam.resources):
        return {}
    from gate.holdings.predecessors import predecessors  # many plans let nothing go

    return predecessors(iam.resources, iam.accounts.account_id)


def findings(plan: Plan, seen: Seen) -> Iterator[Finding]:
    """One finding per rule and place, where no stronger rule tells of all that there is. What may be wider than what is
    told is told beside it."""
    told = _Told({}, {})
    bounding = _only_bounding(seen.holdings)
    for rule in RULES:
        by_place: dict[Place, list[Found]] = defaultdict(list)
        for found in rule.find(seen):
            by_place[found.place] += _softened(found, bounding)
        for place in sorted(by_place):
            others = [found for found in by_place[place] if told.leaves(found)]
            if others:
                told.add(others)
                from gate.findings import build  # only where something is found

                moved = seen.lookup.once(_moved, lambda: _moved(plan))
                yield build.finding(rule.id, rule.name, rule.default, others, plan.path, seen, moved)


def _moved(plan: Plan) -> dict[str, str]:
    """Where what has moved was before, by its address."""
    return {r.address: r.previous_address for r in plan.resource_changes if r.previous_address}


class _Told(msgspec.Struct):
    """Of whom something was told at a place: anything at all, and what is no narrower than every resource."""

    anything: dict[Place, set[str]]
    of_every: dict[Place, set[str]]

    def leaves(self, found: Found) -> bool:
        """Whether there is more to be told than was."""
        if found.grant is None or found.grant.may_be_wider:
            return found.grant is not None or not self.anything.get(found.place)
        by_now = (self.anything if found.grant.question == FULL else self.of_every).get(found.place, set())
        return not by_now or not by_now.issuperset(found.principals)

    def add(self, several: Iterable[Found]) -> None:
        """A few actions cover nothing else, and named resources do not cover all of them. A grant that several
        documents complete is told of at each."""
        covering = [found for found in several if found.grant is None or found.grant.question == FULL]
        for found in covering:
            grant = found.grant
            whom = found.principals or ("",)
            self.anything.setdefault(found.place, set()).update(whom)
            if grant is None or grant.undetermined or grant.width is not None:
                parts = grant.sources if grant and grant.cause.together else ()
                for place in {found.place, *(document.place for document, _ in parts)}:
                    self.of_every.setdefault(place, set()).update(whom)


def _softened(found: Found, bounding: Mapping[str, Sequence[Holder]]) -> list[Found]:
    """A new policy that nobody has and that only bounds others grants nothing: a warning about all power, else none."""
    if found.grant is None or found.grant.holder not in bounding.get(found.grant.holder.label, ()):
        return [found]
    if found.grant.question != FULL:
        return []
    alone = "nobody has it, the plan uses it as a permissions boundary only"
    told = sentence("{} ({})", found.message, alone)
    return [replace(found, action="warn", message=told, advice=None, remedy=(_AS_A_BOUNDARY,))]


def _only_bounding(holdings: Holdings) -> Mapping[str, Sequence[Holder]]:
    """The managed policies that the plan creates and uses as permissions boundaries alone, by label."""
    found: dict[str, list[Holder]] = defaultdict(list)
    for policy in holdings.policies:
        if policy.planned.created and policy.bounds and not policy.attached_after:
            found[policy.holder.label].append(policy.holder)
    return found


def _with(documents: PlanDocuments, keys: "Sequence[Key]") -> PlanDocuments:
    """The documents of the plan, those of its keys among them."""
    before = {one.place: one for key in keys for one in (key.before, *key.grants_before) if one is not None}
    after = {one.place: one for key in keys for one in (*key.after, *key.grants_after) if one is not None}
    return PlanDocuments({**documents.before, **before}, {**documents.after, **after})


def _documents(held: Holdings) -> PlanDocuments:
    holders = (*held.principals, *(policy.holder for policy in held.policies))
    return PlanDocuments(
        {one.document.place: one.document for holder in holders for one in holder.before},
        {one.document.place: one.document for holder in holders for one in holder.after},
    )
