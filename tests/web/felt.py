"""A story of which somebody said how it feels, and which lies on a public shelf: for tests of what may be seen."""

from sqlalchemy.orm import Session

from archive.models import Account, PublicShelf, Story
from archive.services import public_shelves, readings
from archive.services.access import OPERATOR
from archive.services.readings import Felt
from archive.services.transcripts import passages_of

PEOPLE = "hopeful-stories-about-people"  # one of the shelves that every archive begins with


def felt_and_on_a_shelf(session: Session, story: Story, by: Account, shelf: PublicShelf | None = None) -> None:
    """As a whole, and passage by passage."""
    held = shelf or public_shelves.shelf_by_slug(session, PEOPLE, by=OPERATOR)
    public_shelves.put_story(session, held, story, by=OPERATOR)
    readings.read_story(session, story, Felt(1, -1), by=by)
    for passage in passages_of(session, story):
        public_shelves.put_passage(session, held, passage, by=OPERATOR)
        readings.read_passage(session, passage, Felt(-1, 1), by=by)
