"""A slow judge of key policies for the tests: one request of one principal against JSON. It shares no code with gate.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import json
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from tests.helpers.condition_judge import holds

OWN = "111122223333"


class Who:
    """A principal: `arns` are its own ARNs (of a session the role's too), `account` its account; or an AWS service."""

    def __init__(self, label: str, account: str = "", arns: Sequence[str] = (), service: str = "", **context: str):
        self.label, self.account, self.arns, self.service = label, account, tuple(arns), service
        self.context: dict[str, list[str]] = {key.replace("__", ":"): [value] for key, value in context.items()}

    @property
    def root(self) -> set[str]:
        """How a policy names its account."""
        return {self.account, f"arn:aws:iam::{self.account}:root"} if self.account else set()


def allowed(policy: str, who: Who, action: str, context: Mapping[str, Sequence[str]]) -> bool:
    """Whether a key policy by itself allows a request, or delegates it to another account that may allow it."""
    effects = set()
    for statement in _statements(policy):
        if _acts(statement, action) and _speaks(statement, who) and _holds(statement, context):
            effects.add(statement["Effect"])
    return effects == {"Allow"}


@lru_cache
def _statements(policy: str) -> Any:
    return json.loads(policy)["Statement"]


def _acts(statement: Any, action: str) -> bool:
    listed = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    return any(fnmatchcase(action.lower(), each.lower()) for each in listed)


def _holds(statement: Any, context: Mapping[str, Sequence[str]]) -> bool:
    lowered = {key.lower(): value for key, value in context.items()}
    return all(
        holds(operator.lower(), key.lower(), [values] if isinstance(values, str) else values, lowered)
        for operator, tests in statement.get("Condition", {}).items()
        for key, values in tests.items()
    )


def _speaks(statement: Any, who: Who) -> bool:
    element = statement.get("Principal", statement.get("NotPrincipal"))
    named = {"AWS": ["*"]} if element == "*" else {k: [v] if isinstance(v, str) else v for k, v in element.items()}
    people, services = set(named.get("AWS", [])), set(named.get("Service", []))
    others = set(named.get("Federated", [])) | set(named.get("CanonicalUser", []))
    itself = people & set(who.arns) or who.service in services or others & set(who.arns)
    account = people & who.root
    if "NotPrincipal" in statement:  # the cases in which AWS may or may not leave out are not tried
        return not itself and not account and "*" not in people
    if "*" in people or itself:
        return True
    return bool(account) and (statement["Effect"] == "Deny" or who.account != OWN or not who.arns)
