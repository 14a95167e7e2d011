"""Cards for links that are shared elsewhere: what stands on them, and where there is none."""

import io
from pathlib import Path

import pytest
from PIL import Image

from archive.formats.card_image import HEIGHT, WIDTH, CardImage, drawn
from archive.models import Passage, Scope, Shown, Story, StoryState
from archive.services import cautions, faces, strikes
from archive.services.access import OPERATOR
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.kept import TEXTS, under_the_floor
from tests.web.spoken import Spoken
from tests.web.test_clips import cut

WHOLE = (0, 0, WIDTH, HEIGHT)
ARABIC = "شهادة أمي"


@pytest.fixture
def told(house: House, tmp_path: Path) -> Spoken:
    return under_the_floor(house, tmp_path)


def picture(by: Visitor, address: str) -> Image.Image:
    answer = by.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/png"), answer.status_code
    shown = Image.open(io.BytesIO(answer.data))
    shown.load()
    assert shown.size == (WIDTH, HEIGHT)
    return shown


def written(shown: Image.Image) -> list[str]:
    """What is drawn in letters."""
    return str(shown.info["Description"]).split("\n")  # type: ignore[index]


def of(card: CardImage) -> Image.Image:
    return Image.open(io.BytesIO(drawn(card)))


def ink(shown: Image.Image, top: int, bottom: int) -> int:
    """How much is drawn between two heights."""
    strip = shown.convert("L").crop((0, top, WIDTH, bottom))
    return sum(count for level, count in enumerate(strip.histogram()) if level < 200)


def said(house: House, told: Spoken, *scopes: Scope, to: bool = True) -> None:
    with house.db.writing() as session:
        for scope in scopes:
            setattr(session.get_one(Story, told.id), scope.value, to)


def test_a_story_has_its_title_its_people_and_its_voice(told: Spoken, stranger: Visitor) -> None:
    shown = picture(stranger, f"/stories/{told.slug}/card.png")
    assert written(shown) == ["Peer Stories", "Under the floor", "Ana R., told to M."]
    assert ink(shown, 450, 580) > 1000  # the waveform
    page = stranger.get(f"/stories/{told.slug}").text
    for line in (
        f'<meta property="og:image" content="http://localhost/stories/{told.slug}/card.png">',
        '<meta property="og:title" content="Under the floor">', "summary_large_image",
    ):  # fmt: skip
        assert line in page


def test_a_clip_has_its_words_where_other_sites_may_show_them(house: House, told: Spoken, stranger: Visitor) -> None:
    address = cut(stranger, told, 0, 1.9)
    assert written(picture(stranger, f"{address}/card.png")) == [
        "Peer Stories",
        "Under the floor",
        "Ana R., told to M.",
    ]
    said(house, told, Scope.EMBED)
    shown = picture(stranger, f"{address}/card.png")
    assert written(shown) == ["Peer Stories", f"“{TEXTS[0]}”", "Ana R., in “Under the floor”"]
    assert f'content="http://localhost{address}/card.png"' in stranger.get(address).text
    oembed = stranger.get(f"/oembed?url=http://localhost{address}").get_json()
    assert oembed["thumbnail_url"] == f"http://localhost{address}/card.png"
    assert (oembed["thumbnail_width"], oembed["thumbnail_height"]) == (WIDTH, HEIGHT)


def test_where_something_warns_of_the_words_they_are_not_in_the_picture(
    house: House, told: Spoken, stranger: Visitor
) -> None:
    said(house, told, Scope.EMBED)
    warned, beside = cut(stranger, told, 0, 1.9), cut(stranger, told, 4.0, 5.9)
    with house.db.writing() as session:
        cautions.warn(session, session.get_one(Story, told.id), 500, 1_000, "a fire", by=OPERATOR)
    assert TEXTS[0] not in "".join(written(picture(stranger, f"{warned}/card.png")))
    assert TEXTS[2] in "".join(written(picture(stranger, f"{beside}/card.png")))


def test_what_is_struck_is_on_none_at_once(house: House, told: Spoken, stranger: Visitor) -> None:
    said(house, told, Scope.EMBED)
    address = cut(stranger, told, 2.0, 3.9)
    assert "quicksilver" in "".join(written(picture(stranger, f"{address}/card.png")))
    with house.db.writing() as session:
        strikes.take_out(session, session.get_one(Story, told.id), 2_000, 3_000, by=OPERATOR)
    assert "quicksilver" not in "".join(written(picture(stranger, f"{address}/card.png")))
    with house.db.writing() as session:
        strikes.take_out(session, session.get_one(Story, told.id), 3_000, 3_950, by=OPERATOR)
    assert stranger.get(f"{address}/card.png").status_code == 404


@pytest.mark.parametrize("close", ["text_open", "suspended", "state"])
def test_what_not_everyone_may_read_has_no_card_for_anybody(
    house: House, told: Spoken, stranger: Visitor, curator: Visitor, close: str
) -> None:
    address = cut(stranger, told, 0, 1.9)
    with house.db.writing() as session:
        story = session.get_one(Story, told.id)
        match close:
            case "text_open":
                story.text_open = False
            case "suspended":
                story.suspended_at = story.created_at
            case _:
                story.state = StoryState.REVIEW
    for who in (stranger, curator):
        for gone in (f"/stories/{told.slug}/card.png", f"{address}/card.png"):
            assert who.get(gone).status_code in (403, 404), gone
    assert "og:image" not in curator.get(f"/stories/{told.slug}").text


def test_a_name_on_it_is_the_one_that_is_wanted(house: House, told: Spoken, stranger: Visitor) -> None:
    picture(stranger, f"/stories/{told.slug}/card.png")
    with house.db.writing() as session:
        story = session.get_one(Story, told.id)
        faces.show_as(session, story, story.tellers[0], Shown.NONE, by=OPERATOR)
    assert written(picture(stranger, f"/stories/{told.slug}/card.png"))[2] == "A narrator, told to M."


def test_it_is_kept_for_a_minute_and_asked_for_by_its_mark(told: Spoken, stranger: Visitor) -> None:
    answer = stranger.get(f"/stories/{told.slug}/card.png")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers
    again = stranger.get(f"/stories/{told.slug}/card.png", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_letters_that_the_typeface_lacks_leave_the_waveform_and_no_boxes(house: House, stranger: Visitor) -> None:
    slug = a_story(house, ARABIC)
    assert ARABIC not in "".join(written(picture(stranger, f"/stories/{slug}/card.png")))
    only = of(CardImage("", ARABIC, "فاطمة", peaks=bytes(range(100))))
    assert ink(only, 0, 200) == 0
    assert ink(only, 200, 500) > 1000
    assert (
        written(of(CardImage("A", "Хлеб, ψωμί, bánh mì, naïve Łódź 🙂", "Bo")))[1] == "Хлеб, ψωμί, bánh mì, naïve Łódź"
    )
    assert written(of(CardImage("A", "Over\N{RIGHT-TO-LEFT OVERRIDE}gpj", "Bo")))[1] == "Overgpj"


@pytest.mark.parametrize("words", [1, 12, 40, 90, 750])
@pytest.mark.parametrize("letters", [1, 9, 80])
def test_words_of_any_number_stay_on_the_card(words: int, letters: int) -> None:
    quote = " ".join(["x" * letters] * words)
    shown = of(CardImage("Peer Stories", "T" * 300, "N" * 300, quote, bytes(range(100)), (0.2, 0.3)))
    for box in ((0, 0, WIDTH, 40), (WIDTH - 40, 0, WIDTH, HEIGHT), (0, HEIGHT - 40, WIDTH, HEIGHT)):
        assert len(shown.crop(box).getcolors() or ()) == 1, box  # nothing but paper at the edges
    told = written(shown)[1]
    assert told.endswith("”")
    assert told.endswith(" …”") or told.replace(" ", "") == f"“{quote}”".replace(" ", "")


def test_a_cut_falls_where_a_word_ends() -> None:
    words = [f"w{n}rd," for n in range(300)]
    told = written(of(CardImage("A", "T", "B", " ".join(words))))[1].removeprefix("“").removesuffix(" …”")
    assert told.split() == [*words[: len(told.split()) - 1], words[len(told.split()) - 1].rstrip(",")]


def test_nothing_of_a_passage_without_words_is_drawn(house: House, told: Spoken, stranger: Visitor) -> None:
    said(house, told, Scope.EMBED)
    address = cut(stranger, told, 2.0, 3.9)
    with house.db.writing() as session:
        session.get_one(Passage, told.passages[1]).text = ""
    assert stranger.get(f"{address}/card.png").status_code == 404
