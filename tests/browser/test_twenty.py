"""Twenty clips from six stories on one mixtape: by mouse, by touch, by keyboard alone; then a stranger hears it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import until
from tests.browser.hands import MANY, MOST_TABS, WORDS, Keys, in_order, on_story, quoted, words_of
from tests.browser.six import SAID, Six, six, visit
from tests.browser.test_every_page import LOOKS, barriers
from tests.browser.test_mixtape import SELECT, WATCH

__all__ = ["six", "visit"]

pytestmark = pytest.mark.browser


def choose(page: Page, title: str, *, act: Callable[[Locator], None]) -> None:
    """From selected words to where they were, in two acts; a third one, once, names the mixtape."""
    until(page, "document.querySelector('[data-mix]').href.includes('clip?t=')")
    act(page.get_by_role("link", name="Put it on a mixtape"))
    page.wait_for_url("**/clips/**")
    new = page.get_by_label("Name of")
    which = page.get_by_label("Which one")
    if not which.count() or title not in which.evaluate("list => list.selectedOptions[0].text"):
        if which.count():
            which.select_option(label="a new one")
        new.fill(title)
    act(page.get_by_role("button", name="Put it on"))
    page.wait_for_url("**/stories/**")
    expect(page.get_by_text(f"Put on “{title}”, at the end.")).to_be_visible()


def told_and_open(page: Page, title: str, *, act: Callable[[Locator], None]) -> None:
    """Words between, a reason, and open to everyone; the clips in the order in which they stand then."""
    page.get_by_label("They come at the end").fill("And then\nnobody asked.")
    act(page.get_by_role("button", name="Put them on"))
    expect(page.locator(".making > li")).to_have_count(MANY + 1)
    act(page.get_by_text("Its name, its maker, its reason"))
    page.get_by_label("Title", exact=True).fill(f"{title}, twenty voices")
    page.get_by_label("The name you give it out under").fill("Hanna")
    page.get_by_label("What do you want this to make possible?").fill("That somebody asks.")
    act(page.get_by_role("button", name="Write it down").first)
    page.get_by_text("Written down.").wait_for()
    act(page.get_by_role("button", name="Open it to everyone"))
    page.get_by_text("Everyone can hear it now.").wait_for()


def hear_as_a_stranger(visit: Callable[..., Page], slug: str, said: list[str]) -> None:
    """Everything is read and plays without scripts; with them one clip meets the next without a gap."""
    still = visit(f"/mixtapes/{slug}", signed_in=False, java_script_enabled=False, width=390)
    assert quoted(still) == said
    sounds = still.locator(".tracks audio")
    expect(sounds).to_have_count(MANY)
    for n in range(MANY):
        assert sounds.nth(n).is_visible()
        src = sounds.nth(n).locator("source").first.get_attribute("src")
        assert still.request.get(f"{still.url.split('/mixtapes')[0]}{src}").body()
    assert still.get_by_text("And then").is_visible()
    assert still.get_by_text("That somebody asks.").is_visible()
    page = visit("/mixtapes", signed_in=False)
    page.context.add_init_script(WATCH)
    page.goto(still.url)
    page.get_by_role("button", name="Listen", exact=True).click()
    until(page, "window.planned.length >= 8")
    planned = page.evaluate("window.planned")
    ends = [begins + lasts for begins, lasts, _, _ in planned]
    assert max(abs(begins - end) for (begins, *_), end in zip(planned[1:], ends, strict=False)) < 0.001
    assert all(asked_at < begins for begins, _, asked_at, _ in planned)  # else it would begin late
    assert all(lasts <= there + 0.001 for _, lasts, _, there in planned)
    expect(page.locator("[data-track]").nth(1)).to_have_attribute("aria-current", "true")  # through the first border


def test_by_mouse(six: Six, visit: Callable[..., Page]) -> None:
    page = visit("/desk/mixtapes")
    for clip in in_order(six):
        on_story(page, six, clip[0])
        left, top, right, bottom = page.evaluate(WORDS, list(clip[1:]))
        page.mouse.move(left, top)
        page.mouse.down()
        page.mouse.move(right, bottom, steps=4)
        page.mouse.up()
        choose(page, "Mouse", act=Locator.click)
    page.goto(f"{six.base}/desk/mixtapes/mouse")
    said = [words_of(clip) for clip in in_order(six)]
    assert quoted(page) == said
    for n in (0, 3):  # each is dragged behind the one after it
        page.locator(".making > li").nth(n).scroll_into_view_if_needed()
        page.locator(".making .handle").nth(n).hover()
        page.mouse.down()
        below = page.locator(".making > li").nth(n + 1).bounding_box()
        assert below
        page.mouse.move(below["x"] + 20, below["y"] + below["height"] * 0.9, steps=6)
        page.mouse.up()
        said[n], said[n + 1] = said[n + 1], said[n]
        expect(page.locator(".making blockquote").nth(n)).to_have_text(said[n])
        assert quoted(page) == said
    for n in (4, 5):
        page.get_by_role("link", name="Trim or split it").nth(n).click()
        right_edge = page.locator(".edges .edge").nth(1).bounding_box()
        assert right_edge
        last = page.locator("#to").evaluate("list => list.selectedIndex")
        y = right_edge["y"] + 20
        page.mouse.move(right_edge["x"], y)
        page.mouse.down()
        step = 0
        while page.locator("#to").evaluate("list => list.selectedIndex") == last:  # until it snaps to the word before
            step += 4
            page.mouse.move(right_edge["x"] - step, y)
        page.mouse.up()
        page.get_by_role("button", name="Trim it", exact=True).click()
        said[n] = said[n].rsplit(" ", 1)[0]
        expect(page.locator(".making blockquote").nth(n)).to_have_text(said[n])
    told_and_open(page, "Mouse", act=Locator.click)
    hear_as_a_stranger(visit, "mouse", said)


@pytest.mark.wide  # pieces are moved by touch in test_mixtape too, and clips trimmed in test_mixing
def test_by_touch(six: Six, visit: Callable[..., Page]) -> None:
    page = visit("/desk/mixtapes", width=390, has_touch=True)
    for clip in in_order(six):
        on_story(page, six, clip[0])
        # Chromium without a screen selects nothing by a long press; the browser's own selection stands for it.
        page.evaluate(SELECT, list(clip[1:]))
        choose(page, "Touch", act=Locator.tap)
    page.goto(f"{six.base}/desk/mixtapes/touch")
    said = [words_of(clip) for clip in in_order(six)]
    assert quoted(page) == said
    finger = page.context.new_cdp_session(page)
    for n in (0, 3):
        page.locator(".making > li").nth(n).evaluate("(li) => scrollBy(0, li.getBoundingClientRect().top - 80)")
        grip, below = page.locator(".making .handle").nth(n).bounding_box(), page.locator(".making > li").nth(n + 1)
        box = below.bounding_box()
        assert grip
        assert box
        x, y, end = grip["x"] + 15, grip["y"] + 15, box["y"] + box["height"] * 0.9
        finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for step in range(1, 7):
            at = {"x": x, "y": y + (end - y) * step / 6}
            finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        said[n], said[n + 1] = said[n + 1], said[n]
        expect(page.locator(".making blockquote").nth(n)).to_have_text(said[n])
        assert quoted(page) == said
    for n in (4, 5):
        page.get_by_role("link", name="Trim or split it").nth(n).tap()
        page.wait_for_url("**/items/*")  # a tap does not wait for it
        words = page.locator(".trimming .chosen")
        many = words.count()
        first = page.locator(".trimming [data-n]").nth(page.locator("#from").evaluate("list => list.selectedIndex"))
        first.tap()
        page.locator(f".trimming [data-n='{int(first.get_attribute('data-n') or 0) + many - 2}']").tap()
        page.get_by_role("button", name="Trim it", exact=True).tap()
        said[n] = said[n].rsplit(" ", 1)[0]
        expect(page.locator(".making blockquote").nth(n)).to_have_text(said[n])
    told_and_open(page, "Touch", act=Locator.tap)
    hear_as_a_stranger(visit, "touch", said)


def put_by_keys(keys: Keys, clip: tuple[str, int, int, int]) -> None:
    """From the words on, at their story, to there again."""
    page, (_, passage, first, last) = keys.page, clip
    at = SAID[passage - 1][0][1] // 1000
    keys.use(f"More of the passage at 0:{at:02}")
    keys.use(f"Put it on a mixtape of the passage at 0:{at:02}")
    page.wait_for_url("**/clips/**")
    if first:
        before = page.url.partition("#")[0]
        keys.use("Choose fewer of these words")
        keys.to("from")
        for _ in range(first):
            keys.press("ArrowDown")
        assert last == len(SAID[passage - 1]) - 2
        keys.use("Take these")
        page.wait_for_url(lambda url: url.endswith("#mix") and not url.startswith(before))
    if page.get_by_label("Which one").count() == 0:
        keys.write("title", "Keys")
    elif "Keys" not in page.get_by_label("Which one").evaluate("list => list.selectedOptions[0].text"):
        keys.to("mixtape")
        keys.press("End")
        keys.write("title", "Keys")
    keys.use("Put it on")
    page.wait_for_url("**/stories/**")
    expect(page.get_by_text("Put on “Keys”, at the end.")).to_be_visible()


def test_by_keyboard_alone(six: Six, visit: Callable[..., Page]) -> None:
    page = visit("/desk/mixtapes")
    keys, said, counted = Keys(page), [], []
    for clip in in_order(six):
        on_story(page, six, clip[0])
        before = keys.pressed, keys.chosen
        put_by_keys(keys, clip)
        counted.append((keys.pressed - before[0], keys.chosen - before[1]))
        said.append(words_of(clip))
    assert max(chosen for _, chosen in counted) <= 3 + 5 + 1  # use, use, use; fewer words; once, the name
    assert all(pressed - chosen <= MOST_TABS for pressed, chosen in counted[1:]), counted
    page.goto(f"{six.base}/desk/mixtapes/keys")
    assert quoted(page) == said
    for n in (1, 4):
        keys.use(f"up: piece {n + 1}")
        page.wait_for_load_state()
        said[n - 1], said[n] = said[n], said[n - 1]
        expect(page.locator(".making blockquote").nth(n)).to_have_text(said[n])
        assert quoted(page) == said
    for n in (5, 6):
        keys.use(f"Trim or split it: piece {n + 1}")
        page.wait_for_url("**/items/*")
        keys.to("to")
        keys.press("ArrowUp")
        keys.use("Trim it")
        page.wait_for_url("**/desk/mixtapes/keys#**")
        said[n] = said[n].rsplit(" ", 1)[0]
        expect(page.locator(".making blockquote").nth(n)).to_have_text(said[n])
    page.goto(f"{six.base}/desk/mixtapes/keys")
    keys.use("to its end")
    keys.write("words", "And then\nnobody asked.")
    keys.use("Put them on")
    page.wait_for_url("**/desk/mixtapes/keys#item-*")
    expect(page.locator(".making > li")).to_have_count(MANY + 1)
    page.goto(f"{six.base}/desk/mixtapes/keys")
    keys.use("Its name, its maker, its reason")
    keys.write("title", "By keys")
    keys.write("reason", "That somebody asks.")
    keys.use("Write it down")
    page.get_by_text("Written down.").wait_for()
    keys.use("to its end")
    keys.use("Open it to everyone")
    page.get_by_text("Everyone can hear it now.").wait_for()
    for path in ("/mixtapes/keys", "/mixtapes/keys/read"):
        page.goto(six.base + path)
        keys.to("Skip to what matters")
        keys.press("Tab")
        keys.to("Skip to what matters")  # and round again: nothing held the focus
    hear_as_a_stranger(visit, "keys", said)


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_no_state_of_a_mixtape_puts_up_a_barrier(six: Six, visit: Callable[..., Page], width: int, dark: bool) -> None:
    page = visit("/desk/mixtapes", width=width, color_scheme="dark" if dark else "light")
    found = barriers(page)

    def look(path: str = "") -> None:
        if path:
            page.goto(six.base + path)
        until(page, "document.readyState === 'complete'")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        found.extend(barriers(page))

    title = f"States {width} {dark}"
    page.get_by_label("Name of a new mixtape").fill(title)
    page.get_by_role("button", name="Begin it").click()
    here = page.url.removeprefix(six.base).partition("#")[0]
    look()  # empty at the desk, for its maker, and to read
    look(here.replace("/desk", ""))
    look(f"{here.replace('/desk', '')}/read")
    page.goto(six.base + here)
    page.get_by_role("button", name="Open it to everyone").click()
    look()  # not without a voice
    page.goto(f"{six.base}/stories/{six.slugs[0]}")
    page.evaluate(SELECT, [3, 1, 4])
    page.locator("[data-selected]").wait_for()
    look()
    until(page, "document.querySelector('[data-mix]').href.includes('clip?t=')")
    page.get_by_role("link", name="Put it on a mixtape").click()
    page.get_by_text("Choose fewer of these words").click()
    look()
    page.get_by_role("button", name="Put it on").click()
    page.wait_for_load_state()
    look()  # back at the story, with the sentence
    look(here)
    page.get_by_text("Its name, its maker, its reason").click()
    look()
    other = page.context.new_page()
    other.goto(six.base + here)
    other.get_by_label("They come at the end").fill("Meanwhile.")
    other.get_by_role("button", name="Put them on").click()
    page.get_by_label("Title", exact=True).fill("Later")
    page.get_by_role("button", name="Write it down").click()
    look()  # somebody was there before, and what was typed stands
    other.get_by_role("button", name="repeat").first.click()
    other.go_back()
    other.get_by_role("button", name="repeat").first.click()
    found += barriers(other)
    look(here)
    page.get_by_role("link", name="Trim or split it").first.click()
    look()
    look(f"/mixtapes/{six.gaps}")
    assert page.get_by_text("Here was a voice.").is_visible()
    look(f"/mixtapes/{six.gaps}/read")
    look(f"{here}/remove")
    page.get_by_role("button", name="Throw it away").click()
    look()
    look(here.replace("/desk", ""))  # nothing is there any more
    assert found == []
