"""What everyone reads of themes: the tree, a theme with its numbers, as a file; and nothing of what is closed."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from archive.models import Passage, Story, StoryState, Theme, WordingKind
from archive.services import merging, tagging, thesaurus
from archive.services.access import OPERATOR
from archive.services.stories import About
from archive.services.thesaurus import Described, Said
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

TEXTS = ("We counted the boats at dawn.", "Nobody spoke of the harbour.", "The bell rang twice.", "Then it was quiet.")


def read(page: str) -> str:
    """As it is read: without tags, blanks as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace(" ,", ",").replace(" .", ".")


def told(house: House, title: str, year: int | None, themes: dict[int, tuple[str, ...]], *, public: bool = True) -> str:
    about = About(title, [f"{title} N."], ["M."], date(year, 5, 4) if year else None)
    slug = a_story(house, title, texts=TEXTS, about=about, public=public)
    with house.db.writing() as session:
        query = select(Passage).join(Story, Story.id == Passage.story_id).where(Story.slug == slug)
        passages = session.scalars(query.order_by(Passage.ordinal)).all()
        for number, labels in themes.items():
            for label in labels:
                tagging.tag_passage(session, passages[number], label, by=OPERATOR)
    return slug


def described(house: House, label: str, *broader: str, said: tuple[Said, ...] = ()) -> None:
    """Said of a theme that may be here already; in the thesaurus from then on."""
    with house.db.writing() as session:
        theme = session.scalars(select(Theme).where(Theme.label == label)).one_or_none()
        if theme is None:
            thesaurus.make_theme(session, Described(label, broader=broader, said=said), by=OPERATOR)
        else:
            thesaurus.describe(session, theme, Described(label, broader=broader, said=said), by=OPERATOR)


@pytest.fixture
def sea(house: House) -> House:
    """Harbours and Boats below The sea; Boats and Quiet come together three times, Bells and Boats twice."""
    both = ("Boats", "Quiet")
    told(house, "Ebb", 2019, {0: both, 1: (*both, "Bells"), 2: ("Harbours",)})
    told(house, "Flood", 2022, {0: (*both, "Bells"), 3: ("Quiet",)})
    told(house, "Shut", 2020, {0: (*both, "Bells", "Smuggling"), 1: ("Smuggling",)}, public=False)
    described(house, "The sea", said=(Said(WordingKind.SCOPE, "Salt water, and what it does to people."),
                                      Said(WordingKind.PREFERRED, "Das Meer", "de"),
                                      Said(WordingKind.HIDDEN, "teh sea")))  # fmt: skip
    for each in ("Boats", "Harbours"):
        described(house, each, "The sea")
    return house


@pytest.mark.usefixtures("sea")
def test_the_tree_counts_what_is_narrower_too_and_nothing_that_is_closed(stranger: Visitor) -> None:
    page = stranger.get("/themes").text
    assert page.index("/themes/the-sea") < page.index("/themes/boats") < page.index("/themes/harbours")
    assert "The sea 4 passages in 2 stories Boats 3 passages in 2 stories Harbours 1 passage" in read(page)
    assert "Smuggling" not in page


@pytest.mark.usefixtures("sea")
def test_a_theme_tells_its_notes_names_places_and_numbers(stranger: Visitor) -> None:
    page = stranger.get("/themes/the-sea").text
    words = read(page)
    assert "Salt water, and what it does to people." in words
    assert "Also called Das Meer." in words
    assert 'lang="de"' in page
    assert "teh sea" not in page
    assert "2 people speak of this in 2 stories: 4 passages." in words
    assert words.count("We counted the boats at dawn.") == 2
    below = stranger.get("/themes/boats").text
    assert 'href="/themes/the-sea"' in below


@pytest.mark.usefixtures("sea")
def test_years_are_a_drawing_and_a_table_with_the_years_between(stranger: Visitor) -> None:
    page = stranger.get("/themes/boats").text
    table = [re.findall(r"\d+", row) for row in re.findall(r'<th scope="row">\d.*?</tr>', page, re.DOTALL)]
    assert table == [["2019", "2", "1"], ["2020", "0", "0"], ["2021", "0", "0"], ["2022", "1", "1"]]
    assert page.count("<rect") == 2


@pytest.mark.usefixtures("sea")
def test_what_comes_together_is_told_from_three_passages_of_two_stories_on(stranger: Visitor) -> None:
    page = stranger.get("/themes/boats").text
    numbers = page[page.index('id="years"') :]
    assert 'href="/themes/quiet"' in numbers
    assert 'href="/themes/bells"' not in numbers


def test_a_table_is_no_formula_whatever_people_say(house: House, stranger: Visitor) -> None:
    about = About("=1+1", ["@Ana"], ["M."])
    a_story(house, texts=('=HYPERLINK("https://example.org")',), about=about, passage_themes={0: "+Sums"})
    answer = stranger.get("/themes/sums.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    head, row = csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")))
    held = dict(zip(head, row, strict=True))
    assert held["passage"] == '\'=HYPERLINK("https://example.org")'
    assert (held["story"], held["theme"], held["narrator"]) == ("'=1+1", "'+Sums", "'@Ana")
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    assert held["link"].startswith("http")


@pytest.mark.usefixtures("sea")
def test_a_table_of_a_broader_theme_says_which_theme_stands_there(stranger: Visitor) -> None:
    rows = list(csv.DictReader(io.StringIO(stranger.get("/themes/the-sea.csv").get_data(as_text=True)[1:])))
    assert sorted(row["theme"] for row in rows) == ["Boats", "Boats", "Boats", "Harbours"]
    assert {row["story"] for row in rows} == {"Ebb", "Flood"}


def test_the_address_of_a_theme_that_was_merged_leads_on(sea: House, stranger: Visitor) -> None:
    with sea.db.writing() as session:
        held = {each.slug: each for each in session.scalars(select(Theme))}
        merging.merge(session, held["harbours"], held["boats"], by=OPERATOR)
    moved = stranger.get("/themes/harbours")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/themes/boats")
    assert "4 passages" in read(stranger.get("/themes/boats").text)
    assert 'href="/themes/harbours"' not in stranger.get("/themes").text


@pytest.mark.usefixtures("sea")
@pytest.mark.parametrize("ending", ["", ".csv", ".ttl"])
def test_a_theme_of_closed_stories_alone_is_as_unknown_as_one_that_is_none(stranger: Visitor, ending: str) -> None:
    closed, none = stranger.get(f"/themes/smuggling{ending}"), stranger.get(f"/themes/no-such-theme{ending}")
    assert (closed.status_code, none.status_code) == (404, 404)
    assert closed.text.replace("smuggling", "") == none.text.replace("no-such-theme", "")


def test_a_story_that_closes_leaves_no_trace_in_any_number(sea: House, stranger: Visitor) -> None:
    """All pages are to the letter what they are where the story never was."""
    paths = ("/themes", "/themes/the-sea", "/themes/boats", "/themes/quiet", "/themes/the-sea.csv", "/themes/boats.ttl")

    def seen() -> list[str]:
        return [re.sub(r'name="csrf_token"\s+value="[^"]+"', "", stranger.get(path).text) for path in paths]

    def state(wanted: StoryState) -> None:
        with sea.db.writing() as session:
            session.scalars(select(Story).where(Story.slug == "flood")).one().state = wanted

    before = seen()
    state(StoryState.REVIEW)
    closed = seen()
    assert all(one != other for one, other in zip(before[:-1], closed[:-1], strict=True))
    assert not any("Flood" in page or "2022" in page for page in closed)
    with sea.db.writing() as session:
        session.delete(session.scalars(select(Story).where(Story.slug == "flood")).one())
    assert seen() == closed


def test_a_long_list_is_asked_by_letter_and_by_word(house: House, stranger: Visitor) -> None:
    themes = {n: tuple(f"{mark} matter {n}{more}" for more in range(100)) for n, mark in enumerate("ABÉZ")}
    told(house, "All of it", 2020, themes)
    page = stranger.get("/themes").text
    assert 'aria-label="Themes by letter"' in page
    assert len(re.findall(r'href="/themes/[a-z]', page)) == 120
    assert "É matter 20" in stranger.get("/themes?letter=E").text
    assert re.findall(r'href="/themes/([^"]+)"', stranger.get("/themes?q=e+MATTER+259").text) == ["e-matter-259"]
    assert "No theme here is called like that." in stranger.get("/themes?q=zeppelin").text
    assert stranger.get("/themes?page=99").status_code == 200


def test_a_broader_theme_and_another_name_find_the_passages(
    house: House, stranger: Visitor, work: Callable[[], None]
) -> None:
    told(house, "Ebb", 2019, {1: ("Harbours",)})
    described(house, "The sea")
    described(house, "Harbours", "The sea", said=(Said(WordingKind.OTHER, "anchorage"),))
    described(house, "Ports", said=(Said(WordingKind.OTHER, "moorings"), Said(WordingKind.OTHER, "bell")))
    work()
    assert "Nobody spoke of the harbour." in read(stranger.get("/search?theme=the-sea").text)
    assert "We counted" not in read(stranger.get("/search?theme=the-sea").text)
    assert "Nobody spoke of the" in read(stranger.get("/search?q=anchorage&mode=words").text)
    assert "rang twice." in read(stranger.get("/search?q=moorings&mode=words").text)  # which mean the same as “bell”
