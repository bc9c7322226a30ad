"""THE table: every resource type that hands out IAM access, and where in it the access and its holder stand.

An attribute path is dotted; `[]` stands for every element of a list, set or block. Sources: the provider schemas of
hashicorp/aws and hashicorp/awscc (https://registry.terraform.io/providers/hashicorp/aws/latest/docs).
"""

from enum import Enum, auto

import msgspec

ROLE, USER, GROUP = "role", "user", "group"
ROLE_OF_A_SERVICE = "aws_iam_service_linked_role"  # AWS names and makes it
PERMISSION_SET, ASSIGNEE = "permission set", "assignee"
GROUPS = frozenset({GROUP, ASSIGNEE})  # somebody may be in one


class Destroyed(Enum):
    """What AWS holds after a resource is destroyed; tests/holdings/destroyed.tsv has the source of each row's."""

    OWN = auto()  # nothing of its own
    LISTED = auto()  # all but what its state lists
    ITSELF = auto()  # nothing of it, and nothing that it has
    NOTHING = auto()  # everything: nothing is taken away


class PrincipalNames(msgspec.Struct, frozen=True, gc=False):
    """Principals of one kind, named by the values at an attribute path."""

    kind: str
    path: str


class ManagedPolicy(msgspec.Struct, frozen=True, gc=False):
    """Where a managed policy's own name, path and ARN stand."""

    name: str
    path: str
    arn: str


class ByName(msgspec.Struct, frozen=True, gc=False):
    """Customer-managed policies named in blocks of a name and a path, as IAM Identity Center does."""

    block: str
    name: str
    path: str


class ResourceType(msgspec.Struct, frozen=True, gc=False):
    """One row.

    `own_name`: the resource is a principal, and has its name here. `policy`: it is a managed policy. `recipients`: the
    principals that its documents and attachments reach, the resource itself where empty. `documents`: policy documents.
    `attaches`: ARNs of managed policies. `joins`: its recipients become members of these and have their access.
    `boundary`: the ARN of a permissions boundary of the recipients. `exclusive`: whatever else of that kind the
    recipients have is taken away. `exclusive_names`: the names of their only inline policies. `mirrors`: attributes
    that also show what separate resources manage; they are Optional and Computed, so "unknown" may mean "not
    configured". `label`: what people call it.
    `fixed_name`: the name of its document, where a principal has only one such, whichever resource writes it. `arn` and
    `unique_id`: where its own ARN and AWS's unique id stand, where it is a principal. `trust`: who may assume it, where
    it is a role. `destroyed`: what is left after it is destroyed. `takes_along`: destroying it first takes from it all
    that its mirrors show to be of the kind, whichever resource gave it (`deleteRole` of the provider). `renames`: an
    update of its name is a rename in IAM, so that credentials and members come along (`resourceUserUpdate`,
    `resourceGroupUpdate` of the provider). `is_person`: what people call it is what somebody signs in by.
    """

    own_name: PrincipalNames | None = None
    policy: ManagedPolicy | None = None
    recipients: tuple[PrincipalNames, ...] = ()
    documents: tuple[str, ...] = ()
    attaches: tuple[str, ...] = ()
    attaches_by_name: ByName | None = None
    joins: PrincipalNames | None = None
    boundary: str | None = None
    boundary_by_name: ByName | None = None
    exclusive: bool = False
    exclusive_names: str | None = None
    mirrors: frozenset[str] = frozenset()
    label: str | None = None
    fixed_name: str = ""
    arn: str = ""
    unique_id: str = ""
    trust: str = ""
    destroyed: Destroyed = Destroyed.OWN
    takes_along: bool = False
    later: bool = False
    renames: bool = False
    is_person: bool = False

    @property
    def is_in_store(self) -> bool:
        """Whether it is a user or a group of the identity store."""
        return self.own_name is not None and self.own_name.kind == ASSIGNEE

    @property
    def stays(self) -> bool:
        """Whether destroying it undoes nothing."""
        return self.destroyed is Destroyed.NOTHING


def _attachment(kind: str) -> ResourceType:
    return ResourceType(recipients=(PrincipalNames(kind, kind),), attaches=("policy_arn",))


def _inline(kind: str) -> ResourceType:
    return ResourceType(recipients=(PrincipalNames(kind, kind),), documents=("policy",))


def _attachments_exclusive(kind: str) -> ResourceType:
    return ResourceType(
        recipients=(PrincipalNames(kind, f"{kind}_name"),),
        attaches=("policy_arns[]",),
        exclusive=True,
        destroyed=Destroyed.NOTHING,
    )


def _policies_exclusive(kind: str) -> ResourceType:
    return ResourceType(
        recipients=(PrincipalNames(kind, f"{kind}_name"),),
        exclusive_names="policy_names[]",
        destroyed=Destroyed.NOTHING,
    )


def _awscc_inline(kind: str) -> ResourceType:
    return ResourceType(recipients=(PrincipalNames(kind, f"{kind}_name"),), documents=("policy_document",))


_SET = (PrincipalNames(PERMISSION_SET, "permission_set_arn"),)
_EVERYBODY = (PrincipalNames(ROLE, "roles[]"), PrincipalNames(USER, "users[]"), PrincipalNames(GROUP, "groups[]"))
_REFERENCE = "customer_managed_policy_reference"

RESOURCE_TYPES: dict[str, ResourceType] = {
    "aws_iam_role": ResourceType(
        destroyed=Destroyed.ITSELF,
        own_name=PrincipalNames(ROLE, "name"),
        documents=("inline_policy[].policy",),
        attaches=("managed_policy_arns[]",),
        boundary="permissions_boundary",
        mirrors=frozenset({"inline_policy", "managed_policy_arns"}),
        takes_along=True,
        arn="arn",
        unique_id="unique_id",
        trust="assume_role_policy",
    ),
    "aws_iam_user": ResourceType(
        destroyed=Destroyed.ITSELF,
        own_name=PrincipalNames(USER, "name"),
        boundary="permissions_boundary",
        arn="arn",
        unique_id="unique_id",
        renames=True,
    ),
    "aws_iam_group": ResourceType(
        destroyed=Destroyed.ITSELF,
        own_name=PrincipalNames(GROUP, "name"),
        arn="arn",
        unique_id="unique_id",
        renames=True,
    ),
    "aws_iam_policy": ResourceType(
        destroyed=Destroyed.ITSELF, policy=ManagedPolicy("name", "path", "arn"), documents=("policy",)
    ),
    "aws_iam_role_policy": _inline(ROLE),
    "aws_iam_user_policy": _inline(USER),
    "aws_iam_group_policy": _inline(GROUP),
    "aws_iam_role_policy_attachment": _attachment(ROLE),
    "aws_iam_user_policy_attachment": _attachment(USER),
    "aws_iam_group_policy_attachment": _attachment(GROUP),
    "aws_iam_policy_attachment": ResourceType(
        recipients=_EVERYBODY, attaches=("policy_arn",), destroyed=Destroyed.LISTED
    ),
    "aws_iam_role_policy_attachments_exclusive": _attachments_exclusive(ROLE),
    "aws_iam_user_policy_attachments_exclusive": _attachments_exclusive(USER),
    "aws_iam_group_policy_attachments_exclusive": _attachments_exclusive(GROUP),
    "aws_iam_role_policies_exclusive": _policies_exclusive(ROLE),
    "aws_iam_user_policies_exclusive": _policies_exclusive(USER),
    "aws_iam_group_policies_exclusive": _policies_exclusive(GROUP),
    "aws_iam_group_membership": ResourceType(
        recipients=(PrincipalNames(USER, "users[]"),), joins=PrincipalNames(GROUP, "group"), destroyed=Destroyed.LISTED
    ),
    "aws_iam_user_group_membership": ResourceType(
        recipients=(PrincipalNames(USER, "user"),), joins=PrincipalNames(GROUP, "groups[]"), destroyed=Destroyed.LISTED
    ),
    "aws_budgets_budget_action": ResourceType(
        recipients=tuple(
            PrincipalNames(kind, f"definition[].iam_action_definition[].{kind}s[]") for kind in (ROLE, USER, GROUP)
        ),
        attaches=("definition[].iam_action_definition[].policy_arn",),
        destroyed=Destroyed.NOTHING,
        later=True,
    ),
    "aws_ssoadmin_permission_set": ResourceType(
        destroyed=Destroyed.ITSELF, own_name=PrincipalNames(PERMISSION_SET, "arn"), label="name"
    ),
    "aws_ssoadmin_permission_set_inline_policy": ResourceType(
        recipients=_SET, documents=("inline_policy",), fixed_name="inline policy"
    ),
    "aws_ssoadmin_managed_policy_attachment": ResourceType(recipients=_SET, attaches=("managed_policy_arn",)),
    "aws_ssoadmin_managed_policy_attachments_exclusive": ResourceType(
        recipients=_SET, attaches=("managed_policy_arns[]",), exclusive=True, destroyed=Destroyed.NOTHING
    ),
    "aws_ssoadmin_customer_managed_policy_attachment": ResourceType(
        recipients=_SET, attaches_by_name=ByName(f"{_REFERENCE}[]", "name", "path")
    ),
    "aws_ssoadmin_customer_managed_policy_attachments_exclusive": ResourceType(
        recipients=_SET,
        attaches_by_name=ByName(f"{_REFERENCE}[]", "name", "path"),
        exclusive=True,
        destroyed=Destroyed.NOTHING,
    ),
    "aws_ssoadmin_permissions_boundary_attachment": ResourceType(
        recipients=_SET,
        boundary="permissions_boundary[].managed_policy_arn",
        boundary_by_name=ByName(f"permissions_boundary[].{_REFERENCE}[]", "name", "path"),
    ),
    "aws_ssoadmin_account_assignment": ResourceType(
        recipients=(PrincipalNames(ASSIGNEE, "principal_id"),),
        joins=PrincipalNames(PERMISSION_SET, "permission_set_arn"),
    ),
    "aws_identitystore_group": ResourceType(
        destroyed=Destroyed.ITSELF, own_name=PrincipalNames(ASSIGNEE, "group_id"), label="display_name"
    ),
    "aws_identitystore_user": ResourceType(
        destroyed=Destroyed.ITSELF, own_name=PrincipalNames(ASSIGNEE, "user_id"), label="user_name", is_person=True
    ),
    "awscc_identitystore_group": ResourceType(
        destroyed=Destroyed.ITSELF, own_name=PrincipalNames(ASSIGNEE, "group_id"), label="display_name"
    ),
    "aws_identitystore_group_membership": ResourceType(
        recipients=(PrincipalNames(ASSIGNEE, "member_id"),), joins=PrincipalNames(ASSIGNEE, "group_id")
    ),
    "awscc_identitystore_group_membership": ResourceType(
        recipients=(PrincipalNames(ASSIGNEE, "member_id.user_id"),), joins=PrincipalNames(ASSIGNEE, "group_id")
    ),
    "awscc_iam_role": ResourceType(
        destroyed=Destroyed.ITSELF,
        own_name=PrincipalNames(ROLE, "role_name"),
        documents=("policies[].policy_document",),
        attaches=("managed_policy_arns[]",),
        boundary="permissions_boundary",
        mirrors=frozenset({"policies", "managed_policy_arns"}),
        arn="arn",
        unique_id="role_id",
        trust="assume_role_policy_document",
    ),
    "awscc_iam_user": ResourceType(
        destroyed=Destroyed.ITSELF,
        own_name=PrincipalNames(USER, "user_name"),
        documents=("policies[].policy_document",),
        attaches=("managed_policy_arns[]",),
        joins=PrincipalNames(GROUP, "groups[]"),
        boundary="permissions_boundary",
        mirrors=frozenset({"policies", "managed_policy_arns", "groups"}),
        arn="arn",
    ),
    "awscc_iam_group": ResourceType(
        destroyed=Destroyed.ITSELF,
        own_name=PrincipalNames(GROUP, "group_name"),
        documents=("policies[].policy_document",),
        attaches=("managed_policy_arns[]",),
        mirrors=frozenset({"policies", "managed_policy_arns"}),
        arn="arn",
    ),
    "awscc_iam_managed_policy": ResourceType(
        destroyed=Destroyed.ITSELF,
        policy=ManagedPolicy("managed_policy_name", "path", "policy_arn"),
        documents=("policy_document",),
        recipients=_EVERYBODY,
        mirrors=frozenset({"roles", "users", "groups"}),
    ),
    "awscc_iam_role_policy": _awscc_inline(ROLE),
    "awscc_iam_user_policy": _awscc_inline(USER),
    "awscc_iam_group_policy": _awscc_inline(GROUP),
    "awscc_iam_policy": ResourceType(recipients=_EVERYBODY, documents=("policy_document",)),  # in templates only
    "awscc_iam_user_to_group_addition": ResourceType(  # in templates only
        recipients=(PrincipalNames(USER, "users[]"),), joins=PrincipalNames(GROUP, "group_name")
    ),
    "awscc_budgets_budgets_action": ResourceType(
        recipients=tuple(
            PrincipalNames(kind, f"definition.iam_action_definition.{kind}s[]") for kind in (ROLE, USER, GROUP)
        ),
        attaches=("definition.iam_action_definition.policy_arn",),
        destroyed=Destroyed.NOTHING,
        later=True,
    ),
    "awscc_sso_permission_set": ResourceType(
        destroyed=Destroyed.ITSELF,
        own_name=PrincipalNames(PERMISSION_SET, "permission_set_arn"),
        label="name",
        documents=("inline_policy",),
        fixed_name="inline policy",
        attaches=("managed_policies[]",),
        attaches_by_name=ByName("customer_managed_policy_references[]", "name", "path"),
        boundary="permissions_boundary.managed_policy_arn",
        boundary_by_name=ByName("permissions_boundary.customer_managed_policy_reference", "name", "path"),
        mirrors=frozenset({"inline_policy", "managed_policies", "customer_managed_policy_references"}),
    ),
    "awscc_sso_assignment": ResourceType(
        recipients=(PrincipalNames(ASSIGNEE, "principal_id"),),
        joins=PrincipalNames(PERMISSION_SET, "permission_set_arn"),
    ),
}

# Known, and no grant to an identity: who may assume a role, what constrains, what only names.
HARMLESS = frozenset(
    {
        "aws_iam_access_key", "aws_iam_account_alias", "aws_iam_account_password_policy", "aws_iam_instance_profile",
        "aws_iam_openid_connect_provider", "aws_iam_organizations_features", "aws_iam_outbound_web_identity_federation",
        "aws_iam_saml_provider", "aws_iam_security_token_service_preferences", "aws_iam_server_certificate",
        "aws_iam_service_linked_role", "aws_iam_service_specific_credential", "aws_iam_signing_certificate",
        "aws_iam_user_login_profile", "aws_iam_user_ssh_key", "aws_iam_virtual_mfa_device",
        "aws_ssoadmin_application", "aws_ssoadmin_application_access_scope", "aws_ssoadmin_application_assignment",
        "aws_ssoadmin_application_assignment_configuration", "aws_ssoadmin_instance_access_control_attributes",
        "aws_ssoadmin_trusted_token_issuer",
        "awscc_iam_access_key", "awscc_iam_instance_profile", "awscc_iam_oidc_provider", "awscc_iam_saml_provider",
        "awscc_iam_server_certificate", "awscc_iam_service_linked_role", "awscc_iam_virtual_mfa_device",
        "awscc_sso_application", "awscc_sso_application_assignment", "awscc_sso_instance",
        "awscc_sso_instance_access_control_attribute_configuration",
    }
)  # fmt: skip

# A type with such a name that neither table lists may grant something: its documents can't be left unread.
IAM_PREFIXES = ("aws_iam_", "aws_ssoadmin_", "awscc_iam_", "awscc_sso_")
