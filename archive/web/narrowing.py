"""What a list or a search can be narrowed by: values with their counts, each a link."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from archive.services.browse import Count
from archive.services.browse import Facet as Field
from archive.services.finding import Trait
from archive.services.lengths import NAMES as LENGTHS
from archive.web.http import one_more, with_args
from archive.web.present import STANDING
from archive.web.shapes import Choice, Facet, Link
from archive.web.words import language_name

CHECKED = {state.value: words for state, words in STANDING.items()} | {"machine": "heard by a machine alone"}
FACET_LABELS: dict[Field | Trait, str] = {
    Field.THEME: "Themes",
    Field.NARRATOR: "Told by",
    Field.INTERVIEWER: "Recorded by",
    Field.PLACE: "Place",
    Field.YEAR: "Year",
    Field.LANGUAGE: "Language",
    Trait.QUESTION: "Answers to",
    Trait.STANDING: "How sure",
    Trait.LENGTH: "Length",
}
By = TypeVar("By", bound=Field | Trait)
SEEN = 100  # values of a facet in a list


def facets(counts: Mapping[By, Sequence[Count]], chosen: Mapping[By, Sequence[str]]) -> tuple[Facet, ...]:
    """Values with their counts; a value leads to the same page with itself chosen, or given up.

    A page has a hundred values: the address that each adds itself to is put together once.
    """
    shown: list[Facet] = []
    for field, counted in counts.items():
        held = list(chosen.get(field, ()))
        values = [*counted[:SEEN], *_not_counted(held, counted[:SEEN])]
        further = with_args({field.value: held, "page": None})
        choices = tuple(
            Choice(
                label=_named(field, each),
                value=each.value,
                count=each.count,
                href=_without(field, held, each) if chosen else one_more(further, field.value, each.value),
                chosen=chosen,
            )
            for each in values
            for chosen in [each.value in held or each.label in held]
        )
        if choices:
            shown.append(Facet(FACET_LABELS[field], field.value, choices))
    return tuple(shown)


def _named(field: Field | Trait, each: Count) -> str:
    match field:
        case Field.LANGUAGE:
            return language_name(each.label)
        case Trait.LENGTH:
            return LENGTHS.get(each.value, each.label)
        case Trait.STANDING:
            return CHECKED.get(each.value, each.label)
    return each.label


def _not_counted(held: Sequence[str], counted: Sequence[Count]) -> list[Count]:
    """What was chosen and fits nothing, or stands too far down: it has to be shown all the same, to be given up."""
    known = {name for each in counted for name in (each.value, each.label)}
    return [Count(value, value, 0) for value in held if value not in known]


def _without(field: Field | Trait, held: Sequence[str], given_up: Count) -> str:
    left = [each for each in held if each not in (given_up.value, given_up.label)]
    return with_args({field.value: left, "page": None})


def chosen_links(shown: Sequence[Facet]) -> tuple[Link, ...]:
    return tuple(Link(choice.label, choice.href) for facet in shown for choice in facet.choices if choice.chosen)
