"""Signing in: by a link that works once, or by password."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.services import accounts
from archive.services.access import Action
from archive.services.errors import Invalid, NotFound
from archive.services.guessing import MOST
from archive.web import guesses, security
from archive.web.http import account, back, door, session
from archive.web.site import site

WRONG = "This address and password do not go together."
SHORTEST = 12


@door(site, "/signin", Action.SIGN_IN)
def signin() -> ResponseReturnValue:
    return render_template("signin.html", error=None)


def _not_a_guesser(email: str) -> tuple[str, ...]:
    """What a wrong try is remembered under: where it came from, whom it was for, and both together.

    Where one address is slowed down, others are not. Where many addresses try one account, each of them has a single
    try left: whoever knows the password comes in, and whoever guesses has to find an address for each guess.
    """
    here, whom, both = (
        guesses.source(*named)
        for named in (("from", guesses.here()), ("for", email), ("for", email, "from", guesses.here()))
    )
    guesses.refuse_many((here, MOST))
    guesses.refuse_many((whom, MOST), (both, 1))
    return here, whom, both


@door(site, "/signin", Action.SIGN_IN, methods=("POST",), slow=True)
def signin_with_password() -> ResponseReturnValue:
    email = request.form.get("email", "").strip().lower()
    tried = _not_a_guesser(email)
    try:
        held = accounts.account_of(session(), email)
    except Invalid:
        held = None
    if not security.password_is(request.form.get("password", ""), held) or held is None:
        guesses.remember(*tried)
        return render_template("signin.html", error=WRONG), 403
    security.sign_in(held)
    return back("/studio" if held.may_record else "/")


@door(site, "/signin/<token>", Action.SIGN_IN)
def signin_link(token: str) -> ResponseReturnValue:
    """Shows a button: programs that open links in letters must not use them up."""
    try:
        email = accounts.link_of(session(), token).account.email
    except NotFound:
        return render_template("signin_link.html", email=None), 404
    return render_template("signin_link.html", email=email)


@door(site, "/signin/<token>", Action.SIGN_IN, methods=("POST",))
def signin_by_link(token: str) -> ResponseReturnValue:
    held = accounts.use_link(session(), token)
    security.sign_in(held)
    return redirect("/studio" if held.may_record else "/", 303)


@door(site, "/signout", Action.SIGN_IN, methods=("POST",))
def signout() -> ResponseReturnValue:
    security.sign_out()
    return redirect("/", 303)


@door(site, "/account/password", Action.TAG)
def password() -> ResponseReturnValue:
    held = account()
    return render_template("password.html", has_password=bool(held and held.password))


@door(site, "/account/password", Action.TAG, methods=("POST",))
def set_password() -> ResponseReturnValue:
    given, held = request.form.get("password", ""), account()
    if len(given) < SHORTEST:
        raise Invalid(f"A password has at least {SHORTEST} characters; a short sentence is a good one.", "password")
    if held is not None:
        security.set_password(held, given)
        accounts.sign_out_everywhere(session(), held)
        security.sign_in(held)
        flash("Your password is set.", "done")
    return back("/studio" if held and held.may_record else "/")
