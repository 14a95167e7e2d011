"""A story is taken back: at once, everywhere, with a receipt of what became of it; and comes back, or is erased."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, inspect, select

from archive.db import Base
from archive.models import (
    Act,
    Event,
    EventDetail,
    Job,
    JobKind,
    JobState,
    KeyCard,
    Person,
    Recording,
    Scope,
    Shown,
    StoryState,
    Takedown,
    Upload,
    UploadState,
    Withdrawal,
)
from archive.services.access import OPERATOR
from archive.services.accounts import account_of
from archive.services.agreements import waiver
from archive.services.consent import record_consent
from archive.services.errors import Conflict, Invalid
from archive.services.faces import show_as
from archive.services.ledger import chain
from archive.services.proof import faults
from archive.services.stories import About, publish, story_by_slug
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import Ran, Visitor
from tests.factories import a_story, story_row
from tests.web.spoken import OPEN_TO_ALL, Spoken
from tests.web.withdrawing import (
    ERASED,
    IN_A_MONTH,
    SEALED,
    SLUG,
    WORDS,
    agreed_anew,
    files,
    plain,
    taken_back,
)


def test_from_the_commit_on_no_door_opens_and_its_address_says_that_it_was_withdrawn(
    house: House, stranger: Visitor, curator: Visitor, spoken: Spoken
) -> None:
    doors = [f"/stories/{SLUG}", f"/stories/{SLUG}/transcript.txt", f"/api/v1/stories/{SLUG}"]
    assert {stranger.get(door).status_code for door in doors} == {200}
    taken_back(house, SLUG)  # no job has run yet
    for who in (stranger, curator):
        assert {who.get(door).status_code for door in doors} == {410}
        assert {who.get(f"/media/{copy}").status_code for copy in spoken.copies} == {404}
        assert "Zenobia" not in who.get("/stories").text + who.get("/search?q=kaleidoscope").text
    assert {stranger.get(f"/studio/{SLUG}/{act}").status_code for act in ("withdraw", "remove")} == {302}
    Worker(house).run(drain=True)
    assert files(house) == {"masters"}
    assert list(house.index.inventory("public")) == []


def test_a_story_that_was_never_listed_leaves_no_trace(house: House, stranger: Visitor) -> None:
    slug = a_story(house, public=False)
    taken_back(house, slug)
    assert stranger.get(f"/stories/{slug}").status_code == 404
    assert story_row(house, slug).state == StoryState.WITHDRAWN


def test_work_on_it_stops_and_what_was_on_its_way_is_refused(house: House, curator: Visitor) -> None:
    slug = a_story(house)
    with house.db.writing() as session:
        story = story_by_slug(session, slug, OPERATOR)
        owner = account_of(session, "curator@example.org")
        waits, runs = (Job(kind=kind, story_id=story.id) for kind in (JobKind.PROCESS, JobKind.DERIVE))
        runs.state = JobState.RUNNING
        week = datetime.now(UTC) + timedelta(days=7)
        upload = Upload(owner_id=owner.id, story_id=story.id, name="a.wav", told="", length=3, expires_at=week)
        session.add_all([waits, runs, upload])
        session.flush()
        numbers, id_ = (waits.id, runs.id), upload.id
    part = house.incoming / f"{id_}.arriving"
    part.write_bytes(b"abc")
    taken_back(house, slug)
    with house.db.reading() as session:
        waits, runs = (session.get_one(Job, number) for number in numbers)
        assert (waits.state, runs.state, runs.cancel) == (JobState.CANCELLED, JobState.RUNNING, True)
        assert session.get_one(Upload, id_).state == UploadState.REFUSED
    with house.db.writing() as session:
        session.execute(delete(Job).where(Job.id.in_(numbers)))
    Worker(house).run(drain=True)  # it would die of a file whose story cannot take it
    assert not part.exists()


def test_a_copy_that_is_made_at_this_very_moment_is_not_kept(house: House, spoken: Spoken) -> None:
    with house.db.writing() as session:
        story = story_by_slug(session, SLUG, OPERATOR)
        story.recordings[0].copies.clear()
        job = Job(kind=JobKind.DERIVE, story_id=story.id, recording_id=story.recordings[0].id, cancel=True)
        session.add(job)
        session.flush()
        number = job.id
    Worker(house, [JobKind.DERIVE]).run(drain=True)
    with house.db.reading() as session:
        assert session.get_one(Job, number).state == JobState.CANCELLED
        assert session.scalars(select(Recording)).one().copies == []


def test_a_new_consent_brings_it_back_closed_and_with_new_copies(
    house: House, stranger: Visitor, spoken: Spoken
) -> None:
    code = taken_back(house, SLUG, ERASED, days=14)
    Worker(house).run(drain=True)
    with pytest.raises(Conflict, match="no waiver"), house.db.writing() as session:
        record_consent(session, story_by_slug(session, SLUG, OPERATOR), waiver("because"), by=OPERATOR)
    with house.db.writing() as session:
        agreed_anew(session, SLUG, {Scope.EXISTENCE: "hidden"})  # which opens nothing
    assert story_row(house, SLUG).state == StoryState.WITHDRAWN
    with house.db.writing() as session:
        agreed_anew(session, SLUG, OPEN_TO_ALL)
    assert story_row(house, SLUG).state == StoryState.REVIEW
    assert stranger.get(f"/stories/{SLUG}").status_code == 404  # and no stone says otherwise
    Worker(house).run(drain=True)
    with time_machine.travel(IN_A_MONTH):
        Worker(house).run(drain=True)  # nothing is erased any more
    with house.db.writing() as session:
        publish(session, story_by_slug(session, SLUG, OPERATOR), by=OPERATOR)
        assert session.scalars(select(Withdrawal)).one().restored_at is not None
    assert WORDS[0].split()[1] in stranger.get(f"/stories/{SLUG}").text
    with house.db.reading() as session:
        copies = [copy.id for copy in session.scalars(select(Recording)).one().copies]
    assert {stranger.get(f"/media/{copy}").status_code for copy in copies} == {200}
    assert not set(copies) & set(spoken.copies)
    assert "was brought back" in plain(stranger.get(f"/receipts/{code}").text)


def test_withdrawing_twice_is_refused_but_a_sealed_story_may_still_be_erased(house: House) -> None:
    slug = a_story(house)
    taken_back(house, slug)
    with pytest.raises(Conflict, match="withdrawn already. Nobody sees it"):
        taken_back(house, slug)
    with pytest.raises(Invalid, match="from 0 to 365"):
        taken_back(house, slug, ERASED, days=-1)
    taken_back(house, slug, ERASED)
    for kind in (SEALED, ERASED):
        with pytest.raises(Conflict, match="withdrawn already, and will be erased"):
            taken_back(house, slug, kind)
    with time_machine.travel(IN_A_MONTH):
        Worker(house).run(drain=True)
    with pytest.raises(Conflict, match="erased already"):
        taken_back(house, "erased-1")


def told_of(house: House, story_id: int, *names: str) -> set[str]:
    """Tables in which anything is left of it: by its number, or by these names and words."""
    found: set[str] = set()
    with house.db.reading() as session:
        for table in Base.metadata.sorted_tables:
            if (
                "story_id" in table.columns
                and session.execute(select(table).where(table.c.story_id == story_id)).first()
            ):
                found.add(table.name)
            for row in session.execute(select(table)):
                if any(name in str(value) for value in row for name in names):
                    found.add(f"{table.name}: {row}")
    return found


def test_what_is_to_be_erased_goes_on_its_day_with_everything_that_hangs_on_it(
    house: House, stranger: Visitor, curator: Visitor, spoken: Spoken
) -> None:
    other = a_story(house, "Another", about=About("Another", ["Ana R."], interviewers=["Ignaz Holt"]))
    with house.db.writing() as session:
        story = story_by_slug(session, SLUG, OPERATOR)
        zenobia = story.tellers[0]
        session.add(KeyCard(person_id=zenobia.id, token_hash="0" * 64))
        session.add(
            Takedown(story_id=story.id, address=f"/stories/{SLUG}", name="Bea", contact="b@x", why="kaleidoscope")
        )
        show_as(session, story, zenobia, Shown.CHOSEN, "Zed", by=OPERATOR)
    code = taken_back(house, SLUG, ERASED, days=14, reason="kaleidoscope")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=13)):
        Worker(house).run(drain=True)
    assert story_row(house, SLUG).state == StoryState.WITHDRAWN
    assert files(house) == {"masters"}
    with time_machine.travel(IN_A_MONTH):
        Worker(house).run(drain=True)

    shell = story_row(house, f"erased-{spoken.id}")
    assert (shell.state, shell.title, shell.place, shell.why_told, shell.opening) == (
        StoryState.ERASED,
        "",
        None,
        None,
        None,
    )
    assert files(house) == set()
    left = told_of(house, spoken.id, "Zenobia", "zenobia", "Zed", "kaleidoscope", "Kaleidoscope", "Skagaströnd", "b@x")
    left = {each for each in left if not each.startswith("theme: ")}  # a theme is nobody's
    assert left == {"event", "tombstone", "withdrawal", "job", "takedown"}
    with house.db.writing() as session:
        assert {person.name for person in session.scalars(select(Person))} == {"Ana R.", "Ignaz Holt"}
        assert session.scalar(select(func.count(KeyCard.id))) == 0
        kept = set(session.scalars(select(Event.act).join(EventDetail).where(Event.story_id == spoken.id)))
        assert kept == {Act.ERASE}
        chain(session)
        assert list(faults(session)) == []
    assert stranger.get(f"/stories/{SLUG}").status_code == 410
    assert stranger.get(f"/stories/{other}").status_code == 200
    assert "erased" not in curator.get("/studio").text
    assert "it was erased. Nothing brings it back." in plain(stranger.get(f"/receipts/{code}").text)


def test_no_table_that_hangs_on_a_story_is_forgotten(house: House) -> None:
    """What is made one day hangs on a story by a foreign key that goes with it, or is named here."""
    hanging = {
        (table.name, key.ondelete)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "story"
    }
    assert {name for name, rule in hanging if rule != "CASCADE"} == {"takedown"}
    assert "story" in inspect(house.db.engine).get_table_names()


def test_in_the_studio_it_is_withdrawn_shows_a_stub_and_is_brought_back(
    house: House, curator: Visitor, interviewer: Visitor, spoken: Spoken
) -> None:
    assert f"/studio/{SLUG}/withdraw" in curator.get(f"/studio/{SLUG}").text
    before = plain(curator.get(f"/studio/{SLUG}/withdraw").text)
    assert "One thing cannot be undone" in before
    assert interviewer.get(f"/studio/{SLUG}/withdraw").status_code == 403
    at = f"/studio/{SLUG}/withdraw"
    assert curator.post(at, {"days": "3"}, at=at).status_code == 422
    assert curator.post(at, {"kind": "erased", "days": "many"}, at=at).status_code == 422
    done = curator.post(at, {"kind": "erased", "days": "3", "reason": "They asked."}, at=at)
    assert (done.status_code, done.location) == (303, f"/studio/{SLUG}")
    stub = curator.get(f"/studio/{SLUG}").text
    assert "What was agreed before does not hold any more." in plain(stub)
    assert "Bring it back" in stub
    assert re.search(r'href="/receipts/[0-9a-f]{24}"', stub)
    assert not any(each in stub for each in (WORDS[0], "/media/", "kaleidoscopes", "They asked."))
    assert "Withdrawn. Nobody sees or hears it." in curator.get("/studio").text
    assert interviewer.get(f"/studio/{SLUG}").status_code == 410
    assert curator.get(f"/studio/{SLUG}/passages/{spoken.passages[0]}").status_code in (404, 410)

    here = f"/studio/{SLUG}"
    agreed = {"person": "Zenobia Quill", "method": "form", "text": "open", "sound": "open", "existence": "open"}
    nothing = curator.post(
        f"{here}/bring-back", {**agreed, "text": "closed", "sound": "closed", "existence": "hidden"}, at=here
    )
    assert (nothing.status_code, "Nothing was changed" in nothing.text) == (409, True)
    assert interviewer.post(f"{here}/bring-back", agreed, at="/studio/new").status_code == 404
    assert curator.post(f"{here}/bring-back", agreed, at=here).status_code == 303
    assert "What was said" in curator.get(here).text
    assert curator.post(f"{here}/bring-back", agreed, at=here).status_code == 404


def test_the_command_withdraws_and_prints_the_receipt(
    house: House, peer_stories: Callable[..., Ran], stranger: Visitor, spoken: Spoken
) -> None:
    slug = a_story(house)
    ran = peer_stories("withdraw", slug, "--reason", "They asked.", PEER_STORIES_BASE_URL="https://s.example")
    found = re.search(r"^Receipt: https://s.example/receipts/([0-9a-f]{24})\nCode: ([0-9a-f ]{29})$", ran.out, re.M)
    assert found, ran
    assert ran.out.startswith(f"{slug}: withdrawn\n")
    assert found[2].replace(" ", "") == found[1]
    assert stranger.get(f"/receipts/{found[1]}").status_code == 200
    again = peer_stories("withdraw", slug)
    assert (again.code, again.err) == (1, "This story is withdrawn already. Nobody sees it.\n")
    told = json.loads(peer_stories("withdraw", SLUG, "--erase", "--days", "0", "--json").out)
    assert (told["slug"], told["state"]) == (SLUG, "erased")
    assert "/receipts/" in told["receipt"]
    assert files(house) == set()
    assert peer_stories("check").out == "Database, files and index agree.\n"
