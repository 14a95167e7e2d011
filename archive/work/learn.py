"""LEARN: tell the index which labels of the thesaurus mean the same."""

from archive.services.learning import alike
from archive.work.house import House
from archive.work.jobs import Ticket, finish
from archive.work.watch import Later, Watch
from search.index import IndexBusy, IndexUnavailable


def learn(house: House, ticket: Ticket, watch: Watch) -> None:
    """Told again while the thesaurus changes: of two workers, neither can leave behind what is over."""
    told: list[list[str]] | None = None
    while True:
        with house.db.reading() as session:
            groups = alike(session)
        watch.check()
        if groups == told:
            break
        try:
            house.index.learn(groups)
        except (IndexBusy, IndexUnavailable) as reason:
            raise Later(str(reason)) from reason
        told = groups
    with house.db.writing() as session:
        finish(session, ticket)
