"""What a plan marks as sensitive is analysed and never printed, wherever it stands and whatever prints it."""

import json
from typing import Any
from unittest.mock import patch

import pytest

from gate.check import Options, check
from gate.findings.secrets import slow_digest
from gate.holdings.resource_types import RESOURCE_TYPES, ResourceType
from gate.plan.model import read
from gate.report import report
from gate.reports import FORMATS, render
from tests.helpers.plans import change, plan, policy, statement

pytestmark = pytest.mark.slow

SECRET = "HUNTER2-is-a-secret"
FULL = policy(statement("kms:*"))
ARN = f"arn:aws:iam::111122223333:policy/{SECRET}"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def put(values: dict[str, Any], path: str, value: Any) -> None:
    """Sets an attribute path; `[]` stands for a list of one."""
    step, _, rest = path.partition(".")
    name = step.removesuffix("[]")
    inner: Any = value
    if rest:
        inner = values[name][0] if isinstance(values.get(name), list) else values.get(name, {})
        put(inner, rest, value)
    values[name] = [inner] if step.endswith("[]") else inner


def filled(row: ResourceType, name: str, arn: str, document: str) -> dict[str, Any]:
    """Values of every attribute of a row."""
    values: dict[str, Any] = {"name": name}
    for holders in (row.own_name, *row.recipients, row.joins):
        if holders:
            put(values, holders.path, name)
    for path in row.documents:
        put(values, path, document)
    for path in (*row.attaches, *([row.boundary] if row.boundary else [])):
        put(values, path, arn)
    for named in (row.attaches_by_name, row.boundary_by_name):
        if named:
            put(values, f"{named.block}.{named.name}", name)
    if row.policy:
        values[row.policy.name], values[row.policy.arn] = name, arn
    if row.label:
        values[row.label] = name
    return values


def printed(raw: bytes, **options: Any) -> str:
    """A plan's findings in every format."""
    checked = check(read(raw, "plan.json"), Options(no_source=True, **options))
    made = report(checked.plans, checked.findings, notes=checked.notes)
    return "".join(render(made, name) for name in FORMATS)


@pytest.mark.parametrize("kind", RESOURCE_TYPES)
@pytest.mark.parametrize("arn", [ARN, ADMIN], ids=["outside", "administrator"])
def test_nothing_sensitive_of_any_resource_is_printed(kind: str, arn: str) -> None:
    """Names, ARNs and policies of every row of the table, created, deleted, changed and kept."""
    row = RESOURCE_TYPES[kind]
    secret = filled(row, SECRET, arn, policy(statement("kms:*", Sid=SECRET.replace("-", ""))))
    plain = filled(row, "plain", "arn:aws:iam::111122223333:policy/plain", policy(statement("s3:*")))
    marks = dict.fromkeys(secret, True)
    guard = change("aws_iam_role_policy.all", None, {"name": "all", "role": SECRET, "policy": FULL})
    guard["change"]["after_sensitive"] = {"role": True}
    for before, after in ((None, secret), (secret, None), (plain, secret), (secret, plain), (secret, secret)):
        changed = change(f"{kind}.x", before, after, change={"before_sensitive": marks, "after_sensitive": marks})
        shown = printed(plan(changed, guard))
        assert SECRET not in shown
        assert SECRET.replace("-", "") not in shown


def test_what_is_not_marked_is_printed() -> None:
    """The mark hides, nothing else does."""
    values = {"name": "p", "role": SECRET, "policy": FULL}
    assert SECRET in printed(plan(change("aws_iam_role_policy.x", None, values)))


def test_two_sensitive_principals_are_two() -> None:
    """Hidden names still tell principals apart: what one had does not excuse the other."""
    marks = {"before_sensitive": {"role": True}, "after_sensitive": {"role": True}}
    values = {role: {"name": "p", "role": role, "policy": FULL} for role in ("first-role", "second-role")}
    first = change("aws_iam_role_policy.a", values["first-role"], None, change=marks)
    second = change("aws_iam_role_policy.b", None, values["second-role"], change=marks)
    (found,) = check(read(plan(first, second), "plan.json"), Options(no_source=True)).findings
    assert (found.rule, found.principals) == ("KMS001", ("role (sensitive)",))


def test_a_sensitive_variable_is_hidden_where_a_provider_repeats_it() -> None:
    """A role's computed list of attached policies has no mark, though the ARN comes from a sensitive variable."""
    before = {"name": "app", "managed_policy_arns": [ARN]}
    everything = {"name": "a", "role": "app", "policy": FULL}
    raw = plan(
        change("aws_iam_role.app", before, {"name": "app", "managed_policy_arns": []}),
        change("aws_iam_role_policy.all", everything, everything),
        variables={"arn": {"value": ARN}},
        configuration={"root_module": {"variables": {"arn": {"sensitive": True}}}},
    )  # fmt: skip
    shown = printed(raw)
    assert "KMS008" in shown
    assert SECRET not in shown


def test_a_secret_inside_a_statement_is_hidden() -> None:
    """A policy that is not marked may hold a marked text; JSON in JSON is escaped twice."""
    secret = 'quoted "zebra" <text>'
    document = policy(statement("kms:*", Condition={"StringEquals": {"aws:PrincipalTag/x": secret}}))
    raw = plan(
        change("aws_iam_role_policy.x", None, {"name": "p", "role": "app", "policy": document}),
        variables={"text": {"value": secret}},
        configuration={"root_module": {"variables": {"text": {"sensitive": True}}}},
    )
    shown = printed(raw)
    assert "(sensitive)" in shown
    assert not any(text in shown for text in (secret, json.dumps(secret)[1:-1], "zebra"))


def whole(raw: bytes) -> str:
    """All that the JSON report says, the documents that were looked at among it."""
    checked = check(read(raw, "plan.json"), Options(no_source=True, reasons=True))
    return render(report(checked.plans, checked.findings), "json")


def test_a_secret_is_hidden_where_documents_are_listed() -> None:
    """A name that one resource marks is hidden where another one has it too, as the name of a block as well."""
    block = {"name": SECRET, "policy": policy(statement("s3:*"))}
    raw = plan(
        change("aws_iam_role.app", None, {"name": SECRET, "inline_policy": [block]}),
        change("aws_iam_role_policy.x", None, {"name": SECRET, "role": SECRET, "policy": FULL}),
        change("aws_iam_user.x", None, {"name": SECRET}, change={"after_sensitive": {"name": True}}),
    )
    assert SECRET not in whole(raw)


def test_what_is_suggested_names_no_key_of_a_sensitive_document() -> None:
    """Another document of the same role is sensitive: its key is no key to suggest."""
    key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-123456780000"
    hidden = {"name": "b", "role": "app", "policy": policy(statement("kms:Decrypt", key))}
    raw = plan(
        change("aws_iam_role_policy.a", None, {"name": "a", "role": "app", "policy": FULL}),
        change("aws_iam_role_policy.b", hidden, hidden, change={"after_sensitive": {"policy": True}}),
    )
    assert "Decrypt" in whole(raw)
    assert key not in whole(raw)


def test_what_a_plan_lets_go_of_stays_sensitive() -> None:
    """A policy that is forgotten stays in the account, and stays marked as it was."""
    values = {"name": "p", "role": "app", "policy": policy(statement("kms:*", Sid=SECRET.replace("-", "")))}
    deny = policy(statement("kms:*", effect="Deny"))
    forgotten = change("aws_iam_role_policy.p", values, None, change={"before_sensitive": {"policy": True}})
    forgotten["change"]["actions"] = ["forget"]
    raw = plan(forgotten, change("aws_iam_role_policy.d", {"name": "d", "role": "app", "policy": deny}, None))
    assert "KMS001" in whole(raw)
    assert SECRET.replace("-", "") not in whole(raw)


def test_a_deferred_document_stays_sensitive() -> None:
    """What the arguments of a data source mark is marked in the document that they make."""
    arn = f"arn:aws:kms:eu-west-1:111122223333:key/{SECRET}"
    wanted = {"effect": "Allow", "actions": ["kms:*"], "resources": [arn]}
    read_later = change("data.aws_iam_policy_document.d", None, {"statement": [wanted]})
    read_later |= {"mode": "data", "type": "aws_iam_policy_document", "name": "d"}
    marks = {"statement": [{"resources": [True]}]}
    read_later["change"] |= {"actions": ["read"], "after_sensitive": marks, "after_unknown": {"json": True}}
    refers = {"references": ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"]}
    block = {
        "address": "aws_iam_role_policy.x", "mode": "managed", "type": "aws_iam_role_policy", "name": "x",
        "expressions": {"policy": refers},
    }  # fmt: skip
    data = {"address": "data.aws_iam_policy_document.d", "mode": "data", "type": "aws_iam_policy_document", "name": "d"}
    unknown = {"after_unknown": {"policy": True}}
    raw = plan(
        read_later,
        change("aws_iam_role_policy.x", None, {"name": "p", "role": "app"}, change=unknown),
        configuration={"root_module": {"resources": [block, data]}},
    )
    assert "KMS002" in whole(raw)
    assert SECRET not in whole(raw)


@pytest.mark.parametrize("marked", [True, False])
def test_a_digest_of_a_secret_is_slow_to_guess(marked: bool) -> None:
    """Fingerprint and grant cover what a policy says, so whoever knows all but a short secret could try every one."""
    document = policy(statement("kms:*", Condition={"StringEquals": {"aws:PrincipalTag/pin": "hunter"}}))
    values = {"name": "p", "role": "app", "policy": document}
    raw = plan(change("aws_iam_role_policy.x", None, values, change={"after_sensitive": {"policy": marked}}))
    with patch("hashlib.scrypt", return_value=b"slow") as scrypt:
        slow_digest.cache_clear()
        (found,) = check(read(raw, "plan.json"), Options(no_source=True)).findings
    slow_digest.cache_clear()
    assert scrypt.called is marked
    assert len(found.fingerprint) == 64


def test_what_a_targeted_plan_leaves_out_stays_marked() -> None:
    """Its values and its marks stand in the prior state alone, and the finding is about a Deny beside it."""
    held = {"StringEquals": {"aws:PrincipalTag/x": SECRET}}
    left_out = {
        "address": "aws_iam_role_policy.s",
        "mode": "managed",
        "type": "aws_iam_role_policy",
        "name": "s",
        "values": {"name": SECRET, "role": "app", "policy": policy(statement("kms:*", Condition=held, Sid=SECRET))},
        "sensitive_values": {"name": True, "policy": True},
    }
    deny = {"name": "d", "role": "app", "policy": policy(statement("kms:*", effect="Deny"))}
    state = {"format_version": "1.0", "values": {"root_module": {"resources": [left_out]}}}
    told = printed(plan(change("aws_iam_role_policy.d", deny, None), prior_state=state, complete=False))
    assert "KMS001" in told
    assert SECRET not in told


def test_what_was_deleted_by_hand_stays_marked() -> None:
    """It stands in the drift alone."""
    deny = policy(statement("kms:*", effect="Deny", Sid=SECRET, Condition={"StringEquals": {"aws:username": SECRET}}))
    kept = {"name": "a", "role": "app", "policy": policy(statement("kms:*"))}
    lost = {"name": SECRET, "role": "app", "policy": deny}
    marks = {"change": {"before_sensitive": {"name": True, "policy": True}}}
    drift = change("aws_iam_role_policy.d", lost, None, **marks)
    told = printed(plan(change("aws_iam_role_policy.a", kept, kept), resource_drift=[drift]), baseline="state")
    assert "KMS001" in told
    assert SECRET not in told
