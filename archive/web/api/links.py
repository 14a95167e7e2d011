"""The Link header of a list (RFC 8288): where it goes on."""

from archive.web.api.asking import Page
from archive.web.http import with_args

Links = tuple[tuple[str, str], ...]


def page_links(asked: Page, total: int) -> Links:
    """By the number of the page."""
    links: list[tuple[str, str]] = []
    if asked.page * asked.size < total:
        links.append((with_args({"page": str(asked.page + 1)}), "next"))
    if asked.page > 1:
        links.append((with_args({"page": str(asked.page - 1)}), "prev"))
    return tuple(links)


def cursor_link(cursor: str | None) -> Links:
    """From what was shown last; None where there is no more."""
    return ((with_args({"cursor": cursor, "page": None}), "next"),) if cursor else ()
