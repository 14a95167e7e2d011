"""Words and filters in Tantivy's terms."""

from collections.abc import Iterable, Sequence

from tantivy import FieldType, Occur, Searcher
from tantivy import Query as Clause

from search.alike import Alike
from search.documents import Field
from search.embedded.schema import SCHEMA, TEXTS, tagged
from search.query import AllOf, AnyOf, Between, Filter, Not, OneOf, Query, Words, slips
from search.tokens import DEFAULT_LANGUAGE, asked, is_lone, language_code

_WEIGHTS = dict(zip(TEXTS, (1.0, 1.5, 3.0, 0.4), strict=True))
_STEM, _FUZZY, _TOGETHER = 0.6, 0.2, 1.0  # what weaker ways to match weigh, and what standing together adds
_ALIKE = 0.5  # what a label weighs that means the same as what was asked for
_NEAR = 6  # so many other words may stand between, and words still stand together
Part = tuple[Occur, Clause]


class Clauses:
    """What can be made of one query for one state of the index."""

    def __init__(self, query: Query, codes: Sequence[str], alike: Alike) -> None:
        self._alike = alike
        self._codes = codes
        left_out = [Not(OneOf(Field.STORY, tuple(query.without_stories)))] if query.without_stories else []
        limits = [*left_out, *([] if query.where is None else [query.where])]
        self._limits: Part = (Occur.Must, Clause.const_score_query(limited(AllOf(tuple(limits))), 0.0))

    def limits(self, words: Words) -> list[Part]:
        """What holds for every hit, whatever the mode."""
        return [
            self._limits,
            *((Occur.Must, _exactly(phrase)) for phrase in words.phrases),
            *((Occur.MustNot, _exactly(text)) for text in (*words.excluded_words, *words.excluded_phrases)),
        ]

    def matching(self, words: Words, *, forgiving: bool) -> Clause:
        """All passages that hold the words, within the limits."""
        parts = [*self.limits(words), *self._said(words, forgiving)]
        run = asked(" ".join(words.words))
        if len(run) > 1:
            near = [_weighed(field, Clause.phrase_query(SCHEMA, field, list(run), slop=_NEAR)) for field in TEXTS]
            parts.append((Occur.Should, Clause.boost_query(any_of(near), _TOGETHER)))
        return Clause.boolean_query(parts)

    def _said(self, words: Words, forgiving: bool) -> list[Part]:
        """Each word as itself or as a label that means the same; and so each run of words that is a label."""
        said = [
            self._word(word, beginning=word is words.words[-1] and not words.last_is_whole, forgiving=forgiving)
            for word in words.words
        ]
        runs = self._alike.runs(words.words)
        for run in runs:  # single words come before the longer runs that hold them
            here = [said[place] for place in range(run.start, run.end)]
            itself = here[0] if len(here) == 1 else all_of(here)
            said[run.start] = any_of([itself, *map(self._label, run.others)])
            said[run.start + 1 : run.end] = [Clause.all_query()] * (len(here) - 1)
        return [(Occur.Must, clause) for clause in said]

    def _word(self, word: str, *, beginning: bool, forgiving: bool) -> Clause:
        """Any way in which a word may match. One typed as several ("well-known") matches as they stand."""
        run = asked(word)
        if len(run) != 1:
            return _exactly(word, beginning=beginning)
        term = run[0][1]
        ways = [_exactly(word), *self._stems(term)]
        allowed = slips(term) if forgiving else 0
        if beginning or allowed:
            ways += [_like(field, term, allowed, beginning) for field in TEXTS]
        return any_of(ways)

    def _label(self, label: str) -> Clause:
        """One word in any form, or several side by side; these weigh no more than one."""
        run = asked(label)
        ways = [_exactly(label), *(self._stems(run[0][1]) if len(run) == 1 else [])]
        return Clause.boost_query(any_of(ways), _ALIKE / len(run))

    def _stems(self, term: str) -> list[Clause]:
        stems = [Clause.term_query(SCHEMA, "stems", root) for code in self._codes for root in tagged([term], code)]
        return [Clause.boost_query(stem, _STEM) for stem in stems]


def codes(searcher: Searcher) -> list[str]:
    """Of the languages that words may have been stemmed in."""
    languages = [name for name, _ in searcher.terms_with_prefix("language", "")]
    return sorted({code for code in map(language_code, [DEFAULT_LANGUAGE, *languages]) if code})


def limited(where: Filter) -> Clause:
    """A filter as a clause. Values are compared as they are, never parsed."""
    match where:
        case OneOf(field=Field.YEAR):
            return any_of(_years(year, year) for year in where.years)
        case OneOf(field=field, values=values):
            return Clause.term_set_query(SCHEMA, field.value, [_storable(str(value)) for value in values])
        case Between():
            return _years(*where.span)
        case Not(inner=inner):
            return Clause.boolean_query([(Occur.Must, Clause.all_query()), (Occur.MustNot, limited(inner))])
        case AllOf(parts=parts):
            return all_of([Clause.all_query(), *map(limited, parts)])
        case AnyOf(parts=parts):
            return any_of(map(limited, parts))


def with_one_of(field: str, numbers: Iterable[int]) -> Clause:
    """The passages that have one of these numbers as their "row" or "key"; all weigh nothing."""
    return Clause.const_score_query(Clause.term_set_query(SCHEMA, field, list(numbers)), 0.0)


def any_of(clauses: Iterable[Clause]) -> Clause:
    return Clause.boolean_query([(Occur.Should, clause) for clause in clauses])


def all_of(clauses: Sequence[Clause]) -> Clause:
    return Clause.boolean_query([(Occur.Must, clause) for clause in clauses])


def _years(low: int, high: int) -> Clause:
    return Clause.range_query(SCHEMA, "year", FieldType.Integer, low, high) if low <= high else Clause.empty_query()


def _exactly(text: str, *, beginning: bool = False) -> Clause:
    """The words side by side as they are, in any searched field; with `beginning` the last may go on."""
    run = asked(text)
    if not run:
        return Clause.all_query()
    if len(run) == 1:
        term = run[0][1]
        ways = [_like(field, term, 0, True) for field in TEXTS] if is_lone(term) or beginning else []
        ways += [_weighed(field, Clause.term_query(SCHEMA, field, term)) for field in TEXTS]
    elif beginning:
        ways = [_weighed(field, Clause.phrase_prefix_query(SCHEMA, field, list(run))) for field in TEXTS]
    else:
        ways = [_weighed(field, Clause.phrase_query(SCHEMA, field, list(run))) for field in TEXTS]
    return any_of(ways)


def _like(field: str, term: str, allowed: int, beginning: bool) -> Clause:
    like = Clause.fuzzy_term_query(SCHEMA, field, term, allowed, True, beginning)
    return Clause.const_score_query(like, _FUZZY * _WEIGHTS[field])


def _weighed(field: str, clause: Clause) -> Clause:
    return Clause.boost_query(clause, _WEIGHTS[field])


def _storable(value: str) -> str:
    """Half of a surrogate pair cannot be stored, nor then be found."""
    return value.encode("utf-8", "replace").decode()
