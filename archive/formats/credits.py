"""Whose voices a mixtape is made of, as plain text that goes along with its file."""

from collections.abc import Sequence
from dataclasses import dataclass

MEDIA_TYPE = "text/plain; charset=utf-8"
CALLED_BACK = """\
These voices are here because the people they belong to agreed to it. They can take that back on any day. Then this
file is given out no more, and a new one is made without them. Copies that were taken along cannot be called back: if
you keep one, please look at the address above now and then, and let go of what is not there any more."""


@dataclass(frozen=True, slots=True)
class Voice:
    """citation names the story; address leads to all of it. warnings: what a listener should know before."""

    citation: str
    address: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credits:
    """address is the mixtape's; descent: title and address of those that it comes from, the nearest first."""

    title: str
    address: str
    maker: str | None
    reason: str | None
    descent: tuple[tuple[str, str], ...]
    voices: Sequence[Voice]


def write(told: Credits) -> str:
    lines = [told.title, told.address]
    lines += [f"Made by {told.maker}"] if told.maker else []
    lines += ["", "What it is to make possible:", told.reason] if told.reason else []
    if told.descent:
        lines += ["", "It goes on from:", *(f"{title}\n{address}" for title, address in told.descent)]
    lines += ["", "Whose voices these are"]
    for voice in told.voices:
        lines += ["", voice.citation, f"The whole story: {voice.address}"]
        lines += [f"Before you listen: {warning}." for warning in voice.warnings]
    return "\n".join([*lines, "", CALLED_BACK, ""])
