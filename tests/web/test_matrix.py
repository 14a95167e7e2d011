"""Every route of the application, asked from the application, by everybody, in every state of a story.

What may be seen is not read from the permission table: each story carries a word, a name and a tone that nothing else
has, and whoever stands outside looks for them in every answer.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from archive.days import today
from archive.db import now
from archive.models import (
    Asking,
    Copy,
    Job,
    JobKind,
    Method,
    QuestionSet,
    Rights,
    RoleName,
    Scope,
    Shown,
    Story,
    StoryState,
    WithdrawalKind,
)
from archive.services import (
    embargoes,
    erasing,
    faces,
    keycards,
    mixtapes,
    public_shelves,
    questions,
    renderings,
    replies,
    strikes,
    withdrawal,
)
from archive.services.access import OPERATOR
from archive.services.accounts import account_of
from archive.services.agreements import Agreement, waiver
from archive.services.anchors import anchored
from archive.services.consent import record_consent
from archive.services.intake import Arrived, take_in
from archive.services.stories import About, publish, unpublish
from archive.wiring import House
from archive.worker import Worker
from tests.archive.sounds import SPEECH_RATE, written
from tests.conftest import Visitor
from tests.web.answered import spoke_again
from tests.web.canaries import HERTZ, NAME, STRUCK, WORD, canaries
from tests.web.felt import felt_and_on_a_shelf
from tests.web.spoken import OPEN_TO_ALL, _passage

TITLE, SLUG = "Behind the harbour", "behind-the-harbour"
TEXTS = (f"We kept the {WORD} under the floor", f"and behind it stood the {STRUCK} that year")
OUTSIDE = ("stranger", "contributor", "other interviewer", "other narrator")
INSIDE = ("interviewer", "narrator", "curator")
SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass
class World:
    house: House
    app: Flask
    story: int
    by: dict[str, Visitor]
    tokens: dict[str, str]
    copies: list[str]
    values: dict[str, str] = field(default_factory=dict)


def tone(folder: Path) -> Path:
    time = np.arange(4 * SPEECH_RATE) / SPEECH_RATE
    return written(folder / "tone.wav", (0.3 * np.sin(2 * np.pi * HERTZ * time)).astype(np.float32), rate=SPEECH_RATE)


@pytest.fixture
def world(house: House, visitor: Callable[[], Visitor], tmp_path: Path) -> World:
    by = {name: visitor() for name in (*OUTSIDE, *INSIDE)}
    by["contributor"].signs_in(RoleName.CONTRIBUTOR)
    by["interviewer"].signs_in(RoleName.INTERVIEWER, "mine@example.org")
    by["other interviewer"].signs_in(RoleName.INTERVIEWER, "other@example.org")
    by["curator"].signs_in(RoleName.CURATOR)
    with house.db.reading() as session:
        owner = account_of(session, "mine@example.org")
    about = About(TITLE, [f"Ottilie {NAME}"], interviewers=["M."], themes=["harbours"])
    agreed = Agreement(Method.FORM, OPEN_TO_ALL, person=f"Ottilie {NAME}")
    sound = tone(tmp_path)
    taken = take_in(house.db, house.storage, Arrived(sound, "tone.wav"), about, agreed, by=owner)
    silence = written(tmp_path / "silence.wav", np.zeros(SPEECH_RATE, np.float32), rate=SPEECH_RATE)
    elsewhere = About("Another one", ["Somebody Else"])
    another = take_in(house.db, house.storage, Arrived(silence, "silence.wav"), elsewhere, None, by=OPERATOR)
    Worker(house).run(drain=True)
    with house.db.writing() as session:
        story = session.get_one(Story, taken.story_id)
        session.add_all([_passage(story, n, text) for n, text in enumerate(TEXTS)])
        session.flush()
        for passage in session.new:
            passage.speaker = f"Ottilie {NAME}"
        _asked_and_answered(session, story, session.get_one(Story, another.story_id))
        teller = spoke_again(session, story, f"About the {WORD}.", by=session.merge(owner))
        publish(session, story, by=OPERATOR)
        tokens = {
            "narrator": keycards.issue(session, story.tellers[0], by=OPERATOR),
            "other narrator": keycards.issue(session, session.get_one(Story, another.story_id).tellers[0], by=OPERATOR),
        }
        copies = [copy.id for copy in story.recordings[0].copies]
        story.remix = story.embed = True
        session.add(Rights(story_id=story.id, licence="http://creativecommons.org/licenses/by/4.0/"))  # given away
        clip = anchored(session, story.recordings[0], 0, 4000, secret=house.secret_key).key
        tape = mixtapes.begin(session, TITLE, by=session.merge(owner))
        mixtapes.add_clip(session, tape, clip, by=OPERATOR, secret=house.secret_key)
        mixtapes.show(session, tape, to_everyone=True)
        renderings.ask(session, tape, by=session.merge(owner))
        shelf = public_shelves.add(session, TITLE, by=OPERATOR)  # at the address of the story
        shelf.open = True
        felt_and_on_a_shelf(session, story, session.merge(owner), shelf)
    Worker(house, [JobKind.RENDER]).run(drain=True)  # while all is open: what changes afterwards has to close its file
    for name, token in tokens.items():  # before others have guessed so many that nobody new comes in from here
        assert by[name].get(f"/key/{token}").status_code == 200
    return World(
        house, by["stranger"].client.application, taken.story_id, by, tokens, copies, {"key": clip, "person": teller}
    )


def _asked_and_answered(session: Session, story: Story, open_one: Story) -> None:
    """A question of the same address as the story was asked at its beginning, and a story that everyone may read
    answers it."""
    record_consent(session, open_one, waiver("a test"), by=OPERATOR)
    session.add(_passage(open_one, 0, "and here is mine"))
    open_one.state = StoryState.PUBLISHED
    asked = questions.add_question(session, session.get_one(QuestionSet, 1), TITLE, by=OPERATOR)
    assert asked.slug == SLUG
    session.add(
        Asking(
            story_id=story.id, recording_id=story.recordings[0].id, question_id=asked.id, text=TITLE, at_ms=0,
        )
    )  # fmt: skip
    session.flush()
    replies.link(session, open_one, replies.answered(session, story, 0), by=OPERATOR)


def changed(world: World, change: Callable[..., object]) -> None:
    with world.house.db.writing() as session:
        change(session, session.get_one(Story, world.story))


def agrees(**scopes: str) -> Callable[[World], None]:
    given = Agreement(Method.FORM, {Scope(k): v for k, v in scopes.items()}, person=f"Ottilie {NAME}")
    return lambda world: changed(world, lambda session, story: record_consent(session, story, given, by=OPERATOR))


def state(given: StoryState) -> Callable[[World], None]:
    return lambda world: changed(world, lambda session, story: setattr(story, "state", given))


def struck(world: World) -> None:
    changed(
        world, lambda session, story: strikes.strike(session, story, strikes.spans_at(story, 0, 4000)[0], by=OPERATOR)
    )


def unnamed(world: World) -> None:
    changed(world, lambda session, story: faces.show_as(session, story, story.tellers[0], Shown.NONE, by=OPERATOR))


def suspended(world: World) -> None:
    changed(world, lambda session, story: setattr(story, "suspended_at", now()))


def closed(world: World) -> None:
    changed(world, lambda session, story: unpublish(session, story, by=OPERATOR))


def embargoed(world: World) -> None:
    changed(world, lambda s, story: embargoes.embargo(s, story, None, "the harbour is closed", "Because.", by=OPERATOR))


def hidden_embargo(world: World) -> None:
    agrees(existence="hidden")(world)
    state(StoryState.SEALED)(world)


def withdrawn(world: World) -> None:
    changed(world, lambda s, story: withdrawal.withdraw(s, story, WithdrawalKind.SEALED, reason=None, by=OPERATOR))


def erased(world: World) -> None:
    def change(session: object, story: Story) -> None:
        withdrawal.withdraw(session, story, WithdrawalKind.ERASED, reason=None, by=OPERATOR, days=0)  # type: ignore[arg-type]
        erasing.erase_due(session)  # type: ignore[arg-type]

    changed(world, change)
    Worker(world.house).run(drain=True)


# What somebody outside may find: the word, the word that is struck in one state, the name, the tone.
STATES: dict[str, tuple[Callable[[World], None], frozenset[str]]] = {
    "open": (lambda world: None, frozenset({WORD, STRUCK, NAME, "tone"})),
    "draft": (state(StoryState.DRAFT), frozenset()),
    "processing": (state(StoryState.PROCESSING), frozenset()),
    "failed": (state(StoryState.FAILED), frozenset()),
    "review": (closed, frozenset()),
    "link": (agrees(text="link", sound="link", existence="hidden"), frozenset()),
    "listed": (agrees(text="closed", sound="closed", existence="listed"), frozenset({NAME})),
    "unheard": (agrees(sound="closed"), frozenset({WORD, STRUCK, NAME})),
    "struck": (struck, frozenset({NAME})),
    "unnamed": (unnamed, frozenset({WORD, STRUCK, "tone"})),
    "embargoed": (embargoed, frozenset({NAME})),
    "hidden embargo": (hidden_embargo, frozenset()),
    "suspended": (suspended, frozenset()),
    "withdrawn": (withdrawn, frozenset()),
    "erased": (erased, frozenset()),
}
ALIKE = {"processing", "failed", "review", "hidden embargo"}  # not published, as a draft is not
FOR_NOBODY = {"withdrawn", "erased"}  # not for those who keep it either: only its name may stand in their list


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.wide] * (name in ALIKE)) for name in STATES])
def test_nothing_is_found_from_outside(world: World, name: str) -> None:
    change, may_find = STATES[name]
    change(world)
    with world.house.db.reading() as session:
        story = session.get_one(Story, world.story)
        before = (story.state, story.title, story.text_open)
        copies = list(session.scalars(select(Copy.id)))
        world.values |= {
            "slug": SLUG, "job_id": str(max(session.scalars(select(Job.id)), default=1)), "id_": "x",
            "form": "txt", "program": "otio", "year": str(today().year), "sound": "mp3",
        }  # fmt: skip
    world.copies = list(dict.fromkeys([*world.copies, *copies]))
    for who in OUTSIDE:
        found = set().union(*(each for _, each in answers(world, who, writes=True)))
        assert found <= may_find, (who, found - may_find, [a for a, each in answers(world, who) if each - may_find])
        assert found >= may_find & {WORD, STRUCK, NAME, "tone"}, (who, may_find - found)
    with world.house.db.reading() as session:
        story = session.get_one(Story, world.story)
        assert (story.state, story.title, story.text_open) == before
    for who in INSIDE:
        found = set().union(*(each for _, each in answers(world, who)))
        if name in FOR_NOBODY:
            assert not found & {WORD, STRUCK, "tone"}, who
            assert name != "erased" or NAME not in found, who
        else:
            assert WORD in found or name == "struck", who


def answers(world: World, who: str, *, writes: bool = False) -> Iterator[tuple[str, set[str]]]:
    by = world.by[who]
    found = re.search(r'name="csrf_token"\s+value="([^"]+)"', by.get("/signin").text)
    assert found is not None
    form = {"csrf_token": found[1]}
    for rule in world.app.url_map.iter_rules():
        for path in paths(world, rule, who):
            if "GET" in (rule.methods or set()):
                yield path, canaries(by.get(path), path)
            if writes and (rule.methods or set()) - SAFE and not rule.rule.startswith("/studio/uploads"):
                yield f"POST {path}", canaries(by.client.post(path, data=form), path)
            if writes and path.startswith("/api/"):
                sent = {"json": {"theme": "harbours"}, "headers": {"X-CSRFToken": found[1]}}
                for method in sorted((rule.methods or set()) - SAFE):
                    yield f"{method} {path}", canaries(by.client.open(path, method=method, **sent), path)  # type: ignore[arg-type]


def paths(world: World, rule: Rule, who: str) -> list[str]:
    """Addresses of a rule: with this story's values, and with every number that its parts can have."""
    if rule.endpoint == "static" or rule.rule in ("/signout", "/signin"):
        return []
    made: list[str] = []
    for n in range(1, 4):
        values = {name: world.values.get(name, str(n)) for name in rule.arguments}
        if "token" in values:
            values["token"] = world.tokens.get(who, "guessed")
        if "copy_id" in values:
            made += [rule.build({"copy_id": copy})[1] for copy in world.copies]  # type: ignore[index]
            break
        forms = ("webm", "m4a") if "clips" in rule.rule and "form" in values else (values.get("form"),)
        made += [rule.build(values | {"form": form} if form else values)[1] for form in forms]  # type: ignore[index]
    searches = [f"{path}?q={text}" for path in made if "search" in path for text in (WORD, NAME, "harbours")]
    return list(dict.fromkeys([*made, *searches]))
