"""Themes: put on and taken off, one theme whatever its capitals, and found by slug or by name."""

import pytest
from sqlalchemy import func, select

from archive.models import Job, JobKind, JobState, Passage, Tagging, Theme
from archive.services.access import OPERATOR
from archive.services.browse import Facet, list_stories, list_themes
from archive.services.errors import Invalid, NotFound
from archive.services.stories import story_by_slug
from archive.services.tagging import tag_passage, tag_story, untag
from archive.services.theme_pages import theme_by_slug
from archive.wiring import House
from tests.factories import a_story


def tagged(house: House, slug: str, *labels: str) -> None:
    with house.db.writing() as session:
        for label in labels:
            tag_story(session, story_by_slug(session, slug, OPERATOR), label, by=OPERATOR)


def counts(house: House) -> dict[str, int]:
    with house.db.reading() as session:
        return {each.label: each.count for each in list_themes(session, None)}


def labels(house: House) -> list[str]:
    with house.db.reading() as session:
        return sorted(session.scalars(select(Theme.label)))


def listed(house: House, *themes: str) -> set[str]:
    with house.db.reading() as session:
        return {story.title for story in list_stories(session, {Facet.THEME: list(themes)}, None).stories}


def test_a_theme_counts_stories_and_not_the_places_where_it_stands(house: House) -> None:
    a_story(house, "One", passage_themes={0: "doubt", 1: "doubt", 2: "doubt"})
    tagged(house, a_story(house, "Two"), "doubt")
    assert counts(house) == {"doubt": 2}


def test_capitals_and_blanks_make_no_new_theme(house: House) -> None:
    slug = a_story(house)
    tagged(house, slug, "Leaving  home", "leaving home", " LEAVING HOME ", "Leaving\thome")
    assert labels(house) == ["Leaving home"]
    with house.db.reading() as session:
        assert session.scalar(select(func.count(Tagging.id))) == 1


def test_names_that_share_an_address_are_two_themes(house: House) -> None:
    slug = a_story(house)
    tagged(house, slug, "C++", "C#", "c", "résumé", "resume")
    assert labels(house) == sorted(["C++", "C#", "c", "résumé", "resume"])
    with house.db.reading() as session:
        slugs = list(session.scalars(select(Theme.slug)))
    assert len(set(slugs)) == 5


def test_stories_are_found_by_the_slug_of_a_theme_and_by_its_name(house: House) -> None:
    tagged(house, a_story(house, "One"), "Leaving home")
    tagged(house, a_story(house, "Two"), "Work")
    assert listed(house, "leaving-home") == listed(house, "LEAVING Home") == {"One"}
    assert listed(house, "leaving-home", "work") == {"One", "Two"}
    assert listed(house, "home") == set()


def test_a_theme_taken_off_is_gone_from_every_count_and_the_index_is_told(house: House) -> None:
    slug = a_story(house, "One", passage_themes={0: "doubt"})
    with house.db.writing() as session:
        for job in session.scalars(select(Job).where(Job.kind == JobKind.INDEX)):
            job.state = JobState.DONE
    with house.db.writing() as session:
        number = session.scalars(select(Tagging.id)).one()
        assert untag(session, number, by=OPERATOR).slug == slug
    assert counts(house) == {}
    with house.db.reading() as session:
        assert session.scalar(select(func.count(Job.id)).where(Job.state == JobState.WAITING)) == 1
        with pytest.raises(NotFound):
            theme_by_slug(session, "doubt")
    with house.db.writing() as session, pytest.raises(NotFound):
        untag(session, number, by=OPERATOR)


def test_the_same_theme_twice_on_a_passage_is_once(house: House) -> None:
    a_story(house)
    with house.db.writing() as session:
        passage = session.scalars(select(Passage)).first()
        assert passage is not None
        first = tag_passage(session, passage, "doubt", by=OPERATOR)
        assert tag_passage(session, passage, "Doubt", by=OPERATOR).id == first.id
        assert (first.start_ms, first.end_ms, first.words) == (passage.start_ms, passage.end_ms, passage.text[:200])


@pytest.mark.parametrize(
    "label",
    ["<script>alert(1)</script>", "'; drop table story; --", "../../etc", "%s{{7*7}}", "100 % _", "愛", "🙂", "a" * 80],
)
def test_any_label_is_kept_to_the_letter(house: House, label: str) -> None:
    tagged(house, a_story(house), label)
    assert labels(house) == [label]
    assert listed(house, label) == {"The year I stopped pretending"}


@pytest.mark.parametrize(("label", "says"), [("", "name a theme"), (" \t\n", "name a theme"), ("\x00\x07", "name"),
                                             ("a" * 81, "80 characters")])  # fmt: skip
def test_a_label_that_is_none_is_refused(house: House, label: str, says: str) -> None:
    slug = a_story(house)
    with pytest.raises(Invalid, match=says):
        tagged(house, slug, label)
    assert labels(house) == []


def test_control_characters_in_a_label_become_blanks(house: House) -> None:
    tagged(house, a_story(house), "going\x00\x1b[31m home")
    assert labels(house) == ["going [31m home"]
