"""Resources and data sources of a provider that may ask another server than AWS's, beside others that ask AWS.

A block can send one service elsewhere while IAM is AWS's own. What that server answers in the place of an ARN, a name
or an id may be `*`, or end the text that it stands in, so nothing is believed of it. Where IAM is a stand-in
throughout, as in a test, nothing is AWS's, and all is as it would be there.
"""

import re
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import msgspec

from gate.plan.configuration import Configuration, ProviderConfiguration
from gate.plan.expressions import references_of
from gate.plan.provider_calls import constant, endpoints, is_of_hashicorp, is_region, is_unset
from gate.unknown import Value

Argument = Callable[[str, str], Value | None]
Told = Callable[[str], "list[Value] | None"]

OF_AWS = ("aws_", "awscc_")  # how the types begin of which anything is believed
# What only types that begin so ask of a service; every other service may be asked by any type that is not here.
_ASKED_BY = {
    "iam": ("aws_iam_",), "kms": ("aws_kms_",), "sts": ("aws_caller_identity",), "sns": ("aws_sns_",),
    "sqs": ("aws_sqs_",), "dynamodb": ("aws_dynamodb_",), "lambda": ("aws_lambda_",),
    "secretsmanager": ("aws_secretsmanager_",), "s3": ("aws_s3_", "aws_canonical_user_id"),
    "s3api": ("aws_s3_", "aws_canonical_user_id"), "s3control": ("aws_s3_", "aws_s3control_"),
    "budgets": ("aws_budgets_",), "cloudformation": ("aws_cloudformation_",), "identitystore": ("aws_identitystore_",),
    "sso": ("aws_ssoadmin_", "awscc_"), "ssoadmin": ("aws_ssoadmin_", "awscc_"),
    "cloudcontrol": ("aws_cloudcontrolapi_", "awscc_"), "cloudcontrolapi": ("aws_cloudcontrolapi_", "awscc_"),
}  # fmt: skip
# What no server is asked; the second is what the block says.
_MADE_BY_PROVIDER = frozenset({"aws_iam_policy_document", "aws_partition"})
_WRITTEN_IN_BLOCK = "aws_region"
# Hosts of AWS's services, and none that customers run: those of load balancers, buckets, functions, instances, APIs and
# endpoint services have a name before that of the service, or are named here.
_HOST = (
    r"(https://)?((bucket\.|control\.|accesspoint\.)?vpce-[\w-]+\.)?"
    r"(?!vpce-|ec2-\d|elb\b|execute-api\b|compute\b|lambda-url\b)"
    r"(api\.ecr|(api|runtime)\.sagemaker|streams\.dynamodb|[a-z][a-z0-9-]*)(\.dualstack)?"
    r"(\.global|\.[a-z]{2}(-[a-z]+)+(-\d+)?)?(\.vpce)?\.(amazonaws\.(com|com\.cn|eu)|api\.aws)/?"
)
# Where a test has its stand-in for AWS: on the machine, in its network, or nowhere on the internet. What stands there
# passes on no request; another server could hand IAM what it was sent.
_NEAR = (
    r"https?://(([\w-]+\.)*(localhost|local|internal|test)|localhost\.localstack\.cloud|[a-z][\w-]*|\[::1\]"
    r"|(127|10)(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2})(:\d+)?(/.*)?"
)
_FILES = ("shared_config_files", "shared_credentials_file", "shared_credentials_files")  # may have an `endpoint_url`
_PROXIES = ("http_proxy", "https_proxy")
_NONE: frozenset[str] = frozenset()
_IAM = frozenset({"iam"})


class Asked(msgspec.Struct, frozen=True, gc=False):
    """Whom a provider block asks: which `services` may be elsewhere, or all of them `but` some (None: no others).
    `is_foreign`: it is not HashiCorp's provider; `stands_in`: what it takes for IAM is a stand-in of a test."""

    services: frozenset[str] = _NONE
    but: frozenset[str] | None = None
    is_foreign: bool = False
    stands_in: bool = False

    def is_stray(self, type_name: str) -> bool:
        """Whether what is read for a resource or data source of a type may not come from AWS."""
        if self.is_foreign or type_name in _MADE_BY_PROVIDER:
            return self.is_foreign
        own = {service for service, types in _ASKED_BY.items() if type_name.startswith(types)}
        if self.but is not None and not (own and own <= self.but):
            return True
        if type_name == _WRITTEN_IN_BLOCK:
            return False
        return bool(self.services & own if own else self.services - _ASKED_BY.keys())

    @property
    def is_all_of_aws(self) -> bool:
        return not self.services and self.but is None and not self.is_foreign


class Strays(msgspec.Struct, frozen=True, gc=False):
    """Whom the provider blocks of one plan ask, by key; `given` are those of which a module may be given any where a
    plan does not say which one."""

    asked: dict[str, Asked]
    given: tuple[Asked, ...]

    def by(self, key: str) -> Asked:
        """Whom the provider with a `provider_config_key` asks."""
        return reduce(_either, self.ways(key))

    def ways(self, key: str) -> tuple[Asked, ...]:
        """The same, each block by itself where it may be one of several."""
        if key in self.asked:
            return (self.asked[key],)
        return self.given if ":" in key else (Asked(),)

    def believing(self) -> "Strays":
        """The same where every provider is believed to be the one for AWS."""
        asked = {key: msgspec.structs.replace(one, is_foreign=False) for key, one in self.asked.items()}
        return Strays(asked, tuple(msgspec.structs.replace(one, is_foreign=False) for one in self.given))


def strays(configuration: Configuration, argument: Argument, told: Told) -> Strays | None:
    """Whom the provider blocks ask, None where all ask AWS, or none does. `argument` is what the source says of an
    argument of a block by its key, `told` what blocks of endpoints it may have; None without a source."""
    used = {block.provider_config_key for block in configuration.blocks() if block.type.startswith(OF_AWS)}
    asked = {
        key: _asked(key, block, argument, told)
        for key, block in configuration.provider_config.items()
        if ":" not in key or block.expressions or _is_foreign(block)
    }
    given = tuple(one for key, one in asked.items() if configuration.provider_config[key].is_of_aws)
    made = Strays(asked, given or (Asked(),))
    ways = [one for key in used for one in made.ways(key)]
    if all(one.stands_in for one in ways):
        return None
    if all(one.is_foreign for one in ways):  # a mirror of the registry, or a fork, is the provider of this plan
        made = made.believing()
    return None if all(made.by(key).is_all_of_aws for key in used) else made


def _asked(key: str, block: ProviderConfiguration, argument: Argument, told: Told) -> Asked:
    arguments = block.expressions if isinstance(block.expressions, dict) else {}
    listed = told(key)
    stated = arguments.get("endpoints")
    written = [] if _is_open(stated) else [*endpoints(stated)]  # else an object of awscc, of which nothing shows
    sourced = [each for one in listed or () if isinstance(one, dict) for each in one.items()]
    known = [*((name, constant(one)) for name, one in written), *sourced]
    services = {name for name, value in known if not _is_host(value)}
    is_silent = _is_hidden if listed is None else _is_open
    services |= {name for name, one in written if name not in dict(sourced) and is_silent(one)}
    everything = any(not isinstance(one, dict) for one in listed or ())
    everything |= listed is None and _is_hidden(stated)
    everything |= any(_is_in_checkout(key, name, arguments, argument) for name in _FILES)
    everything |= _is_proxied(key, arguments, argument)
    but = _NONE if everything else None
    if (
        but is None
        and not is_unset(arguments.get("skip_region_validation"))
        and _is_odd(key, "region", arguments, argument)
    ):
        but = _IAM  # its host has no region
    if _is_odd(key, "sts_region", arguments, argument):
        services.add("sts")
    of_iam = [value for name, value in known if name == "iam" and value is not None]
    stands_in = bool(of_iam) and all(isinstance(value, str) and re.fullmatch(_NEAR, value) for value in of_iam)
    return Asked(frozenset(services), but, _is_foreign(block), stands_in)


def _either(one: Asked, other: Asked) -> Asked:
    """One of two blocks, whichever it is."""
    but = other.but if one.but is None else one.but if other.but is None else one.but & other.but
    return Asked(
        one.services | other.services, but, one.is_foreign or other.is_foreign, one.stands_in and other.stands_in
    )


def _is_foreign(block: ProviderConfiguration) -> bool:
    return not is_of_hashicorp(block.full_name)


def _is_open(expression: Any) -> bool:
    """Whether the plan does not show the value of an expression."""
    return isinstance(expression, dict) and "constant_value" not in expression


def _is_hidden(expression: Any) -> bool:
    """Whether only a source could tell the value of an expression. What variables say is not the author's: without a
    source it is taken at face value, as a dynamic block is that nobody sees."""
    named = references_of(expression)
    return _is_open(expression) and not (named and all(name.startswith("var.") for name in named))


def _is_host(value: Value) -> bool:
    """Whether an endpoint is AWS's own, or not set."""
    return value in (None, "") or (isinstance(value, str) and re.fullmatch(_HOST, value) is not None)


def _is_odd(key: str, name: str, arguments: dict[str, Any], argument: Argument) -> bool:
    """Whether an argument may be a text that is no region."""
    expression = arguments.get(name)
    if not _is_open(expression):
        return not is_region(expression)
    value = argument(key, name)
    if value is None:
        return _is_hidden(expression)
    return not is_region({"constant_value": value})


def _is_in_checkout(key: str, name: str, arguments: dict[str, Any], argument: Argument) -> bool:
    """Whether an argument may name a file of the repository: by a relative path, or by what is not known. What a
    variable names is not the author's."""
    expression = arguments.get(name)
    if is_unset(expression) or (_is_open(expression) and not _is_hidden(expression)):
        return False
    value = argument(key, name) if _is_open(expression) else constant(expression)
    paths: Iterable[Any] = value if isinstance(value, list) else [value]
    return not all(isinstance(path, str) and re.match(r"[/~]|[A-Za-z]:", path) for path in paths)


def _is_proxied(key: str, arguments: dict[str, Any], argument: Argument) -> bool:
    """Whether a proxy is called that may answer in AWS's place."""
    believes_all = not is_unset(arguments.get("insecure"))
    is_unchecked = believes_all or _is_in_checkout(key, "custom_ca_bundle", arguments, argument)
    return is_unchecked and any(not is_unset(arguments.get(name)) for name in _PROXIES)
