"""Words whose times are known to the hundredth, for tests of what follows a voice."""

import random
from dataclasses import dataclass
from typing import Any

WORD_MS = 400
WARNED_OF = (
    "The tide came in before anybody was awake.",
    "My uncle was found on the sand that morning.",
    "We still do not swim there, none of us.",
)
DOUBTED = "harbour,"  # of this word the machine was not sure
SENTENCES = (
    "So what was in the letter that you never sent?",
    "I had the letter of resignation written and it lay on the table for three weeks.",
    "Then my brother called from the harbour, and he asked me what the work was for.",
    "Nobody had asked me that in eleven years, and I had no answer for him.",
    "We were fifteen people in one kitchen, and nobody knew how to make bread.",
    "Did you laugh about it, or was it only later?",
    "Only later, much later, when the oven was gone and the street had another name.",
    "What changed was small: somebody wanted to know how we had done it.",
    "I wrote it down on the back of a delivery note, and it was half a page.",
    "And that is the half page from which they still bake today.",
)


@dataclass(frozen=True)
class Said:
    """A passage; its words are said one after another, each in WORD_MS milliseconds."""

    text: str
    start_ms: int
    speaker: str

    @property
    def end_ms(self) -> int:
        return self.start_ms + WORD_MS * len(self.text.split(" "))

    @property
    def words(self) -> dict[str, Any]:
        starts = [self.start_ms + WORD_MS * n for n in range(len(self.text.split(" ")))]
        sure = [0.4 if word == DOUBTED else 0.9 for word in self.text.split(" ")]
        return {"s": starts, "e": [start + WORD_MS for start in starts], "p": sure}


def _telling(texts: list[str]) -> tuple[Said, ...]:
    said: list[Said] = []
    for text in texts:
        start = said[-1].end_ms if said else 0
        said.append(Said(text, start, "M." if text.endswith("?") else "Ana R."))
    return tuple(said)


def _long() -> tuple[Said, ...]:
    """20,000 words in about 380 passages, as two hours of talk make them; drawn from 2,000 by chance, so that they
    press together worse than anybody's talk."""
    dice = random.Random(5)  # noqa: S311  nothing is kept secret by it
    syllables = [a + b for a in "bdfghklmnprst" for b in ("a", "ei", "o", "un", "er")]
    known = ["".join(dice.choices(syllables, k=dice.randint(1, 4))) for _ in range(2_000)]
    words = dice.choices(known, k=20_000)
    return _telling([" ".join(words[n : n + 53]) for n in range(0, 20_000, 53)])


PASSAGES = _telling([*SENTENCES, *SENTENCES])
LONG = _long()
TIDE = _telling(list(WARNED_OF))
