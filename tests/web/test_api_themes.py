"""The thesaurus and what is near in meaning, for programs: as far as everyone may know of it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from archive.formats import skos
from archive.formats.skos import Form
from archive.models import Passage, Theme, WordingKind
from archive.services import merging, thesaurus
from archive.services.access import OPERATOR
from archive.services.thesaurus import Described, Said
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

API = "/api/v1"
BREAD = "Every morning my mother kneaded the dough and put the loaves into the oven."
BAKER = "Grandfather was a baker, and the whole street smelled of fresh rolls at dawn."
SECRET = "I baked bread at night in the kitchen and sold it without telling anybody."


@pytest.fixture
def grown(house: House) -> House:
    """Work, below it Crafts, below that Baking (told of in public) and Poaching (told of behind closed doors)."""
    with house.db.writing() as session:
        said = (Said(WordingKind.OTHER, "labour"), Said(WordingKind.PREFERRED, "Arbeit", "de"),
                Said(WordingKind.SCOPE, "Paid or not."))  # fmt: skip
        thesaurus.make_theme(session, Described("Work", said=said), by=OPERATOR)
        thesaurus.make_theme(session, Described("Crafts", broader=("Work",)), by=OPERATOR)
    a_story(house, "Bread", passage_themes={0: "Baking"})
    a_story(house, "Nobody knew", public=False, passage_themes={0: "Poaching"})
    with house.db.writing() as session:
        for label in ("Baking", "Poaching"):
            theme = session.scalars(select(Theme).where(Theme.label == label)).one()
            thesaurus.describe(session, theme, Described(label, broader=("Crafts",)), by=OPERATOR)
            thesaurus.set_curated(session, theme, False, by=OPERATOR)
    return house


@pytest.mark.usefixtures("grown")
def test_themes_tell_what_is_broader_and_narrower_and_nothing_of_closed_stories(stranger: Visitor) -> None:
    told = {each["prefLabel"]: each for each in stranger.get(f"{API}/themes").get_json()["themes"]}
    assert list(told) == ["Baking", "Crafts", "Work"]
    assert told["Crafts"]["broader"] == ["/themes/work"]
    assert told["Crafts"]["narrower"] == ["/themes/baking"]
    assert (told["Work"]["stories"], told["Work"]["passages"], told["Crafts"]["stories"]) == (1, 1, 1)
    alone = stranger.get(f"{API}/themes/work").get_json()
    assert alone["altLabel"] == [{"@value": "labour"}]
    assert alone["translations"] == [{"@value": "Arbeit", "@language": "de"}]
    assert alone["scopeNote"] == [{"@value": "Paid or not."}]
    assert alone["@context"]["narrower"] == {"@id": "skos:narrower", "@type": "@id"}
    assert stranger.get(f"{API}/themes/poaching").status_code == 404


@pytest.mark.usefixtures("grown")
def test_what_is_told_is_skos_to_whoever_reads_json_ld(stranger: Visitor) -> None:
    told = stranger.get(f"{API}/themes", headers={"Accept": "application/ld+json"})
    read = {each.uri.rpartition("/")[2]: each for each in skos.read(told.data, Form.JSON_LD)}
    assert set(read) == {"baking", "crafts", "work"}
    assert {name: {up.rpartition("/")[2] for up in each.broader} for name, each in read.items()} == {
        "baking": {"crafts"}, "crafts": {"work"}, "work": set(),
    }  # fmt: skip
    assert {(each.kind.value, each.text, each.language) for each in read["work"].said} == {
        ("prefLabel", "Work", ""), ("prefLabel", "Arbeit", "de"), ("altLabel", "labour", ""),
        ("scopeNote", "Paid or not.", ""),
    }  # fmt: skip


def test_a_broader_theme_lists_the_stories_of_its_narrower_ones(
    grown: House, stranger: Visitor, work: Callable[[], None]
) -> None:
    work()
    assert [each["slug"] for each in stranger.get(f"{API}/stories?theme=labour").get_json()["stories"]] == ["bread"]
    assert stranger.get(f"{API}/search?theme=Work").get_json()["total_passages"] == 1


def test_a_theme_that_was_merged_leads_to_the_other(grown: House, stranger: Visitor) -> None:
    with grown.db.writing() as session:
        baking, crafts = (
            session.scalars(select(Theme).where(Theme.label == each)).one() for each in ("Baking", "Crafts")
        )
        merging.merge(session, baking, crafts, by=OPERATOR)
    answer = stranger.get(f"{API}/themes/baking")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{API}/themes/crafts")


def test_a_theme_may_stand_on_some_words(house: House, contributor: Visitor) -> None:
    a_story(house, "Bread", texts=(BREAD,))
    proof = {"X-CSRFToken": contributor.get(f"{API}/session").get_json()["csrf_token"]}
    with house.db.reading() as session:
        address = f"{API}/passages/{session.scalars(select(Passage.id)).one()}/taggings"

    def tag(theme: str, **more: object) -> tuple[int, object]:
        answer = contributor.client.post(address, json={"theme": theme, **more}, headers=proof)
        return answer.status_code, answer.get_json().get("words") or answer.get_json()["detail"]

    assert tag("Mothers", first_word=2, last_word=3) == (201, "my mother")
    assert tag("Ovens", first_word=2)[0] == 422
    assert tag("Ovens", first_word=3, last_word=2)[0] == 422
    assert tag("Ovens", first_word=3, last_word=900)[0] == 422
    assert tag("Ovens", first_word=True, last_word="4")[0] == 422


def test_other_voices_are_of_other_open_stories(
    knowing_house: House, stranger: Visitor, work: Callable[[], None]
) -> None:
    a_story(knowing_house, "Bread", texts=(BREAD,))
    a_story(knowing_house, "Rolls", texts=(BAKER,))
    hidden = a_story(knowing_house, "Nobody knew", texts=(SECRET,), public=False)
    work()
    with knowing_house.db.reading() as session:
        ids = {row.text: row.id for row in session.scalars(select(Passage))}
    told = stranger.get(f"{API}/passages/{ids[BREAD]}/similar").get_json()["passages"]
    assert [(each["story"], each["text"], each["highlights"]) for each in told] == [("rolls", BAKER, [])]
    assert stranger.get(f"{API}/passages/{ids[SECRET]}/similar").status_code == 404
    found = stranger.get(f"{API}/search?q=a+bakery+at+home&mode=meaning").get_json()
    assert (found["mode"], found["passages"][0]["story"] == hidden) == ("meaning", False)


def test_where_nothing_knows_what_words_mean_the_answer_says_so(
    house: House, stranger: Visitor, work: Callable[[], None]
) -> None:
    a_story(house, "Bread", texts=(BREAD, BAKER))
    work()
    assert stranger.get(f"{API}/search?q=dough&mode=both").get_json()["mode"] == "words"
    assert stranger.get(f"{API}/passages/1/similar").get_json() == {"passages": []}
