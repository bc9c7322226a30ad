"""Where the files are that tests read."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "plans"
TESTS = ROOT / "tests"
PLANS = TESTS / "plans"
SOURCE_PLANS = TESTS / "source" / "plans"
HOSTILE = TESTS / "hostile"
HOSTILE_SOURCE = TESTS / "hostile_source"
CORPUS = ROOT.parent / "shared" / "corpus"
"""Other people's plans, which are not part of the project: tests that read them are skipped where they are not."""
