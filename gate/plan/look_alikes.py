"""From the bytes of a file to the JSON documents in it, with every look-alike of a plan refused by name."""

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from gate import files
from gate.errors import GateError

if TYPE_CHECKING:
    from mmap import mmap

_PART = 2**20
_SHOW = "run `terraform show -json PLANFILE > plan.json` (or `tofu show -json`)"
_OF_PLAN = "name the plan file: `terraform show -json PLANFILE > plan.json`"
_WIDE = (b"{\0", b"\0{")  # how a JSON object begins in UTF-16
# What `terraform plan` and `terraform show` print for people. Escape codes may stand around the words.
_FOR_PEOPLE = (
    b"used the selected providers to", b"execution plan has been generated", b"will perform the following actions",
    b"No changes.",
)  # fmt: skip
_IS_CONFIGURATION = (
    "this is configuration, not a plan; run `terraform plan -out PLANFILE`, then `terraform show -json PLANFILE > "
    "plan.json`, and give plan.json"
)


class _Sketch(msgspec.Struct, gc=False):
    """The keys that tell a plan from what is often mistaken for one. Their values are not read."""

    format_version: msgspec.Raw = msgspec.Raw()
    planned_values: msgspec.Raw = msgspec.Raw()
    configuration: msgspec.Raw = msgspec.Raw()
    resource_changes: msgspec.Raw = msgspec.Raw()
    resource_drift: msgspec.Raw = msgspec.Raw()
    values: msgspec.Raw = msgspec.Raw()
    serial: msgspec.Raw = msgspec.Raw()
    lineage: msgspec.Raw = msgspec.Raw()
    errored: msgspec.Raw = msgspec.Raw()
    schema_version: msgspec.Raw = msgspec.Raw()
    verdict: msgspec.Raw = msgspec.Raw()
    level: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="@level")
    log_type: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="type")


_sketch = msgspec.json.Decoder(_Sketch)


def documents(text: bytes, path: str) -> list[bytes]:
    """The plans in a file, each as UTF-8 JSON: one, or one a line as Terragrunt's run-all writes them.

    `text` is what `utf8` gives, `path` the file's name for messages. Raises GateError for anything that is not a plan,
    naming what it is.
    """
    if not text.strip():
        raise GateError(f"{path}: {files.is_empty(path)}; {_SHOW}")
    if text.startswith(files.ARCHIVE) and not is_other_archive(io.BytesIO(text)):
        raise GateError(f"{path}: this is a binary plan file; {_SHOW}")
    packed = files.packed(text)
    if packed is not None:
        raise GateError(f"{path}: {packed}")
    if text.lstrip().startswith(b"[command]"):
        raise GateError(
            f"{path}: this is output of the hashicorp/setup-terraform wrapper, not plain JSON; "
            "set `terraform_wrapper: false` on that step"
        )
    try:
        sketch = _sketch.decode(text)
    except RecursionError:
        raise GateError(f"{path}: nested too deeply to be a plan; {_SHOW}") from None
    except msgspec.ValidationError:
        raise GateError(f"{path}: {_what(text, path) or f'not a JSON object, so not a plan; {_SHOW}'}") from None
    except msgspec.DecodeError as error:
        return _one_a_line(text, path, error)
    _require_plan(sketch, path)
    return [text]


def is_other_archive(file: BinaryIO) -> bool:
    """Whether a zip archive is whole and no binary plan, such as the artifact that a CI system lets people download."""
    import zipfile

    try:
        return "tfplan" not in zipfile.ZipFile(file).namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False


def utf8(raw: "bytes | mmap", path: str) -> "bytes | mmap":
    """The text of a file as UTF-8 without byte order mark; raises GateError where it is not what its mark says."""
    try:
        return files.utf8(raw)
    except UnicodeDecodeError as error:
        raise GateError(f"{path}: not valid {error.encoding.upper()}: {error.reason}; {_SHOW}") from None


def require_utf8(text: "bytes | mmap", path: str) -> None:
    """Raises GateError where a text is not UTF-8, be it in what nobody decodes. It may be large and is not copied."""
    begin = 0
    with memoryview(text) as whole:
        while begin < len(text):
            is_last = begin + _PART >= len(text)
            try:
                begin += codecs.utf_8_decode(whole[begin : begin + _PART], "strict", is_last)[1]
            except UnicodeDecodeError as error:
                raise GateError(f"{path}: not valid UTF-8 at byte {begin + error.start}; {_SHOW}") from None


def refusal(name: str, key: str, where: str) -> GateError:
    """The error for a repeated key in what is called `name`, a file or a resource."""
    return GateError(f"{name}: the key `{key}` is repeated {where}: not what Terraform writes; {_SHOW}")


def _one_a_line(text: bytes, path: str, error: msgspec.DecodeError) -> list[bytes]:
    lines = [line for line in text.splitlines() if line.strip()]
    sketches = []
    for number, line in enumerate(lines, 1):
        try:
            sketches.append(_sketch.decode(line))
        except (msgspec.MsgspecError, RecursionError):
            if sketches and sketches[0].level:
                raise GateError(_log_stream(path)) from None
            if sketches:
                raise GateError(
                    f"{path}: more than one JSON document, and what follows the first is not a plan (line {number}); "
                    f"{_SHOW}"
                ) from None
            raise GateError(f"{path}: {_what(text, path) or f'{files.no_json(error)}; {_SHOW}'}") from None
    for number, sketch in enumerate(sketches, 1):
        _require_plan(sketch, f"{path} (document {number})" if number > 1 else path)
    return lines


def _what(text: bytes, path: str) -> str | None:
    """What a text is that is no plan, and what to do; None where nothing tells."""
    if path.endswith(files.CONFIGURATION):
        return _IS_CONFIGURATION
    start, brace, _ = text.partition(b'{"')
    if brace and b" STDOUT " in start:
        return "this is a log of Terragrunt, not plain JSON; let `--json-out-dir DIR` write the plan"
    if text[:2] in _WIDE:
        return "this is UTF-16 without a byte order mark; write it as UTF-8: in PowerShell `| Out-File -Encoding utf8`"
    if not text.lstrip().startswith(b"{") and any(words in text for words in _FOR_PEOPLE):
        return f"this is the plan as people read it; add `-json`: {_SHOW}"
    return None


def _log_stream(path: str) -> str:
    return f"{path}: this is the log stream of `terraform plan -json`, not a plan; {_SHOW}"


def _require_plan(sketch: _Sketch, path: str) -> None:
    if sketch.level:
        raise GateError(_log_stream(path))
    if sketch.lineage or sketch.serial:
        raise GateError(f"{path}: this is a state file (terraform.tfstate), not a plan; {_SHOW}")
    if sketch.schema_version and sketch.verdict and not sketch.format_version:
        raise GateError(
            f"{path}: this is a report of gate, not a plan; `gate report` shows it again, and `gate check` wants what "
            "`terraform show -json PLANFILE` writes"
        )
    is_plan = sketch.planned_values or sketch.configuration or sketch.resource_changes or sketch.resource_drift
    if sketch.values and not (sketch.planned_values or sketch.resource_changes):
        raise GateError(f"{path}: this is a state (`terraform show -json` without a plan file), not a plan; {_OF_PLAN}")
    if not sketch.format_version:
        if path.endswith(files.CONFIGURATION):
            raise GateError(f"{path}: {_IS_CONFIGURATION}")
        raise GateError(f"{path}: format_version is missing, so this is not what Terraform wrote; {_SHOW}")
    major = bytes(sketch.format_version).strip(b'"').split(b".")[0]
    if major not in {b"0", b"1"}:
        text = bytes(sketch.format_version)[:20].decode(errors="replace")
        shown = text if text.strip('"').replace(".", "").isdigit() else "that is no version"  # which may be anything
        raise GateError(
            f"{path}: format_version {shown} is not supported (gate reads 0.x and 1.x); look for a newer gate"
        )
    if not is_plan:
        raise GateError(
            f"{path}: this is an empty state (`terraform show -json` without a plan file), not a plan; {_OF_PLAN}"
        )
    if bytes(sketch.errored) == b"true":
        raise GateError(f"{path}: the plan ended in an error, so resources are missing from it; fix `terraform plan`")
