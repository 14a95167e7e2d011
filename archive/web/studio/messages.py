"""Messages of listeners: passed on to the narrator, or laid aside."""

from flask import flash
from flask.typing import ResponseReturnValue

from archive.services import messages
from archive.services.access import Action
from archive.services.errors import Conflict
from archive.web.http import account, back, door, session
from archive.web.studio import studio

HERE = "/curator/messages/<int(max=2147483647):message_id>"


@door(studio, f"{HERE}/pass-on", Action.DECIDE, methods=("POST",))
def pass_message_on(message_id: int) -> ResponseReturnValue:
    try:
        messages.pass_on(session(), message_id, by=account())
        flash("Passed on. The narrator finds it on their own page, and a letter asks to hand it over.", "done")
    except Conflict as refusal:
        flash(str(refusal), "fault")
    return back("/curator")


@door(studio, f"{HERE}/lay-aside", Action.DECIDE, methods=("POST",))
def lay_message_aside(message_id: int) -> ResponseReturnValue:
    try:
        messages.lay_aside(session(), message_id, by=account())
        flash("Laid aside. The narrator does not get to read it.", "done")
    except Conflict as refusal:
        flash(str(refusal), "fault")
    return back("/curator")
