"""Doors: a route names its action, gets a session, and answers. The one place where a request commits."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Flask, abort, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from archive.models import Account
from archive.services.access import Action, may_somewhere
from archive.services.errors import NotAllowed
from archive.web import security
from archive.web.unit import house, session, unit

__all__ = ["account", "back", "base_url", "door", "house", "page_number", "session", "with_args"]  # what a view needs

# Browsers pass over these in an address, and read `/<tab>/host` as another host's.
UNREAD = dict.fromkeys(map(ord, "\t\r\n"))
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LAST_PAGE = 10**7
MOST_ARGS, LONGEST_ARG = 120, 400  # as many as are read of an address, and more
View = Callable[..., ResponseReturnValue]


class SignInFirst(NotAllowed):
    """Nobody is signed in, and this needs somebody."""


def account() -> Account | None:
    """Whoever is signed in."""
    return security.current_account()


def door(
    on: Blueprint | Flask, rule: str, action: Action, *, methods: tuple[str, ...] = ("GET",), slow: bool = False
) -> Callable[[View], View]:
    """Register a view under the action it needs.

    slow says that the view takes its time (a body of gigabytes arrives): it gets a reading session and makes its
    own short unit of work, so that nobody waits for the write lock meanwhile.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def entered(**values: Any) -> ResponseReturnValue:
            _refuse_nul()
            with unit(writes=not slow and request.method not in SAFE):
                _let_in(action)
                return view(**values)

        entered.action = action  # type: ignore[attr-defined]  # read by tests/rules
        on.add_url_rule(rule, view.__name__, entered, methods=list(methods))
        return entered

    return decorate


def _let_in(action: Action) -> None:
    if may_somewhere(account(), action):
        return
    if account() is None:
        raise SignInFirst("Please sign in first.")
    raise NotAllowed(f"You may not {action.value} here.")


def _refuse_nul() -> None:
    """Nobody types one, no name has one, and PostgreSQL answers with a fault to a text that holds it."""
    written = (each for values in request.form.listvalues() for each in values)
    if "\0" in request.path or b"%00" in request.query_string or any("\0" in each for each in written):
        abort(400)


def back(otherwise: str) -> Response:
    """To the page named by the form field `next`, if it is one of ours."""
    wanted = request.form.get("next", "").translate(UNREAD)
    ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return redirect(wanted if ours else otherwise, 303)


def base_url() -> str:
    """Where others find this archive, without a slash at its end."""
    return house().settings.base_url or request.url_root.rstrip("/")


def page_number() -> int:
    """?page=, from 1; anything else is the first page, and a number beyond all pages is one that is beyond them."""
    given = request.args.get("page", "1")
    return max(min(int(given[:9]), LAST_PAGE), 1) if given.isdecimal() else 1


def with_args(changes: Mapping[str, str | Sequence[str] | None]) -> str:
    """This page's address with some of its arguments changed; None takes one away.

    What somebody typed without end is not repeated in every link of the page.
    """
    here = list(request.args.items(multi=True))[:MOST_ARGS]
    held = [(name, value[:LONGEST_ARG]) for name, value in here if name not in changes]
    for name, given in changes.items():
        held += [(name, value) for value in ([given] if isinstance(given, str) else given or ())]
    path = quote(request.path)
    return f"{path}?{urlencode(held)}" if held else path


def one_more(address: str, name: str, value: str) -> str:
    """An address from with_args with one more argument at its end."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode([(name, value)])}"
