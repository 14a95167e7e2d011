import hashlib
import io
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from uploads.storage import BadKey, LocalStorage, TooLarge, master_key, receive, sweep

CONTENT = bytes(range(256)) * 4096  # 1 MiB in which every place is known
KEY = master_key(hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "brought.wav"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "kept")


def everything_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_stored_is_read_back_in_blocks_of_at_most_256_kib(storage, source):
    storage.put(source, KEY)
    blocks = list(storage.open_range(KEY))
    assert b"".join(blocks) == CONTENT
    assert max(len(block) for block in blocks) == 256 * 1024
    assert storage.size(KEY) == len(CONTENT)
    assert storage.path(KEY).read_bytes() == CONTENT


@pytest.mark.parametrize(("start", "length"), [(0, 1), (255, 3), (300_000, 600_000), (len(CONTENT) - 5, 5)])
def test_a_range_is_exactly_what_was_asked_for(storage, source, start, length):
    storage.put(source, KEY)
    assert b"".join(storage.open_range(KEY, start, length)) == CONTENT[start : start + length]


def test_a_range_that_passes_the_end_stops_there(storage, source):
    storage.put(source, KEY)
    assert b"".join(storage.open_range(KEY, len(CONTENT) - 5, 100)) == CONTENT[-5:]
    assert list(storage.open_range(KEY, len(CONTENT) + 5)) == []


def test_a_missing_file_is_told_before_the_first_byte_is_asked_for(storage):
    for asking in (storage.open_range, storage.size, storage.path):
        with pytest.raises(FileNotFoundError):
            asking(KEY)
    assert not storage.exists(KEY)


def test_a_master_cannot_be_written_to(storage, source):
    storage.put(source, KEY)
    assert storage.path(KEY).stat().st_mode & 0o777 == 0o440


def test_putting_the_same_master_again_changes_nothing(storage, source):
    storage.put(source, KEY)
    before = storage.path(KEY).stat()
    storage.put(source, KEY, give=True)
    after = storage.path(KEY).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_original_stays_what_it_is(storage, source):
    storage.put(source, KEY)
    assert source.read_bytes() == CONTENT
    assert storage.path(KEY).stat().st_ino != source.stat().st_ino


def test_what_is_given_away_is_not_copied_and_keeps_its_name_until_it_is_safe(storage, source):
    storage.put(source, "copies/a.webm", give=True)
    assert storage.path("copies/a.webm").stat().st_ino == source.stat().st_ino
    source.unlink()
    assert b"".join(storage.open_range("copies/a.webm")) == CONTENT


def test_what_cannot_be_stored_stays_where_it_was_received(tmp_path, source):
    (tmp_path / "kept").write_text("a file where the folder should be")
    with pytest.raises(FileExistsError):
        LocalStorage(tmp_path / "kept").put(source, KEY, give=True)
    assert source.read_bytes() == CONTENT


def test_a_copy_is_replaced_in_one_step(storage, source):
    storage.put(source, "copies/a.webm")
    source.write_bytes(b"shorter")
    storage.put(source, "copies/a.webm")
    assert b"".join(storage.open_range("copies/a.webm")) == b"shorter"
    assert len(everything_in(storage.folder)) == 1


def test_deleting_twice_is_deleting_once(storage, source):
    storage.put(source, KEY)
    storage.delete(KEY)
    storage.delete(KEY)
    assert not storage.exists(KEY)


@pytest.mark.parametrize(
    "key",
    [
        "../outside",
        "masters/../../outside",
        "/etc/passwd",
        "",
        "a//b",
        "copies/.hidden",
        "a\\b",
        "a\nb",
        "a\0b",
        "~/x",
        "a/",
    ],
)
def test_a_key_that_could_leave_the_folder_is_refused(storage, source, key):
    for asking in (storage.exists, storage.size, storage.path, storage.open_range, storage.delete):
        with pytest.raises(BadKey):
            asking(key)
    with pytest.raises(BadKey):
        storage.put(source, key, give=True)
    assert source.exists()
    assert everything_in(storage.folder) == []


def test_an_arriving_file_is_hashed_as_it_comes(tmp_path):
    received = receive(io.BytesIO(CONTENT), tmp_path / "incoming", limit=len(CONTENT))
    assert received.path.read_bytes() == CONTENT
    assert (received.sha256, received.size) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(TooLarge, match=r"larger than this archive takes \(1\.0 MB at most\)"):
        receive(io.BytesIO(CONTENT), tmp_path / "incoming", limit=1_000_000)
    assert everything_in(tmp_path) == []


def test_a_sender_who_goes_away_leaves_nothing(tmp_path):
    class Broken(io.RawIOBase):
        def __init__(self) -> None:
            self.sent = False

        def read(self, size: int = -1) -> bytes:
            if self.sent:
                raise ConnectionResetError
            self.sent = True
            return CONTENT

    with pytest.raises(ConnectionResetError):
        receive(Broken(), tmp_path / "incoming", limit=10**9)
    assert everything_in(tmp_path) == []


def test_what_a_killed_process_left_is_swept_after_a_day_and_not_before(storage, source):
    storage.put(source, KEY)
    old, young = (storage.folder / f".a.webm.{name}.part" for name in ("old", "young"))
    old.touch()
    young.touch()
    yesterday = time.time() - 90_000
    os.utime(old, (yesterday, yesterday))
    assert sweep(storage.folder) == 1
    assert not old.exists()
    assert young.exists()
    assert storage.exists(KEY)


# A disk of 100,000 bytes, as far as one process can tell: the system then refuses writes as a full disk does.
FULL_DISK = """
import resource, sys
from pathlib import Path
from uploads.media import listening_copies, soundtrack
from uploads.storage import LocalStorage, StorageFull, receive

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
source, folder = Path(sys.argv[2]), Path(sys.argv[3])
doing = {
    "put": lambda: LocalStorage(folder).put(source, "masters/aa/aaaa"),
    "receive": lambda: receive(source.open("rb"), folder, 10**9),
    "soundtrack": lambda: soundtrack(source, folder / "sound.pcm"),
    "copies": lambda: listening_copies(source, folder),
}
try:
    doing[sys.argv[1]]()
except StorageFull as error:
    print(error)
"""


@pytest.mark.parametrize("what", ["put", "receive", "soundtrack", "copies"])
def test_a_full_disk_is_told_in_one_sentence_and_leaves_nothing_half_stored(tmp_path, make, what):
    long = make("long.wav", "pcm_s16le", rate=8000, layout="mono")
    if what == "copies":  # twenty seconds of beeps would fit
        noise = np.random.default_rng(0).standard_normal(60 * 16_000).astype(np.float32) / 8
        long = make("minute.wav", "pcm_s16le", noise, rate=16_000, layout="mono")
    folder = tmp_path / "full"
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, what, long, folder], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("There is no room left on this machine")
    assert everything_in(folder) == []
    assert long.exists()
