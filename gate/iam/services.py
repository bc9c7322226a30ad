"""The services that gate protects: each is a file beside this one, and its data."""

from gate.iam.kms import kms
from gate.iam.service import Service


def protected() -> Service:
    """The service whose access is judged."""
    return kms()
