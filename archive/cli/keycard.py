"""peer-stories keycard"""

import json

import click

from archive.cli.acts import json_option
from archive.cli.house import address, opened, say
from archive.models import Person, Story
from archive.services import keycards
from archive.services.access import OPERATOR
from archive.services.errors import Invalid
from archive.services.stories import story_by_slug


def _narrator(story: Story, name: str | None) -> Person:
    found = [person for person in story.tellers if name in (None, person.name)]
    if len(found) != 1:
        names = " and ".join(person.name for person in story.tellers)
        raise Invalid(f"Say whose card it is with --person: {story.title} is told by {names}.", "person")
    return found[0]


@click.command()
@click.argument("slug")
@click.option("--person", help="The narrator, by name; needed where there are several.")
@click.option("--revoke", is_flag=True, help="Make no new card; the one that is out opens nothing any more.")
@json_option
def keycard(slug: str, person: str | None, revoke: bool, as_json: bool) -> None:
    """Make a key card for a narrator of SLUG and print its address. It is shown this once; cards before it are void."""
    with opened() as house:
        with house.db.writing() as session:
            held = _narrator(story_by_slug(session, slug, OPERATOR), person)
            name = held.name
            if revoke:
                keycards.revoke(session, held, by=OPERATOR)
            token = None if revoke else keycards.issue(session, held, by=OPERATOR)
        told = {"person": name, "address": None, "revoked": True} if token is None else {
            "person": name, "address": address(house, f"/key/{token}"), "words": keycards.grouped(token),
        }  # fmt: skip
    line = f"{name}: no key card opens anything now." if token is None else str(told["address"])
    say(json.dumps(told) if as_json else line)
