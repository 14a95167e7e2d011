"""INDEX: put what the public may read of a story into the index, or take it out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from archive.models import Part, Participation, Passage, Story, Tagging
from archive.services.access import sees, visible_to
from archive.services.hierarchy import Themes, add_words, words_for
from archive.services.lengths import length_of
from archive.services.mood_ranges import moods_in
from archive.services.question_pages import answered_in
from archive.services.sealing import MARK
from archive.services.vectors import told_in_context
from archive.work.house import House
from archive.work.jobs import Ticket
from archive.work.meaning import ask_what_is_meant
from archive.work.renewal import renew
from archive.work.watch import Later, Watch
from search.documents import Audience, PassageDocument
from search.index import IndexBusy, IndexUnavailable

AT_ONCE = 50  # stories in one batch of the index


def index_stories(house: House, tickets: Sequence[Ticket], watch: Watch) -> None:
    """All in one batch; a ticket without a story means all stories, anew.

    Rows are read after the index is locked for writing: of two workers, the later one then always writes the
    later state. What passages mean comes afterwards: words are found before any vector is made.
    """
    try:
        if any(ticket.story_id is None for ticket in tickets):
            house.index.rebuild(Audience.PUBLIC, _everything(house, watch))
            ask_what_is_meant(house, None)
            return
        with house.index.writing() as batch, house.db.reading() as session:
            for ticket in tickets:
                story_id = ticket.story_id or 0
                documents = public_documents(session, story_id)
                if documents:
                    batch.put(Audience.PUBLIC, str(story_id), documents)
                else:
                    batch.drop(Audience.PUBLIC, str(story_id))
                watch.check()
        concerned = [ticket.story_id or 0 for ticket in tickets]
        ask_what_is_meant(house, concerned)
        renew(house, concerned)
    except (IndexBusy, IndexUnavailable) as reason:
        raise Later(str(reason)) from reason


def _everything(house: House, watch: Watch) -> Iterator[PassageDocument]:
    with house.db.reading() as session:
        ids = list(session.scalars(select(Story.id).where(visible_to(None)).order_by(Story.id)))
    for done, story_id in enumerate(ids):
        watch.say("making the index anew", done / len(ids))
        with house.db.reading() as session:
            yield from public_documents(session, story_id)


def public_documents(session: Session, story_id: int) -> list[PassageDocument]:
    """The story's passages as the public may find them; none where the public may not."""
    people = selectinload(Story.participations).selectinload(Participation.person)
    story = session.get(Story, story_id, options=[people], populate_existing=True)
    if story is None or not sees(None, story):
        return []
    whole, parts = _themes(session, story_id)
    base = PassageDocument(
        id="",
        story=str(story_id),
        ordinal=0,
        text="",
        title=story.title,
        language=story.language,
        names=tuple(taken.person.name for taken in story.participations),
        narrators=_slugs(story, Part.NARRATOR),
        interviewers=_slugs(story, Part.INTERVIEWER),
        place=story.place,
        year=story.recorded_on.year if story.recorded_on else None,
        length=length_of(story.duration_ms),
    )
    passages = session.scalars(_said(story_id)).all()
    answers, moods = answered_in(session, story_id), moods_in(session, story_id)
    meant = zip(passages, told_in_context(session, passages), strict=True)
    return [
        replace(
            _document(base, each, add_words(dict(whole), parts.get(each.id, {})), vector),
            questions=answers.get(each.id, ()),
            moods=moods.get(each.id, ()),
        )
        for each, vector in meant
    ]


def _said(story_id: int) -> Select[Passage]:
    return (
        select(Passage).where(Passage.story_id == story_id, Passage.text.not_in(("", MARK))).order_by(Passage.ordinal)
    )


def _document(base: PassageDocument, passage: Passage, themes: Themes, vector: bytes | None) -> PassageDocument:
    return replace(
        base,
        id=str(passage.id),
        ordinal=passage.ordinal,
        text=passage.text,
        speaker=passage.speaker,
        themes=tuple(themes),
        theme_labels=tuple(dict.fromkeys(chain.from_iterable(themes.values()))),
        state=passage.state.value,
        vector=vector,
    )


def _slugs(story: Story, part: Part) -> tuple[str, ...]:
    return tuple(person.slug for person in story.people(part))


def _themes(session: Session, story_id: int) -> tuple[Themes, dict[int, Themes]]:
    """Themes of the whole story, and of each passage, with what is broader: slug -> labels."""
    taggings = list(session.scalars(select(Tagging).where(Tagging.story_id == story_id).order_by(Tagging.id)))
    said = words_for(session, (tagging.theme_id for tagging in taggings))
    whole: Themes = {}
    parts: dict[int, Themes] = {}
    for tagging in taggings:
        if tagging.words is None:
            add_words(whole, said[tagging.theme_id])
        elif tagging.passage_id is not None:  # else it lies on a stretch where nothing is said any more
            add_words(parts.setdefault(tagging.passage_id, {}), said[tagging.theme_id])
    return whole, parts
