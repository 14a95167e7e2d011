"""Work in a child process: whatever happens there ends in one sentence, soon, and nothing of it lives on."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from uploads.media import Reason, Stopped, Unplayable
from uploads.media.confined import Broken, confined
from uploads.media.limits import Limits, longest_s
from uploads.storage import StorageFull

LIMITS = Limits(cpu_s=10, file_bytes=1 << 20, quiet_s=20)


@pytest.fixture(autouse=True)
def _tasks_are_found(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


def run(task, arguments=None, limits=LIMITS, **how):
    return confined(f"tests.uploads.misbehaving:{task}", arguments or {}, limits, **how)


def lives(folder: Path) -> bool:
    try:
        os.kill(int((folder / "pid").read_text()), 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("task", "limits", "reason"),
    [
        ("crash", LIMITS, Reason.BREAKS),
        ("be_killed", LIMITS, Reason.BREAKS),
        ("babble", LIMITS, Reason.BREAKS),
        ("surprise", LIMITS, Reason.BREAKS),
        ("swell", Limits(cpu_s=10, file_bytes=0, memory_bytes=1 << 30), Reason.BREAKS),
        ("spin", Limits(cpu_s=0.5, file_bytes=0), Reason.ENDLESS),
    ],
)
def test_a_child_that_fails_is_one_sentence_about_the_file(task, limits, reason):
    began = time.monotonic()
    with pytest.raises(Unplayable) as refused:
        run(task, limits=limits)
    assert refused.value.reason == reason
    assert str(refused.value).endswith("will work. Nothing was lost; your original is untouched.")
    assert time.monotonic() - began < 15


def test_a_child_that_says_nothing_is_ended(tmp_path):
    began = time.monotonic()
    with pytest.raises(Unplayable) as refused:
        run("hang", {"folder": str(tmp_path)}, Limits(cpu_s=10, file_bytes=1000, quiet_s=2))
    assert refused.value.reason == Reason.ENDLESS
    assert time.monotonic() - began < 10
    assert not lives(tmp_path)


def test_a_child_that_writes_without_end_meets_its_limit_and_not_the_end_of_the_disk(tmp_path):
    with pytest.raises(Unplayable) as refused:
        run("write_on", {"part": str(tmp_path / "part")}, Limits(cpu_s=10, file_bytes=5 << 20))
    assert refused.value.reason == Reason.ENDLESS
    assert (tmp_path / "part").stat().st_size <= 5 << 20


def test_a_quota_of_the_system_is_a_full_disk_and_no_fault_of_the_file(tmp_path):
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))\n"
        "from uploads.media.confined import confined; from uploads.media.limits import Limits\n"
        "confined('tests.uploads.misbehaving:write_on', {'part': sys.argv[1]}, Limits(cpu_s=10, file_bytes=5 << 20))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "part"], capture_output=True, text=True, check=False, timeout=60
    )
    assert StorageFull.__name__ in done.stderr.splitlines()[-1]


def test_a_wish_to_stop_is_heard_at_once_and_the_child_is_gone(tmp_path):
    began = time.monotonic()
    with pytest.raises(Stopped):
        run("chatter", {"folder": str(tmp_path)}, stop=(tmp_path / "pid").exists)
    assert time.monotonic() - began < 10
    assert not lives(tmp_path)


def test_an_error_of_whoever_listens_ends_the_child(tmp_path):
    def lost(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run("chatter", {"folder": str(tmp_path)}, on_progress=lost)
    assert not lives(tmp_path)


def test_a_child_dies_with_its_parent(tmp_path):
    script = (
        "import sys; from uploads.media.confined import confined; from uploads.media.limits import Limits\n"
        "confined('tests.uploads.misbehaving:hang', {'folder': sys.argv[1]}, Limits(cpu_s=10, file_bytes=1000))"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, tmp_path])
    until = time.monotonic() + 20
    while not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    assert lives(tmp_path)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while lives(tmp_path) and time.monotonic() < until:
        time.sleep(0.05)
    assert not lives(tmp_path)


def test_the_end_of_the_whole_program_is_not_blamed_on_the_file():
    with pytest.raises(Stopped):  # systemd and Docker tell every process of a service to end
        run("be_ended")


def test_a_mistake_of_ours_is_not_blamed_on_the_file():
    with pytest.raises(Broken, match="nothing_of_this_name"):
        run("mistake")
    with pytest.raises(Broken):
        confined("uploads.media.no_such_module:task", {}, LIMITS)


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"gone\.mp3"):
        run("find", {"path": str(tmp_path / "gone.mp3")})


def test_a_child_reaches_nobody_and_knows_no_secrets(monkeypatch):
    monkeypatch.setenv("PEER_STORIES_SECRET_KEY", "ours")
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = run("reach_out", {"port": server.getsockname()[1]})
    assert not any(name.startswith("PEER_STORIES") for name in found.pop("environment"))
    assert [name for name, done in found.items() if done] == ["has threads"]


def test_how_much_sound_is_believed_of_a_file():
    assert longest_s(0) == 600
    assert longest_s(1_000_000) < 6 * 3600  # no codec packs more into a megabyte
    assert longest_s(100_000_000) > 16.5 * 3600  # at 13 kbit/s, as phones of 2005 recorded
    assert longest_s(10**12) == 100 * 3600
