"""/api: what a program can ask, for the person who writes it. Made from the offers that answer."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from archive.services.access import Action
from archive.web import problems
from archive.web.api.openapi import document
from archive.web.api.pace import Kind, most
from archive.web.http import door, house
from archive.web.site import site


@dataclass(frozen=True, slots=True)
class Address:
    """asks: its parameters, as a person reads them."""

    method: str
    path: str
    told: str
    asks: tuple[str, ...]


def _addresses() -> tuple[Address, ...]:
    told = document()
    start = told["servers"][0]["url"]
    return tuple(
        Address(
            method.upper(),
            start + path,
            held["summary"],
            tuple(each["name"] for each in held["parameters"] if each["in"] == "query"),
        )
        for path, methods in told["paths"].items()
        for method, held in methods.items()
    )


@door(site, "/api", Action.VISIT)
def programs() -> ResponseReturnValue:
    per_minute = house().settings.api_per_minute
    return render_template(
        "site/programs.html",
        addresses=_addresses(),
        problems=sorted(problems.KINDS.items()),
        limits={kind.value: most(kind, per_minute) for kind in Kind} if per_minute else None,
    )
