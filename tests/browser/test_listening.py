"""The transcript and the voice: what is said is marked, what is clicked is said."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import SOON_S, Archive, until
from tests.browser.telling import PASSAGES, WORD_MS

pytestmark = pytest.mark.browser


def now_ms(page: Page) -> float:
    return page.evaluate("document.querySelector('audio').currentTime * 1000")


def paused(page: Page) -> bool:
    return page.evaluate("document.querySelector('audio').paused")


def word_at(ms: float) -> str:
    passage = [each for each in PASSAGES if each.start_ms <= ms][-1]
    words = passage.text.split(" ")
    return words[min(int((ms - passage.start_ms) // WORD_MS), len(words) - 1)]


def listen(page: Page) -> None:
    page.locator("[data-listen] button").click()
    until(page, "CSS.highlights.get('voice').size")


def spot(page: Page, passage: int, word: str) -> tuple[float, float]:
    """Where a word stands on the screen."""
    return tuple(
        page.evaluate(
            """([n, word]) => {
              const p = document.querySelectorAll('#telling p')[n];
              p.scrollIntoView({ block: 'center' });
              const text = [...p.childNodes].find((node) => node.nodeType === 3 && node.data.includes(word));
              const range = new Range(), at = text.data.indexOf(word);
              range.setStart(text, at); range.setEnd(text, at + word.length);
              const box = range.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            }""",
            [passage, word],
        )
    )


@pytest.fixture
def story(open_page: Callable[..., Page], archive: Archive) -> Page:
    return open_page(f"/stories/{archive.spoken}")


def test_the_word_that_is_said_is_marked(story: Page) -> None:
    listen(story)
    story.wait_for_timeout(900)
    seen, at = story.evaluate(
        "[[...CSS.highlights.get('voice')].map(String).join(), document.querySelector('audio').currentTime * 1000]"
    )
    assert seen in {word_at(at), word_at(max(at - 60, 0))}
    current = story.locator("#telling p[aria-current]")
    assert seen in current.inner_text()


def test_a_click_on_a_word_plays_it(story: Page) -> None:
    x, y = spot(story, 2, "harbour,")
    story.mouse.move(x, y)
    story.mouse.click(x, y)
    until(story, "CSS.highlights.get('voice').size")
    words = PASSAGES[2].text.split(" ")
    begins = PASSAGES[2].start_ms + WORD_MS * words.index("harbour,")
    assert begins - 20 <= now_ms(story) <= begins + 1_000
    assert not paused(story)


def test_a_click_before_the_times_have_come_still_ends_at_the_word(story: Page) -> None:
    held: list[Route] = []
    story.route("**/words.json*", lambda route: held.append(route))
    x, y = spot(story, 2, "harbour,")
    story.mouse.click(x, y)
    until(story, "!document.querySelector('audio').paused")
    assert now_ms(story) < PASSAGES[2].start_ms + WORD_MS * 4
    end = time.monotonic() + SOON_S
    while not held:  # the voice may start before the page has asked for the times
        assert time.monotonic() < end
        story.wait_for_timeout(20)
    held[0].continue_()
    begins = PASSAGES[2].start_ms + WORD_MS * PASSAGES[2].text.split(" ").index("harbour,")
    until(story, f"document.querySelector('audio').currentTime * 1000 >= {begins}")


def test_a_stretch_in_the_address_plays_exactly_that(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/stories/{archive.spoken}#t=12.4,13.6")
    until(page, "document.querySelector('audio').currentTime >= 13.6")
    until(page, "document.querySelector('audio').paused")
    page.wait_for_timeout(300)
    assert 13_600 <= now_ms(page) <= 13_620
    marked = page.evaluate("[...CSS.highlights.get('stretch')].map(String).join(' ')")
    assert marked.split() == [word_at(ms) for ms in (12_400, 12_800, 13_200)]


def test_a_moment_in_the_address_waits_for_a_tap(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/stories/{archive.spoken}?t=12.4")
    expect(page.locator("[data-listen]")).to_contain_text("from 0:12")
    assert paused(page)
    assert now_ms(page) == pytest.approx(12_400, abs=20)


def test_scrolling_by_hand_is_left_alone_until_one_comes_back(story: Page) -> None:
    listen(story)
    expect(story.locator("[data-rejoin]")).to_be_hidden()
    story.mouse.move(600, 400)
    story.mouse.wheel(0, 2_500)
    expect(story.locator("[data-rejoin]")).to_be_visible()
    story.wait_for_timeout(300)
    there = story.evaluate("scrollY")
    story.wait_for_timeout(3 * WORD_MS)
    assert story.evaluate("scrollY") == there
    story.get_by_role("button", name="Back to the voice").click()
    expect(story.locator("[data-rejoin]")).to_be_hidden()
    expect(story.locator("#telling p[aria-current]")).to_be_in_viewport()


def test_the_page_follows_the_voice_past_its_edge(story: Page) -> None:
    listen(story)
    story.evaluate("document.activeElement.blur()")
    before = story.evaluate("scrollY")
    for _ in range(8):
        story.keyboard.press("l")
    story.wait_for_timeout(2 * WORD_MS)
    assert story.evaluate("scrollY") > before
    expect(story.locator("#telling p[aria-current]")).to_be_in_viewport()
    expect(story.locator("[data-rejoin]")).to_be_hidden()


def test_keys_play_and_move_and_stay_out_of_fields(story: Page) -> None:
    story.keyboard.press("k")
    until(story, "!document.querySelector('audio').paused")
    story.keyboard.press(" ")
    assert paused(story)
    at = now_ms(story)
    story.keyboard.press("l")
    assert now_ms(story) == pytest.approx(at + 10_000, abs=50)
    story.keyboard.press("ArrowLeft")
    assert now_ms(story) == pytest.approx(at + 5_000, abs=50)
    story.keyboard.press(">")
    assert story.evaluate("document.querySelector('audio').playbackRate") == 1.25
    story.locator("[data-speed]").focus()
    story.keyboard.press("j")
    assert now_ms(story) == pytest.approx(at + 5_000, abs=50)


def test_keys_can_be_turned_off_and_stay_off(story: Page) -> None:
    story.keyboard.press("?")
    expect(story.get_by_role("dialog")).to_be_visible()
    story.get_by_role("checkbox", name="Use these keys").uncheck()
    story.get_by_role("button", name="Close").click()
    story.reload()
    story.keyboard.press("k")
    story.wait_for_timeout(300)
    assert paused(story)


def test_speed_and_place_are_remembered(story: Page) -> None:
    story.locator("[data-speed]").select_option("1.5")
    story.locator("[data-seek]").focus()
    story.keyboard.press("PageUp")
    at = now_ms(story)
    assert at > 3_000
    story.reload()
    assert now_ms(story) == pytest.approx(at, abs=50)
    assert story.locator("[data-speed]").input_value() == "1.5"


def test_selected_words_can_be_taken_along(story: Page) -> None:
    story.evaluate(
        """() => {
          const nodes = [...document.querySelectorAll('#telling p')[2].childNodes];
          const text = nodes.find((node) => node.data?.includes('brother'));
          const range = new Range(), at = text.data.indexOf('my brother called');
          range.setStart(text, at); range.setEnd(text, at + 'my brother called'.length);
          getSelection().addRange(range);
        }"""
    )
    story.get_by_role("button", name="Copy the quote").click()
    expect(story.locator("[data-say]")).to_contain_text("copied")
    quote = story.evaluate("navigator.clipboard.readText()")
    assert quote.startswith("“my brother called”\nAna R., told to M.: “The year I stopped pretending”")
    begins = PASSAGES[2].start_ms + WORD_MS
    found = re.search(r"#t=([\d.]+),([\d.]+)$", quote)
    assert found is not None
    assert [float(found[1]), float(found[2])] == [begins / 1000, (begins + 3 * WORD_MS) / 1000]


def test_a_hit_plays_where_it_stands_and_one_at_a_time(open_page: Callable[..., Page]) -> None:
    page = open_page("/search?q=kitchen")
    first, second = page.locator(".found .play").nth(0), page.locator(".found .play").nth(1)
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    second.click()
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(first).to_have_attribute("aria-pressed", "false")
    second.press(" ")
    expect(second).to_have_attribute("aria-pressed", "false")
    assert page.url.endswith("/search?q=kitchen")


def test_another_voice_comes_without_leaving_the_page(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    heard = {page.locator("#voice blockquote").inner_text()}
    for _ in range(6):
        with page.expect_response("**/?another=1*"):
            page.get_by_role("link", name="Another voice").click()
        page.wait_for_timeout(100)
        heard.add(page.locator("#voice blockquote").inner_text())
    assert len(heard) > 1
    assert page.url.endswith("/")


def test_a_browser_without_word_marks_shows_the_passage(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page("/about")
    page.add_init_script("Object.defineProperty(CSS, 'highlights', { value: undefined })")
    page.goto(f"{archive.base}/stories/{archive.spoken}")
    page.keyboard.press("k")
    until(page, "document.querySelector('#telling.by-passage p[aria-current]')")
    page.keyboard.press("l")
    until(page, "document.querySelector('#telling p[aria-current]').dataset.s > 0")


def test_sound_that_cannot_be_played_is_told_in_words(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page("/about")
    page.route("**/media/**", lambda route: route.fulfill(content_type="audio/ogg", body="no sound at all"))
    page.goto(f"{archive.base}/stories/{archive.spoken}")
    page.locator("[data-listen] button").click()
    expect(page.get_by_text("The sound cannot be played right now.")).to_be_visible()


def test_sound_that_failed_before_the_scripts_came_is_told_in_words(
    open_page: Callable[..., Page], archive: Archive
) -> None:
    page = open_page("/about")
    page.route("**/media/**", lambda route: route.fulfill(content_type="audio/ogg", body="no sound at all"))
    # The scripts come late: by then every source has failed, and no event says so any more.
    page.route("**/site.*.js", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.goto(f"{archive.base}/stories/{archive.spoken}")
    page.locator("[data-listen] button").click()
    expect(page.get_by_text("The sound cannot be played right now.")).to_be_visible()
    expect(page.locator("[data-toggle]")).to_have_text("Play")
