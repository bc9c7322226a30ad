"""gate.reports.markdown."""

import msgspec
import pytest
from markdown_it import MarkdownIt

from gate.report import Report, report
from gate.reports import markdown
from tests.helpers.reports import BLOCKING, PLAN, REPORTS, UNDETERMINED


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("one", "### ❌ BLOCKED: 1 finding newly grants full KMS access"),
        ("forty", "### ❌ BLOCKED: 40 findings newly grant full KMS access"),
        ("pass", "### ✅ PASS: no new full KMS access found"),
        ("warnings", "### ✅ PASS: nothing blocks (2 warnings)"),
        ("undetermined", "### ❌ BLOCKED: 1 finding may newly grant access, which gate cannot rule out"),
        ("waived", "### ✅ PASS: nothing blocks (1 waived)"),
        ("off", "### ✅ PASS: nothing blocks (1 off)"),
    ],
)
def test_leads_with_the_verdict(name: str, first: str) -> None:
    """The first line is the verdict."""
    assert markdown.render(REPORTS[name]()).splitlines()[0] == first


def test_a_pass_is_two_lines() -> None:
    """A pass is the verdict and what was examined."""
    assert markdown.render(REPORTS["pass"]()).splitlines()[1:] == [
        "Examined 3 policy documents and 2 principals in 1 plan with gate `0.1.0`."
    ]


def test_what_blocks_is_a_table() -> None:
    """Each blocking finding is a row: where, who, the rule with its page, what."""
    row = markdown.render(REPORTS["one"]()).splitlines()[4]
    assert row == (
        "| `aws_iam_role_policy.app` `policy`<br>at `iam/main.tf:12` | `role app` "
        "| [KMS001](https://github.com/kms-gate/gate/blob/main/docs/rules.md#kms001-full-kms-access) full-kms-access"
        "<br>role app may newly call every KMS action on every key |"
    )


def test_details_are_folded() -> None:
    """Statement, example and change of a blocking finding are folded below the table; what to do stands in the open."""
    page = markdown.render(REPORTS["one"]())
    shown, _, rest = page.partition("<details>")
    folded = rest.split("</details>")[0]
    for text in ('"Action":"kms:*"', "kms:ScheduleKeyDeletion", "Statement\\[1\\].Action was"):
        assert text in folded
        assert text not in shown
    for text in ("What to do:", "actions   = ["):
        assert text in shown
        assert text not in folded


def test_of_many_causes_what_to_do_is_folded() -> None:
    """Past three causes a reader opens what to do one by one."""
    page = markdown.render(REPORTS["forty"]())
    assert "What to do:" not in page.split("<details>")[0]
    assert "What to do:" in page.split("<details>")[1]


def test_what_does_not_block_is_folded() -> None:
    """Warnings and waived findings are folded, waivers with reason, owner and last day."""
    page = markdown.render(REPORTS["mixed"]())
    assert "<details><summary>Does not block: 1 warning</summary>" in page
    waived = page.split("<summary>Waived: 1 finding</summary>")[1]
    assert "waived until `2027-01-31` by `security@example.com`: emergency access, reviewed every quarter" in waived


def test_what_the_verdict_does_not_cover_is_not_folded() -> None:
    """An incomplete plan is said in the open, on a pass too."""
    page = markdown.render(report((msgspec.structs.replace(PLAN, complete=False),), ()))
    assert page.splitlines()[2] == (
        "- Note: `plan.json` is incomplete: -target or deferral left resources out; those that exist already were "
        "taken from the prior state"
    )


@pytest.mark.slow
def test_tables_have_equal_rows(any_report: Report) -> None:
    """A reader sees as many cells in each row as in the head."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown.render(any_report))
    marks = {"table_open": "|", "tr_open": "\n", "td_open": ".", "th_open": "."}
    tables = "".join(marks.get(token.type, "") for token in tokens).split("|")[1:]
    assert all(set(table.split()) <= {"..."} or set(table.split()) <= {"......"} for table in tables)


def test_without_limit_all_is_shown() -> None:
    """Forty findings are forty rows and forty folded parts."""
    page = markdown.render(REPORTS["forty"]())
    assert page.count("| [KMS001](https") == 40
    assert page.count("<details><summary>KMS001 ") == 40


def test_many_blocking_findings_are_folded() -> None:
    """Ten blocking findings stand in the open, the others in a folded part that counts them."""
    shown, more = markdown.render(REPORTS["forty"]()).split("<details><summary>Blocks as well: 30 findings</summary>")
    assert shown.count("| [KMS001](https") == 10
    assert more.count("| [KMS001](https") == 30


def test_a_folded_part_names_its_plan() -> None:
    """With several plans the folded parts tell apart the same address in two of them."""
    page = markdown.render(REPORTS["forty"]())
    for plan in ("network", "service"):
        assert f"<summary>KMS001 <code>aws_iam_role_policy.app[0]</code> in <code>{plan}/plan.json</code>" in page


@pytest.mark.parametrize("limit", [600, 1000, 2000, 5000, 20_000, 30_000])
def test_cut_by_whole_findings(limit: int) -> None:
    """The limit holds in bytes, what is shown is whole, and what is left out is counted."""
    page = markdown.render(REPORTS["forty"](), limit=limit)
    rows = page.count("| [KMS001](https")
    assert len(page.encode()) <= limit
    assert page.count("<details>") == page.count("</details>") == rows + 1 + (rows > 10)
    assert page.count("```") % 2 == 0
    assert f"**{40 - rows} findings not shown here**" in page
    assert page.startswith("### ❌ BLOCKED: 40 findings")


def test_the_cut_wastes_little() -> None:
    """As many findings as fit are shown: one more would not have."""
    report = REPORTS["forty"]()
    sizes = {len(markdown.render(report, limit=limit).encode()) for limit in range(9000, 9100, 10)}
    assert max(sizes) > 9000 - 1500


def test_blocking_findings_are_shown_first() -> None:
    """Under a limit warnings and waived findings are left out before what blocks."""
    mixed = REPORTS["mixed"]()
    page = markdown.render(mixed, limit=len(markdown.render(mixed).encode()) - 1)
    assert "KMS001" in page
    assert "KMS009" in page
    assert "waived until" not in page
    assert "**1 finding not shown here**" in page


def test_a_limit_that_holds_nothing_leaves_the_verdict() -> None:
    """However small the limit, the verdict stays."""
    assert markdown.render(REPORTS["one"](), limit=10) == "### ❌ BLOCKED: 1 finding newly grants full KMS access\n"


def test_backticks_of_a_message_are_code() -> None:
    """A name that a sentence quotes with backticks is code."""
    page = markdown.render(report((PLAN,), (msgspec.structs.replace(BLOCKING, message="role `a` may"),)))
    assert "<br>role `a` may |" in page


def test_many_principals_are_cut_in_the_table_only() -> None:
    """The table names three of forty principals, the folded part all of them."""
    page = markdown.render(REPORTS["forty"]())
    assert "`role app-2` and 37 more |" in page
    assert "`role app-38`, `role app-39`" in page


def test_settings_and_notes_are_told() -> None:
    """Where the settings came from and the notes on them stand in the open."""
    page = markdown.render(REPORTS["mixed"]())
    assert "- Note: the waiver of `KMS001` for module.break_glass ends in 9 days" in page
    assert page.splitlines()[-1].endswith(" Configuration: .gate.toml of refs/remotes/origin/main.")


def test_a_verdict_that_is_not_enforced_says_so() -> None:
    """Under --exit-zero the verdict says that nothing is enforced."""
    page = markdown.render(report((PLAN,), (BLOCKING,), enforcing=False))
    assert page.splitlines()[0].endswith(", reported only, NOT enforced")


def test_many_plans_are_cut() -> None:
    """Of many plans twenty are listed, and twenty notes."""
    plans = tuple(msgspec.structs.replace(PLAN, path=f"{i}.json", complete=False) for i in range(25))
    page = markdown.render(report(plans, ()))
    assert "- and 5 more plans" in page
    assert "- and 5 more such notes" in page


def folded(page: str) -> str:
    """What the first folded part holds."""
    return page.split("<details>")[1].split("</details>")[0]


def test_before_and_after() -> None:
    """The statements before the change stand above those after it."""
    part = folded(markdown.render(REPORTS["one"]()))
    before, after = part.split("After, what allows it:")
    assert 'Before:\n\n```\nstatement 2 (AppKms)\n  {"Sid":"AppKms","Effect":"Allow","Action":"kms:Decrypt"' in before
    assert '"Action":"kms:*"' in after


def test_a_document_that_said_nothing_about_kms() -> None:
    """Where the document changed and had no statement about KMS, that is said; where it is new, nothing is."""
    changed = msgspec.structs.replace(BLOCKING, before=())
    assert "Before: nothing about KMS\n\nAfter, what allows it:" in markdown.render(report((PLAN,), (changed,)))
    new = msgspec.structs.replace(BLOCKING, before=(), changes=())
    page = markdown.render(report((PLAN,), (new,)))
    assert "What allows it:" in page
    assert "Before" not in page


def test_an_example_is_a_block_of_hcl() -> None:
    """What to write instead is fenced as HCL, below what to do."""
    part = markdown.render(REPORTS["one"]())
    assert part.index("What to do:") < part.index("What to write instead:\n\n```hcl\nstatement {\n")


def test_an_example_of_a_template_is_a_block_of_json() -> None:
    """HCL names an element without quotes and a colon."""
    example = ("{", '  "Effect": "Allow",', '  "Action": "kms:Decrypt"', "}")
    assert "```json\n{\n" in markdown.render(report((PLAN,), (msgspec.structs.replace(BLOCKING, example=example),)))
    example = ("{", '  Condition = { "StringEquals" = { "kms:ViaService" = "a: b" } }', "}")
    assert "```hcl\n{\n" in markdown.render(report((PLAN,), (msgspec.structs.replace(BLOCKING, example=example),)))


def test_a_long_path_does_not_widen_the_table() -> None:
    """A path in a template is cut in its middle in the table, and whole below it."""
    path = 'template_body.Resources.Role.Policies["data"].PolicyDocument'
    holder = "role (aws_cloudformation_stack.app.template_body.Resources.Role)"
    told = msgspec.structs.replace(BLOCKING, attribute=path, principals=(holder,), message=f"{holder} gains it")
    page = markdown.render(report((PLAN,), (told,)))
    row, _, below = page.partition("| [KMS001]")
    assert row.endswith(
        '| `aws_iam_role_policy.app` `template_body.Resourc…"data"].PolicyDocument`<br>at `iam/main.tf:12` '
        "| `role (aws_cloudformat…e_body.Resources.Role)` "
    )
    assert "<br>role (aws_cloudformat…e_body.Resources.Role) gains it |" in below
    assert f"Where: `aws_iam_role_policy.app` `{path}`\n\nWho: `{holder}`" in below


def test_a_witness_is_a_sentence() -> None:
    """The example of a request names principal, action, resource and condition as code."""
    assert (
        "For example, `role app` may call `kms:ScheduleKeyDeletion` on "
        "`arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-0123456789ab`, "
        'if `StringEquals aws:RequestedRegion is "eu-west-1"`.'
    ) in markdown.render(REPORTS["one"]())


def test_a_remedy_and_an_example_are_told_once() -> None:
    """Of findings in a row with the same remedy and example the first tells them, and a later one refers to it."""
    other = msgspec.structs.replace(BLOCKING, address="c.c", remedy=("keep it",))
    page = markdown.render(report((PLAN,), (BLOCKING, msgspec.structs.replace(BLOCKING, address="b.b"), other)))
    assert page.count("```hcl") == 1
    assert page.count("What to do: the same as above") == 1
    assert "- keep it\n- for what to write instead see `aws_iam_role_policy.app` above" in page


def test_what_is_off_is_told_apart() -> None:
    """A finding of a rule that is off is no warning."""
    page = markdown.render(REPORTS["off"]())
    assert "<details><summary>Off: 1 finding of rules that are set to <code>off</code></summary>" in page
    assert "warning" not in page


def test_nobody_is_an_empty_cell() -> None:
    """A finding without principals, or with a nameless one, names none."""
    for nobody in ((), ("",)):
        finding = msgspec.structs.replace(UNDETERMINED, principals=nobody)
        assert "|  | [KMS009]" in markdown.render(report((PLAN,), (finding,)))
