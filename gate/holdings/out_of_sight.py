"""Resources that can create IAM resources out of Terraform's sight, and out of gate's."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from gate.holdings.documents import Place
from gate.holdings.template_types import CLOUD_CONTROL, CLOUD_CONTROL_BODY, TEMPLATES
from gate.holdings.templates import InTemplates
from gate.plan.attributes import values_at
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.model import Plan
from gate.plan.shapes import UNKNOWN

if TYPE_CHECKING:  # loaded only where a plan has such a resource
    from gate.templates.unreadable import Unread


class CanMakeIam(msgspec.Struct, frozen=True, gc=False):
    """A resource that can create IAM resources out of sight: where the attribute at `path` begins with one of `values`,
    or has one `anywhere` in its text."""

    path: str
    values: tuple[str, ...]
    anywhere: bool = False


_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
# Whoever administers these services for an organization hands out access in every account of it.
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html
_ADMINISTERED = ("sso.amazonaws.com", "iam.amazonaws.com", "member.org.stacksets.cloudformation.amazonaws.com")
_CLOUD_CONTROL = (
    "AWS::IAM::", "AWS::SSO::", "AWS::IdentityStore::", "AWS::Budgets::",
    "AWS::CloudFormation::", "AWS::ServiceCatalog::",
)  # fmt: skip

CAN_MAKE_IAM: dict[str, CanMakeIam] = {
    "aws_cloudformation_stack": CanMakeIam("capabilities[]", _CAPABILITIES),
    "aws_cloudformation_stack_set": CanMakeIam("capabilities[]", _CAPABILITIES),
    "aws_serverlessapplicationrepository_cloudformation_stack": CanMakeIam("capabilities[]", _CAPABILITIES),
    "aws_cloudcontrolapi_resource": CanMakeIam("type_name", _CLOUD_CONTROL),
    "aws_cloudformation_stack_instances": CanMakeIam("stack_set_name", ("",)),
    "aws_cloudformation_stack_set_instance": CanMakeIam("stack_set_name", ("",)),
    "aws_servicecatalog_provisioned_product": CanMakeIam("name", ("",)),
    "awscc_servicecatalog_cloudformation_provisioned_product": CanMakeIam("provisioned_product_id", ("",)),
    "aws_organizations_delegated_administrator": CanMakeIam("service_principal", _ADMINISTERED),
    "aws_codepipeline": CanMakeIam("stage[].action[].configuration.Capabilities", _CAPABILITIES),
    "awscc_codepipeline_pipeline": CanMakeIam("stages[].actions[].configuration", _CAPABILITIES, anywhere=True),
    "awscc_cloudformation_stack": CanMakeIam("capabilities[]", _CAPABILITIES),
    "awscc_cloudformation_stack_set": CanMakeIam("capabilities[]", _CAPABILITIES),
}


class OutOfSight(msgspec.Struct, frozen=True, gc=False):
    """A resource that is new or changed, and what of it is not seen. One that `makes_iam` can create IAM resources;
    any stack can create KMS keys and permission sets, for which AWS asks for no capability
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html)."""

    place: Place
    unread: "Unread"
    makes_iam: bool = True

    @property
    def is_malformed(self) -> bool:
        """Whether the text is known, can't be read, and may make IAM resources."""
        return self.unread.is_malformed and self.makes_iam


def out_of_sight(plan: Plan, templates: InTemplates) -> Iterator[OutOfSight]:
    """Every such resource of a plan; one whose whole template was read is none."""
    for resource in managed_resources(plan, CAN_MAKE_IAM):
        rule = CAN_MAKE_IAM[resource.type]
        makes_iam = _matches(resource.after, rule)
        may_make_any = makes_iam or (resource.after is not None and resource.address in templates.unread)
        if resource.address in templates.read or not may_make_any or resource.before == resource.after:
            continue
        unread = templates.unread.get(resource.address) or _described_elsewhere()
        attribute = _body(resource) if unread.is_malformed or not makes_iam else rule.path.partition("[]")[0]
        yield OutOfSight(Place(resource.address, attribute), unread, makes_iam or unread.makes_iam)


def _described_elsewhere() -> "Unread":
    from gate.templates.unreadable import Unread, WhyUnread

    return Unread(WhyUnread.DESCRIBED_ELSEWHERE)


def _body(resource: ManagedResource) -> str:
    return CLOUD_CONTROL_BODY if resource.type == CLOUD_CONTROL else TEMPLATES[resource.type].body


def _matches(values: Any, rule: CanMakeIam) -> bool:
    found = [value for _, value in values_at(values, rule.path)]

    def has_one(text: str) -> bool:
        return any(one in text for one in rule.values) if rule.anywhere else text.startswith(rule.values)

    return any(value is UNKNOWN or (isinstance(value, str) and has_one(value)) for value in found)
