"""The thesaurus: themes are described, put in their place, merged and found by any of their labels."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.models import Job, JobKind, JobState, LinkKind, Passage, Story, Tagging, Theme, ThemeLink, WordingKind
from archive.services.access import OPERATOR
from archive.services.browse import Facet, list_stories
from archive.services.errors import Conflict, Invalid, NotAllowed
from archive.services.hierarchy import broader_of, circle, narrower_of
from archive.services.labels import slugs_named, theme_with
from archive.services.learning import alike
from archive.services.merging import merge
from archive.services.stories import story_by_slug
from archive.services.tagging import tag_passage, tag_story, theme_named
from archive.services.theme_pages import together
from archive.services.thesaurus import Described, Said, describe, make_theme, remove, set_curated
from archive.wiring import House
from archive.work.index import public_documents
from tests.factories import a_story, story_row

OTHER = WordingKind.OTHER


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    with house.db.writing() as opened:
        yield opened


def made(session: Session, label: str, *broader: str, other: tuple[str, ...] = (), **more: object) -> Theme:
    said = tuple(Said(OTHER, each) for each in other)
    return make_theme(session, Described(label, said=said, broader=broader, **more), by=OPERATOR)  # type: ignore[arg-type]


def waiting(session: Session, kind: JobKind) -> int:
    query = select(func.count(Job.id)).where(Job.kind == kind, Job.state == JobState.WAITING)
    return session.scalar(query) or 0


def all_done(session: Session) -> None:
    for job in session.scalars(select(Job)):
        job.state = JobState.DONE
    session.flush()


def test_a_theme_is_found_by_every_label_and_by_none_that_it_has_not(session: Session) -> None:
    doubt = made(session, "Doubt", other=("second thoughts", "Zweifel"))
    for label in ("doubt", " DOUBT ", "Second  Thoughts", "zweifel"):
        assert theme_with(session, label) is doubt
        assert theme_named(session, label) is doubt
    assert theme_with(session, "doubts") is None
    assert slugs_named(session, ["ZWEIFEL", "doubt", "nothing"]) == ["doubt", "doubt", "nothing"]


def test_a_preferred_label_is_worth_more_than_another_themes_other_label(session: Session) -> None:
    made(session, "Labour", other=("Work",))
    work = make_theme(session, Described("Toil"), by=OPERATOR)
    work.label = "Work"
    session.flush()
    assert theme_with(session, "work") is work


def test_a_label_that_is_taken_is_no_second_theme(session: Session) -> None:
    made(session, "Doubt")
    with pytest.raises(Invalid, match="There is a theme “Doubt” already"):
        made(session, "doubt")


@pytest.mark.parametrize("label", ["愛", "🙂", "شك", "ספק", "C++", "naïveté", "a" * 200])
def test_any_label_may_stand_in_a_thesaurus(session: Session, label: str) -> None:
    theme = made(session, label)
    assert theme_with(session, label) is theme


@pytest.mark.parametrize(
    ("described", "says"),
    [
        (Described(" "), "name a theme"),
        (Described("x" * 50_000), "200 characters"),
        (Described("One", said=(Said(OTHER, "y" * 50_000),)), "200 characters"),
        (Described("One", said=(Said(WordingKind.SCOPE, "y" * 50_000),)), "5,000 characters"),
        (Described("One", language="klingon"), "no language code"),
        (Described("One", language="xx"), "no language code"),
        (Described("One", "en", said=(Said(WordingKind.PREFERRED, "Two", "en"),)), "two preferred labels"),
        (Described("One", said=(Said(OTHER, "one"),)), "two kinds of label"),
        (Described("One", broader=("Nobody",)), "no theme “Nobody”"),
        (Described("One", broader=("One",)), "neither broader than itself"),
    ],
)
def test_what_cannot_be_said_of_a_theme_is_refused_in_a_sentence(
    session: Session, described: Described, says: str
) -> None:
    with pytest.raises(Invalid, match=says), session.begin_nested():
        make_theme(session, described, by=OPERATOR)
    assert session.scalar(select(func.count(Theme.id))) == 0


def test_a_circle_is_refused_and_named(session: Session) -> None:
    work = made(session, "Work")
    made(session, "Craft", "Work")
    made(session, "Bread", "Craft")
    with pytest.raises(Invalid, match="in a circle: “Work” → “Bread” → “Craft” → “Work”"), session.begin_nested():
        describe(session, work, Described("Work", broader=("Bread",)), by=OPERATOR)
    assert broader_of(session, [work.id]) == {work.id: set()}


def test_what_stands_above_is_not_related_as_well(session: Session) -> None:
    made(session, "Work")
    made(session, "Craft", "Work")
    with pytest.raises(Invalid, match="above or below it already"):
        made(session, "Bread", "Craft", related=("Work",))


def test_broader_and_narrower_go_through_all_steps(session: Session) -> None:
    work, craft, bread = made(session, "Work"), made(session, "Craft", "Work"), made(session, "Bread", "Craft")
    assert broader_of(session, [bread.id, work.id]) == {bread.id: {craft.id, work.id}, work.id: set()}
    assert narrower_of(session, [work.id]) == {work.id: {craft.id, bread.id}}


def test_circles_are_found_in_long_chains_without_going_deep() -> None:
    chain = {n: {n + 1} for n in range(50_000)}
    assert circle(chain) is None
    assert circle({**chain, 50_000: {49_998}}) == [49_998, 49_999, 50_000, 49_998]
    assert circle({1: {1}}) == [1, 1]


def test_a_broader_theme_finds_stories_and_passages_of_narrower_ones(house: House) -> None:
    with house.db.writing() as session:
        made(session, "Work", other=("labour",))
        made(session, "Bread", "Work", other=("baking",))
    slug = a_story(house, passage_themes={1: "baking"})
    with house.db.reading() as session:
        found = list_stories(session, {Facet.THEME: ["Work"]}, None)
        assert (found.total, found.facets[Facet.THEME][0].label) == (1, "Bread")
        document = public_documents(session, story_row(house, slug).id)[1]
    assert set(document.themes) == {"bread", "work"}
    assert set(document.theme_labels) == {"Bread", "baking", "Work"}


def test_every_change_marks_the_stories_below_and_leaves_one_job_to_learn(house: House) -> None:
    a_story(house, passage_themes={1: "Bread"})
    with house.db.writing() as session:
        all_done(session)
        work = made(session, "Work")
        describe(session, theme_named(session, "Bread"), Described("Bread", broader=("Work",)), by=OPERATOR)
        assert (waiting(session, JobKind.INDEX), waiting(session, JobKind.LEARN)) == (1, 1)
        all_done(session)
        describe(session, work, Described("Working life"), by=OPERATOR)
        assert (waiting(session, JobKind.INDEX), waiting(session, JobKind.LEARN)) == (1, 1)


def test_only_the_thesaurus_teaches_the_index(session: Session) -> None:
    made(session, "Doubt", other=("uncertainty",))
    made(session, "Alone")
    closed = made(session, "Secret", other=("hidden",))
    set_curated(session, closed, False, by=OPERATOR)
    assert alike(session) == [["Doubt", "uncertainty"]]


def test_nobody_else_edits_the_thesaurus(session: Session) -> None:
    with pytest.raises(NotAllowed):
        make_theme(session, Described("Work"), by=None)


def merged(house: House) -> None:
    with house.db.writing() as session:
        merge(session, theme_named(session, "doubts"), theme_named(session, "Doubt"), by=OPERATOR)


def test_merging_moves_taggings_without_doubles(house: House) -> None:
    one = a_story(house, "One", passage_themes={0: "Doubt", 1: "doubts"})
    with house.db.writing() as session:
        passages = list(session.scalars(select(Passage).order_by(Passage.ordinal)))
        tag_passage(session, passages[0], "doubts", by=OPERATOR)
        for label in ("Doubt", "doubts"):
            tag_story(session, story_by_slug(session, one, OPERATOR), label, by=OPERATOR)
        all_done(session)
    merged(house)
    with house.db.reading() as session:
        rows = session.execute(select(Theme.label, Tagging.passage_id).join(Theme, Theme.id == Tagging.theme_id))
        wanted = [("Doubt", passages[0].id), ("Doubt", passages[1].id), ("Doubt", None)]
        assert sorted(map(tuple, rows), key=str) == sorted(wanted, key=str)
        assert (waiting(session, JobKind.INDEX), waiting(session, JobKind.LEARN)) == (1, 1)


def test_merging_makes_labels_other_labels_and_chains_one_step(session: Session) -> None:
    first, second, third = (made(session, label) for label in ("Second thoughts", "Misgivings", "Doubt"))
    merge(session, first, second, by=OPERATOR)
    merge(session, second, third, by=OPERATOR)
    assert {each.merged_into_id for each in (first, second)} == {third.id}
    assert {each.text for each in third.wordings} == {"Second thoughts", "Misgivings"}
    assert theme_named(session, "second thoughts") is third
    assert slugs_named(session, ["second-thoughts", "misgivings"]) == ["doubt", "doubt"]
    with pytest.raises(Conflict, match="merged into another one already"):
        merge(session, first, third, by=OPERATOR)
    with pytest.raises(Invalid, match="one theme already"):
        merge(session, third, second, by=OPERATOR)


def links(session: Session) -> set[tuple[str, str, str]]:
    names = {row.id: row.label for row in session.execute(select(Theme.id, Theme.label))}
    found: set[tuple[str, str, str]] = set()
    for kind, low, high in session.execute(select(ThemeLink.kind, ThemeLink.from_id, ThemeLink.to_id)):
        ends = [names[low], names[high]]
        one, other = sorted(ends) if kind == LinkKind.RELATED else ends
        found.add((kind.value, one, other))
    return found


def test_merging_moves_links_and_no_circle_comes_of_it(session: Session) -> None:
    made(session, "Work")
    craft = made(session, "Craft", "Work")
    made(session, "Bread", "Craft")
    made(session, "Pride", related=("Craft",))
    bread = theme_named(session, "Bread")
    merge(session, craft, bread, by=OPERATOR)  # the broader one into its narrower one
    assert links(session) == {("broader", "Bread", "Work"), ("related", "Bread", "Pride")}
    work = theme_named(session, "Work")
    merge(session, bread, work, by=OPERATOR)
    assert links(session) == {("related", "Pride", "Work")}


def test_a_theme_that_is_carried_is_not_removed_and_what_was_narrower_moves_up(house: House) -> None:
    with house.db.writing() as session:
        made(session, "Work")
        made(session, "Craft", "Work")
        made(session, "Bread", "Craft")
    a_story(house, passage_themes={0: "Bread"})
    with house.db.writing() as session:
        with pytest.raises(Conflict, match="Merge it into another one instead"):
            remove(session, theme_named(session, "Bread"), by=OPERATOR)
        remove(session, theme_named(session, "Craft"), by=OPERATOR)
        assert links(session) == {("broader", "Bread", "Work")}
        assert theme_with(session, "Craft") is None


def test_what_comes_together_is_counted_and_small_numbers_are_kept_back(house: House) -> None:
    texts = tuple(f"Passage {n} says this" for n in range(4))
    for title in ("One", "Two"):
        a_story(house, title, texts=texts, passage_themes={0: "Doubt", 1: "Doubt", 2: "Doubt", 3: "Joy"})
    with house.db.writing() as session:
        for story in session.scalars(select(Story)):
            rows = list(session.scalars(select(Passage).where(Passage.story_id == story.id).order_by(Passage.ordinal)))
            tag_passage(session, rows[0], "Work", by=OPERATOR)
            tag_passage(session, rows[1], "Work", by=OPERATOR)
            tag_passage(session, rows[2], "Rare", by=OPERATOR)
    with house.db.reading() as session:
        doubt = theme_with(session, "Doubt")
        assert doubt is not None
        found = together(session, doubt.id)
    assert [(each.theme.label, each.passages, each.stories, each.of) for each in found] == [("Work", 4, 2, 4)]
    assert found[0].lift == pytest.approx(4 * 8 / (6 * 4))


def test_a_worker_tells_the_index(house: House, work: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(type(house.index), "learn", lambda self, alike: told.append(alike))
    with house.db.writing() as session:
        made(session, "Doubt", other=("uncertainty",))
    work()
    assert told == [[["Doubt", "uncertainty"]]]
    with house.db.reading() as session:
        assert waiting(session, JobKind.LEARN) == 0
