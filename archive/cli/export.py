"""peer-stories export SLUG --format …"""

from pathlib import Path

import click

from archive.cli.house import opened
from archive.formats import text, transcript_json, webvtt
from archive.formats.cues import cues
from archive.services.access import OPERATOR
from archive.services.cautions import told_before
from archive.services.stories import story_by_slug
from archive.services.transcripts import passages_of


@click.command()
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(["vtt", "text", "json"]), required=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; standard output where not given.")
@click.option("--as", "reader", type=click.Choice(["operator", "public"]), default="operator", show_default=True)
def export(slug: str, form: str, out: Path | None, reader: str) -> None:
    """Hand over the transcript of SLUG; --as public gives what a stranger may have."""
    with opened() as house, house.db.reading() as session:
        story = story_by_slug(session, slug, None if reader == "public" else OPERATOR)
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
