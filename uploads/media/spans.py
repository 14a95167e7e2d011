"""Spans of a recording, in whole milliseconds on its clock: from start up to, not including, end."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def merged(spans: Iterable[Sequence[int]]) -> list[Span]:
    """The same stretches in order, none touching another, none before 0. ValueError where one ends before it starts."""
    found: list[Span] = []
    for start, end in sorted((start, end) for start, end in spans):
        if end < start:
            raise ValueError(f"a span cannot end ({end} ms) before it starts ({start} ms)")
        start = max(0, start)
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def within(spans: Sequence[Span], start: float, end: float) -> Sequence[Span]:
    """Those of merged spans that touch [start, end]."""
    first = bisect_left(spans, start, key=lambda span: span[1])
    return spans[first : bisect_left(spans, end + 1, key=lambda span: span[0])]
