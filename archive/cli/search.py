"""peer-stories search TEXT"""

import json
from typing import Any

import click

from archive.cli.house import address, opened, say
from archive.services.access import OPERATOR
from archive.services.browse import Facet
from archive.services.finding import Asked, Findings, Match, find
from archive.wiring import House
from search.query import Mode


@click.command()
@click.argument("text")
@click.option("--theme", multiple=True, help="Only passages with this theme.")
@click.option("--narrator", multiple=True, help="Only this narrator's stories.")
@click.option("--year", multiple=True, help="Only conversations of this year.")
@click.option("--mode", type=click.Choice([mode.value for mode in Mode]), default="words", show_default=True)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def search(text: str, limit: int, as_json: bool, mode: str, **given: Any) -> None:
    """Find passages in what is public."""
    chosen = {Facet(name): list(values) for name, values in given.items() if values}
    with opened() as house, house.db.reading() as session:
        embedder = house.embedder if mode != Mode.WORDS else None
        found = find(session, house.index, Asked(text, chosen, mode=Mode(mode), limit=limit), OPERATOR, embedder)
        if found.mode != mode:
            click.echo("Nothing here knows what words mean, so passages were found by the words themselves.", err=True)
        if as_json:
            say(json.dumps(_as_json(text, found), ensure_ascii=False))
        else:
            _print(house, found)


def _as_json(text: str, found: Findings) -> dict[str, object]:
    return {
        "query": text,
        "mode": found.mode.value,
        "total_passages": found.answer.total,
        "total_stories": found.answer.total_stories,
        "passages": [
            {
                "id": match.passage.id,
                "story": match.story.slug,
                "title": match.story.title,
                "start": seconds(_on_timeline(match, match.passage.start_ms)),
                "end": seconds(_on_timeline(match, match.passage.end_ms)),
                "text": match.passage.text,
                "highlights": match.ranges,
            }
            for match in found.matches
        ],
    }


def _on_timeline(match: Match, ms: int | None) -> int | None:
    return match.story.at(match.passage.recording_id, ms)


def seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _print(house: House, found: Findings) -> None:
    for match in found.matches:
        say(f"{_time(match)}  {match.story.title}\n       {_snippet(match)}\n       {_where(house, match)}")
    passages, stories = found.answer.total, found.answer.total_stories
    say(f"{passages} passage{'s' * (passages != 1)} in {stories} {'story' if stories == 1 else 'stories'}")


def _time(match: Match) -> str:
    start = _on_timeline(match, match.passage.start_ms)
    return "  —  " if start is None else f"{start // 60_000:02}:{start // 1000 % 60:02}"


def _snippet(match: Match) -> str:
    from search.highlight import snippet

    return snippet(match.passage.text, match.ranges).text


def _where(house: House, match: Match) -> str:
    start = _on_timeline(match, match.play_from_ms)
    moment = "" if start is None else f"?t={start / 1000:g}"
    return address(house, f"/stories/{match.story.slug}{moment}")
