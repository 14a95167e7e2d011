"""The stamp by which index and database are compared."""

from dataclasses import fields, replace

from search.documents import PassageDocument, stamp

DOCUMENT = PassageDocument(id="a", story="s", ordinal=1, text="Text", title="Title")


def test_the_stamp_changes_with_every_field() -> None:
    other = {"ordinal": 2, "year": 1950, "names": ("x",), "narrators": ("x",), "interviewers": ("x",), "themes": ("x",)}
    other |= {"theme_labels": ("x",)}
    changed = [replace(DOCUMENT, **{field.name: other.get(field.name, "other")}) for field in fields(DOCUMENT)]
    assert len({stamp(document) for document in [DOCUMENT, *changed]}) == len(changed) + 1


def test_the_stamp_is_the_same_in_every_process() -> None:
    assert stamp(DOCUMENT) == "f038d9b561d3afab"


def test_values_do_not_run_into_each_other() -> None:
    assert stamp(replace(DOCUMENT, themes=("a", "b"))) != stamp(replace(DOCUMENT, themes=("a,b",)))
    assert stamp(replace(DOCUMENT, themes=("a",))) != stamp(replace(DOCUMENT, theme_labels=("a",)))
