"""A conversation recorded in the browser: nothing of it is lost, whatever happens on the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

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
    """In seconds, as the story's page in the studio says it once the worker has looked through the file."""
    page.wait_for_url("**#recordings", timeout=30_000)
    told = page.locator("#recordings .tapes .byline span").first
    for _ in range(40):
        if told.inner_text().endswith(" s"):
            break
        page.wait_for_timeout(500)
        page.reload()
    return int(told.inner_text().removesuffix(" s"))


def test_a_conversation_is_recorded_and_its_questions_stand_at_their_moments(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/record", curator=True)
    begins(page, "Recorded at the kitchen table")
    expect(page.locator("[data-heard]")).to_have_text("It is heard well.", timeout=10_000)
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


def test_a_line_that_breaks_while_it_is_sent_is_waited_for(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/record", curator=True, offline_is_no_fault=True)
    begins(page, "Sent from a train")
    records(page, 4)
    page.get_by_role("button", name="I ask this now").click()
    page.wait_for_timeout(2_500)
    page.context.set_offline(True)
    page.get_by_role("button", name="End").click()  # the page needs no archive for that
    page.get_by_role("button", name="Bring it in").click()
    expect(page.locator("[data-kept] [data-sentence]")).to_contain_text("is still kept in this browser")
    page.context.set_offline(False)
    assert 5 <= length_of_the_recording(page) <= 8
    expect(page.locator("#askings .marks li")).to_have_count(1)


def test_a_reload_while_it_is_sent_goes_on_with_the_same_upload(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/record", curator=True, offline_is_no_fault=True)
    page.on("dialog", lambda dialog: dialog.accept())
    announced: list[str] = []
    page.on("request", lambda sent: announced.append(sent.url) if is_announcement(sent) else None)
    page.route("**/studio/uploads/*", lambda route: route.abort())
    begins(page, "Sent in two goes")
    records(page, 3)
    page.get_by_role("button", name="End").click()
    with page.expect_request("**/studio/uploads/*"):  # its first piece, which gets nowhere
        page.get_by_role("button", name="Bring it in").click()
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    page.get_by_role("button", name="Bring it in").click()
    assert 2 <= length_of_the_recording(page) <= 5
    assert len(announced) == 1


def is_announcement(sent: Request) -> bool:
    return sent.method == "POST" and sent.url.endswith("/studio/uploads")


def test_a_browser_without_room_says_so_and_the_sound_still_arrives(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/record", curator=True)
    page.add_init_script("""
        const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (value) {
          if (this.name === "pieces") throw new DOMException("", "QuotaExceededError");
          return put.call(this, value);
        };
    """)
    page.reload()
    begins(page, "No room left")
    records(page, 4.5)
    expect(page.get_by_role("alert")).to_contain_text("no more room for sound")
    page.get_by_role("button", name="End").click()
    page.get_by_role("button", name="Bring it in").click()
    assert 3 <= length_of_the_recording(page) <= 6


def test_a_conversation_that_goes_on_gets_a_further_tape(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/record", curator=True)
    begins(page, "In two sittings")
    for tape in (1, 2):
        records(page, 2.5)
        page.get_by_role("button", name="End").click()
        page.get_by_role("button", name="Bring it in").click()
        length_of_the_recording(page)
        expect(page.locator("#recordings .tapes .byline")).to_have_count(tape)
        if tape == 1:
            page.get_by_role("link", name="Or record more of it now").click()
            expect(page.get_by_text("It plays after what is there already")).to_be_visible()
            page.get_by_role("button", name="Switch on the microphone").click()


def test_marks_that_are_refused_do_not_hold_up_the_sound_and_are_not_lost(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/record", curator=True, offline_is_no_fault=True)
    page.route("**/askings", lambda route: route.fulfill(status=422, body="No."))
    begins(page, "Sound without marks")
    records(page, 1)
    page.get_by_role("button", name="I ask this now").click()
    asked = page.locator("[data-question]").inner_text()
    page.wait_for_timeout(2_500)
    page.get_by_role("button", name="End").click()
    page.get_by_role("button", name="Bring it in").click()
    left = page.locator("[data-kept] [data-left]")
    expect(left).to_contain_text(asked, timeout=20_000)
    page.goto(page.url.removesuffix("/record"))
    expect(page.locator("#recordings .tapes .byline")).to_contain_text("opus")
    page.goto(page.url.rsplit("/", 1)[0])
    expect(left).to_contain_text(asked)
    page.get_by_role("button", name="Take it off this list").click()
    expect(page.locator("[data-kept]")).to_be_hidden()


def test_a_recording_is_thrown_away_only_after_a_second_word(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/record", curator=True)
    begins(page, "Only a trial")
    records(page, 2.5)
    page.get_by_role("button", name="End").click()
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Bring it in")).to_be_visible()
    page.get_by_role("button", name="Throw it away").click()
    page.get_by_role("button", name="Throw it away for good").click()
    expect(page.locator("[data-kept]")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="Switch on the microphone")).to_be_visible()
    expect(page.locator("[data-kept]")).to_be_hidden()


def test_where_no_microphone_is_lent_the_page_says_so_and_takes_a_file(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/record", curator=True)
    begins(page, "No microphone")
    address = page.url
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    page.goto(address)
    page.get_by_role("button", name="Switch on the microphone").click()
    expect(page.get_by_role("alert")).to_contain_text("not to lend its microphone")
    expect(page.get_by_label("choose the file here")).to_be_visible()
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.goto(address)
    expect(page.locator("[data-why]")).to_contain_text("begins with https")
    expect(page.get_by_role("button", name="Switch on the microphone")).to_be_hidden()


def test_the_whole_way_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/record", curator=True)

    def until(name: str, key: str = "Enter") -> None:
        for _ in range(60):
            if page.evaluate("document.activeElement.innerText || document.activeElement.name") == name:
                return page.keyboard.press(key)
            page.keyboard.press("Tab")
        raise AssertionError(f"{name} is not reached by the keyboard")

    page.get_by_label("Title").focus()
    page.keyboard.type("By keyboard alone")
    until("narrator", "A")
    until("Go to the microphone")
    page.wait_for_url("**/by-keyboard-alone/record")
    until("Switch on the microphone")
    expect(page.get_by_role("button", name="Start")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("ArrowRight")
    until("I ask this now")
    expect(page.locator("[data-marks] li")).to_have_count(1)
    page.wait_for_timeout(2_500)
    page.keyboard.press("Shift+Tab")
    page.get_by_role("button", name="Pause").focus()
    until("End")
    expect(page.get_by_role("heading", name="It is all here")).to_be_focused()
    until("Bring it in")
    assert 2 <= length_of_the_recording(page) <= 6


def test_without_scripts_a_file_is_the_way(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/record", curator=True, scripts=False)
    expect(page.get_by_label("choose the file here")).to_be_visible()
    expect(page.get_by_text("needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Bring it in")).to_be_visible()
