"""What the page of a clip is given."""

from dataclasses import dataclass

from archive.web.shapes import Card, Link, Medium


@dataclass(frozen=True, slots=True)
class Line:
    """What one speaker says in it; standing as in Turn."""

    text: str
    standing: str
    standing_words: str
    speaker: str | None
    asks: bool


@dataclass(frozen=True, slots=True)
class Word:
    """Of what is said in a clip, or around it."""

    text: str
    start_ms: int
    end_ms: int
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class ClipPage:
    """Times on the story's timeline. here and embed are whole addresses; whole leads to the story at this moment,
    around to the clip with what is said before and after it, None where the story is not to be heard. embed is None
    where other sites may not show it. changed: its words read otherwise than when the link was made."""

    card: Card
    lines: tuple[Line, ...]
    key: str
    here: str
    whole: str
    start_ms: int
    end_ms: int
    media: tuple[Medium, ...]
    changed: bool
    struck: bool
    citation: str
    around: str | None
    similar: str
    embed: str | None
    warnings: tuple[str, ...]
    passage_id: int
    picture: str | None = None  # the card that stands for it elsewhere, where everyone may read it
    remix: bool = False  # it may be used in something new
    tapes: tuple[Link, ...] = ()  # mixtapes of whoever looks, each with its slug
    words: tuple[Word, ...] = ()  # its own, to choose fewer of them; none where their times are not known
