"""Stories and their passages."""

from datetime import date

from pydantic import BaseModel, Field

from archive.formats.transcript_json import seconds
from archive.models import Story
from archive.services import browse, cautions, keyset, replies
from archive.services.access import Action, Actor, sees
from archive.services.consent_words import consent_sentences
from archive.services.rights import rights_of
from archive.services.stories import known_by_slug, story_by_slug
from archive.services.tagging import taggings_on, themes_of
from archive.web.api.asking import Leaf, Page, Text
from archive.web.api.cursors import cursor, key_of
from archive.web.api.links import cursor_link, page_links
from archive.web.api.offers import Reply, offer
from archive.web.api.shapes import (
    Caution,
    Linked,
    Medium,
    Narrowing,
    PassageList,
    Rights,
    Sound,
    StoryList,
    StoryTold,
    passage_told,
    story_line,
)
from archive.web.http import session
from archive.web.links import visitor
from archive.web.present import sounds
from archive.web.site.lists import chosen


class StoriesAsked(Page, Narrowing):
    cursor: Text | None = Field(default=None, description="Where to go on: from the Link header of the answer before.")


class LinkAsked(BaseModel):
    key: Text | None = Field(default=None, description="What stands behind ?key= in the story's link, if you have it.")


class PassagesAsked(Leaf, LinkAsked):
    pass


def _labels(stories: list[Story]) -> dict[int, list[str]]:
    held = themes_of(session(), [story.id for story in stories])
    return {story_id: [each.theme.label for each in taggings] for story_id, taggings in held.items()}


@offer("/stories", Action.VISIT)
def stories(asked: StoriesAsked) -> Reply[StoryList]:
    """Stories that are open to everyone, the latest conversation first. The answer leads on by a cursor, which neither
    loses nor repeats a story while others come and go; where `page` is given, by the number of the page."""
    if asked.cursor is None and "page" in asked.model_fields_set:
        listing = browse.list_stories(session(), chosen(), None, offset=asked.offset, limit=asked.size)
        return Reply(_listed(listing.stories, listing.total), page_links(asked, listing.total))
    stretch = keyset.stories_after(session(), chosen(), None, _place(asked.cursor), limit=asked.size)
    return Reply(_listed(stretch.stories, stretch.total), cursor_link(_next(stretch)))


def _listed(held: list[Story], total: int) -> StoryList:
    labels = _labels(held)
    return StoryList(total=total, stories=[story_line(story, labels[story.id]) for story in held])


def _place(given: str | None) -> keyset.Place | None:
    key = key_of("stories", given)
    return (date.fromisoformat(key[0]) if key[0] else None, int(key[1])) if key else None


def _next(stretch: keyset.Stretch) -> str | None:
    if not stretch.more:
        return None
    last = stretch.stories[-1]
    return cursor("stories", last.recorded_on.isoformat() if last.recorded_on else None, last.id)


@offer("/stories/<slug>", Action.READ, refuses=(404, 410))
def story(slug: str, asked: LinkAsked) -> Reply[StoryTold]:
    """One story. Where its words are closed and its existence is not: what everybody may know."""
    by = visitor()
    held = known_by_slug(session(), slug, by)
    reads = sees(by, held)
    line = story_line(held, _labels([held])[held.id] if reads else [])
    return Reply(
        StoryTold(
            **line.model_dump(),
            state=held.state,
            why_told=held.why_told if reads else None,
            why_recorded=held.why_recorded if reads else None,
            for_whom=held.for_whom if reads else None,
            consent=consent_sentences(session(), held),
            recordings=_sounds(held, by),
            rights=_rights(held) if reads else None,
            warnings=_warnings(held) if reads else [],
            answers=_linked(replies.answers_of(session(), held, by)) if reads else [],
            answered_by=_linked(replies.answered_by(session(), held, by)) if reads else [],
        )
    )


def _linked(held: list[replies.Linked]) -> list[Linked]:
    return [
        Linked(story=each.other.slug, title=each.other.title, start=seconds(each.at_ms), question=each.asked)
        for each in held
    ]


def _sounds(story: Story, by: Actor) -> list[Sound]:
    return [
        Sound(
            id=each.id,
            duration=each.duration_ms / 1000,
            media=[Medium(type=medium.type, url=medium.url) for medium in each.media],
        )
        for each in sounds(story, by)
    ]


def _warnings(story: Story) -> list[Caution]:
    found = cautions.stretches_of(session(), story)
    return [Caution(start=seconds(each.start_ms), end=seconds(each.end_ms), text=each.text) for each in found]


def _rights(story: Story) -> Rights:
    held = rights_of(session(), story)
    return Rights(**{name: getattr(held, name, None) for name in ("holder", "licence", "statement")})


@offer("/stories/<slug>/passages", Action.READ, refuses=(403, 404, 410))
def passages(slug: str, asked: PassagesAsked) -> Reply[PassageList]:
    """The transcript, in the order in which it is read."""
    held = story_by_slug(session(), slug, visitor())
    key = key_of("passages", asked.cursor)
    place = (int(key[0]), int(key[1])) if key else None
    rows, more = keyset.passages_after(session(), held, place, limit=asked.limit)
    tagged = taggings_on(session(), [each.id for each in rows])
    shown = [passage_told(held, each, [t.theme.label for t in tagged.get(each.id, ())]) for each in rows]
    behind = cursor("passages", rows[-1].ordinal, rows[-1].id) if more else None
    return Reply(PassageList(passages=shown), cursor_link(behind))
