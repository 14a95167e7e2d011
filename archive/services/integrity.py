"""Whether concepts of a file keep the rules of SKOS, and ours: each fault in one sentence."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from archive.models import WordingKind
from archive.services.concepts import Concept
from archive.services.errors import Invalid
from archive.services.hierarchy import circle
from archive.services.labels import LABELS, plain
from archive.services.thesaurus import MOST_WORDINGS, clean

MOST_TOLD = 50  # faults of one kind
LONGEST_URI = 400


def faults(concepts: Collection[Concept], elsewhere: Collection[str] = ()) -> list[str]:
    """elsewhere: URIs that are known beside the file's own."""
    by_uri = {each.uri: each for each in concepts}
    kinds: tuple[Iterator[str], ...] = (
        _of_words(concepts),
        _same_names(concepts),
        _lost_links(concepts, by_uri.keys() | set(elsewhere)),
        _circles(by_uri),
        _both(by_uri),
    )
    return [line for found in kinds for line in islice(found, MOST_TOLD)]


def _of_words(concepts: Iterable[Concept]) -> Iterator[str]:
    for each in concepts:
        if len(each.uri) > LONGEST_URI:
            yield f"{each.name}: its address is longer than {LONGEST_URI} characters."
        if each.first is None and not each.deprecated:
            yield f"{each.name} has no preferred label."
        if len(each.said) > MOST_WORDINGS:
            yield f"{each.name} has more than {MOST_WORDINGS} labels and notes."
        preferred = [said.language.lower() for said in each.said if said.kind == WordingKind.PREFERRED]
        for language in sorted({code for code in preferred if preferred.count(code) > 1}):
            where = f"in the language “{language}”" if language else "without a language"
            yield f"{each.name} has two preferred labels {where}."
        yield from _of_each(each)


def _of_each(concept: Concept) -> Iterator[str]:
    seen: dict[tuple[str, str], WordingKind] = {}
    for said in concept.said:
        try:
            cleaned = clean(said, said.kind.value)
        except Invalid as fault:
            yield f"{concept.name}: {said.kind.value}: {fault}"
            continue
        if (
            said.kind in LABELS
            and seen.setdefault((plain(cleaned.text), said.language.lower()), said.kind) != said.kind
        ):
            yield f"{concept.name}: “{cleaned.text[:60]}” is given as two kinds of label at once."


def _same_names(concepts: Iterable[Concept]) -> Iterator[str]:
    """Among those that are in use. What people type has to lead to one theme."""
    called: dict[tuple[str, str], str] = {}
    for each in concepts:
        for said in each.said if not each.deprecated else ():
            if said.kind == WordingKind.PREFERRED:
                other = called.setdefault((plain(said.text), said.language.lower()), each.uri)
                if other != each.uri:
                    yield f"Two concepts have the preferred label “{said.text[:60]}”: {other} and {each.uri}."


def _lost_links(concepts: Iterable[Concept], known: Collection[str]) -> Iterator[str]:
    for each in concepts:
        for word, uris in (("broader", each.broader), ("related", each.related)):
            for uri in sorted(uris - set(known)):
                yield f"{each.name}: the {word} concept {uri[:200]} is neither in this file nor here."
        if each.replaced_by is not None and each.replaced_by not in known:
            yield f"{each.name} is replaced by {each.replaced_by[:200]}, which is neither in this file nor here."


def _circles(by_uri: dict[str, Concept]) -> Iterator[str]:
    """Each circle once: of each that is found, the last link is taken out before the next is looked for."""
    numbers = {uri: number for number, uri in enumerate(by_uri)}
    uris = list(by_uri)
    links = {numbers[u]: {numbers[b] for b in each.broader if b in numbers} for u, each in by_uri.items()}
    while (around := circle(links)) is not None:
        told = " → ".join(by_uri[uris[number]].name for number in around)
        yield f"Broader concepts run in a circle: {told}."
        links[around[-2]].discard(around[-1])


def above(by_uri: dict[str, Concept]) -> dict[str, set[str]]:
    """All that is broader, through all steps, within the file; circles do no harm."""
    found: dict[str, set[str]] = {}
    for start in by_uri:
        reached: set[str] = set()
        left = list(by_uri[start].broader)
        while left:
            uri = left.pop()
            if uri in reached or uri not in by_uri:
                continue
            reached.add(uri)
            if uri in found:
                reached |= found[uri]
            else:
                left += by_uri[uri].broader
        found[start] = reached
    return found


def _both(by_uri: dict[str, Concept]) -> Iterator[str]:
    """SKOS S27."""
    broader = above(by_uri)
    for uri, each in by_uri.items():
        for other in sorted(each.related):
            if other == uri:
                yield f"{each.name} is related to itself."
            elif other in broader[uri]:
                yield f"{each.name} is related to {by_uri[other].name}, which is broader as well."
