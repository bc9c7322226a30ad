"""What a finding says of what can't be told follows from why, never from the shape of a text."""

import json
from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.findings.undetermined_wording import REASONS, SENTENCES
from gate.new_access.undetermined import Undetermined
from gate.plan.model import read
from gate.report import Finding
from gate.unknown import WhyUnknown
from tests.helpers.paths import PLANS
from tests.helpers.plans import change, findings, inline, plan, policy, statement

FULL = policy(statement("kms:*"))


def hidden(*references: str) -> dict[str, Any]:
    """A plan with a policy that is known only after apply and refers to these."""
    created = inline(None, None)
    created["change"] |= {
        "actions": ["create"],
        "after": {"name": "p", "role": "app"},
        "after_unknown": {"policy": True},
    }
    block = {
        "address": "aws_iam_role_policy.p",
        "mode": "managed",
        "type": "aws_iam_role_policy",
        "name": "p",
        "provider_config_key": "aws",
        "expressions": {
            "policy": {"references": list(references)},
            "name": {"constant_value": "p"},
            "role": {"constant_value": "app"},
        },
    }
    return {"changes": created, "configuration": {"root_module": {"resources": [block]}}}


def hidden_finding(*references: str) -> Finding:
    given = hidden(*references)
    [found] = findings(plan(given["changes"], configuration=given["configuration"]))
    assert found.rule == "KMS009"
    return found


@pytest.mark.parametrize("key", ["a", "a b", "(a) b"])
def test_a_key_with_a_blank_changes_nothing(key: str) -> None:
    """The remedy is that of a policy that refers to a resource, however its instance is called."""
    reference = f'var.topics["{key}"]'
    found = hidden_finding(reference)
    assert found.remedy == hidden_finding('var.topics["x"]').remedy
    assert found.message.endswith(f"the policy is known only after apply, it depends on {reference}")


def test_a_text_with_a_hole_is_told_by_what_the_hole_depends_on(tmp_path: Path) -> None:
    """A resource that is partly known is a text with blanks in it for people; it is no reason."""
    (tmp_path / "main.tf").write_text(
        """
        provider "aws" { region = "eu-west-1" }
        resource "aws_sns_topic" "t" {}
        resource "aws_iam_role_policy" "p" {
          name   = "p"
          role   = "app"
          policy = jsonencode({
            Version   = "2012-10-17"
            Statement = [{ Effect = "Allow", Action = "kms:${aws_sns_topic.t.name}", Resource = "*" }]
          })
        }
        """
    )
    given = hidden("aws_sns_topic.t.name", "aws_sns_topic.t")
    given["configuration"]["root_module"]["resources"].append(
        {"address": "aws_sns_topic.t", "mode": "managed", "type": "aws_sns_topic", "name": "t", "expressions": {}}
    )
    topic = change("aws_sns_topic.t", None, {}, change={"after_unknown": {"name": True}})
    raw = plan(given["changes"], topic, configuration=given["configuration"])
    [found] = check(read(raw, "plan.json"), Options(source=(str(tmp_path),))).findings
    assert found.rule == "KMS009"
    assert "it depends on aws_sns_topic.t.name" in found.message
    assert "defers" not in " ".join(found.remedy)


def test_each_reason_has_its_remedy(tmp_path: Path) -> None:
    """A deferred change, an unknown action and a file that gate does not read ask for different things."""
    strange = inline(None, FULL)
    strange["change"]["actions"] = ["transmogrify"]
    [unknown] = findings(plan(strange))
    assert "gate does not know the action `transmogrify`" in unknown.message
    assert unknown.remedy == ("look for a newer gate",)

    deferred = {"reason": "instance_count_unknown", "resource_change": inline(None, FULL)}
    [put_off] = findings(plan(deferred_changes=[deferred]))
    assert "the change is deferred (instance_count_unknown)" in put_off.message
    assert put_off.remedy == ("plan again without what defers the change",)

    (tmp_path / "main.tf").write_text(
        'resource "aws_iam_role_policy" "p" {\n  name = "p"\n  role = "app"\n  policy = file("/etc/policy.json")\n}\n'
    )
    given = hidden()
    raw = plan(given["changes"], configuration=given["configuration"])
    [outside] = check(read(raw, "plan.json"), Options(source=(str(tmp_path),))).findings
    assert "file('/etc/policy.json'), outside the source folder" in outside.message
    assert "defers" not in " ".join(outside.remedy)
    assert "inside the folder" in outside.remedy[0]


def test_what_is_to_be_created_earlier_is_a_key_only_where_there_is_one() -> None:
    """A policy that depends on a bucket is not made known by creating a key."""
    for name, what in (("aws_kms_key.k", "the key"), ("aws_s3_bucket.b", "what it depends on")):
        line = unseen(f"{name}.arn").remedy[-1]
        assert line == f"or build the ARN from parts that are known before apply, or create {what} in an earlier apply"


def unseen(reference: str) -> Finding:
    """What gate finds of an inline policy that is known only after apply, and has one reference."""
    values = {"name": "p", "role": "app"}
    hidden = change("aws_iam_role_policy.p", None, values, change={"after_unknown": {"policy": True}})
    references = [reference, reference.rpartition(".")[0]]
    block = {
        "address": "aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy", "name": "p",
        "expressions": {"policy": {"references": references}},
    }  # fmt: skip
    (found,) = findings(plan(hidden, configuration={"root_module": {"resources": [block]}}))
    return found


def test_every_reason_has_words() -> None:
    """A new reason without a sentence and a remedy fails here."""
    assert set(REASONS) == set(WhyUnknown)
    assert set(SENTENCES) == set(Undetermined)


def test_a_policy_out_of_sight_is_read_by_what_is_suggested() -> None:
    """The data source of KMS008, read, decides what the attachment gives."""
    arn = "arn:aws:iam::111122223333:policy/made-by-hand"
    attached = change("aws_iam_role_policy_attachment.a", None, {"role": "app", "policy_arn": arn})
    (found,) = findings(plan(attached))
    assert found.example == ('data "aws_iam_policy" "made-by-hand" {', f'  arn = "{arn}"', "}")
    read = {
        "address": "data.aws_iam_policy.made-by-hand", "mode": "data", "type": "aws_iam_policy", "name": "made-by-hand",
        "values": {"arn": arn, "policy": policy(statement("s3:GetObject"))},
    }  # fmt: skip
    prior = {"values": {"root_module": {"resources": [read]}}}
    assert findings(plan(attached, prior_state=prior)) == ()


@pytest.mark.parametrize("case", ["user-inline-deny-readdressed", "role-deny-attachment-readdressed"])
def test_what_moves_is_told_to_be_moved(case: str) -> None:
    """The `moved` block that is suggested makes one resource of two: with a previous address there is no finding."""
    raw = json.loads((PLANS / case / "plan.json").read_text())
    undetermined = [one for one in findings(json.dumps(raw).encode()) if one.rule == "KMS009"]
    assert undetermined
    for found in undetermined:
        assert found.example[0] == "moved {"
        old, new = (line.partition("= ")[2] for line in found.example[1:3])
        former = next(one for one in raw["resource_changes"] if one["address"] == old)
        entry = next(one for one in raw["resource_changes"] if one["address"] == new)
        raw["resource_changes"].remove(former)
        before = former["change"]["before"]
        entry["previous_address"] = old
        entry["change"] |= {"actions": ["update"], "before": before, "after": {**before, **entry["change"]["after"]}}
    assert [one.rule for one in findings(json.dumps(raw).encode()) if one.blocks] == []


def test_a_condition_is_told_to_be_written_with_what_is_known() -> None:
    """Where nothing else of the policy is unknown: what changes no ARN is not told to."""
    limited = {"Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}}
    address = "data.aws_iam_policy_document.d"
    condition = {"test": "StringEquals", "variable": "kms:ViaService"}
    read_in_apply = {
        "address": address, "mode": "data", "type": "aws_iam_policy_document", "name": "d",
        "change": {
            "actions": ["read"], "before": None,
            "after": {"statement": [{"actions": ["kms:*"], "resources": ["*"], "condition": [condition]}]},
            "after_unknown": {"json": True, "statement": [{"condition": [{"values": True}]}]},
        },
    }  # fmt: skip
    values = {"name": "p", "role": "app"}
    block = {
        "address": "aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy", "name": "p",
        "expressions": {"policy": {"references": [f"{address}.json"]}},
    }  # fmt: skip
    source = {"address": address, "mode": "data", "type": "aws_iam_policy_document", "name": "d", "expressions": {}}
    configuration = {"root_module": {"resources": [block, source]}}
    for before, rule in ((policy(statement("kms:*", **limited)), "KMS009"), (policy(statement("s3:*")), "KMS001")):
        was = {**values, "policy": before}
        hidden = change("aws_iam_role_policy.p", was, values, change={"after_unknown": {"policy": True}})
        [found] = [
            one for one in findings(plan(hidden, read_in_apply, configuration=configuration)) if one.rule != "KMS007"
        ]
        assert found.rule == rule
        assert "a condition" in found.message
        assert "known only after apply" in found.message
        if rule == "KMS009":
            assert [line.partition(" ")[0] for line in found.remedy] == ["give", "or"]
            assert found.remedy[1] == "or write the condition with values that are known before apply"
