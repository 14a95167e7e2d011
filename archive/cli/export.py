"""peer-stories export SLUG --format …"""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from archive.cli.house import opened
from archive.days import today
from archive.formats import keepsake, text, transcript_json, webvtt, zipped
from archive.formats.cues import cues
from archive.models import Story
from archive.services import keepsakes
from archive.services.access import OPERATOR, Actor
from archive.services.cautions import told_before
from archive.services.stories import story_by_slug
from archive.services.transcripts import passages_of
from archive.wiring import House


@click.command()
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(["vtt", "text", "json", "keepsake"]), required=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; standard output where not given.")
@click.option("--as", "reader", type=click.Choice(["operator", "public"]), default="operator", show_default=True)
def export(slug: str, form: str, out: Path | None, reader: str) -> None:
    """Hand over the transcript of SLUG, or all of it as a keepsake; --as public gives what a stranger may have."""
    by = None if reader == "public" else OPERATOR
    with opened() as house, house.db.reading() as session:
        story = story_by_slug(session, slug, by)
        if form == "keepsake":
            _keepsake(house, session, story, out, by)
            return
        passages = passages_of(session, story)
        if form == "json":
            written = transcript_json.write(story, passages)
        else:
            told = cues(story, passages)
            before = told_before(session, story, passages)
            written = webvtt.write(told, story.language) if form == "vtt" else text.write(told, before)
        if out is None:
            click.echo(written)
        else:
            out.write_text(written, encoding="utf-8")


def _keepsake(house: House, session: Session, story: Story, out: Path | None, by: Actor) -> None:
    if out is None:
        raise click.UsageError("A keepsake is a file: please name one with --out.")
    base = house.settings.base_url
    address = f"{base}/stories/{story.slug}" if base else ""
    kept = keepsakes.gathered(session, story, address=address, made_on=today(), by=by)
    files = keepsake.members(kept, lambda sound: house.storage.open_range(sound.storage_key))
    with house.db.writing() as own:
        keepsakes.taken(own, own.get_one(Story, story.id), by=by)
    with out.open("wb") as into:
        into.writelines(zipped.written(files, kept.made_on))
