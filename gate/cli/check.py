"""`gate check`: judges plans."""

import os
from contextlib import suppress
from typing import Literal

import click

from gate.cli import options


class _Check(click.Command):
    """Where its command line is wrong, it takes away the reports that this would have replaced."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError:
            parser = self.make_parser(ctx)
            parser.ignore_unknown_options = True
            for readable in (given, given[:-1]):  # an option at the end may lack its value
                with suppress(click.UsageError):
                    from gate.cli.outputs import discard_named

                    found, rest, _ = parser.parse_args([*readable])
                    plans = found.get("plans")
                    inputs = [*(plans if isinstance(plans, tuple) else ()), *rest, *filter(None, [found.get("config")])]
                    discard_named(found.get("outputs") or (), inputs)
                    break
            raise


@click.command(name="check", cls=_Check, short_help="Judge plans: who newly gets full access?")
@click.argument("plans", metavar="PLAN|DIR...", nargs=-1, required=True)
@options.outputs
@options.matrix
@click.option(
    "--source",
    multiple=True,
    metavar="[PLAN=]DIR",
    help="The folder of the .tf files, for what the plan hides; may repeat. Outside CI: here, or the plan's own.",
)
@click.option("--no-source", is_flag=True, help="Look at no source.")
@click.option("--config", type=click.Path(), metavar="FILE", help="The configuration, instead of .gate.toml.")
@click.option("--config-ref", metavar="REF", help="Read .gate.toml from this full ref name or commit, through git.")
@click.option(
    "--baseline",
    type=click.Choice(["refreshed", "state"]),
    default="refreshed",
    show_default=True,
    help="Measure against the account as Terraform saw it, or against what was last applied.",
)
@click.option(
    "--fail-on", type=click.Choice(["block", "warn"]), default="block", show_default=True, help="What blocks."
)
@click.option("--exit-zero", is_flag=True, help="Report only: exit with 0 whatever was found.")
@options.quiet
@options.verbose
def command(
    plans: tuple[str, ...],
    outputs: tuple[str, ...],
    matrix: bool,
    source: tuple[str, ...],
    no_source: bool,
    config: str | None,
    config_ref: str | None,
    baseline: Literal["refreshed", "state"],
    fail_on: Literal["block", "warn"],
    exit_zero: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Judge PLAN, what `terraform show -json` or `tofu show -json` wrote; `-` reads standard input, and a folder stands
    for the plan in it.

    Blocks when the change newly grants full KMS access. What a principal could do before is no finding, however it is
    written now. Exit 0: nothing blocks. 1: at least one finding blocks. 2: no verdict.
    """
    from gate.check import Options, run
    from gate.cli.outputs import deliver, discard, discard_named, targets
    from gate.cli.plans import plan_files
    from gate.cli.progress import progress
    from gate.errors import GateError
    from gate.reports import FORMATS

    try:
        if source and no_source:
            raise GateError("--source and --no-source exclude one another")
        detail = options.detail(quiet, verbose)
        files = plan_files(plans)
        inputs = [*files, config] if config else files
        wanted = targets(outputs, inputs, matrix=matrix)
    except GateError:
        discard_named(outputs, [*plans, config] if config else plans)
        raise
    discard(wanted)
    formats = [FORMATS[target.format] for target in wanted]
    asked = Options(
        source=source,
        no_source=no_source,
        config=config,
        config_ref=config_ref,
        baseline=baseline,
        fail_on=fail_on,
        exit_zero=exit_zero,
        reasons=verbose,
        digests=any(one.has_digest for one in formats),
        access=matrix or any(one.has_access for one in formats),
    )
    with progress(files):
        report = run(files, asked, os.environ, os.getcwd())
    deliver(report, wanted, detail, matrix=matrix)
    return 1 if report.verdict == "block" and not exit_zero else 0
