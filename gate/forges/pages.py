"""Lists that come in pages, each naming the next one in its Link header (RFC 8288), as GitHub and GitLab do it."""

import re
from collections.abc import Iterator

from gate.errors import GateError
from gate.forges.http import Api, Shape, decode, request, same_host

_NEXT = re.compile(r'<([^<>]*)>\s*;[^,<]*\brel="?next\b"?')
_PAGES = 1000


def items(api: Api, path: str, shape: type[Shape]) -> Iterator[Shape]:
    """Every item of all pages; raises GateError where they lead to another host, or do not end."""
    following: str | None = path
    seen: set[str] = set()
    while following:
        if following in seen or len(seen) >= _PAGES:
            raise GateError("the pages of the comments do not end; run again")
        seen.add(following)
        answer = request(api, "GET", following)
        yield from decode(api, answer, list[shape])  # type: ignore[valid-type]
        found = _NEXT.search(answer.headers.get("link", ""))
        following = found[1] if found else None
        if following and not same_host(api, following):
            raise GateError("the API's next page is on another host, and the token is not sent there")
