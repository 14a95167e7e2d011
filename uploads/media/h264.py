"""What has to be known of H.264 to put foreign pictures between those of a file: its units and its parameter sets.

ITU-T H.264, 7.3 and 7.4; ISO/IEC 14496-15, 5.3.3 for the record (avcC) in which an MP4 keeps the parameter sets. That
record may hold several, told apart by a number that every picture names: so a file can have pictures of two encoders,
and nothing but the record says so to a player.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

_IDR, _WORDS, _SEQUENCE, _PICTURE = 5, 6, 7, 8  # nal_unit_type; the second is supplemental enhancement information
_PICTURES = range(1, 6)
_USER_DATA = (4, 5)  # payloadType of captions (registered) and of whatever a program writes (unregistered)
_MOST_SETS = 31  # of which an avcC can hold sequence parameter sets


@dataclass(frozen=True, slots=True)
class Record:
    """An avcC taken apart. head: version, profile, compatibility, level. tail: what high profiles add at its end."""

    head: bytes
    length_size: int
    sequences: tuple[bytes, ...]
    pictures: tuple[bytes, ...]
    tail: bytes

    @classmethod
    def of(cls, avcc: bytes) -> Self:
        """ValueError where it is not one."""
        if len(avcc) < 7 or avcc[0] != 1:
            raise ValueError("this is not an avcC")
        sequences, at = _sets(avcc, 6, avcc[5] & 0x1F)
        pictures, end = _sets(avcc, at + 1, avcc[at])
        return cls(avcc[:4], (avcc[4] & 3) + 1, sequences, pictures, avcc[end:])

    def __bytes__(self) -> bytes:
        parts = [self.head, bytes([0xFC | self.length_size - 1, 0xE0 | len(self.sequences)])]
        parts += [len(each).to_bytes(2, "big") + each for each in self.sequences]
        parts += [bytes([len(self.pictures)])]
        parts += [len(each).to_bytes(2, "big") + each for each in self.pictures]
        return b"".join([*parts, self.tail])

    @property
    def free_number(self) -> int:
        """One that neither a sequence nor a picture parameter set has. ValueError where there is none."""
        taken = {_first_number(each[4:]) for each in self.sequences} | {
            _first_number(each[1:]) for each in self.pictures
        }
        return min(set(range(1, _MOST_SETS + 1)) - taken)

    def joined(self, annex_b: bytes) -> "Record":
        """With the parameter sets of another encoder, as it gave them, behind our own."""
        units = list(split(annex_b))
        sequences = [unit for unit in units if unit[0] & 0x1F == _SEQUENCE]
        pictures = [unit for unit in units if unit[0] & 0x1F == _PICTURE]
        return Record(
            self.head, self.length_size, (*self.sequences, *sequences), (*self.pictures, *pictures), self.tail
        )

    def packed(self, annex_b: bytes) -> bytes:
        """The pictures, and nothing but them, of an encoder's packet, as a packet of an MP4."""
        pictures = (unit for unit in split(annex_b) if unit[0] & 0x1F in _PICTURES)
        return b"".join(len(unit).to_bytes(self.length_size, "big") + unit for unit in pictures)

    def starts_afresh(self, packet: bytes) -> bool:
        """Whether nothing from this packet on refers to a picture before it (IDR). That a player may begin at it does
        not say so: those that are shown before it may need what came earlier."""
        kinds = (unit[0] & 0x1F for unit in self._units(packet))
        return next((kind == _IDR for kind in kinds if kind in _PICTURES), False)

    def without_words(self, packet: bytes) -> bytes:
        """The same but for captions and other data of users. Captions are sent well before and after their time, so
        those that are with a picture to keep may say what was struck."""
        kept = [unit for unit in self._units(packet) if unit[0] & 0x1F != _WORDS or not _says_something(unit)]
        if len(kept) == sum(1 for _ in self._units(packet)):
            return packet
        return b"".join(len(unit).to_bytes(self.length_size, "big") + unit for unit in kept)

    def _units(self, packet: bytes) -> Iterator[bytes]:
        at = 0
        while at + self.length_size < len(packet):
            begin = at + self.length_size
            at = begin + int.from_bytes(packet[at:begin], "big")
            if at > begin:
                yield packet[begin:at]


def split(annex_b: bytes) -> Iterator[bytes]:
    """Units as encoders write them, each behind a start code (annex B)."""
    return (unit for part in re.split(rb"\x00\x00\x01", annex_b) if (unit := part.rstrip(b"\x00")))


def _sets(avcc: bytes, at: int, count: int) -> tuple[tuple[bytes, ...], int]:
    found = []
    for _ in range(count):
        size = int.from_bytes(avcc[at : at + 2], "big")
        found.append(avcc[at + 2 : at + 2 + size])
        at += 2 + size
    if at > len(avcc) or not found:
        raise ValueError("this avcC is cut short")
    return tuple(found), at


def _first_number(content: bytes) -> int:
    """The first of the numbers in a parameter set: as many bits as there are zeros before it and one more, less one
    (9.1); a 3 after two zeros is only there so that no start code arises (7.4.1)."""
    bits = "".join(f"{byte:08b}" for byte in content[:12].replace(b"\x00\x00\x03", b"\x00\x00"))
    zeros = len(bits) - len(bits.lstrip("0"))
    return int(bits[zeros : 2 * zeros + 1] or "1", 2) - 1


def _says_something(unit: bytes) -> bool:
    """Whether there is user data among the messages of a unit (7.3.2.3.1: type and size, each 255 for every byte 255
    before the last)."""
    content = unit[1:].replace(b"\x00\x00\x03", b"\x00\x00")
    at = 0
    while at + 2 < len(content):
        numbers = []
        for _ in range(2):
            rest = content[at:].lstrip(b"\xff")
            skipped = len(content) - at - len(rest)
            numbers.append(255 * skipped + (rest[0] if rest else 0))
            at += skipped + 1
        if numbers[0] in _USER_DATA:
            return True
        at += numbers[1]
    return False
