"""What a provider block calls, and what it believes: whoever answers in AWS's place says of accounts what it likes."""

import re
from collections.abc import Iterator
from typing import Any

# Where a provider calls from or to; not all of it is AWS's own.
_OF_AWS = (
    r"(https://)?(vpce-[\w-]+\.)?(iam|sts|budgets|cloudcontrolapi|cloudformation|identitystore|sso|kms)(-fips)?"
    r"(\.global|\.[a-z]{2}(-[a-z]+)+(-\d+)?)?(\.vpce)?\.(amazonaws\.(com|com\.cn|eu)|api\.aws)/?"
)
_CALLED = ("iam", "sts")
# Other services that hand out access; blocks against one stand-in seldom list the same ones.
_ALSO_CALLED = ("budgets", "cloudcontrol", "cloudcontrolapi", "cloudformation", "identitystore", "sso", "ssoadmin")
# What else may lead elsewhere: a file of the AWS CLI can have `endpoint_url`
# (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
_TRUSTED = (
    "custom_ca_bundle", "ec2_metadata_service_endpoint", "insecure", "shared_config_files", "shared_credentials_file",
    "shared_credentials_files",
)  # fmt: skip
_HASHICORPS = frozenset(
    f"registry.{host}/hashicorp/{name}" for host in ("terraform.io", "opentofu.org") for name in ("aws", "awscc")
)
# The host of STS is made of the region's text: provider 5.100 with the region `example.com/#` asks sts.example.com for
# the credentials of a role. It looks at `region` unless `skip_region_validation` is set, at `sts_region` never.
_REGION = r"[a-z]{2,4}(-[a-z]+)+-\d+"


def called_elsewhere(arguments: dict[str, Any], source: str) -> dict[str, Any]:
    """What of the arguments of a block, as `configuration` has them, makes the provider of this source call something
    that is not AWS's own, or believe what is not, by name."""
    every = [(name, value) for name, value in endpoints(arguments.get("endpoints")) if not _is_of_aws(value)]
    elsewhere = {f"endpoints.{name}": value for name, value in every if name in _CALLED}
    stands_in = list(elsewhere.values())
    elsewhere |= {f"endpoints.{n}": v for n, v in every if n in _ALSO_CALLED and v not in stands_in}
    if not is_of_hashicorp(source):
        elsewhere["source"] = {"constant_value": source}
    unchecked = ("sts_region",) if is_unset(arguments.get("skip_region_validation")) else ("region", "sts_region")
    elsewhere |= {name: arguments[name] for name in unchecked if not is_region(arguments.get(name))}
    return elsewhere | {name: arguments[name] for name in _TRUSTED if not is_unset(arguments.get(name))}


def asks_of_keys(arguments: dict[str, Any]) -> bool:
    """Whether KMS is called at AWS, or at the one place where IAM is called too."""
    every = [*endpoints(arguments.get("endpoints"))]
    also = [value for name, value in every if name == "iam"]
    return all(_is_of_aws(value) or value in also for name, value in every if name == "kms")


def is_of_hashicorp(source: str) -> bool:
    """Whether a provider's source is HashiCorp's; Terraform 0.12 names none."""
    return not source or source in _HASHICORPS


def endpoints(written: Any) -> Iterator[tuple[str, Any]]:
    """The endpoints of a block, each with its expression: the aws provider has blocks of them, awscc an object, of
    which nobody knows what it says unless it is constant."""
    for one in written if isinstance(written, list) else [written]:
        constant = one.get("constant_value") if isinstance(one, dict) else None
        if isinstance(constant, dict):
            yield from ((name, {"constant_value": value}) for name, value in constant.items())
        elif written == {}:
            yield "iam", written  # of functions alone
        elif isinstance(one, dict):
            yield from (("iam", one) if name == "references" else (name, value) for name, value in one.items())


def _is_of_aws(endpoint: Any) -> bool:
    text = constant(endpoint)
    return is_unset(endpoint) or (isinstance(text, str) and re.fullmatch(_OF_AWS, text) is not None)


def is_region(expression: Any) -> bool:
    """Whether an argument is a text that is a region, or not set."""
    text = constant(expression)
    return is_unset(expression) or (isinstance(text, str) and re.fullmatch(_REGION, text) is not None)


def constant(expression: Any) -> Any:
    """What an expression is, None where the plan does not show it; a value is itself."""
    return expression.get("constant_value") if isinstance(expression, dict) else expression


def is_unset(expression: Any) -> bool:
    """Whether an argument is as if it were not written: null, false or an empty text. One of functions alone has
    neither a constant nor references (`{}`), and says anything."""
    return expression is None or (isinstance(expression, dict) and not expression.get("constant_value", True))
