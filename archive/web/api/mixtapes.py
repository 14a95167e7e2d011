"""Mixtapes: those that are open, each piece with its words and its sound, and new ones."""

from typing import Annotated

from pydantic import BaseModel, Field

from archive.formats.transcript_json import seconds
from archive.models import Mixtape
from archive.services import clips, mixtapes
from archive.services.access import Action
from archive.services.errors import Invalid
from archive.services.stories import story_by_slug
from archive.web.api.answers import Answer
from archive.web.api.asking import Page, Taken, Text
from archive.web.api.links import page_links
from archive.web.api.offers import Reply, offer
from archive.web.api.shapes import Medium
from archive.web.http import account, house, session
from archive.web.mixtape_shapes import Piece, TapePage
from archive.web.tapes import tape_page

Seconds = Annotated[float, Field(ge=0, le=1_000_000, strict=False)]


class MixtapeLine(BaseModel):
    slug: str = Field(description="Its address is /mixtapes/SLUG.")
    title: str
    maker: str | None
    reason: str | None = Field(description="What its maker wants it to make possible.")


class MixtapeList(Answer):
    total: int
    mixtapes: list[MixtapeLine]


class PieceTold(BaseModel):
    """A clip, or words of the maker, or a gap: what was there is struck, withdrawn, or not to be used any more."""

    words: str | None = Field(description="Of the maker.")
    gap: bool
    text: str | None = Field(description="What is said in the clip, as it reads today.")
    story: str | None
    title: str | None
    narrator: str | None
    start: float | None
    end: float | None
    changed: bool = Field(description="The words have been corrected since.")
    warnings: list[str]
    media: list[Medium]


class MixtapeTold(MixtapeLine, Answer):
    open: bool
    duration: float = Field(description="Of what can be heard.")
    comes_from: list[str] = Field(description="Slugs of the mixtapes that it goes on from, the nearest first.")
    pieces: list[PieceTold]


class PieceTaken(Taken):
    """Words of a story from one moment to another, or words of one's own."""

    words: Text | None = Field(default=None, max_length=mixtapes.MAX_WORDS)
    story: Text | None = Field(default=None, description="A story's slug, with start and end.")
    start: Seconds | None = None
    end: Seconds | None = None


class MixtapeTaken(Taken):
    title: Text = Field(min_length=1, max_length=mixtapes.MAX_TITLE)
    maker: Text = Field(default="", max_length=mixtapes.MAX_MAKER, description="The name it is given out under.")
    reason: Text = Field(default="", max_length=mixtapes.MAX_REASON)
    open: bool = Field(default=False, description="For everyone.")
    pieces: list[PieceTaken] = Field(default=[], max_length=mixtapes.MOST_ITEMS)


def _line(held: Mixtape) -> MixtapeLine:
    return MixtapeLine(slug=held.slug, title=held.title, maker=held.maker, reason=held.reason)


def _told(page: TapePage) -> MixtapeTold:
    return MixtapeTold(
        slug=page.slug,
        title=page.title,
        maker=page.maker,
        reason=page.reason,
        open=page.open,
        duration=page.length_ms / 1000,
        comes_from=[each.href.rpartition("/")[2] for each in page.descent],
        pieces=[_piece(each) for each in page.pieces],
    )


def _piece(each: Piece) -> PieceTold:
    clip, card = bool(each.lines), each.card
    return PieceTold(
        words=each.words,
        gap=each.gap,
        text=" ".join(line.text for line in each.lines) if clip else None,
        story=card.slug if card else None,
        title=card.title if card else None,
        narrator=", ".join(link.label for link in card.narrators) if card else None,
        start=seconds(each.start_ms) if clip else None,
        end=seconds(each.start_ms + each.length_ms) if clip else None,
        changed=each.changed,
        warnings=list(each.warnings),
        media=[Medium(type=medium.type, url=medium.url) for medium in each.media],
    )


@offer("/mixtapes", Action.VISIT)
def open_mixtapes(asked: Page) -> Reply[MixtapeList]:
    """Mixtapes that are open to everyone, the latest first."""
    held, total = mixtapes.open_ones(session(), asked.offset, asked.size)
    return Reply(MixtapeList(total=total, mixtapes=[_line(each) for each in held]), page_links(asked, total))


@offer("/mixtapes/<slug>", Action.VISIT, refuses=(404,))
def mixtape(slug: str) -> Reply[MixtapeTold]:
    """One mixtape, as it may be heard today: consent is asked anew for each piece."""
    held = mixtapes.mixtape(session(), slug, by=account())
    return Reply(_told(tape_page(held, account())))


@offer("/mixtapes", Action.MIX, method="POST", codes=(201,), refuses=(401, 403, 404, 409))
def make_mixtape(body: MixtapeTaken) -> Reply[MixtapeTold]:
    """A new one, whole or not at all. Each clip is drawn to whole words; its people have agreed that passages of their
    story are used in something new, or it is refused."""
    made = mixtapes.begin(session(), body.title, by=account())
    mixtapes.describe(session(), made, body.title, body.maker, body.reason)
    for each in body.pieces:
        _put(made, each)
    if body.open:
        mixtapes.show(session(), made, to_everyone=True)
    return Reply(_told(tape_page(made, account())), code=201)


def _put(made: Mixtape, given: PieceTaken) -> None:
    clip = (given.story, given.start, given.end)
    if given.words is not None and clip == (None, None, None):
        mixtapes.add_words(session(), made, given.words)
        return
    if given.words is not None or given.story is None or given.start is None or given.end is None:
        raise Invalid("A piece has words, or else story, start and end.", "pieces")
    story = story_by_slug(session(), given.story, account())
    span = round(given.start * 1000), round(given.end * 1000)
    anchor = clips.cut(session(), story, *span, by=account(), secret=house().secret_key)
    mixtapes.add_clip(session(), made, anchor.key, by=account(), secret=house().secret_key)
