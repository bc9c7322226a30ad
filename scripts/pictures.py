"""Draws docs/pictures: the terminal and the comment of a blocked pull request, from what gate says today.

gate runs on an example, as people run it: its text with colours becomes an SVG, its Markdown a page that looks as
GitHub shows it, photographed by Chromium (`chromium` on PATH, or CHROMIUM; with a font that has emoji).
"""

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
EXAMPLE = ROOT / "examples" / "plans" / "introduced-by-update"
COLUMNS = 100
WIDTH = 940  # of the comment, in CSS pixels
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 16px; width: {inner}px; background: #fff; color: #1f2328;
  font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", Helvetica, Arial, sans-serif; }}
.comment {{ border: 1px solid #d1d9e0; border-radius: 6px; }}
.comment > header {{ background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0;
  padding: 8px 16px; color: #59636e; }}
.comment > header b {{ color: #1f2328; }}
.comment > header span {{ border: 1px solid #d1d9e0; border-radius: 2em; padding: 0 7px; font-size: 12px; }}
.body {{ padding: 16px; overflow-wrap: break-word; }}
.body > :first-child {{ margin-top: 0; }} .body > :last-child {{ margin-bottom: 0; }}
h1, h2, h3, h4 {{ margin: 24px 0 16px; line-height: 1.25; }} h3 {{ font-size: 1.25em; }}
p, ul, ol, table, pre, details {{ margin: 0 0 16px; }} ul, ol {{ padding-left: 2em; }}
a {{ color: #0969da; }} summary {{ cursor: pointer; }}
code {{ font: 12px ui-monospace, "SFMono-Regular", Consolas, "DejaVu Sans Mono", monospace;
  background: #818b981f; border-radius: 6px; padding: .2em .4em; }}
pre {{ background: #f6f8fa; border-radius: 6px; padding: 16px; line-height: 1.45; white-space: pre-wrap; }}
pre code {{ background: none; padding: 0; }}
table {{ border-collapse: collapse; }} th, td {{ border: 1px solid #d1d9e0; padding: 6px 13px; text-align: left; }}
tr:nth-child(2n) td {{ background: #f6f8fa; }}
</style><div class="comment"><header><b>github-actions</b> <span>bot</span> commented</header>
<div class="body">{body}</div></div>
"""
TALLEST = 4000


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copy(EXAMPLE / "plan.json", work / "plan.json")
        shutil.copy(EXAMPLE / "after.tf", work / "iam.tf")
        shown = gate(work, "check", "plan.json", "--source", ".", "-o", "text", "-o", "markdown=gate.md")
        PICTURES.mkdir(exist_ok=True)
        (PICTURES / "terminal.svg").write_text(
            terminal(f"$ gate check plan.json --source .\n{shown}"), encoding="utf-8"
        )
        photograph(comment((work / "gate.md").read_text(encoding="utf-8")), work, PICTURES / "comment.png")
    return 0


def gate(folder: Path, *arguments: str) -> str:
    """What gate prints on a terminal with colours; the plan is one that it blocks."""
    environment = {"PATH": os.environ["PATH"], "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    done = subprocess.run(
        [sys.executable, "-I", "-m", "gate", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 1:
        sys.exit(f"gate exited {done.returncode}, and this example is blocked: {done.stderr}")
    return done.stdout


def terminal(text: str) -> str:
    """An SVG of a terminal window; it loads nothing, where rich's own fetches a font."""
    drawn = Text.from_ansi(text)
    width = max(len(line) for line in drawn.plain.split("\n"))
    console = Console(record=True, width=max(width, COLUMNS), file=open(os.devnull, "w"), force_terminal=True)  # noqa: SIM115, PTH123
    console.print(drawn)
    picture = console.export_svg(title="gate check", theme=MONOKAI, unique_id="gate")
    picture = re.sub(r"(?s)@font-face \{.*?\}\s*", "", picture)
    return picture.replace(
        "Fira Code, monospace", "ui-monospace, SFMono-Regular, Consolas, DejaVu Sans Mono, monospace"
    )


def comment(markdown: str) -> str:
    """The page of one comment, with GitHub's elements alone: its Markdown lets tables and some HTML through."""
    body = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)
    return PAGE.format(inner=WIDTH - 32, body=body)


def photograph(page: str, work: Path, picture: Path) -> None:
    """A screenshot as tall as the page."""
    measured = work / "measured.html"
    script = "<script>document.title = document.body.scrollHeight</script>"
    measured.write_text(page + script, encoding="utf-8")
    told = chromium("--dump-dom", f"--window-size={WIDTH},{TALLEST}", measured.as_uri())
    height = re.search(r"<title>(\d+)</title>", told)
    if height is None:
        sys.exit(f"Chromium told no height: {html.escape(told[:200])}")
    file = work / "comment.html"
    file.write_text(page, encoding="utf-8")
    size = f"--window-size={WIDTH},{min(int(height[1]), TALLEST)}"
    chromium("--hide-scrollbars", f"--screenshot={picture}", size, file.as_uri())
    if not picture.is_file():
        sys.exit("Chromium took no picture")


def chromium(*arguments: str) -> str:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.exit("there is no Chromium: install it, or name it with CHROMIUM")
    common = ["--headless=new", "--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"]
    done = subprocess.run([program, *common, *arguments], capture_output=True, text=True, check=False, timeout=120)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
