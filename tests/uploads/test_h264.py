"""Parameter sets and units of H.264, from real encoders and from properties."""

from fractions import Fraction

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploads.media.h264 import Record, split


def encoder(number, profile="high"):
    """What x264 says of itself, and three packets."""
    made = av.CodecContext.create("libx264", "w")
    made.width, made.height, made.pix_fmt, made.time_base = 160, 120, "yuv420p", Fraction(1, 25)
    made.options = {"x264-params": f"sps-id={number}", "profile": profile, "bf": "0"}
    made.flags |= av.codec.context.Flags.global_header
    made.open()
    frames = [av.VideoFrame(160, 120, "yuv420p") for _ in range(3)]
    for at, frame in enumerate(frames):
        frame.pts, frame.time_base = at, Fraction(1, 25)
    packets = [bytes(packet) for frame in [*frames, None] for packet in made.encode(frame)]
    return made.extradata, packets


def avcc(annex_b):
    sequences, pictures = ([unit for unit in split(annex_b) if unit[0] & 31 == kind] for kind in (7, 8))
    head = bytes([1, *sequences[0][1:4], 0xFF, 0xE1])
    sizes = [len(each).to_bytes(2, "big") + each for each in (*sequences, *pictures)]
    return head + sizes[0] + b"\x01" + sizes[1]


@pytest.mark.parametrize("number", [0, 1, 7, 31])
def test_parameter_sets_of_two_encoders_stand_side_by_side(number):
    ours, _ = encoder(number)
    record = Record.of(avcc(ours))
    assert bytes(record) == avcc(ours)
    assert record.free_number == (2 if number == 1 else 1)
    both = record.joined(encoder(record.free_number)[0])
    assert [len(both.sequences), len(both.pictures)] == [2, 2]
    assert Record.of(bytes(both)) == both
    assert both.head == record.head
    assert both.free_number not in (number, record.free_number)


def test_packets_are_packed_without_what_an_encoder_says_of_itself():
    ours, packets = encoder(1)
    record = Record.of(avcc(ours))
    packed = [record.packed(packet) for packet in packets]
    assert [record.starts_afresh(packet) for packet in packed] == [True, False, False]
    assert b"x264" in packets[0] or b"x264" in ours
    assert b"x264" not in packed[0]
    assert [record.without_words(packet) for packet in packed] == packed


@given(st.binary(max_size=80))
def test_no_bytes_at_all_break_the_reading_of_a_record(content):
    try:
        record = Record.of(content)
    except ValueError:
        return
    assert Record.of(bytes(record)) == record


@given(st.binary(max_size=200), st.integers(1, 4))
def test_no_bytes_at_all_break_the_reading_of_a_packet(content, size):
    record = Record(bytes([1, 100, 0, 30]), size, (b"\x67",), (b"\x68",), b"")
    assert record.starts_afresh(content) in (True, False)
    assert len(record.without_words(content)) <= len(content)
