"""One more recording of a story, and files that are not wanted any more."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from archive.models import Story
from archive.services import uploads
from archive.services.access import Action
from archive.services.errors import Conflict, Invalid
from archive.web.http import account, door, house, session
from archive.web.studio import studio
from archive.web.studio.files import add_each
from archive.web.studio.story import mine
from uploads import resumable


@door(studio, "/studio/<slug>/recordings", Action.EDIT, methods=("POST",), slow=True)
def add(slug: str) -> ResponseReturnValue:
    """By an ordinary form, for browsers without scripts."""
    story, who = mine(slug)
    sent = [file for file in request.files.getlist("file") if file.filename]
    if not sent:
        flash("Please choose the recording first.", "fault")
    add_each(story.slug, sent, who)
    return redirect(f"/studio/{slug}#recordings", 303)


@door(studio, "/studio/<slug>/recordings/<id_>", Action.EDIT, methods=("POST",), slow=True)
def take(slug: str, id_: str) -> ResponseReturnValue:
    """A file that arrived without a story, sent by a script for instance, becomes a recording of this one."""
    story, who = mine(slug)
    folder = house().incoming
    try:
        with house().db.writing() as opened:
            uploads.give_to(opened, uploads.my_upload(opened, id_, who), opened.get_one(Story, story.id), by=who)
        with resumable.held(folder, id_):
            uploads.arrive(house().db, house().storage, folder, id_)
    except (Invalid, Conflict) as refusal:
        flash(str(refusal), "fault")
    except resumable.Busy:
        pass  # somebody pressed twice; the first press does it
    return redirect(f"/studio/{slug}#recordings", 303)


@door(studio, "/studio/arriving/<id_>/forget", Action.RECORD, methods=("POST",))
def forget(id_: str) -> ResponseReturnValue:
    """Take back a file that did not arrive wholly, or that was refused."""
    upload = uploads.my_upload(session(), id_, account())
    back = f"/studio/{upload.story.slug}#recordings" if upload.story else "/studio"
    uploads.take_back(session(), upload, house().incoming)
    return redirect(back, 303)
