"""Anybody may ask that something be taken down, without an account, and look how their request stands."""

from urllib.parse import quote

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.days import here, today
from archive.models import TakedownState
from archive.services import letters, pace, takedowns
from archive.services.access import Action
from archive.services.errors import Invalid
from archive.web.http import door, house, session
from archive.web.links import visitor
from archive.web.shapes import RequestPage
from archive.web.site import site
from archive.web.source import source
from archive.web.words import day

AN_HOUR = 5
TOO_MANY = "Several requests came from you within the hour, and they are all here. Please write the next one later."


@door(site, "/takedown", Action.WRITE)
def takedown() -> ResponseReturnValue:
    if code := request.args.get("code", "").strip():
        return redirect(f"/takedown/{quote(code, safe='')}", 303)
    slug = request.args.get("story", "")
    base = house().settings.base_url or request.url_root.rstrip("/")
    # Nobody looks whether there is such a story: the page must not tell.
    return _form({"address": f"{base}/stories/{quote(slug)}" if slug else ""}, {})


def _form(values: dict[str, str], errors: dict[str, str]) -> str:
    return render_template("site/takedown.html", values=values, errors=errors, days=takedowns.DAYS)


@door(site, "/takedown", Action.WRITE, methods=("POST",))
def ask_takedown() -> ResponseReturnValue:
    given = {name: request.form.get(name, "") for name in ("address", "why", "name", "contact")}
    try:
        made = takedowns.ask(session(), takedowns.Wish(**given), by=visitor())
    except Invalid as refusal:
        return _form(given, {refusal.field or "act": str(refusal)}), 422
    pace.keep(session(), source("takedown"), AN_HOUR, TOO_MANY)
    flash("Your request is here. Please write down its reference.", "done")
    return redirect(f"/takedown/{made.code}", 303)


@door(site, "/takedown/<code>", Action.WRITE)
def takedown_stands(code: str) -> ResponseReturnValue:
    held = takedowns.by_code(session(), code)
    page = RequestPage(
        code=held.code,
        address=held.address,
        asked=day(here(held.made_at).date()),
        due=day(takedowns.due(held)),
        open=held.state == TakedownState.OPEN,
        changed=held.state == TakedownState.CHANGED,
        reasons=held.reasons,
        late=takedowns.due(held) < today(),
        may_write=letters.address_in(held.contact) is not None,
    )
    return render_template("site/takedown_stands.html", page=page)
