"""From selected words to a mixtape: by mouse, by touch, by keyboard; and how one clip meets the next."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Archive, until
from tests.browser.test_every_page import barriers

pytestmark = pytest.mark.browser

SELECT = """([passage, first, last]) => {
    const text = document.querySelector(`#telling p:nth-of-type(${passage})`).lastChild;
    let [from, to, n] = [0, text.data.length, 0];
    for (const word of text.data.matchAll(/\\S+/g)) {
        if (n === first) from = word.index;
        if (n === last) to = word.index + word[0].length;
        n += 1;
    }
    getSelection().setBaseAndExtent(text, from, text, to);
}"""
# What the page asks of the browser's clock of sound: [when it begins, how long it lasts, what the clock was].
WATCH = """
    window.planned = [];
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (when, offset, lasts) {
        window.planned.push([when, lasts, this.context.currentTime, this.buffer.duration]);
        return start.call(this, when, offset, lasts);
    };
"""


def take(page: Page, archive: Archive, slug: str, passage: int, first: int, last: int) -> None:
    """Select words, and go to their clip."""
    page.goto(f"{archive.base}/stories/{slug}")
    page.evaluate(SELECT, [passage, first, last])
    link = page.get_by_role("link", name="Take it as a clip")
    link.wait_for()
    until(page, "document.querySelector('[data-clip]').href.includes('clip?t=')")
    link.click()
    page.wait_for_load_state()
    assert "/clips/" in page.url, page.inner_text("main")


def put(page: Page, title: str) -> None:
    choice = page.get_by_label("Which one")
    if choice.count() and title in choice.inner_text():
        choice.select_option(label=title)
    else:
        if choice.count():
            choice.select_option(label="a new one")
        page.get_by_label("Name of").fill(title)
    page.get_by_role("button", name="Put on, and see all of it").click()
    page.wait_for_url("**/desk/mixtapes/**")


def test_selected_words_become_a_clip_with_their_sound(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/stories/{archive.spoken}")
    take(page, archive, archive.spoken, 2, 2, 4)
    expect(page.locator(".clip blockquote")).to_have_text(re.compile(r"^\s*Ana R\.\s*the letter of\s*$"))
    page.evaluate("document.querySelector('.clip audio').load()")
    until(page, "document.querySelector('.clip audio').duration > 0")
    lasts = page.evaluate("document.querySelector('.clip audio').duration")
    assert 1.1 <= lasts <= 1.3  # three words of 0.4 s
    assert barriers(page) == []
    assert open_page(f"/embed/{page.url.split('/', 3)[3]}", width=390).locator("blockquote").count() == 1


def test_a_mixtape_by_keyboard_alone(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/stories/{archive.spoken}?t=4.5", curator=True)
    _press_on(page, "these words as a clip")
    page.wait_for_url("**/clips/**")
    _tab_to(page, "title")
    page.keyboard.type("By keyboard")
    if page.get_by_label("Which one").count():
        _tab_to(page, "mixtape", back=True)
        page.keyboard.press("End")
    _tab_to(page, "Put on, and see all of it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/mixtapes/by-keyboard**")
    _tab_to(page, "words")
    page.keyboard.type("Before it.")
    _press_on(page, "Put them on")
    page.locator(".between").wait_for()
    _press_on(page, "up: piece 2")
    page.wait_for_load_state()
    expect(page.locator(".making > li").nth(0)).to_contain_text("Before it.")
    _press_on(page, "Open it to everyone")
    page.get_by_text("Everyone can hear it now.").wait_for()


def _press_on(page: Page, name: str) -> None:
    _tab_to(page, name)
    page.keyboard.press("Enter")


def _tab_to(page: Page, name: str, *, back: bool = False) -> None:
    """Goes on with the tab key until what has the focus bears this name, or this id."""
    named = "[document.activeElement.id, document.activeElement.textContent.trim()].includes(name)"
    for _ in range(120):
        if page.evaluate(f"(name) => {named}", name):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{name!r} cannot be reached by keyboard")


def test_pieces_are_moved_by_touch(
    chromium: Browser, curators_cookies: Any, open_page: Callable[..., Page], archive: Archive
) -> None:
    page = open_page("/", curator=True)
    for passage in (2, 3):
        take(page, archive, archive.spoken, passage, 0, 2)
        put(page, "By touch")
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, storage_state=curators_cookies, reduced_motion="reduce"
    )
    phone = context.new_page()
    phone.goto(f"{archive.base}/desk/mixtapes/by-touch")
    pieces = phone.locator(".making > li")
    before = pieces.nth(0).locator("blockquote").inner_text()
    pieces.nth(1).scroll_into_view_if_needed()
    grip, target = pieces.nth(0).locator(".handle").bounding_box(), pieces.nth(1).bounding_box()
    assert grip
    assert target
    touch = context.new_cdp_session(phone)
    x, y, end = grip["x"] + 15, grip["y"] + 15, target["y"] + target["height"] * 0.9
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        at = {"x": x, "y": y + (end - y) * step / 8}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    phone.wait_for_load_state()
    expect(pieces.nth(1).locator("blockquote")).to_have_text(before)
    assert barriers(phone) == []
    context.close()


def test_without_scripts_a_mixtape_is_read_and_each_clip_plays(
    open_page: Callable[..., Page], archive: Archive
) -> None:
    page = open_page("/mixtapes/by-keyboard", scripts=False)
    assert page.locator(".tracks audio").count() == 1
    assert page.get_by_role("button", name="Listen").count() == 0
