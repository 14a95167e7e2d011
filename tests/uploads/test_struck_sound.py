"""What a narrator took back is not in the copies: not to the ear, not as a trace, not as a packet of the old file."""

import time
from itertools import chain

import numpy as np
import pytest

from tests.uploads import struck
from tests.uploads.struck import around, heard, heard_by_us, level_db, likeness, packets, part, times_ms
from tests.uploads.test_loudness import samples_of
from uploads.media import Stopped, Unplayable, listening_copies, masked, struck_copy
from uploads.media.hushed import hushed
from uploads.media.spans import merged
from uploads.media.struck import strike_sound

SPANS = [(5_000, 8_200), (12_345, 12_375), (14_000, 14_800), (15_400, 16_100), (30_000, 36_007)]
TONE_MS = 300
NOTHING = 16  # bytes: AAC has as few of them for a pause in which nothing is heard
KINDS = ["sound.webm", "sound.m4a"]


@pytest.fixture(scope="module")
def uncut(tmp_path_factory, request):
    """The folder of two copies of 45 s of an interview."""
    folder = tmp_path_factory.mktemp("uncut")
    try:
        interview = request.getfixturevalue("recordings") / "interview" / "bsha.mp3"
        speech = samples_of(interview)[20 * 48_000 : 65 * 48_000]
    except pytest.skip.Exception:
        speech = struck.voice(45)
    listening_copies(struck.write_wav(folder / "a.wav", speech), folder)
    return folder


@pytest.fixture(scope="module", params=KINDS)
def pair(uncut, tmp_path_factory, request):
    """A copy, and the same without SPANS."""
    target = tmp_path_factory.mktemp("struck") / request.param
    struck_copy(uncut / request.param, SPANS, target)
    return uncut / request.param, target


@pytest.mark.parametrize("listen", [heard, heard_by_us])
def test_where_something_was_struck_are_a_soft_tone_and_silence(pair, listen):
    sound = listen(pair[1])
    for start, end in SPANS:
        length = min(TONE_MS, end - start)
        assert struck.loudest_db(sound, start + length + 10, end) < -60
        tone = part(sound, start, start + length)
        assert level_db(tone) == pytest.approx(-33 if length < TONE_MS else -31, abs=3)
        spectrum = np.abs(np.fft.rfft(tone * np.hanning(tone.size), 48_000))
        assert np.argmax(spectrum) == pytest.approx(440, abs=12)
        aside = np.abs(np.arange(spectrum.size) - 440) > 200 if length > 100 else np.arange(spectrum.size) > 1_000
        assert spectrum[aside].max() < spectrum.max() / 30


def test_nothing_in_a_struck_stretch_is_like_what_was_said(pair):
    old, new = map(heard, pair)
    for start, end in SPANS:
        if end - start < 500:
            continue
        end = min(end, start + 2_000)
        said, left = part(old, start, end), np.rint(part(new, start - 20, end + 20) * 32_767) / 32_767  # in 16 bits
        elsewhere = part(old, 20_000, 20_000 + end - start)
        assert likeness(said, said) > 0.99
        alone = hushed(np.zeros(left.size, np.float32), (start - 20) * 48, [(start, end)])  # a tone is like any vowel
        assert likeness(left, said) < max(likeness(left, elsewhere), likeness(alone, said)) + 0.1
        quiet = part(new, start + TONE_MS + 20, end)
        assert np.abs(quiet).max() < 1e-3


def test_no_packet_that_knows_of_a_struck_stretch_is_left(pair):
    left = {content for *_, content in packets(pair[1])}
    known = [old for old in times_ms(pair[0]) if around(SPANS, 45, old[0]) or around(SPANS, 45, old[1])]
    assert len(known) > 400
    assert [begin for begin, _, content in known if content in left and len(content) >= NOTHING] == []


@pytest.mark.parametrize("kind", KINDS)
def test_however_spans_lie_to_each_other_the_right_packets_go(uncut, tmp_path, kind):
    random, before = np.random.default_rng(3), times_ms(uncut / kind)
    for number in range(4):
        starts = random.uniform(0, 46_000, random.integers(1, 60)).astype(int)
        spans = [(int(start), int(start + random.choice([1, 30, 200, 900, 2_500]))) for start in starts]
        strike_sound(lambda share: None, str(uncut / kind), str(tmp_path / str(number)), merged(spans))
        after = times_ms(tmp_path / str(number))
        assert [packet[:2] for packet in after] == [packet[:2] for packet in before]
        new = {content for *_, content in after}
        for begin, end, content in before:
            if around(spans, 45, begin) or around(spans, 45, end):
                assert content not in new or len(content) < NOTHING
            elif not (around(spans, 700, begin) or around(spans, 700, end)):
                assert content in new


def test_everywhere_else_every_packet_is_the_old_one_in_its_place(pair):
    old, new = packets(pair[0]), packets(pair[1])
    assert [packet[:3] for packet in new] == [packet[:3] for packet in old]
    far = []
    for (begin, end, before), (*_, after) in zip(times_ms(pair[0]), times_ms(pair[1]), strict=True):
        if before != after and not (around(SPANS, 150, begin) or around(SPANS, 150, end)):
            far.append(begin)
    assert len(far) < 40  # where Opus changes its ways, a seam comes later
    assert all(around([(end, end) for _, end in SPANS], 680, begin) for begin in far)
    before, after = map(heard, pair)
    assert after.size == before.size


def test_the_seams_are_not_heard(pair):
    """No step that is higher than those of the voice around, and the level goes on as it was."""
    old, new = map(heard, pair)
    same = [before[2] == after[2] for before, after in zip(times_ms(pair[0]), times_ms(pair[1]), strict=True)]
    begins = [begin for begin, *_ in times_ms(pair[0])]
    seams = [begins[at] for at in range(1, len(same)) if same[at] != same[at - 1]]
    assert len(seams) == 2 * len(SPANS)
    for at in chain(seams, *SPANS):
        voice = np.abs(np.diff(part(old, at - 300, at + 300))).max()
        assert np.abs(np.diff(part(new, at - 30, at + 30))).max() < 1.5 * voice + 0.002
    for at in seams:
        before, after = (level_db(part(sound, at - 50, at + 50)) for sound in (old, new))
        assert after == pytest.approx(before, abs=1.5) or max(before, after) < -45


def test_a_player_can_jump_in_them_without_fetching_the_end(pair):
    content = pair[1].read_bytes()
    if pair[1].suffix == ".m4a":
        assert content.index(b"moov") < content.index(b"mdat")
    else:
        assert content.index(bytes.fromhex("1c53bb6b")) < content.index(bytes.fromhex("1f43b675"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_work_gives_the_same_file_and_other_work_another(uncut, tmp_path, kind):
    made = {}
    for name, spans in {
        "once": SPANS,
        "again, in another order and in overlapping parts": [*reversed(SPANS), (6_000, 7_000), (8_100, 8_200)],
        "one span less": SPANS[1:],
        "a millisecond more": [*SPANS, (36_000, 36_008)],
    }.items():
        target = tmp_path / name
        struck_copy(uncut / kind, spans, target)
        made[name] = target.read_bytes()
    first, second, *others = made.values()
    assert first == second
    assert len({first, *others}) == 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "spans",
    [[(0, 45_000)], [(-500, 90_000)], [(0, 700)], [(100, 130)], [(44_000, 99_000)], [(44_990, 45_000)],
     [(50_000, 60_000)], []],
    ids=["all", "more than all", "the beginning", "near it", "the end", "the last moment", "behind the end", "nothing"],
)  # fmt: skip
def test_spans_at_the_ends_leave_the_length_and_nothing_else(uncut, tmp_path, kind, spans):
    source, target = uncut / kind, tmp_path / kind
    struck_copy(source, spans, target)
    assert [packet[:3] for packet in packets(target)] == [packet[:3] for packet in packets(source)]
    sound = heard(target)
    assert sound.size == heard(source).size
    for start, end in spans:
        assert struck.loudest_db(sound, max(0, start) + TONE_MS + 10, end) < -60
    old, new = ({content for *_, content in packets(path)} for path in (source, target))
    if not spans or spans[0][0] == 50_000:
        assert old == new
    if spans and spans[0][0] <= 0 and spans[0][1] >= 45_000:
        assert not old & new


@pytest.mark.parametrize("kind", KINDS)
def test_two_hundred_spans_in_two_hours_are_quick(uncut, tmp_path, kind):
    source = struck.lengthened(uncut / kind, tmp_path / "long", 900)  # an eighth of them
    spans = [(36_000 * at + 500, 36_000 * at + 550 + 700 * (at % 10)) for at in range(25)]
    told, began = [], time.monotonic()
    struck_copy(source, spans, tmp_path / "struck", told.append)
    assert time.monotonic() - began < 12
    assert told == sorted(told)
    assert told[-1] > 0.9
    sound = heard(tmp_path / "struck")
    assert all(struck.loudest_db(sound, start + TONE_MS + 10, end) < -60 for start, end in spans)


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_whose_clock_jumps_is_made_anew_as_a_whole(uncut, tmp_path, kind):
    source = tmp_path / kind
    drop(uncut / kind, source, range(100, 150))
    struck_copy(source, [(10_000, 12_000), (20_000, 23_000)], tmp_path / "struck")
    sound = heard_by_us(tmp_path / "struck")
    assert struck.loudest_db(sound, 10_000 + TONE_MS + 10, 12_000) < -60
    assert struck.loudest_db(sound, 20_000 + TONE_MS + 10, 23_000) < -60
    assert sound.size == pytest.approx(heard_by_us(source).size, abs=960)
    assert level_db(part(sound, 12_200, 19_800)) == pytest.approx(
        level_db(part(heard_by_us(source), 12_200, 19_800)), abs=1
    )
    assert not {content for *_, content in packets(source)} & {content for *_, content in packets(tmp_path / "struck")}


def drop(path, out, numbers):
    """The same copy without some packets, and with a title of which nothing may go on."""
    import av

    with av.open(str(path)) as whole, av.open(str(out), "w", format="ipod" if out.suffix == ".m4a" else "webm") as less:
        less.metadata["title"] = "what Ana said"
        copied = less.add_stream_from_template(whole.streams.audio[0])
        for number, packet in enumerate(whole.demux(whole.streams.audio[0])):
            if packet.size and number not in numbers:
                packet.stream = copied
                less.mux(packet)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_copy_says_of_itself_is_not_handed_on(uncut, tmp_path, kind):
    source = tmp_path / kind
    drop(uncut / kind, source, range(0))
    struck_copy(source, SPANS, tmp_path / "struck")
    assert b"what Ana said" in source.read_bytes()
    assert b"what Ana said" not in (tmp_path / "struck").read_bytes()
    assert [packet[:2] for packet in packets(tmp_path / "struck")] == [packet[:2] for packet in packets(source)]


def test_where_it_does_not_work_nothing_is_left(uncut, tmp_path):
    target = tmp_path / "struck"
    with pytest.raises(Stopped):
        struck_copy(uncut / "sound.webm", SPANS, target, stop=lambda: True)
    with pytest.raises(Unplayable):
        struck_copy(uncut / "a.wav", SPANS, target)
    with pytest.raises(ValueError, match="before it starts"):
        struck_copy(uncut / "sound.webm", [(2_000, 1_000)], target)
    assert list(tmp_path.iterdir()) == []


def test_bars_that_touch_a_span_are_nothing():
    bars = bytes(range(1, 11))
    assert masked(bars, [(2_500, 3_000), (8_999, 9_000)], 10_000) == bytes([1, 2, 0, 4, 5, 6, 7, 8, 0, 10])
    assert masked(bars, [(2_999, 3_001)], 10_000) == bytes([1, 2, 0, 0, *range(5, 11)])
    assert masked(bars, [(0, 99_000)], 10_000) == bytes(10)
    assert masked(bars, [], 10_000) == bars
    assert masked(b"", [(0, 1)], 10_000) == b""
