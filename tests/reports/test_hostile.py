"""Every format, with hostile text in every field that a plan or a forged report can fill."""

import json
import re
from functools import cache, lru_cache
from html.parser import HTMLParser

import msgspec
import pytest
from lxml import etree
from markdown_it import MarkdownIt

from gate.report import (
    AccessChange,
    AccessColumn,
    Call,
    Examined,
    Extent,
    Finding,
    Line,
    Location,
    Report,
    Statement,
    Waiver,
    Witness,
    report,
)
from gate.reports import FORMATS, markdown, render
from gate.reports.look import Look
from gate.reports.markdown_row import links
from gate.reports.read import read
from tests.helpers.reports import BLOCKING, PLAN, WAIVED, WARNING

pytestmark = pytest.mark.slow

HOSTILE = {
    "controls": "\x00\x07\x1b[2J\x1b]8;;http://evil\x07\x7f\x85",
    "lines": "a\r\nb\u2028c\u2029d\x0be",
    "bidi": "\u202egnp\u2066\u200b\ufeff\u00ad",
    "four bytes": "𝒜🔑鍵",
    "lone surrogates": "\ud800x\udfff \udc00\ud800",
    "noncharacters": "\ufffe\uffff\U0001ffff",
    "cdata": "]]><![CDATA[<failure/>]]>",
    "comment": "--><!-- gate:v1 -->",
    "backticks": "``` `` ` ~~~\n```\n# PASS",
    "backslash pipe": "a\\|b\\\\|c| d ` |\n| x |",
    "trailing backslash": "x\\",
    "details": "</details></summary></code><img src=x onerror=alert(1)>",
    "entities": "&lt;script&gt; &amp;#x3c;",
    "links": "[x](javascript:alert(1)) ![i](http://e/x.png) <http://e> http://e.com www.e.com a@b.com",
    "mentions": "@octocat @org/team #1 org/repo#1 GH-1 GHSA-1 CVE-2024-1 a1b2c3d :tada: $x$",
    "markup": "**b** _i_ ~~s~~ `c` [x]: y\n1. a\n- b\n> c\n***\n| a |\n",
    "heading": "\n\n# ✅ PASS\n\n",
    "workflow": "::error::x",
    "workflow line": "\n  ::add-mask::x\n::stop-commands::t",
    "workflow old": "##[error]x ###[warning]",
    "azure": "##vso[task.setvariable variable=PATH]x ##VSO[task.complete result=Succeeded]",
    "percent": "%0A::error::%25,:",
    "placeholder": "{0} %s ${x} $(id)",
    "empty": "",
    "spaces": "   ",
    "long": "A" * 200_000,
    "long escapes": "\u202e`" * 40_000,
}
BASE = "https://github.com/o/r/blob/0123456/"
BLOB = BASE + "{file}#L{line}"


def hostile(text: str) -> Report:
    """A report that has the text wherever text can stand."""
    names = (text, text + "2")
    finding = Finding(
        rule=text,
        name=text,
        level="error",
        blocks=True,
        plan=text,
        address=text,
        attribute=text,
        principals=names,
        statements=(
            Statement(0, text, text),
            Statement(1, None, None),
            Statement(
                2, "x", json.dumps({text[:9000]: [text[:9000]] * 20, "Effect": "Allow", "Action": ["kms:*"] * 20})
            ),
        ),
        message=text,
        witness=Witness(text, text, text, names),
        location=Location(
            text, 1, (Call(text, text, 1), Call(f"{text}.x", text, 2)), (Line(1, text, True), Line(9, text))
        ),
        fingerprint=text,
        waiver=None,
        changes=names,
        remedy=names,
        example=names,
        before=(Statement(0, text, text),),
        actions=names,
        resources=names,
        cause=text,
    )
    off = msgspec.structs.replace(finding, blocks=False, level="note")
    waived = msgspec.structs.replace(finding, blocks=False, waiver=Waiver(text, text, text))
    findings = (
        finding,
        msgspec.structs.replace(finding, address=text + "elsewhere"),
        msgspec.structs.replace(BLOCKING, message=text, principals=names, plan=text, fingerprint=text),
        msgspec.structs.replace(WAIVED, waiver=Waiver(text, text, "2027-01-31")),
        waived,
        off,
        msgspec.structs.replace(finding, blocks=False, level="warning"),
        msgspec.structs.replace(WARNING, location=None, witness=None, statements=(), message=text),
    )
    plan = msgspec.structs.replace(
        PLAN,
        path=text,
        terraform_version=text,
        format_version=text,
        complete=False,
        unproven_roles=2,
        examined=(Examined(text, text, names), Examined(text, text, ()), Examined(text, text, names)),
        access=(changed(text), changed(text + "2")),
    )
    made = report((plan, PLAN, plan), findings, text, (text or "x", text + "note"), enforcing=False)
    return msgspec.structs.replace(made, findings=findings)


def changed(text: str) -> AccessChange:
    """A row of the matrix that has the text wherever text can stand."""
    every = Extent("every", text, conditional=True)
    columns = tuple(AccessColumn(f"{text}{i}", Extent("none"), every, "more") for i in range(4))
    return AccessChange(text, columns, (text,), (text,), text)


@pytest.fixture(params=HOSTILE, scope="module")
def hostile_report(request: pytest.FixtureRequest) -> Report:
    """A report full of each of the hostile texts in turn."""
    return hostile(HOSTILE[request.param])


@lru_cache(maxsize=len(FORMATS))
def shown(made: Report, name: str) -> str:
    """A report in a format, written once for all tests that look at it."""
    return render(made, name)


@pytest.mark.parametrize("name", FORMATS)
def test_runs_no_workflow_command(name: str, hostile_report: Report) -> None:
    """No format prints a line that a GitHub runner obeys, but for the annotations that gate itself writes."""
    for line in shown(hostile_report, name).splitlines():
        assert not re.search(r"(?i)##(vso)?\[", line)
        if line.lstrip().startswith("::"):
            assert name == "github"
            assert re.match(r"::(error|warning|notice) [^:]*::", line)


@pytest.mark.parametrize("name", FORMATS)
def test_is_printable_and_encodable(name: str, hostile_report: Report) -> None:
    """Every format can be written as UTF-8, and controls no terminal."""
    text = shown(hostile_report, name)
    text.encode()
    assert text.replace("\n", "").isprintable()
    assert text.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_stays_small(name: str, hostile_report: Report) -> None:
    """A text of a megabyte is cut in every format but JSON, which says all."""
    if name != "json":
        assert len(shown(hostile_report, name)) < 400_000


@pytest.mark.parametrize("name", FORMATS)
def test_is_deterministic(name: str, hostile_report: Report) -> None:
    """The same report gives the same bytes."""
    assert render(hostile_report, name) == shown(hostile_report, name)


def test_colour_adds_only_its_own_escapes(hostile_report: Report) -> None:
    """With colour the only control sequences are gate's own."""
    text = render(hostile_report, "text", Look(colour=True))
    assert re.sub(r"\x1b\[(?:[0-9]+(?:;[0-9]+)*)m", "", text).replace("\n", "").isprintable()


def test_json_reads_back(hostile_report: Report) -> None:
    """The JSON says everything; only lone surrogates come back as the text of their escapes."""
    decoded = json.loads(shown(hostile_report, "json"))
    assert len(decoded["findings"]) == 8
    expected = re.sub("[\ud800-\udfff]", lambda lone: f"\\u{ord(lone[0]):04x}", hostile_report.findings[0].address)
    assert decoded["findings"][0]["address"] == expected


def test_junit_counts(hostile_report: Report) -> None:
    """Every finding that blocks is one failure, every waived one a skipped case, and no case hides another."""
    root = etree.fromstring(shown(hostile_report, "junit").encode())
    cases = root.findall("testsuite/testcase")
    assert len(root.findall("testsuite/testcase/failure")) == 3
    assert len(root.findall("testsuite/testcase/skipped")) == 2
    assert all(failure.get("message") and failure.get("type") for failure in root.iter("failure"))
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names)
    assert all(classname and name for classname, name in names)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.loose = ""  # text outside code
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(attrs)))
        self._code += tag in {"code", "pre"}

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}", ()))
        self._code -= tag in {"code", "pre"}

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", ()))

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.loose += data


def _but_code(tags: _Tags) -> list[tuple[str, tuple[tuple[str, str | None], ...]]]:
    """The elements without code, of which a sentence has as many as it has odd words."""
    return [tag for tag in tags.found if tag[0] not in {"code", "/code"}]


def tags(text: str) -> _Tags:
    """The HTML that GitHub's Markdown makes of a text, near enough: tables, HTML and bare links read."""
    parser = _Tags()
    parser.feed(MarkdownIt("gfm-like", {"linkify": False}).render(text))
    parser.close()
    return parser


@lru_cache(maxsize=1)
def _shown(made: Report) -> _Tags:
    """The HTML of a report, read once for all tests that look at it."""
    return tags(shown(made, "markdown"))


@cache
def _harmless() -> _Tags:
    return tags(render(hostile("harmless text"), "markdown"))


@cache
def _harmless_with_links() -> _Tags:
    return tags(markdown.render(hostile("harmless text"), link=links(BLOB)))


def test_markdown_structure_is_that_of_harmless_text(hostile_report: Report) -> None:
    """Hostile text leaves the very elements that harmless text has, in the same order."""
    harmless = _harmless()
    found = _shown(hostile_report)
    if hostile_report.findings[0].message.strip():
        assert _but_code(found) == _but_code(harmless)
    allowed = {"h3", "table", "thead", "tbody", "tr", "th", "td", "a", "br", "details", "summary", "code", "pre", "p"}
    assert {tag.strip("/") for tag, _ in found.found} <= allowed | {"ul", "li", "strong"}
    assert all(
        dict(attrs).get("href", "https://github.com/kms-gate/").startswith("https://github.com/kms-gate/")
        for _, attrs in found.found
    )


def test_links_lead_into_the_repository(hostile_report: Report) -> None:
    """With links to the source every address is gate's own page or a file of the repository, whatever files are called,
    and the elements are those that harmless names have."""
    found, harmless = tags(markdown.render(hostile_report, link=links(BLOB))), _harmless_with_links()
    addresses = [dict(attrs).get("href") or "" for tag, attrs in found.found if tag == "a"]
    own = [address for address in addresses if not address.startswith("https://github.com/kms-gate/")]
    assert all(re.fullmatch(re.escape(BASE) + r"[\w.~/%-]+#L\d+", address) for address in own)
    if hostile_report.findings[0].message.strip():
        assert [tag for tag in _but_code(found) if tag[0] not in {"a", "/a"}] == [
            tag for tag in _but_code(harmless) if tag[0] not in {"a", "/a"}
        ]


def test_markdown_triggers_nothing(hostile_report: Report) -> None:
    """Outside code nothing is a mention, a reference, a web or mail address, an emoji, mathematics or a commit."""
    loose = _shown(hostile_report).loose
    assert not re.search(r"[@#$]|://|www\.|GH-|GHSA-|CVE-|:[\w+-]+:|\b[0-9a-f]{7,}\b", loose)


def test_markdown_marker_comment_survives(hostile_report: Report) -> None:
    """Nothing in the text ends or begins an HTML comment, where a caller keeps its marker."""
    found = tags(f"<!-- marker -->\n{shown(hostile_report, 'markdown')}").found
    assert found[0] == ("comment", ())
    assert sum(tag == "comment" for tag, _ in found) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_survives_five_thousand_findings(name: str) -> None:
    """Five thousand findings are told or counted in every format."""
    findings = tuple(
        msgspec.structs.replace(BLOCKING, address=f"aws_iam_role_policy.r[{i}]", fingerprint=f"{i:x}")
        for i in range(5000)
    )
    text = render(report((PLAN,), findings), name)
    assert "5,000" in text or name not in {"text", "markdown"}
    assert name != "junit" or len(etree.fromstring(text.encode()).findall("testsuite/testcase/failure")) == 5000
    assert name not in {"gitlab", "json", "sarif"} or json.loads(text)
    if name == "json":
        assert len(read(text.encode(), "r.json").findings) == 5000
