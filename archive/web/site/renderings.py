"""A mixtape as one file to take along, with its captions and its credits: while all that it was made of is true."""

from collections.abc import Sequence

from flask import Response
from flask.typing import ResponseReturnValue

from archive.formats import credits as sheet
from archive.formats.citation import Cited, cite
from archive.models import Mixtape, RenderingKind
from archive.services import mixtapes
from archive.services.about import about
from archive.services.access import Action
from archive.services.cautions import stretches_of
from archive.services.clips import Clip
from archive.services.mixtape_reading import descent
from archive.services.stamps import as_everyone_hears, file_of
from archive.web.http import account, base_url, door, house, session
from archive.web.media import stored
from archive.web.present import story_path
from archive.web.site import site


@door(site, "/mixtapes/<slug>/mixtape.<any(webm, mp3):sound>", Action.HEAR)
def one_file(slug: str, sound: str) -> ResponseReturnValue:
    held = mixtapes.mixtape(session(), slug, by=account())
    return stored(file_of(session(), held, RenderingKind(sound), secret=house().secret_key))


@door(site, "/mixtapes/<slug>/captions.vtt", Action.READ)
def captions(slug: str) -> ResponseReturnValue:
    held = mixtapes.mixtape(session(), slug, by=account())
    return stored(file_of(session(), held, RenderingKind.CAPTIONS, secret=house().secret_key))


@door(site, "/mixtapes/<slug>/credits.txt", Action.READ)
def credit_sheet(slug: str) -> ResponseReturnValue:
    """Written when it is asked for: it says what is true on this day, and is refused with the file."""
    held = mixtapes.mixtape(session(), slug, by=account())
    file_of(session(), held, RenderingKind.CAPTIONS, secret=house().secret_key)
    return Response(sheet.write(_credits(held)), content_type=sheet.MEDIA_TYPE)


def _credits(held: Mixtape) -> sheet.Credits:
    tracks = as_everyone_hears(session(), held, secret=house().secret_key)
    heard = [track.clip for track in tracks if track.clip and not track.silent]
    stories = dict.fromkeys(clip.story for clip in heard)
    return sheet.Credits(
        title=held.title,
        address=_address(held),
        maker=held.maker,
        reason=held.reason,
        descent=tuple((each.title, _address(each)) for each in descent(held)),
        voices=[_voice([clip for clip in heard if clip.story is story]) for story in stories],
    )


def _address(held: Mixtape) -> str:
    return f"{base_url()}/mixtapes/{held.slug}"


def _voice(clips: Sequence[Clip]) -> sheet.Voice:
    """All that is heard of one story."""
    story = clips[0].story
    names, askers = (tuple(person.name for person in some) for some in (story.narrators, story.interviewers))
    source = Cited(names, story.title, askers, story.recorded_on, archive=about(session()).name)
    spans = [(clip.begins + clip.placed.start_ms, clip.begins + clip.placed.end_ms) for clip in clips]
    told = [
        each.text.rstrip(" .")
        for each in stretches_of(session(), story)
        if any(each.start_ms < end and each.end_ms > start for start, end in spans)
    ]
    return sheet.Voice(cite(source), f"{base_url()}{story_path(story)}", tuple(dict.fromkeys(told)))
