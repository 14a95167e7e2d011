"""A mixtape as its pages show it, in public and at the desk of whoever makes it."""

from collections.abc import Sequence

from archive.formats.citation import Cited, cite
from archive.formats.timelines import Cut
from archive.models import JobState, Mixtape, RenderingKind
from archive.services import renderings
from archive.services.access import Actor, account_of
from archive.services.anchors import Anchor, Fit
from archive.services.cautions import Stretch, stretches_of
from archive.services.mixtape_reading import Track, descent, read, voices
from archive.services.stamps import true_files
from archive.web.http import base_url, house, session
from archive.web.mixtape_shapes import OneFile, Piece, TapeLine, TapePage
from archive.web.present import card, clip_media, line_of, story_path
from archive.web.shapes import Link


def tape_page(held: Mixtape, by: Actor) -> TapePage:
    tracks = read(session(), held, by=by, secret=house().secret_key)
    told = {story.id: stretches_of(session(), story) for story in voices(tracks)}
    pieces = tuple(_piece(track, number, told) for number, track in enumerate(tracks, 1))
    account = account_of(by)
    return TapePage(
        slug=held.slug,
        title=held.title,
        maker=held.maker,
        reason=held.reason,
        open=held.open,
        version=held.version,
        pieces=pieces,
        voices=tuple(card(story) for story in voices(tracks)),
        descent=tuple(Link(each.title, f"/mixtapes/{each.slug}") for each in descent(held)),
        length_ms=sum(piece.length_ms for piece in pieces if piece.media),
        mine=account is not None and account.id == held.account_id,
        file=_one_file(held, by, tracks if by is None else None),
    )


def _one_file(held: Mixtape, by: Actor, tracks: list[Track] | None) -> OneFile:
    """tracks: as everyone hears them, where they are at hand."""
    files = {each.kind: each.size for each in true_files(session(), held, tracks, secret=house().secret_key)}
    may_ask = renderings.may_ask(held, by=by)
    job = renderings.latest(session(), held.id) if may_ask else None
    return OneFile(
        webm=files.get(RenderingKind.WEBM, 0),
        mp3=files.get(RenderingKind.MP3, 0),
        may_ask=may_ask,
        waits=job is not None and job.state in renderings.UNDER_WAY,
        told=job.error if job is not None and job.state == JobState.FAILED else None,
    )


def _piece(track: Track, number: int, told: dict[int, list[Stretch]]) -> Piece:
    clip = track.clip
    if clip is None:
        return Piece(track.item.id, number, words=track.item.words)
    placed, story = clip.placed, clip.story
    key = Anchor(clip.recording.id, placed.start_ms, placed.end_ms, track.item.said or "").key
    start, end = clip.begins + placed.start_ms, clip.begins + placed.end_ms
    askers = tuple(person.name for person in story.interviewers)
    return Piece(
        id=track.item.id,
        number=number,
        lines=tuple(line_of(piece.passage, piece.text, askers) for piece in placed.pieces),
        card=card(story),
        key=key,
        whole=f"{story_path(story)}?t={start / 1000:g}#p{placed.pieces[0].passage.id}",
        start_ms=start,
        length_ms=placed.end_ms - placed.start_ms,
        media=() if track.silent else clip_media(clip.recording, key),
        changed=placed.fit is Fit.CHANGED,
        warnings=tuple(
            each.text.rstrip(" .") for each in told[story.id] if each.start_ms < end and each.end_ms > start
        ),
    )


def cut_of(piece: Piece) -> Cut | None:
    """None for what has no sound."""
    if piece.card is None or not piece.media:
        return None
    names = (tuple(link.label for link in links) for links in (piece.card.narrators, piece.card.interviewers))
    source = Cited(next(names), piece.card.title, next(names), piece.card.recorded_on, piece.start_ms)
    words = " ".join(line.text for line in piece.lines)
    return Cut(piece.card.title, f"{base_url()}{piece.media[0].url}", piece.length_ms, cite(source), words)


def tape_lines(tapes: Sequence[Mixtape]) -> tuple[TapeLine, ...]:
    return tuple(TapeLine(each.slug, each.title, each.maker, each.reason, each.open) for each in tapes)
