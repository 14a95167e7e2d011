"""What the page of feelings is given."""

from dataclasses import dataclass

from archive.services.feelings import Quarter
from archive.web.feeling import SaidOf
from archive.web.shapes import Card, Facet, Found, Link, Pages, Sound

QUESTIONS: dict[Quarter, tuple[str, str]] = {
    Quarter.HOPE_CONVICTION: ("Hope, with conviction", "What is this hope built on, and who else could stand on it?"),
    Quarter.HOPE_UNCERTAINTY: (
        "Hope, with uncertainty",
        "What is the smallest thing you could try, to find out whether it holds?",
    ),
    Quarter.DESPAIR_UNCERTAINTY: (
        "Despair, with uncertainty",
        "What do you not know yet that could make this less dark?",
    ),
    Quarter.DESPAIR_CONVICTION: (
        "Despair, with conviction",
        "What would have to change before you could hope for this?",
    ),
    Quarter.BETWEEN: ("In between, or said of one of the two", "If you leaned one way, what would have tipped you?"),
}


@dataclass(frozen=True, slots=True)
class Dot:
    """A reading in the square, in units of the drawing. sound is None where it leads to its place in the story and
    plays nothing here: a whole story, words without sound, and words that one should be warned of. Times on
    the recording's clock."""

    x: float
    y: float
    from_x: float
    from_y: float
    aside: bool
    hope: float
    conviction: float
    href: str
    told: str
    title: str
    by: str
    sound: Sound | None = None
    play_from_ms: int | None = None
    until_ms: int | None = None

    @property
    def warmth(self) -> int:
        """From 0, despair, to 8, hope."""
        return round((self.hope + 2) * 2)

    @property
    def gaps(self) -> int:
        """How much it is hatched: 0 for conviction, from 1 to 4 for what lies below it."""
        return 0 if self.conviction > 0 else 1 + round(-1.5 * self.conviction)


@dataclass(frozen=True, slots=True)
class FeelingLine:
    """What was read in the list, with its readings in this quarter. hit is None for a whole story."""

    readings: tuple[SaidOf, ...]
    card: Card
    hit: Found | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuarterTold:
    """Some of a quarter, or all of it. key stands in its heading's address."""

    key: str
    name: str
    question: str
    lines: tuple[FeelingLine, ...]


@dataclass(frozen=True, slots=True)
class FeelingsPage:
    """left: readings of both axes for which the square has no room. single: readings of one axis alone. theme: what
    the list is narrowed to, leading back to all of it."""

    dots: tuple[Dot, ...]
    left: int
    single: int
    total: int
    quarters: tuple[QuarterTold, ...]
    pages: Pages
    themes: tuple[Facet, ...]
    theme: Link | None
    signed_in: bool
