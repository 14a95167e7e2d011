"""Vectors in a file: what is compared, and what a writer who dies leaves behind."""

from pathlib import Path

import numpy as np
import pytest

from search.meaning.fusion import FUSED, fused, score
from search.meaning.vectors import EMPTY, VectorFile, mapped, nearest, read, stands
from search.query import NEAR, NEAREST
from tests.search.corpus import vector

SEA, BREAD, SCHOOL = read(vector(sea=1)), read(vector(bread=1)), read(vector(school=1))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vectors.f32"


def test_a_vector_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="768 bytes, not 3"):
        read(b"abc")


def test_what_is_kept_is_seen_by_whoever_maps_the_file_anew(path: Path) -> None:
    file = VectorFile(path)
    assert mapped(path) is EMPTY
    assert [file.append(SEA), file.append(BREAD)] == [0, 1]
    file.keep(())
    before = mapped(path)
    file.forget(())
    file.append(SCHOOL)
    file.keep(())
    assert (len(before), len(mapped(path))) == (2, 3)
    assert np.array_equal(mapped(path)[2], SCHOOL)
    assert np.array_equal(file.read([1, 0]), [BREAD, SEA])


def test_forgotten_rows_are_gone_from_the_disk_and_keep_their_place(path: Path) -> None:
    file = VectorFile(path)
    for each in (SEA, BREAD, SCHOOL):
        file.append(each)
    file.keep([1])
    file.forget([1])
    assert [stands(mapped(path), row) for row in range(4)] == [True, False, True, False]
    assert BREAD.tobytes() not in path.read_bytes()
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_writer_who_died_leaves_a_note_of_what_is_in_doubt(path: Path) -> None:
    file = VectorFile(path)
    file.append(SEA)
    file.keep(())
    file.forget(())
    file.append(BREAD)
    file.keep([0])  # and is killed
    after = VectorFile(path)
    assert after.doubtful() == [0, 1]
    after.forget([1])
    assert VectorFile(path).doubtful() == []
    assert [stands(mapped(path), row) for row in range(2)] == [True, False]


def test_half_a_row_is_written_over(path: Path) -> None:
    file = VectorFile(path)
    file.append(SEA)
    file.keep(())
    file.forget(())
    with path.open("ab") as broken:
        broken.write(b"half a row")
    after = VectorFile(path)
    assert after.append(BREAD) == 1
    after.keep(())
    assert len(mapped(path)) == 2
    assert np.array_equal(mapped(path)[1], BREAD)


def test_many_rows_are_written_before_the_end_and_noted_first(path: Path) -> None:
    file = VectorFile(path)
    for _ in range(5_000):
        file.append(SEA)
    assert VectorFile(path).doubtful() == list(range(4_096))
    file.keep(())
    file.forget(())
    assert len(mapped(path)) == 5_000


def test_more_is_looked_at_until_enough_may_be_found() -> None:
    matrix = np.tile(SEA, (3_000, 1)) * np.linspace(1, 0.5, 3_000, dtype="<f4")[:, None]
    asked_about: list[int] = []

    def every_tenth(rows: list[int]) -> list[int]:
        asked_about.extend(rows)
        return [row for row in rows if row % 10 == 0]

    found = nearest(matrix, SEA, every_tenth, reach=1.0)  # type: ignore[arg-type]
    assert [row for row, _ in found] == list(range(0, NEAREST * 10, 10))
    assert len(asked_about) < 3_000
    assert [row for row, _ in nearest(matrix, SEA, lambda _: [])] == []


def test_nothing_far_is_found_and_of_a_few_only_these_are_compared() -> None:
    matrix = np.stack([SEA, BREAD, SEA * np.float32(NEAR - 0.01), SEA * np.float32(NEAR + 0.01)])
    assert [row for row, _ in nearest(matrix, SEA, lambda rows: rows, reach=1.0)] == [0, 3]
    assert [row for row, _ in nearest(matrix, SEA, lambda rows: rows)] == [0]
    assert [row for row, _ in nearest(matrix, SEA, lambda rows: rows, among=[1, 2, 3])] == [3]
    assert nearest(matrix, SEA, lambda rows: rows, among=[]) == []
    assert nearest(EMPTY, SEA, lambda rows: rows) == []


def test_what_stands_high_in_both_orders_comes_first() -> None:
    order = [each for each, _ in fused([["a", "b", "c"], ["c", "d", "a"]])]
    assert order == ["a", "c", "b", "d"]
    assert fused([[], []]) == []


def test_beyond_the_fused_everything_scores_less() -> None:
    words = [f"w{number}" for number in range(FUSED + 50)]
    together = fused([words, ["near"]])
    assert len(together) == FUSED + 1
    assert all(value > score(FUSED + 1) for _, value in together)
