"""GitHub's REST API over urllib3: one host, a bounded number of tries, and a token that goes nowhere else."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec
import urllib3
from urllib3.exceptions import HTTPError, InvalidHeader, LocationValueError

from gate import __version__
from gate.errors import GateError
from gate.github.limits import is_rate_limited, seconds_to_wait

TRIES = 6  # of one request
LONGEST_WAIT = 180.0  # seconds that all requests of a run may wait together: a gate never hangs
BETWEEN_WRITES = (
    1.0  # seconds; https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
)
_REDIRECTS = 3
_TIMEOUT = urllib3.Timeout(connect=10, read=30)
_PORTS = {"https": 443, "http": 80}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}

Method = Literal["GET", "POST", "PATCH", "DELETE"]
Shape = TypeVar("Shape")


class Refused(GateError):
    """GitHub answered with a status that no further try changes."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Unsure(GateError):
    """A POST failed in a way that leaves open whether GitHub carried it out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Api:
    """`url` is the API's root (GITHUB_API_URL), `token` a checked token; `waited` counts the seconds spent waiting."""

    url: str
    token: str
    pool: urllib3.PoolManager
    sleep: Callable[[float], None] = time.sleep
    waited: float = 0.0
    wrote: bool = False


def connect(environment: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> Api:
    """The API that the environment names: GITHUB_API_URL, GITHUB_TOKEN, and the proxy for that host.

    Raises GateError if there is no token, if it cannot be one, or if the address would show it to the network.
    """
    token = environment.get("GITHUB_TOKEN", "").strip()
    if not token:
        raise GateError("GITHUB_TOKEN is not set; give the step `env: GITHUB_TOKEN: ${{ github.token }}`")
    if not all("!" <= character <= "~" for character in token):
        raise GateError("GITHUB_TOKEN holds characters that no token has; set it to the token alone")
    url = environment.get("GITHUB_API_URL", "").strip().rstrip("/") or "https://api.github.com"
    parts = _split(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise GateError("GITHUB_API_URL has to begin with https://: the token would be readable on the way")
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise GateError("GITHUB_API_URL is not the address of an API, like https://github.example.com/api/v3")
    return Api(url, token, _pool(parts), sleep)


def request(api: Api, method: Method, path: str, content: object = None) -> Answer:
    """Sends one request to `path` below the API's root (or to a whole address on its host), and answers with success.

    Rate limits, 5xx and broken connections are tried again, Retry-After honoured, for a bounded time. A POST is not
    sent twice unless GitHub said that it refused the first: Unsure is raised. Redirects are followed on the API's own
    host only. Raises Refused for any other status, GateError if there is no answer.
    """
    url = path if path.startswith(("https://", "http://")) else api.url + path
    if method != "GET":
        _space_writes(api)
    for turn in range(1, TRIES + 1):
        last = turn == TRIES
        try:
            answer = _follow(api, method, url, content)
        except HTTPError as error:
            failure = f"{_host(api.url)}: no answer: {_plain(api, str(_cause(error)))}"
            if last or _is_hopeless(error):
                raise GateError(f"{failure}; look whether this machine reaches it") from None
            _wait(api, 2.0 ** (turn - 1), failure)
            if method == "POST":
                raise Unsure(failure) from None
            continue
        if answer.status < 300:
            return answer
        limited = is_rate_limited(answer.status, answer.headers, answer.body)
        if not limited and answer.status < 500:
            raise Refused(_refusal(api, method, answer), answer.status)
        failure = _refusal(api, method, answer)
        if last:
            raise GateError(f"{failure}; {TRIES} tries were made")
        _wait(api, seconds_to_wait(answer.headers, answer.body, turn, limited=limited), failure)
        if method == "POST" and not limited:
            raise Unsure(failure)
    raise AssertionError("the last turn returns or raises")


def decode(answer: Answer, shape: type[Shape]) -> Shape:
    """The JSON of an answer in its expected shape; GateError if this is not what GitHub's API sends."""
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise GateError("the API's answer is not what GitHub sends; look at GITHUB_API_URL") from None


def same_host(api: Api, url: str) -> bool:
    """Whether an address has the scheme, host and port of the API."""
    return _origin(_split(url)) == _origin(_split(api.url))


def _follow(api: Api, method: Method, url: str, content: object) -> Answer:
    for _ in range(_REDIRECTS + 1):
        if not same_host(api, url):
            raise GateError(
                f"{_host(api.url)}: redirects to `{_plain(api, _host(url))}`, and the token is not sent there; "
                "look at GITHUB_API_URL"
            )
        answer = _send(api, method, url, content)
        if answer.status not in {301, 302, 307, 308} or "location" not in answer.headers:
            return answer
        if method != "GET" and answer.status in {301, 302}:
            raise GateError(
                f"{_host(api.url)}: the repository has moved; give its present name with `--repo OWNER/NAME`"
            )
        url = urljoin(url, answer.headers["location"])
    raise GateError(f"{_host(api.url)}: redirects in a circle; look at GITHUB_API_URL")


def _send(api: Api, method: Method, url: str, content: object) -> Answer:
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {api.token}",
        "User-Agent": f"kms-gate/{__version__}",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    body = None
    if content is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(content).encode("ascii")
    response = api.pool.request(
        method, url, headers=headers, body=body, retries=False, timeout=_TIMEOUT, redirect=False
    )
    return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, response.data)


def _pool(parts: SplitResult) -> urllib3.PoolManager:
    host = parts.hostname or ""
    proxy = None if host in _LOOPBACK or proxy_bypass(host) else getproxies().get(parts.scheme)
    try:
        return urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()
    except (HTTPError, ValueError):
        raise GateError("HTTPS_PROXY is not the address of a proxy, like http://proxy.example.com:3128") from None


def _space_writes(api: Api) -> None:
    if api.wrote:
        api.sleep(BETWEEN_WRITES)
    api.wrote = True


def _wait(api: Api, seconds: float, failure: str) -> None:
    if api.waited + seconds > LONGEST_WAIT:
        raise GateError(f"{failure}; it asks to wait {seconds:.0f} s: run the job again later")
    api.waited += seconds
    api.sleep(seconds)


def _refusal(api: Api, method: Method, answer: Answer) -> str:
    try:
        said: Any = json.loads(answer.body)
        message = str(said["message"]) if isinstance(said, dict) and "message" in said else ""
        errors = said.get("errors", []) if message else []
        details = [str(e["message"]) for e in errors if isinstance(e, dict) and "message" in e]
    except (ValueError, RecursionError, TypeError):
        message, details = "", []
    text = _plain(api, ": ".join([message, *details]) if message else "")
    return f"{_host(api.url)}: {method} was answered with {answer.status}" + (f" `{text}`" if text else "")


def _plain(api: Api, text: str) -> str:
    """A text from the network as one short line that holds no token and no backtick."""
    text = text.replace(api.token, "***").replace("`", "'")
    return "".join(character if character.isprintable() else " " for character in text)[:200].strip()


def _cause(error: BaseException) -> BaseException:
    return getattr(error, "reason", None) or error


def _is_hopeless(error: HTTPError) -> bool:
    return isinstance(error, InvalidHeader | LocationValueError)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 -- raises for a port that is no number
    except ValueError:
        raise GateError("GITHUB_API_URL, or an address that its API gave, is not an address") from None
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _host(url: str) -> str:
    return _split(url).hostname or "?"
