"""Rows become shapes: what a page may show of them, in words."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from urllib.parse import quote

from sqlalchemy.orm import Session

from archive.models import Asking, Copy, CopyKind, Part, Passage, PassageState, Recording, Rights, Story, Tagging
from archive.services import cautions
from archive.services.access import Actor, hears
from archive.services.finding import Match
from archive.services.rights import LICENCES
from archive.services.tagging import Tagger, may_untag, span_in, taggers, taggings_on, themes_of
from archive.services.transcripts import PAGE
from archive.web.clip_shapes import Line
from archive.web.http import page_number, with_args
from archive.web.shapes import Card, Found, Link, Marked, Medium, Pages, Sound, Tagged, Turn, WhoseItIs
from archive.web.warned import for_the_player
from search.highlight import mark, snippet

BARS = 64
STANDING = {
    PassageState.MACHINE: "heard by a machine, not yet checked",
    PassageState.CORRECTED: "corrected by a person",
    PassageState.VERIFIED: "checked against the sound",
    PassageState.APPROVED: "approved by the narrator",
}
LONGEST_PASSAGE_MS = 60_000
CLIP_FORMS = {"webm": ("audio/webm", CopyKind.OPUS), "m4a": ("audio/mp4", CopyKind.AAC)}
AROUND = 110  # characters on each side of what was found


def story_path(story: Story) -> str:
    return f"/stories/{quote(story.slug)}"


def theme_link(slug: str, label: str, count: int | None = None) -> Link:
    return Link(label, f"/themes/{quote(slug)}", count)


def people(story: Story, part: Part) -> tuple[Link, ...]:
    return tuple(Link(person.name, f"/people/{quote(person.slug)}") for person in story.people(part))


def bars(peaks: bytes | None, wanted: int = BARS) -> tuple[int, ...]:
    """The waveform at another width: the loudest of each stretch."""
    if not peaks:
        return ()
    step = max(len(peaks) / wanted, 1.0)
    count = min(wanted, len(peaks))
    return tuple(max(peaks[int(i * step) : max(int((i + 1) * step), int(i * step) + 1)]) for i in range(count))


def card(story: Story, taggings: Sequence[Tagging] = ()) -> Card:
    first = story.recordings[0] if story.recordings else None
    return Card(
        slug=story.slug,
        title=story.title,
        narrators=people(story, Part.NARRATOR),
        interviewers=people(story, Part.INTERVIEWER),
        recorded_on=story.recorded_on,
        place=story.place,
        language=story.language,
        duration_ms=story.duration_ms,
        themes=tuple(theme_link(each.theme.slug, each.theme.label) for each in taggings),
        peaks=bars(first.peaks if first else None),
        opening=story.opening,
        sample_of=story.sample_of,
    )


def cards(session: Session, stories: Sequence[Story]) -> tuple[Card, ...]:
    themes = themes_of(session, [story.id for story in stories])
    return tuple(card(story, themes[story.id]) for story in stories)


def whose(held: Rights | None) -> WhoseItIs | None:
    """None where nothing is said, or not any more."""
    if held is None or not (held.holder or held.licence or held.statement):
        return None
    licence = Link(LICENCES.get(held.licence, held.licence), held.licence) if held.licence else None
    return WhoseItIs(held.holder, licence, held.statement)


def known(story: Story) -> Card:
    """A story of which one may know and no more: what it is called, who told it, when and where."""
    told, asked = (tuple(Link(person.name, "") for person in story.people(part)) for part in Part)
    return Card(story.slug, story.title, told, asked, recorded_on=story.recorded_on, place=story.place)


def sound(recording: Recording, starts_at_ms: int = 0, wanted: int = 200) -> Sound:
    heard = [copy for copy in recording.copies if copy.kind != CopyKind.VIDEO]  # a player of sound takes no film
    media = tuple(_medium(copy) for copy in heard)
    picture = next((_medium(copy) for copy in recording.copies if copy.kind == CopyKind.VIDEO), None)
    return Sound(
        id=str(recording.id),
        duration_ms=recording.duration_ms,
        media=media,
        peaks=bars(recording.peaks, wanted),
        loss=recording.loss,
        picture=picture,
        starts_at_ms=starts_at_ms,
    )


def _medium(copy: Copy) -> Medium:
    return Medium(copy.media_type, f"/media/{copy.id}")


def sounds(story: Story, by: Actor) -> tuple[Sound, ...]:
    """What this person may hear of a story, on one timeline."""
    if not hears(by, story):
        return ()
    laid: list[Sound] = []
    start = 0
    for recording in story.recordings:
        if recording.copies:
            laid.append(sound(recording, start))
        start += recording.duration_ms
    return tuple(laid)


def sound_of(story: Story, passage: Passage, by: Actor) -> Sound | None:
    """The recording in which a passage is said, if this person may hear it."""
    wanted = str(passage.recording_id)
    return next((each for each in sounds(story, by) if each.id == wanted), None)


def turns(session: Session, story: Story, passages: Sequence[Passage], by: Actor = None) -> tuple[Turn, ...]:
    """by: who reads, and may take some of the themes off."""
    tagged = taggings_on(session, [passage.id for passage in passages])
    who = taggers(session, (each for some in tagged.values() for each in some))
    before: list[str | None] = [None, *(passage.speaker for passage in passages)]
    shown: list[Turn] = []
    for passage, previous in zip(passages, before, strict=False):
        held = tagged.get(passage.id, ())
        on_it = tuple(_tagged(passage, story, each, who[each.id], by) for each in held)
        made = turn(passage, story, held, new_speaker=passage.speaker != previous)
        shown.append(replace(made, tagged=on_it, version=passage.version))
    return tuple(shown)


def _tagged(passage: Passage, story: Story, tagging: Tagging, who: Tagger, by: Actor) -> Tagged:
    first, last = span_in(passage, tagging) or (None, None)
    link = theme_link(tagging.theme.slug, tagging.theme.label)
    return Tagged(tagging.id, link, who.value, first, last, may_untag(by, story, tagging))


def turn(passage: Passage, story: Story, taggings: Sequence[Tagging] = (), *, new_speaker: bool = True) -> Turn:
    askers = {person.name for person in story.interviewers}
    return Turn(
        id=passage.id,
        text=passage.text,
        standing=passage.state.value,
        standing_words=STANDING[passage.state],
        start_ms=story.at(passage.recording_id, passage.start_ms),
        end_ms=story.at(passage.recording_id, passage.end_ms),
        speaker=passage.speaker,
        new_speaker=new_speaker and passage.speaker is not None,
        asks=passage.speaker in askers,
        themes=tuple(theme_link(each.theme.slug, each.theme.label) for each in taggings),
    )


def line_of(passage: Passage, text: str, askers: Collection[str]) -> Line:
    """Some words of a passage."""
    state = passage.state
    return Line(text, state.value, STANDING[state], passage.speaker, passage.speaker in askers)


def clip_media(recording: Recording, key: str) -> tuple[Medium, ...]:
    """The sound of a clip, in the forms of the recording's copies."""
    there = {copy.kind for copy in recording.copies}
    forms = [(form, media_type) for form, (media_type, kind) in CLIP_FORMS.items() if kind in there]
    return tuple(Medium(media_type, f"/clips/{key}/sound.{form}") for form, media_type in forms)


def marked(story: Story, askings: Sequence[Asking]) -> tuple[Marked, ...]:
    return tuple(Marked(each.id, story.at(each.recording_id, each.at_ms) or 0, each.text) for each in askings)


def moment_path(story: Story, passage: Passage, play_from_ms: int | None) -> str:
    """The story at this moment of the passage's recording; the fragment leads there without JavaScript as well."""
    start = story.at(passage.recording_id, play_from_ms)
    when = "" if start is None else f"?t={start / 1000:g}"
    return f"{story_path(story)}{when}#p{passage.id}"


def found(
    session: Session, matches: Sequence[Match], by: Actor, kept: Collection[int] = (), *, whole: bool = False
) -> tuple[Found, ...]:
    """kept: ids of passages on the shelves of whoever looks. whole: nothing of a passage is cut off."""
    tagged = taggings_on(session, [match.passage.id for match in matches])
    warnings = cautions.by_recording(session, list({match.story.id for match in matches}))
    shown: list[Found] = []
    for match in matches:
        passage = match.passage
        cut = snippet(passage.text, match.ranges, len(passage.text) if whole else AROUND)
        before, after = cut.cut_before, cut.cut_after
        shown.append(
            Found(
                card=card(match.story),
                turn=turn(passage, match.story, tagged.get(passage.id, ())),
                href=moment_path(match.story, passage, match.play_from_ms),
                snippet_html=("… " if before else "") + mark(cut.text, cut.ranges) + (" …" if after else ""),
                play_from_ms=match.play_from_ms,
                until_ms=ends_at(passage),
                sound=sound_of(match.story, passage, by),
                cautions=for_the_player(warnings.get(passage.recording_id or 0, ())),
                kept=passage.id in kept,
                remix=match.story.remix and passage.recording_id is not None,
            )
        )
    return tuple(shown)


def ends_at(passage: Passage) -> int | None:
    """On the recording's clock; where nobody said when it ends, no later than a passage can be long."""
    if passage.start_ms is None:
        return None
    return passage.end_ms if passage.end_ms is not None else passage.start_ms + LONGEST_PASSAGE_MS


def pages(total: int, size: int = PAGE, number: int | None = None) -> Pages:
    count = max(-(-total // size), 1)
    number = min(number or page_number(), count)
    return Pages(
        number=number,
        of=count,
        previous=with_args({"page": str(number - 1)}) if number > 1 else None,
        next=with_args({"page": str(number + 1)}) if number < count else None,
    )
