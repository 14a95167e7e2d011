"""Where readings, and what lies on public shelves, stand today: in the passage that is said at their moment.

They stay where they are on the recording's clock. passage_id only remembers which passage that is, and is found anew
when passages are cut anew; where nothing is said any more there is none, and no page shows what stood there.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Passage, PublicShelfItem, Reading

PLACED: tuple[type[Reading] | type[PublicShelfItem], ...] = (Reading, PublicShelfItem)


def find_places_anew(session: Session, recording_id: int | None, laid: Sequence[Passage]) -> None:
    """laid: the recording's passages without those that are struck as a whole. A second one of the same person, or on
    the same shelf, waits without a passage until the two are cut apart again."""
    for table in PLACED:
        query = select(table).where(table.recording_id == recording_id, table.start_ms.is_not(None))
        if recording_id is None:
            query = query.where(table.story_id.in_({passage.story_id for passage in laid}))
        rows: list[Reading | PublicShelfItem] = list(session.scalars(query.order_by(table.id)))
        for row in rows:
            row.passage_id = None
        session.flush()
        taken: set[tuple[int | None, ...]] = set()
        for row in rows:
            passage = _said_at(row, laid)
            if passage is not None and (mine := (passage.id, *row.whose)) not in taken:
                row.passage_id = passage.id
                taken.add(mine)
        session.flush()


def _said_at(row: Reading | PublicShelfItem, laid: Sequence[Passage]) -> Passage | None:
    start = row.start_ms or 0
    middle = (start + (row.end_ms or start)) // 2
    for passage in laid:
        if passage.start_ms is not None and passage.start_ms <= middle <= (passage.end_ms or passage.start_ms):
            return passage
    return None


def move(session: Session, gone: Passage, stays: Passage) -> None:
    """Where two passages were joined: those without times stand on their passage alone."""
    for table in PLACED:
        there: list[Reading | PublicShelfItem] = list(
            session.scalars(select(table).where(table.passage_id.in_((gone.id, stays.id))).order_by(table.id))
        )
        held = {row.whose for row in there if row.passage_id == stays.id}
        for row in there:
            if row.passage_id == gone.id:
                row.passage_id = None if row.whose in held else stays.id
                held.add(row.whose)
    session.flush()
