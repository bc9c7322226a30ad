"""gate.reports.html: one page that holds nothing but what was found."""

import base64
import hashlib
import re
from collections.abc import Iterator

import pytest
from lxml import etree
from lxml import html as browserlike
from msgspec.structs import replace

from gate.report import Call, Line, Location, Report, report
from gate.reports.html import render
from tests.helpers.reports import ACCESS, BLOCKING, PLAN, REPORTS, WARNING, access
from tests.reports.test_hostile import HOSTILE, hostile

VOID = {"meta", "br"}
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav", "section", "article", "div",
    "h1", "h2", "h3", "h4", "p", "a", "ul", "li", "dl", "dt", "dd", "details", "summary", "pre", "code", "mark", "span",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "br",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "open", "scope", "role", "tabindex",
    "aria-hidden", "aria-label", "aria-labelledby",
}  # fmt: skip


def tree(page: str) -> etree._Element:
    """The page read as XML, which forgives nothing."""
    return etree.fromstring(page.removeprefix("<!DOCTYPE html>").encode())


def texts(element: etree._Element) -> str:
    """All that stands in an element, white space as one space."""
    return " ".join("".join(element.itertext()).split())


def names(root: etree._Element) -> Iterator[str]:
    """The elements in their order."""
    return (element.tag for element in root.iter() if isinstance(element.tag, str))


def harmless_or_hostile() -> Iterator[Report]:
    yield from (made() for made in REPORTS.values())
    yield from (with_lines(hostile(text), text) for text in HOSTILE.values())


def with_lines(made: Report, text: str) -> Report:
    """The same with a text wherever a module call or a line of the source can have one."""
    location = Location(text, 3, (Call(text, text, 1),), (Line(2, text), Line(3, text, marked=True)))
    findings = tuple(replace(finding, location=location, cause="x") for finding in made.findings)
    return replace(made, findings=findings)


@pytest.fixture(params=range(len(REPORTS) + len(HOSTILE)))
def page(request: pytest.FixtureRequest) -> str:
    """Each report as a page."""
    return render([*harmless_or_hostile()][request.param])


def test_is_the_same_for_the_same_report(any_report: Report) -> None:
    """No date, no random id: the same bytes."""
    assert render(any_report) == render(any_report)


@pytest.mark.slow
def test_is_valid(page: str) -> None:
    """Well-formed, with known elements and attributes only, no id twice, and the same to a forgiving reader."""
    root = tree(page)
    assert set(names(root)) <= ELEMENTS
    assert {str(name) for element in root.iter() for name in element.attrib} <= ATTRIBUTES
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    for reference in ("aria-labelledby", "href"):
        for element in root.iter():
            value = element.get(reference, "")
            assert value.startswith("https://") or not value or value.removeprefix("#") in ids
    assert [*names(browserlike.document_fromstring(page.encode()))] == [*names(root)]


@pytest.mark.slow
def test_loads_and_runs_nothing(page: str) -> None:
    """The policy allows the one style by its hash; there is no script, no handler, no style attribute, no picture."""
    root = tree(page)
    policy = root.find("head/meta[@http-equiv='Content-Security-Policy']").get("content")
    style = root.find("head/style").text
    source = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{source}'; base-uri 'none'; form-action 'none'"
    assert len(root.findall(".//style")) == 1
    assert not re.search(r"@import|url\(|expression|javascript", style)
    for element in root.iter():
        assert not {"style", "src", "srcset", "action", "data"} & set(element.attrib)
        assert element.tag == "a" or "href" not in element.attrib
        assert not any(str(name).startswith("on") for name in element.attrib)
    links = [element.get("href") for element in root.iter("a")]
    assert all(link.startswith(("#", "https://github.com/kms-gate/gate/")) for link in links)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_inert(name: str) -> None:
    """Whatever text stands in a report, the page has the elements that it has with harmless text."""
    text = HOSTILE[name]
    if not text.strip() or "`" in text:
        pytest.skip("nothing is told of it, or it quotes code")
    expected = tree(render(with_lines(hostile("harmless text"), "harmless text")))
    assert [*names(tree(render(with_lines(hostile(text), text))))] == [*names(expected)]


def test_tells_the_verdict_first() -> None:
    """The first heading is the verdict, in words."""
    assert texts(tree(render(REPORTS["one"]())).find(".//h1")) == "✗ BLOCKED: 1 finding newly grants full KMS access"
    assert texts(tree(render(REPORTS["pass"]())).find(".//h1")) == "✓ PASS: no new full KMS access found"


def test_a_finding_in_full() -> None:
    """Where, who, what to do in the open; the statements, what was there before and the witness folded."""
    article = tree(render(REPORTS["one"]())).find(".//article")
    folded = {texts(one.find("summary")): texts(one) for one in article.iter("details")}
    assert [*folded] == ["What allows it", "What was there before", "A request that is newly allowed", "What changed"]
    assert '"Action":"kms:*"' in folded["What allows it"]
    assert '"Action":"kms:Decrypt"' in folded["What was there before"]
    assert "role app may call kms:ScheduleKeyDeletion on arn:aws:kms:" in folded["A request that is newly allowed"]
    assert "aws:RequestedRegion" in folded["A request that is newly allowed"]
    assert "iam/main.tf:12" in texts(article.find("dl"))
    assert "administer keys from another role" in texts(article.find("div[@class='todo']"))


def test_findings_of_one_cause_are_one_article() -> None:
    """Forty findings that one change brought about are told once, with who and where."""
    many = [replace(BLOCKING, address=f"aws_iam_role_policy.r[{i}]", principals=(f"role r-{i}",)) for i in range(40)]
    made = report((PLAN,), tuple(replace(one, cause="main.tf:31", fingerprint=one.address) for one in many))
    (article,) = tree(render(made)).iter("article")
    assert "40 roles, one cause" in texts(article.find("h3"))
    assert "and 35 more principals" in texts(article)
    assert "39 more findings of the same cause" in texts(article)
    assert all(f"r[{i}]" in texts(article) for i in range(40))
    apart = report((PLAN,), tuple(replace(one, fingerprint=one.address) for one in many))
    assert len([*tree(render(apart)).iter("article")]) == 40


def test_what_to_do_is_told_once_in_the_open() -> None:
    """Where the next finding asks for the same, it is folded there."""
    several = report((PLAN,), (BLOCKING, replace(BLOCKING, address="aws_iam_role_policy.b", fingerprint="b"), WARNING))
    first, second, _ = tree(render(several)).iter("article")
    assert first.find("div[@class='todo']") is not None
    assert second.find("div[@class='todo']") is None
    assert "What to do" in [texts(one) for one in second.iter("summary")]


def test_the_way_to_the_line() -> None:
    """Module calls stand before the line, and of the excerpt the line itself is marked."""
    location = Location(
        "modules/role/main.tf", 14, (Call("module.orders", "main.tf", 1),), (Line(13, "a"), Line(14, "b", marked=True))
    )
    article = tree(render(report((PLAN,), (replace(BLOCKING, location=location),)))).find(".//article")
    assert "module.orders at main.tf:1 → modules/role/main.tf:14" in texts(article.find("dl"))
    assert [one.text for one in article.iter("mark")] == ["14 b"]


def test_the_matrix_is_a_table() -> None:
    """It has a caption, and every heading says what it is a heading of."""
    root = tree(render(REPORTS["matrix"]()))
    (table,) = [one for one in root.iter("table") if one.get("class") == "matrix"]
    assert "KMS access of 8 principals changes" in texts(table.find("caption"))
    assert [(texts(one), one.get("scope")) for one in table.findall("thead/tr/th")] == [
        (name, "col") for name in ("who", "use", "grant on", "administer", "destroy")
    ]
    lines = table.findall("tbody/tr")
    assert all(line.find("th").get("scope") == "row" and len(line.findall("td")) == 4 for line in lines)
    cells = [texts(cell) for cell in lines[0].findall("td")]
    assert cells[0] == "◐ named keys → becomes ● every key ▲ more"
    assert cells[2].endswith("◕ every key of account 111122223333, on conditions ▲ more")
    assert cells[3] == "◐ named keys"
    assert [line.findall("td")[0].get("class") for line in lines] == [
        "alarm", "more", "less", "more", "undetermined", "same", "more",
    ]  # fmt: skip


def test_principals_whose_access_changes_alike_are_one_row() -> None:
    """Forty roles of one module are one row that names all of them."""
    rows = tuple(replace(ACCESS[1], principal=f"role r-{i}") for i in range(40))
    root = tree(render(report((replace(PLAN, access=rows),), ())))
    (line,) = [one for one in root.iter("tr") if one.find("td") is not None and "r-0" in texts(one)]
    assert all(f"role r-{i}" in texts(line) for i in range(40))
    assert "and 35 more of which the same is true" in texts(line)


def test_actions_in_no_column_are_shown() -> None:
    """Where no column says what changes, the actions are open."""
    rows = (access("role lister", gained=("kms:ListKeys",)),)
    root = tree(render(report((replace(PLAN, access=rows),), ())))
    (details,) = [one for one in root.iter("details") if texts(one.find("summary")) == "1 action"]
    assert details.get("open") == ""
    assert "Gains kms:ListKeys" in texts(details)


def test_nobody_gains_anything() -> None:
    """Then it says so."""
    assert "Nobody’s KMS access changes." in texts(tree(render(REPORTS["pass"]())))


def test_what_was_examined() -> None:
    """Each plan with its places; those of several plans are folded."""
    root = tree(render(REPORTS["forty"]()))
    section = root.find(".//section[@id='examined']")
    assert [texts(one).partition(":")[0] for one in section.iter("summary")] == [
        "network/plan.json",
        "service/plan.json",
    ]
    assert not [one for one in section.iter("details") if "open" in one.attrib]
    single = tree(render(REPORTS["one"]())).find(".//section[@id='examined']/details")
    assert single.get("open") == ""


@pytest.mark.slow
def test_many_findings_are_counted() -> None:
    """Past two hundred, what is left out is told."""
    many = tuple(replace(BLOCKING, address=f"r{i:04}", fingerprint=str(i)) for i in range(250))
    assert "And 50 more, which -o json=FILE has." in texts(tree(render(report((PLAN,), many))))
