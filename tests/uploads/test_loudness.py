"""How loud the copies are: as speech should be, with what was quiet still quieter, and nothing moved in time."""

from pathlib import Path

import av
import numpy as np
import pytest

from tests.uploads.films import film
from uploads.media import listening_copies, video_copy

RATE = 48_000


def measured(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP of a file, as FFmpeg measures it."""
    graph = av.filter.Graph()
    with av.open(str(path)) as container:
        source = graph.add_abuffer(template=container.streams.audio[0])
        graph.link_nodes(source, graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")).configure()
        lufs, peak = -99.0, 1e-6
        for frame in container.decode(audio=0):
            graph.push(frame)
            while True:
                try:
                    said = graph.pull().metadata
                except (av.error.BlockingIOError, av.error.EOFError):
                    break
                lufs = float(said.get("lavfi.r128.I", lufs))
                peak = max(peak, float(said.get("lavfi.r128.true_peak", peak)))
    return lufs, 20 * np.log10(peak)  # FFmpeg says it as amplitude


def samples(path: Path) -> np.ndarray:
    """Mono samples from the beginning of the file's clock, each at its time."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    whole = np.zeros(round(frames[-1].time * RATE) + frames[-1].samples, np.float32)
    for frame in frames:
        at = round(frame.time * RATE)
        part = frame.to_ndarray().reshape(-1)[max(0, -at) :]
        whole[max(0, at) : max(0, at) + part.size] = part
    return whole


@pytest.fixture(scope="module")
def speech(recordings) -> np.ndarray:
    return samples_of(recordings / "speech" / "jfk.flac")


def samples_of(path: Path) -> np.ndarray:
    to_mono = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(str(path)) as container:
        frames = [out for frame in container.decode(audio=0) for out in to_mono.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames + to_mono.resample(None)])


@pytest.mark.parametrize("factor", [0.03, 0.3, 1.0, 4.0], ids=["whispered", "quiet", "as it was", "overdriven"])
def test_a_voice_is_as_loud_as_any_other_however_it_was_recorded(speech, make, tmp_path, factor):
    source = make("a.wav", "pcm_s24le", np.clip(factor * speech, -1, 1), rate=RATE, layout="mono")
    before, _ = measured(source)
    for copy in listening_copies(source, tmp_path):
        lufs, peak = measured(copy.path)
        assert lufs == pytest.approx(min(-18, before + 20), abs=1)
        assert peak <= -1.5


def test_a_noisy_radio_of_1969_comes_out_like_a_reading(recordings, tmp_path):
    for copy in listening_copies(recordings / "speech" / "apollo11.mp3", tmp_path):
        lufs, peak = measured(copy.path)
        assert lufs == pytest.approx(-18, abs=1)
        assert peak <= -1.5


def test_one_gain_for_all_keeps_what_is_quiet_quiet(make, tmp_path):
    time = np.arange(20 * RATE) / RATE
    voice = (np.where(time < 10, 0.02, 0.1) * np.sin(1000 * np.pi * time)).astype(np.float32)
    for copy in listening_copies(make("a.wav", "pcm_s16le", voice, rate=RATE, layout="mono"), tmp_path):
        heard = samples(copy.path)
        low, high = (np.sqrt(np.mean(heard[at * RATE : (at + 6) * RATE] ** 2)) for at in (2, 12))
        assert high / low == pytest.approx(5, rel=0.05)


def test_silence_stays_silence(make, tmp_path):
    silent = make("a.wav", "pcm_s16le", np.zeros(5 * RATE, np.float32), rate=RATE, layout="mono")
    for copy in listening_copies(silent, tmp_path):
        assert np.abs(samples(copy.path)).max() < 1e-4


def test_faint_noise_is_not_blown_up(make, tmp_path):
    noise = (np.random.default_rng(0).standard_normal(5 * RATE) * 10 ** (-60 / 20)).astype(np.float32)
    for copy in listening_copies(make("a.wav", "pcm_s24le", noise, rate=RATE, layout="mono"), tmp_path):
        assert measured(copy.path)[0] < -35


@pytest.mark.parametrize("loud", [0.02, 0.98], ids=["one gain", "with the limiter"])
def test_a_click_is_where_it_was(make, tmp_path, loud):
    clicks, at_s = np.zeros(6 * RATE, np.float32), [0.5, 2.25, 5.125]
    for at in at_s:
        clicks[round(at * RATE) : round(at * RATE) + 48] = loud
    clicks += (np.random.default_rng(0).standard_normal(clicks.size) * loud / 20).astype(np.float32)
    source = make("a.wav", "pcm_s16le", clicks, rate=RATE, layout="mono")
    for copy in listening_copies(source, tmp_path):
        heard = np.abs(samples(copy.path))
        for at in at_s:
            around = heard[round((at - 0.1) * RATE) : round((at + 0.1) * RATE)]
            assert np.argmax(around) / RATE - 0.1 == pytest.approx(0, abs=0.005)


def test_the_sound_of_a_film_is_as_loud_as_its_copies(tmp_path):
    source = film(tmp_path / "a.mp4")
    watched = measured(video_copy(source, tmp_path / "film").path)[0]
    for copy in listening_copies(source, tmp_path / "sound"):
        assert measured(copy.path)[0] == pytest.approx(watched, abs=1)
