"""What somebody takes along from here: hits, shelves and codings as tables."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Response
from flask.typing import ResponseReturnValue

from archive.formats import quoted, tables
from archive.formats.citation import Cited, cite, clock
from archive.formats.quoted import Quoted, left_out
from archive.services import desk as shelving
from archive.services import kept
from archive.services.about import about
from archive.services.access import Action
from archive.services.finding import Match, find
from archive.services.tagging import taggings_on, themes_of
from archive.web.desk import desk
from archive.web.desk.shelves import SHELF
from archive.web.http import account, base_url, door, house, session
from archive.web.present import STANDING, story_path
from archive.web.site.asking import asked

MOST = 1000  # hits of one search


@door(desk, "/search.csv", Action.KEEP)
def hits() -> ResponseReturnValue:
    wish = replace(asked(), offset=0, limit=MOST)
    findings = find(session(), house().index, wish, account(), house().embedder)
    closed = len(findings.answer.hits) - len(findings.matches)
    total = findings.answer.total
    cut = f"These are the first {MOST:,} of {total:,} passages." if total > MOST else ""
    return _table("search", _quoted(findings.matches), left_out(closed), cut)


@door(desk, f"{SHELF}.csv", Action.KEEP)
def shelf_table(shelf_id: int) -> ResponseReturnValue:
    held = shelving.shelf_of(session(), shelf_id, by=account())
    rows = kept.read(session(), shelving.lying_on(session(), held), by=account())
    notes = {each.match.passage.id: each.saved.note or "" for each in rows if each.match}
    taken = _quoted([each.match for each in rows if each.match], notes)
    return _table("shelf", taken, left_out(len(rows) - len(taken)))


@door(desk, "/desk/taggings.csv", Action.KEEP)
def codings_table() -> ResponseReturnValue:
    codings, _ = kept.codings_of(session(), by=account())
    on_passages = [each for each in codings if each.match]
    rows = _quoted([each.match for each in on_passages if each.match])
    named = [replace(row, themes=each.tagging.theme.label) for row, each in zip(rows, on_passages, strict=True)]
    return _table("taggings", named, left_out(sum(each.story is None for each in codings)))


def _table(name: str, rows: Sequence[Quoted], *told: str) -> Response:
    answer = Response(quoted.write(rows, *told), content_type=tables.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _quoted(matches: Sequence[Match], notes: dict[int, str] | None = None) -> list[Quoted]:
    whole = themes_of(session(), list({match.story.id for match in matches}))
    own = taggings_on(session(), [match.passage.id for match in matches])
    archive, base = about(session()).name, base_url()
    rows = []
    for match in matches:
        story, passage = match.story, match.passage
        start, end = (story.at(passage.recording_id, ms) for ms in (passage.start_ms, passage.end_ms))
        moment = f"#p{passage.id}" if start is None else f"?t={start / 1000:g}"
        link = f"{base}{story_path(story)}{moment}"
        narrators, interviewers = (
            tuple(each.name for each in group) for group in (story.narrators, story.interviewers)
        )
        cited = Cited(narrators, story.title, interviewers, story.recorded_on, start, archive, link)
        themes = (tagging.theme.label for tagging in (*whole[story.id], *own.get(passage.id, ())))
        rows.append(
            Quoted(
                story.title, ", ".join(narrators), passage.text, clock(start), clock(end), STANDING[passage.state],
                "; ".join(dict.fromkeys(themes)), (notes or {}).get(passage.id, ""), cite(cited), link,
            )
        )  # fmt: skip
    return rows
