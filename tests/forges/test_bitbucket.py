"""gate/forges/bitbucket.py and insights.py against a server that answers like Bitbucket Cloud."""

from collections.abc import Iterator

import msgspec
import pytest

from gate.errors import GateError
from gate.forges import bitbucket as forge
from gate.forges.bitbucket import insights, job, open_api, put, write
from gate.forges.message import Asked, Job, Message, Outcome
from gate.report import report
from tests.helpers.fake_bitbucket import SHA, Bitbucket, serve
from tests.helpers.loopback import Reply
from tests.helpers.reports import BLOCKING, PLAN, REPORTS, WARNING, full_of

pytestmark = pytest.mark.slow  # every test talks to a server

LOG = "https://bitbucket.org/acme/infra/pipelines/results/9"
JOB = Job(SHA, LOG)


@pytest.fixture
def bitbucket() -> Iterator[Bitbucket]:
    with serve() as state:
        yield state


def _step(bitbucket: Bitbucket, **variables: str) -> dict[str, str]:
    return {
        "BITBUCKET_BUILD_NUMBER": "9",
        "BITBUCKET_REPO_FULL_NAME": "acme/infra",
        "BITBUCKET_COMMIT": SHA,
        "BITBUCKET_PR_ID": "7",
        "BITBUCKET_API_URL": f"{bitbucket.url}/2.0",
        "BITBUCKET_TOKEN": "token-of-gate",
        **variables,
    }


def _put(bitbucket: Bitbucket, message: Message, **variables: str) -> Outcome:
    environment = _step(bitbucket, **variables)
    return put(insights(open_api(environment, sleep=lambda seconds: None), environment, Asked(), message), message)


def test_a_blocked_report_fails_with_an_annotation_at_the_line(bitbucket: Bitbucket) -> None:
    """Verdict, numbers, commit and the link to the log; the finding where the change is."""
    outcome = write(_step(bitbucket), Asked(), Message(REPORTS["one"](), "", job(_step(bitbucket))))
    assert outcome == Outcome("created", "https://bitbucket.org/acme/infra/pull-requests/7")
    one = bitbucket.one()
    assert (one["result"], one["report_type"], one["reporter"], one["link"]) == ("FAILED", "SECURITY", "gate", LOG)
    assert one["details"].startswith("BLOCKED: 1 finding newly grants full KMS access\nKMS001 full-kms-access: ")
    assert {entry["title"]: entry["value"] for entry in one["data"]} == {
        "Block": 1, "Warn": 0, "Waived": 0, "Commit": SHA[:7],
    }  # fmt: skip
    (note,) = bitbucket.notes()
    assert (note["path"], note["line"], note["severity"], note["result"]) == ("iam/main.tf", 12, "HIGH", "FAILED")
    assert note["summary"] == "aws_iam_role_policy.app: role app may newly call every KMS action on every key"


def test_a_fixed_change_takes_the_annotations_away(bitbucket: Bitbucket) -> None:
    """A run of the same commit leaves one report, without those of the run before."""
    for name, result, notes in (("forty", "FAILED", 40), ("pass", "PASSED", 0), ("one", "FAILED", 1)):
        _put(bitbucket, Message(REPORTS[name](), "", JOB))
        assert bitbucket.one()["result"] == result
        assert len(bitbucket.notes()) == notes


def test_each_kind_of_finding_has_its_weight(bitbucket: Bitbucket) -> None:
    """What blocks fails, what warns does not, what is waived is ignored."""
    _put(bitbucket, Message(REPORTS["mixed"](), "", JOB))
    kinds = {(note["severity"], note.get("result")) for note in bitbucket.notes()}
    assert kinds == {("HIGH", "FAILED"), ("MEDIUM", None), ("LOW", "IGNORED")}


def test_no_verdict_is_a_failed_report(bitbucket: Bitbucket) -> None:
    """Of the commit that has none, without markup."""
    _put(bitbucket, Message(None, "", JOB))
    assert bitbucket.one()["result"] == "FAILED"
    assert bitbucket.one()["details"].split("\n")[0] == "NO VERDICT for commit 0123456"
    assert "`" not in bitbucket.one()["details"]
    assert bitbucket.notes() == []


def test_ids_and_commits_have_a_report_each(bitbucket: Bitbucket) -> None:
    """None takes the place of another one."""
    for name, commit in (("network", SHA), ("service", SHA), ("network", "f" * 40)):
        assert _put(bitbucket, Message(REPORTS["pass"](), name, Job(commit))).done == "created"
    assert [report["title"] for report in bitbucket.reports.values()] == [
        f"gate, new KMS access: {name}" for name in ("network", "service", "network")
    ]


def test_somebody_elses_report_is_not_touched(bitbucket: Bitbucket) -> None:
    """Even where it has gate's id."""
    _put(bitbucket, Message(REPORTS["pass"](), "", JOB))
    bitbucket.one()["reporter"] = "mallory"
    with pytest.raises(GateError, match="a report of somebody else"):
        _put(bitbucket, Message(REPORTS["one"](), "", JOB))
    assert bitbucket.one()["result"] == "PASSED"


@pytest.mark.parametrize(("count", "batches"), [(100, [100]), (101, [100, 1]), (1200, [100] * 10)])
def test_annotations_come_in_batches_and_no_more_than_are_taken(
    bitbucket: Bitbucket, count: int, batches: list[int]
) -> None:
    """What is left out is said in the report."""
    findings = tuple(msgspec.structs.replace(BLOCKING, fingerprint="same", address=f"a.b{n}") for n in range(count))
    _put(bitbucket, Message(report((PLAN,), findings), "", JOB))
    assert [len(seen.body) for seen in bitbucket.seen if seen.method == "POST"] == batches
    assert len({note["external_id"] for note in bitbucket.notes()}) == sum(batches)
    assert ("200 annotations more did not fit" in bitbucket.one()["details"]) is (count == 1200)


def test_annotations_that_may_not_have_arrived_are_sent_again(bitbucket: Bitbucket) -> None:
    """Each has an id of its own, so none is there twice."""
    bitbucket.instead("POST", Reply(502, b"", done=True), Reply(503, b""))
    _put(bitbucket, Message(REPORTS["forty"](), "", JOB))
    assert len(bitbucket.notes()) == 40
    bitbucket.instead("POST", *[Reply(502, b"")] * 9)
    with pytest.raises(GateError, match=r"acme/infra: .*502; 4 rounds were made"):
        _put(bitbucket, Message(REPORTS["forty"](), "", JOB))
    assert bitbucket.one()["result"] == "FAILED"


def test_in_a_step_of_pipelines_no_token_is_needed(bitbucket: Bitbucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy on the loopback interface adds it; gate sends none."""
    bitbucket.as_proxy = True
    monkeypatch.setattr(forge, "PROXY", bitbucket.url)
    environment = _step(bitbucket, BITBUCKET_TOKEN="", BITBUCKET_API_URL="")
    assert write(environment, Asked(), Message(REPORTS["one"](), "", JOB)).done == "created"
    assert {seen.path.split("/repositories")[0] for seen in bitbucket.seen} == {"http://api.bitbucket.org/2.0"}
    assert not any("authorization" in seen.headers for seen in bitbucket.seen)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"BITBUCKET_TOKEN": "", "BITBUCKET_BUILD_NUMBER": ""}, "BITBUCKET_TOKEN is not set; .*repository:write"),
        (
            {"BITBUCKET_TOKEN": "token-of-nobody"},
            "401 `Token is invalid or not supported`; BITBUCKET_TOKEN is not valid",
        ),
        ({"BITBUCKET_TOKEN": "token-read-only"}, "acme/infra: .*403 `Your credentials lack.*scope `repository:write`"),
        ({"BITBUCKET_REPO_FULL_NAME": ""}, "give `--repo WORKSPACE/REPOSITORY`"),
        ({"BITBUCKET_REPO_FULL_NAME": "acme/.."}, "is no repository"),
        ({"BITBUCKET_REPO_FULL_NAME": "acme/other"}, "no such repository or commit"),
        ({"BITBUCKET_API_URL": "http://api.bitbucket.org/2.0"}, "has to begin with https://"),
    ],
)
def test_what_is_wrong_is_one_line_with_what_to_do(bitbucket: Bitbucket, variables: dict[str, str], said: str) -> None:
    """And holds no token."""
    with pytest.raises(GateError, match=said) as raised:
        _put(bitbucket, Message(REPORTS["one"](), "", JOB), **variables)
    assert "\n" not in str(raised.value)
    assert not any(token in str(raised.value) for token in ("token-of-nobody", "token-read-only"))
    assert bitbucket.reports == {}


def test_a_report_needs_a_commit(bitbucket: Bitbucket) -> None:
    """There is no place for one without."""
    with pytest.raises(GateError, match="give `--commit SHA`"):
        _put(bitbucket, Message(REPORTS["one"]()))


@pytest.mark.parametrize("text", ["a\nb", "<b>x</b>", "\ud800\u202e\x00", "x" * 5000, "@all [a](javascript:x)"])
def test_a_hostile_plan_fits_and_is_one_line_each(bitbucket: Bitbucket, text: str) -> None:
    """Nothing is longer than Bitbucket takes, and no name begins a line of its own."""
    _put(bitbucket, Message(full_of(text, 3), text, JOB))
    lines = bitbucket.one()["details"].split("\n")
    assert lines[0] == "BLOCKED: 3 findings newly grant full KMS access"
    assert "b" not in lines
    assert len(bitbucket.notes()) == 3
    for note in bitbucket.notes():
        assert all(character == "\n" or character.isprintable() for character in note["summary"] + note["details"])


def test_every_report_is_taken(bitbucket: Bitbucket) -> None:
    """Of each kind; those that pass, and no other, have passed."""
    for name, make in REPORTS.items():
        made = make()
        _put(bitbucket, Message(made, "", JOB))
        assert (bitbucket.one()["result"] == "PASSED") is (made.verdict == "pass"), name


def test_notes_that_leave_no_room_leave_the_verdict(bitbucket: Bitbucket) -> None:
    """However long the configuration's notes are, and however many findings there are."""
    findings = tuple(msgspec.structs.replace(BLOCKING, fingerprint=str(n), message="x" * 900) for n in range(3000))
    _put(bitbucket, Message(report((PLAN,), findings, "", ("y" * 1000,) * 3), "", JOB))
    details = bitbucket.one()["details"]
    assert details.startswith("BLOCKED: 3,000 findings newly grant full KMS access\n")
    assert len(details) == 2000


def test_one_cause_is_one_annotation(bitbucket: Bitbucket) -> None:
    """Forty roles of one module are told once, with their number; a warning beside has its own."""
    roles = tuple(
        msgspec.structs.replace(BLOCKING, fingerprint=str(n), cause="c1", principals=(f"role app-{n}",))
        for n in range(39)
    )
    elsewhere = msgspec.structs.replace(roles[0], fingerprint="39", principals=("role app-39",), plan="production.json")
    roles = (roles[0], msgspec.structs.replace(elsewhere, address="aws_iam_role_policy.other"), *roles[1:])
    plans = (PLAN, msgspec.structs.replace(PLAN, path="production.json"))
    _put(bitbucket, Message(report(plans, (*roles, WARNING)), "", JOB))
    assert f"\nin {PLAN.path}, production.json\n" in bitbucket.notes()[0]["details"]
    assert [(note["title"], note["severity"]) for note in bitbucket.notes()] == [
        ("KMS001 full-kms-access: 40 roles, one cause", "HIGH"),
        ("KMS003 decrypt-on-every-key", "MEDIUM"),
    ]
    assert "\nalso at aws_iam_role_policy.app, aws_iam_role_policy.other\n" in bitbucket.notes()[0]["details"]
    assert bitbucket.one()["details"].split("\n")[1].startswith("KMS001 full-kms-access: 40 roles, one cause: aws_iam")
