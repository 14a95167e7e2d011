"""SKOS (W3C Recommendation, 18 August 2009) in Turtle, RDF/XML and JSON-LD, read and written by rdflib.

rdflib is imported when it is needed: it takes a third of a second, and most processes never meet a thesaurus.
"""

import re
import warnings
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from archive.formats.rdf_guard import look_through
from archive.models import WordingKind
from archive.services.concepts import Concept, Faulty
from archive.services.thesaurus import Said

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

SKOS = "http://www.w3.org/2004/02/skos/core#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DEPRECATED = "http://www.w3.org/2002/07/owl#deprecated"
REPLACED = "http://purl.org/dc/terms/isReplacedBy"
MOST_BYTES = 24 * 1024 * 1024
MOST_CONCEPTS = 50_000
NOWHERE = "urn:x-here:/"  # what addresses without a beginning are read against
WORDS = {f"{SKOS}{kind.value}": kind for kind in WordingKind}
LINKS = {f"{SKOS}{name}": name for name in ("broader", "narrower", "related")}


class Form(StrEnum):
    TURTLE = "turtle"
    RDF_XML = "rdfxml"
    JSON_LD = "jsonld"


MEDIA_TYPES = {
    Form.TURTLE: "text/turtle; charset=utf-8", Form.RDF_XML: "application/rdf+xml", Form.JSON_LD: "application/ld+json"
}  # fmt: skip
PARSERS = {Form.TURTLE: "turtle", Form.RDF_XML: "xml", Form.JSON_LD: "json-ld"}
ENDINGS = {
    ".ttl": Form.TURTLE, ".turtle": Form.TURTLE, ".n3": Form.TURTLE, ".nt": Form.TURTLE, ".rdf": Form.RDF_XML,
    ".xml": Form.RDF_XML, ".owl": Form.RDF_XML, ".skos": Form.RDF_XML, ".json": Form.JSON_LD, ".jsonld": Form.JSON_LD,
}  # fmt: skip
NAMES = {Form.TURTLE: "Turtle", Form.RDF_XML: "RDF/XML", Form.JSON_LD: "JSON-LD"}


def form_of(name: str, data: bytes) -> Form:
    """By the file's ending, else by how it begins."""
    ending = f".{name.rpartition('.')[2].lower()}"
    begins = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if begins[:1] in (b"{", b"["):
        by_look = Form.JSON_LD
    else:
        by_look = Form.RDF_XML if begins[:2] in (b"<?", b"<r", b"<!") else Form.TURTLE
    return ENDINGS.get(ending, by_look)


def read(data: bytes, form: Form) -> list[Concept]:
    """What the file says of its concepts; inverse links are made symmetric. Nothing is fetched, whatever the file
    names. Raises Faulty for what cannot be read."""
    if len(data) > MOST_BYTES:
        raise Faulty([f"The file is larger than {MOST_BYTES // 2**20} MB."])
    look_through(data, form.value)
    concepts = _gather(_parse(data, form))
    if not concepts:
        raise Faulty([f"There is no concept of SKOS in this file, read as {NAMES[form]}."])
    if len(concepts) > MOST_CONCEPTS:
        raise Faulty([f"The file holds more than {MOST_CONCEPTS:,} concepts."])
    return concepts


def _why(fault: Exception) -> str:
    """What a parser says, without what it shows of the file."""
    if isinstance(fault, UnicodeDecodeError):
        return "it is no text in UTF-8."
    told = " ".join(str(fault).split()) or type(fault).__name__
    bad = re.match(r"at line (\d+) of <[^>]*>: Bad syntax \((.*?)\) at \^ in:", told)  # rdflib's Turtle
    told = f"line {bad[1]}: {bad[2]}" if bad else told
    return told[:200].rstrip(".") + "."


def _parse(data: bytes, form: Form) -> "Graph":
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # rdflib's readers speak of parts of rdflib that are out of use
            graph.parse(data=data, format=PARSERS[form], publicID=NOWHERE)
    except RecursionError:
        raise Faulty(["The file is nested deeper than any thesaurus."]) from None
    except Exception as fault:  # rdflib and its parsers raise whatever comes to hand
        raise Faulty([f"This is no {NAMES[form]} that can be read: {_why(fault)}"]) from fault
    return graph


class _Found:
    """One concept while its statements come in."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.links: dict[str, set[str]] = {"broader": set(), "narrower": set(), "related": set()}
        self.replaced_by: str | None = None
        self.deprecated = False
        self.concept = False


def _gather(graph: "Graph") -> list[Concept]:
    found: dict[str, _Found] = {}
    for subject, predicate, value in graph:
        _note(found.setdefault(str(subject), _Found()), str(predicate), value)
    held = {uri: each for uri, each in found.items() if each.concept}
    for uri, each in held.items():
        for other in each.links["narrower"] & held.keys():
            held[other].links["broader"].add(uri)
        for other in each.links["related"] & held.keys():
            held[other].links["related"].add(uri)
        # A narrower one that is not in the file is told like any other lost link.
        each.links["broader"] |= {other for other in each.links["narrower"] if other not in held}
    return [_concept(uri, each) for uri, each in sorted(held.items())]


def _note(each: _Found, predicate: str, value: "Node") -> None:
    if kind := WORDS.get(predicate):
        each.concept = each.concept or kind == WordingKind.PREFERRED
        each.said.append(Said(kind, str(value), getattr(value, "language", None) or ""))
    elif name := LINKS.get(predicate):
        each.links[name].add(str(value))
    elif predicate == TYPE:
        each.concept = each.concept or str(value) == f"{SKOS}Concept"
    elif predicate == DEPRECATED:
        each.deprecated = str(value).lower() in ("true", "1")
    elif predicate == REPLACED:
        each.replaced_by, each.deprecated = str(value), True


def _concept(uri: str, each: _Found) -> Concept:
    said = tuple(sorted(each.said, key=lambda s: (list(WordingKind).index(s.kind), s.language, s.text)))
    return Concept(
        uri, said, frozenset(each.links["broader"]), frozenset(each.links["related"]), each.replaced_by, each.deprecated
    )


def write(concepts: Iterable[Concept], form: Form, scheme: str, title: str) -> str:
    """scheme: the address of the thesaurus."""
    from rdflib import Graph, Literal, URIRef
    from rdflib.namespace import DCTERMS, OWL, RDF
    from rdflib.namespace import SKOS as NAMES_OF_SKOS

    graph = Graph(bind_namespaces="none")
    for prefix, names in (("skos", NAMES_OF_SKOS), ("dct", DCTERMS), ("owl", OWL), ("rdf", RDF)):
        graph.bind(prefix, names)
    whole = URIRef(scheme)
    graph.add((whole, RDF.type, NAMES_OF_SKOS.ConceptScheme))
    graph.add((whole, DCTERMS.title, Literal(title)))
    for each in concepts:
        this = URIRef(each.uri)
        graph.add((this, RDF.type, NAMES_OF_SKOS.Concept))
        graph.add((this, NAMES_OF_SKOS.inScheme, whole))
        for said in each.said:
            graph.add((this, NAMES_OF_SKOS[said.kind.value], Literal(said.text, lang=said.language or None)))
        for uri in each.broader:
            graph.add((this, NAMES_OF_SKOS.broader, URIRef(uri)))
            graph.add((URIRef(uri), NAMES_OF_SKOS.narrower, this))
        for uri in each.related:
            graph.add((this, NAMES_OF_SKOS.related, URIRef(uri)))
        if not each.broader and not each.deprecated:
            graph.add((this, NAMES_OF_SKOS.topConceptOf, whole))
        if each.replaced_by:
            graph.add((this, DCTERMS.isReplacedBy, URIRef(each.replaced_by)))
            graph.add((this, OWL.deprecated, Literal(True)))
    return graph.serialize(format=PARSERS[form])


def json_ld(concept: Concept) -> dict[str, Any]:
    """One concept as a plain object, for the API; the context is JSON_LD_CONTEXT."""
    told: dict[str, Any] = {"@id": concept.uri, "@type": "skos:Concept"}
    for kind in WordingKind:
        texts = [_value(each) for each in concept.said if each.kind == kind]
        if texts:
            told[kind.value] = texts[0] if len(texts) == 1 else texts
    for name, uris in (("broader", concept.broader), ("related", concept.related)):
        if uris:
            told[name] = sorted(uris)
    return told


def _value(said: Said) -> str | dict[str, str]:
    return {"@value": said.text, "@language": said.language} if said.language else said.text


JSON_LD_CONTEXT: dict[str, Any] = {
    "skos": SKOS,
    **{kind.value: f"skos:{kind.value}" for kind in WordingKind},
    **{name: {"@id": f"skos:{name}", "@type": "@id"} for name in ("broader", "related", "inScheme")},
}
