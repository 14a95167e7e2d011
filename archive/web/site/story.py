"""A story's page, and its words in other forms."""

import json

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from archive.formats import text, transcript_json, webvtt
from archive.formats.cues import cues
from archive.models import Passage, Story
from archive.services import askings, cautions, keepsakes, transcripts
from archive.services.access import Action, hears, may, sees
from archive.services.consent_words import consent_sentences
from archive.services.embargoes import why_closed
from archive.services.find_in_story import Places
from archive.services.rights import rights_of
from archive.services.stories import known_by_slug, story_by_slug
from archive.services.strikes import strikes_of, told_openly
from archive.services.transcripts import PAGE
from archive.web import answering
from archive.web.answering import asked_here
from archive.web.http import base_url, door, page_number, session
from archive.web.links import visitor
from archive.web.present import cards, known, pages, sounds, story_path, turns, whose
from archive.web.shapes import ClosedPage, Link, StoryPage
from archive.web.site import site
from archive.web.site.found_in_story import places_in, sought, spotted
from archive.web.theming import known_themes
from archive.web.warned import for_the_player, warned
from archive.web.words import clock

LONGEST_S = 1_000_000  # eleven days; beyond it is no moment of a story


def start_ms() -> int | None:
    """?t= in seconds, the first number where it is a stretch like 83.2,97."""
    try:
        seconds = float(request.args.get("t", "").split(",")[0])
    except ValueError:
        return None
    return round(seconds * 1000) if abs(seconds) < LONGEST_S else None


def page_of(story: Story, places: Places | None = None) -> int:
    """The page asked for, or the one that holds the moment asked for, or what is looked for."""
    start = start_ms()
    if "page" not in request.args and start is None and places and places.listed:
        return places.listed[0].page
    if "page" in request.args or start is None:
        return page_number()
    return transcripts.page_at(session(), story, start)


@door(site, "/stories/<slug>", Action.READ)
def story(slug: str) -> ResponseReturnValue:
    by = visitor()
    held = known_by_slug(session(), slug, by)
    if not sees(by, held):
        return _closed(held)
    total, places = transcripts.count_passages(session(), held), places_in(held, by)
    shown = pages(total, PAGE, page_of(held, places))
    passages = transcripts.passages_of(session(), held, offset=(shown.number - 1) * PAGE, limit=PAGE)
    path, struck, stretches = story_path(held), strikes_of(session(), held), cautions.stretches_of(session(), held)
    page = StoryPage(
        card=cards(session(), [held])[0],
        state=held.state.value,
        why_told=held.why_told,
        why_recorded=held.why_recorded,
        for_whom=held.for_whom,
        consent=tuple(consent_sentences(session(), held)),
        sounds=sounds(held, by),
        turns=warned(held, passages, spotted(turns(session(), held, passages, by), places), stretches, shown.next),
        pages=shown,
        words_url=f"{path}/words.json?page={shown.number}" if has_word_times(passages) else None,
        forms=forms_of(path, passages),
        contents=contents_of(held, path) if shown.of > 1 else (),
        start_ms=start_ms(),
        may_edit=may(by, Action.EDIT, held),
        may_tag=may(by, Action.TAG, held),
        nothing_said=total == 0 and any(recording.heard_by for recording in held.recordings),
        asked=asked_here(session(), held, told_openly(askings.askings_of(session(), held), struck)),
        answers=answering.answers(session(), held, by),
        answered_by=answering.answered_by(session(), held, by),
        struck=bool(struck),
        preparing=hears(by, held) and any(not recording.copies for recording in held.recordings),
        cautions=for_the_player(stretches),
        rights=whose(rights_of(session(), held)),
        sought=sought(places) if passages else None,
        remix=held.remix,
        known_themes=known_themes(by) if may(by, Action.TAG, held) else (),
        keepsake=keepsakes.offered(session(), held, by=by),
    )
    return render_template("site/story.html", page=page, picture=picture_of(held)), 200, _reserved(held)


def _reserved(held: Story) -> dict[str, str]:
    """TDM Reservation Protocol (W3C community group report, 2 February 2024): whether machines may learn from it."""
    return {"tdm-reservation": "0" if held.mining else "1"}


def picture_of(held: Story) -> str | None:
    """Where its card for other sites is drawn; None where not everyone may read it, whoever looks."""
    return f"{base_url()}{story_path(held)}/card.png" if sees(None, held) else None


def _closed(held: Story) -> ResponseReturnValue:
    """Everyone may know that it is here: who told it, and why it is closed, as far as they say."""
    page = ClosedPage(known(held), why_closed(session(), held))
    return render_template("site/closed.html", page=page)


def has_word_times(passages: list[Passage]) -> bool:
    return any(passage.words for passage in passages)


def forms_of(path: str, passages: list[Passage]) -> tuple[Link, ...]:
    if not passages:
        return ()
    timed = any(passage.start_ms is not None for passage in passages)
    captions = (Link("Captions (WebVTT)", f"{path}/transcript.vtt"),) if timed else ()
    rest = (Link("Plain text", f"{path}/transcript.txt"), Link("Data (JSON)", f"{path}/transcript.json"))
    return captions + rest


def contents_of(held: Story, path: str) -> tuple[Link, ...]:
    starts = transcripts.page_starts(session(), held)
    labels = (f"From {clock(start)}" if start is not None else f"Page {n}" for n, start in enumerate(starts, 1))
    return tuple(Link(label, f"{path}?page={n}") for n, label in enumerate(labels, 1))


@door(site, "/stories/<slug>/words.json", Action.READ)
def words(slug: str) -> ResponseReturnValue:
    return word_times(story_by_slug(session(), slug, visitor()))


def word_times(held: Story) -> Response:
    """When each word is said, compactly: per passage the start of its first word, then each next word's distance to
    the one before, in hundredths of a second. doubts are the numbers of the words of which the machine was not sure."""
    passages = transcripts.passages_of(session(), held, offset=(page_number() - 1) * PAGE, limit=PAGE)
    times = {
        str(passage.id): _steps(passage.words["s"], held.begins(passage.recording_id))
        for passage in passages
        if passage.words
    }
    doubts = {str(passage.id): found for passage in passages if (found := transcripts.doubtful(passage))}
    body = json.dumps({"passages": times, "doubts": doubts}, separators=(",", ":"))
    return Response(body, mimetype="application/json")


def _steps(starts: list[int], begins: int) -> list[int]:
    hundredths = [round((begins + start) / 10) for start in starts]
    return [now - before for now, before in zip(hundredths, [0, *hundredths], strict=False)]


@door(site, "/stories/<slug>/transcript.<form>", Action.READ)
def transcript(slug: str, form: str) -> ResponseReturnValue:
    return transcript_as(story_by_slug(session(), slug, visitor()), form)


def transcript_as(held: Story, form: str) -> Response:
    passages = transcripts.passages_of(session(), held)
    told = cues(held, passages, request.args.get("recording", type=int))
    match form:
        case "vtt":
            return Response(webvtt.write(told, held.language), content_type=webvtt.MEDIA_TYPE)
        case "txt":
            before = cautions.told_before(session(), held, passages)
            return Response(text.write(told, before), content_type=text.MEDIA_TYPE)
        case "json":
            return Response(transcript_json.write(held, passages), content_type=transcript_json.MEDIA_TYPE)
    return Response("This transcript comes as .vtt, .txt and .json.", 404, content_type=text.MEDIA_TYPE)
