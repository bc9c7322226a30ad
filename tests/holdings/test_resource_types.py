"""A resource type is one row: nothing else in gate/ spells it, and a new row is all that a new type needs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gate
from gate.holdings.resource_types import (
    HARMLESS,
    RESOURCE_TYPES,
    ROLE,
    Destroyed,
    PrincipalNames,
    ResourceType,
)
from tests.helpers.plans import change, findings, plan, policy, statement

ROOM = Path(gate.__file__).parent
FULL = policy(statement("kms:*"))
# where else a type of the table may be spelled, and why
ELSEWHERE = {
    "holdings/managed_policies.py": {"aws_iam_policy"},  # the data source of this name, which reads a policy's text
    "findings/undetermined_wording.py": {"aws_iam_policy"},  # advice to use that data source
    "findings/remedies/settling.py": {"aws_iam_policy"},  # likewise
    "rules/policy_not_visible.py": {"aws_iam_policy"},  # likewise
    "source/harmless.py": {  # whose names AWS admits no quotation mark in: nothing to do with who grants what
        "aws_iam_group", "aws_iam_instance_profile", "aws_iam_policy", "aws_iam_role", "aws_iam_user",
        "aws_identitystore_user",
    },
    # whose ARN is a principal that a key policy may name; their rows have the names and the ARNs, but no paths
    "holdings/deferred_principals.py": {"aws_iam_role", "aws_iam_user", "awscc_iam_role", "awscc_iam_user"},
    "holdings/principal_arns.py": {"aws_iam_role", "aws_iam_user", "awscc_iam_role", "awscc_iam_user"},
    "holdings/resolve.py": {"aws_iam_role"},  # the data source of this name, whose id is what it asks by
    "holdings/credentials.py": {  # a table of its own: they grant nothing, and make somebody become whom they name
        "aws_iam_access_key", "aws_iam_openid_connect_provider", "aws_iam_saml_provider", "aws_iam_user_login_profile",
        "awscc_iam_access_key", "awscc_iam_oidc_provider", "awscc_iam_saml_provider", "awscc_iam_user",
    },
    "holdings/template_rows.py": {  # those of these that templates are read for
        "awscc_iam_access_key",
        "awscc_iam_oidc_provider",
        "awscc_iam_saml_provider",
    },
    "findings/unstopped_wording.py": {"aws_iam_policy"},  # the data source
    "plan/arns.py": {"awscc_iam_role"},  # whose ARN is made up, whatever it grants
}  # fmt: skip


def spelled(path: Path) -> Iterator[str]:
    """The resource types in the texts of a module, without its docstrings."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    bodies = [n.body for n in nodes if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef) and n.body]
    docstrings = {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield from re.findall(r"\b(?:aws|awscc)_[a-z0-9_]+\b", node.value)


@pytest.mark.slow
def test_no_other_module_spells_a_type_of_the_table() -> None:
    """What a type is, has and leaves is read from its row."""
    table = RESOURCE_TYPES.keys() | HARMLESS
    found = {
        path.relative_to(ROOM).as_posix(): types
        for path in sorted(ROOM.rglob("*.py"))
        if path.name != "resource_types.py" and (types := set(spelled(path)) & table)
    }
    assert {path: types - ELSEWHERE.get(path, set()) for path, types in found.items()} == {
        path: set() for path in found
    }


def test_a_row_is_all_that_an_inline_policy_type_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Document, principal, and what is left after it is destroyed."""
    names = (PrincipalNames(ROLE, "role_called"),)
    monkeypatch.setitem(RESOURCE_TYPES, "aws_iam_new", ResourceType(recipients=names, documents=("text",)))
    values = {"role_called": "app", "text": FULL}
    (found,) = findings(plan(change("aws_iam_new.x", None, values)))
    assert (found.rule, found.attribute, found.principals) == ("KMS001", "text", ("role app",))
    moved = plan(change("aws_iam_new.x", values, None), change("aws_iam_role_policy.p", None, other("app")))
    assert findings(moved) == ()


def test_what_a_destroyed_type_leaves_is_in_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Deny that stays in the account when its resource is destroyed still denies."""
    deny = policy(statement("kms:*", effect="Deny"))
    changes = plan(
        change("aws_iam_new.x", {"role": "app", "text": deny}, None),
        change("aws_iam_role_policy.p", other("app"), other("app")),
    )
    for destroyed, rules in ((Destroyed.OWN, ["KMS001"]), (Destroyed.NOTHING, [])):
        row = ResourceType(recipients=(PrincipalNames(ROLE, "role"),), documents=("text",), destroyed=destroyed)
        monkeypatch.setitem(RESOURCE_TYPES, "aws_iam_new", row)
        assert [found.rule for found in findings(changes)] == rules


def test_a_row_is_all_that_a_principal_type_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name decides who it is: what another resource gave it before is nothing new."""
    row = ResourceType(own_name=PrincipalNames(ROLE, "called"), documents=("text",), arn="own_arn", unique_id="own_id")
    monkeypatch.setitem(RESOURCE_TYPES, "aws_iam_new", row)
    created = change("aws_iam_new.x", None, {"called": "app", "text": FULL})
    assert [found.rule for found in findings(plan(created))] == ["KMS001"]
    assert findings(plan(created, change("aws_iam_role_policy.p", other("app"), None))) == ()


def other(role: str) -> dict[str, str]:
    return {"name": "p", "role": role, "policy": FULL}
