"""Templates as text: what is read, and what is refused."""

import json
from typing import Any

import pytest

from gate.templates.read import holds_together, read
from gate.templates.unreadable import Unread, UnreadableTemplate, WhyUnread
from gate.unknown import Template, Unresolved

BOMB = "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9))


def test_json_and_yaml_are_the_same() -> None:
    """Short forms are written out, dates stay texts, and JSON with a comment is YAML."""
    written = {"Resources": {"R": {"Version": "2012-10-17", "A": {"Fn::Sub": "x${B}"}, "B": {"Fn::GetAtt": "K.Arn"}}}}
    text = "Resources:\n  R: {Version: 2012-10-17, A: !Sub 'x${B}', B: !GetAtt K.Arn}\n"
    assert read(json.dumps(written)) == read(text) == written
    assert read(f"{json.dumps(written)} # a comment") == written
    assert read("Resources: {R: !If [C, !Ref A, {Condition: !Condition D}]}")["Resources"]["R"] == {
        "Fn::If": ["C", {"Ref": "A"}, {"Condition": {"Condition": "D"}}]
    }
    assert read("\ufeffResources: {}") == {"Resources": {}}
    assert read("Resources: {1: a}") == {"Resources": {"1": "a"}}


def test_anchors_are_written_out() -> None:
    """A reader that knows them and one that does not must not get two templates."""
    assert read("x: &x [kms:*]\nResources: {A: *x}")["Resources"] == {"A": ["kms:*"]}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"Resources": {}, "Resources": {"A": 1}}', WhyUnread.REPEATED_KEY),
        ("Resources: {A: 1, A: 2}", WhyUnread.REPEATED_KEY),
        ("Resources: {1: a, '1': b}", WhyUnread.REPEATED_KEY),
        ("a: &a {b: 1}\nResources: {<<: *a}", WhyUnread.YAML_MERGE),
        (f"a0: &a0 [x]\n{BOMB}\nResources: {{}}", WhyUnread.TOO_LARGE),
        ("Resources: &a {b: *a}", WhyUnread.TOO_LARGE),
        ("Resources: " + "[" * 200_000 + "]" * 200_000, WhyUnread.TOO_DEEP),
        ("Resources: " + "{a: " * 100_000, WhyUnread.TOO_DEEP),
        ('{"Resources": ' + "[" * 200_000 + "]" * 200_000 + "}", WhyUnread.TOO_DEEP),
        ("Resources: {}\n---\nResources: {}", WhyUnread.NEITHER_FROM_LINE),
        ("Resources: !!python/object:os.system {}", WhyUnread.NEITHER_FROM_LINE),
        ("Resources: !!binary aGk=", WhyUnread.NEITHER_FROM_LINE),
        ("Resources: {? [a] : b}", WhyUnread.KEY_OF_NO_TEXT),
        ("Resources: *nothing", WhyUnread.NEITHER_FROM_LINE),
        ("a: b: c", WhyUnread.NEITHER_FROM_LINE),
        ("a: [\x07]", WhyUnread.NEITHER_JSON_NOR_YAML),
        ("Resources: {}" + " " * 500_000, WhyUnread.TOO_LONG),
        ("Resources: {A: " + "9" * 10_000 + "}", WhyUnread.NEITHER_JSON_NOR_YAML),
    ],
)
def test_what_readers_disagree_about_is_refused(text: str, why: WhyUnread) -> None:
    """With a reason, never with an exception of a library."""
    with pytest.raises(UnreadableTemplate) as refused:
        read(text)
    assert refused.value.unread.why is why
    assert refused.value.unread.is_malformed


@pytest.mark.parametrize("text", ["Resources: []", "", "{}", "[]", "Outputs: {}"])
def test_what_is_no_template_is_not_read(text: str) -> None:
    """AWS refuses it, too."""
    with pytest.raises(UnreadableTemplate) as refused:
        read(text)
    assert refused.value.unread == Unread(WhyUnread.NO_RESOURCES)
    assert not refused.value.unread.is_malformed


HOLE = Unresolved(("aws_iam_role.app.name",), exact=True)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (("A: '", HOLE, "'\nB: x"), True),
        (("A: arn:", HOLE, ":x"), True),
        (('A: ["', HOLE, '", b]'), True),
        (("A: [x", HOLE, "y, b]"), False),
        (("A: ", HOLE, " b"), False),
        (("A: ", HOLE), False),
        (("A: |\n  ", HOLE, "\n"), True),
    ],
)
def test_a_name_may_end_a_value_of_yaml(parts: Any, whole: bool) -> None:
    """By a comma in a list, or a `#` after a space."""
    assert holds_together(Template(parts), lambda hole: "#,") is whole
    assert holds_together(Template(parts), lambda hole: "")


def test_holes_stay_where_they_are() -> None:
    """A text that Terraform knows only in part is a template with these parts unknown."""
    hole = Unresolved(("aws_kms_key.app.arn",), exact=True)
    parts = Template(("Resources: {A: [", hole, ", 'x/", hole, "']}"))
    assert read(parts) == {"Resources": {"A": [hole, Template(("x/", hole))]}}
    for number in ("9", "\u00b2", "9" * 5000):  # an escape may write what stands for a part
        found = read(Template((f'Resources: {{A: "\\ue000{number}\\ue001", B: ', hole, "}")))["Resources"]
        assert found == {"A": Unresolved(), "B": hole}
    with pytest.raises(UnreadableTemplate):
        read(Template(("Resources: {", hole, ": 1}")))
    with pytest.raises(UnreadableTemplate):
        read(Unresolved())
