"""The desk: what somebody keeps, codes and looks for, and that nobody else sees it."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Passage, RoleName, Saved, Shelf, Story
from archive.services import desk, strikes
from archive.services.access import OPERATOR
from archive.services.accounts import account_of
from archive.services.errors import Conflict, Invalid, NotFound
from archive.services.stories import About, story_by_slug, unpublish
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.spoken import spoken_story

SPOKEN = ("The lighthouse stood empty that winter.", "=1+1 nobody had asked for it.")


def first_passage(house: House, slug: str) -> int:
    with house.db.reading() as session:
        story = story_by_slug(session, slug, OPERATOR)
        query = select(Passage.id).where(Passage.story_id == story.id).order_by(Passage.ordinal)
        return session.scalars(query).first() or 0


def keeps(who: Visitor, passage: int) -> str:
    """Keeps a passage; gives the address of its shelf."""
    answer = who.post("/desk/kept", {"passage": passage}, at="/desk")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def table(answer: object) -> list[dict[str, str]]:
    data = answer.data  # type: ignore[attr-defined]
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.fixture
def slug(house: House, work: Callable[[], None]) -> str:
    made = a_story(house, about=About("Bread", ["Ana R."], ["M."], date(2020, 5, 4)), passage_themes={0: "Doubt"})
    work()
    return made


def test_a_passage_is_kept_from_a_hit_with_a_note_and_moved_to_another_shelf(
    house: House, contributor: Visitor, slug: str
) -> None:
    page = contributor.get("/search?q=resignation").text
    [wanted] = re.findall(r'name="passage" value="(\d+)"', page)
    answer = contributor.post(
        "/desk/kept", {"passage": wanted, "next": "/search?q=resignation"}, at="/search?q=resignation"
    )
    assert answer.headers["Location"] == "/search?q=resignation"
    after = contributor.get("/search?q=resignation").text
    assert "Kept at your desk" in after
    assert "Kept on your shelf “Kept”" in after
    assert contributor.post("/desk/shelves", {"name": "  Leaving \n work "}, at="/desk").status_code == 303
    [(_, first), (_, other)] = [
        (name, id_)
        for id_, name in re.findall(r'/desk/shelves/(\d+)" dir="auto">([^<]+)', contributor.get("/desk").text)
    ]
    shelf = contributor.get(f"/desk/shelves/{first}").text
    assert "letter of resignation" in shelf
    [kept] = re.findall(r'id="kept-(\d+)"', shelf)
    moved = contributor.post(f"/desk/kept/{kept}", {"note": "He <b>calls</b>", "shelf": other}, at="/desk")
    assert moved.status_code == 303
    assert "Nothing lies on this shelf" in contributor.get(f"/desk/shelves/{first}").text
    there = contributor.get(f"/desk/shelves/{other}").text
    assert "He &lt;b&gt;calls" in there
    assert "Leaving work" in there
    assert contributor.post(f"/desk/kept/{kept}/remove", at="/desk").status_code == 303
    assert "Nothing lies" in contributor.get(f"/desk/shelves/{other}").text


def test_a_shelf_is_renamed_and_taken_down_and_no_two_have_one_name(contributor: Visitor) -> None:
    contributor.post("/desk/shelves", {"name": "One"}, at="/desk")
    contributor.post("/desk/shelves", {"name": "Two"}, at="/desk")
    again = contributor.post("/desk/shelves", {"name": "Two"}, at="/desk")
    assert (again.status_code, "called “Two” already" in again.text) == (422, True)
    assert contributor.post("/desk/shelves", {"name": " "}, at="/desk").status_code == 422
    assert contributor.post("/desk/shelves", {"name": "x" * 81}, at="/desk").status_code == 422
    [one, two] = re.findall(r'href="/desk/shelves/(\d+)"', contributor.get("/desk").text)
    refused = contributor.post(f"/desk/shelves/{one}", {"name": "Two"}, at="/desk")
    assert (refused.status_code, "already" in refused.text) == (422, True)
    assert contributor.post(f"/desk/shelves/{one}", {"name": "Three"}, at="/desk").status_code == 303
    assert "Take this shelf down?" in contributor.get(f"/desk/shelves/{one}/remove").text
    assert contributor.post(f"/desk/shelves/{one}/remove", at="/desk").status_code == 303
    assert contributor.get(f"/desk/shelves/{one}").status_code == 404
    assert contributor.get(f"/desk/shelves/{two}").status_code == 200


def test_nobody_reads_or_changes_the_desk_of_another(
    house: House, visitor: Callable[[], Visitor], stranger: Visitor, curator: Visitor, slug: str
) -> None:
    mine = visitor().signs_in(RoleName.CONTRIBUTOR, "mine@example.org")
    shelf = keeps(mine, first_passage(house, slug))
    mine.post("/desk/searches", {"query": "q=kitchen"}, at="/desk")
    [kept] = re.findall(r'id="kept-(\d+)"', mine.get(shelf).text)
    [search] = re.findall(r"/desk/searches/(\d+)/remove", mine.get("/desk").text)
    for who in (curator, visitor().signs_in(RoleName.INTERVIEWER)):
        for path in (shelf, f"{shelf}.csv", f"{shelf}/remove"):
            assert who.get(path).status_code == 404, path
        for path in (shelf, f"{shelf}/remove", f"/desk/kept/{kept}", f"/desk/kept/{kept}/remove",
                     f"/desk/searches/{search}", f"/desk/searches/{search}/remove"):  # fmt: skip
            assert who.post(path, {"name": "Mine", "note": "Mine"}, at="/desk").status_code == 404, path
        keeps(who, first_passage(house, slug))
        [own] = re.findall(r'href="(/desk/shelves/\d+)"', who.get("/desk").text)
        [theirs] = re.findall(r'id="kept-(\d+)"', who.get(own).text)
        other = shelf.rsplit("/", 1)[1]
        assert who.post(f"/desk/kept/{theirs}", {"shelf": other}, at="/desk").status_code == 404
        assert "kitchen" not in who.get("/desk").text
    assert mine.get(shelf).status_code == 200
    for path in ("/desk", shelf, "/desk/taggings", "/search.csv?q=kitchen"):
        assert "/signin" in stranger.get(path).headers["Location"]


def test_what_is_closed_leaves_one_quiet_line_and_no_export_holds_it(
    house: House, contributor: Visitor, slug: str
) -> None:
    shelf = keeps(contributor, first_passage(house, slug))
    contributor.post(f"/passages/{first_passage(house, slug)}/themes", {"theme": "Quitting"}, at=f"/stories/{slug}")
    contributor.get(f"/stories/{slug}")  # says once what was put there
    with house.db.writing() as session:
        unpublish(session, story_by_slug(session, slug, OPERATOR), by=OPERATOR)
    for path in (shelf, "/desk", "/desk/taggings"):
        page = contributor.get(path).text
        assert not re.search("Bread|resignation|Ana R|Quitting", page), path
        assert re.search("closed by the wish of its narrator", page, re.IGNORECASE) or path == "/desk"
    for path in (f"{shelf}.csv", "/desk/taggings.csv"):
        [told] = table(contributor.get(path))
        assert told["story"] == "1 passage is left out, closed by the wish of its narrator."
        assert not any(value for name, value in told.items() if name != "story")


def test_a_struck_passage_is_not_on_the_shelf_any_more(
    house: House, contributor: Visitor, tmp_path: object, work: Callable[[], None]
) -> None:
    held = spoken_story(house, tmp_path, About("Light", ["Ana R."]), SPOKEN, theme="towers")  # type: ignore[arg-type]
    shelf = keeps(contributor, held.passages[0])
    assert "lighthouse" in contributor.get(shelf).text
    with house.db.writing() as session:
        story = session.get_one(Story, held.id)
        strikes.strike(session, story, strikes.spans_at(story, 0, 1950)[0], by=OPERATOR)
    page = contributor.get(shelf).text
    assert "lighthouse" not in page
    assert "Nothing is said at this moment any more" in page
    assert "lighthouse" not in contributor.get(f"{shelf}.csv").text


def test_a_passage_that_was_cut_anew_is_found_by_the_clock(
    house: House, contributor: Visitor, tmp_path: object
) -> None:
    held = spoken_story(house, tmp_path, About("Light", ["Ana R."]), SPOKEN, theme="towers")  # type: ignore[arg-type]
    shelf = keeps(contributor, held.passages[0])
    with house.db.writing() as session:
        old = session.get_one(Passage, held.passages[0])
        kept = {name: getattr(old, name) for name in ("story_id", "recording_id", "start_ms", "end_ms", "state")}
        session.delete(old)
        session.flush()
        session.add(Passage(**kept, ordinal=0, text="The lighthouse was empty."))
    assert "The lighthouse was empty." in contributor.get(shelf).text


def test_tables_cite_what_they_hold_and_run_no_formula(
    house: House, contributor: Visitor, tmp_path: object, work: Callable[[], None]
) -> None:
    about = About("=Light", ["Ana R."], ["M."], date(2020, 5, 4))
    held = spoken_story(house, tmp_path, about, SPOKEN, theme="towers")  # type: ignore[arg-type]
    work()
    [row] = table(contributor.get("/search.csv?q=lighthouse"))
    assert row == {
        "story": "'=Light", "narrator": "Ana R.", "passage": SPOKEN[0], "start": "0:00:00", "end": "0:00:01",
        "state": "heard by a machine, not yet checked", "themes": "towers", "note": "",
        "citation": f"Ana R., “=Light”, interview by M., May 4, 2020, at 0:00:00, Peer Stories, "
        f"http://localhost/stories/{held.slug}?t=0.",
        "link": f"http://localhost/stories/{held.slug}?t=0",
    }  # fmt: skip
    [second] = table(contributor.get("/search.csv?q=nobody"))
    assert second["passage"] == f"'{SPOKEN[1]}"
    shelf = keeps(contributor, held.passages[1])
    [kept] = re.findall(r'id="kept-(\d+)"', contributor.get(shelf).text)
    contributor.post(f"/desk/kept/{kept}", {"note": "@SUM(A1)"}, at="/desk")
    assert table(contributor.get(f"{shelf}.csv"))[0]["note"] == "'@SUM(A1)"
    contributor.post(f"/passages/{held.passages[1]}/themes", {"theme": "-minus"}, at=f"/stories/{held.slug}")
    [coded] = table(contributor.get("/desk/taggings.csv"))
    assert (coded["themes"], coded["passage"]) == ("'-minus", f"'{SPOKEN[1]}")


def test_a_kept_search_says_what_came_since(
    house: House, contributor: Visitor, slug: str, work: Callable[[], None]
) -> None:
    saved = contributor.post("/desk/searches", {"query": "q=kitchen&place=Oslo&page=3"}, at="/desk")
    assert saved.status_code == 303
    assert "q=kitchen" in contributor.get("/desk").text
    contributor.post("/desk/searches", {"query": "q=kitchen"}, at="/desk")
    assert "nothing new since" in contributor.get("/desk").text
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1), tick=True):
        made = a_story(house, "Water")
        with house.db.writing() as session:
            story_by_slug(session, made, OPERATOR).published_at = datetime.now(UTC)
        work()
    page = contributor.get("/desk").text
    assert "1 new since" in page
    [*_, search] = re.findall(r"/desk/searches/(\d+)/remove", page)
    assert contributor.post(f"/desk/searches/{search}", {"name": "Kitchens"}, at="/desk").status_code == 303
    assert "Kitchens" in contributor.get("/desk").text
    contributor.post(f"/desk/searches/{search}/remove", at="/desk")
    assert "Kitchens" not in contributor.get("/desk").text
    assert "This search is at your desk" in contributor.get("/search?q=kitchen").text
    assert contributor.post("/desk/searches", {"query": ""}, at="/desk").status_code == 422
    assert contributor.post("/desk/searches", {"query": "q=" + "x" * 3000}, at="/desk").status_code == 422


def test_codings_are_listed_and_taken_off(house: House, contributor: Visitor, slug: str) -> None:
    page = f"/stories/{slug}"
    contributor.post(f"/passages/{first_passage(house, slug)}/themes", {"theme": "Quitting"}, at=page)
    contributor.post(f"/stories/{slug}/themes", {"theme": "Work"}, at=page)
    listed = contributor.get("/desk/taggings").text
    assert "Quitting" in listed
    assert "the whole of" in listed
    assert "Doubt" not in listed  # put on by somebody else
    for tagging in re.findall(r'action="(/taggings/\d+/remove)"', listed):
        answer = contributor.post(tagging, {"next": "/desk/taggings"}, at="/desk/taggings")
        assert answer.headers["Location"] == "/desk/taggings"
    assert "None yet" in contributor.get("/desk/taggings").text


@pytest.mark.parametrize("passage", ["", "x", "0", "-1", "999999", "9" * 30, "🙂"])
def test_what_cannot_be_kept_gets_a_sentence(passage: str, contributor: Visitor) -> None:
    answer = contributor.post("/desk/kept", {"passage": passage}, at="/desk")
    assert answer.status_code in (404, 422)


def test_a_full_desk_says_so(house: House, contributor: Visitor, slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "MOST_SHELVES", 1)
    monkeypatch.setattr(desk, "MOST_ON_A_SHELF", 1)
    with house.db.writing() as session:
        by = account_of(session, "contributor@example.org")
        passages = session.scalars(select(Passage.id).order_by(Passage.id)).all()
        held = desk.keep(session, passages[0], by=by)
        assert desk.keep(session, passages[0], by=by) is held
        with pytest.raises(Conflict):
            desk.keep(session, passages[1], by=by)
        with pytest.raises(Conflict):
            desk.add_shelf(session, "Another", by=by)
        with pytest.raises(Invalid):
            desk.annotate(session, held.id, "x" * 4001, by=by)
        with pytest.raises(NotFound):
            desk.keep(session, 10**6, by=by)


def test_two_of_one_passage_become_one_with_both_notes(house: House, contributor: Visitor, slug: str) -> None:
    with house.db.writing() as session:
        by = account_of(session, "contributor@example.org")
        held = desk.annotate(session, desk.keep(session, first_passage(house, slug), by=by).id, "one", by=by)
        other = desk.add_shelf(session, "Other", by=by)
        twin = _twin(session, held, other)
        left = desk.move(session, held.id, other.id, by=by)
        assert (left.id, left.note) == (twin.id, "two\n\none")
        assert desk.kept_among(session, [left.passage_id or 0], by=by) == {left.passage_id}
        assert desk.kept_among(session, [left.passage_id or 0], by=None) == frozenset()


def _twin(session: Session, held: Saved, shelf: Shelf) -> Saved:
    made = Saved(
        shelf_id=shelf.id, story_id=held.story_id, passage_id=held.passage_id, start_ms=held.start_ms,
        end_ms=held.end_ms, note="two",
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made
