"""`gate comment`: creates or updates the one comment of a pull request, on whichever forge it is."""

import click

_FORGES = ("github", "gitlab", "azure", "bitbucket")  # a test compares them with gate.forges, which is loaded late


@click.command(name="comment", short_help="Write a report as the one comment of a pull request.")
@click.argument("reports", metavar="[REPORT.json...]", nargs=-1)
@click.option("--no-verdict", is_flag=True, help="Instead of a report: say that this commit has no verdict.")
@click.option("--commit", metavar="SHA", help="The commit that was checked; otherwise the CI's variables name it.")
@click.option("--id", "name", metavar="NAME", default="", help="One comment for each NAME, for several plans.")
@click.option("--forge", type=click.Choice(_FORGES), help="Where; otherwise the CI's variables tell, or github.")
@click.option("--repo", metavar="OWNER/NAME", help="The repository; otherwise the CI's variables name it.")
@click.option("--pr", type=click.IntRange(min=1), metavar="N", help="The pull request; otherwise the CI names it.")
def command(
    reports: tuple[str, ...],
    no_verdict: bool,
    commit: str | None,
    name: str,
    forge: str | None,
    repo: str | None,
    pr: int | None,
) -> None:
    """Write REPORT.json, what `gate check -o json` wrote, as the one comment of a pull request.

    The comment is found again by a hidden marker and updated in place. Where `gate check` ended with exit 2,
    `--no-verdict` says so, so that no earlier comment passes for this commit's. Tokens: GITHUB_TOKEN, GITLAB_TOKEN,
    SYSTEM_ACCESSTOKEN or AZURE_DEVOPS_EXT_PAT, BITBUCKET_TOKEN (docs/platforms.md). Exit 0: the comment says what the
    report says, or is left to a later commit of the pull request. 2: it does not; why is on stderr. The verdict is
    `gate check`'s.
    """
    import os

    from gate import forges
    from gate.cli.reading import read_report
    from gate.errors import GateError
    from gate.forges.message import Asked, Job, Message, commit_of
    from gate.reports.read import merge
    from gate.text.escape import command_free, visible

    if bool(reports) is no_verdict:
        raise click.UsageError("give either REPORT.json, what `gate check -o json` wrote, or --no-verdict")
    read = [read_report(path) for path in reports]
    try:
        chosen = forges.load(forges.choose(os.environ, forge))
        job: Job = chosen.job(os.environ)
        job = Job(commit_of(commit), job.log, job.files) if commit is not None else job
        if no_verdict and not job.commit:
            raise GateError("nothing here says which commit has no verdict; give `--commit SHA`")
        message = Message(merge(read) if len(read) > 1 else read[0] if read else None, name, job)
        outcome = chosen.write(os.environ, Asked(repo, pr), message)
    except GateError as error:
        raise GateError(f"no comment was written: {error}") from None
    told = f"{outcome.done} {visible(outcome.url)}"
    if outcome.done == "outdated":
        told = f"left {visible(outcome.url)} alone: commit {job.commit} is not its head any more"
    click.echo(command_free(told))
