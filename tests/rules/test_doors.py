"""Every door names what it takes to come in, and none that changes something opens to a stranger."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from archive.models import JobKind
from archive.services.access import TABLE, Action, Who
from archive.web.app import create
from archive.web.studio.uploads import HERE
from archive.wiring import House
from archive.worker import HANDLERS
from tests.conftest import Visitor
from tests.factories import a_story

WITHOUT_DOOR = {"static"}
SAFE = {"GET", "HEAD", "OPTIONS"}
SIGNING_IN = {"/signin", "/signin/<token>", "/signout"}
KEY = "/key"  # whoever holds a card comes in there: the door is open to everyone, and the card is the proof
VALUES = {
    "slug": "a-story", "token": "a-token", "passage_id": "1", "tagging_id": "1", "job_id": "1", "copy_id": "x",
    "id_": "x", "edit_id": "1", "asking_id": "1", "step": "1", "strike_id": "1", "form": "txt", "takedown_id": "1",
    "review_id": "1", "embargo_id": "1", "message_id": "1", "caution_id": "1", "letter": "x", "shelf_id": "1",
    "kept_id": "1", "search_id": "1", "item_id": "1", "key": "1.2.3.abcd", "program": "otio", "reply_id": "1",
    "reading_id": "1",
    "person": "a-person", "note_id": "1", "year": "2026",
    "sound": "mp3",
}  # fmt: skip
WRITING = {"/takedown", "/stories/<slug>/reached"}  # to those who keep the archive
TUS = {"Tus-Resumable": "1.0.0"}


def built(rule: Rule) -> str:
    """An address of this rule."""
    return rule.build({name: VALUES[name] for name in rule.arguments})[1]  # type: ignore[index]


@pytest.fixture
def app(house: House) -> Flask:
    return create(house)


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in WITHOUT_DOOR]


def changing(app: Flask) -> list[Rule]:
    return [rule for rule in rules(app) if (rule.methods or set()) - SAFE]


def test_every_route_names_its_action(app: Flask) -> None:
    without = [rule.rule for rule in rules(app) if not hasattr(app.view_functions[rule.endpoint], "action")]
    assert without == []
    assert len(rules(app)) > 30


def test_every_action_stands_in_the_one_table() -> None:
    assert set(TABLE) == set(Action)


def action_of(app: Flask, rule: Rule) -> Action:
    return app.view_functions[rule.endpoint].action  # type: ignore[attr-defined, no-any-return]


def of_cards(app: Flask) -> list[Rule]:
    return [rule for rule in rules(app) if action_of(app, rule) == Action.HOLD_CARD]


def test_no_route_that_changes_something_is_for_everyone_but_signing_in_and_writing(app: Flask) -> None:
    open_to_all = {rule.rule for rule in changing(app) if Who.ANYONE in TABLE[action_of(app, rule)]}
    assert open_to_all - {rule.rule for rule in of_cards(app)} == SIGNING_IN | WRITING


def test_a_key_card_is_what_every_route_under_key_wants_and_no_other_does(app: Flask) -> None:
    assert {rule.rule for rule in of_cards(app)} == {rule.rule for rule in rules(app) if rule.rule.startswith(KEY)}
    assert {rule.rule for rule in of_cards(app)} - {
        rule.rule for rule in of_cards(app) if "token" in rule.arguments
    } == {KEY}


def test_every_route_of_a_key_card_refuses_a_wrong_one(app: Flask, house: House, stranger: Visitor) -> None:
    """On a story that is there, and that a right card would open."""
    slug = a_story(house)
    asked = 0
    for rule in of_cards(app):
        path = rule.build({**{name: VALUES[name] for name in rule.arguments}, "slug": slug})[1]  # type: ignore[index]
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if rule.rule == KEY and method == "GET":
                continue
            asked += 1
            stranger.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{asked}"  # or it would be slowed down
            answer = stranger.get(path) if method == "GET" else stranger.post(path, {"words": "wrong", "shown": "none"})
            assert answer.status_code == 404, (method, path)
            assert "This card opens nothing here." in answer.text, (method, path)
    assert asked > 20


def test_every_route_that_changes_something_refuses_a_stranger(app: Flask, stranger: Visitor) -> None:
    asked = []
    for rule in changing(app):
        if rule.rule in SIGNING_IN | WRITING or rule.rule.startswith(KEY):
            continue
        path = built(rule)
        asked.append(path)
        if path.startswith(HERE):
            for method in (rule.methods or set()) - SAFE:
                assert stranger.client.open(path, method=method, headers=TUS).status_code == 401, path
        elif "POST" in (rule.methods or set()):
            assert stranger.post(path, {"theme": "x", "title": "x"}).status_code == 401, path
        else:
            for method in (rule.methods or set()) - SAFE:
                assert stranger.client.open(path, method=method).status_code == 401, path
    assert len(asked) > 16


def test_every_route_that_changes_something_wants_the_token_of_its_form(app: Flask, curator: Visitor) -> None:
    """Uploads have no form: they want a header that no other site can make a browser send."""
    for rule in changing(app):
        path = built(rule)
        for method in (rule.methods or set()) - SAFE:
            expected = 412 if path.startswith(HERE) else 400
            assert curator.client.open(path, method=method, data={"theme": "x"}).status_code == expected, path


def test_every_kind_of_job_has_one_handler() -> None:
    assert set(HANDLERS) == set(JobKind)
    assert all(callable(handler) for handler in HANDLERS.values())
