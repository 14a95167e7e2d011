"""What only the embedded index does: it lives in a folder that several processes share."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from search.documents import Audience, Field, PassageDocument
from search.embedded import EmbeddedIndex
from search.index import IndexBusy, IndexUnavailable
from search.query import Query

PUBLIC = Audience.PUBLIC
ROOT = Path(__file__).parents[2]
OTHER = """
import sys
from pathlib import Path
from search.documents import Audience, PassageDocument
from search.embedded import EmbeddedIndex
from search.index import IndexBusy

def passages(story, number=5, text="We sang in the evening"):
    return [PassageDocument(id=f"{story}-{n}", story=story, ordinal=n, text=text, title="") for n in range(number)]

index = EmbeddedIndex(Path(sys.argv[1]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def other() -> Iterator[Callable[[Path, str], subprocess.Popen[str]]]:
    """Runs a program in another process, with `index` and `passages` at hand; ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(folder: Path, program: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", OTHER + program, str(folder)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen(command, cwd=ROOT, **pipes))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def put(index: EmbeddedIndex, story: str = "songs", number: int = 5) -> None:
    documents = [
        PassageDocument(id=f"{story}-{n}", story=story, ordinal=n, text="We sang in the evening", title="")
        for n in range(number)
    ]
    with index.writing() as batch:
        batch.put(PUBLIC, story, documents)


def total(index: EmbeddedIndex, text: str = "") -> int:
    return index.search(Query(audience=PUBLIC, text=text)).total


def test_another_process_s_changes_are_seen_at_once(folder: Path, other: Callable[..., subprocess.Popen[str]]) -> None:
    reader = EmbeddedIndex(folder)
    assert total(reader) == 0
    writing = other(folder, 'with index.writing() as b: b.put(Audience.PUBLIC, "songs", passages("songs"))')
    assert writing.wait(timeout=30) == 0
    assert total(reader, "evening") == 5


def test_a_second_writer_is_refused_and_writes_nothing(
    folder: Path, other: Callable[..., subprocess.Popen[str]]
) -> None:
    index = EmbeddedIndex(folder)
    put(index)
    holding = other(
        folder,
        """
with index.writing() as batch:
    batch.put(Audience.PUBLIC, "theirs", passages("theirs"))
    print("holding", flush=True)
    sys.stdin.readline()
""",
    )
    assert holding.stdout is not None
    assert holding.stdout.readline() == "holding\n"
    with pytest.raises(IndexBusy), index.writing() as batch:
        batch.drop(PUBLIC, "songs")
    with pytest.raises(IndexBusy):
        index.rebuild(PUBLIC, [])
    assert total(index) == 5
    holding.communicate("\n", timeout=30)
    assert total(index) == 10
    put(index, "more")
    assert total(index) == 15


def test_two_threads_of_one_process_cannot_both_write(folder: Path) -> None:
    index = EmbeddedIndex(folder)
    with index.writing() as batch:
        with pytest.raises(IndexBusy), EmbeddedIndex(folder).writing():
            pass
        batch.put(PUBLIC, "songs", [])


def test_searching_goes_on_while_another_process_writes(
    folder: Path, other: Callable[..., subprocess.Popen[str]]
) -> None:
    index = EmbeddedIndex(folder)
    writing = other(
        folder,
        """
for number in range(25):
    with index.writing() as batch:
        batch.put(Audience.PUBLIC, f"story-{number}", passages(f"story-{number}", 20))
""",
    )
    seen = [0]
    while writing.poll() is None:
        answer = index.search(Query(audience=PUBLIC, text="evening", facets=(Field.STORY,)))
        assert all(facet.count == 20 for facet in answer.facets[Field.STORY])
        assert answer.total == 20 * answer.total_stories
        seen.append(answer.total)
    assert writing.returncode == 0
    assert total(index) == 500
    assert seen == sorted(seen)
    assert len(set(seen)) > 3, "the searches came before or after the writing, not between"


def test_searching_goes_on_while_another_process_makes_the_index_anew(
    folder: Path, other: Callable[..., subprocess.Popen[str]]
) -> None:
    index = EmbeddedIndex(folder)
    put(index, number=40)
    rebuilding = other(folder, 'for _ in range(15): index.rebuild(Audience.PUBLIC, passages("songs", 40))')
    while rebuilding.poll() is None:
        assert total(index, "evening") == 40
    assert rebuilding.returncode == 0
    assert total(index, "evening") == 40


def test_many_threads_may_search_one_index(folder: Path) -> None:
    index = EmbeddedIndex(folder)
    put(index, number=30)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: total(index, "evnning sang"), range(200))) == {30}


def test_a_writer_killed_before_its_end_leaves_the_last_commit(
    folder: Path, other: Callable[..., subprocess.Popen[str]]
) -> None:
    index = EmbeddedIndex(folder)
    put(index)
    writing = other(
        folder,
        """
with index.writing() as batch:
    batch.put(Audience.PUBLIC, "songs", [])
    batch.put(Audience.PUBLIC, "lost", passages("lost", 3000))
    print("written", flush=True)
    sys.stdin.readline()
""",
    )
    assert writing.stdout is not None
    assert writing.stdout.readline() == "written\n"
    writing.send_signal(signal.SIGKILL)
    writing.wait(timeout=30)
    assert total(index) == 5
    put(index, "next")
    assert total(index) == 10


def test_a_rebuild_killed_in_the_middle_leaves_the_old_index_and_no_rubbish(
    folder: Path, other: Callable[..., subprocess.Popen[str]]
) -> None:
    index = EmbeddedIndex(folder)
    put(index)
    rebuilding = other(
        folder,
        """
def documents():
    yield from passages("new", 1000)
    print("half", flush=True)
    sys.stdin.readline()
index.rebuild(Audience.PUBLIC, documents())
""",
    )
    assert rebuilding.stdout is not None
    assert rebuilding.stdout.readline() == "half\n"
    rebuilding.send_signal(signal.SIGKILL)
    rebuilding.wait(timeout=30)
    assert total(index) == 5
    assert index.rebuild(PUBLIC, []) == 0
    assert len([path for path in (folder / "public").iterdir() if path.is_dir()]) == 1


def test_an_index_of_another_version_is_refused_until_it_is_made_anew(folder: Path) -> None:
    index = EmbeddedIndex(folder)
    put(index)
    (folder / "public" / "CURRENT").write_text("v0-older")
    for attempt in (lambda: total(index), index.health, lambda: put(index), lambda: list(index.inventory(PUBLIC))):
        with pytest.raises(IndexUnavailable, match="peer-stories reindex"):
            attempt()
    assert index.rebuild(PUBLIC, []) == 0
    put(index)
    assert total(index) == 5


@pytest.mark.parametrize("damage", ["meta.json", "*.term", "everything"])
def test_a_damaged_index_says_so_and_can_be_made_anew(folder: Path, damage: str) -> None:
    put(EmbeddedIndex(folder))
    (generation,) = (path for path in (folder / "public").iterdir() if path.is_dir())
    for path in generation.glob("*" if damage == "everything" else damage):
        path.unlink()
    index = EmbeddedIndex(folder)
    with pytest.raises(IndexUnavailable, match="peer-stories reindex"):
        total(index)
    index.rebuild(PUBLIC, [])
    assert total(index) == 0


def test_many_small_batches_do_not_leave_many_files(folder: Path) -> None:
    index = EmbeddedIndex(folder)
    for number in range(40):
        put(index, f"story-{number}", 2)
    (generation,) = (path for path in (folder / "public").iterdir() if path.is_dir())
    assert len(list(generation.glob("*.idx"))) <= 12
    assert total(index) == 80


def test_slips_and_stems_of_the_text_s_language(folder: Path) -> None:
    index = EmbeddedIndex(folder)
    texts = {"en": "They were mining coal", "de": "Die Häuser im Tal", None: "He kept singing"}
    with index.writing() as batch:
        for language, text in texts.items():
            id_ = language or "unknown"
            batch.put(
                PUBLIC, id_, [PassageDocument(id=id_, story=id_, ordinal=1, text=text, title="", language=language)]
            )
    for typed, id_ in [("mines ", "en"), ("haus ", "de"), ("sings ", "unknown")]:
        assert [hit.id for hit in index.search(Query(audience=PUBLIC, text=typed)).hits] == [id_]


def test_nothing_is_written_by_looking(folder: Path) -> None:
    index = EmbeddedIndex(folder)
    assert total(index) == 0
    assert index.health()
    assert list(index.inventory(PUBLIC)) == []
    assert not folder.exists()
