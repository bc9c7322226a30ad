"""What the plan knows of resources, by the instance, and what of it may hold any text."""

from typing import Any

import pytest

from gate.source.facts import Facts, module_path
from gate.unknown import Unresolved
from tests.helpers.source_trees import created, made_plan

UNKNOWN = {"arn": True, "id": True}


def attributes(type_name: str, known: dict[str, Any], unknown: dict[str, Any] | None = None) -> dict[str, Any]:
    """The only instance of a resource that a plan makes."""
    plan = made_plan([created(type_name, "x", known, UNKNOWN | (unknown or {}))])
    return Facts(plan).instances(("", "managed", type_name, "x"))[None]


@pytest.mark.parametrize(
    ("type_name", "known", "unknown", "is_proven"),
    [
        ("aws_iam_role", {"path": "/team/"}, {}, True),
        ("aws_iam_role", {}, {"name": True}, True),
        ("aws_iam_role", {"path": '/"/'}, {}, False),
        ("aws_iam_role", {}, {"path": True}, False),
        ("aws_iam_role", {"path": "/*/"}, {}, False),
        ("awscc_iam_role", {"path": "/*/"}, {}, False),
        ("aws_glue_job", {"path": "/*/"}, {}, True),
        ("aws_iam_role", {"description": '"', "assume_role_policy": '{"a": "b"}'}, {}, True),
        ("aws_iam_openid_connect_provider", {"url": 'https://a/","b":"'}, {}, False),
        ("aws_iam_openid_connect_provider", {"url": "https://a/b"}, {}, True),
        ("aws_sns_topic", {"name": '"'}, {"name_prefix": True}, True),  # which AWS refuses
        ("aws_glue_job", {"name": "a"}, {}, True),
        ("aws_glue_job", {"name": 'a"'}, {}, False),
        ("aws_glue_job", {"name": "a\\"}, {}, False),
        ("aws_glue_job", {"name": 'a"\n'}, {}, True),  # no JSON text can have that in a string
        ("aws_glue_job", {"description": 'a"', "job_definition": '"', "name": "a"}, {}, True),
        ("aws_glue_job", {"policy": '["a"]', "name": "a"}, {}, True),
        ("aws_glue_job", {"policy": '"a"', "name": "a"}, {}, False),
        ("aws_glue_job", {"policy": '{"a"', "name": "a"}, {}, False),
        ("aws_glue_job", {"number": 1, "name": "a"}, {}, True),
        ("aws_glue_job", {}, {"name": True}, False),
        ("aws_glue_job", {}, {"job_name": True}, False),
        ("aws_glue_job", {}, {"domain_name": True}, True),
        ("aws_glue_job", {}, {"owner": True}, True),
        ("aws_glue_job", {"name_prefix": "a"}, {"name": True}, True),
        ("aws_glue_job", {"name_prefix": "a"}, {"job_name": True}, False),
        ("aws_glue_job", {"name_prefix": 'a"'}, {"name": True}, False),
        ("aws_glue_job", {}, {"name_prefix": True, "name": True}, False),
    ],
)
def test_what_may_end_the_text_that_its_arn_stands_in(
    type_name: str, known: dict[str, Any], unknown: dict[str, Any], is_proven: bool
) -> None:
    """By a name that holds quotation marks, or that nobody knows; not by a description, nor by a document."""
    found = attributes(type_name, known, unknown)
    for name in ("arn", "id"):
        assert found[name] == Unresolved((f"{type_name}.x.{name}",), exact=is_proven, bare=not is_proven)


def test_an_arn_that_is_known_is_what_it_is() -> None:
    """Whatever is in a name."""
    plan = made_plan([created("aws_glue_job", "x", {"name": '"', "arn": "a", "id": None}, {})])
    assert Facts(plan).instances(("", "managed", "aws_glue_job", "x"))[None] == {"name": '"', "arn": "a", "id": None}


def test_what_goes_is_no_instance() -> None:
    """Nor is what was replaced and not yet deleted; what is wholly unknown has attributes that nobody knows."""
    gone = {"actions": ["delete"], "before": {"name": "1"}, "after": None}
    later = {"actions": ["create"], "before": None, "after": None, "after_unknown": True}
    plan = made_plan(
        [
            {**created("aws_x", "x", {}, {}, index=1), "change": gone},
            created("aws_x", "x", {"name": "0"}, {}, index=0),
            {**created("aws_x", "x", {"name": "old"}, {}, index=0), "deposed": "1234abcd"},
            {**created("aws_x", "x", {}, {}, index=2), "change": later},
        ]
    )
    assert Facts(plan).instances(("", "managed", "aws_x", "x")) == {0: {"name": "0"}, 2: {}}


@pytest.mark.parametrize(
    ("address", "index", "module"),
    [
        ("data.aws_region.r", None, ""),
        ("module.m.data.aws_region.r", None, "module.m"),
        ('module.m["a.b"].module.n.data.aws_region.r["k"]', "k", 'module.m["a.b"].module.n'),
        ("module.m.data.aws_region.r[0]", 0, "module.m"),
        ("module.m.data.aws_region.r", 0, "module.m"),
        ("data.aws_region.r", 0, ""),
        ('module.m.data.aws_region.r["data.aws_region.r"]', "data.aws_region.r", "module.m"),
        ('module.m.data.aws_region.r["\\u003c"]', "<", "module.m"),
        ("something.else", None, ""),
    ],
)
def test_the_module_of_a_data_source(address: str, index: Any, module: str) -> None:
    """By its address, however its key is written there."""
    read = {"address": address, "mode": "data", "type": "aws_region", "name": "r", "values": {"name": "x"}}
    facts = Facts(made_plan(data=[read if index is None else {**read, "index": index}]))
    assert facts.instances((module, "data", "aws_region", "r")) == {index: {"name": "x"}}


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("", ()),
        ("module.a", (("a", None),)),
        ('module.a[0].module.b["x.y"]', (("a", 0), ("b", "x.y"))),
        ('module.a["\\u00e4\\""]', (("a", 'ä"'),)),
        ('module.a["\\q"]', (("a", "\\q"),)),
    ],
)
def test_the_path_of_a_module(address: str, path: Any) -> None:
    """A key is what it says, and as it is written where that says nothing."""
    assert module_path(address) == path
