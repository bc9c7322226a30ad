"""Options that several commands have."""

import click

outputs = click.option(
    "-o",
    "--output",
    "outputs",
    metavar="FORMAT[=PATH]",
    multiple=True,
    help="A report: text (default), json, junit, markdown, sarif, github or gitlab; without PATH to standard output.",
)
