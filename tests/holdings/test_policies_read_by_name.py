"""`data "aws_iam_policy"` that is read during apply, by its name."""

import json
from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.plan.model import read
from tests.helpers.plans import change, findings, plan, policy, statement

DATA, OWN = "data.aws_iam_policy.d", "aws_iam_policy.own"
ADMIN, READ_ONLY = (f"arn:aws:iam::aws:policy/{name}" for name in ("AdministratorAccess", "ReadOnlyAccess"))
CUSTOM = "arn:aws:iam::111122223333:policy/ReadOnlyAccess"
POLICY = {"name": "own", "arn": "arn:aws:iam::111122223333:policy/own", "policy": policy(statement("s3:*"))}
CREATED = {"name": "own", "policy": POLICY["policy"]}


def read_later(name: Any, **more: Any) -> dict[str, Any]:
    hidden = {"arn": True, "id": True, "path": True, "policy": True} | ({"name": True} if name is None else {})
    body = {"actions": ["read"], "before": None, "after": {"name": name, "path_prefix": None, **more}}
    return {
        "address": DATA, "mode": "data", "type": "aws_iam_policy", "name": "d",
        "change": {**body, "after_unknown": hidden},
    }  # fmt: skip


def attached(before: str | None, *references: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """An attachment to a role under an ARN that is known only after apply, and its block."""
    address = "aws_iam_role_policy_attachment.a"
    anew = {"actions": ["delete", "create"]} if before else {}
    made = change(
        address,
        before and {"role": "app", "policy_arn": before},
        {"role": "app"},
        change={**anew, "after_unknown": {"policy_arn": True}},
    )
    names = [name for each in references for name in (f"{each}.arn", each)]
    expressions = {"policy_arn": {"references": names}, "role": {"constant_value": "app"}}
    return made, {
        "address": address, "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "a",
        "provider_config_key": "aws", "expressions": expressions,
    }  # fmt: skip


def block(address: str) -> dict[str, Any]:
    kind, name = address.removeprefix("data.").split(".")
    mode = "data" if address.startswith("data.") else "managed"
    named = {"name": {"constant_value": "ReadOnlyAccess"}} if mode == "data" else {"policy": {}}
    common = {"provider_config_key": "aws", "expressions": named}
    return {"address": address, "mode": mode, "type": kind, "name": name, **common}


def planned(read: dict[str, Any], before: str | None, *references: str) -> bytes:
    made, own = attached(before, *references)
    created = change(OWN, None, CREATED, change={"after_unknown": {"arn": True}})
    providers = {"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}}
    resources = [block(DATA), block(OWN), own]
    return plan(
        made, read, created, configuration={"provider_config": providers, "root_module": {"resources": resources}}
    )


def said(read: dict[str, Any], before: str | None, *references: str) -> list[str]:
    return [each.rule for each in findings(planned(read, before, *references)) if each.rule != "KMS007"]


def test_what_was_attached_under_the_name_stays() -> None:
    """Had the account another policy of the name, the data source would refuse to choose."""
    assert said(read_later("ReadOnlyAccess"), READ_ONLY, DATA) == []
    assert said(read_later("ReadOnlyAccess"), READ_ONLY, DATA, OWN) == []


@pytest.mark.parametrize(
    ("read", "before"),
    [
        (read_later("AdministratorAccess"), None),
        (read_later("AdministratorAccess"), READ_ONLY),
        (read_later("ReadOnlyAccess"), None),
        (read_later("ReadOnlyAccess"), CUSTOM),
        (read_later("ReadOnlyAccess", path_prefix="/own/"), READ_ONLY),
        (read_later(None), READ_ONLY),
    ],
)
def test_any_other_may_be_anything(read: dict[str, Any], before: str | None) -> None:
    """Also beside a policy of the plan to which the expression refers as well."""
    assert said(read, before, DATA) == ["KMS009"]
    assert said(read, before, DATA, OWN) == ["KMS009"]


def test_whoever_answers_in_awss_place_may_find_anything() -> None:
    """Under the name too."""
    document = json.loads(planned(read_later("ReadOnlyAccess"), READ_ONLY, DATA))
    stand_in = {"endpoints": [{"iam": {"constant_value": "http://localhost:4567"}}]}
    document["configuration"]["provider_config"]["aws.b"] = {"name": "aws", "alias": "b", "expressions": stand_in}
    (data,) = (one for one in document["configuration"]["root_module"]["resources"] if one["address"] == DATA)
    data["provider_config_key"] = "aws.b"
    rules = [each.rule for each in findings(json.dumps(document).encode())]
    assert [rule for rule in rules if rule != "KMS007"] == ["KMS009"]


def test_the_source_tells_which_of_them_it_is(tmp_path: Path) -> None:
    """Although the path, which stands in its ARN, is known only after apply."""
    written = [
        'data "aws_iam_policy" "d" { name = "ReadOnlyAccess" }',
        'resource "aws_iam_policy" "own" {\n  policy = jsonencode({ Statement = [] })\n}',
        'resource "aws_iam_role_policy_attachment" "a" {\n  role = "app"\n  policy_arn = %s\n}',
    ]
    for expression, expected in ((f"{DATA}.arn", []), (f'replace({DATA}.arn, "a", "b")', ["KMS009"])):
        (tmp_path / "main.tf").write_text("\n".join(written) % expression)
        raw = planned(read_later("ReadOnlyAccess"), READ_ONLY, DATA)
        found = check(read(raw, "plan.json"), Options(source=(str(tmp_path),))).findings
        assert [each.rule for each in found] == expected


def test_what_to_do_is_to_write_the_arn() -> None:
    """No policy document has to be written for a policy that is looked for."""
    (told,) = (
        each for each in findings(planned(read_later("AdministratorAccess"), None, DATA)) if each.rule == "KMS009"
    )
    assert told.remedy[1].startswith("or attach the policy by its ARN as a text")
    assert not any("aws_iam_policy_document" in each for each in told.remedy)
