"""/studio/SLUG: one story at work."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from archive.models import Account, Part, Story, StoryState
from archive.services import askings, embargoes, transcripts
from archive.services.access import Action, require
from archive.services.consent_words import ledger_sentences
from archive.services.evidence import evidence_of
from archive.services.history import edits_of
from archive.services.reviews import still_to_review
from archive.services.rights import LICENCES, rights_of
from archive.services.stories import publish_needs, story_by_slug
from archive.services.tagging import themes_of
from archive.services.transcripts import PAGE
from archive.services.voices import voices_in
from archive.services.withdrawal import withdrawn_by_slug
from archive.web import answering
from archive.web.http import account, door, session
from archive.web.links import link
from archive.web.present import cards, marked, pages, sounds, story_path, theme_link, turns, whose
from archive.web.shapes import Link
from archive.web.studio import answers, card_lines, conversation, studio, tapes, withdrawn
from archive.web.studio.lines import sentence, working
from archive.web.studio.passage_shapes import past
from archive.web.studio.shapes import NameLine, StudioStory, VoiceLine
from archive.web.words import clock, day


def mine(slug: str) -> tuple[Story, Account]:
    """The story, if it is this person's to work on."""
    who = account()
    held = story_by_slug(session(), slug, who)
    require(who, Action.EDIT, held)
    assert who is not None  # noqa: S101  nobody else may edit
    return held, who


def shape(story: Story, who: Account) -> StudioStory:
    shown = pages(transcripts.count_passages(session(), story), PAGE)
    passages = transcripts.passages_of(session(), story, offset=(shown.number - 1) * PAGE, limit=PAGE)
    return StudioStory(
        card=cards(session(), [story])[0],
        state=story.state.value,
        sentence=sentence(session(), story),
        why_told=story.why_told,
        why_recorded=story.why_recorded,
        for_whom=story.for_whom,
        consent=tuple(ledger_sentences(session(), story)),
        working=working(session(), story),
        sounds=sounds(story, who),
        turns=turns(session(), story, passages),
        pages=shown,
        tagging=_tagging(story),
        names=_names(story),
        evidence=_evidence(story),
        to_review=tuple((each.id, each.name) for each in still_to_review(session(), story)),
        cards=card_lines.cards(session(), story, who),
        signed=card_lines.signed(session(), story),
        link=link(story) if story.text_link and not story.text_open else None,
        publish_needs=publish_needs(session(), story),
        closed_until=embargoes.why_closed(session(), story) if embargoes.standing(session(), story) else None,
        public_href=story_path(story) if story.state == StoryState.PUBLISHED else None,
        tapes=tapes.tapes(story, who),
        voices=tuple(VoiceLine(each.name, each.passages, each.guess) for each in voices_in(session(), story)),
        may_hear_again=story.state != StoryState.PROCESSING and any(each.heard_by for each in story.recordings),
        words_url=f"{story_path(story)}/words.json?page={shown.number}",
        arriving=tapes.on_the_way(session(), who, story),
        unclaimed=tapes.unclaimed(session(), who),
        asked=marked(story, askings.askings_of(session(), story)),
        answers=answering.answers(session(), story, who),
        to_ask=conversation.to_ask(session(), who),
        felt=conversation.felt(session(), story),
        rights=whose(rights_of(session(), story)),
        licences=tuple(Link(label, href) for href, label in LICENCES.items()),
        cautions=answers.cautions(session(), story),
        out_of_sight=answers.out_of_sight(session(), story, who),
    )


def _tagging(story: Story) -> tuple[tuple[int, Link], ...]:
    held = themes_of(session(), [story.id])[story.id]
    return tuple((each.id, theme_link(each.theme.slug, each.theme.label)) for each in held)


def _names(story: Story) -> tuple[NameLine, ...]:
    taken = {each.who.id: each for each in story.participations}
    tell = {each.id for each in story.tellers}
    lines = (NameLine(id_, t.who.name, t.shown.value, t.person.name, id_ in tell) for id_, t in taken.items())
    return tuple(sorted(lines, key=lambda line: not line.tells))


def _evidence(story: Story) -> tuple[Link, ...]:
    return tuple(
        Link(f"the file of {day(line.recorded_at.date())}", f"/studio/{story.slug}/evidence/{line.id}")
        for line in evidence_of(session(), story)
    )


def values_of(story: Story) -> dict[str, str]:
    """The forms of details and of rights, filled in."""
    held = rights_of(session(), story)
    return {
        "title": story.title,
        "narrator": ", ".join(person.name for person in story.tellers),
        "interviewer": ", ".join(person.name for person in story.themselves(Part.INTERVIEWER)),
        "recorded_on": story.recorded_on.isoformat() if story.recorded_on else "",
        "place": story.place or "",
        "language": story.language or "",
        "why_told": story.why_told or "",
        "why_recorded": story.why_recorded or "",
        "for_whom": story.for_whom or "",
        "voices": str(story.voices or ""),
        "glossary": story.glossary or "",
        "holder": held.holder or "" if held else "",
        "licence": held.licence or "" if held else "",
        "statement": held.statement or "" if held else "",
    }


def page(story: Story, who: Account, values: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "studio/story.html",
        page=shape(story, who),
        values=values_of(story) | {"at": _moment_asked_for()} | (values or {}),
        errors=errors or {},
        changes=past(session(), edits_of(session(), story)),
    )


def _moment_asked_for() -> str:
    """?at= in seconds, as it is typed into the form that marks a question; nothing where it is no time."""
    given = request.args.get("at", "")
    return clock(int(given) * 1000) if given.isascii() and given.isdecimal() and len(given) < 7 else ""


@door(studio, "/studio/<slug>", Action.EDIT)
def story(slug: str) -> ResponseReturnValue:
    if (taken_back := withdrawn_by_slug(session(), slug, account())) is not None:
        return withdrawn.page(taken_back)
    return page(*mine(slug))


@door(studio, "/studio/<slug>/progress", Action.EDIT)
def progress(slug: str) -> ResponseReturnValue:
    """A fragment of the page, asked for again and again while the machine works."""
    held, _ = mine(slug)
    return render_template("studio/_working.html", working=working(session(), held))


@door(studio, "/studio/<slug>/remove", Action.REMOVE)
def remove(slug: str) -> ResponseReturnValue:
    held, who = mine(slug)
    return render_template("studio/remove.html", page=shape(held, who))
