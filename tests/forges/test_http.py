"""gate/forges/http.py: tries, limits, redirects and the token, against a server that answers like GitHub."""

import socket
import threading
import time
from email.utils import formatdate

import pytest
from urllib3.exceptions import HTTPError, InvalidHeader, SSLError

from gate.errors import GateError
from gate.forges import reach
from gate.forges.github import open_api
from gate.forges.http import LONGEST_WAIT, NO_NETWORK, TRIES, Api, request
from gate.forges.service import Refused, Unsure
from tests.helpers.fake_github import GitHub, as_token
from tests.helpers.loopback import Reply, hang_up

pytestmark = pytest.mark.slow  # every test talks to a server

COMMENTS = "/repos/acme/infra/issues/7/comments?per_page=100"
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}


def test_the_token_is_sent_as_a_bearer_with_a_pinned_version(github: GitHub, api: Api) -> None:
    """Every request carries the token, the API version and who asks."""
    request(api, "GET", COMMENTS)
    headers = github.seen[0].headers
    assert headers["authorization"] == "Bearer token-of-actions"
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["user-agent"].startswith("kms-gate/")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_are_tried_again(github: GitHub, api: Api, waits: list[float], status: int) -> None:
    """A 5xx is waited out, each time twice as long."""
    github.instead("GET", Reply(status), Reply(status))
    assert request(api, "GET", COMMENTS).status == 200
    assert waits == [1.0, 2.0]


def test_server_errors_end(github: GitHub, api: Api, waits: list[float]) -> None:
    """A server that stays down is given up on."""
    github.instead("GET", *[Reply(503, {"message": "Service Unavailable"})] * 50)
    with pytest.raises(GateError, match="503 `Service Unavailable`"):
        request(api, "GET", COMMENTS)
    assert len(github.seen) == TRIES
    assert sum(waits) < LONGEST_WAIT


@pytest.mark.parametrize("status", [403, 429, 503])
def test_retry_after_is_honoured(github: GitHub, api: Api, waits: list[float], status: int) -> None:
    """The server's own number of seconds is waited."""
    github.instead("GET", Reply(status, SECONDARY, {"Retry-After": "17"}))
    request(api, "GET", COMMENTS)
    assert waits == [17.0]


def test_retry_after_may_be_a_date(github: GitHub, api: Api, waits: list[float]) -> None:
    """An HTTP date is waited for."""
    github.instead("GET", Reply(429, {}, {"Retry-After": formatdate(time.time() + 90, usegmt=True)}))
    request(api, "GET", COMMENTS)
    assert 60 < waits[0] <= 90


@pytest.mark.parametrize("value", ["soon", "-5", ""])
def test_a_retry_after_that_means_nothing_is_left_aside(
    github: GitHub, api: Api, waits: list[float], value: str
) -> None:
    """The usual waits are made instead."""
    github.instead("GET", Reply(429, {}, {"Retry-After": value}))
    request(api, "GET", COMMENTS)
    assert waits == [1.0]


def test_a_secondary_limit_without_a_time_waits_a_minute(github: GitHub, api: Api, waits: list[float]) -> None:
    """GitHub asks for at least one minute then."""
    github.instead("GET", Reply(403, SECONDARY))
    request(api, "GET", COMMENTS)
    assert waits == [60.0]


def test_a_primary_limit_waits_for_its_reset(github: GitHub, api: Api, waits: list[float]) -> None:
    """x-ratelimit-reset says when."""
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 40)}
    github.instead("GET", Reply(403, {"message": "Forbidden"}, headers))
    request(api, "GET", COMMENTS)
    assert 30 < waits[0] <= 42


def test_a_limit_that_lasts_too_long_is_not_waited_for(github: GitHub, api: Api, waits: list[float]) -> None:
    """A job does not hang for an hour: the message says how long GitHub asks to wait."""
    github.instead("GET", Reply(403, SECONDARY, {"Retry-After": "3600"}))
    with pytest.raises(GateError, match="asks to wait 3600 s"):
        request(api, "GET", COMMENTS)
    assert waits == []


def test_all_waits_of_a_run_are_bounded_together(github: GitHub, api: Api, waits: list[float]) -> None:
    """Many requests that are each limited do not add up without end."""
    github.instead("GET", *[Reply(403, SECONDARY, {"Retry-After": "50"})] * 50)
    with pytest.raises(GateError, match="run the job again later"):
        request(api, "GET", COMMENTS)
    assert sum(waits) <= LONGEST_WAIT


def test_a_limited_post_is_repeated(github: GitHub, api: Api) -> None:
    """A limit says that nothing was carried out, so a POST may be sent again."""
    github.instead("POST", Reply(403, SECONDARY, {"Retry-After": "1"}))
    assert request(api, "POST", COMMENTS, {"body": "x"}).status == 201
    assert github.bodies() == ["x"]


def test_a_failed_post_is_left_to_the_caller(github: GitHub, api: Api) -> None:
    """After a 5xx nobody knows whether the POST was carried out."""
    github.instead("POST", Reply(500, done=True))
    with pytest.raises(Unsure):
        request(api, "POST", COMMENTS, {"body": "x"})
    assert github.methods() == ["POST"]


def test_writes_are_a_second_apart(github: GitHub, api: Api, waits: list[float]) -> None:
    """GitHub asks for that, to stay clear of the secondary limit."""
    for text in ("a", "b", "c"):
        request(api, "POST", COMMENTS, {"body": text})
    assert waits == [1.0, 1.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_refusal_is_final(github: GitHub, api: Api, waits: list[float], status: int) -> None:
    """Other 4xx are not tried again."""
    github.instead("GET", Reply(status, {"message": "no"}))
    with pytest.raises(Refused) as raised:
        request(api, "GET", COMMENTS)
    assert (raised.value.status, len(github.seen), waits) == (status, 1, [])


def test_a_moved_repository_is_followed_on_the_same_host(github: GitHub, api: Api) -> None:
    """GitHub answers 301 for a renamed repository, and 307 for a write to it."""
    github.add("text", {"login": "x", "type": "User"})
    github.instead("GET", Reply(301, {}, {"Location": f"{github.url}{COMMENTS}"}))
    assert b"text" in request(api, "GET", "/repos/acme/old/issues/7/comments").body
    github.instead("POST", Reply(307, {}, {"Location": COMMENTS}))
    assert request(api, "POST", "/repos/acme/old/issues/7/comments", {"body": "new"}).status == 201
    assert github.bodies() == ["text", "new"]


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_takes_the_token_or_a_write_elsewhere(
    github: GitHub, api: Api, method: str, status: int, other: GitHub
) -> None:
    """Another port is another host: it is not asked at all, and named in the message."""
    github.instead(method, Reply(status, {}, {"Location": f"{other.url}{COMMENTS}"}))
    with pytest.raises(GateError, match=r"redirects to|has moved") as raised:
        request(api, method, COMMENTS, None if method == "GET" else {"body": "x"})  # type: ignore[arg-type]
    assert other.seen == []
    assert "token-of" not in str(raised.value)


@pytest.mark.parametrize("status", [301, 302])
def test_a_write_is_not_turned_into_another_by_a_redirect(github: GitHub, api: Api, status: int) -> None:
    """301 and 302 leave open what a POST becomes, so the repository's present name is asked for."""
    github.instead("POST", Reply(status, {}, {"Location": f"{github.url}{COMMENTS}"}))
    with pytest.raises(GateError, match="has moved"):
        request(api, "POST", COMMENTS, {"body": "x"})
    assert github.methods() == ["POST"]


def test_redirects_in_a_circle_end(github: GitHub, api: Api) -> None:
    """A server that redirects to itself is given up on."""
    github.instead("GET", *[Reply(302, {}, {"Location": COMMENTS})] * 30)
    with pytest.raises(GateError, match="circle"):
        request(api, "GET", COMMENTS)
    assert len(github.seen) < 10


def test_a_connection_that_breaks_names_the_host(waits: list[float]) -> None:
    """A server that is there and hangs up is tried again, and then given up on in one line."""
    with hang_up() as url:
        api = open_api({"GITHUB_API_URL": url, "GITHUB_TOKEN": "abc"}, sleep=waits.append)
        with pytest.raises(GateError, match=r"127\.0\.0\.1: no answer: .*; look whether"):
            request(api, "GET", COMMENTS)
    assert len(waits) == TRIES - 1


@pytest.mark.parametrize("error", [SSLError("certificate verify failed"), InvalidHeader("x")])
def test_what_no_further_try_changes_is_not_tried_again(
    api: Api, waits: list[float], monkeypatch: pytest.MonkeyPatch, error: HTTPError
) -> None:
    """A certificate that is not valid is none a second later."""

    def fail(*asked: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(api.pool, "request", fail)
    with pytest.raises(GateError, match="no answer"):
        request(api, "GET", COMMENTS)
    assert waits == []


def test_without_a_network_it_gives_up_within_ten_seconds() -> None:
    """A refused connection is tried for a while, in case the network is only late, and then named in one line."""
    waits: list[float] = []
    api = open_api({"GITHUB_API_URL": "http://127.0.0.1:9", "GITHUB_TOKEN": "abc"}, sleep=waits.append)
    with pytest.raises(GateError, match=r"no network: `127\.0\.0\.1` cannot be reached \(Connection refused\)"):
        request(api, "POST", COMMENTS, {"body": "x"})
    assert waits == [1.0, 2.0, 4.0]


def test_the_time_that_each_try_takes_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name servers that take three seconds to fail leave time for three tries, each with what is left of the ten."""
    now, given = [0.0], []

    def fail(host: str, port: int, seconds: float) -> str:
        given.append(seconds)
        now[0] += min(3.0, seconds)
        return "its name is not known here"

    monkeypatch.setattr(reach, "failure", fail)
    api = open_api({"GITHUB_TOKEN": "abc"}, sleep=lambda seconds: now.__setitem__(0, now[0] + seconds))
    api.clock = lambda: now[0]
    with pytest.raises(GateError, match=r"`api\.github\.com` cannot be reached \(its name is not known here\)"):
        request(api, "GET", COMMENTS)
    assert given == [NO_NETWORK, 6.0, 1.0]
    assert now[0] <= NO_NETWORK


def test_a_network_that_comes_late_is_waited_for(github: GitHub, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second try reaches the API, and the request is made."""
    told = ["Network is unreachable", None]
    monkeypatch.setattr(reach, "failure", lambda *asked: told.pop(0))
    assert request(api, "GET", COMMENTS).status == 200
    assert (told, api.reached) == ([], True)


def test_a_name_server_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lookup keeps to no timeout, so it runs aside."""
    released = threading.Event()

    def hang(*asked: object, **options: object) -> None:
        released.wait(30)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", hang)
    assert reach.failure("api.github.com", 443, 0.05) == "it does not answer"
    released.set()


def test_a_name_that_nobody_knows_is_said() -> None:
    """`.invalid` is no host (RFC 6761)."""
    assert reach.failure("api.github.invalid", 443, 20) is not None


def test_a_proxy_is_what_has_to_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy the API's own name may be unknown here, and need not be known."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://proxy.example.com:3128")
    assert open_api({"GITHUB_TOKEN": "abc"}).door == ("proxy.example.com", 3128)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "GITHUB_TOKEN is not set"),
        ({"GITHUB_TOKEN": "  "}, "GITHUB_TOKEN is not set"),
        ({"GITHUB_TOKEN": "secret\r\nX-Evil: 1"}, "no token has"),
        ({"GITHUB_TOKEN": "secr\u00e9t"}, "no token has"),
        ({"GITHUB_TOKEN": "secret", "GITHUB_API_URL": "http://github.example.com/api/v3"}, "https://"),
        ({"GITHUB_TOKEN": "secret", "GITHUB_API_URL": "ftp://github.example.com"}, "https://"),
        ({"GITHUB_TOKEN": "secret", "GITHUB_API_URL": "https://user:secret@github.example.com"}, "not the address"),
        ({"GITHUB_TOKEN": "secret", "GITHUB_API_URL": "https://github.example.com:port"}, "not an address"),
        ({"GITHUB_TOKEN": "secret", "GITHUB_API_URL": "https://"}, "not the address"),
    ],
)
def test_a_wrong_environment_is_one_line_without_the_token(environment: dict[str, str], message: str) -> None:
    """What is wrong is said, the token is not."""
    with pytest.raises(GateError, match=message) as raised:
        open_api(environment)
    assert "secr" not in str(raised.value)


def test_a_server_that_echoes_the_token_cannot_have_it_printed(github: GitHub, api: Api) -> None:
    """The token is taken out of whatever the network says, and workflow commands lose their line."""
    github.instead("GET", Reply(400, {"message": "Bearer token-of-actions\n::error::`x`"}))
    with pytest.raises(GateError) as raised:
        request(api, "GET", COMMENTS)
    assert "token-of-actions" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_enterprise_server_is_asked_below_its_path(github: GitHub) -> None:
    """GITHUB_API_URL may have a path and a slash at its end."""
    api = open_api({"GITHUB_API_URL": f"{github.url}/api/v3/", "GITHUB_TOKEN": "token-of-actions"})
    with pytest.raises(Refused):
        request(api, "GET", "/user")
    assert github.seen[0].path == "/api/v3/user"


def test_the_own_login_is_asked_once_with_a_personal_token(github: GitHub) -> None:
    """A personal token may ask who it is."""
    assert b"octocat" in request(as_token(github, "token-of-octocat"), "GET", "/user").body


def test_a_proxy_is_used_but_not_for_the_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTPS_PROXY and NO_PROXY as everywhere."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "internal.example.com")
    token = {"GITHUB_TOKEN": "abc"}
    assert open_api(token).pool.proxy is not None
    assert open_api(token | {"GITHUB_API_URL": "https://internal.example.com/api/v3"}).pool.proxy is None
    monkeypatch.setenv("https_proxy", "socks9://nowhere:port")
    with pytest.raises(GateError, match="HTTPS_PROXY"):
        open_api(token)
