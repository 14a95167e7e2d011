"""Two recorded conversations of one person, side by side: what was asked in both."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from archive.models import Asking, Story
from archive.services.askings import askings_of
from archive.services.open_questions import plain
from archive.services.strikes import strikes_of, told_openly


@dataclass(frozen=True, slots=True)
class Comparison:
    """twice: the same question in either, each in the words in which it was asked. one and other: what was asked in one
    of them alone. All in the order of the first one's timeline, and of the second one's."""

    twice: Sequence[tuple[Asking, Asking]]
    one: Sequence[Asking]
    other: Sequence[Asking]


def compare(session: Session, one: Story | None, other: Story | None) -> Comparison:
    """Without what was asked where something is taken out. None stands for a conversation that was not recorded."""
    first, second = _asked(session, one), _asked(session, other)
    twice: list[tuple[Asking, Asking]] = []
    for each in first:
        taken = {found.id for _, found in twice}
        if match := next((found for found in second if found.id not in taken and _same(each, found)), None):
            twice.append((each, match))
    paired = {each.id for pair in twice for each in pair}
    rest = ([each for each in rows if each.id not in paired] for rows in (first, second))
    return Comparison(twice, next(rest), next(rest))


def _asked(session: Session, story: Story | None) -> list[Asking]:
    return told_openly(askings_of(session, story), strikes_of(session, story)) if story else []


def _same(one: Asking, other: Asking) -> bool:
    by_number = one.question_id is not None and one.question_id == other.question_id
    return by_number or plain(one.text) == plain(other.text)
