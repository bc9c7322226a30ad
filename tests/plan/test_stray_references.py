"""What of the references of a plan may not come from AWS, and who believes it all the same."""

from typing import Any

import pytest

from gate.plan.addresses import target_of
from gate.plan.model import read
from gate.plan.references import References
from gate.plan.strays import Asked, Strays
from tests.helpers.plans import change, plan

ELSEWHERE, LOCAL = Asked(services=frozenset({"sns"})), Asked(stands_in=True)
STRAYS = Strays({"aws": ELSEWHERE, "aws.local": LOCAL, "null": Asked(is_foreign=True)}, (Asked(),))


def block(address: str, key: str, **expressions: Any) -> dict[str, Any]:
    mode = "data" if address.startswith("data.") else "managed"
    kind, name = address.removeprefix("data.").split(".")
    own = {"address": address, "mode": mode, "type": kind, "name": name, "provider_config_key": key}
    return {**own, "expressions": expressions}


def references(*changes: dict[str, Any], strays: Strays | None = STRAYS) -> References:
    blocks = [
        block("aws_sns_topic.t", "aws"),
        block("aws_sqs_queue.q", "aws"),
        block("aws_sns_topic.local", "aws.local"),
        block("awscc_sns_topic.t", "aws"),
        block("data.aws_sns_topic.t", "aws"),
        block("acme_sns_topic.t", "aws"),
        block("aws_iam_policy.aws", "aws"),
        block("aws_iam_policy.local", "aws.local"),
        block("null_resource.n", "null"),
    ]
    raw = plan(*changes, configuration={"root_module": {"resources": blocks}})
    return References(read(raw, "p")[0], lambda: strays)


@pytest.mark.parametrize(
    ("reference", "key"),
    [
        ("aws_sns_topic.t.arn", "aws"),
        ("data.aws_sns_topic.t.arn", "aws"),
        ("aws_sqs_queue.q.arn", None),
        ("aws_sns_topic.local.arn", None),
        ("aws_sns_topic.gone.arn", None),  # nobody knows who gives it
        ("acme_sns_topic.t.arn", None),
        ("null_resource.n.id", None),
    ],
)
def test_what_a_stray_gives(reference: str, key: str | None) -> None:
    """By the provider of the block that is referred to; what is none of AWS's is nobody's to believe."""
    target = target_of(reference)
    assert target is not None
    assert references().stray(target) == key
    assert references(strays=None).stray(target) is None


def test_what_awscc_gives_of_an_endpoint_of_its_own() -> None:
    """Cloud Control is asked of everything."""
    target = target_of("awscc_sns_topic.t.arn")
    assert target is not None
    asked = Strays({"aws": Asked(services=frozenset({"cloudcontrol"}))}, (Asked(),))
    assert references(strays=asked).stray(target) == "aws"


def test_who_believes_a_stray() -> None:
    """Whose own IAM is a stand-in near by, and nobody else."""
    found, target = references(), target_of("aws_sns_topic.t.arn")
    assert target is not None
    for name, key in (("aws", "aws"), ("local", None), ("gone", "aws")):
        (referrer,) = read(plan(change(f"aws_iam_policy.{name}", None, {})), "p")[0].resource_changes
        assert found.stray(target, referrer) == key


@pytest.mark.parametrize(
    ("reference", "changes", "is_lead"),
    [
        ("aws_sns_topic.t.arn", [], False),
        ("aws_sns_topic.t.arn", [change("aws_sns_topic.t", None, {"arn": "a"})], True),
        ("aws_sns_topic.t.arn", [change("aws_sns_topic.t", None, {"name": "a"})], False),
        (
            "aws_sns_topic.t.arn",
            [change("aws_sns_topic.t[0]", None, {"arn": "a"}), change("aws_sns_topic.t[1]", None, {"name": "a"})],
            False,
        ),
        ("data.aws_sns_topic.t.arn", [], True),  # it was read before the plan
        ("aws_sqs_queue.q.arn", [], True),
    ],
)
def test_what_of_a_stray_the_plan_shows(reference: str, changes: list[dict[str, Any]], is_lead: bool) -> None:
    """Is what it is, whoever told it; the rest leads nowhere."""
    entry = change("aws_iam_policy.aws", None, {})
    (referrer,) = read(plan(entry), "p")[0].resource_changes
    origin = references(entry, *changes).origin(referrer, {"references": [reference]})
    assert (bool(origin.targets), bool(origin.dead_ends)) == (is_lead, not is_lead)
