"""The configuration of a world as Terraform reads it: the files of the root module and of its module `m`.

Blocks as the provider's documentation has them (https://registry.terraform.io/providers/hashicorp/aws/latest/docs);
`moved` and `removed` as https://developer.hashicorp.com/terraform/language/block/moved and .../removed.
"""

import json
from typing import Any

from scripts.proof.accounts.planned import Step
from scripts.proof.accounts.resources import Ref, Resource, World, references
from scripts.proof.accounts.written import TRUST

_BLOCKS = {
    "inline_policy": ("aws_iam_role",),
    "permissions_boundary": ("aws_ssoadmin_permissions_boundary_attachment",),
    "customer_managed_policy_reference": ("aws_ssoadmin_customer_managed_policy_attachment",),
}


def files(world: World, step: Step | None = None) -> dict[str, str]:
    """The text of each file by its path; with a step, what it moves and forgets as well."""
    texts: dict[str, list[str]] = {"": []}
    arguments: dict[str, dict[str, str]] = {}
    for one in world.values():
        texts.setdefault(one.module, []).append(_resource(one, arguments.setdefault(one.module, {})))
    for name in [name for name in texts if name]:
        given = arguments[name]
        passed = [f"  {variable} = {value}" for variable, value in given.items()]
        texts[""].append("\n".join([f'module "{name}" {{', f'  source = "./{name}"', *passed, "}"]))
        texts[name] += [f'variable "{variable}" {{}}' for variable in given]
    if step is not None:
        texts[""] += [
            f"moved {{\n  from = {old}\n  to   = {new}\n}}" for new, old in sorted(step.moved.items()) if new != old
        ]
        forgotten = sorted({address.partition("[")[0] for address in step.forgotten})
        texts[""] += [
            f"removed {{\n  from = {address}\n  lifecycle {{\n    destroy = false\n  }}\n}}" for address in forgotten
        ]
    return {f"{name}/main.tf" if name else "main.tf": "\n\n".join(blocks) + "\n" for name, blocks in texts.items()}


def _resource(one: Resource, arguments: dict[str, str]) -> str:
    lines = [f'resource "{one.type}" "{one.name}" {{']
    if one.key is not None:
        lines.append("  count = 1" if isinstance(one.key, int) else f"  for_each = toset([{json.dumps(one.key)}])")
    if one.type == "aws_iam_role":
        lines.append(f"  assume_role_policy = {json.dumps(TRUST)}")
    for name, value in one.values.items():
        if value is None:
            continue
        if one.type in _BLOCKS.get(name, ()):
            for entry in value:
                inner = [f"    {key} = {json.dumps(given)}" for key, given in entry.items() if given != []]
                lines += [f"  {name} {{", *inner, "  }"]
        else:
            lines.append(f"  {name} = {_value(one, name, value, arguments)}")
    if one.create_first:
        lines.append("  lifecycle {\n    create_before_destroy = true\n  }")
    return "\n".join([*lines, "}"])


def _value(one: Resource, name: str, value: Any, arguments: dict[str, str]) -> str:
    """An expression: a reference to the root from within the module goes through a variable."""
    outside = [ref for ref in references(value) if one.module and not ref.address.startswith("module.")]
    if not outside:
        return _expression(value)
    variable = f"{one.type}_{one.name}_{name}"
    arguments[variable] = _expression(value)
    return f"var.{variable}"


def _expression(value: Any) -> str:
    if isinstance(value, Ref):
        return f"{value.address.removeprefix('module.m.')}.{value.attribute}"
    if isinstance(value, list):
        return f"[{', '.join(map(_expression, value))}]"
    return json.dumps(value)
