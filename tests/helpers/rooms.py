"""A plan as one room of gate hands it to the next: for tests that look into a room, not at a verdict."""

from gate.findings.found import Seen
from gate.holdings.attachments import collect
from gate.holdings.grouping import Grouping
from gate.holdings.holders import Holder, Holdings, IamPlan, holdings, iam_plan
from gate.holdings.inventory import Inventory
from gate.holdings.managed_policies import ManagedPolicies, PolicyOfOtherPlan
from gate.holdings.order import Order
from gate.holdings.principals import Principals
from gate.holdings.source_answers import SourceAnswers
from gate.iam.services import protected
from gate.plan.model import read
from gate.rules.run import look


def read_iam(raw: bytes) -> IamPlan:
    """What a plan says of IAM, before anything is said of who is who."""
    plan = read(raw, "plan.json")[0]
    return iam_plan(plan, SourceAnswers(plan), protected().managed_policies.of)


def held(raw: bytes, together: frozenset[str] = frozenset()) -> Holdings:
    """Who has which documents before and after."""
    return holdings(read_iam(raw), together)


def holder(raw: bytes, label: str) -> Holder:
    """The one holder of that label, a principal."""
    [found] = [one for one in held(raw).principals if one.label == label]
    return found


def new_access(raw: bytes) -> Seen:
    """What is new for every holder."""
    return look(read_iam(raw), protected())


def collected(raw: bytes) -> tuple[Inventory, Inventory]:
    """What everybody has before and after, before anything is followed through groups and permission sets."""
    iam = read_iam(raw)
    grouping = Grouping(iam.accounts)
    principals = Principals(iam.resources, grouping)
    policies = ManagedPolicies(iam.plan, iam.resources, grouping, iam.aws)
    return collect(
        iam.resources,
        principals,
        policies,
        Order(iam.plan, iam.references, iam.resources, principals, iam.answers.in_local),
    )


def managed_policies(raw: bytes, *elsewhere: PolicyOfOtherPlan) -> ManagedPolicies:
    """The managed policies of a plan, beside those of other plans of the run."""
    iam = read_iam(raw)
    return ManagedPolicies(iam.plan, iam.resources, Grouping(iam.accounts), iam.aws, elsewhere)
