"""Options that several commands have."""

import click

from gate.errors import GateError
from gate.reports import DEFAULT, FORMATS
from gate.reports.look import Detail
from gate.text.words import in_words

_LISTED = in_words([f"{name} (default)" if name == DEFAULT else name for name in FORMATS], "or")

outputs = click.option(
    "-o",
    "--output",
    "outputs",
    metavar="FORMAT[=PATH]",
    multiple=True,
    help=f"A report: {_LISTED}; without PATH to standard output.",
)

matrix = click.option("--matrix", is_flag=True, help="Add who gains what to the text report: every principal.")
quiet = click.option("-q", "--quiet", is_flag=True, help="Of the text, the verdict alone.")
verbose = click.option(
    "-v", "--verbose", is_flag=True, help="In the text, every document too, and why it is or is not a grant."
)


def detail(quiet: bool, verbose: bool) -> Detail:
    """How much the text tells. Raises GateError where both are wanted."""
    if quiet and verbose:
        raise GateError("--quiet and --verbose exclude one another")
    return Detail.VERDICT if quiet else Detail.EVERYTHING if verbose else Detail.FINDINGS
