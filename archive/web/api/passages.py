"""A passage by itself, and the themes that signed-in people put on it."""

from pydantic import BaseModel, Field

from archive.formats.transcript_json import seconds
from archive.models import Story, Tagging
from archive.services import tagging
from archive.services.access import Action
from archive.services.errors import Invalid, NotFound
from archive.services.likeness import passage_to_read, voices_like
from archive.services.theme_pages import theme_by_slug
from archive.web.api.answers import Answer
from archive.web.api.asking import MOST, Number, Position, Taken, Text
from archive.web.api.offers import Reply, offer
from archive.web.api.pace import Kind
from archive.web.api.search import hits
from archive.web.api.shapes import Hit, PassageAlone, TaggingAnswer, TaggingTold, narrators_of, passage_told
from archive.web.http import account, house, session
from archive.web.links import visitor

ONE = "/passages/<int(max=2147483647):passage_id>"


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
    held, story = passage_to_read(session(), passage_id, by=visitor())
    tagged = tagging.taggings_on(session(), [held.id]).get(held.id, [])
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


class SimilarAsked(BaseModel):
    limit: Number = Field(default=10, description=f"How many at most; more than {MOST} counts as {MOST}.")


class Similar(Answer):
    passages: list[Hit] = Field(
        description="The nearest first; none where nothing is near, or meaning is not searched."
    )


@offer(f"{ONE}/similar", Action.READ, pace=Kind.SEARCH, refuses=(404,))
def similar(passage_id: int, asked: SimilarAsked) -> Reply[Similar]:
    """Other voices on this: passages of other stories that are near in what they mean."""
    by = visitor()
    held, _ = passage_to_read(session(), passage_id, by=by)
    found = voices_like(session(), house().index, held, by=by, limit=min(asked.limit, MOST))
    return Reply(Similar(passages=hits(found)))


class TaggingTaken(Taken):
    theme: Text = Field(
        min_length=1, max_length=120, description="A theme's label or slug; one that is not there yet is made."
    )
    first_word: Position | None = Field(default=None, description="Where only some words are meant: the first, from 0.")
    last_word: Position | None = Field(default=None, description="The last of them.")

    @property
    def span(self) -> tuple[int, int] | None:
        """Raises Invalid where one end is missing."""
        if (self.first_word is None) != (self.last_word is None):
            raise Invalid("first_word and last_word are given together.", "last_word")
        return None if self.first_word is None or self.last_word is None else (self.first_word, self.last_word)


def _label(given: str) -> str:
    """A slug's label, where it is a theme that everybody may know of."""
    try:
        return theme_by_slug(session(), given).label
    except NotFound:
        return given


@offer(f"{ONE}/taggings", Action.TAG, method="POST", codes=(201, 200), refuses=(401, 403, 404, 409))
def tag_passage(passage_id: int, body: TaggingTaken) -> Reply[TaggingAnswer]:
    """Put a theme on a passage. A second time changes nothing, and is answered with 200."""
    held, story = passage_to_read(session(), passage_id, by=account())
    before = {each.id for each in tagging.taggings_on(session(), [held.id]).get(held.id, [])}
    made = tagging.tag_passage(session(), held, _label(body.theme), by=account(), span=body.span)
    told = tagging_told(story, made).model_dump()
    return Reply(TaggingAnswer(**told), code=200 if made.id in before else 201)


@offer("/taggings/<int(max=2147483647):tagging_id>", Action.TAG, method="DELETE", refuses=(401, 403, 404, 409))
def untag(tagging_id: int) -> None:
    """Take a theme off again."""
    tagging.untag(session(), tagging_id, by=account())
