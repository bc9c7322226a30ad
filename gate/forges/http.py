"""The REST API of a forge over urllib3: one host, a bounded number of tries, and a token that goes nowhere else."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec
import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    InvalidHeader,
    LocationValueError,
    NewConnectionError,
    SSLError,
)

from gate import __version__
from gate.errors import GateError
from gate.forges import reach
from gate.forges.limits import is_rate_limited, seconds_to_wait
from gate.forges.service import Answer, Refused, Service, Token, Unsure, reason

TRIES = 6  # of one request
LONGEST_WAIT = 180.0  # seconds that all requests of a run may wait together: a gate never hangs
NO_NETWORK = 10.0  # seconds after which a run gives up that finds no way to the API
BETWEEN_WRITES = (
    1.0  # seconds; https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
)
_REDIRECTS = 3
_TIMEOUT = urllib3.Timeout(connect=10, read=30)
_PORTS = {"https": 443, "http": 80}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Shape = TypeVar("Shape")


@dataclass(slots=True)
class Api:
    """`url` is the API's root; `waited` counts the seconds of waiting, `unreached` those of finding a way to it."""

    service: Service
    url: str
    token: Token
    pool: urllib3.PoolManager
    door: tuple[str, int]  # host and port that the connection goes to: the API's, or the proxy's
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    reached: bool = False
    waited: float = 0.0
    unreached: float = 0.0
    wrote: bool = False


def connect(
    service: Service, url: str, token: Token, sleep: Callable[[float], None] = time.sleep, through: str | None = None
) -> Api:
    """The API at `url`, by the proxy that the environment names for its host, or `through` one that adds the token.

    Raises GateError if the address would show the token to the network, or is none.
    """
    url = url.strip().rstrip("/")
    parts = _split(service, url)
    unseen = parts.scheme == "https" or parts.hostname in _LOOPBACK or (through is not None and not token.secrets)
    if parts.scheme not in _PORTS or not unseen:
        raise GateError(f"{service.variable} has to begin with https://: the token would be readable on the way")
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise GateError(f"{service.variable} is not the address of an API, like {service.example}")
    pool = _pool(through or _proxy(parts))
    door = (pool.proxy.host, pool.proxy.port) if pool.proxy else (parts.hostname, parts.port)
    return Api(service, url, token, pool, (door[0] or "", door[1] or _PORTS[parts.scheme]), sleep)


def request(api: Api, method: Method, path: str, content: object = None) -> Answer:
    """Sends one request to `path` below the API's root (or to a whole address on its host), and answers with success.

    Rate limits, 5xx and broken connections are tried again, Retry-After honoured, for a bounded time; without a way to
    the API all ends after NO_NETWORK seconds. A POST is not sent twice unless the forge said that it refused the first:
    Unsure is raised. Redirects are followed on the API's own host only. Raises Refused for any other status, GateError
    if there is no answer.
    """
    url = path if path.startswith(("https://", "http://")) else api.url + path
    if method != "GET":
        _space_writes(api)
    for turn in range(1, TRIES + 1):
        last = turn == TRIES
        _reach(api)
        try:
            answer = _follow(api, method, url, content)
        except HTTPError as error:
            failure = f"{_host(api, api.url)}: no answer: {_plain(api, str(_cause(error)))}"
            if last or _is_hopeless(error):
                raise GateError(f"{failure}; look whether this machine reaches it") from None
            _wait(api, 2.0 ** (turn - 1), failure)
            api.reached = not isinstance(error, NewConnectionError | ConnectTimeoutError)
            if method == "POST" and api.reached:
                raise Unsure(failure) from None
            continue
        if answer.status < 300 and answer.status != api.service.sign_in:
            return answer
        limited = is_rate_limited(answer.status, answer.headers, answer.body)
        if not limited and answer.status < 500:
            status = 401 if answer.status == api.service.sign_in else answer.status
            raise Refused(_refusal(api, method, answer), status)
        failure = _refusal(api, method, answer)
        if last:
            raise GateError(f"{failure}; {TRIES} tries were made")
        _wait(api, seconds_to_wait(answer.headers, answer.body, turn, limited=limited), failure)
        if method == "POST" and not limited:
            raise Unsure(failure)
    raise AssertionError("the last turn returns or raises")


def decode(api: Api, answer: Answer, shape: type[Shape]) -> Shape:
    """The JSON of an answer in its expected shape; GateError if this is not what the forge's API sends."""
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        service = api.service
        raise GateError(f"the API's answer is not what {service.title} sends; look at {service.variable}") from None


def same_host(api: Api, url: str) -> bool:
    """Whether an address has the scheme, host and port of the API."""
    return _origin(_split(api.service, url)) == _origin(_split(api.service, api.url))


def _reach(api: Api) -> None:
    """Returns once there is a way to the API; raises GateError where none is found in NO_NETWORK seconds of the run."""
    pause = 1.0
    while not api.reached:
        began = api.clock()
        failure = reach.failure(*api.door, NO_NETWORK - api.unreached)
        if failure is None:
            api.reached = True
            return
        api.unreached += api.clock() - began
        if api.unreached + pause >= NO_NETWORK:
            host = _plain(api, api.door[0])
            raise GateError(
                f"no network: `{host}` cannot be reached ({_plain(api, failure)}), given up "
                f"within {NO_NETWORK:.0f} seconds; look whether this machine has a way to it, or needs HTTPS_PROXY"
            )
        api.unreached += pause
        api.sleep(pause)
        pause *= 2


def _follow(api: Api, method: Method, url: str, content: object) -> Answer:
    for _ in range(_REDIRECTS + 1):
        if not same_host(api, url):
            raise GateError(
                f"{_host(api, api.url)}: redirects to `{_plain(api, _host(api, url))}`, and the token is not sent "
                f"there; look at {api.service.variable}"
            )
        answer = _send(api, method, url, content)
        if answer.status not in {301, 302, 307, 308} or "location" not in answer.headers:
            return answer
        if method != "GET" and answer.status in {301, 302}:
            raise GateError(f"{_host(api, api.url)}: the repository has moved; {api.service.moved}")
        url = urljoin(url, answer.headers["location"])
    raise GateError(f"{_host(api, api.url)}: redirects in a circle; look at {api.service.variable}")


def _send(api: Api, method: Method, url: str, content: object) -> Answer:
    headers = {"User-Agent": f"kms-gate/{__version__}", **api.service.headers, **api.token.headers}
    body = None
    if content is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(content).encode("ascii")
    response = api.pool.request(
        method, url, headers=headers, body=body, retries=False, timeout=_TIMEOUT, redirect=False
    )
    return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, response.data)


def _proxy(parts: SplitResult) -> str | None:
    host = parts.hostname or ""
    return None if host in _LOOPBACK or proxy_bypass(host) else getproxies().get(parts.scheme)


def _pool(proxy: str | None) -> urllib3.PoolManager:
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
    text = _plain(api, reason(answer.body))
    return f"{_host(api, api.url)}: {method} was answered with {answer.status}" + (f" `{text}`" if text else "")


def _plain(api: Api, text: str) -> str:
    """A text from the network as one short line that holds no token and no backtick."""
    for secret in api.token.secrets:
        text = text.replace(secret, "***")
    text = text.replace("`", "'")
    return "".join(character if character.isprintable() else " " for character in text)[:200].strip()


def _cause(error: BaseException) -> BaseException:
    return getattr(error, "reason", None) or error


def _is_hopeless(error: HTTPError) -> bool:
    return isinstance(_cause(error), InvalidHeader | LocationValueError | SSLError)


def _split(service: Service, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 -- raises for a port that is no number
    except ValueError:
        raise GateError(f"{service.variable}, or an address that its API gave, is not an address") from None
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _host(api: Api, url: str) -> str:
    return _split(api.service, url).hostname or "?"
