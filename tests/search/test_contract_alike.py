"""Labels that mean the same, the same in every index."""

from functools import partial
from typing import Any

import pytest

from search.documents import Audience, PassageDocument
from search.embedded import EmbeddedIndex
from search.index import SearchIndex
from search.query import Mode, Query
from tests.search.corpus import vector

PublicQuery = partial(Query, audience=Audience.PUBLIC, limit=100)
SAID = {
    "struck": "The strikes went on for weeks.",
    "stopped": "There was a work stoppage in the mill.",
    "walked": "It began as a walkout at noon.",
    "both": "We would work until the next stoppage of the belt.",
}
GROUPS = [("strike", "work stoppage", "walkout"), ("nothing like it",)]


def fill(index: SearchIndex) -> None:
    with index.writing() as batch:
        for id_, text in SAID.items():
            passage = PassageDocument(id=id_, story=f"of-{id_}", ordinal=1, text=text, title="", language="en")
            batch.put(Audience.PUBLIC, passage.story, [passage])


@pytest.fixture
def learnt(index: SearchIndex) -> SearchIndex:
    fill(index)
    index.learn(GROUPS)
    return index


def found(index: SearchIndex, text: str, **asked: Any) -> list[str]:
    return [hit.id for hit in index.search(PublicQuery(text=text, **asked)).hits]


def test_asking_for_one_finds_the_others_and_the_embedded_index_a_little_below(learnt: SearchIndex) -> None:
    ids = found(learnt, "walkout ")
    assert ids[0] == "walked" or not isinstance(learnt, EmbeddedIndex)
    assert set(ids) == {"walked", "struck", "stopped"}


def test_a_label_of_several_words_is_asked_for_and_found_side_by_side(learnt: SearchIndex) -> None:
    assert set(found(learnt, "strike ")) == {"struck", "stopped", "walked"}
    ids = found(learnt, "work stoppage ")
    assert set(ids) == {"stopped", "both", "struck", "walked"}
    assert ids[0] == "stopped"


def test_other_words_still_have_to_match(learnt: SearchIndex) -> None:
    assert found(learnt, "walkout weeks ") == ["struck"]
    assert found(learnt, "mill strike ") == ["stopped"]
    assert found(learnt, "strike -mill -weeks") == ["walked"]


def test_a_label_is_known_in_another_form_and_while_it_is_typed(learnt: SearchIndex) -> None:
    assert set(found(learnt, "WALKOUTS ")) == {"walked", "struck", "stopped"}
    assert set(found(learnt, "walkout")) == {"walked", "struck", "stopped"}


def test_what_else_was_looked_for_is_told(learnt: SearchIndex) -> None:
    assert learnt.search(PublicQuery(text="walkout weeks ")).also == ("strike", "work stoppage")
    assert learnt.search(PublicQuery(text="mill ")).also == ()
    assert learnt.search(PublicQuery()).also == ()


def test_quoted_and_excluded_words_are_meant_as_they_stand(learnt: SearchIndex) -> None:
    assert found(learnt, '"walkout"') == ["walked"]
    assert set(found(learnt, "-walkout")) == {"struck", "stopped", "both"}
    assert learnt.search(PublicQuery(text='"walkout" -strike')).also == ()


def test_a_group_of_one_and_one_without_words_change_nothing(index: SearchIndex) -> None:
    fill(index)
    index.learn([("walkout",), ("walkout", "Walkouts"), ("walkout", "!?"), ("walkout", "a b c d e"), ()])
    answer = index.search(PublicQuery(text="walkout "))
    assert ([hit.id for hit in answer.hits], answer.also) == (["walked"], ())


def test_what_is_learnt_takes_the_place_of_all_learnt_before(new_index: Any) -> None:
    index, reader = new_index(), new_index()
    fill(index)
    assert found(reader, "walkout ") == ["walked"]
    index.learn(GROUPS)
    assert len(found(reader, "walkout ")) == 3
    index.learn([("walkout", "belt")])
    assert set(found(reader, "walkout ")) == {"walked", "both"}
    index.learn([])
    assert found(reader, "walkout ") == ["walked"]


def test_it_can_be_learnt_before_anything_is_written_and_outlives_a_rebuild(index: SearchIndex) -> None:
    index.learn(GROUPS)
    assert found(index, "walkout ") == []
    fill(index)
    assert len(found(index, "walkout ")) == 3
    index.rebuild(Audience.PUBLIC, [PassageDocument(id="a", story="a", ordinal=1, text="A strike.", title="")])
    assert found(index, "walkout ") == ["a"]


def test_what_is_learnt_counts_in_both_and_not_in_meaning(learnt: SearchIndex) -> None:
    far = vector(school=1)
    assert len(found(learnt, "walkout ", mode=Mode.BOTH, vector=far)) == 3
    answer = learnt.search(PublicQuery(text="walkout ", mode=Mode.MEANING, vector=far))
    assert (answer.hits, answer.also) == ((), ())


def test_labels_of_one_s_own_words_are_not_told_twice_nor_looked_for_when_left_off(learnt: SearchIndex) -> None:
    answer = learnt.search(PublicQuery(text="weeks strike zzzz walkout "))
    assert answer.shown_for == "weeks strike"
    assert answer.also == ("work stoppage", "walkout")


@pytest.mark.parametrize("label", ["東京", "C++ & co.", "\x00belt", "back\\slash", "l'amour", "Ärger"])
def test_any_label_may_be_learnt(index: SearchIndex, label: str) -> None:
    fill(index)
    index.learn([(label, "walkout", '"] OR 1=1')])
    ids = found(index, label + " ")
    assert "walked" in ids
    assert ids[-1] == "walked" or not isinstance(index, EmbeddedIndex)  # a label found instead comes after
