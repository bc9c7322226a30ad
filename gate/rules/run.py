"""Every rule over one plan: what is new for its holders becomes findings."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from gate.findings import build
from gate.findings.found import Found, Seen
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holdings, IamPlan, holdings
from gate.holdings.managed_policies import PolicyOfOtherPlan
from gate.iam.patterns import Budget
from gate.iam.service import Service
from gate.new_access.groupings import judged
from gate.new_access.introduced import WHOLE, Introduced, introduced
from gate.new_access.managed_policies import introduced_by_policies
from gate.new_access.policies import PlanDocuments
from gate.plan.model import Plan
from gate.report import Finding
from gate.rules import RULES


def look(iam: IamPlan, service: Service, elsewhere: Sequence[PolicyOfOtherPlan] = ()) -> Seen:
    """What is new for every holder of a plan, whichever accounts are one. `elsewhere` are the managed policies of the
    other plans of the run."""
    work = Budget(WHOLE)
    apart = holdings(iam, elsewhere=elsewhere)
    documents = _documents(apart)

    def judge(together: frozenset[str], addresses: frozenset[str]) -> tuple[Introduced, ...]:
        held = holdings(iam.only(addresses), together, elsewhere) if together else apart
        principals = [introduced(holder, service, documents, work) for holder in held.principals]
        policies = [p for p in held.policies if not together or p.planned.resource.address in addresses]
        return (*principals, *introduced_by_policies(policies, principals, service, documents, work))

    found = judged(iam, judge, service, documents)
    return Seen(found, apart, documents, service, iam.answers.sourced)


def findings(plan: Plan, seen: Seen) -> Iterator[Finding]:
    """One finding per place: the strongest rule that found something there has it. What may be wider than that is told
    beside it."""
    moved = {r.address: r.previous_address for r in plan.resource_changes if r.previous_address}
    taken: dict[Place, set[str]] = {}
    for rule in RULES:
        by_place: dict[Place, list[Found]] = defaultdict(list)
        for found in rule.find(seen):
            by_place[found.place].append(_softened(found, seen))
        for place in sorted(by_place):
            told = taken.setdefault(place, set())
            others = [found for found in by_place[place] if _is_news(found, told)]
            if others:
                by_place[place] = others
                told.update(*(found.principals or ("",) for found in others))
                yield build.finding(rule.id, rule.name, rule.default, by_place[place], plan.path, seen, moved)


def _is_news(found: Found, told: set[str]) -> bool:
    """Whether a stronger rule has not told of all the same principals at the same place, or told of less."""
    wider = found.grant is not None and found.grant.may_be_wider
    return not told or wider or (found.grant is not None and not told.issuperset(found.principals))


def _softened(found: Found, seen: Seen) -> Found:
    """A new policy that nobody has and that only bounds others grants nothing: a warning."""
    for policy in seen.holdings.policies:
        if (
            found.grant
            and found.grant.holder == policy.holder
            and policy.planned.created
            and policy.bounds
            and not policy.attached_after
        ):
            alone = "nobody has it, the plan uses it as a permissions boundary only"
            return replace(found, action="warn", message=f"{found.message} ({alone})")
    return found


def _documents(held: Holdings) -> PlanDocuments:
    before: dict[Place, Document] = {}
    after: dict[Place, Document] = {}
    for holder in (*held.principals, *(policy.holder for policy in held.policies)):
        before.update((one.document.place, one.document) for one in holder.before)
        after.update((one.document.place, one.document) for one in holder.after)
    return PlanDocuments(before, after)
