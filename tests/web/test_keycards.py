"""A key card lets a narrator in without an account: to what they told, to all of it, and to nothing else."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Act, Event, KeyCard, Message, Story, StoryState
from archive.services import keycards
from archive.services.access import OPERATOR
from archive.services.accounts import account_of
from archive.services.stories import About, begin_story
from archive.wiring import House
from tests.conftest import Ran, Visitor
from tests.factories import a_story
from tests.web.cards import a_card
from tests.web.spoken import Spoken, spoken_story

SAID = ("What was in the letter?", "I had the letter of resignation written.", "And then my brother called.")
WRONG = "/key/0123456789abcdefghjkmnpqrs"


@pytest.fixture
def told(house: House, tmp_path: Path) -> Spoken:
    about = About("A letter", ["Ana Reyes"], interviewers=["M."])
    return spoken_story(house, tmp_path, about, SAID, theme="doubt")


@pytest.fixture
def card(house: House, told: Spoken) -> str:
    return a_card(house, told.id)


def closed(house: House, told: Spoken) -> None:
    with house.db.writing() as session:
        session.get_one(Story, told.id).state = StoryState.REVIEW


def test_a_card_opens_what_its_narrator_told_while_nobody_else_sees_it(
    house: House, stranger: Visitor, told: Spoken, card: str
) -> None:
    closed(house, told)
    assert stranger.get(f"/stories/{told.slug}").status_code == 404
    home = stranger.get(card)
    assert (home.status_code, "A letter" in home.text) == (200, True)
    for more in ("", "/read", "/copy", "/uses", "/history", "/name", "/choices", "/withdraw", "/strike", "/words.json",
                 "/transcript.txt", "/transcript.vtt", "/transcript.json", "/review/1"):  # fmt: skip
        assert stranger.get(f"{card}/stories/{told.slug}{more}").status_code == 200, more
    assert stranger.get(f"/stories/{told.slug}").status_code == 404


def test_a_card_opens_no_story_of_anybody_else_be_it_public_or_not(house: House, stranger: Visitor, card: str) -> None:
    for public in (True, False):
        other = a_story(house, f"Not hers {public}", about=About(f"Not hers {public}", ["Ben"]), public=public)
        assert stranger.get(f"{card}/stories/{other}").status_code == 404
        assert stranger.get(f"{card}/stories/{other}/strike").status_code == 404
    assert "Not hers" not in stranger.get(card).text


def test_what_is_typed_may_have_blanks_hyphens_capitals_and_confused_letters(
    house: House, visitor: Callable[[], Visitor], told: Spoken
) -> None:
    token = a_card(house, told.id).rpartition("/")[2]
    by_hand = keycards.grouped(token).upper().replace("0", "O").replace("1", "l")
    for words in (token, by_hand, by_hand.replace(" ", "-"), f"  {by_hand} "):
        answer = visitor().post("/key", {"words": words}, at="/key")
        assert answer.headers["Location"] == f"/key/{token}"
    assert re.fullmatch(r"[0-9a-hjkmnp-tv-z]{26}", token)


def test_the_archive_keeps_the_hash_of_a_card_alone(house: House, card: str) -> None:
    with house.db.reading() as session:
        held = session.scalars(select(KeyCard)).one()
    assert card.rpartition("/")[2] not in held.token_hash
    assert len(held.token_hash) == 64


def test_a_new_card_makes_the_one_before_void_and_both_are_refused_in_the_same_words(
    house: House, visitor: Callable[[], Visitor], told: Spoken, card: str
) -> None:
    newer = a_card(house, told.id)
    assert visitor().get(newer).status_code == 200
    blank = re.compile(r'value="[^"]*"')
    void, unknown = (visitor().get(path) for path in (card, WRONG))
    assert (void.status_code, unknown.status_code) == (404, 404)
    assert blank.sub("", void.text) == blank.sub("", unknown.text)
    assert "only the newest one holds" in void.text


def test_the_studio_makes_a_card_that_is_shown_once_and_makes_it_void(
    house: House, curator: Visitor, stranger: Visitor, told: Spoken
) -> None:
    page = f"/studio/{told.slug}"
    narrator = {"narrator": re.search(r'name="narrator" value="(\d+)"', curator.get(page).text)[1]}  # type: ignore[index]
    made = curator.post(f"{page}/cards", narrator, at=page)
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    address = re.search(r'href="(/key/\w+)"', made.text)[1]  # type: ignore[index]
    assert "<svg" in made.text
    assert address[5:9] in made.text.replace(address, "")
    assert address not in curator.get(page).text
    assert "not used yet" in curator.get(page).text
    assert stranger.get(address).status_code == 200
    assert "last used on" in curator.get(page).text
    assert curator.post(f"{page}/cards/revoke", narrator, at=page).status_code == 303
    assert stranger.get(address).status_code == 404
    with house.db.reading() as session:
        acts = list(session.scalars(select(Event.act).where(Event.act.in_([Act.CARD, Act.REVOKE])).order_by(Event.id)))
    assert acts == [Act.CARD, Act.REVOKE]


def test_whoever_looks_after_some_of_what_a_narrator_told_makes_no_card_for_all_of_it(
    house: House, interviewer: Visitor, curator: Visitor, told: Spoken
) -> None:
    """Else a draft in somebody's name would open what that person told to others."""
    with house.db.writing() as session:
        mine = begin_story(session, About("Mine", ["Ana Reyes"]), by=account_of(session, "interviewer@example.org"))
        number = mine.tellers[0].id
    refused = interviewer.post("/studio/mine/cards", {"narrator": str(number)}, at="/studio/mine")
    assert refused.status_code == 403
    assert "curator" in interviewer.get("/studio/mine").text
    assert curator.post("/studio/mine/cards", {"narrator": str(number)}, at="/studio/mine").status_code == 200


def test_pages_under_a_card_are_kept_nowhere_and_told_to_nobody(stranger: Visitor, told: Spoken, card: str) -> None:
    for path in ("/key", card, f"{card}/stories/{told.slug}/words.json", WRONG, f"{card}/no-such-page"):
        headers = stranger.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]


def test_forms_work_over_https_where_a_page_without_referrer_sends_none(
    stranger: Visitor, told: Spoken, card: str
) -> None:
    where = f"{card}/stories/{told.slug}/review/1"
    page = stranger.get(where, base_url="https://stories.example.org").text
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)[1]  # type: ignore[index]
    path, base = f"{card}/stories/{told.slug}/name", "https://stories.example.org"
    sent = stranger.client.post(path, data={"csrf_token": token, "shown": "first"}, base_url=base)
    assert sent.status_code == 303


def test_sound_is_served_to_the_browser_that_came_with_a_card_and_no_longer_when_it_is_void(
    house: House, visitor: Callable[[], Visitor], told: Spoken, card: str
) -> None:
    closed(house, told)
    hers, another = visitor(), visitor()
    sound = f"/media/{told.copies[0]}"
    hers.get(card)
    assert hers.get(sound).status_code == 200
    assert another.get(sound).status_code == 404
    a_card(house, told.id)
    assert hers.get(sound).status_code == 404


def test_a_card_takes_nothing_from_an_account_and_gives_it_no_more_than_its_own_stories(
    house: House, tmp_path: Path, curator: Visitor, contributor: Visitor, told: Spoken, card: str
) -> None:
    other = spoken_story(house, tmp_path, About("Another", ["Ben"]), SAID, theme="doubt", by=OPERATOR)
    for each in (told, other):
        closed(house, each)
    for who in (curator, contributor):
        assert who.get(card).status_code == 200
    hers, bens = f"/media/{told.copies[0]}", f"/media/{other.copies[0]}"
    assert [curator.get(each).status_code for each in (hers, bens)] == [200, 200]
    assert [contributor.get(each).status_code for each in (hers, bens)] == [200, 404]
    assert contributor.get(f"/stories/{told.slug}").status_code == 404
    assert contributor.get(f"/studio/{told.slug}").status_code in (403, 404)
    assert curator.get(f"/studio/{other.slug}").status_code == 200


def test_passed_on_messages_are_read_as_text_and_nothing_else_is(
    house: House, stranger: Visitor, told: Spoken, card: str
) -> None:
    with house.db.writing() as session:
        for text, passed in (("It <b>reached</b> me.", datetime.now(UTC)), ("Not looked at yet.", None)):
            session.add(Message(story_id=told.id, text=text, sender_hash="0" * 64, passed_on_at=passed))
    page = stranger.get(f"{card}/stories/{told.slug}").text
    assert "It &lt;b&gt;reached&lt;/b&gt; me." in page
    assert "Not looked at yet." not in page


def test_a_passage_is_corrected_by_its_narrator_and_the_studio_says_by_whom(
    house: House, stranger: Visitor, curator: Visitor, told: Spoken, card: str
) -> None:
    where = f"{card}/stories/{told.slug}/passages/{told.passages[1]}"
    version = re.search(r'name="version" value="(\d+)"', stranger.get(where).text)[1]  # type: ignore[index]
    sent = {"version": version, "text": "I had the letter of love written."}
    assert stranger.post(where, sent, at=where).status_code == 303
    assert "letter of love" in stranger.get(f"{card}/stories/{told.slug}/read").text
    late = stranger.post(where, {**sent, "text": "Later."}, at=where)
    assert late.status_code == 409
    assert "Later." in late.text
    assert "Ana Reyes, with a key card" in curator.get(f"/studio/{told.slug}").text


def test_a_narrator_says_how_they_are_named_and_reads_what_was_done(stranger: Visitor, told: Spoken, card: str) -> None:
    where = f"{card}/stories/{told.slug}/name"
    assert stranger.post(where, {"shown": "chosen", "chosen": " "}, at=where).status_code == 422
    assert stranger.post(where, {"shown": "chosen", "chosen": "The baker"}, at=where).status_code == 303
    assert "You are named as The baker." in stranger.get(f"{card}/stories/{told.slug}").text
    public = stranger.get(f"/stories/{told.slug}").text
    assert "The baker" in public
    assert "Reyes" not in public
    history = stranger.get(f"{card}/stories/{told.slug}/history").text
    assert "You changed how somebody is named in it." in history
    assert "Somebody who keeps this archive made a key card for you." in history


def test_a_story_is_taken_back_on_a_page_that_asks_once_more(stranger: Visitor, told: Spoken, card: str) -> None:
    where = f"{card}/stories/{told.slug}/withdraw"
    both = stranger.get(where).text
    assert '<button class="primary"' not in both
    for kind, words in (("sealed", "Yes, close it"), ("erased", "Yes, erase it")):
        assert words in stranger.get(f"{where}?kind={kind}").text
    assert stranger.post(where, {"kind": "burnt"}, at=f"{where}?kind=sealed").status_code == 422
    done = stranger.post(where, {"kind": "sealed"}, at=f"{where}?kind=sealed")
    assert (done.status_code, done.headers["Location"][:10]) == (303, "/receipts/")
    assert "It is taken back." in stranger.get(done.headers["Location"]).text
    assert stranger.get(f"/stories/{told.slug}").status_code == 410


def test_a_story_that_was_taken_back_comes_back_with_a_new_choice(stranger: Visitor, told: Spoken, card: str) -> None:
    here = f"{card}/stories/{told.slug}"
    stranger.post(f"{here}/withdraw", {"kind": "erased"}, at=f"{here}/withdraw?kind=erased")
    home = stranger.get(card).text
    assert "It was taken back on" in home
    assert "it is erased." in home
    assert "The receipt" in stranger.get(here).text
    for closed in ("/read", "/strike", "/copy", "/withdraw", "/words.json", "/transcript.txt", "/review/1"):
        assert stranger.get(f"{here}{closed}").status_code == 404, closed
    stranger.post(f"{here}/choices", {"who": "later"}, at=f"{here}/choices")
    assert stranger.get(f"{here}/read").status_code == 404
    stranger.post(f"{here}/choices", {"who": "everyone"}, at=f"{here}/choices")
    assert stranger.get(f"{here}/read").status_code == 200
    assert stranger.get(f"/stories/{told.slug}").status_code == 404


def test_at_the_command_line_a_card_is_made_and_made_void(
    house: House, peer_stories: Callable[..., Ran], stranger: Visitor, told: Spoken
) -> None:
    made = peer_stories("keycard", told.slug)
    assert made.code == 0, made.err
    path = made.out.strip().partition("8000")[2]
    assert stranger.get(path).status_code == 200
    ran = json.loads(peer_stories("keycard", told.slug, "--person", "Ana Reyes", "--revoke", "--json").out)
    assert ran == {"person": "Ana Reyes", "address": None, "revoked": True}
    assert stranger.get(path).status_code == 404
    assert peer_stories("keycard", told.slug, "--person", "Nobody").code == 1
