"""Search over HTTP on a seeded archive: p50, p95, p99 of page and API, beside SQLite FTS5 in this process.

    python tests/bench/bench_http.py PASSAGES.jsonl [--queries 200] [--clients 1]

Seeds an archive of its own in a temporary folder, starts `peer-stories up` on 127.0.0.1, asks, and ends both. With
PEER_STORIES_SEARCH_URL (and …_KEY) set, the same goes through Meilisearch.
"""

import argparse
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PORT = 8797
BASE = f"http://127.0.0.1:{PORT}"


def questions(texts: list[str], count: int) -> list[str]:
    """One to four words that stand together in a passage, drawn with a fixed seed."""
    dice = random.Random(7)
    found: list[str] = []
    while len(found) < count:
        words = [word for word in dice.choice(texts).split() if word.isalpha() and len(word) > 2]
        take = dice.randint(1, 4)
        if len(words) >= take:
            start = dice.randrange(len(words) - take + 1)
            found.append(" ".join(words[start : start + take]))
    return found


def timed(ask: object, asked: list[str], clients: int = 1) -> list[float]:
    def once(text: str) -> float:
        began = time.perf_counter()
        ask(text)  # type: ignore[operator]
        return (time.perf_counter() - began) * 1000

    for text in asked[:10]:
        once(text)
    with ThreadPoolExecutor(clients) as pool:
        return sorted(pool.map(once, asked))


def fts5(texts: list[str]) -> object:
    db = sqlite3.connect(":memory:", check_same_thread=False)
    db.execute("create virtual table passages using fts5(text, tokenize='porter unicode61')")
    db.executemany("insert into passages(text) values (?)", ((text,) for text in texts))

    def ask(text: str) -> None:
        words = " ".join(f'"{word}"' for word in text.split())
        ranked = "select rowid, text from passages where passages match ? order by bm25(passages) limit 20"
        db.execute(ranked, (words,)).fetchall()
        db.execute("select count(*) from passages where passages match ?", (words,)).fetchone()

    return ask


def over_http(path: str) -> object:
    def ask(text: str) -> None:
        with urllib.request.urlopen(f"{BASE}{path}?q={urllib.parse.quote(text)}", timeout=30) as answer:
            answer.read()

    return ask


def row(name: str, times: list[float], against: float | None) -> None:
    cuts = statistics.quantiles(times, n=100)
    p50, p95, p99 = cuts[49], cuts[94], cuts[98]
    ratio = "" if against is None else f"{p95 / against:.2f} × FTS5 at p95"
    print(f"{name:34} {p50:8.1f} {p95:8.1f} {p99:8.1f}   {ratio}")


def main() -> None:
    reading = argparse.ArgumentParser()
    reading.add_argument("passages", type=Path)
    reading.add_argument("--queries", type=int, default=200)
    reading.add_argument("--clients", type=int, default=1)
    given = reading.parse_args()
    texts = [json.loads(line)["text"] for line in given.passages.open(encoding="utf-8")]
    asked = questions(texts, given.queries)
    with tempfile.TemporaryDirectory(prefix="peer-stories-bench-") as folder:
        environment = {**os.environ, "PEER_STORIES_DATA": folder}
        command = [sys.executable, "-m", "archive.cli"]
        began = time.perf_counter()
        subprocess.run([*command, "seed", str(given.passages)], env=environment, check=True)
        seconds = time.perf_counter() - began
        print(f"seeded and indexed {len(texts)} passages in {seconds:.0f} s: {len(texts) / seconds:.0f} a second")
        for part in ("archive.sqlite", "index"):
            files = [Path(folder, part), *Path(folder, part).rglob("*")]
            size = sum(file.stat().st_size for file in files if file.is_file())
            print(f"{part}: {size / 1e6:.0f} MB")
        up = subprocess.Popen([*command, "up", "--port", str(PORT)], env=environment, stdout=subprocess.PIPE, text=True)
        try:
            while "Ctrl-C" not in (up.stdout.readline() if up.stdout else "Ctrl-C"):
                pass
            print(f"{'ms':34} {'p50':>8} {'p95':>8} {'p99':>8}")
            times = timed(fts5(texts), asked)
            against = statistics.quantiles(times, n=100)[94]
            row("FTS5 porter bm25, in process", times, None)
            for path in ("/api/v1/search", "/search"):
                row(f"GET {path}, {given.clients} client(s)", timed(over_http(path), asked, given.clients), against)
        finally:
            up.terminate()
            up.wait(30)


if __name__ == "__main__":
    main()
