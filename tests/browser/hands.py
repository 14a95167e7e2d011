"""Which twenty clips are put on a mixtape, and hands that have a keyboard and nothing else."""

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser.six import SAID, Six

MANY = 20
MOST_TABS = 60  # from a story's head to its passage and to the button; far fewer from one passage to the next
# Where two words of a passage stand in the window: [left of the first, its middle, right of the last, its middle].
WORDS = """([passage, first, last]) => {
    const text = document.querySelector(`#telling p:nth-of-type(${passage})`).lastChild;
    text.parentElement.scrollIntoView({ block: "center" });
    const boxes = [...text.data.matchAll(/\\S+/g)].map((word) => {
        const range = new Range();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        return range.getBoundingClientRect();
    });
    const [one, two] = [boxes[first], boxes[last]];
    return [one.left + 1, one.top + one.height / 2, two.right - 1, two.top + two.height / 2];
}"""
FOCUS = """() => {
    const one = document.activeElement;
    const [box, style] = [one.getBoundingClientRect(), getComputedStyle(one)];
    const shown = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    if (one.matches("audio")) return [one.id, "", "", false, shown]; // its own parts draw their ring
    const rings = [style, getComputedStyle(one, "::after")].some( // a card is ringed whole
        (each) => each.outlineStyle !== "none" && parseFloat(each.outlineWidth) > 0,
    );
    const ringed = one.matches(":focus-visible") && rings;
    const middle = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
    const [inBar, covered] = [one.closest(".player, .bar"), middle?.closest(".player, .bar")];
    return [one.id, one.textContent.trim().replace(/\u00a0/g, " "), one.outerHTML.slice(0, 90), one === document.body,
        shown && ringed && (!covered || !!inBar)];
}"""


def clips(six: Six) -> Iterator[tuple[str, int, int, int]]:
    """Story after story: which passage, from which word to which."""
    for n in range(MANY):
        story, nth = n % 6, n // 6
        passage = (2, 0, 3, 1)[nth]
        last = len(SAID[passage]) - 2
        yield six.slugs[story], passage + 1, 1 if last > 2 else 0, last


def in_order(six: Six) -> list[tuple[str, int, int, int]]:
    return sorted(clips(six), key=lambda clip: (six.slugs.index(clip[0]), clip[1]))


def words_of(clip: tuple[str, int, int, int]) -> str:
    _, passage, first, last = clip
    return " ".join(word for word, _ in SAID[passage - 1][first : last + 1])


def on_story(page: Page, six: Six, slug: str) -> None:
    """Whoever put a clip on is there again."""
    if f"/stories/{slug}?t=" not in page.url:
        page.goto(f"{six.base}/stories/{slug}")


def quoted(page: Page) -> list[str]:
    return [each.strip() for each in page.locator(".tracks blockquote").all_inner_texts()]


class Keys:
    """Hands that have a keyboard and nothing else. What has the focus is seen, at every step."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed, self.chosen = page, 0, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1
        self.chosen += key not in ("Tab", "Shift+Tab")

    def to(self, name: str, *, back: bool = False) -> None:
        """On to what bears this name or id; a name that ends with … is a beginning."""
        for _ in range(200):
            id_, text, markup, nowhere, seen = self.page.evaluate(FOCUS)
            if name in (id_, text) or (name.endswith("…") and text.startswith(name[:-1])):
                return
            self.press("Shift+Tab" if back else "Tab")
            id_, text, markup, nowhere, seen = self.page.evaluate(FOCUS)
            assert seen or nowhere, f"{self.page.url}: the focus cannot be seen on {markup}"
        raise AssertionError(f"{name!r} cannot be reached by keyboard on {self.page.url}")

    def use(self, name: str) -> None:
        self.to(name)
        self.press("Enter")

    def write(self, name: str, words: str) -> None:
        self.to(name)
        self.press("Control+a")
        self.page.keyboard.type(words)
        self.chosen += 1
