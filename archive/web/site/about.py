"""Why this archive exists."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from archive.services import about as what_we_say
from archive.services.access import Action, may
from archive.web.http import account, back, door, session
from archive.web.site import site


@door(site, "/about", Action.VISIT)
def about() -> ResponseReturnValue:
    held = what_we_say.about(session())
    may_edit = may(account(), Action.EDIT_ABOUT)
    return render_template("site/about.html", name=held.name, why=held.why, may_edit=may_edit)


@door(site, "/about", Action.EDIT_ABOUT, methods=("POST",))
def say_about() -> ResponseReturnValue:
    what_we_say.say(session(), request.form.get("name", ""), request.form.get("why", ""), by=account())
    flash("Thank you. It stands on the first page now.", "done")
    return back("/")
