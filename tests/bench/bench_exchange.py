"""Two hours without what was taken back: what striking costs, for sound and for a film.

    PYTHONPATH=. python tests/bench/bench_exchange.py [--hours 2]

An interview of ../shared/data is made into listening copies, which are lengthened by writing the same packets again and
again; the films are some seconds of a made-up voice under a picture that changes with every frame, lengthened likewise.
Processor time is that of the process that strikes.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av

from tests.uploads import struck
from tests.uploads.test_loudness import samples_of
from tests.uploads.test_struck_film import film
from uploads.media import listening_copies, struck_copy, struck_film, video_copy

INTERVIEW = Path(__file__).parents[3] / "shared/data/audio/interview/bsha.mp3"
Strike = Callable[[Path, list[tuple[int, int]], Path], None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=2)
    seconds = parser.parse_args().hours * 3600
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        speech = struck.write_wav(folder / "a.wav", samples_of(INTERVIEW)[: 120 * 48_000])
        for copy in listening_copies(speech, folder):
            long = struck.lengthened(copy.path, folder / f"long{copy.path.suffix}", seconds)
            measure(copy.codec, struck_copy, long, seconds)
        for codec, kind in (("libx264", "mp4"), ("libvpx-vp9", "webm")):
            options = {"g": "40", "deadline": "realtime", "cpu-used": "8"} if kind == "webm" else {"g": "40"}
            copy = video_copy(film(folder / f"film.{kind}", codec, options), folder / kind)
            long = lengthened(copy.path, folder / f"film-long.{kind}", seconds)
            measure(copy.codec, struck_film, long, seconds)


def measure(told: str, strike: Strike, path: Path, seconds: float) -> None:
    whole = round(seconds * 1000)
    kinds = {
        "3 spans": [
            (whole // 12, whole // 12 + 30_000),
            (whole // 3, whole // 3 + 800),
            (whole - 90_000, whole - 30_000),
        ],
        "200 spans": [(whole // 200 * at + 500, whole // 200 * at + 550 + at % 10 * 1000) for at in range(200)],
        "all of it": [(0, whole + 1000)],
    }
    for kind, spans in kinds.items():
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        strike(path, spans, path.with_stem("struck"))
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"{told:28} {kind:10} {wall:6.1f} s wall {cpu:6.1f} s CPU")


def lengthened(path: Path, out: Path, seconds: float) -> Path:
    """A film of hours from a short one, as struck.lengthened() does."""
    sound = struck.lengthened(path, out.with_stem("sound"), seconds)
    with av.open(str(path)) as short, av.open(str(sound)) as heard, av.open(str(out), "w") as long:
        picture, tick = short.streams.video[0], float(short.streams.video[0].time_base)
        copied, spoken = (long.add_stream_from_template(each) for each in (picture, heard.streams.audio[0]))
        packets = [(p.pts, p.dts, p.duration, bytes(p), p.is_keyframe) for p in short.demux(picture) if p.size]
        length = max(pts + duration for pts, _, duration, *_ in packets)
        sounds = (packet for packet in heard.demux(heard.streams.audio[0]) if packet.size)
        for turn in range(int(seconds / tick / length)):
            for pts, dts, duration, content, whole in packets:
                packet = av.Packet(content)
                packet.pts, packet.dts, packet.duration = pts + turn * length, dts + turn * length, duration
                packet.time_base, packet.is_keyframe, packet.stream = picture.time_base, whole, copied
                for spoke in sounds:
                    spoke.stream = spoken
                    long.mux(spoke)
                    if float(spoke.dts * spoke.time_base) > packet.dts * tick:
                        break
                long.mux(packet)
    return out


if __name__ == "__main__":
    main()
