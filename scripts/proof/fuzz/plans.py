"""Plans, and what stands in them as text: policies and CloudFormation templates."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from gate import report
from gate.check import Options, check
from gate.errors import GateError
from gate.files import utf8
from gate.iam.policy import MalformedPolicy, Policy, parse
from gate.plan.model import read
from gate.report import Finding
from gate.reports import FORMATS, render
from gate.reports.read import read as read_back
from scripts.proof.fuzz.target import WrongAnswer
from tests.helpers.plans import change, inline, plan, policy, statement

ROOT = Path(__file__).parents[3]
_LARGEST = 14_000  # bytes of a plan to begin with
_EVERY = 16  # plans of which one is shown in every format, which takes longer than to judge it
_GRANT = inline(None, policy(statement("kms:*")), "fuzz-only", "role-of-the-fuzzer-9f3c")
_STACK = {"name": "s", "capabilities": ["CAPABILITY_NAMED_IAM"]}


@cache
def plan_seeds() -> Sequence[bytes]:
    """The small plans of examples and tests."""
    folders = ("examples/plans", "tests/plans", "tests/hostile", "tests/source/plans")
    paths = sorted(path for folder in folders for path in (ROOT / folder).glob("*/plan.json"))
    return [path.read_bytes() for path in paths if path.stat().st_size < _LARGEST]


@cache
def policy_seeds() -> Sequence[bytes]:
    """Every policy document in these plans."""
    found: dict[bytes, None] = {}
    for seed in plan_seeds():
        for one in json.loads(seed).get("resource_changes", ()):
            for values in (one["change"]["before"], one["change"]["after"]):
                for text in (values or {}).values():
                    if isinstance(text, str) and '"Statement"' in text:
                        found[text.encode()] = None
    return list(found)


def template_seeds() -> Sequence[bytes]:
    """Templates in JSON and YAML."""
    document = json.loads(policy(statement("kms:*")))
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r", "Policies": [{"PolicyName": "p"}]}}
    role["Properties"]["Policies"][0]["PolicyDocument"] = document  # type: ignore[index]
    chosen = {"Type": "AWS::IAM::Policy", "Condition": "C", "Properties": {"Roles": [{"Ref": "R"}]}}
    written: dict[str, Any] = {
        "Parameters": {"P": {"Type": "String", "Default": "kms:*"}},
        "Mappings": {"M": {"a": {"b": "*"}}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "kms:*"]}},
        "Resources": {"R": role, "Q": chosen},
    }
    yaml = (
        'Parameters:\n  P: {Type: String, Default: "*"}\nResources:\n  R:\n    Type: AWS::IAM::ManagedPolicy\n'
        "    Properties:\n      PolicyDocument:\n        Statement:\n        - Effect: Allow\n"
        "          Action: !Join [':', [kms, !Ref P]]\n          Resource: !Sub 'arn:${AWS::Partition}:kms:*'\n"
        "      Roles: [!Select [0, !Split [',', 'a,b']], !If [C, a, !Ref AWS::NoValue]]\n"
    )
    return [json.dumps(written).encode(), yaml.encode()]


def read_plan(raw: bytes) -> None:
    """A plan is judged or refused; a grant of kms:* that stands beside whatever it has blocks or is refused too; what
    is no JSON text is refused."""
    document = _document(raw)
    if document is None:
        if _judged(raw) is not None:
            raise WrongAnswer("a text that is no JSON is judged")
        return
    _judged(raw)
    if isinstance(document, dict) and isinstance(document.get("resource_changes"), list):
        document["resource_changes"].append(_GRANT)
        try:
            granting = json.dumps(document).encode()
        except RecursionError:
            return
        found = _judged(granting)
        if found is not None and not any(finding.blocks for finding in found):
            raise WrongAnswer("a grant beside a plan passes")


def read_policy(raw: bytes) -> None:
    """A policy is parsed or malformed, as an identity's and as a key's; one that plainly grants kms:* blocks."""
    text = raw.decode("utf-8", "replace")
    parsed = _parsed(text, of_key=False)
    _parsed(text, of_key=True)
    found = _judged(plan(inline(None, text), _key(text)))
    if parsed is None or found is None:
        return
    blocks = any(finding.rule == "KMS001" and finding.blocks for finding in found)
    if _plainly_full(text) and not blocks:
        raise WrongAnswer("a plain grant of kms:* passes")
    if blocks and all(one.effect == "Deny" for one in parsed.statements) and not parsed.unknown:
        raise WrongAnswer("a policy that only denies blocks")


def read_template(raw: bytes) -> None:
    """A CloudFormation template in a stack is judged or refused."""
    text = raw.decode("utf-8", "replace")
    _judged(plan(change("aws_cloudformation_stack.s", None, {**_STACK, "template_body": text})))


def _parsed(text: str, *, of_key: bool) -> Policy | None:
    try:
        return parse(text, of_key=of_key)
    except MalformedPolicy:
        return None


def _key(text: str) -> dict[str, Any]:
    return change("aws_kms_key.k", {"policy": policy()}, {"policy": text, "arn": "arn:aws:kms:x:111122223333:key/k"})


def _judged(raw: bytes) -> Sequence[Finding] | None:
    """What is found, after it was shown; None where the plan is refused."""
    try:
        checked = check(read(raw, "plan.json"), Options(no_source=True))
    except GateError:
        return None
    made = report.report(checked.plans, checked.findings, "defaults", checked.notes)
    shown_as = FORMATS if len(raw) % _EVERY == 0 else ("json",)
    for name in shown_as:
        shown = render(made, name)
        if name == "json" and read_back(shown.encode("utf-8", "backslashreplace"), "r").verdict != made.verdict:
            raise WrongAnswer("a report that is read back has another verdict")
    return checked.findings


def _document(raw: bytes) -> Any:
    """The value of a JSON text, several of them as a list; None where it is none for Python's own reader."""
    try:
        text = utf8(raw).decode().strip(" \t\r\n")
        found = []
        while text:
            value, end = json.JSONDecoder(strict=True).raw_decode(text)
            found.append(value)
            text = text[end:].lstrip(" \t\r\n")
    except (ValueError, RecursionError):
        return None
    return found[0] if len(found) == 1 else found or None


def _plainly_full(text: str) -> bool:
    """Whether a document says so in the plainest way, and has no Deny."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return False
    listed = document.get("Statement") if isinstance(document, dict) else None
    listed = listed if isinstance(listed, list) else [listed]
    if not all(isinstance(one, dict) and one.get("Effect") == "Allow" for one in listed):
        return False
    plain = [one for one in listed if set(one) <= {"Sid", "Effect", "Action", "Resource"}]
    return any(_has(one.get("Action"), "kms:*") and _has(one.get("Resource"), "*") for one in plain)


def _has(value: Any, wanted: str) -> bool:
    return value == wanted or (isinstance(value, list) and wanted in value)
