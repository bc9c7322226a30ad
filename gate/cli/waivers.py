"""`gate waivers`: the waivers of a configuration file and the days that they have left."""

from pathlib import Path

import click


@click.command(name="waivers", short_help="List waivers with the days left; exit 1 if any has expired.")
@click.option("--config", "file", metavar="FILE", type=click.Path(path_type=Path), help="Instead of .gate.toml.")
@click.option(
    "--report", "report", metavar="REPORT.json", help="Also name the waivers that this report has no use for."
)
def command(file: Path | None, report: str | None) -> None:
    """Check .gate.toml, or FILE, and list its waivers, the soonest to expire first.

    It is the working tree's file that is checked, in CI too: for a nightly job and for pre-commit. Exit 0: valid.
    1: a waiver has expired. 2: the file is not valid; why is on stderr.
    """
    from gate.cli.reading import read_report
    from gate.settings.load import nearest, read_file
    from gate.settings.model import FILE_NAME
    from gate.text.escape import command_free, visible
    from gate.waivers.apply import today
    from gate.waivers.listing import listing

    path = file or nearest(Path.cwd().resolve())
    findings = None if report is None else read_report(report).findings
    if path is None:
        click.echo(f"no {FILE_NAME} in the working directory or above it in its repository, so nothing is waived")
        return
    lines, any_expired = listing(read_file(path, str(file or FILE_NAME)), today(), findings)
    for line in lines:
        click.echo(command_free(visible(line)))
    if any_expired:
        raise SystemExit(1)
