"""Rate limits: how an answer shows one, and how long to wait.

All forges answer 429, with Retry-After or without; GitHub has 403 as well, and headers of its own:
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import time
from collections.abc import Mapping

from urllib3 import Retry
from urllib3.exceptions import InvalidHeader

SECONDARY_WAIT = 60.0  # seconds, where a secondary limit names no time: "wait for at least one minute"


def is_rate_limited(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a refusal (header names in lower case) is a primary or secondary limit: nothing was carried out."""
    if status == 429:
        return True
    return status == 403 and (
        "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0" or b"rate limit" in body.lower()
    )


def seconds_to_wait(headers: Mapping[str, str], body: bytes, turn: int, *, limited: bool) -> float:
    """How long to wait before the next try, in seconds; `turn` counts the tries made, from 1.

    Retry-After decides, in seconds or as a date; then the reset of a used-up primary limit; then one minute for a
    secondary limit; otherwise 1, 2, 4, 8 seconds.
    """
    after = headers.get("retry-after")
    if after is not None:
        named = _retry_after(after)
        if named is not None:
            return named
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isascii() and reset.isdigit() and len(reset) < 16:
        return max(1.0, float(reset) - time.time() + 1.0)
    if limited and b"secondary rate limit" in body.lower():
        return SECONDARY_WAIT
    return float(2.0 ** (turn - 1))


def _retry_after(value: str) -> float | None:
    try:
        return float(Retry(0).parse_retry_after(value))
    except (InvalidHeader, ValueError, OverflowError):
        return None
