"""Each page as people meet it: no barrier, nothing cut off, nothing that needs a script to be read."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from archive.db import now
from tests.browser.conftest import Archive
from tests.browser.telling import PASSAGES

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PUBLIC = (
    "/", "/stories", "/stories?theme=work", "/stories/{spoken}", "/stories/{spoken}?t=12.4", "/themes", "/themes/doubt",
    "/themes?q=x",
    "/people/ana-r", "/people/m", "/search", "/search?q=kitchen", "/search?q=zeppelin", "/stories?page=99",
    "/search?q=kitchen&group=story&mode=words", "/search?q=kitchne&mode=words",
    "/search?q=zeppelin&place=Oslo&mode=words",
    "/search?q=kitchen&theme=work&standing=machine&length=0-10", "/stories/{spoken}?find=letter",
    "/search?q=kitchen&page=99", "/about", "/signin", "/key", "/key/no-such-card",
    "/signin/no-such-link", "/takedown", "/takedown?story={spoken}", "/takedown/{code}", "/stories/{spoken}/reached",
    "/search?q=people who nearly gave up", "/search?q=people who nearly gave up&mode=meaning",
    "/search?q=zeppelin&mode=both",
    "/passages/{passage}/similar", "/api", "/mixtapes", "/years", f"/years/{now().year}",
    "/mixtapes/one-winter", "/mixtapes/one-winter/read",
    "/questions", "/questions/what-were-you-sure-of",
    "/questions/when-hope-is-low", "/questions/no-such-question", "/stories/{spoken}/answer",
    "/feelings", "/feelings?theme=doubt", "/walk/{passage}?from=1", "/shelves", "/shelves/hopeful-stories-about-people",
    "/shelves/hopeful-stories-about-technology",
)  # fmt: skip
INSIDE = (
    "/desk", "/desk/shelves/{shelf}", "/desk/shelves/{shelf}/remove", "/desk/taggings", "/search?q=kitchen",
    "/stories/{spoken}", "/stories/{spoken}/keepsake", "/about", "/account/password", "/studio", "/studio/new",
    "/studio/{spoken}",
    "/studio/{draft}", "/studio/{draft}/remove", "/studio/{spoken}/passages/{passage}", "/curator",
    "/studio/{draft}?at=7", "/studio/questions", "/studio/questions/sets/doubt/remove", "/studio/record",
    "/studio/{spoken}/strike", "/studio/{spoken}/strike?p={passage}", "/studio/{draft}/record",
    "/studio/{spoken}/record", "/stories/{draft}", "/curator/takedowns/{request}", "/curator/letters",
    "/curator/letters/{letter}", "/curator/themes", "/curator/themes?view=passing", "/curator/themes/doubt",
    "/curator/thesaurus", "/passages/{passage}/themes", "/passages/{passage}/suggestions",
    "/passages/{passage}/similar", "/desk/mixtapes",
    "/questions/what-were-you-sure-of", "/stories/{spoken}/answer", "/studio/new?answers={spoken}",
    "/passages/{passage}/feeling", "/stories/{spoken}/feeling", "/walk/{passage}", "/curator/shelves",
    "/curator/shelves/hopeful-stories-about-people", "/curator/shelves/put?passage={passage}",
    "/curator/shelves/put?story={spoken}", "/shelves/hopeful-stories-about-technology",
    "/studio/people", "/studio/people/ana-r",
    "/studio/record?answers={spoken}", "/studio/{spoken}/withdraw", "/search?q=people who nearly gave up&group=story",
)  # fmt: skip
OTHERS = [pytest.param(390, True, marks=pytest.mark.wide), pytest.param(1280, False, marks=pytest.mark.wide)]
LOOKS = [(390, False), (1280, True), *OTHERS]


def spelled(path: str, archive: Archive) -> str:
    held = {
        name: getattr(archive, name) for name in ("spoken", "draft", "passage", "request", "code", "letter", "shelf")
    }
    return path.format(**held)


def barriers(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{page.url}: {each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


@pytest.mark.parametrize(("width", "dark"), LOOKS)
@pytest.mark.parametrize("curator", [False, True])
def test_no_page_puts_up_a_barrier(
    open_page: Callable[..., Page], archive: Archive, width: int, dark: bool, curator: bool
) -> None:
    page = open_page("/", width=width, dark=dark, curator=curator)
    found: list[str] = []
    for path in INSIDE if curator else PUBLIC:
        page.goto(archive.base + spelled(path, archive))
        found += barriers(page)
    assert found == []


def test_a_sentence_after_an_act_is_no_barrier(open_page: Callable[..., Page]) -> None:
    page = open_page("/studio/questions", curator=True)
    page.locator(".changing summary").first.click()
    page.get_by_role("button", name="down", exact=True).first.click()
    page.get_by_text("It stands elsewhere now.").wait_for()
    assert barriers(page) == []


def test_a_barrier_would_be_seen(open_page: Callable[..., Page]) -> None:
    page = open_page("/about")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=\"data:,\">'")
    assert any("image-alt" in each for each in barriers(page))


@pytest.mark.parametrize("curator", [False, True])
def test_nothing_is_wider_than_a_small_phone(open_page: Callable[..., Page], archive: Archive, curator: bool) -> None:
    page = open_page("/", width=320, curator=curator)
    wide: list[str] = []
    for path in INSIDE if curator else PUBLIC:
        page.goto(archive.base + spelled(path, archive))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert wide == []


def test_letters_twice_as_large_still_fit(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/stories/{archive.spoken}", width=640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_without_scripts_a_story_is_read_and_heard(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/stories/{archive.spoken}", scripts=False)
    assert page.locator("audio").is_visible()
    assert not page.locator("[data-player]").is_visible()
    page.locator("#telling p:nth-of-type(3) > a").first.click()
    assert "?t=" in page.url
    assert page.locator("audio source").first.get_attribute("src").endswith(f"#t={PASSAGES[2].start_ms / 1000}")
    assert page.get_by_role("link", name="Read from there").is_visible()


def test_without_scripts_a_search_leads_to_its_moment(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page("/", scripts=False)
    page.get_by_role("searchbox").fill("harbour")
    page.get_by_role("searchbox").press("Enter")
    page.locator(".found .play").first.click()
    assert f"/stories/{archive.spoken}?t=" in page.url
    page.locator("#telling p:target").wait_for()


@pytest.mark.parametrize("path", ["/stories?page=99", "/search?q=kitchen&page=99"])
def test_a_page_past_the_last_does_not_say_that_nobody_told_anything(open_page: Callable[..., Page], path: str) -> None:
    assert "Nothing stands on this page" in open_page(path).locator("main").inner_text()


def test_the_keyboard_alone_reaches_the_words_and_the_player(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/stories/{archive.spoken}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to what matters"
    page.keyboard.press("Enter")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
    assert any("data-toggle" in each for each in reached)
    assert any("data-seek" in each or 'type="range"' in each for each in reached)
    assert any("?t=" in each for each in reached)


def test_printed_pages_hold_the_words_and_no_tools(open_page: Callable[..., Page], archive: Archive) -> None:
    page = open_page(f"/stories/{archive.spoken}")
    page.emulate_media(media="print")
    assert page.get_by_text("half a page").first.is_visible()
    assert not page.locator("[data-player]").is_visible()
    assert not page.locator("nav").first.is_visible()
