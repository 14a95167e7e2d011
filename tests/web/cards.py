"""Key cards for tests: made through the service, as the studio makes them."""

from archive.models import Story
from archive.services import keycards
from archive.services.access import OPERATOR, Actor
from archive.wiring import House


def a_card(house: House, story_id: int, narrator: int = 0, *, by: Actor = OPERATOR) -> str:
    """A card of the story's narrator; gives its address."""
    with house.db.writing() as session:
        person = session.get_one(Story, story_id).tellers[narrator]
        return f"/key/{keycards.issue(session, person, by=by)}"
