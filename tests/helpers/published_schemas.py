"""What SchemaStore publishes of the files of CI systems, by the schemas that check-jsonschema brings along."""

from collections.abc import Iterable
from pathlib import Path

from click.testing import CliRunner

from tests.helpers.paths import ROOT


def complaints(schema: str, paths: Iterable[Path | str]) -> str:
    """Why files, by their paths in the repository or whole ones, don't fit a schema such as `vendor.gitlab-ci`; empty
    where they do. The command runs in this process: it loads for longer than it works."""
    from check_jsonschema import main

    done = CliRunner().invoke(main, ["--builtin-schema", schema, *(str(ROOT / path) for path in paths)])
    return "" if done.exit_code == 0 else done.output or repr(done.exception)
