"""A keepsake as somebody opens it: from a stick, with the network off."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Archive, until
from tests.browser.telling import PASSAGES
from tests.browser.test_every_page import LOOKS, barriers

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Stick:
    spoken: str
    warned: str


@pytest.fixture(scope="module")
def stick(
    chromium: Browser, archive: Archive, curators_cookies: Any, tmp_path_factory: pytest.TempPathFactory
) -> Stick:
    """Two stories, as a curator has downloaded them."""
    folder = tmp_path_factory.mktemp("stick")
    context = chromium.new_context(storage_state=curators_cookies)
    found = [_unpacked(context.request.get(f"{archive.base}/stories/{slug}/keepsake.zip").body(), folder)
             for slug in (archive.spoken, archive.warned)]  # fmt: skip
    context.close()
    return Stick(*found)


def _unpacked(data: bytes, folder: Path) -> str:
    with ZipFile(io.BytesIO(data)) as held:
        held.extractall(folder)
        return (folder / held.namelist()[0]).as_uri()


@pytest.fixture
def plays(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page without a network. A fault in its script, or anything asked of the network, fails the test."""
    contexts, faults = [], []

    def open_it(address: str, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> Page:
        context = chromium.new_context(
            offline=True, viewport={"width": width, "height": 844}, color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: faults.append(asked.url) if not asked.url.startswith("file:") else None)
        page.goto(address)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert faults == []


def test_without_a_network_it_plays_and_marks_what_is_said(plays: Callable[..., Page], stick: Stick) -> None:
    page = plays(stick.spoken)
    page.evaluate("document.querySelector('audio').play()")
    until(page, "document.querySelector('audio').currentTime > 0.3")
    until(page, "document.querySelectorAll('[aria-current]').length === 1")


def test_a_paragraph_that_is_pressed_plays_from_there(plays: Callable[..., Page], stick: Stick) -> None:
    page = plays(stick.spoken)
    third = page.locator("p[data-s]").nth(2)
    starts = PASSAGES[2].start_ms / 1000
    third.locator("span").click()
    until(page, f"document.querySelector('audio').currentTime >= {starts} && !document.querySelector('audio').paused")
    assert page.evaluate("document.querySelector('audio').currentTime") < starts + 3
    until(page, "document.querySelectorAll('p[data-s]')[2].hasAttribute('aria-current')")
    page.locator("p[data-s]").nth(1).get_by_role("link").press("Enter")  # by the keyboard, at its time
    until(page, f"document.querySelector('audio').currentTime < {starts}")
    assert page.url == stick.spoken


def test_without_scripts_there_are_the_words_and_a_player(plays: Callable[..., Page], stick: Stick) -> None:
    page = plays(stick.spoken, scripts=False)
    assert page.locator("audio[controls]").is_visible()
    assert page.locator("p[data-s]").count() == len(PASSAGES)
    assert page.locator("p[data-s] a").nth(2).get_attribute("href") == f"sound.m4a#t={PASSAGES[2].start_ms / 1000}"


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_it_puts_up_no_barrier(plays: Callable[..., Page], stick: Stick, width: int, dark: bool) -> None:
    for address in (stick.spoken, stick.warned):
        page = plays(address, width=width, dark=dark)
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_warning_stands_before_the_player_and_before_its_part(plays: Callable[..., Page], stick: Stick) -> None:
    words = plays(stick.warned).locator("main").inner_text()
    assert words.index("Before you listen") < words.index("Before you go on: a death.")


def test_printed_it_holds_the_words_and_no_tools(plays: Callable[..., Page], stick: Stick) -> None:
    page = plays(stick.spoken)
    page.emulate_media(media="print")
    assert page.get_by_text("half a page").first.is_visible()
    assert page.get_by_text("Copies cannot be called back.").is_visible()
    assert not page.locator("audio").is_visible()
