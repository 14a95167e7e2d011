"""A passage is made right on its page: words, times, voices, cuts; every earlier state can be brought back."""

from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Edit, Passage, PassageState, RoleName, Story, Tagging
from archive.services.access import OPERATOR
from archive.services.stories import About
from archive.services.tagging import tag_passage
from archive.services.transcripts import passages_of
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.spoken import Spoken, spoken_story

SAID = ("What was in the ladder?", "I had the ladder of resignation written.", "And then my brother called.")


@pytest.fixture
def told(house: House, tmp_path: Path) -> Spoken:
    about = About("A letter", ["Ana R."], interviewers=["M."])
    return spoken_story(house, tmp_path, about, SAID, theme="doubt", by=OPERATOR)


def passages(house: House, slug: str) -> list[Passage]:
    with house.db.reading() as session:
        return passages_of(session, session.scalars(select(Story).where(Story.slug == slug)).one())


def page_of(told: Spoken, number: int = 1) -> str:
    return f"/studio/{told.slug}/passages/{told.passages[number]}"


def save(curator: Visitor, told: Spoken, number: int = 1, more: str = "", **fields: str) -> int:
    """Send a form of the passage's page as it stands there now."""
    where = page_of(told, number)
    page = curator.get(where).text
    version = page.split('name="version" value="')[1].split('"')[0]
    answer = curator.post(where + more, {"version": version, **fields}, at=where)
    return answer.status_code


def test_a_corrected_word_keeps_the_time_and_the_mark_of_who_wrote_it(
    house: House, curator: Visitor, told: Spoken
) -> None:
    before = passages(house, told.slug)[1]
    assert save(curator, told, text="I had the letter of resignation written.", speaker="Ana R.") == 303
    after = passages(house, told.slug)[1]
    assert (after.text, after.speaker, after.state) == (
        "I had the letter of resignation written.", "Ana R.", PassageState.CORRECTED,
    )  # fmt: skip
    assert after.words["s"] == before.words["s"]
    assert after.words["p"][3] is None
    assert after.words["p"][:3] == before.words["p"][:3]
    assert (after.start_ms, after.end_ms) == (before.start_ms, before.end_ms)


def test_what_was_checked_against_the_sound_says_so(house: House, curator: Visitor, told: Spoken) -> None:
    assert save(curator, told, text=SAID[1], heard="yes") == 303
    assert passages(house, told.slug)[1].state == PassageState.VERIFIED
    assert save(curator, told, text=SAID[1]) == 303  # nothing changed: nobody takes the check back by saving
    assert passages(house, told.slug)[1].state == PassageState.VERIFIED


def test_save_and_go_on_leads_to_the_next(curator: Visitor, told: Spoken) -> None:
    where = page_of(told)
    version = curator.get(where).text.split('name="version" value="')[1].split('"')[0]
    answer = curator.post(where, {"version": version, "text": SAID[1], "on": "yes"}, at=where)
    assert answer.headers["Location"] == page_of(told, 2)


def test_times_move_within_their_neighbours(house: House, curator: Visitor, told: Spoken) -> None:
    assert save(curator, told, text=SAID[1], start="0:02.1", end="0:03.8") == 303
    moved = passages(house, told.slug)[1]
    assert (moved.start_ms, moved.end_ms) == (2100, 3800)
    assert moved.words["s"][0] >= 2100
    assert moved.words["e"][-1] <= 3800
    for start, end in (
        ("0:01.0", "0:03.8"),
        ("0:02.1", "0:04.5"),
        ("0:03", "0:02"),
        ("0:02", "9:00"),
        ("soon", "0:03"),
    ):
        assert save(curator, told, text=SAID[1], start=start, end=end) == 422
    assert (passages(house, told.slug)[1].start_ms, passages(house, told.slug)[1].end_ms) == (2100, 3800)


def test_a_time_that_is_left_as_shown_is_left_to_the_millisecond(house: House, curator: Visitor, told: Spoken) -> None:
    with house.db.writing() as session:
        session.get_one(Passage, told.passages[1]).start_ms = 2037
    assert save(curator, told, text="Another text.", start="0:02.0", end="0:03.9") == 303
    assert passages(house, told.slug)[1].start_ms == 2037


def test_of_two_people_at_one_passage_the_second_is_told_and_loses_nothing(
    house: House, curator: Visitor, told: Spoken
) -> None:
    where = page_of(told)
    version = curator.get(where).text.split('name="version" value="')[1].split('"')[0]
    assert save(curator, told, text="The first one was quicker.") == 303
    late = curator.post(where, {"version": version, "text": "What the second one wrote."}, at=where)
    assert late.status_code == 409
    assert "Somebody has changed this passage since you opened it." in late.text
    assert "What the second one wrote." in late.text
    assert passages(house, told.slug)[1].text == "The first one was quicker."


def test_split_and_joined_again_is_what_it_was(house: House, curator: Visitor, told: Spoken) -> None:
    whole = passages(house, told.slug)[1]
    assert save(curator, told, more="/split", word="4") == 303
    halves = passages(house, told.slug)
    assert [each.text for each in halves] == [SAID[0], "I had the ladder", "of resignation written.", SAID[2]]
    assert [each.ordinal for each in halves] == [0, 1, 2, 3]
    assert halves[1].id == whole.id
    assert halves[1].words["s"] + halves[2].words["s"] == whole.words["s"]
    assert save(curator, told, more="/merge") == 303
    joined = passages(house, told.slug)[1]
    for name in ("text", "words", "start_ms", "end_ms", "ordinal"):
        assert getattr(joined, name) == getattr(whole, name), name


def test_themes_stay_where_they_are_on_the_clock(house: House, curator: Visitor, told: Spoken) -> None:
    with house.db.writing() as session:
        tag_passage(session, session.get_one(Passage, told.passages[2]), "family", by=OPERATOR)
    assert save(curator, told, more="/merge") == 303
    with house.db.reading() as session:
        held = {each.theme.slug: each.passage_id for each in session.scalars(select(Tagging))}
    assert held["family"] == told.passages[1]


@pytest.mark.parametrize("word", ["0", "7", "99", "-1", "x", ""])
def test_a_split_outside_the_words_is_refused(house: House, curator: Visitor, told: Spoken, word: str) -> None:
    assert save(curator, told, more="/split", word=word) == 422
    assert len(passages(house, told.slug)) == 3


def test_the_last_passage_has_nothing_to_be_joined_with(curator: Visitor, told: Spoken) -> None:
    assert save(curator, told, 2, more="/merge") == 422


def test_words_that_nobody_said_are_taken_out_and_can_be_brought_back(
    house: House, curator: Visitor, stranger: Visitor, told: Spoken
) -> None:
    assert save(curator, told, text="  ") == 303
    assert [each.text for each in passages(house, told.slug)] == [SAID[0], SAID[2]]
    assert "resignation" not in stranger.get(f"/stories/{told.slug}").text
    assert "resignation" not in stranger.get(f"/stories/{told.slug}/transcript.vtt").text
    bring_back(house, curator, told)
    assert [each.text for each in passages(house, told.slug)] == list(SAID)


def bring_back(house: House, curator: Visitor, told: Spoken, number: int = -1) -> int:
    with house.db.reading() as session:
        edit = list(session.scalars(select(Edit).order_by(Edit.id)))[number]
    here = f"/studio/{told.slug}"
    return curator.post(f"{here}/edits/{edit.id}/restore", at=here).status_code


def everything(house: House, slug: str) -> list[tuple[object, ...]]:
    return [
        (each.ordinal, each.start_ms, each.end_ms, each.text, each.speaker, each.words, each.state)
        for each in passages(house, slug)
    ]


def test_every_earlier_state_can_be_brought_back(house: House, curator: Visitor, told: Spoken) -> None:
    """Back through a correction, a split, a join and a name, to what the machine had heard."""
    states = [everything(house, told.slug)]
    save(curator, told, text="I had the letter of resignation written.")
    states.append(everything(house, told.slug))
    save(curator, told, more="/split", word="4")
    states.append(everything(house, told.slug))
    save(curator, told, 0, more="/merge")
    states.append(everything(house, told.slug))
    for back, number in enumerate((-1, -3, -5), start=2):
        assert bring_back(house, curator, told, number) == 303
        assert everything(house, told.slug) == states[-back]


def test_a_later_change_has_to_be_taken_back_first(house: House, curator: Visitor, told: Spoken) -> None:
    save(curator, told, text="I had the letter of resignation written.")
    save(curator, told, more="/split", word="4")
    before = everything(house, told.slug)
    bring_back(house, curator, told, 0)
    assert everything(house, told.slug) == before
    assert "A later change reaches into this one." in curator.get(f"/studio/{told.slug}").text


def test_a_voice_is_named_everywhere_or_on_one_line(house: House, curator: Visitor, told: Spoken) -> None:
    with house.db.writing() as session:
        for id_, voice in zip(told.passages, ("Voice 1", "Voice 2", "Voice 2"), strict=True):
            session.get_one(Passage, id_).speaker = voice
    here = f"/studio/{told.slug}"
    assert "this may be" not in curator.get(here).text  # too little is said for a guess
    curator.post(f"{here}/voices", {"voice": "Voice 2", "name": "Ana R."}, at=here)
    assert [each.speaker for each in passages(house, told.slug)] == ["Voice 1", "Ana R.", "Ana R."]
    assert passages(house, told.slug)[1].state == PassageState.MACHINE
    save(curator, told, 2, text=SAID[2], speaker="M.")
    assert [each.speaker for each in passages(house, told.slug)] == ["Voice 1", "Ana R.", "M."]
    bring_back(house, curator, told, 0)
    assert [each.speaker for each in passages(house, told.slug)] == ["Voice 1", "Voice 2", "M."]
    refused = curator.post(f"{here}/voices", {"voice": "Voice 1", "name": "  "}, at=here)
    assert refused.status_code == 303
    assert "Please give a name." in curator.get(here).text


def test_only_who_works_on_the_story_corrects_it(
    house: House, visitor: object, contributor: Visitor, stranger: Visitor, told: Spoken
) -> None:
    other = visitor().signs_in(RoleName.INTERVIEWER, "other@example.org")  # type: ignore[operator]
    assert stranger.get(page_of(told)).status_code == 302
    assert contributor.get(page_of(told)).status_code == 403
    assert other.get(page_of(told)).status_code in (403, 404)
    assert other.post(page_of(told), {"version": "1", "text": "x"}, at="/account/password").status_code in (403, 404)
    assert [each.text for each in passages(house, told.slug)] == list(SAID)


def test_a_passage_of_another_story_is_not_found_here(house: House, curator: Visitor, told: Spoken) -> None:
    other = a_story(house, "Another one")
    assert curator.get(f"/studio/{other}/passages/{told.passages[0]}").status_code == 404
    assert curator.get(f"/studio/{told.slug}/passages/999999").status_code == 404


def test_text_without_times_is_corrected_split_and_joined_as_well(house: House, curator: Visitor) -> None:
    slug = a_story(house, "Only written", texts=("One two three four.", "Five six."))
    with house.db.writing() as session:
        for each in session.scalars(select(Passage)):
            each.start_ms = each.end_ms = None
    ids = [each.id for each in passages(house, slug)]
    told = Spoken(0, slug, ids)
    assert save(curator, told, 0, more="/split", word="2") == 303
    assert [each.text for each in passages(house, slug)] == ["One two", "three four.", "Five six."]
    assert save(curator, told, 0, more="/merge") == 303
    assert save(curator, told, 0, text="One, two, three, four.") == 303
    assert [each.text for each in passages(house, slug)] == ["One, two, three, four.", "Five six."]
    bring_back(house, curator, told, 0)


def test_a_public_story_is_found_by_its_corrected_words(
    house: House, curator: Visitor, stranger: Visitor, told: Spoken, work: object
) -> None:
    work()  # type: ignore[operator]
    save(curator, told, text="I had the zither of resignation written.")
    work()  # type: ignore[operator]
    assert '"total_passages":1' in stranger.get("/api/v1/search?q=zither").text.replace(" ", "")
    assert "zither" in stranger.get(f"/stories/{told.slug}").text
