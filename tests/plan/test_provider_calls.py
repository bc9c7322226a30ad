"""What of a provider block leads to somebody who is not AWS."""

from typing import Any

import pytest

from gate.plan.provider_calls import called_elsewhere

OF_HASHICORP = "registry.terraform.io/hashicorp/aws"
OF_SOMEBODY = "registry.terraform.io/example/aws"


def constant(value: Any) -> dict[str, Any]:
    return {"constant_value": value}


REGION, HOST = constant("eu-west-1"), constant("example.com/#")
UNCHECKED = {"skip_region_validation": constant(True)}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, {}),
        ({"region": REGION, "sts_region": REGION}, {}),
        ({"region": HOST}, {}),
        ({"region": HOST, "sts_region": HOST}, {"sts_region": HOST}),
        ({"region": HOST, **UNCHECKED}, {"region": HOST}),
        ({"sts_region": HOST, **UNCHECKED}, {"sts_region": HOST}),
        ({"sts_region": {"references": ["var.x"]}}, {"sts_region": {"references": ["var.x"]}}),
        ({"insecure": constant(True)}, {"insecure": constant(True)}),
        ({"insecure": constant(False), "custom_ca_bundle": constant("")}, {}),
        ({"shared_config_files": ["x"]}, {"shared_config_files": ["x"]}),
        ({"insecure": {}, "region": {}}, {"insecure": {}}),
        ({"skip_region_validation": {}, "region": {}}, {"region": {}}),
        ({"insecure": constant(None)}, {}),
    ],
)
def test_what_leads_elsewhere(arguments: dict[str, Any], expected: dict[str, Any]) -> None:
    """The provider checks `region` unless it is told not to, and `sts_region` never."""
    assert called_elsewhere(arguments, OF_HASHICORP) == expected


A, B, AWS = (constant(f"https://{host}") for host in ("a", "b", "iam.us-east-1.amazonaws.com"))
VARIABLE = {"references": ["var.x"]}


@pytest.mark.parametrize(
    ("endpoints", "elsewhere"),
    [
        ([{"iam": A, "sts": B}], {"iam": A, "sts": B}),
        ([{"iam": AWS, "sts": constant("")}], {}),
        ([{"iam": AWS, "sts": VARIABLE}], {"sts": VARIABLE}),
        ([{"iam": constant(5)}], {"iam": constant(5)}),
        ([{"iam": A, "s3": B}], {"iam": A}),
        ([{"sso": A, "sts": A}], {"sts": A}),
        ([{"sso": A, "sts": B}], {"sso": A, "sts": B}),
        ([{"sso": A}], {"sso": A}),
        ([{"iam": A}, {"sts": B}], {"iam": A, "sts": B}),
        (constant({"iam": "https://a", "s3": "https://b"}), {"iam": A}),
        (VARIABLE, {"iam": VARIABLE}),
        ([{"sts": {}}], {"sts": {}}),
        ([{}], {}),
        ({}, {"iam": {}}),
        ("strange", {}),
    ],
)
def test_which_endpoints_are_not_of_aws(endpoints: Any, elsewhere: dict[str, Any]) -> None:
    """Of the services that hand out access; blocks against one stand-in seldom list the same of the others."""
    found = called_elsewhere({"endpoints": endpoints}, OF_HASHICORP)
    assert found == {f"endpoints.{name}": value for name, value in elsewhere.items()}


def test_a_provider_of_somebody_else_is_told_by_its_source() -> None:
    assert called_elsewhere({}, OF_SOMEBODY) == {"source": constant(OF_SOMEBODY)}
    assert called_elsewhere({}, "") == {}
