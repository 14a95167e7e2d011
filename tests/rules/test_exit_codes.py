"""0 done, 1 refused or failed with one clear line on standard error, 2 wrong usage; and --help everywhere."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner

from archive.cli import COMMANDS, group
from tests.conftest import Ran


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    ran = CliRunner().invoke(group, [name, "--help"])
    assert ran.exit_code == 0
    assert "Usage: " in ran.output


def test_help_lists_every_command_with_a_line() -> None:
    ran = CliRunner().invoke(group, ["--help"])
    assert ran.exit_code == 0
    for name, (_, line) in COMMANDS.items():
        assert f"  {name} " in ran.output
        assert line.split()[0] in ran.output


WRONG_USAGE = (["fly"], ["add"], ["search"], ["account", "add", "a@b.c", "--role", "king"], ["up", "--port", "0"],
               ["worker", "--kinds", "sing"], ["export", "a", "--format", "papyrus"], ["consent", "a", "--set", "x"],
               ["search", "x", "--limit", "0"])  # fmt: skip


@pytest.mark.parametrize("words", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_two(words: list[str]) -> None:
    ran = CliRunner().invoke(group, words)
    assert ran.exit_code == 2
    assert "Error: " in ran.output


def test_done_is_zero_and_refused_is_one_with_one_line(peer_stories: Callable[..., Ran]) -> None:
    assert peer_stories("db", "upgrade").code == 0
    refused = peer_stories("publish", "no-such-story")
    assert (refused.code, refused.out, refused.err) == (1, "", "There is no such story here.\n")
    misused = peer_stories("publish")
    assert misused.code == 2
    assert "Traceback" not in misused.err


def test_a_setting_of_no_use_is_one_line_that_names_it(peer_stories: Callable[..., Ran]) -> None:
    ran = peer_stories("search", "x", PEER_STORIES_WHISPER_THREADS="many")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "PEER_STORIES_WHISPER_THREADS" in ran.err
    assert "For example: PEER_STORIES_WHISPER_THREADS=4" in ran.err


def test_a_database_that_does_not_answer_is_one_line(peer_stories: Callable[..., Ran]) -> None:
    ran = peer_stories("search", "x", PEER_STORIES_DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:9/none")
    assert (ran.code, "Traceback" in ran.err) == (1, False)
    assert ran.err.startswith("The database does not answer: ")
    assert ran.err.count("\n") == 1
