"""Bringing in a recording and putting themes on it, as an interviewer does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Archive, tone

pytestmark = pytest.mark.browser


def fill_in(page: Page, title: str, file: Path) -> None:
    page.set_input_files("#file", file)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Who tells it").fill("Ana R.")
    page.get_by_label("Why this story is told").fill("Because nobody asked.")
    page.locator("input[name=consent][value=none]").check()


def test_a_file_without_sound_is_refused_in_words_and_nothing_typed_is_lost(
    open_page: Callable[..., Page], tmp_path: Path
) -> None:
    """With scripts the story is written down before its file comes; see also test_uploading."""
    page = open_page("/studio/new", curator=True, scripts=False)
    letter = tmp_path / "letter.mp3"
    letter.write_text("Dear all, this is no recording.\n" * 50)
    fill_in(page, "A letter", letter)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("alert")).to_contain_text("the file has to be chosen again")
    expect(page.locator("#file-fault")).not_to_be_empty()
    assert page.get_by_label("Title").input_value() == "A letter"
    assert page.get_by_label("Why this story is told").input_value() == "Because nobody asked."
    assert page.locator("input[name=consent][value=none]").is_checked()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_recording_comes_in_and_one_lands_on_its_page(
    open_page: Callable[..., Page], tmp_path: Path, scripts: bool
) -> None:
    page = open_page("/studio/new", curator=True, scripts=scripts)
    seconds = 3 if scripts else 4  # the same file is not taken twice
    fill_in(page, f"A tone of {seconds} seconds", tone(tmp_path / "tone.wav", seconds))
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_url(f"**/studio/a-tone-of-{seconds}-seconds")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"A tone of {seconds} seconds")
    expect(page.locator(".reasons")).to_contain_text("Because nobody asked.")


def test_a_theme_is_put_on_a_passage_and_taken_off(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/stories/{archive.spoken}", curator=True)
    passage = page.locator("#telling p").nth(3)
    wanted = passage.get_attribute("id")
    tools = page.locator(f"#{wanted} + .beside details.tag")
    tools.locator("summary").click()
    tools.get_by_role("combobox").fill("brothers")
    tools.get_by_role("button", name="Add").click()
    page.wait_for_url(f"**#{wanted}")
    expect(page.locator(f"#{wanted} a[rel=tag]")).to_have_text("brothers")
    page.locator(f"#{wanted} + .beside details.tag summary").click()
    page.get_by_role("button", name="Take off “brothers”").click()
    page.wait_for_url(f"**#{wanted}")
    expect(page.locator(f"#{wanted} a[rel=tag]")).to_have_count(0)
