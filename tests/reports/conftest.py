"""Reports of every kind, one after another."""

import pytest

from gate.report import Report
from tests.helpers.reports import REPORTS


@pytest.fixture(params=REPORTS)
def any_report(request: pytest.FixtureRequest) -> Report:
    """Each of the reports in turn."""
    return REPORTS[request.param]()
