"""Who can newly become somebody with full access by a credential, or an identity provider, that a plan makes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.plan.model import read
from tests.helpers.plans import change, findings, inline, plan, policy, statement

OWN = "111122223333"
FULL = policy(statement("*"))
PROVIDER = f"arn:aws:iam::{OWN}:saml-provider/own"
KEY, PASSWORD = "gets the new access key", "gets the new password"
SENT = {"user": "root", "pgp_key": "a"}
ASLEEP, AWAKE = {"user": "root", "status": "Inactive"}, {"user": "root", "status": "Active"}
REPLACED = {"actions": ["delete", "create"]}


def user(before: str | None = FULL) -> list[dict[str, Any]]:
    """A user `root` with everything, before and after."""
    values = {"name": "root", "arn": f"arn:aws:iam::{OWN}:user/root"}
    had = None if before is None else {"user": "root", "name": "all", "policy": before}
    has = {"user": "root", "name": "all", "policy": FULL}
    return [change("aws_iam_user.root", values, values), change("aws_iam_user_policy.all", had, has)]


def role(**principal: str) -> list[dict[str, Any]]:
    """A role `root` with everything, and whom its trust policy lets assume it."""
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRoleWithSAML"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    values = {"name": "root", "arn": f"arn:aws:iam::{OWN}:role/root", "assume_role_policy": text}
    return [change("aws_iam_role.root", values, values), inline(FULL, FULL, role="root")]


def test_who_loses_full_access_is_nobody_to_become() -> None:
    """Whoever gets the key gets what is left."""
    values = {"name": "root", "arn": f"arn:aws:iam::{OWN}:user/root"}
    had, has = ({"user": "root", "name": "all", "policy": text} for text in (FULL, policy(statement("s3:*"))))
    loses = change("aws_iam_user_policy.all", had, has)
    made = change("aws_iam_access_key.k", None, {"user": "root"})
    assert told(change("aws_iam_user.root", values, values), loses, made, *role(AWS=OWN)) == []


def test_a_credential_behind_one_that_is_not_new() -> None:
    """Every one is looked at."""
    values, full = {"name": "root"}, {"user": "root", "name": "all", "policy": FULL}
    user = (change("aws_iam_user.root", values, values), change("aws_iam_user_policy.all", full, full))
    described = change("aws_iam_access_key.a", {**AWAKE, "x": 1}, {**AWAKE, "x": 2})
    assert len(told(*user, described, change("aws_iam_access_key.b", None, {"user": "root"}))) == 1


def told(*changes: dict[str, Any]) -> list[str]:
    """What KMS006 says."""
    found = [one for one in findings(plan(*changes)) if one.rule == "KMS006"]
    assert not any(one.blocks for one in found)
    return [one.message for one in found]


@pytest.mark.parametrize(
    ("kind", "before", "after", "more", "says"),
    [
        ("aws_iam_access_key", None, {"user": "root"}, {}, KEY),
        ("aws_iam_access_key", None, {"user": "Root"}, {}, KEY),
        ("awscc_iam_access_key", None, {"user_name": "root"}, {}, KEY),
        ("aws_iam_user_login_profile", None, {"user": "root"}, {}, PASSWORD),
        ("aws_iam_access_key", SENT, {**SENT, "pgp_key": "b"}, REPLACED, KEY),
        ("aws_iam_access_key", ASLEEP, AWAKE, {}, KEY),
        ("aws_iam_access_key", SENT, SENT, REPLACED, ""),
        ("aws_iam_access_key", AWAKE, ASLEEP, {}, ""),
        ("aws_iam_access_key", {**ASLEEP, "x": 1}, {**ASLEEP, "x": 2}, {}, ""),
        ("aws_iam_access_key", SENT, {**SENT, "pgp_key": "b"}, {}, ""),
        ("aws_iam_access_key", {"user": "root"}, {"user": "root"}, {}, ""),
        ("aws_iam_access_key", {"user": "root"}, None, {}, ""),
        ("aws_iam_access_key", None, {"user": "app"}, {}, ""),
    ],
)  # fmt: skip
def test_a_credential_of_somebody_with_full_access(kind: str, before: Any, after: Any, more: Any, says: str) -> None:
    """One that was not there, that goes to another receiver or counts again; not one that is made again."""
    expected = [f"whoever {says} becomes user root, which has full KMS access"] if says else []
    made = change(f"{kind}.x", before, after, change=more)
    assert told(*user(), made) == expected
    assert told(user()[1], made) == expected
    assert told(change("aws_iam_access_key.gone", {"user": "app"}, None), *user(), made) == expected
    assert told(*user(before=None), made) == []


@pytest.mark.parametrize(
    ("kind", "before", "after", "called"),
    [
        ("aws_iam_user.root", "root", "boss", "boss"),
        ("aws_iam_user.root", "root", "boss", "Boss"),
        ("aws_iam_user.root", "root", "boss", "root"),
        ("aws_iam_user.root", "root", "boss", "app"),
    ],
)
def test_a_credential_of_a_user_who_is_renamed(kind: str, before: str, after: str, called: str) -> None:
    """It is of who has the name after the change."""
    had, has = ({"name": name, "arn": f"arn:aws:iam::{OWN}:user/{name}"} for name in (before, after))
    documents = ({"user": name, "name": "all", "policy": FULL} for name in (before, after))
    renamed = [change(kind, had, has), change("aws_iam_user_policy.all", *documents)]
    expected = [f"whoever {KEY} becomes user boss (before: root), which has full KMS access"]
    said = told(*renamed, change("aws_iam_access_key.k", None, {"user": called}))
    assert said == (expected if called.lower() == after else [])


def test_a_credential_beside_a_user_who_has_no_name_yet() -> None:
    """Nobody has its key but by a reference."""
    nameless = change("aws_iam_user.new", None, {"path": "/"}, change={"after_unknown": {"name": True}})
    written = {"name": "all", "policy": FULL}
    given = change("aws_iam_user_policy.new", None, written, change={"after_unknown": {"user": True}})
    blocks = [
        {"address": one["address"], "mode": "managed", "type": one["type"], "name": "new", "expressions": {}}
        for one in (nameless, given)
    ]
    blocks[1]["expressions"] = {"user": {"references": ["aws_iam_user.new.name", "aws_iam_user.new"]}}
    made = change("aws_iam_access_key.k", None, {"user": "root"})
    raw = plan(*user(), nameless, given, made, configuration={"root_module": {"resources": blocks}})
    said = [str(one.message) for one in findings(raw) if one.rule == "KMS006"]
    assert said == [f"whoever {KEY} becomes user root in account {OWN}, which has full KMS access"]


def hidden(kind: str = "aws_iam_access_key", **more: Any) -> list[dict[str, Any]]:
    """A key for somebody whose name only the apply tells, beside the user `root`."""
    return [*user(), change(f"{kind}.x", None, {}, change={"after_unknown": {"user": True}}, **more)]


def test_a_credential_of_whom_only_the_apply_tells() -> None:
    """Without the source it may be of everybody with full access; not of who is another resource's."""
    says = f"whoever {KEY} may become user root, which has full KMS access: it can't be told whose it is"
    assert told(*hidden()) == [says]
    assert told(*hidden("aws_iam_user_login_profile")) == [says.replace(KEY, PASSWORD)]
    (found,) = findings(plan(*hidden()))
    assert (found.rule, found.blocks) == ("KMS006", False)
    own = change("awscc_iam_user.u", None, {"login_profile": {}}, change={"after_unknown": {"user_name": True}})
    assert told(*user(), own) == []


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("aws_iam_user.root.name", "becomes"),
        ("aws_iam_user.root.id", "becomes"),
        ("aws_iam_user.root.unique_id", "may become"),
        ("aws_iam_user.app.name", ""),
        ('"root-${aws_iam_user.app.name}"', "may become"),
        ("aws_iam_role.app.name", "may become"),
        ('true ? "root" : aws_iam_user.app.name', "becomes"),
        ('true ? "app" : aws_iam_user.app.name', ""),
        ("terraform_data.x.output", "may become"),
        ("data.aws_iam_user.root.id", "may become"),
    ],
)
def test_the_source_tells_whose_a_credential_is(written: str, says: str, tmp_path: Path) -> None:
    """The name, or the resource that it is exactly the name of."""
    others = ("aws_iam_user.root", "aws_iam_user.app", "aws_iam_user_policy.all")
    blocks = {"aws_iam_access_key.x": f"user = {written}", **dict.fromkeys(others, "")}
    blocks["aws_iam_user.root"] = 'name = "root"'
    named = {address: address.split(".") for address in blocks}
    texts = ('resource "{}" "{}" {{\n  {}\n}}\n'.format(*named[address], text) for address, text in blocks.items())
    (tmp_path / "main.tf").write_text("".join(texts))
    refers = {"user": {"references": re.findall(r"[a-z_]+\.[a-z_.]+", written)}}
    configured = [
        {
            "address": address,
            "mode": "managed",
            "type": kind,
            "name": name,
            "expressions": refers if name == "x" else {},
        }
        for address, (kind, name) in named.items()
    ]
    raw = plan(
        *hidden(),
        change("aws_iam_user.app", None, {}, change={"after_unknown": {"name": True}}),
        configuration={"root_module": {"resources": configured}},
    )
    report = check(read(raw, "plan.json"), Options(source=(str(tmp_path),)))
    found = [one.message for one in report.findings if one.rule == "KMS006"]
    assert [one.split(" user root")[0] for one in found] == ([f"whoever {KEY} {says}"] if says else [])


PROFILE, OTHER_PROFILE = ({"Password": f"{{{{resolve:secretsmanager:{name}}}}}"} for name in "ab")


def declaring(*parts: dict[str, Any], **more: Any) -> str:
    """A template with a user `root` who has everything, and other resources."""
    documents = [{"PolicyName": "all", "PolicyDocument": json.loads(FULL)}]
    own = {"Type": "AWS::IAM::User", "Properties": {"UserName": "root", "Policies": documents, **more}}
    others = {f"Other{position}": part for position, part in enumerate(parts)}
    return json.dumps({"Resources": {"Root": own, **others}})


def of_template(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::AccessKey", "Properties": properties}


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (declaring(), declaring(of_template(UserName="root")), KEY),
        (declaring(), declaring(of_template(UserName={"Ref": "Root"})), KEY),
        (declaring(), declaring(of_template(UserName="app")), ""),
        (declaring(of_template(UserName="root")), declaring(of_template(UserName="root"), Path="/"), ""),
        (declaring(), declaring(LoginProfile=PROFILE), PASSWORD),
        (declaring(LoginProfile=PROFILE), declaring(LoginProfile=PROFILE, Path="/"), ""),
        (declaring(LoginProfile=PROFILE), declaring(LoginProfile=OTHER_PROFILE), PASSWORD),
        (declaring(LoginProfile=PROFILE), declaring(), ""),
        (declaring(LoginProfile={"Password": "x"}), declaring(), ""),
    ],
)
def test_a_credential_in_a_template(before: str, after: str, says: str) -> None:
    """It is told as one that Terraform makes, at the stack."""
    both = ({"name": "s", "capabilities": ["CAPABILITY_NAMED_IAM"], "template_body": each} for each in (before, after))
    stack = change("aws_cloudformation_stack.s", *both)
    assert told(stack) == ([f"whoever {says} becomes user root, which has full KMS access"] if says else [])


def made_by_stack(before: str, after: str) -> dict[str, Any]:
    values = {"name": "s", "capabilities": ["CAPABILITY_NAMED_IAM"]}
    both = ({**values, "template_body": each} for each in (before, after))
    return change("aws_cloudformation_stack.s", *both)


NOBODY_YET = {"Type": "AWS::IAM::User", "Properties": {}}


@pytest.mark.parametrize(
    ("name", "says"),
    [({"Ref": "Parameter"}, "may become"), ({"Ref": "Other1"}, "")],
)
def test_whose_a_credential_in_a_template_is_may_not_be_told(name: dict[str, str], says: str) -> None:
    """By a parameter; the name of a user that the template makes is nobody else's."""
    stack = made_by_stack(declaring(), declaring(of_template(UserName=name), NOBODY_YET))
    assert [one.split(" user root")[0] for one in told(stack)] == ([f"whoever {KEY} {says}"] if says else [])


def test_a_user_of_a_template_that_has_no_name_of_its_own() -> None:
    """It is known by its place in the template."""
    documents = [{"PolicyName": "all", "PolicyDocument": json.loads(FULL)}]
    own = {"Type": "AWS::IAM::User", "Properties": {"Policies": documents}}
    key = of_template(UserName={"Ref": "Root"})
    before, after = (json.dumps({"Resources": {"Root": own, **more}}) for more in ({}, {"Key": key}))
    (said,) = told(made_by_stack(before, after))
    assert said.startswith(f"whoever {KEY} becomes user (aws_cloudformation_stack.s.template_body.Resources.Root)")


IN_TEMPLATE = {
    "SAMLProvider": ({"Name": "own", "SamlMetadataDocument": "<a/>"}, {"SamlMetadataDocument": "<b/>"}, PROVIDER),
    "OIDCProvider": (
        {"Url": "https://id.example.com", "ClientIdList": ["a"]},
        {"ClientIdList": ["a", "b"]},
        f"arn:aws:iam::{OWN}:oidc-provider/id.example.com",
    ),
}


@pytest.mark.parametrize("kind", IN_TEMPLATE)
def test_an_identity_provider_in_a_template(kind: str) -> None:
    """It is told where it is somebody else, or is made, and a role trusted it."""
    was, more, arn = IN_TEMPLATE[kind]
    nothing, before, same, after = (
        json.dumps({"Resources": {"P": {"Type": f"AWS::IAM::{kind}", "Properties": each}} if each else {}})
        for each in ({}, was, {**was, "Tags": []}, {**was, **more})
    )
    for one, other, count in ((before, after, 1), (before, same, 0), (nothing, before, 1), (before, nothing, 0)):
        assert len(told(*role(Federated=arn), made_by_stack(one, other))) == count
        assert told(*role(Federated=f"{arn}2"), made_by_stack(one, other)) == []
    unnamed = json.dumps({"Resources": {"P": {"Type": f"AWS::IAM::{kind}", "Properties": more}}})
    assert told(*role(Federated=arn), made_by_stack(nothing, unnamed)) == []


def test_a_client_of_a_provider_in_a_template_that_the_role_does_not_ask_for() -> None:
    was, more, arn = IN_TEMPLATE["OIDCProvider"]
    asked = {"StringEquals": {"id.example.com:aud": "a"}}
    allow = {"Effect": "Allow", "Principal": {"Federated": arn}, "Action": "sts:AssumeRoleWithWebIdentity"}
    before, after = (
        json.dumps({"Resources": {"P": {"Type": "AWS::IAM::OIDCProvider", "Properties": each}}})
        for each in (was, {**was, **more})
    )
    assert told(*trusting({**allow, "Condition": asked}), made_by_stack(before, after)) == []
    assert len(told(*trusting(allow), made_by_stack(before, after))) == 1


def test_a_password_that_awscc_sets() -> None:
    values = {"user_name": "root", "policies": [{"policy_name": "all", "policy_document": FULL}]}
    both = (values, {**values, "login_profile": {"password": "x"}})
    (found,) = findings(plan(change("awscc_iam_user.u", *both)))
    assert (found.rule, found.attribute, PASSWORD in found.message) == ("KMS006", "login_profile", True)


@pytest.mark.parametrize(
    ("kind", "attribute", "before", "after", "is_new"),
    [
        ("aws_iam_saml_provider", "saml_metadata_document", "<a/>", "<b/>", True),
        ("aws_iam_saml_provider", "saml_metadata_document", "<a/>", "<a/>\n", False),
        ("awscc_iam_saml_provider", "saml_metadata_document", "<a/>", "<b/>", True),
        ("aws_iam_openid_connect_provider", "client_id_list", ["a"], ["b", "a"], True),
        ("aws_iam_openid_connect_provider", "client_id_list", ["a", "b"], ["b"], False),
        ("awscc_iam_oidc_provider", "client_id_list", ["a"], ["b"], True),
        ("aws_iam_saml_provider", "saml_metadata_document", 5, "<b/>", True),
        ("aws_iam_openid_connect_provider", "client_id_list", [5], ["a"], True),
    ],
)
def test_an_identity_provider_of_a_role_with_full_access(
    kind: str, attribute: str, before: Any, after: Any, is_new: bool
) -> None:
    """One that newly is somebody else, or speaks to somebody else; fewer clients and another layout are not."""
    both = ({"arn": PROVIDER, attribute: value} for value in (before, after))
    described = change(f"{kind}.x", *both)
    says = "whoever signs in with the identity provider as it is now becomes role root, which has full KMS access"
    assert told(*role(Federated=PROVIDER), described) == ([says] if is_new else [])
    assert told(*role(Federated=f"{PROVIDER}2"), described) == []
    assert told(*role(AWS=PROVIDER), described) == []


def test_what_is_not_known_of_an_identity_provider() -> None:
    """May be another one."""
    attribute = "saml_metadata_document"
    unknown = {"after_unknown": {attribute: True}}
    described = change(
        "aws_iam_saml_provider.x", {"arn": PROVIDER, attribute: "<a/>"}, {"arn": PROVIDER}, change=unknown
    )
    assert len(told(*role(Federated=PROVIDER), described)) == 1
    again = {"after_unknown": {"arn": True}, **REPLACED}
    replaced = change(
        "aws_iam_saml_provider.x", {"arn": PROVIDER, attribute: "<a/>"}, {attribute: "<b/>"}, change=again
    )
    assert len(told(*role(Federated=PROVIDER), replaced)) == 1
    one_more = {"after_unknown": {"client_id_list": [False, True]}}
    had, has = ({"arn": PROVIDER, "client_id_list": clients} for clients in (["a"], ["a", None]))
    assert (
        len(told(*role(Federated=PROVIDER), change("aws_iam_openid_connect_provider.x", had, has, change=one_more)))
        == 1
    )
    created = change("aws_iam_saml_provider.x", None, {"arn": PROVIDER, attribute: "<a/>"})
    assert told(*role(Federated=PROVIDER), created) == []


def trusting(*statements: dict[str, Any]) -> list[dict[str, Any]]:
    """The role `root` with a trust policy of these statements."""
    named, has = role(Federated=PROVIDER)
    values = {**named["change"]["after"], "assume_role_policy": policy(*statements)}
    return [change("aws_iam_role.root", values, values), has]


@pytest.mark.parametrize(
    ("statements", "count"),
    [
        ([{"Effect": "Allow", "Principal": {"Federated": PROVIDER}, "Action": "sts:AssumeRoleWithSAML"}], 1),
        ([{"Effect": "Allow", "Principal": {"Federated": PROVIDER}, "Action": "sts:TagSession"}], 0),
        ([{"Effect": "Deny", "Principal": {"Federated": PROVIDER}, "Action": "sts:AssumeRoleWithSAML"}], 0),
        ([{"Effect": "Allow", "Action": "sts:AssumeRoleWithSAML"}], 0),
    ],
)
def test_the_trust_policy_has_to_let_the_provider_in(statements: list[dict[str, Any]], count: int) -> None:
    """By an Allow of what signs somebody in."""
    attribute = "saml_metadata_document"
    both = ({"arn": PROVIDER, attribute: value} for value in ("<a/>", "<b/>"))
    assert len(told(*trusting(*statements), change("aws_iam_saml_provider.x", *both))) == count


def test_a_namesake_of_another_kind_or_with_less_after_is_nobody() -> None:
    """A role of the user's name, and a user who loses what made the credential worth something."""
    key = change("aws_iam_access_key.x", None, {"user": "root"})
    assert told(*role(AWS=PROVIDER), key) == []
    less = change("aws_iam_user_policy.all", {"user": "root", "name": "all", "policy": FULL}, None)
    assert told(user()[0], less, key) == []


def test_what_to_do() -> None:
    """Is another thing for a provider; the place is the attribute that decides."""
    (key,) = findings(plan(*user(), change("aws_iam_access_key.x", None, {"user": "root"})))
    assert (key.attribute, key.principals) == ("pgp_key", ("user root",))
    (other,) = findings(plan(*user(), change("awscc_iam_access_key.x", None, {"user_name": "root"})))
    assert other.attribute == "user_name"
    assert key.remedy[0] == "look at who gets it, or make one for a user with less than user root has"


SAML, OIDC = "aws_iam_saml_provider", "aws_iam_openid_connect_provider"
HOST = f"arn:aws:iam::{OWN}:oidc-provider/id.example.com/a"


@pytest.mark.parametrize(
    ("kind", "gone", "made", "count"),
    [
        (SAML, None, {"name": "own", "saml_metadata_document": "<a/>"}, 1),
        (SAML, None, {"name": "other", "saml_metadata_document": "<a/>"}, 0),
        (SAML, "<a/>", {"name": "own", "saml_metadata_document": "<b/>"}, 1),
        (SAML, "<a/>", {"name": "own", "saml_metadata_document": "<a/>\n"}, 0),
        (SAML, "<a/>", {"name": "own"}, 1),
        (SAML, 5, {"name": "own", "saml_metadata_document": "<a/>"}, 1),
        ("awscc_iam_saml_provider", None, {"name": "own", "saml_metadata_document": "<a/>"}, 1),
        (OIDC, None, {"url": "https://id.example.com/a", "client_id_list": ["a"]}, 1),
        (OIDC, None, {"url": "id.example.com/a", "client_id_list": ["a"]}, 1),
        (OIDC, None, {"url": "https://id.example.com/b", "client_id_list": ["a"]}, 0),
        (OIDC, ["a"], {"url": "https://id.example.com/a", "client_id_list": ["a", "b"]}, 1),
        (OIDC, ["a", "b"], {"url": "https://id.example.com/a", "client_id_list": ["a"]}, 0),
    ],
)
def test_an_identity_provider_that_is_made(kind: str, gone: Any, made: Any, count: int) -> None:
    """A role may trust one that is not there, or is deleted elsewhere in the plan: who it is then is somebody new."""
    is_saml = "saml" in kind
    attribute = "saml_metadata_document" if is_saml else "client_id_list"
    named = {"name": "own", "arn": PROVIDER} if is_saml else {"url": "https://id.example.com/a", "arn": HOST}
    old = [] if gone is None else [change(f"{kind}.old", {**named, attribute: gone}, None)]
    new = change(f"{kind}.new", None, made, change={"after_unknown": {"arn": True, attribute: attribute not in made}})
    trusting_it = role(Federated=PROVIDER if is_saml else HOST)
    beside = [change(f"{SAML}.another", *[{"name": "x", "arn": f"{PROVIDER}x", "saml_metadata_document": "<x/>"}] * 2)]
    assert len(told(*trusting_it, *beside, *old, new)) == count
    assert told(*role(Federated=f"{PROVIDER}2"), *old, new) == []


def test_a_provider_of_another_kind_or_that_is_given_no_name_takes_no_place() -> None:
    """AWS makes a name up, and providers of two kinds have different ARNs."""
    gone = change(f"{OIDC}.old", {"url": "https://id.example.com/a", "arn": HOST, "client_id_list": ["a"]}, None)
    hidden = change(f"{SAML}.new", None, {"saml_metadata_document": "<a/>"}, change={"after_unknown": {"name": True}})
    assert told(*role(Federated=HOST), gone, hidden) == []
    went = change(f"{SAML}.old", {"name": "own", "arn": PROVIDER, "saml_metadata_document": "<b/>"}, None)
    assert len(told(*role(Federated=PROVIDER), went, hidden)) == 1
    nameless = change("awscc_iam_saml_provider.new", None, {"saml_metadata_document": "<a/>"})
    assert told(*role(Federated=PROVIDER), went, nameless) == []


def test_an_identity_provider_that_was_one_of_two_of_its_name() -> None:
    """As two accounts may have: nothing tells which of them it was."""
    was = [
        change(f"{SAML}.{name}", {"name": "own", "arn": PROVIDER, "saml_metadata_document": text}, None)
        for name, text in (("a", "<a/>"), ("b", "<b/>"))
    ]
    made = change(f"{SAML}.x", None, {"name": "own", "saml_metadata_document": "<a/>"})
    assert len(told(*role(Federated=PROVIDER), *was, made)) == 1


def test_a_role_that_newly_trusts_a_provider_that_is_made_is_told_once() -> None:
    """Where its trust policy says so."""
    (was, has), (will, _) = role(AWS=OWN), role(Federated=PROVIDER)
    both = change("aws_iam_role.root", was["change"]["after"], will["change"]["after"])
    made = change(f"{SAML}.x", None, {"name": "own", "saml_metadata_document": "<a/>"})
    (found,) = [one for one in findings(plan(both, has, made)) if one.rule == "KMS006"]
    assert found.address == "aws_iam_role.root"


ISSUER = "gl.example.com/x"


@pytest.mark.parametrize(
    ("condition", "added", "is_new"),
    [
        ({}, "b", True),
        ({"StringEquals": {f"{ISSUER}:aud": "a"}}, "b", False),
        ({"StringEquals": {f"{ISSUER}:aud": ["a", "B"]}}, "b", True),
        ({"StringLike": {f"{ISSUER}:aud": "a"}}, "b", False),
        ({"StringLike": {f"{ISSUER}:aud": "*"}}, "b", True),
        ({"StringLike": {f"{ISSUER}:aud": "?"}}, "b", True),
        ({"StringEquals": {f"{ISSUER}:aud": "${aws:userid}"}}, "b", True),
        ({"StringEqualsIfExists": {f"{ISSUER}:aud": "a"}}, "b", True),
        ({"StringNotEquals": {f"{ISSUER}:aud": "a"}}, "b", True),
        ({"StringEquals": {"gl.example.com/y:aud": "a"}}, "b", True),
        ({"StringEquals": {f"{ISSUER}:sub": "a"}}, "b", True),
        ({"StringEquals": {f"{ISSUER}:aud": "a", f"{ISSUER}:sub": "b"}}, "b", False),
    ],
)
def test_a_client_that_the_role_does_not_ask_for(condition: dict[str, Any], added: str, is_new: bool) -> None:
    """A condition on the client that a token is for keeps out those that are added besides."""
    provider = f"arn:aws:iam::{OWN}:oidc-provider/{ISSUER}"
    allow = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [{**allow, "Condition": condition}]})
    values = {"name": "root", "arn": f"arn:aws:iam::{OWN}:role/root", "assume_role_policy": text}
    trusting = [change("aws_iam_role.root", values, values), inline(FULL, FULL, role="root")]
    had, has = ({"arn": provider, "url": f"https://{ISSUER}", "client_id_list": each} for each in (["a"], ["a", added]))
    assert bool(told(*trusting, change("aws_iam_openid_connect_provider.p", had, has))) is is_new
    unknown = {"after_unknown": {"client_id_list": True}}
    hidden = change("aws_iam_openid_connect_provider.p", had, {"arn": provider, "url": ISSUER}, change=unknown)
    assert len(told(*trusting, hidden)) == 1


def test_an_identity_provider_with_a_port() -> None:
    """Its name has a colon in it."""
    issuer = "id.example.com:8443/a"
    made = change(f"{OIDC}.new", None, {"url": f"https://{issuer}", "client_id_list": ["a"]})
    assert len(told(*role(Federated=f"arn:aws:iam::{OWN}:oidc-provider/{issuer}"), made)) == 1


def test_a_role_that_is_made_again_at_another_address_trusts_a_provider_that_is_made() -> None:
    """It had full access before, and so it has."""
    existing, has = role(Federated=PROVIDER)
    values = existing["change"]["after"]
    made = change(f"{SAML}.x", None, {"name": "own", "saml_metadata_document": "<a/>"})
    again = change("aws_iam_role.root", values, None), change("aws_iam_role.again", None, values)
    assert len(told(*again, has, made)) == 1


ANCHOR = f"arn:aws:rolesanywhere:eu-west-1:{OWN}:trust-anchor/1234"
ANYWHERE = "rolesanywhere.amazonaws.com"
ONE, OTHER = (
    [{"source_type": "CERTIFICATE_BUNDLE", "source_data": [{"acm_pca_arn": "", "x509_certificate_data": text}]}]
    for text in ("one", "other")
)
BY_ANCHOR = (
    "whoever has a certificate that the trust anchor takes as it is now becomes role root, which has full KMS access"
)


def anywhere(condition: Any = None, service: str = ANYWHERE) -> list[dict[str, Any]]:
    """The role `root`, which trusts a service under a condition."""
    allow = {"Effect": "Allow", "Principal": {"Service": service}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
    return trusting({**allow, "Condition": condition} if condition else allow)


def anchor(before: Any, after: Any, name: str = "a", kind: str = "aws_rolesanywhere_trust_anchor") -> dict[str, Any]:
    """A trust anchor of an authority before and after."""
    arn = "arn" if kind.startswith("aws_") else "trust_anchor_arn"
    was, will = (None if each is None else {"name": "x", "enabled": True, **each} for each in (before, after))
    if was is not None:
        was[arn] = ANCHOR
    if will is not None and was is not None:
        will[arn] = ANCHOR
    unknown = {"after_unknown": {arn: True}} if was is None else {}
    return change(f"{kind}.{name}", was, will, change=unknown)


@pytest.mark.parametrize("kind", ["aws_rolesanywhere_trust_anchor", "awscc_rolesanywhere_trust_anchor"])
@pytest.mark.parametrize(
    ("before", "after", "is_new"),
    [
        ({"source": ONE}, {"source": OTHER}, True),
        ({"source": ONE}, {"source": ONE, "tags": {"a": "b"}}, False),
        ({"source": ONE}, None, False),
        ({"source": ONE, "enabled": False}, {"source": ONE}, True),
        ({"source": ONE}, {"source": OTHER, "enabled": False}, False),
        (None, {"source": ONE}, True),
        (None, {"source": ONE, "enabled": False}, False),
    ],
)
def test_a_trust_anchor_that_a_role_with_full_access_trusts(kind: str, before: Any, after: Any, is_new: bool) -> None:
    """One that newly takes the certificates of an authority."""
    assert told(*anywhere(), anchor(before, after, kind=kind)) == ([BY_ANCHOR] if is_new else [])
    assert told(*anywhere(service="ec2.amazonaws.com"), anchor(before, after, kind=kind)) == []


@pytest.mark.parametrize(
    ("condition", "updated", "made"),
    [
        ({"ArnEquals": {"aws:SourceArn": ANCHOR}}, True, False),
        ({"ArnEquals": {"aws:SourceArn": f"{ANCHOR}5"}}, False, False),
        ({"StringEquals": {"aws:SourceArn": [f"{ANCHOR}5", ANCHOR]}}, True, False),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:rolesanywhere:*:{OWN}:trust-anchor/*"}}, True, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:rolesanywhere:us-*:*:trust-anchor/*"}}, False, True),
        ({"ArnEqualsIfExists": {"aws:SourceArn": f"{ANCHOR}5"}}, True, True),
        ({"ArnLike": {"aws:SourceArn": "${aws:PrincipalTag/a}"}}, True, True),
        ({"ArnLike": {"aws:SourceArn": [f"{ANCHOR}5", "${aws:PrincipalTag/a}"]}}, True, True),
        ({"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "ci"}}, True, True),
    ],
)
def test_a_trust_anchor_that_a_role_asks_for(condition: dict[str, Any], updated: bool, made: bool) -> None:
    """By its ARN; of one that is made no policy has that."""
    assert bool(told(*anywhere(condition), anchor({"source": ONE}, {"source": OTHER}))) is updated
    assert bool(told(*anywhere(condition), anchor(None, {"source": ONE}))) is made


def test_a_trust_anchor_of_another_account_or_at_another_address() -> None:
    """Is nobody new."""
    far = anchor({"source": ONE}, {"source": OTHER})
    for side in ("before", "after"):
        far["change"][side]["arn"] = ANCHOR.replace(OWN, "444455556666")
    assert told(*anywhere(), far) == []
    assert told(*anywhere(), anchor({"source": ONE}, None, "old"), anchor(None, {"source": ONE}, "new")) == []
    spaced = [{**OTHER[0], "source_data": [{"x509_certificate_data": "other\n"}]}]
    assert told(*anywhere(), anchor({"source": OTHER}, {"source": spaced})) == []


def test_a_role_that_trusts_anchors_at_another_address_or_of_an_unknown_account() -> None:
    """Did so before, and may be of the account of the anchor."""
    named, has = anywhere()
    values = {name: value for name, value in named["change"]["after"].items() if name != "arn"}
    gone = change("aws_iam_role.old", named["change"]["before"], None)
    made = change("aws_iam_role.root", None, values, change={"after_unknown": {"arn": True}})
    taken = anchor({"source": ONE}, {"source": OTHER})
    assert told(gone, made, has, taken) == [BY_ANCHOR]
    assert told(change("aws_iam_role.root", values, values), has, taken) == [BY_ANCHOR]


def in_accounts(kind: str = "aws_rolesanywhere_trust_anchor", **numbers: str | None) -> dict[str, Any]:
    """The configuration of resources of a kind by their names, each with a provider of an account of its own."""
    blocks = [
        {
            "address": f"{kind}.{name}",
            "mode": "managed",
            "type": kind,
            "name": name,
            "provider_config_key": f"aws.{name}",
        }
        for name in numbers
    ]
    blocks += [
        {"address": f"{each}.{name}", "mode": "managed", "type": each, "name": name, "provider_config_key": "aws"}
        for each, name in (("aws_iam_role", "root"), ("aws_iam_role_policy", "p"))
    ]
    providers = {
        f"aws.{name}": {"name": "aws", "alias": name, "expressions": _only(number)} for name, number in numbers.items()
    }
    return {"provider_config": providers, "root_module": {"resources": blocks}}


def _only(number: str | None) -> dict[str, Any]:
    return {"allowed_account_ids": {"constant_value": [number]}} if number else {"profile": {"constant_value": "x"}}


@pytest.mark.parametrize(("number", "is_told"), [(OWN, True), (None, True), ("444455556666", False)])
def test_a_trust_anchor_that_is_made_is_of_its_providers_account(number: str | None, is_told: bool) -> None:
    """Where nothing proves which that is, it may be that of the role."""
    raw = plan(*anywhere(), anchor(None, {"source": ONE}), configuration=in_accounts(a=number))
    assert [one.message for one in findings(raw) if one.rule == "KMS006"] == [BY_ANCHOR] * is_told


@pytest.mark.parametrize(("number", "is_new"), [(OWN, True), (None, False)])
def test_a_trust_anchor_that_is_deleted_elsewhere(number: str | None, is_new: bool) -> None:
    """Let nobody become a role of this account, if it was in another; another address in the same is nothing new."""
    here, far = (anchor({"source": ONE}, None, name) for name in ("here", "far"))
    far["change"]["before"]["arn"] = ANCHOR.replace(OWN, "444455556666")
    new = anchor(None, {"source": ONE}, "new")

    def said(*changes: Any) -> list[str]:
        raw = plan(*anywhere(), *changes, configuration=in_accounts(new=number))
        return [one.message for one in findings(raw) if one.rule == "KMS006"]

    assert said(far, new) == [BY_ANCHOR] * is_new
    assert said(here, new) == []
    assert said(here, new, anchor(None, {"source": OTHER}, "other")) == [BY_ANCHOR]


def test_an_authority_that_another_trust_anchor_takes() -> None:
    """Is new for one that was there; another that stays says nothing of the account of one that is made."""
    gone, stays = anchor({"source": ONE}, None, "gone"), anchor({"source": ONE}, {"source": ONE}, "stays")
    asked = anywhere({"ArnEquals": {"aws:SourceArn": ANCHOR}})
    assert told(*asked, gone, anchor({"source": OTHER}, {"source": ONE})) == [BY_ANCHOR]
    assert told(*anywhere(), stays, anchor(None, {"source": ONE})) == [BY_ANCHOR]


def test_every_trust_anchor_is_looked_at() -> None:
    """Whatever stands before it."""
    stays, off = anchor({"source": ONE}, {"source": ONE}, "a"), anchor({"source": ONE, "enabled": False}, None, "b")
    assert told(*anywhere(), stays, off, anchor(None, {"source": OTHER}, "c")) == [BY_ANCHOR]


def test_a_trust_anchor_that_is_made_anew_has_another_arn() -> None:
    """No policy asks for it yet."""
    anew = anchor({"source": ONE}, {"source": OTHER})
    anew["change"] |= {**REPLACED, "after_unknown": {"arn": True}}
    del anew["change"]["after"]["arn"]
    assert told(*anywhere({"ArnEquals": {"aws:SourceArn": ANCHOR}}), anew) == []
    assert told(*anywhere(), anew) == [BY_ANCHOR]


def test_a_role_that_newly_trusts_anchors_is_told_there() -> None:
    """Not for the anchor besides."""
    (was, has), (will, _) = anywhere(service="ec2.amazonaws.com"), anywhere()
    both = change("aws_iam_role.root", was["change"]["after"], will["change"]["after"])
    (found,) = [one for one in findings(plan(both, has, anchor(None, {"source": ONE}))) if one.rule == "KMS006"]
    assert found.address == "aws_iam_role.root"


def test_a_trust_anchor_in_a_template() -> None:
    """Is told at the stack."""
    source = {"SourceType": "CERTIFICATE_BUNDLE", "SourceData": {"X509CertificateData": "one"}}
    made = {"Type": "AWS::RolesAnywhere::TrustAnchor", "Properties": {"Name": "a", "Source": source, "Enabled": True}}
    texts = [json.dumps({"Resources": parts}) for parts in ({"Topic": {"Type": "AWS::SNS::Topic"}}, {"Anchor": made})]
    both = ({"name": "s", "template_body": text} for text in texts)
    (found,) = findings(plan(*anywhere(), change("aws_cloudformation_stack.s", *both)))
    assert (found.rule, found.address, found.message) == ("KMS006", "aws_cloudformation_stack.s", BY_ANCHOR)
    assert found.attribute == "template_body.Resources.Anchor.Source"


def test_a_type_of_iam_that_has_a_source_is_no_trust_anchor() -> None:
    """Whatever else a template declares."""
    made = {"Type": "AWS::IAM::Unheard", "Properties": {"Source": {"SourceType": "AWS_ACM_PCA"}}}
    texts = [json.dumps({"Resources": parts}) for parts in ({"Topic": {"Type": "AWS::SNS::Topic"}}, {"Own": made})]
    both = ({"name": "s", "template_body": text} for text in texts)
    assert told(*anywhere(), change("aws_cloudformation_stack.s", *both)) == []


def test_what_to_do_about_a_trust_anchor() -> None:
    """Who has certificates, and a condition."""
    (found,) = findings(plan(*anywhere(), anchor({"source": ONE, "enabled": False}, {"source": ONE})))
    assert found.attribute == "enabled"
    assert found.remedy[0] == "look at who has certificates of this authority, and which profiles list the role"
    assert "aws:SourceArn" in found.remedy[1]


@pytest.mark.parametrize(
    ("kind", "went", "text", "count"),
    [
        (SAML, {"name": "own", "arn": PROVIDER, "saml_metadata_document": "<a/>"}, "<b/>", 1),
        (SAML, {"name": "own", "arn": PROVIDER, "saml_metadata_document": "<a/>"}, "<a/>", 0),
        (SAML, {"name": "other", "arn": f"{PROVIDER}x", "saml_metadata_document": "<a/>"}, "<b/>", 0),
        (SAML, None, "<b/>", 0),
        (OIDC, {"url": "https://own", "arn": PROVIDER.replace("saml", "oidc"), "client_id_list": ["x"]}, "<b/>", 0),
    ],
)
def test_an_identity_provider_of_which_only_the_apply_tells_the_name(
    kind: str, went: Any, text: str, count: int
) -> None:
    """It may take the place of one of its kind that goes."""
    gone = [] if went is None else [change(f"{kind}.old", went, None)]
    hidden = {"after_unknown": {"name": True, "arn": True}}
    made = change(f"{SAML}.new", None, {"saml_metadata_document": text}, change=hidden)
    says = (
        "whoever signs in with the identity provider as it is now may become role root, which has full KMS access: "
        "it can't be told whose it is"
    )
    assert told(*role(Federated=PROVIDER), *gone, made) == [says] * count


@pytest.mark.parametrize(("called", "text", "count"), [("own", "<b/>", 1), ("own", "<a/>", 0), ("third", "<b/>", 0)])
def test_an_identity_provider_that_gets_the_name_of_one_that_goes(called: str, text: str, count: int) -> None:
    """At the address of another one."""
    had = {"name": "own", "arn": PROVIDER, "saml_metadata_document": "<a/>"}
    other = {"name": "other", "arn": f"{PROVIDER}x", "saml_metadata_document": "<x/>"}
    renamed = {"actions": ["delete", "create"], "after_unknown": {"arn": True}}
    will = {"name": called, "saml_metadata_document": text}
    changes = change(f"{SAML}.o", had, None), change(f"{SAML}.x", other, will, change=renamed)
    assert len(told(*role(Federated=PROVIDER), *changes)) == count


@pytest.mark.parametrize(
    ("number", "went", "is_told"),
    [
        (OWN, OWN, False),
        (OWN, "444455556666", True),  # the one of the role's account is new
        (None, "444455556666", False),  # it may be that one
        ("444455556666", "444455556666", False),
        ("444455556666", OWN, False),  # and the role's goes
    ],
)
def test_an_identity_provider_that_moves_between_accounts(number: str | None, went: str, is_told: bool) -> None:
    """Is one that was there in the account alone in which it goes."""
    values = {"name": "own", "saml_metadata_document": "<a/>"}
    gone = change(f"{SAML}.old", {**values, "arn": PROVIDER.replace(OWN, went)}, None)
    made = change(f"{SAML}.new", None, values, change={"after_unknown": {"arn": True}})
    raw = plan(*role(Federated=PROVIDER), gone, made, configuration=in_accounts(SAML, new=number))
    assert bool([one for one in findings(raw) if one.rule == "KMS006"]) is is_told
