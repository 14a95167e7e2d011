"""A keepsake written out: a page that plays from file:// without a network, its sound, its words as text and captions.

Browsers give a page from a stick no modules and no fetch(), so that style, script and words stand in the page itself;
without scripts each recording has the browser's own player, and each paragraph leads to its moment in the file.
"""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from archive.formats import text, webvtt
from archive.formats.citation import MONTHS, Cited, cite
from archive.formats.webvtt import Cue
from archive.formats.zipped import Member
from archive.models import PassageState
from archive.services.keepsakes import Keepsake, Part, Sound

CANNOT_BE_CALLED_BACK = "Copies cannot be called back."
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})
STANDING = {
    PassageState.MACHINE: "heard by a machine, not yet checked by a person",
    PassageState.CORRECTED: "corrected by a person",
    PassageState.VERIFIED: "checked against the sound",
    PassageState.APPROVED: "approved by the narrator",
}
BARS = 160
_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def members(kept: Keepsake, read: Callable[[Sound], Iterable[bytes]]) -> list[Member]:
    """Every file of the folder, the page first. read gives the bytes of a listening copy when its turn comes."""
    written = {
        "index.html": page(kept),
        "README.txt": readme(kept),
        "transcript.txt": transcript(kept),
        **captions(kept),
    }
    made = [_text(f"{kept.name}/{name}", content) for name, content in written.items() if content]
    sounds = (sound for part in kept.parts for sound in part.sounds)
    return made + [Member(f"{kept.name}/{each.name}", each.size, _reading(read, each)) for each in sounds]


def _reading(read: Callable[[Sound], Iterable[bytes]], sound: Sound) -> Callable[[], Iterable[bytes]]:
    return lambda: read(sound)


def _text(name: str, content: str) -> Member:
    data = content.encode("utf-8", "replace")
    return Member(name, len(data), lambda: (data,))


def page(kept: Keepsake) -> str:
    return _pages.get_template("keepsake.html").render(
        kept=kept,
        citation=citation(kept),
        standing=standing(kept),
        final=CANNOT_BE_CALLED_BACK,
        right_to_left=(kept.language or "").split("-")[0] in RIGHT_TO_LEFT,
        captions=list(captions(kept)),
        clock=clock,
        day=day,
        wave=wave,
        asked=[(part, at, words, _next_said(part, at)) for part in kept.parts for at, words in part.asked],
    )


def readme(kept: Keepsake) -> str:
    return _pages.get_template("keepsake.txt").render(
        kept=kept, citation=citation(kept), final=CANNOT_BE_CALLED_BACK, captions=list(captions(kept)), day=day
    )


def transcript(kept: Keepsake) -> str:
    cues: list[Cue] = []
    warnings: dict[int, tuple[str, ...]] = {}
    for part in kept.parts:
        for said in part.said:
            warnings[len(cues)] = said.warnings
            cues.append(Cue(said.start_ms, said.end_ms, said.text, said.speaker))
    return f"{kept.title}\n\n{text.write(cues, warnings)}\n" if cues else ""


def captions(kept: Keepsake) -> dict[str, str]:
    """By the name of their file: one for each recording, on its own clock."""
    several = sum(bool(part.sounds) for part in kept.parts) > 1
    found: dict[str, str] = {}
    for part in kept.parts:
        cues = [Cue(each.start_ms, each.end_ms, each.text, each.speaker) for each in part.said]
        if any(cue.start_ms is not None and cue.end_ms is not None for cue in cues):
            name = f"transcript-{part.number}.vtt" if several else "transcript.vtt"
            found[name] = webvtt.write(cues, kept.language)
    return found


def citation(kept: Keepsake) -> str:
    source = Cited(
        kept.narrators, kept.title, kept.interviewers, kept.recorded_on, archive=kept.archive, link=kept.address
    )
    return cite(source)


def standing(kept: Keepsake) -> str:
    """How sure the words are, in a sentence; nothing where there are none."""
    states = [said.state for part in kept.parts for said in part.said]
    told = [f"{states.count(state)} of {len(states)} passages are {STANDING[state]}" for state in PassageState
            if states.count(state)]  # fmt: skip
    if len(set(states)) == 1:
        return f"The words were {STANDING[states[0]]}."
    return "; ".join(told) + "." if told else ""


def clock(ms: int) -> str:
    """A moment, 12:41 or 1:02:03; before the beginning with a minus."""
    hours, rest = divmod(abs(ms) // 1000, 3600)
    sign = "−" if ms < 0 else ""
    return f"{sign}{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{sign}{rest // 60}:{rest % 60:02}"


def day(given: date) -> str:
    return f"{given.day} {MONTHS[given.month - 1]} {given.year}"


def wave(peaks: bytes) -> str:
    """The path of a waveform in a box of 4 by 48 a bar; nothing where no sound was measured."""
    if not peaks:
        return ""
    many = min(BARS, len(peaks))
    bars = [max(peaks[n * len(peaks) // many : (n + 1) * len(peaks) // many]) for n in range(many)]
    halves = [max(round((bar / (max(bars) or 1)) ** 1.5 * 23), 1) for bar in bars]
    return "".join(f"M{n * 4 + 2} {24 - half}v{half * 2}" for n, half in enumerate(halves))


def _next_said(part: Part, at_ms: int) -> int | None:
    """The number of the passage that is said at this moment, or next."""
    return next((said.number for said in part.said if (said.end_ms or said.start_ms or 0) > at_ms), None)
