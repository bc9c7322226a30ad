"""Whether AWS certainly takes a policy document that nobody has seen it take.

A document that is refused is not there after the apply, while what does not depend on it is: what it denies would stop
nothing. Only what is certainly taken is listed; everything else may be refused. Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html and
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html (the characters).
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from gate import strict_json
from gate.iam.condition_values import OPERATORS, Kind, parsed
from gate.iam.conditions import as_text, operator_name
from gate.unknown import OneOf, StandIn, Template, Unresolved, Value

_TEXT = r"[\t\n\r\x20-\xff]+"
_SID = r"[0-9A-Za-z]*"
_ACTION = r"\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+"
_RESOURCE = r"\*|arn:(?:\*|aws(?:-[a-z]+)*):(?P<service>[a-z0-9-]+):(?P<region>[^:\s]*):(?P<account>[^:]*):(?P<rest>.+)"
_ACCOUNT = r"[0-9*?]*|aws|.*[${}].*"  # the colon of a variable divides as well
_IN_IAM = (
    r"\*|(?:access-report|assumed-role|federated-user|group|instance-profile|mfa|oidc-provider|policy|role"
    r"|saml-provider|server-certificate|sms-mfa|user)/.+|root"
)
_KEY = r"[^\s:]+:.+"
_VARIABLES = r"(?:[^$]|\$(?!\{)|\$\{[^${}]+\})*"
_CHECKED = (Kind.NUMBER, Kind.ADDRESS, Kind.BOOL)
_DATE = r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d))?"
_HOLES = (Unresolved, Template, OneOf, StandIn)


def may_be_refused(value: Value) -> bool:
    """Whether AWS may refuse an identity policy that gate can read: JSON text, or a value of which parts are unknown,
    and then what is known of it."""
    if isinstance(value, str):
        if not re.fullmatch(_TEXT, value):
            return True
        value = strict_json.loads(value)
        if not re.fullmatch(_TEXT, json.dumps(value, ensure_ascii=False)):
            return True  # it has escaped what it may not have
    if not isinstance(value, dict):
        return False  # nothing is known of it
    if "Version" in value and not isinstance(value["Version"], (str, *_HOLES)):
        return True
    if "Id" in value and not isinstance(value["Id"], (str, *_HOLES)):
        return True
    listed = value.get("Statement")
    statements = [one for one in (listed if isinstance(listed, list) else [listed]) if isinstance(one, dict)]
    sids = [one["Sid"] for one in statements if isinstance(one.get("Sid"), str) and one["Sid"]]
    return len(set(sids)) < len(sids) or listed == [] or any(map(_is_doubtful, statements))


def _is_doubtful(statement: dict[str, Any]) -> bool:
    sid = statement.get("Sid", "")
    if not isinstance(sid, _HOLES) and not (isinstance(sid, str) and re.fullmatch(_SID, sid)):
        return True
    for names, is_right in ((("Action", "NotAction"), _is_action), (("Resource", "NotResource"), _is_resource)):
        values = list(_values(next((statement[name] for name in names if name in statement), None)))
        if not values or not all(is_right(one) for one in values if not isinstance(one, _HOLES)):
            return True
    return "Condition" in statement and not _is_condition(statement["Condition"])


def _values(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else () if value is None else (value,)


def _is_action(text: Any) -> bool:
    return isinstance(text, str) and re.fullmatch(_ACTION, text) is not None


def _is_resource(text: Any) -> bool:
    found = re.fullmatch(_RESOURCE, text) if isinstance(text, str) and text.isprintable() else None
    if found is None or not re.fullmatch(_VARIABLES, text) or not re.fullmatch(_ACCOUNT, found["account"] or ""):
        return False
    if found["service"] == "iam":  # "IAM resource path must either be "*" or start with ..."
        return not found["region"] and re.fullmatch(_IN_IAM, found["rest"]) is not None
    return found["service"] != "s3" or not (found["region"] or found["account"])


def _is_condition(condition: Any) -> bool:
    if isinstance(condition, _HOLES):
        return True
    if not isinstance(condition, dict):
        return False
    return all(
        isinstance(tests, _HOLES)
        or (isinstance(tests, dict) and tests and all(_is_test(operator, key, value) for key, value in tests.items()))
        for operator, tests in condition.items()
    )


def _is_test(operator: str, key: str, value: Any) -> bool:
    name = operator_name(re.sub(r"^(?:ForAnyValue|ForAllValues):|IfExists$", "", operator))
    how = OPERATORS.get(name)
    given = [*_values(value)]
    if not given or not re.fullmatch(_KEY, key) or (how is None and operator.lower() != "null"):
        return False
    texts = [as_text(one) for one in given if not isinstance(one, _HOLES)]
    if how is None:
        return all(text.lower() in ("true", "false") for text in texts)
    if not all(re.fullmatch(_VARIABLES, text) and text.isprintable() for text in texts):
        return False
    is_right = _RIGHT.get(how.kind)
    if is_right is not None:
        return all(map(is_right, texts))
    return how.kind not in _CHECKED or all("${" in text or parsed(how, text) is not None for text in texts)


def _is_arn(text: str) -> bool:
    """Whether a text is an ARN, or stands for one."""
    return text == "*" or "${" in text or (text.startswith("arn:") and text.count(":") > 4)


def _is_binary(text: str) -> bool:
    try:
        return bool(b64decode(text, validate=True))
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    if not re.fullmatch(_DATE, text, re.ASCII):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


_RIGHT = {Kind.DATE: _is_date, Kind.ARN: _is_arn, Kind.BINARY: _is_binary}
