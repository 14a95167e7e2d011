"""What belongs to a conversation beside its sound: the questions that can be asked, and how the narrator feels."""

from sqlalchemy.orm import Session

from archive.models import Account, MoodMoment, Question, QuestionSet, Story
from archive.services import moods, questions
from archive.web.studio.shapes import Asked, AskedSet, Felt


def shaped(held: QuestionSet, rows: list[Question]) -> AskedSet:
    return AskedSet(
        held.slug, held.title, held.note, tuple(Asked(one.id, one.slug, one.text, one.retired) for one in rows)
    )


def to_ask(session: Session, who: Account) -> tuple[AskedSet, ...]:
    return tuple(shaped(held, rows) for held, rows in questions.offered(session, by=who))


def felt(session: Session, story: Story) -> tuple[Felt, ...]:
    """For each narrator before and after, whether anything was said or not."""
    said = moods.moods_of(session, story)
    return tuple(
        Felt(
            person.id,
            person.name,
            moment.value,
            hope=held.hope if (held := said.get((person.id, moment))) else None,
            conviction=held.conviction if held else None,
        )
        for person in story.tellers
        for moment in MoodMoment
    )
