"""/curator/thesaurus: the thesaurus as a whole comes in and goes out as SKOS."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.formats import skos
from archive.formats.skos import Form
from archive.formats.starter import starter_concepts
from archive.services import concept_intake
from archive.services.access import Action, require
from archive.services.concept_intake import as_they_stand
from archive.services.concepts import Concept, concepts_here
from archive.services.errors import Invalid, NotFound
from archive.web.http import account, door, house, session
from archive.web.site.theme_files import base, file
from archive.web.studio import studio

HERE = "/curator/thesaurus"
ENDINGS = {"ttl": Form.TURTLE, "rdf": Form.RDF_XML, "jsonld": Form.JSON_LD}


class _OnlyLooked(Exception):
    """Undoes what was tried; says what it would have been."""


def _page(lines: list[str], code: int = 200, told: str | None = None) -> ResponseReturnValue:
    return render_template("studio/thesaurus.html", lines=lines, told=told, megabytes=skos.MOST_BYTES // 2**20), code


@door(studio, HERE, Action.EDIT_THEMES)
def thesaurus() -> ResponseReturnValue:
    return _page([])


@door(studio, f"{HERE}.<form>", Action.EDIT_THEMES)
def thesaurus_as(form: str) -> ResponseReturnValue:
    if form not in ENDINGS:
        raise NotFound("The thesaurus comes as .ttl, .rdf and .jsonld.")
    written = skos.write(concepts_here(session(), base()), ENDINGS[form], f"{base()}/themes", "Themes")
    return file(written, skos.MEDIA_TYPES[ENDINGS[form]], f"themes.{form}")


def _take_in(read: Callable[[], list[Concept]], *, only_look: bool) -> ResponseReturnValue:
    """slow: the file is read before anything is locked, and taken in in a unit of work of its own."""
    require(account(), Action.EDIT_THEMES)
    try:
        concepts = read()
        with house().db.writing() as own:
            done = concept_intake.take_in(own, concepts, by=account(), base=base())
            if only_look:
                raise _OnlyLooked(f"It can be taken in: {done.sentence}. Nothing was changed yet.")
    except _OnlyLooked as looked:
        return _page([], told=str(looked))
    except Invalid as refusal:
        return _page(as_they_stand(refusal), 422)
    flash(f"Taken in: {done.sentence}.", "done")
    return redirect("/curator/themes", 303)


@door(studio, f"{HERE}/import", Action.EDIT_THEMES, methods=("POST",), slow=True)
def import_thesaurus() -> ResponseReturnValue:
    given = request.files.get("file")
    if given is None or not given.filename:
        return _page(["Please choose a file."], 422)
    name, data = given.filename, given.read(skos.MOST_BYTES + 1)
    return _take_in(lambda: skos.read(data, skos.form_of(name, data)), only_look="look" in request.form)


@door(studio, f"{HERE}/starter", Action.EDIT_THEMES, methods=("POST",), slow=True)
def take_starter() -> ResponseReturnValue:
    return _take_in(starter_concepts, only_look=False)
