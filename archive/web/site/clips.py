"""/clips/KEY: some words with their sound, and nothing besides; /embed/clips/KEY: the same on other people's pages."""

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.formats.card_image import HEIGHT, WIDTH
from archive.formats.citation import Cited, cite
from archive.models import Copy, CopyKind, Recording
from archive.services import mixtapes
from archive.services.about import about
from archive.services.access import Action, Actor, account_of, hears, sees
from archive.services.anchors import LONGEST_MS, Fit, said_around
from archive.services.cautions import stretches_of
from archive.services.clips import AROUND_MS, Clip, clip_at, cut
from archive.services.errors import Invalid, NotFound
from archive.services.sealing import MARK
from archive.services.stories import story_by_slug
from archive.web.clip_shapes import ClipPage, Word
from archive.web.http import base_url, door, house, session
from archive.web.links import listeners, visitor
from archive.web.media import ranged
from archive.web.present import CLIP_FORMS, card, clip_media, line_of, story_path
from archive.web.shapes import Link
from archive.web.site import site

MOST_WORDS = 200  # in a list of which one is chosen
CLOSED = "There is nothing at this address, or it is not open to everyone any more."


@door(site, "/stories/<slug>/clip", Action.READ)
def make(slug: str) -> ResponseReturnValue:
    """?t=83.2,97 in seconds on the story's timeline, as in its links: leads to the clip of the words that are said
    there. A form sends from= and to=."""
    by = visitor()
    story = story_by_slug(session(), slug, by)
    start, end = _moments()
    anchor = cut(session(), story, _ms(start), _ms(end), by=by, secret=house().secret_key)
    return redirect(f"/clips/{anchor.key}", 303)


def _moments() -> tuple[str, str]:
    if "from" in request.args:
        return request.args["from"], request.args.get("to", "")
    start, _, end = request.args.get("t", "").partition(",")
    return start, end


def _ms(given: str) -> int:
    try:
        seconds = float(given[:20])
    except ValueError:
        raise Invalid("A clip's address ends with two moments in seconds, like ?t=83.2,97.", "t") from None
    if not 0 <= seconds < 1_000_000:
        raise Invalid("That moment is not in the story.", "t")
    return round(seconds * 1000)


@door(site, "/clips/<key>", Action.READ)
def clip(key: str) -> ResponseReturnValue:
    by = visitor()
    held = clip_at(session(), key, by=by, secret=house().secret_key)
    return render_template("site/clip.html", page=page_of(held, by))


@door(site, "/embed/clips/<key>", Action.READ)
def embedded(key: str) -> ResponseReturnValue:
    """For a frame on another site: as a stranger, and only where the people in it agreed to that."""
    held = embeddable(key)
    return render_template("site/clip_embed.html", page=page_of(held, None))


def embeddable(key: str) -> Clip:
    held = clip_at(session(), key, by=None, secret=house().secret_key)
    if not held.story.embed:
        raise NotFound(CLOSED)
    return held


def page_of(held: Clip, by: Actor) -> ClipPage:
    story, placed, begins = held.story, held.placed, held.begins
    start, end = begins + placed.start_ms, begins + placed.end_ms
    address = f"/clips/{held.anchor.key}"
    here = f"{base_url()}{address}"
    whole = f"{story_path(story)}?t={start / 1000:g}#p{placed.pieces[0].passage.id}"
    audible = hears(by, story)
    names = tuple(person.name for person in story.narrators)
    askers = tuple(person.name for person in story.interviewers)
    source = Cited(names, story.title, askers, story.recorded_on, start, about(session()).name, here)
    inside = [each for each in stretches_of(session(), story) if each.start_ms < end and each.end_ms > start]
    return ClipPage(
        card=card(story),
        lines=tuple(line_of(piece.passage, piece.text, askers) for piece in placed.pieces),
        key=held.anchor.key,
        here=here,
        whole=whole,
        start_ms=start,
        end_ms=end,
        media=clip_media(held.recording, held.anchor.key) if audible else (),
        changed=placed.fit is Fit.CHANGED,
        struck=any(MARK in piece.text for piece in placed.pieces),
        citation=cite(source),
        around=_around(held, start, end) if audible else None,
        similar=f"/passages/{placed.pieces[0].passage.id}/similar",
        embed=f"{base_url()}/embed{address}" if story.embed and sees(None, story) else None,
        warnings=tuple(each.text.rstrip(" .") for each in inside),
        passage_id=placed.pieces[0].passage.id,
        picture=f"{here}/card.png" if sees(None, story) else None,
        remix=story.remix,
        tapes=_tapes(by) if story.remix else (),
        words=_words(held),
    )


def _words(held: Clip) -> tuple[Word, ...]:
    """On the story's timeline. None where they share one time, and where there are too many for a list."""
    start, end = held.placed.start_ms, held.placed.end_ms
    said = said_around(session(), held.recording.id, start, end)
    inside = [(text, from_, to) for text, from_, to in said if start <= (from_ + to) / 2 <= end]
    if len({from_ for _, from_, _ in inside}) < 2 or len(inside) > MOST_WORDS:
        return ()
    return tuple(Word(text, held.begins + from_, held.begins + to) for text, from_, to in inside)


def _tapes(by: Actor) -> tuple[Link, ...]:
    if account_of(by) is None:
        return ()
    return tuple(Link(each.title, each.slug) for each in mixtapes.mine(session(), by=by))


def _around(held: Clip, start: int, end: int) -> str | None:
    """The same words with what is said before and after them; None where that would be too long for a clip."""
    first, last = max(0, start - AROUND_MS), end + AROUND_MS
    return f"{story_path(held.story)}/clip?t={first / 1000:g},{last / 1000:g}" if last - first <= LONGEST_MS else None


@door(site, "/clips/<key>/sound.<form>", Action.HEAR)
def sound(key: str, form: str) -> ResponseReturnValue:
    """A file of its own that holds the clip and not a sample besides: no range of it reaches further."""
    held = next((clip for by in listeners() if (clip := _heard(key, by))), None)
    wanted = CLIP_FORMS.get(form)
    copy = _copy(held.recording, wanted[1]) if held and wanted else None
    path = house().storage.path(copy.storage_key) if copy else None
    if held is None or wanted is None or copy is None or path is None:
        raise NotFound("There is no sound at this address, or it is not open to everyone.")
    body = _cut(path, copy.sha256, held.placed.start_ms, held.placed.end_ms, wanted[0])
    digest = blake2b(body, digest_size=16).hexdigest()
    return ranged(len(body), digest, wanted[0], lambda start, length: (body[start : start + length],))


def _heard(key: str, by: Actor) -> Clip | None:
    try:
        held = clip_at(session(), key, by=by, secret=house().secret_key)
    except NotFound:
        return None
    return held if hears(by, held.story) else None


def _copy(recording: Recording, kind: CopyKind) -> Copy | None:
    return next((copy for copy in recording.copies if copy.kind == kind), None)


@lru_cache(maxsize=64)
def _cut(path: Path, sha256: str, start_ms: int, end_ms: int, media_type: str) -> bytes:
    """sha256 is the copy's, which changes with every strike."""
    from uploads.media.cutting import clip as cut_out  # loads FFmpeg, which no other page needs

    return cut_out(path, start_ms, end_ms, media_type)


@door(site, "/oembed", Action.VISIT)
def oembed() -> ResponseReturnValue:
    """oEmbed 1.0, https://oembed.com: ?url= is a clip's address."""
    if (form := request.args.get("format", "json")) != "json":
        return Response(f"Answers come as JSON here, not as {form[:20]}.", 501, mimetype="text/plain")
    _, slash, key = request.args.get("url", "").partition("/clips/")
    if not slash:
        raise NotFound(CLOSED)
    page = page_of(embeddable(key.partition("?")[0].strip("/")), None)
    width, height = (_at_most(name, size) for name, size in (("maxwidth", 640), ("maxheight", 280)))
    frame = render_template("site/_frame.html", page=page, width=width, height=height).strip()
    return {
        "version": "1.0", "type": "rich", "title": page.card.title, "width": width, "height": height, "html": frame,
        "author_name": ", ".join(link.label for link in page.card.narrators),
        "provider_name": about(session()).name, "provider_url": base_url(), "cache_age": 0,
        "thumbnail_url": page.picture, "thumbnail_width": WIDTH, "thumbnail_height": HEIGHT,
    }  # fmt: skip


def _at_most(name: str, size: int) -> int:
    given = request.args.get(name, "")
    return min(size, max(int(given[:5]), 160)) if given.isascii() and given.isdecimal() else size
