"""What data sources without arguments read of a provider: its account, its partition and its region."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from gate.plan.addresses import Target


class Fact(Enum):
    """What a provider knows."""

    ACCOUNT = "account"
    PARTITION = "partition"
    REGION = "region"


# https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/caller_identity (partition, region)
_ATTRIBUTES = {
    "aws_caller_identity": {"account_id": Fact.ACCOUNT},
    "aws_partition": {"partition": Fact.PARTITION},
    "aws_region": {"name": Fact.REGION, "region": Fact.REGION},
}
# what an AWS provider of 2020 read is the time of the read
_ID = {"aws_caller_identity": Fact.ACCOUNT, "aws_partition": Fact.PARTITION, "aws_region": Fact.REGION}


def fact_at(target: Target | None) -> Fact | None:
    """What an attribute of a data source tells of its provider, None where it tells nothing."""
    return _ATTRIBUTES.get(target.type, {}).get(target.attribute) if target else None


def fact_by_id(target: Target | None) -> Fact | None:
    """The same for its `id`."""
    return _ID.get(target.type) if target and target.attribute == "id" else None


def facts_read(type_name: str, values: Any) -> Iterator[tuple[Fact, str]]:
    """What the values of a data source that was read while planning tell of its provider."""
    for attribute, fact in _ATTRIBUTES.get(type_name, {}).items():
        if isinstance(values.get(attribute), str):
            yield fact, values[attribute]


def tells_of_provider(type_name: str) -> bool:
    """Whether a data source of this type tells of its provider: its account, partition, or region."""
    return type_name in _ATTRIBUTES
