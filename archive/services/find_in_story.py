"""Looking for words within one story, in the text as it stands in the database: what is struck is not there to be
found."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Passage, Story
from archive.services.access import Action, Actor, require
from archive.services.sealing import MARK
from archive.services.transcripts import PAGE
from search.highlight import Range, highlights
from search.query import Words, parse
from search.tokens import asked, terms

MOST = 2_000  # places; beyond it nobody goes from one to the next


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was found: n from 1 over the whole story; page from 1; begin and end in the passage's text."""

    n: int
    passage_id: int
    page: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Places:
    """total counts all of them; `listed` holds the first MOST. forgiven: nobody says just that, and these are close."""

    total: int = 0
    listed: tuple[Place, ...] = ()
    forgiven: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """A passage with its terms, by which it is known soon that it holds nothing of what is looked for."""

    id: int
    text: str
    terms: frozenset[str]


def find_in_story(session: Session, story: Story, text: str, *, by: Actor) -> Places:
    """Each place of each word, in the passages that hold all of them; with slips of the pen forgiven where nothing
    else is found."""
    require(by, Action.READ, story)
    words = parse(text)
    if not words.words and not words.phrases:
        return Places()
    all_of_it = select(Passage.id, Passage.text).where(Passage.story_id == story.id, Passage.text != "")
    rows = session.execute(all_of_it.order_by(Passage.ordinal))
    read = [_Said(id_, said, frozenset(terms(said))) for id_, said in rows]
    for forgiving in (False, True):
        places = _in_order(read, _found(read, words, story.language, forgiving=forgiving))
        if places.total:
            return Places(places.total, places.listed, forgiving)
    return Places()


def _found(
    read: Sequence[_Said], words: Words, language: str | None, *, forgiving: bool
) -> Iterator[tuple[int, list[Range]]]:
    """The number of each passage, from 0, that holds all words, and where in it they stand."""
    needed = _each_alone(words)
    known = frozenset[str]().union(*(each.terms for each in read))
    ways = [_alike(each, known, language, forgiving=forgiving) for each in needed]
    barred = Words(words=words.excluded_words, phrases=words.excluded_phrases, last_is_whole=True)
    for number, said in enumerate(read):
        if said.text == MARK or any(way is not None and way.isdisjoint(said.terms) for way in ways):
            continue
        whole = all(highlights(said.text, each, language, forgiving=forgiving) for each in needed)
        if whole and (barred.empty or not highlights(said.text, barred, language, forgiving=False)):
            yield number, highlights(said.text, words, language, forgiving=forgiving)


def _each_alone(words: Words) -> list[Words]:
    still_typed = words.words[-1:] if not words.last_is_whole else ()
    alone = [Words(words=(word,), last_is_whole=(word,) != still_typed) for word in words.words]
    return alone + [Words(phrases=(phrase,), last_is_whole=True) for phrase in words.phrases]


def _alike(wanted: Words, known: frozenset[str], language: str | None, *, forgiving: bool) -> frozenset[str] | None:
    """The terms by which one word can be found; None for a phrase, and for a word that is several terms."""
    if wanted.phrases or len(asked(wanted.words[0])) != 1:
        return None
    return frozenset(term for term in known if highlights(term, wanted, language, forgiving=forgiving))


def _in_order(read: Sequence[_Said], found: Iterable[tuple[int, list[Range]]]) -> Places:
    total, listed = 0, list[Place]()
    for number, ranges in found:
        for begin, end in ranges:
            total += 1
            if total <= MOST:
                listed.append(Place(total, read[number].id, number // PAGE + 1, begin, end))
    return Places(total, tuple(listed))
