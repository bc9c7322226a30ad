"""Reports of every kind, one after another."""

import pytest
from report_samples import REPORTS

from gate.report import Report


@pytest.fixture(params=REPORTS)
def any_report(request: pytest.FixtureRequest) -> Report:
    """Each of the reports in turn."""
    return REPORTS[request.param]()
