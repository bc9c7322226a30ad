"""KMS010: documents that AWS would not accept."""

import pytest

from tests.helpers.plans import change, findings, plan

BAD = '{"Statement": [{"Effect": "allow", "Action": "kms:*", "Resource": "*"}]}'
WORSE = '{"Statement": [{"Effect": "Allow", "Resource": "*"}]}'
TWICE = '{"Resources": {"A": {"Type": "AWS::IAM::Role"}, "A": {}}}'
INLINE = {"name": "p", "role": "app", "policy": BAD}


@pytest.mark.parametrize(
    ("address", "values", "what", "principal"),
    [
        ("aws_iam_role_policy.p", INLINE, "policy", "role app"),
        ("aws_kms_key.k", {"policy": BAD}, "key policy", "key aws_kms_key.k"),
    ],
)
def test_a_document_that_cannot_be_read(address: str, values: dict[str, str], what: str, principal: str) -> None:
    """It blocks, and says why unless the plan marks it as sensitive; another reason is another finding."""
    (one,) = findings(plan(change(address, None, values)))
    assert (one.rule, one.blocks, one.address, one.attribute) == ("KMS010", True, address, "policy")
    assert one.message == f'the {what} can\'t be read: statement 1 has the effect "allow", not `Allow` or `Deny`'
    assert one.principals == (principal,)
    assert one.remedy == ("write the policy with jsonencode or aws_iam_policy_document",)
    hidden = {"after_sensitive": {"policy": True}}
    (secret,) = findings(plan(change(address, None, values, change=hidden)))
    assert secret.message == f"the {what} can't be read: AWS would not accept it (the plan marks it as sensitive)"
    (other,) = findings(plan(change(address, None, {**values, "policy": WORSE})))
    (same_reason,) = findings(plan(change(address, None, {**values, "policy": BAD.replace("kms:*", "s3:*")})))
    assert len({one.fingerprint, other.fingerprint, same_reason.fingerprint}) == 3


def test_a_template_that_cannot_be_read() -> None:
    """Of a stack that can create IAM resources."""
    stack = {"name": "s", "capabilities": ["CAPABILITY_NAMED_IAM"], "template_body": TWICE}
    (one,) = findings(plan(change("aws_cloudformation_stack.s", None, stack)))
    assert (one.rule, one.blocks, one.principals) == ("KMS010", True, ())
    assert one.message == (
        "the template can't be read, and it can create IAM resources: the key `A` is repeated in one object"
    )
    assert one.remedy == ("correct the template, or manage the IAM resources with Terraform",)
    hidden = {"after_sensitive": {"template_body": True}}
    (secret,) = findings(plan(change("aws_cloudformation_stack.s", None, stack, change=hidden)))
    assert secret.message.endswith("resources: not everybody reads it alike (the plan marks it as sensitive)")
    stack["template_body"] = TWICE.replace('"A": {}', '"A": 1')
    (other,) = findings(plan(change("aws_cloudformation_stack.s", None, stack)))
    assert other.message == one.message
    assert other.fingerprint != one.fingerprint
    stack["template_body"] = "{}"
    assert [one.rule for one in findings(plan(change("aws_cloudformation_stack.s", None, stack)))] == ["KMS008"]
