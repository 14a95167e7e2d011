"""SKOS comes in whole or not at all, tells its faults in a line each, and goes out as it came."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.formats import skos
from archive.formats.skos import Form
from archive.formats.starter import starter_concepts
from archive.models import Tagging, Theme, ThemeLink, Wording
from archive.services.access import OPERATOR
from archive.services.concept_intake import TakenIn, take_in
from archive.services.concepts import Concept, Faulty, concepts_here, public_ids
from archive.services.hierarchy import broader_of
from archive.services.integrity import faults
from archive.services.labels import theme_with
from archive.wiring import House
from tests.archive.concepts import a_thesaurus
from tests.conftest import Ran
from tests.factories import a_story

HEAD = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix t: <https://example.org/t/> .
"""
WORK = (
    HEAD
    + """
t:work a skos:Concept ; skos:prefLabel "Work"@en, "Arbeit"@de ; skos:altLabel "labour"@en ; skos:hiddenLabel "wrok" ;
  skos:scopeNote "What people do."@en ; skos:definition "Toil, paid or not."@en ; skos:narrower t:craft .
t:craft a skos:Concept ; skos:prefLabel "Craft"@en ; skos:related t:pride .
t:pride a skos:Concept ; skos:prefLabel "Pride"@en .
"""
)


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    with house.db.writing() as opened:
        yield opened


def turtle(text: str) -> list[Concept]:
    return skos.read(text.encode(), Form.TURTLE)


def taken(session: Session, text: str) -> TakenIn:
    return take_in(session, turtle(text), by=OPERATOR)


def rows(session: Session) -> tuple[int, int, int]:
    counted = (session.scalar(select(func.count(each.id))) for each in (Theme, Wording, ThemeLink))
    themes, wordings, links = (number or 0 for number in counted)
    return themes, wordings, links


def test_labels_notes_and_links_come_in(session: Session) -> None:
    assert taken(session, WORK) == TakenIn(new=3)
    work, craft = theme_with(session, "ARBEIT"), theme_with(session, "craft")
    assert work is not None
    assert craft is not None
    assert (work.label, work.language, work.slug, work.uri) == ("Work", "en", "work", "https://example.org/t/work")
    assert work.curated
    assert theme_with(session, "labour") is theme_with(session, "wrok") is work
    assert broader_of(session, [craft.id]) == {craft.id: {work.id}}
    assert rows(session) == (3, 5, 2)


def test_the_same_again_changes_nothing_and_another_wording_changes_one(session: Session) -> None:
    taken(session, WORK)
    before = rows(session)
    assert taken(session, WORK) == TakenIn(same=3)
    assert rows(session) == before
    assert taken(session, WORK.replace("What people do.", "What is done.")) == TakenIn(changed=1, same=2)
    taken(session, WORK)
    assert taken(session, WORK.replace("skos:narrower t:craft", "skos:narrower t:pride")).changed == 2
    assert rows(session)[0] == 3


def test_a_theme_that_people_made_in_passing_becomes_the_concept(house: House) -> None:
    a_story(house, passage_themes={0: "craft"})
    with house.db.writing() as session:
        assert taken(session, WORK) == TakenIn(new=2, changed=1)
        craft = theme_with(session, "Craft")
        assert craft is not None
        assert (craft.label, craft.curated, craft.uri) == ("Craft", True, "https://example.org/t/craft")
        assert session.scalars(select(Tagging.theme_id)).one() == craft.id


def test_what_was_replaced_is_merged(house: House) -> None:
    a_story(house, passage_themes={0: "Craft"})
    with house.db.writing() as session:
        taken(session, WORK)
        gone = WORK.replace("skos:related t:pride", "dct:isReplacedBy t:work").replace(
            "skos:narrower t:craft", 'skos:note "x"'
        )
        assert taken(session, gone).merged == 1
        work, tagging = theme_with(session, "Work"), session.scalars(select(Tagging)).one()
        assert work is theme_with(session, "craft")
        assert work is not None
        assert tagging.theme_id == work.id


@pytest.mark.parametrize("form", list(Form))
def test_what_goes_out_comes_in_the_same(session: Session, form: Form) -> None:
    take_in(session, starter_concepts(), by=OPERATOR)
    taken(session, WORK.replace("Pride", "ﬁère 愛 🙂 \\u202bفخر\\u202c"))
    here = list(concepts_here(session, "https://stories.example.org"))
    written = skos.write(here, form, "https://stories.example.org/themes", "Themes")
    again = skos.read(written.encode(), form)
    assert {each.uri: (frozenset(each.said), each.broader, each.related) for each in again} == {
        each.uri: (frozenset(each.said), each.broader, each.related) for each in here
    }
    done = take_in(session, again, by=OPERATOR, base="https://stories.example.org")
    assert (done.new, done.changed) == (0, 0)


def test_the_starter_set_keeps_the_rules() -> None:
    concepts = starter_concepts()
    assert faults(concepts) == []
    assert 35 <= len(concepts) <= 60
    assert 6 <= sum(not each.broader for each in concepts) <= 8


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ('t:a a skos:Concept ; skos:prefLabel "A" ; skos:broader t:b . t:b a skos:Concept ; skos:prefLabel "B" ;'
         " skos:broader t:a .", "Broader concepts run in a circle: “A” → “B” → “A”."),
        ('t:a a skos:Concept ; skos:prefLabel "A"@en, "B"@en .', "“A” has two preferred labels in the language “en”."),
        ('t:a a skos:Concept ; skos:prefLabel "A"@en . t:b a skos:Concept ; skos:prefLabel "a"@en .',
         "Two concepts have the preferred label “a”: https://example.org/t/a and https://example.org/t/b."),
        ('t:a a skos:Concept ; skos:prefLabel "A" ; skos:related t:b . t:b a skos:Concept ; skos:prefLabel "B" ;'
         " skos:broader t:a .", "“B” is related to “A”, which is broader as well."),
        ('t:a a skos:Concept ; skos:altLabel "A" .', "https://example.org/t/a has no preferred label."),
        ('t:a a skos:Concept ; skos:prefLabel "A"@xx .', "“A”: prefLabel: “xx” is no language code"),
        ('t:a a skos:Concept ; skos:prefLabel "A" ; skos:broader t:z .',
         "“A”: the broader concept https://example.org/t/z is neither in this file nor here."),
        ('t:a a skos:Concept ; skos:prefLabel "A" ; skos:narrower t:z .', "is neither in this file nor here."),
        (f't:a a skos:Concept ; skos:prefLabel "{"A" * 50_000}" .', "A theme's name is 200 characters long at most."),
        ('t:a a skos:Concept ; skos:prefLabel "A" ; skos:altLabel "a" .', "given as two kinds of label at once."),
        ('t:a a skos:Concept ; skos:prefLabel "A" ; skos:related t:a .', "“A” is related to itself."),
    ],
)  # fmt: skip
def test_each_fault_is_told_in_one_line_and_nothing_comes_in(session: Session, told: str, says: str) -> None:
    good = 't:good a skos:Concept ; skos:prefLabel "Good" .'
    with pytest.raises(Faulty) as refused, session.begin_nested():
        taken(session, HEAD + good + told)
    assert any(says in line for line in refused.value.lines)
    assert rows(session) == (0, 0, 0)


def test_a_circle_with_what_is_here_is_one_too(session: Session) -> None:
    taken(
        session,
        HEAD + 't:a a skos:Concept ; skos:prefLabel "A" . t:b a skos:Concept ; skos:prefLabel "B" ; skos:broader t:a .',
    )
    taken(session, HEAD + 't:c a skos:Concept ; skos:prefLabel "C" ; skos:broader t:b .')
    with pytest.raises(Faulty, match="Together with the themes here"), session.begin_nested():
        taken(session, HEAD + 't:a a skos:Concept ; skos:prefLabel "A" ; skos:broader t:c .')
    assert rows(session) == (3, 0, 2)


def a_bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 20))
    return f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "boom">{entities}]><r>&e19;</r>'.encode()


def swollen() -> bytes:
    return f'<!DOCTYPE r [<!ENTITY e "{"x" * 300}">]><r>{"&e;" * 400_000}</r>'.encode()


def reads(file: str) -> bytes:
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://www.w3.org/2004/02/skos/core#"'
    return (
        f'<!DOCTYPE rdf:RDF [<!ENTITY e SYSTEM "{file}">]><rdf:RDF {rdf}><s:Concept rdf:about="urn:x:a">'
        "<s:prefLabel>&e;</s:prefLabel></s:Concept></rdf:RDF>"
    ).encode()


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (a_bomb(), Form.RDF_XML),
        (swollen(), Form.RDF_XML),
        (reads("file:///etc/hostname"), Form.RDF_XML),
        (reads("http://127.0.0.1:9/e"), Form.RDF_XML),
        (b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/d"><r/>', Form.RDF_XML),
        (b"<rdf", Form.RDF_XML),
        (b"", Form.RDF_XML),
        (b'{"@context": "http://127.0.0.1:9/c", "@id": "urn:x:a"}', Form.JSON_LD),
        (b'{"@context": [{}, "http://127.0.0.1:9/c"]}', Form.JSON_LD),
        (b'{"@context": {"@import": "http://127.0.0.1:9/c"}}', Form.JSON_LD),
        (b'{"a": {"@context": {"b": {"@context": "c.json"}}}}', Form.JSON_LD),
        (b"[" * 100_000, Form.JSON_LD),
        (b"[" * 100_000 + b"]" * 100_000, Form.JSON_LD),
        (b"{}", Form.JSON_LD),
        (b"null", Form.JSON_LD),
        (b"no turtle", Form.TURTLE),
        (b"\x00\x01\xff", Form.TURTLE),
        (b"\x1f\x8b\x08\x00", Form.TURTLE),
        (b"PK\x03\x04", Form.JSON_LD),
        (b"<urn:a> <urn:b> " + b"[ <urn:c> " * 20_000, Form.TURTLE),
        (b"", Form.TURTLE),
        (b'<urn:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "a"@xx_yy .', Form.TURTLE),
        (b" " * (skos.MOST_BYTES + 1), Form.TURTLE),
    ],
)
def test_a_file_that_is_no_thesaurus_is_refused_in_a_sentence(data: bytes, form: Form) -> None:
    with pytest.raises(Faulty) as refused:
        skos.read(data, form)
    assert len(refused.value.lines) == 1
    assert "\n" not in str(refused.value)


def test_addresses_that_an_editor_wrote_as_entities_are_read() -> None:
    written = skos.write(turtle(WORK), Form.RDF_XML, "https://example.org/t", "T").replace(
        "http://www.w3.org/2004/02/skos/core#", "&skos;"
    )
    head, _, rest = written.partition("\n")
    data = f'{head}\n<!DOCTYPE r [<!ENTITY skos "http://www.w3.org/2004/02/skos/core#">]>\n{rest}'
    assert len(skos.read(data.encode(), Form.RDF_XML)) == 3


def test_a_nul_in_a_label_is_a_blank(session: Session) -> None:
    taken(session, HEAD + 't:a a skos:Concept ; skos:prefLabel "going\\u0000 home" ; skos:scopeNote "a\\u0000b" .')
    theme = session.scalars(select(Theme)).one()
    assert (theme.label, theme.wordings[0].text) == ("going home", "a b")


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.ttl", b"", Form.TURTLE), ("a.RDF", b"", Form.RDF_XML), ("a.jsonld", b"", Form.JSON_LD),
        ("a", b' {"@id": ""}', Form.JSON_LD), ("a.txt", b"<?xml ?>", Form.RDF_XML), ("a.bin", b"@prefix", Form.TURTLE),
    ],
)  # fmt: skip
def test_the_form_is_told_by_the_name_or_by_the_beginning(name: str, data: bytes, form: Form) -> None:
    assert skos.form_of(name, data) == form


def test_the_public_is_told_of_nothing_that_is_closed(house: House) -> None:
    a_story(house, "Open", passage_themes={0: "Doubt"})
    a_story(house, "Closed", passage_themes={0: "Secret"}, public=False)
    with house.db.writing() as session:
        taken(session, HEAD + 't:a a skos:Concept ; skos:prefLabel "Feelings" .')
        names = {each.name for each in concepts_here(session, "", public_ids(session))}
    assert names == {"“Doubt”", "“Feelings”"}


def test_a_thousand_concepts_come_in_and_a_broader_one_finds_all_below(house: House) -> None:
    with house.db.writing() as session:
        assert taken(session, a_thesaurus(1000)) == TakenIn(new=1000)
        deep, top = theme_with(session, "concept 999"), theme_with(session, "concept 9")
        assert deep is not None
        assert top is not None
        assert top.id in broader_of(session, [deep.id])[deep.id]


def test_the_command_takes_in_hands_over_and_merges(
    peer_stories: Callable[..., Ran], tmp_path: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "work.ttl"
    file.write_text(WORK)
    dry = peer_stories("themes", "import", str(file), "--dry-run")
    assert (dry.code, dry.out) == (0, "Would be: 3 new, 0 changed, 0 as they were.\n")
    with house.db.reading() as session:
        assert rows(session) == (0, 0, 0)
    assert peer_stories("themes", "import", str(file)).out == "Taken in: 3 new, 0 changed, 0 as they were.\n"
    assert peer_stories("themes", "merge", "labour", "Pride").out == "“Work” is “Pride” from now on.\n"
    again = peer_stories("themes", "merge", "work", "Nobody")
    assert (again.code, again.err.strip()) == (1, "There is no theme “Nobody”.")
    told = json.loads(peer_stories("themes", "export", "--format", "jsonld").out)
    assert len(told) == 4
    file.write_text(WORK.replace("t:pride .\n", "t:nowhere .\n") + 't:x a skos:Concept ; skos:prefLabel "a"@xx .')
    refused = peer_stories("themes", "import", str(file))
    assert (refused.code, len(refused.out.splitlines())) == (1, 2)
    assert refused.err.strip() == "This thesaurus was not taken in, and nothing was changed. It has 2 faults."
