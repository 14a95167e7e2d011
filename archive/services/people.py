"""People by name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Part, Participation, Person, Story
from archive.services.access import Actor, visible_to
from archive.services.errors import Invalid, NotFound
from archive.services.slugs import free_slug

MAX_NAME = 300


def clean_name(name: str, field: str = "narrator") -> str:
    """One line without control characters. Raises Invalid for an empty or endless one."""
    cleaned = " ".join("".join(mark if mark.isprintable() else " " for mark in name).split())
    if not cleaned:
        raise Invalid("Please give a name.", field)
    if len(cleaned) > MAX_NAME:
        raise Invalid(f"That name is longer than {MAX_NAME} characters.", field)
    return cleaned


def person_named(session: Session, name: str, field: str = "narrator") -> Person:
    """The person of that name, made if there is none yet. Two people of one name share it."""
    name = clean_name(name, field)
    person = session.scalars(select(Person).where(Person.name == name, ~Person.face)).first()
    if person is None:
        person = Person(name=name, slug=free_slug(session, Person.slug, name, "person"))
        session.add(person)
        session.flush()
    return person


def set_part(session: Session, story: Story, part: Part, names: list[str]) -> None:
    """Make exactly these people the story's narrators or interviewers, in this order."""
    wanted = list(dict.fromkeys(person_named(session, name, part.value).id for name in names))
    held = {taken.who.id: taken for taken in story.participations if taken.part == part}
    for person_id, taken in held.items():
        if person_id not in wanted:
            story.participations.remove(taken)
    for ordinal, person_id in enumerate(wanted):
        if person_id in held:
            held[person_id].ordinal = ordinal
        else:
            story.participations.append(Participation(person_id=person_id, part=part, ordinal=ordinal))
    session.flush()
    session.expire(story, ["participations"])


def person_page(session: Session, slug: str, by: Actor) -> tuple[Person, list[Story], list[Story]]:
    """The person, what they told and what they recorded. NotFound where no visible story names them."""
    person = session.scalars(select(Person).where(Person.slug == slug)).one_or_none()
    if person is None:
        raise NotFound("There is nobody of that name here.")
    rows = session.execute(
        select(Story, Participation.part)
        .join(Participation, Participation.story_id == Story.id)
        .where(Participation.person_id == person.id, visible_to(by))
        .order_by(Story.recorded_on.desc().nulls_last(), Story.id.desc())
    ).all()
    if not rows:
        raise NotFound("There is nobody of that name here.")
    told = [story for story, part in rows if part == Part.NARRATOR]
    return person, told, [story for story, part in rows if part == Part.INTERVIEWER]


def known_names(session: Session, by: Actor) -> list[str]:
    """Names to offer while somebody types, of people in stories that they may see."""
    return list(
        session.scalars(
            select(Person.name)
            .join(Participation, Participation.person_id == Person.id)
            .join(Story, Story.id == Participation.story_id)
            .where(visible_to(by), ~Person.face)
            .distinct()
            .order_by(Person.name)
            .limit(500)
        )
    )
