"""What the API says of itself, held against what it answers: schemathesis asks it whatever its schema allows, and what
it does not allow, as somebody from outside and as a contributor.

PEER_STORIES_API_EXAMPLES sets how many requests are made up for each route and kind of visitor (default 12): a thousand
take some minutes.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from archive.wiring import House
from tests.conftest import Visitor
from tests.factories import a_story

EXAMPLES = int(os.environ.get("PEER_STORIES_API_EXAMPLES", "12"))


@pytest.fixture
def seeded(house: House, work: Callable[[], None]) -> None:
    for n in range(3):
        a_story(house, f"Bread {n}", passage_themes={0: "Work", 1: "Home"})
    a_story(house, "Behind closed doors", public=False, passage_themes={0: "Secrets"})
    work()


def offered(app: Flask, proof: tuple[str, str] | None = None) -> Any:
    """The API as it describes itself, asked with a token and a session's cookie where they are given."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    if proof:

        @schema.auth()
        class SignedIn:
            def get(self, case: Any, context: Any) -> tuple[str, str]:
                return proof

            def set(self, case: Any, data: tuple[str, str], context: Any) -> None:
                case.headers["X-CSRFToken"], case.cookies["session"] = data

    return schema


def meaningful(case: Any) -> None:
    """What no schema can say: a cursor is signed, a passage has so many words, a name is seen, a mood has
    two axes."""
    case.query.pop("cursor", None)
    case.query.pop("mood", None)
    if isinstance(case.body, dict):
        name = "theme" if "theme" in case.body else "title"  # of a mixtape; its pieces name stories that are there
        case.body = {name: f"x{case.body[name]}"[:80]}


def put_to_the_test(schema: Any, mode: GenerationMode) -> int:
    """Every route, with requests made up from its schema; how many there were."""
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
            phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            if mode is GenerationMode.POSITIVE:
                meaningful(case)
            case.call_and_validate(headers={"Accept-Encoding": "identity"})

        with suppress(Unsatisfiable):  # nothing can be wrong about a route that is asked nothing
            ask()
    return asked


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_a_stranger_gets_no_answer_that_is_not_described(mode: GenerationMode, stranger: Visitor) -> None:
    assert put_to_the_test(offered(stranger.client.application), mode) >= EXAMPLES * 4


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_nor_does_a_contributor(mode: GenerationMode, contributor: Visitor) -> None:
    token = contributor.get("/api/v1/session").get_json()["csrf_token"]
    held = contributor.client.get_cookie("session")
    assert held is not None
    schema = offered(contributor.client.application, (token, held.value))
    assert put_to_the_test(schema, mode) >= EXAMPLES * 4
