"""`gate explain`: what a rule finds, why it matters, and what to do."""

import click

_WIDTH = 120  # columns in which the rules' documentation is written


@click.command(name="explain", short_help="Explain a rule, or list them all.")
@click.argument("rule", required=False)
def command(rule: str | None) -> None:
    """Explain RULE, by id (KMS001) or by name (full-kms-access); without RULE, list all rules."""
    from gate.rules import RULES, explain

    if rule is not None:
        click.echo(_fitted(explain(rule)), nl=False)
        return
    for known in sorted(RULES, key=lambda each: each.id):
        click.echo(f"{known.id}  {known.name} ({known.default}s by default)\n        {known.summary}")


def _fitted(text: str) -> str:
    """The text as wide as the terminal, if that is narrower than it; what is indented is code and stays."""
    import shutil

    from gate.reports.phrases import wrapped

    width = shutil.get_terminal_size((_WIDTH, 24)).columns
    if width >= _WIDTH:
        return text
    paragraphs = []
    for paragraph in text.rstrip("\n").split("\n\n"):
        lines = paragraph.split("\n")
        if not any(line.startswith((" ", "- ")) for line in lines):
            lines = wrapped(" ".join(lines), width)
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs) + "\n"
