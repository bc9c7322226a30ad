"""Options that several commands have."""

import click

from gate.reports import DEFAULT, FORMATS
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
