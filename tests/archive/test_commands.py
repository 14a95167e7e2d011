"""The command line, as scripts use it: each command in a process of its own, on a real archive."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive.models import Job, Passage, Recording, Story
from archive.services.access import OPERATOR
from archive.services.browse import list_themes
from archive.services.stories import story_by_slug
from archive.wiring import House
from search.documents import Audience
from tests.archive.sounds import tone
from tests.conftest import Ran, Visitor
from tests.factories import TEXTS, a_story

Run = Callable[..., Ran]
FIFTY = [f"theme {n}" for n in range(50)]


def corpus(path: Path) -> Path:
    """Two interviews: times before the beginning, none at all, fifty themes on one passage, themes that are one."""
    lines = [
        ("one", "CC", -10, -5, "Ten seconds.", []),
        ("one", "P", 0, 2, "Lift-off, roger.", []),
        ("two", None, None, None, "We baked bread.", [*FIFTY, "Bread", "bread", "BREAD "]),
    ]
    names = ("interview", "speaker", "start_s", "end_s", "text", "themes")
    rows = ({"collection": "flight", **dict(zip(names, line, strict=True))} for line in lines)
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    return path


def test_seed_loads_a_corpus_whose_passages_are_found_and_read(
    house: House, peer_stories: Run, stranger: Visitor, tmp_path: Path
) -> None:
    ran = peer_stories("seed", str(corpus(tmp_path / "corpus.jsonl")))
    assert (ran.code, ran.out, ran.err) == (0, "2 stories are here and can be found.\n", "")
    with house.db.reading() as session:
        counts = {each.label: each.count for each in list_themes(session, None)}
        starts = list(session.scalars(select(Passage.start_ms).order_by(Passage.id)))
    assert len(counts) == 51
    assert counts["Bread"] == 1
    assert starts == [-10_000, 0, None]
    found = json.loads(peer_stories("search", "lift-off", "--json").out)
    assert (found["query"], found["total_passages"], found["total_stories"]) == ("lift-off", 1, 1)
    [hit] = found["passages"]
    assert (hit["story"], hit["start"], hit["end"], hit["text"]) == ("one-flight", 0.0, 2.0, "Lift-off, roger.")
    narrowed = json.loads(peer_stories("search", "bread", "--theme", "theme 49", "--json").out)
    assert narrowed["total_passages"] == 1
    assert stranger.get("/stories/one-flight").status_code == 200
    assert "Loaded as a corpus" in stranger.get("/stories/two-flight").text


def test_a_corpus_with_one_bad_line_is_not_loaded_at_all(house: House, peer_stories: Run, tmp_path: Path) -> None:
    path = corpus(tmp_path / "corpus.jsonl")
    path.write_text(path.read_text() + '{"collection": "c"}\n')
    ran = peer_stories("seed", str(path))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("corpus.jsonl was not loaded. Line 4 is no passage")
    assert ran.err.count("\n") == 1
    path.write_bytes(b"\xff\xfe\x00")
    assert peer_stories("seed", str(path)).err.startswith("corpus.jsonl was not loaded. ")
    with house.db.reading() as session:
        assert session.scalar(select(func.count(Story.id))) == 0


def test_a_real_corpus_is_loaded_whole(house: House, peer_stories: Run, shared: Path) -> None:
    [path] = sorted((shared / "transcripts/ctrl-shift").glob("*passages.jsonl"))[:1]
    lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    ran = peer_stories("seed", str(path))
    assert (ran.code, ran.err) == (0, "")
    with house.db.reading() as session:
        assert session.scalar(select(func.count(Passage.id))) == sum(1 for line in lines if line["text"].strip())
        labels = {each.label.casefold() for each in list_themes(session, None)}
    assert labels == {" ".join(theme.split()).casefold() for line in lines for theme in line["themes"] if theme.strip()}
    assert peer_stories("check").code == 0


def test_a_search_for_people_shows_time_words_and_address(
    house: House, peer_stories: Run, work: Callable[[], None]
) -> None:
    a_story(house)
    work()
    shown = peer_stories("search", "kitchen").out
    assert shown.startswith("00:10  The year I stopped pretending\n")
    assert TEXTS[1] in shown
    assert "/stories/the-year-i-stopped-pretending?t=8" in shown
    assert shown.endswith("1 passage in 1 story\n")
    assert peer_stories("search", "zeppelin").out == "0 passages in 0 stories\n"


def test_publish_unpublish_and_consent_change_what_the_public_sees(
    house: House, peer_stories: Run, stranger: Visitor
) -> None:
    slug = a_story(house, public=False)
    refused = peer_stories("publish", slug)
    assert (refused.code, "no consent of every narrator" in refused.err) == (1, True)
    opened = ("--set", "text=open", "--set", "existence=open", "--set", "sound=open")
    assert peer_stories("consent", slug, "--person", "Ana R.", *opened).out == f"{slug}: review\n"
    assert json.loads(peer_stories("publish", slug, "--json").out) == {"slug": slug, "state": "published"}
    assert stranger.get(f"/stories/{slug}").status_code == 200
    assert "Ana R. agreed on a form." in stranger.get(f"/stories/{slug}").text
    assert peer_stories("unpublish", slug).out == f"{slug}: review\n"
    assert stranger.get(f"/stories/{slug}").status_code == 404
    assert peer_stories("unpublish", slug).code == 1
    wrong = peer_stories("consent", slug, "--person", "Ana R.", "--set", "text=maybe")
    assert (wrong.code, "cannot be 'maybe'" in wrong.err) == (1, True)
    with house.db.reading() as session:
        assert session.scalar(select(func.count(Job.id)).where(Job.state == "waiting")) == 0


def test_export_gives_the_operator_every_state_and_the_public_only_what_is_open(
    house: House, peer_stories: Run, tmp_path: Path
) -> None:
    slug = a_story(house, public=False)
    assert peer_stories("export", slug, "--format", "text").out == "\n\n".join(TEXTS) + "\n"
    assert peer_stories("export", slug, "--format", "vtt", "--out", str(tmp_path / "a.vtt")).code == 0
    assert (tmp_path / "a.vtt").read_text().startswith("WEBVTT")
    assert len(json.loads(peer_stories("export", slug, "--format", "json").out)["passages"]) == 3
    refused = peer_stories("export", slug, "--format", "text", "--as", "public")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == peer_stories("export", "never-was", "--format", "text").err


def test_check_finds_what_is_damaged_and_repair_mends_the_index(
    house: House, peer_stories: Run, work: Callable[[], None], tmp_path: Path
) -> None:
    peer_stories("add", str(tone(tmp_path / "a.wav")), "--title", "Sound", "--narrator", "Ana R.")
    one, two = a_story(house, "One"), a_story(house, "Two")
    work()
    assert peer_stories("check").out == "Database, files and index agree.\n"
    with house.db.reading() as session:
        ids = {slug: str(story_by_slug(session, slug, OPERATOR).id) for slug in (one, two)}
        held = session.scalars(select(Recording)).one()
        missing = held.copies[0].storage_key
    with house.index.writing() as batch:
        batch.drop(Audience.PUBLIC, ids[one])
    master = house.settings.data / "files" / held.storage_key
    master.chmod(0o600)
    master.write_bytes(master.read_bytes()[:-1] + b"?")
    (house.settings.data / "files" / missing).unlink()
    found = peer_stories("check")
    assert (found.code, len(found.out.splitlines())) == (1, 3)
    for line in (f"altered file: a.wav ({held.storage_key})", f"missing file: {missing}", f"story {ids[one]}"):
        assert line in found.out
    mended = peer_stories("check", "--repair")
    assert mended.code == 1  # files are mended from a backup, by a person
    assert "repaired: " in mended.out
    assert {story for _, story, _ in house.index.inventory(Audience.PUBLIC)} == set(ids.values())
    assert len(peer_stories("check").out.splitlines()) == 2


def test_reindex_makes_a_lost_index_anew(house: House, peer_stories: Run, work: Callable[[], None]) -> None:
    a_story(house, "One")
    a_story(house, "Two", public=False)
    work()
    shutil.rmtree(house.settings.data / "index")
    assert peer_stories("reindex").out == "3 passages are in the index.\n"
    assert peer_stories("check").code == 0


def test_an_account_gets_a_link_that_signs_in(peer_stories: Run, stranger: Visitor) -> None:
    ran = peer_stories(
        "account", "add", "M@Example.org", "--role", "curator", PEER_STORIES_BASE_URL="https://s.example"
    )
    assert ran.code == 0
    link = re.fullmatch(r"https://s\.example(/signin/[\w-]{20,})\n", ran.out)
    assert link
    assert "m@example.org" in stranger.get(link[1]).text
    assert stranger.post(link[1], at=link[1]).status_code == 303
    assert stranger.get("/studio").status_code == 200
    refused = peer_stories("account", "add", "no address", "--role", "curator")
    assert (refused.code, "is no e-mail address" in refused.err) == (1, True)


def test_remove_takes_a_story_out_with_its_files(house: House, peer_stories: Run, tmp_path: Path) -> None:
    peer_stories("add", str(tone(tmp_path / "a.wav")), "--title", "Sound", "--narrator", "Ana R.")
    assert peer_stories("remove", "sound").out == "sound: removed\n"
    assert [path for path in (house.settings.data / "files").rglob("*") if path.is_file()] == []
    assert peer_stories("remove", "sound").code == 1


def test_consent_given_later_starts_the_machine(house: House, peer_stories: Run, shared: Path) -> None:
    spoken = str(shared / "audio/lj/LJ001-0002.mp3")
    tiny = {"PEER_STORIES_WHISPER_MODEL": "tiny.en"}
    ran = peer_stories("add", spoken, "--title", "Printing", "--narrator", "A reader", **tiny)
    assert (ran.code, "No machine has heard it" in ran.err) == (0, True)
    assert peer_stories("export", "printing", "--format", "text").out.strip() == ""
    ran = peer_stories("consent", "printing", "--person", "A reader", "--set", "machine=yes", **tiny)
    assert ran.out == "printing: review\n"
    assert "modern" in peer_stories("export", "printing", "--format", "text").out.lower()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is no JSON"),
        ('{"scopes": {}}', "method"),
        ('{"method": "form", "person": "B", "scopes": {"text": "open"}}', "not a narrator"),
    ],
)
def test_a_consent_file_of_no_use_is_refused_and_nothing_is_kept(
    content: str, says: str, house: House, peer_stories: Run, tmp_path: Path
) -> None:
    (tmp_path / "consent.json").write_text(content)
    words = ("--title", "A", "--narrator", "A", "--consent", str(tmp_path / "consent.json"))
    ran = peer_stories("add", str(tone(tmp_path / "a.wav")), *words)
    assert (ran.code, says in ran.err, ran.err.count("\n")) == (1, True, 1)
    with house.db.reading() as session:
        assert session.scalar(select(func.count(Story.id))) == 0
    assert not [path for path in (house.settings.data / "files").rglob("*") if path.is_file()]
