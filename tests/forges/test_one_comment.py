"""gate/forges/one_comment.py and github.py against a server that answers like GitHub."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from gate.errors import GateError
from gate.forges.body import marker
from gate.forges.github import discussion
from gate.forges.github_target import PullRequest
from gate.forges.http import Api
from gate.forges.message import Outcome
from gate.forges.one_comment import upsert
from tests.helpers.fake_github import BOT, OCTOCAT, GitHub, as_token
from tests.helpers.loopback import Reply, Seen

pytestmark = pytest.mark.slow  # every test talks to a server

PULL = PullRequest("acme/infra", 7)
MARKER = marker("")
RED, GREEN = f"{MARKER}\n\nBLOCKED", f"{MARKER}\n\nPASS"


def put(api: Api, text: str, pull: PullRequest = PULL) -> Outcome:
    return upsert(discussion(api, pull), text)


def test_the_first_report_becomes_a_comment(github: GitHub, api: Api) -> None:
    """Without a comment of gate's on the pull request, one is created."""
    outcome = put(api, RED)
    assert (outcome.done, github.bodies()) == ("created", [RED])
    assert outcome.url == github.comments[0]["html_url"]


def test_a_fixed_change_turns_the_comment_green_in_place(github: GitHub, api: Api) -> None:
    """A later report updates the comment that is there."""
    red = github.add(RED, BOT)
    assert put(api, GREEN).done == "updated"
    assert [(comment["id"], comment["body"]) for comment in github.comments] == [(red["id"], GREEN)]


def test_an_unchanged_report_writes_nothing(github: GitHub, api: Api) -> None:
    """A comment that says it already, with the line ends that GitHub stores, is left alone."""
    github.add(RED.replace("\n", "\r\n") + "\r\n", BOT)
    assert put(api, RED).done == "unchanged"
    assert set(github.methods()) == {"GET"}


def test_the_comment_is_found_on_the_last_page(github: GitHub, api: Api) -> None:
    """All pages are read, by the addresses that Link names."""
    github.per_page = 2
    for number in range(7):
        github.add(f"chat {number}", OCTOCAT)
    github.add(RED, BOT)
    assert put(api, GREEN).done == "updated"
    assert github.bodies()[-1] == GREEN
    assert len([seen for seen in github.seen if "/comments?" in seen.path]) == 4


@pytest.mark.parametrize(
    ("body", "user"),
    [
        (RED, {"login": "mallory", "type": "User"}),
        (f"look at this:\n{RED}", BOT),
        (f" {RED}", BOT),
        (RED.replace("-->", "x -->", 1), BOT),
        (f"{marker('other')}\n\nBLOCKED", BOT),
        ("", BOT),
    ],
    ids=["of a stranger", "quoted", "indented", "altered", "another id", "empty"],
)
def test_a_comment_that_is_not_ours_is_never_touched(github: GitHub, api: Api, body: str, user: dict[str, str]) -> None:
    """Somebody else's comment with the marker, or one that only quotes it, stays, and ours is created beside it."""
    github.add(body, user)
    assert put(api, GREEN).done == "created"
    assert github.bodies() == [body, GREEN]


def test_a_comment_of_a_deleted_account_is_not_ours(github: GitHub, api: Api) -> None:
    """GitHub lists such a comment without a user."""
    github.add(RED, BOT)["user"] = None
    github.add("text", BOT)["body"] = None
    assert put(api, GREEN).done == "created"


def test_a_personal_token_finds_its_own_comment(github: GitHub) -> None:
    """The login of the token's owner counts as ours, another person's does not."""
    github.add(RED, {"login": "mallory", "type": "User"})
    github.add(RED, OCTOCAT)
    assert put(as_token(github, "token-of-octocat"), GREEN).done == "updated"
    assert github.bodies() == [RED, GREEN]


def test_several_ids_have_a_comment_each(github: GitHub, api: Api) -> None:
    """The comments of two plans do not overwrite one another."""
    for name in ("network", "service", "network"):
        put(api, f"{marker(name)}\n{name}")
    assert github.bodies() == [f"{marker(name)}\n{name}" for name in ("network", "service")]


def test_of_several_comments_the_oldest_is_kept(github: GitHub, api: Api) -> None:
    """What an earlier race left behind is cleared away."""
    oldest = github.add(RED, BOT)
    github.add(RED, BOT)
    github.add(GREEN, BOT)
    put(api, GREEN)
    assert [(comment["id"], comment["body"]) for comment in github.comments] == [(oldest["id"], GREEN)]


@pytest.mark.parametrize("jobs", [2, 4])
def test_jobs_at_once_leave_one_comment(github: GitHub, jobs: int) -> None:
    """Jobs that all find no comment and all create one end with one of them."""
    together = threading.Barrier(jobs, timeout=10)
    posted = threading.local()

    def wait_for_the_others(seen: Seen) -> None:
        if seen.method == "POST" and not getattr(posted, "once", False):
            posted.once = True
            together.wait()

    github.before = wait_for_the_others
    with ThreadPoolExecutor(jobs) as pool:
        apis = [as_token(github, "token-of-actions") for _ in range(jobs)]
        outcomes = list(pool.map(lambda api: put(api, RED), apis))
    assert github.methods().count("POST") == jobs
    assert len(outcomes) == jobs
    assert github.bodies() == [RED]


def test_a_comment_deleted_under_our_hands_is_created_again(github: GitHub, api: Api) -> None:
    """A 404 for a comment that was just listed is another job's doing: the search begins again."""
    comment = github.add(RED, BOT)

    def delete_first(seen: Seen) -> None:
        if seen.method == "PATCH" and comment in github.comments:
            github.comments.remove(comment)

    github.before = delete_first
    assert put(api, GREEN).done == "created"
    assert github.bodies() == [GREEN]


def test_surplus_comments_that_others_delete_first_are_no_trouble(github: GitHub, api: Api) -> None:
    """Many jobs that clear away the same comments do not get into each other's way."""
    for _ in range(8):
        github.add(RED, BOT)

    def delete_first(seen: Seen) -> None:
        if seen.method == "DELETE":
            github.comments[:] = [c for c in github.comments if not seen.path.endswith(str(c["id"]))]

    github.before = delete_first
    assert put(api, RED).done == "unchanged"
    assert github.bodies() == [RED]


def test_a_creation_that_was_cut_off_is_not_repeated_blindly(github: GitHub, api: Api) -> None:
    """After a 502 to a POST that GitHub carried out, the comment is found instead of created twice."""
    github.instead("POST", Reply(502, b"<html>", done=True))
    assert put(api, RED).done == "unchanged"
    assert github.bodies() == [RED]


def test_a_creation_that_failed_is_tried_again(github: GitHub, api: Api) -> None:
    """After a 502 to a POST that came to nothing, the comment is created."""
    github.instead("POST", Reply(502, b"<html>"))
    assert put(api, RED).done == "created"
    assert github.bodies() == [RED]


def test_creating_has_an_end(github: GitHub, api: Api) -> None:
    """A server that never creates the comment is given up on, with its answer in the message."""
    github.instead("POST", *[Reply(502, {"message": "Server Error"})] * 20)
    with pytest.raises(GateError, match=r"acme/infra#7: .*502 `Server Error`.*run the job again"):
        put(api, RED)
    assert github.methods().count("POST") < 8


def test_a_list_that_lags_behind_creates_no_second_comment(github: GitHub, api: Api) -> None:
    """A comment that the list does not show yet is not created again."""
    github.instead("GET", Reply(403, {}), *[Reply(200, []) for _ in range(4)])
    assert put(api, RED).done == "created"
    assert github.methods().count("POST") == 1


def test_a_read_only_token_is_one_clear_line(github: GitHub) -> None:
    """A fork's token may not comment: the message says so and what to do, and nothing is tried twice."""
    with pytest.raises(GateError) as raised:
        put(as_token(github, "token-read-only"), RED)
    message = str(raised.value)
    assert "403 `Resource not accessible by integration`" in message
    assert "pull-requests: write" in message
    assert "\n" not in message
    assert github.methods().count("POST") == 1


def test_a_missing_pull_request_is_named(github: GitHub, api: Api) -> None:
    """404 for the list of comments names the pull request."""
    with pytest.raises(GateError, match=r"acme/infra#8: .*404.*no such pull request"):
        put(api, RED, PullRequest("acme/infra", 8))


def test_an_invalid_token_is_named(github: GitHub, waits: list[float]) -> None:
    """401 ends the run at once."""
    with pytest.raises(GateError, match="GITHUB_TOKEN is not valid"):
        put(as_token(github, "token-of-nobody", waits), RED)
    assert waits == []


def test_a_body_that_github_refuses_is_one_line(github: GitHub, api: Api) -> None:
    """422 is shown with GitHub's own reason."""
    with pytest.raises(GateError, match="422 `Validation Failed: Body is too long"):
        put(api, MARKER + "x" * 70000)


def test_a_next_page_on_another_host_is_not_asked(github: GitHub, api: Api) -> None:
    """Link cannot lead the token away."""
    elsewhere = {"Link": '<https://evil.example/x?page=2>; rel="next"'}
    github.instead("GET", Reply(403, {}), Reply(200, [], elsewhere))
    with pytest.raises(GateError, match="another host"):
        put(api, RED)


def test_pages_that_lead_in_a_circle_end(github: GitHub, api: Api) -> None:
    """A server whose last page names the first is not followed for ever."""
    link = {"Link": f'<{github.url}/repos/acme/infra/issues/7/comments?per_page=100>; rel="next"'}
    github.instead("GET", Reply(403, {}), *[Reply(200, [], link) for _ in range(5)])
    with pytest.raises(GateError, match="do not end"):
        put(api, RED)


@pytest.mark.parametrize("body", [b"<html>", b'{"not": "a list"}', b'[{"id": "1"}]', b"[" * 100000, b"\xff"])
def test_an_answer_that_github_never_gives_is_no_traceback(github: GitHub, api: Api, body: bytes) -> None:
    """A proxy's page, or another shape, is one clear line."""
    github.instead("GET", Reply(403, {}), Reply(200, body))
    with pytest.raises(GateError, match="not what GitHub sends"):
        put(api, RED)


@pytest.mark.parametrize(("head", "done"), [("a" * 40, "updated"), ("b" * 40, "outdated"), ("", "updated")])
def test_a_later_commits_comment_is_left_alone(github: GitHub, api: Api, head: str, done: str) -> None:
    """A job that is run again for an old commit writes nothing; where the token may not ask, it writes."""
    github.head = head
    github.add(RED, BOT)
    assert upsert(discussion(api, PULL), GREEN, "A" * 40).done == done
    assert github.bodies() == [RED if done == "outdated" else GREEN]
    assert [seen.path for seen in github.seen][1] == "/repos/acme/infra/pulls/7"
