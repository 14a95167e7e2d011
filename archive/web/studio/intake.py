"""/studio/new: bring in a recording."""

from dataclasses import replace

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from archive.models import Account
from archive.services.access import Action
from archive.services.browse import list_themes
from archive.services.errors import Conflict, Invalid
from archive.services.intake import Arrived, clean_file_name, open_draft, take_in
from archive.services.people import known_names
from archive.services.stories import About
from archive.web.http import account, door, house, session
from archive.web.studio import forms, replying, studio
from archive.web.studio.files import add_each, received

ON_PAGES = {"record": "studio/record.html"}  # pages that have this form as well, by what they call themselves
FIELDS = forms.DETAILS | {"file", "consent", "consent_signed_on"}


def page(
    values: dict[str, str], errors: dict[str, str], code: int = 200, template: str | None = None
) -> ResponseReturnValue:
    limit = house().settings.max_upload_bytes
    shown = render_template(
        template or ON_PAGES.get(request.form.get("page", ""), "studio/new.html"),
        values=values,
        errors=errors,
        people=tuple(known_names(session(), account())),
        themes=tuple(each.label for each in list_themes(session(), account())),
        answering=replying.shown(),
        max_size=f"{limit / 1024**3:.0f} GB" if limit >= 1024**3 else f"{limit / 1024**2:.0f} MB",
    )
    return shown, code


@door(studio, "/studio/new", Action.RECORD)
def new() -> ResponseReturnValue:
    return page({}, {})


@door(studio, "/studio/new", Action.RECORD, methods=("POST",), slow=True)
def bring_in() -> ResponseReturnValue:
    """awaits says that the files come by themselves (see studio.uploads): then only the story is written down here."""
    who = account()
    assert who is not None  # noqa: S101  the door lets nobody else in
    values = request.form.to_dict()
    awaits = values.pop("awaits", "0") != "0"
    files = [file for file in request.files.getlist("file") if file.filename]
    if not files and not awaits:
        return page(values, {"file": "Please choose the recording."}, 422)
    try:
        slug = _write_down(values, who) if awaits else _take(files[0], values, who)
    except (Invalid, Conflict) as refusal:
        is_conflict = isinstance(refusal, Conflict)
        shown = forms.faults(refusal, FIELDS, "file" if is_conflict else "act")
        return page(values, shown, 409 if is_conflict else 422)
    add_each(slug, files[1:], who)
    goes_on = "/record" if awaits and values.get("page") == "record" else ""
    return redirect(f"/studio/{slug}{goes_on}", 303)


def _take(file: FileStorage, values: dict[str, str], who: Account) -> str:
    about, agreed = _about(values), forms.intake_agreement(values, who)
    came = received(file.stream)
    try:
        arrived = Arrived(came.path, clean_file_name(file.filename or ""), give_away=True)
        return take_in(house().db, house().storage, arrived, about, agreed, by=who).slug
    finally:
        came.path.unlink(missing_ok=True)


def _about(values: dict[str, str]) -> About:
    return replace(forms.about(values), answers=replying.meant())


def _write_down(values: dict[str, str], who: Account) -> str:
    about = _about(values)
    with house().db.writing() as opened:
        return open_draft(opened, about, forms.intake_agreement(values, who), by=who).slug
