"""A clip gives its words and their sound, and nothing besides; and its link goes on pointing at the same words."""

import random
import re
from io import BytesIO
from pathlib import Path

import av
import pytest
from sqlalchemy import select

from archive.models import Passage, Scope, Story
from archive.services import corrections, strikes
from archive.services.access import OPERATOR
from archive.services.anchors import Fit, place, read_key
from archive.services.corrections import Correction
from archive.services.errors import NotFound, Refusal
from archive.services.stories import About
from archive.wiring import House
from archive.worker import Worker
from tests.conftest import Visitor
from tests.web.spoken import Spoken, spoken_story

TEXTS = (
    "We kept the kaleidoscope under the floor that year",
    "and nobody in the house ever spoke of it again",
    "until my brother came back from the harbour at last",
)
LENGTH_MS = 6_000
ELSEWHERE = ("kaleidoscope", "brother", "harbour")


@pytest.fixture
def told(house: House, tmp_path: Path) -> Spoken:
    about = About("Under the floor", ["Ana R."], interviewers=["M."])
    return spoken_story(house, tmp_path, about, TEXTS, theme="exile")


def cut(by: Visitor, told: Spoken, start: float, end: float) -> str:
    """The address of a clip."""
    answer = by.get(f"/stories/{told.slug}/clip?t={start},{end}")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def seconds(sound: bytes) -> float:
    with av.open(BytesIO(sound)) as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


def consented(house: House, told: Spoken, scope: Scope, *, to: bool) -> None:
    with house.db.writing() as session:
        setattr(session.get_one(Story, told.id), scope.value, to)


def test_it_holds_the_words_their_citation_and_the_way_to_the_whole(told: Spoken, stranger: Visitor) -> None:
    page = stranger.get(cut(stranger, told, 2.0, 3.9)).text
    assert " ".join(re.search(r"<blockquote.*?</blockquote>", page, re.DOTALL)[0].split()).count(TEXTS[1]) == 1  # type: ignore[index]
    assert not [word for word in ELSEWHERE if word in page]
    assert "Ana R., “Under the floor”, interview by M., at 0:00:02, Peer Stories, http://localhost/clips/" in page
    assert f'href="/stories/{told.slug}?t=2#p{told.passages[1]}"' in page
    assert "heard by a machine, not yet checked" in page


def test_it_is_drawn_to_whole_words_across_passages(told: Spoken, stranger: Visitor) -> None:
    page = stranger.get(cut(stranger, told, 1.6, 2.4)).text
    quote = re.search(r"<blockquote.*?</blockquote>", page, re.DOTALL)
    assert quote
    assert re.findall(r"[a-z]+", re.sub(r"<[^>]+>", " ", quote[0])) == ["that", "year", "and", "nobody"]


@pytest.mark.parametrize("form", ["webm", "m4a"])
def test_its_sound_is_as_long_as_its_words_and_no_range_reaches_further(
    told: Spoken, stranger: Visitor, form: str
) -> None:
    address = f"{cut(stranger, told, 2.0, 3.9)}/sound.{form}"
    whole = stranger.get(address)
    assert whole.status_code == 200
    words_ms = 1_877  # from the first word's start to the end of the last
    assert words_ms / 1000 - 0.05 <= seconds(whole.data) <= words_ms / 1000 + 0.08
    size = len(whole.data)
    for asked in ("bytes=0-", f"bytes=0-{size * 9}", f"bytes=-{size * 9}", "bytes=1-4", f"bytes={size - 1}-{size * 2}"):
        part = stranger.get(address, headers={"Range": asked})
        assert part.status_code == 206
        assert part.data in whole.data
    for asked in (f"bytes={size}-", f"bytes={size * 3}-{size * 4}"):
        assert stranger.get(address, headers={"Range": asked}).status_code == 416
    for asked in ("bytes=0-1,3-4", "pieces=1-2", "bytes=9-1"):
        assert stranger.get(address, headers={"Range": asked}).data == whole.data


def test_other_numbers_in_the_address_give_what_is_said_there_or_nothing(told: Spoken, stranger: Visitor) -> None:
    recording, start, end, said = cut(stranger, told, 2.0, 3.9).removeprefix("/clips/").split(".")
    for key in (
        f"{recording}.{start}.{start}.{said}", f"{recording}.{end}.{start}.{said}", f"999.{start}.{end}.{said}",
        f"{recording}.{LENGTH_MS + 70_000}.{LENGTH_MS + 80_000}.{said}", f"{recording}.{start}.{end}.{said}x",
        "a.b.c.d", f"{recording}.{start}.{end}.%00", f"{recording}.{start}.999999999.{'A' * 49}",
    ):  # fmt: skip
        assert stranger.get(f"/clips/{key}").status_code in (400, 404), key
        assert stranger.get(f"/clips/{key}/sound.webm").status_code in (400, 404), key


def test_what_is_struck_is_gone_from_it_at_once(house: House, told: Spoken, stranger: Visitor) -> None:
    some, all_of_it = cut(stranger, told, 2.0, 3.9), cut(stranger, told, 3.0, 3.5)
    before = stranger.get(f"{some}/sound.webm").data
    with house.db.writing() as session:
        strikes.take_out(session, session.get_one(Story, told.id), 2_700, 3_900, by=OPERATOR)
    assert stranger.get(f"{some}/sound.webm").status_code == 404  # until there is a copy without it
    assert stranger.get(all_of_it).status_code == 404
    page = stranger.get(some).text
    assert "ever spoke" not in page
    assert "something was taken out" in page
    Worker(house).run(drain=True)
    after = stranger.get(f"{some}/sound.webm")
    assert after.status_code in (200, 404)
    assert after.data != before
    assert stranger.get(f"{all_of_it}/sound.webm").status_code == 404


def test_a_closed_story_has_no_clips_in_the_words_of_one_that_never_was(
    house: House, told: Spoken, stranger: Visitor
) -> None:
    address = cut(stranger, told, 2.0, 3.9)
    with house.db.writing() as session:
        session.get_one(Story, told.id).text_open = False
    answers = [stranger.get(each) for each in (address, "/clips/999.1.2.abcd", f"/embed{address}")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text.replace(address, "") for answer in answers[:2]}) == 1
    assert stranger.get(f"{address}/sound.webm").status_code == 404
    assert stranger.get(f"/stories/{told.slug}/clip?t=1,2").status_code in (403, 404)


def test_where_only_the_words_are_open_there_is_no_sound(house: House, told: Spoken, stranger: Visitor) -> None:
    address = cut(stranger, told, 2.0, 3.9)
    with house.db.writing() as session:
        session.get_one(Story, told.id).sound_open = False
    page = stranger.get(address).text
    assert TEXTS[1] in page
    assert "<audio" not in page
    assert "20 seconds before" not in page
    assert stranger.get(f"{address}/sound.webm").status_code == 404


def test_a_correction_is_told_and_one_elsewhere_is_not(house: House, told: Spoken, stranger: Visitor) -> None:
    address = cut(stranger, told, 2.0, 2.5)  # "and nobody"
    for text, is_told in ((TEXTS[1].replace("again", "any more"), False), (TEXTS[1].replace("nobody", "no one"), True)):
        with house.db.writing() as session:
            passage = session.get_one(Passage, told.passages[1])
            corrections.correct(session, session.get_one(Story, told.id), passage, Correction(text), by=OPERATOR)
        assert ("have been corrected since" in stranger.get(address).text) is is_told


def test_after_500_edits_a_link_has_the_same_words_or_says_that_it_has_not(
    house: House, told: Spoken, stranger: Visitor
) -> None:
    dice = random.Random(7)
    meant = {}
    for _ in range(25):
        start = dice.uniform(0, 5)
        address = cut(stranger, told, round(start, 2), round(start + dice.uniform(0.5, 2), 2))
        meant[address.removeprefix("/clips/")] = _words(house, address)
    outcomes: set[str] = set()
    for _ in range(500):
        _edit(house, told, dice)
        key = dice.choice(list(meant))
        try:
            with house.db.reading() as session:
                found = place(session, read_key(key), secret=house.secret_key)
                now = [_bare(word) for piece in found.pieces for word in piece.text.split()]
        except NotFound:
            outcomes.add("gone")
            continue
        outcomes.add(found.fit)
        assert (now == meant[key]) or found.fit is Fit.CHANGED, key
    assert {Fit.SAME, Fit.CHANGED} <= outcomes


def _words(house: House, address: str) -> list[str]:
    with house.db.reading() as session:
        found = place(session, read_key(address.removeprefix("/clips/")), secret=house.secret_key)
        return [_bare(word) for piece in found.pieces for word in piece.text.split()]


def _bare(word: str) -> str:
    return "".join(mark for mark in word.casefold() if mark.isalnum()) or word


def _edit(house: House, told: Spoken, dice: random.Random) -> None:
    """One edit by chance, as people make them; what cannot be done is not done."""
    with house.db.writing() as session:
        story = session.get_one(Story, told.id)
        passage = dice.choice(
            list(session.scalars(select(Passage).where(Passage.story_id == told.id, Passage.text != "")))
        )
        words = passage.text.split(" ")
        at = dice.randrange(len(words))
        try:
            match dice.randrange(8):
                case 0:
                    corrections.split(session, story, passage, at, by=OPERATOR)
                case 1 | 2:
                    corrections.merge(session, story, passage, by=OPERATOR)
                case 3:
                    words[at] = dice.choice(["Kaleidoscope,", "and", "AND", "never", "it."])
                case 4:
                    words.insert(at, "well")
                case 5 if len(words) > 3:
                    del words[at]
                case _:
                    words[at] = words[at].upper() if dice.random() < 0.5 else f"{words[at].strip('.,')},"
            if " ".join(words) != passage.text and passage.text:
                corrections.correct(session, story, passage, Correction(" ".join(words)), by=OPERATOR)
        except Refusal:
            session.rollback()


@pytest.mark.parametrize(
    ("moments", "said"),
    [
        ("5,5", "a beginning and, later, an end"), ("5,2", "a beginning and, later, an end"), ("", "two moments"),
        ("1e9,2e9", "not in the story"), ("a,b", "two moments"), ("900,910", "outside the recording"),
        ("nan,2", "not in the story"), ("5.95,5.99", "Nothing is said there"), ("-3,2", "not in the story"),
    ],
)  # fmt: skip
def test_what_cannot_be_cut_is_said_in_a_sentence(told: Spoken, stranger: Visitor, moments: str, said: str) -> None:
    answer = stranger.get(f"/stories/{told.slug}/clip?t={moments}")
    assert answer.status_code == 422
    assert said in answer.text


def test_other_sites_show_it_where_its_people_agreed(house: House, told: Spoken, stranger: Visitor) -> None:
    address = cut(stranger, told, 2.0, 3.9)
    ask = f"/oembed?url=http://localhost{address}"
    assert stranger.get(f"/embed{address}").status_code == 404
    assert stranger.get(ask).status_code == 404
    assert "have not agreed to other sites" in stranger.get(address).text
    consented(house, told, Scope.EMBED, to=True)
    frame = stranger.get(f"/embed{address}")
    assert frame.status_code == 200
    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame.headers
    assert TEXTS[1] in frame.text
    assert "application/json+oembed" in stranger.get(address).text
    told_it = stranger.get(f"{ask}&maxwidth=300").get_json()
    assert (told_it["version"], told_it["type"], told_it["width"]) == ("1.0", "rich", 300)
    assert f'src="http://localhost/embed{address}"' in told_it["html"]
    assert stranger.get(f"{ask}&format=xml").status_code == 501
    assert stranger.get("/oembed?url=http://elsewhere.example/x").status_code == 404


def test_a_moment_without_scripts_leads_to_its_clip(told: Spoken, stranger: Visitor) -> None:
    page = stranger.get(f"/stories/{told.slug}?t=2.4").text
    found = re.search(r'href="(/stories/[^"]+/clip\?t=2\.0,3\.9)"', page)
    assert found
    assert stranger.get(found[1]).status_code == 303


def test_fewer_of_its_words_are_chosen_from_two_lists(told: Spoken, stranger: Visitor) -> None:
    page = stranger.get(cut(stranger, told, 2.0, 3.9)).text
    first, last = (re.findall(r'<option value="([\d.]+)"', page)[n] for n in (1, -2))
    fewer = stranger.get(f"/stories/{told.slug}/clip?from={first}&to={last}")
    quote = re.search(r"<blockquote.*?</blockquote>", stranger.get(fewer.headers["Location"]).text, re.DOTALL)
    assert quote
    assert " ".join(TEXTS[1].split()[1:-1]) in quote[0]
    assert stranger.get(f"/stories/{told.slug}/clip?from={last}&to={first}").status_code == 422
