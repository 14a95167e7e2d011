"""Makes thesauri to take in."""


def a_thesaurus(count: int) -> str:
    """Turtle of so many concepts: a tree of ten below each, with labels in two languages, two other labels, a note, and
    a related concept for every third."""
    lines = ["@prefix skos: <http://www.w3.org/2004/02/skos/core#> .", "@prefix t: <https://example.org/t/> .", ""]
    for n in range(count):
        told = [
            f"t:c{n} a skos:Concept",
            f'skos:prefLabel "concept {n}"@en, "Begriff {n}"@de',
            f'skos:altLabel "notion {n}"@en, "idea {n}"@en',
            f'skos:scopeNote "Where somebody speaks of the matter numbered {n}."@en',
        ]
        if n >= 10:
            told.append(f"skos:broader t:c{n // 10}")
        if n % 3 == 0 and n + 1 < count:
            told.append(f"skos:related t:c{n + 1}")
        lines.append(" ;\n  ".join(told) + " .\n")
    return "\n".join(lines)
