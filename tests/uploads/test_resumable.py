"""A file that arrives in pieces: its size is its offset, whatever happened before."""

import base64
import hashlib
import io
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from uploads import resumable
from uploads.resumable import Busy, Checksum, TooLong, WrongChecksum, WrongOffset
from uploads.storage import StorageFull

ID, OTHER = "a" * 32, "b" * 32


class Broken(io.BytesIO):
    """A line that breaks off after what it holds."""

    def read(self, size: int | None = -1) -> bytes:
        if block := super().read(size):
            return block
        raise ConnectionResetError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    resumable.begin(tmp_path / "incoming", ID)
    return tmp_path / "incoming"


def add(
    folder: Path, offset: int, piece: bytes | io.BytesIO, most: int = 10**9, checksum: Checksum | None = None
) -> int:
    stream = io.BytesIO(piece) if isinstance(piece, bytes) else piece
    with resumable.held(folder, ID) as file:
        return resumable.append(file, offset, stream, most, checksum)


def content(folder: Path) -> bytes:
    return resumable.path_of(folder, ID).read_bytes()


def sha1(piece: bytes) -> Checksum:
    return Checksum.read("sha1 " + base64.b64encode(hashlib.sha1(piece).digest()).decode())  # noqa: S324


def test_pieces_follow_one_another(folder: Path) -> None:
    assert add(folder, 0, b"a letter ") == 9
    assert add(folder, 9, b"of resignation", checksum=sha1(b"of resignation")) == 23
    assert content(folder) == b"a letter of resignation"
    assert resumable.arrived(folder, ID) == 23


@pytest.mark.parametrize("offset", [0, 8, 10, 10**15])
def test_a_piece_for_another_place_is_told_where_it_should_be(folder: Path, offset: int) -> None:
    add(folder, 0, b"a letter ")
    with pytest.raises(WrongOffset) as told:
        add(folder, offset, b"x")
    assert told.value.held == 9
    assert content(folder) == b"a letter "


def test_of_a_line_that_breaks_what_came_is_kept_unless_it_cannot_be_checked(folder: Path) -> None:
    with pytest.raises(ConnectionResetError):
        add(folder, 0, Broken(b"a let"))
    assert content(folder) == b"a let"
    with pytest.raises(ConnectionResetError):
        add(folder, 5, Broken(b"ter "), checksum=sha1(b"ter of resignation"))
    assert content(folder) == b"a let"


def test_more_than_may_come_and_other_than_was_sent_leave_the_file_as_it_was(folder: Path) -> None:
    add(folder, 0, b"a letter ")
    with pytest.raises(TooLong):
        add(folder, 9, b"x" * 11, most=10)
    with pytest.raises(WrongChecksum):
        add(folder, 9, b"spoilt", checksum=sha1(b"as it was sent"))
    assert content(folder) == b"a letter "


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file may grow past 600 KB: what a full disk answers, but EFBIG."""
    before, old = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, old)


@pytest.mark.usefixtures("small_disk")
def test_a_disk_that_is_full_in_the_middle_gives_back_the_piece_and_keeps_the_rest(folder: Path) -> None:
    add(folder, 0, b"x" * 400_000)
    with pytest.raises(StorageFull):
        add(folder, 400_000, b"y" * 400_000)
    assert content(folder) == b"x" * 400_000
    assert add(folder, 400_000, b"y" * 100_000) == 500_000


def test_two_do_not_write_to_one_file_and_a_dead_one_holds_nothing(folder: Path) -> None:
    with resumable.held(folder, ID), pytest.raises(Busy), resumable.held(folder, ID):
        pass
    child = os.fork()
    if child == 0:
        with resumable.held(folder, ID):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert add(folder, 0, b"after it") == 8


def test_parts_are_joined_in_their_order(folder: Path) -> None:
    for id_, piece in ((OTHER, b"second"), ("c" * 32, b"first ")):
        resumable.begin(folder, id_)
        with resumable.held(folder, id_) as file:
            resumable.append(file, 0, io.BytesIO(piece), 100)
    assert resumable.join(folder, ["c" * 32, OTHER], ID) == 12
    assert content(folder) == b"first second"


def test_what_is_gone_is_gone(folder: Path) -> None:
    resumable.discard(folder, ID)
    resumable.discard(folder, ID)
    assert resumable.arrived(folder, ID) == 0
    with pytest.raises(FileNotFoundError), resumable.held(folder, ID):
        pass


@pytest.mark.parametrize("id_", ["", "..", "../" + ID, ID.upper(), ID + "\n", "a" * 31])
def test_an_id_that_is_not_ours_leads_nowhere(tmp_path: Path, id_: str) -> None:
    with pytest.raises(ValueError, match="not the id of an upload"):
        resumable.path_of(tmp_path, id_)


@pytest.mark.parametrize("header", ["", "sha1", "crc32 AAAA", "sha1 !!!!", "sha1 AAAA", "md5 " + "A" * 28])
def test_a_checksum_of_no_use_is_refused(header: str) -> None:
    with pytest.raises(ValueError, match="unknown algorithm|no base64|digest"):
        Checksum.read(header)
