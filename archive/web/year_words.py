"""What can be said of a year, in sentences."""

from collections.abc import Sequence

from archive.models import Story
from archive.services.quotes import Quote
from archive.services.years import Year
from archive.web.words import duration, language_name

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number(many: int) -> str:
    return NUMBERS[many] if many < len(NUMBERS) else f"{many:,}"


def counted(many: int, one: str, several: str | None = None) -> str:
    """two stories"""
    return f"{number(many)} {one if many == 1 else several or f'{one}s'}"


def listed(names: Sequence[str]) -> str:
    """a, b and c"""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def told(year: Year) -> tuple[str, ...]:
    """Without what there was none of."""
    if not year.stories:
        return ("No story came in.", *_beside(year))
    people = {person.id for story in year.stories for person in story.narrators}
    came = begun(f"{counted(len(year.stories), 'story', 'stories')} came in")
    came += f", told by {counted(len(people), 'person', 'people')}" if people else ""
    if year.sound_ms:
        held = "it holds" if len(year.stories) == 1 else "together they hold"
        came += f"; {held} {duration(year.sound_ms)} of sound"
    return (f"{came}.", *_where(year.stories), *_asked(year), *_beside(year))


def _where(stories: Sequence[Story]) -> list[str]:
    places = sorted({story.place for story in stories if story.place}, key=str.casefold)
    languages = sorted({language_name(story.language) for story in stories if story.language})
    said = []
    if places:
        said.append(f"{'It was' if len(stories) == 1 else 'They were'} told in {listed(places)}.")
    if languages:
        said.append(f"{'Its language is' if len(stories) == 1 else 'People spoke'} {listed(languages)}.")
    return said


def _asked(year: Year) -> list[str]:
    if not year.asked:
        return []
    said = begun(f"{counted(year.asked, 'question')} {'was' if year.asked == 1 else 'were'} asked")
    if year.answered == year.asked:
        return [f"{said}, and {'it was' if year.asked == 1 else 'all were'} answered."]
    return [f"{said}, and {number(year.answered)} answered."]


def _beside(year: Year) -> list[str]:
    said = []
    if year.replies:
        said.append(begun(f"{counted(year.replies, 'story answers', 'stories answer')} one that somebody told before."))
    if year.tapes:
        said.append(begun(f"{counted(year.tapes, 'mixtape')} {'was' if year.tapes == 1 else 'were'} opened."))
    return said


def of_month(stories: int, tapes: int) -> str:
    parts = [counted(stories, "story", "stories") + " came in"] if stories else []
    parts += [counted(tapes, "mixtape") + (" was" if tapes == 1 else " were") + " opened"] if tapes else []
    return begun(f"{' and '.join(parts)}.")


def whose(quote: Quote) -> str:
    """Whose choice it is, up to what it was put on."""
    if quote.tape is not None:
        return "Somebody put this on the mixtape"
    return f"{begun(str(quote.by))} put this under the theme"
