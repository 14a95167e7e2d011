"""What the API tells of stories and passages. Times are seconds from the start of the story, null where the source had
none."""

from datetime import date

from pydantic import BaseModel, Field

from archive.formats.transcript_json import passage as told_passage
from archive.formats.transcript_json import seconds
from archive.models import Passage, PassageState, Story, StoryState
from archive.services.finding import Match
from archive.web.api.answers import Answer
from archive.web.api.asking import Text

MANY = "Of several such values one is enough; there can be twenty."


class Narrowing(BaseModel):
    """The facets of services.browse; tests hold them equal."""

    theme: list[Text] = Field(default=[], max_length=20, description=f"A theme's label or slug. {MANY}")
    narrator: list[Text] = Field(default=[], max_length=20, description=f"A narrator's name or slug. {MANY}")
    interviewer: list[Text] = Field(default=[], max_length=20, description=f"An interviewer's name or slug. {MANY}")
    place: list[Text] = Field(default=[], max_length=20, description=f"Where the conversation was. {MANY}")
    year: list[Text] = Field(default=[], max_length=20, description=f"The year of the conversation. {MANY}")
    language: list[Text] = Field(default=[], max_length=20, description=f"A language such as en. {MANY}")


class FacetValue(BaseModel):
    value: str = Field(description="As it is asked for.")
    label: str = Field(description="As a person reads it.")
    count: int


class StoryLine(BaseModel):
    """A story in a list."""

    slug: str = Field(description="Its address is /stories/SLUG.")
    title: str
    narrator: str = Field(description="The names of all who tell it, as they want to be named.")
    narrators: list[str]
    interviewers: list[str]
    recorded_on: date | None
    place: str | None
    language: str | None
    duration: float | None
    themes: list[str] = Field(description="Of the story as a whole.")


class StoryList(Answer):
    total: int
    stories: list[StoryLine]


class Medium(BaseModel):
    type: str
    url: str


class Sound(BaseModel):
    id: str
    duration: float
    media: list[Medium]


class Rights(BaseModel):
    holder: str | None
    licence: str | None
    statement: str | None


class Caution(BaseModel):
    """What a listener should know before."""

    start: float | None
    end: float | None
    text: str


class Linked(BaseModel):
    """A story that answers another one, or is answered by it."""

    story: str
    title: str
    start: float | None = Field(description="What is answered: from here on, in the story that was answered.")
    question: str | None = Field(description="What was asked there.")


class StoryTold(StoryLine, Answer):
    """A story by itself. Of one whose words are closed, only what everybody may know."""

    state: StoryState
    why_told: str | None
    why_recorded: str | None
    for_whom: str | None = Field(description="For whom it is told, where somebody said so.")
    consent: list[str] = Field(description="What the public may know of it, in sentences.")
    recordings: list[Sound] = Field(description="The sound that you may hear.")
    rights: Rights | None
    warnings: list[Caution]
    answers: list[Linked] = Field(description="Stories that it answers.")
    answered_by: list[Linked]


class PassageTold(BaseModel):
    id: int
    speaker: str | None
    start: float | None
    end: float | None
    text: str
    confidence: float | None = Field(description="The machine's, from 0 to 1; null where none was at work.")
    state: PassageState
    themes: list[str]


class PassageList(Answer):
    passages: list[PassageTold]


class TaggingTold(BaseModel):
    """A theme on a passage, or on some of its words."""

    id: int
    theme: str = Field(description="The theme's slug: /themes/SLUG.")
    label: str
    start: float | None
    end: float | None
    words: str | None = Field(description="The words that were meant when it was put there.")


class TaggingAnswer(TaggingTold, Answer):
    pass


class PassageAlone(PassageTold, Answer):
    """A passage with the story that it stands in."""

    story: str
    title: str
    narrator: str
    taggings: list[TaggingTold]


class Hit(BaseModel):
    """A passage that was found."""

    id: int
    story: str
    title: str
    narrator: str
    speaker: str | None
    start: float | None
    end: float | None
    text: str
    highlights: list[tuple[int, int]] = Field(description="What matched: from and to, in characters of text.")
    themes: list[str] = Field(description="Those of the whole story, then those of the passage.")
    state: PassageState
    score: float = Field(description="Against the best one of this page, from 0 to 1.")


def narrators_of(story: Story) -> str:
    return ", ".join(person.name for person in story.narrators)


def story_line(story: Story, themes: list[str]) -> StoryLine:
    return StoryLine(
        slug=story.slug,
        title=story.title,
        narrator=narrators_of(story),
        narrators=[person.name for person in story.narrators],
        interviewers=[person.name for person in story.interviewers],
        recorded_on=story.recorded_on,
        place=story.place,
        language=story.language,
        duration=seconds(story.duration_ms),
        themes=themes,
    )


def passage_told(story: Story, each: Passage, themes: list[str]) -> PassageTold:
    return PassageTold(**told_passage(story, each), themes=themes)


def hit(match: Match, themes: list[str], best: float) -> Hit:
    """score is a share of the best one on the page: bare ones would tell how often a word stands elsewhere."""
    told = told_passage(match.story, match.passage)
    del told["confidence"]
    return Hit(
        **told,
        story=match.story.slug,
        title=match.story.title,
        narrator=narrators_of(match.story),
        highlights=match.ranges,
        themes=themes,
        score=round(match.score / best, 4) if best else 0.0,
    )
