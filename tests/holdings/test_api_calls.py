"""Calls of IAM and KMS in a text, each as it is written there."""

import re

import pytest

from gate.holdings import api_calls
from gate.holdings.api_calls import _LAP, _LONGEST, _SHOWN, calls, controlled

GRANT = "aws kms create-grant"
FOUND = {  # a text, and the calls in it
    "iam.put_role_policy()": ["iam.put_role_policy"],
    "iam put-role-policy": ["iam put-role-policy"],
    "iam putrolepolicy": ["iam putrolepolicy"],
    "iam create-policy-version": ["iam create-policy-version"],
    "kms x create-key": ["kms x create-key"],
    "sso-admin create-permission-set": ["sso-admin create-permission-set"],
    "ssoadmin create-permission-set": ["ssoadmin create-permission-set"],
    "eksctl create iamserviceaccount --name x": ["eksctl create iamserviceaccount"],
    "eksctl create podidentityassociation --permission-policy-arns x": ["eksctl create podidentityassociation"],
    "eksctl create nodegroup --name x": [],
    "npx serverless deploy --stage prod": ["serverless deploy"],
    "sls -s prod deploy": ["sls -s prod deploy"],
    "copilot svc deploy -n api": ["copilot svc deploy"],
    "chalice deploy; sst deploy": ["chalice deploy", "sst deploy"],
    "npx cdktf deploy '*'": ["cdktf deploy"],
    "rain deploy role.yaml": ["rain deploy"],
    "zappa deploy prod": ["zappa deploy"],
    "copilot svc status": [],
    "aws rolesanywhere update-trust-anchor --trust-anchor-id x": ["update-trust-anchor"],
    "r.create_trust_anchor()": ["create_trust_anchor"],
    "aws-sdk:rolesanywhere:enableTrustAnchor": ["enableTrustAnchor"],
    "boto3.client('iam')\nx.create_role()": ["create_role"],
    "x.create_role()": [],
    "iam\nx.create_role()": [],
    '{"Service": "iam",\n "Api": "CreateRole"}': ["CreateRole"],
    '{"Api": "CreateRole",\n "Service": "iam"}': ["CreateRole"],
    "APIGATEWAY:x:IAM:path/": ["APIGATEWAY x IAM path/"],
    # spelled as an API, a command line, a library and PowerShell do
    "aws-sdk:iam:updateSAMLProvider": ["iam updateSAMLProvider"],
    "aws iam update-saml-provider": ["aws iam update-saml-provider"],
    "x.add_client_id_to_open_id_connect_provider()": ["add_client_id_to_open_id_connect_provider"],
    "x.update_access_key()": ["update_access_key"],
    "aws iam remove-user-from-group": ["aws iam remove-user-from-group"],
    "aws-sdk:identitystore:createGroupMembership": ["identitystore createGroupMembership"],
    "aws quicksight create-group-membership": [],
    "New-IDSGroupMembership -GroupId x": ["New-IDSGroupMembership"],
    "aws-sdk:ssoadmin:detachManagedPolicyFromPermissionSet": ["ssoadmin detachManagedPolicyFromPermissionSet"],
    "aws-sdk:cloudformation:createStack": ["aws-sdk cloudformation createStack"],
    "aws --region x cloudformation update-stack-set": ["aws --region x cloudformation update-stack-set"],
    "aws-sdk:cloudcontrol:updateResource": ["aws-sdk cloudcontrol updateResource"],
    "New-CFNStack -StackName x": ["New-CFNStack"],
    "Start-CFNChangeSet": ["Start-CFNChangeSet"],
    "New-CCAResource": ["New-CCAResource"],
    "c = boto3.client('cloudformation')\nc.create_stack()": ["create_stack"],
    "c = boto3.client('cloudformation')\nd.create_user()": [],
    "c.create_stack()": [],
    '{"Service": "cloudformation",\n "Api": "CreateStack"}': ["CreateStack"],
    '{"Api": "CreateResource",\n "Service": "cloudcontrol"}': ["CreateResource"],
    "new AttachRolePolicyCommand({})": ["AttachRolePolicyCommand"],
    "require('@aws-sdk/client-iam')\nnew CreateRoleCommand({})": ["CreateRole"],
    "require('@aws-sdk/client-iam')\nnew iam.CreateRoleCommand({})": ["CreateRole"],
    "require('@aws-sdk/client-iam')\nnew ListRolesCommand({})": [],
    "require('@aws-sdk/client-cloudformation')\nnew CreateStackCommand({})": ["CreateStack"],
    "x = new AWS.IAM()\nx.createRole({})": ["createRole"],
    # what puts another key in the place of one, or ends its use; a name may be the beginning of another one
    "aws kms update-alias --alias-name alias/a": ["aws kms update-alias"],
    "aws lambda update-alias --name a": [],
    "k = boto3.client('kms')\nl.update_alias(Name='a')": [],
    "k = boto3.client('kms')\nk.update_alias(AliasName='alias/a',\n  TargetKeyId=x)": ["update_alias"],
    "require('@aws-sdk/client-kms')\nnew UpdateAliasCommand({TargetKeyId: x})": ["UpdateAliasCommand"],
    '{"Api": "UpdateAlias",\n "Service": "kms"}': ["UpdateAlias"],
    "aws-sdk:kms:importKeyMaterial": ["kms importKeyMaterial"],
    "x.update_primary_region()": ["update_primary_region"],
    "k = boto3.client('kms')\nk.revoke_grant()": ["revoke_grant"],
    "aws kms retire-grant": [],
    "aws kms disable-key --key-id x": ["aws kms disable-key"],
    "aws kms disable-key-rotation --key-id x": [],
    "Disable-KMSKey -KeyId x": ["Disable-KMSKey"],
    "Disable-KMSKeyRotation -KeyId x": [],
    "Request-KMSKeyDeletion -KeyId x": ["Request-KMSKeyDeletion"],
    "Mount-SSOADMNManagedPolicyToPermissionSet": ["Mount-SSOADMNManagedPolicyToPermissionSet"],
    # a tag or an alias is no access by itself
    "aws iam tag-role --role-name x": [],
    "aws kms create-alias --alias-name x": [],
    "aws kms tag-resource": [],
    # put together as a shell does
    "aws \\\n  kms create-grant": [GRANT],
    "aws \\\r\n  kms create-grant": [GRANT],
    "aws k''ms create-grant": [GRANT],
    'aws k"m"s create-grant': [GRANT],
    "aws k`ms create-grant": [GRANT],
    "aws k^ms create-grant": [GRANT],
    "aws k\\ms create-grant": [GRANT],
    "aws k\\\nms create-grant": [GRANT],
    # told once, however it is spelled
    f"{GRANT}\n{GRANT}": [GRANT],
    f"{GRANT}\n'{GRANT}'": [GRANT],
    f"{GRANT}\naws kms 'create-grant'\naws kms put-key-policy": [GRANT, "aws kms put-key-policy"],
    "iam create-role\niam createrole\niam.create-role": ["iam create-role"],
    '{"Service": "iam", "Api": "CreateRole"}': ["iam Api CreateRole", "CreateRole"],
    "no call": [],
    "": [],
}


@pytest.mark.parametrize(("text", "expected"), FOUND.items(), ids=range(len(FOUND)))
def test_the_calls_in_a_text(text: str, expected: list[str]) -> None:
    """Each once, in the order of the text."""
    assert [*calls(text)] == expected


def test_the_patterns() -> None:
    """They are made once; here anew, and tried on every text."""
    api_calls._patterns.cache_clear()
    for text, expected in FOUND.items():
        assert [*calls(text)] == expected
    kind = "iam.services.k8s.aws/v1alpha1"
    assert [*controlled(f"apiVersion: {kind}")] == [kind]
    assert [*controlled("apiVersion: iam.example.com/v1")] == []


@pytest.mark.parametrize("words", [set(), {"a"}, {"a", "ab"}, {"ab", "ac"}, {"abc", "abd", "x"}, {"", "a"}])
def test_a_pattern_of_words(words: set[str]) -> None:
    """Fits each of them as a whole, and nothing else."""
    pattern = re.compile(f"{api_calls._one_of(words)}!") if words else None
    for text in ("", "a", "ab", "ac", "abc", "abd", "x", "b", "abx", "~", "a~"):
        assert pattern is None or bool(pattern.fullmatch(f"{text}!")) == (text in words)


def test_a_pattern_is_no_longer_than_it_has_to_be() -> None:
    """A common beginning stands there once; one word alone needs no group."""
    assert api_calls._one_of({"ab"}) == "ab"
    assert api_calls._one_of({"ab", "ac"}) == "a(?:b|c)"
    assert api_calls._one_of({"a", "ab"}) == "a(?:b)?"


@pytest.mark.parametrize(
    "before", [0, _LONGEST - len(GRANT), _LONGEST - 5, _LONGEST, _LONGEST + 5, 2 * _LONGEST - _LAP]
)
def test_a_call_in_a_long_text(before: int) -> None:
    """Wherever it stands: nothing is cut apart."""
    assert [*calls(f"{' ' * before}{GRANT}{' ' * 10}")] == [GRANT]


def test_the_parts_of_a_long_text() -> None:
    """As few as hold it all: the last one is no mere rest of the one before."""
    assert [len(part) for part in api_calls._parts("x" * _LAP)] == [_LAP]
    assert [len(part) for part in api_calls._parts("x" * _LONGEST)] == [_LONGEST]
    assert [len(part) for part in api_calls._parts("x" * (_LONGEST + 1))] == [_LONGEST, _LAP + 1]
    assert [*api_calls._parts("")] == [""]
    assert [*api_calls._parts("x")] == ["x"]


def test_a_long_call_is_shown_in_short() -> None:
    """Up to so many characters, with what quotes it left out."""
    for length in (_SHOWN - 1, _SHOWN):
        assert api_calls._short("x" * length) == "x" * length
    assert api_calls._short("x" * (_SHOWN + 1)) == "x" * _SHOWN + "..."
    assert api_calls._short('aws  "iam",\n x') == "aws iam x"
