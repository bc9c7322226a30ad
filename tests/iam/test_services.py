"""What is said of a protected service is said in its own file."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gate
from gate.iam.services import protected

PACKAGE = Path(gate.__file__).parent
OWN = ("iam/kms.py", "iam/services.py")
EXCEPTIONS = {
    "holdings/key_attributes.py": "Terraform's resource types",
    "holdings/api_calls.py": "which APIs hand out access, in the commands and workflows that call them",
    "findings/not_visible_wording.py": "the same, in words",
    "templates/functions.py": "CloudFormation's resource types",
    "holdings/key_types.py": "Terraform's resource types",
    "holdings/key_grants.py": "what the arguments of Terraform's aws_kms_grant stand for",
    "findings/key_wording.py": "the conditions of key policies that a remedy names",
    "iam/who.py": "AWS's condition keys that say who, of every service, in one table",
    "plan/arns.py": "Terraform's resource types",
    "source/harmless.py": "Terraform's resource types",
    "unknown.py": "the ARN that stands for a key which is not known yet",
    "iam/policy.py": "the condition keys that say whose account asks",
    "iam/condition_keys.py": "AWS's condition keys, of every service, in one table",
    "cli/check.py": "the command's own documentation",
}
NOT_THE_SERVICE = re.compile(r"KMS\d{3}|kms-gate|full_kms_access\w*")  # ids and names of rules, gate's own name


def spoken(path: Path) -> Iterator[str]:
    """Every name and every text of a module but its documentation."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.slow
def test_nothing_else_spells_the_service() -> None:
    """A second service is one file, its data, and a line in gate/iam/services.py."""
    word = protected().prefix
    spelling = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        for text in spoken(path)
        if word in NOT_THE_SERVICE.sub("", text).lower()
    }
    asking = {name for name in spelling if name.startswith("rules/")}  # what a rule asks for, and other tools' checks
    assert spelling - {*OWN} - asking == set(EXCEPTIONS)
