"""peer-stories consent · strike · unstrike · publish · unpublish · remove: the acts of services, for scripts."""

import json
from collections.abc import Callable
from datetime import datetime

import click
from sqlalchemy.orm import Session

from archive.cli.house import follow, opened, say
from archive.days import today
from archive.models import Method, Story
from archive.services import stories
from archive.services.access import OPERATOR
from archive.services.agreements import agreement
from archive.services.consent import record_consent
from archive.services.stories import start_hearing, story_by_slug


def _act(slug: str, change: Callable[[Session, Story], object], *, as_json: bool) -> None:
    """Do it in one transaction, wait until files and index have followed, and say how the story stands."""
    with opened() as house:
        with house.db.writing() as session:
            story = story_by_slug(session, slug, OPERATOR)
            change(session, story)
            story_id = story.id
        follow(house, [story_id])
        with house.db.reading() as session:
            held = session.get(Story, story_id)
            state = held.state.value if held else "removed"
        say(json.dumps({"slug": slug, "state": state}) if as_json else f"{slug}: {state}")


def json_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--json", "as_json", is_flag=True, help="Say how it went as JSON.")(command)


@click.command()
@click.argument("slug")
@json_option
def publish(slug: str, as_json: bool) -> None:
    """Open SLUG to everyone, as far as its consent goes."""
    _act(slug, lambda session, story: stories.publish(session, story, by=OPERATOR), as_json=as_json)


@click.command()
@click.argument("slug")
@json_option
def unpublish(slug: str, as_json: bool) -> None:
    """Close SLUG to the public; nothing is lost."""
    _act(slug, lambda session, story: stories.unpublish(session, story, by=OPERATOR), as_json=as_json)


@click.command()
@click.argument("slug")
@json_option
def remove(slug: str, as_json: bool) -> None:
    """Take SLUG out of the archive, with its files."""
    _act(slug, lambda session, story: stories.remove_story(session, story, by=OPERATOR), as_json=as_json)


@click.command()
@click.argument("slug")
@click.option("--person", help="The narrator who agreed, by name.")
@click.option("--set", "scopes", multiple=True, required=True, metavar="SCOPE=VALUE", help="May be given again.")
@click.option("--method", type=click.Choice([method.value for method in Method]), default="form", show_default=True)
@click.option("--signed-on", type=click.DateTime(["%Y-%m-%d"]), help="The day it was signed; today where not given.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which it holds.")
@click.option("--reason", help="For a waiver: why it stands instead of a consent.")
@json_option
def consent(slug: str, as_json: bool, scopes: tuple[str, ...], **given: object) -> None:
    """Record what a narrator of SLUG agreed to; it takes effect at once."""
    if wrong := next((pair for pair in scopes if "=" not in pair), None):
        raise click.UsageError(f"{wrong!r} is not SCOPE=VALUE, for instance machine=yes.")
    days = {
        name: value.date().isoformat() for name, value in given.items() if isinstance(value, datetime)
    }  # agreement() reads consent.json, where days are text
    data = {"signed_on": today().isoformat(), **given, **days}
    data = {name: value for name, value in data.items() if value is not None}
    agreed = agreement({**data, "scopes": dict(pair.split("=", 1) for pair in scopes)})

    def change(session: Session, story: Story) -> None:
        record_consent(session, story, agreed, by=OPERATOR)
        start_hearing(session, story)

    _act(slug, change, as_json=as_json)
