"""What can be done with a story in the studio; each act is one POST and one service."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archive.models import JobKind, Method, Shown, Story
from archive.services import faces, reviews, rights, stories
from archive.services.access import Action, may
from archive.services.consent import record_consent
from archive.services.errors import Conflict, Invalid
from archive.services.evidence import evidence_key, keep_evidence
from archive.services.tagging import tag_story
from archive.web.http import back, door, house, session
from archive.web.studio import forms, studio
from archive.web.studio.story import mine, page
from archive.work import jobs

FIELDS = forms.DETAILS | {"theme", "person", "signed_on", "at", "question", "asked_as", "unseen", "chosen"}
FIELDS |= {"until", "event", "why", "review_on", "evidence"}
FIELDS |= {"warn_from", "warn_to", "warn_text", "holder", "licence", "statement"}


def _here(story: Story) -> str:
    return f"/studio/{story.slug}"


def _done(story: Story, sentence: str) -> ResponseReturnValue:
    flash(sentence, "done")
    return back(_here(story))


def attempt(slug: str, change: Callable[[Session, Story], str]) -> ResponseReturnValue:
    """Do it, or show the page again with the sentence where it belongs and everything that was typed."""
    story, who = mine(slug)
    try:
        with session().begin_nested():
            sentence = change(session(), story)
    except (Invalid, Conflict) as refusal:
        session().refresh(story)
        code = 422 if isinstance(refusal, Invalid) else 409
        return page(story, who, request.form.to_dict(), forms.faults(refusal, FIELDS, "act")), code
    return _done(story, sentence)


@door(studio, "/studio/<slug>/details", Action.EDIT, methods=("POST",))
def details(slug: str) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        stories.describe(opened, story, forms.about(request.form), by=who)
        return "Saved."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/themes", Action.EDIT, methods=("POST",))
def theme(slug: str) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        for label in forms.names(request.form.get("theme", "")) or [""]:
            tag_story(opened, story, label, by=who)
        return "The theme stands on the story now."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/consent", Action.EDIT, methods=("POST",))
def consent(slug: str) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        record_consent(opened, story, replace(forms.consent(request.form), evidence=_evidence()), by=who)
        stories.start_hearing(opened, story)
        return "This is recorded, and holds from now on."

    return attempt(slug, change)


def _evidence() -> tuple[str, str] | None:
    """The file that came with a consent, stored."""
    sent = request.files.get("evidence")
    if sent is None or not sent.filename:
        return None
    with NamedTemporaryFile(dir=house().incoming) as file:
        sent.save(file)
        file.flush()
        return keep_evidence(house().storage, Path(file.name), sent.filename)


@door(studio, "/studio/<slug>/evidence/<int(max=2147483647):consent_id>", Action.EDIT)
def evidence(slug: str, consent_id: int) -> ResponseReturnValue:
    """To be saved, never shown in the page: it is a stranger's file."""
    story, who = mine(slug)
    key = evidence_key(session(), story, consent_id, by=who)
    headers = {"Content-Disposition": f"attachment; filename=consent-{consent_id}{Path(key).suffix}"}
    return Response(house().storage.open_range(key), 200, headers, mimetype="application/octet-stream")


@door(studio, "/studio/<slug>/rights", Action.EDIT, methods=("POST",))
def declare_rights(slug: str) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        given = (request.form.get(name, "") for name in ("holder", "licence", "statement"))
        rights.declare(opened, story, rights.Claim(*given), by=who)
        return "Saved."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/publish", Action.PUBLISH, methods=("POST",))
def publish(slug: str) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        unseen = request.form.get("unseen") if may(who, Action.WAIVE) else None
        stories.publish(opened, story, by=who, unseen=unseen)
        return "The story is open, as far as was agreed."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/reviewed", Action.CONSENT, methods=("POST",))
def reviewed(slug: str) -> ResponseReturnValue:
    """Somebody says that a narrator went through the story together with them."""
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        wanted = request.form.get("narrator", "")
        person = next((each for each in story.tellers if str(each.id) == wanted), None)
        if person is None:
            raise Conflict("This is no narrator of the story any more.")
        reviews.sign(opened, story, person, Method.FORM, by=who)
        return f"{person.name} has gone through it."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/names", Action.NAME, methods=("POST",))
def named(slug: str) -> ResponseReturnValue:
    """How one of the people in a story is named in public."""
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        person = next((t.who for t in story.participations if str(t.who.id) == request.form.get("named")), None)
        shown = request.form.get("shown", "")
        if person is None or shown not in list(Shown):
            raise Conflict("This person is not in the story any more.")
        faces.show_as(opened, story, person, Shown(shown), request.form.get("chosen"), by=who)
        return "From now on this is the name in this story."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/link", Action.PUBLISH, methods=("POST",))
def another_link(slug: str) -> ResponseReturnValue:
    def change(opened: Session, story: Story) -> str:
        story.link_version += 1
        opened.flush()
        return "There is another link now. The one before opens nothing any more."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/unpublish", Action.PUBLISH, methods=("POST",))
def unpublish(slug: str) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        stories.unpublish(opened, story, by=who)
        return "The story is closed to the public. Nothing was lost."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/cancel", Action.EDIT, methods=("POST",))
def cancel(slug: str) -> ResponseReturnValue:
    def change(opened: Session, story: Story) -> str:
        for job in jobs.open_jobs(opened, [story.id]):
            if job.kind == JobKind.PROCESS:
                jobs.cancel(opened, job)
        return "The machine stops at the end of what it is hearing now."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/retry", Action.EDIT, methods=("POST",))
def retry(slug: str) -> ResponseReturnValue:
    def change(opened: Session, story: Story) -> str:
        if not stories.start_hearing(opened, story):
            raise Conflict("There is nothing to do for the machine here.")
        return "The machine goes on where it was."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/hear-again", Action.EDIT, methods=("POST",))
def hear_again(slug: str) -> ResponseReturnValue:
    _, who = mine(slug)

    def change(opened: Session, story: Story) -> str:
        if not stories.hear_again(opened, story, by=who):
            raise Conflict("The machine is at it already.")
        return "The machine listens once more. What people corrected stays as it is."

    return attempt(slug, change)


@door(studio, "/studio/<slug>/remove", Action.REMOVE, methods=("POST",))
def remove_for_good(slug: str) -> ResponseReturnValue:
    story, who = mine(slug)
    stories.remove_story(session(), story, by=who)
    flash("The story and its files are gone from this archive.", "done")
    return redirect("/studio", 303)
