"""A mixtape as one file: made for everyone, and given out only while all that it was made of is true."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Job, JobKind, JobState, Passage, Rendering, RoleName, Shown, Story
from archive.services import cautions, corrections, faces, strikes, withdrawal
from archive.services.access import OPERATOR
from archive.services.corrections import Correction
from archive.wiring import House
from archive.work.fixity import faulty_files, strays
from archive.worker import Worker
from tests.conftest import Visitor
from tests.web.rendered import HIGH, LOW, Tape, a_tape, cues, decoded, two_tones, voice_at
from tests.web.spoken import Spoken
from tests.web.test_mixtapes import BREAD, HARBOUR, act, items, key, made

FILES = ("mixtape.webm", "mixtape.mp3", "captions.vtt", "credits.txt")


@pytest.fixture
def two(house: House, tmp_path: Path) -> tuple[Spoken, Spoken]:
    return two_tones(house, tmp_path)


@pytest.fixture
def tape(house: House, two: tuple[Spoken, Spoken], contributor: Visitor) -> Tape:
    return a_tape(house, two, contributor)


def statuses(by: Visitor, tape: Tape) -> list[int]:
    return [by.get(tape.file(name)).status_code for name in FILES]


def test_the_page_offers_it_and_the_sheet_names_everybody(tape: Tape, stranger: Visitor) -> None:
    page = stranger.get(tape.page).text
    for name in FILES:
        assert f'href="{tape.file(name)}"' in page
    assert "Make it anew" not in page
    sheet = stranger.get(tape.file("credits.txt")).text
    for told in ("Cold, warm", "Made by A listener", "That one calls home.", "Ana R., “Ice”, interview by M.",
                 "Bo L., “Bread”", "http://localhost/stories/bread", "cannot be called back"):  # fmt: skip
        assert told in sheet


def test_it_is_given_by_range(tape: Tape, stranger: Visitor) -> None:
    whole = stranger.get(tape.file("mixtape.mp3")).data
    part = stranger.get(tape.file("mixtape.mp3"), headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"


def struck(session: Session, story: Story) -> None:
    strikes.take_out(session, story, 0, 900, by=OPERATOR)


def withdrawn(session: Session, story: Story) -> None:
    withdrawal.withdraw(session, story, withdrawal.WithdrawalKind.SEALED, reason=None, by=OPERATOR)


def corrected(session: Session, story: Story) -> None:
    passage = session.scalars(select(Passage).where(Passage.story_id == story.id).order_by(Passage.ordinal)).first()
    assert passage
    corrections.correct(session, story, passage, Correction(f"{passage.text} or so"), by=OPERATOR)


def warned(session: Session, story: Story) -> None:
    cautions.warn(session, story, 0, 900, "it is cold", by=OPERATOR)


def unnamed(session: Session, story: Story) -> None:
    faces.show_as(session, story, story.tellers[0], Shown.NONE, by=OPERATOR)


def closed(column: str) -> Callable[[Session, Story], None]:
    return lambda session, story: setattr(story, column, False)


CHANGES = {
    "struck": struck, "withdrawn": withdrawn, "corrected": corrected, "warned": warned, "unnamed": unnamed,
    **{column: closed(column) for column in ("remix", "sound_open", "text_open")},
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_at_once_it_is_refused_when_what_it_was_made_of_changes(
    house: House, two: tuple[Spoken, Spoken], tape: Tape, contributor: Visitor, stranger: Visitor, change: str
) -> None:
    assert statuses(stranger, tape) == [200] * 4
    with house.db.writing() as session:
        CHANGES[change](session, session.get_one(Story, two[0].id))
    for by in (stranger, contributor):
        assert statuses(by, tape) == [404] * 4
    refused = stranger.get(tape.file("mixtape.mp3")).text
    assert "has changed" in refused
    assert "mixtape.mp3" not in stranger.get(tape.page).text


def test_the_old_files_go_and_new_ones_come_without_what_was_taken_out(
    house: House, two: tuple[Spoken, Spoken], tape: Tape, stranger: Visitor
) -> None:
    with house.db.reading() as session:
        before = [house.storage.path(each.storage_key) for each in session.scalars(select(Rendering))]
    assert all(path and path.exists() for path in before)
    with house.db.writing() as session:
        withdrawal.withdraw(
            session, session.get_one(Story, two[0].id), withdrawal.WithdrawalKind.SEALED, reason=None, by=OPERATOR
        )
    Worker(house).run(drain=True)
    assert not any(path and path.exists() for path in before)
    assert (strays(house), list(faulty_files(house))) == ([], [])
    assert statuses(stranger, tape) == [200] * 4
    sound = decoded(stranger.get(tape.file("mixtape.mp3")).data)
    assert not voice_at(sound, LOW).any()
    assert voice_at(sound, HIGH).any()
    said = [text for _, _, text in cues(stranger.get(tape.file("captions.vtt")).text)]
    assert said == ["[…]", f"<v Bo L.>{BREAD[0]}", "And then &lt;i&gt;came&lt;/i&gt;: warmth --&gt; bread.", "[…]"]
    assert "Ana R." not in stranger.get(tape.file("credits.txt")).text


def test_what_is_struck_is_not_in_the_new_file(
    house: House, two: tuple[Spoken, Spoken], tape: Tape, stranger: Visitor
) -> None:
    with house.db.writing() as session:
        strikes.take_out(session, session.get_one(Story, two[1].id), 0, 4_000, by=OPERATOR)
    Worker(house).run(drain=True)
    assert statuses(stranger, tape) == [200] * 4
    assert not voice_at(decoded(stranger.get(tape.file("mixtape.webm")).data), HIGH).any()
    assert BREAD[0] not in stranger.get(tape.file("captions.vtt")).text


def test_its_maker_changes_it_and_the_file_is_refused_and_made_anew(
    house: House, tape: Tape, contributor: Visitor, stranger: Visitor
) -> None:
    assert act(contributor, tape.desk, f"/items/{items(contributor, tape.desk)[0]}", act="off") == 303
    assert statuses(stranger, tape) == [404] * 4
    Worker(house).run(drain=True)
    assert statuses(stranger, tape) == [200] * 4
    assert HARBOUR[0] not in stranger.get(tape.file("captions.vtt")).text


def test_one_that_is_for_its_maker_alone_gives_its_file_to_nobody_else(
    house: House, tape: Tape, contributor: Visitor, stranger: Visitor
) -> None:
    assert act(contributor, tape.desk, "/show", open="0") == 303
    assert statuses(stranger, tape) == [404] * 4
    assert statuses(contributor, tape) == [200] * 4
    assert contributor.post(f"{tape.desk}/remove", at=f"{tape.desk}/remove").status_code == 303
    Worker(house, [JobKind.PURGE]).run(drain=True)
    assert strays(house) == []


def test_only_its_maker_and_curators_ask_for_it_and_once(
    house: House, tape: Tape, visitor: Callable[[], Visitor]
) -> None:
    other = visitor().signs_in(RoleName.CONTRIBUTOR, "other@example.org")
    curator = visitor().signs_in(RoleName.CURATOR)
    assert "Make it anew" not in other.get(tape.page).text
    assert other.post(f"{tape.desk}/file", at=tape.page).status_code == 404
    assert "Make it anew" in curator.get(tape.page).text
    assert curator.post(f"{tape.desk}/file", at=tape.page).status_code == 303
    assert curator.post(f"{tape.desk}/file", at="/desk").status_code == 409
    assert house


def test_where_no_voice_is_open_to_everyone_it_says_so(
    house: House, two: tuple[Spoken, Spoken], contributor: Visitor
) -> None:
    here = made(contributor, key(contributor, two[0], 0, 1.9))
    with house.db.writing() as session:
        session.get_one(Story, two[0].id).sound_open = False
    contributor.post(f"{here}/file", at=here)
    Worker(house).run(drain=True)
    assert "no voice on it that everyone may hear" in contributor.get(here).text
    with house.db.reading() as session:
        assert list(session.scalars(select(Rendering))) == []
        assert session.scalars(select(Job).where(Job.kind == JobKind.RENDER)).one().state == JobState.FAILED
