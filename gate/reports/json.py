"""The JSON report: gate.report.Report field by field (schemas/report.schema.json)."""

import json
from typing import Any

import msgspec

from gate.report import Report
from gate.text.escape import encodable, json_inert


def render(report: Report) -> str:
    """The report as JSON, indented by two, keys in the order of gate.report; the same bytes for the same report.

    It is ASCII, so that it survives any terminal, pipe and code page; a lone surrogate becomes the text of its escape.
    """
    return json_inert(json.dumps(_encodable(msgspec.to_builtins(report)), indent=2)) + "\n"


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {key: _encodable(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(entry) for entry in value]
    return value
