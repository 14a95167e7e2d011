"""The year told back: out of what everyone may read, with quotes that people chose; and to a narrator of their own."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.days import today
from archive.models import Mixtape, RoleName, Shown, Story, StoryState
from archive.services import cautions, corrections, faces, mixtapes, replies, strikes, tagging
from archive.services.access import OPERATOR
from archive.services.accounts import account_of
from archive.services.anchors import anchored
from archive.services.askings import Answered
from archive.services.stories import About, unpublish
from archive.services.transcripts import passages_of
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.answered import OTHER, SLUG, conversation
from tests.web.cards import a_card
from tests.web.spoken import Spoken, spoken_story
from tests.web.withdrawing import taken_back

YEAR = today().year
HERE = f"/years/{YEAR}"
ICE = ("The harbour was frozen that winter", "and we walked over the ice to school", "until the thaw came in May")


def read(page: str) -> str:
    """As it is read: without tags, blanks as one."""
    main = page[page.index("<main") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace(" .", ".").replace(" ,", ",")


def quoted(page: str) -> list[str]:
    return [read(f"<main{each}") for each in re.findall(r"<figure.*?</figure>", page, re.DOTALL)]


def change(house: House, slug: str, do: Callable[[Session, Story], object]) -> None:
    with house.db.writing() as session:
        do(session, session.scalars(select(Story).where(Story.slug == slug)).one())


def opened_on(house: House, slug: str, year: int, month: int, day: int = 5) -> str:
    at = datetime(year, month, day, 12, tzinfo=UTC)
    change(house, slug, lambda _, story: setattr(story, "published_at", at))
    return slug


@pytest.fixture
def ice(house: House, tmp_path: Path, visitor: Callable[[], Visitor]) -> Spoken:
    """Its first words are on an open mixtape."""
    told = spoken_story(house, tmp_path, About("Ice", ["Ana R."], interviewers=["M."]), ICE, theme="winter")
    visitor().signs_in(RoleName.CONTRIBUTOR)
    with house.db.writing() as session:
        story, who = session.get_one(Story, told.id), account_of(session, "contributor@example.org")
        story.remix = True
        clip = anchored(session, story.recordings[0], 0, 1900, secret=house.secret_key).key
        tape = mixtapes.begin(session, "Cold and warm", by=who)
        mixtapes.add_clip(session, tape, clip, by=who, secret=house.secret_key)
        mixtapes.describe(session, tape, "Cold and warm", "Bo", "")
        mixtapes.show(session, tape, to_everyone=True)
    return told


def put_under(house: House, slug: str, number: int, theme: str) -> None:
    """The contributor puts a passage under a theme."""

    def tag(session: Session, story: Story) -> None:
        who = account_of(session, "contributor@example.org")
        tagging.tag_passage(session, list(passages_of(session, story))[number], theme, by=who)

    change(house, slug, tag)


def test_a_year_is_told_in_sentences(house: House, stranger: Visitor) -> None:
    about = About("Ebb", ["Ebb N."], ["M."], date(2020, 5, 4), place="Skagen", language="da", for_whom="Whoever rows.")
    conversation(house, "Ebb", (("Ebb N.", "Of the tide."), ("M.", "And?")), {0: SLUG, 10: OTHER}, about=about)
    conversation(house, "Flood", (("Flood N.", "Of nothing."),), {})
    change(house, "flood", lambda s, story: replies.link(s, story, Answered(story.id - 1), by=OPERATOR))
    words = read(stranger.get(HERE).text)
    assert f"{YEAR}, so far" in words
    assert "Two stories came in, told by two people." in words
    assert "They were told in Skagen. People spoke Danish." in words
    assert "Two questions were asked, and one answered." in words
    assert "One story answers one that somebody told before." in words
    assert "Told for: Whoever rows." in words
    assert re.search(r"Told by Ebb N., Flood N.", words)
    assert 'href="/years"' in stranger.get("/").text


def test_a_quote_says_whose_choice_it_is(house: House, ice: Spoken, stranger: Visitor) -> None:
    page = stranger.get(HERE).text
    assert "One story came in, told by one person; it holds 6 s of sound." in read(page)
    assert "The mixtape Cold and warm, made by Bo." in read(page)
    assert "Under these themes people put what is told here: winter" in read(page)
    [quote] = quoted(page)
    assert ICE[0] in quote
    assert "Ana R., in Ice" in quote
    assert "Somebody put this on the mixtape “ Cold and warm ”." in quote
    change(house, ice.slug, lambda s, story: s.delete(s.scalars(select(Mixtape)).one()))
    assert quoted(stranger.get(HERE).text) == []  # what came with the story nobody chose
    put_under(house, ice.slug, 1, "schools")
    [quote] = quoted(stranger.get(HERE).text)
    assert ICE[1] in quote
    assert "A contributor put this under the theme “ schools ”." in quote


@pytest.mark.parametrize(
    "way",
    [
        lambda session, story: setattr(story, "remix", False),
        lambda session, story: setattr(story, "text_open", False),
        lambda session, story: setattr(story, "suspended_at", story.created_at),
        lambda session, story: unpublish(session, story, by=OPERATOR),
        lambda session, story: strikes.strike(session, story, strikes.spans_at(story, 100, 900)[0], by=OPERATOR),
        lambda session, story: cautions.warn(session, story, 0, 1500, "a death", by=OPERATOR),
        lambda session, story: setattr(session.scalars(select(Mixtape)).one(), "open", False),
    ],
    ids=["remix", "text", "suspended", "unpublished", "struck", "warned", "mixtape closed"],
)
def test_a_quote_goes_at_once_with_the_consent(
    house: House, ice: Spoken, stranger: Visitor, way: Callable[[Session, Story], object]
) -> None:
    a_story(house, "Another", texts=("Nobody chose this.",))
    assert len(quoted(stranger.get(HERE).text)) == 1
    change(house, ice.slug, way)
    page = stranger.get(HERE).text
    assert quoted(page) == []
    assert "harbour" not in page


def test_words_under_a_theme_go_when_they_are_struck(house: House, ice: Spoken, stranger: Visitor) -> None:
    change(house, ice.slug, lambda _, story: setattr(story, "remix", False))
    put_under(house, ice.slug, 1, "schools")
    assert ICE[1] in quoted(stranger.get(HERE).text)[0]
    change(
        house, ice.slug, lambda s, story: strikes.strike(s, story, strikes.spans_at(story, 2000, 3900)[0], by=OPERATOR)
    )
    page = stranger.get(HERE).text
    assert quoted(page) == []
    assert "schools" not in page


def test_what_is_withdrawn_counts_nowhere_and_a_year_without_anything_is_none(
    house: House, ice: Spoken, stranger: Visitor
) -> None:
    opened_on(house, a_story(house, "Another"), YEAR, 1)
    assert "Two stories came in, told by one person" in read(stranger.get(HERE).text)
    taken_back(house, ice.slug)
    page = read(stranger.get(HERE).text)
    assert "One story came in, told by one person." in page
    assert not [each for each in ("Ice", "winter", "of sound", "harbour was frozen") if each in page]
    taken_back(house, "another")
    assert stranger.get(HERE).status_code == 404
    assert "No story is open to everyone yet" in stranger.get("/years").text


def test_a_closed_story_of_which_everybody_may_know_counts_nowhere(house: House, stranger: Visitor) -> None:
    a_story(house, "Open")
    slug = a_story(house, "Closed", about=About("Closed", ["Zenobia Q."], place="Ulm", language="is"))
    assert "Ulm" in stranger.get(HERE).text
    change(house, slug, lambda _, story: (setattr(story, "text_open", False), setattr(story, "listed", True)))
    page = read(stranger.get(HERE).text)
    assert "One story came in" in page
    assert not [each for each in ("Closed", "Zenobia", "Ulm", "Icelandic", "is") if f" {each}. " in page]


def test_years_begin_with_the_first_story_and_months_stand_in_their_order(house: House, stranger: Visitor) -> None:
    for title, month in (("Third", 11), ("First", 2), ("Second", 2)):
        opened_on(house, a_story(house, title), YEAR - 2, month, 4 if title == "First" else 9)
    a_story(house, "Of this year")
    listed = re.findall(r'<a href="/years/(\d+)">', stranger.get("/years").text)
    assert listed == [str(YEAR), str(YEAR - 1), str(YEAR - 2)]
    words = read(stranger.get(f"/years/{YEAR - 2}").text)
    places = [words.index(each) for each in ("February Two stories", "First", "Second", "November One story", "Third")]
    assert places == sorted(places)
    assert "so far" not in words
    assert "No story came in." in read(stranger.get(f"/years/{YEAR - 1}").text)
    for year in (YEAR - 3, YEAR + 1, 0, 9999, 10**12):
        assert stranger.get(f"/years/{year}").status_code == 404
    with time_machine.travel(datetime(YEAR + 1, 1, 2, tzinfo=UTC), tick=False):
        assert "so far" not in read(stranger.get(HERE).text)
        assert stranger.get(f"/years/{YEAR + 1}").status_code == 200


def test_at_most_three_quotes_a_month_the_earliest_choices_first_and_no_story_twice(
    house: House, stranger: Visitor, contributor: Visitor
) -> None:
    assert contributor
    slugs = [a_story(house, f"Number {n}", texts=(f"What {n} said.", f"And {n} more.")) for n in range(5)]
    for n, number in ((3, 1), (3, 0), (0, 0), (4, 0), (1, 0)):
        put_under(house, slugs[n], number, f"theme {n}")
    found = [quote.partition(" Ana")[0].strip() for quote in quoted(stranger.get(HERE).text)]
    assert [each.removeprefix("> ") for each in found] == ["And 3 more.", "What 0 said.", "What 4 said."]


def test_people_are_named_as_they_want_to_be(house: House, ice: Spoken, stranger: Visitor) -> None:
    change(house, ice.slug, lambda s, story: faces.show_as(s, story, story.tellers[0], Shown.NONE, by=OPERATOR))
    page = stranger.get(HERE).text
    assert "Ana R." not in page
    assert "Told by A narrator" in read(page)


def test_what_people_wrote_is_escaped(house: House, stranger: Visitor, contributor: Visitor) -> None:
    assert contributor
    hostile = "<script>alert(1)</script>"
    slug = a_story(house, texts=(hostile,), about=About(hostile, [hostile], place=hostile, for_whom=hostile))
    put_under(house, slug, 0, hostile)
    assert "<script>alert" not in stranger.get(HERE).text


def test_a_narrator_is_told_of_their_own_stories_in_whatever_state(
    house: House, ice: Spoken, stranger: Visitor
) -> None:
    card = a_card(house, ice.id)
    a_story(house, "Somebody else's", about=About("Somebody else's", ["Bo L."], ["M."]))
    change(house, "somebody-else-s", lambda s, story: replies.link(s, story, Answered(ice.id), by=OPERATOR))

    def correct(session: Session, story: Story) -> None:
        passage = list(passages_of(session, story))[0]
        corrections.correct(session, story, passage, corrections.Correction(text="The harbor froze"), by=OPERATOR)

    change(house, ice.slug, correct)
    words = read(stranger.get(f"{card}/years/{YEAR}").text)
    for each in (
        "It came into the archive.", "Somebody who keeps this archive opened it.", "Words in it were corrected.",
        "Somebody put words of it on a mixtape. Cold and warm", "Another story answered it. Somebody else",
    ):  # fmt: skip
        assert each in words, each
    assert "made a key card" not in words
    change(house, ice.slug, lambda _, story: setattr(story, "remix", False))
    assert "Cold and warm" not in stranger.get(f"{card}/years/{YEAR}").text
    change(house, "somebody-else-s", lambda _, story: setattr(story, "state", StoryState.REVIEW))
    assert "Somebody else&#39;s" not in stranger.get(f"{card}/years/{YEAR}").text
    change(house, ice.slug, lambda s, story: unpublish(s, story, by=OPERATOR))
    assert "It came into the archive." in read(stranger.get(f"{card}/years/{YEAR}").text)
    assert f'href="{card}/years"' in stranger.get(card).text
    assert f'href="{card}/years/{YEAR}"' in stranger.get(f"{card}/years").text
    assert {stranger.get(f"{card}/years/{year}").status_code for year in (YEAR - 1, YEAR + 1)} == {404}
    taken_back(house, ice.slug)
    assert stranger.get(f"{card}/years/{YEAR}").status_code == 404
    assert "There is no story of yours here now." in stranger.get(f"{card}/years").text
