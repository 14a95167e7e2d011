"""Every page has a title, no page has a script or a style of its own inside, and every form carries its token."""

import re
from pathlib import Path

import pytest

from tests.rules.sources import TEMPLATES

ALL = sorted(TEMPLATES.rglob("*.html"))
PAGES = [path for path in ALL if path.read_text().startswith("{% extends")]
FORM = re.compile(r'<form\b[^>]*method="post".*?</form>', re.DOTALL | re.IGNORECASE)
TOKEN = re.compile(r"csrf_token\(\)|\bm\.token\(\)|\{\{ token\(\) \}\}")


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def test_there_are_pages_and_forms_to_look_at() -> None:
    assert len(PAGES) > 12
    assert sum(len(FORM.findall(path.read_text())) for path in ALL) > 12


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_has_a_title(path: Path) -> None:
    title = re.search(r"{% block title %}(.+?){% endblock %}", path.read_text(), re.DOTALL)
    assert title, "no title block"
    assert title[1].strip()


@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_template_holds_no_script_and_no_handler(path: Path) -> None:
    text = path.read_text()
    for opening, inside in re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert " src=" in opening
        assert inside.strip() == ""
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_form_that_changes_something_carries_its_token(path: Path) -> None:
    for form in FORM.findall(path.read_text()):
        assert TOKEN.search(form), form[:120]


@pytest.mark.parametrize("path", ALL, ids=name)
def test_nothing_is_put_into_a_page_unescaped_but_what_says_why(path: Path) -> None:
    """`safe` is for our own attributes and for snippets, which search.highlight has escaped."""
    for expression in re.findall(r"{{([^}]*)\|\s*safe\b", path.read_text()):
        assert re.match(r"""\s*(['"].*['"]|hit\.snippet_html)\s*$""", expression, re.DOTALL), expression
