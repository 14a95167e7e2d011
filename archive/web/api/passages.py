"""A passage by itself, and the themes that signed-in people put on it."""

from pydantic import Field

from archive.formats.transcript_json import seconds
from archive.models import Passage, Story, Tagging
from archive.services import tagging, transcripts
from archive.services.access import Action, Actor, sees
from archive.services.browse import theme_by_slug
from archive.services.errors import NotFound
from archive.web.api.asking import Taken, Text
from archive.web.api.offers import Reply, offer
from archive.web.api.shapes import PassageAlone, TaggingAnswer, TaggingTold, narrators_of, passage_told
from archive.web.http import account, session
from archive.web.links import visitor

ONE = "/passages/<int(max=2147483647):passage_id>"


def passage_here(passage_id: int, by: Actor) -> tuple[Passage, Story]:
    """Raises NotFound, in the same words, for what is not there, is closed, or has no words."""
    held = session().get(Passage, passage_id)
    story = session().get(Story, held.story_id) if held and held.text else None
    if held is None or story is None or not sees(by, story):
        raise NotFound("There is no such passage here.")
    return held, story


def tagging_told(story: Story, each: Tagging) -> TaggingTold:
    return TaggingTold(
        id=each.id,
        theme=each.theme.slug,
        label=each.theme.label,
        start=seconds(story.at(each.recording_id, each.start_ms)),
        end=seconds(story.at(each.recording_id, each.end_ms)),
        words=each.words,
    )


@offer(ONE, Action.READ, refuses=(404,))
def passage(passage_id: int) -> Reply[PassageAlone]:
    """One passage, with the story that it stands in and the themes that people hear in it."""
    held, story = passage_here(passage_id, visitor())
    tagged = transcripts.taggings_on(session(), [held.id]).get(held.id, [])
    told = passage_told(story, held, [each.theme.label for each in tagged])
    return Reply(
        PassageAlone(
            **told.model_dump(),
            story=story.slug,
            title=story.title,
            narrator=narrators_of(story),
            taggings=[tagging_told(story, each) for each in tagged],
        )
    )


class TaggingTaken(Taken):
    theme: Text = Field(
        min_length=1, max_length=200, description="A theme's label or slug; one that is not there yet is made."
    )


def _label(given: str) -> str:
    """A slug's label, where it is a theme that everybody may know of."""
    try:
        return theme_by_slug(session(), given, None).label
    except NotFound:
        return given


@offer(f"{ONE}/taggings", Action.TAG, method="POST", codes=(201, 200), refuses=(401, 403, 404, 409))
def tag_passage(passage_id: int, body: TaggingTaken) -> Reply[TaggingAnswer]:
    """Put a theme on a passage. A second time changes nothing, and is answered with 200."""
    held, story = passage_here(passage_id, account())
    before = {each.id for each in transcripts.taggings_on(session(), [held.id]).get(held.id, [])}
    made = tagging.tag_passage(session(), held, _label(body.theme), by=account())
    told = tagging_told(story, made).model_dump()
    return Reply(TaggingAnswer(**told), code=200 if made.id in before else 201)


@offer("/taggings/<int(max=2147483647):tagging_id>", Action.TAG, method="DELETE", refuses=(401, 403, 404, 409))
def untag(tagging_id: int) -> None:
    """Take a theme off again."""
    tagging.untag(session(), tagging_id, by=account())
