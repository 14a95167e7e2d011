"""Curators keep the thesaurus: make, describe, merge, take in and take out; and nobody else does."""

import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from archive.formats import skos
from archive.formats.skos import Form
from archive.models import Job, JobKind, LinkKind, RoleName, Tagging, Theme, ThemeLink, Wording
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

HERE, FILES = "/curator/themes", "/curator/thesaurus"
SKOS = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix t: <https://example.org/t/> .
t:water a skos:Concept ; skos:prefLabel "Water"@en ; skos:altLabel "Wasser"@de .
t:rain a skos:Concept ; skos:prefLabel "Rain"@en ; skos:broader t:water .
"""


def made(curator: Visitor, label: str, **more: str) -> None:
    answer = curator.post(HERE, {"label": label, "language": "en", **more}, at=HERE)
    assert answer.status_code == 303, answer.text


def theme(house: House, label: str) -> Theme | None:
    with house.db.reading() as session:
        return session.scalars(select(Theme).where(Theme.label == label)).one_or_none()


def count(house: House, table: type) -> int:
    with house.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def sent(curator: Visitor, data: bytes | str, name: str = "water.ttl", **more: str) -> tuple[int, str]:
    """Upload a file; gives the status and where it leads, or the page."""
    held = io.BytesIO(data.encode() if isinstance(data, str) else data)
    answer = curator.post(f"{FILES}/import", {"file": (held, name), **more}, at=FILES)
    return answer.status_code, answer.headers.get("Location") or answer.text


def test_a_theme_is_made_described_and_read_back(house: House, curator: Visitor, stranger: Visitor) -> None:
    made(curator, "Water")
    made(curator, "Weather")
    made(curator, "Rain", broader="Water")
    said: dict[str, object] = {"label": "Rain", "language": "en", "other": "drizzle\nde: Niesel\nNote: wet",
            "preferred": "de: Regen", "hidden": "rian", "scope": "What falls.\n\nde: Was fällt.",
            "definition": "Drops.",
            "broader": "water", "related": "Weather"}  # fmt: skip
    assert curator.post(f"{HERE}/rain", said, at=f"{HERE}/rain").status_code == 303
    form = curator.get(f"{HERE}/rain").text
    for held in ("drizzle", "de: Niesel", "Note: wet", "de: Regen", "rian", "de: Was fällt.", "Drops."):
        assert held in form
    assert "<textarea" in form
    assert ">Water</textarea>" in form
    assert ">Weather</textarea>" in form
    public = stranger.get("/themes/rain").text
    assert "What falls." in public
    assert "rian" not in public
    with house.db.reading() as session:
        jobs = session.scalar(select(func.count(Job.id)).where(Job.kind == JobKind.LEARN))
    assert jobs == 1


def test_what_is_refused_is_said_and_what_was_typed_stays(house: House, curator: Visitor) -> None:
    made(curator, "Water")
    made(curator, "Rain", broader="Water")
    round_it: dict[str, object] = {"label": "Water", "broader": "Rain", "scope": "Typed with care."}
    refused = curator.post(f"{HERE}/water", round_it, at=f"{HERE}/water")
    assert refused.status_code == 422
    assert "Broader themes would run in a circle: “Water” → “Rain” → “Water”. Nothing was changed." in refused.text
    assert "Typed with care." in refused.text
    for form, sentence in (
        ({"label": "Rain", "broader": "Fog"}, "There is no theme “Fog”. Make it first."),
        ({"label": "Rain", "broader": "Rain"}, "A theme is neither broader than itself nor related to itself."),
        ({"label": "water"}, "There is a theme “Water” already."),
        ({"label": " "}, "Please name a theme."),
        ({"label": "x" * 201}, "A theme&#39;s name is 200 characters long at most."),
        ({"label": "Rain", "preferred": "de: Regen\nde: Guss"}, "There are two preferred labels in the language “de”."),
        ({"label": "Rain", "language": "Klingon?"}, "is no language code"),
        ({"label": "Rain", "broader": "Water", "related": "Water"}, "so it is not related as well"),
    ):
        answer = curator.post(f"{HERE}/rain", dict(form), at=f"{HERE}/rain")
        assert (answer.status_code, sentence in answer.text.replace("’", "&#39;")) == (422, True), form
    assert curator.post(HERE, {"label": "WATER"}, at=HERE).status_code == 422
    assert curator.post(HERE, {"label": "Fog", "broader": "Mist"}, at=HERE).status_code == 422
    assert theme(house, "Fog") is None
    assert count(house, ThemeLink) == 1
    assert count(house, Wording) == 0


def test_two_themes_become_one(house: House, curator: Visitor, stranger: Visitor) -> None:
    a_story(house, passage_themes={0: "Rains", 1: "Rain"})
    wrong = curator.post(f"{HERE}/rains/merge", {"into": "Fog"}, at=f"{HERE}/rains")
    assert wrong.status_code == 422
    assert 'value="Fog"' in wrong.text
    assert curator.post(f"{HERE}/rains/merge", {"into": "rains"}, at=f"{HERE}/rains").status_code == 422
    done = curator.post(f"{HERE}/rains/merge", {"into": "rain"}, at=f"{HERE}/rains")
    assert (done.status_code, done.headers["Location"]) == (303, f"{HERE}/rain")
    page = curator.get(f"{HERE}/rain").text
    assert "“Rains” is “Rain” from now on" in page
    assert "/themes/rains" in page
    assert curator.get(f"{HERE}/rains").headers["Location"] == f"{HERE}/rain"
    assert stranger.get("/themes/rains").headers["Location"] == "/themes/rain"
    again = curator.post(f"{HERE}/rains", {"label": "Rains"}, at=HERE)
    assert again.status_code == 409
    assert count(house, Tagging) == 2


def test_what_was_made_in_passing_is_taken_in_and_out_again(house: House, curator: Visitor) -> None:
    a_story(house, public=False, passage_themes={0: "Secrets"})
    listed = curator.get(f"{HERE}?view=passing").text
    assert "Secrets" in listed
    assert "none of them public" in listed
    answer = curator.post(f"{HERE}/secrets/curated", {"curated": "yes", "listed": "yes"}, at=f"{HERE}?view=passing")
    assert answer.headers["Location"] == f"{HERE}?view=passing"
    held = theme(house, "Secrets")
    assert held is not None
    assert held.curated
    assert "Secrets" in curator.get(f"{HERE}?view=alone").text
    curator.post(f"{HERE}/secrets/curated", {"curated": "no"}, at=f"{HERE}/secrets")
    held = theme(house, "Secrets")
    assert held is not None
    assert not held.curated
    assert "Secrets" in curator.get(f"{HERE}?q=SECR").text
    assert "No theme is called like that." in curator.get(f"{HERE}?q=zeppelin").text


def test_only_what_nothing_carries_is_removed(house: House, curator: Visitor) -> None:
    a_story(house, passage_themes={0: "Rain"})
    made(curator, "Fog")
    assert curator.post(f"{HERE}/rain/remove", at=f"{HERE}/rain").status_code == 409
    assert curator.post(f"{HERE}/fog/remove", at=f"{HERE}/fog").status_code == 303
    assert theme(house, "Fog") is None
    assert theme(house, "Rain") is not None
    assert curator.get(f"{HERE}/fog").status_code == 404


def test_a_file_comes_in_all_of_it_or_nothing(house: House, curator: Visitor) -> None:
    code, page = sent(curator, SKOS, look="yes")
    assert (code, count(house, Theme)) == (200, 0)
    assert "It can be taken in: 2 new, 0 changed, 0 as they were. Nothing was changed yet." in page
    assert sent(curator, SKOS) == (303, HERE)
    assert "Taken in: 2 new, 0 changed, 0 as they were." in curator.get(HERE).text
    assert sent(curator, SKOS) == (303, HERE)
    assert "Taken in: 0 new, 0 changed, 2 as they were." in curator.get(HERE).text
    bad = SKOS + 't:water skos:broader t:rain .\nt:fog a skos:Concept ; skos:prefLabel "Fog"@en .'
    code, page = sent(curator, bad)
    assert (code, theme(house, "Fog")) == (422, None)
    assert "circle" in page
    assert "Nothing was changed." in page


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "a.ttl"), (b"\x89PNG\r\n\x1a\n\x00\x00", "a.png"), (b"t:a a skos:Concept", "a.ttl"), (b"<html>", "a.rdf"),
     (b"{", "a.jsonld"), (b"x" * 2**20 + b"x", "a.ttl")],
)  # fmt: skip
def test_a_file_that_is_no_thesaurus_gets_a_sentence(
    house: House, curator: Visitor, monkeypatch: pytest.MonkeyPatch, data: bytes, name: str
) -> None:
    monkeypatch.setattr(skos, "MOST_BYTES", 400_000)
    code, page = sent(curator, data[:400_001], name)
    assert code == 422
    assert re.search(r"<li>[A-Z“].{10,}\.</li>", page)
    assert count(house, Theme) == 0


def test_no_file_is_asked_for(curator: Visitor) -> None:
    answer = curator.post(f"{FILES}/import", at=FILES)
    assert answer.status_code == 422
    assert "Please choose a file." in answer.text


@pytest.mark.parametrize("ending", ["ttl", "rdf", "jsonld"])
def test_what_goes_out_comes_in_again_unchanged(curator: Visitor, ending: str) -> None:
    sent(curator, SKOS)
    answer = curator.get(f"{FILES}.{ending}")
    assert "attachment" in answer.headers["Content-Disposition"]
    form = {"ttl": Form.TURTLE, "rdf": Form.RDF_XML, "jsonld": Form.JSON_LD}[ending]
    assert {each.first.text for each in skos.read(answer.data, form) if each.first} == {"Water", "Rain"}
    assert sent(curator, answer.data, f"themes.{ending}") == (303, HERE)
    assert "Taken in: 0 new, 0 changed, 2 as they were." in curator.get(HERE).text
    assert curator.get(f"{FILES}.pdf").status_code == 404


def test_the_small_set_comes_in_once(house: House, curator: Visitor) -> None:
    assert "Begin with the small set" in curator.get(HERE).text
    assert curator.post(f"{FILES}/starter", at=FILES).status_code == 303
    many = count(house, Theme)
    assert many > 30
    assert curator.post(f"{FILES}/starter", at=FILES).status_code == 303
    assert count(house, Theme) == many
    with house.db.reading() as session:
        assert session.scalar(select(func.count()).where(ThemeLink.kind == LinkKind.BROADER))
    assert "in the thesaurus" in curator.get(HERE).text.lower()


def test_nobody_else_comes_in(
    house: House, visitor: Callable[[], Visitor], contributor: Visitor, interviewer: Visitor, stranger: Visitor
) -> None:
    a_story(house, passage_themes={0: "Rain"})
    pages = (HERE, f"{HERE}/rain", FILES, f"{FILES}.ttl")
    acts = (HERE, f"{HERE}/rain", f"{HERE}/rain/curated", f"{HERE}/rain/merge", f"{HERE}/rain/remove",
            f"{FILES}/import", f"{FILES}/starter")  # fmt: skip
    for who in (contributor, interviewer):
        assert [who.get(each).status_code for each in pages] == [403] * len(pages)
        assert [who.post(each, {"label": "x"}, at="/stories").status_code for each in acts] == [403] * len(acts)
    assert all(stranger.get(each).status_code in (302, 303, 401, 403) for each in pages)
    assert all(stranger.post(each).status_code in (302, 303, 401, 403) for each in acts)
    assert "Change this theme" not in contributor.get("/themes/rain").text
    assert "Change this theme" in visitor().signs_in(RoleName.CURATOR, "c@example.org").get("/themes/rain").text
    assert count(house, Theme) == 1
