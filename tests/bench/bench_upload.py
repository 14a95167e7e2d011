"""A large file sent by three independent tus clients, while client, server or both are killed with kill -9.

    python tests/bench/bench_upload.py [--gb 5] [--kills 10] [--seed 1] [--clients tuspy,resumable-upload,chromium]

Prints for each client the kills, whether the SHA-256 of what is kept is that of what was sent, and the most memory that
the server held. Then, with an undisturbed gigabyte: seconds for cp, for the server alone and through nginx, as ratios.
Everything on 127.0.0.1, in a temporary folder, with disk for four times the size.
"""

import argparse
import hashlib
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from sqlalchemy import select

from archive import migrations
from archive.cli.house import quiet_logs
from archive.models import Recording, RoleName, Story
from archive.services.access import OPERATOR
from archive.services.accounts import add_account, make_link
from archive.services.intake import open_draft
from archive.services.stories import About
from archive.settings import Settings
from archive.wiring import House
from tests.conftest import environment_of, free_port

LONGEST_S = 3_600
EMAIL = "sender@example.org"


def recording(path: Path, size: int, seed: int) -> str:
    """A WAV of noise whose length stands in no header, as recorders write while they run; gives its SHA-256."""
    form = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 0xFFFFFFFF, b"WAVE", b"fmt ", 16, 1, 2, 48_000, 192_000, 4, 16,
                       b"data", 0xFFFFFFFF)  # fmt: skip
    block = random.Random(seed).randbytes(1 << 20)  # noqa: S311
    digest = hashlib.sha256(form)
    with path.open("wb") as file:
        file.write(form)
        for number in range(size >> 20):
            piece = struct.pack("<Q", number) + block[8:]  # no two megabytes are the same
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


class Server:
    """gunicorn as `up` starts it, killed and started from here."""

    def __init__(self, settings: Settings) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._environment = environment_of(settings)
        self._log = (settings.data / "web.log").open("w")
        self.most_rss_mb = 0.0
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread",
             "--threads", "16", "--log-level", "warning", "--no-control-socket", "archive.web.app:create()"],
            env=self._environment, stdout=self._log, stderr=self._log, start_new_session=True,
        )  # fmt: skip
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if requests.get(f"{self.base}/health/live", timeout=2).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def pids(self) -> list[int]:
        listed = subprocess.run(["pgrep", "-g", str(self._process.pid)], capture_output=True, text=True, check=False)
        return [int(pid) for pid in listed.stdout.split()]

    def look(self) -> None:
        for pid in self.pids():
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except FileNotFoundError:
                continue
            found = re.search(r"VmRSS:\s+(\d+)", status)
            self.most_rss_mb = max(self.most_rss_mb, int(found[1]) / 1024 if found else 0.0)

    def kill(self) -> None:
        for pid in self.pids():
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                continue
        self._process.wait(20)


def signed_in(house: House, base: str) -> str:
    """The cookie of an interviewer."""
    with house.db.writing() as session:
        token = make_link(session, add_account(session, EMAIL, RoleName.INTERVIEWER))
    browser = requests.Session()
    page = browser.get(f"{base}/signin/{token}", timeout=20).text
    csrf = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)[1]  # type: ignore[index]
    browser.post(f"{base}/signin/{token}", {"csrf_token": csrf}, timeout=20)
    return f"session={browser.cookies['session']}"


def draft(house: House, title: str) -> str:
    with house.db.writing() as session:
        story = open_draft(session, About(title, ["Nobody"]), None, by=OPERATOR)
        story.owner_id = add_account(session, EMAIL, RoleName.INTERVIEWER).id
        return story.slug


def kept(house: House, slug: str) -> str | None:
    with house.db.reading() as session:
        query = select(Recording.sha256).join(Story, Story.id == Recording.story_id).where(Story.slug == slug)
        return session.scalars(query).one_or_none()


def sending(client: str, server: Server, cookie: str, file: Path, slug: str) -> subprocess.Popen[bytes]:
    note = file.with_suffix(f".{client}")
    if client == "chromium":
        words = ["tests.bench.chromium_sender", server.base, cookie, str(file), slug]
    else:
        words = ["tests.web.senders", client, server.base, cookie, str(file), slug, str(note)]
    return subprocess.Popen([sys.executable, "-m", *words], stderr=subprocess.DEVNULL, start_new_session=True)


def arrived(house: House) -> int:
    return sum(path.stat().st_size for path in house.incoming.glob("*.arriving"))


def trial(client: str, house: House, server: Server, file: Path, kills: list[tuple[float, str]]) -> None:
    """kills: at which share of the file, and which end."""
    slug = draft(house, f"Sent by {client}")
    cookie = signed_in(house, server.base)
    size, began = file.stat().st_size, time.monotonic()
    sender = sending(client, server, cookie, file, slug)
    done: list[str] = []
    while kept(house, slug) is None:
        assert time.monotonic() - began < LONGEST_S, "it takes too long"
        time.sleep(0.1)
        server.look()
        if kills and arrived(house) >= kills[0][0] * size:
            share, end = kills.pop(0)
            done.append(f"{end} at {share:.0%}")
            if end in ("client", "both"):
                os.killpg(sender.pid, 9)
                sender.wait(20)
            if end in ("server", "both"):
                server.kill()
                server.start()
            if end in ("client", "both"):
                sender = sending(client, server, cookie, file, slug)
        elif sender.poll() not in (None, 0):
            sender = sending(client, server, cookie, file, slug)
    took = time.monotonic() - began
    sender.wait(60)
    print(f"{client}: {size / 1e9:.2f} GB in {took:.0f} s, {len(done)} kills ({', '.join(done)})")
    same, memory = kept(house, slug) == hashed(file), server.most_rss_mb
    print(f"{client}: kept as sent: {same}; most memory of the server {memory:.0f} MB")


def hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def through_nginx(server: Server, folder: Path) -> Iterator[str | None]:
    """An nginx in front, as deploy/nginx.conf passes uploads on; None where there is none."""
    binary = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if binary is None:
        yield None
        return
    port = free_port()
    conf = folder / "nginx.conf"
    conf.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
        f"server {{ listen 127.0.0.1:{port}; client_max_body_size 0; location / {{ proxy_request_buffering off;\n"
        f"proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_pass {server.base}; }} }} }}\n"
    )
    process = subprocess.Popen([binary, "-c", str(conf), "-p", str(folder)])
    time.sleep(1)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def pace(house: House, server: Server, folder: Path, size: int) -> None:
    """Seconds for an undisturbed file: copied, sent, sent through nginx; tuspy in this process, no checksums."""
    from tusclient.client import TusClient

    cookie = signed_in(house, server.base)
    with through_nginx(server, folder) as proxied:
        ways = [("server alone", server.base)] + ([("through nginx", proxied)] if proxied else [])
        took: dict[str, float] = {}
        for number, (name, base) in enumerate(ways):
            file = folder / f"pace{number}.wav"
            recording(file, size, 100 + number)
            began = time.monotonic()
            shutil.copyfile(file, folder / "copied")
            with (folder / "copied").open("rb") as copied:
                os.fsync(copied.fileno())
            took["cp"] = time.monotonic() - began
            began = time.monotonic()
            client = TusClient(f"{base}/studio/uploads", headers={"Cookie": cookie})
            client.uploader(str(file), chunk_size=8 << 20, metadata={"filename": file.name}).upload()
            took[name] = time.monotonic() - began
            ratio, copied_s = took[name] / took["cp"], took["cp"]
            print(f"{size / 1e9:.2f} GB, {name}: {took[name]:.1f} s, {ratio:.1f} × cp ({copied_s:.1f} s)")
    if proxied:
        print(f"server alone ÷ through nginx: {took['server alone'] / took['through nginx']:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gb", type=float, default=5)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", default="tuspy,resumable-upload,chromium")
    given = parser.parse_args()
    quiet_logs()
    dice = random.Random(given.seed)  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="peer-stories-upload-", dir=os.environ.get("TMPDIR")) as name:
        folder = Path(name)
        settings = Settings(data=folder / "data")
        migrations.upgrade(settings.database)
        house, server = House(settings), Server(settings)
        try:
            for number, client in enumerate(given.clients.split(",")):
                file = folder / "sent.wav"
                recording(file, int(given.gb * 1e9), given.seed * 1000 + number)
                shares = sorted(dice.uniform(0.02, 0.97) for _ in range(given.kills))
                trial(
                    client,
                    house,
                    server,
                    file,
                    [(share, dice.choice(["client", "server", "both"])) for share in shares],
                )
                for master in (settings.data / "files").rglob("masters/*/*"):
                    master.unlink()  # the next one needs the room
            pace(house, server, folder, int(min(given.gb, 1.0) * 1e9))
        finally:
            server.kill()
            house.close()


if __name__ == "__main__":
    main()
