"""From selected words to a mixtape's one file: in few steps, by mouse, by finger, and to be read."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Archive, until
from tests.browser.test_every_page import barriers
from tests.browser.test_mixtape import SELECT, put, pytestmark, take

__all__ = ["pytestmark"]


def selected(page: Page, archive: Archive, passage: int) -> None:
    page.goto(f"{archive.base}/stories/{archive.spoken}")
    page.evaluate(SELECT, [passage, 0, 3])
    page.locator("[data-selected]").wait_for()
    until(page, "document.querySelector('[data-mix]').href.includes('clip?t=')")


def test_selected_words_come_to_a_mixtape_and_to_the_desk_in_two_steps(
    open_page: Callable[..., Page], archive: Archive
) -> None:
    page = open_page("/", curator=True, width=390)
    selected(page, archive, 2)
    assert barriers(page) == []
    page.get_by_role("link", name="Put it on a mixtape").click()
    page.wait_for_url("**/clips/*#mix")
    expect(page.get_by_role("heading", name="Put it on a mixtape")).to_be_in_viewport()
    put(page, "In two steps")
    expect(page.locator(".making > li")).to_have_count(1)
    selected(page, archive, 3)
    page.get_by_role("button", name="Keep this passage").click()
    page.get_by_text("Kept on your shelf").wait_for()
    assert f"/stories/{archive.spoken}" in page.url
    shut = open_page("/")
    shut.goto(f"{archive.base}/stories/{archive.spoken}")
    assert shut.locator("[data-mix], [data-keep]").count() == 0


def test_what_is_found_leads_to_a_mixtape(open_page: Callable[..., Page]) -> None:
    page = open_page("/search?q=kitchen", curator=True)
    page.get_by_role("link", name="Put it on a mixtape").first.click()
    expect(page.get_by_role("heading", name="Put it on a mixtape")).to_be_in_viewport()


def trimmed(page: Page, archive: Archive, title: str) -> str:
    """The address at which a fresh clip is trimmed."""
    take(page, archive, archive.spoken, 2, 2, 5)
    put(page, title)
    link = page.get_by_role("link", name="Trim or split it").first
    return f"{archive.base}{link.get_attribute('href')}"


def chosen(page: Page) -> list[str]:
    return [each.strip() for each in page.locator(".trimming .chosen").all_inner_texts()]


def test_edges_are_drawn_on_the_wave_by_mouse_and_snap_to_words(
    open_page: Callable[..., Page], archive: Archive
) -> None:
    page = open_page("/", curator=True)
    page.goto(trimmed(page, archive, "Drawn by mouse"))
    before = chosen(page)
    assert len(before) == 4
    wave = page.locator("[data-edges]").bounding_box()
    left, right = (page.locator(".edges .edge").nth(n).bounding_box() for n in (0, 1))
    assert wave
    assert left
    assert right
    y, word = wave["y"] + 30, (right["x"] - left["x"]) / 4
    page.mouse.move(right["x"], y)
    page.mouse.down()
    page.mouse.move(right["x"] - word * 0.9, y, steps=5)
    page.mouse.up()
    assert chosen(page) == before[:3]
    page.mouse.move(left["x"], y)
    page.mouse.down()
    page.mouse.move(left["x"] + word * 1.1, y, steps=5)
    page.mouse.up()
    assert chosen(page) == before[1:3]
    assert page.locator("#from").evaluate("list => list.selectedOptions[0].text").startswith(before[1])
    assert barriers(page) == []
    page.get_by_role("button", name="Trim it", exact=True).click()
    expect(page.locator(".making blockquote").first).to_have_text(" ".join(before[1:3]))


def test_edges_are_drawn_by_finger(
    chromium: Browser, curators_cookies: Any, open_page: Callable[..., Page], archive: Archive
) -> None:
    address = trimmed(open_page("/", curator=True), archive, "Drawn by finger")
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, storage_state=curators_cookies, reduced_motion="reduce"
    )
    phone = context.new_page()
    phone.goto(address)
    before = chosen(phone)
    left, right = (phone.locator(".edges .edge").nth(n).bounding_box() for n in (0, 1))
    assert left
    assert right
    y, end = right["y"] + 30, right["x"] - (right["x"] - left["x"]) / 4
    touch = context.new_cdp_session(phone)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": right["x"], "y": y}]})
    for step in range(1, 9):
        at = {"x": right["x"] + (end - right["x"]) * step / 8, "y": y}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    until(phone, f"document.querySelectorAll('.trimming .chosen').length === {len(before) - 1}")
    assert barriers(phone) == []
    context.close()


def test_a_mixtape_is_read_as_a_poem_whose_lines_speak(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page("/", curator=True)
    take(page, archive, archive.spoken, 2, 2, 5)
    put(page, "Lines")
    page.get_by_role("link", name="Trim or split it").click()
    page.get_by_role("button", name="Split it").click()
    expect(page.locator(".making > li")).to_have_count(2)
    page.locator("button[value=repeat]").first.click()
    expect(page.locator(".making > li")).to_have_count(3)
    page.locator("button[value=blank]").nth(1).click()
    expect(page.locator(".making > li")).to_have_count(4)
    assert barriers(page) == []
    page.get_by_role("button", name="Open it to everyone").click()
    page.goto(f"{archive.base}/mixtapes/lines/read")
    lines = page.locator(".line a")
    expect(lines).to_have_count(3)
    assert barriers(page) == []
    lines.nth(1).click()
    expect(lines.nth(1)).to_have_attribute("aria-current", "true")
    until(page, "document.querySelectorAll('.line a[aria-current]').length === 0")  # it has been said to its end
    assert page.url.endswith("/read")
    assert barriers(open_page("/mixtapes/lines/read", width=390, dark=True)) == []
    still = open_page("/mixtapes/lines/read", scripts=False)
    still.locator(".line a").first.click()
    assert "/clips/" in still.url


def test_one_file_is_asked_for_and_taken_along(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page("/desk/mixtapes/lines", curator=True)
    page.get_by_role("button", name="Make one file of it").click()
    page.get_by_text("It is being made. Look again").first.wait_for()
    for _ in range(60):
        if page.get_by_role("link", name="Sound for every player").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    assert barriers(page) == []
    guest = open_page("/mixtapes/lines")
    assert guest.get_by_role("link", name="Its captions").count() == 1
    assert barriers(guest) == []
