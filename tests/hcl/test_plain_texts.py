"""Functions of plain texts, `replace` among them, where what they give is beyond doubt."""

from typing import Any

import pytest

from gate.hcl.evaluate import evaluate
from gate.hcl.functions import call
from gate.hcl.work import Scope, Work
from gate.source.harmless import is_apart
from gate.unknown import Template, Unresolved, Value
from tests.helpers.containing import World, parsed

KEY = Unresolved(("aws_kms_key.k.arn",), exact=True)
BUCKET = Unresolved(("aws_s3_bucket.b.arn",), exact=True)
OTHER = Unresolved(("var.x",))


class WithKeys(World):
    """A world that knows which texts are apart from the ARN of a key."""

    def __init__(self) -> None:
        super().__init__({"key": KEY, "other": OTHER, "nothing": None})

    def is_apart(self, hole: Unresolved, text: str) -> bool:
        return is_apart(hole, text)

    def is_text(self, hole: Unresolved) -> bool:
        return hole == KEY


def value(expression: str) -> Value:
    return evaluate(parsed(expression), Scope(None), Work(WithKeys()))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('replace("a _K_ b _K_", "_K_", "c")', "a c b c"),
        ('replace("a _K_ b", "_K_", local.key)', Template(("a ", KEY, " b"))),
        ('replace("_K_", "_K_", local.key)', KEY),
        ('replace("_K__K_", "_K_", local.key)', Template((KEY, KEY))),
        ('replace("a", "_K_", local.key)', "a"),
        ('replace("a1", "1", 2)', "a2"),
        ('replace("a _K_", "_K_", local.other)', Template(("a ", OTHER))),
        ('replace("a${local.key}_L_", "_L_", "b")', Template(("a", KEY, "b"))),
        ('replace("_L_${local.key}${local.key}", "_L_", local.other)', Template((OTHER, KEY, KEY))),
        ('replace(jsonencode({ a = "_K_" }), "_K_", local.key)', Template(('{"a":"', KEY, '"}'))),
        ('replace("a/b", "/", "-")', "a-b"),
        ('replace(local.key, "_", "-")', KEY),
        ('replace(true, "t", "x")', "xrue"),
    ],
)
def test_a_plain_text_is_replaced(expression: str, expected: Any) -> None:
    """Wherever it is, by what is known or not; in what is encoded and beside the ARN of a key as well."""
    assert value(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        'replace("a_K_", "/_K_/", "b")',
        'replace("a", "", "b")',
        'replace("a\\u0301", "\\u0301", "b")',
        'replace("a_K_", local.other, "b")',
        'replace(local.other, "_K_", "b")',
        'replace("a_K_", "_K_", ["b"])',
        'replace("a_K_", "_K_", local.nothing)',
        'replace("a${local.key}", "a", "b")',
        'replace("a${local.other}", "_K_", "b")',
        'replace("_K_${jsonencode(local.other)}", "_K_", "b")',
        'replace(["a"], "a", "b")',
        'replace(local.nothing, "a", "b")',
    ],
)
def test_what_is_not_computed(expression: str) -> None:
    """A regular expression, nothing at all, what Unicode may join, and a text that may be in what is unknown."""
    assert isinstance(value(expression), Unresolved)


@pytest.mark.parametrize(
    ("hole", "text", "expected"),
    [
        (KEY, "_KEY_", True),
        (KEY, "{key}", True),
        (KEY, "KEY", True),
        (KEY, "_key", True),
        (KEY, "_a", False),  # one may end in the ARN
        (KEY, "_ar", False),
        (KEY, "_arn", False),
        (KEY, "_barn", False),
        (BUCKET, "$BUCKET", True),
        (BUCKET, "<bucket>", True),
        (BUCKET, "_BUCKET", False),
        (BUCKET, "$a:", False),
        (Unresolved(("aws_s3_bucket.b.bucket",), exact=True), "$BUCKET", False),
        (Unresolved(("aws_s3_object.b.arn",), exact=True), "$BUCKET", False),
        (KEY, "key_", False),
        (KEY, "_arn:_", False),  # it may hold the whole ARN
        (Unresolved(("aws_kms_key.k.description",), exact=True), "_KEY_", False),
        (Unresolved(("aws_iam_role.r.arn",), exact=True), "_KEY_", False),
        (Unresolved(("aws_kms_key.k.arn",)), "_KEY_", False),
        (Unresolved(("aws_kms_key.k.arn", "var.x"), exact=True), "_KEY_", False),
    ],
)
def test_a_text_that_is_apart_from_what_is_unknown(hole: Unresolved, text: str, expected: bool) -> None:
    """From an ARN alone whose letters are known."""
    assert is_apart(hole, text) is expected


@pytest.mark.parametrize(
    ("arguments", "is_told"),
    [
        (["_" * 1000, "_", KEY], True),
        (["_" * 1001, "_", KEY], False),
        (["_" * 1000, "_", "a" * 1000], True),
        (["_" * 1000, "_", "a" * 1001], False),
    ],
)
def test_how_much_is_replaced(arguments: list[Any], is_told: bool) -> None:
    """No policy is as long; what would be longer is not made."""
    assert isinstance(call("replace", arguments, Work(WithKeys())), Unresolved) is not is_told


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('lower("aB1")', "ab1"),
        ('upper("aB1")', "AB1"),
        ('trimprefix("aab", "a")', "ab"),
        ('trimprefix("ab", "b")', "ab"),
        ('trimsuffix("a.json", ".json")', "a"),
        ('substr("GROUP", 0, 1)', "G"),
        ('substr("GROUP", 1, 2)', "RO"),
        ('substr("GROUP", 4, 9)', "P"),
        ('substr("GROUP", 0, 0)', ""),
        ('format("%v-%v", "a", true)', "a-true"),
        ('format("%d-%d", 5, 70)', "5-70"),
        ('format("%v/%s", "a", local.key)', Template(("a/", KEY))),
        ('format("100%%")', "100%"),
        ('join(",", ["a", local.key])', Template(("a,", KEY))),
        ('join(",", ["a"], [], ["b", 1])', "a,b,1"),
        ('join(",", [])', ""),
    ],
)
def test_functions_of_plain_texts(expression: str, expected: Any) -> None:
    """As modules put together the keys of what they repeat."""
    assert value(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        'lower("\u00c9")',
        'upper("\u00df")',
        "lower(local.key)",
        "upper(1)",
        'trimprefix("\u00e9a", "a")',
        'trimsuffix("a", "\u00e9")',
        'trimsuffix(local.key, "a")',
        'trimprefix("a", local.key)',
        'substr("a\r\nb", 0, 2)',
        'substr("\u00e9", 0, 1)',
        'substr("abc", "0", 1)',
        'substr("abc", 0, true)',
        'format("%v", local.other)',
        'format("%v", 1.5)',
        'format("%v", 1)',
        'format("%v", ["a"])',
        'format("%v", local.nothing)',
        'format("%v")',
        'format("%s", ["a"])',
        'format("%q", "a")',
        'format("%q", 1)',
        'format("%s", local.nothing)',
        "substr(local.key, 0, 1)",
        'join(",", local.other)',
        'join(",", ["a"], local.other)',
        'join(",", ["a"], [for each in ["b"] : each if local.other])',
        'join(",", toset(["a", local.other]))',
        'join(",", ["a", ["b"]])',
        'join(",", ["a", local.nothing])',
        'join(",", [{ a = "b" }])',
        'jsonencode(["a", "<\u0301"])',
    ],
)
def test_functions_of_other_texts(expression: str) -> None:
    """Not of letters that editions of Unicode differ about, nor of numbers and what is unknown."""
    assert isinstance(value(expression), Unresolved)


def test_a_part_from_the_end_is_not_computed() -> None:
    """Nor all of the rest."""
    for offset, length in ((-1, 1), (0, -1)):
        assert isinstance(call("substr", ["abc", offset, length], Work(WithKeys())), Unresolved)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('trimspace("\\n { a }\\t")', "{ a }"),
        ('trimspace("a")', "a"),
        ('chomp("a~\\n")', "a~"),
        ('formatlist("%s%s", ["a"], local.key)', [Template(("a", KEY))]),
        ('chomp("\\n a \\r\\n\\n")', "\n a "),
        ('chomp(" ${local.key} b\\n")', Template((" ", KEY, " b"))),
        ('trimspace(" a ${local.key} b\\n")', Template(("a ", KEY, " b"))),
        ('formatlist("%s/*", ["a", local.key])', ["a/*", Template((KEY, "/*"))]),
        ('formatlist("%s-%s", ["a", "b"], "c")', ["a-c", "b-c"]),
        ('formatlist("%s-%s", ["a", "b"], ["c", "d"])', ["a-c", "b-d"]),
        ('formatlist("%s", [])', []),
        ('split("/", "a/b")', ["a", "b"]),
        ('split(",", "")', [""]),
        ('zipmap(["b", "a"], [local.key, 1])', {"b": KEY, "a": 1}),
        ('zipmap(["a", "a"], ["b", "c"])', {"a": "c"}),
        ("zipmap([], [])", {}),
        ('setproduct(["a", "b"], [local.key])', [["a", KEY], ["b", KEY]]),
        ('setproduct(["a"], ["x", "y"])', [["a", "x"], ["a", "y"]]),
        ('setproduct(["a"], [])', []),
        ('[for each in setproduct(["a", "b"], ["c"]) : join("/", each)]', ["a/c", "b/c"]),
    ],
)
def test_what_documents_are_put_together_with(expression: str, expected: Any) -> None:
    """White space around a document, one ARN for each element, keys beside values. Answers of Terraform 1.11.4."""
    assert value(expression) == expected


def test_json_has_no_white_space_at_its_ends() -> None:
    """Whatever is in it."""
    written = value("jsonencode({ a = local.other })")
    assert value("trimspace(jsonencode({ a = local.other }))") == written
    assert value("chomp(jsonencode({ a = local.other }))") == written


@pytest.mark.parametrize(
    "expression",
    [
        'trimspace("${local.key} ")',
        'trimspace(" ${local.other}")',
        'trimspace(" ${local.key}a")',
        'trimspace("a${local.key} ")',
        "trimspace(local.other)",
        'chomp("a${local.key}\\n")',
        'chomp("a${local.key}")',
        "chomp(local.other)",
        "chomp(1)",
        'format("%d", "5")',
        'format("%d", true)',
        'format("%d", local.other)',
        'trimspace("\\u2003a")',
        'trimspace("a\\u001c")',
        'trimspace("\\u2003a${local.key}b")',
        'trimspace("a${local.key}b\\u001c")',
        "trimspace(1)",
        'formatlist("%s", local.other)',
        'formatlist("%s-%s", ["a", "b"], ["c"])',
        'formatlist("%s-%s", ["a"], [for each in ["b"] : each if local.other])',
        'formatlist("%s-%s", ["a"], local.other)',
        'formatlist("a")',
        'formatlist("%s", toset(["a", local.other]))',
        'formatlist(local.other, ["a"])',
        'formatlist("%s", [local.other == "x" ? "a" : "b"])',
        'split("", "ab")',
        'split(",", local.other)',
        'split(local.other, "a,b")',
        'split(",", "\\u00e9,b")',
        'split("\\u00e9", "a,b")',
        'setproduct(["a"])',
        'setproduct(["a"], local.other)',
        'setproduct(["a"], [for each in ["b"] : each if local.other])',
        'zipmap(["a"], [])',
        "zipmap([local.other], [1])",
        "zipmap([1], [1])",
        'zipmap(["a"], local.other)',
        'zipmap(local.other, ["a"])',
    ],
)
def test_what_they_are_not_put_together_with(expression: str) -> None:
    """Ends or lengths that nobody knows, white space that not every reader knows, and what Terraform refuses."""
    assert isinstance(value(expression), Unresolved)


LONG, MANY = "a" * 50_000, ["a"] * 100


@pytest.mark.parametrize(
    ("name", "arguments", "cost"),
    [
        ("join", [",", [LONG]], 1000),
        ("format", ["%s", LONG], 1000),
        ("formatlist", ["a", *[MANY] * 100], 10_000),
        ("replace", [LONG, "b", "c"], 1000),
        ("split", [",", LONG], 1000),
        ("jsondecode", [f'"{LONG}"'], 1000),
        ("jsondecode", [Template((f'"{LONG}', KEY, '"'))], 1000),
        ("yamldecode", [f'"{LONG}"'], 1000),
    ],
)
def test_what_is_gone_through_is_paid_for(name: str, arguments: list[Any], cost: int) -> None:
    """Whatever comes of it."""
    work = Work(WithKeys())
    whole = work.left
    call(name, arguments, work)
    assert whole - work.left >= cost
