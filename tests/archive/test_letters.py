"""Letters: written once what they tell of has happened, sent by the worker, read by curators."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from archive.mail import Letter, LetterBox, LetterState, forget, post
from archive.models import Job, JobState, Method, RoleName, Story, TakedownState
from archive.services import letters, messages, reviews, takedowns
from archive.services.access import OPERATOR
from archive.services.accounts import account_of, add_account
from archive.services.stories import About
from archive.services.takedowns import Wish
from archive.settings import MailServer, SettingsError, read
from archive.wiring import House
from archive.worker import Worker
from tests.archive.post_office import REFUSED, Office, post_office
from tests.conftest import Visitor
from tests.factories import a_story

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def office() -> Iterator[Office]:
    with post_office() as opened:
        yield opened


@pytest.fixture
def mailing(house: House, office: Office) -> House:
    """A house with a mail server."""
    server = MailServer("127.0.0.1", office.port, "stories@example.org")
    settings = replace(house.settings, mail_url=server, base_url="https://stories.example.org")
    opened = House(settings)
    house.db.afterwards[:] = [opened.letters.take]
    house.__dict__["letters"] = opened.letters
    return house


def asks(house: House, contact: str = "bo@example.org") -> str:
    with house.db.writing() as session:
        return takedowns.ask(session, Wish("/stories/some", "My name.", contact=contact), by=None).code


def states(house: House) -> list[LetterState]:
    return [each.state for each in house.letters.written()]


def works(house: House) -> None:
    Worker(house, []).run(drain=True)


def test_a_letter_is_a_file_for_its_owners_eyes_and_readable_by_curators(house: House, curator: Visitor) -> None:
    with time_machine.travel(NOON, tick=False):
        code = asks(house)
    (held,) = house.letters.written()
    assert (held.state, held.to) == (LetterState.KEPT, "bo@example.org")
    (file,) = (house.settings.data / "letters").glob("*.eml")
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    listed = curator.get("/curator/letters").text
    assert "Your request is here · Peer Stories" in listed
    assert "this archive has no mail server" in listed
    page = curator.get(f"/curator/letters/{held.id}").text
    assert "answers by 18 May 2026" in page
    assert f"/takedown/{code}" in page
    assert curator.post(f"/curator/letters/{held.id}/throw-away", at=f"/curator/letters/{held.id}").status_code == 303
    assert curator.get(f"/curator/letters/{held.id}").status_code == 404
    assert "No letter was written yet" in curator.get("/curator/letters").text


def test_only_curators_read_letters(house: House, interviewer: Visitor, stranger: Visitor) -> None:
    asks(house)
    (held,) = house.letters.written()
    for path in ("/curator/letters", f"/curator/letters/{held.id}"):
        assert interviewer.get(path).status_code == 403
        assert stranger.get(path).status_code == 302
    assert interviewer.get("/curator/letters/..%2fsecret_key").status_code in (403, 404)


def test_what_did_not_happen_is_not_told(house: House) -> None:
    def asks_and_falls() -> None:
        with house.db.writing() as session:
            takedowns.ask(session, Wish("/stories/some", "My name.", contact="bo@example.org"), by=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        asks_and_falls()
    assert house.letters.written() == []


def test_the_worker_sends_it_and_only_once(mailing: House, office: Office) -> None:
    code = asks(mailing)
    assert states(mailing) == [LetterState.NEW]
    works(mailing)
    works(mailing)
    (letter,) = office.letters
    assert (letter["To"], letter["From"]) == ("bo@example.org", "stories@example.org")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert f"https://stories.example.org/takedown/{code}" in letter.get_content()
    assert states(mailing) == [LetterState.SENT]


def test_a_server_that_is_closed_is_tried_again_later(mailing: House, office: Office) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        office.closed = True
        asks(mailing)
        mailing.letters.keep_house()
        assert states(mailing) == [LetterState.UNSENT]
        office.closed = False
        mailing.letters.keep_house()
        assert office.letters == []  # not yet: it rests for a while
        clock.shift(301)
        mailing.letters.keep_house()
    assert len(office.letters) == 1
    assert states(mailing) == [LetterState.SENT]


def test_one_that_is_refused_holds_up_no_other_and_is_given_up_after_days(mailing: House, office: Office) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        asks(mailing, REFUSED)
        asks(mailing, "cy@example.org")
        mailing.letters.keep_house()
        assert [each["To"] for each in office.letters] == ["cy@example.org"]
        assert sorted(states(mailing)) == [LetterState.SENT, LetterState.UNSENT]
        clock.shift(timedelta(days=3, minutes=1))
        before = len(office.envelopes)
        mailing.letters.keep_house()
        assert len(office.envelopes) == before
        clock.shift(timedelta(days=90))
        mailing.letters.keep_house()
    assert mailing.letters.written() == []


def test_nobody_at_the_server_is_no_fault_of_the_worker(house: House, tmp_path: Path) -> None:
    box = LetterBox(tmp_path / "letters", MailServer("127.0.0.1", 9, "a@example.org"))
    with house.db.writing() as session:
        post(session, Letter("bo@example.org", "A\nsubject", "Grüße\n.\nend"))
        box.take(session)
    box.keep_house()
    (held,) = box.written()
    assert (held.state, held.subject, held.text) == (LetterState.UNSENT, "A subject", "Grüße\n.\nend")


def test_words_arrive_as_they_were_written(mailing: House, office: Office) -> None:
    with mailing.db.writing() as session:
        post(session, Letter("bo@example.org", "Grüße · 語", "Grüße, 語\n.\n" + "long " * 300))
    mailing.letters.keep_house()
    (letter,) = office.letters
    assert letter["Subject"] == "Grüße · 語"
    assert letter.get_content().replace("\r\n", "\n").strip() == ("Grüße, 語\n.\n" + "long " * 300).strip()


def test_a_password_is_said_to_a_server_on_this_machine_and_to_no_other_in_the_clear(
    mailing: House, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = MailServer("127.0.0.1", office.port, "a@example.org", user="u", password="p")
    box = replace(mailing.letters, server=server)
    asks(mailing)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("archive.mail.LOOPBACK", frozenset())
        box.keep_house()
    assert office.logins == []
    assert states(mailing) == [LetterState.UNSENT]
    asks(mailing)
    box.keep_house()
    assert len(office.logins) == 1
    assert "password='p'" not in repr(server)


@pytest.mark.parametrize("contact", ["at the harbour", "a@b", "a@b.org, c@d.org", "a@b.org\nBcc: c@d.org", "<a@b.org>"])
def test_a_contact_that_is_no_address_gets_no_letter(house: House, contact: str) -> None:
    asks(house, contact)
    assert house.letters.written() == []


def test_an_acknowledgement_holds_no_word_of_whoever_asked(house: House) -> None:
    with house.db.writing() as session:
        takedowns.ask(session, Wish("buy this", "and that", "Bo", "bo@example.org"), by=None)
    (held,) = house.letters.written()
    assert "buy" not in held.text + held.subject
    assert "that\n" not in held.text


def test_the_answer_is_told_with_its_reasons(house: House) -> None:
    code = asks(house)
    with house.db.writing() as session:
        takedowns.decide(
            session, takedowns.by_code(session, code), TakedownState.CHANGED, "Your name is struck.", by=OPERATOR
        )
    (told,) = [each for each in house.letters.written() if each.subject.startswith("Your request is answered")]
    assert "and changed something" in told.text
    assert "Your name is struck." in told.text


def owned(house: House, title: str, *, public: bool = True) -> str:
    with house.db.writing() as session:
        who = add_account(session, "owner@example.org", RoleName.INTERVIEWER).id
    slug = a_story(house, about=About(title, ["Ana R."]), public=public)
    with house.db.writing() as session:
        session.scalars(select(Story).where(Story.slug == slug)).one().owner_id = who
    return slug


def row(session: object, slug: str) -> Story:
    return session.scalars(select(Story).where(Story.slug == slug)).one()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("has_owner", [True, False])
def test_a_message_is_handed_to_whoever_recorded_the_story_or_to_the_curators(house: House, has_owner: bool) -> None:
    slug = owned(house, "Told") if has_owner else a_story(house)
    with house.db.writing() as session:
        held = messages.write(session, row(session, slug), "I called my brother.", sender="x", by=None)
        messages.pass_on(session, held.id, by=OPERATOR)
    (letter,) = house.letters.written()
    assert letter.to == ("owner@example.org" if has_owner else None)
    assert letter.subject == "Words for Ana R. · Peer Stories"
    assert "I called my brother." in letter.text


def test_the_owner_hears_of_a_signature_but_not_of_their_own(house: House) -> None:
    slug = owned(house, "Signed", public=False)
    with house.db.writing() as session:
        story = row(session, slug)
        reviews.sign(session, story, story.tellers[0], Method.FORM, by=account_of(session, "owner@example.org"))
    assert house.letters.written() == []
    with house.db.writing() as session:
        story = row(session, slug)
        reviews.sign(session, story, story.tellers[0], Method.KEYCARD, by=OPERATOR)
        letters.opened(session, story)
    assert {each.subject for each in house.letters.written()} == {
        "Ana R. has signed · Peer Stories",
        "A story has opened · Peer Stories",
    }


URLS = {
    "smtp://127.0.0.1?from=a@example.org": MailServer("127.0.0.1", 25, "a@example.org"),
    "smtp://u:p%40ss@mail.example.org?from=a@example.org": MailServer(
        "mail.example.org", 587, "a@example.org", user="u", password="p@ss"
    ),
    "smtps://mail.example.org:4650/?from=a@example.org": MailServer(
        "mail.example.org", 4650, "a@example.org", tls=True
    ),
    "smtps://mail.example.org?from=a@example.org": MailServer("mail.example.org", 465, "a@example.org", tls=True),
}


@pytest.mark.parametrize("value", URLS)
def test_the_address_of_a_mail_server_is_read(value: str) -> None:
    assert read({"PEER_STORIES_MAIL_URL": value}).mail_url == URLS[value]


def test_its_password_stands_in_no_fault() -> None:
    with pytest.raises(SettingsError) as told:
        read({"PEER_STORIES_MAIL_URL": "smtp://u:hunter2@mail.example.org"})
    assert "hunter2" not in str(told.value)


def test_a_full_disk_takes_nothing_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("archive.mail.os.open", full)
    code = asks(house)
    with house.db.reading() as session:
        assert takedowns.by_code(session, code).contact == "bo@example.org"


def test_a_worker_goes_on_where_letters_cannot_be_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    gone: Callable[..., object] = lambda *_: (_ for _ in ()).throw(OSError("gone"))  # noqa: E731
    monkeypatch.setattr(LetterBox, "_waiting", gone)
    a_story(house)
    Worker(house).run(drain=True)
    with house.db.reading() as session:
        assert list(session.scalars(select(Job.state).distinct())) == [JobState.DONE]


def test_with_a_story_that_is_erased_the_letters_that_speak_of_it_go_too(house: House) -> None:
    with house.db.writing() as session:
        post(session, Letter(None, "Words for Ana R.", "Somebody wrote.", story=7))
        post(session, Letter(None, "Words for Bea S.", "Somebody wrote.", story=8))
    assert len(house.letters.written()) == 2
    with house.db.writing() as session:
        forget(session, 7)
    assert [each.subject for each in house.letters.written()] == ["Words for Bea S."]
