"""The square in a real browser: a dot plays its words where it stands, and is large enough for a finger."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Archive, until
from tests.browser.telling import PASSAGES
from tests.browser.test_every_page import barriers

pytestmark = pytest.mark.browser

FINGER = 24
SOUND = "window.heard = []; const play = Audio.prototype.play; " \
    "Audio.prototype.play = function () { window.heard.push(this); return play.call(this); };"  # fmt: skip


def dots(page: Page) -> Any:
    return page.locator("a.dot[data-play]")


def heard_at(page: Page) -> float:
    """Where the one sound of the page is, in ms of its recording."""
    return float(page.evaluate("window.heard.at(-1).currentTime * 1000"))


@pytest.fixture
def square(open_page: Callable[..., Page], archive: Archive) -> Callable[..., Page]:
    def go(**how: object) -> Page:
        page = open_page("/about", **how)
        page.add_init_script(SOUND)
        page.goto(f"{archive.base}/feelings")
        return page

    return go


def test_a_dot_plays_its_passage_in_place_and_stops_at_its_end(square: Callable[..., Page]) -> None:
    page = square(width=390)
    dot = dots(page).filter(has=page.locator(".w7")).first  # much hope: the first passage
    begins, ends = (float(dot.get_attribute(f"data-{name}") or 0) for name in ("play", "until"))
    assert (begins, ends) == (PASSAGES[0].start_ms, PASSAGES[0].end_ms)
    dot.click()
    expect(dot).to_have_attribute("aria-pressed", "true")
    until(page, f"window.heard.at(-1).currentTime * 1000 > {begins + 300}")
    assert page.url.endswith("/feelings")
    assert not page.evaluate("window.heard.at(-1).paused")
    expect(dot).to_have_attribute("aria-pressed", "false", timeout=9_000)
    assert abs(heard_at(page) - ends) < 500


def test_one_voice_at_a_time_and_the_keyboard_plays_and_pauses(square: Callable[..., Page]) -> None:
    page = square()
    first, second = dots(page).nth(0), dots(page).nth(1)
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    second.focus()
    page.keyboard.press(" ")
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(first).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("window.heard.filter((each) => !each.paused).length") >= 1
    page.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("window.heard.every((each) => each.paused)")
    assert barriers(page) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_every_dot_is_large_enough_for_a_finger_and_none_covers_another(
    square: Callable[..., Page], width: int
) -> None:
    page = square(width=width)
    boxes = page.evaluate("""[...document.querySelectorAll("a.dot .reach")].map((each) => {
        const box = each.getBoundingClientRect();
        const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return [box.width, box.height, at?.closest("a.dot") === each.closest("a.dot")];
    })""")
    assert len(boxes) == 6
    for wide, high, on_top in boxes:
        assert min(wide, high) >= FINGER
        assert on_top
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_one_is_warned_of_does_not_play_and_leads_to_its_place(
    square: Callable[..., Page], archive: Archive
) -> None:
    page = square()
    dot = page.locator("a.dot", has=page.locator("rect.w0"))
    dot.click()
    page.wait_for_url(f"**/stories/{archive.warned}?t=*")


def test_without_scripts_a_dot_leads_to_its_moment(square: Callable[..., Page], archive: Archive) -> None:
    page = square(scripts=False)
    dots(page).first.click()
    assert f"/stories/{archive.spoken}?t=" in page.url
    page.locator("#telling p:target").wait_for()


def test_a_walk_goes_on_and_comes_back(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/walk/{archive.passage}", width=390, scripts=False)
    page.get_by_role("link", name="Somewhere else entirely").click()
    if "/walk/" in page.url:  # all told by one person here: there may be nobody left
        page.get_by_role("link", name="← back to").click()
    else:
        page.get_by_role("link", name="Back to").click()
    assert f"/walk/{archive.passage}" in page.url
