"""What was agreed, in sentences: for everyone, and for those who work on a story."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Consent, Method, Part, Person, Review, Scope, Story
from archive.services.agreements import VALUES
from archive.services.consent import last_word

HOW = {Method.FORM: "on a form", Method.RECORDED: "on the recording", Method.KEYCARD: "with a key card"}
IN_WORDS = {
    Scope.EXISTENCE: {
        "hidden": "nobody outside may know of it",
        "listed": "everyone may know that it is here",
        "open": "everyone may find it",
    },
    Scope.MACHINE: {"no": "no machine may hear it", "yes": "a machine may hear it and write it down"},
    Scope.TEXT: {"closed": "nobody outside may read it", "link": "only by a link", "open": "everyone may read it"},
    Scope.SOUND: {"closed": "nobody outside may hear it", "link": "only by a link", "open": "everyone may hear it"},
    Scope.REMIX: {"no": "passages may not be used in something new", "yes": "passages may be used in something new"},
    Scope.EMBED: {"no": "other sites may not show it", "yes": "other sites may show it"},
    Scope.MINING: {"no": "no machine may learn from it", "yes": "machines may learn from it"},
}


def consent_sentences(session: Session, story: Story) -> list[str]:
    """What the public may know: which narrators agreed that it may be read, and how, or why there is a waiver; and why
    a story was opened before its narrator had gone through it, where it was."""
    query = select(Consent).where(Consent.story_id == story.id, Consent.scope == Scope.TEXT).order_by(Consent.id)
    lines = list(session.scalars(query))
    sentences: list[str] = []
    for taken in story.participations:
        last = last_word(lines, taken.who.id)
        if taken.part != Part.NARRATOR or last is None or last.value == VALUES[Scope.TEXT][0]:
            continue
        if last.method == Method.WAIVER:
            sentences.append(_instead(last.reason))
        else:
            sentences.append(f"{taken.person.name} agreed {HOW[last.method]}.")
    waived = select(Review).where(Review.story_id == story.id, Review.method == Method.WAIVER)
    sentences += [
        f"It was opened before its narrator had gone through it; a curator's reason stands instead: “{why}”"
        for why in (each.choices.get("reason") for each in session.scalars(waived))
        if why
    ]
    return list(dict.fromkeys(sentences))


def _instead(reason: str | None) -> str:
    return f"No consent is recorded; a curator's reason stands instead: “{reason}”"


def ledger_sentences(session: Session, story: Story) -> list[str]:
    """For those who work on the story: what each narrator said last, scope by scope."""
    lines = list(session.scalars(select(Consent).where(Consent.story_id == story.id).order_by(Consent.id)))
    return list(
        dict.fromkeys(sentence for person in story.tellers for sentence in _said(lines, person.id, person.name))
    )


def said_by(session: Session, story: Story, person: Person) -> list[str]:
    """For the narrator themselves: what they said last, and what stands instead of it."""
    lines = list(session.scalars(select(Consent).where(Consent.story_id == story.id).order_by(Consent.id)))
    return _said(lines, person.id, "You")


def _said(lines: Sequence[Consent], person_id: int, name: str) -> list[str]:
    sentences: list[str] = []
    for method in Method:
        last = [last_word([line for line in lines if line.scope == scope], person_id) for scope in IN_WORDS]
        held = [line for line in last if line and line.method == method]
        if held and method == Method.WAIVER:
            sentences += [_instead(reason) for reason in dict.fromkeys(line.reason for line in held)]
        elif held:
            said = ", ".join(IN_WORDS[line.scope][line.value] for line in held)
            sentences.append(f"{name} agreed {HOW[method]}: {said}.")
    return sentences
