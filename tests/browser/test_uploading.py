"""A recording is sent from a real browser, and the way breaks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Archive, tone, until

PIECE = 8 * 1024 * 1024
LONG_S = 1_200  # 19 MB in three pieces


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tone(tmp_path_factory.mktemp("sent") / "told in one go.wav", LONG_S)


def write_down(page: Page, title: str) -> None:
    page.fill("#title", title)
    page.fill("#narrator", "Ana R.")


def test_a_file_goes_on_where_it_was_after_a_reload(
    open_page: Callable[..., Page], archive: Archive, recording: Path
) -> None:
    page = open_page("/studio/new", curator=True)
    offsets: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))

    def cut(route: Route) -> None:
        late = route.request.method == "PATCH" and int(route.request.headers["upload-offset"]) >= PIECE
        return route.abort() if late else route.continue_()

    page.on("request", note)
    page.route("**/studio/uploads/*", cut)
    page.set_input_files("#file", recording)
    write_down(page, "Sent over a line that breaks")
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("heading", name="Sent over a line that breaks")).to_be_visible()
    until(page, "document.querySelector('[data-bar]')?.value > 0.4")
    page.on("dialog", lambda dialog: dialog.accept())  # the page warns that something is on its way
    page.reload()
    expect(page.get_by_text("8.4 MB of 19 MB are here.")).to_be_visible()

    page.unroute("**/studio/uploads/*")
    offsets.clear()
    page.set_input_files("#more", recording)
    expect(page.locator(".tapes").get_by_text("told in one go.wav")).to_be_visible()
    expect(page.get_by_text("The original").or_(page.get_by_text("The originals"))).to_be_visible(timeout=30_000)
    assert offsets == [PIECE, 2 * PIECE]
    expect(page.locator("[data-lines] li")).to_have_count(0)


def test_pause_keeps_what_has_arrived_and_a_file_can_be_taken_back(
    open_page: Callable[..., Page], recording: Path, tmp_path: Path
) -> None:
    page = open_page("/studio/new", curator=True)
    other = tmp_path / "another one.wav"
    other.write_bytes(recording.read_bytes()[:-2])
    page.route("**/studio/uploads/*", lambda route: None if route.request.method == "PATCH" else route.continue_())
    page.set_input_files("#file", other)
    write_down(page, "Taken back on the way")
    with page.expect_request(lambda sent: sent.method == "PATCH"):  # it is announced by then
        page.get_by_role("button", name="Bring it in").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused. What has arrived is kept.")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("[data-lines] li")).to_have_count(0)
    expect(page.get_by_text("No recording is here yet.")).to_be_visible()


def test_a_file_of_no_use_is_told_in_the_archives_own_words(open_page: Callable[..., Page], tmp_path: Path) -> None:
    words = tmp_path / "words.mp3"
    words.write_text("these are words and no sound at all\n" * 20)
    page = open_page("/studio/new", curator=True)
    page.set_input_files("#file", words)
    write_down(page, "No sound at all")
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("it is not a sound or video file of a kind we know")).to_be_visible()
    page.reload()
    expect(page.get_by_text("it is not a sound or video file of a kind we know")).to_be_visible()
    page.get_by_role("button", name="Take it off this list").click()
    expect(page.get_by_text("it is not a sound or video file")).to_have_count(0)


def test_a_form_with_a_fault_keeps_its_file(open_page: Callable[..., Page], recording: Path) -> None:
    page = open_page("/studio/new", curator=True)
    page.set_input_files("#file", recording)
    write_down(page, "Dated ahead")
    page.fill("#recorded_on", "2999-01-01")
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("The date of the conversation lies in the future.")).to_be_visible()
    assert page.evaluate("document.querySelector('[name=file]').files[0].name") == "told in one go.wav"
    assert page.input_value("#title") == "Dated ahead"


def test_a_form_is_sent_without_scripts_as_well(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("/studio/new", curator=True, scripts=False)
    page.set_input_files("#file", [tone(tmp_path / "one.wav", 23), tone(tmp_path / "two.wav", 29)])
    write_down(page, "Two tapes without scripts")
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("one.wav")).to_be_visible()
    expect(page.get_by_text("two.wav")).to_be_visible()


@pytest.mark.speech
def test_from_the_file_to_the_words_without_touching_the_page(open_page: Callable[..., Page], shared: Path) -> None:
    page = open_page("/studio/new", curator=True)
    page.set_input_files("#file", shared / "audio/speech/jfk.flac")
    write_down(page, "Watched from file to words")
    page.locator("input[name=consent][value=later]").check()
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("heading", name="What the machine does")).to_be_visible(timeout=30_000)
    expect(page.locator("#telling")).to_contain_text("ask not what your country can do for you", timeout=90_000)
    expect(page.get_by_text("The words are here. It waits to be read and opened.")).to_be_visible()
