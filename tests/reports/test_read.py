"""gate.reports.read."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from gate.errors import GateError
from gate.report import Report, report
from gate.reports.json import render
from gate.reports.read import _as_written, merge, read
from gate.schema import schema
from tests.helpers.reports import BLOCKING, PLAN, REPORTS, WARNING

ONE = json.loads(render(REPORTS["mixed"]()))


def changed(change: Callable[[Any], object]) -> bytes:
    """The mixed report as bytes, after a change to its decoded JSON."""
    document = json.loads(json.dumps(ONE))
    change(document)
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"\xff\xff\xff", "not UTF-8 or UTF-16 text|not valid JSON"),
        (b"\xff\xfe\x00", "not UTF-8 or UTF-16 text"),
        (b'{"verdict"', "not valid JSON"),
        (b"verdict: pass", r"not valid JSON: invalid character \(byte 0\); write"),
        (b"PK\x03\x04", "this is a zip archive; unpack it first"),
        (gzip.compress(b"{}", mtime=0), "this is compressed with gzip; unpack it first"),
        (b"[" * 100_000, "nested too deeply|not valid JSON"),
        (b"[]", "`schema_version` is missing"),
        (b'{"format_version": "1.2"}', "this is a plan, not a report"),
        (b'{"schema_version": 1}', "`schema_version` is missing"),
        (b'{"schema_version": "2.0"}', r"schema_version `2.0` is not supported \(this gate reads 1.x\)"),
        (changed(lambda d: d.update(schema_version="1.x")), "schema_version: '1.x' does not match"),
        (changed(lambda d: d.pop("verdict")), "the top level: 'verdict' is a required property"),
        (changed(lambda d: d["findings"][0].pop("blocks")), r"findings\[0\]: 'blocks' is a required property"),
        (changed(lambda d: d["findings"][0].update(level="fatal")), r"findings\[0\].level: 'fatal' is not one of"),
        (changed(lambda d: d["findings"][0].update(blocks=1)), r"findings\[0\].blocks: 1 is not of type 'boolean'"),
        (changed(lambda d: d["findings"][0]["location"].update(line=0)), r"location.line: 0 is less than the minimum"),
        (changed(lambda d: d.update(plans=[])), "plans: "),
        (changed(lambda d: d["summary"].update(blocking=1e30)), "not a report that gate can read|blocking: "),
        (changed(lambda d: d.update(verdict="pass")), "the verdict is `pass` although a finding blocks"),
        (
            changed(lambda d: [finding.update(blocks=False) for finding in d["findings"]]),
            "the verdict is `block` although no finding blocks",
        ),
        (changed(lambda d: d.update(findings=[])), "the verdict is `block` although no finding blocks"),
        (changed(lambda d: d["summary"].update(blocking=0)), "summary.blocking is 0 although the findings make it 2"),
        (changed(lambda d: d["summary"].update(warnings=4)), "summary.warnings is 4 although the findings make it 1"),
        (changed(lambda d: d["summary"].update(waived=0)), "summary.waived is 0 although the findings make it 1"),
        (
            changed(lambda d: d["summary"].update(undetermined=0)),
            "summary.undetermined is 0 although the findings make it 1",
        ),
        (changed(lambda d: d["findings"].pop(2)), "summary.warnings is 1 although the findings make it 0"),
        (
            changed(lambda d: (d["findings"][0].update(blocks=False), d["summary"].update(blocking=1))),
            r"findings\[0\] is an error that neither blocks nor is waived",
        ),
    ],
)
def test_refuses_by_name(raw: bytes, reason: str) -> None:
    """What is not a report is refused in one line that names the file, the place and the reason."""
    with pytest.raises(GateError) as error:
        read(raw, "r.json")
    assert re.match(rf"r\.json: .*({reason})", str(error.value))
    assert "\n" not in str(error.value)


def test_hostile_values_are_escaped_in_errors() -> None:
    """A value that an error quotes cannot write a line or fill the screen."""
    raw = changed(lambda d: d["findings"][0].update(level="\u202e\n::error::" + "x" * 100_000))
    with pytest.raises(GateError) as error:
        read(raw, "r.json")
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 800


def test_unknown_fields_of_the_same_major_are_left_aside() -> None:
    """A report that a newer gate wrote, with more fields, is read."""
    raw = changed(lambda d: (d.update(schema_version="1.7", more=1), d["findings"][0].update(more=[])))
    assert read(raw, "r.json").schema_version == "1.7"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_reads_every_encoding(encoding: str) -> None:
    """UTF-8 and UTF-16 with a byte order mark, as PowerShell writes them, are read."""
    assert read(json.dumps(ONE).encode(encoding), "r.json") == REPORTS["mixed"]()


def test_merge_of_one_is_itself(any_report: Report) -> None:
    """A single report, and the same one twice, merge to the report."""
    assert merge([any_report]) == any_report
    assert merge([any_report, any_report]) == any_report


def test_merge_joins_plans_and_findings() -> None:
    """Plans keep their order, findings are sorted again, the counts and the verdict are those of all."""
    other = msgspec.structs.replace(PLAN, path="b.json")
    merged = merge([report((PLAN,), (WARNING,)), report((other,), (msgspec.structs.replace(BLOCKING, plan="b.json"),))])
    assert [plan.path for plan in merged.plans] == ["plan.json", "b.json"]
    assert [finding.rule for finding in merged.findings] == ["KMS001", "KMS003"]
    assert (merged.verdict, merged.summary.blocking, merged.summary.warnings) == ("block", 1, 1)


def test_merge_keeps_findings_that_differ() -> None:
    """Two findings that differ in one field are two."""
    other = msgspec.structs.replace(BLOCKING, plan="b.json")
    assert merge([report((PLAN,), (BLOCKING,)), report((PLAN,), (other,))]).summary.blocking == 2


def test_merge_never_turns_a_block_into_a_pass() -> None:
    """If one report blocks, all of them do."""
    blocked = msgspec.structs.replace(REPORTS["warnings"](), verdict="block")
    assert merge([REPORTS["pass"](), blocked]).verdict == "block"


def test_merge_of_none_is_no_pass() -> None:
    """Nothing to merge is an error."""
    with pytest.raises(GateError, match="no report to read"):
        merge([])


def test_merge_joins_settings_and_notes() -> None:
    """Configurations are listed, notes are told once, and one report that is not enforced makes the whole so."""
    one = report((PLAN,), (), "a.toml", ("x", "y"))
    other = report((msgspec.structs.replace(PLAN, path="b.json"),), (), "b.toml", ("y", "z"), enforcing=False)
    merged = merge([one, other, one])
    assert (merged.configuration, merged.notes, merged.enforcing) == ("a.toml; b.toml", ("x", "y", "z"), False)


def with_each_value_replaced(document: Any) -> Iterator[Any]:
    """The document with one value in it, at whatever depth, replaced by another or left out."""
    others: tuple[Any, ...] = ("", "x", "2027-01-31", -1, 0, 1.5, None, True, [], {}, ["x"])
    if isinstance(document, dict):
        for key, value in document.items():
            yield {name: kept for name, kept in document.items() if name != key}
            yield from ({**document, key: other} for other in (*others, *with_each_value_replaced(value)))
        yield {**document, "more": 1}
    elif isinstance(document, list):
        for i, value in enumerate(document):
            yield from ([*document[:i], other, *document[i + 1 :]] for other in with_each_value_replaced(value))


@pytest.mark.slow
def test_what_is_read_without_the_schema_is_what_the_schema_allows() -> None:
    """The types of the report say all that the schema says: nothing else is taken by them."""
    validator = Draft202012Validator(schema("report"))
    smallest = {**ONE, "plans": ONE["plans"][:1], "findings": ONE["findings"][:2]}
    documents = [smallest, *with_each_value_replaced(smallest)]
    taken = [document for document in documents if _as_written(document) is not None]
    assert 10 < len(taken) < len(documents) / 2
    assert [error.message for document in taken for error in validator.iter_errors(document)] == []
