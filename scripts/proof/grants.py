"""Every place of a plan in which a grant can stand, and every spelling of `kms:*` on every key."""

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gate.iam.kms import kms

Plan = dict[str, Any]
Statements = list[dict[str, Any]]
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
TRUST = ("assume_role_policy", "assume_role_policy_document")
NAMED = {"aws_iam_role": "role", "aws_iam_user": "user", "aws_iam_group": "group"}
_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
_OTHER = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def _allow(**elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Resource": "*", **elements}


SPELLINGS: Mapping[str, Statements] = {
    "kms:*": [_allow(Action="kms:*")],
    "a list": [_allow(Action=["s3:GetObject", "kms:*"], Sid="Added")],
    "other case": [_allow(Action="KmS:*")],
    "kms:?*": [_allow(Action="kms:?*")],
    "km?:*": [_allow(Action="km?:*")],
    "*": [_allow(Action="*")],
    "NotAction": [_allow(NotAction=["s3:*", "iam:*"])],
    "every name": [_allow(Action=list(kms().names(kms().all_actions())))],
    "every name but one": [
        _allow(Action=[name for name in kms().names(kms().all_actions()) if name != "kms:PutKeyPolicy"])
    ],
    "letter by letter": [_allow(Action=f"kms:{letter}*") for letter in "abcdefghijklmnopqrstuvwxyz"],
    "three powers": [_allow(Action=["kms:Decrypt", "kms:CreateGrant"]), _allow(Action="kms:ScheduleKeyDeletion")],
    "every key's ARN": [_allow(Action="kms:*", Resource="arn:aws:kms:*:*:key/*")],
    "a short ARN": [_allow(Action="kms:*", Resource=["arn:aws:kms"])],
    "question marks": [_allow(Action="kms:*", Resource="arn:aws:kms:*:*:key/????????-????-????-????-????????????")],
    "NotResource": [{"Effect": "Allow", "Action": "kms:*", "NotResource": _OTHER}],
    "under a condition": [_allow(Action="kms:*", Condition=_MFA)],
    "behind a trivial Deny": [
        _allow(Action="kms:*"),
        {"Effect": "Deny", "Action": "kms:*", "Resource": _OTHER},
    ],
    "behind a conditional Deny": [
        _allow(Action="kms:*"),
        {"Effect": "Deny", "Action": "kms:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    ],
}


def written(statements: Statements) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def documents(value: Any, name: str = "") -> Iterator[tuple[dict[str, Any] | list[Any], Any, dict[str, Any]]]:
    """Every text in some values that is a policy document of an identity: what it stands in, its key, what it says."""
    if name in TRUST:
        return
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(one, (dict, list)):
            yield from documents(one, str(key))
        elif isinstance(one, str) and one.lstrip().startswith("{") and key not in TRUST:
            try:
                read = json.loads(one)
            except ValueError:
                continue
            if isinstance(read, dict) and isinstance(read.get("Statement"), (list, dict)):
                yield value, key, read


def harmless(plan: Plan) -> Plan:
    """The plan in which no document and no policy of AWS has anything to do with KMS, so that a grant is a new one."""
    text = re.sub(
        r"arn:(aws[a-z-]*):iam::aws:policy/[^\"\\\\]*",
        r"arn:\1:iam::aws:policy/AmazonS3ReadOnlyAccess",
        json.dumps(plan),
    )
    result: Plan = json.loads(text)
    for place, key, _ in list(documents(result)):
        place[key] = written([_allow(Action="s3:GetObject")])
    return result


def changed(plan: Plan, number: int) -> tuple[Plan, dict[str, Any]]:
    """A copy of a plan in which one resource is updated, and its values after the change, to be written to."""
    result = copy.deepcopy(plan)
    change = result["resource_changes"][number]["change"]
    change["actions"] = ["update"]
    change["before"] = copy.deepcopy(change["before"])
    change["after"] = copy.deepcopy(change["after"])
    return result, change["after"]


def in_a_document(plan: Plan, statements: Statements) -> Iterator[Plan]:
    """One more grant in each policy document that stands in the plan."""
    for number, one in enumerate(plan["resource_changes"]):
        if not one["type"].startswith(("aws_iam_", "aws_ssoadmin_", "awscc_iam_", "awscc_sso_")):
            continue
        for which in range(len(list(documents(one["change"]["after"] or {})))):
            result, after = changed(plan, number)
            place, key, read = list(documents(after))[which]
            had = read["Statement"] if isinstance(read["Statement"], list) else [read["Statement"]]
            place[key] = json.dumps({**read, "Statement": [*had, *statements]})
            yield result


def _beside(plan: Plan, kind: str, values: Callable[[str, str], dict[str, Any]]) -> Iterator[Plan]:
    """A new resource beside each role, user and group of the plan; `values` of its kind and name, `{}` in `kind`."""
    for one in plan["resource_changes"]:
        principal = NAMED.get(one["type"])
        name = (one["change"]["after"] or {}).get("name")
        if principal is None or not isinstance(name, str):
            continue
        result = copy.deepcopy(plan)
        new = kind.format(principal)
        prefix = f"{one['module_address']}." if one.get("module_address") else ""
        result["resource_changes"].append(
            {
                **{key: one[key] for key in ("mode", "provider_name", "module_address") if key in one},
                "address": f"{prefix}{new}.added_by_the_proof",
                "type": new,
                "name": "added_by_the_proof",
                "change": {
                    "actions": ["create"],
                    "before": None,
                    "after": values(principal, name),
                    "after_unknown": {"id": True},
                },
            }
        )
        yield result


def new_inline_policy(plan: Plan, statements: Statements) -> Iterator[Plan]:
    """A new inline policy of each role, user and group."""
    yield from _beside(
        plan, "aws_iam_{}_policy", lambda kind, name: {"name": "added", kind: name, "policy": written(statements)}
    )


def inline_policy_block(plan: Plan, statements: Statements) -> Iterator[Plan]:
    """A new block `inline_policy` in each role."""
    for number, one in enumerate(plan["resource_changes"]):
        if one["type"] == "aws_iam_role":
            result, after = changed(plan, number)
            block = {"name": "added", "policy": written(statements)}
            after["inline_policy"] = [*(after.get("inline_policy") or []), block]
            yield result


def new_policy_attached(plan: Plan, statements: Statements) -> Iterator[Plan]:
    """A new managed policy, attached to each role, user and group."""
    arn = "arn:aws:iam::111122223333:policy/added-by-the-proof"
    attached = _beside(plan, "aws_iam_{}_policy_attachment", lambda kind, name: {kind: name, "policy_arn": arn})
    for result in attached:
        attachment = result["resource_changes"][-1]
        values = {"name": "added-by-the-proof", "path": "/", "policy": written(statements)}
        change = {"actions": ["create"], "before": None, "after": values, "after_unknown": {"arn": True, "id": True}}
        new = {"address": "aws_iam_policy.added_by_the_proof", "type": "aws_iam_policy", "name": "added_by_the_proof"}
        kept = {key: attachment[key] for key in ("mode", "provider_name") if key in attachment}
        result["resource_changes"].append({**kept, **new, "change": change})
        yield result


def attached(plan: Plan, statements: Statements) -> Iterator[Plan]:
    """AdministratorAccess attached to each role, user and group."""
    yield from _beside(
        plan, "aws_iam_{}_policy_attachment", lambda kind, name: {kind: name, "policy_arn": ADMINISTRATOR}
    )


def attached_to_many(plan: Plan, statements: Statements) -> Iterator[Plan]:
    """The same by `aws_iam_policy_attachment`."""
    yield from _beside(
        plan,
        "aws_iam_policy_attachment",
        lambda kind, name: {"name": "added", f"{kind}s": [name], "policy_arn": ADMINISTRATOR},
    )


def attached_exclusively(plan: Plan, statements: Statements) -> Iterator[Plan]:
    """The same by an exclusive list of attachments."""
    yield from _beside(
        plan,
        "aws_iam_{}_policy_attachments_exclusive",
        lambda kind, name: {f"{kind}_name": name, "policy_arns": [ADMINISTRATOR]},
    )


def managed_policy_arns(plan: Plan, statements: Statements) -> Iterator[Plan]:
    """The same by `managed_policy_arns` of each role."""
    for number, one in enumerate(plan["resource_changes"]):
        if one["type"] == "aws_iam_role":
            result, after = changed(plan, number)
            after["managed_policy_arns"] = [*(after.get("managed_policy_arns") or []), ADMINISTRATOR]
            yield result


DOCUMENT_PLACES = {
    "a document of the plan": in_a_document,
    "a new inline policy": new_inline_policy,
    "a new inline_policy block": inline_policy_block,
    "a new managed policy, attached": new_policy_attached,
}
ATTACHMENTS = {
    "an attachment": attached,
    "aws_iam_policy_attachment": attached_to_many,
    "an exclusive list": attached_exclusively,
    "managed_policy_arns": managed_policy_arns,
}
