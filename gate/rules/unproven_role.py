"""A new role is not proven free of inline policies.

Finds: created roles whose `inline_policy` is known only after apply although no such block is in the configuration. A
plan shows no `dynamic` blocks, so it looks the same for a role without inline policies and for one to which a `dynamic
"inline_policy"` block gives `kms:*`. One finding for each module lists its roles.

Why it matters: nothing else of such a block shows in the plan, so a pass says nothing about it.

Example:

    dynamic "inline_policy" {
      for_each = var.policies # known only after apply
      content {
        name   = inline_policy.key
        policy = inline_policy.value
      }
    }

Remedy: give gate the source, which has the block or shows that there is none:

    terraform get
    gate check plan.json --source .

`terraform get` (or `tofu get`) fetches the modules of which the checkout has no copy; `terraform init` does so too.
"""

from collections import defaultdict
from collections.abc import Iterator

from gate.findings import Found, Seen
from gate.terraform.configuration import module_path
from gate.terraform.documents import Place
from gate.terraform.holders import Unproven

ID = "KMS011"
DEFAULT = "warn"


def find(seen: Seen) -> Iterator[Found]:
    """The roles of the plan that nothing proves free of hidden policies, module by module."""
    modules: dict[tuple[str, ...], list[Unproven]] = defaultdict(list)
    for role in seen.holdings.unproven:
        modules[module_path(role.resource.module_address)].append(role)
    for path, roles in modules.items():
        first = min(roles, key=lambda role: role.resource.address)
        name = ".".join(f"module.{call}" for call in path)
        told = (
            f"role{'' if len(roles) == 1 else 's'}{f' of {name}' if name else ''} {'is' if len(roles) == 1 else 'are'}"
        )
        yield Found(
            Place(first.resource.address, first.attribute),
            f"{len(roles)} {told} not proven free of inline policies: a dynamic block does not show in a plan",
            tuple(sorted(role.label for role in roles)),
            about=tuple(sorted(role.resource.address for role in roles)),
            remedy=_remedy(name, sourced=seen.sourced),
        )


def _remedy(module: str, *, sourced: bool) -> tuple[str, ...]:
    if sourced and module:
        return (f"run `terraform get` (or `tofu get`) before gate: the source of {module} is not at hand",)
    if sourced:
        return ("give the folder that the plan was made from with --source",)
    fetch = "run `terraform get` (or `tofu get`), then " if module else ""
    return (f"{fetch}give the source with --source",)
