"""Where in a plan and its source the texts stand that call IAM or KMS, and what is no new call."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.plan.model import read
from tests.helpers.plans import change, findings, plan
from tests.holdings.test_unseen_calls import GONE, GRANT, GRANTING, NEW, PUT, configured, deferred, invoked, provisioned
from tests.holdings.test_unseen_calls import told as messages

ASSOCIATION = {"Service": "iam", "Api": "CreatePolicyVersion"}
UNREADABLE = b64encode(b"\xff\xfe\n" + PUT.encode()).decode()
STDIN = {"config_unknown": {"stdin": True}}
UNKNOWN = "terraform_data.x.id"
HIDDEN = {"references": ["var.x"]}


@pytest.mark.parametrize(
    ("kind", "before", "after", "count"),
    [
        ("aws_instance", {"user_data": f"{PUT} --a"}, {"user_data": f"{PUT} --b"}, 0),
        ("aws_instance", {"user_data": PUT}, {"user_data": f"{PUT}\naws kms create-grant"}, 1),
        ("aws_instance", None, {"user_data_base64": UNREADABLE}, 1),
        ("aws_instance", None, {"tags": {"what": PUT}}, 0),
        ("aws_ssm_association", None, {"parameters": ASSOCIATION}, 1),
        ("aws_scheduler_schedule", None, {"target": [{"arn": "aws-sdk:ssm:sendCommand", "input": PUT}]}, 1),
        ("aws_cloudwatch_event_target", None, {"input_transformer": [{"input_template": PUT}]}, 1),
        ("awscc_events_rule", None, {"targets": [{"input": PUT}]}, 1),
        ("aws_pipes_pipe", None, {"target_parameters": [{"input_template": PUT}]}, 1),
        ("aws_config_remediation_configuration", None, {"parameter": [{"name": "c", "static_value": PUT}]}, 1),
        ("aws_imagebuilder_container_recipe", None, {"dockerfile_template_data": f"FROM x\nRUN {PUT}"}, 1),
        ("awscc_imagebuilder_container_recipe", None, {"dockerfile_template_data": f"FROM x\nRUN {PUT}"}, 1),
        ("aws_emrcontainers_job_template", None, {"job_template_data": [{"job_driver": [{"entry_point": PUT}]}]}, 1),
        ("kubernetes_job", None, {"spec": [{"replicas": 3, "paused": None}, {"args": [1, True, "a"]}]}, 0),
        ("kubernetes_job", None, {"spec": [{"args": [{"value": PUT}, "x"]}]}, 1),
        ("kubernetes_job", None, {"spec": [{"a": "aws iam"}, "create-role"]}, 0),
        ("aws_instance", None, {"user_data_base64": b64encode("é\n".encode() + PUT.encode()).decode()}, 1),
    ],
)
def test_what_a_resource_is_told(kind: str, before: Any, after: Any, count: int) -> None:
    """A call that was in the former text is not new, whatever else there is in the text now."""
    assert len(messages(change(f"{kind}.x", before, after))) == count


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        (deferred("external", {"program": []}), 0),
        (deferred("external", {"program": ["bash", "-c", "echo"]}), 0),
        (deferred("local_command", {"command": "bash", "arguments": ["x.sh"]}, after_unknown={"stdin": True}), 1),
        (
            deferred(
                "local_command",
                {"command": "aws", "arguments": ["iam", "create-role"]},
                after_unknown={"stdin": True},
            ),
            1,
        ),
    ],
)
def test_what_a_program_reads(changes: dict[str, Any], count: int) -> None:
    """What is not known of it is told where no call is."""
    assert len(messages(changes)) == count


def test_what_an_action_reads() -> None:
    """As with a program; the place is its configuration."""
    for told, count in ((GRANTING["arguments"], 1), ([], 1)):
        some = invoked({"command": "aws", "arguments": told}, **STDIN)
        assert len(messages(NEW, action_invocations=[some])) == count
    (found,) = findings(plan(NEW, action_invocations=[invoked(GRANTING, **STDIN)]))
    assert found.attribute == "config"
    sensitive = invoked(GRANTING, config_sensitive={"arguments": True})
    (message,) = messages(NEW, action_invocations=[sensitive])
    assert "~" not in message
    marks = {"after_sensitive": {"user_data": True}}
    (message,) = messages(change("aws_instance.x", None, {"user_data": PUT}, change=marks))
    assert "~" not in message


@pytest.mark.parametrize(
    ("expressions", "count"),
    [
        ({"command": HIDDEN}, 1),
        ({"inline": HIDDEN}, 1),
        ({"command": {"constant_value": ""}}, 0),
        ({"source": {"constant_value": "x"}}, 0),
        ({"command": HIDDEN, "environment": {"constant_value": {"X": PUT}}}, 1),
        ({"command": {"constant_value": "-x"}, "interpreter": {"constant_value": ["aws", "iam", "create-role"]}}, 1),
        ({"command": {"constant_value": "create-role"}, "interpreter": {"constant_value": ["aws", "iam"]}}, 1),
    ],
)
def test_what_a_provisioner_runs(expressions: dict[str, Any], count: int) -> None:
    """A command that is an expression is not seen; one that is empty, or a copied file, runs nothing."""
    found = findings(plan(NEW, **configured(**expressions)))
    assert [one.attribute for one in found] == ["provisioner"] * count


def test_a_deposed_object_has_no_provisioner_of_its_own() -> None:
    """Terraform runs none when it destroys one."""
    assert messages({**GONE, "deposed": "1"}, **configured(command=GRANT)) == []


def test_the_source_tells_what_user_data_is(tmp_path: Path) -> None:
    """Where a part of it is known only after apply."""
    values = {"ami": "a"}
    for text, count in ((PUT, 1), ("echo", 0)):
        (tmp_path / "main.tf").write_text(
            f'resource "aws_instance" "x" {{\n  ami = "a"\n  user_data = "{text} ${{{UNKNOWN}}}"\n}}\n'
        )
        new = change("aws_instance.x", None, values, change={"after_unknown": {"user_data": True}})
        block = {"address": "aws_instance.x", "mode": "managed", "type": "aws_instance", "name": "x"}
        expressions = {"ami": {"constant_value": "a"}, "user_data": {"references": ["terraform_data.x.id"]}}
        configuration = {"root_module": {"resources": [{**block, "expressions": expressions}]}}
        raw = plan(new, configuration=configuration)
        assert len(check(read(raw, "plan.json"), Options(source=(str(tmp_path),))).findings) == count


RUN = 'provisioner "local-exec" {\n  command = %s\n}'


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (f'"{PUT} ${{{UNKNOWN}}}"', "put-role-policy"),
        (f'{UNKNOWN} == "a" ? "{PUT}" : "true"', "put-role-policy"),
        (f'{UNKNOWN} == "a" ? "false" : "true"', ""),
        (f'join(" ", ["{PUT}", {UNKNOWN}])', "put-role-policy"),
        (f'"echo ${{{UNKNOWN}}}"', ""),
        (UNKNOWN, "can't see"),
        (f'jsonencode({{ a = "{PUT}", b = {UNKNOWN} }})', "put-role-policy"),
        (f'"true"\n  environment = {{ A = "{PUT}", B = {UNKNOWN} }}', "put-role-policy"),
        (
            f'"true"\n  environment = {{ Service = "iam", Api = "CreatePolicyVersion", N = 5, B = {UNKNOWN} }}',
            "CreatePolicyVersion",
        ),
    ],
)
def test_what_the_source_tells_of_a_command(command: str, says: str, tmp_path: Path) -> None:
    """Each text that it may be, with a gap where nothing is known."""
    found = provisioned(tmp_path, RUN % command, NEW)
    assert len(found) == (1 if says else 0)
    assert all(says in one for one in found)
