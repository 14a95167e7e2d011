"""A narrator goes through a story on a phone: by touch, and by keyboard alone; left after step 3, gone on elsewhere."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from archive import migrations
from archive.models import Review, Scope, Story, StoryState, Strike
from archive.services.consent import terms
from archive.services.stories import About
from archive.services.transcripts import passages_of
from archive.settings import Settings
from archive.wiring import House
from tests.browser.conftest import served, until
from tests.browser.test_every_page import RULES
from tests.web.cards import a_card
from tests.web.spoken import spoken_story

pytestmark = pytest.mark.browser

SAID = ("What was in the letter?", "I had the letter of resignation written.", "And then my brother called.")
LIT = "[...(CSS.highlights.get('chosen') ?? [])].map(String).join(' ')"
# Where the middle of a word of a passage is, brought to the middle of the window.
PLACE = """([id, number]) => {
  const box = document.getElementById(`p${id}`);
  const text = [...box.childNodes].find((each) => each.nodeType === 3 && each.data.trim());
  const word = [...text.data.matchAll(/[^ \\n]+/g)][number];
  const range = new Range();
  range.setStart(text, word.index);
  range.setEnd(text, word.index + word[0].length);
  scrollBy(0, range.getBoundingClientRect().top - 300);
  const at = range.getBoundingClientRect();
  return [at.x + at.width / 2, at.y + at.height / 2];
}"""


@dataclass(frozen=True)
class Told:
    """A story that waits for its narrator: the address of its page, under a key card of its own."""

    id: int
    passages: list[int]
    here: str
    house: House

    @property
    def texts(self) -> list[str]:
        with self.house.db.reading() as session:
            return [each.text for each in passages_of(session, session.get_one(Story, self.id))]

    @property
    def struck(self) -> list[tuple[int, int]]:
        with self.house.db.reading() as session:
            held = select(Strike).where(Strike.story_id == self.id, Strike.lifted_at.is_(None))
            return [(each.start_ms, each.end_ms) for each in session.scalars(held.order_by(Strike.id))]


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Told]]:
    """Makes stories in an archive that is being served; by the length of its title each has another sound."""
    folder = tmp_path_factory.mktemp("review")
    settings = Settings(data=folder / "data")
    settings.data.mkdir()
    house = House(settings)
    migrations.upgrade(settings.database)
    with served(settings) as base:

        def build(title: str) -> Told:
            made = spoken_story(house, folder, About(title, [f"Ana {title}"]), SAID, theme="doubt")
            with house.db.writing() as session:
                session.get_one(Story, made.id).state = StoryState.REVIEW
                for held in session.scalars(select(Review)):
                    session.delete(held)
            return Told(made.id, made.passages, f"{base}{a_card(house, made.id)}/stories/{made.slug}", house)

        yield build
    house.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A browser of its own, as wide as a phone. A fault in a script fails the test."""
    contexts, faults = [], []

    def go(address: str, **more: object) -> Page:
        size = {"width": 390, "height": 844}
        context = chromium.new_context(viewport=size, has_touch=True, reduced_motion="reduce", **more)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(address)
        return page

    yield go
    for context in contexts:
        context.close()
    assert faults == []


def clean(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def at_step(page: Page, number: int) -> None:
    expect(page.get_by_text(f"Step {number} of 5")).to_be_visible()
    clean(page)


def touch(page: Page, passage: int, word: int) -> None:
    until(page, "document.querySelector('#telling').tabIndex === 0")  # the script is there
    page.touchscreen.tap(*page.evaluate(PLACE, [passage, word]))


def press(page: Page, name: str) -> None:
    """Goes to what is called so with the Tab key alone, and presses Enter."""
    reach(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def reach(page: Page, name: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("((document.activeElement.labels?.[0] ?? document.activeElement).innerText ?? '').trim()"
                         ".startsWith(" + repr(name) + ")"):  # fmt: skip
            return
    raise AssertionError(f"the Tab key never came to {name!r} on {page.url}")


def test_by_touch_left_after_step_three_and_gone_on_with_elsewhere(
    tell: Callable[[str], Told], phone: Callable[..., Page]
) -> None:
    told = tell("Touch")
    page = phone(told.here.partition("/stories/")[0])
    clean(page)
    page.get_by_role("link", name="Go through it").tap()
    at_step(page, 1)
    page.get_by_role("button", name="Listen", exact=True).tap()
    until(page, "[...document.querySelectorAll('audio')].some((audio) => !audio.paused)")
    page.get_by_role("button", name="I have listened or read").tap()
    at_step(page, 2)
    page.get_by_role("link", name="Take something out").tap()
    expect(page.get_by_role("heading", name="Choose what goes")).to_be_visible()
    touch(page, told.passages[1], 3)
    expect(page.get_by_text("Now touch the last word.")).to_be_visible()
    touch(page, told.passages[1], 5)
    until(page, f"{LIT} === 'letter of resignation'")
    clean(page)
    page.get_by_role("button", name="Take it out").tap()
    expect(page.get_by_text("It is taken out.")).to_be_visible()
    clean(page)
    assert told.texts[1] == "I had the […] written."
    page.get_by_role("link", name="back to step 2").tap()
    page.get_by_role("button", name="That is all").tap()
    at_step(page, 3)
    page.get_by_label("Ana, my first name").tap()
    page.get_by_role("button", name="Name me so").tap()
    at_step(page, 4)
    page.context.close()

    page = phone(told.here.partition("/stories/")[0])
    page.get_by_role("link", name="Go on at step 4 of 5").tap()
    at_step(page, 4)
    page.get_by_label("Only those I give the link to").tap()
    page.locator("details", has_text="Other sites").locator("summary").tap()
    clean(page)
    page.get_by_label("Other sites may show it.").tap()
    page.get_by_role("button", name="Go on").tap()
    at_step(page, 5)
    for sentence in ("Only those who are given its link may read it and hear it.", "Other sites may show it.",
                     "You are named as Ana.", "One part is taken out."):  # fmt: skip
        expect(page.get_by_text(sentence)).to_be_visible()
    page.get_by_label("Yes, this is what I want.").tap()
    page.get_by_role("button", name="Sign", exact=True).tap()
    expect(page.get_by_text("You have signed.")).to_be_visible()
    clean(page)
    with told.house.db.reading() as session:
        held = terms(session, session.get_one(Story, told.id))
        signed = session.scalars(select(Review).where(Review.story_id == told.id)).one()
    assert (held.of(Scope.TEXT), held.of(Scope.EXISTENCE), held.of(Scope.EMBED)) == ("link", "hidden", "yes")
    assert signed.signed_at is not None
    assert signed.seen_at is None


def test_by_keyboard_alone_from_the_card_to_the_signature(
    tell: Callable[[str], Told], phone: Callable[..., Page]
) -> None:
    told = tell("Keys")
    card = told.here.partition("/stories/")[0]
    page = phone(card.rpartition("/")[0])
    reach(page, "The words of your card")
    page.keyboard.type(card.rpartition("/")[2].upper())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, "Go through it")
    at_step(page, 1)
    press(page, "I have listened or read")
    at_step(page, 2)
    press(page, "Take something out")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "telling":
            break
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "Enter", "ArrowRight", "Enter"):
        page.keyboard.press(key)
        page.wait_for_timeout(50)
    until(page, f"{LIT} === 'letter of'")
    until(page, "document.querySelector('[name=from]').value !== ''")
    press(page, "Take it out")
    expect(page.get_by_text("It is taken out.")).to_be_visible()
    assert told.texts[1] == "I had the […] resignation written."
    press(page, "Bring it back")
    expect(page.get_by_text("It is back in the words.")).to_be_visible()
    assert told.texts[1] == SAID[1]
    press(page, "← back to step 2")
    press(page, "No, there is nothing")
    at_step(page, 3)
    reach(page, "Ana Keys, my full name")
    page.keyboard.press("ArrowDown")
    press(page, "Name me so")
    at_step(page, 4)
    reach(page, "Everyone")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    press(page, "Go on")
    at_step(page, 5)
    expect(page.get_by_text("Nobody outside may read or hear it for now.")).to_be_visible()
    reach(page, "Yes, this is what I want.")
    page.keyboard.press("Space")
    press(page, "Sign")
    expect(page.get_by_text("You have signed.")).to_be_visible()


def test_the_handles_move_the_span_by_arrow_keys_and_by_hand_and_it_is_heard_with_a_second_around(
    tell: Callable[[str], Told], phone: Callable[..., Page]
) -> None:
    told = tell("Handles")
    page = phone(f"{told.here}/strike")
    touch(page, told.passages[1], 1)
    touch(page, told.passages[1], 2)
    times = "[document.querySelector('[name=from]').value, document.querySelector('[name=to]').value].join(' ')"
    until(page, f"{times} === '0:02.28 0:02.86'")
    page.get_by_label("Where it begins").press("ArrowLeft")
    page.get_by_label("Where it ends").press("ArrowRight")
    page.get_by_label("Where it ends").press("ArrowRight")
    until(page, f"{times} === '0:02.23 0:02.96'")
    expect(page.get_by_label("Where it ends")).to_have_attribute("aria-valuetext", "0:02.96")
    page.get_by_role("button", name="Hear it").tap()
    until(page, "!document.querySelector('.native audio').paused")
    assert 1.1 < page.evaluate("document.querySelector('.native audio').currentTime") < 2.5
    until(page, "document.querySelector('.native audio').paused")
    assert 3.9 < page.evaluate("document.querySelector('.native audio').currentTime") < 4.2
    end = page.get_by_label("Where it ends").bounding_box()
    begin = page.evaluate("(() => { const r = document.querySelector('[data-handle=to]');"
                          "const b = r.getBoundingClientRect();"
                          "return b.x + 22 + (b.width - 44) * (r.value - r.min) / (r.max - r.min); })()")  # fmt: skip
    page.mouse.move(begin, end["y"] + 40)
    page.mouse.down()
    page.mouse.move(begin + 60, end["y"] + 40, steps=4)
    page.mouse.up()
    until(page, "parseFloat(document.querySelector('[name=to]').value.split(':')[1]) > 3.2")
    clean(page)
    page.get_by_role("button", name="Take it out").tap()
    expect(page.get_by_text("It is taken out.")).to_be_visible()
    assert told.struck[0][0] <= 2230
    assert told.struck[0][1] > 3200


def test_words_are_drawn_over_with_the_mouse(tell: Callable[[str], Told], phone: Callable[..., Page]) -> None:
    told = tell("The mouse")
    page = phone(f"{told.here}/strike")
    until(page, "document.querySelector('#telling').tabIndex === 0")
    last = page.evaluate(PLACE, [told.passages[1], 4])
    first = page.evaluate(PLACE.replace("scrollBy", "void"), [told.passages[1], 2])
    page.mouse.move(*first)
    page.mouse.down()
    page.mouse.move(*last, steps=5)
    page.mouse.up()
    until(page, f"{LIT} === 'the letter of'")


def test_without_scripts_words_are_chosen_from_a_list(tell: Callable[[str], Told], phone: Callable[..., Page]) -> None:
    told = tell("From a list")
    page = phone(f"{told.here}/strike", java_script_enabled=False)
    page.get_by_role("link", name="Choose the words from a list").tap()
    page.get_by_role("link", name=re.compile("Take something out here.*at 0:02")).tap()
    page.get_by_role("group", name="The first word that goes").get_by_role("radio", name="letter").tap()
    page.get_by_role("group", name="The last word that goes").get_by_role("radio", name="resignation").tap()
    page.get_by_role("button", name="Take these words out").tap()
    expect(page.get_by_text("It is taken out.")).to_be_visible()
    assert told.texts[1] == "I had the […] written."
