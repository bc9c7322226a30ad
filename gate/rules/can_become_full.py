"""Somebody can newly become a principal with full KMS access, write its policies, or give itself any policy.

Finds: a change after which a principal, or a managed policy that somebody may attach, has a way to full KMS access that
it did not have. To give itself any policy: iam:PutRolePolicy, iam:AttachRolePolicy, the same for users and groups,
iam:CreatePolicyVersion and iam:SetDefaultPolicyVersion, on itself or on any principal. To write the policies of a
principal that has full access, to one key at least and under whatever condition: the same on that one. To become one:
sts:AssumeRole on a role whose trust policy lets it, a trust policy that newly names somebody or no longer holds them
back, iam:UpdateAssumeRolePolicy, iam:AddUserToGroup, iam:CreateAccessKey, iam:CreateLoginProfile,
iam:UpdateLoginProfile, iam:UpdateSAMLProvider, or iam:AddClientIDToOpenIDConnectProvider on a provider that such a role
trusts, and iam:PassRole together with what starts a service under that role: ec2:RunInstances, lambda:CreateFunction
with lambda:InvokeFunction, and others. To give itself a tag that a condition asks for, to take away or rewrite its own
permissions boundary, or to take away a Deny of its own, where nothing else keeps it from full access to some key. All
policies of a principal count together. A principal that the plan does not show may have full access: a Resource that
names none reaches it. What narrows is not counted: iam:PolicyARN with listed policies, iam:PermissionsBoundary with a
boundary, iam:PassedToService with another service, `${aws:username}` for what a user may do with itself. Whoever has
full access to every key already, or newly has it, raises nothing here, nor does who has all that the other has. Also a
new access key or password of a user with full access, an identity provider that speaks for others, or a trust anchor
that takes the certificates of another authority, where such a role trusts it, and a tag or a name of a principal, or a
tag of a key, where a condition on it was all that held back full access, and the permission to give keys such a tag.
All of these warn, but for a trust policy of a role with full access that newly lets in everyone under no condition that
asks for anything: that blocks.

Why it matters: one call is all it takes from here to every key, and no policy with a KMS action in it ever shows in a
review.

Example:

    Statement = [{ Effect = "Allow", Action = ["iam:PutRolePolicy"], Resource = "*" }]

Remedy: name what has to be managed, or bound what can be given. In Terraform:

    Statement = [{
      Effect    = "Allow"
      Action    = "iam:PutRolePolicy"
      Resource  = "arn:aws:iam::111122223333:role/app-*"
      Condition = { StringEquals = { "iam:PermissionsBoundary" = aws_iam_policy.boundary.arn } }
    }]

In CloudFormation:

    Statement:
      - Effect: Allow
        Action: iam:PutRolePolicy
        Resource: arn:aws:iam::111122223333:role/app-*
        Condition: { StringEquals: { "iam:PermissionsBoundary": !Ref Boundary } }

With the AWS CLI:

    aws iam put-role-policy --role-name ci --policy-name roles --policy-document '{
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Action": "iam:PutRolePolicy",
        "Resource": "arn:aws:iam::111122223333:role/app-*",
        "Condition": { "StringEquals": { "iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/boundary" } }
      }]
    }'

Twins: what other tools decide, and where gate differs.

    Prowler iam_policy_allows_privilege_escalation and iam_inline_policy_allows_privilege_escalation: one policy allows
    one of their combinations of actions; resources and conditions are ignored.
    - gate joins all policies of a principal, its groups and its boundary; Prowler looks at each policy alone
    - gate asks whom the resource reaches: nobody with full access, no finding
    - gate takes iam:PolicyARN, iam:PermissionsBoundary and iam:PassedToService for limits
    - gate reports what is new; Prowler reports what is there

    Prowler iam_no_custom_policy_permissive_role_assumption: sts:AssumeRole, sts:* or * on a resource with `*` in it.
    - gate asks whether the resource names nobody, or a role with full access whose trust policy lets the principal in

    checkov CKV_AWS_60 and CKV_AWS_61: a trust policy that lets everyone, or a whole account, assume the role.
    - gate looks at roles with full KMS access, and at what the change lets in
"""

from collections.abc import Iterator

from gate.findings.found import Found, Seen

ID = "KMS006"
DEFAULT = "warn"
TAGS = (
    "Prowler iam_policy_allows_privilege_escalation",
    "Prowler iam_inline_policy_allows_privilege_escalation",
    "Prowler iam_no_custom_policy_permissive_role_assumption",
    "checkov CKV_AWS_60",
    "checkov CKV_AWS_61",
)


def find(seen: Seen) -> Iterator[Found]:
    """Every way that is new."""
    found = seen.becomings
    if seen.tagged or seen.tagging or (found is not None and (found.grants or found.entrances or found.credentials)):
        from gate.findings import becoming_wording  # only where something is found

        yield from (becoming_wording.found(one, seen) for one in (found.grants if found else ()))
        yield from (becoming_wording.entrance(one, seen) for one in (found.entrances if found else ()))
        yield from (becoming_wording.credential(one, seen) for one in (found.credentials if found else ()))
        yield from (becoming_wording.tagged(one, seen) for one in seen.tagged)
        yield from (becoming_wording.tagging(one, seen) for one in seen.tagging)
