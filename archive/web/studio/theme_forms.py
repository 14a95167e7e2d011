"""A theme as a form: lists are written a line each, a language before a colon."""

import re
from collections.abc import Iterable, Mapping

from archive.models import Theme, WordingKind
from archive.services.theme_lists import Around
from archive.services.thesaurus import Described, Said, is_language

LANGUAGE = re.compile(r"([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)\s*:\s*(.+)", re.DOTALL)
LISTS = {"other": WordingKind.OTHER, "hidden": WordingKind.HIDDEN, "preferred": WordingKind.PREFERRED}
NOTES = {"scope": WordingKind.SCOPE, "definition": WordingKind.DEFINITION}


def _said(kind: WordingKind, line: str) -> Said:
    """A language is told by a code that is one; else the colon belongs to the words."""
    found = LANGUAGE.fullmatch(line.strip())
    if found and is_language(found[1]):
        return Said(kind, found[2], found[1])
    return Said(kind, line.strip())


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def described(form: Mapping[str, str]) -> Described:
    said = [_said(kind, line) for name, kind in LISTS.items() for line in _lines(form.get(name, ""))]
    for name, kind in NOTES.items():
        parts = re.split(r"\n\s*\n", form.get(name, "").replace("\r\n", "\n"))
        said += [_said(kind, part) for part in parts if part.strip()]
    return Described(
        label=form.get("label", ""),
        language=form.get("language", "").strip(),
        said=tuple(said),
        broader=tuple(line.strip() for line in _lines(form.get("broader", ""))),
        related=tuple(line.strip() for line in _lines(form.get("related", ""))),
    )


def values(theme: Theme, near: Around) -> dict[str, str]:
    """The form, filled in."""
    filled = {"label": theme.label, "language": theme.language or ""}
    for name, kind in LISTS.items():
        filled[name] = "\n".join(_told(theme, kind))
    for name, kind in NOTES.items():
        filled[name] = "\n\n".join(_told(theme, kind))
    filled["broader"] = "\n".join(path[-1].label for path in near.paths)
    filled["related"] = "\n".join(row.theme.label for row in near.related)
    return filled


def _told(theme: Theme, kind: WordingKind) -> Iterable[str]:
    for each in theme.wordings:
        if each.kind == kind:
            yield f"{each.language}: {each.text}" if each.language else each.text
