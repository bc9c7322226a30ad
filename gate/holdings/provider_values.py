"""What data sources without arguments read of a provider, and is the same before and after the change.

`depends_on` on a module defers every data source in it, so that an account, a partition or a region shows as known only
after apply although nothing about it changes. Where it is proven it takes the place of the hole; where it is not, the
hole stands for one text, the same for every such data source of one provider. One that reads a key by its ARN gives
that ARN, and by its id the one of that key in the provider's account and region, where these are proven
(https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html: a key of another account takes its ARN).
"""

import re
from collections.abc import Callable

from gate.holdings.accounts import Accounts
from gate.plan.addresses import Target, exact_target
from gate.plan.decoded import values
from gate.plan.model import Plan
from gate.plan.provider_facts import Fact, fact_at, fact_by_id, facts_read
from gate.plan.references import References
from gate.unknown import Template, Unresolved, Value, with_parts, without_wildcards

OWN_ACCOUNT = "(own)"  # stands in an ARN for the number of the account that an attachment is in
_REGION_NAME = r"[a-z]{2}(-[a-z]+)+-\d"
_READS_OF_KEYS = ("aws_kms_key", "aws_kms_public_key")
_KEY_ID = r"mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KEY_ARN_OF = "arn:{}:kms:{}:{}:key/{}"
_KEY_ARN = r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[\w-]+"  # AWS answers an alias with its key's


class ProviderValues:
    """The facts of one plan's providers."""

    def __init__(
        self,
        plan: Plan,
        references: References,
        accounts: Accounts,
        written: Callable[[str, str], Value | None] = lambda key, name: None,
    ) -> None:
        self._plan = plan
        self._references = references
        self._accounts = accounts
        self._written = written  # an argument of a provider block as the source has it, None without a source

    def filled(self, value: Value) -> Value:
        """A value with every proven fact in place, and every other one as what stands for it."""
        return with_parts(value, self._fact)

    def _fact(self, hole: Unresolved) -> str | Unresolved:
        target = exact_target(hole)
        if target is not None and target.mode == "data" and target.type in _READS_OF_KEYS:
            return (self._key_arn(target) if not hole.stands_for else None) or hole
        fact = fact_at(target) or fact_by_id(target)
        if target is None or fact is None or target.mode != "data":
            return hole
        path = target.within or ""
        block = self._references.data_block(path, f"data.{target.type}.{target.name}")
        if block is None or block.expressions:  # with arguments it may read something else than the provider's own
            return hole
        key, address = block.provider_config_key, _address(path, target)
        account = self._accounts.reading(key, path, address)
        known = {
            Fact.ACCOUNT: lambda: account.number,
            Fact.PARTITION: lambda: account.partition,
            Fact.REGION: lambda: self._region(key, path, address),
        }[fact]()
        whose = self._accounts.instance(key, path, address) if fact is Fact.REGION else account.id
        return known or Unresolved(hole.references, hole.exact, f"({fact.value} of {without_wildcards(str(whose))})")

    def _key_arn(self, target: Target) -> str | None:
        """The ARN of a key that is asked for by it, or by its id, which is the one that AWS answers with."""
        asked = self._references.asked(target, "key_id") if target.attribute == "arn" else None
        if asked is None or not self._accounts.reads_keys(asked[0].module_address, asked[0].address):
            return None
        read, name = asked
        if re.fullmatch(_KEY_ARN, name, re.ASCII):
            return name
        block = self._references.data_block(read.module_address, read.address)
        if block is None or "region" in (block.expressions or ()) or not re.fullmatch(_KEY_ID, name, re.ASCII):
            return None
        account = self._accounts.reading(block.provider_config_key, read.module_address, read.address)
        region = self._region(block.provider_config_key, read.module_address, read.address)
        whose = (account.partition, region, account.number)
        return _KEY_ARN_OF.format(*whose, name) if all(whose) else None

    def _region(self, key: str, module: str, address: str) -> str | None:
        """The region of a provider: its block's constant, what the source makes of it, else the planned variable that
        it names, or what was read."""
        expression = self._accounts.region(key, module, address)
        if isinstance(expression, dict) and isinstance(expression.get("constant_value"), str):
            return str(expression["constant_value"])
        written = self._written(key, "region") if isinstance(expression, dict) and ":" not in key else None
        if written is not None:
            return written if isinstance(written, str) else None
        names = expression.get("references") if isinstance(expression, dict) else None
        if isinstance(names, list) and len(names) == 1 and str(names[0]).startswith("var.") and ":" not in key:
            value = self._plan.variables().get(str(names[0]).removeprefix("var."))
            return value if isinstance(value, str) and re.fullmatch(_REGION_NAME, value) else None
        instance = self._accounts.instance(key, module, address)
        return self._read_regions().get(instance)

    def _read_regions(self) -> dict[str, str]:
        found: dict[str, set[str]] = {}
        for module, source in self._plan.data_sources_in_modules():
            block = self._references.data_block(module, source.address) if source.type == "aws_region" else None
            if block is not None and not block.expressions:
                regions = [text for _, text in facts_read(source.type, values(source)) if text]
                if regions:
                    instance = self._accounts.instance(block.provider_config_key, module, source.address)
                    found.setdefault(instance, set()).add(regions[0])
        return {instance: names.pop() for instance, names in found.items() if len(names) == 1}


def arn_text(value: Value) -> str | None:
    """The ARN of a managed policy as far as it tells one policy from another; None where a part can be anything.

    Policies are called the same in every partition, and an attachment is of a policy of its own account.
    """
    if isinstance(value, str):
        return value
    parts = [_arn_part(part) for part in value.parts] if isinstance(value, Template) else [None]
    return "".join(part for part in parts if part) if all(parts) else None


def _arn_part(part: str | Unresolved) -> str | None:
    if isinstance(part, str):
        return part
    fact = fact_at(exact_target(part))
    return {Fact.PARTITION: "aws", Fact.ACCOUNT: OWN_ACCOUNT}.get(fact) if fact else None


def _address(module: str, target: Target) -> str:
    key = "" if target.key is None else f"[{target.key!r}]".replace("'", '"')
    return f"{module}{'.' if module else ''}data.{target.type}.{target.name}{key}"
