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
# What Terraform, CloudFormation and AWS call something has the service's name in it. Such a name is a row of a table.
TYPE = r"(aws|awscc)_kms_\w+|AWS::KMS::\w+"
CONDITION_KEY = r"kms:[a-z]+:?"  # or the beginning of some
NAMES = {
    "holdings/key_types.py": TYPE,
    "holdings/key_attributes.py": rf"{TYPE}|.*\(kms\|cmk\|key\)_arn",  # what modules call a variable for a key
    "holdings/key_grants.py": r"kms:(EncryptionContext(:|Keys))?",  # what the arguments of aws_kms_grant stand for
    "holdings/api_calls.py": r"kms|KMS|.*KMS\(\?!KeyRotation\).*",  # one of the APIs that hand out access
    "holdings/keys_named.py": r"arn:.*:kms:.*",  # what the ARN of one is like
    "holdings/provider_values.py": rf"{TYPE}|arn:.*:kms:.*",  # what reads a key, and what an ARN of one is like
    "plan/provider_calls.py": r"kms|\(https://\).*\|kms\).*",  # one of the services that a provider may call elsewhere
    "plan/strays.py": r"kms|aws_kms_",  # the same, and what resource types call it
    "plan/arns.py": rf"{TYPE}|arn:aws:kms:\(not-known\):\(not-known\):key/\(",  # the ARN of a key that is not known yet
    "source/harmless.py": TYPE,
    "templates/functions.py": TYPE,
    "iam/condition_keys.py": CONDITION_KEY,
    "iam/who.py": CONDITION_KEY,
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
def test_nothing_else_speaks_of_the_service() -> None:
    """A second service is one file, its data, and a line in gate/iam/services.py. Elsewhere stand names that others
    gave, and in rules what they ask for."""
    word = protected().prefix
    for path in PACKAGE.rglob("*.py"):
        name = str(path.relative_to(PACKAGE))
        spelling = [text for text in spoken(path) if word in NOT_THE_SERVICE.sub("", text).lower()]
        if name not in OWN and not name.startswith("rules/"):
            assert [text for text in spelling if not re.fullmatch(NAMES.get(name, ""), text)] == [], name
        assert spelling or name not in NAMES, f"{name} has no such name any more"
