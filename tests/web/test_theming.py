"""A theme put on a passage or on some of its words, by whoever may; and taken off by whom it concerns."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from archive.models import Passage, RoleName, Story, Tagging, Theme
from archive.services import strikes, thesaurus
from archive.services.access import OPERATOR
from archive.services.corrections import Correction, correct
from archive.services.stories import About
from archive.services.tagging import tag_passage
from archive.services.thesaurus import Described
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.cards import a_card
from tests.web.spoken import Spoken

UNTIMED = ("My mother kneaded the dough", "and nobody spoke")


def passages(house: House, slug: str) -> list[int]:
    with house.db.reading() as session:
        query = select(Passage.id).join(Story, Story.id == Passage.story_id).where(Story.slug == slug)
        return list(session.scalars(query.order_by(Passage.ordinal)))


def standing(house: House, label: str) -> Tagging | None:
    with house.db.reading() as session:
        query = select(Tagging).join(Theme, Theme.id == Tagging.theme_id).where(Theme.label == label)
        return session.scalars(query).one_or_none()


def put(who: Visitor, at: str, theme: str, first: int | None = None, last: int | None = None, **more: str) -> int:
    """As the page does: from its form, the version of the passage with it."""
    version = re.search(r'name="version" value="(\d+)"', who.get(at).text)
    assert version
    words = {} if first is None else {"first": str(first), "last": str(last), "part": "yes"}
    return who.post(at, {"theme": theme, "version": version[1], **words, **more}, at=at).status_code


def test_words_that_were_spoken_are_anchored_to_the_clock(house: House, contributor: Visitor, spoken: Spoken) -> None:
    at = f"/passages/{spoken.passages[0]}/themes"
    assert put(contributor, at, "Hiding", 3, 5) == 303
    held = standing(house, "Hiding")
    assert held is not None
    assert (held.words, held.start_ms, held.end_ms) == ("under the floor.", 1000, 1766)
    page = contributor.get(at).text
    assert "“Hiding” stands there now." in page or "put there by a contributor" in page
    assert "on the words “<bdi>under the floor.</bdi>”" in page
    assert 'data-first="3" data-last="5"' in contributor.get(f"/stories/{spoken.slug}").text
    assert "<mark>under the floor.</mark>" in contributor.get("/themes/hiding").text


def test_words_of_a_passage_without_times_are_found_by_the_words(house: House, contributor: Visitor) -> None:
    number = passages(house, a_story(house, texts=UNTIMED))[0]
    at = f"/passages/{number}/themes"
    assert put(contributor, at, "Mothers", 1, 0) == 303  # the other way round is as good
    held = standing(house, "Mothers")
    assert held is not None
    assert held.words == "My mother"
    with house.db.writing() as session:
        passage = session.get_one(Passage, number)
        given = Correction("Then my mother, My mother kneaded")
        correct(session, session.get_one(Story, passage.story_id), passage, given, by=OPERATOR)
    assert "on the words “<bdi>My mother</bdi>”" in contributor.get(at).text


def test_what_cannot_be_meant_is_refused_and_what_was_chosen_stays(house: House, contributor: Visitor) -> None:
    number = passages(house, a_story(house, texts=UNTIMED))[0]
    at = f"/passages/{number}/themes"
    for first, last in (("1", ""), ("", "1"), ("x", "1"), ("-1", "2"), ("0", "99"), ("9" * 30, "1")):
        answer = contributor.post(at, {"theme": "Dough", "first": first, "last": last, "part": "yes"}, at=at)
        assert (answer.status_code, 'value="Dough"' in answer.text) == (422, True), (first, last)
    assert contributor.post(at, {"theme": " ", "whole": "yes"}, at=at).status_code == 422
    assert contributor.post(at, {"theme": "x" * 81, "whole": "yes"}, at=at).status_code == 422
    late = contributor.post(at, {"theme": "Dough", "first": "0", "last": "1", "version": "77"}, at=at)
    assert late.status_code == 409
    assert "Somebody has changed this passage" in late.text
    assert standing(house, "Dough") is None
    with house.db.reading() as session:
        assert session.scalar(select(func.count(Theme.id))) == 0


def test_the_whole_passage_wins_over_words_that_were_chosen_before(house: House, contributor: Visitor) -> None:
    at = f"/passages/{passages(house, a_story(house, texts=UNTIMED))[0]}/themes"
    assert put(contributor, at, "Dough", 0, 1, whole="yes") == 303
    held = standing(house, "Dough")
    assert held is not None
    assert held.words == UNTIMED[0]
    assert put(contributor, at, "dough", 0, 1) == 303
    assert "stood on this passage already; nothing was changed" in contributor.get(at).text


def test_a_field_offers_what_is_used_and_what_curators_keep(house: House, contributor: Visitor) -> None:
    slug = a_story(house, passage_themes={0: "Bread"})
    a_story(house, "Shut", public=False, passage_themes={0: "Secrets"})
    with house.db.writing() as session:
        thesaurus.make_theme(session, Described("Ovens"), by=OPERATOR)
    page = contributor.get(f"/passages/{passages(house, slug)[1]}/themes").text
    assert re.findall(r'<option value="([^"]+)"', page) == ["Bread", "Ovens"]


def test_struck_words_remain_in_no_tagging(house: House, contributor: Visitor, spoken: Spoken) -> None:
    at = f"/passages/{spoken.passages[0]}/themes"
    assert put(contributor, at, "Toys", 1, 1) == 303
    assert put(contributor, at, "Hiding", 3, 5) == 303
    with house.db.writing() as session:
        story = session.get_one(Story, spoken.id)
        strikes.strike(session, story, strikes.spans_at(story, 300, 800)[0], reason=None, by=OPERATOR)
    with house.db.reading() as session:
        assert not [each for each in session.scalars(select(Tagging.words)) if "kaleidoscope" in (each or "")]
    page = contributor.get(at)
    assert page.status_code == 200
    for more in (at, f"/stories/{spoken.slug}", "/themes/toys", "/themes/toys.csv", "/themes/hiding"):
        text = contributor.get(more).text
        assert not re.search(r"\bkaleidoscope\b(?!\.)", text, re.IGNORECASE), more  # with a stop it is why it was told
    struck = [n for n, word in enumerate(words_of(house, spoken.passages[0])) if word == "[…]"]
    assert put(contributor, at, "Nothing", struck[0], struck[0]) == 422
    assert standing(house, "Nothing") is None


def words_of(house: House, passage: int) -> list[str]:
    with house.db.reading() as session:
        return session.get_one(Passage, passage).text.split(" ")


def test_nobody_takes_off_what_another_contributor_put_there(
    house: House, visitor: Callable[[], Visitor], contributor: Visitor, curator: Visitor
) -> None:
    slug = a_story(house, texts=UNTIMED)
    at = f"/passages/{passages(house, slug)[0]}/themes"
    put(contributor, at, "Dough")
    held = standing(house, "Dough")
    assert held is not None
    other = visitor().signs_in(RoleName.CONTRIBUTOR, "other@example.org")
    assert "Take it off" in contributor.get(at).text
    assert "Take it off" not in other.get(at).text
    assert other.post(f"/taggings/{held.id}/remove", at=at).status_code == 403
    assert standing(house, "Dough") is not None
    assert contributor.post(f"/taggings/{held.id}/remove", {"next": at}, at=at).headers["Location"] == at
    assert standing(house, "Dough") is None
    put(other, at, "Ovens")
    held = standing(house, "Ovens")
    assert held is not None
    assert curator.post(f"/taggings/{held.id}/remove", at=at).status_code == 303
    assert standing(house, "Ovens") is None


def test_a_stranger_and_whoever_may_not_read_a_story_put_nothing_on_it(
    house: House, stranger: Visitor, contributor: Visitor
) -> None:
    slugs = a_story(house, "Open"), a_story(house, "Shut", public=False)
    open_, shut = (f"/passages/{passages(house, slug)[0]}/themes" for slug in slugs)
    assert stranger.get(open_).status_code in (302, 303, 401, 403)
    assert contributor.get(shut).status_code == 404
    assert contributor.post(shut, {"theme": "x"}, at="/stories").status_code == 404
    assert contributor.get("/passages/999999/themes").text == contributor.get(shut).text
    assert standing(house, "x") is None


@pytest.fixture
def two(house: House) -> tuple[str, str]:
    """Stories of two narrators, neither open to the public."""
    return tuple(  # type: ignore[return-value]
        a_story(house, title, public=False, texts=UNTIMED, about=About(title, [name]))
        for title, name in (("Hers", "Ana R."), ("His", "Ben K."))
    )


def carded(house: House, slug: str) -> str:
    with house.db.reading() as session:
        number = session.scalars(select(Story.id).where(Story.slug == slug)).one()
    return f"{a_card(house, number)}/stories/{slug}"


def test_a_narrator_says_what_their_words_are_about_and_takes_it_off(
    house: House, stranger: Visitor, curator: Visitor, two: tuple[str, str]
) -> None:
    here = carded(house, two[0])
    [first, _] = passages(house, two[0])
    at = f"{here}/passages/{first}/themes"
    assert at in stranger.get(f"{here}/read").text
    assert put(stranger, at, "Mothers", 0, 1) == 303
    held = standing(house, "Mothers")
    assert held is not None
    assert (held.words, held.by_id, held.by_person_id is None) == ("My mother", None, False)
    assert "put there by the narrator" in stranger.get(at).text
    assert "put there by the narrator" in curator.get(f"/passages/{first}/themes").text
    assert "Ana R." not in re.findall(r"<li>.*?</li>", curator.get(f"/passages/{first}/themes").text, re.DOTALL)[-1]
    uses = f"{here}/uses"
    assert "Mothers" in stranger.get(uses).text
    assert stranger.post(f"{here}/taggings/{held.id}/remove", at=uses).headers["Location"] == uses
    assert standing(house, "Mothers") is None


def test_a_narrator_takes_off_what_others_put_on_their_words_and_touches_nobody_elses(
    house: House, stranger: Visitor, two: tuple[str, str]
) -> None:
    hers, his = (passages(house, slug)[0] for slug in two)
    with house.db.writing() as session:
        numbers = [tag_passage(session, session.get_one(Passage, each), label, by=OPERATOR).id
                   for each, label in ((hers, "Bread"), (his, "Rolls"))]  # fmt: skip
    here = carded(house, two[0])
    uses = f"{here}/passages/{hers}/themes"
    assert stranger.post(f"{here}/taggings/{numbers[0]}/remove", at=uses).status_code == 303
    assert stranger.post(f"{here}/taggings/{numbers[1]}/remove", at=uses).status_code == 404
    assert standing(house, "Bread") is None
    assert standing(house, "Rolls") is not None
    assert stranger.get(f"{here}/passages/{his}/themes").status_code == 404
    assert stranger.post(f"{here}/passages/{his}/themes", {"theme": "x"}, at=uses).status_code == 404
    assert standing(house, "x") is None
