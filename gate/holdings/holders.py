"""What a plan says of IAM, put together: every holder with the documents it has before and after the change."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from gate.holdings import attachments
from gate.holdings.accounts import Accounts
from gate.holdings.boundaries import Boundary, boundary_after, boundary_of
from gate.holdings.documents import Document
from gate.holdings.grouping import Grouping
from gate.holdings.hidden import Hidden
from gate.holdings.inventory import HeldDocument, Inventory
from gate.holdings.key_types import KEY_TYPES
from gate.holdings.managed_policies import ManagedPolicies, PlannedPolicy, PolicyOfOtherPlan
from gate.holdings.memberships import BeforeApply, documents_of
from gate.holdings.order import Order
from gate.holdings.out_of_sight import OutOfSight, out_of_sight
from gate.holdings.principal import Principal, managed_policy
from gate.holdings.principals import Principals
from gate.holdings.provider_values import ProviderValues
from gate.holdings.resolve import IamResource, Resolver
from gate.holdings.resource_documents import DocumentsAfter
from gate.holdings.resource_types import GROUPS, RESOURCE_TYPES
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.templates import InTemplates, in_templates, unlisted_in_templates
from gate.holdings.unexpected_documents import unexpected_documents
from gate.holdings.unlisted import unlisted_documents
from gate.plan.attributes import marks_any
from gate.plan.before_after import Baseline, ManagedResource, managed_resources
from gate.plan.model import Plan
from gate.plan.references import References
from gate.plan.shapes import ResourceChange
from gate.text.sensitive import sensitive_texts, texts

if TYPE_CHECKING:  # loaded only where something may call
    from gate.holdings.unseen_calls import UnseenCall
from gate.text.sentences import Label
from gate.unknown import Value


class Holder(msgspec.Struct, frozen=True, gc=False):
    """A principal, or a managed policy, with the documents that it has before and after the change. `label` is what
    people call it; a boundary is None where there is none. `only_members` are all members of a group that the plan
    creates, empty for every other holder. `groups_before` and `groups_after` are as many groups as a user is in."""

    principal: Principal
    label: Label
    before: tuple[HeldDocument, ...]
    after: tuple[HeldDocument, ...]
    boundary_before: Boundary | None = None
    boundary_after: Boundary | None = None
    only_members: frozenset[Principal] = frozenset()
    groups_before: int = 0
    groups_after: int = 0

    @property
    def keeps_all(self) -> bool:
        """Whether it has after the change the documents that it had before, as it had them."""
        return self.before == self.after


class PolicyHolder(msgspec.Struct, frozen=True, gc=False):
    """A managed policy of the plan as a holder, and who has it. It `stays_attached` unless it is taken again from
    everybody to whom the apply gives it. `bounds`: after the change it is the permissions boundary of somebody."""

    holder: Holder
    planned: PlannedPolicy
    attached_before: frozenset[Principal]
    attached_after: frozenset[Principal]
    stays_attached: bool
    bounds: bool


class Unproven(msgspec.Struct, frozen=True, gc=False):
    """A created role that may have policies at an attribute which does not show in the plan."""

    resource: ResourceChange
    attribute: str
    label: Label


class Holdings(msgspec.Struct, frozen=True, gc=False):
    """Everything that one plan says of IAM. `unlisted` are documents of types that nobody knows, `out_of_sight` what
    newly can create IAM resources out of sight, `unseen_calls` what newly calls IAM or KMS by itself,
    `unexpected_documents` policy documents where nobody expects one, `unproven` roles that may have a hidden policy
    block."""

    principals: tuple[Holder, ...]
    policies: tuple[PolicyHolder, ...]
    unlisted: tuple[Document, ...]
    out_of_sight: tuple[OutOfSight, ...]
    unseen_calls: "tuple[UnseenCall, ...]"
    unexpected_documents: tuple[Document, ...]
    unproven: tuple[Unproven, ...]


class IamPlan(msgspec.Struct, frozen=True, gc=False):
    """What a plan says of IAM, before anything is said of who is who.

    `resources` are those of the table, with all that the plan hides in them resolved; `accounts` whose they are.
    `references` are for what depends on what, `answers` for the place of a finding in the source. `aws` gives what
    AWS's own managed policies say, `baseline` is what the change is measured against. `key_resources` say who may use
    a KMS key; `filled` puts what is known of providers into a value, and `documents` reads what the plan hides: both
    are for documents that no IAM resource has. `hidden_name` is what tells a name in a resource that none is.
    """

    plan: Plan
    answers: SourceAnswers
    references: References
    aws: Callable[[str], Any]
    baseline: Baseline
    resources: list[IamResource]
    accounts: Accounts
    templates: InTemplates
    key_resources: list[ManagedResource]
    filled: Callable[[Value], Value]
    documents: DocumentsAfter
    hidden_name: Callable[[ManagedResource, str], Hidden]

    def secrets(self) -> frozenset[str]:
        """Every text that the plan marks as sensitive: attributes of the table's resources, and variables."""
        inside = {resource.address for resource in (*self.templates.listed, *self.templates.keys)}
        every = (
            resource
            for resource in (*self.resources, *self.key_resources)
            if (resource.before_sensitive and marks_any(resource.before_sensitive))
            or (resource.after_sensitive and marks_any(resource.after_sensitive))
            or resource.address in inside
        )
        planned = (value for resource in every for value in (resource.before, *resource.values_after))
        values = (*planned, *self.documents.deferred())
        hidden = set(self.plan.configuration().root_module.sensitive_variables())
        given = self.plan.variables() if hidden else {}
        return frozenset(
            [text for value in values for text in sensitive_texts(value)]
            + [text for name in hidden for text in texts(given.get(name))]
        )

    def only(self, addresses: frozenset[str]) -> "IamPlan":
        """The same with no other principals and attachments than those at these addresses."""
        kept = [resource for resource in self.resources if resource.address in addresses or resource.row.policy]
        return replace(self, resources=kept)

    def policies(self) -> tuple[PolicyOfOtherPlan, ...]:
        """The managed policies of the plan, for the other plans of the run."""
        grouping = Grouping(self.accounts)
        found = ManagedPolicies(self.plan, self.resources, grouping, self.aws)
        return tuple(
            PolicyOfOtherPlan(name, path, self.accounts.all[planned.account].number, planned.before, planned.after)
            for name, path, planned in found.listed()
        )


def iam_plan(
    plan: Plan, answers: SourceAnswers, aws: Callable[[str], Any], *, baseline: Baseline = "refreshed"
) -> IamPlan:
    """Reads a plan, with what the source answers of what it hides; `aws` is what AWS-managed policies say (see
    ManagedPolicies). Raises GateError."""
    references = References(plan, answers.strays)
    answers.disbelieve(references.stray)
    stays = {name for name, row in RESOURCE_TYPES.items() if row.stays}
    templates = in_templates(plan, references, answers, baseline)
    managed = [*managed_resources(plan, RESOURCE_TYPES, baseline=baseline, stays=stays), *templates.listed]
    accounts = Accounts(plan, references, managed, answers.provider_may_hide, answers.provider_repeats)
    filled = ProviderValues(plan, references, accounts, answers.provider_argument).filled
    documents = DocumentsAfter(references, answers, filled)
    resolver = Resolver(references, answers, documents, filled, accounts.is_believed)
    return IamPlan(
        plan=plan,
        answers=answers,
        references=references,
        aws=aws,
        baseline=baseline,
        resources=[resolver.resolve(resource) for resource in managed],
        accounts=accounts,
        templates=templates,
        key_resources=[*managed_resources(plan, KEY_TYPES, baseline=baseline), *templates.keys],
        filled=filled,
        documents=documents,
        hidden_name=resolver.hidden_name,
    )


def holdings(
    iam: IamPlan, together: frozenset[str] = frozenset(), elsewhere: Sequence[PolicyOfOtherPlan] = ()
) -> Holdings:
    """Every holder, if the accounts in `together` (ids) are one and all the others are different: with `together`, only
    those in that one. `elsewhere` are the managed policies of the other plans of the run."""
    plan, resources = iam.plan, iam.resources
    grouping = Grouping(iam.accounts, together)
    principals = Principals(resources, grouping)
    policies = ManagedPolicies(plan, resources, grouping, iam.aws, elsewhere)
    order = Order(plan, iam.references, resources, principals, iam.answers.in_local)
    before, after = attachments.collect(resources, principals, policies, order)
    earlier, unidentified = BeforeApply(before, order), after.unidentified_in()
    members = _members_of_new_groups(resources, principals, before, after, order)
    everybody = sorted(
        {
            *before.documents,
            *after.documents,
            *before.containers,
            *after.containers,
            *after.boundaries,
            *before.boundaries,
        }
    )
    found = tuple(
        Holder(
            principal,
            principals.label(principal),
            tuple(documents_of(before, principal)),
            (
                *documents_of(after, principal, earlier),
                *(_possible(after, principal, unidentified) if unidentified else ()),
            ),
            boundary_of(before, principal, after=False),
            boundary_after(before, after, principal, order),
            members.get(principal, frozenset()),
            before.groups(principal),
            after.groups(principal),
        )
        for principal in everybody
        if not together or principal.account == grouping.joined
    )
    return Holdings(
        principals=found,
        policies=tuple(
            policy
            for policy in _policy_holders(policies, before, after, principals, order)
            if not together or policy.holder.principal.account == grouping.joined
        ),
        unlisted=(*unlisted_documents(plan, iam.baseline), *unlisted_in_templates(iam.templates)),
        out_of_sight=() if together else tuple(out_of_sight(plan, iam.templates)),
        unseen_calls=() if together else _unseen_calls(iam),
        unexpected_documents=() if together else tuple(unexpected_documents(plan, iam.aws)),
        unproven=tuple(_unproven(resources, principals)),
    )


def _unseen_calls(iam: IamPlan) -> "tuple[UnseenCall, ...]":
    """What newly calls IAM or KMS by itself."""
    if not _may_call(iam.plan, iam.references):
        return ()
    from gate.holdings.unseen_calls import unseen_calls

    return tuple(unseen_calls(iam.plan, iam.references, iam.answers))


def _may_call(plan: Plan, references: References) -> bool:
    """Whether a plan changes anything but IAM, reads something in the apply, or runs something."""
    return (
        plan.invokes_actions
        or any(one.type not in RESOURCE_TYPES for one in plan.acting)
        or any(one.resource_change.type not in RESOURCE_TYPES for one in plan.deferred_changes)
        or any(one.mode == "data" for one in plan.resource_changes)
        or any(True for _ in references.with_provisioners())
    )


def _members_of_new_groups(
    resources: list[IamResource], principals: Principals, before: Inventory, after: Inventory, order: Order
) -> Mapping[Principal, frozenset[Principal]]:
    names = (resource.row.own_name for resource in resources if resource.created)
    if not any(name.kind in GROUPS for name in names if name):
        return {}
    from gate.holdings.new_groups import members_of_new_groups  # most plans create none

    return members_of_new_groups(resources, principals, before, after, order)


def _unproven(resources: list[IamResource], principals: Principals) -> Iterator[Unproven]:
    for resource in resources:
        if resource.unproven and (label := principals.label_after(resource)) is not None:
            yield from (Unproven(resource.entry, attribute, label) for attribute in resource.unproven)


def _possible(
    inventory: Inventory, principal: Principal, unidentified: Mapping[tuple[str, str], Sequence[Principal]]
) -> Iterator[HeldDocument]:
    """What somebody has who can't be told, and may be this principal."""
    alike = unidentified.get((principal.kind, principal.account), ())
    for other in () if principal in alike else alike:
        yield from (replace(held, holder_is_uncertain=True) for held in inventory.documents.get(other, ()))


def _policy_holders(
    policies: ManagedPolicies, before: Inventory, after: Inventory, principals: Principals, order: Order
) -> list[PolicyHolder]:
    had, has, bounding = _attached(before), _attached(after), _bounding(after)
    has = {address: {who for who in holders if not order.is_deleted(who)} for address, holders in has.items()}
    kept = _attached(after, lambda held: not _is_taken(held, principals, order))
    result = []
    for key, planned in policies.planned.items():
        values = planned.resource.after or planned.resource.before
        row = planned.resource.row
        name = values.get(row.policy.name) if row.policy and isinstance(values, dict) else None
        principal = managed_policy(name if isinstance(name, str) else f"({key})", planned.account)
        address = planned.resource.address
        holder = Holder(
            principal,
            Label(f"policy {principal.name}", "policy", "policy"),
            tuple(HeldDocument(document) for document in planned.before),
            tuple(HeldDocument(document) for document in planned.after),
        )
        attached = frozenset(has.get(address, ()))
        stays = not attached.isdisjoint(kept.get(address, ()))
        result.append(
            PolicyHolder(holder, planned, frozenset(had.get(address, ())), attached, stays, address in bounding)
        )
    return result


def _is_taken(held: HeldDocument, principals: Principals, order: Order) -> bool:
    """Whether another resource takes a document from somebody in every order of the apply."""
    by = held.removed_by
    if by is None or by == held.document.place:
        return False
    return order.certainly_follows(by.address, held.links[0].place.address, principals.newly_called)


def _attached(
    inventory: Inventory, counts: Callable[[HeldDocument], bool] = lambda held: True
) -> dict[str, set[Principal]]:
    """Who has each managed policy, by its address, as far as what somebody has `counts`."""
    found: dict[str, set[Principal]] = defaultdict(set)
    for principal, held in inventory.documents.items():
        for entry in held:
            if entry.links and counts(entry):
                found[entry.document.place.address].add(principal)
    return found


def _bounding(inventory: Inventory) -> set[str]:
    return {held.document.place.address for bounds in inventory.boundaries.values() for held in bounds}
