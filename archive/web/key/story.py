"""/key/TOKEN/stories/SLUG: one story of a narrator's, and what is theirs to see of it."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from archive.models import Message, Story, StoryState, Tagging
from archive.services import reviews, transcripts
from archive.services.access import Action
from archive.services.choice_words import told_events
from archive.services.consent_words import said_by
from archive.services.errors import NotFound
from archive.services.strikes import strikes_of
from archive.services.tagging import taggers
from archive.services.transcripts import PAGE, passages_of
from archive.web.http import door, session
from archive.web.keepsakes import sent
from archive.web.key import key
from archive.web.key.holding import STORY, mine, narrator, person, story_path
from archive.web.key.lines import GONE, named_words, receipt, sentence, waits_for
from archive.web.key.shapes import Happened, KeyStory, Used
from archive.web.links import link
from archive.web.present import cards, pages, sounds, theme_link, turns
from archive.web.present import story_path as public_path
from archive.web.shapes import StoryPage
from archive.web.site.story import contents_of, forms_of, has_word_times, page_of, start_ms, transcript_as, word_times


def here(slug: str) -> Story:
    """A story of theirs that was not taken back."""
    story = mine(slug)
    if story.state in GONE:
        raise NotFound("This story was taken back. Nobody reads or hears it any more.")
    return story


def shape(story: Story) -> KeyStory:
    held = reviews.review_of(session(), story, person())
    passed_on = select(Message.text).where(Message.story_id == story.id, Message.passed_on_at.is_not(None))
    return KeyStory(
        title=story.title,
        slug=story.slug,
        language=story.language,
        here=story_path(story),
        sentence=sentence(session(), story, held),
        named=named_words(story, person()),
        agreed=tuple(said_by(session(), story, person())),
        link=link(story) if story.text_link and not story.text_open else None,
        out=len(strikes_of(session(), story)),
        step=waits_for(story, held),
        messages=tuple(session().scalars(passed_on.order_by(Message.passed_on_at.desc()))),
        others=tuple(each.name for each in story.narrators if each.id != _shown_id(story)),
        public_href=public_path(story) if story.state == StoryState.PUBLISHED and story.text_open else None,
    )


def _shown_id(story: Story) -> int:
    """The person, or the face, as which the holder stands in the story."""
    return next(each.person_id for each in story.participations if each.who.id == narrator().person_id)


def read_page(story: Story) -> StoryPage:
    """The story as its page shows it, under this key card."""
    at = story_path(story)
    total = transcripts.count_passages(session(), story)
    shown = pages(total, PAGE, page_of(story))
    passages = passages_of(session(), story, offset=(shown.number - 1) * PAGE, limit=PAGE)
    return StoryPage(
        card=cards(session(), [story])[0],
        state=story.state.value,
        why_told=story.why_told,
        why_recorded=story.why_recorded,
        for_whom=story.for_whom,
        consent=(),
        sounds=sounds(story, narrator()),
        turns=turns(session(), story, passages, narrator()),
        pages=shown,
        words_url=f"{at}/words.json?page={shown.number}" if has_word_times(passages) else None,
        forms=forms_of(at, passages),
        contents=contents_of(story, f"{at}/read") if shown.of > 1 else (),
        start_ms=start_ms(),
        nothing_said=total == 0 and any(recording.heard_by for recording in story.recordings),
        struck=bool(strikes_of(session(), story)),
        preparing=any(not recording.copies for recording in story.recordings),
    )


@door(key, STORY, Action.HOLD_CARD)
def story(slug: str) -> ResponseReturnValue:
    held = mine(slug)
    if held.state in GONE:
        comes_back = held.state == StoryState.WITHDRAWN
        away = receipt(session(), held)
        return render_template("key/withdrawn.html", page=shape(held), receipt=away, comes_back=comes_back)
    return render_template("key/story.html", page=shape(held))


@door(key, f"{STORY}/read", Action.HOLD_CARD)
def read(slug: str) -> ResponseReturnValue:
    held = here(slug)
    return render_template("key/read.html", page=read_page(held), at=story_path(held))


@door(key, f"{STORY}/words.json", Action.HOLD_CARD)
def words(slug: str) -> ResponseReturnValue:
    return word_times(here(slug))


@door(key, f"{STORY}/transcript.<form>", Action.HOLD_CARD)
def transcript(slug: str, form: str) -> ResponseReturnValue:
    answer: Response = transcript_as(here(slug), form)
    return answer


@door(key, f"{STORY}/copy", Action.HOLD_CARD)
def copy(slug: str) -> ResponseReturnValue:
    held = here(slug)
    return render_template("key/copy.html", page=read_page(held), at=story_path(held))


@door(key, f"{STORY}/keepsake.zip", Action.HOLD_CARD)
def keepsake(slug: str) -> ResponseReturnValue:
    return sent(here(slug), narrator())


@door(key, f"{STORY}/uses", Action.HOLD_CARD)
def uses(slug: str) -> ResponseReturnValue:
    held = here(slug)
    query = select(Tagging).where(Tagging.story_id == held.id).order_by(Tagging.id)
    found = list(session().scalars(query))
    who = taggers(session(), found)
    used = tuple(_used(held, each, who[each.id].value) for each in found)
    return render_template("key/uses.html", page=shape(held), used=used)


def _used(held: Story, tagging: Tagging, by: str) -> Used:
    at = f"{story_path(held)}/read" + (f"#p{tagging.passage_id}" if tagging.passage_id else "")
    return Used(tagging.id, theme_link(tagging.theme.slug, tagging.theme.label), tagging.words, at, by)


@door(key, f"{STORY}/history", Action.HOLD_CARD)
def history(slug: str) -> ResponseReturnValue:
    held = here(slug)
    told = tuple(Happened(each.at, said) for each, said in told_events(session(), held, person()))
    return render_template("key/history.html", page=shape(held), told=told)
