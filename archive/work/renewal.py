"""Files of mixtapes that are not true any more: they are refused already; here they go, and are made anew."""

from collections.abc import Collection

from sqlalchemy import select

from archive.models import Mixtape, Rendering
from archive.services import renderings
from archive.services.stamps import today
from archive.work.house import House


def renew(house: House, story_ids: Collection[int] | None = None) -> None:
    """Those in which one of these stories is heard; all where none are given. INDEX asks for each story that shows
    something else from now on, and the worker now and then for all: a mixtape may have changed itself."""
    with house.db.reading() as session:
        made = session.execute(select(Rendering.mixtape_id, Rendering.stamp, Rendering.made_of)).all()
    wanted = None if story_ids is None else set(story_ids)
    asked = {(id_, stamp) for id_, stamp, of in made if wanted is None or wanted & set(of.get("stories", ()))}
    for mixtape_id, stamp in sorted(asked):
        with house.db.reading() as session:
            held = session.get(Mixtape, mixtape_id)
            if held is None or today(session, held, secret=house.secret_key) == stamp:
                continue
        with house.db.writing() as session:
            gone = renderings.throw_away(session, mixtape_id, stamp)
            if gone and not renderings.under_way(session, mixtape_id):
                renderings.queue(session, mixtape_id)
