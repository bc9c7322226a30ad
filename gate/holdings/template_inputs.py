"""What other resources of a plan put into templates: parameters of single instances of a stack set, and what stands in
the parameter store and in secrets.

The provider schemas of hashicorp/aws and hashicorp/awscc;
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stackinstances-override.html.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from gate.plan.attributes import text_of
from gate.plan.before_after import Baseline, ManagedResource, managed_resources
from gate.plan.model import Plan
from gate.plan.shapes import UNKNOWN
from gate.templates.dynamic_references import PARAMETERS, SECRETS, store_name

_SET, _OVERRIDES = "stack_set_name", "parameter_overrides"
_INSTANCES = ("aws_cloudformation_stack_instances", "aws_cloudformation_stack_set_instance")
# What a version is labelled where nobody says it, and a reference asks for (API_PutSecretValue of Secrets Manager).
_CURRENT = ("AWSCURRENT",)
_Stored = tuple[str, str] | None  # a label and a text; None where the text is not known
_WITHIN = "stack_instances_group"  # of the stack set of awscc, which has its instances itself


class _Store(msgspec.Struct, frozen=True, gc=False):
    """What of a service is stored under the name at an attribute: the text at one of `holds`, or one that no plan shows
    and that is another with another number at `version`; of several that one which has the label that is asked for, at
    `labels`."""

    service: str
    name: str
    holds: tuple[str, ...]
    version: str = ""
    labels: str = ""


_STORES = {
    "aws_ssm_parameter": _Store(PARAMETERS, "name", ("value", "insecure_value"), "value_wo_version"),
    "awscc_ssm_parameter": _Store(PARAMETERS, "name", ("value",)),
    "aws_secretsmanager_secret_version": _Store(
        SECRETS, "secret_id", ("secret_string", "secret_binary"), "secret_string_wo_version", "version_stages"
    ),
    "awscc_secretsmanager_secret": _Store(SECRETS, "name", ("secret_string",)),
}


class TemplateInputs(msgspec.Struct, frozen=True, gc=False):
    """`overrides_before` and `overrides_after` are what instances set, each with the name of its stack set, which is
    empty where nobody knows it. `rewritten` are the names under which something else is stored after the change."""

    overrides_before: tuple[tuple[str, Any], ...] = ()
    overrides_after: tuple[tuple[str, Any], ...] = ()
    rewritten: frozenset[str] = frozenset()

    def overrides(self, stack_set: Any, *, after: bool) -> list[Any]:
        """What single instances of a stack set of these values set in place of its own parameters."""
        listed = self.overrides_after if after else self.overrides_before
        name = _plain(text_of(stack_set, "name") or text_of(stack_set, _SET))
        return [*(given for own, given in listed if own in ("", name)), *_within(stack_set)]


NO_INPUTS = TemplateInputs()


def template_inputs(plan: Plan, baseline: Baseline) -> TemplateInputs:
    """Those of a plan. Raises GateError."""
    instances = managed_resources(plan, _INSTANCES, baseline=baseline)
    return TemplateInputs(
        tuple(_set_by(values) for one in instances if isinstance(values := one.before, dict)),
        tuple(_set_by(values) for one in instances if isinstance(values := one.after, dict)),
        frozenset(_rewritten(managed_resources(plan, _STORES, baseline=baseline))),
    )


def _set_by(values: dict[str, Any]) -> tuple[str, Any]:
    return _plain(text_of(values, _SET)), values.get(_OVERRIDES)


def _plain(name: str) -> str:
    """The name of a stack set in its id or ARN."""
    return name.rpartition("/")[2].partition(":")[0]


def _within(stack_set: Any) -> Iterator[Any]:
    groups = stack_set.get(_WITHIN) if isinstance(stack_set, dict) else None
    if groups is UNKNOWN:
        yield UNKNOWN
    for group in groups if isinstance(groups, list) else ():
        yield group.get(_OVERRIDES) if isinstance(group, dict) else UNKNOWN


def _rewritten(resources: list[ManagedResource]) -> Iterator[str]:
    was: dict[str, set[_Stored]] = defaultdict(set)
    will: dict[str, set[_Stored]] = defaultdict(set)
    for resource in resources:
        store = _STORES[resource.type]
        as_it_was = set[_Stored]() if resource.acts or resource.before != resource.after else {None}
        for values, found in ((resource.before, was), (resource.after, will)):
            if isinstance(values, dict):
                named = text_of(values, store.name) or text_of(resource.before, store.name)
                found[store_name(store.service, named)].update(_stored(values, store) - as_it_was)
    return (name for name, texts in will.items() if None in texts or not texts <= was[name])


def _stored(values: dict[str, Any], store: _Store) -> set[_Stored]:
    """What values store, under each label, None where that is not known."""
    texts = {str.__str__(text) for name in store.holds if isinstance(text := values.get(name), str) and text}
    version = values.get(store.version) if store.version else None
    texts |= {f"version {version}"} if isinstance(version, (int, float)) else set()
    listed = values.get(store.labels) if store.labels else None
    told = listed if isinstance(listed, list) else _CURRENT
    labels = [str.__str__(label) if isinstance(label, str) else "" for label in told]  # empty where it is not known
    return {(label, text) for label in labels for text in texts} if texts else {None}
