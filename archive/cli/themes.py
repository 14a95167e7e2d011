"""peer-stories themes import · export · starter · merge: the thesaurus, for scripts."""

from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy import select

from archive.cli.house import address, follow, opened, say
from archive.formats import skos
from archive.formats.skos import Form
from archive.formats.starter import starter_concepts
from archive.models import JobKind, Story, Theme
from archive.services import merging
from archive.services.access import OPERATOR
from archive.services.concept_intake import take_in
from archive.services.concepts import Concept, Faulty, concepts_here, public_ids
from archive.services.thesaurus import theme_by_name
from archive.wiring import House
from archive.work import jobs

TO_FOLLOW = (JobKind.INDEX, JobKind.LEARN)
dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")


@click.group()
def themes() -> None:
    """The thesaurus: what passages are about."""


@themes.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--format", "form", type=click.Choice([form.value for form in Form]), help="Else told by the name.")
@dry_run_option
def bring_in(file: Path, form: str | None, dry_run: bool) -> None:
    """Take in the concepts of FILE (SKOS): all of them, or none."""
    if file.stat().st_size > skos.MOST_BYTES:
        raise click.ClickException(f"{file.name} is larger than {skos.MOST_BYTES // 2**20} MB.")
    data = file.read_bytes()
    with opened() as house:
        _take_in(house, lambda: skos.read(data, Form(form) if form else skos.form_of(file.name, data)), dry_run)


@themes.command()
@dry_run_option
def starter(dry_run: bool) -> None:
    """Take in the small set of themes that comes with the program."""
    with opened() as house:
        _take_in(house, starter_concepts, dry_run)


def begin_with_starter(house: House) -> None:
    """An archive in which nothing is yet gets the small set, once: who removes it all, and has stories, keeps it so."""
    with house.db.writing() as session:
        if session.scalar(select(Theme.id).limit(1)) is None and session.scalar(select(Story.id).limit(1)) is None:
            take_in(session, starter_concepts(), by=OPERATOR, base=address(house, ""))


def _take_in(house: House, read: Callable[[], list[Concept]], dry_run: bool) -> None:
    try:
        concepts = read()
        with house.db.writing() as session:
            done = take_in(session, concepts, by=OPERATOR, base=address(house, ""))
            if dry_run:
                session.rollback()
    except Faulty as refusal:
        for line in refusal.lines if len(refusal.lines) > 1 else ():
            say(line)
        raise
    say(f"Would be: {done.sentence}." if dry_run else f"Taken in: {done.sentence}.")
    _follow(house)


def _follow(house: House) -> None:
    """Until the index says what the thesaurus does."""
    with house.db.reading() as session:
        left = jobs.open_ids(session, TO_FOLLOW)
    follow(house, job_ids=left)


@themes.command()
@click.option("--format", "form", type=click.Choice([form.value for form in Form]), default="turtle", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; standard output where not given.")
@click.option("--as", "reader", type=click.Choice(["operator", "public"]), default="operator", show_default=True)
def export(form: str, out: Path | None, reader: str) -> None:
    """Hand over the thesaurus as SKOS; --as public gives what a stranger may have."""
    with opened() as house, house.db.reading() as session:
        base = address(house, "")
        kept = public_ids(session) if reader == "public" else None
        written = skos.write(concepts_here(session, base, kept), Form(form), f"{base}/themes", "Themes")
        if out is None:
            click.echo(written)
        else:
            out.write_text(written, encoding="utf-8")


@themes.command()
@click.argument("theme")
@click.argument("into")
def merge(theme: str, into: str) -> None:
    """Make THEME one with INTO, each given by its name or its address: what carries THEME carries INTO from then on."""
    with opened() as house:
        with house.db.writing() as session:
            gone = theme_by_name(session, theme)
            stays = merging.merge(session, gone, theme_by_name(session, into), by=OPERATOR)
            told = f"“{gone.label}” is “{stays.label}” from now on."
        say(told)
        _follow(house)
