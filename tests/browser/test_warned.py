"""Before a stretch with a warning the voice stops once, says so, and goes on as the listener wants."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Archive, until
from tests.browser.telling import PASSAGES

pytestmark = pytest.mark.browser

BEGINS, ENDS = PASSAGES[1].start_ms, PASSAGES[1].end_ms
PAUSED = "document.querySelector('audio').paused"
NOW_MS = "document.querySelector('audio').currentTime * 1000"


@pytest.fixture
def story(open_page: Callable[..., Page], archive: Archive) -> Page:
    """Opened a second before the stretch, and playing."""
    page = open_page(f"/stories/{archive.draft}?t={BEGINS / 1000 - 1}", curator=True)
    page.locator("[data-listen] button").click()
    page.locator("[data-caution]").wait_for()
    return page


def test_the_voice_stops_before_it_and_says_why(story: Page) -> None:
    assert story.evaluate(PAUSED)
    assert BEGINS - 300 <= story.evaluate(NOW_MS) <= BEGINS
    expect(story.locator("[data-caution]")).to_contain_text("Before you go on: an empty table.")
    assert story.evaluate("document.activeElement.textContent") == "Skip it"


def test_skip_it_goes_on_after_it(story: Page) -> None:
    story.keyboard.press("Enter")
    until(story, f"!{PAUSED} && {NOW_MS} >= {ENDS}")
    assert not story.locator("[data-caution]").is_visible()
    assert story.evaluate("document.activeElement.matches('[data-toggle]')")


def test_go_on_plays_it_and_does_not_ask_again(story: Page) -> None:
    story.keyboard.press("Tab")
    story.keyboard.press("Enter")
    until(story, f"!{PAUSED} && {NOW_MS} > {BEGINS + 200}")
    story.locator("[data-back]").click()
    story.wait_for_timeout(300)
    until(story, f"!{PAUSED} && {NOW_MS} > 100")
    assert not story.locator("[data-caution]").is_visible()


def test_whoever_goes_elsewhere_is_not_asked_any_more(story: Page) -> None:
    story.locator("[data-back]").click()
    until(story, f"{NOW_MS} < {BEGINS - 1000}")
    assert not story.locator("[data-caution]").is_visible()


def test_a_link_to_a_stretch_within_it_asks_first_and_still_ends_there(
    open_page: Callable[..., Page], archive: Archive
) -> None:
    begin, end = BEGINS / 1000 + 1, BEGINS / 1000 + 2
    page = open_page(f"/stories/{archive.draft}#t={begin},{end}", curator=True)
    page.locator("[data-caution]").wait_for()
    page.get_by_role("button", name="Go on").click()
    until(page, f"{PAUSED} && {NOW_MS} >= {end * 1000 - 60}")
    assert page.evaluate(NOW_MS) < end * 1000 + 200


def test_without_scripts_it_stands_in_the_words_and_leads_past_them(
    open_page: Callable[..., Page], archive: Archive
) -> None:
    page = open_page(f"/stories/{archive.draft}", curator=True, scripts=False)
    page.get_by_role("note").get_by_role("link", name="Skip it").click()
    assert page.locator("#telling p:target").inner_text().endswith(PASSAGES[2].text)
    assert not page.locator("[data-caution]").is_visible()
