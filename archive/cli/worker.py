"""peer-stories worker"""

import logging

import click

from archive import worker as loop
from archive.cli.house import opened
from archive.models import JobKind

KINDS = ",".join(JobKind)


@click.command()
@click.option("--kinds", default=KINDS, show_default=True, help="Which kinds of job to take, with commas between.")
@click.option("--drain", is_flag=True, help="End when nothing is left to do.")
def worker(kinds: str, drain: bool) -> None:
    """Work through the queue. As many of these as wanted, on as many machines as wanted (PostgreSQL)."""
    named = [name.strip() for name in kinds.split(",") if name.strip()]
    if unknown := [name for name in named if name not in list(JobKind)]:
        raise click.UsageError(f"{unknown[0]!r} is no kind of job. Those are: {KINDS}.")
    with opened() as house:
        logging.captureWarnings(True)
        loop.run_until_signalled(house, [JobKind(name) for name in named], drain=drain)
