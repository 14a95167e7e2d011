"""The ledger: lines are chained in their order, and `check` names whatever was altered behind the program's back."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select, text

from archive.models import Act, Consent, Event, JobKind, Recording, Uncut
from archive.services.access import OPERATOR
from archive.services.agreements import waiver
from archive.services.consent import record_consent
from archive.services.ledger import chain, fits, note
from archive.services.proof import faults
from archive.services.stories import About, remove_story, story_by_slug, unpublish
from archive.services.strikes import Span, strike
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import Ran
from tests.factories import TEXTS, a_story
from tests.web.spoken import spoken_story

ABOUT = About("What Zenobia saw", ["Zenobia Quill"])


def lines(house: House) -> list[Event]:
    with house.db.reading() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


def told(house: House) -> list[str]:
    with house.db.writing() as session:
        chain(session)
    with house.db.reading() as session:
        return list(faults(session))


def alter(house: House, statement: str, **values: object) -> None:
    """Behind the program's back, as somebody with the database's own tools would."""
    with house.db.writing() as session:
        session.execute(text(statement), values)


def test_the_worker_chains_what_was_done_in_the_order_in_which_it_was_done(
    house: House, work: Callable[[], None]
) -> None:
    slug = a_story(house)
    work()
    with house.db.writing() as session:
        unpublish(session, story_by_slug(session, slug, OPERATOR), by=OPERATOR)
    assert lines(house)[-1].place is None
    work()
    chained = lines(house)
    assert [(each.place, each.act) for each in chained] == [(1, Act.CONSENT), (2, Act.UNPUBLISH)]
    with house.db.reading() as session:
        assert all(fits(session, each) for each in chained)
    assert told(house) == []
    with house.db.writing() as session:
        assert chain(session) == 0


def test_nobody_but_the_chain_changes_a_line(house: House) -> None:
    a_story(house)
    with pytest.raises(RuntimeError, match="cannot be changed"), house.db.writing() as session:
        session.scalars(select(Event)).one().actor = "operator"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("update event set actor = 'account:1' where id = 2", ["altered: line 2 of the ledger (event 2: publish)"]),
        ("update event set at = '2020-01-01 00:00:00.000000' where id = 2", ["altered: line 2 of the ledger"]),
        ("update event set hash = digest where id = 2", ["altered: line 2 of", "altered: line 3 of"]),
        ("update event_detail set data = '{\"a\": 1}' where event_id = 2", ["altered: the details of line 2"]),
        ("delete from event_detail where event_id = 2", ["missing: the details of line 2"]),
        ("delete from event where id = 2", ["missing from the ledger: line 2"]),
    ],
)
def test_a_line_that_was_altered_is_named(house: House, statement: str, named: list[str]) -> None:
    with house.db.writing() as session:
        for act in (Act.CONSENT, Act.PUBLISH, Act.UNPUBLISH, Act.PUBLISH):
            note(session, act, by=OPERATOR)
    assert told(house) == []
    alter(house, statement)
    found = told(house)
    assert len(found) == len(named), found
    assert all(line.startswith(start) for line, start in zip(found, named, strict=True)), found


def test_a_consent_that_was_altered_taken_out_or_slipped_in_is_named(house: House) -> None:
    slug = a_story(house)
    with house.db.reading() as session:
        first, second, *_ = session.scalars(select(Consent.id).order_by(Consent.id))
    alter(house, "update consent set value = 'closed', reason = 'another' where id = :id", id=first)
    assert told(house) == [f"altered: line {first} of the consents of story 1 (value, reason)"]
    alter(house, "update consent set value = 'open', reason = 'a test' where id = :id", id=first)
    alter(house, "delete from consent where id = :id", id=second)
    assert told(house)[-1] == f"missing: line {second} of the consents of story 1"
    with house.db.writing() as session:
        story = story_by_slug(session, slug, OPERATOR)
        slipped = Consent(story_id=story.id, scope="remix", value="yes", method="waiver", reason="because")
        session.add(slipped)
        session.flush()
        row = slipped.id
    assert told(house)[-1] == f"without an act: line {row} of the consents of story 1 is not in the ledger"


def test_a_number_that_is_given_out_again_is_no_fault(house: House) -> None:
    """SQLite gives the number of a removed story to the next one."""
    slug = a_story(house)
    with house.db.writing() as session:
        remove_story(session, story_by_slug(session, slug, OPERATOR), by=OPERATOR)
    a_story(house, "Another")
    with house.db.writing() as session:
        record_consent(session, story_by_slug(session, "another", OPERATOR), waiver("once more"), by=OPERATOR)
    assert told(house) == []


def test_check_names_what_was_tampered_with(house: House, peer_stories: Callable[..., Ran], tmp_path: Path) -> None:
    """One line of the ledger, one file, one uncut copy, one entry of the index, one consent, and one file too many."""
    held = spoken_story(house, tmp_path, ABOUT, TEXTS, theme="kitchens")
    with house.db.writing() as session:
        story = story_by_slug(session, held.slug, OPERATOR)
        strike(session, story, Span(story.recordings[0].id, 2000, 2500), by=OPERATOR)
    Worker(house, [JobKind.INDEX]).run(drain=True)
    assert peer_stories("check").out == "Database, files and index agree.\n"

    with house.db.reading() as session:
        master = session.scalars(select(Recording.storage_key)).one()
        uncut = session.scalars(select(Uncut.storage_key)).first()
    assert uncut is not None
    for key in (master, uncut):
        path = house.settings.data / "files" / key
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    (house.settings.data / "files" / "copies" / "left.webm").write_bytes(b"?")
    with house.index.writing() as batch:
        batch.drop("public", str(held.id))
    alter(house, "update consent set value = 'open' where scope = 'machine'")
    alter(house, "update event set actor = 'clock' where act = 'publish'")

    ran = peer_stories("check")
    assert ran.code == 1
    for line in (f"publish of story {held.id}) does not fit its hash", f"of the consents of story {held.id} (value)",
                 f"altered file: What Zenobia saw.wav ({master})", f"altered file: {uncut}",
                 f"stale in the index: story {held.id}", "a file that nothing names: copies/left.webm"):  # fmt: skip
        assert line in ran.out
    assert len(ran.out.splitlines()) == 6


def test_a_file_that_nothing_names_is_deleted_when_it_is_a_day_old(
    house: House, peer_stories: Callable[..., Ran]
) -> None:
    folder = house.settings.data / "files" / "copies"
    folder.mkdir(parents=True)
    for name, age in (("young.webm", 3_600), ("old.webm", 90_000)):
        (folder / name).write_bytes(b"?")
        os.utime(folder / name, (time.time() - age,) * 2)
    ran = peer_stories("check", "--repair")
    assert ran.out == (
        "deleted: a file that nothing names: copies/old.webm\na file that nothing names: copies/young.webm\n"
    )
    assert [path.name for path in folder.iterdir()] == ["young.webm"]


def test_two_workers_that_chain_at_once_make_one_chain(house: House) -> None:
    for _ in range(20):
        with house.db.writing() as session:
            for _ in range(5):
                note(session, Act.PUBLISH, by=OPERATOR)

    def chained() -> None:
        with house.db.writing() as session:
            chain(session)

    both = [Thread(target=chained) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(each.place or 0 for each in lines(house)) == list(range(1, 101))
    assert told(house) == []
