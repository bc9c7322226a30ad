"""gate.reports.json and the schema of the report."""

import json

import jsonschema
import msgspec
import pytest

from gate import report as verdict
from gate.report import Report
from gate.reports import FORMATS, render
from gate.reports.json import render as to_json
from gate.reports.read import read
from gate.schema import schema

LATER = {(verdict.Finding, name) for name in ("named", "alike", "kind")}  # which reports of older versions have not


def test_is_valid_against_the_schema(any_report: Report) -> None:
    """Every report is what schemas/report.schema.json says."""
    jsonschema.Draft202012Validator(schema("report")).validate(json.loads(to_json(any_report)))


def test_reads_back_the_same(any_report: Report) -> None:
    """Written and read again, a report is equal to itself."""
    assert read(to_json(any_report).encode(), "report.json") == any_report


def test_keys_are_in_the_order_of_the_nouns(any_report: Report) -> None:
    """Keys stand in the order in which gate.report declares the fields, indented by two."""
    text = to_json(any_report)
    assert list(json.loads(text)) == [field.name for field in msgspec.structs.fields(Report)]
    assert text.startswith('{\n  "schema_version": ')
    assert text.endswith("}\n")
    assert text.isascii()


@pytest.mark.parametrize(
    ("struct", "place"),
    [
        (verdict.Report, ()),
        (verdict.Gate, ("properties", "gate")),
        (verdict.Summary, ("properties", "summary")),
        (verdict.PlanReport, ("$defs", "plan")),
        (verdict.Examined, ("$defs", "examined")),
        (verdict.AccessChange, ("$defs", "access_change")),
        (verdict.AccessColumn, ("$defs", "access_column")),
        (verdict.Extent, ("$defs", "extent")),
        (verdict.Finding, ("$defs", "finding")),
        (verdict.Statement, ("$defs", "statement")),
        (verdict.Witness, ("$defs", "witness")),
        (verdict.Location, ("$defs", "location")),
        (verdict.Call, ("$defs", "call")),
        (verdict.Line, ("$defs", "line")),
        (verdict.Waiver, ("$defs", "waiver")),
    ],
)
def test_schema_names_exactly_the_fields(struct: type[msgspec.Struct], place: tuple[str, ...]) -> None:
    """The schema requires every field of the nouns, but for those that came later, and knows no other, but allows
    more."""
    part = schema("report")
    for key in place:
        part = part[key]
    names = [field.name for field in msgspec.structs.fields(struct)]
    assert list(part["properties"]) == names
    assert part["required"] == [name for name in names if (struct, name) not in LATER]
    assert part.get("additionalProperties", True) is True


def test_schema_is_a_schema() -> None:
    """The schema itself is valid JSON Schema 2020-12."""
    jsonschema.Draft202012Validator.check_schema(schema("report"))


def test_unknown_schema_is_an_error() -> None:
    """A schema that does not exist is not an empty one."""
    with pytest.raises(FileNotFoundError, match=r"nonesuch\.schema\.json"):
        schema("nonesuch")


def test_formats_are_loaded_one_by_one(any_report: Report) -> None:
    """Each format of the table renders, and another name is refused with the list of them."""
    assert [name for name in FORMATS if render(any_report, name)] == list(FORMATS)
    with pytest.raises(Exception, match="unknown format `yaml`; choose one of text, json, junit"):
        render(any_report, "yaml")
