"""peer-stories add FILE …"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from archive.cli.house import Ended, address, follow, opened, say
from archive.models import JobKind, JobState, Story
from archive.services.access import OPERATOR
from archive.services.agreements import Agreement, agreement, waiver
from archive.services.errors import Invalid
from archive.services.intake import Arrived, take_in
from archive.services.stories import About, publish, story_by_slug
from archive.wiring import House

BY_OPERATOR = "Opened from the command line by whoever runs this archive; no consent form was recorded."


def _agreement(file: Path | None, reason: str | None, to_publish: bool) -> Agreement | None:
    if file is not None and reason is not None:
        raise click.UsageError("Give --consent or --waiver, not both.")
    if file is not None:
        try:
            return agreement(json.loads(file.read_text(encoding="utf-8")))
        except (json.JSONDecodeError, UnicodeDecodeError) as fault:
            raise Invalid(f"{file.name} is no JSON: {fault}.") from fault
    if reason is not None:
        return waiver(reason)
    return waiver(BY_OPERATOR) if to_publish else None


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--title", required=True, help="What the story is called.")
@click.option("--narrator", "narrators", required=True, multiple=True, help="Who tells it. May be given again.")
@click.option("--interviewer", "interviewers", multiple=True, help="Who asks. May be given again.")
@click.option("--recorded-on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the conversation.")
@click.option("--place", help="Where it was.")
@click.option("--language", help="A code like en or de; found out by listening where not given.")
@click.option("--why-told", help="Why this story is told, in the narrator's words.")
@click.option("--why-recorded", help="Why it was recorded, in the interviewer's words.")
@click.option("--for-whom", help="For whom it is told, in the narrator's words.")
@click.option("--theme", "themes", multiple=True, help="A theme. May be given again.")
@click.option("--voices", type=click.IntRange(1, 20), help="How many people speak; found out where not given.")
@click.option("--glossary", help="Names that come up, with commas between them.")
@click.option("--consent", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="consent.json")
@click.option("--waiver", "reason", help="A reason instead of a consent; shown on the story's page.")
@click.option("--publish", "to_publish", is_flag=True, help="Open it to everyone when it is ready.")
@click.option("--sample-of", hidden=True, help="Marks the demo's sample: what it is and where it is from.")
@click.option("--json", "as_json", is_flag=True, help="Say how it went as JSON.")
def add(file: Path, **given: Any) -> None:
    """Bring in FILE as a story, and stay until the machine has heard it."""
    if not file.is_file():
        raise Invalid(f"There is no file {file}.")
    agreed = _agreement(given["consent"], given["reason"], given["to_publish"])
    recorded_on: datetime | None = given["recorded_on"]
    about = About(
        title=given["title"],
        narrators=list(given["narrators"]),
        interviewers=list(given["interviewers"]),
        recorded_on=recorded_on.date() if recorded_on else None,
        place=given["place"],
        language=given["language"],
        why_told=given["why_told"],
        why_recorded=given["why_recorded"],
        for_whom=given["for_whom"],
        themes=list(given["themes"]),
        sample_of=given["sample_of"],
        voices=given["voices"],
        glossary=given["glossary"],
    )
    with opened() as house:
        taken = take_in(house.db, house.storage, Arrived(file, file.name), about, agreed, by=OPERATOR)
        _fail_if_failed(follow(house, [taken.story_id]))
        if given["to_publish"]:
            with house.db.writing() as session:
                publish(session, story_by_slug(session, taken.slug, OPERATOR), by=OPERATOR)
            follow(house, [taken.story_id])
        _tell(house, taken.slug, as_json=given["as_json"])


def _fail_if_failed(ended: list[Ended]) -> None:
    for each in ended:
        if each.state == JobState.FAILED and each.kind != JobKind.INDEX:
            raise Invalid(each.error or "The work on this recording failed. Nothing was lost.")


def _tell(house: House, slug: str, *, as_json: bool) -> None:
    with house.db.reading() as session:
        story = story_by_slug(session, slug, OPERATOR)
        where = address(house, f"/stories/{story.slug}")
        heard = any(recording.heard_by for recording in story.recordings)
        sentences = [recording.loss for recording in story.recordings if recording.loss]
        if heard and story.opening is None:
            sentences.append("Nobody speaks in this recording, as far as the machine can hear.")
        if not heard:
            sentences.append(
                "No machine has heard it: no consent to that is recorded. "
                f"Record one with: peer-stories consent {story.slug} --person NAME --set machine=yes"
            )
        if as_json:
            say(json.dumps(_as_json(story, where, sentences), ensure_ascii=False))
            return
    for sentence in sentences:
        click.echo(sentence, err=True)
    say(where)


def _as_json(story: Story, where: str, sentences: list[str]) -> dict[str, object]:
    return {"slug": story.slug, "address": where, "state": story.state.value, "notes": sentences}
