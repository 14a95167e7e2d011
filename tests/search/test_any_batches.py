"""Whatever is written in whatever order, vectors and passages fit, and nothing of what is gone is left."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from search.documents import Audience, PassageDocument
from search.embedded import EmbeddedIndex
from search.meaning.vectors import mapped
from search.query import Mode, Query
from tests.search.corpus import AXES, vector

PUBLIC = Audience.PUBLIC
said = st.lists(st.none() | st.sampled_from(AXES), max_size=4)  # the axis that each passage of a story points along
batches = st.lists(st.lists(st.tuples(st.sampled_from("abc"), said), min_size=1, max_size=3), max_size=5)


def passages(story: str, axes: list[str | None]) -> list[PassageDocument]:
    return [
        PassageDocument(
            id=f"{story}-{n}",
            story=story,
            ordinal=n,
            text="We sang",
            title="",
            vector=vector(**{axis: 1}) if axis else None,
        )
        for n, axis in enumerate(axes)
    ]


@settings(deadline=None, max_examples=25)
@given(batches, st.booleans())
def test_what_is_near_is_what_was_put_last(written: list[list[tuple[str, list[str | None]]]], anew: bool) -> None:
    held: dict[str, list[str | None]] = {}
    with TemporaryDirectory() as name:
        index = EmbeddedIndex(Path(name))
        for batch in written:
            with index.writing() as open_:
                for story, axes in batch:
                    open_.put(PUBLIC, story, passages(story, axes))
                    held[story] = axes
        if anew:
            index.rebuild(PUBLIC, [each for story, axes in held.items() for each in passages(story, axes)])
        for axis in AXES:
            query = Query(audience=PUBLIC, mode=Mode.MEANING, vector=vector(**{axis: 1}), limit=100)
            wanted = {f"{story}-{n}" for story, axes in held.items() for n, each in enumerate(axes) if each == axis}
            assert {hit.id for hit in index.search(query).hits} == wanted
        rows = sum(int(mapped(path).any(axis=1).sum()) for path in Path(name).glob("public/*/vectors.f32"))
        assert rows == sum(axis is not None for axes in held.values() for axis in axes)
