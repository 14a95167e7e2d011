"""How fast passages become vectors, on the real interviews beside the project.

    PYTHONPATH=. python tests/bench/bench_embedding.py [--threads 2] [--passages 1000]

Each in a process of its own. Passages a second on an idle machine are seen in "per CPU second" times the cores, where
other programs run beside it.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path

DATA = Path(__file__).parents[3] / "shared" / "data" / "transcripts"
QUESTIONS = 50


def passages(number: int) -> list[str]:
    """Drawn by chance from all that people have said in more than three words, so that lengths are as they come."""
    rows = [json.loads(line) for path in sorted(DATA.rglob("*passages.jsonl")) for line in path.open()]
    texts = [row["text"] for row in rows if row["text"].count(" ") > 2]
    return random.Random(1).sample(texts, number)


def trial(threads: int, number: int) -> None:
    texts = passages(number)
    began = time.perf_counter()
    from search.meaning.model import MiniLM  # timed

    model = MiniLM(threads)
    model.vectors(["one text, so that the weights are loaded"])
    loaded = time.perf_counter() - began
    began, cpu = time.perf_counter(), time.process_time()
    model.vectors(texts)
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    began = time.perf_counter()
    for text in texts[:QUESTIONS]:
        model.vectors([" ".join(text.split()[:6])])
    asked = (time.perf_counter() - began) / QUESTIONS * 1000
    words = sum(text.count(" ") + 1 for text in texts) / number
    print(f"| {threads} | {number} | {words:.0f} | {number / took:.0f} | {number / spent:.0f} | {loaded:.1f} "
          f"| {asked:.1f} | {memory()} |")  # fmt: skip


def memory() -> int:
    """High-water mark of this process in MB."""
    told = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(told[1]) // 1024 if told else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--passages", type=int, default=1_000)
    parser.add_argument("--trial", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.trial:
        trial(given.threads[0], given.passages)
        return
    print(
        "| threads | passages | words in the mean | passages/s | per CPU second | loaded in s | a question in ms | MB |"
    )
    print("|---:|" + "---:|" * 7, flush=True)
    for threads in given.threads:
        command = [sys.executable, __file__, "--trial", "--threads", str(threads), "--passages", str(given.passages)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
