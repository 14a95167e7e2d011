"""Whatever people have agreed to, and whoever asks whatever: nothing comes from outside what is theirs to see."""

import itertools
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.db import now
from archive.models import Method, Rights, RoleName, Scope, Shown, Story, StoryState
from archive.services import faces, replies, strikes
from archive.services.access import OPERATOR
from archive.services.accounts import add_account
from archive.services.agreements import VALUES, Agreement
from archive.services.askings import Answered
from archive.services.consent import record_consent
from archive.services.stories import About, publish, publish_needs
from archive.services.tagging import tag_story
from archive.wiring import House
from archive.worker import Worker
from search.documents import Audience
from search.server import MeilisearchIndex
from tests.conftest import Visitor
from tests.factories import a_story
from tests.web.felt import PEOPLE, felt_and_on_a_shelf

WORDS = ("kaleidoscope", "lighthouse", "marmalade", "observatory", "quicksilver", "saxophone")
THEMES = ("smuggling", "exile", "thirst")
PLACES = ("Skagen", "Tartu", "Ulm")
FORMS = (
    "",
    "/transcript.vtt",
    "/transcript.txt",
    "/transcript.json",
    "/words.json",
    "/keepsake",
    "/keepsake.zip",
    "/card.png",
)


@dataclass(frozen=True)
class Told:
    """A story whose every word, name and theme is its own, so that each can be looked for."""

    slug: str
    word: str
    secret: str
    name: str
    theme: str
    place: str


@dataclass
class World:
    house: House
    told: list[Told]
    by: dict[str, Visitor]


def _world(house: House, make: Callable[[], Visitor]) -> World:
    told = []
    for n, word in enumerate(WORDS):
        about = About(f"Number {n}", [f"Teller{n} Surname{n}"], place=f"{PLACES[n % 3]}{n}")
        texts = (f"There was a {word} in it and the ordinary brother.", f"Behind it stood hush{word} and nothing else.")
        slug = a_story(house, about=about, texts=texts, public=False)
        theme = f"{THEMES[n % 3]}{n}"
        with house.db.writing() as session:
            story = session.get_one(Story, n + 1)
            tag_story(session, story, theme, by=OPERATOR)
            session.add(Rights(story_id=story.id, licence="http://creativecommons.org/licenses/by/4.0/"))
            felt_and_on_a_shelf(session, story, add_account(session, f"listens{n}@example.org", RoleName.CURATOR))
            if n:  # each answers the one before
                replies.link(session, story, Answered(n), by=OPERATOR)
        told.append(Told(slug, word, f"hush{word}", f"Surname{n}", theme, about.place or ""))
    stranger, contributor = make(), make().signs_in(RoleName.CONTRIBUTOR)
    return World(house, told, {"stranger": stranger, "contributor": contributor})


scopes = st.fixed_dictionaries(
    {scope: st.sampled_from(VALUES[scope]) for scope in (Scope.EXISTENCE, Scope.TEXT, Scope.SOUND)}
)
standing = st.tuples(scopes, st.booleans(), st.booleans(), st.booleans(), st.sampled_from(list(Shown)))
queries = st.lists(
    st.sampled_from([*WORDS, *(f"hush{w}" for w in WORDS), "brother", "nothing", "Surname1", ""]),
    min_size=1,
    max_size=3,
)


@pytest.fixture
def held(knowing_house: House, visitor: Callable[[], Visitor]) -> World:
    """On the embedded index, or on the Meilisearch server that PEER_STORIES_SEARCH_URL (and …_SEARCH_KEY) names."""
    if url := os.environ.get("PEER_STORIES_SEARCH_URL"):
        index = MeilisearchIndex(url, os.environ.get("PEER_STORIES_SEARCH_KEY"), "test-any-consent")
        index.rebuild(Audience.PUBLIC, [])
        knowing_house.__dict__["index"] = index
    return _world(knowing_house, visitor)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(stands=st.lists(standing, min_size=6, max_size=6), asked=queries, indexed=st.booleans())
def test_nothing_comes_from_outside(
    held: World, stands: list[tuple[dict[Scope, str], bool, bool, bool, Shown]], asked: list[str], indexed: bool
) -> None:
    for n, (scope, shown, suspended, struck, name) in enumerate(stands):
        _stand(held.house, n + 1, scope, shown=shown, suspended=suspended, struck=struck, name=name)
    if indexed:
        Worker(held.house).run(drain=True)
    for who, by in held.by.items():
        seen = list(_pages(held, by, asked))
        for told, (scope, shown, suspended, struck, name) in zip(held.told, stands, strict=True):
            listed = scope[Scope.EXISTENCE] != "hidden" and shown and not suspended
            opened = listed and scope[Scope.EXISTENCE] == "open" and scope[Scope.TEXT] == "open"
            if opened:  # else a page that shows nothing at all would pass
                assert told.word in by.get(f"/stories/{told.slug}").text
                assert told.word.encode() in by.get(f"/stories/{told.slug}/keepsake.zip").data
            forbidden = [] if opened else [told.word, told.theme]
            forbidden += [told.secret] if struck or not opened else []
            forbidden += [told.name] if name != Shown.FULL or not listed else []
            forbidden += [told.place] if not listed else []
            for path, text in seen:
                for each in forbidden:
                    repeated = each.lower() in path.lower()  # in what was asked: the rest of it tells then
                    assert repeated or not _stands_in(each, text), (who, path, each, scope, shown, suspended, name)


def _stand(
    house: House, id_: int, scope: dict[Scope, str], *, shown: bool, suspended: bool, struck: bool, name: Shown
) -> None:
    with house.db.writing() as session:
        story = session.get_one(Story, id_)
        teller = story.tellers[0]
        record_consent(
            session, story, Agreement(Method.FORM, {**scope, Scope.REMIX: "yes"}, person=teller.name), by=OPERATOR
        )
        story.state = StoryState.REVIEW if story.state == StoryState.PUBLISHED else story.state
        story.suspended_at = now() if suspended else None
        for each in strikes.strikes_of(session, story):
            strikes.lift(session, story, each.id, by=OPERATOR)
        if struck:
            strikes.strike(session, story, strikes.Span(None, 10_000, 12_000), by=OPERATOR)
        faces.show_as(session, story, teller, name, "Somebody", by=OPERATOR)
        session.flush()
        if shown and publish_needs(session, story) in (None, f"{teller.name} has not gone through it yet."):
            publish(session, story, by=OPERATOR)


def _pages(held: World, by: Visitor, asked: list[str]) -> Iterator[tuple[str, str]]:
    """Everything that can be asked, with what was asked for taken out of the answer."""
    paths = [
        "/",
        "/feelings",
        "/walk",
        "/shelves",
        f"/shelves/{PEOPLE}",
        "/stories",
        "/themes",
        "/api/v1/stories",
        "/api/v1/themes",
        "/search",
        "/api/v1/search",
    ]
    paths += ["/years", f"/years/{now().year}"]
    for text, told in itertools.product(asked, held.told[:3]):
        paths += [f"/search?q={text}", f"/api/v1/search?q={text}&theme={told.theme}", f"/stories?place={told.place}"]
        paths += [f"/search?q={text}&mode={mode}&group={group}" for mode, group in (("both", ""), ("meaning", "story"))]
        paths += [f"/api/v1/search?q={text}&mode=meaning", f"/search/suggest?q={text}", f"/search/suggest?q={text[:4]}"]
    for told in held.told:
        paths += [f"/stories/{told.slug}{form}" for form in FORMS]
        paths += [f"/api/v1/stories/{told.slug}", f"/api/v1/stories/{told.slug}/passages", f"/themes/{told.theme}"]
        paths += [f"/passages/{2 * held.told.index(told) + n}/similar" for n in (1, 2)]
        paths += [f"/stories/{told.slug}/answer", f"/feelings?theme={told.theme}"]
        paths += [f"/walk/{2 * held.told.index(told) + n}?from={n}" for n in (1, 2)]
        paths += [f"/themes/{told.theme}.csv", f"/search?theme={told.theme}"]
        paths += [f"/stories/{told.slug}?find={told.secret}"]
        paths += [f"/people/{told.name.lower()}", f"/people/teller{told.name[-1]}-{told.name.lower()}"]
    for path in dict.fromkeys(paths):
        yield path, by.get(path).data.decode(errors="replace")  # a keepsake's words are stored as they are


def _stands_in(what: str, text: str) -> bool:
    """Pages repeat what they were asked, in the field, in links to other orders, and in what they say of it."""
    said = re.sub(r'(href|value)="[^"]*"|"(query|shown_for)":\s*"[^"]*"|“[^”]*”|<title>.*?</title>', "", text)
    said = re.sub(r'<ul class="given".*?</ul>', "", said, flags=re.DOTALL)
    return re.search(rf"\b{re.escape(what)}\b", said, re.IGNORECASE) is not None
