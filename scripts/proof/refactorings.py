"""Changes of a plan that keep what everybody may do, or narrow it: none of them may block."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from scripts.proof.grants import Plan, changed, documents

Document = dict[str, Any]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _names(statement: Document, each: Callable[[list[Any]], Any]) -> Document:
    return {key: each(_listed(value)) if key in _LISTS else value for key, value in statement.items()}


_LISTS = ("Action", "NotAction", "Resource", "NotResource")


def reordered(document: Document) -> Document:
    """Statements, values and keys the other way round."""
    statements = [
        dict(reversed(_names(one, lambda values: values[::-1]).items())) for one in _listed(document["Statement"])[::-1]
    ]
    return {**document, "Statement": statements}


def other_case(document: Document) -> Document:
    """Actions in capitals."""

    def capitals(statement: Document) -> Document:
        return {
            key: [str(one).upper() for one in _listed(value)] if key in _LISTS[:2] else value
            for key, value in statement.items()
        }

    return {**document, "Statement": [capitals(one) for one in _listed(document["Statement"])]}


def split(document: Document) -> Document:
    """A statement for each action and each resource."""
    statements = []
    for one in _listed(document["Statement"]):
        for action in _listed(one["Action"]) if "Action" in one else [None]:
            for resource in _listed(one["Resource"]) if "Resource" in one else [None]:
                own = {} if action is None else {"Action": action}
                where = {} if resource is None else {"Resource": resource}
                statements.append({**{key: value for key, value in one.items() if key != "Sid"}, **own, **where})
    return {**document, "Statement": statements}


def repeated(document: Document) -> Document:
    """Every statement twice, with other names."""
    twice = [{**one, "Sid": f"Copy{i}"} for i, one in enumerate(_listed(document["Statement"]) * 2)]
    return {**document, "Statement": twice}


def single(document: Document) -> Document:
    """Lists of one value as the value, and the other way round."""
    statements = [
        _names(one, lambda values: values[0] if len(values) == 1 else values) for one in _listed(document["Statement"])
    ]
    return {**document, "Statement": statements[0] if len(statements) == 1 else statements}


def conditioned(document: Document) -> Document:
    """One more condition on every Allow."""
    statements = []
    for one in _listed(document["Statement"]):
        more = {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}
        allows = one.get("Effect") == "Allow" and "NumericLessThan" not in (one.get("Condition") or {})
        statements.append({**one, "Condition": {**(one.get("Condition") or {}), **more}} if allows else one)
    return {**document, "Statement": statements}


def narrowed(document: Document) -> Document:
    """Every Allow without its last action, and a new Deny."""
    statements = []
    for one in _listed(document["Statement"]):
        actions = _listed(one.get("Action", []))
        fewer = one.get("Effect") == "Allow" and len(actions) > 1
        statements.append({**one, "Action": actions[:-1]} if fewer else one)
    return {**document, "Statement": [*statements, {"Effect": "Deny", "Action": "kms:Sign", "Resource": "*"}]}


def _rewritten(each: Callable[[Document], Document], **how: Any) -> Callable[[Plan], Iterator[Plan]]:
    """Each resource with its documents rewritten."""

    def plans(plan: Plan) -> Iterator[Plan]:
        for number, one in enumerate(plan["resource_changes"]):
            if not one["type"].startswith(("aws_iam_", "aws_ssoadmin_", "awscc_iam_", "awscc_sso_")):
                continue
            if not list(documents(one["change"]["after"] or {})) or _mirrors(one["type"], plan):
                continue
            result, after = changed(plan, number)
            found = list(documents(after))
            if not all(isinstance(entry, dict) for _, _, read in found for entry in _listed(read["Statement"])):
                continue
            for place, key, read in found:
                place[key] = json.dumps(each(read), **how)
            yield result

    return plans


def _mirrors(kind: str, plan: Plan) -> bool:
    """Whether the inline policies that a role shows may be those of other resources: they are not its to rewrite."""
    return kind.endswith("_iam_role") and any("iam_role_polic" in one["type"] for one in plan["resource_changes"])


def moved(plan: Plan) -> Iterator[Plan]:
    """Each resource with another address before."""
    for number, one in enumerate(plan["resource_changes"]):
        result, _ = changed(plan, number)
        result["resource_changes"][number]["change"]["actions"] = ["no-op"]
        result["resource_changes"][number]["previous_address"] = f"{one['address'].partition('[')[0]}_before"
        yield result


def destroyed_allows(plan: Plan) -> Iterator[Plan]:
    """Each inline policy without a Deny destroyed."""
    for number, one in enumerate(plan["resource_changes"]):
        found = list(documents(one["change"]["after"] or {}))
        if one["type"] not in ("aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy") or not found:
            continue
        if any(entry.get("Effect") != "Allow" for _, _, read in found for entry in _listed(read["Statement"])):
            continue
        result, _ = changed(plan, number)
        result["resource_changes"][number]["change"] |= {"actions": ["delete"], "after": None, "after_unknown": {}}
        yield result


REFACTORINGS: dict[str, Callable[[Plan], Iterator[Plan]]] = {
    "reordered": _rewritten(reordered),
    "actions in capitals": _rewritten(other_case),
    "split into statements": _rewritten(split),
    "statements repeated": _rewritten(repeated),
    "lists of one as values": _rewritten(single),
    "indented and escaped": _rewritten(dict, indent=4, ensure_ascii=True),
    "one more condition": _rewritten(conditioned),
    "an action less, a Deny more": _rewritten(narrowed),
    "moved": moved,
    "inline policies destroyed": destroyed_allows,
}
