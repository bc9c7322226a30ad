"""gate/forges/azure.py against a server that answers like Azure DevOps."""

import re
from collections.abc import Iterator

import pytest

from gate.errors import GateError
from gate.forges.azure import LIMIT, discussion, inert, job, open_api, write
from gate.forges.body import marker
from gate.forges.message import Asked, Job, Message, Outcome
from gate.forges.one_comment import upsert
from tests.helpers.fake_azure import BASIC, BUILD_SERVICE, PAT, PERSON, STRANGER, Azure, serve
from tests.helpers.loopback import Reply
from tests.helpers.reports import REPORTS, full_of

pytestmark = pytest.mark.slow  # every test talks to a server

RED, GREEN = f"{marker('')}\n\nBLOCKED", f"{marker('')}\n\nPASS"
SHA = "a" * 40


@pytest.fixture
def azure() -> Iterator[Azure]:
    with serve() as state:
        yield state


def _build(azure: Azure, **variables: str) -> dict[str, str]:
    return {
        "TF_BUILD": "True",
        "SYSTEM_COLLECTIONURI": f"{azure.url}/",
        "SYSTEM_TEAMPROJECT": "acme team",
        "SYSTEM_TEAMPROJECTID": "77",
        "BUILD_BUILDID": "9",
        "BUILD_REPOSITORY_ID": "9b0c",
        "BUILD_REPOSITORY_NAME": "infra",
        "BUILD_REPOSITORY_PROVIDER": "TfsGit",
        "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
        "SYSTEM_PULLREQUEST_SOURCECOMMITID": SHA,
        "SYSTEM_ACCESSTOKEN": "token-of-build",
        **variables,
    }


def test_lines_are_linked_at_the_commit_that_is_checked(azure: Azure) -> None:
    """In the repository of the build, whatever people call it; nowhere if no commit is known."""
    build = _build(azure, SYSTEM_COLLECTIONURI="https://dev.azure.com/acme/")
    place = f"https://dev.azure.com/acme/acme%20team/_git/infra?path=/{{file}}&version=GC{SHA}&line={{line}}"
    assert job(build).source.startswith(place)
    assert job({**build, "BUILD_REPOSITORY_NAME": "a](b)|c"}).source.startswith(
        "https://dev.azure.com/acme/acme%20team/_git/a%5D%28b%29%7Cc?path=/"
    )
    for missing in ("SYSTEM_PULLREQUEST_SOURCECOMMITID", "SYSTEM_TEAMPROJECT", "BUILD_REPOSITORY_NAME"):
        assert job({name: value for name, value in build.items() if name != missing}).source == ""


def _put(azure: Azure, text: str, **variables: str) -> Outcome:
    environment = _build(azure, **variables)
    api = open_api(environment, sleep=lambda seconds: None)
    return upsert(discussion(api, environment, Asked(), "closed" if text == GREEN else "active"), text)


def test_one_thread_is_begun_updated_and_left(azure: Azure) -> None:
    """It is active as long as something blocks, and closed once nothing does."""
    assert _put(azure, RED).done == "created"
    assert azure.alive() == [(RED, "active")]
    assert _put(azure, RED).done == "unchanged"
    outcome = _put(azure, GREEN)
    assert outcome == Outcome("updated", f"{azure.url}/acme%20team/_git/infra/pullrequest/7?discussionId=100")
    assert azure.alive() == [(GREEN, "closed")]


def test_a_thread_that_somebody_resolved_is_not_opened_again_for_the_same_text(azure: Azure) -> None:
    """What they have read they have read; another verdict is news."""
    _put(azure, GREEN)
    azure.threads[0]["status"] = "wontFix"
    assert _put(azure, GREEN).done == "unchanged"
    assert azure.alive() == [(GREEN, "wontFix")]
    _put(azure, RED)
    assert azure.alive() == [(RED, "active")]


def test_strangers_are_not_touched_and_of_ours_one_is_left(azure: Azure) -> None:
    """A reply with the marker, a deleted thread and one without a comment are not ours either."""
    azure.add(RED, STRANGER)
    talk = azure.add("chat", PERSON)
    talk["comments"].append({"id": 2, "author": BUILD_SERVICE, "content": RED})
    gone = azure.add(RED, BUILD_SERVICE)
    gone["isDeleted"] = True
    azure.add("", BUILD_SERVICE)["comments"] = []
    azure.add(RED, BUILD_SERVICE)
    azure.add(RED, BUILD_SERVICE)
    azure.threads[3]["isDeleted"] = True
    assert _put(azure, GREEN).done == "updated"
    assert azure.alive() == [(RED, "active"), ("chat", "active"), (GREEN, "closed")]


def test_a_personal_token_is_sent_as_a_password(azure: Azure) -> None:
    """And is somebody else's: the build service's comment stays."""
    _put(azure, RED)
    assert _put(azure, GREEN, AZURE_DEVOPS_EXT_PAT=PAT).done == "created"
    assert [content for content, _ in azure.alive()] == [RED, GREEN]


def test_a_report_is_written_by_the_variables_of_the_build(azure: Azure) -> None:
    """Commit, log and verdict stand in it, and no verdict is active too."""
    environment = _build(azure) | {"SYSTEM_COLLECTIONURI": "https://dev.azure.com/acme/"}
    about = job(environment)
    log, files = (
        "https://dev.azure.com/acme/77/_build/results?buildId=9",
        "https://dev.azure.com/acme/acme%20team/_git/infra",
    )
    assert about == Job(SHA, log, files, about.spot)
    for report, word, status in ((REPORTS["pass"](), "PASS", "closed"), (None, "NO VERDICT", "active")):
        write(_build(azure), Asked(), Message(report, "", about))
        ((content, state),) = azure.alive()
        assert (word in content, state) == (True, status)
    assert "`aaaaaaa`" in content


@pytest.mark.parametrize(("head", "done"), [(SHA, "created"), ("b" * 40, "outdated"), ("", "created")])
def test_a_later_commits_thread_is_left_alone(azure: Azure, head: str, done: str) -> None:
    """By the commit that the pull request is at."""
    azure.head = head
    assert write(_build(azure), Asked(), Message(REPORTS["pass"](), "", Job(SHA))).done == done
    assert len(azure.threads) == (done == "created")


def test_options_go_before_the_variables(azure: Azure) -> None:
    """On a laptop, with the organization's address and a personal token."""
    environment = {"SYSTEM_COLLECTIONURI": azure.url, "AZURE_DEVOPS_EXT_PAT": PAT}
    outcome = write(environment, Asked("acme team/infra", 7), Message(REPORTS["pass"]()))
    assert outcome.done == "created"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"SYSTEM_ACCESSTOKEN": ""}, r"SYSTEM_ACCESSTOKEN is not set; .*\$\(System.AccessToken\)"),
        ({"SYSTEM_ACCESSTOKEN": "$(System.AccessToken)"}, "nobody has filled in"),
        ({"SYSTEM_ACCESSTOKEN": "token-of-nobody"}, "203; the token is not valid"),
        ({"AZURE_DEVOPS_EXT_PAT": "q" * 52}, "203; the token is not valid"),
        ({"SYSTEM_ACCESSTOKEN": "token-read-only"}, "pull request 7: .*403 `TF401027: .*Contribute to pull requests"),
        ({"SYSTEM_PULLREQUEST_PULLREQUESTID": ""}, "belongs to no pull request"),
        ({"SYSTEM_PULLREQUEST_PULLREQUESTID": "8"}, "pull request 8: .*no such pull request"),
        ({"BUILD_REPOSITORY_PROVIDER": "GitHub"}, "on `GitHub`, not in Azure Repos; .*--forge github"),
        ({"BUILD_REPOSITORY_ID": ""}, "give `--repo PROJECT/REPOSITORY --pr N`"),
        ({"SYSTEM_TEAMPROJECT": ".."}, "is no repository"),
        ({"SYSTEM_COLLECTIONURI": ""}, "SYSTEM_COLLECTIONURI is not set"),
        ({"SYSTEM_COLLECTIONURI": "http://tfs.example.com/"}, "has to begin with https://"),
    ],
)
def test_what_is_wrong_is_one_line_with_what_to_do(azure: Azure, variables: dict[str, str], said: str) -> None:
    """And holds no token."""
    with pytest.raises(GateError, match=said) as raised:
        _put(azure, RED, **variables)
    assert "\n" not in str(raised.value)
    assert not any(token in str(raised.value) for token in ("token-of-nobody", "token-read-only", "qqqq"))
    assert azure.threads == []


def test_a_password_is_taken_out_of_what_the_network_says(azure: Azure) -> None:
    """As it was given and as it was sent."""
    azure.instead("GET", Reply(400, {"message": f"bad Basic {BASIC}"}), Reply(400, {"message": f"bad {PAT}"}))
    for _ in range(2):
        with pytest.raises(GateError) as raised:
            _put(azure, RED, AZURE_DEVOPS_EXT_PAT=PAT)
        assert "***" in str(raised.value)
        assert not {PAT, BASIC} & set(re.findall(r"[\w=]+", str(raised.value)))


def test_a_server_that_does_not_know_whose_the_token_is_gets_nothing(azure: Azure) -> None:
    """Without that, gate could not tell its own threads from a stranger's."""
    azure.instead("GET", Reply(200, {"authenticatedUser": {}}))
    with pytest.raises(GateError, match="does not say whose the token is"):
        _put(azure, RED)
    assert azure.threads == []


def test_a_sign_in_page_elsewhere_is_not_visited(azure: Azure) -> None:
    """An expired token is sent to another host, without the token."""
    with serve() as other:
        azure.instead("GET", Reply(302, {}, {"Location": f"{other.url}/_signin"}))
        with pytest.raises(GateError, match="is not sent there"):
            _put(azure, RED)
        assert other.seen == []


@pytest.mark.parametrize("text", ["#12", "!12", "@<6E4F>", "a\\b|c`#7", "x `#1` @<y>"])
def test_a_hostile_plan_mentions_and_links_nothing(azure: Azure, text: str) -> None:
    """Not even inside code, which keeps people from being notified by no promise of Azure."""
    write(_build(azure), Asked(), Message(full_of(text), text))
    ((content, _),) = azure.alive()
    assert re.findall(r"[#!]\d|@<", content) == []


def test_what_only_looks_alike_stays() -> None:
    """Headings, exclamation marks, addresses."""
    text = "### BLOCKED! a@b.c rules.md#kms001-full &bsol;"
    assert inert(text) == text
    assert inert("&#92;&#96;&#124;") == "&bsol;&grave;&vert;"


def test_a_report_that_is_too_long_is_cut(azure: Azure) -> None:
    """Azure takes it, with the verdict and the count of what is left out."""
    write(_build(azure), Asked(), Message(full_of("#1 " * 300, 400)))
    ((content, _),) = azure.alive()
    assert len(content.encode()) <= LIMIT
    assert "BLOCKED: 400 findings" in content
