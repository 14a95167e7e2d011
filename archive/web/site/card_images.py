"""Cards of stories and clips for links that are shared elsewhere: /stories/SLUG/card.png, /clips/KEY/card.png.

Whoever asks is everybody: other sites fetch them once and show them to all. So a card shows what a stranger may read,
and the words of a clip only where its people agreed that other sites may show them, and nothing warns of them.
"""

from hashlib import blake2b

from flask import Response, request
from flask.typing import ResponseReturnValue

from archive.formats.card_image import MEDIA_TYPE, CardImage, drawn
from archive.models import Recording, Story
from archive.services.about import about
from archive.services.access import Action
from archive.services.cautions import stretches_of
from archive.services.clips import Clip, clip_at
from archive.services.sealing import MARK
from archive.services.stories import story_by_slug
from archive.web.http import door, house, session
from archive.web.site import site

SOON = "public, max-age=60"  # what is closed may stand so long with those who hold a copy of it


@door(site, "/stories/<slug>/card.png", Action.READ)
def story_card(slug: str) -> ResponseReturnValue:
    held = story_by_slug(session(), slug, None)
    return _sent(_card(held, held.recordings[0] if held.recordings else None))


@door(site, "/clips/<key>/card.png", Action.READ)
def clip_card(key: str) -> ResponseReturnValue:
    return _sent(_of_clip(clip_at(session(), key, by=None, secret=house().secret_key)))


def _card(story: Story, recording: Recording | None) -> CardImage:
    told = ", ".join(person.name for person in story.narrators)
    asked = ", ".join(person.name for person in story.interviewers)
    return CardImage(
        archive=about(session()).name,
        title=story.title,
        by=", ".join(filter(None, (told, f"told to {asked}" if asked else ""))),
        peaks=(recording.peaks or b"") if recording else b"",
    )


def _of_clip(clip: Clip) -> CardImage:
    story, placed = clip.story, clip.placed
    plain, whole = _card(story, clip.recording), clip.recording.duration_ms or 1
    span = placed.start_ms / whole, placed.end_ms / whole
    speaker = placed.pieces[0].passage.speaker or ", ".join(person.name for person in story.narrators)
    quote = " ".join(piece.text for piece in placed.pieces) if _may_be_quoted(clip) else ""
    return CardImage(plain.archive, plain.title, speaker if quote else plain.by, quote, plain.peaks, span)


def _may_be_quoted(clip: Clip) -> bool:
    """In a picture that stands on other sites, where nobody can be told before what is said in it."""
    start, end = clip.begins + clip.placed.start_ms, clip.begins + clip.placed.end_ms
    warned = any(each.start_ms < end and each.end_ms > start for each in stretches_of(session(), clip.story))
    said = any(piece.text != MARK for piece in clip.placed.pieces)
    return clip.story.embed and said and not warned


def _sent(card: CardImage) -> Response:
    body = drawn(card)
    response = Response(body, mimetype=MEDIA_TYPE, headers={"Cache-Control": SOON})
    response.set_etag(blake2b(body, digest_size=16).hexdigest())
    response.make_conditional(request)
    return response
