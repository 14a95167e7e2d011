"""Telling voices apart, with the real network on real readers; words are laid over their speech every 0.4 s."""

import importlib.util
import json
import os
import pickle
from collections import OrderedDict
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from uploads.media import Soundtrack, Stopped, soundtrack
from uploads.speech.segments import Word
from uploads.speech.voice_groups import mean_prints
from uploads.speech.voice_prints import WINDOW_SAMPLES, Network, mel_bank
from uploads.speech.voice_weights import UnknownWeights, network_weights, read_tensors
from uploads.speech.voices import CannotTell, Voices

ONE, OTHER, THIRD = "1688", "2033", "3080"  # a woman and two men among the readers
WITHOUT = "needs the weights that tell voices apart: make voices"


@pytest.fixture(scope="module")
def voices():
    if importlib.util.find_spec("resemblyzer") is None:
        pytest.skip(WITHOUT)
    return Voices(threads=2)


@pytest.fixture(scope="module")
def readers(recordings, tmp_path_factory):
    """Samples of each reader's first sentences, some 15 s, in one array a sentence."""
    path = recordings / "long" / "librispeech-other.flac"
    sound = soundtrack(path, tmp_path_factory.mktemp("readers") / "sound.pcm")
    read: dict[str, list] = {}
    for part in json.loads(path.with_suffix(".json").read_text()):
        own = read.setdefault(part["speaker"], [])
        if sum(map(len, own)) < 15 * 16_000:
            own.append(sound.samples(round(part["start_s"] * 1000), round(part["end_s"] * 1000)))
    return read


@pytest.fixture(autouse=True)
def one_thread():
    """As for the network's own caller: more of them only wait for each other."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield


@pytest.fixture
def joined(tmp_path):
    """joined(sentences, ...): their sound with pauses of half a second, words over it, one voice number a word."""

    def joining(*said: tuple[int, np.ndarray], end: str = ".") -> tuple[Soundtrack, list[Word], list[int]]:
        sound, words, who = [], [], []
        for voice, samples in said:
            start = sum(map(len, sound)) // 16
            starts = range(start, start + len(samples) // 16 - 400, 400)
            words += [Word("word" + end * (at == starts[-1]), at, at + 400, 1.0) for at in starts]
            who += [voice] * len(starts)
            sound += [samples, np.zeros(8_000, np.float32)]
        path = tmp_path / "joined.pcm"
        whole = np.concatenate(sound) if sound else np.zeros(16_000)
        (whole * 32_767).astype("<i2").tofile(path)
        return Soundtrack(path, len(whole) // 16, lost_ms=0, damaged_packets=0), words, who

    return joining


def in_turn(readers, *names):
    """(voice number, sentence) of the readers in turn: the first sentence of each, then the second, and so on."""
    rounds = max(len(readers[name]) for name in names)
    return [
        (voice, readers[name][at])
        for at in range(rounds)
        for voice, name in enumerate(names, start=1)
        if at < len(readers[name])
    ]


def expected(who):
    return [f"Voice {number}" for number in who]


@pytest.mark.parametrize("people", [2, None])
def test_two_readers_in_turn_are_told_apart_word_for_word(voices, readers, joined, people):
    sound, words, who = joined(*in_turn(readers, ONE, OTHER))
    assert voices.tell_apart(sound, words, people) == expected(who)


@pytest.mark.parametrize("people", [3, None])
def test_three_readers_are_three_voices(voices, readers, joined, people):
    sound, words, who = joined(*in_turn(readers, OTHER, THIRD, ONE))
    assert voices.tell_apart(sound, words, people) == expected(who)


def test_a_change_of_voice_inside_a_sentence_is_found_to_the_second(voices, readers, joined):
    sentences = in_turn(readers, ONE, OTHER)
    words, who = joined(*sentences)[1:]
    run_on = [Word("word", word.start_ms, word.end_ms, 1.0) for word in words]  # neither full stops nor pauses …
    closed = [
        Word("word", word.start_ms, later.start_ms, 1.0) for word, later in zip(run_on, run_on[1:], strict=False)
    ] + run_on[-1:]
    told = voices.tell_apart(joined(*sentences)[0], closed, 2)
    assert sum(a != b for a, b in zip(told, expected(who), strict=True)) <= 3 * len(sentences)
    assert len(list(groupby(told))) == len(list(groupby(who)))


def test_one_reader_is_one_voice_without_being_told(voices, readers, joined):
    sound, words, who = joined(*in_turn(readers, THIRD))
    assert voices.tell_apart(sound, words, None) == expected(who)


def test_one_person_needs_no_network(readers, joined, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    sound, words, _ = joined(*in_turn(readers, ONE, OTHER))
    assert set(Voices().tell_apart(sound, words, 1)) == {"Voice 1"}


def test_a_recording_without_words_has_no_voices(joined):
    sound, _, _ = joined()
    assert Voices().tell_apart(sound, [], None) == []


def test_words_over_silence_have_no_voice(voices, readers, joined):
    sound, words, who = joined(*in_turn(readers, ONE), (0, np.zeros(32_000, np.float32)))
    told = voices.tell_apart(sound, words, None)
    assert told == [f"Voice {number}" if number else None for number in who]


def test_words_after_the_end_of_the_sound_have_no_voice(voices, joined):
    sound, _, _ = joined()
    assert voices.tell_apart(sound, [Word("late", 5_000, 5_000, 0.1)], None) == [None]


def test_more_people_than_voices_are_not_invented(voices, readers, joined):
    sound, words, who = joined(*in_turn(readers, ONE, OTHER))
    assert voices.tell_apart(sound, words, 3) == expected(who)


def test_a_second_of_speech_is_one_voice_whatever_is_said(voices, readers, joined):
    sound, words, _ = joined((1, readers[ONE][0][:16_000]))
    assert set(voices.tell_apart(sound, words, 5)) == {"Voice 1"}


def test_the_same_recording_gives_the_same_names_however_many_threads(voices, readers, joined):
    sound, words, _ = joined(*in_turn(readers, ONE, OTHER))
    assert Voices(threads=1).tell_apart(sound, words, None) == voices.tell_apart(sound, words, None)


def test_progress_is_told_up_to_the_end(voices, readers, joined):
    sound, words, _ = joined(*in_turn(readers, ONE, OTHER))
    told: list[float] = []
    voices.tell_apart(sound, words, 2, on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) > 1


def test_it_stops_when_asked(voices, readers, joined):
    sound, words, _ = joined(*in_turn(readers, ONE, OTHER))
    with pytest.raises(Stopped):
        voices.tell_apart(sound, words, 2, stop=lambda: True)


def test_thousands_of_prints_are_grouped_by_a_part_of_them():
    chance = np.random.default_rng(7)
    people = np.eye(256, dtype=np.float32)[[3, 90, 200]]
    prints = np.repeat(people, 3_000, axis=0) + chance.normal(0, 0.02, (9_000, 256)).astype(np.float32)
    prints /= np.linalg.norm(prints, axis=1, keepdims=True)
    means = mean_prints(prints, None)
    assert (means @ people.T > 0.98).sum() == len(means) == 3


def test_the_network_computes_what_the_textbook_says(voices, readers):
    """The LSTM of Hochreiter and Schmidhuber with torch's order of gates, written down once more without short cuts."""
    arrays, samples = network_weights(), readers[ONE][0][:WINDOW_SAMPLES]
    frames = [samples[at : at + 400] * np.hanning(401)[:400] for at in range(0, WINDOW_SAMPLES - 399, 160)]
    loudness = max(1.0, 10**-1.5 / np.sqrt(np.mean(samples**2)))
    inputs = [np.abs(np.fft.rfft(frame * loudness)) ** 2 @ mel_bank() for frame in frames]
    for layer in range(3):
        of_input, of_state = arrays[f"lstm.weight_ih_l{layer}"], arrays[f"lstm.weight_hh_l{layer}"]
        bias = arrays[f"lstm.bias_ih_l{layer}"] + arrays[f"lstm.bias_hh_l{layer}"]
        state, cell, states = np.zeros(256), np.zeros(256), []
        for each in inputs:
            let_in, keep, new, out = np.split(of_input @ each + of_state @ state + bias, 4)
            cell = cell / (1 + np.exp(-keep)) + np.tanh(new) / (1 + np.exp(-let_in))
            state = np.tanh(cell) / (1 + np.exp(-out))
            states.append(state)
        inputs = states
    raw = np.maximum(arrays["linear.weight"] @ state + arrays["linear.bias"], 0)
    assert np.allclose(Network().prints(samples[None])[0], raw / np.linalg.norm(raw), atol=1e-4)


def test_a_print_is_of_the_voice_and_not_of_the_words(voices, readers):
    def cut(name):
        return np.concatenate(readers[name])[: 8 * WINDOW_SAMPLES].reshape(8, WINDOW_SAMPLES)

    one, other = (Network().prints(cut(name)) for name in (ONE, OTHER))
    assert np.allclose(np.linalg.norm(one, axis=1), 1, atol=1e-5)
    assert (one @ one.T).mean() > (one @ other.T).mean() + 0.15


def test_the_bands_are_slaneys():
    """Each has area 1; the lower ones are 200/3 Hz × (mel of 8 kHz / 41) apart, the upper ones by a constant factor."""
    hertz = np.arange(201) * 40.0
    bank = mel_bank()
    centres = hertz @ bank / bank.sum(axis=0)
    assert np.allclose(bank[:, 15:].sum(axis=0) * 40, 1, atol=0.1)
    assert np.allclose(np.diff(centres[1:8]), 45.245 / 41 * 200 / 3, atol=12)
    assert np.allclose(centres[31:] / centres[30:-1], 6.4 ** (45.245 / 41 / 27), atol=0.01)


def test_without_weights_the_person_is_told_in_one_sentence(readers, joined, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    sound, words, _ = joined(*in_turn(readers, ONE))
    with pytest.raises(CannotTell, match=r"^Voices were not told apart, because the voice model is not installed; "):
        Voices().tell_apart(sound, words, None)


def test_weights_that_were_changed_are_refused_in_one_sentence(voices, readers, joined, tmp_path, monkeypatch):
    spec = importlib.util.find_spec("resemblyzer")
    content = bytearray((Path(spec.submodule_search_locations[0]) / "pretrained.pt").read_bytes())
    content[5_000_000] ^= 1
    (tmp_path / "pretrained.pt").write_bytes(content)
    changed = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: changed)
    sound, words, _ = joined(*in_turn(readers, ONE))
    with pytest.raises(CannotTell, match="is not the one we know") as told:
        Voices().tell_apart(sound, words, None)
    assert "\n" not in str(told.value)


def test_the_weights_are_those_of_the_network(voices):
    arrays = network_weights()
    assert arrays["lstm.weight_ih_l0"].shape == (1_024, 40)
    assert arrays["linear.weight"].shape == (256, 256)
    assert all(np.isfinite(array).all() for array in arrays.values())


class Shout:
    """What a pickle with a bad intent looks like: it asks for a call while it is read."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return os.system, (f"touch {self.file}",)


def checkpoint(held) -> bytes:
    return b"".join(pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {}, {"model_state": held}, []))


def test_a_pickle_that_asks_for_a_command_is_refused_and_does_nothing(tmp_path):
    with pytest.raises(UnknownWeights, match=f"asks for {os.system.__module__}.system"):
        read_tensors(checkpoint(Shout(tmp_path / "shouted")), "model_state")
    assert not (tmp_path / "shouted").exists()


@pytest.mark.parametrize("content", [b"", b"PK\3\4", checkpoint({})[:40], pickle.dumps(1, 2) * 5, checkpoint(None)])
def test_what_is_no_checkpoint_is_refused(content):
    with pytest.raises(UnknownWeights):
        read_tensors(content, "model_state")


def test_a_checkpoint_without_tensors_has_none():
    assert read_tensors(checkpoint(OrderedDict(step=1)), "model_state") == {}
