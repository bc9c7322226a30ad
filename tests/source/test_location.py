"""Where things stand in a source tree: the line, the module calls that lead to it, and the lines that show it."""

from collections.abc import Callable
from typing import Any

import pytest

from gate.report import Location
from gate.source import Instance, Sought, Source
from tests.helpers.source_trees import KEY, POLICY, made_plan

Tree = Callable[..., Source]
FULL = {"Action": frozenset({"kms:*"}), "Resource": frozenset({"*"})}


def found(source: Source, resource: Instance = POLICY, **sought: Any) -> Location:
    place = source.location(resource, Sought(**({"texts": FULL} | sought)))
    assert place is not None
    return place


def way(place: Location) -> str:
    """The calls and the line, as people read them."""
    steps = [f"{call.file}:{call.line} {call.address}" for call in place.calls]
    return " -> ".join([*steps, f"{place.file}:{place.line}"])


def shown(place: Location) -> list[str]:
    """The excerpt, with `>` before the lines that are marked."""
    return [f"{'>' if line.marked else ' '}{line.number} {line.text.strip()}" for line in place.excerpt]


STATEMENTS = """resource "aws_iam_policy" "p" {
  name = "x"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow" },
      {
        Effect = "Allow"
      },
      local.statement,
    ]
  })
}
locals {
  statement = {
    Effect = "Deny"
  }
}
"""


def test_the_line_of_a_statement(tree: Tree) -> None:
    """Through a local too; without one that of the attribute, else of the block."""
    source = tree({"main.tf": STATEMENTS})
    lines = [way(found(source, statement=at)) for at in range(4)]
    assert lines == ["main.tf:6", "main.tf:7", "main.tf:1 aws_iam_policy.p -> main.tf:15", "main.tf:3"]
    assert way(found(source)) == "main.tf:3"
    assert way(found(source, attribute="path")) == "main.tf:1"
    assert source.location(Instance("managed", "aws_iam_policy", "q"), Sought()) is None


def test_a_block_that_is_there_twice_has_no_location(tree: Tree) -> None:
    """Terraform refuses such a folder, so neither block is the one that the plan was made from."""
    source = tree({"after.tf": STATEMENTS, "before.tf": STATEMENTS})
    assert source.location(POLICY, Sought(statement=0)) is None


def test_nested_blocks(tree: Tree) -> None:
    """A statement block by its index; an inline policy by its name, a dynamic one where the name is not written."""
    document = 'data "aws_iam_policy_document" "d" {\n  statement {}\n  statement {\n  }\n}\n'
    role = (
        'resource "aws_iam_role" "r" {\n  inline_policy {\n    name = "a"\n    policy = "x"\n  }\n'
        '  inline_policy {\n    name = "b"\n    policy = "y"\n  }\n}\n'
    )
    source = tree({"main.tf": document, "role.tf": role})
    data = Instance("data", "aws_iam_policy_document", "d")
    assert way(found(source, data, statement=1)) == "main.tf:3"
    inline = found(source, Instance("managed", "aws_iam_role", "r"), attribute='inline_policy["b"].policy')
    assert way(inline) == "role.tf:8"


LISTED = """resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "s3:*",
          "kms:*",
        ]
        Resource = "*"
      },
    ]
  })
}
"""


def test_the_lines_that_grant_are_marked(tree: Tree) -> None:
    """Of a list the elements that matter, else the whole element of the statement; the case of letters is IAM's."""
    place = found(tree({"main.tf": LISTED.replace("kms:*", "KMS:*")}), statement=0)
    assert shown(place) == [
        " 4 {",
        ' 5 Effect = "Allow"',
        " 6 Action = [",
        ' 7 "s3:*",',
        '>8 "KMS:*",',
        " 9 ]",
        '>10 Resource = "*"',
        " 11 },",
    ]


def test_a_long_statement_is_cut_in_the_middle(tree: Tree) -> None:
    """A dozen lines: the first, what is marked with its neighbours, the last."""
    text = LISTED.replace('          "s3:*",\n', "".join(f'          "s3:Get{n}",\n' for n in range(50)))
    place = found(tree({"main.tf": text}), statement=0)
    assert len(place.excerpt) == 12
    assert [line.number for line in place.excerpt] == [4, *range(50, 61)]
    assert [line.number for line in place.excerpt if line.marked] == [57, 59]


def test_the_statement_of_a_policy_document(tree: Tree) -> None:
    """Its `statement` block is the place, and the block that uses the document the end of the way."""
    text = (
        'resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.d.json\n}\n'
        'data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["s3:*"]\n    resources = ["*"]\n  }\n'
        '  statement {\n    sid = "Keys"\n    actions = [\n      "kms:*",\n    ]\n    resources = ["*"]\n  }\n}\n'
    )
    place = found(tree({"main.tf": text}), statement=1)
    assert way(place) == "main.tf:1 aws_iam_policy.p -> main.tf:9"
    assert shown(place)[0] == " 9 statement {"
    assert [line.number for line in place.excerpt if line.marked] == [12, 14]


def test_a_policy_document_with_others_in_it(tree: Tree) -> None:
    """Positions are those of all statements together then: the Sid tells, and without it the whole block is shown."""
    text = (
        'resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.d.json\n}\n'
        'data "aws_iam_policy_document" "d" {\n  source_policy_documents = [local.x]\n  statement {\n    sid = "Keys"\n'
        '    actions = ["kms:*"]\n  }\n}\n'
    )
    source = tree({"main.tf": text})
    assert found(source, statement=3, sid="Keys").line == 6
    whole = found(source, statement=0)
    assert (whole.line, [line.number for line in whole.excerpt if line.marked]) == (4, [8])
    override = tree({"main.tf": text.replace("source_policy", "override_policy")})
    assert found(override, statement=3, sid="Keys").line == 6


def test_a_statement_of_another_document(tree: Tree) -> None:
    """With its Sid in the document that it comes from: one that overrides, then the block's own, then a source."""

    def document(name: str, arguments: str = "", sid: str = "") -> str:
        block = f'  statement {{\n    sid = "{sid}"\n    actions = ["kms:*"]\n  }}\n' if sid else ""
        return f'data "aws_iam_policy_document" "{name}" {{\n{arguments}{block}}}\n'

    def refers(kind: str, *names: str) -> str:
        listed = ", ".join(f"data.aws_iam_policy_document.{name}.json" for name in names)
        return f"  {kind}_policy_documents = [{listed}]\n"

    policy = 'resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.all.json\n}\n'
    files = {"a.tf": document("a", sid="A"), "b.tf": document("b", sid="B")}
    both = document("all", refers("source", "a", "b"), "Own")
    places = {
        sid: found(tree(files | {"main.tf": policy + both}), statement=9, sid=sid) for sid in ("A", "B", "Own", "C")
    }
    assert {sid: (place.file, place.line) for sid, place in places.items()} == {
        "A": ("a.tf", 2), "B": ("b.tf", 2), "Own": ("main.tf", 6), "C": ("main.tf", 4),
    }  # fmt: skip
    over = document("all", refers("override", "a"), "A")
    assert found(tree(files | {"main.tf": policy + over}), statement=0, sid="A").file == "a.tf"
    under = document("all", refers("source", "a"), "A")
    assert found(tree(files | {"main.tf": policy + under}), statement=0, sid="A").file == "main.tf"
    circle = document("all", refers("source", "all"))
    assert found(tree(files | {"main.tf": policy + circle}), statement=0, sid="A").line == 1


def test_a_document_as_text(tree: Tree) -> None:
    """JSON in a heredoc or in a file of its own, interpolations in it or not; what is no JSON is the attribute."""
    json = (
        '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {"Action": "s3:*", "Resource": "${var.x}"},\n'
        '    {\n      "Action": "kms:*",\n      "Resource": "*"\n    }\n  ]\n}\n'
    )
    heredoc = f'resource "aws_iam_policy" "p" {{\n  policy = <<-EOF\n{json}EOF\n}}\n'
    place = found(tree({"main.tf": heredoc}), statement=1)
    assert shown(place) == [" 7 {", '>8 "Action": "kms:*",', '>9 "Resource": "*"', " 10 }"]
    assert found(tree({"main.tf": heredoc}), statement=2).line == 2
    broken = heredoc.replace('"Version"', "${var.x}")
    assert found(tree({"main.tf": broken}), statement=1).line == 2
    file = 'resource "aws_iam_policy" "p" {\n  policy = file("${path.module}/p.json")\n}\n'
    place = found(tree({"main.tf": file, "p.json": json}), statement=1)
    assert way(place) == "main.tf:1 aws_iam_policy.p -> p.json:5"
    assert [line.number for line in place.excerpt if line.marked] == [6, 7]


ATTACHED = Instance("managed", "aws_iam_policy_attachment", "a")


def test_an_element_of_a_list(tree: Tree) -> None:
    """Of a membership the member that is new, through a reference too."""
    text = (
        'resource "aws_iam_policy_attachment" "a" {\n  roles = [\n    "x",\n    aws_iam_role.b.name,\n  ]\n}\n'
        'resource "aws_iam_role" "b" {}\n'
    )
    change = {"actions": ["create"], "before": None, "after": {"name": "b"}, "after_unknown": {}}
    role = {"address": "aws_iam_role.b", "type": "aws_iam_role", "name": "b", "change": change}
    source = tree({"main.tf": text}, made_plan([KEY, role]))
    place = found(source, ATTACHED, attribute="roles", texts={"": frozenset({"b"})})
    assert (place.line, [line.number for line in place.excerpt if line.marked]) == (2, [4])


MODULES = {
    "main.tf": 'module "orders" {\n  source = "./modules/service"\n  actions = ["kms:*"]\n}\n',
    "modules/service/main.tf": (
        'variable "actions" {}\n\nmodule "role" {\n  source = "../role"\n  actions = var.actions\n}\n'
    ),
    "modules/role/main.tf": (
        'variable "actions" {\n  default = [\n    "kms:*",\n  ]\n}\n'
        'resource "aws_iam_policy" "p" {\n  policy = jsonencode({\n'
        '    Statement = [{ Effect = "Allow", Action = ACTIONS, Resource = "*" }]\n  })\n}\n'
    ),
}
DEEP = Instance("managed", "aws_iam_policy", "p", module_address="module.orders.module.role")


def modules(actions: str, **changed: str) -> dict[str, str]:
    files = {name: text.replace("ACTIONS", actions) for name, text in MODULES.items()}
    return files | {
        name.replace("__", "/") + "/main.tf" if name != "root" else "main.tf": text for name, text in changed.items()
    }


def test_the_module_calls(tree: Tree) -> None:
    """From the root module down, each with the line of its `module` block."""
    place = found(tree(modules('["kms:*"]')), DEEP, statement=0)
    assert way(place) == (
        "main.tf:1 module.orders -> modules/service/main.tf:3 module.orders.module.role -> modules/role/main.tf:8"
    )


def test_a_variable_leads_to_the_argument(tree: Tree) -> None:
    """Through every call, up to where the value is written; the block is the end of the way then."""
    place = found(tree(modules("var.actions")), DEEP, statement=0)
    assert way(place) == (
        "main.tf:1 module.orders -> modules/service/main.tf:3 module.orders.module.role"
        " -> modules/role/main.tf:6 module.orders.module.role.aws_iam_policy.p -> main.tf:3"
    )
    assert shown(place) == ['>3 actions = ["kms:*"]']
    in_list = found(tree(modules('concat(["s3:*"], var.actions)')), DEEP, statement=0)
    assert in_list == place


def test_a_variable_leads_to_its_default(tree: Tree) -> None:
    """Where no call gives it; `sensitive` ones show nothing."""
    call = 'module "orders" {\n  source = "./modules/service"\n}\n'
    inner = 'module "role" {\n  source = "../role"\n}\n'
    files = modules("var.actions", root=call, modules__service=inner)
    place = found(tree(files), DEEP, statement=0)
    assert (place.file, place.line) == ("modules/role/main.tf", 2)
    assert shown(place) == [" 2 default = [", '>3 "kms:*",', " 4 ]"]
    text = files["modules/role/main.tf"].replace('"actions" {', '"actions" {\n  sensitive = true')
    hidden = found(tree(files | {"modules/role/main.tf": text}), DEEP, statement=0)
    assert (hidden.line, hidden.excerpt) == (3, ())


def test_a_file_behind_a_sensitive_variable_shows_nothing(tree: Tree) -> None:
    """What a call reads for a variable that is sensitive is sensitive, wherever it stands."""
    call = 'module "m" {\n  source = "./m"\n  policy = file("p.json")\n}\n'
    module = 'variable "policy" {\n}\nresource "aws_iam_policy" "p" {\n  policy = nonsensitive(var.policy)\n}\n'
    text = '{"Statement": [\n  {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}\n]}\n'
    inner = Instance("managed", "aws_iam_policy", "p", module_address="module.m")
    files = {"main.tf": call, "m/main.tf": module, "p.json": text}
    place = found(tree(files), inner, statement=0)
    assert (place.file, place.line, len(place.excerpt)) == ("p.json", 2, 1)
    hidden = module.replace("{\n}", "{\n  sensitive = true\n}")
    place = found(tree(files | {"m/main.tf": hidden}), inner, statement=0)
    assert (place.file, place.line, place.excerpt) == ("p.json", 2, ())


def test_a_variable_of_the_root_module(tree: Tree) -> None:
    """Its default, where the plan was made with that; else its block, since the value is given from outside."""
    text = (
        'variable "actions" {\n  type = set(string)\n  default = ["kms:Sign", "kms:*"]\n}\n'
        'resource "aws_iam_policy" "p" {\n'
        '  policy = jsonencode({ Statement = [{ Action = var.actions, Resource = "*" }] })\n}\n'
    )
    default = made_plan([KEY], {"actions": ["kms:*", "kms:Sign"]})
    assert way(found(tree({"main.tf": text}, default), statement=0)) == "main.tf:5 aws_iam_policy.p -> main.tf:3"
    given = made_plan([KEY], {"actions": ["kms:*"]})
    place = found(tree({"main.tf": text}, given), statement=0)
    assert (place.line, shown(place)) == (1, ['>1 variable "actions" {'])


def test_what_changed_decides_what_is_followed(tree: Tree) -> None:
    """The first element that is sought: an Action that is written here keeps the place here, wherever the Resource
    comes from."""
    text = (
        'locals {\n  all = "*"\n}\nresource "aws_iam_policy" "p" {\n'
        '  policy = jsonencode({ Statement = [{ Action = "kms:*", Resource = local.all }] })\n}\n'
    )
    source = tree({"main.tf": text})
    assert found(source, statement=0).line == 5
    resource_first = dict(reversed(FULL.items()))
    assert found(source, statement=0, texts=resource_first).line == 2


EACH = """locals {
  services = {
    orders = {
      actions = ["kms:*"]
    }
    mails = { actions = ["ses:*"] }
  }
}
resource "aws_iam_policy" "p" {
  for_each = local.services
  policy = jsonencode({ Statement = [{ Action = each.value.actions, Resource = "*" }] })
}
"""


def test_an_element_of_for_each_is_the_place(tree: Tree) -> None:
    """The member of the map that this instance is made of: of the block, of a module call, of a dynamic block."""
    orders = Instance("managed", "aws_iam_policy", "p", index="orders")
    place = found(tree({"main.tf": EACH}), orders, statement=0)
    assert way(place) == 'main.tf:9 aws_iam_policy.p["orders"] -> main.tf:4'
    call = (
        'module "m" {\n  source = "./m"\n  for_each = local.s\n  actions = each.value\n}\n'
        'locals {\n  s = {\n    a = ["x"]\n    b = ["kms:*"]\n  }\n}\n'
    )
    inner = MODULES["modules/role/main.tf"].replace("ACTIONS", "var.actions")
    deep = Instance("managed", "aws_iam_policy", "p", module_address='module.m["b"]')
    place = found(tree({"main.tf": call, "m/main.tf": inner}), deep, statement=0)
    assert way(place) == 'main.tf:1 module.m["b"] -> m/main.tf:6 module.m["b"].aws_iam_policy.p -> main.tf:9'
    dynamic = (
        'data "aws_iam_policy_document" "d" {\n  dynamic "statement" {\n    for_each = [\n      ["s3:*"],\n'
        '      ["kms:*"],\n    ]\n    iterator = one\n    content {\n      actions = one.value\n    }\n  }\n}\n'
    )
    data = Instance("data", "aws_iam_policy_document", "d")
    assert found(tree({"main.tf": dynamic}), data, statement=1).line == 5


def test_a_for_leads_to_the_element(tree: Tree) -> None:
    """Of a map that a `for` makes to the element that it is made of, by its key and by its conditions."""
    text = (
        'resource "aws_iam_policy" "p" {\n  for_each = FOR\n'
        '  policy = jsonencode({ Statement = [{ Action = each.value.actions, Resource = "*" }] })\n}\n'
        'locals {\n  listed = [\n    { name = "a", actions = ["x"] },\n    { name = "b", actions = ["kms:*"] },\n  ]\n'
        '  mapped = {\n    a = { actions = ["x"] }\n    b = { actions = ["kms:*"] }\n  }\n}\n'
    )
    b = Instance("managed", "aws_iam_policy", "p", index="b")
    for collection, line in (
        ("{ for one in local.listed : one.name => one }", 8),
        ("{ for at, one in local.listed : one.name => one if at == 1 }", 8),
        ('{ for one in local.listed : one.name => { actions = one.actions } if one.name != "a" }', 8),
        ("{ for key, one in local.mapped : key => one }", 12),
        ("merge({}, { for key, one in local.mapped : key => one })", 12),
        ("{ for key, one in local.mapped : upper(key) => one }", 3),
    ):
        assert found(tree({"main.tf": text.replace("FOR", collection)}), b, statement=0).line == line, collection
    statements = text.replace("each.value.actions", "one.actions").replace("[{", "[for one in local.listed : {")
    whole = tree({"main.tf": statements.replace("}] })", '} if one.name == "b"] })').replace("  for_each = FOR\n", "")})
    assert found(whole, statement=0).line == 2


def test_a_fallback_is_the_place_where_it_is_taken(tree: Tree) -> None:
    """`try` and `lookup` give their fallback where the element does not set the attribute."""
    text = (
        'resource "aws_iam_policy" "p" {\n  for_each = local.services\n'
        '  policy = jsonencode({ Statement = [{ Action = WAY, Resource = "*" }] })\n}\n'
        'locals {\n  services = {\n    a = { actions = ["kms:*"] }\n    b = {}\n  }\n  usual = ["kms:*"]\n}\n'
    )
    for call in ("try(each.value.actions, local.usual)", 'lookup(each.value, "actions", local.usual)'):
        source = tree({"main.tf": text.replace("WAY", call)})
        lines = [found(source, Instance("managed", "aws_iam_policy", "p", index=key), statement=0).line for key in "ab"]
        assert lines == [7, 10], call


def test_an_element_of_a_list_by_its_position(tree: Tree) -> None:
    """`count.index` leads to the element, also in a list that a `for` makes of some of the elements."""
    text = (
        'resource "aws_iam_policy" "p" {\n  count = 2\n'
        '  policy = jsonencode({ Statement = [{ Action = LIST[count.index], Resource = "*" }] })\n}\n'
        'locals {\n  listed = [\n    ["s3:*"],\n    ["x"],\n    ["kms:*"],\n  ]\n}\n'
    )
    second = Instance("managed", "aws_iam_policy", "p", index=1)
    assert found(tree({"main.tf": text.replace("LIST", "local.listed")}), second, statement=0).line == 8
    some = '[for one in local.listed : one if one[0] != "x"]'
    assert found(tree({"main.tf": text.replace("LIST", some)}), second, statement=0).line == 9
    chosen = "local.by_stage[local.stage]"
    stages = (
        'locals {\n  stage = "prod"\n  by_stage = {\n    test = [["x"], ["x"]]\n    prod = [["x"], ["kms:*"]]\n  }\n}\n'
    )
    assert found(tree({"main.tf": text.replace("LIST", chosen) + stages}), second, statement=0).line == 16


def test_a_file_of_values_leads_to_its_line(tree: Tree) -> None:
    """Where one `.tfvars` file alone gives what was planned; its text is never shown."""
    files = {
        "main.tf": (
            'variable "actions" {}\nresource "aws_iam_policy" "p" {\n'
            '  policy = jsonencode({ Statement = [{ Action = var.actions, Resource = "*" }] })\n}\n'
        ),
        "dev.tfvars": '# development\nactions = ["kms:Sign"]\n',
        "prod.tfvars": 'other = 1\n\nactions = ["kms:*"]\n',
    }
    full = made_plan([KEY], {"actions": ["kms:*"]})
    place = found(tree(files, full), statement=0)
    assert way(place) == "main.tf:2 aws_iam_policy.p -> prod.tfvars:3"
    assert place.excerpt == ()
    assert found(tree(files, made_plan([KEY], {"actions": ["kms:List*"]})), statement=0).file == "main.tf"
    twice = tree(files | {"more.auto.tfvars": 'actions = ["kms:*"]\n'}, full)
    assert (found(twice, statement=0).file, found(twice, statement=0).line) == ("main.tf", 1)
    for broken in ("actions = [", "\x00", "x {}\n", "<<EOF\n"):
        assert found(tree({"main.tf": files["main.tf"], "prod.tfvars": broken}, full), statement=0).line == 1
    assert twice.problems == ()


def test_an_output_leads_to_the_document(tree: Tree) -> None:
    """A document that a module makes is in the module; an ARN that it gives is not looked for there."""
    files = {
        "main.tf": (
            'module "d" {\n  source = "./d"\n}\nresource "aws_iam_policy" "p" {\n  policy = module.d.json\n}\n'
            'resource "aws_iam_policy_attachment" "a" {\n  policy_arn = module.d.arn\n}\n'
        ),
        "d/main.tf": (
            'output "json" {\n  value = jsonencode(local.d)\n}\n'
            'output "arn" {\n  value = "arn:aws:iam::aws:policy/X"\n}\n'
            'locals {\n  d = {\n    Statement = [{ Action = "kms:*" }]\n  }\n}\n'
        ),
    }
    source = tree(files)
    assert way(found(source, statement=0)) == "main.tf:4 aws_iam_policy.p -> d/main.tf:9"
    assert way(found(source, ATTACHED, attribute="policy_arn", texts={})) == "main.tf:8"


def test_statements_that_are_joined(tree: Tree) -> None:
    """`concat` by the number of statements before, one made in a loop by its text; an open number by nothing."""
    text = (
        'resource "aws_iam_policy" "p" {\n  policy = jsonencode({\n    Statement = concat(\n'
        '      [{ Action = "s3:*" }],\n      local.more,\n      LAST,\n    )\n  })\n}\n'
        'locals {\n  more = [\n    { Action = "x" },\n    { Action = "kms:*" },\n  ]\n}\n'
    )
    loop = '[for one in ["kms:*"] : {\n        Action = one\n      }]'
    source = tree({"main.tf": text.replace("LAST", loop)})
    assert [found(source, statement=at).line for at in range(4)] == [4, 14, 15, 6]
    assert found(source, statement=4).line == 2
    unknown = tree({"main.tf": text.replace("local.more,", "aws_kms_key.k.arn,").replace("LAST", loop)})
    assert [found(unknown, statement=at).line for at in range(2)] == [4, 2]


def test_the_branch_that_is_taken(tree: Tree) -> None:
    """Of a condition that is known; where it is not, the condition is the place."""
    text = (
        'resource "aws_iam_policy" "p" {\n'
        "  policy = jsonencode({ Statement = [{ Action = WHICH ? local.a : local.b }] })\n}\n"
        'locals {\n  a = ["kms:*"]\n  b = ["kms:*"]\n}\n'
    )
    ways = {"true": 5, "false": 6, 'aws_kms_key.k.arn == "x"': 2}
    assert {way: found(tree({"main.tf": text.replace("WHICH", way)}), statement=0).line for way in ways} == ways


def test_one_of_several_data_sources(tree: Tree) -> None:
    """With its own `each`; a part of its text that is no document is the attribute's."""
    text = (
        'resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.d["b"].json\n}\n'
        'data "aws_iam_policy_document" "d" {\n  for_each = local.all\n'
        "  statement {\n    actions = each.value\n  }\n}\n"
        'locals {\n  all = {\n    a = ["x"]\n    b = ["kms:*"]\n  }\n}\n'
    )
    assert found(tree({"main.tf": text}), statement=0).line == 13
    assert found(tree({"main.tf": text.replace('["b"].json', ".id")}), statement=0).line == 2


def test_without_budget_there_is_a_place(tree: Tree) -> None:
    """Values are unknown then, and what is written out is found all the same."""
    source = tree({"main.tf": EACH})
    orders = Instance("managed", "aws_iam_policy", "p", index="orders")
    assert found(source, orders, statement=0).line == 4
    assert source._locator is not None
    source._locator.follower.values.work.left = 0
    place = found(source, orders, statement=0)
    assert (place.line, [line.number for line in place.excerpt if line.marked]) == (11, [11])


def test_words_mark_what_nothing_else_does(tree: Tree) -> None:
    """As words of their own; without any of them the first line is marked."""
    source = tree({"main.tf": LISTED.replace('"s3:*"', '"kms:*Key"')})
    place = found(source, texts={"": frozenset({""})}, words=frozenset({"kms:*", "kms:?"}))
    assert (place.line, [line.number for line in place.excerpt if line.marked]) == (2, [8])
    assert [line.number for line in found(source, texts={}).excerpt if line.marked] == [2]


def test_references_in_a_circle(tree: Tree) -> None:
    """Terraform refuses them; a place is told nevertheless, and in no time however they are joined."""
    circle = "locals {\n  a = merge(local.b, local.b)\n  b = merge(local.a, local.a)\n  c = local.c\n}\n"
    text = 'resource "aws_iam_policy" "p" {\n  policy = jsonencode(local.a)\n  path = local.c\n}\n'
    source = tree({"main.tf": text + circle})
    assert found(source, statement=0).line in (1, 2)
    assert found(source, attribute="path", texts={}).line in (3, 8)
    assert source.problems == ()


def test_looking_for_a_place_tells_no_problem(tree: Tree) -> None:
    """What is only evaluated to find a line is no reason to doubt the source."""
    text = 'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [{ Action = [timestamp()] }] })\n}\n'
    source = tree({"main.tf": text})
    assert found(source, statement=0).line == 2
    assert source.problems == ()


@pytest.mark.parametrize(
    "text", ["", "}", '{"Statement":', '{"Statement": [tru', '{"Statement": {', "${x}", "{{{"], ids=repr
)
def test_text_that_is_no_document(tree: Tree, text: str) -> None:
    """Whatever stands there, there is a place: the attribute."""
    source = tree({"main.tf": f'resource "aws_iam_policy" "p" {{\n  policy = <<EOF\n{text}\nEOF\n}}\n'})
    assert found(source, statement=0).line == 2
