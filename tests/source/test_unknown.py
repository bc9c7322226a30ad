"""Expressions with unknown parts: what is certain stays known, everything else says what it waits for."""

from collections.abc import Callable
from typing import Any

import pytest

from gate.source import Encoded, Rest
from gate.unknown import OneOf, Template, Unresolved
from tests.helpers.source_trees import KEY, created, made_plan

ARN = Unresolved(("aws_kms_key.k.arn",), exact=True)
ID = Unresolved(("aws_kms_key.k.key_id",), exact=True)
FROM_ARN = Unresolved(("aws_kms_key.k.arn",))
FROM_ID = Unresolved(("aws_kms_key.k.key_id",))
K = "aws_kms_key.k.arn"
EITHER = OneOf((True, False))
COND = 'aws_kms_key.k.key_id == "x"'

MORE = f'{{ for a in ["x", {K}] : a => [a, {K}] }}'

EXPRESSIONS: dict[str, Any] = {
    # references
    K: ARN,
    "(aws_kms_key.k.arn)": ARN,
    '"${aws_kms_key.k.arn}"': ARN,
    "aws_kms_key.k.description": "d",
    "aws_kms_key.k.tags[0]": Unresolved(("aws_kms_key.k.tags[0]",), exact=True),
    "aws_kms_key.k.later.part[0]": Unresolved(("aws_kms_key.k.later.part[0]",), exact=True),
    'aws_kms_key.k["arn"]': ARN,
    "aws_kms_key.k[*].arn": [ARN],
    "aws_kms_key.absent.arn": Unresolved(("aws_kms_key.absent.arn",), exact=True),
    "data.aws_region.r.name": Unresolved(("data.aws_region.r.name",), exact=True),
    "var.absent": Unresolved(("var.absent",), exact=True),
    "local.absent": Unresolved(("local.absent",)),
    "module.absent.arn": Unresolved(("module.absent",)),
    "terraform.workspace": Unresolved(("terraform.workspace",), exact=True),
    # templates
    '"a${aws_kms_key.k.arn}b"': Template(("a", ARN, "b")),
    '"${aws_kms_key.k.arn}${aws_kms_key.k.key_id}"': Template((ARN, ID)),
    f'"kms:${{{COND} ? "*" : "Decrypt"}}"': OneOf(("kms:*", "kms:Decrypt")),
    '"a%{ if true }${aws_kms_key.k.arn}%{ endif }"': Template(("a", ARN)),
    f'"a%{{ if {COND} }}b%{{ endif }}"': OneOf(("ab", "a")),
    '"%{ for x in aws_kms_key.k.tags }${x}%{ endfor }"': Unresolved(("aws_kms_key.k.tags[0]",), exact=True),
    '"%{ for x in split(",", aws_kms_key.k.arn) }${x}%{ endfor }"': FROM_ARN,
    # collections
    '["a", aws_kms_key.k.arn]': ["a", ARN],
    "{ a = aws_kms_key.k.arn }": {"a": ARN},
    "{ (aws_kms_key.k.arn) = 1 }": FROM_ARN,
    f'{{ ({COND} ? "a" : "b") = 1 }}': OneOf(({"a": 1}, {"b": 1})),
    'jsonencode({ a = [aws_kms_key.k.arn, "x"] })': Encoded({"a": [ARN, "x"]}),
    "jsondecode(jsonencode({ a = aws_kms_key.k.arn }))": {"a": ARN},
    "jsonencode({ a = jsonencode({ b = 1 }) })": Encoded({"a": '{"b":1}'}),
    "jsonencode({ a = jsonencode({ b = aws_kms_key.k.arn }) })": Encoded({"a": Template(('{"b":"', ARN, '"}'))}),
    # conditionals and operators
    f'{COND} ? "a" : "b"': OneOf(("a", "b")),
    f'{COND} ? "a" : "a"': "a",
    f'{COND} ? aws_kms_key.k.arn : "*"': OneOf((ARN, "*")),
    f"{COND} ? [1, 2][5] : 3": OneOf((3, "3")),
    f'!({COND}) && false ? "a" : "b"': "b",
    f'{COND} || true ? "a" : "b"': "a",
    f'{COND} && true ? "a" : "b"': OneOf(("a", "b")),
    "aws_kms_key.k.arn == null": False,
    "null != aws_kms_key.k.arn": True,
    'aws_kms_key.k.arn != ""': True,
    'aws_kms_key.k.arn == "x"': EITHER,
    "aws_iam_role.absent.arn == null": False,
    "aws_iam_role.absent.unique_id == null": False,
    "aws_spot_instance_request.absent.arn == null": EITHER,
    "aws_default_vpc.absent.arn == null": EITHER,
    "aws_kms_key.k.key_id == null": EITHER,
    'aws_kms_key.k.key_id != ""': EITHER,
    '"x${aws_kms_key.k.arn}" == null': EITHER,
    '"x${aws_kms_key.k.arn}" == "y"': EITHER,
    '"x${aws_kms_key.k.arn}" != "xy"': EITHER,
    "[aws_kms_key.k.arn] == []": EITHER,
    '[aws_kms_key.k.arn] == ["x"]': EITHER,
    "aws_kms_key.k.key_id + 1": FROM_ID,
    # for and splat
    "[for a in [aws_kms_key.k.arn] : a]": [ARN],
    '[for a in ["x", aws_kms_key.k.arn] : "${a}/*"]': ["x/*", Template((ARN, "/*"))],
    '[for a in ["x", aws_kms_key.k.arn] : a if a != "x"]': [Rest(ARN)],
    '[for a in split(",", aws_kms_key.k.arn) : { x = "y", z = a }]': [Rest({"x": "y", "z": FROM_ARN})],
    "{ for a in [aws_kms_key.k.arn] : a => 1 }": FROM_ARN,
    '{ for a in [aws_kms_key.k.arn] : "k" => a }': {"k": ARN},
    '{ for a in ["x"] : a => 1 if aws_kms_key.k.arn != "x" }': OneOf(({"x": 1}, {})),
    "[{ a = aws_kms_key.k.arn }, { a = 1 }][*].a": [ARN, 1],
    'split(",", aws_kms_key.k.arn)[*]': FROM_ARN,
    f'{{ a = 1, b = 2 }}[{COND} ? "a" : "b"]': OneOf((1, 2)),
    "{ a = 1, b = 2 }[aws_kms_key.k.arn]": OneOf((1, 2)),
    # objects with a key that is not known
    f"{MORE}": Unresolved(),
    f'{MORE}["x"]': ["x", ARN],
    f"{MORE}.x": ["x", ARN],
    f'{MORE}["y"]': Unresolved(),
    f"{MORE}[{K}]": FROM_ARN,
    f"[for k, v in {MORE} : [k, v[0]]]": [["x", "x"], Rest([Unresolved(), Unresolved()])],
    f'{{ for k, v in {MORE} : "${{k}}-y" => v[1] }}["x-y"]': ARN,
    f'{{ for k, v in {MORE} : "y" => k if k == "x" }}["y"]': Unresolved(),
    f"keys({MORE})": FROM_ARN,
    f'lookup({MORE}, "x", [])': ["x", ARN],
    f'lookup({MORE}, "y", [])': FROM_ARN,
    f"jsonencode({MORE})": Encoded(Unresolved()),
    # groups
    '{ for a in [aws_kms_key.k.arn, "x"] : "g" => a... }': {"g": [ARN, "x"]},
    '{ for a in ["x", "y", "z"] : a == "z" ? "h" : "g" => a... }': {"g": ["x", "y"], "h": ["z"]},
    '{ for a in ["x", aws_kms_key.k.arn] : a => 1... }': FROM_ARN,
    f'{{ for a in ["x", "y"] : "g" => a... if a == "x" || {COND} }}': {"g": ["x", Rest("y")]},
    f'{{ for a in ["x", "y"] : a => a... if a == "x" || {COND} }}': Unresolved(),
    f'{{ for a in toset(["x", {K}]) : "g" => a... }}["g"][0]': OneOf(("x", ARN)),
    # what has places, and what may be a set
    f'{{ for i, a in ["x", {K}] : i => a }}["1"]': ARN,
    f'{{ for i, a in tolist(["x", {K}]) : i => a }}["1"]': ARN,
    f'{{ for i, a in concat(tolist(["x"]), [{K}]) : "k${{i}}" => a }}': {"k0": "x", "k1": ARN},
    f"{{ for i, a in values({{ b = 1, a = {K} }}) : i => a }}": {"0": ARN, "1": 1},
    f"{{ for i, a in keys({{ b = 1, a = {K} }}) : i => a }}": {"0": "a", "1": "b"},
    '{ for i, a in sort(["b", "a"]) : i => a }': {"0": "a", "1": "b"},
    '{ for i, a in distinct(["b", "a", "b"]) : i => a }': {"0": "b", "1": "a"},
    '{ for i, a in split(",", "a,b") : i => a }': {"0": "a", "1": "b"},
    '{ for i, a in formatlist("%s!", ["a", "b"]) : i => a }': {"0": "a!", "1": "b!"},
    'keys({ for i, a in csvdecode("a\\nb\\nc") : i => a })': ["0", "1"],
    'keys({ for i, a in chunklist(["a", "b"], 1) : i => a })': ["0", "1"],
    '{ for i, a in compact(["b", "a"]) : i => a }': {"0": "b", "1": "a"},
    'keys({ for i, a in toset(["b", "a"]) : "k" => a... })': ["k"],
    f"{COND} ? tolist([{{ a = {K} }}]) : tolist([{{ a = 1 }}])": OneOf(([{"a": ARN}], [{"a": OneOf((1, "1"))}])),
    f"{COND} ? tolist([{{ a = {K}, b = 1 }}]) : tolist([{{ a = 1 }}])": OneOf(([FROM_ARN], [Unresolved()])),
    # functions that keep what is known
    'concat(["a"], split(",", aws_kms_key.k.arn), ["b"])': ["a", Rest(FROM_ARN), "b"],
    f'concat(["a"], {COND} ? ["b"] : [])': OneOf((["a", "b"], ["a"])),
    "merge({ a = 1 }, { b = aws_kms_key.k.arn })": {"a": 1, "b": ARN},
    "merge({ a = 1 }, jsondecode(aws_kms_key.k.arn))": FROM_ARN,
    "merge(jsondecode(aws_kms_key.k.arn), { a = 1 })": FROM_ARN,
    'flatten([["a"], aws_kms_key.k.arn, [["b"]]])': ["a", Rest(ARN), "b"],
    f'flatten([{COND} ? ["a"] : [], ["b"]])': [Rest("a"), "b"],
    'compact(["a", "", aws_kms_key.k.arn])': ["a", Rest(ARN)],
    'distinct(["b", aws_kms_key.k.arn, "b"])': ["b", ARN, "b"],
    'toset(["b", aws_kms_key.k.arn, "a"])': ["b", ARN, "a"],
    'distinct(["b", aws_kms_key.k.arn])[0]': OneOf(("b", ARN)),
    'tolist(toset(["b", aws_kms_key.k.arn]))[0]': OneOf(("b", ARN)),
    'length(["a", aws_kms_key.k.arn])': FROM_ARN,
    "length(aws_kms_key.k.arn)": FROM_ARN,
    'length(concat(["a"], split(",", aws_kms_key.k.arn)))': FROM_ARN,
    'length(distinct(["a", aws_kms_key.k.arn]))': FROM_ARN,
    'concat(["a"], split(",", aws_kms_key.k.arn))[0]': "a",
    'concat(split(",", aws_kms_key.k.arn), ["a"])[0]': OneOf((FROM_ARN, "a")),
    'contains(["a", aws_kms_key.k.arn], "a")': True,
    'contains(["a", "b"], "b")': True,
    'contains(toset(["a", "b"]), "c")': False,
    'contains(compact(["b", aws_kms_key.k.arn]), "a")': EITHER,
    'contains(["a", 1], "1")': EITHER,
    'contains(["é"], "a")': EITHER,
    'contains(["a"], "é")': EITHER,
    'contains(["a"], aws_kms_key.k.arn)': EITHER,
    'contains(split(",", aws_kms_key.k.arn), "a")': EITHER,
    'startswith("dev-a", "dev")': True,
    'startswith("é", "dev")': EITHER,
    'endswith("dev-a", "dev")': False,
    'endswith("dev-a", "é")': EITHER,
    'strcontains("dev-a", "v-")': True,
    "strcontains(aws_kms_key.k.arn, aws_kms_key.k.arn)": EITHER,
    "alltrue([true, true])": True,
    "alltrue([])": True,
    f"alltrue([{COND}, false])": False,
    f"alltrue([{COND}, true])": EITHER,
    'alltrue([true, "true"])': EITHER,
    "anytrue([false, true])": True,
    "anytrue([])": False,
    f"anytrue([{COND}, true])": True,
    f"anytrue([{COND}, false])": EITHER,
    "anytrue(jsondecode(aws_kms_key.k.arn))": EITHER,
    'contains(["dev"], "prod") ? "kms:*" : "kms:Decrypt"': "kms:Decrypt",
    'contains(["b", aws_kms_key.k.arn], "a")': EITHER,
    'lookup({ a = aws_kms_key.k.arn }, "a", "d")': ARN,
    'lookup({ a = aws_kms_key.k.arn }, "b", "d")': "d",
    'lookup(jsondecode(aws_kms_key.k.arn), "b", "d")': FROM_ARN,
    "lookup({ a = 1 }, aws_kms_key.k.arn, 2)": OneOf((1, 2)),
    'coalesce("x", aws_kms_key.k.arn)': "x",
    'coalesce(aws_kms_key.k.arn, "x")': ARN,
    'coalesce(null, "", aws_kms_key.k.key_id, aws_kms_key.k.arn, "x")': OneOf((ID, ARN)),
    'coalesce("", aws_kms_key.k.arn)': ARN,
    'coalesce(aws_spot_instance_request.absent.arn, "x")': OneOf(
        (Unresolved(("aws_spot_instance_request.absent.arn",), exact=True), "x")
    ),
    'coalesce("a${aws_kms_key.k.arn}", "x")': OneOf((Template(("a", ARN)), "x")),
    'coalescelist([], ["a"])': ["a"],
    'coalescelist(split(",", aws_kms_key.k.arn), ["a"])': OneOf((FROM_ARN, ["a"])),
    'coalescelist([aws_kms_key.k.arn], ["a"])': [ARN],
    'coalescelist([null], ["a"])': [None],
    'coalescelist(compact([aws_kms_key.k.key_id]), ["a"])': OneOf(([Rest(ID)], ["a"])),
    'coalesce([aws_kms_key.k.arn], ["a"])': OneOf(([ARN], ["a"])),
    'try(aws_kms_key.k.arn, "x")': ARN,
    "try({ a = 1 }.b, aws_kms_key.k.arn)": ARN,
    'try([aws_kms_key.k.arn][3], "x")': "x",
    'try(aws_kms_key.k.later, "x")': OneOf((Unresolved(("aws_kms_key.k.later",), exact=True), "x")),
    "can(aws_kms_key.k.arn)": EITHER,
    'element(["a", aws_kms_key.k.arn], 1)': ARN,
    'element(["a", aws_kms_key.k.arn], 2)': OneOf(("a", ARN)),
    'element(["a", aws_kms_key.k.arn], -1)': OneOf(("a", ARN)),
    'element(["a", aws_kms_key.k.arn], length(aws_kms_key.k.arn))': OneOf(("a", ARN)),
    'element(compact(["a", aws_kms_key.k.key_id]), 1)': OneOf(("a", ID)),
    'element(split(",", aws_kms_key.k.arn), 0)': FROM_ARN,
    "values({ b = 1, a = aws_kms_key.k.arn })": [ARN, 1],
    "keys({ b = 1, a = aws_kms_key.k.arn })": ["a", "b"],
    'zipmap(["a"], [aws_kms_key.k.arn])': {"a": ARN},
    'zipmap([aws_kms_key.k.arn], ["a"])': FROM_ARN,
    'slice(["a", aws_kms_key.k.arn], 0, 1)': ["a"],
    'slice(["a", aws_kms_key.k.arn], 0, local.unheard)': [Rest("a"), Rest(ARN)],
    'reverse(["a", aws_kms_key.k.arn])': [ARN, "a"],
    'reverse(split(",", aws_kms_key.k.arn))': FROM_ARN,
    'chunklist(["a", "b", aws_kms_key.k.arn], 2)': [["a", "b"], [ARN]],
    'chunklist(split(",", aws_kms_key.k.arn), 2)': FROM_ARN,
    'chunklist(["a"], length(aws_kms_key.k.arn))': FROM_ARN,
    f'yamldecode("a: ${{{K}}}")': {"a": ARN},
    f"yamldecode(\"a: '${{{K}}}/*'\\nb: [c, ${{{K}}}]\")": {"a": Template((ARN, "/*")), "b": ["c", ARN]},
    f'yamldecode("${{{K}}}: a")': FROM_ARN,
    f'yamldecode("a: ${{{K}}} b")': {"a": Unresolved()},
    f'yamldecode("gateHole: ${{{K}}}")': FROM_ARN,
    'yamldecode("a: ${aws_kms_key.k.key_id}")': FROM_ID,
    f"yamldecode({K})": FROM_ARN,
    f'yamldecode("a: [${{{K}}}")': FROM_ARN,
    'csvdecode("a,b\\nc,d")[0].b': "d",
    'csvdecode("a\\n${aws_kms_key.k.arn}")': FROM_ARN,
    'csvdecode("a\\né")': Unresolved(),
    'csvdecode("")': Unresolved(),
    "basename(aws_kms_key.k.arn)": FROM_ARN,
    'basename("a/")': Unresolved(),
    "one([aws_kms_key.k.arn])": ARN,
    'setunion(["b"], [aws_kms_key.k.arn])': [Rest("b"), Rest(ARN)],
    'join(",", ["a", aws_kms_key.k.arn])': Template(("a,", ARN)),
    'join(",", split("-", aws_kms_key.k.arn))': FROM_ARN,
    'format("%s/*", aws_kms_key.k.arn)': Template((ARN, "/*")),
    'format("%s:%s", "kms", aws_kms_key.k.arn)': Template(("kms:", ARN)),
    'format("%05d", aws_kms_key.k.arn)': FROM_ARN,
    'format(aws_kms_key.k.arn, "x")': FROM_ARN,
    'formatlist("%s/*", ["a", aws_kms_key.k.arn])': ["a/*", Template((ARN, "/*"))],
    'formatlist("%s:%s", "kms", ["a", "b"])': ["kms:a", "kms:b"],
    'formatlist("%s/*", aws_kms_key.k.arn)': FROM_ARN,
    'formatlist("%s/%s", split(",", aws_kms_key.k.arn), ["a"])': FROM_ARN,
    'formatlist("%s%s", ["a"], ["b", "c"])': Unresolved(),
    'split(",", "a,b")': ["a", "b"],
    'split("", "ab")': Unresolved(),
    'length(["a", aws_kms_key.k.arn]) > 0': True,
    "length([]) == 0": True,
    "0 != length({})": False,
    'length("") < 1': True,
    "1 <= length({ a = aws_kms_key.k.arn })": True,
    "length(compact([aws_kms_key.k.arn])) > 0": EITHER,
    'length(concat(["a"], split(",", aws_kms_key.k.arn))) > 0': True,
    'length(split(",", aws_kms_key.k.arn)) > 0': EITHER,
    'length(["a"]) > 1': EITHER,
    'length(["a"]) == 1': EITHER,
    'startswith("x${aws_kms_key.k.arn}", "y")': EITHER,
    'startswith("xyz${aws_kms_key.k.arn}", "xy")': EITHER,
    'startswith(aws_kms_key.k.arn, "xy")': EITHER,
    "tostring(aws_kms_key.k.arn)": ARN,
    "sensitive(aws_kms_key.k.arn)": ARN,
    "tolist([aws_kms_key.k.arn])": [ARN],
    # functions that need to know
    'replace(aws_kms_key.k.arn, "a", "b")': FROM_ARN,
    'replace(jsonencode({ a = aws_kms_key.k.arn }), "a", "b")': FROM_ARN,
    "lower(aws_kms_key.k.arn)": FROM_ARN,
    'upper("a${aws_kms_key.k.arn}")': FROM_ARN,
    f'join("-", ["x", {COND} ? "a" : "b"])': OneOf(("x-a", "x-b")),
    'setsubtract(["a", "b"], [aws_kms_key.k.arn])': [Rest("a"), Rest("b")],
    'sort(["b", aws_kms_key.k.arn])': [Rest("b"), Rest(ARN)],
    # what is not computed
    "provider::aws::arn_parse(aws_kms_key.k.arn)": FROM_ARN,
    "timestamp()": Unresolved(("timestamp()",)),
    'cidrsubnet("10.0.0.0/8", 8, 1)': Unresolved(),
    'regex("\\\\p{Greek}", "x")': Unresolved(),
    "1 / 3": Unresolved(),
}


@pytest.mark.parametrize("expression", [pytest.param(text, id=text) for text in EXPRESSIONS])
def test_value_of_an_expression(evaluated: Callable[..., Any], expression: str) -> None:
    """Each expression has exactly the value in the table, with the references that keep it open."""
    assert evaluated(expression) == EXPRESSIONS[expression]


def test_too_many_ways_are_unknown(evaluated: Callable[..., Any]) -> None:
    """Six conditionals in one text are 64 texts: too many to list."""
    part = '${aws_kms_key.k.key_id == "%d" ? "a" : "b"}'
    assert evaluated('"' + "".join(part % at for at in range(6)) + '"') == Unresolved()


def test_value_of_a_variable_decides_a_conditional(evaluated: Callable[..., Any]) -> None:
    """A condition on a variable that the plan tells is not open."""
    plan = made_plan([KEY], variables={"wide": "true"})
    text = 'variable "wide" {\n  type = bool\n}'
    assert evaluated('var.wide ? "kms:*" : "kms:Decrypt"', text, plan) == "kms:*"


def test_resources_with_count_and_for_each(evaluated: Callable[..., Any]) -> None:
    """Instances come as a list or a map, known ones as they are, in the order that Terraform gives them."""
    unknown = {"arn": True}
    plan = made_plan(
        [
            *(created("aws_iam_role", "n", {"name": f"n{at}"}, unknown, index=at) for at in (1, 0)),
            *(created("aws_iam_role", "m", {"name": key}, unknown, index=key) for key in ("b", "a")),
        ]
    )
    extra = 'resource "aws_iam_role" "none" {\n  count = 0\n}\nresource "aws_iam_role" "empty" {\n  for_each = {}\n}'
    assert evaluated("aws_iam_role.n[*].name", extra, plan) == ["n0", "n1"]
    assert evaluated("aws_iam_role.n[1].arn", extra, plan) == Unresolved(("aws_iam_role.n[1].arn",), exact=True)
    assert evaluated("[for key, role in aws_iam_role.m : role.name]", extra, plan) == ["a", "b"]
    assert evaluated('aws_iam_role.m["a"].arn', extra, plan) == Unresolved(('aws_iam_role.m["a"].arn',), exact=True)
    assert evaluated("aws_iam_role.none[*].arn", extra, plan) == []
    assert evaluated("values(aws_iam_role.empty)[*].arn", extra, plan) == []
    assert evaluated("aws_iam_role.n[count.index].name", extra, plan) == OneOf(("n0", "n1"))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("aws_x.s.open[0]", OneOf(("kms:List*", Unresolved(("aws_x.s.open[1]",), exact=True)))),
        ("[for one in aws_x.s.open : one][0]", OneOf(("kms:List*", Unresolved(("aws_x.s.open[1]",), exact=True)))),
        ('join(",", aws_x.s.open)', Unresolved(("aws_x.s.open[1]",))),
        ("aws_x.s.blocks[0].a", OneOf(("x", "y"))),
        ("aws_x.s.known[0]", "kms:List*"),
        ("aws_x.s.one[0].a", "x"),
    ],
)
def test_what_is_unknown_in_a_list_of_a_plan_may_stand_anywhere(
    evaluated: Callable[..., Any], expression: str, value: Any
) -> None:
    """The list may be a set, whose order comes with the values: Terraform 1.11.4 applies `kms:*` as the first."""
    known = {
        "open": ["kms:List*", None],
        "known": ["kms:List*", "kms:Get*"],
        "blocks": [{"a": "x"}, {"a": "y"}],
        "one": [{"a": "x"}],
    }
    unknown = {"open": [False, True], "blocks": [{"b": True}, {}], "one": [{"b": True}]}
    assert evaluated(expression, "", made_plan([created("aws_x", "s", known, unknown)])) == value


def test_data_sources_come_from_the_prior_state(evaluated: Callable[..., Any]) -> None:
    """A data source that was read while planning is known; one whose read is deferred is the reference itself."""
    read = {"address": "data.aws_region.r", "mode": "data", "type": "aws_region", "name": "r", "values": {"name": "x"}}
    deferred = {
        **created("aws_iam_policy_document", "d", {"statement": []}, {"json": True}, mode="data"),
        "address": "data.aws_iam_policy_document.d",
    }
    plan = made_plan([deferred], data=[read])
    assert evaluated("data.aws_region.r.name", "", plan) == "x"
    document = Unresolved(("data.aws_iam_policy_document.d.json",), exact=True)
    assert evaluated("data.aws_iam_policy_document.d.json", "", plan) == document


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("string", 5, "5"),
        ("number", 5, 5),
        ("number", "5", Unresolved()),
        ("bool", "true", True),
        ("set(string)", ["b", "a", "b"], ["a", "b"]),
        ("list(string)", [1, "a"], ["1", "a"]),
        ("map(string)", {"a": True}, {"a": "true"}),
        ("tuple([string, number])", [1, "2"], Unresolved()),
        (
            "object({ a = string, b = optional(number, 7), c = optional(string) })",
            {"a": 1, "x": 2},
            {"a": "1", "b": 7, "c": None},
        ),
        ("list(object({ a = optional(list(string), []) }))", [{}], [{"a": []}]),
        ("any", {"a": [1, "b"]}, {"a": [1, "b"]}),
        ("list(any)", [1, "b"], [OneOf((1, "1")), "b"]),
        ("list", [1, "b"], [OneOf((1, "1")), "b"]),  # Terraform 1.11.4 reads it as list(any)
        ('"list"', ["a", "b"], ["a", "b"]),
        ("map", {"a": "x"}, {"a": "x"}),
        ('"map"', {"a": 1, "b": "x"}, {"a": OneOf((1, "1")), "b": "x"}),
        ('"string"', 5, "5"),
        ("set", ["a"], Unresolved()),  # Terraform refuses it
        ("something(string)", [1], Unresolved()),
        ("map(string)", ["a"], Unresolved()),
    ],
)
def test_variables_have_their_type(evaluated: Callable[..., Any], kind: str, given: Any, value: Any) -> None:
    """The plan tells what was given; the variable is that, converted to its type."""
    plan = made_plan([KEY], variables={"v": given})
    assert evaluated("var.v", f'variable "v" {{\n  type = {kind}\n}}', plan) == value


def test_variable_that_the_plan_does_not_tell(evaluated: Callable[..., Any]) -> None:
    """A plan tells every variable of the root module, defaults too: one that was taken out of it has no known value."""
    assert evaluated("var.v", 'variable "v" {\n  default = "x"\n}') == Unresolved(("var.v",), exact=True)
    assert evaluated("var.v", 'variable "v" {}') == Unresolved(("var.v",), exact=True)
