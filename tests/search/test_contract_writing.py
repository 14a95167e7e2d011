"""What becomes of changes, the same in every index."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from search.documents import Audience, Field, PassageDocument, stamp
from search.index import FacetCount, IndexBusy, SearchIndex
from search.query import OneOf, Query

PUBLIC, STAFF = Audience.PUBLIC, Audience.STAFF
PublicQuery = partial(Query, audience=PUBLIC, limit=100)


def passage(id_: str, text: str = "We sang in the evening.", story: str = "songs", **fields: Any) -> PassageDocument:
    return PassageDocument(id=id_, story=story, ordinal=1, text=text, title="Songs", **fields)


def put(index: SearchIndex, *passages: PassageDocument, audience: Audience = PUBLIC) -> None:
    with index.writing() as batch:
        batch.put(audience, passages[0].story, passages)


def found(index: SearchIndex, text: str = "", audience: Audience = PUBLIC) -> list[str]:
    return sorted(hit.id for hit in index.search(Query(audience=audience, text=text)).hits)


def test_an_index_without_anything_is_empty_and_says_so(index: SearchIndex) -> None:
    answer = index.search(PublicQuery(text="song", facets=(Field.THEME,)))
    assert (answer.hits, answer.total, answer.total_stories, answer.facets) == ((), 0, 0, {Field.THEME: ()})
    assert list(index.inventory(PUBLIC)) == []
    assert "0 public passages, 0 for staff" in index.health()


def test_what_is_put_is_found_at_once_by_every_reader(new_index: Any) -> None:
    reader, writer = new_index(), new_index()
    assert found(reader) == []
    put(writer, passage("a"))
    assert found(reader) == found(writer) == ["a"]
    put(writer, passage("b", story="more"))
    assert found(reader) == ["a", "b"]


def test_a_story_put_again_replaces_its_passages_in_hits_counts_and_facets(index: SearchIndex) -> None:
    put(index, passage("a", "We sang", themes=("song",)), passage("b", "We danced", themes=("dance", "song")))
    put(index, passage("other", "We danced too", story="other", themes=("dance",)))
    put(index, passage("b", "We rested", themes=("rest",)), passage("c", "We slept"))
    answer = index.search(PublicQuery(facets=(Field.THEME,)))
    assert sorted(hit.id for hit in answer.hits) == ["b", "c", "other"]
    assert (answer.total, answer.total_stories) == (3, 2)
    assert answer.facets[Field.THEME] == (FacetCount("dance", 1), FacetCount("rest", 1))
    assert found(index, "danced") == ["other"]
    assert found(index, "sang") == []


def test_a_dropped_story_is_gone_from_hits_counts_and_facets(index: SearchIndex) -> None:
    put(index, passage("a", themes=("song",)), passage("b", themes=("song",)))
    put(index, passage("other", story="other", themes=("song",)))
    with index.writing() as batch:
        batch.drop(PUBLIC, "songs")
        batch.drop(PUBLIC, "never there")
    answer = index.search(PublicQuery(text="evening", facets=(Field.THEME, Field.STORY)))
    assert [hit.id for hit in answer.hits] == ["other"]
    assert (answer.total, answer.total_stories) == (1, 1)
    assert answer.facets == {Field.THEME: (FacetCount("song", 1),), Field.STORY: (FacetCount("other", 1),)}
    assert [id_ for id_, _, _ in index.inventory(PUBLIC)] == ["other"]


def test_a_story_put_without_passages_is_gone(index: SearchIndex) -> None:
    put(index, passage("a"))
    with index.writing() as batch:
        batch.put(PUBLIC, "songs", [])
    assert found(index) == []


def test_the_last_word_on_a_story_counts_within_a_batch(index: SearchIndex) -> None:
    with index.writing() as batch:
        batch.put(PUBLIC, "songs", [passage("a"), passage("b")])
        batch.put(PUBLIC, "songs", [passage("c")])
        batch.put(PUBLIC, "other", [passage("d", story="other")])
        batch.drop(PUBLIC, "other")
    assert found(index) == ["c"]


def test_audiences_change_apart(index: SearchIndex) -> None:
    put(index, passage("a"))
    put(index, passage("a"), passage("secret", "Only for us"), audience=STAFF)
    assert (found(index), found(index, audience=STAFF)) == (["a"], ["a", "secret"])
    with index.writing() as batch:
        batch.drop(PUBLIC, "songs")
    assert (found(index), found(index, audience=STAFF)) == ([], ["a", "secret"])


def test_a_batch_that_fails_leaves_everything_as_it_was(index: SearchIndex) -> None:
    put(index, passage("a"))

    def fail() -> None:
        with index.writing() as batch:
            batch.put(PUBLIC, "songs", [passage("b")])
            batch.drop(STAFF, "songs")
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert found(index) == ["a"]
    put(index, passage("c"))
    assert found(index) == ["c"]


def test_a_batch_is_not_seen_before_its_end(new_index: Any) -> None:
    writer, reader = new_index(), new_index()
    with writer.writing() as batch:
        batch.put(PUBLIC, "songs", [passage("a")])
        assert found(reader) == []
    assert found(reader) == ["a"]


def test_a_passage_of_another_story_is_refused(index: SearchIndex) -> None:
    with pytest.raises(ValueError, match="another story"), index.writing() as batch:
        batch.put(PUBLIC, "songs", [passage("a", story="other")])


def test_a_story_s_key_may_hold_any_characters(index: SearchIndex) -> None:
    keys = ['"] OR 1=1', "a\\", "Songs", "şarkı/лед 東京", "songs"]
    with index.writing() as batch:
        for number, key in enumerate(keys):
            batch.put(PUBLIC, key, [passage(f"p{number}", story=key)])
    with index.writing() as batch:
        batch.drop(PUBLIC, keys[0])
        batch.drop(PUBLIC, "SONGS")
    assert {hit.story for hit in index.search(PublicQuery()).hits} == set(keys[1:])
    assert found(index, "sang") == ["p1", "p2", "p3", "p4"]


def test_the_inventory_gives_the_stamp_of_every_document(index: SearchIndex) -> None:
    documents = [passage("a"), passage("b", themes=("x y",), year=1950, place="Here", speaker="Ann")]
    put(index, *documents)
    assert sorted(index.inventory(PUBLIC)) == [(document.id, "songs", stamp(document)) for document in documents]
    assert list(index.inventory(STAFF)) == []


def test_the_health_sentence_counts_passages(index: SearchIndex) -> None:
    put(index, passage("a"), passage("b"))
    put(index, passage("a"), audience=STAFF)
    assert "2 public passages, 1 for staff" in index.health()


def test_a_rebuild_replaces_everything_and_answers_meanwhile(new_index: Any) -> None:
    index, reader = new_index(), new_index()
    put(index, passage("old", "Old words"))
    put(index, passage("old", "Old words"), audience=STAFF)

    def documents() -> Iterator[PassageDocument]:
        yield passage("new-1", "New words", story="one")
        assert found(reader, "words") == ["old"]
        yield passage("new-2", "New words", story="two", themes=("fresh",))

    assert index.rebuild(PUBLIC, documents()) == 2
    assert found(reader, "words") == found(index, "words") == ["new-1", "new-2"]
    assert found(reader, "words", STAFF) == ["old"]
    put(index, passage("new-3", "More", story="one"))
    assert found(reader) == ["new-2", "new-3"]
    assert [hit.id for hit in reader.search(PublicQuery(where=OneOf(Field.THEME, ("fresh",)))).hits] == ["new-2"]


def test_the_first_rebuild_needs_no_index_before_it(index: SearchIndex) -> None:
    assert index.rebuild(PUBLIC, [passage("a")]) == 1
    assert found(index) == ["a"]
    assert index.rebuild(PUBLIC, []) == 0
    assert found(index) == []


def test_nobody_writes_while_the_index_is_made_anew(new_index: Any) -> None:
    index, other = new_index(), new_index()

    def documents() -> Iterator[PassageDocument]:
        with pytest.raises(IndexBusy), other.writing() as batch:
            batch.put(PUBLIC, "songs", [passage("lost")])
        yield passage("new")

    index.rebuild(PUBLIC, documents())
    put(other, passage("later", story="later"))
    assert found(index) == ["later", "new"]


def test_a_rebuild_that_fails_leaves_the_old_index(index: SearchIndex) -> None:
    put(index, passage("old"))

    def documents() -> Iterator[PassageDocument]:
        yield passage("new")
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        index.rebuild(PUBLIC, documents())
    assert found(index) == ["old"]
    put(index, passage("next"))
    assert found(index) == ["next"]


def test_many_passages_of_many_stories_in_one_batch(index: SearchIndex) -> None:
    with index.writing() as batch:
        for number in range(12):
            story = f"story-{number:02}"
            batch.put(PUBLIC, story, [passage(f"{story}-{place}", story=story) for place in range(5)])
    answer = index.search(PublicQuery(text="evening", facets=(Field.STORY,)))
    assert (answer.total, answer.total_stories) == (60, 12)
    assert answer.facets[Field.STORY] == tuple(FacetCount(f"story-{number:02}", 5) for number in range(12))
