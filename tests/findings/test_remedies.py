"""What a remedy says and writes, by what was changed, where it was written, and which keys the plan has."""

from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.plan.model import read
from gate.report import Finding
from tests.helpers.deferred_plans import deferred
from tests.helpers.paths import ROOT
from tests.helpers.plans import change, findings, inline, plan, policy, statement

FULL = policy(statement("kms:*"))
ARN = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
USED = '["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]'
PLACEHOLDER = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
POLICY = {"address": "aws_iam_role_policy.p", "type": "aws_iam_role_policy", "name": "p"}
DOCUMENT = {
    "address": "data.aws_iam_policy_document.d", "mode": "data", "type": "aws_iam_policy_document", "name": "d",
}  # fmt: skip
ROLE_NAME = {"constant_value": "app"}
OBJECT, TEXT = {}, {"constant_value": FULL}
BLOCK = {"references": ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"]}


def module(expression: Any, *others: Any, **more: Any) -> dict[str, Any]:
    """A module with the policy, written by an expression, and other blocks."""
    return {
        "resources": [{**POLICY, "expressions": {"role": ROLE_NAME, "policy": expression}}, DOCUMENT, *others],
        **more,
    }


def key(address: str, arn: str | None = None) -> dict[str, Any]:
    """A key that the plan creates, or one that is there."""
    if arn is None:
        return change(address, None, {"description": "d"}, change={"after_unknown": {"arn": True, "id": True}})
    return change(address, {"arn": arn}, {"arn": arn})


def in_module(entry: dict[str, Any], name: str) -> dict[str, Any]:
    """A resource change of a child module."""
    return {**entry, "address": f"{name}.{entry['address']}", "module_address": name}


def first(raw: bytes) -> Finding:
    return next(finding for finding in findings(raw) if finding.blocks)


@pytest.mark.parametrize(
    ("expression", "lines"),
    [
        (
            OBJECT,
            ["{", '  Sid      = "All"', '  Effect   = "Allow"', f"  Action   = {USED}", f'  Resource = "{ARN}"', "}"],
        ),
        (
            BLOCK,
            ["statement {", '  sid       = "All"', f"  actions   = {USED}", f'  resources = ["{ARN}"]', "}"],
        ),
        (
            TEXT,
            ["{", '  "Sid": "All",', '  "Effect": "Allow",', f'  "Action": {USED},', f'  "Resource": "{ARN}"', "}"],
        ),
    ],
    ids=["jsonencode", "policy document", "heredoc"],
)  # fmt: skip
def test_a_statement_is_written_as_its_author_writes(expression: Any, lines: list[str]) -> None:
    """As an object of HCL, as a block of a policy document, or as JSON."""
    offered = policy(statement("kms:*", ARN, Sid="All"))
    found = first(plan(inline(None, offered), configuration={"root_module": module(expression)}))
    assert list(found.example) == lines


@pytest.mark.parametrize(
    ("source", "begin"),
    [
        ("jsonencode({ Statement = [] })", "  Effect "),
        ("local.document", "  Effect "),
        ('file("policy.json")', '  "Effect"'),
        ('templatefile("policy.json", {})', '  "Effect"'),
        ("<<-EOT\n  ${jsonencode({})}\nEOT", '  "Effect"'),
    ],
)
def test_the_source_tells_how_a_document_is_written(source: str, begin: str, tmp_path: Path) -> None:
    """What a plan does not show: a call, or the text of a file or a heredoc."""
    (tmp_path / "main.tf").write_text(
        f'resource "aws_iam_role_policy" "p" {{\n  role   = "app"\n  policy = {source}\n}}\n'
        'locals {\n  document = jsonencode({})\n}\ndata "aws_iam_policy_document" "d" {\n}\n'
    )
    raw = plan(inline(None, FULL), configuration={"root_module": module(OBJECT)})
    found = check(read(raw, "plan.json"), Options(source=(str(tmp_path),))).findings
    assert next(one for one in found if one.blocks).example[1].startswith(begin)


@pytest.mark.parametrize(
    ("changes", "configuration", "resource"),
    [
        ([key("aws_kms_key.app")], module(OBJECT), "aws_kms_key.app.arn"),
        ([key('aws_kms_key.app["a"]', ARN)], module(OBJECT), 'aws_kms_key.app["a"].arn'),
        ([key("aws_kms_key.a"), key("aws_kms_key.b")], module(OBJECT), "[aws_kms_key.a.arn, aws_kms_key.b.arn]"),
        ([key(f"aws_kms_key.k{i}") for i in range(4)], module(OBJECT), f'"{PLACEHOLDER}"'),
        ([key("aws_kms_key.app")], module(TEXT), '"${aws_kms_key.app.arn}"'),
        ([in_module(key("aws_kms_key.app"), "module.kms")], module(OBJECT), f'"{PLACEHOLDER}"'),
        ([in_module(key("aws_kms_key.app", ARN), "module.kms")], module(OBJECT), f'"{ARN}"'),
        (
            [in_module(key("aws_kms_key.app"), "module.kms")],
            module(OBJECT, module_calls={"kms": {"module": {"outputs": {
                "name": {"expression": {"references": ["aws_kms_key.app.id", "aws_kms_key.app"]}},
                "key_arn": {"expression": {"references": ["aws_kms_key.app.arn", "aws_kms_key.app"]}},
            }}}}),
            "module.kms.key_arn",
        ),
        (
            [],
            module(OBJECT, {"address": "data.aws_kms_alias.a", "mode": "data", "type": "aws_kms_alias", "name": "a"}),
            "data.aws_kms_alias.a.target_key_arn",
        ),
        ([], module(OBJECT, variables={"kms_key_id": {}, "kms_key_arn": {}}), "var.kms_key_arn"),
        ([], module(OBJECT, variables={"kms_alias_arn": {}}), f'"{PLACEHOLDER}"'),
    ],
    ids=[
        "created", "in a map", "several", "many", "heredoc", "of a module without output", "there in a module",
        "output", "data source", "variable", "no key's variable",
    ],
)  # fmt: skip
def test_a_statement_names_the_authors_own_key(changes: list[Any], configuration: Any, resource: str) -> None:
    """By an expression that the module can use, by the ARN of a key that is there, else by a placeholder."""
    found = first(plan(inline(None, FULL), *changes, configuration={"root_module": configuration}))
    written = next(line for line in found.example if "Resource" in line).strip().rstrip(",")
    assert written.replace('"Resource": ', "Resource = ") == f"Resource = {resource}"
    told = [line for line in found.remedy if line.startswith("write the ARN of the key")]
    assert bool(told) == (resource == f'"{PLACEHOLDER}"')


def test_a_key_that_the_document_has_no_name_for_is_told() -> None:
    """Of a placeholder whose place the plan's only key could take, the remedy says so."""
    raw = plan(
        inline(None, FULL),
        in_module(key("aws_kms_key.app"), "module.kms"),
        configuration={"root_module": module(OBJECT)},
    )
    assert "the plan has module.kms.aws_kms_key.app: hand its ARN to where the policy is written" in first(raw).remedy


def test_a_module_names_a_key_by_the_variable_that_it_is_handed() -> None:
    """The caller sets the variable to the key's ARN; the module has no other name for it."""
    inner = {
        "module": {"resources": [{**POLICY, "expressions": {"policy": {}}}], "variables": {"key": {}}},
        "expressions": {"key": {"references": ["aws_kms_key.app.arn", "aws_kms_key.app"]}},
    }
    configuration = {"root_module": {"module_calls": {"role": inner}}}
    raw = plan(in_module(inline(None, FULL), "module.role"), key("aws_kms_key.app"), configuration=configuration)
    assert "  Resource = var.key" in first(raw).example


@pytest.mark.parametrize("name", ["kms", "key", "target_arn"])
def test_a_variable_that_may_be_the_key_is_named(name: str) -> None:
    """By a name for one thing."""
    assert f"  Resource = var.{name}" in _handed_in_as(name)


@pytest.mark.parametrize("name", ["key_arns", "statements", "policy_json", "policy", "policy_document"])
def test_a_variable_that_holds_more_than_the_key_is_not_named(name: str) -> None:
    """A plan tells of an argument no more than what it refers to: a list, or a text with the ARN in it, looks alike."""
    assert not any("var." in line for line in _handed_in_as(name))


def test_an_output_that_holds_more_than_the_key_is_not_named() -> None:
    """No more than such a variable."""
    outputs = {"arns": {"expression": {"references": ["aws_kms_key.app.arn", "aws_kms_key.app"]}}}
    configuration = {"root_module": module(OBJECT, module_calls={"kms": {"module": {"outputs": outputs}}})}
    keys = in_module(key("aws_kms_key.app"), "module.kms")
    assert not any(
        "module.kms" in line for line in first(plan(inline(None, FULL), keys, configuration=configuration)).example
    )


@pytest.mark.parametrize(
    ("resource", "written"),
    [("aws_kms_key.app.arn", PLACEHOLDER), (f'["{ARN}", aws_kms_key.app.arn]', ARN)],
    ids=["alone", "beside a known one"],
)
def test_a_key_of_another_module_that_is_not_known_yet(resource: str, written: str, tmp_path: Path) -> None:
    """What stands for its ARN is no text for a document; the remedy says which key it is."""
    (tmp_path / "role").mkdir()
    (tmp_path / "main.tf").write_text(
        'resource "aws_kms_key" "app" {\n}\nmodule "role" {\n  source = "./role"\n  policy = jsonencode({\n'
        f'    Statement = [{{ Effect = "Allow", Action = "kms:*", Resource = {resource} }}]\n  }})\n}}\n'
    )
    (tmp_path / "role/main.tf").write_text(
        'variable "policy" {\n}\nresource "aws_iam_role_policy" "p" {\n  role   = "app"\n  policy = var.policy\n}\n'
    )
    set_to = {"role": ROLE_NAME, "policy": {"references": ["var.policy"]}}
    inner = {
        "source": "./role",
        "module": {"resources": [{**POLICY, "expressions": set_to}], "variables": {"policy": {}}},
        "expressions": {"policy": {"references": ["aws_kms_key.app.arn", "aws_kms_key.app"]}},
    }
    block = {"address": "aws_kms_key.app", "mode": "managed", "type": "aws_kms_key", "name": "app", "expressions": {}}
    configuration = {"root_module": {"resources": [block], "module_calls": {"role": inner}}}
    hidden = change(
        "aws_iam_role_policy.p", None, {"role": "app", "name": "p"}, change={"after_unknown": {"policy": True}}
    )
    raw = plan(in_module(hidden, "module.role"), key("aws_kms_key.app"), configuration=configuration)
    found = next(one for one in check(read(raw, "plan.json"), Options(source=(str(tmp_path),))).findings if one.blocks)
    assert "aws_kms_key.app (a key whose ARN is known only after apply)" in found.message
    assert f'  Resource = "{written}"' in found.example
    assert "the plan has aws_kms_key.app: hand its ARN to where the policy is written" in found.remedy


PARTITION = "data.aws_partition.p.partition"
AS_TEXT = "attach the policy by its ARN as a text, such as arn:aws:iam::aws:policy/ReadOnlyAccess"
AS_DATA = 'write the document with `data "aws_iam_policy_document"`: Terraform plans its actions in any case'
EARLIER = "build the ARN from parts that are known before apply, or create what it depends on in an earlier apply"
READ_NOW = "take away the `depends_on`, of the data source or of its module, that puts off the reading of "


@pytest.mark.parametrize(
    ("kind", "references", "told"),
    [
        ("aws_iam_role_policy", ["local.x"], [AS_DATA, EARLIER]),
        ("aws_iam_role_policy", [PARTITION], [AS_DATA, f"{READ_NOW}data.aws_partition.p"]),
        ("aws_iam_role_policy", [PARTITION, "local.x"], [AS_DATA, EARLIER]),
        ("aws_iam_role_policy", ["data.aws_vpc.v.id"], [AS_DATA, EARLIER]),
        ("aws_iam_role_policy_attachment", ["local.x"], [EARLIER]),
        ("aws_ssoadmin_account_assignment", ["local.x"], [EARLIER]),
        ("aws_iam_role_policy_attachment", [PARTITION], [AS_TEXT, f"{READ_NOW}data.aws_partition.p"]),
    ],
)
def test_what_makes_something_known(kind: str, references: list[str], told: list[str]) -> None:
    """An attachment has no document to write; what only a `depends_on` can put off is read before apply without it."""
    attributes = {"aws_iam_role_policy": "policy", "aws_ssoadmin_account_assignment": "permission_set_arn"}
    attribute = attributes.get(kind, "policy_arn")
    values = {"role": "app", "name": "p", "principal_id": "90", "principal_type": "GROUP", "target_id": "111122223333"}
    hidden = change(f"{kind}.p", None, values, change={"after_unknown": {attribute: True}})
    written = {"role": ROLE_NAME, attribute: {"references": references}}
    block = {"address": f"{kind}.p", "mode": "managed", "type": kind, "name": "p", "expressions": written}
    found = first(plan(hidden, configuration={"root_module": {"resources": [block]}}))
    assert [line.removeprefix("or ") for line in found.remedy[1:]] == told


def test_a_permission_set_at_a_new_address() -> None:
    """It is another one even if it is called the same, for AWS gives it another ARN."""
    arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
    attached = {"permission_set_arn": arn, "managed_policy_arn": ADMIN}
    later = {"permission_set_arn": {"references": ["aws_ssoadmin_permission_set.new.arn"]}}
    kinds = ("aws_ssoadmin_permission_set", "aws_ssoadmin_managed_policy_attachment")
    blocks = [
        {
            "address": f"{kind}.new",
            "mode": "managed",
            "type": kind,
            "name": "new",
            "provider_config_key": "aws",
            "expressions": later if i else {},
        }
        for i, kind in enumerate(kinds)
    ]
    made = [
        change(f"{kinds[0]}.new", None, {"name": "Admins"}, change={"after_unknown": {"arn": True}}),
        change(
            f"{kinds[1]}.new",
            None,
            {"managed_policy_arn": ADMIN},
            change={"after_unknown": {"permission_set_arn": True}},
        ),
    ]
    gone = [
        change(f"{kinds[0]}.old", {"name": "Admins", "arn": arn}, None),
        change(f"{kinds[1]}.old", attached, None),
    ]
    providers = {"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}}
    configuration = {"provider_config": providers, "root_module": {"resources": blocks}}
    found = first(plan(*made, *gone, configuration=configuration))
    moved = f"add a `moved` block with `from = {kinds[0]}.old` and `to = {kinds[0]}.new`"
    assert found.remedy[-1] == f"if it is a permission set that the plan deletes, at a new address, {moved}"


def test_who_is_newly_assigned_or_a_member() -> None:
    """Another permission set can be assigned; a member of a group can have a policy of its own."""
    sets = "aws_ssoadmin_permission_set"
    arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
    attached = {"permission_set_arn": arn, "managed_policy_arn": ADMIN}
    there = [
        change(f"{sets}.s", {"name": "Admins", "arn": arn}, {"name": "Admins", "arn": arn}),
        change("aws_ssoadmin_managed_policy_attachment.a", attached, attached),
    ]
    who = {"principal_id": "90", "principal_type": "GROUP", "target_id": "111122223333"}
    assigned = change("aws_ssoadmin_account_assignment.x", None, {"permission_set_arn": arn, **who})
    assert first(plan(*there, assigned)).remedy[0] == (
        "do not assign permission set Admins here: assign one with what is needed"
    )
    group = {"group": "g", "name": "p", "policy": FULL}
    joined = change("aws_iam_user_group_membership.m", None, {"user": "u", "groups": ["g"]})
    told = first(plan(change("aws_iam_group_policy.g", group, group), joined)).remedy[0]
    assert told == "leave user u out of group g, and give it a policy of its own with what it needs"


def _handed_in_as(name: str) -> Any:
    """What is suggested in a module whose caller refers to the key in an argument of this name."""
    inner = {
        "module": {"resources": [{**POLICY, "expressions": {"policy": {}}}], "variables": {name: {}}},
        "expressions": {name: {"references": ["aws_kms_key.app.arn", "aws_kms_key.app"]}},
    }
    configuration = {"root_module": {"module_calls": {"role": inner}}}
    raw = plan(in_module(inline(None, FULL), "module.role"), key("aws_kms_key.app"), configuration=configuration)
    return first(raw).example


def attachment(arn_before: str | None, arn_after: str | None) -> dict[str, Any]:
    """An attachment of a policy to a role before and after."""

    def values(arn: str | None) -> Any:
        return None if arn is None else {"role": "app", "policy_arn": arn}

    return change("aws_iam_role_policy_attachment.a", values(arn_before), values(arn_after))


ADMIN, READ = "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"
EKS = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"  # it allows kms:DescribeKey
ROLE = change("aws_iam_role.r", {"name": "app"}, {"name": "app"})


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            [attachment(None, ADMIN)],
            "do not attach AdministratorAccess: give role app a policy of its own with what it needs",
        ),
        (
            [attachment(READ, ADMIN)],
            "attach ReadOnlyAccess as before, or give role app a policy of its own with what it needs",
        ),
        (
            [
                change(
                    "aws_iam_role_policy_attachments_exclusive.a",
                    {"role_name": "app", "policy_arns": []},
                    {"role_name": "app", "policy_arns": [EKS, ADMIN]},
                )
            ],
            "do not attach AdministratorAccess: give role app a policy of its own with what it needs",
        ),
    ],
)
def test_in_the_place_of_an_attachment_comes_a_policy_of_ones_own(changes: list[Any], line: str) -> None:
    """With what the role's other statements need, written for the role as the module names it."""
    reads = inline(policy(statement("s3:GetObject")), policy(statement("s3:GetObject")))
    found = first(plan(ROLE, reads, *changes, configuration={"root_module": module(OBJECT)}))
    assert found.remedy[0] == line
    assert list(found.example) == [
        'resource "aws_iam_role_policy" "app_keys" {',
        "  role = aws_iam_role.r.name",
        "  policy = jsonencode({",
        '    Version = "2012-10-17"',
        "    Statement = [{",
        '      Effect   = "Allow"',
        '      Action   = "kms:Decrypt"',
        f'      Resource = "{PLACEHOLDER}"',
        "    }]",
        "  })",
        "}",
    ]


def test_a_policy_for_the_role_of_a_service_may_stay() -> None:
    """AWS writes it for what the service does, so that one of the role's own is seldom an answer."""
    backup = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
    (found,) = findings(plan(ROLE, attachment(None, backup)))
    assert found.remedy[:2] == (
        "do not attach AWSBackupServiceRolePolicyForBackup: give role app a policy of its own with what it needs",
        "or keep it, where nobody but the service that AWS writes it for may become role app",
    )


DENY = policy(statement("kms:*", effect="Deny", Sid="NoKeys"))


@pytest.mark.parametrize(
    ("before", "after", "line", "written"),
    [
        (
            DENY,
            None,
            "keep aws_iam_role_policy.deny, which holds the Deny, or first narrow what the Allow grants",
            True,
        ),
        (
            DENY,
            policy(statement("s3:*", effect="Deny")),
            "put the Deny back into aws_iam_role_policy.deny, or first narrow what the Allow grants",
            True,
        ),
    ],
)
def test_a_lost_deny_is_written_out(before: str, after: str | None, line: str, written: bool) -> None:
    """Where it stood, and what it said."""
    found = first(plan(inline(FULL, FULL), inline(before, after, "deny")))
    assert found.remedy == (line,)
    assert list(found.example) == [
        "{", '  Sid      = "NoKeys"', '  Effect   = "Deny"', '  Action   = "kms:*"', '  Resource = "*"', "}"
    ]  # fmt: skip


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_policy_whose_deny_goes_to_another_one_is_for_others(*, is_kept: bool) -> None:
    """Nothing proves that nobody else has it: the finding says for whom it is."""
    own = {"name": "own", "arn": "arn:aws:iam::111122223333:policy/own", "attachment_count": 1}
    changes = [
        change(
            "aws_iam_policy.own",
            {**own, "policy": policy(statement("kms:*"), statement("kms:*", effect="Deny"))},
            {**own, "policy": FULL},
        ),
        attachment(own["arn"], own["arn"]),
        *([inline(policy(statement("s3:*")), DENY, "other")] if is_kept else []),
    ]
    found = first(plan(*changes))
    said = "whoever has the policy by this plan gains nothing; whoever else has it, or gets it later, does"
    assert (found.address, said in found.remedy) == ("aws_iam_policy.own", is_kept)


def test_a_detached_deny_is_to_stay_attached() -> None:
    """The policy is still there, so what is to be kept is the attachment."""
    arn = "arn:aws:iam::111122223333:policy/deny"
    managed = {"name": "deny", "arn": arn, "policy": DENY}
    raw = plan(inline(FULL, FULL), change("aws_iam_policy.deny", managed, managed), attachment(arn, None))
    assert first(raw).remedy[0] == (
        "keep aws_iam_role_policy_attachment.a, through which role app has the Deny, or first narrow what the Allow "
        "grants"
    )


def test_a_condition_that_is_dropped_while_more_is_allowed_is_not_enough() -> None:
    """A statement that also gains actions is narrowed, under the condition that it still has."""
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    before = policy(statement("kms:Decrypt", Condition=mfa))
    found = first(plan(inline(before, FULL)))
    assert found.remedy[0].startswith("keep the condition, and replace `kms:*`")
    assert '  Action   = "kms:Decrypt"' in found.example


LEFT_OUT = "or add `kms:*` to NotAction: then it leaves the other services as they are"


@pytest.mark.parametrize(
    ("offered", "told"),
    [
        ([statement(NotAction="iam:*")], True),
        ([statement(NotAction="iam:*"), statement("kms:*")], False),  # where the other one would be left
        ([statement("kms:*")], False),
    ],
)
def test_what_leaves_out_actions_may_leave_out_more(offered: list[Any], told: bool) -> None:
    """The other services of a NotAction are nothing to take away: to leave out the service as well is enough."""
    found = first(plan(inline(None, policy(*offered))))
    assert (LEFT_OUT in found.remedy) is told
    assert ("NotAction" in found.remedy[0]) is (len(offered) > 1 or told)
    if told:
        instead = statement(NotAction=["iam:*", "kms:*"])
        assert not any(one.blocks for one in findings(plan(inline(None, policy(instead)))))


def test_that_a_sensitive_document_has_a_not_action_is_not_told() -> None:
    """Nothing of what it says is."""
    after = {"role": "app", "policy": policy(statement(NotAction="iam:*"))}
    said = {"actions": ["create"], "before": None, "after": after, "after_sensitive": {"policy": True}}
    assert "NotAction" not in "".join(first(plan(change("aws_iam_role_policy.p", None, after, change=said))).remedy)


LOST = {
    "plans/deny-destroyed-by-target": "keep aws_iam_role_policy.deny, which holds the Deny",
    "plans/policy-attachment-destroyed": "keep aws_iam_policy_attachment.deny, through which role app has the Deny",
    "plans/role-exclusive-policies-without-deny": (
        "list what denies (aws_iam_role_policy.deny) at aws_iam_role_policies_exclusive.app too, which takes away all "
        "that it does not list"
    ),
    "hostile/same-inline-name-overwrites-deny": (
        "give aws_iam_role_policy.e a name of its own: it takes the place of aws_iam_role_policy.d, which holds the "
        "Deny"
    ),
    "hostile/inline-duplicate-deleted-deny": (
        "keep aws_iam_role_policy.e: destroying it takes away what aws_iam_role_policy.d gives, too"
    ),
    "hostile/two-memberships": (
        "keep aws_iam_group_membership.gm as it is: what it no longer lists goes, whatever "
        "aws_iam_group_policy_attachment.g says"
    ),
    "plans/inline-deny-create-before-destroy": (
        "let the old aws_iam_role_policy.deny go before the new one comes: remove `create_before_destroy`"
    ),
    "plans/role-replaced-under-inline-deny": (
        "replace aws_iam_role_policy.deny together with what it belongs to: `replace_triggered_by` in its `lifecycle` "
        "block"
    ),
    "hostile/rename-deny-att-stays-literal": (
        "keep aws_iam_role_policy_attachment.guard, through which role app2 (before: app) has the Deny"
    ),
}


@pytest.mark.parametrize("case", LOST)
def test_what_keeps_a_deny_depends_on_how_it_is_lost(case: str) -> None:
    """A Deny is destroyed, detached, left out of a list, overwritten, taken along, or goes with what is replaced."""
    found = findings((ROOT / "tests" / case / "plan.json").read_bytes())
    told = [one.remedy[0] for one in found if one.rule == "KMS001"]
    assert told[0] == f"{LOST[case]}, or first narrow what the Allow grants"


def test_a_name_that_is_sensitive_is_not_written() -> None:
    """Neither the role's name, nor the ARN of a key or a boundary."""
    values = {"role": "hush-hush", "policy_arn": ADMIN}
    raw = plan(change("aws_iam_role_policy_attachment.a", None, values, change={
        "actions": ["create"], "before": None, "after": values, "after_unknown": {}, "after_sensitive": {"role": True},
    }))  # fmt: skip
    found = first(raw)
    assert found.example[0] == "{"
    assert "hush" not in "".join((*found.example, *found.remedy))
    secret = key("aws_kms_key.app", ARN)
    secret["change"]["after_sensitive"] = secret["change"]["before_sensitive"] = {"arn": True}
    configuration = {"root_module": module(TEXT)}
    raw = plan(inline(None, FULL), in_module(secret, "module.kms"), configuration=configuration)
    assert ARN not in "".join(first(raw).example)


def attached(address: str, role: str, *, before: bool = False) -> dict[str, Any]:
    values = {"role": role, "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    return change(f"aws_iam_role_policy_attachment.{address}", *((values, None) if before else (None, values)))


def role(address: str, before: str | None, after: str | None) -> dict[str, Any]:
    versions = [None if name is None else {"name": name} for name in (before, after)]
    return change(f"aws_iam_role.{address}", *versions)


def test_a_role_under_a_new_name_may_be_told_by_a_moved_block() -> None:
    """The plan deletes a role with full access and creates one: whether it is the same role only its author knows."""
    new = role("new", None, "new"), attached("new", "new")
    old = role("old", "old", None), attached("old", "old", before=True)
    other = role('all["other"]', "other", None), attached("other", "other", before=True)
    told = "if it is a role that the plan deletes, under a new name, add "
    assert first(plan(*new, *old)).remedy[-1] == told + (
        "a `moved` block with `from = aws_iam_role.old` and `to = aws_iam_role.new`"
    )
    assert first(plan(*new, *old, *other)).remedy[-1] == told + (
        'a `moved` block with `to = aws_iam_role.new` and its old address as `from`: aws_iam_role.all["other"] or '
        "aws_iam_role.old"
    )
    more = [role(f"old{n}", f"old{n}", None) for n in range(4)]
    held = [attached(f"old{n}", f"old{n}", before=True) for n in range(4)]
    assert first(plan(*new, *more, *held)).remedy[-1].endswith("aws_iam_role.old0, aws_iam_role.old1 or 2 others")
    there = role("new", "new", "new"), attached("new", "new")
    narrow = role("old", "old", None), inline(policy(statement("kms:Decrypt")), None, "r", "old")
    for changes in (new, (*new, *narrow), (*there, *old), (*new, role("old", "old", "old"), old[1])):
        assert not any("moved" in line for line in first(plan(*changes)).remedy)


def test_a_key_that_is_replaced_is_told_to_be_another_one() -> None:
    """The policy stays as it was written, and its key is a new one: the line says what makes it so."""
    made = change("aws_kms_key.k", {"arn": ARN}, {}, change={"actions": ["delete", "create"]})
    made["change"]["after_unknown"] = {"arn": True}
    line = deferred("aws_kms_key.k.arn", "kms:*", made)[0].remedy[-1]
    assert line == (
        "the plan replaces aws_kms_key.k by another key: undo what forces that, or waive the finding if whoever had "
        "the old key may have the new one"
    )
    assert not any(
        "replaces" in line for line in deferred("aws_kms_key.k.arn", "kms:*", key("aws_kms_key.k"))[0].remedy
    )


def test_a_document_that_is_a_data_source_is_not_told_to_become_one() -> None:
    """What a `dynamic` block of it refers to is out of sight; how it is written is no way out."""
    plans = ROOT / "tests/plans/document-with-hidden-resources"
    (found,) = (one for one in findings((plans / "plan.json").read_bytes()) if one.rule == "KMS003")
    assert "can't be told" in found.message
    assert not any("aws_iam_policy_document" in line for line in found.remedy)
    assert [line[:24] for line in found.remedy[:2]] == ["give the folder that the", "or build the ARN from pa"]


def test_a_key_at_a_new_address_may_be_told_by_a_moved_block() -> None:
    """A policy names a key that the plan creates while it deletes another one: without `moved` that one is lost."""
    made, gone = key("aws_kms_key.k"), change("aws_kms_key.old", {"arn": ARN}, None)
    moved = "a `moved` block with `from = aws_kms_key.old` and `to = aws_kms_key.k`"
    told = f"if it is aws_kms_key.old at a new address, add {moved}: without it the plan deletes that key"
    assert deferred("aws_kms_key.k.arn", "kms:*", made, gone)[0].remedy[-1] == told
    unlike = change("aws_kms_external_key.old", {"arn": ARN}, None)
    second = change("aws_kms_key.older", {"arn": ARN}, None)
    for others in ((made,), (made, unlike), (made, gone, second), (made, key("aws_kms_key.old", ARN))):
        assert not any("moved" in line for line in deferred("aws_kms_key.k.arn", "kms:*", *others)[0].remedy)


def test_a_role_that_is_imported_may_have_had_what_the_plan_creates() -> None:
    """Only what is imported as well shows what it had; the plan would write the same policy again."""
    values = {"name": "app", "path": "/"}
    importing = {"importing": {"id": "app"}}
    imported, there = change("aws_iam_role.app", values, values, change=importing), role("app", "app", "app")
    told = "write `import` blocks for aws_iam_role_policy.p too: then the plan shows what it had before"
    assert first(plan(imported, inline(None, FULL))).remedy[-1].endswith(told)
    missing = change("aws_iam_role.app", values, values, change={"importing": None})
    narrow = inline(policy(statement("kms:Decrypt", ARN)), FULL)
    for changes in ((there, inline(None, FULL)), (missing, inline(None, FULL)), (imported, narrow)):
        assert not any("import" in line for line in first(plan(*changes)).remedy)


def test_an_imported_role_may_have_had_what_is_attached() -> None:
    """The managed policy and the attachment are both created."""
    values = {"name": "app", "path": "/"}
    imported = change("aws_iam_role.app", values, values, change={"importing": {"id": "app"}})
    lines = " ".join(first(plan(imported, attached("p", "app"))).remedy)
    assert "import` blocks for aws_iam_role_policy_attachment.p too" in lines


def test_an_alias_under_a_new_name_may_be_of_other_keys() -> None:
    """A condition on it is met by every key that has it, in each account and region."""

    def asking(name: str) -> str:
        return policy(statement("kms:*", Condition={"ForAnyValue:StringEquals": {"kms:ResourceAliases": name}}))

    def alias(was: str, will: str, **marks: Any) -> dict[str, Any]:
        return change("aws_kms_alias.k", {"name": was}, {"name": will}, change=marks)

    renamed, document = alias("alias/a", "alias/b"), inline(asking("alias/a"), asking("alias/b"))
    told = "if aws_kms_alias.k only gets another name, nothing proves that no other key has an alias `alias/b`"
    assert first(plan(renamed, document)).remedy[-1] == f"{told}: keep the name, or waive the finding"
    hidden = alias("alias/a", "alias/b", after_sensitive={"name": True})
    for other in (alias("alias/a", "alias/c"), alias("alias/b", "alias/b"), hidden):
        assert not any("alias" in line for line in first(plan(other, document)).remedy)


def test_whom_a_plan_does_not_tell_the_source_may(tmp_path: Path) -> None:
    """Where the name of a principal comes through a local; not where it is a resource of the plan, named or not."""

    def by_name(referred: str) -> bytes:
        hidden = change(
            "aws_iam_role_policy.p", None, {"name": "p", "policy": FULL}, change={"after_unknown": {"role": True}}
        )
        made = change("aws_iam_role.made", None, {}, change={"after_unknown": {"name": True}})
        written = {"role": {"references": [referred]}, "policy": OBJECT}
        block = {"address": "aws_iam_role.made", "type": "aws_iam_role", "name": "made", "expressions": {}}
        return plan(
            hidden, made, configuration={"root_module": {"resources": [{**POLICY, "expressions": written}, block]}}
        )

    told = (
        "or give the folder that the plan was made from with `--source FOLDER`: the plan does not tell which role "
        "it is, nor what holds that one back"
    )
    certain = [one for one in findings(by_name("local.role")) if one.rule == "KMS001"]
    assert [told in one.remedy for one in certain] == [True]
    assert told not in first(by_name("aws_iam_role.made.name")).remedy
    (tmp_path / "main.tf").write_text(
        'resource "aws_iam_role_policy" "p" {\n  name   = "p"\n  role   = local.role\n'
        f'  policy = jsonencode({FULL})\n}}\nresource "aws_iam_role" "made" {{\n}}\n'
    )
    found = check(read(by_name("local.role"), "plan.json"), Options(source=(str(tmp_path),))).findings
    assert [one.rule for one in found if one.blocks] == ["KMS001"]
    assert not any(told in one.remedy for one in found)
