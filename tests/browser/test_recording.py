"""A conversation recorded in the browser: nothing of it is lost, whatever happens on the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Archive

pytestmark = pytest.mark.browser


def begins(page: Page, title: str) -> None:
    """From the first form into the room, with the microphone on."""
    page.get_by_label("Title").fill(title)
    page.get_by_label("Who tells it").fill("Ana R.")
    page.get_by_role("button", name="Go to the microphone").click()
    page.wait_for_url("**/record")
    page.get_by_role("button", name="Switch on the microphone").click()
    expect(page.get_by_role("button", name="Start")).to_be_focused()


def records(page: Page, seconds: float) -> None:
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    page.wait_for_timeout(seconds * 1000)


def length_of_the_recording(page: Page) -> int:
    """In seconds, as the story's page in the studio says it."""
    page.wait_for_url("**#recordings", timeout=30_000)
    told = page.locator("#recordings .tapes .byline span").first.inner_text()
    return int(told.removesuffix(" s"))


def test_a_conversation_is_recorded_and_its_questions_stand_at_their_moments(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/record", curator=True)
    begins(page, "Recorded at the kitchen table")
    expect(page.locator("[data-heard]")).not_to_be_empty(timeout=6_000)
    page.get_by_text("How it feels, in the narrator's own reading").click()
    page.locator("[data-mood=before]").get_by_label("a little hope").check()
    records(page, 2.5)
    page.keyboard.press("ArrowRight")
    card = page.locator("[data-question]").inner_text()
    page.get_by_role("button", name="I ask this now").click()
    page.get_by_label("Another question that you ask now").fill("And then?")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="I ask this now")).to_be_disabled()
    page.wait_for_timeout(1_500)  # rests; nothing of this is in the recording
    page.get_by_role("button", name="Go on").click()
    page.wait_for_timeout(3_000)
    page.get_by_role("button", name="End").click()
    expect(page.get_by_role("heading", name="It is all here")).to_be_focused()
    page.get_by_text("How it feels afterwards").click()
    page.locator("[data-mood=after]").get_by_label("much conviction").first.check()
    page.get_by_role("button", name="Bring it in").click()
    assert 5 <= length_of_the_recording(page) <= 7
    marks = page.locator("#askings .marks li")
    expect(marks).to_have_count(2)
    expect(marks.first).to_contain_text(card)
    expect(marks.first.locator(".clock")).to_contain_text("0:0")
    expect(marks.nth(1)).to_contain_text("And then?")
    expect(page.locator("#mood")).to_contain_text("Before the conversation: a little hope")
    expect(page.locator("#mood")).to_contain_text("After the conversation: much conviction")
    page.goto(page.url.split("/studio/")[0] + "/studio")
    expect(page.locator("[data-kept]")).to_be_hidden()  # the archive has it; the browser keeps nothing


def test_what_was_recorded_before_a_reload_is_still_there(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/record", curator=True)
    page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?"
    begins(page, "Broken off")
    records(page, 0.5)
    page.get_by_role("button", name="I ask this now").click()
    page.wait_for_timeout(4_500)
    page.reload()
    expect(page.locator("[data-kept]")).to_contain_text("is kept in this browser")
    page.goto(page.url.split("/studio/")[0] + "/studio")
    expect(page.locator("[data-kept]")).to_contain_text("Broken off")
    page.get_by_role("button", name="Bring it in").click()
    assert 3 <= length_of_the_recording(page) <= 6
    expect(page.locator("#askings .marks li")).to_have_count(1)
