"""RENDER: a mixtape as one file, as everyone may hear it, with its captions.

Where words are written between, and where there is a gap, there is a rest; the captions say which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from archive.formats.webvtt import Cue, write
from archive.models import CopyKind, JobKind, Mixtape, Rendering, RenderingKind
from archive.services import renderings
from archive.services.anchors import Piece
from archive.services.clips import Clip
from archive.services.mixtape_reading import Track, voices
from archive.services.stamps import as_everyone_hears, stamp, today
from archive.services.word_times import unpack
from archive.work.house import House
from archive.work.jobs import Ticket, finish, open_jobs
from archive.work.shelf import folder, rendered_or_taken_back, store_rendering
from archive.work.watch import Cancelled, Hopeless, Later, Watch, still_wanted
from uploads.media import Unplayable

REST_MS = 700
GAP = "[…]"  # a caption where a voice was
LEAST_MS, PER_LETTER_MS, MOST_MS = 2_000, 60, 8_000  # how long words between can be read, over what comes after them
LONGEST_MS = 4 * 3_600_000
TYPES = {RenderingKind.WEBM: "audio/webm", RenderingKind.MP3: "audio/mpeg", RenderingKind.CAPTIONS: "text/vtt"}


@dataclass(frozen=True, slots=True)
class _Step:
    """A clip of this copy, or a rest without one. cues: what is read meanwhile, on the step's own clock."""

    path: Path | None
    start_ms: int
    end_ms: int
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    mixtape_id: int
    tags: dict[str, str]
    stamp: str
    stories: list[int]
    steps: list[_Step]


def render(house: House, ticket: Ticket, watch: Watch) -> None:
    plan = _read(house, ticket)
    with folder(house) as place:
        files = _made(plan, place, watch)
        stored = [store_rendering(house, plan.mixtape_id, path, kind) for kind, path in files.items()]
        rows = [_row(plan, kind, *each) for kind, each in zip(files, stored, strict=True)]
        with rendered_or_taken_back(house, [key for key, _, _ in stored]), house.db.writing() as session:
            still_wanted(session, ticket)
            held = session.get(Mixtape, plan.mixtape_id)
            if held is None:
                raise Cancelled
            if today(session, held, secret=house.secret_key) != plan.stamp:
                raise Later("What it is made of has changed meanwhile.")
            renderings.throw_away(session, held.id)
            session.add_all(rows)
            finish(session, ticket)


def _read(house: House, ticket: Ticket) -> _Plan:
    with house.db.reading() as session:
        held = session.get(Mixtape, ticket.details.get(renderings.NAMED))
        if held is None:
            raise Cancelled
        tracks = as_everyone_hears(session, held, secret=house.secret_key)
        _refuse_useless(session, tracks)
        heard = [story.id for story in voices([each for each in tracks if not each.silent])]
        tags = {"title": held.title, **({"artist": held.maker} if held.maker else {})}
        steps = [_step(house, each) for each in tracks]
        return _Plan(held.id, tags, stamp(session, held, tracks), heard, steps)


def _refuse_useless(session: Session, tracks: Sequence[Track]) -> None:
    """Raises Later where a voice is silent only until its copies are there."""
    silent = {each.clip.story.id for each in tracks if each.clip and each.silent and not each.clip.recording.copies}
    if any(job.kind == JobKind.DERIVE for job in open_jobs(session, list(silent))):
        raise Later("A listening copy is being made.")
    heard = [each.clip.placed for each in tracks if each.clip and not each.silent]
    if not heard:
        raise Hopeless("There is no voice on it that everyone may hear, so there is nothing to make a file of.")
    if sum(each.end_ms - each.start_ms for each in heard) > LONGEST_MS:
        raise Hopeless("One file holds 4 hours at most. Please take something off, or make two mixtapes of it.")


def _step(house: House, track: Track) -> _Step:
    if track.clip is None or track.silent:
        text = track.item.words if track.item.words is not None else GAP
        lasts = min(max(LEAST_MS, PER_LETTER_MS * len(text)), MOST_MS)
        return _Step(None, 0, REST_MS, (Cue(0, lasts, text),) if text else ())
    copies = track.clip.recording.copies
    key = next((each.storage_key for each in copies if each.kind == CopyKind.OPUS), copies[0].storage_key)
    try:
        path = house.storage.path(key)
    except FileNotFoundError as gone:
        raise Later("A listening copy has gone meanwhile.") from gone
    if path is None:
        raise Hopeless("This archive keeps its recordings on another machine, where no worker can read them.")
    placed = track.clip.placed
    return _Step(path, placed.start_ms, placed.end_ms, _said(track.clip))


def _said(clip: Clip) -> tuple[Cue, ...]:
    """A cue a line, each until the next one begins."""
    pieces, begins = clip.placed.pieces, clip.placed.start_ms
    whole = clip.placed.end_ms - begins
    starts = [max(0, _starts(each, begins) - begins) for each in pieces]
    ends = [*starts[1:], whole]
    lines = zip(pieces, starts, ends, strict=True)
    return tuple(Cue(start, end, each.text, each.passage.speaker) for each, start, end in lines)


def _starts(piece: Piece, otherwise: int) -> int:
    words = unpack(piece.passage.text, piece.passage.words)
    return words[piece.first].start_ms if words else piece.passage.start_ms or otherwise


def _made(plan: _Plan, place: Path, watch: Watch) -> dict[RenderingKind, Path]:
    from uploads.media.joining import MP3, OPUS, RATE, Part, joined  # loads FFmpeg

    files = {kind: place / f"mixtape.{kind}" for kind in RenderingKind}
    recipes = {files[RenderingKind.WEBM]: OPUS, files[RenderingKind.MP3]: MP3}
    parts = [Part(each.path, each.start_ms, each.end_ms) for each in plan.steps]
    try:
        begins = joined(parts, recipes, plan.tags, watch.teller("putting the voices together", 0.0, 0.99))
    except Unplayable as refusal:
        raise Hopeless(str(refusal)) from refusal
    except FileNotFoundError as gone:  # somebody struck something a moment ago
        raise Later("A listening copy has gone meanwhile.") from gone
    laid = _laid(plan.steps, [sample * 1000 // RATE for sample in begins])
    files[RenderingKind.CAPTIONS].write_text(write(laid), encoding="utf-8")
    return files


def _laid(steps: Sequence[_Step], begins: Sequence[int]) -> list[Cue]:
    """On the clock of the file."""
    moved = [
        Cue(at + (cue.start_ms or 0), min(at + (cue.end_ms or 0), begins[-1]), cue.text, cue.voice)
        for step, at in zip(steps, begins, strict=False)
        for cue in step.cues
    ]
    return sorted(moved, key=lambda cue: cue.start_ms or 0)


def _row(plan: _Plan, kind: RenderingKind, key: str, size: int, sha256: str) -> Rendering:
    return Rendering(
        mixtape_id=plan.mixtape_id, kind=kind, storage_key=key, media_type=TYPES[kind], size=size,
        sha256=sha256, stamp=plan.stamp, made_of={"stories": plan.stories},
    )  # fmt: skip
