"""Warnings on a page: where in the telling they stand, and what the player knows of them."""

from collections.abc import Sequence
from dataclasses import replace

from archive.models import Passage, Story
from archive.services.cautions import Stretch, placed
from archive.web.shapes import Caution, Turn


def warned(
    story: Story,
    passages: Sequence[Passage],
    turns: Sequence[Turn],
    stretches: Sequence[Stretch],
    next_page: str | None,
) -> tuple[Turn, ...]:
    """The turns, with the warnings that are told before them. next_page is its address, where the story goes on."""
    at = placed(story, passages, stretches)
    return tuple(
        replace(turn, cautions=tuple(_caution(each, turns, next_page) for each in at[number])) if number in at else turn
        for number, turn in enumerate(turns)
    )


def _caution(stretch: Stretch, turns: Sequence[Turn], next_page: str | None) -> Caution:
    """It can be skipped: to the first passage after it, to the next page, or to what follows the telling."""
    after = next((each for each in turns if each.start_ms is not None and each.start_ms >= stretch.end_ms), None)
    untimed = all(each.start_ms is None for each in turns)
    beyond = f"{next_page}#telling" if next_page and not untimed else "#after"
    return Caution(stretch.text.rstrip(" ."), f"#p{after.id}" if after else beyond)


def for_the_player(stretches: Sequence[Stretch]) -> list[dict[str, int | str]]:
    return [{"from": each.start_ms, "to": each.end_ms, "text": each.text.rstrip(" .")} for each in stretches]
