"""gate/forges/gitlab.py against a server that answers like GitLab."""

from collections.abc import Iterator

import pytest

from gate.errors import GateError
from gate.forges import body
from gate.forges.body import marker
from gate.forges.gitlab import LIMIT, discussion, inert, job, open_api, write
from gate.forges.message import Asked, Job, Message, Outcome
from gate.forges.one_comment import upsert
from gate.report import report
from tests.helpers.fake_gitlab import OWN, STRANGER, GitLab, serve
from tests.helpers.loopback import Reply, Seen
from tests.helpers.markdown import visible_words
from tests.helpers.reports import PLAN, REPORTS, full_of

pytestmark = pytest.mark.slow  # every test talks to a server

RED, GREEN = f"{marker('')}\n\nBLOCKED", f"{marker('')}\n\nPASS"
SHA = "a" * 40


@pytest.fixture
def gitlab() -> Iterator[GitLab]:
    with serve() as state:
        yield state


def _job(gitlab: GitLab, **variables: str) -> dict[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": gitlab.url,
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_PROJECT_URL": "https://gitlab.com/acme/infra",
        "CI_MERGE_REQUEST_IID": "7",
        "GITLAB_TOKEN": "token-of-gate",
        **variables,
    }


def _put(gitlab: GitLab, text: str, **variables: str) -> Outcome:
    environment = _job(gitlab, **variables)
    api = open_api(environment, sleep=lambda seconds: None)
    return upsert(discussion(api, environment, Asked()), text)


def test_one_note_is_created_updated_and_left(gitlab: GitLab) -> None:
    """Its address is the merge request's."""
    outcomes = [_put(gitlab, text) for text in (RED, RED, GREEN)]
    assert [outcome.done for outcome in outcomes] == ["created", "unchanged", "updated"]
    assert {outcome.url for outcome in outcomes} == {"https://gitlab.com/acme/infra/-/merge_requests/7#note_1001"}
    assert gitlab.bodies() == [GREEN]
    assert {seen.headers["private-token"] for seen in gitlab.seen} == {"token-of-gate"}


def test_the_oldest_of_ours_is_kept_and_strangers_are_not_touched(gitlab: GitLab) -> None:
    """Also on the last page; a system note is nobody's comment."""
    for text, author in ((RED, STRANGER), (RED, OWN), ("chat", OWN), (GREEN, OWN)):
        gitlab.add(text, author)
    gitlab.add(GREEN, OWN, system=True)
    gitlab.per_page = 2
    assert _put(gitlab, f"{GREEN}x").done == "updated"
    assert gitlab.bodies() == [RED, f"{GREEN}x", "chat", GREEN]
    assert [note["id"] for note in gitlab.notes] == [1005, 1003, 1002, 1001]


def test_a_report_is_written_by_the_variables_of_the_job(gitlab: GitLab) -> None:
    """Commit, log and verdict stand in it."""
    log = "https://gitlab.com/acme/infra/-/jobs/9"
    environment = _job(gitlab, CI_COMMIT_SHA="b" * 40, CI_MERGE_REQUEST_SOURCE_BRANCH_SHA=SHA, CI_JOB_URL=log)
    message = Message(REPORTS["one"](), "", job(environment))
    assert write(environment, Asked(), message).done == "created"
    assert "BLOCKED" in gitlab.bodies()[0]
    assert gitlab.bodies()[0].endswith(f"\n<sub>About commit `aaaaaaa` · [log]({log})</sub>\n")


@pytest.mark.parametrize(("head", "done"), [(SHA, "created"), ("b" * 40, "outdated"), ("", "created")])
def test_a_later_commits_note_is_left_alone(gitlab: GitLab, head: str, done: str) -> None:
    """By the commit that the merge request is at."""
    gitlab.head = head
    assert write(_job(gitlab), Asked(), Message(REPORTS["pass"](), "", Job(SHA))).done == done
    assert len(gitlab.notes) == (done == "created")


def test_the_commit_is_the_head_and_not_the_merge() -> None:
    """Outside of merged results CI_COMMIT_SHA is the head itself, and the other is empty."""
    assert job({"CI_COMMIT_SHA": "b" * 40, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": SHA}) == Job(SHA)
    assert job({"CI_COMMIT_SHA": SHA, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": ""}) == Job(SHA)


def test_files_are_those_of_the_source_project() -> None:
    """A merge request from a fork has its commit there; the note links lines at that commit."""
    project = {"CI_COMMIT_SHA": SHA, "CI_PROJECT_URL": "https://gitlab.com/acme/infra"}
    fork = {"CI_MERGE_REQUEST_SOURCE_PROJECT_URL": "https://gitlab.com/ann/infra"}
    assert job(project).source == f"https://gitlab.com/acme/infra/-/blob/{SHA}/{{file}}#L{{line}}"
    assert job(project | fork).source.startswith("https://gitlab.com/ann/infra/-/blob/")
    assert job(project | {"CI_PROJECT_URL": "javascript:alert(1)"}).source == ""
    about = Message(REPORTS["one"](), "", job(project))
    link = f"[`iam/main.tf:12`](https://gitlab.com/acme/infra/-/blob/{SHA}/iam/main.tf#L12)"
    assert link in body.render(about, LIMIT, inert)


@pytest.mark.parametrize("project", ["acme/infra", "42"])
def test_options_go_before_the_variables(gitlab: GitLab, project: str) -> None:
    """A path is one segment of the API's address."""
    environment = {"CI_API_V4_URL": gitlab.url, "GITLAB_TOKEN": "token-of-gate", "CI_PROJECT_ID": "1"}
    outcome = write(environment, Asked(project, 7), Message(report((PLAN,), ())))
    assert outcome == Outcome("created", f"{project}!7 (note 1001)")
    assert "/projects/acme%2Finfra/" in gitlab.seen[-1].path or project == "42"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"GITLAB_TOKEN": ""}, "GITLAB_TOKEN is not set; give the job a project or group access token"),
        ({"GITLAB_TOKEN": "token-of-nobody"}, "401 Unauthorized`; GITLAB_TOKEN is not valid"),
        ({"GITLAB_TOKEN": "token-read-only"}, "42!7: .*403 `higher privileges are needed`; the token may not comment"),
        ({"CI_MERGE_REQUEST_IID": ""}, "belongs to no merge request"),
        ({"CI_MERGE_REQUEST_IID": "7/../8"}, "belongs to no merge request"),
        ({"CI_MERGE_REQUEST_IID": "8"}, "42!8: .*no such merge request"),
        ({"CI_MERGE_REQUEST_PROJECT_ID": "", "CI_PROJECT_ID": ""}, "give `--repo GROUP/PROJECT --pr N`"),
        ({"CI_MERGE_REQUEST_PROJECT_ID": "acme/../x"}, "is no project"),
        ({"CI_API_V4_URL": "http://gitlab.example.com/api/v4"}, "CI_API_V4_URL has to begin with https://"),
    ],
)
def test_what_is_wrong_is_one_line_with_what_to_do(gitlab: GitLab, variables: dict[str, str], said: str) -> None:
    """And holds no token."""
    with pytest.raises(GateError, match=said) as raised:
        _put(gitlab, RED, **variables)
    assert "\n" not in str(raised.value)
    assert not any(token in str(raised.value) for token in ("token-of-nobody", "token-read-only"))
    assert gitlab.notes == []


def test_the_token_goes_to_no_other_host(gitlab: GitLab) -> None:
    """Neither by a redirect nor by the address of a next page."""
    with serve() as other:
        for reply in (
            Reply(302, {}, {"Location": f"{other.url}/user"}),
            Reply(200, [], {"Link": f'<{other.url}/x>; rel="next"'}),
        ):
            gitlab.instead("GET", *([] if reply.status == 302 else [Reply(200, OWN)]), reply)
            with pytest.raises(GateError, match="is not sent there"):
                _put(gitlab, RED)
        assert other.seen == []


def test_a_note_deleted_under_our_hands_is_created_again(gitlab: GitLab) -> None:
    """A 404 for a note that was just listed is another job's doing."""
    note = gitlab.add(RED, OWN)

    def delete_first(seen: Seen) -> None:
        if seen.method == "PUT" and note in gitlab.notes:
            gitlab.notes.remove(note)

    gitlab.before = delete_first
    assert _put(gitlab, GREEN).done == "created"


@pytest.mark.parametrize("line", ["/merge", "  /approve", "\t/close now", "/label ~x"])
def test_no_line_is_a_quick_action(line: str) -> None:
    """Also in code: GitLab does not always see where that begins."""
    assert inert(f"a\n````\n{line}\n````\n") == f"a\n````\n{line.replace('/', chr(92) + 'x2f', 1)}\n````\n"
    assert inert("</details>\n// x\na /merge\n<br/>\n") == "</details>\n// x\na /merge\n<br/>\n"


@pytest.mark.parametrize("text", ["/merge", "\n/merge\n", "````\n/merge", "x\n\n  /approve", "@all !1 #1 ~x %1 :tada:"])
def test_a_hostile_plan_starts_no_quick_action(gitlab: GitLab, text: str) -> None:
    """Whatever its names are, no line of the note begins with a slash and a word, and nothing refers or mentions."""
    write(_job(gitlab), Asked(), Message(full_of(text), "/merge\n/merge"))
    (body,) = gitlab.bodies()
    assert not {"@all", "!1", "~x", ":tada:"} & set(visible_words(body))
    assert not [line for line in body.split("\n") if line.lstrip().startswith("/") and line.lstrip()[1:2].isalpha()]
    assert [line for line in body.split("\n") if line.startswith("<!--")] == [marker("/merge\n/merge")]


def test_a_report_that_is_too_long_is_cut(gitlab: GitLab) -> None:
    """GitLab takes it, with the verdict and the count of what is left out."""
    write(_job(gitlab), Asked(), Message(full_of("/merge " + "x" * 900, 400)))
    (body,) = gitlab.bodies()
    assert len(body.encode()) <= LIMIT
    assert "BLOCKED: 400 findings" in body
    assert "not shown" in body
