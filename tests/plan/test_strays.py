"""Whom a provider block asks, and which types that concerns."""

from typing import Any

import msgspec
import pytest

from gate.plan.configuration import Configuration
from gate.plan.strays import Strays, strays
from gate.unknown import Unresolved

HASHICORPS = "registry.terraform.io/hashicorp/aws"
ELSEWHERE = "https://example.com"


def asked(
    blocks: dict[str, Any],
    used: dict[str, str] | None = None,
    told: Any = None,
    sources: dict[str, str] | None = None,
    listed: Any = None,
) -> Strays | None:
    """Whom provider blocks ask, each by its key and its arguments; `used` are the keys by the types that use them,
    `sources` the providers of those that are not HashiCorp's aws, `told` and `listed` what the source tells of an
    argument and of endpoints."""
    providers = {
        key: {"name": "aws", "full_name": HASHICORPS, "alias": key.partition(".")[2], "expressions": said}
        for key, said in blocks.items()
    }
    for key, source in (sources or {}).items():
        providers[key] |= {"name": "ours", "full_name": source} if "/" in source else {"name": source, "full_name": ""}
    resources = [
        {"address": f"{kind}.x", "type": kind, "name": "x", "provider_config_key": key}
        for kind, key in (used or {f"aws_{i}": key for i, key in enumerate(blocks)}).items()
    ]
    text = msgspec.json.encode({"provider_config": providers, "root_module": {"resources": resources}})
    configuration = msgspec.json.decode(text, type=Configuration)
    return strays(configuration, lambda key, name: told, lambda key: listed)


def endpoints(**services: Any) -> dict[str, Any]:
    return {"endpoints": [{name: {"constant_value": url} for name, url in services.items()}]}


def constants(**arguments: Any) -> dict[str, Any]:
    return {name: {"constant_value": value} for name, value in arguments.items()}


@pytest.mark.parametrize(
    ("host", "is_of_aws"),
    [
        ("sns.eu-west-1.amazonaws.com", True),
        ("https://sns.eu-west-1.amazonaws.com/", True),
        ("https://s3.amazonaws.com", True),
        ("https://s3-fips.dualstack.us-east-1.amazonaws.com", True),
        ("https://states.cn-north-1.amazonaws.com.cn", True),
        ("https://sns.eu-west-1.api.aws", True),
        ("https://api.ecr.eu-west-1.amazonaws.com", True),
        ("https://api.s3.eu-west-1.amazonaws.com", False),
        ("https://vpce-0a1b-c2d3.sns.eu-west-1.vpce.amazonaws.com", True),
        ("https://vpce-0a1b-c2d3-eu-west-1a.sns.eu-west-1.vpce.amazonaws.com", True),
        ("https://bucket.vpce-0a1b-c2d3.s3.eu-west-1.vpce.amazonaws.com", True),
        ("", True),
        ("http://sns.eu-west-1.amazonaws.com", False),
        ("https://sns.eu-west-1.amazonaws.com:8443", False),
        ("https://sns.eu-west-1.amazonaws.com@example.com", False),
        ("https://sns.eu-west-1.amazonaws.com.example.com", False),
        ("https://sns.eu-west-1.amazonaws.com\n", False),
        ("https://abc.execute-api.eu-west-1.amazonaws.com", False),
        ("https://vpce-0a1b-c2d3.execute-api.eu-west-1.vpce.amazonaws.com", False),
        ("https://vpce-0a1b-c2d3.vpce-svc-0a1b.eu-west-1.vpce.amazonaws.com", False),
        ("https://mine-123.eu-west-1.elb.amazonaws.com", False),
        ("https://ec2-203-0-113-1.eu-west-1.compute.amazonaws.com", False),
        ("https://ec2-203-0-113-1.compute-1.amazonaws.com", False),
        ("https://mine.s3.amazonaws.com", False),
        ("https://mine.s3.eu-west-1.amazonaws.com", False),
        ("https://mine.s3-eu-west-1.amazonaws.com", False),
        ("https://mine.lambda-url.eu-west-1.on.aws", False),
        (ELSEWHERE, False),
        (7, False),
    ],
)
def test_which_hosts_are_those_of_aws(host: Any, is_of_aws: bool) -> None:
    """Its services at any of their names, and nothing that its customers run there."""
    assert (asked({"aws": endpoints(sns=host)}) is None) is is_of_aws


@pytest.mark.parametrize(
    ("services", "types"),
    [
        ({"sns"}, {"aws_sns_topic"}),
        ({"s3"}, {"aws_s3_bucket"}),
        ({"kms"}, {"aws_kms_key"}),
        ({"sts"}, {"aws_caller_identity"}),
        ({"iam"}, {"aws_iam_role"}),
        ({"cloudcontrolapi"}, {"awscc_kms_key"}),
        ({"states"}, {"aws_vpc", "aws_sfn_state_machine"}),
    ],
)
def test_which_types_ask_a_service(services: set[str], types: set[str]) -> None:
    """What only some types ask concerns no other; what may be asked by any concerns all that have no service here."""
    every = [
        "aws_sns_topic", "aws_s3_bucket", "aws_kms_key", "aws_caller_identity", "aws_iam_role", "awscc_kms_key",
        "aws_vpc", "aws_sfn_state_machine", "aws_region", "aws_partition", "aws_iam_policy_document",
    ]  # fmt: skip
    found = asked({"aws": endpoints(**dict.fromkeys(services, ELSEWHERE))})
    assert found is not None
    assert {one for one in every if found.by("aws").is_stray(one)} == types


ALL = {"aws_vpc", "aws_region", "aws_iam_role"}


@pytest.mark.parametrize(
    ("arguments", "told", "types"),
    [
        (constants(region="example.com/#", skip_region_validation=True), None, {"aws_vpc", "aws_region"}),
        (constants(region="example.com/#"), None, set()),
        ({"region": {"references": ["local.r"]}, **constants(skip_region_validation=True)}, "eu-west-1", set()),
        (
            {"region": {"references": ["local.r"]}, **constants(skip_region_validation=True)},
            None,
            {"aws_vpc", "aws_region"},
        ),
        (constants(sts_region="example.com/#"), None, {"aws_caller_identity"}),
        (constants(shared_config_files=["aws/config"]), None, ALL),
        (constants(shared_config_files=["/etc/aws/config", "~/.aws/config", "C:\\aws"]), None, set()),
        (constants(shared_config_files=["/etc/aws/config", "aws/config"]), None, ALL),
        (constants(shared_credentials_file=7), None, ALL),
        ({"shared_credentials_files": {}}, None, ALL),
        ({"shared_config_files": {"references": ["var.file"]}}, None, set()),
        ({"shared_config_files": {"references": ["var.file"]}}, ["aws/config"], set()),
        ({"shared_config_files": {"references": ["path.module", "var.file"]}}, None, ALL),
        ({"shared_config_files": {"references": ["local.file"]}}, None, ALL),
        ({"shared_config_files": {"references": ["local.file"]}}, Unresolved(), ALL),
        ({"shared_config_files": {"references": ["local.file"]}}, ["aws/config"], ALL),
        ({"shared_config_files": {"references": ["local.file"]}}, ["~/.aws/config"], set()),
        ({"shared_credentials_file": {"references": ["local.file"]}}, "/etc/aws/config", set()),
        (
            {"region": {}, **constants(skip_region_validation=True, shared_config_files=["aws/config"])},
            Unresolved(),
            ALL,
        ),
        (
            {"region": {"references": ["local.r"]}, **constants(skip_region_validation=True)},
            Unresolved(),
            {"aws_vpc", "aws_region"},
        ),
        ({"endpoints": [{"ec2": {"references": ["var.a", "local.b"]}}]}, None, {"aws_vpc"}),
        ({"endpoints": {"constant_value": {"ec2": ELSEWHERE}}}, None, {"aws_vpc"}),
        ({"endpoints": {"references": ["local.all"]}}, None, ALL),
        ({"endpoints": {"references": ["var.all"]}}, None, set()),
        ({"endpoints": [{"ec2": {}}]}, None, {"aws_vpc"}),
        ({"endpoints": [{"ec2": {"references": ["var.a", "var.b"]}}]}, None, set()),
        ({"region": {"references": ["var.r"]}, **constants(skip_region_validation=True)}, None, set()),
        (constants(insecure=True), None, set()),
        (constants(https_proxy="http://proxy"), None, set()),
        (constants(https_proxy="http://proxy", insecure=True), None, ALL),
        (constants(https_proxy="http://proxy", custom_ca_bundle="/etc/ca.pem"), None, set()),
        (
            constants(https_proxy="http://proxy", custom_ca_bundle="ca.pem"),
            None,
            ALL,
        ),
    ],
)
def test_what_else_leads_elsewhere(arguments: dict[str, Any], told: Any, types: set[str]) -> None:
    """A region is part of a host, though not of IAM's; a file of the repository may have any endpoint; a proxy answers
    what it likes where nobody asks for its certificate."""
    found = asked({"aws": arguments}, told=told)
    every = {"aws_vpc", "aws_region", "aws_iam_role", "aws_caller_identity", "aws_partition"}
    strange = {one for one in every if found is not None and found.by("aws").is_stray(one)}
    assert strange - ({"aws_caller_identity"} if "aws_vpc" in types else set()) == types


LOCAL = endpoints(iam="http://localhost:4566", sns="http://localhost:4566")


def test_where_all_is_a_stand_in_nothing_is_aws_s() -> None:
    """Only what is on the machine or near it is one: another server could pass on what it is asked."""
    assert asked({"aws": LOCAL, "aws.b": endpoints(iam="http://localstack:4566", s3=ELSEWHERE)}) is None
    assert asked({"aws": LOCAL, "aws.b": {}}) is not None
    assert asked({"aws": LOCAL, "aws.b": {}}, {"aws_sns_topic": "aws"}) is None  # which nothing uses
    assert asked({"aws": LOCAL}, {"aws_sns_topic": "aws", "aws_vpc": "other"}) is not None
    for host in ("https://iam.amazonaws.com:443", "HTTPS://IAM.AMAZONAWS.COM", ELSEWHERE, "http://3221225985"):
        assert asked({"aws": endpoints(iam=host, sns=host)}) is not None, host
    for host in ("http://127.0.0.1:5000", "http://10.0.0.7", "http://host.docker.internal:4566/"):
        assert asked({"aws": endpoints(iam=host, sns=host)}) is None, host


def test_a_module_of_which_nothing_says_what_it_was_given() -> None:
    """Terraform 1.1 names no provider of a module: it may be any."""
    found = asked({"aws": {}, "aws.b": endpoints(sns=ELSEWHERE)}, {"aws_sns_topic": "module.m:aws"})
    assert found is not None
    assert found.by("module.m:aws").is_stray("aws_sns_topic")
    assert not found.by("aws").is_stray("aws_sns_topic")


UNRESOLVED = {"aws_sns_topic": "module.m:aws"}
ODD_REGION = constants(region="example.com/#", skip_region_validation=True)
OF_CHECKOUT = constants(shared_config_files=["aws/config"])


@pytest.mark.parametrize(
    ("one", "other", "types"),
    [
        ({}, ODD_REGION, {"aws_vpc"}),
        (ODD_REGION, OF_CHECKOUT, {"aws_vpc", "aws_iam_role"}),
        (LOCAL, {}, {"aws_sns_topic", "aws_iam_role"}),
        ({}, {}, set()),
    ],
)
def test_either_of_two_blocks(one: dict[str, Any], other: dict[str, Any], types: set[str]) -> None:
    """Where it may be either, each is taken at its worst."""
    for blocks in ({"aws": one, "aws.b": other}, {"aws": other, "aws.b": one}):
        found = asked(blocks, UNRESOLVED)
        assert found is None or not found.by(":aws").stands_in
        strange = found and {x for x in ("aws_vpc", "aws_iam_role", "aws_sns_topic") if found.by(":aws").is_stray(x)}
        assert (strange or set()) - ({"aws_sns_topic"} if "aws_vpc" in types else set()) == types


def test_what_a_module_may_be_given() -> None:
    """Every provider for AWS, whatever it is called, those of modules around it too, and no other provider."""
    assert asked({}, {**UNRESOLVED, "aws_vpc": "aws"}) is None
    known: dict[str, Any] = {"aws": {}, "aws.b": {}}
    for source in ("example.com/acme/aws", "registry.terraform.io/acme/awscc"):
        for key in known:
            found = asked(known, UNRESOLVED, sources={key: source})
            assert found is not None
            assert found.by("module.m:aws").is_stray("aws_vpc")
    assert asked(known, UNRESOLVED, sources={"aws.b": "registry.terraform.io/hashicorp/null"}) is None
    for name, is_given in (("aws", True), ("awscc", True), ("minio", False)):  # Terraform 0.12 names no source
        found = asked({"aws": {}, "x": endpoints(sns=ELSEWHERE)}, UNRESOLVED, sources={"x": name})
        assert (found is not None) is is_given, name
    found = asked({"aws": {}, "module.a:aws": endpoints(sns=ELSEWHERE)}, {"aws_sns_topic": "module.a.module.b:aws"})
    assert found is not None
    assert found.by("module.a.module.b:aws").is_stray("aws_sns_topic")
    assert not found.by("aws").is_stray("aws_sns_topic")


def test_the_block_of_a_module() -> None:
    """It counts for what uses it; one that says nothing is what the module was given, but for whose provider it is."""
    found = asked({"aws": {}, "module.m:aws": endpoints(sns=ELSEWHERE)}, {**UNRESOLVED, "aws_vpc": "aws"})
    assert found is not None
    assert found.by("module.m:aws").is_stray("aws_sns_topic")
    found = asked({"aws": endpoints(sns=ELSEWHERE), "module.m:aws": {}}, UNRESOLVED)
    assert found is not None
    assert found.by("module.m:aws").is_stray("aws_sns_topic")
    found = asked(
        {"aws": {}, "module.m:aws": {}}, {**UNRESOLVED, "aws_vpc": "aws"}, sources={"module.m:aws": "a/b/aws"}
    )
    assert found is not None
    assert found.by("module.m:aws").is_stray("aws_sns_topic")
    assert not found.by("aws").is_stray("aws_sns_topic")


def test_a_mirror_of_the_registry() -> None:
    """Is the provider of the plan where it is that of everything that is AWS's, and else nobody's."""
    mirror = {"aws": "example.com/mirror/aws"}
    assert asked({"aws": {}}, sources=mirror) is None
    assert asked({"aws": {}}, UNRESOLVED, sources=mirror) is None
    assert asked({"aws": {}}, {"aws_vpc": "aws", "null_resource": "null"}, sources=mirror) is None
    assert asked({"aws": endpoints(sns=ELSEWHERE)}, sources=mirror) is not None
    found = asked({"aws": {}, "aws.b": {}}, sources={"aws.b": "example.com/mirror/aws"})
    assert found is not None
    assert found.by("aws.b").is_stray("aws_iam_policy_document")
    assert not found.by("aws").is_stray("aws_vpc")


def test_other_providers_of_a_plan_change_nothing() -> None:
    """What a stand-in is for AWS, it is beside what is not AWS's."""
    assert asked({"aws": LOCAL}, {"aws_vpc": "aws", "null_resource": "null"}) is None


@pytest.mark.parametrize(
    ("written", "listed", "is_one"),
    [
        ({"iam": {"references": ["local.u"]}}, [{"iam": "http://localhost:4566"}], True),
        ({"iam": {"references": ["local.u"]}}, [{"iam": Unresolved()}], False),
        ({"iam": {"references": ["local.u"]}}, [{"iam": None}], None),
        (None, [{"iam": "http://localhost:4566"}, {"iam": ELSEWHERE}], False),
        (None, [{"iam": "http://localhost:4566"}], True),
        (None, [Unresolved()], False),
        (None, [], None),
    ],
)
def test_a_stand_in_that_the_source_tells(written: Any, listed: Any, is_one: bool | None) -> None:
    """Whom IAM is asked at may be in a local or a dynamic block; None where nobody but AWS is asked."""
    found = asked({"aws": {"endpoints": [written]} if written else {}}, listed=listed)
    assert (found is None) is (is_one is not False)


def test_an_object_of_endpoints_that_the_source_tells() -> None:
    """As awscc has it: what the source tells of it is all that it says."""
    block = {"aws": {"endpoints": {"references": ["local.all"]}}}
    found = asked(block, listed=[{"sns": ELSEWHERE}])
    assert found is not None
    assert [one for one in ("aws_sns_topic", "aws_vpc", "aws_iam_role") if found.by("aws").is_stray(one)] == [
        "aws_sns_topic"
    ]
    assert asked(block, listed=[{"sns": "https://sns.eu-west-1.amazonaws.com"}]) is None
