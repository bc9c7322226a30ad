"""A configuration is read as it is meant, or refused with the place of each error."""

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.errors import GateError
from gate.schema import schema
from gate.settings.model import Content
from gate.settings.parse import parse
from tests.helpers.paths import ROOT

REFUSALS = json.loads(Path(__file__).with_name("refusals.json").read_text(encoding="utf-8"))

WAIVER = """[[waiver]]
rule = "KMS001"
address = "aws_iam_role_policy.admin"
reason = "break glass"
owner = "security@example.com"
expires = 2028-02-29
"""


def _refusal(text: str | bytes) -> str:
    with pytest.raises(GateError) as error:
        parse(text if isinstance(text, bytes) else text.encode(), ".gate.toml")
    return str(error.value)


def test_everything_that_can_be_said_is_read() -> None:
    """Rules, overrides and waivers with every key arrive as they stand."""
    text = """
[rules]
KMS007 = "block"
[[override]]
address = "module.sandbox.*"
rules = { KMS001 = "warn", KMS002 = "off" }
""" + WAIVER.replace("expires", 'principals = ["role app"]\nactions = ["kms:*"]\nresources = ["*"]\nexpires')
    content = parse(text.encode(), ".gate.toml")
    assert content.rules == {"KMS007": "block"}
    (override,) = content.overrides
    assert (override.address, override.rules) == ("module.sandbox.*", {"KMS001": "warn", "KMS002": "off"})
    (waiver,) = content.waivers
    assert (waiver.rule, waiver.address, waiver.number) == ("KMS001", "aws_iam_role_policy.admin", 1)
    assert (waiver.reason, waiver.owner) == ("break glass", "security@example.com")
    assert waiver.expires == datetime.date(2028, 2, 29)
    assert (waiver.principals, waiver.actions, waiver.resources) == (("role app",), ("kms:*",), ("*",))


@pytest.mark.parametrize("raw", [b"", b"# only words\n", b"\xef\xbb\xbf[rules]\n", b"[rules]\r\n"])
def test_an_empty_file_is_the_defaults(raw: bytes) -> None:
    """No content, comments, a byte order mark and Windows line ends are all fine."""
    content = parse(raw, ".gate.toml")
    assert (content.rules, content.overrides, content.waivers) == ({}, (), ())


def test_an_instance_key_may_hold_a_wildcard() -> None:
    """In an exact address `*` is a character where it stands in an instance's key."""
    text = WAIVER.replace('"aws_iam_role_policy.admin"', "'aws_iam_role_policy.admin[\"*\"]'")
    assert parse(text.encode(), "x").waivers[0].address == 'aws_iam_role_policy.admin["*"]'


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case["refusal"][:60])
def test_each_error_is_one_line_with_its_place(case: dict[str, Any]) -> None:
    """A bad configuration is refused with its line, the waiver or key, and what would be right."""
    rules = ", ".join(schema("config")["$defs"]["waiver"]["properties"]["rule"]["enum"])
    refusal = case["refusal"].replace("{rules}", rules)
    assert _refusal("\n".join(case["text"])) == f"`.gate.toml`: {refusal}"


def test_only_utf8_is_read() -> None:
    """Another encoding is refused with the line of the first byte that is not UTF-8."""
    assert _refusal(b"[rules]\n\xff") == "`.gate.toml`: line 2: not valid UTF-8; save the file as UTF-8"


def test_letters_of_another_case_are_a_slip() -> None:
    """The key is meant that is written so but for the case."""
    refusal = _refusal('[rules]\nkms001 = "warn"\n')
    assert refusal == "`.gate.toml`: line 2: `rules.kms001` is an unknown key; did you mean `KMS001`?"


def test_many_errors_are_counted() -> None:
    """The first five errors are named in the order of their lines, the others counted."""
    refusal = _refusal("".join(f"key{n} = 1\n" for n in range(9)))
    assert refusal.startswith(
        "`.gate.toml`: line 1: `key0` is an unknown key; the keys here are rules, override, waiver; "
    )
    assert refusal.endswith("line 5: `key4` is an unknown key; the keys here are rules, override, waiver; and 4 more")


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 100_000, "a = " + "9" * 5000, *("a = " + "[" * n + "]" * n for n in (200, 300, 400, 450))]
)
def test_a_hostile_file_is_refused_in_words(text: str) -> None:
    """Nesting and numbers beyond what Python reads are no traceback."""
    assert _refusal(text).startswith("`.gate.toml`: ")


_keys = st.sampled_from(
    ["rules", "override", "waiver", "rule", "address", "address_glob", "reason", "owner", "expires", "actions", "grant"]
)
_values = st.recursive(
    st.sampled_from(["KMS001", "off", "*", "kms:*", "", "0123456789abcdef"])
    | st.booleans()
    | st.integers(0, 3)
    | st.floats(allow_nan=False)
    | st.dates()
    | st.datetimes()
    | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=5),
    max_leaves=12,
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.dictionaries(_keys, _values, max_size=4))
def test_whatever_toml_says_it_is_read_or_refused(content: dict[str, Any]) -> None:
    """No content, however wrong its types are, is anything but a configuration or one line."""
    said, read = _outcome(tomlkit.dumps(content))
    if read is None:
        assert re.match(r"`\.gate\.toml`: line \d+: ", said)
        assert "\n" not in said
        assert "is not valid (" not in said
    else:
        assert len(read.waivers) == len(content.get("waiver", ()))
        assert read.rules == content.get("rules", {})


def _outcome(text: str) -> tuple[str, Content | None]:
    try:
        return "", parse(text.encode(), ".gate.toml")
    except GateError as error:
        return str(error), None


def test_a_message_stays_on_its_line() -> None:
    """A key with line breaks and control characters cannot forge another line."""
    refusal = _refusal('"a\\nb\\u001b[0m`" = 1\n')
    assert refusal == "`.gate.toml`: line 1: `a?b?[0m?` is an unknown key; the keys here are rules, override, waiver"


def test_every_property_explains_itself() -> None:
    """What the schema says about a key is what its error messages say."""
    definitions = schema("config")["$defs"]
    for name in ("override", "waiver"):
        for key, rule in definitions[name]["properties"].items():
            assert rule["description"].endswith("."), f"{name}.{key}"


def test_the_schema_is_a_schema() -> None:
    """The published schema is valid JSON Schema."""
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schema("config"))


def test_the_documented_configuration_is_valid() -> None:
    """What docs/adopting.md shows can be copied."""
    page = (ROOT / "docs/adopting.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    content = parse(example.encode(), ".gate.toml")
    assert (len(content.rules), len(content.overrides), len(content.waivers)) == (1, 1, 1)
