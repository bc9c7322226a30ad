"""Texts with holes: how values become text, and JSON text becomes a value again."""

import json
import math
import re
from decimal import Decimal
from typing import Any

from gate.terraform.configuration import target_of
from gate.hcl.values import (
    Encoded,
    RefusedError,
    ResourceObject,
    Rest,
    UndecidedError,
    computed,
    each_way,
    is_known,
    references,
)
from gate.unknown import OneOf, Template, Unresolved, Value

LONGEST = 1_000_000  # characters; Terraform has no limit, a policy is at most 131,072
# Attributes that AWS or a provider makes up, or that admit no quotation mark. A description, a tag or an object's key
# is the author's, and may hold anything.
_MADE = {"arn", "account_id", "unique_id", "user_id"}
_NAMED = {"id", "name", "bucket", "key_id", "function_name", "url", "repository_url"}
_NAMES_WITHOUT_QUOTES = {
    "aws_cloudwatch_log_group", "aws_dynamodb_table", "aws_ecr_repository", "aws_eks_cluster", "aws_iam_group",
    "aws_iam_instance_profile", "aws_iam_policy", "aws_iam_role", "aws_iam_user", "aws_kms_alias",
    "aws_kms_external_key", "aws_kms_key", "aws_kms_replica_key", "aws_lambda_function", "aws_partition", "aws_region",
    "aws_s3_bucket", "aws_secretsmanager_secret", "aws_sns_topic", "aws_sqs_queue",
}  # fmt: skip
_OTHERS = {
    ("aws_partition", "partition"), ("aws_partition", "dns_suffix"), ("aws_region", "region"),
    ("random_id", "hex"), ("random_id", "dec"), ("random_uuid", "result"), ("random_integer", "result"),
}  # fmt: skip
_FREE_ARNS = {"aws_arn", "aws_iam_session_context", "aws_s3_object", "aws_s3_bucket_object", "aws_s3_object_copy"}
_TOKEN = re.compile("[\ue000](b?)(\\d+)[\ue001]")


def scalar_text(value: Value) -> str:
    """A known value as Terraform converts it to a string; raises RefusedError where it does not."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    if isinstance(value, Encoded):
        return json_text(value.value)
    raise RefusedError("not a string")


def joined(parts: list[Value]) -> Value:
    """The concatenation of values as a text: a str, a Template, or Unresolved where it is one hole alone."""
    return each_way(parts, _joined)


def _joined(parts: list[Value]) -> Value:
    flat: list[str | Unresolved] = []
    for part in parts:
        if isinstance(part, Unresolved):
            flat.append(part)
        elif isinstance(part, Template):
            flat.extend(part.parts)
        elif isinstance(part, Encoded) and not is_known(part):
            rendered = json_parts(part.value)
            flat.extend([computed(part)] if rendered is None else rendered)
        else:
            flat.append(scalar_text(part))
    return text_of(flat)


def text_of(parts: list[str | Unresolved]) -> Value:
    """Texts side by side become one; empty ones go."""
    merged: list[str | Unresolved] = []
    length = 0
    for part in parts:
        if isinstance(part, str):
            length += len(part)
            if length > LONGEST:
                raise UndecidedError
            if merged and isinstance(merged[-1], str):
                merged[-1] += part
                continue
            if not part:
                continue
        merged.append(part)
    if not merged:
        return ""
    return merged[0] if len(merged) == 1 else Template(tuple(merged))


def json_text(value: Value) -> str:
    """What `jsonencode` writes for a known value; Go's escapes included."""
    parts = json_parts(value)
    text = "" if parts is None else text_of(parts)
    if not isinstance(text, str):
        raise RefusedError("not wholly known")
    return text


def json_parts(value: Value) -> list[str | Unresolved] | None:
    """The JSON text of a value that may be open; None where open parts have no certain text."""
    if isinstance(value, str):
        return [_quoted(value)]
    if isinstance(value, (bool, type(None), int, float)):
        return ["null" if value is None else scalar_text(value)]
    if isinstance(value, Template):
        return ['"', *(part if isinstance(part, Unresolved) else _quoted(part)[1:-1] for part in value.parts), '"']
    if isinstance(value, Unresolved):
        # an ARN is a text for sure; anything else may turn out to be a number, a list or an object
        certain = value.exact and value.references and value.references[0].endswith(".arn")
        return ['"', value, '"'] if certain else [value]
    if isinstance(value, Encoded):
        inner = json_parts(value.value)
        text = None if inner is None else text_of(inner)
        return [_quoted(text)] if isinstance(text, str) else None
    if isinstance(value, (OneOf, Rest, ResourceObject)):
        return None
    parts: list[str | Unresolved] = []
    members = sorted(value.items()) if isinstance(value, dict) else [(None, member) for member in value]
    for key, member in members:
        inner = json_parts(member)
        if inner is None:
            return None
        parts.append("," if parts else "")
        parts.extend([f"{_quoted(key)}:"] if key is not None else [])
        parts.extend(inner)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return [opening, *parts, closing]


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        quoted = quoted.replace(character, f"\\u{ord(character):04x}")
    return quoted


def decode_json(value: Value) -> Value:
    """The structure of a JSON text that may have holes.

    A hole in a JSON string leaves a Template (or, alone, what the hole was); one that stands where a value would is
    Unresolved, and in a list a Rest, because it may bring several elements; elsewhere nothing is known of the whole.
    A hole that AWS fills (an ARN, an id) is taken not to end the string that it stands in; one that anybody could fill
    with quotation marks (terraform_data's output, an external program's) leaves nothing known of the whole.
    Raises ValueError where a wholly known text is not JSON, or has an object with the same key twice.
    """
    if isinstance(value, OneOf):
        return each_way([value], lambda way: decode_json(way[0]))
    if isinstance(value, Encoded):
        return value.value
    if isinstance(value, str):
        return _loads(value)
    if not isinstance(value, Template):
        return value if isinstance(value, Unresolved) else computed(value)
    holes = [part for part in value.parts if isinstance(part, Unresolved)]
    if any("\ue000" in part for part in value.parts if isinstance(part, str)) or not all(map(_harmless, holes)):
        return computed(value)
    try:
        return _restored(_loads(_with_tokens(value)), holes, False)
    except ValueError:
        return computed(value)


def _harmless(hole: Unresolved) -> bool:
    """Whether a hole can't end the JSON string that it stands in."""
    if hole.references == ("terraform.workspace",):
        return True
    target = target_of(hole.references[0]) if hole.exact and len(hole.references) == 1 else None
    if target is None or not target.type.startswith(("aws_", "awscc_", "random_")):
        return False
    if target.attribute in _MADE:
        return target.type not in _FREE_ARNS
    named = target.type in _NAMES_WITHOUT_QUOTES and target.attribute in _NAMED
    return named or (target.type, target.attribute) in _OTHERS


def _with_tokens(template: Template) -> str:
    """The text with a token in the place of every hole: bare in a string, a string of its own outside of one."""
    text: list[str] = []
    inside = escaped = False
    number = 0
    for part in template.parts:
        if isinstance(part, Unresolved):
            text.append(f"\ue000{number}\ue001" if inside else f'"\ue000b{number}\ue001"')
            number += 1
            continue
        for character in part:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = inside
            elif character == '"':
                inside = not inside
        text.append(part)
    return "".join(text)


def _restored(value: Any, holes: list[Unresolved], in_list: bool) -> Value:
    if isinstance(value, dict):
        if any("\ue000" in key for key in value):
            raise ValueError("a key with a hole")
        return {key: _restored(member, holes, False) for key, member in value.items()}
    if isinstance(value, list):
        return [_restored(member, holes, True) for member in value]
    if not isinstance(value, str) or "\ue000" not in value:
        return value
    match = _TOKEN.fullmatch(value)
    if match is not None and match[1]:
        hole = Unresolved(references(holes[int(match[2])]))
        return Rest(hole) if in_list else hole
    parts: list[str | Unresolved] = []
    end = 0
    for found in _TOKEN.finditer(value):
        parts.extend((value[end : found.start()], holes[int(found[2])]))
        end = found.end()
    return text_of([*parts, value[end:]])


def _loads(text: str) -> Value:
    try:
        return json.loads(text, object_pairs_hook=_distinct, parse_float=_number, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _number(text: str) -> int | float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number that is too large")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("the same key twice")
    return found
