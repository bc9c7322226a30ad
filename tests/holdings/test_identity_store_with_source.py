"""Groups of the identity store that a plan makes with `for_each`: which of them it is, the source tells."""

from pathlib import Path
from typing import Any

from gate.check import Options, check
from gate.plan.model import read
from tests.helpers.plans import plan
from tests.holdings.test_identity_store import GIVEN, direct, made
from tests.holdings.test_sessions import BLOCKS, FULL, NOTHING, READ, assigned, set_of

TEAMS = """
locals { teams = { admins = ["u"], readers = ["v"] } }
resource "aws_identitystore_group" "this" {
  for_each     = local.teams
  display_name = each.key
}
resource "aws_identitystore_group_membership" "this" {
  for_each  = merge([for team, users in local.teams : { for one in users : "${team}-${one}" => [team, one] }]...)
  group_id  = aws_identitystore_group.this[each.value[0]].group_id
  member_id = each.value[1]
}
module "given" {
  source   = "./given"
  for_each = local.teams
  group    = aws_identitystore_group.this[each.key].group_id
  set      = each.key == "admins" ? "a" : "b"
}
"""
GIVEN_TO = """
variable "group" {}
variable "set" {}
resource "aws_ssoadmin_account_assignment" "this" {
  principal_id       = var.group
  permission_set_arn = var.set
}
"""


def block(kind: str, each: list[str] | None = None, **refers: list[str]) -> dict[str, Any]:
    """A block of the configuration, named `this`."""
    said = {name: {"references": names} for name, names in refers.items()}
    more = {} if each is None else {"for_each_expression": {"references": each}}
    return {"address": f"{kind}.this", "mode": "managed", "type": kind, "name": "this", "expressions": said, **more}


def teams(*had: dict[str, Any]) -> bytes:
    """The plan of TEAMS, where somebody had assignments that go."""
    groups, joined, given = "aws_identitystore_group", "aws_identitystore_group_membership", GIVEN.partition(".")[0]
    changes = [set_of("a", FULL), set_of("b", READ), *had]
    for team, user, name in (("admins", "u", "a"), ("readers", "v", "b")):
        values = {key: value for key, value in assigned(name, "g").items() if key != "principal_id"}
        at = f'module.given["{team}"]'
        changes += [
            made(f'{groups}.this["{team}"]', {"display_name": team}, "group_id") | {"index": team},
            made(f'{joined}.this["{team}-{user}"]', {"member_id": user}, "group_id") | {"index": f"{team}-{user}"},
            made(f"{at}.{given}.this", values, "principal_id") | {"module_address": at, "type": given, "name": "this"},
        ]
    this = f"{groups}.this"
    inner = {"resources": [block(given, principal_id=["var.group"], permission_set_arn=["var.set"])]}
    call = {
        "source": "./given",
        "module": inner | {"variables": {"group": {}, "set": {}}},
        "for_each_expression": {"references": ["local.teams"]},
        "expressions": {"group": {"references": [this, "each.key"]}, "set": {"references": ["each.key"]}},
    }
    outer = [
        block(groups, ["local.teams"], display_name=["each.key"]),
        block(joined, ["local.teams"], group_id=[this, "each.value[0]", "each.value"], member_id=["each.value"]),
    ]
    return plan(*changes, configuration={"root_module": {"resources": outer, "module_calls": {"given": call}}})


def test_the_source_tells_which_group_of_several_it_is(tmp_path: Path) -> None:
    """By keys, over modules: nobody else is in it, and it is assigned no other set."""
    for name, text in (("main.tf", TEAMS), ("given/main.tf", GIVEN_TO)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    def rules(raw: bytes) -> set[str]:
        found = check(read(raw, "plan.json"), Options(source=(str(tmp_path),))).findings
        return {one.rule for one in found if one.blocks}

    assert rules(teams(direct())) == NOTHING
    assert rules(teams(direct("b"))) == BLOCKS
    assert rules(teams(direct(who="v"))) == BLOCKS
    assert rules(teams(direct(account="444455556666"))) == BLOCKS
