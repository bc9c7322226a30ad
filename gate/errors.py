"""What gate says instead of a verdict."""


class GateError(Exception):
    """No verdict can be given: one line that says what was found, where, and what to do (exit code 2)."""
