"""`gate explain`: what a rule finds, why it matters, and what to do."""

import click


@click.command(name="explain", short_help="Explain a rule, or list them all.")
@click.argument("rule", required=False)
def command(rule: str | None) -> None:
    """Explain RULE, by id (KMS001) or by name (full-kms-access); without RULE, list all rules."""
    from gate.rules import RULES, explain

    if rule is not None:
        click.echo(explain(rule), nl=False)
        return
    for known in sorted(RULES, key=lambda each: each.id):
        click.echo(f"{known.id}  {known.name} ({known.default}s by default)\n        {known.summary}")
