"""`gate report`: reports again, in other formats."""

import click

from gate.cli import options


@click.command(name="report", short_help="Show JSON reports again, in other formats.")
@click.argument("reports", metavar="REPORT.json...", nargs=-1, required=True)
@options.outputs
@options.matrix
@options.quiet
@options.verbose
def command(reports: tuple[str, ...], outputs: tuple[str, ...], matrix: bool, quiet: bool, verbose: bool) -> None:
    """Show REPORT.json, what `gate check -o json` wrote, in another format; several become one.

    Exit 0: shown. 2: not shown, the reason is on stderr. The verdict is `gate check`'s.
    """
    from gate.check import read_input
    from gate.cli.outputs import deliver, discard, targets
    from gate.reports.read import merge, read

    detail = options.detail(quiet, verbose)
    wanted = targets(outputs, reports, matrix=matrix)
    discard(wanted)
    deliver(merge([read(read_input(path), path) for path in reports]), wanted, detail, matrix=matrix)
