"""What is read as a plan, and what is refused by name."""

import codecs
import gzip
import io
import json
import zipfile
from mmap import mmap
from pathlib import Path

import pytest

from gate import files
from gate.check import Options, check
from gate.errors import GateError
from gate.plan.decoded import after
from gate.plan.look_alikes import documents, require_utf8
from gate.plan.model import read
from gate.plan.shapes import UNKNOWN, Change
from tests.helpers.paths import CORPUS
from tests.helpers.plans import inline, plan, policy, statement

PLAN = plan(inline(None, policy(statement("kms:*"))))


@pytest.mark.parametrize(
    "raw",
    [
        PLAN,
        codecs.BOM_UTF8 + PLAN,
        codecs.BOM_UTF16_LE + PLAN.decode().replace("\n", "\r\n").encode("utf-16-le"),
        codecs.BOM_UTF16_BE + PLAN.decode().encode("utf-16-be"),
        b"\n  " + PLAN + b"\r\n",
    ],
    ids=["utf-8", "utf-8-bom", "utf-16-le", "utf-16-be", "white-space"],
)
def test_encodings(raw: bytes) -> None:
    """UTF-8 with or without a byte order mark and UTF-16 with one are read."""
    (found,) = read(raw, "plan.json")
    assert [resource.address for resource in found.resource_changes] == ["aws_iam_role_policy.p"]


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.1", "1.2", "1.9"])
def test_versions(version: str) -> None:
    """Every minor version of 0 and 1 is read."""
    assert read(plan(format_version=version), "p")[0].format_version == version


def test_several_plans_in_one_file() -> None:
    """Terragrunt writes one plan a line: each is read."""
    assert len(read(PLAN + b"\n" + PLAN + b"\n\n" + plan() + b"\n", "p")) == 3


def zipped(*names: str) -> bytes:
    """An archive with empty files of these names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "")  # of a time that is always the same
    return made.getvalue()


REFUSED = [
    (b"", "the file is empty"),
    (b" \n", "the file is empty"),
    (b"PK\x03\x04rest", "binary plan"),
    (zipped("tfplan", "tfstate"), "binary plan"),
    (zipped("plan.json"), "this is a zip archive; unpack it first"),
    (gzip.compress(PLAN, mtime=0), "this is compressed with gzip; unpack it first"),
    (
        b"\nTerraform used the selected providers to generate the following execution\nplan.",
        "the plan as people read it",
    ),
    (b"\x1b[0m\x1b[1mOpenTofu used the selected providers to", "the plan as people read it; add `-json`"),
    (b"aws_iam_role.a: Refreshing state...\nTerraform used the selected providers to", "the plan as people read it"),
    (b"\x1b[0m\x1b[1m\x1b[32mNo changes.\x1b[0m\x1b[1m Your infrastructure matches", "the plan as people read it"),
    (b"An execution plan has been generated and is shown below.", "the plan as people read it"),
    (b"Terraform will perform the following actions:", "the plan as people read it; add `-json`"),
    (b"[command]/usr/bin/terraform-bin show -json p\n" + PLAN, "terraform_wrapper: false"),
    (b'{"format_version":"1.0"}', "empty state"),
    (
        b'{"format_version":"1.0","terraform_version":"1.5.0","values":{"root_module":{}}}',
        "not a plan; name the plan file: `terraf",
    ),
    (b'{"format_version":"1.0","values":{},"configuration":{}}', "p: this is a state ("),
    (b'{"version":4,"terraform_version":"1.5.0","serial":3,"lineage":"x","resources":[]}', "terraform.tfstate"),
    (b'{"serial":3}', "terraform.tfstate"),
    (b'{"lineage":"x"}', "terraform.tfstate"),
    (b'{"schema_version":1,"verdict":"pass"}', "p: this is a report of gate, not a plan; `gate report` shows it"),
    (b'{"schema_version":1}', "format_version is missing"),
    (b'{"verdict":"pass"}', "format_version is missing"),
    (b'{"@level":"info","@message":"Terraform 1.5.0","type":"version"}\n{"@level":"info"}\n', "log stream"),
    (b'{"@level":"info","@message":"Terraform 1.5.0","type":"version"}', "log stream"),
    (b'{"@level":"info","@message":"Terraform 1.5.0"}\nError: x', "log stream"),
    (b'{"resource_changes":[],"planned_values":{}}', "format_version is missing"),
    (b'{"format_version":"2.0","planned_values":{}}', 'format_version "2.0" is not supported'),
    (b'{"format_version":"hunter2","planned_values":{}}', "format_version that is no version is not supported"),
    (b'{"format_version":"~2.0","planned_values":{}}', "format_version that is no version is not supported"),
    (b'{"format_version":"\xff","planned_values":{}}', "p: "),
    (b'{"format_version":' + b"2" * 21 + b',"planned_values":{}}', f"format_version {'2' * 20} is not supported"),
    (b'{"format_version":1,"planned_values":{},"resource_changes":7}', "not a plan that gate can read"),
    (plan(errored=True), "ended in an error"),
    (
        PLAN + b"\n%0A::set-output name=stderr::",
        "more than one JSON document, and what follows the first is not a plan (line 2)",
    ),
    (b'{"format_version":"1.0"}\n' + PLAN, "p: this is an empty state"),
    (PLAN + b'\n{"format_version":"1.0"}', "(document 2): this is an empty state"),
    (PLAN[:-10], "not valid JSON"),
    (b'{"a":" STDOUT ","b":{"c', "not valid JSON"),
    (b'{"a":"No changes.","b', "not valid JSON"),
    (b"14:30:56.137 STDOUT terraform: " + PLAN, "this is a log of Terragrunt"),
    (b"14:30:56.137 INFO   running\n14:30:56.138 STDOUT [prod] tofu: " + PLAN, "`--json-out-dir DIR` write the plan"),
    (b"14:30:56.137 STDOUT terraform: Terraform used the selected providers to", "the plan as people read it"),
    (PLAN.decode().encode("utf-16-le"), "this is UTF-16 without a byte order mark; write it as UTF-8"),
    (PLAN.decode().encode("utf-16-be"), "this is UTF-16 without a byte order mark; write it as UTF-8"),
    (b"plan: nothing to do", "not valid JSON: invalid character (byte 0); run"),
    (b"[1, 2]", "not a JSON object"),
    (b'"plan"', "not a JSON object"),
    (b"\xff\xfe\x00\xd8", "not valid UTF-16-LE"),
    (b'{"format_version":"1.2","planned_values":{},"resource_changes":[{"address":"\xff"}]}', "p: "),
    (b'{"format_version":"1.2","planned_values":{},"resource_changes":[{"address":"a"}]}', "p: "),
    (b'{"format_version":"1.2","planned_values":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "p: "),
]


@pytest.mark.parametrize("part", ["planned_values", "configuration", "prior_state", "timestamp"])
def test_bytes_that_are_no_text_are_refused_wherever_they_stand(part: str) -> None:
    """What nobody decodes is text as well; other letters than those of ASCII are."""
    values = {"planned_values": {}, "configuration": {}, "prior_state": {}, "timestamp": "", part: {"a": "K"}}
    raw = json.dumps({"format_version": "1.2", "resource_changes": [], **values}).encode()
    raw = raw.replace(b'"timestamp": {"a": "K"}', b'"timestamp": "K"')
    assert read(raw.replace(b'"K"', '"Käse"'.encode()), "p")
    with pytest.raises(GateError, match="p: not valid UTF-8"):
        read(raw.replace(b'"K"', b'"K\xff"'), "p")
    with pytest.raises(GateError, match="p: not valid UTF-8"):
        read(raw.replace(b'"K"', b'"' + b"\xc3\xa4" * 2**19 + b'K\xff"'), "p")


def test_a_letter_that_is_cut_in_two_is_refused_between_parts_as_well() -> None:
    """A text is looked at in parts of a MiB: half a letter at the end of one, and plain letters from there on."""
    raw = plan(planned_values={"a": "@"})
    begin, end = raw.split(b"@")
    cut = begin + b"x" * (2**20 - len(begin) - 1)
    assert read(cut + "ä".encode() + b"x" * 2**20 + end, "p")
    with pytest.raises(GateError, match="p: not valid UTF-8 at byte 1048575;"):
        read(cut + b"\xc3" + b"x" * 2**20 + end, "p")
    for text, at in (
        (b"x\xc3", 1),
        (b"\xff", 0),
        (b"x" * 2**20 + b"\xc3", 2**20),
        (b"x" * (2**20 - 1) + b"\xc3", 2**20 - 1),
    ):
        with pytest.raises(GateError, match=f"p: not valid UTF-8 at byte {at};"):
            require_utf8(text, "p")


# what a large file may be: a plan, several of them, in any encoding, or none
LARGE = [
    PLAN,
    codecs.BOM_UTF8 + PLAN,
    codecs.BOM_UTF16_LE + PLAN.decode().encode("utf-16-le"),
    PLAN + b"\n" + PLAN,
    PLAN.replace(b'"format_version"', b'"format_version": "1.2", "format_version"'),
    PLAN.replace(b'"format_version"', b'"values": {}, "format_version"'),
    PLAN.replace(b"kms", b"\xff"),
    *(raw for raw, _ in REFUSED if raw),
]


@pytest.mark.parametrize("raw", LARGE, ids=lambda raw: f"{len(raw)}-{raw[:12]!r}")
def test_a_large_file_is_read_as_any_other(raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is mapped into memory and not copied, and nobody sees a difference."""
    monkeypatch.setattr(files, "SMALL", 0)
    (path := tmp_path / "plan.json").write_bytes(raw)
    with files.opened(str(path), "p") as mapped:
        assert isinstance(mapped, mmap)
        assert told(mapped) == told(raw)


def told(raw: bytes | mmap) -> object:
    """What is found in the plans of a file, or why there are none."""
    try:
        return check(read(raw, "p"), Options(no_source=True)).findings
    except GateError as error:
        return str(error)


@pytest.mark.parametrize("name", ["main.tf", "x/main.tf.json", "main.tofu", "prod.tfvars", "terragrunt.hcl"])
@pytest.mark.parametrize("raw", [b'resource "aws_iam_role" "a" {', b'{"resource":{}}', b"[]"])
def test_configuration_is_no_plan(name: str, raw: bytes) -> None:
    """By its name, and only where it is none: it says how to get one from there."""
    with pytest.raises(GateError, match="this is configuration, not a plan; run `terraform plan -out PLANFILE`, then"):
        read(raw, name)
    assert read(PLAN, name)


@pytest.mark.parametrize(("raw", "reason"), REFUSED, ids=[reason[:25] for _, reason in REFUSED])
def test_what_is_no_plan_is_refused_by_name(raw: bytes, reason: str) -> None:
    """One line says what the file is and what to do."""
    with pytest.raises(GateError) as refused:
        read(raw, "p")
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith("p")


def test_nothing_on_standard_input_is_no_file() -> None:
    """A pipe whose first command failed brings nothing."""
    with pytest.raises(GateError, match=r"^-: standard input is empty; run `terraform show"):
        read(b"", "-")


@pytest.mark.parametrize(
    "parts",
    [
        ["configuration"],
        ["resource_changes"],
        ["resource_drift"],
        ["values", "planned_values"],
        ["values", "resource_changes"],
        ["planned_values", "schema_version", "verdict"],
    ],
)
def test_what_makes_a_plan(parts: list[str]) -> None:
    """Any of its parts, whatever stands beside it."""
    document = {"format_version": "1.2", **{part: [] if part.startswith("resource") else {} for part in parts}}
    text = json.dumps(document).encode()
    assert read(text, "p")
    assert documents(text, "p") == [text]


@pytest.mark.parametrize("more", [{}, {"complete": False}, {"unheard_of": [1]}, {"applyable": False, "errored": False}])
def test_a_plan_with_nothing_to_do_is_a_plan(more: dict[str, object]) -> None:
    """No resource_changes is no error, and unknown keys are ignored."""
    document = {"format_version": "1.2", "planned_values": {"root_module": {}}, **more}
    (found,) = read(json.dumps(document).encode(), "p")
    assert found.resource_changes == ()
    assert found.complete == more.get("complete", True)


@pytest.mark.parametrize(
    ("known", "unknown", "merged"),
    [
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"b": True}, {"a": 1, "b": UNKNOWN}),
        ({"a": [None, "x"]}, {"a": [True, False]}, {"a": [UNKNOWN, "x"]}),
        ({"a": [{"n": "x"}]}, {"a": [{"p": True}]}, {"a": [{"n": "x", "p": UNKNOWN}]}),
        ({"a": []}, {"a": [True]}, {"a": [UNKNOWN]}),
        ({"a": ["x"]}, {"a": [False]}, {"a": ["x"]}),
        ({"a": {"b": 1}}, {"a": {"c": {"d": True}}}, {"a": {"b": 1, "c": {"d": UNKNOWN}}}),
        (None, {}, None),
        ({}, True, UNKNOWN),
        ({"a": 1}, None, {"a": 1}),
    ],
)
def test_unknown_values_are_put_where_they_belong(known: object, unknown: object, merged: object) -> None:
    """`after` and `after_unknown` become one value: positions and nesting are kept."""
    assert after(Change(("update",), None, known, unknown)) == merged


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the collection of other people's plans is not at hand")
def test_other_peoples_plans_are_read_or_refused() -> None:
    """Every real plan and look-alike ends in plans or in one clear line."""
    read_or_refused = {"plan": 0, "refused": 0}
    lines: list[str] = []
    for path in sorted(CORPUS.rglob("*.json")):
        try:
            read_or_refused["plan"] += bool(read(path.read_bytes(), path.name))
        except GateError as error:
            read_or_refused["refused"] += 1
            lines.append(str(error))
    assert not any("\n" in line for line in lines)
    assert read_or_refused["plan"] > 60
    assert read_or_refused["refused"] > 10


SHAPES = [
    ("configuration", "[]"),
    ("configuration", "0"),
    ("configuration", '{"root_module":[]}'),
    ("configuration", '{"root_module":{"resources":[{"address":1}]}}'),
    ("prior_state", '""'),
    ("prior_state", '{"values":{"root_module":0}}'),
]


@pytest.mark.parametrize(("section", "shape"), SHAPES)
def test_a_section_of_another_shape_is_refused_by_its_name(section: str, shape: str) -> None:
    """Whether it is read with the rest of the document or later."""
    with pytest.raises(GateError, match=f"p: `{section}` is not what Terraform writes: Expected"):
        read_all(section, shape)


@pytest.mark.parametrize("shape", ["null", "{}", '{"new":[{"a":0}]}'])
@pytest.mark.parametrize("section", ["configuration", "prior_state"])
def test_a_section_with_nothing_known_is_empty(section: str, shape: str) -> None:
    """Null is no section, and what Terraform may add one day is read over."""
    assert read_all(section, shape) == ([], ())


def read_all(section: str, shape: str) -> tuple[list[object], tuple[object, ...]]:
    """What a plan with one section has in its prior state, and in its configuration."""
    text = f'{{"format_version":"1.2","planned_values":{{}},"resource_changes":[],"{section}":{shape}}}'
    (one,) = read(text.encode(), "p")
    return [*one.untouched()], one.configuration().root_module.resources
