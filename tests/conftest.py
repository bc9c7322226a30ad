"""What every test shares."""

import pytest

from gate.settings.ci import VARIABLES


@pytest.fixture(autouse=True)
def _outside_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run as on a laptop, also where CI runs them: a test that wants a CI sets its variables itself."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
