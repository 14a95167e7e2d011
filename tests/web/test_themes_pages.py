"""Pages of themes: for everyone, for curators, and for whoever puts a theme on some words."""

import csv
import io
import re
from collections.abc import Callable

from sqlalchemy import select

from archive.models import Passage, Tagging, Theme
from archive.services.access import OPERATOR
from archive.services.labels import theme_with
from archive.services.merging import merge
from archive.services.stories import story_by_slug
from archive.services.strikes import take_out
from archive.services.tagging import tag_passage
from archive.services.thesaurus import Described, make_theme
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import TEXTS, a_story


def first_passage(house: House) -> int:
    with house.db.reading() as session:
        return session.scalars(select(Passage.id).order_by(Passage.id)).first() or 0


def a_tree(house: House) -> None:
    with house.db.writing() as session:
        make_theme(session, Described("Work"), by=OPERATOR)
        make_theme(session, Described("Bread", broader=("Work",)), by=OPERATOR)
        make_theme(session, Described("Empty"), by=OPERATOR)


def test_a_broader_theme_has_the_passages_of_its_narrower_ones(house: House, stranger: Visitor) -> None:
    a_tree(house)
    a_story(house, passage_themes={1: "Bread"})
    page = stranger.get("/themes/work").text
    assert TEXTS[1] in page
    assert 'href="/themes/bread"' in page
    assert "1 person speaks of this in 1 story: 1 passage" in re.sub(r"\s+", " ", page)
    listed = stranger.get("/themes").text
    assert listed.index("/themes/work") < listed.index("/themes/bread")
    assert "/themes/empty" not in listed
    assert stranger.get("/themes/empty").status_code == 200  # it is in the thesaurus, which is public


def test_a_theme_of_a_closed_story_is_not_there(house: House, stranger: Visitor) -> None:
    a_story(house, passage_themes={0: "Secret"}, public=False)
    for path in ("/themes/secret", "/themes/secret.csv", "/themes/secret.ttl"):
        assert stranger.get(path).status_code == 404
    assert "Secret" not in stranger.get("/themes").text


def test_a_merged_theme_leads_to_the_other_for_good(house: House, stranger: Visitor) -> None:
    a_story(house, passage_themes={0: "Doubts", 1: "Doubt"})
    with house.db.writing() as session:
        one, other = theme_with(session, "Doubts"), theme_with(session, "Doubt")
        assert one is not None
        assert other is not None
        merge(session, one, other, by=OPERATOR)
    answer = stranger.get("/themes/doubts")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/themes/doubt")


def test_the_table_holds_what_was_said_and_no_formula(house: House, stranger: Visitor) -> None:
    a_story(house, texts=('=HYPERLINK("x") she said',), passage_themes={0: "Doubt"})
    answer = stranger.get("/themes/doubt.csv")
    assert answer.mimetype == "text/csv"
    head, row = csv.reader(io.StringIO(answer.text.lstrip("\ufeff")))
    told = dict(zip(head, row, strict=True))
    assert told["passage"] == '\'=HYPERLINK("x") she said'
    assert (told["narrator"], told["put there by"]) == ("Ana R.", "the archive")
    assert "@" not in answer.text


def test_every_page_of_the_thesaurus_opens_for_a_curator_and_for_nobody_else(
    house: House, curator: Visitor, contributor: Visitor
) -> None:
    a_tree(house)
    a_story(house, passage_themes={0: "In passing"})
    for path in (
        "/curator/themes", "/curator/themes?view=passing", "/curator/themes?view=alone", "/curator/themes?q=bre",
        "/curator/themes/bread", "/curator/themes/in-passing", "/curator/thesaurus", "/curator/thesaurus.ttl",
        "/curator/thesaurus.rdf", "/curator/thesaurus.jsonld",
    ):  # fmt: skip
        assert curator.get(path).status_code == 200, path
        assert contributor.get(path).status_code == 403, path


def test_a_curator_describes_merges_and_hears_of_circles(house: House, curator: Visitor) -> None:
    a_tree(house)
    here = "/curator/themes/work"
    told = curator.post(here, {"label": "Work", "broader": "Bread"}, at=here)
    assert told.status_code == 422
    assert "“Work” → “Bread” → “Work”" in told.text
    kept = {"label": "Work", "language": "en", "other": "labour\nde: Arbeit", "scope": "What people do."}
    assert curator.post(here, kept, at=here).status_code == 303
    assert "de: Arbeit" in curator.get(here).text
    assert curator.post("/curator/themes/bread/merge", {"into": "arbeit"}, at=here).status_code == 303
    assert curator.post("/curator/themes/empty/remove", {}, at=here).status_code == 303
    with house.db.reading() as session:
        assert list(session.scalars(select(Theme.slug).where(Theme.merged_into_id.is_(None)))) == ["work"]


def test_a_curator_begins_with_the_small_set_and_brings_a_file_in(curator: Visitor) -> None:
    assert "Begin with the small set" in curator.get("/curator/themes").text
    assert curator.post("/curator/thesaurus/starter", {}, at="/curator/themes").status_code == 303
    assert "Nearly giving up" in curator.get("/curator/themes").text
    file = (io.BytesIO(b"<urn:a> a <http://www.w3.org/2004/02/skos/core#Concept> ."), "a.ttl")
    answer = curator.post("/curator/thesaurus/import", {"file": file}, at="/curator/thesaurus")
    assert answer.status_code == 422
    assert "urn:a has no preferred label." in answer.text


def put(by: Visitor, passage: int, **form: object) -> int:
    at = f"/passages/{passage}/themes"
    return by.post(at, form, at=at if by.get(at).status_code == 200 else "/account/password").status_code


def test_a_theme_is_put_on_some_words_and_taken_off_by_whoever_put_it_there(
    house: House, contributor: Visitor, interviewer: Visitor
) -> None:
    slug = a_story(house)
    number = first_passage(house)
    assert put(contributor, number, theme="letters", first="3", last="6") == 303
    with house.db.reading() as session:
        held = session.scalars(select(Tagging)).one()
        assert held.words == " ".join(TEXTS[0].split(" ")[3:7])
    page = contributor.get(f"/stories/{slug}").text
    assert 'data-first="3" data-last="6"' in page
    assert "put there by a contributor" in page
    assert "example.org" not in interviewer.get(f"/stories/{slug}").text.split("<footer")[0]
    at = f"/stories/{slug}"
    assert interviewer.post(f"/taggings/{held.id}/remove", {}, at=at).status_code == 403
    assert contributor.post(f"/taggings/{held.id}/remove", {}, at=at).status_code == 303


def test_a_theme_on_nothing_is_refused_in_a_sentence(house: House, contributor: Visitor) -> None:
    slug = a_story(house)
    number = first_passage(house)
    assert put(contributor, number, theme="x", first="3") == 422
    assert put(contributor, number, theme="x", first="3", last="999") == 422
    assert put(contributor, number, theme="", whole="yes") == 422
    assert put(contributor, number, theme="x", first="0", last="1", version="77") == 409
    with house.db.writing() as session:
        take_out(session, story_by_slug(session, slug, OPERATOR), 0, 9_000, by=OPERATOR)
    assert put(contributor, number, theme="x", whole="yes") == 404
    assert put(contributor, 999, theme="x") == 404
    with house.db.reading() as session:
        assert list(session.scalars(select(Tagging))) == []


def test_a_strike_takes_its_words_out_of_what_a_theme_remembers(house: House) -> None:
    slug = a_story(house)
    with house.db.writing() as session:
        passage = session.get_one(Passage, first_passage(house))
        tag_passage(session, passage, "letters", by=OPERATOR, span=(3, 6))
    with house.db.writing() as session:
        take_out(session, story_by_slug(session, slug, OPERATOR), 0, 9_000, by=OPERATOR)
    with house.db.reading() as session:
        assert session.scalars(select(Tagging)).one().words == "[…]"


def test_many_themes_are_asked_for_by_letter_and_by_word(
    house: House, stranger: Visitor, work: Callable[[], None]
) -> None:
    texts = tuple(f"Passage {n}" for n in range(301))
    a_story(house, texts=texts, passage_themes={n: f"{chr(65 + n % 26)}theme {n}" for n in range(301)})
    page = stranger.get("/themes").text
    assert "Search 301 themes" in page
    assert "page 1 of 3" in page
    assert "Btheme 1<" in stranger.get("/themes?letter=B").text
    found = stranger.get("/themes?q=THEME+300").text
    assert "theme 300" in found
    assert "theme 299" not in found
    assert "No theme here is called like that" in stranger.get("/themes?q=zzzz").text
