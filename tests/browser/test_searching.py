"""Searching with scripts: what is offered, voices one after another, and words within a story; and the desk without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Archive, until
from tests.browser.telling import PASSAGES, TIDE
from tests.browser.test_every_page import barriers

pytestmark = pytest.mark.browser

ALL = "/search?sort=story&mode=words"


def begins(page: Page) -> None:
    page.get_by_role("button", name="Hear them, one after another").click()
    expect(page.locator(".found > li[aria-current] .play")).to_have_attribute("aria-pressed", "true")


def speaks(page: Page) -> str:
    return page.locator(".found > li[aria-current] .said").inner_text()


@pytest.fixture
def tides(open_page: Callable[..., Page], archive: Archive) -> Page:
    """What was found in the story that warns before its second passage."""
    return open_page(f"/search?story={archive.warned}&sort=story&mode=words")


def test_one_voice_follows_another_and_is_marked(open_page: Callable[..., Page]) -> None:
    page = open_page(ALL)
    begins(page)
    assert speaks(page) == PASSAGES[0].text
    bar = page.get_by_role("region", name="One voice after another")
    expect(bar).to_contain_text("M., “The year I stopped pretending”")
    expect(bar).to_contain_text(re.compile(r"1 of \d+"))
    page.keyboard.press("n")
    expect(bar).to_contain_text("2 of")
    assert speaks(page) == PASSAGES[1].text
    page.keyboard.press("p")
    assert speaks(page) == PASSAGES[0].text
    page.keyboard.press("k")
    expect(page.locator(".found .play").first).to_have_attribute("aria-pressed", "false")
    expect(bar.get_by_role("button", name="Play")).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("navigator.mediaSession.metadata.title") == "The year I stopped pretending"
    page.locator(".found .play").nth(4).click()
    expect(bar).to_contain_text("5 of")
    bar.get_by_role("button", name="Stop").click()
    expect(bar).to_be_hidden()
    assert page.locator("li[aria-current]").count() == 0


def test_it_goes_on_by_itself_and_stops_before_what_one_should_be_warned_of(tides: Page) -> None:
    begins(tides)
    bar = tides.locator("[data-caution]")
    expect(bar).to_contain_text("Before you go on: a death.", timeout=9_000)
    assert speaks(tides) in (TIDE[0].text, TIDE[1].text)  # it stops a moment early
    assert tides.evaluate("document.activeElement.textContent") == "Skip it"
    assert barriers(tides) == []
    tides.keyboard.press("Enter")
    expect(tides.locator(".found > li[aria-current] .said")).to_have_text(TIDE[2].text, timeout=9_000)
    expect(tides.get_by_text("That was the last one.")).to_be_visible(timeout=12_000)


def test_a_single_passage_in_a_list_warns_as_well_and_ends_where_it_ends(tides: Page) -> None:
    second = tides.locator(".found .play").nth(1)
    second.click()
    tides.locator("[data-caution]").get_by_role("button", name="Go on").click(timeout=9_000)
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(second).to_have_attribute("aria-pressed", "false", timeout=9_000)
    assert tides.locator("[data-caution]").is_hidden()


def test_it_goes_on_to_the_next_pages(open_page: Callable[..., Page]) -> None:
    page = open_page(ALL)
    assert page.locator(".found > li").count() == 20
    begins(page)
    bar = page.locator("[data-stream]")
    for number in range(2, 22):
        page.keyboard.press("n")
        expect(bar).to_contain_text(f"{number} of")
    assert page.locator(".found > li").count() == 40
    assert page.locator(".found > li").nth(20).get_attribute("aria-current") == "true"
    expect(page.locator(".pages")).to_contain_text("page 2")


def test_a_passage_without_sound_is_passed_over_and_said_so(open_page: Callable[..., Page]) -> None:
    page = open_page(ALL)
    page.locator(".found .play").nth(1).evaluate("(a) => a.outerHTML = '<span class=silent>to read</span>'")
    begins(page)
    page.keyboard.press("n")
    expect(page.get_by_text("One was passed over: it has no sound, and is here to read.")).to_be_visible()
    assert speaks(page) == PASSAGES[2].text


def test_what_there_is_to_find_is_offered_and_taken_by_keyboard(
    open_page: Callable[..., Page], archive: Archive
) -> None:
    page = open_page("/search")
    field = page.locator("input[name=q]")
    field.press_sequentially("harb")
    offers = page.get_by_role("listbox")
    expect(offers).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    assert barriers(page) == []
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("option", selected=True).inner_text() == "harbour"
    page.keyboard.press("Escape")
    expect(offers).to_be_hidden()
    field.fill("low t")
    expect(page.get_by_role("option", name="Low tide story")).to_be_visible()
    page.keyboard.press("ArrowUp")  # from the end
    expect(page.get_by_role("option", selected=True)).to_contain_text("Low tide")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/stories/{archive.warned}")


def test_words_within_a_story_are_gone_through_by_enter(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/stories/{archive.spoken}")
    field = page.get_by_label("Look for words in this story")
    field.fill("letter")
    told = page.locator("[data-find-told]")
    expect(told).to_have_text("1 of 4")
    until(page, "CSS.highlights.get('found').size === 4")
    field.press("Enter")
    expect(told).to_have_text("2 of 4")
    field.press("Shift+Enter")
    field.press("Shift+Enter")
    expect(told).to_have_text("4 of 4")
    assert page.evaluate("[...CSS.highlights.get('found-now')].map(String).join()") == "letter"
    assert barriers(page) == []
    field.fill("zeppelin")
    expect(told).to_have_text("Nobody says “zeppelin” in this story.")


def test_marks_of_the_page_leave_the_words_whole_for_the_voice(
    open_page: Callable[..., Page], archive: Archive
) -> None:
    page = open_page(f"/stories/{archive.spoken}?find=letter")
    expect(page.locator("[data-find-told]")).to_have_text("1 of 4")
    assert page.locator("#telling mark").count() == 0
    page.locator("[data-listen] button").click()
    until(page, "CSS.highlights.get('voice').size")


def test_a_place_on_another_page_is_led_to(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/stories/{archive.long}", scripts=False)
    word = page.locator("#telling p").nth(3).inner_text().split()[-1]
    page.locator("#find").fill(word)
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator("#telling mark")).not_to_have_count(0)
    assert re.search(r"\d+ places?", page.locator("[data-find-told]").inner_text())


def test_without_scripts_a_passage_is_kept_noted_and_taken_off(open_page: Callable[..., Page]) -> None:
    page = open_page("/search?q=delivery&mode=words", curator=True, scripts=False)
    page.get_by_role("button", name="Keep this passage at your desk").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Kept on your shelf")
    page.get_by_role("link", name="Desk", exact=True).click()
    page.get_by_role("link", name="Kept", exact=True).click()
    page.locator(".note summary").first.click()
    page.get_by_label("Your note").first.fill("Half a page is enough.")
    page.get_by_role("button", name="Keep it so").first.click()
    expect(page.locator(".note .lined").first).to_have_text("Half a page is enough.")
    page.locator(".note summary").first.click()
    page.get_by_role("button", name="Take it off this shelf").first.click()
    assert "Half a page is enough." not in page.locator("main").inner_text()
