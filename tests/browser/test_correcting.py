"""A passage is corrected in a real browser, by keyboard, with its sound."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Archive, until

LIT = "[...(CSS.highlights.get('doubt') ?? [])].map((range) => range.toString())"


def test_doubtful_words_are_shaded_and_heard_without_an_element_for_each(
    open_page: Callable[..., Page], archive: Archive
) -> None:
    page = open_page(f"/studio/{archive.spoken}", curator=True)
    until(page, f"{LIT}.length > 0")
    assert set(page.evaluate(LIT)) == {"harbour,"}
    expect(page.get_by_text("Shaded words are those of which the machine was not sure.")).to_be_visible()
    box = page.evaluate("(() => { const r = [...CSS.highlights.get('doubt')][0]; r.startContainer.parentElement"
                        ".scrollIntoView({block: 'center'}); const b = r.getBoundingClientRect();"
                        "return [b.x + b.width / 2, b.y + b.height / 2]; })()")  # fmt: skip
    page.mouse.click(*box)
    until(page, "[...document.querySelectorAll('.tapes audio')].some((audio) => !audio.paused)")
    until(page, "[...document.querySelectorAll('.tapes audio')].every((audio) => audio.paused)")


def test_a_passage_is_heard_written_and_saved_by_keyboard(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/studio/{archive.spoken}/passages/{archive.passage}", curator=True)
    page.get_by_label("What is said").focus()
    page.keyboard.press("Control+Space")
    until(page, "!document.querySelector('[data-audio]').paused")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.keyboard.press("Control+Space")
    until(page, "document.querySelector('[data-audio]').paused")
    assert "  " not in page.get_by_label("What is said").input_value()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Or two.")
    page.get_by_label("I have listened").press("Space")
    page.get_by_role("button", name="Save, and go on to the next").press("Enter")
    expect(page.get_by_role("heading", name="Correct a passage")).to_be_visible()
    assert not page.url.endswith(f"/{archive.passage}")
    page.goto(f"{archive.base}/studio/{archive.spoken}/passages/{archive.passage}")
    expect(page.get_by_text("checked against the sound").first).to_be_visible()
    expect(page.get_by_label("What is said")).to_have_value("I had the letter of resignation written and it lay on the"
                                                           " table for three weeks. Or two.")  # fmt: skip
    page.get_by_role("button", name="Bring back what stood before").first.press("Enter")
    page.goto(f"{archive.base}/studio/{archive.spoken}/passages/{archive.passage}")
    expect(page.get_by_label("What is said")).not_to_have_value("Or two.")


def test_the_word_at_the_caret_is_offered_for_a_split(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/studio/{archive.spoken}/passages/{archive.passage}", curator=True)
    page.get_by_label("What is said").focus()
    page.keyboard.press("Control+Home")
    for _ in range(3):
        page.keyboard.press("Control+ArrowRight")
    expect(page.get_by_label("The second half begins with")).to_have_value("3")


def test_a_passage_is_corrected_without_scripts(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/studio/{archive.draft}", curator=True, scripts=False)
    page.get_by_role("link", name="Correct the passage at 0:00").click()
    page.get_by_label("What is said").fill("So what stood in the letter that you never sent?")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("So what stood in the letter that you never sent?").first).to_be_visible()
