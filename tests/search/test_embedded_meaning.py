"""Vectors and labels in the folder that several processes share."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from search.documents import Audience, PassageDocument, stamp
from search.embedded import EmbeddedIndex
from search.index import IndexUnavailable
from search.meaning.vectors import mapped, read
from search.query import NEAREST, Between, Field, Mode, Query
from tests.search.corpus import vector

PUBLIC = Audience.PUBLIC
ROOT = Path(__file__).parents[2]
DESPAIR, SEA = vector(despair=1), vector(sea=1)
KILLED = """
import os, signal, sys
from pathlib import Path
from search.embedded import EmbeddedIndex
from search.meaning.vectors import VectorFile
from tests.search.test_embedded_meaning import DESPAIR, SEA, put

def die(*_): os.kill(os.getpid(), signal.SIGKILL)

"""


def passage(number: int, said: bytes | None, text: str = "We sang", story: str = "songs") -> PassageDocument:
    return PassageDocument(id=f"{story}-{number}", story=story, ordinal=number, text=text, title="", vector=said)


def put(index: EmbeddedIndex, *vectors: bytes | None, text: str = "We sang", story: str = "songs") -> None:
    with index.writing() as batch:
        batch.put(PUBLIC, story, [passage(number, said, text, story) for number, said in enumerate(vectors)])


def near(index: EmbeddedIndex, said: bytes = DESPAIR) -> list[str]:
    return [hit.id for hit in index.search(Query(audience=PUBLIC, mode=Mode.MEANING, vector=said)).hits]


def file_of(folder: Path) -> Path:
    (path,) = (folder / "public").glob("*/vectors.f32")
    return path


def holds(folder: Path, said: bytes) -> bool:
    return any((mapped(file_of(folder)) == read(said)).all(axis=1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedIndex:
    """Six hundred passages alike, of which five hundred have a vector, each a little farther than the one before."""
    index = EmbeddedIndex(tmp_path_factory.mktemp("crowd"))
    with index.writing() as batch:
        for story in range(6):
            numbers = range(story * 100, story * 100 + 100)
            said = [passage(n, vector(despair=1, sea=n / 400) if n < 500 else None, story=str(story)) for n in numbers]
            batch.put(PUBLIC, str(story), [replace(each, year=1900 + story) for each in said])
    return index


def test_no_more_than_the_nearest_are_found(crowd: EmbeddedIndex) -> None:
    answer = crowd.search(Query(audience=PUBLIC, mode=Mode.MEANING, vector=DESPAIR, limit=1_000))
    assert [hit.id for hit in answer.hits] == [f"{n // 100}-{n}" for n in range(NEAREST)]
    assert (answer.total, answer.total_stories) == (NEAREST, 2)


def test_a_filter_takes_the_nearest_of_what_it_leaves(crowd: EmbeddedIndex) -> None:
    query = Query(audience=PUBLIC, mode=Mode.MEANING, vector=DESPAIR, where=Between(Field.YEAR, 1903), limit=1_000)
    assert [hit.id for hit in crowd.search(query).hits] == [f"{n // 100}-{n}" for n in range(300, 500)]
    without = Query(audience=PUBLIC, mode=Mode.MEANING, vector=DESPAIR, without_stories=frozenset("0123"), limit=1_000)
    assert [hit.id for hit in crowd.search(without).hits] == [f"4-{n}" for n in range(400, 500)]


@pytest.mark.parametrize("text", ["sang", "sang ", "", '"we sang"', "-cried"])
def test_pages_of_both_go_on_with_the_rest_of_the_words_hits(crowd: EmbeddedIndex, text: str) -> None:
    asked = {"audience": PUBLIC, "text": text, "mode": Mode.BOTH, "vector": vector(despair=1, sea=1)}
    pages = [crowd.search(Query(**asked, offset=at, limit=70)) for at in range(0, 630, 70)]
    ids = [hit.id for page in pages for hit in page.hits]
    assert len(ids) == len(set(ids)) == 600
    assert {page.total for page in pages} == {600}
    scores = [hit.score for page in pages for hit in page.hits]
    assert scores == sorted(scores, reverse=True)


def test_many_threads_may_ask_what_is_meant(crowd: EmbeddedIndex) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: near(crowd)[0], range(100))) == {"0-0"}


def test_a_passage_keeps_its_row_while_its_vector_is_the_same(folder: Path) -> None:
    index = EmbeddedIndex(folder)
    put(index, DESPAIR, SEA, DESPAIR)
    size = file_of(folder).stat().st_size
    put(index, SEA, DESPAIR, None, DESPAIR, text="We danced")
    assert file_of(folder).stat().st_size == size
    assert near(index) == ["songs-1", "songs-3"]
    put(index, SEA, vector(bread=1))
    assert near(index) == []
    assert near(index, vector(bread=1)) == ["songs-1"]
    assert file_of(folder).stat().st_size == size * 4 // 3


@pytest.mark.parametrize("left", [[SEA], [SEA, None], []])
def test_what_is_taken_out_is_gone_from_the_disk(folder: Path, left: list[bytes | None]) -> None:
    index = EmbeddedIndex(folder)
    put(index, SEA, DESPAIR)
    assert holds(folder, DESPAIR)
    put(index, *left)
    assert near(index) == []
    assert not holds(folder, DESPAIR)
    assert holds(folder, SEA) == bool(left)


def test_rows_are_used_again_within_a_batch_and_none_is_left_over(folder: Path) -> None:
    index = EmbeddedIndex(folder)
    with index.writing() as batch:
        batch.put(PUBLIC, "songs", [passage(0, DESPAIR), passage(1, SEA)])
        batch.put(PUBLIC, "songs", [passage(0, SEA), passage(1, SEA)])
        batch.drop(PUBLIC, "songs")
        batch.put(PUBLIC, "songs", [passage(2, SEA)])
    assert near(index, SEA) == ["songs-2"]
    assert not holds(folder, DESPAIR)


def test_a_batch_that_fails_leaves_vectors_as_they_were(folder: Path) -> None:
    index = EmbeddedIndex(folder)
    put(index, DESPAIR)
    with pytest.raises(ValueError, match="768 bytes"), index.writing() as batch:
        batch.put(PUBLIC, "songs", [passage(0, SEA), passage(1, b"short")])
    assert (near(index), near(index, SEA)) == (["songs-0"], [])
    put(index, SEA)
    assert (near(index), near(index, SEA)) == ([], ["songs-0"])


def test_making_the_index_anew_leaves_no_row_unused(folder: Path) -> None:
    index = EmbeddedIndex(folder)
    for _ in range(5):
        put(index, vector(bread=1), SEA)
        put(index, DESPAIR)
    index.rebuild(PUBLIC, [passage(0, DESPAIR), passage(1, None)])
    assert file_of(folder).stat().st_size == len(read(DESPAIR).tobytes())
    assert near(index) == ["songs-0"]


@pytest.fixture
def killed() -> str:
    """What a process does that is killed at a step, whose name takes the place of PATCH."""
    program = "put(EmbeddedIndex(Path(sys.argv[1])), SEA, SEA, story='songs')"
    return KILLED + "VectorFile.PATCH = die\n" + program


@pytest.mark.parametrize(("step", "done"), [("_write", False), ("forget", True)])
def test_a_writer_killed_around_its_commit_leaves_passages_and_vectors_that_fit(
    folder: Path, killed: str, step: str, done: bool
) -> None:
    index = EmbeddedIndex(folder)
    put(index, DESPAIR, vector(bread=1))
    command = [sys.executable, "-c", killed.replace("PATCH", step), str(folder)]
    assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == -9
    assert near(index) == ([] if done else ["songs-0"])
    assert near(index, SEA) == (["songs-0", "songs-1"] if done else [])
    assert holds(folder, DESPAIR), "the test has missed its moment"
    put(index, SEA, story="other")
    assert holds(folder, DESPAIR) != done
    assert near(index, SEA) == (["songs-0", "songs-1", "other-0"] if done else ["other-0"])


@pytest.mark.parametrize("damage", ["gone", "cut", "blank"])
def test_a_lost_vector_shows_in_the_inventory_and_is_mended_by_putting_the_story_again(
    folder: Path, damage: str
) -> None:
    index = EmbeddedIndex(folder)
    put(index, SEA, DESPAIR)
    path = file_of(folder)
    content = path.read_bytes()
    path.unlink()
    if damage != "gone":
        half = content[: len(content) // 2]
        path.write_bytes(half + (bytes(len(half)) if damage == "blank" else b""))
    after = EmbeddedIndex(folder)
    stamps = {id_: mark for id_, _, mark in after.inventory(PUBLIC)}
    assert stamps["songs-1"] == ""
    assert (stamps["songs-0"] == stamp(passage(0, SEA))) == (damage != "gone")
    assert after.search(Query(audience=PUBLIC, text="sang", mode=Mode.BOTH, vector=DESPAIR)).total == 2
    put(after, SEA, DESPAIR)
    assert {id_: mark for id_, _, mark in after.inventory(PUBLIC)}["songs-1"] == stamp(passage(1, DESPAIR))
    assert near(after) == ["songs-1"]


def test_damaged_labels_are_told_in_one_sentence(folder: Path) -> None:
    index = EmbeddedIndex(folder)
    index.learn([("coal", "pit")])
    assert not [path for path in folder.iterdir() if path.name != "alike.json"]
    (folder / "alike.json").write_text("[[1, 2")
    with pytest.raises(IndexUnavailable, match="learn it anew"):
        index.search(Query(audience=PUBLIC))
    index.learn([("coal", "pit")])
    assert index.search(Query(audience=PUBLIC, text="pit")).also == ("coal",)
