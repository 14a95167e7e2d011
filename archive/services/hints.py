"""What the search page offers while somebody types, and where a word matched nothing.

Whatever the index, and never from a dictionary of it: hints are read from rows that everyone may see, so that a word
that was said in a closed story alone is offered to nobody.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive.models import Part, Participation, Person, Story, Tagging, Theme, Wording
from archive.services.access import visible_to
from archive.services.errors import Resting
from archive.services.finding import Asked, Match, answered, matches_of, question
from archive.services.hierarchy import closure
from archive.services.tagging import stands, taggings_on, themes_of
from search.highlight import highlights
from search.index import SearchIndex
from search.query import Mode, Words, parse
from search.tokens import asked as terms_asked
from search.tokens import fold, language_code, stem, terms

OF_EACH = 4  # suggestions of a kind
LOOKED_AT = 20  # passages whose words may complete one
CANDIDATES = 40  # themes whose right to be shown is looked into
SHORTEST = 2  # letters before anything is suggested


class Kind(StrEnum):
    WORDS = "words"
    PERSON = "person"
    THEME = "theme"
    STORY = "story"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """key is what the thing's address is made of: a slug, a place, or the words to ask for."""

    kind: Kind
    label: str
    key: str


def did_you_mean(session: Session, text: str, matches: Sequence[Match]) -> str | None:
    """The text with each word that matched nothing replaced by the one that was found in its place, most often; None
    where every word stands somewhere in what was found: in the passages, or in what is said about them."""
    words = parse(text)
    themes = _labels(session, matches)
    instead: dict[str, str] = {}
    for word in words.words:
        if other := _meant(word, words, matches, themes):
            instead[word] = other
    if not instead:
        return None
    return replace(words, words=tuple(instead.get(word, word) for word in words.words)).text


def _meant(word: str, words: Words, matches: Sequence[Match], themes: Sequence[str]) -> str | None:
    last = word is words.words[-1] and not words.last_is_whole
    alone = Words(words=(word,), last_is_whole=not last)
    found: Counter[str] = Counter()
    for match in matches:
        text, language = match.passage.text, match.story.language
        said = [match.story.title, match.passage.speaker or "", *themes]
        named = [*said, *(taken.person.name for taken in match.story.participations)]
        for whole in (text, *named):
            for low, high in highlights(whole, alone, language):
                if _is_same(word, whole[low:high], language, last):
                    return None
                found[whole[low:high].lower()] += 1
    return found.most_common(1)[0][0] if found else None


def _labels(session: Session, matches: Sequence[Match]) -> list[str]:
    """The names of the themes that stand on what was found; they are searched too."""
    held = themes_of(session, list({match.story.id for match in matches})).values()
    own = taggings_on(session, [match.passage.id for match in matches]).values()
    return list({tagging.theme.label for taggings in (*held, *own) for tagging in taggings})


def _is_same(word: str, other: str, language: str | None, last: bool) -> bool:
    """Whether a word stands for another without a slip: as it is, as its beginning, or with another ending."""
    run, there = [term for _, term in terms_asked(word)], terms(other)
    if len(run) != 1 or len(there) != 1:
        return True
    code = language_code(language)
    same_stem = code is not None and stem(run[0], code) == stem(there[0], code)
    return there[0] == run[0] or (last and there[0].startswith(run[0])) or same_stem


def suggestions(session: Session, index: SearchIndex, text: str) -> list[Suggestion]:
    """For what is being typed. From the database where the index rests."""
    typed = " ".join(text.split())
    if len(typed) < SHORTEST:
        return []
    return [
        *(Suggestion(Kind.WORDS, each, each) for each in _completed(session, index, text)),
        *_people(session, typed),
        *_themes(session, typed),
        *_stories(session, typed),
        *_places(session, typed),
    ]


def _completed(session: Session, index: SearchIndex, text: str) -> list[str]:
    """What was typed with its last word completed, as it stands in the best passages for it."""
    words = parse(text)
    if words.last_is_whole or not words.words:
        return []
    *before, last = words.words
    wish = Asked(text, mode=Mode.WORDS, limit=LOOKED_AT)
    try:
        answer = answered(index, replace(question(session, index, wish), facets=()))
    except Resting:
        return []
    if answer.shown_for is not None:
        return []
    found = Counter(_endings(last, matches_of(session, answer, text)))
    return [" ".join([*before, other]) for other, _ in found.most_common(OF_EACH)]


def _endings(last: str, matches: Sequence[Match]) -> Iterator[str]:
    """Each word once a passage that begins like the one typed, and goes on."""
    beginning = fold(last)
    for match in matches:
        ranges = highlights(match.passage.text, Words(words=(last,)), match.story.language)
        said = {match.passage.text[low:high].lower() for low, high in ranges}
        yield from (each for each in said if fold(each).startswith(beginning) and fold(each) != beginning)


def _begins(column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], typed: str) -> ColumnElement[bool]:
    """It, or a word in it, begins with what was typed."""
    return or_(column.istartswith(typed, autoescape=True), column.icontains(f" {typed}", autoescape=True))


def _people(session: Session, typed: str) -> list[Suggestion]:
    told = select(Participation.person_id).join(Story).where(visible_to(None), Participation.part == Part.NARRATOR)
    query = select(Person.name, Person.slug).where(_begins(Person.name, typed), Person.id.in_(told))
    rows = session.execute(query.order_by(Person.name).limit(OF_EACH))
    return [Suggestion(Kind.PERSON, name, slug) for name, slug in rows]


def _stories(session: Session, typed: str) -> list[Suggestion]:
    query = select(Story.title, Story.slug).where(_begins(Story.title, typed), visible_to(None))
    rows = session.execute(query.order_by(Story.title, Story.id).limit(OF_EACH))
    return [Suggestion(Kind.STORY, title, slug) for title, slug in rows]


def _places(session: Session, typed: str) -> list[Suggestion]:
    query = select(Story.place).where(_begins(Story.place, typed), visible_to(None)).distinct()
    rows = session.scalars(query.order_by(Story.place).limit(OF_EACH))
    return [Suggestion(Kind.PLACE, place, place) for place in rows if place]


def _themes(session: Session, typed: str) -> list[Suggestion]:
    """By any of their labels; those that the public may know of."""
    labelled = select(Wording.theme_id).where(Wording.folded.startswith(fold(typed), autoescape=True))
    named = or_(_begins(Theme.label, typed), Theme.id.in_(labelled))
    query = select(Theme).where(named, Theme.merged_into_id.is_(None)).order_by(Theme.label).limit(CANDIDATES)
    candidates = list(session.scalars(query))
    known = known_to_all(session, candidates)
    return [Suggestion(Kind.THEME, each.label, each.slug) for each in candidates if each.id in known][:OF_EACH]


def known_to_all(session: Session, themes: Sequence[Theme]) -> set[int]:
    """Those that are curated, or that stand on a visible story, themselves or a narrower one."""
    known = {theme.id for theme in themes if theme.curated}
    rest = [theme.id for theme in themes if theme.id not in known]
    if not rest:
        return known
    below = closure(select(Theme.id).where(Theme.id.in_(rest)), upwards=False)
    standing = select(below.c.held).join(Tagging, Tagging.theme_id == below.c.reached).join(Story)
    return known | set(session.scalars(standing.where(visible_to(None), stands()).distinct()))
