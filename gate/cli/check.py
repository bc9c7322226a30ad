"""`gate check`: judges plans."""

import os
from pathlib import Path

import click

from gate.cli import options


@click.command(name="check", short_help="Judge plans: what full KMS access do they newly grant?")
@click.argument("plans", metavar="PLAN...", nargs=-1, required=True)
@options.outputs
@options.matrix
@click.option(
    "--source",
    multiple=True,
    metavar="[PLAN=]DIR",
    help="The folder of the .tf files, for what the plan hides; may repeat. Outside CI: here, or the plan's own.",
)
@click.option("--no-source", is_flag=True, help="Look at no source.")
@click.option(
    "--config", type=click.Path(path_type=Path), metavar="FILE", help="The configuration, instead of .gate.toml."
)
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
def command(
    plans: tuple[str, ...],
    outputs: tuple[str, ...],
    matrix: bool,
    source: tuple[str, ...],
    no_source: bool,
    config: Path | None,
    config_ref: str | None,
    baseline: str,
    fail_on: str,
    exit_zero: bool,
) -> int:
    """Judge PLAN, what `terraform show -json` or `tofu show -json` wrote; `-` reads standard input.

    Blocks when the change newly grants full KMS access. What a principal could do before is no finding, however it is
    written now. Exit 0: nothing blocks. 1: at least one finding blocks. 2: no verdict.
    """
    from gate.check import Options, run
    from gate.cli.outputs import deliver, targets
    from gate.errors import GateError

    if source and no_source:
        raise GateError("--source and --no-source exclude one another")
    wanted = targets(outputs, plans, matrix=matrix)
    asked = Options(source, no_source, config, config_ref, baseline, fail_on, exit_zero)
    report = run(plans, asked, os.environ, Path.cwd())
    deliver(report, wanted, matrix=matrix)
    return 1 if report.verdict == "block" and not exit_zero else 0
