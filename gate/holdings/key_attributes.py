"""THE table of what is a KMS key: the attributes of a type that are a key's ARN, or its id."""

import re

import msgspec


class KeyAttributes(msgspec.Struct, frozen=True, gc=False):
    """One row: `arns` are attributes that are the ARN of a key, `ids` those that are a key's id."""

    arns: tuple[str, ...]
    ids: tuple[str, ...] = ()


_KEY = KeyAttributes(("arn",), ("key_id", "id"))

KEY_ATTRIBUTES: dict[str, KeyAttributes] = {
    "aws_kms_key": _KEY,
    "aws_kms_external_key": _KEY,
    "aws_kms_replica_key": _KEY,
    "aws_kms_replica_external_key": _KEY,
    "awscc_kms_key": _KEY,
    "awscc_kms_replica_key": _KEY,
    "aws_kms_alias": KeyAttributes(("target_key_arn",), ("target_key_id",)),
    "aws_kms_public_key": KeyAttributes(("arn",)),
}
KEY_ARNS = {(name, attribute) for name, row in KEY_ATTRIBUTES.items() for attribute in row.arns}
KEY_IDS = {(name, attribute) for name, row in KEY_ATTRIBUTES.items() for attribute in row.ids}

_VARIABLE = r"(?!.*(alias|policy|role))(\w+_)?(kms|cmk|key)_arn"


def is_for_a_key(name: str) -> bool:
    """Whether a variable of this name is for a key's ARN, as modules call it: `kms_key_arn`, `key_arn`."""
    return re.fullmatch(_VARIABLE, name) is not None
