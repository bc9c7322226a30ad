"""`gate waive`: writes waivers for what a report says blocks."""

from datetime import date, datetime
from pathlib import Path

import click

from gate.text.words import quotable


def _day(_: click.Context, __: click.Parameter, value: str) -> date:
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise click.BadParameter(f"`{quotable(value)}` is no date such as 2027-01-31") from None


@click.command(name="waive", short_help="Write waivers for what a report says blocks.")
@click.argument("report", metavar="REPORT.json")
@click.option("--reason", required=True, help="Why this access is accepted.")
@click.option("--owner", required=True, help="Who answers for it.")
@click.option(
    "--expires",
    required=True,
    metavar="YYYY-MM-DD",
    callback=_day,
    help="The last day, in UTC, on which the waivers count.",
)
@click.option(
    "--only",
    "fingerprints",
    multiple=True,
    metavar="FINGERPRINT",
    help="Waive this finding only: its fingerprint in the report, or the first 8 characters or more. May repeat.",
)
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="Only what this rule found; may repeat.")
@click.option(
    "--address",
    "addresses",
    multiple=True,
    metavar="PATTERN",
    help="Only what stands at this address; * is any characters, ? is one. May repeat.",
)
@click.option(
    "--plan",
    "plans",
    multiple=True,
    metavar="PATTERN",
    help="Only what is in this plan of the report, and for this plan alone; may repeat.",
)
@click.option("--config", "file", metavar="FILE", help="Instead of .gate.toml.")
def command(
    report: str,
    reason: str,
    owner: str,
    expires: date,
    fingerprints: tuple[str, ...],
    rules: tuple[str, ...],
    addresses: tuple[str, ...],
    plans: tuple[str, ...],
    file: str | None,
) -> None:
    """Append waivers to .gate.toml, or FILE, for what blocks in REPORT.json (written by `gate check -o json`).

    All that blocks, unless --only, --rule, --address or --plan choose: a finding is waived if it is one of each kind
    given.

    Each waiver covers the access that is newly granted now; where the plan hides it (KMS009), whatever it turns out to
    be. It counts in CI once it is on the default branch: propose it as a change of its own. Exit 0: written, or nothing
    blocks. 2: nothing was written; why is on stderr.
    """
    from gate.cli.reading import read_report
    from gate.files import target
    from gate.settings.load import place
    from gate.text.escape import command_free, visible
    from gate.waivers.apply import today
    from gate.waivers.write import Selection, waive

    path = place(Path.cwd().resolve()) if file is None else target(file)
    selection = Selection(fingerprints, rules, addresses, plans)
    told = read_report(report)
    written = waive(told, path, reason, owner, expires, today(), selection)
    for entry in written:
        click.echo(command_free(visible(f"{path.name}: waived until {entry.expires}: {entry.rule} at {entry.place}")))
    if written and len(told.plans) > 1 and not plans:
        click.echo("they count in every plan that is checked with this file; --plan PATTERN limits them to some")
    if written:
        click.echo("in CI this counts once it is on the default branch: propose it as a change of its own")
    else:
        click.echo("nothing to waive: nothing blocks that is not waived already")
