"""An old backup is restored: nothing of what was closed since answers again, and receipts on paper go on being some."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive.models import Event, Person, Scope, Shown, Story, StoryState, Withdrawal, WithdrawalKind
from archive.services import acts, keycards
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement, Method
from archive.services.consent import record_consent
from archive.services.embargoes import embargo
from archive.services.erasing import erase_due
from archive.services.errors import NotFound
from archive.services.faces import show_as
from archive.services.stories import About, publish, remove_story, story_by_slug, unpublish
from archive.services.strikes import Span, lift, strike
from archive.services.withdrawal import withdraw
from archive.settings import Settings
from archive.web.app import create
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import ROOT, Ran, Visitor
from tests.factories import TEXTS, a_story
from tests.web.spoken import Spoken, spoken_story

DEPLOY = ROOT / "deploy"
STRUCK = Span(None, 0, 9_000)
CLOSED = {"withdrawn": 410, "erased": 410, "hidden": 404, "unpublished": 404, "removed": 404, "waiting": 200}


def run(script: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    program = {"PEER_STORIES_PROGRAM": f"{sys.executable} -m archive.cli", "PYTHONPATH": str(ROOT)}
    command = ["sh", str(DEPLOY / script), str(folder)]
    return subprocess.run(command, env=environment | program, capture_output=True, text=True, check=False, timeout=120)


def told_by(name: str) -> About:
    return About(name, [f"{name.title()} Quill"])


def act(house: House, slug: str, does: Callable[..., object]) -> None:
    with house.db.writing() as session:
        does(session, story_by_slug(session, slug, OPERATOR))


def close_all(house: House) -> tuple[str, str]:
    """Everything that can be closed is; gives the code of the receipt and the key card that is void."""
    agreed = Agreement(Method.FORM, {Scope.EXISTENCE: "hidden", Scope.TEXT: "closed"}, person="Hidden Quill")
    act(house, "struck", lambda session, story: strike(session, story, STRUCK, reason="a name", by=OPERATOR))
    act(house, "hidden", lambda session, story: record_consent(session, story, agreed, by=OPERATOR))
    act(house, "unpublished", lambda session, story: unpublish(session, story, by=OPERATOR))
    act(house, "removed", lambda session, story: remove_story(session, story, by=OPERATOR))
    until = date(2099, 1, 1)
    act(house, "waiting", lambda session, story: embargo(session, story, until, None, "why", by=OPERATOR))
    act(house, "named", lambda session, story: show_as(
        session, story, story.tellers[0], Shown.CHOSEN, "The baker", by=OPERATOR
    ))  # fmt: skip
    with house.db.writing() as session:
        card = keycards.issue(
            session, session.scalars(select(Person).where(Person.name == "Named Quill")).one(), by=OPERATOR
        )
    with house.db.writing() as session:
        sealed = withdraw(session, story_by_slug(session, "withdrawn", OPERATOR), WithdrawalKind.SEALED, by=OPERATOR)
        withdraw(session, story_by_slug(session, "erased", OPERATOR), WithdrawalKind.ERASED, by=OPERATOR, days=0)
        erase_due(session)
        code = sealed.code
    Worker(house).run(drain=True)
    return code, card


@pytest.fixture
def archive(house: House, tmp_path: Path) -> Spoken:
    for name in ("struck", "withdrawn", "hidden", "unpublished", "removed", "waiting", "named"):
        a_story(house, about=told_by(name))
    held = spoken_story(house, tmp_path, told_by("erased"), TEXTS[:2], theme="bread")
    Worker(house).run(drain=True)
    return held


def restored(house: House, settings: Settings, folder: Path, environment: dict[str, str]) -> tuple[House, Visitor, str]:
    house.close()
    ran = run("restore.sh", folder, environment)
    assert ran.returncode == 0, ran.stderr
    opened = House(settings)
    return opened, Visitor(create(opened).test_client(), opened), ran.stderr


def nothing_answers(stranger: Visitor, held: Spoken) -> None:
    answered = {slug: stranger.get(f"/stories/{slug}").status_code for slug in CLOSED}
    assert answered == CLOSED
    assert "It is closed until 1 January 2099." in stranger.get("/stories/waiting").text
    assert TEXTS[0][:20] not in stranger.get("/stories/struck").text + stranger.get("/stories/waiting").text
    assert TEXTS[1] in stranger.get("/stories/struck").text
    named = stranger.get("/stories/named").text
    assert "A narrator" in named
    assert "Quill" not in named
    assert {stranger.get(f"/media/{copy}").status_code for copy in held.copies} == {404}
    found = stranger.get("/api/v1/search?q=letter").get_json()
    assert {passage["story"] for passage in found["passages"]} == {"named"}


def test_nothing_that_was_closed_after_the_backup_answers_when_it_is_restored(
    house: House, settings: Settings, environment: dict[str, str], archive: Spoken, tmp_path: Path,
    peer_stories: Callable[..., Ran],
) -> None:  # fmt: skip
    backup = tmp_path / "backup"
    saved = run("backup.sh", backup, environment)
    assert saved.returncode == 0, saved.stderr
    code, _ = close_all(house)
    for _ in range(2):  # a second time as well: what was done again is not mistaken for what was done
        opened, stranger, said = restored(house, settings, backup, environment)
        house = opened
        assert "An older state of the database was restored. Done again since: 9 acts." in said
        assert "The story removed was removed after this backup was made, and is back with it." in said
        nothing_answers(stranger, archive)
        assert stranger.get(f"/receipts/{code}").status_code == 200
        Worker(house).run(drain=True)
        nothing_answers(stranger, archive)
        checked = peer_stories("check")
        assert (checked.out, checked.err) == (
            "Database, files and index agree.\n",
            "",
        )  # and nothing is done a third time
        with house.db.reading() as session:
            assert session.scalars(select(Withdrawal).where(Withdrawal.code == code)).one().restored_at is None
            assert session.scalar(select(func.count(Person.id)).where(Person.name == "Erased Quill")) == 0
            assert not list((settings.data / "files" / "masters").rglob("*"))[2:]
    with house.db.writing() as session:  # what is opened by hand afterwards stays open
        publish(session, story_by_slug(session, "removed", OPERATOR), by=OPERATOR)
    assert house.make_ready() == []
    assert stranger.get("/stories/removed").status_code == 200
    house.close()


def test_a_card_that_was_void_and_a_strike_that_was_lifted_stay_so(
    house: House, settings: Settings, environment: dict[str, str], tmp_path: Path
) -> None:
    for name in ("named", "struck"):
        a_story(house, about=told_by(name))
    with house.db.writing() as session:
        person = session.scalars(select(Person).where(Person.name == "Named Quill")).one()
        card = keycards.issue(session, person, by=OPERATOR)
    assert run("backup.sh", tmp_path / "backup", environment).returncode == 0
    act(house, "named", lambda session, story: keycards.revoke(session, story.tellers[0], by=OPERATOR))
    act(house, "struck", lambda session, story: strike(session, story, STRUCK, by=OPERATOR))
    act(house, "struck", lambda session, story: lift(session, story, 1, by=OPERATOR))
    opened, stranger, _ = restored(house, settings, tmp_path / "backup", environment)
    with pytest.raises(NotFound), opened.db.reading() as session:
        keycards.card_by(session, card)
    assert TEXTS[0][:20] in stranger.get("/stories/struck").text
    opened.close()


def test_an_act_that_a_crash_has_kept_out_of_the_file_is_written_at_the_next_start(house: House) -> None:
    slug = a_story(house)
    house.db.witness = None  # between commit and file
    act(house, slug, lambda session, story: unpublish(session, story, by=OPERATOR))
    assert [line["act"] for line in acts.read(house.acts)] == ["consent"]
    with house.acts.open("a") as file:
        file.write('{"id": 3, "dig')  # torn by the same crash
    again = House(house.settings)
    assert again.make_ready() == []
    assert [line["act"] for line in acts.read(house.acts)] == ["consent", "unpublish"]
    assert house.acts.stat().st_mode & 0o777 == 0o600
    Worker(again).run(drain=True)
    assert [line["act"] for line in acts.read(house.acts)] == ["consent", "unpublish"]
    again.close()


def test_the_file_holds_no_name_and_no_word(house: House, archive: Spoken) -> None:
    close_all(house)
    text = house.acts.read_text()
    for word in ("Quill", "struck", "baker", "a name", "a test", "why", TEXTS[0][:10], "bread"):
        assert word not in text.replace('"act":"unpublish"', "") or word == "struck", word
    strikes = [line for line in acts.read(house.acts) if line["act"] == "strike"]
    assert (strikes[0]["from"], strikes[0]["to"], strikes[0]["recording"]) == (0, 9_000, None)
    assert {line["act"] for line in acts.read(house.acts)} >= {"withdraw", "erase", "consent", "embargo", "remove"}


def test_a_file_of_another_archive_closes_nothing_here(house: House) -> None:
    """The data folder was kept and the database made anew: numbers are the same, and nothing else is."""
    slug = a_story(house)
    lines = [
        {**line, "digest": "0" * 64, "act": "unpublish", "story": {"id": 1, "created": "2020-01-01T00:00:00+00:00"}}
        for line in acts.read(house.acts)
    ]
    house.acts.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert house.make_ready() == []
    with house.db.reading() as session:
        assert story_by_slug(session, slug, OPERATOR).state == StoryState.PUBLISHED
        assert session.scalar(select(func.count(Event.id))) == 1
        assert session.scalar(select(func.count(Story.id))) == 1


def test_what_cannot_be_done_again_closes_the_story_and_says_so(house: House) -> None:
    """A narrator who was named after the backup closed it: nobody in the backup has that number."""
    slug = a_story(house)
    [line] = acts.read(house.acts)
    said = [{"scope": "text", "value": "closed", "person": 99, "method": "form", "signed_on": None, "until": None,
             "review_on": None}]  # fmt: skip
    acts.append(house.acts, [{**line, "id": 99, "digest": "1" * 64, "lines": said}])
    told = house.make_ready()
    assert told[0] == "An older state of the database was restored. Done again since: 1 act."
    assert f"The story {slug} could not be treated as before" in told[1]
    assert house.make_ready() == []
    with house.db.reading() as session:
        assert story_by_slug(session, slug, OPERATOR).state == StoryState.REVIEW


def test_a_folder_without_a_backup_is_refused_and_changes_nothing(
    house: House, environment: dict[str, str], tmp_path: Path
) -> None:
    a_story(house)
    before = house.acts.read_text()
    (tmp_path / "empty").mkdir()
    ran = run("restore.sh", tmp_path / "empty", environment)
    assert (ran.returncode, "holds no backup" in ran.stderr) == (1, True)
    assert house.acts.read_text() == before
