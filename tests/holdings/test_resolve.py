"""Hidden values are resolved once, into what is known of them; what is not hidden is left alone."""

import json
from typing import Any

import pytest

from gate.holdings.hidden import Hidden
from gate.holdings.holders import holdings, iam_plan
from gate.holdings.resolve import IamResource, Resolver
from gate.holdings.resource_documents import DocumentsAfter
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.holdings.source_answers import SourceAnswers
from gate.plan.attributes import values_at
from gate.plan.before_after import managed_resources
from gate.plan.model import Plan, read
from gate.plan.references import References
from gate.plan.shapes import UNKNOWN
from gate.unknown import OneOf, Template, Unresolved, Value
from tests.helpers.plans import change, plan, policy, statement, written

FULL = policy(statement("kms:*"))


class Answers(SourceAnswers):
    """Answers given by the test, and every question that was asked."""

    def __init__(self, made: Plan, **answers: Value) -> None:
        super().__init__(made)
        self.given = answers
        self.asked: list[str] = []
        self.nulls: set[str] = set()

    def is_null(self, resource: Any, attribute: str) -> bool:
        return attribute in self.nulls

    def value(self, resource: Any, attribute: str) -> Value | None:
        self.asked.append(f"{resource.address}.{attribute}")
        return self.given.get(attribute)

    def blocks(self, resource: Any, name: str) -> Any:
        self.asked.append(f"{resource.address}.{name}")
        return self.given.get(name)


def made(*changes: dict[str, Any], **expressions: Any) -> Plan:
    """A plan; `expressions` are those of the first resource."""
    first = changes[0]
    block = {"address": first["address"], "type": first["type"], "name": first["name"], "expressions": expressions}
    others = [{key: one[key] for key in ("address", "type", "name")} for one in changes[1:]]
    resources = [{**one, "mode": "managed", "provider_config_key": "aws"} for one in (block, *others)]
    configuration = {"root_module": {"resources": resources}}
    return read(plan(*changes, configuration=configuration, variables={"on": {"value": True}}), "plan.json")[0]


def resolve(given: Plan, **answers: Value) -> tuple[IamResource, list[str]]:
    """The first resource of a plan, resolved, and what was asked for it."""
    asking = Answers(given, **answers)
    return resolve_with(given, asking), asking.asked


def resolve_with(given: Plan, asking: Answers, *, is_believed: bool = True) -> IamResource:
    """The same with answers that know more."""
    references = References(given)
    managed = managed_resources(given, RESOURCE_TYPES)

    def filled(value: Value) -> Value:
        return value

    documents = DocumentsAfter(references, asking, filled)
    return Resolver(references, asking, documents, filled, lambda module, address: is_believed).resolve(managed[0])


def attachment(**unknown: Any) -> dict[str, Any]:
    known = {"role": "app", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    after = {name: value for name, value in known.items() if name not in unknown}
    return change("aws_iam_role_policy_attachment.a", None, after, change={"after_unknown": unknown})


def test_what_is_not_hidden_is_never_asked_for() -> None:
    """The source is not opened for a plan that tells everything."""

    def refuse(given: Plan) -> None:
        pytest.fail("the source was opened")

    listed = {"role_name": "app", "policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}
    exclusive = change("aws_iam_role_policy_attachments_exclusive.x", None, listed)
    inline = change("aws_iam_role_policy.p", None, {"name": "p", "role": "app", "policy": FULL})
    given = made(attachment(), exclusive, inline)
    holdings(iam_plan(given, SourceAnswers(given, refuse), lambda name: None))


def test_a_hidden_name_is_what_the_source_says() -> None:
    """A text where it is wholly known, else what it refers to exactly, else only what it is computed from."""
    given = made(attachment(role=True), change("aws_iam_role.r", None, {"name": "r"}))
    exact, other = Unresolved(("aws_iam_role.r.name",), exact=True), Unresolved(("var.x",))
    for answer, text, leads_to in (("app", "app", None), (exact, None, "aws_iam_role.r"), (other, None, None)):
        resource, _ = resolve(given, role=answer)
        (element,) = resource.after["role"].elements
        assert element.text == text
        assert (element.lead.addresses[0] if element.lead else None) == leads_to
        assert element.references == (answer.references if isinstance(answer, Unresolved) else ())


def test_a_name_with_a_part_that_is_not_known_is_nobodys() -> None:
    """It is no text, and leads nowhere."""
    given = made(attachment(role=True), change("aws_iam_role.r", None, {"name": "r"}))
    resource, _ = resolve(given, role=Template(("app-", Unresolved(("aws_iam_role.r.name",), exact=True))))
    (element,) = resource.after["role"].elements
    assert (element.text, element.lead, element.references) == (None, None, ())


def test_without_the_source_a_hidden_name_is_what_it_refers_to() -> None:
    """With all that can't be followed, and what only chooses."""
    expression = {"references": ["aws_iam_role.r.name", "aws_iam_role.r", "local.x", "var.on"]}
    given = made(attachment(role=True), change("aws_iam_role.r", None, {"name": "r"}), role=expression)
    resource, asked = resolve(given)
    hidden = resource.after["role"]
    assert isinstance(hidden, Hidden)
    assert hidden.elements is None
    assert [lead.addresses for lead in hidden.leads] == [("aws_iam_role.r",)]
    assert (hidden.dead_ends, hidden.flags) == (("local.x",), ("var.on",))
    assert hidden.references == ("aws_iam_role.r.name", "local.x", "var.on")
    assert asked == ["aws_iam_role_policy_attachment.a.role"]


@pytest.mark.parametrize(
    ("values", "more", "name"),
    [
        ({"name": "app"}, {}, "app"),
        ({"name": UNKNOWN}, {"after_unknown": {"name": True}}, None),
        ({"name": "app"}, {"after_sensitive": {"name": True}}, None),
    ],
)
def test_the_id_of_a_role_that_is_read_is_the_name_by_which_it_is_asked_for(
    values: Any, more: dict[str, Any], name: str | None
) -> None:
    """Where the source says that it is exactly that; of other attributes it is not so."""
    known = {key: value for key, value in values.items() if value is not UNKNOWN}
    looked_up = {**change("aws_iam_role.d", None, known, change={"actions": ["read"], **more}), "mode": "data"}
    looked_up["address"] = "data.aws_iam_role.d"
    for attribute, expected in (("id", name), ("unique_id", None)):
        reference = f"data.aws_iam_role.d.{attribute}"
        given = made(attachment(role=True), looked_up, role={"references": [reference, "data.aws_iam_role.d"]})
        for exact in (Unresolved((reference,), exact=True), Unresolved((reference,), bare=True)):
            (element,) = resolve(given, role=exact)[0].after["role"].elements
            assert element.text == expected
        answers = Answers(given, role=Unresolved((reference,), exact=True))
        (doubtful,) = resolve_with(given, answers, is_believed=False).after["role"].elements
        assert doubtful.text is None
        (open_one,) = resolve(given, role=Unresolved((reference,)))[0].after["role"].elements
        assert (open_one.text, open_one.lead) == (None, None)


def test_a_hidden_list_may_hold_more_than_it_refers_to() -> None:
    """A single ARN may not."""
    kind = "aws_iam_role_policy_attachments_exclusive"
    exclusive = change(f"{kind}.e", None, {"role_name": "app"}, change={"after_unknown": {"policy_arns": True}})
    listed, _ = resolve(made(exclusive))
    single, _ = resolve(made(attachment(policy_arn=True)))
    assert listed.after["policy_arns"].may_hold_more
    assert not single.after["policy_arn"].may_hold_more


def test_a_hidden_attribute_that_nobody_configures_stays_what_it_was() -> None:
    """It is Optional and Computed. A source with blocks says otherwise."""
    before = {"name": "app", "inline_policy": [{"name": "one", "policy": FULL}]}
    role = change("aws_iam_role.r", before, {"name": "app"}, change={"after_unknown": {"inline_policy": True}})
    resource, asked = resolve(made(role))
    assert resource.after["inline_policy"] == before["inline_policy"]
    assert resource.hidden == {"inline_policy"}
    assert asked == ["aws_iam_role.r.inline_policy"]
    assert resolve(made(role), inline_policy=[])[0].after["inline_policy"] == before["inline_policy"]
    resource, _ = resolve(made(role), inline_policy=[{"name": "two", "policy": FULL}])
    (document,) = resource.versions_after[0].documents
    assert (document.name, document.content) == ("two", FULL)


def test_an_update_of_what_was_not_there() -> None:
    """No plan of Terraform says that; what nobody configures is then not set."""
    unknown = {"actions": ["update"], "after_unknown": {"inline_policy": True}}
    resource, _ = resolve(made(change("aws_iam_role.r", None, {"name": "r"}, change=unknown)))
    assert resource.after["inline_policy"] is None


def test_a_created_role_is_unproven_where_only_a_source_could_show_a_block() -> None:
    """A source without blocks proves it."""
    role = change("aws_iam_role.r", None, {"name": "app"}, change={"after_unknown": {"inline_policy": True}})
    assert resolve(made(role))[0].unproven == ("inline_policy",)
    assert resolve(made(role), inline_policy=[])[0].unproven == ()
    there = change("aws_iam_role.r", {"name": "app"}, {"name": "app"}, change=role["change"])
    there["change"] = {**role["change"], "actions": ["update"], "before": {"name": "app"}}
    assert resolve(made(there))[0].unproven == ()
    shown = {"name": "app", "inline_policy": [{"name": "one", "policy": FULL}]}
    other = change("aws_iam_role.r", None, shown, change={"after_unknown": {"managed_policy_arns": True}})
    assert resolve(made(other))[0].unproven == ()


def test_a_hidden_document_is_what_the_source_says_or_what_it_depends_on() -> None:
    """And a document that the plan leaves out is as hidden as one that it marks so."""
    hidden = change(
        "aws_iam_role_policy.p", None, {"name": "p", "role": "a"}, change={"after_unknown": {"policy": True}}
    )
    trimmed = change("aws_iam_role_policy.p", None, {"name": "p", "role": "a"})
    for one in (hidden, trimmed):
        given = made(one, policy={"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]})
        (document,) = resolve(given)[0].versions_after[0].documents
        assert document.content == Unresolved(("aws_kms_key.k.arn",))
        (document,) = resolve(given, policy=FULL)[0].versions_after[0].documents
        assert document.content == FULL


def test_every_hidden_value_is_asked_for_once() -> None:
    """However many possibilities of who is who are judged."""
    kind = "aws_iam_role_policy_attachments_exclusive"
    unknown = {"after_unknown": {"policy_arns": [True, False, True], "role_name": True}}
    listed = change(f"{kind}.e", None, {"policy_arns": [None, "arn:aws:iam::aws:policy/X", None]}, change=unknown)
    given = made(listed)
    answers = Answers(given, policy_arns=["arn:aws:iam::aws:policy/Y"], role_name="app")
    iam = iam_plan(given, answers, lambda name: None)
    asked = list(answers.asked)
    for _ in range(3):
        holdings(iam)
    assert answers.asked == asked
    assert sorted(set(asked)) == sorted(asked)


def test_values_that_are_kept_are_a_version_of_their_own() -> None:
    """A forgotten resource has no planned version; its documents stay."""
    values = {"name": "p", "role": "app", "policy": FULL}
    resource, _ = resolve(made(change("aws_iam_role_policy.p", values, None, change={"actions": ["forget"]})))
    assert [(version.after, version.kept) for version in resource.versions] == [(False, False), (True, True)]
    assert [document.content for version in resource.versions for document in version.documents] == [FULL, FULL]
    assert list(values_at(resource.versions[1].values, "role")) == [("role", "app")]


def test_each_hidden_element_of_a_list_is_resolved() -> None:
    """What stands beside it stays as it is; the source is asked for the whole list."""
    kind = "aws_iam_role_policy_attachments_exclusive"
    values = {"role_name": "app", "policy_arns": ["arn:aws:iam::aws:policy/X", None]}
    given = made(change(f"{kind}.e", None, values, change={"after_unknown": {"policy_arns": [False, True]}}))
    resource, asked = resolve(given)
    known, hidden = resource.after["policy_arns"]
    assert known == "arn:aws:iam::aws:policy/X"
    assert isinstance(hidden, Hidden)
    assert asked == [f"{kind}.e.policy_arns"]


@pytest.mark.parametrize(
    ("address", "values", "attribute", "asked"),
    [
        ("aws_iam_role.r", {}, "name", []),
        ("aws_iam_user_group_membership.m", {"user": "u"}, "groups", ["aws_iam_user_group_membership.m.groups"]),
        ("aws_iam_user.u", {"name": "u"}, "permissions_boundary", ["aws_iam_user.u.permissions_boundary"]),
        ("aws_ssoadmin_permissions_boundary_attachment.b", {"permission_set_arn": "s"}, "permissions_boundary", []),
    ],
)
def test_which_hidden_values_are_asked_for(address: str, values: Any, attribute: str, asked: list[str]) -> None:
    """Not a principal's own name, and nothing within a block."""
    resource, questions = resolve(made(change(address, None, values, change={"after_unknown": {attribute: True}})))
    assert isinstance(resource.after[attribute], Hidden)
    assert questions == asked


def test_a_hidden_arn_is_what_the_source_says() -> None:
    """A text, a reference, one of several, or nothing at all."""
    given = made(attachment(policy_arn=True), change("aws_iam_policy.p", None, {"name": "p", "policy": FULL}))
    arn, exact = "arn:aws:iam::aws:policy/X", Unresolved(("aws_iam_policy.p.arn",), exact=True)

    def element(answer: Value) -> Any:
        resource, _ = resolve(given, policy_arn=answer)
        [found] = resource.after["policy_arn"].elements
        return found

    assert (element(arn).text, element([[]]).text) == (arn, "")
    assert (element(exact).text, element(exact).lead.addresses) == (None, ("aws_iam_policy.p",))
    one, other = element(OneOf((arn, exact))).alternatives
    assert (one.text, other.lead.addresses) == (arn, ("aws_iam_policy.p",))


def test_the_elements_of_one_of_several_lists_may_be_left_out() -> None:
    """Null is a list of none."""
    exclusive = {"role_name": "app"}
    unknown = {"after_unknown": {"policy_arns": True}}
    given = made(change("aws_iam_role_policy_attachments_exclusive.e", None, exclusive, change=unknown))

    def elements(answer: Value) -> Any:
        resource, _ = resolve(given, policy_arns=answer)
        return resource.after["policy_arns"].elements

    one, other = "arn:aws:iam::aws:policy/X", "arn:aws:iam::aws:policy/Y"
    found = elements(OneOf(([one, other], None, [])))
    assert [[way.text for way in element.alternatives] for element in found] == [[one, ""], [other, ""]]
    assert elements(OneOf((None, []))) == ()
    (unknown_element,) = elements(OneOf(([one], Unresolved(("var.x",)))))
    assert [way.text for way in unknown_element.alternatives] == [None, None]


@pytest.mark.parametrize(
    ("expression", "nothing"),
    [({"references": ["var.on"]}, "var.on"), ({"references": ["var.on", "local.x"]}, ""), ({}, "")],
)
def test_a_hidden_list_that_need_not_be_set(expression: Any, nothing: str) -> None:
    """Is taken to be nothing where all that it refers to are flags; one that must be set is not."""
    role = change("aws_iam_role.r", None, {"name": "r"}, change={"after_unknown": {"managed_policy_arns": True}})
    resource, _ = resolve(made(role, managed_policy_arns=expression))
    assert resource.after["managed_policy_arns"].nothing == nothing
    assert resource.configured == {"managed_policy_arns"}
    other, _ = resolve(made(attachment(policy_arn=True), policy_arn=expression))
    assert other.after["policy_arn"].nothing == ""


def test_what_the_configuration_sets_to_null_is_what_it_was() -> None:
    """As if it did not set it."""
    before = {"name": "app", "managed_policy_arns": ["arn:aws:iam::aws:policy/X"]}
    role = change("aws_iam_role.r", before, {"name": "app"}, change={"after_unknown": {"managed_policy_arns": True}})
    given = made(role, managed_policy_arns={"references": ["local.x"]})
    answers = Answers(given)
    answers.nulls.add("managed_policy_arns")
    resource = resolve_with(given, answers)
    assert resource.after["managed_policy_arns"] == before["managed_policy_arns"]
    assert resource.configured == frozenset()


def test_one_attribute_that_a_template_tells_hides_not_what_another_one_was() -> None:
    """Each is looked at by itself."""
    own = [{"name": "one", "policy": FULL}]
    before = {"name": "app", "inline_policy": own, "managed_policy_arns": ["arn:aws:iam::aws:policy/X"]}
    unknown = {"after_unknown": {"inline_policy": True, "managed_policy_arns": True}}
    given = made(change("aws_iam_role.r", before, {"name": "app"}, change=unknown))
    answers = Answers(given)
    answers.tell("aws_iam_role.r", "inline_policy", [])
    after = resolve_with(given, answers).after
    assert after["managed_policy_arns"] == before["managed_policy_arns"]
    assert after["inline_policy"] is UNKNOWN


def test_a_hidden_attribute_that_the_configuration_sets_is_not_what_it_was() -> None:
    """It may be anything."""
    before = {"name": "app", "managed_policy_arns": ["arn:aws:iam::aws:policy/X"]}
    role = change("aws_iam_role.r", before, {"name": "app"}, change={"after_unknown": {"managed_policy_arns": True}})
    resource, _ = resolve(made(role, managed_policy_arns={"references": ["local.x"]}))
    assert isinstance(resource.after["managed_policy_arns"], Hidden)


def test_what_stays_as_it_is_has_its_documents_on_both_sides() -> None:
    """One tuple of them; of a plan that was trimmed of the text nobody knows what it is."""

    def stays(address: str, values: Any) -> IamResource:
        document = json.loads(plan(change(address, values, values)))
        return resolve(read(written(document), "plan.json")[0])[0]

    values = {"name": "p", "role": "app", "policy": FULL}
    before, after = stays("aws_iam_role_policy.p", values).versions
    assert ((before.after, before.kept), (after.after, after.kept)) == ((False, False), (True, False))
    assert before.documents is after.documents
    assert [one.content for one in before.documents] == [FULL]
    before, after = stays("aws_iam_role_policy.p", {"name": "p", "role": "app"}).versions
    assert before.documents == ()
    assert [type(one.content) for one in after.documents] == [Unresolved]
    attached = {"role": "app", "policy_arn": "arn:aws:iam::aws:policy/X"}
    assert [one.documents for one in stays("aws_iam_role_policy_attachment.a", attached).versions] == [(), ()]


def test_a_managed_policy_of_which_nothing_is_known_has_a_document() -> None:
    """Which may say anything."""
    new = change("aws_iam_policy.p", None, None, change={"actions": ["create"], "after_unknown": True})
    [version] = resolve(made(new))[0].versions_after
    assert len(version.documents) == 1
