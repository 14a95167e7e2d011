"""Mixtapes: made at a desk, heard by everyone once open, and ruled by every consent for ever."""

import re
from collections.abc import Callable
from pathlib import Path

import opentimelineio
import pytest
from sqlalchemy import select

from archive.models import Mixtape, MixtapeItem, RoleName, Story
from archive.services import mixtapes, strikes
from archive.services.access import OPERATOR
from archive.services.stories import About
from archive.wiring import House
from tests.conftest import Visitor
from tests.web.spoken import Spoken, spoken_story

HARBOUR = ("The harbour was frozen that winter", "and we walked over the ice to school")
BREAD = ("My mother baked before it was light", "and the street smelled of it until noon")
RTL = "\u202eolleh <b>bold</b> \u2067x"


@pytest.fixture
def two(house: House, tmp_path: Path) -> tuple[Spoken, Spoken]:
    told = [
        spoken_story(house, tmp_path, About(title, [name], interviewers=["M."]), texts, theme="ice")
        for title, name, texts in (("Ice", "Ana R.", HARBOUR), ("Bread", "Bo L.", BREAD))
    ]
    with house.db.writing() as session:
        for each in told:
            session.get_one(Story, each.id).remix = True
    return told[0], told[1]


def key(by: Visitor, told: Spoken, start: float, end: float) -> str:
    answer = by.get(f"/stories/{told.slug}/clip?t={start},{end}")
    return str(answer.headers["Location"]).removeprefix("/clips/")


def made(by: Visitor, *clips: str, title: str = "Cold and warm") -> str:
    """The address of a mixtape at the desk."""
    answer = by.post("/desk/mixtapes", {"title": title, "clip": clips[0]}, at="/desk/mixtapes")
    assert answer.status_code == 303, answer.text
    here = str(answer.headers["Location"]).removesuffix("#end")
    for clip in clips[1:]:
        put = by.post("/desk/mixtapes/put", {"mixtape": here.split("/")[-1], "clip": clip}, at="/desk/mixtapes")
        assert put.status_code == 303, put.text
    return here


def act(by: Visitor, here: str, where: str = "", **form: str) -> int:
    """As the page sends it, with the version that it holds."""
    version = re.search(r'name="version" value="(\d+)"', by.get(here).text)
    assert version
    return by.post(f"{here}{where}", {"version": version[1], **form}, at=here).status_code


def opened(by: Visitor, here: str) -> str:
    assert act(by, here, "/show", open="1") == 303
    return here.replace("/desk", "")


def heard(page: str) -> list[str]:
    """What stands on it, in order: words, clips, gaps."""
    tracks = re.findall(r'<li id="item-\d+".*?</li>', page, re.DOTALL)
    plain = (re.sub(r"<audio.*?</audio>|<p class=\"byline\".*", "", track, flags=re.DOTALL) for track in tracks)
    return [" ".join(re.sub(r"<[^>]+>", " ", each.split('<div class="acts">')[0]).split()) for each in plain]


def items(by: Visitor, here: str) -> list[str]:
    return re.findall(r'<li id="item-(\d+)"', by.get(here).text)


def test_from_clips_to_a_page_that_credits_each_voice(
    two: tuple[Spoken, Spoken], contributor: Visitor, stranger: Visitor
) -> None:
    ice, bread = two
    here = made(contributor, key(contributor, ice, 0, 1.9), key(contributor, bread, 2, 3.9))
    assert act(contributor, here, "/words", words="And then:\nwarmth.") == 303
    assert act(contributor, here, f"/items/{items(contributor, here)[2]}", act="up") == 303
    assert act(contributor, here, title="Cold, warm", maker="A listener", reason="That one calls home.") == 303
    assert stranger.get(here.replace("/desk", "")).status_code == 404
    page = stranger.get(opened(contributor, here)).text
    assert heard(page) == [HARBOUR[0], "And then: warmth.", BREAD[1]]
    for credit in ("made by", "A listener", "That one calls home.", 'href="/stories/ice"', 'href="/stories/bread"'):
        assert credit in page
    assert page.count("<audio") == 2
    assert 'href="/mixtapes/cold-and-warm"' in stranger.get("/mixtapes").text


def test_pieces_are_moved_rewritten_and_taken_off(two: tuple[Spoken, Spoken], contributor: Visitor) -> None:
    ice, bread = two
    here = made(contributor, key(contributor, ice, 0, 1.9), key(contributor, bread, 2, 3.9))
    assert act(contributor, here, "/words", words="one") == 303
    first, second, third = items(contributor, here)
    assert act(contributor, here, f"/items/{first}", act="down") == 303
    assert items(contributor, here) == [second, first, third]
    assert act(contributor, here, f"/items/{third}", act="to", to="1") == 303
    assert act(contributor, here, f"/items/{second}", act="to", to="99") == 303
    assert items(contributor, here) == [third, first, second]
    assert act(contributor, here, f"/items/{third}", act="words", words="two") == 303
    assert act(contributor, here, f"/items/{first}", act="off") == 303
    assert heard(contributor.get(here).text) == ["two", BREAD[1]]
    for form in ({"act": "fly"}, {"act": "words", "words": " "}):
        assert act(contributor, here, f"/items/{third}", **form) == 422
    assert act(contributor, here, f"/items/{first}", act="up") == 404


def test_a_clip_is_trimmed_on_words(two: tuple[Spoken, Spoken], contributor: Visitor) -> None:
    here = made(contributor, key(contributor, two[0], 0, 1.9))
    (item,) = items(contributor, here)
    page = contributor.get(f"{here}/items/{item}").text
    starts = dict(reversed(pair) for pair in re.findall(r'<option value="(\d+)"\s*(?:selected)?>(\w+) ·', page))
    where = f"/items/{item}/trim"
    ends = re.findall(r'<option value="(\d+)"\s*(?:selected)?>(\w+) ·', page.split('name="to"')[1])
    last = next(ms for ms, word in ends if word == "ice")
    assert starts["harbour"]
    first = next(
        ms for ms, word in re.findall(r'<option value="(\d+)"\s*(?:selected)?>(\w+) ·', page) if word == "frozen"
    )
    assert act(contributor, here, where, **{"from": first, "to": last}) == 303
    assert heard(contributor.get(here).text) == ["frozen that winter and we walked over the ice"]
    for form in ({"from": last, "to": first}, {"from": first, "to": first}, {"from": "x", "to": last}, {}):
        assert act(contributor, here, where, **form) == 422


def test_what_is_struck_or_withdrawn_becomes_a_gap_and_the_rest_plays_on(
    house: House, two: tuple[Spoken, Spoken], contributor: Visitor, stranger: Visitor
) -> None:
    ice, bread = two
    here = made(
        contributor, *(key(contributor, ice, *span) for span in ((0, 1.9), (2, 3.9))), key(contributor, bread, 0, 1.9)
    )
    address = opened(contributor, here)
    with house.db.writing() as session:
        strikes.take_out(session, session.get_one(Story, ice.id), 0, 1_900, by=OPERATOR)
    first, second, third = heard(stranger.get(address).text)
    assert first.startswith("Here was a voice.")
    assert (second, third) == (HARBOUR[1], BREAD[0])
    for column in ("remix", "text_open"):
        with house.db.writing() as session:
            setattr(session.get_one(Story, bread.id), column, False)
        page = stranger.get(address).text
        assert heard(page)[2].startswith("Here was a voice.")
        assert not [word for word in (*BREAD, "Bo L.", "Bread") if word in page]
        with house.db.writing() as session:
            setattr(session.get_one(Story, bread.id), column, True)
    with house.db.writing() as session:
        session.delete(session.get_one(Story, bread.id))
    assert heard(stranger.get(address).text)[2].startswith("Here was a voice.")


def test_only_what_its_people_agreed_to_is_used(house: House, two: tuple[Spoken, Spoken], contributor: Visitor) -> None:
    clip = key(contributor, two[0], 0, 1.9)
    assert "Put it on a mixtape" in contributor.get(f"/clips/{clip}").text
    with house.db.writing() as session:
        session.get_one(Story, two[0].id).remix = False
    assert "Put it on a mixtape" not in contributor.get(f"/clips/{clip}").text
    answer = contributor.post("/desk/mixtapes", {"title": "A", "clip": clip}, at="/desk/mixtapes")
    assert answer.status_code == 422
    assert "have not agreed" in answer.text
    with house.db.reading() as session:
        assert list(session.scalars(select(Mixtape))) == []


def test_the_second_of_two_who_change_it_is_told_and_loses_nothing(
    two: tuple[Spoken, Spoken], contributor: Visitor
) -> None:
    here = made(contributor, key(contributor, two[0], 0, 1.9))
    old = re.search(r'name="version" value="(\d+)"', contributor.get(here).text)
    assert old
    assert act(contributor, here, "/words", words="first") == 303
    late = contributor.post(f"{here}/words", {"version": old[1], "words": "second"}, at=here)
    assert late.status_code == 409
    assert "was changed meanwhile" in late.text
    assert re.search(r"<textarea[^>]*>\s*second\s*</textarea>", late.text)
    late = contributor.post(here, {"version": old[1], "title": "Typed for long"}, at=here)
    assert (late.status_code, 'value="Typed for long"' in late.text) == (409, True)
    assert heard(contributor.get(here).text) == [HARBOUR[0], "first"]


def test_a_copy_says_where_it_comes_from(
    house: House, two: tuple[Spoken, Spoken], contributor: Visitor, visitor: Callable[[], Visitor], stranger: Visitor
) -> None:
    here = made(contributor, key(contributor, two[0], 0, 1.9))
    other = visitor().signs_in(RoleName.CONTRIBUTOR, "other@example.org")
    address = here.replace("/desk", "")
    assert other.post(f"{address}/copy", at="/desk/mixtapes").status_code == 404
    opened(contributor, here)
    assert "Go on from it" in other.get(address).text
    copied = str(other.post(f"{address}/copy", at=address).headers["Location"])
    assert copied != here
    assert other.get(here).status_code == 404
    page = stranger.get(opened(other, copied)).text
    assert f'It goes on from <a href="{address}"' in " ".join(page.split())
    assert heard(page) == [HARBOUR[0]]
    contributor.post(f"{here}/remove", at=f"{here}/remove")
    assert "goes on from" not in stranger.get(copied.replace("/desk", "")).text


def test_what_people_write_is_escaped_and_has_its_limits(
    two: tuple[Spoken, Spoken], contributor: Visitor, stranger: Visitor
) -> None:
    here = made(contributor, key(contributor, two[0], 0, 1.9), title=RTL)
    assert act(contributor, here, "/words", words=RTL) == 303
    assert act(contributor, here, title=RTL, maker=RTL, reason=RTL) == 303
    for page in (contributor.get(here), stranger.get(opened(contributor, here)), stranger.get("/mixtapes")):
        assert "<b>bold" not in page.text
        assert "&lt;b&gt;bold" in page.text
    for form in (
        {"title": "x" * 10_000},
        {"title": " "},
        {"title": "a", "maker": "x" * 81},
        {"title": "a", "reason": "x" * 2_001},
    ):
        assert act(contributor, here, **form) == 422
    assert act(contributor, here, "/words", words="x" * 4_001) == 422
    assert contributor.post("/desk/mixtapes", {"title": "x" * 10_000}, at="/desk/mixtapes").status_code == 422
    assert contributor.post("/desk/mixtapes/put", {"clip": "1.2.3.x"}, at="/desk/mixtapes").status_code in (404, 422)


def test_no_title_hides_a_mixtape_behind_another_address(two: tuple[Spoken, Spoken], contributor: Visitor) -> None:
    here = made(contributor, key(contributor, two[0], 0, 1.9), title="Put")
    assert act(contributor, here, title="Put down") == 303
    assert "Put down" in contributor.get(here).text


def test_500_pieces_are_enough(house: House, two: tuple[Spoken, Spoken], contributor: Visitor) -> None:
    here = made(contributor, key(contributor, two[0], 0, 1.9))
    with house.db.writing() as session:
        held = session.scalars(select(Mixtape)).one()
        session.add_all(MixtapeItem(mixtape_id=held.id, ordinal=n, words=str(n)) for n in range(1, mixtapes.MOST_ITEMS))
    page = contributor.get(here)
    assert len(heard(page.text)) == 500
    assert act(contributor, here, "/words", words="one more") == 409
    assert act(contributor, here, f"/items/{items(contributor, here)[499]}", act="to", to="1") == 303


def test_an_empty_one_cannot_be_opened_and_one_is_thrown_away(two: tuple[Spoken, Spoken], contributor: Visitor) -> None:
    here = str(contributor.post("/desk/mixtapes", {"title": "Empty"}, at="/desk/mixtapes").headers["Location"])
    assert act(contributor, here, "/show", open="1") == 422
    assert contributor.post(f"{here}/remove", at=f"{here}/remove").status_code == 303
    assert contributor.get(here).status_code == 404
    assert two


def test_programs_that_cut_sound_read_it(two: tuple[Spoken, Spoken], contributor: Visitor, stranger: Visitor) -> None:
    """Read by OpenTimelineIO itself, and by its reader of CMX 3600."""
    clips = [key(contributor, two[0], 0, 1.9), key(contributor, two[1], 2, 3.9)]
    address = opened(contributor, made(contributor, *clips))
    timeline = opentimelineio.adapters.read_from_string(stranger.get(f"{address}.otio").text, "otio_json")
    read = list(timeline.find_clips())
    assert [clip.name for clip in read] == ["Ice", "Bread"]
    assert [clip.metadata["words"] for clip in read] == [HARBOUR[0], BREAD[1]]
    assert "Ana R., “Ice”" in read[0].metadata["citation"]
    for clip in read:
        assert 1.5 < clip.duration().to_seconds() < 2
        assert stranger.get(clip.media_reference.target_url.removeprefix("http://localhost")).status_code == 200
    edl = opentimelineio.adapters.read_from_string(stranger.get(f"{address}.edl").text, "cmx_3600", rate=25)
    cut = list(edl.find_clips())
    assert [clip.name for clip in cut] == ["Ice", "Bread"]
    assert abs(cut[0].duration().to_seconds() - read[0].duration().to_seconds()) <= 0.04


def test_whoever_put_a_clip_on_is_at_its_story_again(two: tuple[Spoken, Spoken], contributor: Visitor) -> None:
    clip = key(contributor, two[0], 0, 1.9)
    whole = re.search(r'name="next" value="(/stories/[^"]+)"', contributor.get(f"/clips/{clip}").text)
    assert whole
    here = made(contributor, clip)
    form = {"mixtape": here.split("/")[-1], "clip": clip, "next": whole[1]}
    put = contributor.post("/desk/mixtapes/put", form, at="/desk/mixtapes")
    assert put.headers["Location"] == whole[1]
    assert put.headers["Location"].startswith(f"/stories/{two[0].slug}")
    assert "Put on “Cold and warm”, at the end." in contributor.get(whole[1]).text
    seen = contributor.post("/desk/mixtapes/put", form | {"see": "1"}, at="/desk/mixtapes")
    assert seen.headers["Location"] == f"{here}#end"
