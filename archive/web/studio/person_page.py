"""The page of one narrator with whom somebody stays in touch."""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy.orm import Session

from archive.days import here, today
from archive.models import Asking, MoodMoment, Person, Story
from archive.services import moods
from archive.services.batteries import at_rest, batteries
from archive.services.comparisons import compare
from archive.services.meetings import Known, Meeting
from archive.services.open_questions import LeftOpen, left_open
from archive.web.answering import seconds
from archive.web.present import story_path
from archive.web.shapes import Link
from archive.web.studio.people_lines import felt, meter, with_whom
from archive.web.studio.people_shapes import AskedAt, Column, Met, OpenGroup, PersonPage, SideBySide
from archive.web.words import day


def person_page(session: Session, known: Known, chosen: tuple[str, str]) -> PersonPage:
    """chosen: keys of the two conversations that stand side by side."""
    partners = {each.id: each.name for met in known.meetings for each in met.partners}
    left = [] if at_rest(known) else left_open(session, [known])[known.person.id]
    since = known.person.let_be_at
    return PersonPage(
        name=known.person.name,
        slug=known.person.slug,
        meters=() if known.gone else tuple(meter(each, today()) for each in batteries(known, today())),
        open=_groups(left),
        meetings=tuple(_met(each, closed=known.gone) for each in known.meetings),
        partners=tuple(sorted(partners.items(), key=lambda each: each[1])),
        let_be=here(since).date() if since else None,
        gone=known.gone,
        withdrawn=known.withdrawn,
        today=today(),
        beside=None if known.gone else _side_by_side(session, known, chosen),
    )


def _groups(left: Sequence[LeftOpen]) -> tuple[OpenGroup, ...]:
    def told(each: LeftOpen) -> str:
        if each.set_title is None:
            return f"Written down on {day(each.on)}, after you spoke"
        return f"Not asked so far, of “{each.set_title}”, which was taken along on {day(each.on)}"

    return tuple(OpenGroup(said, tuple(each.text for each in rows)) for said, rows in groupby(left, key=told))


def _met(met: Meeting, *, closed: bool = False) -> Met:
    """closed: they took back all that they told, so that notes can be taken away and not be read."""
    noted = met.noted
    return Met(
        key=met.key,
        on=met.on,
        said=with_whom(met),
        story=Link(met.story.title, f"/studio/{met.story.slug}") if met.story else None,
        note_id=noted.id if noted else None,
        note=noted.note if noted and not closed else None,
        left_open=() if closed else _lines(noted.left_open if noted else None),
    )


def _lines(given: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (given or "").splitlines() if line.strip())


def _side_by_side(session: Session, known: Known, chosen: tuple[str, str]) -> SideBySide | None:
    """Those that are chosen; else the latest one, and the recording before it that is nearest. None where there are not
    two of them."""
    by_key = {each.key: each for each in known.meetings}
    one, other = (by_key.get(each) for each in chosen)
    latest = [*(each for each in known.meetings if each.story), *(each for each in known.meetings if each.noted)]
    other = other or next((each for each in latest if each is not one), None)
    one = one or next((each for each in latest if each is not other), None)
    if one is None or other is None or one is other:
        return None
    one, other = sorted((one, other), key=known.meetings.index, reverse=True)  # the earlier one comes first
    found = compare(session, one.story, other.story)
    return SideBySide(
        one=_column(session, one, known.person, found.one),
        other=_column(session, other, known.person, found.other),
        twice=tuple(
            (_asked(one.story, a), _asked(other.story, b)) for a, b in found.twice if one.story and other.story
        ),
    )


def _column(session: Session, met: Meeting, person: Person, asked: Sequence[Asking]) -> Column:
    story = met.story
    held = moods.moods_of(session, story) if story else {}
    said = (felt(held.get((person.id, moment)), moment) for moment in MoodMoment)
    return Column(
        met=_met(met),
        why=tuple(each for each in (story.why_told, story.why_recorded) if each) if story else (),
        moods=tuple(each for each in said if each),
        asked=tuple(_asked(story, each) for each in asked if story),
    )


def _asked(story: Story, asking: Asking) -> AskedAt:
    at = story.at(asking.recording_id, asking.at_ms) or 0
    return AskedAt(asking.text, at, f"{story_path(story)}?t={seconds(at)}")
