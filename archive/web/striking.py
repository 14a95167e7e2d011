"""The page on which somebody takes a part of a story out: the same for narrators and for those who keep the story.

A part is chosen in one of three ways: two words of a passage, a passage as a whole, or two times. With scripts the
words are touched, and the times follow; without them the page lists the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archive.models import Passage, Story, Strike
from archive.services import corrections, strikes, transcripts
from archive.services.access import Actor, Narrator, account_of
from archive.services.errors import Conflict, Invalid
from archive.services.sealing import MARK
from archive.services.transcripts import PAGE, passages_of
from archive.services.word_times import unpack
from archive.web.http import session
from archive.web.present import pages, sounds, turns
from archive.web.shapes import Pages, Sound, Turn
from archive.web.site.story import has_word_times, page_of
from archive.web.typed import moment, whole

FIELDS = frozenset({"from", "to", "words", "reason"})


@dataclass(frozen=True, slots=True)
class Wave:
    """A recording's sound as bars of 0 to 100, in one text with blanks: a script draws the part that is chosen."""

    starts_at_ms: int
    duration_ms: int
    bars: str


@dataclass(frozen=True, slots=True)
class Out:
    """What is taken out, on the story's timeline; words is how many, for nobody is told which."""

    id: int
    start_ms: int
    end_ms: int
    words: int
    at: datetime
    who: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A passage whose words can be chosen without a script; none where only the whole of it can go."""

    id: int
    text: str
    at_ms: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page stands: its own address, the way back, and where its words' times are."""

    act: str
    back: str
    back_to: str
    words: str
    frame: str


@dataclass(frozen=True, slots=True)
class StrikePage:
    title: str
    slug: str
    language: str | None
    sounds: tuple[Sound, ...]
    waves: tuple[Wave, ...]
    turns: tuple[Turn, ...]
    pages: Pages
    words_url: str | None
    out: tuple[Out, ...]
    chosen: Chosen | None
    length_ms: int
    preparing: bool
    by_list: bool  # somebody asked to choose from lists instead of by touch


def shape(story: Story, by: Actor, place: Place) -> StrikePage:
    shown = pages(transcripts.count_passages(session(), story), PAGE, page_of(story))
    passages = passages_of(session(), story, offset=(shown.number - 1) * PAGE, limit=PAGE)
    chosen = _chosen(story, by)
    return StrikePage(
        title=story.title,
        slug=story.slug,
        language=story.language,
        sounds=sounds(story, by),
        waves=tuple(
            Wave(story.begins(each.id), each.duration_ms, " ".join(map(str, each.peaks)))
            for each in story.recordings
            if each.peaks
        ),
        turns=turns(session(), story, passages),
        pages=shown,
        words_url=f"{place.words}?page={shown.number}" if has_word_times(passages) else None,
        out=tuple(_out(session(), story, each, by) for each in strikes.strikes_of(session(), story)),
        chosen=chosen,
        length_ms=sum(each.duration_ms for each in story.recordings),
        preparing=any(not each.copies for each in story.recordings),
        by_list=chosen is not None or "list" in request.args,
    )


def _chosen(story: Story, by: Actor) -> Chosen | None:
    """?p= is the passage whose words are listed."""
    number = whole(request.args.get("p", "") or request.form.get("passage", ""))
    if number is None:
        return None
    passage = corrections.passage_at_work(session(), story, number, by=by)
    at = story.at(passage.recording_id, passage.start_ms)
    timed = unpack(passage.text, passage.words)
    return None if at is None else Chosen(passage.id, passage.text, at, tuple(each.text for each in timed or ()))


def _out(session: Session, story: Story, held: Strike, by: Actor) -> Out:
    account = account_of(by)
    own = held.person_id == by.person_id if isinstance(by, Narrator) else held.by_id == by.id if by else False
    return Out(
        id=held.id,
        start_ms=story.at(held.recording_id, held.start_ms) or 0,
        end_ms=story.at(held.recording_id, held.end_ms) or 0,
        words=sum(len(str(row[0]).split()) for each in held.sealed.get("passages", []) for row in each["words"]),
        at=held.made_at,
        who="you" if own else "a narrator" if held.person_id else "somebody who keeps this archive",
        reason=held.reason if account and account.is_curator else None,
    )


def page(
    story: Story,
    by: Actor,
    place: Place,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "striking.html", page=shape(story, by, place), place=place, mark=MARK, values=typed or {}, errors=errors or {}
    )


def strike(story: Story, by: Actor, place: Place) -> ResponseReturnValue:
    """Take out what the form says, or show the page again with the sentence and everything that was chosen."""
    try:
        with session().begin_nested():
            start, end = _span(story, by)
            partly = _partly_out(story, start, end)
            strikes.take_out(session(), story, start, end, reason=request.form.get("reason"), by=by)
    except (Invalid, Conflict) as refusal:
        session().refresh(story)
        field = refusal.field if isinstance(refusal, Invalid) else None
        errors = {field if field in FIELDS else "act": str(refusal)}
        return page(story, by, place, request.form.to_dict(), errors), 422
    flash("It is taken out." + (" A part of it was out already." if partly else ""), "done")
    return redirect(f"{place.act}#out", 303)


def lift(story: Story, strike_id: int, by: Actor, place: Place) -> ResponseReturnValue:
    strikes.lift(session(), story, strike_id, by=by)
    flash("It is back in the words. The sound follows within minutes.", "done")
    return redirect(f"{place.act}#out", 303)


def _partly_out(story: Story, start: int, end: int) -> bool:
    out = strikes.strikes_of(session(), story)
    spans = [
        (story.at(each.recording_id, each.start_ms) or 0, story.at(each.recording_id, each.end_ms) or 0) for each in out
    ]
    return any(s < end and e > start for s, e in spans)


def _span(story: Story, by: Actor) -> tuple[int, int]:
    """On the story's timeline."""
    if (number := whole(request.form.get("passage", ""))) is not None:
        return _words(story, corrections.passage_at_work(session(), story, number, by=by))
    start, end = (moment(request.form.get(name, ""), name) for name in ("from", "to"))
    if start is None or end is None:
        raise Invalid("Please say from where and until where, like 12:41.", "from" if start is None else "to")
    return start, end


def _words(story: Story, passage: Passage) -> tuple[int, int]:
    begins, start = story.begins(passage.recording_id), passage.start_ms
    if start is None:
        raise Invalid("Nobody knows when this is said. Empty its words instead, where they are corrected.", "words")
    if "whole" in request.form:
        return begins + start, begins + (passage.end_ms or start + 1000)
    words = unpack(passage.text, passage.words)
    first, last = (whole(request.form.get(name, "")) for name in ("first", "last"))
    if not words or first is None or last is None or max(first, last) >= len(words):
        raise Invalid("Please choose the first word and the last word, or take out the whole passage.", "words")
    first, last = min(first, last), max(first, last)
    return begins + words[first].start_ms, begins + words[last].end_ms
