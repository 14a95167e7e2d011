"""peer-stories strike · unstrike"""

import json
from typing import Any

import click

from archive.cli.acts import json_option
from archive.cli.house import follow, opened, say
from archive.models import Story, Strike
from archive.services import strikes
from archive.services.access import OPERATOR
from archive.services.stories import story_by_slug


def _told(story: Story, each: Strike) -> dict[str, Any]:
    """Times in seconds from the start of the story."""
    start, end = (story.at(each.recording_id, ms) or 0 for ms in (each.start_ms, each.end_ms))
    return {"id": each.id, "from": start / 1000, "to": end / 1000, "reason": each.reason}


@click.command()
@click.argument("slug")
@click.option("--from", "start", type=click.FloatRange(min=0), required=True, help="Seconds from the story's start.")
@click.option("--to", "end", type=click.FloatRange(min=0), required=True, help="Seconds from the story's start.")
@click.option("--reason", help="Why; kept for curators.")
@json_option
def strike(slug: str, start: float, end: float, reason: str | None, as_json: bool) -> None:
    """Take a span of SLUG out of text, sound and picture of everything public; stays until new copies are there."""
    with opened() as house:
        with house.db.writing() as session:
            story = story_by_slug(session, slug, OPERATOR)
            made = [
                strikes.strike(session, story, span, reason=reason, by=OPERATOR)
                for span in strikes.spans_at(story, round(start * 1000), round(end * 1000))
            ]
            story_id, told = story.id, [_told(story, each) for each in made]
        follow(house, [story_id])
        for each in told:
            line = f"{slug}: struck from {each['from']:g} s to {each['to']:g} s (strike {each['id']})"
            say(json.dumps({"slug": slug, **each}) if as_json else line)


@click.command()
@click.argument("slug")
@click.argument("strike_id", type=int)
@json_option
def unstrike(slug: str, strike_id: int, as_json: bool) -> None:
    """Bring back what strike STRIKE_ID took out of SLUG."""
    with opened() as house:
        with house.db.writing() as session:
            story = story_by_slug(session, slug, OPERATOR)
            strikes.lift(session, story, strike_id, by=OPERATOR)
            story_id = story.id
        follow(house, [story_id])
        told = {"slug": slug, "id": strike_id, "lifted": True}
        say(json.dumps(told) if as_json else f"{slug}: strike {strike_id} is lifted")
