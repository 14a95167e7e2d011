"""One more recording of a story, and files that are not wanted any more."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from archive.services import uploads
from archive.services.access import Action
from archive.web.http import account, door, house, session
from archive.web.studio import studio
from archive.web.studio.files import add_each
from archive.web.studio.story import mine


@door(studio, "/studio/<slug>/recordings", Action.EDIT, methods=("POST",), slow=True)
def add(slug: str) -> ResponseReturnValue:
    """By an ordinary form, for browsers without scripts."""
    story, who = mine(slug)
    sent = [file for file in request.files.getlist("file") if file.filename]
    if not sent:
        flash("Please choose the recording first.", "fault")
    add_each(story.slug, sent, who)
    return redirect(f"/studio/{slug}#recordings", 303)


@door(studio, "/studio/arriving/<id_>/forget", Action.RECORD, methods=("POST",))
def forget(id_: str) -> ResponseReturnValue:
    """Take back a file that did not arrive wholly, or that was refused."""
    upload = uploads.my_upload(session(), id_, account())
    back = f"/studio/{upload.story.slug}#recordings" if upload.story else "/studio"
    uploads.take_back(session(), upload, house().incoming)
    return redirect(back, 303)
