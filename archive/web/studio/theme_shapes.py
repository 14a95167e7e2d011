"""What the curators' pages of the thesaurus are given: plain values, as in web.shapes."""

from dataclasses import dataclass

from archive.web.shapes import Link, Pages


@dataclass(frozen=True, slots=True)
class Leaf:
    """A theme in the curators' list. taggings: on how many passages and stories it stands itself, public or not."""

    link: Link
    taggings: int
    passages: int
    stories: int
    curated: bool
    below: tuple["Leaf", ...] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class ThesaurusPage:
    """views: (address, what it shows, how many, whether it is shown now)."""

    views: tuple[tuple[str, str, int, bool], ...]
    leaves: tuple[Leaf, ...]
    total: int
    text: str
    pages: Pages | None
    passing: bool  # themes that were made in passing are shown, with a button each


@dataclass(frozen=True, slots=True)
class EditedTheme:
    label: str
    slug: str
    curated: bool
    public: bool
    taggings: int
    uri: str | None
    narrower: tuple[Leaf, ...]
    merged: tuple[str, ...]  # addresses that lead here
