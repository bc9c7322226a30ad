"""The style of the HTML report: light and dark, wide, narrow and printed; it loads no picture and no font."""

import base64
import hashlib

CSS = """
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1d2430; --muted: #565f6e; --line: #d5dae2; --panel: #f5f7fa; --code: #eceff4;
  --alarm: #a3140f; --alarm-panel: #fdeceb; --warn: #7a4a00; --warn-panel: #fdf3df;
  --good: #11622f; --good-panel: #e6f5ea; --link: #0a55b8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161d; --text: #e4e8ee; --muted: #a3adba; --line: #363f4c; --panel: #1a2029; --code: #262e39;
    --alarm: #ff9d94; --alarm-panel: #3a1a1b; --warn: #f2c063; --warn-panel: #352a14;
    --good: #7fd69a; --good-panel: #14301f; --link: #86b8ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 72rem; padding: 1rem 1.25rem 3rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, "Segoe UI", "Liberation Sans", sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 0; }
p, ul, dl { margin: .5rem 0; }
ul { padding-left: 1.25rem; }
a { color: var(--link); }
code, pre { font: .875em/1.5 ui-monospace, "SFMono-Regular", "Liberation Mono", monospace; }
code { background: var(--code); border-radius: .25rem; padding: .1em .3em; unicode-bidi: isolate; }
pre {
  background: var(--code); border-radius: .375rem; padding: .625rem .75rem; margin: .5rem 0; white-space: pre-wrap;
  overflow-wrap: anywhere; unicode-bidi: isolate;
}
pre code { background: none; padding: 0; font-size: 1em; }
mark { background: var(--alarm-panel); color: var(--alarm); font-weight: 700; }
.verdict { border-left: .5rem solid; border-radius: .375rem; padding: .875rem 1rem; }
.verdict p { margin: .25rem 0 0; color: var(--text); }
.verdict.block { background: var(--alarm-panel); border-color: var(--alarm); color: var(--alarm); }
.verdict.pass { background: var(--good-panel); border-color: var(--good); color: var(--good); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; margin: 1rem 0 0; }
article { border: 1px solid var(--line); border-left: .375rem solid var(--muted); border-radius: .375rem;
  padding: .875rem 1rem; margin: 0 0 1rem; }
article.block { border-left-color: var(--alarm); }
article.warn { border-left-color: var(--warn); }
article .said { font-size: 1.05rem; margin: .5rem 0; }
.badge { display: inline-block; border-radius: 1rem; padding: .05rem .6rem; font-size: .8125rem; font-weight: 700;
  background: var(--code); color: var(--text); }
.block > h3 .badge { background: var(--alarm-panel); color: var(--alarm); }
.warn > h3 .badge { background: var(--warn-panel); color: var(--warn); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { color: var(--muted); }
dd { margin: 0; min-width: 0; }
details { margin: .375rem 0; }
summary { cursor: pointer; color: var(--link); padding: .125rem 0; }
summary:focus-visible, a:focus-visible, [tabindex]:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px;
}
dd details, td details, th details { display: block; font-weight: 400; }
.todo { background: var(--panel); border-radius: .375rem; padding: .5rem .75rem; margin: .75rem 0; }
.todo h4 { margin: 0; font-size: .9375rem; }
.scroll { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: .375rem; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: left; padding: .5rem .75rem; color: var(--muted); caption-side: top; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-top: 1px solid var(--line); }
thead th { background: var(--panel); white-space: nowrap; }
tbody th { font-weight: 400; min-width: 11rem; }
caption span { position: sticky; left: .75rem; display: inline-block; max-width: calc(100vw - 4rem); }
.matrix th:first-child { position: sticky; left: 0; z-index: 1; background: var(--page); }
.matrix thead th:first-child { background: var(--panel); }
.matrix td { min-width: 8rem; }
.matrix td .was { color: var(--muted); display: block; }
.matrix td .is { font-weight: 700; }
.matrix td.same, .matrix td.same .is { color: var(--muted); font-weight: 400; }
.matrix td.alarm { background: var(--alarm-panel); }
.matrix td.alarm .is { color: var(--alarm); }
.matrix td.more, .matrix td.undetermined { background: var(--warn-panel); }
.matrix td.more .is, .matrix td.undetermined .is { color: var(--warn); }
.matrix td.less { background: var(--good-panel); }
.matrix td.less .is { color: var(--good); }
.more-or-less { display: block; font-size: .8125rem; font-weight: 700; }
.legend { color: var(--muted); font-size: .875rem; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .75rem; color: var(--muted);
  font-size: .875rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 40rem) {
  body { padding: .75rem .75rem 2rem; }
  h1 { font-size: 1.25rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
  article { padding: .75rem; }
  th, td { padding: .375rem .5rem; }
  tbody th { min-width: 8rem; }
}
@media print {
  body { max-width: none; }
  .scroll { overflow: visible; }
  article, tr { break-inside: avoid; }
}
"""


def source() -> str:
    """The style's source for a Content-Security-Policy (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()}'"
