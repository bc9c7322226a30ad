"""`gate comment`: creates or updates the one comment of a pull request."""

import click


@click.command(name="comment", short_help="Write a report as the one comment of a pull request.")
@click.argument("reports", metavar="REPORT.json...", nargs=-1, required=True)
@click.option("--id", "name", metavar="NAME", default="", help="One comment for each NAME, for several plans.")
@click.option("--repo", metavar="OWNER/NAME", help="The repository; otherwise GitHub Actions or Atlantis name it.")
@click.option("--pr", type=click.IntRange(min=1), metavar="N", help="The pull request; otherwise the event names it.")
def command(reports: tuple[str, ...], name: str, repo: str | None, pr: int | None) -> None:
    """Write REPORT.json, what `gate check -o json` wrote, as the one comment of a pull request.

    The comment is found again by a hidden marker and updated in place. The token is GITHUB_TOKEN (it needs
    `pull-requests: write`); GITHUB_API_URL names a GitHub Enterprise server. Where the token may only read, the report
    goes to the step's summary instead. Exit 0: the comment says what the report says. 2: it does not; why is on
    stderr. The verdict is `gate check`'s.
    """
    import os

    from gate.cli.reading import read_report
    from gate.errors import GateError
    from gate.github import api, body, summary, target, upsert
    from gate.reports.read import merge
    from gate.text.escape import command_free, visible

    read = [read_report(path) for path in reports]
    report = read[0] if len(read) == 1 else merge(read)
    try:
        connection = api.connect(os.environ)
        pull = target.find(connection, os.environ, repo, pr)
        outcome = upsert.upsert(connection, pull, body.marker(name), body.render(report, name))
    except GateError as error:
        raise GateError(f"no comment was written: {error}{summary.instead(os.environ, report)}") from None
    click.echo(command_free(f"{outcome.done} {visible(outcome.url)}"))
