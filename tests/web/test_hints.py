"""Did you mean, and what is offered while somebody types: helpful, quick, and never from what is closed."""

import time
from collections.abc import Callable
from datetime import date

import pytest

from archive.models import LinkKind, Theme, ThemeLink
from archive.services.access import OPERATOR
from archive.services.stories import About, story_by_slug, unpublish
from archive.services.tagging import tag_story, theme_named
from archive.wiring import House
from search.index import IndexUnavailable
from tests.conftest import Visitor
from tests.factories import a_story

TEXTS = (
    "The lighthouse keeper wrote a letter every winter.",
    "Nobody answered the letters of a lighthouse keeper.",
    "Lighting the lamp took an hour.",
)


@pytest.fixture
def slug(house: House, work: Callable[[], None]) -> str:
    about = About(
        "Light on the rock", ["Ottilie Quill"], ["M."], date(2020, 5, 4), "Skagen", "en", themes=["Loneliness"]
    )
    made = a_story(house, about=about, texts=TEXTS)
    work()
    return made


def offered(who: Visitor, typed: str) -> list[tuple[str, str, str]]:
    answer = who.get("/search/suggest", query_string={"q": typed})
    assert answer.status_code == 200
    return [(each["kind"], each["label"], each["href"]) for each in answer.get_json()["suggestions"]]


@pytest.mark.usefixtures("slug")
def test_words_people_themes_stories_and_places_are_offered(stranger: Visitor) -> None:
    assert ("", "keeper lighthouse", "/search?q=keeper+lighthouse") in offered(stranger, "keeper ligh")
    assert ("told by", "Ottilie Quill", "/people/ottilie-quill") in offered(stranger, "qui")
    assert ("theme", "Loneliness", "/themes/loneliness") in offered(stranger, "LONE")
    assert ("story", "Light on the rock", "/stories/light-on-the-rock") in offered(stranger, "rock")
    assert ("", "Skagen") not in [each[:2] for each in offered(stranger, "ska")]
    assert ("place", "Skagen", "/search?place=Skagen") in offered(stranger, "ska")
    labels = [label for kind, label, _ in offered(stranger, "light") if not kind]
    assert labels[0] == "lighthouse"
    assert "lighting" in labels
    assert [each for each in offered(stranger, "lighthouse ") if not each[0]] == []  # the word is whole
    assert offered(stranger, "l") == []
    assert offered(stranger, "zeppelin") == []


@pytest.mark.usefixtures("slug")
@pytest.mark.parametrize(
    "typed", ["%", "__", "\\", '"', "🙂🙂", "\u202eab", "x" * 5000, "AND (", "愛", "a' or 1=1 --", "- -", "\ud800a"]
)
def test_nothing_that_is_typed_breaks_it(typed: str, stranger: Visitor) -> None:
    assert [each for each in offered(stranger, typed.encode("utf-8", "replace").decode()) if each[0] == "story"] == []


@pytest.mark.usefixtures("slug")
def test_a_slip_is_answered_with_the_word_that_was_found(stranger: Visitor) -> None:
    page = stranger.get("/search?q=keeper+lighthuose").text
    assert 'href="/search?q=keeper+lighthouse"' in page
    assert "Did you mean" in page
    for text in ("lighthouse", "keepers", "ligh", "Ottilie", "loneliness", "rock lighthouse", "zeppelin", ""):
        assert "Did you mean" not in stranger.get(f"/search?q={text}").text, text


def test_what_is_closed_is_neither_offered_nor_meant(house: House, stranger: Visitor, slug: str) -> None:
    """At once, while the index still holds it: the index is one that nobody has told yet."""
    with house.db.writing() as session:
        unpublish(session, story_by_slug(session, slug, OPERATOR), by=OPERATOR)
    for typed in ("keeper ligh", "qui", "lone", "rock", "ska", "light"):
        assert offered(stranger, typed) == [], typed
    assert "lighthouse" not in stranger.get("/search?q=lighthuose").text


def test_a_theme_is_offered_where_the_public_may_know_of_it(house: House, stranger: Visitor, slug: str) -> None:
    with house.db.writing() as session:
        story = story_by_slug(session, slug, OPERATOR)
        narrow, broad = theme_named(session, "Harbour work"), theme_named(session, "Labour")
        session.add(ThemeLink(kind=LinkKind.BROADER, from_id=narrow.id, to_id=broad.id))
        tag_story(session, story, "Harbour work", by=OPERATOR)
        theme_named(session, "Laborious secrets")
        kept = Theme(label="Labyrinths", slug="labyrinths", curated=True)
        merged = Theme(label="Labels", slug="labels", curated=True, merged_into_id=broad.id)
        session.add_all([kept, merged])
    assert [each[1] for each in offered(stranger, "lab") if each[0] == "theme"] == ["Labour", "Labyrinths"]


@pytest.mark.usefixtures("slug")
def test_while_the_index_rests_names_are_offered_all_the_same(
    house: House, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(query: object) -> None:
        raise IndexUnavailable("The search is resting.")

    monkeypatch.setattr(house.index, "search", away)
    assert offered(stranger, "light") == [("story", "Light on the rock", "/stories/light-on-the-rock")]


@pytest.mark.usefixtures("slug")
def test_it_answers_while_one_types(stranger: Visitor) -> None:
    offered(stranger, "li")
    taken = []
    for typed in ("lig", "ligh", "light", "lighth", "keeper li", "letter a"):
        began = time.perf_counter()
        offered(stranger, typed)
        taken.append(time.perf_counter() - began)
    assert sorted(taken)[len(taken) // 2] < 0.05
