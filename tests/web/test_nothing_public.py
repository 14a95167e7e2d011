"""Nothing is public by accident. Once a story is closed, by whatever way, the public pages are byte for byte those of
an archive in which it never was: at once, while the index still holds it, and afterwards."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import text
from werkzeug.test import TestResponse

from archive.models import Method, RoleName, Scope, Story, StoryState
from archive.services.access import OPERATOR
from archive.services.accounts import account_of, add_account
from archive.services.agreements import Agreement
from archive.services.consent import record_consent
from archive.services.stories import About, remove_story, unpublish
from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.felt import felt_and_on_a_shelf
from tests.web.spoken import OPEN_TO_ALL, Spoken, spoken_story

TODAY = datetime.now(UTC).date()
SLUG = "what-zenobia-saw"
ABOUT = About(
    "What Zenobia saw", ["Zenobia Quill"], interviewers=["Ignaz Holt"], recorded_on=date(1987, 3, 1),
    place="Skagaströnd", language="is", why_told="Because of the kaleidoscope.", themes=["smuggling"],
)  # fmt: skip
TEXTS = ("The kaleidoscope was under the floor and nobody had asked for it since the customs house burned down.",) * 3
LISTS = (
    "/", "/stories", "/themes", "/about", "/search", "/search?q=kaleidoscope", "/search?q=Zenobia", "/search?q=brother",
    "/search?q=brother&theme=smuggling", "/search?theme=smuggling", "/search?theme=goodbye",
    "/search?place=Skagastr%C3%B6nd",
    "/search?q=brother&group=story",
    "/search?q=kaleidoskope&mode=words", "/search/suggest?q=kal",
    "/search/suggest?q=zen",
    "/search/suggest?q=what", "/search/suggest?q=skag", "/search/suggest?q=smug",
    "/search?year=1987", "/search?language=is", "/search?narrator=Zenobia+Quill", f"/search?q=the&story={SLUG}",
    "/stories?theme=smuggling", "/stories?theme=goodbye", "/stories?narrator=zenobia-quill",
    "/stories?interviewer=ignaz-holt",
    "/stories?place=Skagastr%C3%B6nd", "/stories?year=1987", "/stories?language=is",
    "/api/v1/stories", "/api/v1/stories?theme=smuggling", "/api/v1/stories?narrator=zenobia-quill", "/api/v1/themes",
    "/years", f"/years/{TODAY.year}",
    "/api/v1/search?q=kaleidoscope", "/api/v1/search?q=", "/api/v1/search?theme=goodbye", "/api/v1/search?q=brother",
    "/feelings", "/feelings?theme=smuggling", "/feelings?theme=goodbye", "/walk", "/walk?from=1", "/walk/1", "/walk/2",
    "/walk/1?from=2,3,4", "/shelves", "/shelves/hopeful-stories-about-people",
)  # fmt: skip
ITS_OWN = tuple(
    f"/stories/{SLUG}{more}"
    for more in (
        "", "?t=1", "?page=2", "/transcript.vtt", "/transcript.txt", "/transcript.json", "/words.json", "/keepsake",
        "/keepsake.zip", "/card.png",
    )  # fmt: skip
) + (
    f"/api/v1/stories/{SLUG}", f"/api/v1/stories/{SLUG}/passages", "/themes/smuggling", "/themes/goodbye",
    "/people/zenobia-quill", "/people/ignaz-holt", f"/studio/{SLUG}", f"/studio/{SLUG}/progress",
)  # fmt: skip
ACTS = (
    f"/stories/{SLUG}/themes", f"/stories/{SLUG}/feeling", "/passages/{passage}/themes", "/passages/{passage}/feeling",
    "/taggings/{tagging}/remove",
)  # fmt: skip
CHANGING = re.compile(r'(name="csrf_token"\s+value|"took_ms"|"score")(=|: ?)("[^"]*"|[\d.]+)')
Seen = dict[str, tuple[int, str]]


def blanked(answer: TestResponse) -> str:
    """The body without what is another each time."""
    return CHANGING.sub("", answer.data.decode("latin-1"))


def seen(by: Visitor, held: Spoken) -> Seen:
    """All that somebody gets to see, by address; the story's ids stand in it as {copy} and so on."""
    found: Seen = {}
    for address in (*LISTS, *ITS_OWN):
        answer = by.get(address)
        found[address] = answer.status_code, blanked(answer)
    for place, copy in enumerate(held.copies):
        answer = by.get(f"/media/{copy}", headers={"Range": "bytes=0-9"})
        found[f"/media/{{copy {place}}}"] = answer.status_code, blanked(answer)
    for address in ACTS:
        answer = by.post(
            address.format(passage=held.passages[0], tagging=held.taggings[0]), {"theme": "mine"}, at="/signin"
        )
        found[f"POST {address}"] = answer.status_code, blanked(answer)
    return found


NEVER = Spoken(10**6, SLUG, [10**6], [10**6], ["never-was", "never-was-either"])


BY_CHANCE = {"/", "/walk"}  # they begin with this story, or with the other one


def differing(now: Seen, before: Seen) -> list[str]:
    return [address for address, body in now.items() if body != before[address]]


def state(given: StoryState) -> Callable[[House, Spoken], None]:
    def change(house: House, held: Spoken) -> None:
        if given == StoryState.SEALED:  # only where its existence may not be known either
            agreed({Scope.EXISTENCE: "hidden"})(house, held)
        with house.db.writing() as session:
            session.get_one(Story, held.id).state = given

    return change


def agreed(scopes: dict[Scope, str], until: date | None = None) -> Callable[[House, Spoken], None]:
    def change(house: House, held: Spoken) -> None:
        with house.db.writing() as session:
            given = Agreement(Method.FORM, scopes, person="Zenobia Quill", until=until)
            record_consent(session, session.get_one(Story, held.id), given, by=OPERATOR)

    return change


def unpublished(house: House, held: Spoken) -> None:
    with house.db.writing() as session:
        unpublish(session, session.get_one(Story, held.id), by=OPERATOR)


def removed(house: House, held: Spoken) -> None:
    with house.db.writing() as session:
        remove_story(session, session.get_one(Story, held.id), by=OPERATOR)


WAYS = {
    **{each.value: state(each) for each in StoryState if each != StoryState.PUBLISHED},
    "unpublished": unpublished,
    "removed": removed,
    "text closed": agreed({Scope.TEXT: "closed", Scope.EXISTENCE: "hidden"}),
    "text by link only": agreed({Scope.TEXT: "link", Scope.EXISTENCE: "hidden"}),
    "hidden": agreed({Scope.EXISTENCE: "hidden"}),
    "expired": agreed(OPEN_TO_ALL, until=TODAY),
}


@pytest.fixture
def tomorrow() -> Iterator[Callable[[], None]]:
    """Moves the clock by a day and a bit, until the test ends."""
    travels: list[time_machine.travel] = []

    def move() -> None:
        travels.append(time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=1), tick=True))
        travels[-1].start()

    yield move
    for each in travels:
        each.stop()


ALIKE = {"draft", "processing", "review", "failed", "hidden"}  # unpublished, or closed, in another word


@pytest.mark.parametrize("way", [pytest.param(way, marks=[pytest.mark.wide] * (way in ALIKE)) for way in WAYS])
def test_a_closed_story_leaves_no_trace(
    way: str, house: House, visitor: Callable[[], Visitor], contributor: Visitor, tmp_path: Path,
    work: Callable[[], None], tomorrow: Callable[[], None],
) -> None:  # fmt: skip
    a_story(house, texts=("I had the letter written and then my brother called from the harbour.",))
    work()
    stranger = visitor()
    people = {"stranger": stranger, "contributor": contributor}
    never_was = {who: seen(person, NEVER) for who, person in people.items()}

    held = spoken_story(house, tmp_path, ABOUT, TEXTS, theme="goodbye")
    assert held.slug == SLUG
    with house.db.writing() as session:
        by = add_account(session, "listens@example.org", RoleName.CONTRIBUTOR)
        felt_and_on_a_shelf(session, session.get_one(Story, held.id), by)
    work()
    public = differing(seen(stranger, held), never_was["stranger"])
    assert set(public) >= {"/", "/stories", "/themes", "/search?q=kaleidoscope", "/api/v1/stories", "/media/{copy 0}"}
    assert set(public) >= {each for each in ITS_OWN if "studio" not in each}
    assert set(public) >= {"/feelings", "/walk?from=1", "/shelves", "/shelves/hopeful-stories-about-people"}

    WAYS[way](house, held)
    if way == "expired":
        work()  # so that no job waits which would tell the search of what midnight does
        still = differing(seen(stranger, held), never_was["stranger"])  # today it still holds
        assert set(public) - BY_CHANCE == set(still) - BY_CHANCE
        tomorrow()
    for who, person in people.items():
        assert differing(seen(person, held), never_was[who]) == [], f"at once, to a {who}"
    work()
    for who, person in people.items():
        assert differing(seen(person, held), never_was[who]) == [], f"after the index has followed, to a {who}"
    assert next((each for each in house.index.inventory("public") if each[1] == str(held.id)), None) is None


def test_an_address_that_never_was_and_one_that_is_closed_answer_with_the_same_bytes(
    house: House, stranger: Visitor
) -> None:
    closed = a_story(house, "Closed", public=False)
    for address in ("/stories/{}", "/stories/{}/transcript.vtt", "/stories/{}/transcript.doc", "/stories/{}/words.json",
                    "/api/v1/stories/{}", "/api/v1/stories/{}/passages"):  # fmt: skip
        one, other = stranger.get(address.format(closed)), stranger.get(address.format("never-was"))
        assert (one.status_code, one.data, dict(one.headers)) == (404, other.data, dict(other.headers))


def test_sound_that_is_closed_is_closed_on_every_address_while_the_words_stay(
    house: House, stranger: Visitor, curator: Visitor, tmp_path: Path
) -> None:
    held = spoken_story(house, tmp_path, ABOUT, TEXTS, theme="goodbye")
    assert stranger.get(f"/media/{held.copies[0]}").status_code == 200
    agreed({Scope.SOUND: "closed"})(house, held)
    assert stranger.get(f"/stories/{SLUG}").status_code == 200
    assert "/media/" not in stranger.get(f"/stories/{SLUG}").text + stranger.get(f"/api/v1/stories/{SLUG}").text
    assert {stranger.get(f"/media/{copy}").status_code for copy in held.copies} == {404}
    assert curator.get(f"/media/{held.copies[0]}").status_code == 200


def test_interviewers_see_their_own_closed_stories_and_not_those_of_others(
    house: House, interviewer: Visitor, curator: Visitor, tmp_path: Path
) -> None:
    with house.db.reading() as session:
        mine = account_of(session, "interviewer@example.org")
    own = spoken_story(house, tmp_path, About("Mine", ["Ana R."]), TEXTS, theme="a", by=mine)
    others = spoken_story(house, tmp_path, About("Somebody else's", ["Bea S."]), TEXTS, theme="b")
    for held in (own, others):
        unpublished(house, held)
    with house.db.reading() as session:
        jobs = {held.slug: session.scalar(text("select min(id) from job where story_id = :id"), {"id": held.id})
                for held in (own, others)}  # fmt: skip

    def codes(who: Visitor, held: Spoken) -> set[int]:
        addresses = (
            f"/stories/{held.slug}", f"/stories/{held.slug}/transcript.txt", f"/studio/{held.slug}",
            f"/studio/{held.slug}/remove", f"/api/v1/stories/{held.slug}", f"/media/{held.copies[0]}",
            f"/api/v1/jobs/{jobs[held.slug]}",
        )  # fmt: skip
        return {who.get(address).status_code for address in addresses}

    assert (codes(interviewer, own), codes(interviewer, others), codes(curator, others)) == ({200}, {404}, {200})
    listed = interviewer.get("/studio").text
    assert "Mine" in listed
    assert "Somebody else" not in listed
    assert interviewer.get("/api/v1/stories").get_json()["total"] == 0  # lists are what everybody sees
    never = interviewer.get("/api/v1/jobs/999999").data
    assert interviewer.get(f"/api/v1/jobs/{jobs[others.slug]}").data == never
    for act in ("publish", "unpublish", "details", "consent", "themes", "cancel", "retry", "remove"):
        assert interviewer.post(f"/studio/{others.slug}/{act}", at="/studio/new").status_code == 404
