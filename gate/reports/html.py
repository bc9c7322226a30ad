"""One HTML page to keep as an artifact of a run: the findings, who gains what, and what was examined.

It holds no script, loads nothing, and forbids itself both (https://www.w3.org/TR/CSP3/): opened from wherever, it is
what was written. It is well-formed as XML too, so that a browser reads the very elements that stand there.
"""

from gate.report import Report
from gate.reports.html_findings import findings
from gate.reports.html_style import CSS, source
from gate.reports.html_tables import examined, matrix
from gate.reports.html_text import code, listing, sentence, text
from gate.reports.phrases import caveats, headline
from gate.reports.phrases import examined as counted

_POLICY = f"default-src 'none'; style-src {source()}; base-uri 'none'; form-action 'none'"


def render(report: Report) -> str:
    """The report as a page of HTML; the same bytes for the same report."""
    verdict = "block" if report.verdict == "block" else "pass"
    symbol = "✗" if report.verdict == "block" else "✓"
    told = headline(report)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8"/>',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>',
            '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
            '<meta name="referrer" content="no-referrer"/>',
            f"<title>gate: {text(told, 300)}</title>",
            f"<style>{CSS}</style>",
            "</head>",
            "<body>",
            f'<header>\n<div class="verdict {verdict}">',
            f'<h1><span aria-hidden="true">{symbol} </span>{text(told)}</h1>',
            f"<p>Examined {text(counted(report))}.</p>\n</div>",
            _contents(),
            "</header>",
            "<main>",
            _notes(report),
            findings(report),
            matrix(report),
            examined(report),
            "</main>",
            _footer(report),
            "</body>",
            "</html>",
            "",
        ]
    )


def _contents() -> str:
    links = listing(
        f'<a href="#{name}">{words}</a>'
        for name, words in (
            ("findings", "Findings"),
            ("matrix", "Who gains what"),
            ("examined", "What was examined"),
        )
    )
    return f'<nav aria-label="Contents">\n{links}\n</nav>'


def _notes(report: Report) -> str:
    """What the verdict does not cover; nothing where there is nothing to say."""
    found = caveats(report, lambda name: code(name, 300), sentence)
    if not found:
        return ""
    return f'<section id="notes">\n<h2>Read this first</h2>\n{listing(found)}\n</section>'


def _footer(report: Report) -> str:
    settings = f" Configuration: {text(report.configuration)}." if report.configuration else ""
    return f"<footer>\n<p>Written by gate {text(report.gate.version, 40)}.{settings}</p>\n</footer>"
