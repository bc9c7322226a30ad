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

from gate.findings.found import Found, Seen
from gate.holdings.documents import Place
from gate.holdings.holders import Unproven
from gate.plan.addresses import module_path, named
from gate.text.sentences import joined, sentence

ID = "KMS011"
DEFAULT = "warn"
_SHOWN = 5  # addresses in the message


def find(seen: Seen) -> Iterator[Found]:
    """The roles of the plan that nothing proves free of hidden policies, module by module."""
    modules: dict[tuple[str, ...], list[Unproven]] = defaultdict(list)
    for role in seen.holdings.unproven:
        modules[module_path(role.resource.module_address)].append(role)
    for path, roles in modules.items():
        first = min(roles, key=lambda role: role.resource.address)
        name = ".".join(f"module.{call}" for call in path)
        addresses = sorted(role.resource.address for role in roles)
        where = f" of {name}" if name else ""
        rest = f" and {len(addresses) - _SHOWN} more" if len(addresses) > _SHOWN else ""
        shown = joined(map(named, addresses[:_SHOWN]), ", ")
        told = (
            sentence("new {} has", roles[0].label)
            if len(roles) == 1
            else sentence("{} new roles{} ({}{}) have", str(len(roles)), where, shown, rest)
        )
        yield Found(
            Place(first.resource.address, first.attribute),
            sentence(
                'gate cannot see whether {} inline policies: a plan does not show `dynamic "inline_policy"` blocks',
                told,
            ),
            tuple(sorted(role.label for role in roles)),
            identity=tuple(addresses),
            remedy=(_remedy(name, sourced=seen.sourced),),
            names_all=True,
        )


def _remedy(module: str, *, sourced: bool) -> str:
    if not module:
        return "give gate the folder that the plan was made from with `--source FOLDER`"
    fetch = "run `terraform get` (or `tofu get`) in the folder that the plan was made from"
    if sourced:
        return f"{fetch}, so that the source of {module} is at hand"
    return f"{fetch}, and give gate that folder with `--source FOLDER`"
